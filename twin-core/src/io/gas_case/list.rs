//! A list of cases, and how one of them is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use twin_physics::domains::gas::friction::Friction;

use super::{EquationOfState, GasProblem, codes, gaslib_json, transient};
use crate::diagnostic::Diagnostics;
use crate::io::loose_json;
use crate::io::pandapipes;
use crate::io::text::{self, Notes, line_of, offer, quote};

/// What a user may ask of any case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// Friction law in place of the file's.
    pub friction: Option<Friction>,
    /// Equation of state in place of all three, or of the file's.
    pub equation: Option<EquationOfState>,
    /// Scenario of a GasLib network, in place of the one beside it.
    pub scenario: Option<PathBuf>,
    /// The node of given pressure in a GasLib or matgas network.
    pub slack: Option<String>,
    /// Its pressure [Pa].
    pub slack_pa: Option<f64>,
    /// Ratios of compressors in such a network, by their id.
    pub ratios: BTreeMap<String, f64>,
}

/// Options of pandapipes' solver: its tolerances and limits have no meaning here.
const SOLVER_OPTIONS: [&str; 18] = [
    "tol_p",
    "tol_m",
    "tol_T",
    "tol_res",
    "max_iter_hyd",
    "max_iter_therm",
    "max_iter_bidirect",
    "iter",
    "alpha",
    "nonlinear_method",
    "mode",
    "ambient_temperature",
    "check_connectivity",
    "max_iter_colebrook",
    "tolerance_colebrook",
    "use_numba",
    "calc_compression_power",
    "rerun",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PandapipesEntry {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "note")]
    _note: Option<String>,
    file: String,
    #[serde(default)]
    options: Map<String, Value>,
    #[serde(default)]
    close_valves: Vec<i64>,
    sink_scale: Option<f64>,
    #[serde(rename = "no_third_party")]
    _no_third_party: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GaslibEntry {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "note")]
    _note: Option<String>,
    pub file: String,
    #[serde(rename = "T")]
    pub t_k: f64,
    #[serde(rename = "G")]
    pub gravity: f64,
    pub slack_pa: BTreeMap<String, f64>,
    #[serde(default)]
    pub injection_kg_s: BTreeMap<String, f64>,
    #[serde(default)]
    pub compressor_ratio: BTreeMap<String, f64>,
    #[serde(default)]
    pub pipes_out: Vec<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TransientEntry {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "note")]
    _note: Option<String>,
    pub file: String,
    pub dx: Option<f64>,
    pub t_end: f64,
    pub output_dt: f64,
}

/// What reading a case needs to know at every turn.
pub(super) struct Reader<'a> {
    /// Where findings go; the file is the one being read.
    pub notes: Notes<'a>,
    /// Line that findings are put on.
    pub line: usize,
}

impl Reader<'_> {
    pub fn error(&mut self, code: &str, subject: &str, message: String, remedy: &str) {
        self.notes.error(code, self.line, subject, message, remedy);
    }

    /// A number within bounds.
    pub fn within(&mut self, subject: &str, x: f64, [low, high]: [f64; 2]) -> Option<f64> {
        if (low..=high).contains(&x) {
            return Some(x);
        }
        self.error(codes::RANGE, subject, format!("is {x}, outside {low} to {high}"), "correct the value");
        None
    }

    /// A value in the form of a type.
    pub fn typed<T: DeserializeOwned>(&mut self, subject: &str, value: Value) -> Option<T> {
        match serde_json::from_value(value) {
            Ok(typed) => Some(typed),
            Err(e) => {
                let remedy = "correct the key; the formats are described with the cases";
                self.error(codes::FORM, subject, quote(&e.to_string()), remedy);
                None
            }
        }
    }
}

/// The text of a file as JSON of a type.
pub(super) fn json<T: DeserializeOwned>(path: &Path, out: &mut Diagnostics) -> Option<T> {
    let text = text::read(path, codes::UNREADABLE, out)?;
    let file = path.display().to_string();
    let mut notes = Notes { file: &file, out };
    match loose_json::parse::<Value>(&text) {
        Ok(value) => Reader { notes, line: 0 }.typed("", value),
        Err(e) => {
            notes.error(codes::SYNTAX, e.line, "", quote(&e.message), "correct the file there");
            None
        }
    }
}

/// A case of a list.
pub(super) fn read(
    path: &Path,
    text: &str,
    list: Vec<Value>,
    name: Option<&str>,
    options: &Options,
    out: &mut Diagnostics,
) -> Option<GasProblem> {
    let file = path.display().to_string();
    let named = |v: &Value| v.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let names: Vec<String> = list.iter().map(named).collect();
    let all = quote(&names.join(", "));
    let mut reader = Reader { notes: Notes { file: &file, out }, line: 0 };
    let Some(name) = name else {
        let what = "it is a list of cases".to_owned();
        reader.error(codes::CHOICE, "", what, &format!("choose one with --case: {all}"));
        return None;
    };
    let Some(at) = names.iter().position(|n| n == name) else {
        let remedy = offer(name, names.iter().map(String::as_str), &format!("it has {all}"));
        reader.error(codes::NO_CASE, name, "is not in the list".to_owned(), &remedy);
        return None;
    };
    reader.line = text.find(&format!("\"{name}\"")).map_or(0, |offset| line_of(text, offset));
    let entry = list.into_iter().nth(at)?;
    let kind = entry.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    let folder = path.parent().unwrap_or(Path::new(""));
    match kind.as_str() {
        "pp" => pandapipes_case(&mut reader, name, entry, folder, options),
        "gaslib" => {
            let entry: GaslibEntry = reader.typed(name, entry)?;
            let json = json(&folder.join(&entry.file), reader.notes.out)?;
            let mut case = gaslib_json::build(&mut reader, &entry, json)?;
            case.equations = options.equation.map_or_else(|| EquationOfState::ALL.to_vec(), |e| vec![e]);
            Some(GasProblem::Steady(case))
        }
        "moc" => {
            let entry: TransientEntry = reader.typed(name, entry)?;
            let json = json(&folder.join(&entry.file), reader.notes.out)?;
            transient::build(&mut reader, &entry, json).map(GasProblem::Transient)
        }
        _ => {
            let what = format!("is of the kind {}", quote(&kind));
            reader.error(codes::KIND, name, what, "gas networks know the kinds pp, gaslib and moc");
            None
        }
    }
}

fn pandapipes_case(
    reader: &mut Reader<'_>,
    name: &str,
    entry: Value,
    folder: &Path,
    options: &Options,
) -> Option<GasProblem> {
    let entry: PandapipesEntry = reader.typed(name, entry)?;
    let mut friction = None;
    for (key, value) in &entry.options {
        if key == "friction_model" {
            friction = value.as_str().and_then(pandapipes::friction_of);
            if friction.is_none() {
                let what = format!("friction_model is {}", quote(&value.to_string()));
                reader.error(codes::OPTION, name, what, "use nikuradse, colebrook, swamee-jain or hofer");
            }
        } else if !SOLVER_OPTIONS.contains(&key.as_str()) {
            let remedy = offer(key, SOLVER_OPTIONS.into_iter().chain(["friction_model"]), "take it out");
            reader.error(codes::OPTION, name, format!("the option {} is not known", quote(key)), &remedy);
        }
    }
    let scale = reader.within("sink_scale", entry.sink_scale.unwrap_or(1.0), [-100.0, 100.0]);
    let (net, found) = pandapipes::read_file(&folder.join(&entry.file));
    reader.notes.out.append(found);
    let mut net = net?;
    for valve in entry.close_valves {
        if !net.close_valve(valve) {
            let what = format!("close_valves names valve {valve}, which does not exist");
            reader.error(codes::UNKNOWN_LINK, name, what, "name valves of the network");
        }
    }
    let scale = scale?;
    if entry.sink_scale.is_some() {
        net.scale_sinks(scale);
    }
    net.model.friction = options.friction.or(friction).unwrap_or(net.model.friction);
    Some(GasProblem::Pandapipes(Box::new(net)))
}
