//! Levees and walls of a case, as the kernel takes them.

use std::ops::Range;

use toml::Spanned;
use twin_physics::kernels::surface::barrier::{Barrier, BarrierError, CrestLevel, Failure, Trigger};
use twin_physics::kernels::surface::breach::{self, Growth};
use twin_physics::kernels::surface::grid::Ground;
use twin_physics::kernels::surface::weir::Crest;

use super::codes;
use super::raw::{self, CrestValue, Form, GrowthKind};
use super::read::Reader;
use crate::model::terrain::GridFrame;

type Row<'a> = &'a Spanned<raw::Barrier>;

/// All rows in the order of the list: levees that breach, then walls.
fn rows(raw: &raw::File) -> impl Iterator<Item = (bool, Row<'_>)> {
    raw.breach.iter().map(|row| (true, row)).chain(raw.wall.iter().map(|row| (false, row)))
}

/// The barriers of a case with their names.
pub fn read(
    raw: &raw::File,
    ground: &Ground,
    frame: GridFrame,
    r: &mut Reader<'_>,
) -> Option<(Vec<Barrier>, Vec<String>)> {
    let (mut barriers, mut ids) = (Vec::new(), Vec::new());
    for (at, (breach, row)) in rows(raw).enumerate() {
        let b = row.get_ref();
        let failure = failure(b, breach, ground, row.span(), r)?;
        let form = match b.form.unwrap_or(if breach { Form::Broad } else { Form::Sharp }) {
            Form::Broad => Crest::BROAD,
            Form::Sharp => Crest::SHARP,
        };
        let crest = Crest { coefficient: b.coefficient.unwrap_or(form.coefficient), form: form.form };
        barriers.push(Barrier {
            line: b.line.iter().map(|p| [p[0] - frame.west_m, p[1] - frame.south_m]).collect(),
            level: match &b.crest {
                CrestValue::Level(z) => CrestLevel::Level(*z),
                CrestValue::AtPoints(z) => CrestLevel::AtPoints(z.clone()),
                CrestValue::OverGround { over_ground_m } => CrestLevel::OverGround(*over_ground_m),
            },
            crest,
            failure,
        });
        let name = if breach { "breach" } else { "wall" };
        ids.push(b.id.as_ref().map_or_else(|| format!("{name}{}", at + 1), |id| id.get_ref().clone()));
    }
    Some((barriers, ids))
}

/// How a barrier fails; a wall without trigger stands.
fn failure(
    b: &raw::Barrier,
    breach: bool,
    ground: &Ground,
    span: Range<usize>,
    r: &mut Reader<'_>,
) -> Option<Option<Failure>> {
    let wanted = |what: &str, remedy: &str, r: &mut Reader<'_>| {
        r.error(codes::CHOICE, span.clone(), what, "is missing or not whole".to_owned(), remedy);
        None
    };
    let Some(t) = b.trigger else {
        let alone = b.growth.is_none() && b.foot_m.is_none() && b.span_m.is_none() && !breach;
        return if alone { Some(None) } else { wanted("trigger", "give head_m, time_s or overflow_m", r) };
    };
    let trigger = match (t.head_m, t.time_s, t.overflow_m) {
        (Some(head), None, None) => Trigger::Head(head),
        (None, Some(time), None) => Trigger::Time(time),
        (None, None, Some(depth)) => Trigger::Overflow(depth),
        _ => return wanted("trigger", "give one of head_m, time_s and overflow_m", r),
    };
    let growth = match &b.growth {
        None if breach => return wanted("growth", "give a kind: sudden, linear, verheij or froehlich", r),
        None => Growth::Sudden,
        Some(g) => match growth(g) {
            Some(growth) => growth,
            None => return wanted("growth", "give the keys of its kind, and no others", r),
        },
    };
    // Down to the lowest ground, where nothing is said: no piece goes below its own bed.
    let lowest = ground.bed_m.iter().filter(|z| !z.is_nan()).fold(f64::MAX, |m, z| m.min(*z));
    Some(Some(Failure { trigger, span_m: b.span_m, foot_m: b.foot_m.unwrap_or(lowest), growth }))
}

/// The law of growth, if the keys are those of its kind.
fn growth(g: &raw::Growth) -> Option<Growth> {
    let linear = g.duration_s.is_some();
    let verheij = [g.first_width_m, g.deepening_s, g.critical_ms].iter().any(Option::is_some) || g.soil.is_some();
    let froehlich = g.reservoir_m3.is_some() || g.overtopped;
    match g.kind {
        GrowthKind::Sudden if !linear && !verheij && !froehlich => Some(Growth::Sudden),
        GrowthKind::Linear if !verheij && !froehlich => Some(Growth::Linear { duration_s: g.duration_s? }),
        GrowthKind::Verheij if !linear && !froehlich => {
            let soil = match (g.soil, g.critical_ms) {
                (Some(raw::Soil::Sand), None) => breach::Soil::Sand,
                (Some(raw::Soil::Loess), None) => breach::Soil::Loess,
                (Some(raw::Soil::Clay), None) => breach::Soil::Clay,
                (None, Some(u)) => breach::Soil::Critical(u),
                _ => return None,
            };
            Some(Growth::Verheij { soil, first_width_m: g.first_width_m?, deepening_s: g.deepening_s? })
        }
        GrowthKind::Froehlich if !linear && !verheij => {
            Some(Growth::Froehlich { reservoir_m3: g.reservoir_m3?, overtopped: g.overtopped })
        }
        _ => None,
    }
}

/// Notes why barriers cannot stand on the ground, at the line of the one it is about.
pub fn tell(error: &BarrierError, raw: &raw::File, r: &mut Reader<'_>) {
    let (code, barrier, remedy) = match error {
        BarrierError::OffGrid { barrier } => (codes::BARRIER_OFF, *barrier, "coordinates are those of the terrain"),
        BarrierError::Shared { second, .. } => {
            (codes::BARRIER_SHARED, *second, "join the two lines, or move one by a cell")
        }
        BarrierError::Value { barrier, .. } => (codes::BARRIER_VALUE, *barrier, "give a value above zero"),
        BarrierError::Levels { barrier, .. } => (codes::BARRIER_VALUE, *barrier, "give one level for each point"),
        _ => (codes::BARRIER_VALUE, 0, "correct it"),
    };
    let span = rows(raw).nth(barrier).map_or(0..0, |(_, row)| row.span());
    r.error(code, span, "", error.to_string(), remedy);
}
