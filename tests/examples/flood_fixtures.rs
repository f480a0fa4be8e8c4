//! Writes a flood case of ours into a folder: `cargo run -p twin-tests --example flood_fixtures -- NAME CELL_M FOLDER`,
//! with lines for the case file after it if wanted.
//!
//! `fixtures/surface/ea-test-2` is `-- example 20 fixtures/surface/ea-test-2`.

use std::io::Write;
use std::path::Path;

use twin_tests::flood_ea;

fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let told = || writeln!(std::io::stderr(), "NAME CELL_M FOLDER [MORE], NAME one of 1 2 4 valley breach example");
    let [name, cell, folder, more @ ..] = &words[..] else { return told() };
    let Ok(cell_m) = cell.parse() else { return told() };
    let how = more.iter().fold(String::new(), |text, line| text + line + "\n");
    let case = match name.as_str() {
        "1" => flood_ea::disconnected(cell_m, &how),
        "2" => flood_ea::depressions(cell_m, 48.0, &how),
        "4" => flood_ea::plain(cell_m, 5.0, &how),
        "valley" => flood_ea::valley(cell_m, 1, false, &how),
        "breach" => flood_ea::valley(cell_m, 1, true, &how),
        "example" => flood_ea::example(),
        _ => return told(),
    };
    std::fs::create_dir_all(folder)?;
    case.write(Path::new(folder)).map(drop)
}
