//! Any bytes as a flood case beside a small ground, a series and a table: never a panic, and no case beside an error.
//! Run: `make fuzz-readers`.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use twin_core::io::flood_case;

/// A folder of this process with the files a case may name.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("twin-fuzz-flood-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for cases");
    let ground: String = (0..4).map(|row| format!("{0} {0} {0} {0} {0} {0}\n", 10 + row)).collect();
    let ground = format!("ncols 6\nnrows 4\nxllcorner 0\nyllcorner 0\ncellsize 10\n{ground}");
    for (name, text) in [("dem.asc", ground.as_str()), ("q.csv", "t_s,value\n0,1\n60,3\n")] {
        std::fs::write(folder.join(name), text).expect("a file beside the case");
    }
    folder
});

fuzz_target!(|bytes: &[u8]| {
    let path = FOLDER.join("case.toml");
    std::fs::write(&path, bytes).expect("the case");
    let (case, found) = flood_case::read_file(&path);
    assert_eq!(case.is_none(), found.has_errors());
});
