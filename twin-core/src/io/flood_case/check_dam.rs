//! Check dams of a case, as the kernel takes them.

use std::ops::Range;

use toml::Spanned;
use twin_physics::kernels::surface::check_dam::{CheckDam, CheckDams, DamError, DamFailure, FedDam, Next};
use twin_physics::kernels::surface::vessel::Vessel;

use super::build::LEVELS;
use super::codes;
use super::raw;
use super::read::Reader;
use super::underpass::{all_or_none, table};
use crate::io::raster::Raster;

/// Flows that are accepted [m³/s].
const FLOWS: [f64; 2] = [0.0, 1e6];
/// How often the height of a dam the straight walls of its basin reach over the floor.
const WALLS: f64 = 2.0;

/// The check dams of a case with their names; levees and underpasses have theirs already.
pub fn read(
    raw: &raw::File,
    dem: &Raster,
    taken: [&[String]; 2],
    r: &mut Reader<'_>,
) -> Option<(Vec<FedDam>, Vec<String>)> {
    let (mut dams, mut ids) = (Vec::new(), Vec::<String>::new());
    let mut sound = true;
    for row in &raw.check_dam {
        let id = &row.get_ref().id;
        let known = ids.iter().chain(taken.into_iter().flatten()).any(|other| other == id.get_ref());
        sound &= r.own_name(id, "check dam", known);
        ids.push(id.get_ref().clone());
    }
    for row in &raw.check_dam {
        match dam(row, &ids, dem, r) {
            Some(dam) => dams.push(dam),
            None => sound = false,
        }
    }
    if !sound {
        return None;
    }
    let list = dams.iter().map(|d: &FedDam| d.dam.clone()).collect();
    if let Err(error) = CheckDams::new(dem.values.len(), list) {
        let (code, at, remedy) = match &error {
            DamError::Circle { dam } => {
                (codes::DAM_CHAIN, *dam, "let the last dam of a chain pour onto a cell, or away")
            }
            DamError::Value { dam, .. } => (codes::DAM_VALUE, *dam, "correct the value"),
            _ => (codes::DAM_VALUE, 0, "correct it"),
        };
        let span = raw.check_dam.get(at).map_or(0..0, Spanned::span);
        r.error(code, span, ids.get(at).map_or("", String::as_str), error.to_string(), remedy);
        return None;
    }
    Some((dams, ids))
}

/// One dam; all that is wrong with its parts is told at once.
fn dam(row: &Spanned<raw::CheckDam>, ids: &[String], dem: &Raster, r: &mut Reader<'_>) -> Option<FedDam> {
    let d = row.get_ref();
    let next = next(d, ids, dem, row.span(), r);
    let length = r.positive(codes::DAM_VALUE, "crest_length_m", &d.crest_length_m);
    let inflow = d.inflow.as_ref().map(|series| r.series("inflow", series, FLOWS));
    let crest_m = r.number("crest_m", &d.crest_m, LEVELS)?;
    let storage = storage(d, crest_m, row.span(), r)?;
    let volume = match &d.volume_m3 {
        Some(volume) => r.number("volume_m3", volume, [0.0, storage.capacity_m3()]),
        None => Some(0.0),
    };
    let spillway = d.spillway.as_ref().map(|s| spillway(s, &storage, r));
    let failure = d.failure.as_ref().map(|f| failure(f, &d.crest_length_m, crest_m, &storage, r));
    Some(FedDam {
        dam: CheckDam {
            crest_m,
            crest_length_m: length?,
            spillway: all_or_none(spillway)?,
            failure: all_or_none(failure)?,
            next: next?,
            storage,
        },
        volume_m3: volume?,
        inflow_m3s: all_or_none(inflow)?,
    })
}

/// Where its water goes.
fn next(d: &raw::CheckDam, ids: &[String], dem: &Raster, at: Range<usize>, r: &mut Reader<'_>) -> Option<Next> {
    match (&d.into, d.x, d.y) {
        (None, None, None) => Some(Next::Away),
        (None, Some(x), Some(y)) => r.cell(dem, [x, y], at, d.id.get_ref()).map(Next::Cell),
        (Some(into), None, None) => {
            if let Some(dam) = ids.iter().position(|id| id == into.get_ref()) {
                return Some(Next::Dam(dam));
            }
            let message = format!("no check dam is called {}", into.get_ref());
            r.error(codes::DAM_CHAIN, into.span(), "into", message, "name another [[check_dam]] of this case");
            None
        }
        _ => {
            let message = "wants into, or x and y, or none of them".to_owned();
            r.error(codes::CHOICE, at, d.id.get_ref(), message, "its water goes to one place");
            None
        }
    }
}

/// What it holds: a table, or straight walls over a floor; either way up beyond the crest.
fn storage(d: &raw::CheckDam, crest_m: f64, at: Range<usize>, r: &mut Reader<'_>) -> Option<Vessel> {
    let storage = match (&d.storage, &d.floor_m, &d.area_m2) {
        (Some(name), None, None) => Vessel::Table(table(name, r)?),
        (None, Some(floor), Some(area)) => {
            let area_m2 = r.positive(codes::DAM_VALUE, "area_m2", area);
            let floor_m = r.number("floor_m", floor, LEVELS)?;
            if floor_m >= crest_m {
                let message = format!("is {floor_m}, not below the crest at {crest_m}");
                r.error(codes::DAM_VALUE, floor.span(), "floor_m", message, "give a level below crest_m");
                return None;
            }
            Vessel::Prism { floor_m, area_m2: area_m2?, height_m: WALLS * (crest_m - floor_m) }
        }
        _ => {
            let message = "wants storage, or floor_m with area_m2".to_owned();
            r.error(codes::CHOICE, at, d.id.get_ref(), message, "keep the keys of one shape, whole");
            return None;
        }
    };
    let (floor_m, top_m) = (storage.floor_m(), top_m(&storage));
    if floor_m < crest_m && crest_m < top_m {
        return Some(storage);
    }
    let message = format!("is {crest_m}, and what it holds is known from {floor_m} to {top_m}");
    r.error(
        codes::DAM_VALUE,
        d.crest_m.span(),
        "crest_m",
        message,
        "let the table reach from below to above the crest",
    );
    None
}

/// The highest level at which its volume is known [m].
fn top_m(storage: &Vessel) -> f64 {
    storage.level_m(storage.capacity_m3())
}

fn spillway(s: &raw::Spillway, storage: &Vessel, r: &mut Reader<'_>) -> Option<[f64; 2]> {
    let width = r.positive(codes::DAM_VALUE, "width_m", &s.width_m);
    let sill_m = level("sill_m", &s.sill_m, [storage.floor_m(), top_m(storage)], r)?;
    Some([sill_m, width?])
}

/// A level between two others.
fn level(key: &str, value: &raw::Num, [low_m, high_m]: [f64; 2], r: &mut Reader<'_>) -> Option<f64> {
    let level_m = *value.get_ref();
    if (low_m..=high_m).contains(&level_m) {
        return Some(level_m);
    }
    let message = format!("is {level_m}, outside {low_m} to {high_m}");
    r.error(codes::DAM_VALUE, value.span(), key, message, "levels are those of the storage");
    None
}

/// How it fails; width and time of the breach are both known, or both Froehlich's.
fn failure(
    row: &Spanned<raw::DamFailure>,
    length: &raw::Num,
    crest_m: f64,
    storage: &Vessel,
    r: &mut Reader<'_>,
) -> Option<DamFailure> {
    let f = row.get_ref();
    let overflow = r.positive(codes::DAM_VALUE, "overflow_m", &f.overflow_m);
    let breach = match (&f.breach_width_m, &f.breach_time_s) {
        (None, None) => Some(None),
        (Some(width), Some(time)) => breach(width, time, *length.get_ref(), r).map(Some),
        _ => {
            let message = "wants breach_width_m and breach_time_s, or neither".to_owned();
            r.error(codes::CHOICE, row.span(), "failure", message, "give both, or leave both to Froehlich's law");
            None
        }
    };
    let foot_m = level("foot_m", &f.foot_m, [storage.floor_m(), crest_m], r)?;
    if foot_m >= crest_m {
        let message = format!("is {foot_m}, not below the crest at {crest_m}: the breach would have no height");
        r.error(codes::DAM_VALUE, f.foot_m.span(), "foot_m", message, "give a level below crest_m");
        return None;
    }
    let (overflow_m, most_m) = (overflow?, top_m(storage) - crest_m);
    if overflow_m >= most_m {
        let message = format!("is {overflow_m}, but what it holds is known up to {most_m} over the crest alone");
        let remedy = "let the table go on above the crest, or give a depth that can be reached";
        r.error(codes::DAM_VALUE, f.overflow_m.span(), "overflow_m", message, remedy);
        return None;
    }
    Some(DamFailure { overflow_m, foot_m, breach: breach? })
}

/// Width and time of a breach, which is no wider than the crest.
fn breach(width: &raw::Num, time: &raw::Num, length_m: f64, r: &mut Reader<'_>) -> Option<[f64; 2]> {
    let time_s = r.positive(codes::DAM_VALUE, "breach_time_s", time);
    let width_m = r.positive(codes::DAM_VALUE, "breach_width_m", width)?;
    if width_m > length_m {
        let message = format!("is {width_m}, wider than the crest of {length_m}");
        r.error(codes::DAM_VALUE, width.span(), "breach_width_m", message, "give at most crest_length_m");
        return None;
    }
    Some([width_m, time_s?])
}
