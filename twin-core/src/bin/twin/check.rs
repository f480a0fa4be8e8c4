//! `twin check PATH…`: what is wrong, where, and what to do about it.

use std::path::{Path, PathBuf};

use serde_json::json;
use twin_core::bindings::water;
use twin_core::diagnostic::Diagnostics;
use twin_core::io;
use twin_core::rehearsal::stage::{Request, Stage};

use crate::Failure;
use crate::console::Console;

/// Options of `twin check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// City folders, scenario folders or files, and `.inp` files.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

/// Checks everything named; fails when anything has an error.
pub fn check(console: &Console, args: &Args) -> Result<(), Failure> {
    let mut files = Vec::new();
    let mut errors = 0;
    for path in &args.paths {
        let found = check_one(path);
        errors += found.error_count();
        for d in found.list() {
            console.say(&d.to_string());
        }
        if found.dropped() > 0 {
            console.say(&console.text(
                &format!("{}：另有 {} 条未列出", path.display(), found.dropped()),
                &format!("{}: and {} more that are not listed", path.display(), found.dropped()),
            ));
        }
        if !found.has_errors() {
            console.say(&format!("{}: {}", path.display(), console.text("可用", "usable")));
        }
        files.push(json!({
            "path": path.display().to_string(), "usable": !found.has_errors(),
            "diagnostics": found.list(), "not_listed": found.dropped(),
        }));
    }
    console.object(&json!({ "files": files }));
    if errors == 0 {
        return Ok(());
    }
    let message = console.text(&format!("发现 {errors} 个错误"), &format!("{errors} errors found"));
    Err(Failure::Failed(anyhow::anyhow!(message)))
}

fn check_one(path: &Path) -> Diagnostics {
    if path.join("city.toml").is_file() || path.file_name().is_some_and(|n| n == "city.toml") {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        return io::city::read(folder).1;
    }
    if path.is_dir() || path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
        let request = Request { scenario: path.to_owned(), network: None, city: None, seed: None };
        return Stage::set(&request).map_or_else(|found| found, |stage| stage.found);
    }
    check_inp(path)
}

fn check_inp(path: &Path) -> Diagnostics {
    let (file, mut found) = io::inp::read_file(path);
    let Some(file) = file.filter(|_| !found.has_errors()) else { return found };
    let (model, more) = io::inp::to_water_model(&file);
    found.append(more);
    if !found.has_errors()
        && let Err(errors) = water::solver(&path.display().to_string(), model)
    {
        for error in errors {
            found.push(error);
        }
    }
    found
}
