//! The example under `fixtures/surface`: as its generator writes it, and as it says.

use std::path::Path;

use twin_tests::flood_ea;

/// The files are those that `flood_fixtures` writes.
#[test]
fn the_example_is_what_its_generator_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/surface/ea-test-2");
    let case = flood_ea::example();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the example stands there");
    assert!(read("dem.asc") == case.ground(), "dem.asc");
    assert_eq!(read("CASE.toml"), case.toml);
    for (name, text) in &case.files {
        assert_eq!(&read(name), text, "{name}");
    }
}
