//! Events of a scenario: when, what, where; their order and their variants.

use std::ops::Range;

use toml::Spanned;

use super::check::{Bound, Names, find, needed, number, only, quantity, span, time, title};
use super::raw;
use super::report::Report;
use crate::behaviour::Event as Told;
use crate::model::scenario::{Action, Hole, ScenarioEvent, Start, Watched};
use crate::time::SimTime;

/// Time a crew needs per valve where the scenario does not say: find, walk, dig free, turn [s].
const CREW_S_PER_VALVE: f64 = 600.0;
/// Millimetres an hour in one metre a second.
const MM_H_PER_MS: f64 = 3.6e6;

/// One event; `end` is the length of the run.
pub fn event(
    raw: &Spanned<raw::Event>,
    names: &Names<'_>,
    end: Option<SimTime>,
    report: &mut Report,
) -> Option<ScenarioEvent> {
    let (at, line, raw) = (raw.span(), report.line(raw.span().start), raw.get_ref());
    let start = start(raw, &at, names, end, report);
    let action = action(raw, &at, report);
    let place = find(report, "SCN-202", "place", &raw.place, &names.places);
    let mut not_in = Vec::new();
    for variant in &raw.not_in {
        find(report, "SCN-204", "variant", variant, &names.variants);
        not_in.push(variant.get_ref().clone());
    }
    Some(ScenarioEvent {
        id: raw.id.get_ref().clone(),
        start: start?,
        action: action?,
        place: place?,
        title: raw.title.as_ref().map(title),
        not_in,
        line,
    })
}

fn start(
    raw: &raw::Event,
    at: &Range<usize>,
    names: &Names<'_>,
    end: Option<SimTime>,
    report: &mut Report,
) -> Option<Start> {
    let given = [span(raw.at_s.as_ref()), span(raw.after.as_ref()), span(raw.when.as_ref())];
    if given.iter().flatten().count() != 1 {
        let message = "needs exactly one of at_s, after and when";
        report.at("SCN-109", at.clone(), raw.id.get_ref(), message, "say once when it happens");
        return None;
    }
    if raw.after.is_none() {
        only(report, "at_s or when", &[("delay_s", span(raw.delay_s.as_ref()))], &[]);
    }
    if let Some(at_s) = &raw.at_s {
        let instant = time(report, "at_s", at_s, Bound::Time)?;
        if end.is_some_and(|end| instant > end) {
            report.at(
                "SCN-304",
                at_s.span(),
                "at_s",
                "is after the end of the run",
                "lengthen duration_s or bring it forward",
            );
        }
        return Some(Start::At(instant));
    }
    if let Some(after) = &raw.after {
        let delay_s = raw.delay_s.as_ref().map_or(Some(0.0), |d| number(report, "delay_s", d, Bound::Time));
        let event = find(report, "SCN-203", "event", after, &names.events)?;
        return Some(Start::After { event, delay_s: delay_s? });
    }
    when(raw.when.as_ref()?, names, report)
}

fn when(raw: &Spanned<raw::When>, names: &Names<'_>, report: &mut Report) -> Option<Start> {
    let (at, raw) = (raw.span(), raw.get_ref());
    let watch = match (&raw.metric, &raw.place, &raw.quantity) {
        (Some(metric), None, None) => find(report, "SCN-205", "metric", metric, &names.metrics).map(Watched::Metric),
        (None, Some(place), Some(word)) => {
            let (place, quantity) = (find(report, "SCN-202", "place", place, &names.places), quantity(report, word));
            place.zip(quantity).map(|(place, quantity)| Watched::Place { place, quantity })
        }
        _ => {
            let message = "needs either metric, or place and quantity";
            report.at("SCN-109", at.clone(), "when", message, "say what is watched");
            None
        }
    };
    let (above, threshold) = match (&raw.above, &raw.below) {
        (Some(value), None) => (true, number(report, "above", value, Bound::Any)),
        (None, Some(value)) => (false, number(report, "below", value, Bound::Any)),
        _ => {
            report.at("SCN-109", at, "when", "needs exactly one of above and below", "");
            return None;
        }
    };
    let mut or_zero = |key, value: &Option<raw::Num>, bound| {
        value.as_ref().map_or(Some(0.0), |value| number(report, key, value, bound))
    };
    let hysteresis = or_zero("hysteresis", &raw.hysteresis, Bound::NotNegative);
    let hold_s = or_zero("hold_s", &raw.hold_s, Bound::Time);
    Some(Start::When { watch: watch?, above, threshold: threshold?, hysteresis: hysteresis?, hold_s: hold_s? })
}

fn action(raw: &raw::Event, at: &Range<usize>, report: &mut Report) -> Option<Action> {
    use raw::Action as Do;
    let (word, wanted): (_, &[&str]) = match raw.action {
        Do::Burst => ("do = \"burst\"", &["hole_diameter_m", "hole_area_m2", "hole_share"]),
        Do::Repair => ("do = \"repair\"", &["crew_s_per_valve"]),
        Do::Isolate => ("do = \"isolate\"", &["travel_s", "crew_s_per_valve"]),
        Do::Open => ("do = \"open\"", &[]),
        Do::Close => ("do = \"close\"", &[]),
        Do::Set => ("do = \"set\"", &["setting"]),
        Do::PowerOff => ("do = \"power_off\"", &[]),
        Do::PowerOn => ("do = \"power_on\"", &[]),
        Do::Demand => ("do = \"demand\"", &["flow_m3s", "duration_s"]),
        Do::Block => ("do = \"block\"", &["share"]),
        Do::Clear => ("do = \"clear\"", &[]),
        Do::Stage => ("do = \"stage\"", &["level_m"]),
        Do::Rain => ("do = \"rain\"", &["intensity_mm_h", "duration_s"]),
        Do::SourcePressure => ("do = \"source_pressure\"", &["pressure_pa"]),
        Do::LoadFactor => ("do = \"load_factor\"", &["factor", "duration_s"]),
        Do::Tell => ("do = \"tell\"", &["tell", "value"]),
    };
    only(report, word, &action_keys(raw), wanted);
    let crew = |report: &mut Report| {
        let value = raw.crew_s_per_valve.as_ref();
        value.map_or(Some(CREW_S_PER_VALVE), |value| number(report, "crew_s_per_valve", value, Bound::Time))
    };
    match raw.action {
        Do::Burst => hole(raw, at, report).map(Action::Burst),
        Do::Repair => crew(report).map(|crew_s_per_valve| Action::Repair { crew_s_per_valve }),
        Do::Isolate => {
            let travel = raw.travel_s.as_ref();
            let travel_s = travel.map_or(Some(0.0), |value| number(report, "travel_s", value, Bound::Time));
            let crew_s_per_valve = crew(report);
            Some(Action::Isolate { travel_s: travel_s?, crew_s_per_valve: crew_s_per_valve? })
        }
        Do::Open => Some(Action::Open),
        Do::Close => Some(Action::Close),
        Do::Set => {
            let setting = needed(report, "setting", raw.setting.as_ref(), at, word)?;
            number(report, "setting", setting, Bound::Any).map(Action::Set)
        }
        Do::PowerOff => Some(Action::PowerOff),
        Do::PowerOn => Some(Action::PowerOn),
        Do::Demand => {
            let flow = needed(report, "flow_m3s", raw.flow_m3s.as_ref(), at, word)?;
            let flow_m3s = number(report, "flow_m3s", flow, Bound::Any)?;
            Some(Action::Demand { flow_m3s, duration_s: duration(raw, report)? })
        }
        Do::Block => {
            let share = needed(report, "share", raw.share.as_ref(), at, word)?;
            number(report, "share", share, Bound::Share).map(Action::Block)
        }
        Do::Clear => Some(Action::Clear),
        Do::Stage => {
            let level = needed(report, "level_m", raw.level_m.as_ref(), at, word)?;
            number(report, "level_m", level, Bound::Any).map(Action::Stage)
        }
        Do::Rain => {
            let rain = needed(report, "intensity_mm_h", raw.intensity_mm_h.as_ref(), at, word)?;
            let intensity_ms = number(report, "intensity_mm_h", rain, Bound::NotNegative)? / MM_H_PER_MS;
            Some(Action::Rain { intensity_ms, duration_s: duration(raw, report)? })
        }
        Do::SourcePressure => {
            let pressure = needed(report, "pressure_pa", raw.pressure_pa.as_ref(), at, word)?;
            number(report, "pressure_pa", pressure, Bound::Positive).map(Action::SourcePressure)
        }
        Do::LoadFactor => {
            let factor = needed(report, "factor", raw.factor.as_ref(), at, word)?;
            let factor = number(report, "factor", factor, Bound::NotNegative)?;
            Some(Action::LoadFactor { factor, duration_s: duration(raw, report)? })
        }
        Do::Tell => told(raw, at, report).map(Action::Tell),
    }
}

/// How long it lasts; `Some(None)` = to the end.
fn duration(raw: &raw::Event, report: &mut Report) -> Option<Option<f64>> {
    match &raw.duration_s {
        Some(value) => number(report, "duration_s", value, Bound::Span).map(Some),
        None => Some(None),
    }
}

/// Every key that only some actions take, with its place where it is given.
fn action_keys(raw: &raw::Event) -> [(&'static str, Option<Range<usize>>); 15] {
    [
        ("share", span(raw.share.as_ref())),
        ("level_m", span(raw.level_m.as_ref())),
        ("intensity_mm_h", span(raw.intensity_mm_h.as_ref())),
        ("pressure_pa", span(raw.pressure_pa.as_ref())),
        ("factor", span(raw.factor.as_ref())),
        ("hole_diameter_m", span(raw.hole_diameter_m.as_ref())),
        ("hole_area_m2", span(raw.hole_area_m2.as_ref())),
        ("hole_share", span(raw.hole_share.as_ref())),
        ("travel_s", span(raw.travel_s.as_ref())),
        ("crew_s_per_valve", span(raw.crew_s_per_valve.as_ref())),
        ("setting", span(raw.setting.as_ref())),
        ("flow_m3s", span(raw.flow_m3s.as_ref())),
        ("duration_s", span(raw.duration_s.as_ref())),
        ("tell", span(raw.tell.as_ref())),
        ("value", span(raw.value.as_ref())),
    ]
}

fn hole(raw: &raw::Event, at: &Range<usize>, report: &mut Report) -> Option<Hole> {
    match (&raw.hole_diameter_m, &raw.hole_area_m2, &raw.hole_share) {
        (Some(d), None, None) => number(report, "hole_diameter_m", d, Bound::Positive).map(Hole::Diameter),
        (None, Some(a), None) => number(report, "hole_area_m2", a, Bound::Positive).map(Hole::Area),
        (None, None, Some(s)) => number(report, "hole_share", s, Bound::Share).map(Hole::Share),
        _ => {
            let message = "needs exactly one of hole_diameter_m, hole_area_m2 and hole_share";
            report.at("SCN-109", at.clone(), raw.id.get_ref(), message, "say once how large the hole is");
            None
        }
    }
}

fn told(raw: &raw::Event, at: &Range<usize>, report: &mut Report) -> Option<Told> {
    use raw::Told as Word;
    let tell = needed(report, "tell", raw.tell.as_ref(), at, "it says what the asset is told")?;
    let valued = matches!(tell.get_ref(), Word::Target | Word::Measured);
    if !valued {
        only(report, "this word", &[("value", span(raw.value.as_ref()))], &[]);
    }
    let value = |report: &mut Report| {
        let value = needed(report, "value", raw.value.as_ref(), at, "this word needs a number")?;
        number(report, "value", value, Bound::Any)
    };
    Some(match tell.get_ref() {
        Word::On => Told::On,
        Word::Off => Told::Off,
        Word::Fail => Told::Fail,
        Word::Repair => Told::Repair,
        Word::Release => Told::Release,
        Word::Target => Told::Target(value(report)?),
        Word::Measured => Told::Measured(value(report)?),
    })
}

/// Events that wait for one another in a circle (`SCN-206`), or for one their variant leaves out (`SCN-209`).
pub fn order(raw: &raw::File, events: &[ScenarioEvent], report: &mut Report) {
    let before = |at: usize| match events[at].start {
        Start::After { event, .. } => Some(event),
        Start::At(_) | Start::When { .. } => None,
    };
    for (at, event) in events.iter().enumerate() {
        let Some(first) = before(at) else { continue };
        let after = raw.event[at].get_ref().after.as_ref().map_or(0..0, Spanned::span);
        let mut chain = std::iter::successors(Some(first), |&n| before(n)).take(events.len());
        if chain.any(|n| n == at) {
            let message = "waits for an event that waits for it";
            report.at("SCN-206", after, &event.id, message, "give one of them an instant");
            continue;
        }
        for variant in events[first].not_in.iter().filter(|v| !event.not_in.contains(v)) {
            let other = &events[first].id;
            let message = format!("waits for {other}, which variant {variant} leaves out");
            report.at("SCN-209", after.clone(), &event.id, message, &format!("add not_in = [\"{variant}\"]"));
        }
    }
}

/// Variants in which everything happens as in the base run (`SCN-210`).
pub fn variants(raw: &raw::File, events: &[ScenarioEvent], report: &mut Report) {
    for variant in &raw.variant {
        let id = &variant.get_ref().id;
        if !events.iter().any(|e| e.not_in.contains(id.get_ref())) {
            let message = "is the same as the base run";
            report.at("SCN-210", id.span(), id.get_ref(), message, "name it in the not_in of an event");
        }
    }
}
