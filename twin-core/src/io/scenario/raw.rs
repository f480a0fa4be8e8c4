//! `scenario.toml` as it stands in the file: every key with its unit in its name, every value with its place.

use serde::Deserialize;
use toml::Spanned;

use crate::model::storm::StormKind;

/// A number with its place.
pub type Num = Spanned<f64>;
/// A word with its place.
pub type Word = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub name: Word,
    pub title: Text,
    pub city: Option<Word>,
    pub network: Option<Word>,
    pub start: Word,
    pub duration_s: Num,
    pub macro_step_s: Num,
    #[serde(default)]
    pub seed: u64,
    #[serde(default)]
    pub water: Water,
    pub drainage: Option<Stormed>,
    pub surface: Option<Spanned<Stormed>>,
    pub gas: Option<Spanned<Gas>>,
    #[serde(default)]
    pub place: Vec<Spanned<Place>>,
    #[serde(default)]
    pub event: Vec<Spanned<Event>>,
    #[serde(default)]
    pub variant: Vec<Spanned<Variant>>,
    pub record: Record,
    #[serde(default)]
    pub metric: Vec<Spanned<Metric>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Water {
    pub demand_model: Option<Spanned<DemandKind>>,
    pub minimum_pressure_m: Option<Num>,
    pub required_pressure_m: Option<Num>,
    pub pressure_exponent: Option<Num>,
    pub demand_spread: Option<Num>,
}

/// `[drainage]` or `[surface]`: where it plays, and under what rain.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stormed {
    pub storm: Option<Spanned<Storm>>,
}

/// `[gas]`: it plays on a gas network.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gas {
    pub needed_share: Option<Num>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storm {
    pub formula: Word,
    pub return_period_years: Num,
    pub duration_s: Num,
    pub step_s: Num,
    pub peak_share: Num,
    pub shape: StormKind,
    pub begins_s: Option<Num>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemandKind {
    AsFile,
    PressureDriven,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub id: Word,
    pub rule: Rule,
    pub asset: Option<Word>,
    pub near: Option<Word>,
    pub class: Option<Word>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    Asset,
    LargestMain,
    NearestHydrant,
    NearestAsset,
    HighestDemandJunction,
    HighestJunction,
    Every,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub id: Word,
    pub at_s: Option<Num>,
    pub after: Option<Word>,
    pub delay_s: Option<Num>,
    pub when: Option<Spanned<When>>,
    #[serde(rename = "do")]
    pub action: Action,
    pub place: Word,
    pub hole_diameter_m: Option<Num>,
    pub hole_area_m2: Option<Num>,
    pub hole_share: Option<Num>,
    pub travel_s: Option<Num>,
    pub crew_s_per_valve: Option<Num>,
    pub setting: Option<Num>,
    pub flow_m3s: Option<Num>,
    pub duration_s: Option<Num>,
    pub share: Option<Num>,
    pub level_m: Option<Num>,
    pub intensity_mm_h: Option<Num>,
    pub pressure_pa: Option<Num>,
    pub factor: Option<Num>,
    pub tell: Option<Spanned<Told>>,
    pub value: Option<Num>,
    pub title: Option<Text>,
    #[serde(default)]
    pub not_in: Vec<Word>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Burst,
    Repair,
    Isolate,
    Open,
    Close,
    Set,
    PowerOff,
    PowerOn,
    Demand,
    Block,
    Clear,
    Stage,
    Rain,
    SourcePressure,
    LoadFactor,
    Tell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    On,
    Off,
    Fail,
    Repair,
    Release,
    Target,
    Measured,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    pub metric: Option<Word>,
    pub place: Option<Word>,
    pub quantity: Option<Word>,
    pub above: Option<Num>,
    pub below: Option<Num>,
    pub hysteresis: Option<Num>,
    pub hold_s: Option<Num>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    pub id: Word,
    pub title: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub every_s: Num,
    #[serde(default)]
    pub asset: Vec<Spanned<Recorded>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    pub place: Option<Word>,
    pub asset: Option<Word>,
    pub quantities: Spanned<Vec<Word>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    pub name: Word,
    pub kind: MetricKind,
    pub ratio: Option<Num>,
    pub pressure_m: Option<Num>,
    pub pressure_pa: Option<Num>,
    pub port: Option<Word>,
    pub place: Option<Word>,
    pub title: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricKind {
    CustomersShort,
    CustomersBelowPressure,
    NodesBelowPressure,
    LoadsBelowPressure,
    Output,
    Shortfall,
    Leak,
    MinPressure,
}
