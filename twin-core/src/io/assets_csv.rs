//! `NET.assets.csv`: what stands on a water network beyond its hydraulic model.
//!
//! | kind | `on` | other columns |
//! |---|---|---|
//! | `valve` | a link | `position` 0–1 (below 0.5: at its first node), `state` `open`, `shut`, `stuck`, `travel_s` |
//! | `hydrant` | a node, or a link: its end by `position` | |
//! | `customer` | a node, or a link: its end by `position` | `count` of customers; several rows add up |
//! | `controller` | a pump | `state` = `<tank> <low> <high>`: on at or below `low`, off at or above `high` [m] |
//! | `actuator` | a control valve | `travel_s`: its motor's time from end to end [s] |
//!
//! A valve that is `stuck` is open and does not move. The header is `id,kind,on,position,state,count`, in any order,
//! `travel_s` optional; lines that start with `#` are comments. A kind without a row is assumed by the rules of
//! [`crate::model::water_assets`], and said to be.

use std::collections::{BTreeMap, BTreeSet};

use twin_physics::domains::water::{LinkIx, LinkKind, NodeIx, NodeKind, WaterModel};

use crate::io::csv_text::{self, Row, Shape, TableCodes};
use crate::io::text::{Notes, offer, quote};
use crate::model::water_assets::{Actuator, End, Hydrant, IsolationValve, LevelController, WaterAssets};

/// Codes of the findings.
pub mod codes {
    /// The file cannot be read.
    pub const FILE: &str = "CITY-150";
    /// A column is missing, doubled or unknown.
    pub const HEADER: &str = "CITY-151";
    /// A row cannot be read.
    pub const ROW: &str = "CITY-152";
    /// `on` or a tank is not of the network, or of the wrong kind.
    pub const UNKNOWN: &str = "CITY-153";
    /// A name stands twice within its kind.
    pub const DUPLICATE: &str = "CITY-154";
    /// A number is missing or out of its range.
    pub const NUMBER: &str = "CITY-155";
    /// A kind or state is not known.
    pub const WORD: &str = "CITY-156";
    /// A kind has no row and is assumed.
    pub const ASSUMED: &str = "CITY-157";
    /// Two valves stand at one place.
    pub const SAME_PLACE: &str = "CITY-158";
}

const SHAPE: Shape =
    Shape { required: &["id", "kind", "on"], optional: &["position", "state", "count", "travel_s"], open: false };
const KINDS: [&str; 5] = ["valve", "hydrant", "customer", "controller", "actuator"];
const STATES: [&str; 3] = ["open", "shut", "stuck"];

/// Reads the table of a network. Rows with an error are noted and left out; kinds without a sound row are assumed.
pub fn read(text: &str, model: &WaterModel, notes: &mut Notes<'_>) -> WaterAssets {
    let mut reader = Reader::new(model);
    let codes = TableCodes { header: codes::HEADER, row: codes::ROW };
    csv_text::rows(text, SHAPE, codes, notes, |row, notes| reader.row(row, notes));
    let mut assets = reader.assets;
    assets.fill(model);
    let kinds = [
        (assets.assumed_valves, "valve", "N−1 isolation valves at each junction of N pipes"),
        (assets.assumed_hydrants, "hydrant", "a hydrant at each junction on a pipe of at least DN100"),
        (assets.assumed_customers, "customer", "customers from base demand at 0.4 m³ a day"),
    ];
    for (_, kind, rule) in kinds.into_iter().filter(|k| k.0) {
        notes.info(self::codes::ASSUMED, 0, kind, format!("no row of this kind; assumed: {rule}"), "");
    }
    assets
}

struct Reader<'a> {
    model: &'a WaterModel,
    nodes: BTreeMap<&'a str, usize>,
    links: BTreeMap<&'a str, usize>,
    names: BTreeSet<(String, String)>,
    places: BTreeSet<(usize, End)>,
    assets: WaterAssets,
}

impl<'a> Reader<'a> {
    fn new(model: &'a WaterModel) -> Self {
        Self {
            model,
            nodes: model.nodes.iter().enumerate().map(|(at, n)| (n.id.as_str(), at)).collect(),
            links: model.links.iter().enumerate().map(|(at, l)| (l.id.as_str(), at)).collect(),
            names: BTreeSet::new(),
            places: BTreeSet::new(),
            assets: WaterAssets::default(),
        }
    }

    fn row(&mut self, row: &Row<'_>, notes: &mut Notes<'_>) {
        let (id, kind) = (row.get("id"), row.get("kind"));
        if !KINDS.contains(&kind) {
            let remedy = offer(kind, KINDS, "valve, hydrant, customer, controller or actuator");
            notes.error(codes::WORD, row.line, id, format!("`{}` is not a kind", quote(kind)), &remedy);
            return;
        }
        if id.is_empty() {
            notes.error(codes::ROW, row.line, kind, "has no id".to_owned(), "give it a name");
            return;
        }
        if !self.names.insert((kind.to_owned(), id.to_owned())) {
            let message = format!("a {kind} of this name stood before");
            notes.error(codes::DUPLICATE, row.line, id, message, "give each a name of its own");
            return;
        }
        // Each kind notes its own error; a row without one has been taken in.
        let _taken = match kind {
            "valve" => self.valve(row, notes),
            "hydrant" => self.hydrant(row, notes),
            "customer" => self.customer(row, notes),
            "controller" => self.controller(row, notes),
            _ => self.actuator(row, notes),
        };
    }

    fn valve(&mut self, row: &Row<'_>, notes: &mut Notes<'_>) -> Option<()> {
        let link = self.link(row, notes)?;
        let end = if number(row, "position", 0.0, 1.0, Some(0.0), notes)? < 0.5 { End::From } else { End::To };
        let state = if row.get("state").is_empty() { "open" } else { row.get("state") };
        if !STATES.contains(&state) {
            let remedy = offer(state, STATES, "open, shut or stuck");
            notes.error(codes::WORD, row.line, row.get("id"), format!("`{}` is not a state", quote(state)), &remedy);
            return None;
        }
        let travel_s = number(row, "travel_s", 0.0, 86_400.0, Some(0.0), notes)?;
        if !self.places.insert((link, end)) {
            let message = format!("another valve stands at that end of {}", quote(row.get("on")));
            notes.error(codes::SAME_PLACE, row.line, row.get("id"), message, "keep one of them");
            return None;
        }
        let id = row.get("id").to_owned();
        let (shut, stuck) = (state == "shut", state == "stuck");
        self.assets.valves.push(IsolationValve { id, link: LinkIx::new(link), end, shut, stuck, travel_s });
        Some(())
    }

    fn hydrant(&mut self, row: &Row<'_>, notes: &mut Notes<'_>) -> Option<()> {
        let node = NodeIx::new(self.junction(row, notes)?);
        self.assets.hydrants.push(Hydrant { id: row.get("id").to_owned(), node });
        Some(())
    }

    fn customer(&mut self, row: &Row<'_>, notes: &mut Notes<'_>) -> Option<()> {
        let node = self.junction(row, notes)?;
        let count = number(row, "count", 0.0, 1e9, None, notes)?;
        if self.assets.customers.is_empty() {
            self.assets.customers = vec![0.0; self.model.nodes.len()];
        }
        self.assets.customers[node] += count;
        Some(())
    }

    fn controller(&mut self, row: &Row<'_>, notes: &mut Notes<'_>) -> Option<()> {
        let pump = self.link(row, notes)?;
        let id = row.get("id");
        if !matches!(self.model.links[pump].kind, LinkKind::Pump(_)) {
            let message = format!("{} is not a pump", quote(row.get("on")));
            notes.error(codes::UNKNOWN, row.line, id, message, "a controller switches a pump");
            return None;
        }
        let words: Vec<&str> = row.get("state").split_ascii_whitespace().collect();
        let level = |word: &str| word.parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
        let (tank, low_m, high_m) = match words[..] {
            [tank, low, high] => (tank, level(low), level(high)),
            _ => ("", None, None),
        };
        let (Some(low_m), Some(high_m)) = (low_m, high_m) else {
            let message = format!("`{}` is not `<tank> <low> <high>`", quote(row.get("state")));
            notes.error(codes::NUMBER, row.line, id, message, "write a tank and two levels in metres, as `T1 2.0 4.5`");
            return None;
        };
        if low_m >= high_m {
            let message = format!("switches on at {low_m} m and off at {high_m} m");
            notes.error(codes::NUMBER, row.line, id, message, "the first level must be the lower one");
            return None;
        }
        let found = self.nodes.get(tank).filter(|at| matches!(self.model.nodes[**at].kind, NodeKind::Tank(_)));
        let Some(found) = found else {
            let tanks = self.model.nodes.iter().filter(|n| matches!(n.kind, NodeKind::Tank(_))).map(|n| n.id.as_str());
            let remedy = offer(tank, tanks, "name a tank of the network");
            notes.error(codes::UNKNOWN, row.line, id, format!("{} is not a tank", quote(tank)), &remedy);
            return None;
        };
        let (id, tank) = (id.to_owned(), NodeIx::new(*found));
        self.assets.controllers.push(LevelController { id, pump: LinkIx::new(pump), tank, low_m, high_m });
        Some(())
    }

    fn actuator(&mut self, row: &Row<'_>, notes: &mut Notes<'_>) -> Option<()> {
        let link = self.link(row, notes)?;
        let travel_s = number(row, "travel_s", 0.0, 86_400.0, None, notes)?;
        if !matches!(self.model.links[link].kind, LinkKind::Valve(_)) {
            let message = format!("{} is not a control valve", quote(row.get("on")));
            let remedy = "give an isolation valve its travel_s in its own row";
            notes.error(codes::UNKNOWN, row.line, row.get("id"), message, remedy);
            return None;
        }
        self.assets.actuators.push(Actuator { link: LinkIx::new(link), travel_s });
        Some(())
    }

    fn link(&self, row: &Row<'_>, notes: &mut Notes<'_>) -> Option<usize> {
        let found = self.links.get(row.get("on")).copied();
        if found.is_none() {
            let remedy = offer(row.get("on"), self.links.keys().copied(), "name a link of the network");
            let message = format!("{} is not a link of the network", shown(row.get("on")));
            notes.error(codes::UNKNOWN, row.line, row.get("id"), message, &remedy);
        }
        found
    }

    /// The junction a row stands on: the node it names, or the end of the link it names.
    fn junction(&self, row: &Row<'_>, notes: &mut Notes<'_>) -> Option<usize> {
        let on = row.get("on");
        let node = match (self.nodes.get(on), self.links.get(on)) {
            (Some(node), _) => *node,
            (None, Some(link)) => {
                let link = &self.model.links[*link];
                let from = number(row, "position", 0.0, 1.0, Some(0.0), notes)? < 0.5;
                if from { link.from.at() } else { link.to.at() }
            }
            (None, None) => {
                let names = self.nodes.keys().chain(self.links.keys()).copied();
                let remedy = offer(on, names, "name a node or link of the network");
                let message = format!("{} is neither a node nor a link of the network", shown(on));
                notes.error(codes::UNKNOWN, row.line, row.get("id"), message, &remedy);
                return None;
            }
        };
        if !matches!(self.model.nodes[node].kind, NodeKind::Junction(_)) {
            let message = format!("{} is not a junction", self.model.nodes[node].id);
            notes.error(codes::UNKNOWN, row.line, row.get("id"), message, "put it on a junction");
            return None;
        }
        Some(node)
    }
}

fn shown(on: &str) -> String {
    if on.is_empty() { "the empty name".to_owned() } else { quote(on) }
}

/// A finite number of a column within its range; `default` where the field is empty.
fn number(row: &Row<'_>, column: &str, min: f64, max: f64, default: Option<f64>, notes: &mut Notes<'_>) -> Option<f64> {
    let field = row.get(column);
    let value = if field.is_empty() { default } else { field.parse().ok() };
    let value = value.filter(|v: &f64| v.is_finite() && *v >= min && *v <= max);
    if value.is_none() {
        let message = format!("{column} is `{}`", quote(field));
        notes.error(codes::NUMBER, row.line, row.get("id"), message, &format!("give a number from {min} to {max}"));
    }
    value
}
