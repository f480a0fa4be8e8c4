//! The interface files of a deck (`[FILES]`): read beside the deck, written beside the results.

mod save;
mod supply;

use std::fs;
use std::path::{Path, PathBuf};

use twin_physics::domains::drainage::hydrology::{RdiiRecord, RunoffRecord};
use twin_physics::domains::drainage::network::Adjustment;
use twin_physics::domains::drainage::routing::Drainage;

use super::solve_drainage::Extras;
use crate::bindings::drainage::{External, FileRain, hot_start, options};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::io::inp::Row;
use crate::io::swmm_bytes::codes;
use crate::io::swmm_date;
use crate::io::swmm_hotstart::{self, HotStart};
use crate::io::swmm_inp::codes as deck_codes;
use crate::io::swmm_inp::deck::{FileKind, FileMode, FileUse, GageSource, SwmmDeck};
use crate::io::swmm_inp::external::resolve;
use crate::io::swmm_interface;

pub use save::{catchment_values, outlets, save};
pub use supply::Inflows;

codes! {
    UNSUPPORTED "IFC-201" "不支持的接口文件" "an interface file that is not supported";
    UNREADABLE "IFC-202" "接口文件无法读取" "an interface file cannot be read";
    UNKNOWN_NODE "IFC-203" "接口文件中的节点不在模型中" "a node of an interface file is not in the model";
    PARTIAL "IFC-204" "热启动文件不含全部状态" "a hot start file leaves out part of the state";
    MISMATCH "IFC-206" "接口文件属于另一个模型" "an interface file of another model, or in other units";
    TOO_SHORT "IFC-207" "接口文件短于模拟时段" "an interface file ends before the run";
    NO_STATION "IFC-208" "降雨接口文件缺少雨量站" "a rainfall interface file lacks a station";
    NOTHING "IFC-209" "没有可保存的内容" "there is nothing to save";
}

/// What the interface files of a deck ask for.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// State to begin with.
    pub hot_start: Option<HotStart>,
    /// Flows that enter nodes.
    pub inflows: Option<Inflows>,
    /// Runoff in place of what would be computed.
    pub runoff: Option<RunoffRecord>,
    /// Rain of the gages that read files, by position.
    pub rain: Option<Vec<Option<FileRain>>>,
    /// RDII in place of what would be computed.
    pub rdii: Option<RdiiRecord>,
    /// Where states go, each with its time [s]; `None` = at the end.
    pub save_hot_start: Vec<(PathBuf, Option<f64>)>,
    /// Where the flows of outlets go.
    pub save_outflows: Option<PathBuf>,
    /// Where runoff goes.
    pub save_runoff: Option<PathBuf>,
    /// Where the rain of gages that read files goes.
    pub save_rain: Option<PathBuf>,
    /// Where RDII goes.
    pub save_rdii: Option<PathBuf>,
}

impl Files {
    /// Puts given rain in place of what gages would read.
    pub fn supply(&self, external: &mut External) {
        if let Some(rain) = &self.rain {
            external.rain.clone_from(rain);
        }
    }

    /// Puts given runoff and RDII in place of what would be computed.
    #[must_use]
    pub fn equip(&self, mut drainage: Drainage) -> Drainage {
        if let Some(runoff) = &self.runoff {
            drainage = drainage.with_runoff(runoff.clone());
        }
        if let Some(rdii) = &self.rdii {
            drainage = drainage.with_rdii(rdii.clone());
        }
        drainage
    }

    /// What a run has to do for these files.
    #[must_use]
    pub fn extras(&self, deck: &SwmmDeck, drainage: &Drainage) -> Extras {
        Extras {
            begin: self.hot_start.as_ref().map(|hot| hot_start::begin(deck, drainage, hot)),
            inflows: self.inflows.clone(),
            outflows: self.save_outflows.is_some(),
            runoff: self.save_runoff.is_some(),
            snapshots_s: self.save_hot_start.iter().filter_map(|(_, at_s)| *at_s).collect(),
            ..Extras::default()
        }
    }
}

struct Finder<'a> {
    deck: &'a SwmmDeck,
    start_days: f64,
    duration_s: f64,
    compat_swmm: bool,
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

    fn row(&mut self, row: &Row<FileUse>, folder: &Path, files: &mut Files, beside: &Path) {
        match (row.kind, row.mode) {
            // Room for SWMM's own intermediate results.
            (_, FileMode::Scratch) => {}
            (_, FileMode::Use) => self.take(row, folder, files),
            (FileKind::HotStart, FileMode::Save) => {
                let at_s = row.at.map(|at| self.seconds(swmm_date::from_datetime(at)));
                files.save_hot_start.push((saved(beside, &row.path), at_s));
            }
            (FileKind::Outflows, FileMode::Save) => files.save_outflows = Some(saved(beside, &row.path)),
            (FileKind::Runoff, FileMode::Save) => files.save_runoff = Some(saved(beside, &row.path)),
            (FileKind::Rainfall, FileMode::Save) => {
                let any = self.deck.gages.iter().any(|g| matches!(g.source, GageSource::File { .. }));
                self.worth(row, any, "no gauge reads a file: no rainfall is saved");
                files.save_rain = any.then(|| saved(beside, &row.path));
            }
            (FileKind::Rdii, FileMode::Save) => {
                let any = !(self.deck.rdii.is_empty() || self.deck.options.ignore_rdii);
                self.worth(row, any, "the model has no RDII: none is saved");
                files.save_rdii = any.then(|| saved(beside, &row.path));
            }
            (FileKind::Inflows, FileMode::Save) => self.unsupported(row, "saving inflows"),
        }
    }

    fn worth(&mut self, row: &Row<FileUse>, any: bool, message: &str) {
        if !any {
            self.say(Severity::Warning, NOTHING, row, message.to_owned(), "remove the row");
        }
    }

    /// Reads a file that the run uses.
    fn take(&mut self, row: &Row<FileUse>, folder: &Path, files: &mut Files) {
        if row.kind == FileKind::Outflows {
            return self.unsupported(row, "using outflows");
        }
        let Some((name, bytes)) = self.bytes(row, folder) else { return };
        match row.kind {
            FileKind::HotStart => {
                let hot = self.kept(swmm_hotstart::read(&name, &bytes, &hot_start::shape(self.deck)));
                files.hot_start = hot;
                if !(self.deck.lid_usage.is_empty() && self.deck.rdii.is_empty()) {
                    let message = "it holds nothing of LID units and RDII, which begin as the deck says".to_owned();
                    self.say(Severity::Warning, PARTIAL, row, message, "start earlier where that matters");
                }
            }
            FileKind::Inflows => {
                let file = self.kept(swmm_interface::read_routing(&name, &bytes));
                files.inflows = file.and_then(|file| self.inflows(row, &file));
            }
            FileKind::Runoff => {
                let file = self.kept(swmm_interface::read_runoff(&name, &bytes));
                let duration_s = self.duration_s;
                files.runoff = file.and_then(|file| self.runoff(row, &file, duration_s));
            }
            FileKind::Rainfall => {
                let file = self.kept(swmm_interface::read_rainfall(&name, &bytes));
                files.rain = file.map(|file| self.rain(row, &file));
            }
            FileKind::Rdii => {
                let file = self.kept(swmm_interface::read_rdii(&name, &bytes, self.deck.nodes.len()));
                let file = file.filter(|_| !self.deck.options.ignore_rdii);
                files.rdii = file.and_then(|file| self.rdii(row, &file));
            }
            FileKind::Outflows => {}
        }
    }

    /// An answer, its findings kept.
    fn kept<T>(&mut self, (answer, more): (Option<T>, Diagnostics)) -> Option<T> {
        self.found.append(more);
        answer
    }
}

/// A saved file lies beside the results, never beside the deck.
fn saved(beside: &Path, path: &str) -> PathBuf {
    let unix = path.replace('\\', "/");
    beside.join(unix.rsplit(['/', ':']).next().unwrap_or("interface"))
}

/// Reads what a deck uses, from its folder, and says where what it saves will go, beside the results.
#[must_use]
pub fn open(deck: &SwmmDeck, folder: &Path, beside: &Path, compat_swmm: bool) -> (Files, Diagnostics) {
    let start_days = super::solve_drainage::start_days(deck);
    let duration_s = options(deck).duration_s;
    let mut finder = Finder { deck, start_days, duration_s, compat_swmm, found: Diagnostics::default() };
    let mut files = Files::default();
    for row in &deck.files {
        finder.row(row, folder, &mut files, beside);
    }
    (files, finder.found)
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
