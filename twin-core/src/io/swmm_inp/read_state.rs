//! What must be remembered from row to row, and which rows go where.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::deck::{Buildup, Constituent, InfiltrationMethod, PatternIx, Washoff};
use super::read::Reader;
use super::read_land::ToLand;
use super::read_shapes::ToLink;
use super::section::Section;

/// Manning's n of transects, as `NC` rows leave it: left, right, channel.
pub(super) type Manning = [f64; 3];

/// Which part of a rule the last clause belonged to.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum RulePart {
    /// None is open.
    #[default]
    Closed,
    /// `RULE`.
    Rule,
    /// Premises.
    If,
    /// `THEN` actions.
    Then,
    /// `ELSE` actions.
    Else,
}

/// What is remembered.
#[derive(Default)]
pub(super) struct State {
    /// The section is not known: its rows are passed over.
    pub unknown: bool,
    /// Date and hours of start, end and start of reporting.
    pub start: (Option<Date>, f64),
    pub end: (Option<Date>, f64),
    pub report: (Option<Date>, Option<f64>),
    /// Line of the last option of time.
    pub time_line: u32,
    /// Manning's n of the transects that follow.
    pub manning: Manning,
    /// A transect was begun.
    pub transect: bool,
    /// A time series takes rows without a date as of its last date.
    pub series_date: BTreeMap<usize, Date>,
    /// Kinds of multi-row objects that were given (by place).
    pub lid_kind: Vec<bool>,
    /// Which part of a rule is open.
    pub rule: RulePart,
    /// Default infiltration method, from the first pass.
    pub method: InfiltrationMethod,
    /// Which links are conduits, from the first pass.
    pub conduits: Vec<bool>,
    /// Line of each point of each time series.
    pub series_lines: Vec<Vec<u32>>,
    /// What rows said of subcatchments, links and land uses: place, line, what.
    pub land: Vec<(usize, u32, ToLand)>,
    pub links: Vec<(usize, u32, ToLink)>,
    pub buildups: Vec<(usize, u32, Buildup)>,
    pub washoffs: Vec<(usize, u32, Washoff)>,
    /// Patterns of subcatchments: place, which, pattern.
    pub later: Vec<(usize, u8, PatternIx)>,
    /// Where rows that may be given once were met.
    pub inflows: BTreeMap<(usize, Constituent), usize>,
    pub dry: BTreeMap<(usize, Constituent), usize>,
    pub rdii: BTreeMap<usize, usize>,
    pub treated: BTreeMap<(usize, usize), usize>,
}

impl Reader<'_> {
    pub(super) fn dispatch(&mut self, section: Section, t: &[&str], line: &str) {
        match section {
            Section::Title => self.deck.title.push(line.trim().to_owned()),
            Section::Options => self.option(t),
            Section::Report => self.report(t),
            Section::Files => self.file(t),
            Section::Events => self.event(t),
            Section::Raingages => self.gage(t),
            Section::Evaporation => self.evaporation(t),
            Section::Temperature => self.temperature(t),
            Section::Adjustments => self.adjustment(t),
            Section::Subcatchments => self.subcatchment(t),
            Section::Subareas => self.subarea(t),
            Section::Infiltration => self.infiltration(t),
            Section::LidControls => self.lid(t),
            Section::LidUsage => self.lid_usage(t),
            Section::Aquifers => self.aquifer(t),
            Section::Groundwater => self.groundwater(t),
            Section::Gwf => self.gwf(t),
            Section::Snowpacks => self.snowpack(t),
            Section::Junctions => self.junction(t),
            Section::Outfalls => self.outfall(t),
            Section::Dividers => self.divider(t),
            Section::Storage => self.storage(t),
            Section::Conduits => self.conduit(t),
            Section::Pumps => self.pump(t),
            Section::Orifices => self.orifice(t),
            Section::Weirs => self.weir(t),
            Section::Outlets => self.outlet(t),
            Section::Xsections => self.xsection(t),
            Section::Transects => self.transect(t),
            Section::Streets => self.street(t),
            Section::Inlets => self.inlet(t),
            Section::InletUsage => self.inlet_usage(t),
            Section::Losses => self.losses(t),
            Section::Controls => self.control(t),
            _ => self.dispatch_rest(section, t),
        }
    }

    fn dispatch_rest(&mut self, section: Section, t: &[&str]) {
        match section {
            Section::Pollutants => self.pollutant(t),
            Section::Landuses => self.landuse(t),
            Section::Coverages => self.coverage(t),
            Section::Loadings => self.loading(t),
            Section::Buildup => self.buildup(t),
            Section::Washoff => self.washoff(t),
            Section::Treatment => self.treatment(t),
            Section::Inflows => self.inflow(t),
            Section::Dwf => self.dry_weather(t),
            Section::Hydrographs => self.hydrograph(t),
            Section::Rdii => self.rdii(t),
            Section::Curves => self.curve(t),
            Section::Timeseries => self.series(t),
            Section::Patterns => self.pattern(t),
            Section::Tags => self.tag(t),
            Section::Labels => self.label(t),
            Section::Coordinates | Section::Vertices | Section::Polygons | Section::Symbols => self.point(section, t),
            Section::Map | Section::Backdrop | Section::Profiles => self.words(section, t),
            _ => {}
        }
    }
}
