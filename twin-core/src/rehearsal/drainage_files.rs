//! The interface files of a deck (`[FILES]`): read beside the deck, written beside the results.

use std::fs;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use twin_physics::domains::drainage::network::{Adjustment, NodeClass};
use twin_physics::domains::drainage::routing::{Drainage, DrainageState};

use crate::bindings::drainage::{Units, hot_start};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::io::inp::Row;
use crate::io::swmm_bytes::codes;
use crate::io::swmm_hotstart::{self, HotStart};
use crate::io::swmm_inp::codes as deck_codes;
use crate::io::swmm_inp::deck::{FileKind, FileMode, FileUse, SwmmDeck};
use crate::io::swmm_inp::external::resolve;
use crate::io::swmm_interface::{self, RoutingFile};

codes! {
    UNSUPPORTED "IFC-201" "不支持的接口文件" "an interface file that is not supported";
    UNREADABLE "IFC-202" "接口文件无法读取" "an interface file cannot be read";
    UNKNOWN_NODE "IFC-203" "接口文件中的节点不在模型中" "a node of an interface file is not in the model";
    PARTIAL "IFC-204" "热启动文件不含全部状态" "a hot start file leaves out part of the state";
}

/// What the interface files of a deck ask for.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// State to begin with.
    pub hot_start: Option<HotStart>,
    /// Flows that enter nodes.
    pub inflows: Option<Inflows>,
    /// Where the last state goes.
    pub save_hot_start: Option<PathBuf>,
    /// Where the flows of outlets go.
    pub save_outflows: Option<PathBuf>,
}

/// Flows at nodes over time, linear between records, none before the first and after the last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Inflows {
    /// Nodes, by position in the model; `None` of a name that the model lacks.
    nodes: Vec<Option<usize>>,
    /// Time since the start of the run [s] and flows [m³/s].
    records: Vec<(f64, Vec<f64>)>,
}

impl Inflows {
    /// Flow into every node at a time [m³/s].
    pub fn at(&self, time_s: f64, into: &mut Vec<f64>, nodes: usize) {
        into.clear();
        into.resize(nodes, 0.0);
        let next = self.records.partition_point(|r| r.0 <= time_s);
        let Some(old) = next.checked_sub(1).map(|i| &self.records[i]) else { return };
        let Some(new) = self.records.get(next) else {
            if (old.0 - time_s).abs() < 1e-3 {
                self.add(&old.1, into);
            }
            return;
        };
        let f = (time_s - old.0) / (new.0 - old.0);
        let between: Vec<f64> = old.1.iter().zip(&new.1).map(|(a, b)| (1.0 - f) * a + f * b).collect();
        self.add(&between, into);
    }

    fn add(&self, flows: &[f64], into: &mut [f64]) {
        for (node, flow) in self.nodes.iter().zip(flows) {
            if let Some(at) = node {
                into[*at] += flow;
            }
        }
    }
}

struct Finder<'a> {
    deck: &'a SwmmDeck,
    start_days: f64,
    found: Diagnostics,
}

impl Finder<'_> {
    fn say(&mut self, severity: Severity, code: &str, row: &Row<FileUse>, message: String, remedy: &str) {
        self.found.push(Diagnostic {
            severity,
            code: code.to_owned(),
            file: self.deck.name.clone(),
            line: row.line.0,
            subject: row.path.clone(),
            message,
            remedy: remedy.to_owned(),
        });
    }

    fn bytes(&mut self, row: &Row<FileUse>, folder: &Path) -> Option<(String, Vec<u8>)> {
        let (path, _) = resolve(folder, &row.path);
        match fs::read(&path) {
            Ok(bytes) => Some((path.display().to_string(), bytes)),
            Err(error) => {
                let remedy = "put it beside the deck, or remove the row";
                self.say(Severity::Error, UNREADABLE, row, format!("{}: {error}", path.display()), remedy);
                None
            }
        }
    }

    fn unsupported(&mut self, row: &Row<FileUse>, what: &str) {
        self.say(
            Severity::Error,
            UNSUPPORTED,
            row,
            format!("{what} is not supported"),
            "remove the row: the run computes what the file would hold",
        );
    }

    fn quality(&self) -> bool {
        !(self.deck.pollutants.is_empty() || self.deck.options.ignore_quality)
    }

    fn row(&mut self, row: &Row<FileUse>, folder: &Path, files: &mut Files, beside: &Path) {
        let quality = self.quality();
        match (row.kind, row.mode) {
            (FileKind::HotStart, FileMode::Use) if quality => self.unsupported(row, "a hot start with pollutants"),
            (FileKind::HotStart, FileMode::Use) => {
                let Some((name, bytes)) = self.bytes(row, folder) else { return };
                let (hot, more) = swmm_hotstart::read(&name, &bytes, &hot_start::shape(self.deck));
                self.found.append(more);
                files.hot_start = hot;
                if !(self.deck.lid_usage.is_empty() && self.deck.rdii.is_empty()) {
                    let message = "it holds nothing of LID units and RDII, which begin as the deck says".to_owned();
                    self.say(Severity::Warning, PARTIAL, row, message, "start earlier where that matters");
                }
            }
            (FileKind::HotStart, FileMode::Save) if quality => self.unsupported(row, "a hot start with pollutants"),
            (FileKind::HotStart, FileMode::Save) if row.at.is_some() => {
                self.unsupported(row, "a hot start saved before the end");
            }
            (FileKind::HotStart, FileMode::Save) => files.save_hot_start = Some(saved(beside, &row.path)),
            (FileKind::Inflows, FileMode::Use) if quality => self.unsupported(row, "an inflow file with pollutants"),
            (FileKind::Inflows, FileMode::Use) => {
                let Some((name, bytes)) = self.bytes(row, folder) else { return };
                let (file, more) = swmm_interface::read_routing(&name, &bytes);
                self.found.append(more);
                files.inflows = file.map(|file| self.inflows(row, &file));
            }
            (FileKind::Outflows, FileMode::Save) if quality => self.unsupported(row, "an outflow file with pollutants"),
            (FileKind::Outflows, FileMode::Save) => files.save_outflows = Some(saved(beside, &row.path)),
            // Room for SWMM's own intermediate results.
            (_, FileMode::Scratch) => {}
            (FileKind::Rainfall, _) => self.unsupported(row, "a rainfall interface file"),
            (FileKind::Runoff, _) => self.unsupported(row, "a runoff interface file"),
            (FileKind::Rdii, _) => self.unsupported(row, "an RDII interface file"),
            (FileKind::Inflows, _) => self.unsupported(row, "saving inflows"),
            (FileKind::Outflows, _) => self.unsupported(row, "using outflows"),
        }
    }

    fn inflows(&mut self, row: &Row<FileUse>, file: &RoutingFile) -> Inflows {
        let unit_m3s = Units::new(file.flow_units).flow_m3s;
        let per = 1 + file.pollutants.len();
        let mut nodes = Vec::new();
        for name in &file.nodes {
            let at = self.deck.nodes.iter().position(|n| n.id.eq_ignore_ascii_case(name));
            if at.is_none() {
                let message = format!("its node {name} is not in the model: its flow is left out");
                self.say(Severity::Warning, UNKNOWN_NODE, row, message, "name a node of this model in the file");
            }
            nodes.push(at);
        }
        let flows = |values: &[f64]| values.iter().step_by(per).map(|v| v * unit_m3s).collect();
        let seconds = |days: f64| ((days - self.start_days) * 86_400.0 * 1e3).round() / 1e3;
        Inflows { nodes, records: file.records.iter().map(|r| (seconds(r.0), flows(&r.1))).collect() }
    }
}

/// A saved file lies beside the results, never beside the deck.
fn saved(beside: &Path, path: &str) -> PathBuf {
    let unix = path.replace('\\', "/");
    beside.join(unix.rsplit(['/', ':']).next().unwrap_or("interface"))
}

/// Reads what a deck uses, from its folder, and says where what it saves will go, beside the results.
#[must_use]
pub fn open(deck: &SwmmDeck, folder: &Path, beside: &Path) -> (Files, Diagnostics) {
    let start_days = super::solve_drainage::start_days(deck);
    let mut finder = Finder { deck, start_days, found: Diagnostics::default() };
    let mut files = Files::default();
    for row in &deck.files {
        finder.row(row, folder, &mut files, beside);
    }
    (files, finder.found)
}

/// Outlets of a network, whose flows an outflow file keeps.
#[must_use]
pub fn outlets(drainage: &Drainage) -> Vec<usize> {
    let ends = |at: &usize| {
        let node = &drainage.net.nodes[*at];
        node.class == NodeClass::Outfall || drainage.net.links.iter().all(|link| link.from as usize != *at)
    };
    (0..drainage.net.nodes.len()).filter(ends).collect()
}

/// Writes what the deck wants saved.
///
/// # Errors
/// Whatever the file system answers.
pub fn save(
    files: &Files,
    deck: &SwmmDeck,
    drainage: &Drainage,
    state: &DrainageState,
    outflows: Vec<(f64, Vec<f64>)>,
) -> io::Result<()> {
    if let Some(path) = &files.save_hot_start {
        let hot = hot_start::save(deck, drainage, state);
        swmm_hotstart::write(BufWriter::new(fs::File::create(path)?), &hot, &hot_start::shape(deck))?;
    }
    if let Some(path) = &files.save_outflows {
        let file = RoutingFile {
            title: deck.title.first().cloned().unwrap_or_default(),
            step_s: drainage.model.options.report_step_s as u32,
            flow_units: deck.options.flow_units,
            pollutants: Vec::new(),
            nodes: outlets(drainage).into_iter().map(|at| deck.nodes[at].id.clone()).collect(),
            records: outflows,
        };
        swmm_interface::write_routing(BufWriter::new(fs::File::create(path)?), &file)?;
    }
    Ok(())
}

/// What the preparation of the network had to change, as SWMM's warnings.
#[must_use]
pub fn adjustments(deck: &SwmmDeck, drainage: &Drainage) -> Diagnostics {
    let mut found = Diagnostics::default();
    for adjustment in &drainage.net.adjustments {
        let node = |at: u32| (deck.nodes[at as usize].id.clone(), deck.nodes[at as usize].line);
        let link = |at: u32| (deck.links[at as usize].id.clone(), deck.links[at as usize].line);
        let (code, (subject, line), message, remedy) = match *adjustment {
            Adjustment::NodeDepthRaised(at) => {
                let message = "its depth is raised to the crown of its highest conduit";
                (deck_codes::NODE_DEPTH, node(at), message, "give the depth to the ground")
            }
            Adjustment::NegativeOffset(at) => (
                deck_codes::NEGATIVE_OFFSET,
                link(at),
                "its negative offset is taken as 0",
                "give an offset above the node's invert",
            ),
            Adjustment::SmallestDrop(at) => (
                deck_codes::SMALL_DROP,
                link(at),
                "its drop is raised to 0.001 ft",
                "check the inverts and offsets at its ends",
            ),
            Adjustment::SmallestSlope(at) => (
                deck_codes::SMALL_SLOPE,
                link(at),
                "its slope is raised to the smallest allowed",
                "check MIN_SLOPE and its ends",
            ),
            Adjustment::DropExceedsLength(at) => (
                deck_codes::STEEP,
                link(at),
                "its drop exceeds its length",
                "check its length and the inverts at its ends",
            ),
            Adjustment::CrestRaised(at) => {
                let message = "its crest is raised to the invert of its second node";
                (deck_codes::CREST, link(at), message, "give a crest above both inverts")
            }
        };
        found.push(Diagnostic {
            severity: Severity::Warning,
            code: code.to_owned(),
            file: deck.name.clone(),
            line: line.0,
            subject,
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        });
    }
    found
}
