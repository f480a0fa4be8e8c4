//! The binary files.

use std::io::{self, Write};

use super::{DAMAGED, NOT_RAINFALL, NOT_RDII, NOT_RUNOFF, RainfallFile, RainfallGauge, RdiiFile, RunoffFile};
use crate::diagnostic::Diagnostics;
use crate::io::swmm_bytes::{Bytes, Found, int};
use crate::io::swmm_out::{FlowUnits, SUBCATCHMENT_VARIABLES};

const RAIN: &[u8] = b"SWMM5-RAIN";
const RUNOFF: &[u8] = b"SWMM5-RUNOFF";
pub(super) const RDII: &[u8] = b"SWMM5-RDII";

/// Bytes of a station's name, the closing 0 within.
const STATION: usize = 1025;
const STATION_HEAD: usize = STATION + 12;
const RAIN_RECORD: usize = 12;
const AGAIN: &str = "save it again by a run of SWMM 5.2 or of this program";

/// Reads a rainfall file.
#[must_use]
pub fn read_rainfall(file: &str, bytes: &[u8]) -> (Option<RainfallFile>, Diagnostics) {
    let mut found = Found::new(file);
    let Some(rest) = bytes.strip_prefix(RAIN) else {
        found.error(NOT_RAINFALL, "it does not begin with SWMM5-RAIN", AGAIN);
        return found.with(None);
    };
    let mut b = Bytes(rest);
    let count = b.count().filter(|n| n.checked_mul(STATION_HEAD).is_some_and(|size| size <= b.0.len()));
    let Some(count) = count else {
        found.error(DAMAGED, "its number of gauges is more than the file can hold", AGAIN);
        return found.with(None);
    };
    let mut gauges = Vec::new();
    for n in 1..=count {
        match gauge(&mut b, bytes) {
            Some(gauge) => gauges.push(gauge),
            None => found.error(DAMAGED, &format!("the record of gauge {n} is not where its head says"), AGAIN),
        }
    }
    found.with(Some(RainfallFile { gauges }))
}

fn gauge(head: &mut Bytes<'_>, file: &[u8]) -> Option<RainfallGauge> {
    let name = head.take(STATION)?;
    let name = &name[..name.iter().position(|b| *b == 0)?];
    let station = name.iter().map(|b| char::from(*b)).collect();
    let interval_s = head.int()?;
    let (from, to) = (head.count()?, head.count()?);
    let record = file.get(from..to).filter(|r| r.len().is_multiple_of(RAIN_RECORD) && interval_s > 0)?;
    let mut b = Bytes(record);
    let mut records = Vec::new();
    while let (Some(date), Some(depth)) = (b.f64(), b.f32()) {
        (date.is_finite() && depth.is_finite()).then(|| records.push((date, depth)))?;
    }
    Some(RainfallGauge { station, interval_s, records })
}

/// Writes a rainfall file.
///
/// # Errors
/// `InvalidInput` where a station's name is too long or not Latin-1; else whatever the writer answers.
pub fn write_rainfall(mut out: impl Write, rain: &RainfallFile) -> io::Result<()> {
    let mut head = [RAIN, &int(rain.gauges.len()).to_le_bytes()].concat();
    let mut from = head.len() + rain.gauges.len() * STATION_HEAD;
    for g in &rain.gauges {
        let letters = g.station.chars().map(|c| u8::try_from(c).ok().filter(|b| *b != 0));
        let name = letters.collect::<Option<Vec<u8>>>().filter(|n| n.len() < STATION);
        let bad = || io::Error::new(io::ErrorKind::InvalidInput, format!("no name of a station: {}", g.station));
        let mut name = name.ok_or_else(bad)?;
        name.resize(STATION, 0);
        let to = from + g.records.len() * RAIN_RECORD;
        head.extend(name);
        head.extend([g.interval_s, int(from), int(to)].iter().flat_map(|n| n.to_le_bytes()));
        from = to;
    }
    for (date, depth) in rain.gauges.iter().flat_map(|g| &g.records) {
        head.extend(date.to_le_bytes());
        head.extend(depth.to_le_bytes());
    }
    out.write_all(&head)?;
    out.flush()
}

/// Reads a runoff file.
#[must_use]
pub fn read_runoff(file: &str, bytes: &[u8]) -> (Option<RunoffFile>, Diagnostics) {
    let mut found = Found::new(file);
    let Some(rest) = bytes.strip_prefix(RUNOFF) else {
        found.error(NOT_RUNOFF, "it does not begin with SWMM5-RUNOFF", AGAIN);
        return found.with(None);
    };
    let answer = runoff(Bytes(rest));
    if answer.is_none() {
        found.error(DAMAGED, "its size does not follow from its counts, or a step has no length", AGAIN);
    }
    found.with(answer)
}

fn runoff(mut b: Bytes<'_>) -> Option<RunoffFile> {
    let (subcatchments, pollutants) = (b.count()?, b.count()?);
    let flow_units = FlowUnits::from_code(b.int()?)?;
    let steps = b.count()?;
    let values = SUBCATCHMENT_VARIABLES.checked_add(pollutants)?.checked_mul(subcatchments)?;
    let size = values.checked_add(1)?.checked_mul(4)?.checked_mul(steps)?;
    if size != b.0.len() {
        return None;
    }
    // All counts are now below the size of the file, or there is no step.
    let mut f = RunoffFile { subcatchments, pollutants, flow_units, steps: Vec::new() };
    for _ in 0..steps {
        let step_s = b.f32().filter(|s| *s > 0.0 && s.is_finite())?;
        f.steps.push((step_s, (0..values).map(|_| b.f32()).collect::<Option<_>>()?));
    }
    Some(f)
}

/// Writes a runoff file.
///
/// # Errors
/// `InvalidInput` where a step has another number of values than the rest; else whatever the writer answers.
pub fn write_runoff(mut out: impl Write, f: &RunoffFile) -> io::Result<()> {
    let values = (SUBCATCHMENT_VARIABLES + f.pollutants) * f.subcatchments;
    if f.steps.iter().any(|s| s.1.len() != values) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a step lacks values for some subcatchments"));
    }
    let head = [int(f.subcatchments), int(f.pollutants), f.flow_units.code(), int(f.steps.len())];
    let mut b = RUNOFF.to_vec();
    b.extend(head.iter().flat_map(|n| n.to_le_bytes()));
    for (step_s, values) in &f.steps {
        b.extend(step_s.to_le_bytes());
        b.extend(values.iter().flat_map(|v| v.to_le_bytes()));
    }
    out.write_all(&b)?;
    out.flush()
}

/// Reads a binary RDII file of a model of so many nodes.
pub(super) fn read_rdii(file: &str, bytes: &[u8], nodes: usize) -> (Option<RdiiFile>, Diagnostics) {
    let mut found = Found::new(file);
    let Some(rest) = bytes.strip_prefix(RDII) else {
        found.error(NOT_RDII, "it does not begin with SWMM5-RDII", AGAIN);
        return found.with(None);
    };
    let answer = rdii(Bytes(rest), nodes);
    if answer.is_none() {
        found.error(DAMAGED, "its size does not follow from its counts, or it names nodes beyond the model's", AGAIN);
    }
    found.with(answer)
}

fn rdii(mut b: Bytes<'_>, model_nodes: usize) -> Option<RdiiFile> {
    let step_s = b.int().filter(|s| *s > 0)?;
    let count = b.count().filter(|n| *n > 0 && *n <= b.0.len() / 4)?;
    let nodes: Vec<usize> = (0..count).map(|_| b.count().filter(|n| *n < model_nodes)).collect::<Option<_>>()?;
    let record = 8 + 4 * count;
    if !b.0.len().is_multiple_of(record) {
        return None;
    }
    let mut records = Vec::new();
    while let Some(date) = b.f64() {
        let flows: Vec<f32> = (0..count).map(|_| b.f32()).collect::<Option<_>>()?;
        let sound = date.is_finite() && flows.iter().all(|q| q.is_finite());
        sound.then(|| records.push((date, flows)))?;
    }
    Some(RdiiFile { step_s, nodes, records })
}

/// Writes a binary RDII file.
///
/// # Errors
/// `InvalidInput` where a record has another number of flows than there are nodes; else whatever the writer answers.
pub fn write_rdii(mut out: impl Write, f: &RdiiFile) -> io::Result<()> {
    if f.records.iter().any(|r| r.1.len() != f.nodes.len()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a record lacks flows for some nodes"));
    }
    let mut b = RDII.to_vec();
    let head = [f.step_s, int(f.nodes.len())].into_iter().chain(f.nodes.iter().map(|n| int(*n)));
    b.extend(head.flat_map(i32::to_le_bytes));
    for (date, flows) in &f.records {
        b.extend(date.to_le_bytes());
        b.extend(flows.iter().flat_map(|q| q.to_le_bytes()));
    }
    out.write_all(&b)?;
    out.flush()
}
