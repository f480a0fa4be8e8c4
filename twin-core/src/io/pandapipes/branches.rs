//! Links of a pandapipes file: pipes with their sections, valves at junctions or ends of pipes, and machines.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::{Link, LinkKind, Node, Pipe, Regulator, ambient_pa};

use super::fluid::PA_PER_BAR;
use super::read::{Builder, FLOW_KGS, GAUGE_BAR};
use super::table::{Reader, Row, Table, numbers};
use super::{LINK_DIAMETER_M, LinkRow, LinkTables, PipeRow, codes};
use crate::io::loose_json;
use crate::io::text::{offer, quote};

/// Most sections of one pipe.
const SECTIONS: i64 = 10_000;
/// Most nodes between sections.
const NODES: usize = 5_000_000;
/// Seconds in an hour: curves of pumps are over m³/h.
const SECONDS_PER_HOUR: f64 = 3600.0;

/// What a machine does, read from its row; its reader and the places of its ends are at hand.
type Kind<'k> = dyn FnMut(&Row<'_>, &mut Reader<'_>, &Builder, [usize; 2]) -> Option<LinkKind> + 'k;

/// Reads all links into the model.
pub(super) fn read(
    reader: &mut Reader<'_>,
    net: &Map<String, Value>,
    build: &mut Builder,
) -> Option<(Vec<PipeRow>, LinkTables)> {
    let table = reader.table(net, "pipe")?;
    let pipes = pipes(reader, &table, build);
    let valves = match &pipes {
        Some(pipes) => valves(reader, net, build, pipes),
        None => None,
    };
    let curves = Curves::of(net);
    let mut machines =
        |name: &str, columns: &[&str], kind: &mut Kind<'_>| machines(reader, net, build, name, columns, kind);
    let pumps =
        machines("pump", &["std_type"], &mut |row, reader, _, _| curves.lift(row, reader).map(LinkKind::Booster));
    let compressors = machines("compressor", &["pressure_ratio"], &mut |row, reader, _, _| {
        row.number(reader, "pressure_ratio", [0.01, 100.0]).map(LinkKind::Ratio)
    });
    let regulated = ["controlled_junction", "controlled_p_bar"];
    let press_controls = machines("press_control", &regulated, &mut regulator);
    let flow_controls = machines("flow_control", &["controlled_mdot_kg_per_s"], &mut |row, reader, build, ends| {
        if row.flag(reader, "control_active")? {
            return row.number(reader, "controlled_mdot_kg_per_s", FLOW_KGS).map(LinkKind::Flow);
        }
        Some(opening(build, ends, LINK_DIAMETER_M, 0.0))
    });
    let links = LinkTables {
        valves: valves?,
        press_controls: press_controls?,
        compressors: compressors?,
        pumps: pumps?,
        flow_controls: flow_controls?,
    };
    Some((pipes?, links))
}

/// Both ends of a row; they are not the same.
fn ends(row: Row<'_>, reader: &mut Reader<'_>, build: &Builder) -> Option<[usize; 2]> {
    let from = row.element(reader, "from_junction", "junction", &build.junctions);
    let to = row.element(reader, "to_junction", "junction", &build.junctions);
    let (from, to) = (from?, to?);
    if from == to {
        row.error(reader, codes::SELF_LOOP, "ends where it begins".to_owned(), "name two junctions");
        return None;
    }
    Some([from, to])
}

/// A pipe's values before it is cut into sections.
struct PipeValues {
    ends: [usize; 2],
    pipe: Pipe,
    sections: usize,
    open: bool,
}

fn pipe(row: Row<'_>, reader: &mut Reader<'_>, build: &Builder) -> Option<PipeValues> {
    let ends = ends(row, reader, build);
    let length_m = row.number(reader, "length_km", [0.0, 1e5]).map(|km| km * 1000.0);
    let diameter_m = row.number(reader, "inner_diameter_mm", [0.1, 1e4]).map(|mm| mm / 1000.0);
    let roughness = [0.0, diameter_m.map_or(1e3, |d| d / 3.0 * 1000.0)];
    let roughness_m = row.number(reader, "k_mm", roughness).map(|mm| mm / 1000.0);
    let loss = row.number_or(reader, "loss_coefficient", [0.0, 1e9], 0.0);
    let open = row.flag(reader, "in_service");
    let sections = row.number_or(reader, "sections", [1.0, SECTIONS as f64], 1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within 1 to SECTIONS
    let sections = sections? as usize;
    let length_m = length_m? / sections as f64;
    let pipe = Pipe { length_m, diameter_m: diameter_m?, roughness_m: roughness_m?, loss: loss?, friction: None };
    let ends = ends?;
    Some(PipeValues { ends, pipe, sections, open: open? })
}

fn pipes(reader: &mut Reader<'_>, table: &Table, build: &mut Builder) -> Option<Vec<PipeRow>> {
    if !table.has(reader, &["from_junction", "to_junction", "length_km", "inner_diameter_mm", "k_mm"]) {
        return None;
    }
    let all: Vec<_> = table.rows().map(|row| pipe(row, reader, build)).collect();
    let all: Vec<PipeValues> = all.into_iter().collect::<Option<_>>()?;
    let between: usize = all.iter().map(|p| p.sections - 1).sum();
    if between > NODES {
        let what = format!("its sections need {between} nodes between them");
        reader.table_error(table, codes::TOO_LARGE, what, "lower the column sections");
        return None;
    }
    let rows = table.rows().zip(&all).map(|(row, values)| {
        let id = row.name().map_or_else(|| row.id(), str::to_owned);
        let first = build.model.links.len();
        chain(build, &id, values);
        PipeRow { index: row.index(), first, sections: values.sections }
    });
    Some(rows.collect())
}

/// Adds the sections of a pipe, with nodes between them: height and temperature on a straight line.
fn chain(build: &mut Builder, id: &str, values: &PipeValues) {
    let own = |node: usize| build.own_k.get(node).copied().unwrap_or(build.model.nodes[node].temperature_k);
    let [a, b] = values.ends.map(|e| (build.model.nodes[e].height_m, own(e)));
    let mut from = values.ends[0];
    for part in 1..=values.sections {
        let last = part == values.sections;
        let to = if last { values.ends[1] } else { build.model.nodes.len() };
        let part_id = if values.sections == 1 { id.to_owned() } else { format!("{id}, section {part}") };
        if !last {
            let share = part as f64 / values.sections as f64;
            let height_m = a.0 + share * (b.0 - a.0);
            build.model.nodes.push(Node {
                height_m,
                temperature_k: a.1 + share * (b.1 - a.1),
                ambient_pa: ambient_pa(height_m),
                ..Node::junction(format!("end of {part_id}"))
            });
        }
        let kind = LinkKind::Pipe(values.pipe.clone());
        build.model.links.push(Link { id: part_id, from, to, kind, open: values.open });
        from = to;
    }
}

fn valves(
    reader: &mut Reader<'_>,
    net: &Map<String, Value>,
    build: &mut Builder,
    pipes: &[PipeRow],
) -> Option<Vec<LinkRow>> {
    let table = reader.table(net, "valve")?;
    if !table.has(reader, &["junction", "element", "et", "inner_diameter_mm", "opened"]) {
        return None;
    }
    let by_index: BTreeMap<i64, usize> = pipes.iter().enumerate().map(|(at, p)| (p.index, at)).collect();
    // Valves at the same end of the same pipe share the node between them and the pipe.
    let mut behind: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut rows = Vec::with_capacity(table.len());
    let mut sound = true;
    for row in table.rows() {
        let found = valve(row, reader, build, pipes, &by_index, &mut behind);
        sound &= found.is_some();
        rows.extend(found);
    }
    sound.then_some(rows)
}

fn valve(
    row: Row<'_>,
    reader: &mut Reader<'_>,
    build: &mut Builder,
    pipes: &[PipeRow],
    by_index: &BTreeMap<i64, usize>,
    behind: &mut BTreeMap<(usize, usize), usize>,
) -> Option<LinkRow> {
    let from = row.element(reader, "junction", "junction", &build.junctions);
    let diameter_m = row.number(reader, "inner_diameter_mm", [0.1, 1e4]).map(|mm| mm / 1000.0);
    let loss = row.number_or(reader, "loss_coefficient", [0.0, 1e9], 0.0);
    let opened = row.flag(reader, "opened");
    let (from, diameter_m, loss, opened) = (from?, diameter_m?, loss?, opened?);
    let to = match row.text("et") {
        "ju" => row.element(reader, "element", "junction", &build.junctions)?,
        "pi" => {
            let at = row.element(reader, "element", "pipe", by_index)?;
            let shared = behind.get(&(from, at)).copied();
            shared.or_else(|| detach(row, reader, build, from, &pipes[at])).inspect(|node| {
                behind.insert((from, at), *node);
            })?
        }
        other => {
            let what = format!("et is {}", quote(other));
            row.error(reader, codes::TYPE, what, "use ju (junction) or pi (pipe)");
            return None;
        }
    };
    if from == to {
        row.error(reader, codes::SELF_LOOP, "ends where it begins".to_owned(), "name two junctions");
        return None;
    }
    let id = row.name().map_or_else(|| row.id(), str::to_owned);
    let kind = opening(build, [from, to], diameter_m, loss);
    build.model.links.push(Link { id, from, to, kind, open: opened });
    Some(LinkRow { index: row.index(), link: build.model.links.len() - 1, diameter_m })
}

/// Takes the end of a pipe off its junction and gives it a node of its own, at the same height and temperature.
fn detach(row: Row<'_>, reader: &mut Reader<'_>, build: &mut Builder, at: usize, pipe: &PipeRow) -> Option<usize> {
    let node = build.model.nodes.len();
    let (first, last) = (pipe.first, pipe.first + pipe.sections - 1);
    if build.model.links[first].from == at {
        build.model.links[first].from = node;
    } else if build.model.links[last].to == at {
        build.model.links[last].to = node;
    } else {
        let what = format!("pipe {} does not end at its junction", pipe.index);
        row.error(reader, codes::VALVE_END, what, "name a junction at which the pipe ends");
        return None;
    }
    let id = format!("behind {}", row.name().map_or_else(|| row.id(), str::to_owned));
    let temperature_k = build.own_k[at];
    let own = Node { id, temperature_k, source_pa: None, load_kgs: 0.0, ..build.model.nodes[at].clone() };
    build.model.nodes.push(own);
    Some(node)
}

fn machines(
    reader: &mut Reader<'_>,
    net: &Map<String, Value>,
    build: &mut Builder,
    name: &str,
    columns: &[&str],
    kind: &mut Kind<'_>,
) -> Option<Vec<LinkRow>> {
    let table = reader.table(net, name)?;
    let needed: Vec<&str> = ["from_junction", "to_junction"].iter().chain(columns).copied().collect();
    if !table.has(reader, &needed) {
        return None;
    }
    let mut rows = Vec::with_capacity(table.len());
    for row in table.rows() {
        let ends = ends(row, reader, build);
        let open = row.flag(reader, "in_service");
        let Some([from, to]) = ends else { continue };
        let kind = kind(&row, reader, build, [from, to]);
        let (Some(kind), Some(open)) = (kind, open) else { continue };
        let id = row.name().map_or_else(|| row.id(), str::to_owned);
        build.model.links.push(Link { id, from, to, kind, open });
        rows.push(LinkRow { index: row.index(), link: build.model.links.len() - 1, diameter_m: LINK_DIAMETER_M });
    }
    (rows.len() == table.len()).then_some(rows)
}

/// What passes with a loss, or none. pandapipes has the gas rise and fall in links without a length too; a pipe of no
/// length does the same.
fn opening(build: &Builder, [from, to]: [usize; 2], diameter_m: f64, loss: f64) -> LinkKind {
    let level = build.model.nodes[from].height_m == build.model.nodes[to].height_m;
    if loss == 0.0 && level {
        return LinkKind::Valve { diameter_m, loss };
    }
    let friction = Some(Friction::Fixed(0.0));
    LinkKind::Pipe(Pipe { length_m: 0.0, diameter_m, roughness_m: 0.0, loss, friction })
}

/// A regulator at the pressure it holds; what passes freely where it does not.
fn regulator(row: &Row<'_>, reader: &mut Reader<'_>, build: &Builder, ends: [usize; 2]) -> Option<LinkKind> {
    let [_, to] = ends;
    let active = row.flag(reader, "control_active")?;
    let loss = row.number_or(reader, "loss_coefficient", [0.0, 1e9], 0.0)?;
    if !active {
        return Some(opening(build, ends, LINK_DIAMETER_M, loss));
    }
    let at = row.element(reader, "controlled_junction", "junction", &build.junctions)?;
    let gauge_bar = row.number(reader, "controlled_p_bar", GAUGE_BAR)?;
    if at != to {
        let id = &build.model.nodes[at].id;
        let what = format!("holds the pressure of {id}, which is not its to_junction");
        let remedy = "set controlled_junction to to_junction, with the pressure wanted there";
        row.error(reader, codes::CONTROLLED, what, remedy);
        return None;
    }
    let set_pa = gauge_bar * PA_PER_BAR + build.model.nodes[to].ambient_pa;
    Some(LinkKind::Regulator(Regulator::holding(set_pa)))
}

/// Curves of pumps, by the name of their type: lift [bar] as a polynomial of the flow [m³/h], highest power first.
struct Curves(BTreeMap<String, Option<Vec<f64>>>);

impl Curves {
    fn of(net: &Map<String, Value>) -> Self {
        let types = net.get("std_types").and_then(|t| t.get("pump")).and_then(Value::as_object);
        let curve = |value: &Value| {
            let object: Value = match value.get("_object") {
                Some(Value::String(text)) => loose_json::parse(text).ok()?,
                Some(object) => object.clone(),
                None => return None,
            };
            let curve = object.get("reg_par").and_then(numbers)?;
            (!curve.is_empty() && curve.len() <= 10 && curve.iter().all(|c| c.is_finite())).then_some(curve)
        };
        Self(types.into_iter().flatten().map(|(name, value)| (name.clone(), curve(value))).collect())
    }

    /// Lift [Pa] over the flow [m³/s] of a pump's type.
    fn lift(&self, row: &Row<'_>, reader: &mut Reader<'_>) -> Option<Vec<f64>> {
        let name = row.text("std_type");
        let known = self.0.get(name);
        let Some(Some(curve)) = known else {
            let why = if known.is_some() { "has no curve" } else { "is not among the standard types" };
            let what = format!("std_type {} {why}", quote(name));
            let remedy = offer(name, self.0.keys().map(String::as_str), "name a pump type of the file");
            row.error(reader, codes::STD_TYPE, what, &remedy);
            return None;
        };
        let mut power = PA_PER_BAR;
        let mut lift: Vec<f64> = curve
            .iter()
            .rev()
            .map(|c| {
                let of_m3s = c * power;
                power *= SECONDS_PER_HOUR;
                of_m3s
            })
            .collect();
        lift.reverse();
        Some(lift)
    }
}
