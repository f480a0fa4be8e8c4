//! Which reader a file is for.

use std::path::Path;

use serde_json::Value;

use super::{GasProblem, Options, SteadyCase, codes, list};
use crate::diagnostic::Diagnostics;
use crate::io::text::{self, Notes, quote};
use crate::io::{gaslib, loose_json, matgas, pandapipes};

/// Reads a file, or a case of a list; `None` where something in it is an error.
#[must_use]
pub fn read(path: &Path, case: Option<&str>, options: &Options) -> (Option<GasProblem>, Diagnostics) {
    let mut out = Diagnostics::default();
    let problem = match path.extension().and_then(|e| e.to_str()).unwrap_or_default() {
        "json" => json(path, case, options, &mut out),
        "net" => alone(gaslib::read_file(path, options), &mut out),
        "m" => alone(matgas::read_file(path, options), &mut out),
        other => {
            let file = path.display().to_string();
            let what = format!("files ending in {:?} are not read here", quote(other));
            let remedy = "give a pandapipes file or a list of cases (.json), GasLib (.net) or matgas (.m)";
            Notes { file: &file, out: &mut out }.error(codes::KIND_OF_FILE, 0, "", what, remedy);
            None
        }
    };
    (problem.filter(|_| !out.has_errors()), out)
}

fn alone((case, found): (Option<SteadyCase>, Diagnostics), out: &mut Diagnostics) -> Option<GasProblem> {
    out.append(found);
    case.map(GasProblem::Steady)
}

fn json(path: &Path, case: Option<&str>, options: &Options, out: &mut Diagnostics) -> Option<GasProblem> {
    let text = text::read(path, codes::UNREADABLE, out)?;
    let file = path.display().to_string();
    if !text.trim_start().starts_with('[') {
        if let Some(case) = case {
            let what = "it is one network, not a list of cases".to_owned();
            Notes { file: &file, out }.error(codes::NO_CASE, 0, case, what, "leave --case out, or give the list");
            return None;
        }
        let (net, found) = pandapipes::read_text(&file, &text);
        out.append(found);
        let mut net = net?;
        net.model.friction = options.friction.unwrap_or(net.model.friction);
        return Some(GasProblem::Pandapipes(Box::new(net)));
    }
    match loose_json::parse::<Vec<Value>>(&text) {
        Ok(all) => list::read(path, &text, all, case, options, out),
        Err(e) => {
            Notes { file: &file, out }.error(codes::SYNTAX, e.line, "", quote(&e.message), "correct the file there");
            None
        }
    }
}
