use std::path::Path;

use super::external::{self, RainRecord, resolve};
use super::{codes, read_str};
use crate::diagnostic::Severity;

const DECK: &str = "[OPTIONS]\nEND_DATE 01/02/2004\n[JUNCTIONS]\nJ 1\n[RAINGAGES]\n\
    G VOLUME 1:00 1 FILE \"C:\\old place\\rain.dat\" STA1 MM\n[TIMESERIES]\nT FILE sub\\series.txt\n[TEMPERATURE]\n\
    FILE climate.txt\n";

fn folder(rain: &str, series: &str, climate: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder for the test");
    std::fs::create_dir(dir.path().join("sub")).expect("a folder in it");
    for (name, text) in [("rain.dat", rain), ("sub/series.txt", series), ("climate.txt", climate)] {
        std::fs::write(dir.path().join(name), text).expect("a file in it");
    }
    dir
}

#[test]
fn files_that_a_deck_names_are_read_beside_it() {
    let deck = read_str("d.inp", DECK.as_bytes()).0.expect("the deck reads");
    let rain = "heading\nSTA1 2004 1 1 0 0 5\nSTA2 2004 1 1 0 0 7\nSTA1 2004 1 1 24 0 1.5\n";
    let climate = "S 2004 1 1 10 -2 3\nS 2004 1 2 * 1 * 5\n";
    let dir = folder(rain, ";note\n0:30 1\n01/01/2004 1.5 2\n2:00 3\n", climate);
    let (files, found) = external::read(&deck, dir.path());
    let codes: Vec<_> = found.list().iter().map(|d| (d.severity, d.code.as_str())).collect();
    assert_eq!(codes, [(Severity::Warning, codes::OTHER_PLACE)]);
    let day = |d| jiff::civil::date(2004, 1, d).at(0, 0, 0, 0);
    let expected = vec![RainRecord { at: day(1), value: 5.0 }, RainRecord { at: day(2), value: 1.5 }];
    assert_eq!(files.rain, [Some(expected)]);
    let points = files.series[0].as_ref().expect("the series is read");
    let at: Vec<_> = points.iter().map(|p| (p.seconds_from(deck.options.start), p.value)).collect();
    assert_eq!(at, [(1800.0, 1.0), (5400.0, 2.0), (7200.0, 3.0)]);
    let days = files.climate.expect("the climate is read").days;
    assert_eq!(
        (days[0].t_max, days[0].t_min, days[0].evaporation, days[0].wind),
        (Some(10.0), Some(-2.0), Some(3.0), None)
    );
    assert_eq!((days[1].t_max, days[1].wind), (None, Some(5.0)));
}

#[test]
fn ghcn_columns_are_found_by_their_heads() {
    let deck = read_str("d.inp", DECK.as_bytes()).0.expect("the deck reads");
    let ghcn =
        "STATION  DATE     TMAX     TMIN\n-------- -------- -------- --------\nGHCN:US1 20040101      106    -9999\n";
    let dir = folder("S 2004 1 1 0 0 5\n", "0 1\n", ghcn);
    let climate = external::read(&deck, dir.path()).0.climate.expect("it is read");
    assert!(climate.ghcn);
    assert_eq!((climate.days[0].t_max, climate.days[0].t_min), (Some(106.0), None));
}

#[test]
fn faults_of_files_are_told_with_file_and_line() {
    let deck = read_str("d.inp", DECK.as_bytes()).0.expect("the deck reads");
    let good = ("STA1 2004 1 1 0 0 5\n", "0 1\n", "S 2004 1 1 10 2\n");
    for (rain, series, climate, code, line) in [
        ("STA1 2004 1 1 1 0 5\nSTA1 2004 1 1 0 0 5\n", good.1, good.2, codes::RAIN_ORDER, 2),
        ("a\nb\nc\nd\ne\nf\ng\n", good.1, good.2, codes::RAIN_FORMAT, 6),
        ("012345 01 HPCP HI\n", good.1, good.2, codes::RAIN_FORMAT, 1),
        (good.0, good.1, "DLY 1 2\n", codes::UNKNOWN_FORMAT, 1),
        (good.0, "0 1\n1 x\n", good.2, codes::SERIES_READ, 2),
        (good.0, "1 1\n0 2\n", good.2, codes::SERIES, 2),
        (good.0, "", good.2, codes::SERIES_READ, 1),
        (good.0, good.1, "S 2004 13 1 10 2\n", codes::CLIMATE_READ, 1),
    ] {
        let dir = folder(rain, series, climate);
        let (_, found) = external::read(&deck, dir.path());
        let errors: Vec<_> = found.list().iter().filter(|d| d.severity == Severity::Error).collect();
        assert_eq!((errors.len(), errors[0].code.as_str(), errors[0].line), (1, code, line), "{found:?}");
    }
    let (files, found) = external::read(&deck, Path::new("/nowhere"));
    let met: Vec<_> = found.list().iter().map(|d| d.code.as_str()).collect();
    assert_eq!(met, [codes::SERIES_OPEN, codes::OTHER_PLACE, codes::RAIN_OPEN, codes::CLIMATE_OPEN]);
    assert!(files.climate.is_none());
}

#[test]
fn paths_of_another_machine_are_cut_to_their_name() {
    let folder = Path::new("f");
    assert_eq!(resolve(folder, "a\\b.txt"), (folder.join("a/b.txt"), false));
    assert_eq!(resolve(folder, "D:\\x\\b c.txt"), (folder.join("b c.txt"), true));
    assert_eq!(resolve(folder, "/not/here.txt"), (folder.join("here.txt"), true));
}

/// Names with blanks are taken in quotes, which SWMM's own first pass does not understand.
#[test]
fn names_with_blanks_are_read_and_written() {
    let deck = "[OPTIONS]\nEND_DATE 01/02/2004\n[JUNCTIONS]\n\"a b\" 1\n[COORDINATES]\n\"A B\" 1 2\n";
    let (deck, found) = read_str("d.inp", deck.as_bytes());
    let deck = deck.unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(read_str("d.inp", super::write(&deck).as_bytes()).0, Some(deck));
}

/// Zeros and what is left out stand for SWMM's defaults.
#[test]
fn defaults_are_swmms() {
    let (deck, _) =
        read_str("d.inp", b"[OPTIONS]\nEND_DATE 01/02/2004\nMAX_TRIALS 0\nHEAD_TOLERANCE 0\n[JUNCTIONS]\nJ 1\n");
    let o = deck.expect("it reads").options;
    assert_eq!((o.trials(), o.head_tolerance_m()), (8, 0.005 * 0.3048));
    assert_eq!((o.routing_step_s, o.wet_step_s, o.dry_step_s, o.report_step_s), (300.0, 300, 3600, 900));
    assert!((o.min_surface_area_m2() - 1.167_42).abs() < 1e-5);
}
