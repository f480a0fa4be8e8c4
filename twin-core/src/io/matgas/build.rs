//! From the statements of a matgas file to a network.

use std::collections::BTreeMap;
use std::path::Path;

use twin_physics::constants::GRAVITY_MS2;
use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::{GasModel, LinkKind, Node, Pipe, ambient_pa};
use twin_physics::medium::gas::{Compressibility, Gas, Viscosity};

use super::codes;
use super::parse::{File, Table, parse};
use crate::diagnostic::Diagnostics;
use crate::io::gas_case::{Assembly, Options, SteadyCase};
use crate::io::text::{self, Notes, offer, quote};

/// Gas constant [J/(mol K)] where a file gives none; GasModels.jl rounds it so.
const GAS_CONSTANT: f64 = 8.314;
/// Molar mass of air [kg/mol], by GasModels.jl.
const AIR_KGMOL: f64 = 0.028_964_7;
/// Viscosity of natural gas [Pa s]; friction factors are given, so that it is told and enters nothing.
const VISCOSITY_PAS: f64 = 1.1e-5;
/// Tables that say nothing of flow.
const SILENT: [&str; 2] = ["sources", "junction_data"];
/// Links: table, column of the status, columns needed.
const LINKS: [(&str, usize, usize); 6] = [
    ("pipe", 8, 6),
    ("compressor", 12, 5),
    ("short_pipe", 3, 3),
    ("resistor", 5, 5),
    ("valve", 3, 3),
    ("regulator", 7, 5),
];

/// A file being read.
struct Reader<'a, 'b> {
    notes: Notes<'a>,
    file: &'b File,
}

/// A row with what errors call it.
struct Row<'a> {
    line: usize,
    words: &'a [String],
    table: &'a str,
}

/// Reads a file; `None` where something in it is an error.
#[must_use]
pub fn read_file(path: &Path, options: &Options) -> (Option<SteadyCase>, Diagnostics) {
    let mut out = Diagnostics::default();
    let Some(text) = text::read(path, codes::UNREADABLE, &mut out) else { return (None, out) };
    let (case, found) = read_text(&path.display().to_string(), &text, options);
    out.append(found);
    (case, out)
}

/// Reads a text; `name` is what findings call it.
#[must_use]
pub fn read_text(name: &str, text: &str, options: &Options) -> (Option<SteadyCase>, Diagnostics) {
    let mut out = Diagnostics::default();
    let mut notes = Notes { file: name, out: &mut out };
    let file = parse(text, &mut notes);
    let case = build(&mut Reader { notes, file: &file }, options);
    (case.filter(|_| !out.has_errors()), out)
}

impl Reader<'_, '_> {
    /// A scalar within bounds, or another where the file has none.
    fn scalar(&mut self, name: &str, [low, high]: [f64; 2], other: Option<f64>) -> Option<f64> {
        let Some(field) = self.file.scalars.get(name) else {
            if other.is_none() {
                self.notes.error(codes::MISSING, 0, name, "is missing".to_owned(), &format!("give mgc.{name}"));
            }
            return other;
        };
        let Ok(value) = field.text.parse::<f64>() else {
            let what = format!("is {:?}", quote(&field.text));
            self.notes.error(codes::NUMBER, field.line, name, what, "give a number");
            return None;
        };
        if !(low..=high).contains(&value) {
            let what = format!("is {value}, outside {low} to {high}");
            self.notes.error(codes::RANGE, field.line, name, what, "correct the value");
            return None;
        }
        Some(value)
    }

    fn error(&mut self, row: &Row<'_>, code: &str, message: String, remedy: &str) {
        self.notes.error(code, row.line, &row.subject(), message, remedy);
    }

    /// A number of a row within bounds.
    fn number(&mut self, row: &Row<'_>, at: usize, what: &str, [low, high]: [f64; 2]) -> Option<f64> {
        let Some(word) = row.words.get(at) else {
            let message = format!("has {} values, {what} would be number {}", row.words.len(), at + 1);
            self.error(row, codes::SHORT_ROW, message, "give the columns of the format");
            return None;
        };
        let Ok(value) = word.parse::<f64>() else {
            self.error(row, codes::NUMBER, format!("{what} is {:?}", quote(word)), "give a number");
            return None;
        };
        if !(low..=high).contains(&value) {
            let message = format!("{what} is {value}, outside {low} to {high}");
            self.error(row, codes::RANGE, message, "correct the value");
            return None;
        }
        Some(value)
    }

    /// The place of the junction in a column.
    fn junction(&mut self, row: &Row<'_>, at: usize, build: &Assembly) -> Option<usize> {
        let word = row.words.get(at).cloned().unwrap_or_default();
        let place = build.place(&word);
        if place.is_none() {
            let what = format!("names junction {:?}, which does not exist", quote(&word));
            let remedy = offer(&word, build.names(), "name a junction of the file");
            self.error(row, codes::UNKNOWN_NODE, what, &remedy);
        }
        place
    }
}

impl Row<'_> {
    fn id(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    fn subject(&self) -> String {
        format!("{} {}", self.table, quote(self.id()))
    }

    /// Whether the column of the status says that it is there; where the row ends before, it is.
    fn on(&self, at: usize) -> bool {
        self.words.get(at).is_none_or(|w| w.parse::<f64>().map_or(true, |x| x != 0.0))
    }
}

/// Rows of a table.
fn rows<'a>(file: &'a File, name: &'a str) -> impl Iterator<Item = Row<'a>> {
    let table = file.tables.get(name).into_iter();
    table.flat_map(|t: &Table| &t.rows).map(move |(line, words)| Row { line: *line, words, table: name })
}

fn build(reader: &mut Reader<'_, '_>, options: &Options) -> Option<SteadyCase> {
    let file = reader.file;
    units(reader);
    refuse_others(reader);
    let t_k = reader.scalar("temperature", [150.0, 500.0], None);
    let gravity = reader.scalar("gas_specific_gravity", [0.05, 3.0], None);
    let factor = reader.scalar("compressibility_factor", [0.2, 2.0], Some(1.0));
    let constant = reader.scalar("R", [8.0, 8.6], Some(GAS_CONSTANT));
    let (t_k, gravity, factor) = (t_k?, gravity?, factor?);
    let molar = reader.scalar("gas_molar_mass", [1e-3, 0.1], Some(AIR_KGMOL * gravity))?;
    let isentropic = reader.scalar("specific_heat_capacity_ratio", [1.01, 2.0], Some(1.4))?;
    // The speed of sound stands for `Z R T / M` where the file gives it.
    let sound = reader.scalar("sound_speed", [50.0, 2000.0], Some((factor * constant? * t_k / molar).sqrt()))?;
    let gas = Gas {
        specific_jkgk: sound * sound / (factor * t_k),
        compressibility: Compressibility::Constant(factor),
        viscosity_pas: Viscosity::Constant(VISCOSITY_PAS),
        isentropic,
    };
    let model = GasModel { gravity_ms2: GRAVITY_MS2, ..GasModel::empty(gas, Friction::Nikuradse) };
    let mut build = Assembly::new(model, t_k, gravity);
    if !file.tables.contains_key("junction") {
        let remedy = "give the table mgc.junction";
        reader.notes.error(codes::MISSING, 0, "junction", "the table is missing".to_owned(), remedy);
        return None;
    }
    junctions(reader, t_k, options, &mut build);
    links(reader, options, &mut build);
    loads(reader, &mut build);
    build.case.equations = options.equation.into_iter().collect();
    Some(build.case)
}

fn units(reader: &mut Reader<'_, '_>) {
    let Some(units) = reader.file.scalars.get("units").filter(|u| u.text != "si") else {
        let per_unit = reader.file.scalars.get("is_per_unit").filter(|f| f.text.parse::<f64>().is_ok_and(|x| x != 0.0));
        if let Some(field) = per_unit {
            let remedy = "write the file in SI units, is_per_unit = 0";
            reader.notes.error(
                codes::UNITS,
                field.line,
                "is_per_unit",
                "values are shares of bases".to_owned(),
                remedy,
            );
        }
        return;
    };
    let what = format!("are {:?}", quote(&units.text));
    reader.notes.error(
        codes::UNITS,
        units.line,
        "units",
        what,
        "write the file in SI units (GasModels.make_si_units!)",
    );
}

fn refuse_others(reader: &mut Reader<'_, '_>) {
    let known = |name: &str| {
        LINKS.iter().any(|(link, ..)| *link == name)
            || ["junction", "receipt", "delivery", "transfer"].contains(&name)
            || SILENT.contains(&name)
            || name.ends_with("_data")
            || name.starts_with("ne_")
    };
    let others = reader.file.tables.iter().filter(|(name, t)| !known(name) && !t.rows.is_empty());
    let others: Vec<(&String, usize)> = others.map(|(name, t)| (name, t.line)).collect();
    for (name, line) in others {
        let what = "is a kind of element that is not computed here".to_owned();
        reader.notes.error(codes::ELEMENT, line, name, what, "take the table out, or leave it without rows");
    }
}

/// Heights of junctions, where a further table has them.
fn heights(reader: &mut Reader<'_, '_>) -> Vec<f64> {
    let Some(table) = reader.file.tables.get("junction_data") else { return Vec::new() };
    let Some(at) = table.columns.iter().position(|c| c == "elevation") else { return Vec::new() };
    let count = reader.file.tables.get("junction").map_or(0, |t| t.rows.len());
    if table.rows.len() != count {
        let what = format!("has {} rows for {count} junctions", table.rows.len());
        reader.notes.error(codes::ROWS, table.line, "junction_data", what, "give a row for each junction");
        return Vec::new();
    }
    let file = reader.file;
    let height = |row: Row<'_>| reader.number(&row, at, "elevation", [-500.0, 9000.0]).unwrap_or(0.0);
    rows(file, "junction_data").map(height).collect()
}

fn junctions(reader: &mut Reader<'_, '_>, t_k: f64, options: &Options, build: &mut Assembly) {
    let heights = heights(reader);
    for (at, row) in rows(reader.file, "junction").enumerate() {
        let nominal_pa = reader.number(&row, 3, "p_nominal", [0.0, 1e9]);
        let kind = reader.number(&row, 4, "junction_type", [0.0, 3.0]);
        let height_m = heights.get(at).copied().unwrap_or(0.0);
        let mut node =
            Node { height_m, temperature_k: t_k, ambient_pa: ambient_pa(height_m), ..Node::junction(row.id()) };
        node.source_pa = nominal_pa.filter(|p| kind == Some(1.0) && options.slack.is_none() && *p >= 1e3);
        if row.on(5) && !build.node(node) {
            reader.error(&row, codes::DUPLICATE, "stands twice".to_owned(), "give each junction a number of its own");
        }
    }
    let line = reader.file.tables.get("junction").map_or(0, |t| t.line);
    if let Some(id) = &options.slack {
        let place = build.place(id);
        let Some((place, pressure)) = place.zip(options.slack_pa.filter(|p| *p >= 1e3)) else {
            let remedy = offer(id, build.names(), "give both, --option slack=ID --option slack_pa=VALUE");
            reader.notes.error(
                codes::NO_SOURCE,
                line,
                "slack",
                "is no junction, or has no pressure".to_owned(),
                &remedy,
            );
            return;
        };
        build.case.model.nodes[place].source_pa = Some(pressure);
    }
    if build.case.model.nodes.iter().all(|n| n.source_pa.is_none()) {
        let remedy = "name one with --option slack=ID --option slack_pa=VALUE";
        reader.notes.error(codes::NO_SOURCE, line, "junction", "none is of type 1".to_owned(), remedy);
    }
}

fn links(reader: &mut Reader<'_, '_>, options: &Options, build: &mut Assembly) {
    let mut assumed = Vec::new();
    let mut asked = options.ratios.clone();
    for (table, status, needed) in LINKS {
        for row in rows(reader.file, table) {
            if row.words.len() < needed {
                let what = format!("has {} values, {needed} are needed", row.words.len());
                reader.error(&row, codes::SHORT_ROW, what, "give the columns of the format");
                continue;
            }
            let ends = (reader.junction(&row, 1, build), reader.junction(&row, 2, build));
            let kind = link(reader, &row, &mut asked, &mut assumed);
            let ((Some(from), Some(to)), Some(kind)) = (ends, kind) else { continue };
            if from == to {
                reader.error(&row, codes::SELF_LOOP, "ends where it begins".to_owned(), "name two junctions");
                continue;
            }
            build.link(format!("{table}:{}", row.id()), [from, to], kind, row.on(status));
        }
    }
    let line = reader.file.tables.get("compressor").map_or(0, |t| t.line);
    if !assumed.is_empty() {
        let what = format!("have the least ratio they may have: {}", quote(&assumed.join(", ")));
        reader.notes.warn(codes::ASSUMED, line, "compressor", what, "give it with --option ratio:ID=VALUE");
    }
    for id in asked.keys() {
        let what = format!("ratio:{} names no compressor", quote(id));
        reader.notes.error(codes::UNKNOWN_LINK, line, "compressor", what, "name a compressor of the file");
    }
}

/// What a row of one of the tables of links is.
fn link(
    reader: &mut Reader<'_, '_>,
    row: &Row<'_>,
    asked: &mut BTreeMap<String, f64>,
    assumed: &mut Vec<String>,
) -> Option<LinkKind> {
    let free = LinkKind::Valve { diameter_m: 1.0, loss: 0.0 };
    Some(match row.table {
        "pipe" => {
            let diameter = reader.number(row, 3, "diameter", [1e-3, 10.0]);
            let length = reader.number(row, 4, "length", [0.0, 1e8]);
            let factor = reader.number(row, 5, "friction_factor", [0.0, 10.0]);
            let friction = Some(Friction::Fixed(factor?));
            LinkKind::Pipe(Pipe { length_m: length?, diameter_m: diameter?, roughness_m: 0.0, loss: 0.0, friction })
        }
        "compressor" => {
            let least = reader.number(row, 3, "c_ratio_min", [0.0, 100.0])?;
            let ratio = asked.remove(row.id()).unwrap_or_else(|| {
                assumed.push(row.id().to_owned());
                least.max(1.0)
            });
            LinkKind::Ratio(ratio)
        }
        "resistor" => {
            let loss = reader.number(row, 3, "drag", [0.0, 1e6]);
            let diameter = reader.number(row, 4, "diameter", [1e-3, 10.0]);
            LinkKind::Valve { loss: loss?, diameter_m: diameter? }
        }
        _ => free,
    })
}

/// Nominal flows of what is there.
fn loads(reader: &mut Reader<'_, '_>, build: &mut Assembly) {
    for (table, sign) in [("receipt", -1.0), ("delivery", 1.0), ("transfer", 1.0)] {
        for row in rows(reader.file, table) {
            let at = reader.junction(&row, 1, build);
            let flow = reader.number(&row, 4, "the nominal flow", [-1e6, 1e6]);
            if let (Some(at), Some(flow)) = (at, flow.filter(|_| row.on(6))) {
                let node = &mut build.case.model.nodes[at];
                // What flows in at a given pressure follows from the others.
                if table != "receipt" || node.source_pa.is_none() {
                    node.load_kgs += sign * flow;
                }
            }
        }
    }
}
