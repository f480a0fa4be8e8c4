//! The analytic cases of shallow water: `flood2d` of the shared data, run through the kernel.
//!
//! The references hold for g = 9.81 m/s². The kernel's gravity differs in the fourth place, so a case is run in Froude
//! similarity: velocities and flows times `s`, times and Manning's n over `s`, with s² the ratio of the two gravities.
//! Depths are then the same numbers.

use std::path::{Path, PathBuf};

use npyz::npz::NpzArchive;
use twin_physics::constants::GRAVITY_MS2;
use twin_physics::kernels::surface::edge::{Boundary, Edge, Stretch};
use twin_physics::kernels::surface::friction::FrictionLaw;
use twin_physics::kernels::surface::grid::Ground;
use twin_physics::kernels::surface::real::Real;
use twin_physics::kernels::surface::step::{Buffers, Forcing, Order, Settings, Surface};
use twin_physics::kernels::surface::water::Water;

/// Rows that a case along one line is given.
const ROWS: usize = 4;

/// Change of depth over the time a flow takes through a good part of a case, below which it is steady [m].
const STEADY_M: f64 = 1e-5;

/// The folder of the cases, if the shared data are here.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("LIFELINE_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("flood2d/cases");
    folder.is_dir().then_some(folder)
}

/// Velocities and flows of the kernel over those of the references.
#[must_use]
pub fn similarity() -> f64 {
    (GRAVITY_MS2 / 9.81).sqrt()
}

/// One case at one resolution, one value a cell of its own grid.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub columns: usize,
    /// Rows of the case itself, 1 along a line.
    pub lines: usize,
    pub dx: f64,
    pub bed: Vec<f64>,
    pub friction: (FrictionLaw, f64),
    /// Output times [s].
    pub t: Vec<f64>,
    pub h: Vec<Vec<f64>>,
    pub u: Vec<Vec<f64>>,
    pub v: Vec<Vec<f64>>,
    /// Flow per metre [m²/s].
    pub q: Option<f64>,
    pub x_shock: Option<f64>,
}

fn array(path: &Path, name: &str) -> Option<Vec<f64>> {
    let mut archive = NpzArchive::open(path).expect("a readable npz");
    let array = archive.by_name(name).expect("a readable array")?;
    Some(match array.dtype().descr().contains("f4") {
        true => array.into_vec::<f32>().expect("single precision").into_iter().map(f64::from).collect(),
        false => array.into_vec::<f64>().expect("double precision"),
    })
}

impl Case {
    /// Reads case `name`.
    #[must_use]
    pub fn read(folder: &Path, name: &str) -> Self {
        let path = folder.join(format!("{name}.npz"));
        let get = |key: &str| array(&path, key);
        let one = |key: &str| get(key).map(|v| v[0]);
        let columns = get("x").expect("places").len();
        let lines = get("y").map_or(1, |y| y.len());
        let t = get("t").expect("times");
        let split = |key: &str| -> Vec<Vec<f64>> {
            get(key).map_or_else(Vec::new, |all| all.chunks(columns * lines).map(<[f64]>::to_vec).collect())
        };
        let s = similarity();
        let friction = one("chezy").map_or_else(
            || (FrictionLaw::Manning, one("manning").expect("a friction") / s),
            |c| (FrictionLaw::Chezy, c * s),
        );
        Self {
            name: name.to_owned(),
            columns,
            lines,
            dx: one("dx").expect("a side"),
            bed: get("z").expect("a bed"),
            friction,
            t,
            h: split("h"),
            u: split("u"),
            v: split("v"),
            q: one("q"),
            x_shock: one("x_shock"),
        }
    }

    /// Its values row by row over the rows of the grid it is run on.
    fn spread(&self, values: &[f64]) -> Vec<f64> {
        let rows = if self.lines == 1 { ROWS } else { 1 };
        values.iter().copied().cycle().take(values.len() * rows).collect()
    }

    fn ground(&self) -> Ground {
        let rows = if self.lines == 1 { ROWS } else { self.lines };
        Ground {
            columns: self.columns,
            rows,
            cell_m: self.dx,
            bed_m: self.spread(&self.bed),
            roughness: vec![self.friction.1],
            law: self.friction.0,
            walls: Vec::new(),
        }
    }

    /// Depths at the start [m].
    fn start(&self) -> Vec<f64> {
        if self.t[0].is_finite() {
            return self.h[0].clone();
        }
        // Steady cases start from a level, at rest; the steep stream from its own depth.
        let level = match self.name.split("_n").next() {
            Some("bump_subcritical") => 2.0,
            Some("bump_transcritical") => 0.66,
            Some("bump_shock") => 0.33,
            _ => return self.bed.iter().map(|_| 0.5).collect(),
        };
        self.bed.iter().map(|z| level - z).collect()
    }

    /// What holds at the western and eastern end; none where walls stand.
    fn ends(&self) -> Vec<(Edge, Boundary)> {
        let Some(q) = self.q else { return Vec::new() };
        let flow_m3s = q * similarity() * ROWS as f64 * self.dx;
        let last = self.columns - 1;
        let kind = self.name.split("_n").next().unwrap_or_default();
        // Depths at the very ends, by a straight line through the two outermost centres.
        let at_west = 1.5 * self.h[0][0] - 0.5 * self.h[0][1];
        let at_east = 1.5 * self.h[0][last] - 0.5 * self.h[0][last - 1];
        let level_m = (kind == "macdonald_sup").then_some(at_west + self.bed[0]);
        let east = match kind {
            "macdonald_sup" => Boundary::Free,
            "bump_transcritical" => Boundary::Level { level_m: 0.66 },
            _ => Boundary::Level { level_m: at_east + self.bed[last] },
        };
        vec![(Edge::West, Boundary::Flow { flow_m3s, level_m }), (Edge::East, east)]
    }

    /// Runs to output `k`, or until nothing changes where that is the steady state.
    #[must_use]
    pub fn run<T: Real>(&self, order: Order, k: usize) -> Run {
        let ends = self.ends();
        let rows = if self.lines == 1 { ROWS } else { self.lines };
        let stretches = ends.iter().map(|(edge, _)| Stretch { edge: *edge, from: 0, to: rows }).collect();
        let boundaries: Vec<Boundary> = ends.iter().map(|(_, b)| *b).collect();
        let settings = Settings { order, film_m: 0.0, longest_step_s: 60.0, levels: 0 };
        let surface = Surface::<T>::new(&self.ground(), stretches, settings).expect("a ground");
        let s = similarity();
        let faster = |rows: &[Vec<f64>]| -> Vec<f64> {
            rows.first().map_or_else(Vec::new, |r| self.spread(&r.iter().map(|u| u * s).collect::<Vec<_>>()))
        };
        let steady = self.t[k].is_infinite();
        let (u, v) = if steady { (Vec::new(), Vec::new()) } else { (faster(&self.u), faster(&self.v)) };
        let mut water = Water::new(surface.grid(), &self.spread(&self.start()), &u, &v);
        let mut buffers = Buffers::default();
        surface.begin(&mut buffers);
        let mut steps = 0;
        let mut advance = |water: &mut Water<T>, until_s: f64| {
            while water.time_s < until_s - 1e-12 {
                let forcing = Forcing { boundaries: &boundaries, rain_ms: &[] };
                surface.step(water, forcing, until_s - water.time_s, &mut buffers).expect("a step");
                steps += 1;
            }
        };
        let mut changed_ms = 0.0;
        if steady {
            let span = 0.4 * self.dx * self.columns as f64;
            // A long reach has passed on what it began with long before its limiters come to rest.
            for _ in 0..if span > 100.0 { 10 } else { 40 } {
                let before = water.depth.clone();
                let until = water.time_s + span;
                advance(&mut water, until);
                let far = |m: f64, (a, b): (&T, &T)| m.max((a.wide() - b.wide()).abs());
                changed_ms = before.iter().zip(&water.depth).fold(0.0, far) / span;
                if changed_ms * span < STEADY_M {
                    break;
                }
            }
        } else {
            advance(&mut water, self.t[k] / s);
        }
        let depth: Vec<f64> = water.depth.iter().map(|h| h.wide()).collect();
        let flow: Vec<f64> = water.u.iter().zip(&depth).map(|(u, h)| u.wide() * h / s).collect();
        let fastest_ms = water.u.iter().chain(&water.v).fold(0.0, |m: f64, u| m.max(u.wide().abs()));
        let off = (water.volume_m3(surface.grid()) - water.booked.expected_m3()).abs();
        Run {
            depth: self.gather(&depth),
            flow: self.gather(&flow),
            fastest_ms,
            mass_error: off / water.booked.turnover_m3(),
            steps,
            time_s: water.time_s,
            changed_ms,
        }
    }

    /// Mean over the rows of a case along a line.
    fn gather(&self, values: &[f64]) -> Vec<f64> {
        if self.lines > 1 {
            return values.to_vec();
        }
        (0..self.columns).map(|i| values.iter().skip(i).step_by(self.columns).sum::<f64>() / ROWS as f64).collect()
    }

    /// Relative L1 error of a run's depth at output `k`; where the reference is silent, so is the score.
    #[must_use]
    pub fn relative_l1(&self, run: &Run, k: usize) -> f64 {
        let pairs = || run.depth.iter().zip(&self.h[k]).filter(|(_, e)| e.is_finite());
        pairs().map(|(h, e)| (h - e).abs()).sum::<f64>() / pairs().map(|(_, e)| e.abs()).sum::<f64>()
    }

    /// Where the depth rises through the mean of both sides of the reference's jump [m].
    #[must_use]
    pub fn jump_of(&self, run: &Run) -> f64 {
        let exact = &self.h[0];
        let at = (self.x_shock.expect("a case with a jump") / self.dx) as usize;
        let middle = 0.5 * (exact[at - 2] + exact[at + 2]);
        let crosses = |i: &usize| run.depth[*i] < middle && run.depth[i + 1] >= middle;
        let i = (self.columns * 2 / 5..self.columns - 1).find(crosses).expect("a jump");
        let share = (middle - run.depth[i]) / (run.depth[i + 1] - run.depth[i]);
        (i as f64 + 0.5 + share) * self.dx
    }
}

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Depth [m], one a cell of the case.
    pub depth: Vec<f64>,
    /// Flow along x per metre [m²/s], at the references' gravity.
    pub flow: Vec<f64>,
    pub fastest_ms: f64,
    /// Relative to all water that was ever there.
    pub mass_error: f64,
    pub steps: usize,
    /// Model time reached [s].
    pub time_s: f64,
    /// Change of depth at the end of a steady run [m/s].
    pub changed_ms: f64,
}
