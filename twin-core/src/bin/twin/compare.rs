//! `twin compare A B`: two result folders side by side.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;
use twin_core::io::compare;
use twin_core::io::report::Lang;

use crate::Failure;
use crate::console::Console;

/// Options of `twin compare`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One result folder.
    a: PathBuf,
    /// The other.
    b: PathBuf,
}

/// Compares; success whatever it finds, as long as both can be read.
pub fn compare(console: &Console, args: &Args) -> Result<(), Failure> {
    let found = compare::compare(&args.a, &args.b)
        .with_context(|| format!("{} against {}", args.a.display(), args.b.display()))?;
    let lang = if console.zh() { Lang::Zh } else { Lang::En };
    console.say(&found.render(lang));
    console.object(&json!(found));
    Ok(())
}
