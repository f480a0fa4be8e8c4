//! One conduit over one step.
//!
//! *Source:* EPA/600/R-17/111, section 4.2: the continuity equation in finite differences weighted 0.6 in space and
//! time, with normal flow at both ends.

use super::super::network::{Actions, ConduitData, DRY_M, LinkStates};
use super::COARSE;

/// Weight of the downstream end.
const IN_SPACE: f64 = 0.6;
/// Weight of the end of the step.
const IN_TIME: f64 = 0.6;
/// Share of full flow below which nothing flows.
const NO_FLOW: f64 = 1.0e-6;
/// Trials of Newton's method with bisection.
const TRIALS: u32 = 60;

/// Flows of all barrels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed {
    /// Taken at the first end [m³/s].
    pub inflow_m3s: f64,
    /// Given at the second [m³/s].
    pub outflow_m3s: f64,
    /// Evaluations of the continuity equation.
    pub iterations: u32,
}

/// Evaporation and seepage of one barrel, at most `flow_m3s`; recorded for all [m³/s].
fn losses(data: &ConduitData, links: &mut LinkStates, at: usize, flow_m3s: f64, actions: &Actions) -> f64 {
    let depth_m = links.depth_m[at];
    let (mut evaporation, mut seepage) = (0.0, 0.0);
    if depth_m > DRY_M {
        if data.open && actions.evaporates && actions.evaporation_ms > 0.0 {
            evaporation = data.section.width(depth_m) * data.length_m * actions.evaporation_ms;
        }
        if data.seepage_ms > 0.0 {
            // Seepage goes straight down: above the widest level nothing is added.
            let width_m = data.section.width(depth_m.min(data.section.depth_at_max_width_m));
            let width_m = if width_m > 0.0 { width_m } else { data.section.max_width_m };
            seepage = data.seepage_ms * width_m * data.length_m * actions.conductivity_factor;
        }
        let (total, most) = (evaporation + seepage, flow_m3s.abs());
        if total > most {
            evaporation *= most / total;
            seepage *= most / total;
        }
    }
    links.evaporation_m3s[at] = evaporation * data.barrels;
    links.seepage_m3s[at] = seepage * data.barrels;
    evaporation + seepage
}

/// Steady flow: what enters leaves at once, held to full flow.
pub(super) fn steady(
    data: &ConduitData,
    links: &mut LinkStates,
    at: usize,
    inflow_m3s: f64,
    actions: &Actions,
) -> Passed {
    let mut inflow_m3s = inflow_m3s;
    let mut flow = inflow_m3s / data.barrels;
    let mut area = 0.0;
    if !data.dummy {
        flow -= losses(data, links, at, flow, actions);
        if flow > data.full_flow_m3s {
            flow = data.full_flow_m3s;
            area = data.section.full_area_m2;
            inflow_m3s = flow * data.barrels;
        } else {
            area = data.section.area_of_section_factor(flow / data.flow_per_factor);
        }
    }
    links.area_from_m2[at] = area;
    links.area_to_m2[at] = area;
    Passed { inflow_m3s, outflow_m3s: flow * data.barrels, iterations: 1 }
}

/// Continuity at the second end: `β·S(a) + slope·a + constant = 0` in relative flow and area.
struct Balance<'a> {
    data: &'a ConduitData,
    slope: f64,
    constant: f64,
}

impl Balance<'_> {
    fn flow(&self, area: f64) -> f64 {
        let section = &self.data.section;
        self.data.flow_per_factor * section.section_factor_of_area(area * section.full_area_m2)
            / self.data.full_flow_m3s
    }

    fn excess(&self, area: f64) -> (f64, f64) {
        let section = &self.data.section;
        let dsda = section.dsda(area * section.full_area_m2) * section.full_area_m2;
        (
            self.flow(area) + self.slope * area + self.constant,
            self.data.flow_per_factor / self.data.full_flow_m3s * dsda + self.slope,
        )
    }

    /// Relative area at the second end; `(area, evaluations)`.
    fn solve(&self, start: f64, inflow: f64, area_in: f64, tolerance: f64) -> (f64, u32) {
        let section = &self.data.section;
        let most = section.area_at_max_flow_m2 / section.full_area_m2;
        let mut high = (1.0, 1.0 + self.slope + self.constant);
        let at_most = self.data.max_normal_flow_m3s / self.data.full_flow_m3s + self.slope * most + self.constant;
        let mut low = (most, if most < 1.0 { at_most } else { high.1 });
        if high.1 * low.1 > 0.0 {
            (high, low) = (low, (0.0, self.constant));
        }
        if high.1 * low.1 <= 0.0 {
            let start = if start < low.0 || start > high.0 { 0.5 * (low.0 + high.0) } else { start };
            // The search wants a rising function: between greatest and full flow it falls.
            let (negative, positive) = if low.1 > high.1 { (high.0, low.0) } else { (low.0, high.0) };
            return safe_newton(negative, positive, start, tolerance, |a| self.excess(a));
        }
        // More enters than the conduit can pass even full, or less than its losses.
        match (low.1 < 0.0, inflow > 1.0) {
            (true, true) => (area_in, 1),
            (true, false) => (1.0, 1),
            (false, _) => (0.0, 1),
        }
    }
}

/// Root between arguments of negative and positive value by Newton's method, bisecting where that leaves the bracket or
/// gains too little. *Source:* Dekker & Brent's safeguard as in Press et al. (1992), *Numerical Recipes*, section 9.4.
fn safe_newton(negative: f64, positive: f64, start: f64, tolerance: f64, f: impl Fn(f64) -> (f64, f64)) -> (f64, u32) {
    let (mut negative, mut positive) = (negative, positive);
    let mut x = start;
    let mut step_before = (positive - negative).abs();
    let mut step = step_before;
    let (mut value, mut slope) = f(x);
    for trial in 1..=TRIALS {
        let outside = ((x - positive) * slope - value) * ((x - negative) * slope - value) >= 0.0;
        let slow = (2.0 * value).abs() > (step_before * slope).abs();
        step_before = step;
        let before = x;
        if outside || slow {
            step = 0.5 * (positive - negative);
            x = negative + step;
        } else {
            step = value / slope;
            x -= step;
        }
        if x == before || x == negative || step.abs() < tolerance {
            return (x, trial);
        }
        (value, slope) = f(x);
        if value < 0.0 {
            negative = x;
        } else {
            positive = x;
        }
    }
    (x, TRIALS)
}

/// The kinematic wave through a conduit.
pub(super) fn wave(
    data: &ConduitData,
    links: &mut LinkStates,
    at: usize,
    inflow_m3s: f64,
    actions: &Actions,
    dt_s: f64,
) -> Passed {
    if data.dummy {
        return Passed { inflow_m3s, outflow_m3s: inflow_m3s, iterations: 1 };
    }
    let (full_flow, full_area) = (data.full_flow_m3s, data.section.full_area_m2);
    let relative = |flow_m3s: f64| flow_m3s / data.barrels / full_flow;
    let (flow_in_old, flow_out_old) = (relative(links.inflow_m3s[at]), relative(links.flow_m3s[at]));
    let (area_in_old, area_out_old) = (links.area_from_m2[at] / full_area, links.area_to_m2[at] / full_area);
    let mut flow_in = relative(inflow_m3s);
    let lost = losses(data, links, at, flow_in * full_flow, actions) / full_flow;
    let area_in = if flow_in >= 1.0 {
        1.0
    } else {
        data.section.area_of_section_factor(flow_in * full_flow / data.flow_per_factor) / full_area
    };
    let (mut flow_out, mut area_out, mut iterations) = (0.0, 0.0, 1);
    if flow_in > NO_FLOW || flow_out_old > NO_FLOW {
        let storage = data.length_m / dt_s * full_area / full_flow;
        let stored = (1.0 - IN_TIME) * (area_in - area_in_old) - IN_TIME * area_out_old;
        let constant = stored * storage / IN_SPACE + (1.0 - IN_SPACE) / IN_SPACE * (flow_out_old - flow_in_old)
            - flow_in
            + lost / IN_SPACE;
        let balance = Balance { data, slope: storage * IN_TIME / IN_SPACE, constant };
        let tolerance = COARSE;
        (area_out, iterations) = balance.solve(area_out_old, flow_in, area_in, tolerance);
        flow_out = balance.flow(area_out);
        flow_in = flow_in.min(1.0);
    }
    links.area_from_m2[at] = area_in * full_area;
    links.area_to_m2[at] = area_out * full_area;
    Passed {
        inflow_m3s: flow_in * full_flow * data.barrels,
        outflow_m3s: flow_out * full_flow * data.barrels,
        iterations,
    }
}
