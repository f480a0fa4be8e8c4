//! Makes a case of what its file says.

use std::path::Path;

use toml::Spanned;
use twin_physics::kernels::surface::barrier::Barriers;
use twin_physics::kernels::surface::drive::{Inflow, OpenEdge, OpenKind, Rain};
use twin_physics::kernels::surface::edge::{Edge, Stretch};
use twin_physics::kernels::surface::flood::FloodModel;
use twin_physics::kernels::surface::friction::FrictionLaw;
use twin_physics::kernels::surface::grid::{Grid, Ground};
use twin_physics::kernels::surface::pace::SLOWEST;
use twin_physics::kernels::surface::soak::{Soak, SoakLaw};
use twin_physics::kernels::surface::step::{Order, Settings};

use super::barriers;
use super::check_dam;
use super::land;
use super::rain::{nearest, tile_means, tiles};
use super::raw::{self, Kind, RasterFormat, Scheme};
use super::read::Reader;
use super::underpass::{self, Street};
use super::{FloodCase, Gauge, Sewers, buildings, codes};
use crate::io::csv_text::Shape;
use crate::io::raster::{self, Raster};
use crate::io::text::Notes;

const MM_PER_H: f64 = 1e-3 / 3600.0;
/// Longest step [s]: forcing is taken at a step's start.
const LONGEST_STEP_S: f64 = 10.0;
/// Manning's n that is accepted [s/m^(1/3)].
const MANNING: [f64; 2] = [0.0, 1.0];
/// Chézy's C that is accepted [m^(1/2)/s].
const CHEZY: [f64; 2] = [0.1, 1000.0];
/// Levels and depths that are accepted [m].
pub(super) const LEVELS: [f64; 2] = [-1000.0, 9000.0];
const SPEEDS: [f64; 2] = [-100.0, 100.0];

pub fn build(raw: &raw::File, r: &mut Reader<'_>) -> Option<FloodCase> {
    let dem = dem(raw, r)?;
    let (law, roughness) = friction(&raw.friction, &dem, r)?;
    let bed_m = dem.from_south();
    let f = dem.frame;
    let (columns, rows, cell_m) = (f.columns, f.rows, f.cell_m);
    let walls = match &raw.buildings {
        Some(name) => buildings::read(&r.path(name.get_ref()), f, r.out)?,
        None => Vec::new(),
    };
    let ground = Ground { columns, rows, cell_m, bed_m, roughness, law, walls };
    let (barriers, barrier_ids) = barriers::read(raw, &ground, f, r)?;
    Barriers::new(&ground, &barriers).map_err(|error| barriers::tell(&error, raw, r)).ok()?;
    if let Err(error) = Grid::<f64>::new(&ground) {
        r.error(codes::GROUND, raw.dem.span(), "dem", error.to_string(), "correct the raster it is about");
        return None;
    }
    let (fillings, underpass_ids) = underpass::read(raw, Street { dem: &dem, bed_m: &ground.bed_m }, &barrier_ids, r)?;
    let (dams, dam_ids) = check_dam::read(raw, &dem, [&barrier_ids, &underpass_ids], r)?;
    let rain = rain(raw, &dem, r)?;
    let duration_s = r.number("duration_s", &raw.duration_s, [1e-6, 1e9])?;
    let optional = |key: &str, value: &Option<raw::Num>, range, r: &mut Reader<'_>| match value {
        Some(value) => r.number(key, value, range).map(Some),
        None => Some(None),
    };
    let output_every_s = optional("output_every_s", &raw.output_every_s, [1e-6, 1e9], r)?;
    let gauge_every_s = optional("gauge_every_s", &raw.gauge_every_s, [1e-6, 1e9], r)?;
    // Without rain nothing makes a film, and a thin sheet has to run.
    let rains =
        !rain.is_empty() || raw.sewers.as_ref().is_some_and(|s| s.get_ref().rain == Some(raw::SewerRain::Gages));
    let film = if rains { 1e-3 } else { 0.0 };
    let film_m = optional("film_m", &raw.film_m, [0.0, 0.01], r)?.unwrap_or(film);
    let threshold_m = optional("threshold_m", &raw.threshold_m, [0.0, 10.0], r)?.unwrap_or(0.05);
    let [depth_m, u_ms, v_ms] = initial(raw, &dem, r)?;
    let model = FloodModel {
        depth_m,
        u_ms,
        v_ms,
        settings: settings(raw, film_m, r),
        threshold_m,
        edges: boundaries(raw, &dem, r)?,
        inflows: inflows(raw, &dem, r)?,
        rain,
        soak: infiltration(raw, &dem, r)?,
        barriers,
        fillings,
        dams,
        ground,
    };
    Some(FloodCase {
        model,
        duration_s,
        output_every_s,
        gauge_every_s: gauge_every_s.or(output_every_s).unwrap_or(duration_s / 100.0),
        precision: raw.precision.unwrap_or_default(),
        format: raw.raster.unwrap_or(if is_tiff(raw.dem.get_ref()) { RasterFormat::Tif } else { RasterFormat::Asc }),
        barrier_ids,
        underpass_ids,
        dam_ids,
        pumped_into: raw.underpass.iter().map(|u| u.get_ref().pump.as_ref()?.into.clone()).collect(),
        gauges: gauges(raw, &dem, r)?,
        sewers: sewers(raw, r)?,
        dem,
    })
}

/// How it is computed.
fn settings(raw: &raw::File, film_m: f64, r: &mut Reader<'_>) -> Settings {
    let order = match raw.scheme.unwrap_or_default() {
        Scheme::Hllc1 => Order::First,
        Scheme::Hllc2 => Order::Second,
        Scheme::Inertial => Order::Inertial,
    };
    Settings { order, film_m, longest_step_s: LONGEST_STEP_S, levels: levels(raw, r) }
}

fn is_tiff(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|e| {
        let e = e.to_string_lossy().to_lowercase();
        e == "tif" || e == "tiff"
    })
}

fn dem(raw: &raw::File, r: &mut Reader<'_>) -> Option<Raster> {
    let path = r.path(raw.dem.get_ref());
    let mut dem = raster::read(&path, r.out)?;
    let file = path.display().to_string();
    if let Some(crs) = &raw.crs {
        let code = crs.get_ref().strip_prefix("EPSG:").and_then(|c| c.parse::<u32>().ok());
        let Some(code) = code.filter(|c| (1024..=32766).contains(c)) else {
            let message = format!("`{}` is not an EPSG code", crs.get_ref());
            r.error(codes::VALUE, crs.span(), "crs", message, "write for example EPSG:4547");
            return None;
        };
        // An ASCII grid cannot say what it is in; the case says it.
        let mute = dem.epsg.is_none() && path.extension().is_some_and(|e| !e.to_string_lossy().starts_with("tif"));
        if mute {
            dem.epsg = Some(code);
        }
        if !raster::demand_crs(&dem, code, &mut Notes { file: &file, out: r.out }) {
            return None;
        }
    }
    raster::bed_findings(&dem, &mut Notes { file: &file, out: r.out }).then_some(dem)
}

fn friction(raw: &Spanned<raw::Friction>, dem: &Raster, r: &mut Reader<'_>) -> Option<(FrictionLaw, Vec<f64>)> {
    let f = raw.get_ref();
    match (&f.manning, &f.chezy, &f.land, &f.table) {
        (Some(n), None, None, None) => Some((FrictionLaw::Manning, r.field("manning", n, dem, MANNING)?)),
        (None, Some(c), None, None) => Some((FrictionLaw::Chezy, r.field("chezy", c, dem, CHEZY)?)),
        (None, None, Some(land), Some(table)) => {
            let shape = Shape { required: &["class", "manning"], optional: &["name"], open: false };
            let classes = land::read(&r.path(table.get_ref()), shape, &["manning"], r.out)?;
            let raster = r.raster(land.get_ref(), dem)?;
            let file = r.path(land.get_ref()).display().to_string();
            let places = land::places(&raster, dem, &classes, &mut Notes { file: &file, out: r.out })?;
            let values: Vec<f64> = classes.values().map(|v| v[0]).collect();
            Some((FrictionLaw::Manning, places.into_iter().map(|p| values[p]).collect()))
        }
        _ => {
            let message = "wants one of manning, chezy, or land with table".to_owned();
            r.error(codes::CHOICE, raw.span(), "friction", message, "keep one of them");
            None
        }
    }
}

/// Depth and velocities at the start.
fn initial(raw: &raw::File, dem: &Raster, r: &mut Reader<'_>) -> Option<[Vec<f64>; 3]> {
    let Some(initial) = &raw.initial else { return Some([Vec::new(), Vec::new(), Vec::new()]) };
    let i = initial.get_ref();
    let cells = dem.values.len();
    let whole = |v: Vec<f64>| if v.len() == 1 { vec![v[0]; cells] } else { v };
    let depth = match (&i.level_m, &i.depth) {
        (Some(level), None) => {
            let level = r.number("level_m", level, LEVELS)?;
            dem.from_south().into_iter().map(|z| (level - z).max(0.0)).collect()
        }
        (None, Some(depth)) => whole(r.field("depth", depth, dem, [0.0, 9000.0])?),
        _ => {
            let message = "wants either level_m or depth".to_owned();
            r.error(codes::CHOICE, initial.span(), "initial", message, "keep one of them");
            return None;
        }
    };
    let mut speed = |key, value: &Option<_>| match value {
        Some(value) => r.field(key, value, dem, SPEEDS).map(whole),
        None => Some(Vec::new()),
    };
    Some([depth, speed("u", &i.u)?, speed("v", &i.v)?])
}

fn boundaries(raw: &raw::File, dem: &Raster, r: &mut Reader<'_>) -> Option<Vec<OpenEdge>> {
    let mut open: Vec<OpenEdge> = Vec::new();
    let mut taken: Vec<Stretch> = Vec::new();
    let mut sound = true;
    for row in &raw.boundary {
        let (b, span) = (row.get_ref(), row.span());
        let Some(stretch) = stretch(b, span.clone(), dem, r) else {
            sound = false;
            continue;
        };
        let meets = |s: &&Stretch| s.edge == stretch.edge && s.from < stretch.to && stretch.from < s.to;
        if taken.iter().any(|s| meets(&s)) {
            let message = "an earlier boundary has part of this stretch".to_owned();
            r.error(codes::OVERLAP, span, "boundary", message, "part them by from_m and to_m");
            sound = false;
            continue;
        }
        taken.push(stretch);
        match kind(b, span, r) {
            Some(Some(kind)) => open.push(OpenEdge { stretch, kind }),
            Some(None) => {}
            None => sound = false,
        }
    }
    sound.then_some(open)
}

/// What holds; nothing where it is a wall.
fn kind(b: &raw::Boundary, span: std::ops::Range<usize>, r: &mut Reader<'_>) -> Option<Option<OpenKind>> {
    let flows = [-1e6, 1e6];
    match (b.kind, &b.series, &b.level) {
        (Kind::Level, Some(series), None) => Some(Some(OpenKind::Level(r.series("level", series, LEVELS)?))),
        (Kind::Flow, Some(series), level) => {
            let flow = r.series("flow", series, flows)?;
            let level = match level {
                Some(level) => Some(r.series("level", level, LEVELS)?),
                None => None,
            };
            Some(Some(OpenKind::Flow(flow, level)))
        }
        (Kind::Free, None, None) => Some(Some(OpenKind::Free)),
        (Kind::Wall, None, None) => Some(None),
        _ => {
            let message = "level and flow want a series, free and wall none; level goes with a flow alone".to_owned();
            r.error(codes::CHOICE, span, "boundary", message, "correct kind, series or level");
            None
        }
    }
}

/// The cells of an edge whose centres lie on the stretch.
fn stretch(b: &raw::Boundary, span: std::ops::Range<usize>, dem: &Raster, r: &mut Reader<'_>) -> Option<Stretch> {
    let f = dem.frame;
    let upright = matches!(b.edge, Edge::West | Edge::East);
    let (start, count) = if upright { (f.south_m, f.rows) } else { (f.west_m, f.columns) };
    let end = start + count as f64 * f.cell_m;
    let from_m = b.from_m.as_ref().map_or(start, |v| *v.get_ref());
    let to_m = b.to_m.as_ref().map_or(end, |v| *v.get_ref());
    // The centre of cell k lies at start + (k + 1/2) cells.
    let place = |x: f64| ((x - start) / f.cell_m - 0.5 - 1e-9).ceil().clamp(0.0, count as f64);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to the edge; NaN becomes 0
    let (from, to) = (place(from_m) as usize, place(to_m) as usize);
    let slack = 0.5 * f.cell_m;
    if from < to && from_m >= start - slack && to_m <= end + slack {
        return Some(Stretch { edge: b.edge, from, to });
    }
    let axis = if upright { "y" } else { "x" };
    let message = format!("{axis} {from_m} to {to_m} covers no cell of the edge, or goes beyond it");
    r.error(codes::BOUNDARY_OFF, span, "boundary", message, &format!("the edge spans {axis} {start} to {end}"));
    None
}

/// Levels of local time steps: as many as there may be in first order, unless the case wants one step for all.
fn levels(raw: &raw::File, r: &mut Reader<'_>) -> u8 {
    let first = raw.scheme.unwrap_or_default() == Scheme::Hllc1;
    match &raw.local_steps {
        Some(wanted) if *wanted.get_ref() && !first => {
            let message = "tiles keep a pace of their own under hllc1 only".to_owned();
            r.error(codes::CHOICE, wanted.span(), "local_steps", message, "leave it out, or take scheme = \"hllc1\"");
            0
        }
        Some(wanted) if !*wanted.get_ref() => 0,
        _ if first => SLOWEST,
        _ => 0,
    }
}

fn inflows(raw: &raw::File, dem: &Raster, r: &mut Reader<'_>) -> Option<Vec<Inflow>> {
    let read = |row: &Spanned<raw::Inflow>, r: &mut Reader<'_>| {
        let i = row.get_ref();
        let cell = r.cell(dem, [i.x, i.y], row.span(), "inflow")?;
        Some(Inflow { cell, flow_m3s: r.series("inflow", &i.series, [-1e6, 1e6])? })
    };
    let found: Vec<_> = raw.inflow.iter().map(|row| read(row, r)).collect();
    found.into_iter().collect()
}

fn gauges(raw: &raw::File, dem: &Raster, r: &mut Reader<'_>) -> Option<Vec<Gauge>> {
    let mut gauges: Vec<Gauge> = Vec::new();
    let mut sound = true;
    for row in &raw.gauge {
        let g = row.get_ref();
        let id = g.id.get_ref();
        let taken = gauges.iter().any(|other| other.id == *id);
        sound &= r.own_name(&g.id, "gauge", taken);
        match r.cell(dem, [g.x, g.y], row.span(), id) {
            Some(cell) => gauges.push(Gauge { id: id.clone(), cell }),
            None => sound = false,
        }
    }
    sound.then_some(gauges)
}

fn rain(raw: &raw::File, dem: &Raster, r: &mut Reader<'_>) -> Option<Rain> {
    let [across, up] = tiles(dem);
    let mut rain = Rain::default();
    let mut heard: Vec<(usize, [f64; 2])> = Vec::new();
    for row in &raw.rain {
        let given = row.get_ref();
        match (&given.series, given.x, given.y, &given.raster, &given.grids) {
            (Some(series), x, y, raster, None) if x.is_some() == y.is_some() && (x.is_none() || raster.is_none()) => {
                let series = r.series("rain", series, [0.0, 2000.0])?.times(MM_PER_H);
                let mut weights = vec![1.0; across * up];
                if let Some(name) = raster {
                    weights = grid_of_tiles(name.get_ref(), [0.0, 1e3], dem, r)?;
                }
                if let (Some(x), Some(y)) = (x, y) {
                    heard.push((rain.series.len(), [x, y]));
                }
                rain.series.push((series, weights));
            }
            (None, None, None, None, Some(grids)) => {
                let mut rows = Vec::new();
                for (_, t_s, name) in r.raster_rows(grids)? {
                    let mm_h = grid_of_tiles(&name, [0.0, 2000.0], dem, r)?;
                    rows.push((t_s, mm_h.into_iter().map(|v| v * MM_PER_H).collect()));
                }
                rain.grids.push(rows);
            }
            _ => {
                let message = "wants a series, with x and y or a raster or neither; or grids alone".to_owned();
                r.error(codes::CHOICE, row.span(), "rain", message, "keep one of them");
                return None;
            }
        }
    }
    let places: Vec<[f64; 2]> = heard.iter().map(|(_, at)| *at).collect();
    for (tile, best) in nearest(&places, dem).into_iter().enumerate() {
        for (k, (series, _)) in heard.iter().enumerate() {
            rain.series[*series].1[tile] = if k == best { 1.0 } else { 0.0 };
        }
    }
    Some(rain)
}

fn grid_of_tiles(name: &str, range: [f64; 2], dem: &Raster, r: &mut Reader<'_>) -> Option<Vec<f64>> {
    let raster = r.raster(name, dem)?;
    let file = r.path(name).display().to_string();
    let sound = raster::demand_range(&raster, dem, range, "rain", &mut Notes { file: &file, out: r.out });
    sound.then(|| tile_means(&raster, dem))
}

/// How the case meets the sewers of a city.
fn sewers(raw: &raw::File, r: &mut Reader<'_>) -> Option<Sewers> {
    let mut sewers = Sewers::default();
    let Some(given) = &raw.sewers else { return Some(sewers) };
    let s = given.get_ref();
    if let Some(diameter) = &s.manhole_diameter_m {
        sewers.manhole_m = r.number("manhole_diameter_m", diameter, [0.05, 5.0])?;
    }
    if let Some(every) = &s.exchange_every_s {
        sewers.every_s = r.number("exchange_every_s", every, [0.01, 60.0])?;
    }
    sewers.hears_gages = s.rain.unwrap_or_default() == raw::SewerRain::Gages;
    if sewers.hears_gages && !raw.rain.is_empty() {
        let message = "rain comes from the gages, and the case has rain of its own".to_owned();
        r.error(codes::CHOICE, given.span(), "rain", message, "keep one of them");
        return None;
    }
    Some(sewers)
}

/// Infiltration: none where nothing is said.
fn infiltration(raw: &raw::File, dem: &Raster, r: &mut Reader<'_>) -> Option<Option<Soak>> {
    let Some(given) = &raw.infiltration else { return Some(None) };
    let i = given.get_ref();
    let law = |v: &[f64]| match *v {
        [rate] => SoakLaw::Steady { rate_ms: rate * MM_PER_H },
        [k, suction, deficit] => {
            SoakLaw::GreenAmpt { conductivity_ms: k * MM_PER_H, suction_m: suction * 1e-3, deficit }
        }
        _ => SoakLaw::Sealed,
    };
    let everywhere = |law| Some(Some(Soak { laws: vec![law], class: vec![0; dem.values.len()] }));
    let rates = [0.0, 1e4];
    match (&i.rate_mm_h, &i.conductivity_mm_h, &i.suction_mm, &i.deficit, &i.land, &i.table) {
        (Some(rate), None, None, None, None, None) => everywhere(law(&[r.number("rate_mm_h", rate, rates)?])),
        (None, Some(k), Some(s), Some(d), None, None) => everywhere(law(&[
            r.number("conductivity_mm_h", k, rates)?,
            r.number("suction_mm", s, rates)?,
            r.number("deficit", d, [0.0, 1.0])?,
        ])),
        (None, None, None, None, Some(land), Some(table)) => {
            let names = ["conductivity_mm_h", "suction_mm", "deficit"];
            let required = &["class", "conductivity_mm_h", "suction_mm", "deficit"];
            let shape = Shape { required, optional: &["name"], open: false };
            let classes = land::read(&r.path(table.get_ref()), shape, &names, r.out)?;
            let raster = r.raster(land.get_ref(), dem)?;
            let file = r.path(land.get_ref()).display().to_string();
            let places = land::places(&raster, dem, &classes, &mut Notes { file: &file, out: r.out })?;
            if classes.len() > 256 {
                r.error(codes::CLASS, table.span(), "table", "more than 256 classes".to_owned(), "join some");
                return None;
            }
            let sealed = |v: &Vec<f64>| if v[0] == 0.0 { SoakLaw::Sealed } else { law(v) };
            let class = places.into_iter().map(|p| u8::try_from(p).unwrap_or(u8::MAX)).collect();
            Some(Some(Soak { laws: classes.values().map(sealed).collect(), class }))
        }
        _ => {
            let message =
                "wants rate_mm_h; or conductivity_mm_h, suction_mm and deficit; or land with table".to_owned();
            r.error(codes::CHOICE, given.span(), "infiltration", message, "keep one of them, whole");
            None
        }
    }
}
