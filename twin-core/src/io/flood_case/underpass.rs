//! Underpasses, tunnels and basements of a case, as the kernel takes them.

use std::ops::Range;

use toml::Spanned;
use twin_physics::kernels::surface::filling::{Filling, Fillings, Portal, Pump};
use twin_physics::kernels::surface::vessel::Vessel;
use twin_physics::kernels::surface::weir::Crest;
use twin_physics::num::curve::Curve;

use super::build::LEVELS;
use super::codes;
use super::raw::{self, Num, Word};
use super::read::{LARGEST, Reader};
use crate::io::csv_text::{self, Shape, TableCodes};
use crate::io::raster::Raster;
use crate::io::text::{self, Notes, line_of};

const TABLE: TableCodes = TableCodes { header: codes::TABLE_ROW, row: codes::TABLE_ROW };

/// Where portals stand.
#[derive(Clone, Copy)]
pub struct Street<'a> {
    /// The terrain as it was read.
    pub dem: &'a Raster,
    /// Levels of the ground from the south [m].
    pub bed_m: &'a [f64],
}

/// The underpasses of a case with their names; barriers have theirs already.
pub fn read(
    raw: &raw::File,
    street: Street<'_>,
    barrier_ids: &[String],
    r: &mut Reader<'_>,
) -> Option<(Vec<Filling>, Vec<String>)> {
    let (mut fillings, mut ids) = (Vec::new(), Vec::<String>::new());
    let mut sound = true;
    for row in &raw.underpass {
        let id = &row.get_ref().id;
        let taken = ids.contains(id.get_ref()) || barrier_ids.contains(id.get_ref());
        sound &= r.own_name(id, "underpass", taken);
        ids.push(id.get_ref().clone());
        match filling(row, street, r) {
            Some(filling) => fillings.push(filling),
            None => sound = false,
        }
    }
    if !sound {
        return None;
    }
    if let Err(error) = Fillings::new(street.bed_m.len(), fillings.clone()) {
        let span = raw.underpass.get(error.filling).map_or(0..0, Spanned::span);
        r.error(codes::UNDERPASS_VALUE, span, "underpass", error.to_string(), "correct the value");
        return None;
    }
    Some((fillings, ids))
}

/// One underpass; all that is wrong with its parts is told at once.
fn filling(row: &Spanned<raw::Underpass>, street: Street<'_>, r: &mut Reader<'_>) -> Option<Filling> {
    let u = row.get_ref();
    let vessel = vessel(u, row.span(), r)?;
    if u.portal.is_empty() {
        let message = "has no portal: no water would get in".to_owned();
        r.error(codes::CHOICE, row.span(), u.id.get_ref(), message, "write [[underpass.portal]] under it");
        return None;
    }
    let portals: Vec<_> = u.portal.iter().map(|p| portal(p, u.id.get_ref(), &vessel, street, r)).collect();
    let pump = u.pump.as_ref().map(|p| pump(p, &vessel, r));
    let closure = u.closure_depth_m.as_ref().map(|d| depth("closure_depth_m", d, &vessel, r));
    let marks: Vec<_> = u.marks_m.iter().map(|d| depth("marks_m", d, &vessel, r)).collect();
    Some(Filling {
        portals: portals.into_iter().collect::<Option<_>>()?,
        pump: all_or_none(pump)?,
        closure_depth_m: all_or_none(closure)?,
        marks_m: marks.into_iter().collect::<Option<_>>()?,
        vessel,
    })
}

/// Nothing where nothing was given; `None` where what was given is wrong.
#[allow(clippy::option_option)] // not given and not usable are two things
pub(super) fn all_or_none<T>(given: Option<Option<T>>) -> Option<Option<T>> {
    match given {
        None => Some(None),
        Some(read) => read.map(Some),
    }
}

/// What it holds, by one of the three ways to say it.
fn vessel(u: &raw::Underpass, at: Range<usize>, r: &mut Reader<'_>) -> Option<Vessel> {
    let between = (&u.floor_m, &u.ceiling_m);
    match (between, &u.area_m2, (&u.width_m, &u.grade, &u.sump_m3), &u.storage) {
        ((Some(floor), Some(ceiling)), Some(area), (None, None, None), None) => {
            let (floor_m, height_m) = height(floor, ceiling, r)?;
            Some(Vessel::Prism { floor_m, area_m2: positive("area_m2", area, r)?, height_m })
        }
        ((Some(floor), Some(ceiling)), None, (Some(width), Some(grade), sump), None) => {
            let (floor_m, height_m) = height(floor, ceiling, r)?;
            let (width_m, grade) = (positive("width_m", width, r)?, positive("grade", grade, r)?);
            let sump_m3 = match sump {
                Some(sump) => r.number("sump_m3", sump, [0.0, LARGEST])?,
                None => 0.0,
            };
            Some(Vessel::VSag { floor_m, width_m, grade, sump_m3, height_m })
        }
        ((None, None), None, (None, None, None), Some(name)) => table(name, r).map(Vessel::Table),
        _ => {
            let message = "wants floor_m and ceiling_m with area_m2, or with width_m and grade; or storage alone";
            r.error(codes::CHOICE, at, u.id.get_ref(), message.to_owned(), "keep the keys of one shape, whole");
            None
        }
    }
}

/// Level of the floor and height up to the ceiling [m].
fn height(floor: &Num, ceiling: &Num, r: &mut Reader<'_>) -> Option<(f64, f64)> {
    let (floor_m, ceiling_m) = (r.number("floor_m", floor, LEVELS)?, r.number("ceiling_m", ceiling, LEVELS)?);
    if ceiling_m > floor_m {
        return Some((floor_m, ceiling_m - floor_m));
    }
    let message = format!("is {ceiling_m}, not above the floor at {floor_m}");
    r.error(codes::UNDERPASS_VALUE, ceiling.span(), "ceiling_m", message, "give a level above floor_m");
    None
}

/// A number above zero.
fn positive(key: &str, value: &Num, r: &mut Reader<'_>) -> Option<f64> {
    r.positive(codes::UNDERPASS_VALUE, key, value)
}

/// A depth over the floor that water can reach [m].
fn depth(key: &str, value: &Num, vessel: &Vessel, r: &mut Reader<'_>) -> Option<f64> {
    let depth_m = positive(key, value, r)?;
    let highest_m = vessel.level_m(vessel.capacity_m3()) - vessel.floor_m();
    if depth_m <= highest_m + 1e-9 {
        return Some(depth_m);
    }
    let message = format!("is {depth_m}, but the ceiling is {highest_m} above the floor");
    r.error(codes::UNDERPASS_VALUE, value.span(), key, message, "give a depth over the floor that water can reach");
    None
}

/// A way in.
fn portal(
    row: &Spanned<raw::Portal>,
    id: &str,
    vessel: &Vessel,
    street: Street<'_>,
    r: &mut Reader<'_>,
) -> Option<Portal> {
    let p = row.get_ref();
    let cell = r.cell(street.dem, [p.x, p.y], row.span(), id);
    let sill = sill(&p.sill_m, vessel, r);
    let width = positive("width_m", &p.width_m, r);
    let coefficient = match &p.coefficient {
        Some(c) => positive("coefficient", c, r),
        None => Some(Crest::BROAD.coefficient),
    };
    let (cell, sill_m) = (cell?, sill?);
    let bed_m = street.bed_m[cell];
    if sill_m < bed_m {
        let line = line_of(r.text, p.sill_m.span().start);
        let message =
            format!("is {sill_m}, under the street's {bed_m} at ({}, {}): water passes from there on", p.x, p.y);
        let remedy = "correct the sill, or move the portal to the cell before it";
        Notes { file: r.file, out: r.out }.warn(codes::UNDERPASS_VALUE, line, "sill_m", message, remedy);
    }
    Some(Portal { cell, sill_m, width_m: width?, crest: Crest { coefficient: coefficient?, ..Crest::BROAD } })
}

/// The level of a sill, which is at or above the floor [m].
fn sill(value: &Num, vessel: &Vessel, r: &mut Reader<'_>) -> Option<f64> {
    let (sill_m, floor_m) = (r.number("sill_m", value, LEVELS)?, vessel.floor_m());
    if sill_m >= floor_m {
        return Some(sill_m);
    }
    let message = format!("is {sill_m}, below the floor at {floor_m}");
    r.error(codes::UNDERPASS_VALUE, value.span(), "sill_m", message, "give a level at or above the floor");
    None
}

/// A pump that starts and stops within what there can be, and stops no higher than it starts.
fn pump(p: &raw::Pump, vessel: &Vessel, r: &mut Reader<'_>) -> Option<Pump> {
    let rate = positive("rate_m3s", &p.rate_m3s, r);
    let held = [0.0, vessel.capacity_m3()];
    let (start_m3, stop_m3) = (r.number("start_m3", &p.start_m3, held)?, r.number("stop_m3", &p.stop_m3, held)?);
    if stop_m3 > start_m3 {
        let message = format!("is {stop_m3}, above start_m3 at {start_m3}");
        r.error(codes::UNDERPASS_VALUE, p.stop_m3.span(), "stop_m3", message, "give at most start_m3");
        return None;
    }
    Some(Pump { rate_m3s: rate?, start_m3, stop_m3 })
}

/// Volume over level from a table `level_m,volume_m3`.
pub(super) fn table(name: &Word, r: &mut Reader<'_>) -> Option<Curve> {
    let path = r.path(name.get_ref());
    let text = text::read(&path, codes::UNREADABLE, r.out)?;
    let file = path.display().to_string();
    let mut notes = Notes { file: &file, out: r.out };
    let shape = Shape { required: &["level_m", "volume_m3"], optional: &[], open: false };
    let (mut points, mut sound) = (Vec::<(f64, f64)>::new(), true);
    let usable = csv_text::rows(&text, shape, TABLE, &mut notes, |row, notes| {
        let number = |key, [low, high]: [f64; 2]| row.get(key).parse().ok().filter(|v| (low..=high).contains(v));
        let (level, volume) = (number("level_m", LEVELS), number("volume_m3", [0.0, LARGEST]));
        let (Some(level), Some(volume)) = (level, volume) else {
            let message = "wants a level in m and a volume from 0 m³".to_owned();
            notes.error(codes::TABLE_ROW, row.line, row.get("level_m"), message, "correct the row");
            sound = false;
            return;
        };
        if points.last().is_some_and(|before| level <= before.0 || volume <= before.1) {
            let message = format!("{level} m with {volume} m³ does not rise over the row before");
            notes.error(codes::TABLE_ROW, row.line, "", message, "sort the rows; level and volume both rise");
            sound = false;
        }
        points.push((level, volume));
    });
    if !(usable && sound) {
        return None;
    }
    let curve = Curve::new(points);
    if curve.is_none() {
        let message = "has fewer than two rows".to_owned();
        notes.error(codes::TABLE_ROW, 0, "", message, "write a row for the floor and one for the ceiling at least");
    }
    curve
}
