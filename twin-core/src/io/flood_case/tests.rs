use std::path::PathBuf;

use twin_physics::kernels::surface::edge::Stretch;
use twin_physics::kernels::surface::step::Order;
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
