//! What a SWMM deck says: plain values in the file's own units, names resolved to places in its tables.
//!
//! A deck that was read without errors holds only places that exist. Defaults of SWMM stand for what the file omits.

mod expr;
mod hydrology;
mod inflow;
mod lid;
mod links;
mod map;
mod nodes;
mod options;
mod quality;
mod refs;
mod rules;
mod shapes;
mod tables;

use serde::{Deserialize, Serialize};

pub use crate::io::inp::{Line, Row};
pub use expr::{Expr, Function, Op};
pub use hydrology::{
    Adjustments, Aquifer, ArealDepletion, Climate, ClimateFile, Evaporation, Gage, GageSource, Groundwater,
    GroundwaterVariable, HortonParams, Infiltration, InfiltrationMethod, Outlet, RainForm, SnowSurface, Snowmelt,
    Snowpack, Subarea, SubareaRoute, Subcatchment, TemperatureSource, Wind,
};
pub use inflow::{
    Constituent, DryWeather, Inflow, InflowForm, Pattern, PatternKind, Rdii, Response, ResponseTerm, UnitHydrograph,
};
pub use lid::{LidControl, LidDrain, LidDrainMat, LidKind, LidPavement, LidSoil, LidStorage, LidSurface, LidUsage};
pub use links::{
    Conduit, Discharge, Inlets, Link, LinkKind, Losses, Orifice, OrificeKind, OutletLink, Placement, Pump, RatedBy,
    RoadSurface, Weir, WeirKind,
};
pub use map::{Label, MapRows, Point, Tag, TagOf};
pub use nodes::{
    Divider, DividerKind, Exfiltration, Junction, Node, NodeKind, Outfall, OutfallStage, Storage, StorageShape,
};
pub use options::{
    FileKind, FileMode, FileUse, FlowUnits, ForceMainEquation, InertialDamping, NormalFlowLimit, Offsets, Options,
    Report, Routing, Selection, Surcharge, UnitSystem,
};
pub use quality::{
    Buildup, BuildupFunction, ConcentrationUnits, Landuse, Normalizer, Pollutant, Treatment, TreatmentKind,
    TreatmentVariable, Washoff, WashoffFunction,
};
pub use refs::{
    AquiferIx, CurveIx, ExpressionIx, GageIx, InletIx, LanduseIx, LidIx, LinkIx, NodeIx, PatternIx, PollutantIx,
    SeriesIx, SnowpackIx, StreetIx, SubcatchmentIx, TransectIx, UnitHydrographIx, VariableIx,
};
pub use rules::{
    Action, Attribute, Clause, ClauseWord, Comparison, Expression, Operand, Premise, Quantity, Rule, RuleObject,
    RuleVariable, Setting, TimeQuantity, Variable,
};
pub use shapes::{
    CurbOpening, CurbThroat, Grate, GrateKind, Inlet, InletDesign, Shape, SlottedDrain, Street, Transect, Xsection,
};
pub use tables::{Curve, CurveKind, Event, Series, SeriesData, SeriesPoint};

use super::section::Section;

/// A whole deck. Numbers are in the units that [`Options::flow_units`] implies; ids are as written, case included.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SwmmDeck {
    /// The file as the user named it.
    pub name: String,
    /// Lines of the title.
    pub title: Vec<String>,
    /// Options, defaults filled in.
    pub options: Options,
    /// What the report shows.
    pub report: Report,
    /// Interface files.
    pub files: Vec<Row<FileUse>>,
    /// Rain gauges.
    pub gages: Vec<Row<Gage>>,
    /// Evaporation, temperature, wind, snowmelt, adjustments by month.
    pub climate: Climate,
    /// Subcatchments, with what `[SUBAREAS]`, `[INFILTRATION]`, `[GROUNDWATER]`, `[GWF]`, `[COVERAGES]`, `[LOADINGS]`
    /// and `[ADJUSTMENTS]` say of each.
    pub subcatchments: Vec<Row<Subcatchment>>,
    /// LID controls.
    pub lids: Vec<Row<LidControl>>,
    /// LID units in subcatchments.
    pub lid_usage: Vec<Row<LidUsage>>,
    /// Aquifers.
    pub aquifers: Vec<Row<Aquifer>>,
    /// Snow packs.
    pub snowpacks: Vec<Row<Snowpack>>,
    /// Nodes of all kinds in the order of their rows over the whole file, which is SWMM's.
    pub nodes: Vec<Row<Node>>,
    /// Links of all kinds in the order of their rows over the whole file, which is SWMM's.
    pub links: Vec<Row<Link>>,
    /// Irregular channel transects.
    pub transects: Vec<Row<Transect>>,
    /// Street cross sections.
    pub streets: Vec<Row<Street>>,
    /// Inlet designs.
    pub inlets: Vec<Row<Inlet>>,
    /// Named variables of rules.
    pub variables: Vec<Row<Variable>>,
    /// Named expressions of rules.
    pub expressions: Vec<Row<Expression>>,
    /// Control rules in file order.
    pub rules: Vec<Row<Rule>>,
    /// Pollutants.
    pub pollutants: Vec<Row<Pollutant>>,
    /// Land uses with their build-up and wash-off.
    pub landuses: Vec<Row<Landuse>>,
    /// Treatment at nodes.
    pub treatments: Vec<Row<Treatment>>,
    /// External inflows at nodes; at most one for a node and constituent.
    pub inflows: Vec<Row<Inflow>>,
    /// Dry-weather inflows; at most one for a node and constituent.
    pub dry_weather: Vec<Row<DryWeather>>,
    /// Rain-derived inflow and infiltration; at most one for a node.
    pub rdii: Vec<Row<Rdii>>,
    /// Unit hydrograph groups.
    pub unit_hydrographs: Vec<Row<UnitHydrograph>>,
    /// Time patterns.
    pub patterns: Vec<Row<Pattern>>,
    /// Curves.
    pub curves: Vec<Row<Curve>>,
    /// Time series.
    pub series: Vec<Row<Series>>,
    /// Periods of full hydraulic routing.
    pub events: Vec<Row<Event>>,
    /// Map, labels, tags and profiles: of no effect on results.
    pub map: MapRows,
    /// Full-line comments, by section.
    pub notes: Vec<Note>,
}

/// A full-line comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The section it stands in; `None` = before the first.
    pub section: Option<Section>,
    /// Text after `;`, trimmed.
    pub text: String,
    /// Where it stood.
    pub line: Line,
}

impl SwmmDeck {
    /// Ids of all nodes in SWMM's order.
    pub fn node_ids(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|n| n.id.as_str())
    }

    /// Ids of all links in SWMM's order.
    pub fn link_ids(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|l| l.id.as_str())
    }

    /// Ids of all subcatchments in SWMM's order.
    pub fn subcatchment_ids(&self) -> impl Iterator<Item = &str> {
        self.subcatchments.iter().map(|s| s.id.as_str())
    }

    /// Whether lengths are in feet (else in metres), by the flow units.
    #[must_use]
    pub fn units(&self) -> UnitSystem {
        self.options.flow_units.system()
    }
}
