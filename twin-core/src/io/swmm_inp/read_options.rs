//! Options, report, files, events.

use super::codes;
use super::deck::{
    Event, FileKind, FileMode, FileUse, FlowUnits, ForceMainEquation, InertialDamping, InfiltrationMethod, LinkIx,
    NodeIx, NormalFlowLimit, Offsets, Routing, Selection, SubcatchmentIx, Surcharge,
};
use super::lex;
use super::names::Class;
use super::read::{Bound, Reader, cut, field};
use super::when;
use crate::io::text;

/// Infiltration methods by SWMM's words.
pub(super) const METHODS: &[(&str, InfiltrationMethod)] = &[
    ("HORTON", InfiltrationMethod::Horton),
    ("MODIFIED_HORTON", InfiltrationMethod::ModifiedHorton),
    ("GREEN_AMPT", InfiltrationMethod::GreenAmpt),
    ("MODIFIED_GREEN_AMPT", InfiltrationMethod::ModifiedGreenAmpt),
    ("CURVE_NUMBER", InfiltrationMethod::CurveNumber),
];
/// Flow units by SWMM's words.
pub(super) const FLOW_UNITS: &[(&str, FlowUnits)] = &[
    ("CFS", FlowUnits::Cfs),
    ("GPM", FlowUnits::Gpm),
    ("MGD", FlowUnits::Mgd),
    ("CMS", FlowUnits::Cms),
    ("LPS", FlowUnits::Lps),
    ("MLD", FlowUnits::Mld),
];
/// Interface files by SWMM's words.
pub(super) const FILE_KINDS: &[(&str, FileKind)] = &[
    ("RAINFALL", FileKind::Rainfall),
    ("RUNOFF", FileKind::Runoff),
    ("HOTSTART", FileKind::HotStart),
    ("RDII", FileKind::Rdii),
    ("INFLOWS", FileKind::Inflows),
    ("OUTFLOWS", FileKind::Outflows),
];
/// Option words, in SWMM's order.
const WORDS: &[&str] = &[
    "FLOW_UNITS",
    "INFILTRATION",
    "FLOW_ROUTING",
    "START_DATE",
    "START_TIME",
    "END_DATE",
    "END_TIME",
    "REPORT_START_DATE",
    "REPORT_START_TIME",
    "SWEEP_START",
    "SWEEP_END",
    "DRY_DAYS",
    "WET_STEP",
    "DRY_STEP",
    "ROUTING_STEP",
    "RULE_STEP",
    "REPORT_STEP",
    "ALLOW_PONDING",
    "INERTIAL_DAMPING",
    "SLOPE_WEIGHTING",
    "VARIABLE_STEP",
    "NORMAL_FLOW_LIMITED",
    "LENGTHENING_STEP",
    "MIN_SURFAREA",
    "COMPATIBILITY",
    "SKIP_STEADY_STATE",
    "TEMPDIR",
    "IGNORE_RAINFALL",
    "FORCE_MAIN_EQUATION",
    "LINK_OFFSETS",
    "MIN_SLOPE",
    "IGNORE_SNOWMELT",
    "IGNORE_GROUNDWATER",
    "IGNORE_ROUTING",
    "IGNORE_QUALITY",
    "MAX_TRIALS",
    "HEAD_TOLERANCE",
    "SYS_FLOW_TOL",
    "LAT_FLOW_TOL",
    "IGNORE_RDII",
    "MINIMUM_STEP",
    "THREADS",
    "SURCHARGE_METHOD",
];

impl Reader<'_> {
    pub(super) fn option(&mut self, t: &[&str]) {
        let Some(word) = WORDS.iter().find(|w| lex::is(t[0], w)) else {
            let remedy = text::offer(t[0], WORDS.iter().copied(), "remove it");
            self.error(codes::KEYWORD, t[0], "not an option of SWMM 5.2", remedy);
            return;
        };
        if !self.option_time(word, t) && !self.option_step(word, t) && !self.option_yes(word, t) {
            self.option_other(word, t);
        }
    }

    fn option_time(&mut self, word: &str, t: &[&str]) -> bool {
        match word {
            "START_DATE" => self.state.start.0 = Some(self.date(t, 1, "start date")),
            "START_TIME" => self.state.start.1 = self.hours(t, 1, "start time"),
            "END_DATE" => self.state.end.0 = Some(self.date(t, 1, "end date")),
            "END_TIME" => self.state.end.1 = self.hours(t, 1, "end time"),
            "REPORT_START_DATE" => self.state.report.0 = Some(self.date(t, 1, "start date of reporting")),
            "REPORT_START_TIME" => self.state.report.1 = Some(self.hours(t, 1, "start time of reporting")),
            "SWEEP_START" | "SWEEP_END" => {
                let day = when::day_of_year(field(t, 1)).unwrap_or_else(|| {
                    let message = format!("`{}` is not a day of the year", cut(field(t, 1)));
                    self.error(codes::DATE, t[0], message, "write month/day");
                    (1, 1)
                });
                match word {
                    "SWEEP_START" => self.deck.options.sweep_start = day,
                    _ => self.deck.options.sweep_end = day,
                }
                return true;
            }
            _ => return false,
        }
        self.state.time_line = self.line;
        true
    }

    fn option_step(&mut self, word: &str, t: &[&str]) -> bool {
        match word {
            "WET_STEP" | "DRY_STEP" | "REPORT_STEP" | "RULE_STEP" => {
                let s = self.seconds(t, 1, "step");
                if s == 0 && word != "RULE_STEP" && when::hours(field(t, 1)).is_some() {
                    self.error(codes::NUMBER, t[0], "the step is 0", "give at least one second");
                }
                let o = &mut self.deck.options;
                match word {
                    "WET_STEP" => o.wet_step_s = s,
                    "DRY_STEP" => o.dry_step_s = s,
                    "REPORT_STEP" => o.report_step_s = s,
                    _ => o.rule_step_s = s,
                }
            }
            "ROUTING_STEP" => {
                let s = self.decimal_seconds(t);
                if s <= 0.0 {
                    self.error(codes::NUMBER, t[0], "the step is not above 0", "give seconds, or h:mm:ss");
                }
                self.deck.options.routing_step_s = s;
            }
            "LENGTHENING_STEP" => self.deck.options.lengthening_step_s = self.decimal_seconds(t).max(0.0),
            "MINIMUM_STEP" => self.deck.options.minimum_step_s = self.num(t, 1, "step", Bound::NotNegative),
            _ => return false,
        }
        true
    }

    /// Seconds as a number, or as a time.
    #[allow(clippy::cast_precision_loss)] // below 2^53
    fn decimal_seconds(&mut self, t: &[&str]) -> f64 {
        match lex::number(field(t, 1)) {
            Ok(v) => v,
            Err(_) => self.seconds(t, 1, "step") as f64,
        }
    }

    fn option_yes(&mut self, word: &str, t: &[&str]) -> bool {
        let yes = |r: &mut Self| r.yes_or(t, 1, false);
        match word {
            "ALLOW_PONDING" => self.deck.options.allow_ponding = yes(self),
            "SKIP_STEADY_STATE" => self.deck.options.skip_steady_state = yes(self),
            "IGNORE_RAINFALL" => self.deck.options.ignore_rainfall = yes(self),
            "IGNORE_SNOWMELT" => self.deck.options.ignore_snowmelt = yes(self),
            "IGNORE_GROUNDWATER" => self.deck.options.ignore_groundwater = yes(self),
            // SWMM's FLOW_ROUTING NONE sets the same flag.
            "IGNORE_ROUTING" => self.deck.options.ignore_routing = yes(self),
            "IGNORE_QUALITY" => self.deck.options.ignore_quality = yes(self),
            "IGNORE_RDII" => self.deck.options.ignore_rdii = yes(self),
            "SLOPE_WEIGHTING" | "COMPATIBILITY" => {
                let remedy = "remove it".to_owned();
                self.info(codes::OBSOLETE, t[0], "this option has no effect since SWMM 5.1", remedy);
            }
            _ => return false,
        }
        true
    }

    fn routing(&mut self, t: &[&str]) {
        let words = [
            ("NONE", None),
            ("STEADY", Some(Routing::Steady)),
            ("KINWAVE", Some(Routing::Kinematic)),
            ("XKINWAVE", Some(Routing::Kinematic)),
            ("DYNWAVE", Some(Routing::Dynamic)),
            ("NF", Some(Routing::Steady)),
            ("KW", Some(Routing::Kinematic)),
            ("EKW", Some(Routing::Kinematic)),
            ("DW", Some(Routing::Dynamic)),
        ];
        match self.choose(t, 1, &words) {
            None => self.deck.options.ignore_routing = true,
            Some(routing) => self.deck.options.routing = routing,
        }
    }

    fn option_other(&mut self, word: &str, t: &[&str]) {
        match word {
            "FLOW_UNITS" => self.deck.options.flow_units = self.choose(t, 1, FLOW_UNITS),
            "INFILTRATION" => self.deck.options.infiltration = self.choose(t, 1, METHODS),
            "FLOW_ROUTING" => self.routing(t),
            "DRY_DAYS" => self.deck.options.dry_days = self.num(t, 1, "days", Bound::NotNegative),
            "INERTIAL_DAMPING" => {
                let words = [
                    ("NONE", InertialDamping::None),
                    ("PARTIAL", InertialDamping::Partial),
                    ("FULL", InertialDamping::Full),
                ];
                self.deck.options.inertial_damping = self.choose(t, 1, &words);
            }
            "NORMAL_FLOW_LIMITED" => {
                let words = [
                    ("SLOPE", NormalFlowLimit::Slope),
                    ("FROUDE", NormalFlowLimit::Froude),
                    ("BOTH", NormalFlowLimit::Both),
                ];
                self.deck.options.normal_flow_limited = self.choose(t, 1, &words);
            }
            "FORCE_MAIN_EQUATION" => {
                let words = [("H-W", ForceMainEquation::HazenWilliams), ("D-W", ForceMainEquation::DarcyWeisbach)];
                self.deck.options.force_main_equation = self.choose(t, 1, &words);
            }
            "LINK_OFFSETS" => {
                let words = [("DEPTH", Offsets::Depth), ("ELEVATION", Offsets::Elevation)];
                self.deck.options.link_offsets = self.choose(t, 1, &words);
            }
            "SURCHARGE_METHOD" => {
                let words = [("EXTRAN", Surcharge::Extran), ("SLOT", Surcharge::Slot)];
                self.deck.options.surcharge = self.choose(t, 1, &words);
            }
            "TEMPDIR" => self.deck.options.temp_dir = Some(field(t, 1).to_owned()),
            _ => self.option_number(word, t),
        }
    }

    fn option_number(&mut self, word: &str, t: &[&str]) {
        match word {
            "VARIABLE_STEP" => self.deck.options.variable_step = self.num(t, 1, "factor", Bound::Within(0.0, 2.0)),
            "MIN_SURFAREA" => self.deck.options.min_surface_area = self.num(t, 1, "area", Bound::NotNegative),
            "MIN_SLOPE" => {
                let percent = self.num(t, 1, "slope", Bound::Within(0.0, 99.999_999));
                self.deck.options.min_slope_pct = percent;
            }
            "MAX_TRIALS" => self.deck.options.max_trials = self.count(t, 1, "number of trials", Bound::NotNegative),
            "HEAD_TOLERANCE" => self.deck.options.head_tolerance = self.num(t, 1, "tolerance", Bound::NotNegative),
            "SYS_FLOW_TOL" => self.deck.options.system_flow_tolerance_pct = self.num(t, 1, "tolerance", Bound::Any),
            "LAT_FLOW_TOL" => self.deck.options.lateral_flow_tolerance_pct = self.num(t, 1, "tolerance", Bound::Any),
            "THREADS" => self.deck.options.threads = self.count(t, 1, "number of threads", Bound::NotNegative),
            _ => {}
        }
    }

    /// Puts dates and times of the options together.
    pub(super) fn finish_times(&mut self) {
        let default = jiff::civil::date(2004, 1, 1);
        let at = |d: jiff::civil::Date, h: f64| when::instant(d, h).unwrap_or_else(|| d.at(0, 0, 0, 0));
        let start = at(self.state.start.0.unwrap_or(default), self.state.start.1);
        let end = at(self.state.end.0.unwrap_or(default), self.state.end.1);
        let report = match self.state.report {
            (Some(date), Some(hours)) => at(date, hours),
            // One without the other counts for nothing in SWMM: its missing date lies long before any start.
            _ => start,
        };
        let o = &mut self.deck.options;
        (o.start, o.end, o.report_start) = (start, end, report.max(start));
    }

    pub(super) fn report(&mut self, t: &[&str]) {
        let words = [
            "DISABLED",
            "INPUT",
            "SUBCATCH",
            "NODE",
            "LINK",
            "CONTINUITY",
            "FLOWSTATS",
            "CONTROL",
            "AVERAGES",
            "NODESTATS",
            "LID",
        ];
        // `NODESTATS` begins with `NODE`, as SWMM meets it: it is told apart by the longest word.
        let found = words.iter().filter(|w| lex::is(t[0], w)).max_by_key(|w| w.len());
        let Some(word) = found else {
            let remedy = text::offer(t[0], words, "remove it");
            self.error(codes::KEYWORD, t[0], "not a word of [REPORT]", remedy);
            return;
        };
        match *word {
            "SUBCATCH" => {
                let found = self.selection(Class::Subcatchment, t, SubcatchmentIx);
                select(&mut self.deck.report.subcatchments, found);
            }
            "NODE" => {
                let found = self.selection(Class::Node, t, NodeIx);
                select(&mut self.deck.report.nodes, found);
            }
            "LINK" => {
                let found = self.selection(Class::Link, t, LinkIx);
                select(&mut self.deck.report.links, found);
            }
            "LID" => {
                let row = self.keep(t[1..].iter().map(|x| (*x).to_owned()).collect());
                self.deck.report.lids.push(row);
            }
            other => {
                let yes = self.yes_or(t, 1, false);
                let r = &mut self.deck.report;
                match other {
                    "DISABLED" => r.disabled = yes,
                    "INPUT" => r.input = yes,
                    "CONTINUITY" => r.continuity = yes,
                    "FLOWSTATS" => r.flow_stats = yes,
                    "CONTROL" => r.controls = yes,
                    "AVERAGES" => r.averages = yes,
                    _ => r.node_stats = yes,
                }
            }
        }
    }

    fn selection<T>(&mut self, class: Class, t: &[&str], make: fn(usize) -> T) -> Selection<T> {
        match field(t, 1) {
            word if word.eq_ignore_ascii_case("NONE") => Selection::None,
            word if word.eq_ignore_ascii_case("ALL") => Selection::All,
            _ => Selection::Some((1..t.len()).map(|i| make(self.find(class, t, i))).collect()),
        }
    }

    pub(super) fn file(&mut self, t: &[&str]) {
        let modes = [("USE", FileMode::Use), ("SAVE", FileMode::Save), ("SCRATCH", FileMode::Scratch)];
        let mode = self.choose(t, 0, &modes);
        let kind = self.choose(t, 1, FILE_KINDS);
        if t.len() < 3 && mode != FileMode::Scratch {
            // SWMM passes over it without a word.
            self.warn(codes::FEW_FIELDS, t[0], "no file is named: the row has no effect", "name the file");
            return;
        }
        let wrong = matches!((kind, mode), (FileKind::Inflows, FileMode::Save | FileMode::Scratch))
            || matches!((kind, mode), (FileKind::Outflows, FileMode::Use | FileMode::Scratch));
        if wrong {
            self.error(codes::FEW_FIELDS, t[0], "inflows can only be used, outflows only saved", "correct the row");
        }
        let at = (t.len() >= 5).then(|| self.instant(t, 3, "instant of the hot start"));
        let row = self.keep(FileUse { mode, kind, path: field(t, 2).to_owned(), at });
        self.deck.files.push(row);
    }

    pub(super) fn event(&mut self, t: &[&str]) {
        let (start, end) = (self.instant(t, 0, "start"), self.instant(t, 2, "end"));
        if start >= end {
            self.error(codes::DATE, t[0], "the event ends before it begins", "correct its dates");
        }
        let row = self.keep(Event { start, end });
        self.deck.events.push(row);
    }
}

/// Adds to a selection; rows of ids add up.
fn select<T>(into: &mut Selection<T>, found: Selection<T>) {
    match (into, found) {
        (Selection::Some(list), Selection::Some(more)) => list.extend(more),
        (into, found) => *into = found,
    }
}
