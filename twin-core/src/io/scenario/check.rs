//! From the file's keys to a checked [`Scenario`]: names lead somewhere, values make sense.

use std::ops::Range;

use jiff::civil::DateTime;
use toml::Spanned;
use twin_physics::domain::Domain;
use twin_physics::domains::water::DemandModel;
use twin_physics::port::Quantity;

use super::check_event;
use super::raw;
use super::report::{Report, choose};
use crate::model::place::{Place, PlaceRule};
use crate::model::scenario::{MetricKind, MetricSpec, Recorded, RecordedOf, Scenario, Site, StormSpec, Title, Variant};
use crate::model::storm::DesignStorm;
use crate::time::SimTime;

/// Longest time a scenario may name: a hundred years [s].
const TIME_MAX_S: f64 = 3.2e9;

/// What a number must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Any finite number.
    Any,
    /// Above 0.
    Positive,
    /// 0 or more.
    NotNegative,
    /// Above 0, at most 1.
    Share,
    /// A time of at least a millisecond, at most a hundred years.
    Span,
    /// A time from 0 to a hundred years.
    Time,
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        value.is_finite()
            && match self {
                Self::Any => true,
                Self::Positive => value > 0.0,
                Self::NotNegative => value >= 0.0,
                Self::Share => value > 0.0 && value <= 1.0,
                Self::Span => (0.001..=TIME_MAX_S).contains(&value),
                Self::Time => (0.0..=TIME_MAX_S).contains(&value),
            }
    }
    fn words(self) -> &'static str {
        match self {
            Self::Any => "a finite number",
            Self::Positive => "a number above 0",
            Self::NotNegative => "a number of 0 or more",
            Self::Share => "a share above 0 and at most 1",
            Self::Span => "a time from 0.001 s to 3.2e9 s",
            Self::Time => "a time from 0 s to 3.2e9 s",
        }
    }
}

/// A number that must keep within its bound (`SCN-301`).
pub fn number(report: &mut Report, key: &str, value: &raw::Num, bound: Bound) -> Option<f64> {
    if bound.holds(*value.get_ref()) {
        return Some(*value.get_ref());
    }
    let message = format!("{} is not {}", value.get_ref(), bound.words());
    report.at("SCN-301", value.span(), key, message, "");
    None
}

/// A time to the millisecond.
pub fn time(report: &mut Report, key: &str, value: &raw::Num, bound: Bound) -> Option<SimTime> {
    SimTime::from_seconds(number(report, key, value, bound)?)
}

/// A key that must be there (`SCN-106`).
pub fn needed<'a, T>(
    report: &mut Report,
    key: &str,
    value: Option<&'a T>,
    span: &Range<usize>,
    why: &str,
) -> Option<&'a T> {
    if value.is_none() {
        report.at("SCN-106", span.clone(), key, format!("the key is missing: {why}"), "add it here");
    }
    value
}

/// Keys that mean nothing beside the word they stand with (`SCN-108`).
pub fn only(report: &mut Report, word: &str, given: &[(&str, Option<Range<usize>>)], wanted: &[&str]) {
    for (key, span) in given {
        if let Some(span) = span.clone().filter(|_| !wanted.contains(key)) {
            let remedy = format!("{word} takes {}", if wanted.is_empty() { "none".into() } else { wanted.join(", ") });
            report.at("SCN-108", span, key, format!("means nothing beside {word}"), &remedy);
        }
    }
}

/// The place of a value, if it is there.
pub fn span<T>(value: Option<&Spanned<T>>) -> Option<Range<usize>> {
    value.map(Spanned::span)
}

/// The names of all lists, in file order.
#[derive(Debug)]
pub struct Names<'a> {
    pub places: Vec<&'a str>,
    pub events: Vec<&'a str>,
    pub variants: Vec<&'a str>,
    pub metrics: Vec<&'a str>,
}

/// Position of a name in its list, or `code` naming the nearest.
pub fn find(report: &mut Report, code: &str, what: &str, word: &raw::Word, names: &[&str]) -> Option<usize> {
    let found = names.iter().position(|n| n == word.get_ref());
    if found.is_none() {
        let remedy = choose(word.get_ref(), names.iter().copied());
        report.at(code, word.span(), word.get_ref(), format!("no {what} is called that"), &remedy);
    }
    found
}

/// The whole file; `None` only where nothing can be made of it.
pub fn scenario(raw: &raw::File, file: &str, report: &mut Report) -> Option<Scenario> {
    let names = Names {
        places: names(report, "place", raw.place.iter().map(|p| &p.get_ref().id)),
        events: names(report, "event", raw.event.iter().map(|e| &e.get_ref().id)),
        variants: names(report, "variant", raw.variant.iter().map(|v| &v.get_ref().id)),
        metrics: names(report, "metric", raw.metric.iter().map(|m| &m.get_ref().name)),
    };
    name(report, "scenario", &raw.name);
    reserved(raw, report);
    let clock = clock(raw, report);
    let demand_model = demand_model(&raw.water, report);
    let spread = raw.water.demand_spread.as_ref();
    let demand_spread = spread.map_or(Some(0.0), |v| number(report, "demand_spread", v, Bound::Share));
    let plays_on = plays_on(raw, report);
    let on = raw.drainage.as_ref().or(raw.surface.as_ref().map(Spanned::get_ref));
    let storm = on.and_then(|on| on.storm.as_ref()).map(|s| storm(s, report));
    let needed = raw.gas.as_ref().and_then(|gas| gas.get_ref().needed_share.as_ref());
    let needed_share = needed.map(|v| number(report, "needed_share", v, Bound::Share));
    let places: Vec<_> = raw.place.iter().map(|p| place(p, &names, report)).collect();
    near_circles(raw, &places, report);
    let metrics: Vec<_> = raw.metric.iter().map(|m| metric(m, &names, report)).collect();
    let record: Vec<_> = raw.record.asset.iter().map(|r| recorded(r, &names, report)).collect();
    let end = clock.as_ref().map(|c| c.duration);
    let events: Vec<_> = raw.event.iter().map(|e| check_event::event(e, &names, end, report)).collect();
    let whole: Option<Vec<_>> = events.into_iter().collect();
    if let Some(events) = &whole {
        check_event::order(raw, events, report);
        check_event::variants(raw, events, report);
    }
    let clock = clock?;
    Some(Scenario {
        file: file.to_owned(),
        name: raw.name.get_ref().clone(),
        title: title(&raw.title),
        site: site(raw, report),
        start: clock.start,
        duration: clock.duration,
        macro_step: clock.macro_step,
        seed: raw.seed,
        demand_model: demand_model?,
        demand_spread: demand_spread?,
        plays_on,
        needed_share: match needed_share {
            Some(share) => Some(share?),
            None => None,
        },
        storm: match storm {
            Some(storm) => Some(storm?),
            None => None,
        },
        places: places.into_iter().collect::<Option<_>>()?,
        events: whole?,
        variants: raw.variant.iter().map(variant).collect(),
        record_every: clock.record_every,
        record: record.into_iter().collect::<Option<_>>()?,
        metrics: metrics.into_iter().collect::<Option<_>>()?,
    })
}

/// The lifeline whose table it has, else water supply.
fn plays_on(raw: &raw::File, report: &mut Report) -> Domain {
    let tables = [
        (raw.drainage.is_some().then_some(0..0), "drainage", Domain::Drainage),
        (raw.gas.as_ref().map(Spanned::span), "gas", Domain::Gas),
        (raw.surface.as_ref().map(Spanned::span), "surface", Domain::Surface),
    ];
    let mut given = tables.into_iter().filter_map(|(span, key, domain)| Some((span?, key, domain)));
    let Some((_, first, domain)) = given.next() else { return Domain::Water };
    for (span, key, _) in given {
        let message = format!("means nothing beside [{first}]");
        report.at("SCN-108", span, key, message, "keep the table of the one it plays on");
    }
    domain
}

fn storm(raw: &Spanned<raw::Storm>, report: &mut Report) -> Option<StormSpec> {
    let (line, raw) = (report.line(raw.span().start), raw.get_ref());
    let years = number(report, "return_period_years", &raw.return_period_years, Bound::Positive);
    let duration_s = number(report, "duration_s", &raw.duration_s, Bound::Span);
    let step_s = number(report, "step_s", &raw.step_s, Bound::Span);
    let peak = number(report, "peak_share", &raw.peak_share, Bound::Share);
    let begins_s = raw.begins_s.as_ref().map_or(Some(0.0), |b| number(report, "begins_s", b, Bound::Time));
    let design = DesignStorm { years: years?, duration_s: duration_s?, step_s: step_s?, peak: peak?, kind: raw.shape };
    Some(StormSpec { design, formula: raw.formula.get_ref().clone(), begins_s: begins_s?, line })
}

fn variant(raw: &Spanned<raw::Variant>) -> Variant {
    Variant { id: raw.get_ref().id.get_ref().clone(), title: title(&raw.get_ref().title) }
}

/// A title as given.
pub fn title(text: &raw::Text) -> Title {
    Title::new(&*text.zh, &*text.en)
}

/// Ids of one list: legal and unique.
fn names<'a>(report: &mut Report, what: &str, words: impl Iterator<Item = &'a raw::Word>) -> Vec<&'a str> {
    let mut seen: Vec<(&str, u32)> = Vec::new();
    for word in words {
        name(report, what, word);
        let text = word.get_ref().as_str();
        if let Some((_, line)) = seen.iter().find(|(other, _)| *other == text) {
            let message = format!("is the name of another {what} already, at line {line}");
            report.at("SCN-201", word.span(), text, message, "give it another name");
        }
        seen.push((text, report.line(word.span().start)));
    }
    seen.into_iter().map(|(text, _)| text).collect()
}

/// Names that results use themselves.
fn reserved(raw: &raw::File, report: &mut Report) {
    for variant in raw.variant.iter().filter(|v| v.get_ref().id.get_ref() == "base") {
        let id = &variant.get_ref().id;
        report.at("SCN-303", id.span(), "base", "is the name of the base run", "give the variant another name");
    }
}

fn name(report: &mut Report, what: &str, word: &raw::Word) {
    let text = word.get_ref();
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.is_empty() || text.len() > 64 || !text.chars().all(legal) {
        let remedy = "use 1 to 64 letters, digits, - and _";
        report.at("SCN-303", word.span(), text, format!("cannot be the name of a {what}"), remedy);
    }
}

struct Clock {
    start: DateTime,
    duration: SimTime,
    macro_step: SimTime,
    record_every: SimTime,
}

fn clock(raw: &raw::File, report: &mut Report) -> Option<Clock> {
    let start = raw.start.get_ref().parse::<DateTime>();
    if start.is_err() {
        let message = "is not a date and time";
        report.at("SCN-302", raw.start.span(), "start", message, "write it as \"2026-01-15T06:00:00\"");
    }
    let duration = time(report, "duration_s", &raw.duration_s, Bound::Span);
    let macro_step = time(report, "macro_step_s", &raw.macro_step_s, Bound::Span);
    let record_every = time(report, "record.every_s", &raw.record.every_s, Bound::Span);
    let (duration, macro_step, record_every) = (duration?, macro_step?, record_every?);
    if macro_step > duration {
        report.at("SCN-304", raw.macro_step_s.span(), "macro_step_s", "is longer than duration_s", "");
    }
    if record_every.millis() % macro_step.millis() != 0 {
        let remedy = "records are taken at the end of a step";
        report.at("SCN-305", raw.record.every_s.span(), "every_s", "is not a multiple of macro_step_s", remedy);
    }
    Some(Clock { start: start.ok()?, duration, macro_step, record_every })
}

fn site(raw: &raw::File, report: &mut Report) -> Option<Site> {
    match (&raw.city, &raw.network) {
        (Some(_), Some(network)) => {
            let message = "stands beside city";
            report.at("SCN-109", network.span(), "network", message, "a scenario plays in a city or on one network");
            None
        }
        (Some(city), None) => Some(Site::City(city.get_ref().clone())),
        (None, Some(network)) => Some(Site::Network(network.get_ref().clone())),
        (None, None) => None,
    }
}

/// `Some(None)` is the network file's own demand model.
fn demand_model(raw: &raw::Water, report: &mut Report) -> Option<Option<DemandModel>> {
    let laws = [("minimum_pressure_m", &raw.minimum_pressure_m), ("required_pressure_m", &raw.required_pressure_m)];
    let exponent = ("pressure_exponent", &raw.pressure_exponent);
    let given: Vec<_> = laws.iter().chain([&exponent]).map(|(key, n)| (*key, span(n.as_ref()))).collect();
    let kind = match &raw.demand_model {
        Some(kind) if *kind.get_ref() == raw::DemandKind::PressureDriven => kind,
        _ => {
            only(report, "demand_model = \"as_file\"", &given, &[]);
            return Some(None);
        }
    };
    let mut get = |(key, value): &(&str, &Option<raw::Num>), bound, default| match value {
        Some(value) => number(report, key, value, bound),
        None => Some(default),
    };
    // Absent, the values are those of EPANET 2.2 but for the pressure of full delivery, which has no default.
    let min_m = get(&laws[0], Bound::Any, 0.0);
    let exponent = get(&exponent, Bound::Positive, 0.5);
    let required = needed(
        report,
        "required_pressure_m",
        raw.required_pressure_m.as_ref(),
        &kind.span(),
        "it is the pressure head of full delivery",
    )?;
    let required_m = number(report, "required_pressure_m", required, Bound::Any);
    let (min_m, required_m, exponent) = (min_m?, required_m?, exponent?);
    if required_m <= min_m {
        report.at("SCN-301", required.span(), "required_pressure_m", "is not above minimum_pressure_m", "");
    }
    Some(Some(DemandModel::PressureDriven { min_m, required_m, exponent }))
}

fn place(raw: &Spanned<raw::Place>, names: &Names<'_>, report: &mut Report) -> Option<Place> {
    use raw::Rule;
    let (at, line, raw) = (raw.span(), report.line(raw.span().start), raw.get_ref());
    let given =
        [("asset", span(raw.asset.as_ref())), ("near", span(raw.near.as_ref())), ("class", span(raw.class.as_ref()))];
    let (word, wanted): (_, &[&str]) = match raw.rule {
        Rule::Asset => ("rule = \"asset\"", &["asset"]),
        Rule::LargestMain => ("rule = \"largest_main\"", &[]),
        Rule::NearestHydrant => ("rule = \"nearest_hydrant\"", &["near"]),
        Rule::NearestAsset => ("rule = \"nearest_asset\"", &["near", "class"]),
        Rule::HighestDemandJunction => ("rule = \"highest_demand_junction\"", &[]),
        Rule::HighestJunction => ("rule = \"highest_junction\"", &[]),
        Rule::Every => ("rule = \"every\"", &["class"]),
    };
    only(report, word, &given, wanted);
    let mut text = |key, value| needed(report, key, Option::as_ref(value), &at, word).cloned();
    let rule = match raw.rule {
        Rule::Asset => PlaceRule::Asset(text("asset", &raw.asset)?.into_inner()),
        Rule::LargestMain => PlaceRule::LargestMain,
        Rule::HighestDemandJunction => PlaceRule::HighestDemandJunction,
        Rule::HighestJunction => PlaceRule::HighestJunction,
        Rule::Every => PlaceRule::Every { class: text("class", &raw.class)?.into_inner() },
        Rule::NearestHydrant => {
            let near = text("near", &raw.near)?;
            PlaceRule::NearestHydrant { near: find(report, "SCN-202", "place", &near, &names.places)? }
        }
        Rule::NearestAsset => {
            let (near, class) = (text("near", &raw.near), text("class", &raw.class));
            let near = find(report, "SCN-202", "place", &near?, &names.places)?;
            PlaceRule::NearestAsset { near, class: class?.into_inner() }
        }
    };
    Some(Place { id: raw.id.get_ref().clone(), rule, line })
}

/// Places that are near one another in a circle (`SCN-207`).
fn near_circles(raw: &raw::File, places: &[Option<Place>], report: &mut Report) {
    let near = |at: usize| match &places[at].as_ref()?.rule {
        PlaceRule::NearestHydrant { near } | PlaceRule::NearestAsset { near, .. } => Some(*near),
        _ => None,
    };
    for (at, place) in raw.place.iter().enumerate() {
        let mut chain = std::iter::successors(near(at), |&n| near(n)).take(places.len());
        if chain.any(|n| n == at) {
            let id = &place.get_ref().id;
            let message = "is near a place that is near it";
            report.at("SCN-207", id.span(), id.get_ref(), message, "name one of them by another rule");
        }
    }
}

/// A quantity by its key (`SCN-208`).
pub fn quantity(report: &mut Report, word: &raw::Word) -> Option<Quantity> {
    let found = Quantity::from_key(word.get_ref());
    if found.is_none() {
        let remedy = choose(word.get_ref(), Quantity::ALL.iter().map(|q| q.key()));
        report.at("SCN-208", word.span(), word.get_ref(), "no quantity is called that", &remedy);
    }
    found
}

fn recorded(raw: &Spanned<raw::Recorded>, names: &Names<'_>, report: &mut Report) -> Option<Recorded> {
    let (at, line, raw) = (raw.span(), report.line(raw.span().start), raw.get_ref());
    let of = match (&raw.place, &raw.asset) {
        (Some(place), None) => find(report, "SCN-202", "place", place, &names.places).map(RecordedOf::Place),
        (None, Some(asset)) => Some(RecordedOf::Asset(asset.get_ref().clone())),
        _ => {
            report.at("SCN-109", at, "record.asset", "needs either place or asset", "");
            None
        }
    };
    let quantities: Vec<_> = raw.quantities.get_ref().iter().map(|q| quantity(report, q)).collect();
    if quantities.is_empty() {
        report.at("SCN-301", raw.quantities.span(), "quantities", "names none", "name at least one, as \"flow\"");
    }
    Some(Recorded { of: of?, quantities: quantities.into_iter().collect::<Option<_>>()?, line })
}

fn metric(raw: &Spanned<raw::Metric>, names: &Names<'_>, report: &mut Report) -> Option<MetricSpec> {
    use raw::MetricKind as Kind;
    let (at, line, raw) = (raw.span(), report.line(raw.span().start), raw.get_ref());
    let given = [
        ("ratio", span(raw.ratio.as_ref())),
        ("pressure_m", span(raw.pressure_m.as_ref())),
        ("pressure_pa", span(raw.pressure_pa.as_ref())),
        ("port", span(raw.port.as_ref())),
        ("place", span(raw.place.as_ref())),
    ];
    let (word, wanted): (_, &[&str]) = match raw.kind {
        Kind::CustomersShort => ("kind = \"customers_short\"", &["ratio"]),
        Kind::CustomersBelowPressure => ("kind = \"customers_below_pressure\"", &["pressure_m"]),
        Kind::NodesBelowPressure => ("kind = \"nodes_below_pressure\"", &["pressure_m"]),
        Kind::LoadsBelowPressure => ("kind = \"loads_below_pressure\"", &["pressure_pa"]),
        Kind::Output => ("kind = \"output\"", &["port", "place"]),
        Kind::Shortfall => ("kind = \"shortfall\"", &[]),
        Kind::Leak => ("kind = \"leak\"", &[]),
        Kind::MinPressure => ("kind = \"min_pressure\"", &[]),
    };
    only(report, word, &given, wanted);
    let mut figure = |key, value: &Option<raw::Num>, bound| {
        let value = needed(report, key, value.as_ref(), &at, word)?.clone();
        number(report, key, &value, bound)
    };
    let kind = match raw.kind {
        Kind::CustomersShort => MetricKind::CustomersShort { ratio: figure("ratio", &raw.ratio, Bound::Share)? },
        Kind::CustomersBelowPressure => {
            MetricKind::CustomersBelowPressure { pressure_m: figure("pressure_m", &raw.pressure_m, Bound::Any)? }
        }
        Kind::NodesBelowPressure => {
            MetricKind::NodesBelowPressure { pressure_m: figure("pressure_m", &raw.pressure_m, Bound::Any)? }
        }
        Kind::LoadsBelowPressure => {
            MetricKind::LoadsBelowPressure { pressure_pa: figure("pressure_pa", &raw.pressure_pa, Bound::Any)? }
        }
        Kind::Output => {
            let port = needed(report, "port", raw.port.as_ref(), &at, word)?.get_ref().clone();
            let place = match &raw.place {
                Some(place) => Some(find(report, "SCN-202", "place", place, &names.places)?),
                None => None,
            };
            MetricKind::Output { port, place }
        }
        Kind::Shortfall => MetricKind::Shortfall,
        Kind::Leak => MetricKind::Leak,
        Kind::MinPressure => MetricKind::MinPressure,
    };
    Some(MetricSpec { name: raw.name.get_ref().clone(), kind, title: raw.title.as_ref().map(title), line })
}
