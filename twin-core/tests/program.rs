//! Here so that a test run of the workspace builds the program `twin` anew: cargo builds a package's programs only for
//! that package's own integration tests. The suites that start it stand in `tests/it/cli.rs`.

use std::process::Command;

/// The program starts and is of this version.
#[test]
fn the_program_is_of_this_version() {
    let output = Command::new(env!("CARGO_BIN_EXE_twin")).arg("--version").output().expect("it starts");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(said.trim(), format!("twin {}", env!("CARGO_PKG_VERSION")));
}
