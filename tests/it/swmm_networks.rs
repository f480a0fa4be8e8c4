//! The shared drainage models: each is read without an error, holds SWMM's objects in SWMM's order, and is written so
//! that it reads the same.

use std::path::{Path, PathBuf};

use npyz::npz::NpzArchive;
use twin_core::diagnostic::Severity;
use twin_core::io::swmm_inp;
use twin_core::io::swmm_inp::deck::{LinkKind, NodeKind};

fn drainage() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("LIFELINE_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("networks/drainage");
    folder.is_dir().then_some(folder)
}

fn decks(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).expect("a readable folder").map(|e| e.expect("readable").path());
    let mut decks: Vec<_> = all.filter(|p| p.extension().is_some_and(|e| e == "inp")).collect();
    decks.sort();
    decks
}

/// Node and link types as SWMM numbers them.
fn codes(reference: &Path, name: &str) -> Vec<i8> {
    let mut archive = NpzArchive::open(reference).expect("a readable npz");
    let array = archive.by_name(name).expect("a readable array").expect("an array of this name");
    array.into_vec().expect("whole numbers")
}

/// Ids; an array of none has no type of its own.
fn ids(reference: &Path, name: &str) -> Vec<String> {
    let mut archive = NpzArchive::open(reference).expect("a readable npz");
    let array = archive.by_name(name).expect("a readable array").expect("an array of this name");
    if array.len() == 0 { Vec::new() } else { array.into_vec().expect("names") }
}

#[test]
fn shared_decks_hold_swmms_objects_in_swmms_order() {
    let Some(folder) = drainage() else { return };
    let decks = decks(&folder);
    assert_eq!(decks.len(), 18);
    for path in decks {
        let (deck, found) = swmm_inp::read_file(&path);
        let deck = deck.unwrap_or_else(|| panic!("{found:#?}"));
        assert!(found.list().iter().all(|d| d.severity != Severity::Error), "{found:#?}");
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let reference = folder.join("reference").join(stem + ".npz");
        assert!(deck.node_ids().eq(ids(&reference, "node_ids")), "{}", path.display());
        assert!(deck.link_ids().eq(ids(&reference, "link_ids")), "{}", path.display());
        assert!(deck.subcatchment_ids().eq(ids(&reference, "sub_ids")), "{}", path.display());
        let nodes = deck.nodes.iter().map(|n| match n.kind {
            NodeKind::Junction(_) => 0,
            NodeKind::Outfall(_) => 1,
            NodeKind::Storage(_) => 2,
            NodeKind::Divider(_) => 3,
        });
        assert!(nodes.eq(codes(&reference, "node_type")), "{}", path.display());
        let links = deck.links.iter().map(|l| match l.kind {
            LinkKind::Conduit(_) => 0,
            LinkKind::Pump(_) => 1,
            LinkKind::Orifice(_) => 2,
            LinkKind::Weir(_) => 3,
            LinkKind::Outlet(_) => 4,
        });
        assert!(links.eq(codes(&reference, "link_type")), "{}", path.display());
    }
}

#[test]
fn shared_decks_are_written_so_that_they_read_the_same() {
    let Some(folder) = drainage() else { return };
    for path in decks(&folder) {
        let (deck, _) = swmm_inp::read_file(&path);
        let deck = deck.expect("read in the test above");
        let written = swmm_inp::write(&deck);
        let (again, found) = swmm_inp::read_str(&deck.name, written.as_bytes());
        assert!(again.as_ref() == Some(&deck), "{}: {found:#?}\n{written}", path.display());
    }
}
