//! From a SWMM deck to the physics of drainage: units, references, formulas.
//!
//! A deck read without errors is complete, so binding adds only what the text alone could not tell: units, and
//! external files already read ([`External`]). What the equations cannot take is refused by the physics, which names
//! the element.

mod catchments;
mod expression;
pub mod hot_start;
mod links;
pub mod live;
mod nodes;
mod opened;
mod options;
mod quality;
mod rules;
mod shapes;
pub mod streets;
mod units;

use twin_physics::domains::drainage::model as m;

use twin_physics::units::{M_PER_IN, S_PER_HOUR};

pub use opened::{Opened, open};
pub use options::{calendar, options};
pub use quality::load_of_unit;
pub use units::Units;

use crate::io::swmm_inp::{self, deck as d};

/// Rain read from a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileRain {
    /// Model time [s], depth [m] within the interval.
    pub record: Vec<(f64, f64)>,
    /// Interval [s].
    pub interval_s: f64,
}

/// What a deck refers to outside itself, read beforehand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct External {
    /// Points of time series that stand in files, by position in the deck: model time [s], value.
    pub series: Vec<Option<Vec<(f64, f64)>>>,
    /// Rain of gages that read files, by position.
    pub rain: Vec<Option<FileRain>>,
    /// Days of the climate file.
    pub climate: Vec<m::ClimateDay>,
}

/// A deck on its way.
struct Binder<'a> {
    deck: &'a d::SwmmDeck,
    external: &'a External,
    units: Units,
}

impl Binder<'_> {
    fn pattern(&self, pattern: Option<d::PatternIx>) -> Option<m::PatternIx> {
        pattern.map(|p| m::PatternIx::new(p.0))
    }

    /// Points of a curve, each column times its factor.
    fn curve(&self, curve: d::CurveIx, x: f64, y: f64) -> Vec<(f64, f64)> {
        self.deck.curves[curve.0].points.iter().map(|p| (p.0 * x, p.1 * y)).collect()
    }
}

/// The physics of a deck.
#[must_use]
pub fn drainage_model(deck: &d::SwmmDeck, external: &External) -> m::DrainageModel {
    drainage_model_in(deck, external, Units::new(deck.options.flow_units))
}

/// The physics of a deck by other factors of its units, [`Units::of_swmm`].
#[must_use]
pub fn drainage_model_in(deck: &d::SwmmDeck, external: &External, units: Units) -> m::DrainageModel {
    let binder = Binder { deck, external, units };
    m::DrainageModel {
        options: options::options(deck),
        calendar: options::calendar(deck),
        climate: options::climate(&binder),
        gages: catchments::gages(&binder),
        subcatchments: catchments::subcatchments(&binder),
        lid_controls: catchments::lid_controls(&binder),
        aquifers: catchments::aquifers(&binder),
        snowpacks: catchments::snowpacks(&binder),
        unit_hydrographs: catchments::unit_hydrographs(&binder),
        nodes: nodes::nodes(&binder),
        links: links::links(&binder),
        inlets: links::inlets(&binder),
        inlet_usage: links::inlet_usage(&binder),
        series: binder.series(),
        inflows: nodes::inflows(&binder),
        dry_weather: nodes::dry_weather(&binder),
        patterns: nodes::patterns(&binder),
        rules: rules::rules(&binder),
        pollutants: quality::pollutants(&binder),
        land_uses: quality::land_uses(&binder),
    }
}

impl External {
    /// What [`swmm_inp::external::read`] found, in SI and model time.
    #[must_use]
    pub fn new(deck: &d::SwmmDeck, read: &swmm_inp::external::External) -> Self {
        let start = deck.options.start;
        let u = Units::new(deck.options.flow_units);
        let series = |points: &Option<Vec<d::SeriesPoint>>| {
            points.as_ref().map(|p| p.iter().map(|p| (p.seconds_from(start), p.value)).collect())
        };
        let rain = |(at, gage): (usize, &crate::io::inp::Row<d::Gage>)| {
            let d::GageSource::File { millimetres, .. } = gage.source else { return None };
            let records = read.rain.get(at)?.as_ref()?;
            if let Some(interval_s) = read.service.get(at).copied().flatten() {
                let record = records.iter().map(|r| (options::seconds(start, r.at), r.value * M_PER_IN)).collect();
                return Some(FileRain { record, interval_s: interval_s as f64 });
            }
            let depth_m = if millimetres { 1e-3 } else { M_PER_IN };
            // Files hold what the gage says; intensities become depths over the interval.
            let per = match gage.form {
                d::RainForm::Intensity => depth_m * gage.interval_s as f64 / S_PER_HOUR,
                _ => depth_m,
            };
            let mut total = 0.0;
            let depth = |value: f64| match gage.form {
                // A total that falls has been reset.
                d::RainForm::Cumulative => {
                    let fallen = if value >= total { value - total } else { value };
                    total = value;
                    fallen
                }
                _ => value,
            };
            let depths: Vec<f64> = records.iter().map(|r| r.value).map(depth).collect();
            let record = records.iter().zip(depths).map(|(r, v)| (options::seconds(start, r.at), v * per)).collect();
            Some(FileRain { record, interval_s: gage.interval_s as f64 })
        };
        let day = |day: &swmm_inp::external::ClimateDay| m::ClimateDay {
            day: options::day_number(day.date),
            temp_min_c: day.t_min.map(|t| u.celsius(t)),
            temp_max_c: day.t_max.map(|t| u.celsius(t)),
            evaporation_ms: day.evaporation.map(|e| e * u.daily_ms),
            wind_ms: day.wind.map(|w| w * u.wind_ms),
        };
        Self {
            series: read.series.iter().map(series).collect(),
            rain: deck.gages.iter().enumerate().map(rain).collect(),
            climate: read.climate.as_ref().map_or_else(Vec::new, |c| c.days.iter().map(day).collect()),
        }
    }
}

impl Binder<'_> {
    fn series(&self) -> Vec<m::TimeSeries> {
        let start = self.deck.options.start;
        let one = |(at, series): (usize, &crate::io::inp::Row<d::Series>)| {
            let points = match &series.data {
                d::SeriesData::Points(points) => points.iter().map(|p| (p.seconds_from(start), p.value)).collect(),
                d::SeriesData::File(_) => self.external.series.get(at).cloned().flatten().unwrap_or_default(),
            };
            m::TimeSeries { id: series.id.clone(), points }
        };
        self.deck.series.iter().enumerate().map(one).collect()
    }
}
