//! The developers' `.inp` networks: all are read, counted and written again. Data beside the workspace, never in it.

use std::path::{Path, PathBuf};

use twin_core::io::inp;

/// The shared data, or `None` with a note where they are not there.
fn water() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("LIFELINE_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("networks/water");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no {}", folder.display());
    None
}

/// Network, nodes, links, tanks, reservoirs, controls, rules of `reference/INDEX.csv`.
fn index(folder: &Path) -> Vec<(String, [usize; 6])> {
    let text = std::fs::read_to_string(folder.join("reference/INDEX.csv")).expect("INDEX.csv stands in reference/");
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().expect("INDEX.csv has column heads").split(',').collect();
    let column = |name: &str| heads.iter().position(|h| *h == name).expect("INDEX.csv has the column");
    let columns = ["nodes", "links", "tanks", "reservoirs", "controls", "rules"].map(column);
    lines
        .map(|l| {
            let cells: Vec<&str> = l.split(',').collect();
            (cells[0].to_owned(), columns.map(|c| cells[c].parse().expect("a count")))
        })
        .collect()
}

#[test]
fn all_networks_are_read_and_counted() {
    let Some(folder) = water() else { return };
    let index = index(&folder);
    assert_eq!(index.len(), 27);
    for (name, counts) in index {
        let (file, found) = inp::read_file(&folder.join(format!("{name}.inp")));
        let file = file.unwrap_or_else(|| panic!("{name}: {found:#?}"));
        let (model, _) = inp::to_water_model(&file);
        let kind = |f: fn(&inp::StorageKind) -> bool| file.storages.iter().filter(|s| f(&s.kind)).count();
        let tanks = kind(|k| matches!(k, inp::StorageKind::Tank(_)));
        let reservoirs = kind(|k| matches!(k, inp::StorageKind::Reservoir(_)));
        let rules = file.rules.len();
        let found = [model.nodes.len(), model.links.len(), tanks, reservoirs, model.controls.len(), rules];
        assert_eq!(found, counts, "{name}: nodes, links, tanks, reservoirs, controls, rules");
    }
}

#[test]
fn all_networks_are_written_so_that_they_read_the_same() {
    let Some(folder) = water() else { return };
    for (name, _) in index(&folder) {
        let text = std::fs::read(folder.join(format!("{name}.inp"))).expect("a network of the index");
        let file = inp::read_str(&name, &text).0.expect("read by the test above");
        let (again, found) = inp::read_str(&name, inp::write(&file).as_bytes());
        let again = again.unwrap_or_else(|| panic!("{name}: {found:#?}"));
        assert!(again == file, "{name} changed");
        assert_eq!(inp::to_water_model(&again).0, inp::to_water_model(&file).0, "{name}");
    }
}
