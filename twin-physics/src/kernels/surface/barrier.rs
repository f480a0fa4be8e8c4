//! Walls, levees and kerbs: lines the water passes only over a crest, or through what has failed of it.
//!
//! A barrier closes the faces under its line ([`Barriers::walls`] go into the ground) and hands water over them itself,
//! from cell to cell, by the weir of its crest ([`super::weir`]) with the levels on both sides. Where a piece of it has
//! failed, the breach's width is a weir at the breach's bottom and the rest one at the crest. No crest is lower than
//! the higher of the two beds.
//!
//! A step moves no more than brings the two cells to one level, shared among the barrier faces of both, nor more than
//! stands above the crest; so no cell runs dry, no difference of levels is reversed, and what one cell gives the other
//! takes.
//!
//! # Limits
//! The water that passes brings no momentum: a cell behind a breach starts from rest, and the approach velocity is not
//! counted as head. Flow through a wide breach is critical flow over its bottom, which is what limits it anyway.
//! # Source
//! Weirs: Bos (1989), Villemonte (1947), see `weir`; growth: Verheij (2003), Froehlich (2008), Fread (1984), see
//! `breach`; the bound on what a step moves: own derivation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::breach::{Bounds, Breach, Growth};
use super::crest_line::{faces_along, length_m};
use super::grid::{Face, Grid, Ground};
use super::real::Real;
use super::step::StepError;
use super::water::Water;
use super::weir::Crest;

/// How high a barrier is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CrestLevel {
    /// One level [m].
    Level(f64),
    /// A level at each point of the line [m], straight between them.
    AtPoints(Vec<f64>),
    /// Over the higher ground beside it [m]: a kerb.
    OverGround(f64),
}

/// A barrier as it is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Barrier {
    /// Its line [m, from the grid's south-western corner]; "left" and "right" are as one walks along it.
    pub line: Vec<[f64; 2]>,
    /// How high it is.
    pub level: CrestLevel,
    /// What its crest is like.
    pub crest: Crest,
    /// How it may fail.
    pub failure: Option<Failure>,
}

/// How a barrier fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// When.
    pub trigger: Trigger,
    /// Which part may go, as positions along the line [m]; all of it where nothing is said.
    pub span_m: Option<[f64; 2]>,
    /// Level down to which it goes [m].
    pub foot_m: f64,
    /// How the breach grows.
    pub growth: Growth,
}

/// What makes a barrier fail.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Trigger {
    /// Difference of levels between its sides, the lower counted from its bed [m].
    Head(f64),
    /// Model time [s].
    Time(f64),
    /// Depth of water over its crest [m].
    Overflow(f64),
}

/// Why barriers cannot be used. `barrier` is the place in the list.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BarrierError {
    /// No part of the line lies between two cells of the grid.
    #[error("barrier {barrier} has no face inside the grid")]
    OffGrid {
        /// Which.
        barrier: usize,
    },
    /// Two barriers on one face; join them, or move one by a cell.
    #[error("barriers {first} and {second} stand on the same face of cell {cell}")]
    Shared {
        /// The earlier.
        first: usize,
        /// The later.
        second: usize,
        /// The cell.
        cell: usize,
    },
    /// A value outside its legal range: a breach of zero width among them.
    #[error("{what} of barrier {barrier} is {value}")]
    Value {
        /// Which.
        barrier: usize,
        /// Which value.
        what: &'static str,
        /// The value.
        value: f64,
    },
    /// As many crest levels are wanted as the line has points.
    #[error("barrier {barrier} has {given} crest levels for {wanted} points")]
    Levels {
        /// Which.
        barrier: usize,
        /// How many were given.
        given: usize,
        /// How many points there are.
        wanted: usize,
    },
}

/// One face of a barrier.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    cell: usize,
    face: Face,
    left: usize,
    right: usize,
    from_m: f64,
    to_m: f64,
    /// The higher bed beside it.
    floor_m: f64,
    crest_m: f64,
    /// Barrier faces of the left and of the right cell.
    doors: [f64; 2],
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    pieces: Vec<Piece>,
    crest: Crest,
    failure: Option<Failure>,
    /// Positions along the line between which it may fail.
    span_m: [f64; 2],
    bounds: Bounds,
}

/// All barriers of a surface.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Barriers {
    lines: Vec<Line>,
    cells: usize,
}

/// What of barriers changes with time, in their order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BarrierState {
    /// One each.
    pub lines: Vec<LineState>,
}

/// State of one barrier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct LineState {
    /// When water first ran over its crest [s].
    pub overtopped_s: Option<f64>,
    /// When it failed [s].
    pub failed_s: Option<f64>,
    /// When its breach had grown out [s].
    pub grown_s: Option<f64>,
    /// Its breach.
    pub breach: Breach,
    /// Greatest depth over the crest so far [m].
    pub highest_m: f64,
    /// What has passed, from left to right less from right to left [m³].
    pub passed_m3: f64,
}

/// Something that happened to a barrier.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BarrierEvent {
    /// Which.
    pub barrier: usize,
    /// When [s].
    pub at_s: f64,
    /// What.
    pub what: Happened,
}

/// What can happen to a barrier or dam.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Happened {
    /// Water runs over the crest for the first time, this deep [m].
    Overtopped(f64),
    /// It fails, at this difference of levels, time or depth.
    Breached(f64),
    /// Its breach has grown out to this width [m].
    GrownOut(f64),
}

/// What a step moved; a buffer that can be used again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BarrierStep {
    /// Volume that passed each barrier from left to right [m³].
    pub volumes_m3: Vec<f64>,
    /// What happened, in the order of barriers.
    pub events: Vec<BarrierEvent>,
    moves: Vec<(usize, usize, usize, f64)>,
}

impl Barriers {
    /// Puts barriers on a ground.
    ///
    /// # Errors
    /// [`BarrierError`]
    pub fn new(ground: &Ground, barriers: &[Barrier]) -> Result<Self, BarrierError> {
        let mut owner: BTreeMap<(usize, Face), usize> = BTreeMap::new();
        let mut doors: BTreeMap<usize, f64> = BTreeMap::new();
        let mut lines = Vec::with_capacity(barriers.len());
        for (barrier, b) in barriers.iter().enumerate() {
            let line = compile(ground, barrier, b)?;
            for p in &line.pieces {
                if let Some(first) = owner.insert((p.cell, p.face), barrier) {
                    return Err(BarrierError::Shared { first, second: barrier, cell: p.cell });
                }
                *doors.entry(p.left).or_default() += 1.0;
                *doors.entry(p.right).or_default() += 1.0;
            }
            lines.push(line);
        }
        for p in lines.iter_mut().flat_map(|l| &mut l.pieces) {
            p.doors = [p.left, p.right].map(|c| doors.get(&c).copied().unwrap_or(1.0));
        }
        Ok(Self { lines, cells: ground.columns * ground.rows })
    }

    /// Faces they close, for [`Ground::walls`].
    #[must_use]
    pub fn walls(&self) -> Vec<(usize, Face)> {
        self.lines.iter().flat_map(|l| l.pieces.iter().map(|p| (p.cell, p.face))).collect()
    }

    /// Cells beside barriers.
    pub(super) fn cells(&self) -> impl Iterator<Item = usize> {
        self.lines.iter().flat_map(|l| l.pieces.iter().flat_map(|p| [p.left, p.right]))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// All whole and dry.
    #[must_use]
    pub fn start(&self) -> BarrierState {
        BarrierState { lines: vec![LineState::default(); self.lines.len()] }
    }

    /// Lets breaches grow and water pass for `dt_s` from the water's time on;
    /// fills `out`. A step of no length does nothing.
    ///
    /// # Errors
    /// [`StepError::Forcing`] where grid or state are not those this was made for; nothing is done then.
    pub fn step<T: Real>(
        &self,
        state: &mut BarrierState,
        grid: &Grid<T>,
        water: &mut Water<T>,
        dt_s: f64,
        out: &mut BarrierStep,
    ) -> Result<(), StepError> {
        out.events.clear();
        out.moves.clear();
        out.volumes_m3.clear();
        out.volumes_m3.resize(self.lines.len(), 0.0);
        check_fit("barriers", [grid.columns * grid.rows, self.cells], [state.lines.len(), self.lines.len()])?;
        if !(dt_s.is_finite() && dt_s > 0.0) {
            return Ok(());
        }
        for (barrier, (line, now)) in self.lines.iter().zip(&mut state.lines).enumerate() {
            line.watch(barrier, now, grid, water, dt_s, &mut out.events);
            for p in &line.pieces {
                let levels = [water.level_m(grid, p.left), water.level_m(grid, p.right)];
                let volume = p.volume_m3(line, now, levels, grid.area_m2(), dt_s);
                if volume != 0.0 {
                    let (from, to) = if volume > 0.0 { (p.left, p.right) } else { (p.right, p.left) };
                    out.moves.push((barrier, from, to, volume));
                }
            }
        }
        for &(barrier, from, to, volume) in &out.moves {
            let taken = -water.exchange(grid, from, -volume.abs());
            water.exchange(grid, to, taken);
            let passed = taken.copysign(volume);
            out.volumes_m3[barrier] += passed;
            state.lines[barrier].passed_m3 += passed;
        }
        Ok(())
    }
}

/// Whether cells of the grid and things with a state are as many as they should be: `[given, wanted]`.
pub(super) fn check_fit(what: &'static str, cells: [usize; 2], things: [usize; 2]) -> Result<(), StepError> {
    let odd = |what, [given, wanted]: [usize; 2]| {
        if given == wanted { Ok(()) } else { Err(StepError::Forcing { what, given, wanted }) }
    };
    odd("cells", cells)?;
    odd(what, things)
}

fn compile(ground: &Ground, barrier: usize, b: &Barrier) -> Result<Line, BarrierError> {
    let value = |what, value| Err(BarrierError::Value { barrier, what, value });
    if let Some(&bad) = b.line.iter().flatten().find(|x| !x.is_finite()) {
        return value("a point", bad);
    }
    if !(b.crest.coefficient.is_finite() && b.crest.coefficient > 0.0) {
        return value("weir coefficient", b.crest.coefficient);
    }
    let given: &[f64] = match &b.level {
        CrestLevel::Level(z) | CrestLevel::OverGround(z) => std::slice::from_ref(z),
        CrestLevel::AtPoints(z) if z.len() == b.line.len() => z,
        CrestLevel::AtPoints(z) => {
            return Err(BarrierError::Levels { barrier, given: z.len(), wanted: b.line.len() });
        }
    };
    if let Some(&bad) = given.iter().find(|z| !z.is_finite()) {
        return value("crest", bad);
    }
    let along = distances(&b.line);
    let faces = faces_along(ground.columns, ground.rows, ground.cell_m, &b.line);
    let mut pieces = Vec::with_capacity(faces.len());
    for f in faces {
        let floor_m = ground.bed_m[f.left].max(ground.bed_m[f.right]);
        if ground.bed_m[f.left].is_nan() || ground.bed_m[f.right].is_nan() {
            continue;
        }
        let crest_m = match &b.level {
            CrestLevel::Level(z) => *z,
            CrestLevel::OverGround(height) => floor_m + height,
            CrestLevel::AtPoints(z) => between(&along, z, 0.5 * (f.from_m + f.to_m)),
        };
        let (cell, face, left, right, from_m, to_m) = (f.cell, f.face, f.left, f.right, f.from_m, f.to_m);
        pieces.push(Piece { cell, face, left, right, from_m, to_m, floor_m, crest_m, doors: [1.0; 2] });
    }
    if pieces.is_empty() {
        return Err(BarrierError::OffGrid { barrier });
    }
    let mut line = Line {
        pieces,
        crest: b.crest,
        failure: b.failure.clone(),
        span_m: [0.0, length_m(&b.line)],
        bounds: Bounds { length_m: 0.0, height_m: 0.0 },
    };
    match line.prepare_failure() {
        Some((what, bad)) => value(what, bad),
        None => Ok(line),
    }
}

/// Positions of points along their line.
fn distances(line: &[[f64; 2]]) -> Vec<f64> {
    let mut along = vec![0.0; line.len()];
    for k in 1..line.len() {
        along[k] = along[k - 1] + length_m(&line[k - 1..=k]);
    }
    along
}

/// The value at `at`, straight between points.
fn between(along: &[f64], values: &[f64], at: f64) -> f64 {
    let k = along.partition_point(|x| *x < at).clamp(1, along.len() - 1);
    let share = ((at - along[k - 1]) / (along[k] - along[k - 1]).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
    values[k - 1] + share * (values[k] - values[k - 1])
}

impl Line {
    /// Sets span and bounds of a breach; gives back what makes no sense.
    fn prepare_failure(&mut self) -> Option<(&'static str, f64)> {
        let failure = self.failure.as_ref()?;
        // What lies off the grid cannot fail.
        let first = self.pieces.iter().fold(f64::MAX, |m, p| m.min(p.from_m));
        let last = self.pieces.iter().fold(f64::MIN, |m, p| m.max(p.to_m));
        let [from, to] = failure.span_m.unwrap_or([first, last]);
        self.span_m = [from.max(first), to.min(last)];
        let in_span = |p: &&Piece| p.to_m > self.span_m[0] && p.from_m < self.span_m[1];
        let crest = self.pieces.iter().filter(in_span).fold(f64::MIN, |m, p| m.max(p.crest_m.max(p.floor_m)));
        let length_m = (self.span_m[1] - self.span_m[0]).max(0.0);
        self.bounds = Bounds { length_m, height_m: crest - failure.foot_m };
        let trigger = match failure.trigger {
            Trigger::Head(x) | Trigger::Overflow(x) if !(x.is_finite() && x > 0.0) => Some(("trigger", x)),
            Trigger::Time(x) if !x.is_finite() => Some(("trigger", x)),
            _ => None,
        };
        trigger.or_else(|| failure.growth.fault(self.bounds))
    }

    /// Follows what the water does to the barrier over a step.
    fn watch<T: Real>(
        &self,
        barrier: usize,
        now: &mut LineState,
        grid: &Grid<T>,
        water: &Water<T>,
        dt_s: f64,
        events: &mut Vec<BarrierEvent>,
    ) {
        let at_s = water.time_s;
        let mut say = |what, at_s| events.push(BarrierEvent { barrier, at_s, what });
        let (mut over_m, mut over_span_m, mut head_m, mut breach_head_m) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
        for p in &self.pieces {
            let (left, right) = (water.level_m(grid, p.left), water.level_m(grid, p.right));
            let over = left.max(right) - p.crest_m.max(p.floor_m);
            over_m = over_m.max(over);
            if p.to_m > self.span_m[0] && p.from_m < self.span_m[1] {
                over_span_m = over_span_m.max(over);
                head_m = head_m.max((left - right).abs());
                let bottom = self.bottom_m(p, now);
                breach_head_m = breach_head_m.max(((left - bottom).max(0.0) - (right - bottom).max(0.0)).abs());
            }
        }
        now.highest_m = now.highest_m.max(over_m);
        if over_m > 0.0 && now.overtopped_s.is_none() {
            now.overtopped_s = Some(at_s);
            say(Happened::Overtopped(over_m), at_s);
        }
        let Some(failure) = &self.failure else { return };
        if now.failed_s.is_none() {
            let reached = match failure.trigger {
                Trigger::Head(limit) => (head_m >= limit).then_some((head_m, at_s)),
                Trigger::Overflow(limit) => (over_span_m >= limit).then_some((over_span_m, at_s)),
                Trigger::Time(at) => (at < at_s + dt_s).then_some((at, at.max(at_s))),
            };
            let Some((value, failed_s)) = reached else { return };
            now.failed_s = Some(failed_s);
            say(Happened::Breached(value), failed_s);
        }
        let Some(failed_s) = now.failed_s.filter(|_| now.grown_s.is_none()) else { return };
        let age_s = [(at_s - failed_s).max(0.0), at_s + dt_s - failed_s];
        now.breach = failure.growth.advance(now.breach, age_s, breach_head_m, self.bounds);
        if failure.growth.is_grown(now.breach, self.bounds) {
            now.grown_s = Some(at_s + dt_s);
            say(Happened::GrownOut(now.breach.width_m), at_s + dt_s);
        }
    }

    /// Bottom of the breach under a piece [m].
    fn bottom_m(&self, p: &Piece, now: &LineState) -> f64 {
        let foot = self.failure.as_ref().map_or(p.crest_m, |f| f.foot_m.min(p.crest_m));
        (p.crest_m + now.breach.depth_share * (foot - p.crest_m)).max(p.floor_m)
    }
}

impl Piece {
    /// What passes from left to right over a step [m³].
    fn volume_m3(&self, line: &Line, now: &LineState, levels: [f64; 2], area_m2: f64, dt_s: f64) -> f64 {
        let [left, right] = levels;
        if !(left.is_finite() && right.is_finite()) {
            return 0.0;
        }
        let length = self.to_m - self.from_m;
        let middle = 0.5 * (line.span_m[0] + line.span_m[1]);
        let half = 0.5 * now.breach.width_m;
        let open = (self.to_m.min(middle + half) - self.from_m.max(middle - half)).clamp(0.0, length);
        let over = |sill: f64| line.crest.flow_m2s(left - sill, right - sill);
        let crest = self.crest_m.max(self.floor_m);
        let mut flow = (length - open) * over(crest);
        let mut lowest = crest;
        if open > 0.0 {
            lowest = line.bottom_m(self, now);
            flow += open * over(lowest);
        }
        let doors = if left > right { self.doors[0] } else { self.doors[1] };
        let level = area_m2 * (left - right).abs() / (self.doors[0] + self.doors[1]);
        let above = area_m2 * (left.max(right) - lowest).max(0.0) / doors;
        let most = level.min(above);
        (flow * dt_s).clamp(-most, most)
    }
}

#[cfg(test)]
#[path = "tests/barrier.rs"]
mod tests;
