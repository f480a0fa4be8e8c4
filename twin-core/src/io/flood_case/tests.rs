use std::path::PathBuf;

use twin_physics::kernels::surface::edge::Stretch;
use twin_physics::kernels::surface::filling::{Filling, Portal, Pump};
use twin_physics::kernels::surface::step::Order;
use twin_physics::kernels::surface::vessel::Vessel;
use twin_physics::kernels::surface::weir::Crest;
use twin_physics::num::series::Series;

use super::*;
use crate::diagnostic::{Diagnostics, Severity};
use crate::io::raster::Raster;
use crate::model::terrain::GridFrame;

const DEM: &str = "ncols 40\nnrows 20\nxllcorner 1000\nyllcorner 500\ncellsize 5\n";

fn write(dir: &std::path::Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).expect("written");
    path
}

fn case(toml: &str, files: &[(&str, &str)]) -> (Option<FloodCase>, Diagnostics) {
    let dir = tempfile::tempdir().expect("a folder");
    let row = (0..40).map(|i| format!("{}", 10.0 - 0.1 * f64::from(i))).collect::<Vec<_>>().join(" ");
    write(dir.path(), "dem.asc", &format!("{DEM}{}", format!("{row}\n").repeat(20)));
    for (name, text) in files {
        write(dir.path(), name, text);
    }
    let text = format!("dem = \"dem.asc\"\nduration_s = 60\nfriction = {{ manning = 0.03 }}\n{toml}");
    read_file(&write(dir.path(), "case.toml", &text))
}

fn sound(toml: &str, files: &[(&str, &str)]) -> FloodCase {
    let (case, found) = case(toml, files);
    assert!(found.list().iter().all(|d| d.severity == Severity::Info), "{found:#?}");
    case.expect("a case without findings")
}

fn refused(toml: &str, files: &[(&str, &str)], code: &str, line: u32) {
    let (case, found) = case(toml, files);
    assert!(case.is_none() && found.list().iter().any(|d| d.code == code && d.line == line), "{code}: {found:#?}");
}

/// Tiles keep a pace of their own in first order, unless the case forbids it.
#[test]
fn local_steps_belong_to_the_first_order() {
    let levels = |toml: &str| sound(toml, &[]).model.settings.levels;
    assert_eq!((levels("scheme = \"hllc1\"\n"), levels("scheme = \"hllc1\"\nlocal_steps = false\n")), (3, 0));
    assert_eq!(levels("scheme = \"hllc2\"\n"), 0);
    refused("scheme = \"inertial\"\nlocal_steps = true\n", &[], codes::CHOICE, 5);
}

/// Every part of a case arrives where it belongs.
#[test]
fn a_whole_case_is_read() {
    let c = sound(
        "scheme = \"hllc2\"\nprecision = \"f32\"\ninitial = { level_m = 8.0 }\n\
         [[boundary]]\nedge = \"west\"\nfrom_m = 510\nto_m = 530\nkind = \"flow\"\nseries = \"q.csv\"\n\
         [[boundary]]\nedge = \"east\"\nkind = \"free\"\n\
         [[inflow]]\nx = 1002.5\ny = 502.5\nseries = 3.5\n\
         [[rain]]\nseries = \"q.csv\"\nx = 1000\ny = 500\n[[rain]]\nseries = 7\nx = 1200\ny = 500\n\
         [[wall]]\nline = [[1050, 500], [1050, 600]]\ncrest = { over_ground_m = 0.2 }\n\
         [[gauge]]\nid = \"P1\"\nx = 1199\ny = 599\n",
        &[("q.csv", "t_s,value\n0,1\n60,3\n")],
    );
    assert_eq!((c.model.settings.order, c.precision, c.model.settings.film_m), (Order::Second, Precision::F32, 1e-3));
    assert_eq!(
        c.model.edges[0].stretch,
        Stretch { edge: twin_physics::kernels::surface::edge::Edge::West, from: 2, to: 6 }
    );
    assert_eq!((c.model.inflows[0].cell, c.gauges[0].cell), (0, 799));
    assert!((c.model.depth_m[30] - 1.0).abs() < 1e-9 && c.model.depth_m[5] == 0.0, "level 8 over a bed of 7");
    assert_eq!((c.model.barriers.len(), c.barrier_ids.len()), (1, 1));
    let mut rain = Vec::new();
    c.model.rain.at(59.0, 6, &mut rain);
    let mm_h: Vec<f64> = rain.iter().map(|r| (r * 3.6e6 * 1e6).round() / 1e6).collect();
    assert_eq!(
        mm_h,
        [1.0, 7.0, 7.0, 1.0, 7.0, 7.0],
        "each tile hears its nearest gauge; rain holds until the next row"
    );
}

/// What cannot be meant is refused at its line.
#[test]
fn mistakes_are_refused_at_their_line() {
    refused("schem = \"hllc1\"\n", &[], codes::UNKNOWN_KEY, 4);
    refused(
        "\n[[boundary]]\nedge = \"west\"\nfrom_m = 700\nto_m = 800\nkind = \"free\"\n",
        &[],
        codes::BOUNDARY_OFF,
        5,
    );
    refused("[[boundary]]\nedge = \"west\"\nkind = \"level\"\n", &[], codes::CHOICE, 4);
    refused("[[inflow]]\nx = 0\ny = 0\nseries = 1\n", &[], codes::POINT_OFF, 4);
    refused(
        "[[inflow]]\nx = 1002\ny = 502\nseries = \"q.csv\"\n",
        &[("q.csv", "t_s,value\n9,1\n3,1\n")],
        codes::SERIES_ORDER,
        3,
    );
    let line = "line = [[1050, 500], [1050, 600]]\ncrest = 12\n";
    let zero =
        format!("[[breach]]\n{line}trigger = {{ time_s = 5 }}\ngrowth = {{ kind = \"sudden\" }}\nspan_m = [40, 40]\n");
    refused(&zero, &[], codes::BARRIER_VALUE, 4);
    refused(&format!("[[breach]]\n{line}"), &[], codes::CHOICE, 4);
    refused("[[wall]]\nline = [[0, 0], [9, 9]]\ncrest = 12\n", &[], codes::BARRIER_OFF, 4);
    refused("crs = \"EPSG:12\"\n", &[], codes::VALUE, 4);
    refused(
        "buildings = \"b.json\"\n",
        &[("b.json", "{\"type\":\"Point\",\"coordinates\":[0,0]}")],
        codes::BUILDINGS,
        0,
    );
}

/// An underpass of each shape arrives whole: the bed under its portals is 8 m and 7 m.
#[test]
fn a_whole_underpass_is_read() {
    let c = sound(
        "[[underpass]]\nid = \"sag\"\nfloor_m = 2\nceiling_m = 8\nwidth_m = 26.2\ngrade = 0.05\nsump_m3 = 60\n\
         pump = { rate_m3s = 0.3, start_m3 = 50, stop_m3 = 20 }\nclosure_depth_m = 0.27\nmarks_m = [0.15, 0.5]\n\
         [[underpass.portal]]\nx = 1101\ny = 501\nsill_m = 8.2\nwidth_m = 13.1\n\
         [[underpass.portal]]\nx = 1151\ny = 506\nsill_m = 7.1\nwidth_m = 6\ncoefficient = 1.5\n\
         [[underpass]]\nid = \"cellar\"\nfloor_m = 5\nceiling_m = 7.5\narea_m2 = 400\n\
         [[underpass.portal]]\nx = 1101\ny = 501\nsill_m = 8.1\nwidth_m = 1\n\
         [[underpass]]\nid = \"bore\"\nstorage = \"s.csv\"\n\
         [[underpass.portal]]\nx = 1101\ny = 501\nsill_m = 8.1\nwidth_m = 1\n",
        &[("s.csv", "level_m,volume_m3\n1,0\n2,50\n4,400\n")],
    );
    assert_eq!(c.underpass_ids, ["sag", "cellar", "bore"]);
    let crest = Crest { coefficient: 1.5, ..Crest::BROAD };
    let sag = Filling {
        vessel: Vessel::VSag { floor_m: 2.0, width_m: 26.2, grade: 0.05, sump_m3: 60.0, height_m: 6.0 },
        portals: vec![
            Portal { cell: 20, sill_m: 8.2, width_m: 13.1, crest: Crest::BROAD },
            Portal { cell: 70, sill_m: 7.1, width_m: 6.0, crest },
        ],
        pump: Some(Pump { rate_m3s: 0.3, start_m3: 50.0, stop_m3: 20.0 }),
        closure_depth_m: Some(0.27),
        marks_m: vec![0.15, 0.5],
    };
    assert_eq!(c.model.fillings[0], sag);
    let cellar = Vessel::Prism { floor_m: 5.0, area_m2: 400.0, height_m: 2.5 };
    assert_eq!((&c.model.fillings[1].vessel, c.model.fillings[1].pump), (&cellar, None));
    let bore = &c.model.fillings[2].vessel;
    assert_eq!((bore.floor_m(), bore.capacity_m3(), bore.level_m(50.0)), (1.0, 400.0, 2.0));
}

/// What an underpass cannot be is refused at the line of the key that says it.
#[test]
fn an_underpass_that_cannot_be_is_refused_at_its_line() {
    let straight = "[[underpass]]\nid = \"U\"\nfloor_m = 2\nceiling_m = 8\narea_m2 = 90\n";
    let portal = "[[underpass.portal]]\nx = 1101\ny = 501\nsill_m = 8.2\nwidth_m = 13.1\n";
    let whole = format!("{straight}{portal}");
    let with = |from: &str, to: &str, code: &str, line: u32| refused(&whole.replace(from, to), &[], code, line);
    with("ceiling_m = 8", "ceiling_m = 2", codes::UNDERPASS_VALUE, 7);
    with("area_m2 = 90", "area_m2 = 0", codes::UNDERPASS_VALUE, 8);
    with("area_m2 = 90", "area_m2 = 90\ngrade = 0.05", codes::CHOICE, 4);
    with("area_m2 = 90", "width_m = 9", codes::CHOICE, 4);
    with("area_m2 = 90", "area_m2 = nan", codes::UNDERPASS_VALUE, 8);
    with("x = 1101", "x = 0", codes::POINT_OFF, 9);
    with("sill_m = 8.2", "sill_m = 1.9", codes::UNDERPASS_VALUE, 12);
    with("width_m = 13.1", "width_m = 0", codes::UNDERPASS_VALUE, 13);
    with("width_m = 13.1", "width_m = 9\ncoefficient = -1", codes::UNDERPASS_VALUE, 14);
    with("id = \"U\"", "id = \"U,\"", codes::DUPLICATE, 5);
    with("[[underpass.portal]]", "closure_depth_m = 6.5\n[[underpass.portal]]", codes::UNDERPASS_VALUE, 9);
    with("[[underpass.portal]]", "marks_m = [0.5, 0]\n[[underpass.portal]]", codes::UNDERPASS_VALUE, 9);
    let pump = |stop: &str| format!("pump = {{ rate_m3s = 1, start_m3 = 5, stop_m3 = {stop} }}\n[[underpass.portal]]");
    with("[[underpass.portal]]", &pump("6"), codes::UNDERPASS_VALUE, 9);
    with("[[underpass.portal]]", &pump("541"), codes::VALUE, 9);
    refused(&format!("{whole}{whole}"), &[], codes::DUPLICATE, 15);
    refused(straight, &[], codes::MISSING_KEY, 4);
    refused(&format!("{straight}portal = []\n"), &[], codes::CHOICE, 4);
    let table = format!("[[underpass]]\nid = \"U\"\nstorage = \"s.csv\"\n{portal}");
    refused(&table, &[("s.csv", "level_m,volume_m3\n1,0\n2,50\n2,60\n")], codes::TABLE_ROW, 4);
    refused(&table, &[("s.csv", "level_m,volume_m3\n1,0\n")], codes::TABLE_ROW, 0);
    refused(&table, &[], codes::UNREADABLE, 0);
}

/// A sill under the street is told, and the case runs.
#[test]
fn a_sill_under_the_street_is_told() {
    let (c, found) = case(
        "[[underpass]]\nid = \"U\"\nfloor_m = 2\nceiling_m = 8\narea_m2 = 90\n\
         [[underpass.portal]]\nx = 1101\ny = 501\nsill_m = 7\nwidth_m = 13.1\n",
        &[],
    );
    let told = |d: &crate::diagnostic::Diagnostic| {
        d.code == codes::UNDERPASS_VALUE && d.line == 12 && d.severity == Severity::Warning
    };
    assert!(c.is_some() && found.list().iter().any(told), "{found:#?}");
}

/// A building keeps water out: the faces along its outline are closed, and no others.
#[test]
fn an_outline_closes_its_faces() {
    let square = "{\"type\":\"Polygon\",\"coordinates\":[[[1020,520],[1040,520],[1040,540],[1020,540],[1020,520]]]}";
    let c = sound("buildings = \"b.json\"\n", &[("b.json", square)]);
    assert_eq!(c.model.ground.walls.len(), 16);
}

#[test]
fn a_series_is_straight_between_rows_and_its_integral_is_exact() {
    let s = Series::new(vec![0.0, 10.0, 20.0], vec![0.0, 4.0, 4.0]).expect("a series");
    assert_eq!((s.at(5.0), s.held(9.9), s.at(99.0)), (2.0, 0.0, 4.0));
    assert!((s.integral(5.0, 25.0) - (15.0 + 60.0)).abs() < 1e-12);
    assert!(Series::new(vec![1.0, 1.0], vec![0.0, 0.0]).is_none());
}

/// A tile's rain is the mean of the raster over its ground alone.
#[test]
fn rain_of_a_tile_is_the_mean_over_its_ground() {
    let frame = GridFrame { columns: 17, rows: 1, west_m: 0.0, south_m: 0.0, cell_m: 1.0 };
    let mut bed = vec![0.0; 17];
    bed[3] = f64::NAN;
    let dem = Raster { frame, epsg: None, values: bed };
    let mut values = vec![2.0; 17];
    (values[3], values[16]) = (f64::NAN, 9.0);
    assert_eq!(rain::tile_means(&Raster { frame, epsg: None, values }, &dem), [2.0, 9.0]);
}
