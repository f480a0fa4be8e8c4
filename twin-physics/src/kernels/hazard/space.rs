//! Gas in spaces next to a leak (相邻空间): manholes, culvert reaches, ducts, basements, each well mixed.
//!
//! Zones exchange volume through ways: what a leak displaces, what stack pressure drives, two-way flow by difference of
//! density, breathing, fans. One step solves two sparse systems: pressures that balance every zone's volume, then the
//! gas, `V·dC/dt = q + Σ F_in·C_in − Σ F_out·C`. Over a step each zone gives off at its weighted mean share
//! `θ·C' + (1 − θ)·C` with `θ = 1/(1 − e^(−x)) − 1/x`, `x = dt·ΣF_out/V`. So a single zone is exact at any step, the
//! matrix keeps dominant columns, shares stay within 0 and 1, and what leaves one zone is what enters another.
//!
//! *Source:* weights: W. Liniger, R. A. Willoughby, Efficient integration methods for stiff systems of ordinary
//! differential equations, SIAM J. Numer. Anal. 7, 1970, 47–66. Two-way flow: W. G. Brown, K. R. Solvason, Natural
//! convection through rectangular openings in partitions, Int. J. Heat Mass Transf. 5, 1962, `C_d·A/3·√(g'·H)`; through
//! a level opening M. Epstein, Buoyancy-driven exchange flow through small openings in horizontal partitions, J. Heat
//! Transf. 110, 1988, `0.055·√(g'·D⁵)`. Pressures: the orifice law made linear through its value at `reference_pa` (own
//! assumption: right at that pressure, else the split between openings is of first order); for a sloping way the height
//! of the opening grows by the rise where the lighter gas is below and shrinks by it where it is above (own
//! assumption). Layers within a zone are not resolved.

use serde::{Deserialize, Serialize};

use super::GAS_CONSTANT_JMOLK;
use super::error::{HazardError, keep, not_negative, positive, share};
use crate::constants::GRAVITY_MS2;
use crate::num::m_matrix::{MFactor, MPattern};

/// Molar mass of dry air [kg/mol]. *Source:* ICAO standard atmosphere, Doc 7488, 1993.
const AIR_KGMOL: f64 = 0.028_964_4;

/// A well mixed space.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// Volume [m³].
    pub volume_m3: f64,
    /// Level of its middle [m].
    pub level_m: f64,
    /// Temperature [K].
    pub temp_k: f64,
}

/// How an opening lets two gases pass each other.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Exchange {
    /// Not at all: cracks, a tight cover.
    None,
    /// An upright opening or a duct of this height [m].
    Upright(f64),
    /// A level opening: a manhole without cover, a grate.
    Level,
}

/// An opening or duct from a zone to another, or to the open air.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The zone.
    pub from: usize,
    /// The other zone; `None` is the open air.
    pub to: Option<usize>,
    /// Area [m²].
    pub area_m2: f64,
    /// Discharge coefficient [–].
    pub discharge_coefficient: f64,
    /// Levels of its two ends [m].
    pub levels_m: [f64; 2],
    /// How gases pass each other in it.
    pub exchange: Exchange,
    /// Steady two-way flow by wind and traffic [m³/s].
    pub breathing_m3s: f64,
}

/// A fan: from one place to another, `None` being the open air.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fan {
    /// Where it takes from.
    pub from: Option<usize>,
    /// Where it gives to.
    pub to: Option<usize>,
}

/// The gas and the air around.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Surroundings {
    /// Molar mass of the gas [kg/mol].
    pub gas_kgmol: f64,
    /// Pressure [Pa].
    pub pressure_pa: f64,
    /// Temperature of the open air [K].
    pub temp_k: f64,
    /// Pressure at which the linear law of openings is right [Pa]: 4 in the practice of building tightness.
    pub reference_pa: f64,
}

/// Spaces and ways, checked and ordered.
#[derive(Debug, Clone, PartialEq)]
pub struct Spaces {
    zones: Vec<Zone>,
    links: Vec<Link>,
    fans: Vec<Fan>,
    around: Surroundings,
    air_kgm3: f64,
    pattern: MPattern,
}

/// Gas in the spaces, with its books [m³ of pure gas at ambient pressure].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SpaceState {
    /// Gas in each zone [m³].
    pub gas_m3: Vec<f64>,
    /// Gas that leaks have brought [m³].
    pub entered_m3: f64,
    /// Gas that went to the open air [m³].
    pub left_m3: f64,
}

/// What drives a step: one value for each zone and each fan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drive<'a> {
    /// Gas that leaks into each zone [m³/s].
    pub gas_m3s: &'a [f64],
    /// What each fan moves [m³/s].
    pub fan_m3s: &'a [f64],
}

/// Buffers of a step; may be dropped at any time.
#[derive(Debug, Clone, Default)]
pub struct SpaceScratch {
    factor: MFactor,
    density: Vec<f64>,
    pressure: Vec<f64>,
    /// Flow there and back along each way [m³/s].
    flow: Vec<[f64; 2]>,
    out: Vec<f64>,
    theta: Vec<f64>,
    share: Vec<f64>,
    /// Share given off over the last step.
    mean: Vec<f64>,
    /// Renewal of each zone in the last step [1/s].
    renewal: Vec<f64>,
}

/// Share in one zone after `time_s`, from none: `q/(q+Q)·(1 − e^(−(q+Q)·t/V))`.
///
/// *Source:* closed form of `V·dC/dt = q·(1 − C) − Q·C`; own derivation.
#[must_use]
pub fn single_zone_share(gas_m3s: f64, air_m3s: f64, volume_m3: f64, time_s: f64) -> f64 {
    let through = gas_m3s + air_m3s;
    if through <= 0.0 { 0.0 } else { gas_m3s / through * -(-through * time_s / volume_m3).exp_m1() }
}

/// Time [s] until one zone holds `threshold`, from none; `None` if never.
///
/// *Source:* inverse of [`single_zone_share`].
#[must_use]
pub fn single_zone_time_s(gas_m3s: f64, air_m3s: f64, volume_m3: f64, threshold: f64) -> Option<f64> {
    let through = gas_m3s + air_m3s;
    let reached = threshold * through / gas_m3s;
    (gas_m3s > 0.0 && reached < 1.0).then(|| -volume_m3 / through * (-reached).ln_1p())
}

/// Weight of the new value: ½ for a short step, 1 for a long one.
fn weight(x: f64) -> f64 {
    if x < 1e-2 { 0.5 + x / 12.0 - x * x * x / 720.0 } else { -1.0 / (-x).exp_m1() - 1.0 / x }
}

impl Spaces {
    /// Checks and orders.
    ///
    /// # Errors
    /// If a value makes no sense, a way names no zone, or a zone has no way to the open air.
    pub fn new(zones: Vec<Zone>, links: Vec<Link>, fans: Vec<Fan>, around: Surroundings) -> Result<Self, HazardError> {
        let n = zones.len();
        for zone in &zones {
            positive("volume of a zone", zone.volume_m3)?;
            positive("temperature of a zone", zone.temp_k)?;
            keep(zone.level_m.is_finite(), "level of a zone", zone.level_m, "a number")?;
        }
        for (at, link) in links.iter().enumerate() {
            let inside = link.from < n && link.to.is_none_or(|to| to < n && to != link.from);
            if !inside {
                return Err(HazardError::NoZone { what: "link", at, zones: n });
            }
            link.check()?;
        }
        for (at, fan) in fans.iter().enumerate() {
            let ends = [fan.from, fan.to];
            if ends.iter().flatten().any(|&z| z >= n) || fan.from == fan.to {
                return Err(HazardError::NoZone { what: "fan", at, zones: n });
            }
        }
        positive("molar mass", around.gas_kgmol)?;
        positive("pressure", around.pressure_pa)?;
        positive("temperature", around.temp_k)?;
        positive("reference pressure", around.reference_pa)?;
        if let Some(zone) = shut_in(n, &links) {
            return Err(HazardError::NoWayOut { zone });
        }
        let pair = |a: Option<usize>, b: Option<usize>| Some((u32::try_from(a?).ok()?, u32::try_from(b?).ok()?));
        let edges: Vec<_> =
            links.iter().map(|l| pair(Some(l.from), l.to)).chain(fans.iter().map(|f| pair(f.from, f.to))).collect();
        let pattern = MPattern::new(n, &edges)?;
        let air_kgm3 = around.pressure_pa * AIR_KGMOL / (GAS_CONSTANT_JMOLK * around.temp_k);
        Ok(Self { zones, links, fans, around, air_kgm3, pattern })
    }

    /// The zones.
    #[must_use]
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }

    /// Spaces full of air.
    #[must_use]
    pub fn empty(&self) -> SpaceState {
        SpaceState { gas_m3: vec![0.0; self.zones.len()], entered_m3: 0.0, left_m3: 0.0 }
    }

    /// Mole fraction of gas in a zone.
    #[must_use]
    pub fn share(&self, state: &SpaceState, zone: usize) -> f64 {
        state.gas_m3[zone] / self.zones[zone].volume_m3
    }

    /// Advances by `dt_s`.
    ///
    /// # Errors
    /// If lengths, flows or the step make no sense; the state is then as it was.
    pub fn step(
        &self,
        state: &mut SpaceState,
        drive: Drive<'_>,
        dt_s: f64,
        s: &mut SpaceScratch,
    ) -> Result<(), HazardError> {
        positive("step", dt_s)?;
        let lengths = [state.gas_m3.len(), drive.gas_m3s.len()];
        keep(lengths == [self.zones.len(); 2], "values for the zones", lengths[1] as f64, "one for each")?;
        let fans = drive.fan_m3s.len();
        keep(fans == self.fans.len(), "values for the fans", fans as f64, "one for each")?;
        for &q in drive.gas_m3s.iter().chain(drive.fan_m3s) {
            not_negative("flow into a zone or of a fan", q)?;
        }
        self.densities(state, s);
        self.pressures(drive, s)?;
        self.flows(drive, s);
        self.shares(state, drive, dt_s, s)?;
        self.book(state, drive, dt_s, s);
        Ok(())
    }

    fn ends(&self, way: usize) -> (Option<usize>, Option<usize>) {
        match self.links.get(way) {
            Some(link) => (Some(link.from), link.to),
            None => (self.fans[way - self.links.len()].from, self.fans[way - self.links.len()].to),
        }
    }

    fn densities(&self, state: &SpaceState, s: &mut SpaceScratch) {
        s.share.clear();
        s.density.clear();
        for (zone, gas) in self.zones.iter().zip(&state.gas_m3) {
            let c = gas / zone.volume_m3;
            let molar = AIR_KGMOL + c * (self.around.gas_kgmol - AIR_KGMOL);
            s.share.push(c);
            s.density.push(self.around.pressure_pa * molar / (GAS_CONSTANT_JMOLK * zone.temp_k));
        }
    }

    /// Density over that of the open air, and level, of an end.
    fn end(&self, zone: Option<usize>, outside_m: f64, s: &SpaceScratch) -> (f64, f64) {
        zone.map_or((0.0, outside_m), |z| (s.density[z] - self.air_kgm3, self.zones[z].level_m))
    }

    /// Conductance [m³/s/Pa] and the pressure that drives flow along a link [Pa].
    fn link(&self, link: &Link, s: &SpaceScratch) -> (f64, f64) {
        let [low, high] = link.levels_m;
        let (here, z_here) = self.end(Some(link.from), low, s);
        let (there, z_there) = self.end(link.to, high, s);
        let within = if link.to.is_some() { 0.5 * (here + there) } else { here };
        let stack = there * (high - z_there) - here * (low - z_here) - within * (high - low);
        let root = (2.0 / (self.air_kgm3 * self.around.reference_pa)).sqrt();
        (link.discharge_coefficient * link.area_m2 * root, GRAVITY_MS2 * stack)
    }

    fn pressures(&self, drive: Drive<'_>, s: &mut SpaceScratch) -> Result<(), HazardError> {
        s.factor.clear(&self.pattern);
        for (at, link) in self.links.iter().enumerate() {
            let (g, stack) = self.link(link, s);
            s.factor.add_node(&self.pattern, link.from, g, -g * stack);
            if let Some(to) = link.to {
                s.factor.add_node(&self.pattern, to, g, g * stack);
                s.factor.add_edge(&self.pattern, at, -g, -g);
            }
        }
        for (zone, q) in drive.gas_m3s.iter().enumerate() {
            s.factor.add_node(&self.pattern, zone, 0.0, *q);
        }
        for (fan, q) in self.fans.iter().zip(drive.fan_m3s) {
            for (zone, sign) in [(fan.from, -1.0), (fan.to, 1.0)] {
                if let Some(zone) = zone {
                    s.factor.add_node(&self.pattern, zone, 0.0, sign * q);
                }
            }
        }
        s.pressure.clear();
        s.pressure.resize(self.zones.len(), 0.0);
        s.factor.solve(&self.pattern, &mut s.pressure)?;
        Ok(())
    }

    fn flows(&self, drive: Drive<'_>, s: &mut SpaceScratch) {
        s.flow.clear();
        for link in &self.links {
            let (g, stack) = self.link(link, s);
            let net = g * (s.pressure[link.from] - link.to.map_or(0.0, |to| s.pressure[to]) + stack);
            let both = link.breathing_m3s + self.exchange_m3s(link, s);
            s.flow.push([net.max(0.0) + both, (-net).max(0.0) + both]);
        }
        s.flow.extend(drive.fan_m3s.iter().map(|&q| [q, 0.0]));
        s.out.clear();
        s.out.resize(self.zones.len(), 0.0);
        for way in 0..s.flow.len() {
            let (a, b) = self.ends(way);
            for (zone, flow) in [(a, s.flow[way][0]), (b, s.flow[way][1])] {
                if let Some(zone) = zone {
                    s.out[zone] += flow;
                }
            }
        }
    }

    /// Two-way flow by difference of density [m³/s].
    fn exchange_m3s(&self, link: &Link, s: &SpaceScratch) -> f64 {
        let here = s.density[link.from];
        let there = link.to.map_or(self.air_kgm3, |to| s.density[to]);
        let reduced = GRAVITY_MS2 * (here - there).abs() / (0.5 * (here + there));
        let rise = link.levels_m[1] - link.levels_m[0];
        // Above 0 where the lighter gas is at the lower end.
        let unstable = if here < there { rise } else { -rise };
        match link.exchange {
            Exchange::None => 0.0,
            Exchange::Upright(height) => {
                let height = (height + unstable).max(0.0);
                link.discharge_coefficient * link.area_m2 / 3.0 * (reduced * height).sqrt()
            }
            Exchange::Level if unstable >= 0.0 => {
                let diameter = (4.0 * link.area_m2 / std::f64::consts::PI).sqrt();
                0.055 * (reduced * diameter.powi(5)).sqrt()
            }
            Exchange::Level => 0.0,
        }
    }

    fn shares(&self, state: &SpaceState, drive: Drive<'_>, dt_s: f64, s: &mut SpaceScratch) -> Result<(), HazardError> {
        s.factor.clear(&self.pattern);
        s.theta.clear();
        s.renewal.clear();
        for (at, zone) in self.zones.iter().enumerate() {
            let out = dt_s * s.out[at];
            let theta = weight(out / zone.volume_m3);
            let known = state.gas_m3[at] + dt_s * drive.gas_m3s[at] - (1.0 - theta) * out * s.share[at];
            s.factor.add_node(&self.pattern, at, zone.volume_m3 + theta * out, known);
            s.theta.push(theta);
            s.renewal.push(s.out[at] / zone.volume_m3);
        }
        for way in 0..s.flow.len() {
            if let (Some(a), Some(b)) = self.ends(way) {
                let [there, back] = s.flow[way].map(|f| dt_s * f);
                s.factor.add_node(&self.pattern, a, 0.0, (1.0 - s.theta[b]) * back * s.share[b]);
                s.factor.add_node(&self.pattern, b, 0.0, (1.0 - s.theta[a]) * there * s.share[a]);
                s.factor.add_edge(&self.pattern, way, -s.theta[b] * back, -s.theta[a] * there);
            }
        }
        s.mean.clear();
        s.mean.resize(self.zones.len(), 0.0);
        s.factor.solve(&self.pattern, &mut s.mean)?;
        for (at, mean) in s.mean.iter_mut().enumerate() {
            *mean = s.theta[at] * *mean + (1.0 - s.theta[at]) * s.share[at];
        }
        Ok(())
    }

    /// Moves amounts along the ways, so that what leaves one zone is to the bit what enters the other.
    fn book(&self, state: &mut SpaceState, drive: Drive<'_>, dt_s: f64, s: &SpaceScratch) {
        for (gas, q) in state.gas_m3.iter_mut().zip(drive.gas_m3s) {
            *gas += dt_s * q;
            state.entered_m3 += dt_s * q;
        }
        let of = |zone: Option<usize>| zone.map_or(0.0, |z| s.mean[z]);
        for (way, [there, back]) in s.flow.iter().enumerate() {
            let (a, b) = self.ends(way);
            let moved = dt_s * (there * of(a) - back * of(b));
            match a {
                Some(a) => state.gas_m3[a] -= moved,
                None => state.left_m3 -= moved,
            }
            match b {
                Some(b) => state.gas_m3[b] += moved,
                None => state.left_m3 += moved,
            }
        }
        for gas in &mut state.gas_m3 {
            // Round-off of an emptied zone.
            if *gas < 0.0 {
                state.left_m3 += *gas;
                *gas = 0.0;
            }
        }
    }
}

impl SpaceScratch {
    /// Time [s] after the start of the last step at which a zone crossed `threshold`, along the exponential that leads
    /// from the share before to that after; `None` if it did not. Exact for a single zone.
    ///
    /// *Source:* closed form of the zone's own equation with its inflow held; own derivation.
    #[must_use]
    pub fn crossing_s(&self, zone: usize, [before, after]: [f64; 2], threshold: f64, dt_s: f64) -> Option<f64> {
        let crossed = (before < threshold) != (after < threshold) && before != after;
        if !crossed {
            return None;
        }
        let part = (threshold - before) / (after - before);
        let x = self.renewal.get(zone).copied().unwrap_or(0.0) * dt_s;
        let scale = -(-x).exp_m1();
        let way = if x > 1e-9 { -(-part * scale).ln_1p() / x } else { part };
        Some(dt_s * way.clamp(0.0, 1.0))
    }
}

impl Link {
    fn check(&self) -> Result<(), HazardError> {
        not_negative("area of a link", self.area_m2)?;
        share("discharge coefficient", self.discharge_coefficient)?;
        not_negative("breathing of a link", self.breathing_m3s)?;
        if let Exchange::Upright(height) = self.exchange {
            not_negative("height of an opening", height)?;
        }
        let rise = self.levels_m[1] - self.levels_m[0];
        keep(rise.is_finite(), "rise of a link", rise, "a number")?;
        Ok(())
    }

    fn passes(&self) -> bool {
        self.area_m2 > 0.0 && self.discharge_coefficient > 0.0
    }
}

/// The first zone from which no opening leads to the open air.
fn shut_in(zones: usize, links: &[Link]) -> Option<usize> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); zones];
    let mut open = vec![false; zones];
    let mut stack = Vec::new();
    for link in links.iter().filter(|l| l.passes()) {
        match link.to {
            Some(to) => {
                next[link.from].push(to);
                next[to].push(link.from);
            }
            None if !open[link.from] => {
                open[link.from] = true;
                stack.push(link.from);
            }
            None => {}
        }
    }
    while let Some(zone) = stack.pop() {
        for &other in &next[zone] {
            if !open[other] {
                open[other] = true;
                stack.push(other);
            }
        }
    }
    open.iter().position(|o| !o)
}

#[cfg(test)]
#[path = "space_tests.rs"]
mod tests;
