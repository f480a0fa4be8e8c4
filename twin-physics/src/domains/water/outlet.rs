//! Outflows that depend on pressure: Wagner demand, emitters, holes.
//!
//! Each outlet is solved as a link from its junction to the open air: head is a function of its flow, `h = r·qⁿ`, which
//! stays smooth where flow over head has an infinite slope. An outlet that gives nothing, or a demand that is met,
//! drops out of the equations with a fixed flow.
//!
//! *Source:* Wagner, Shamir & Marks (1988), *J. Water Resour. Plann. Manage.* 114(3), 276–294 (demand over pressure);
//! Rossman et al. (2020), *EPANET 2.2 User Manual*, ch. 3.1.1 (emitters); orifice with a discharge coefficient of 0.6.

use super::headloss::{HeadLoss, SLOPE_FLOOR, power_law};
use crate::constants::GRAVITY_MS2;

/// Discharge coefficient of a hole [–].
pub const HOLE_DISCHARGE: f64 = 0.6;

/// What an outlet is, for the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutletKind {
    /// Pressure-driven demand.
    Demand,
    /// Emitter of the model.
    Emitter,
    /// Holes in the pipes that end here.
    Hole,
}

/// Where an outlet is on its law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Head too low: nothing flows.
    Dry,
    /// On the curve.
    Partial,
    /// The full demand flows.
    Full,
}

/// One outlet at a junction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlet {
    /// The junction.
    pub node: u32,
    /// What it is.
    pub kind: OutletKind,
    /// Resistance [m·(m³·s⁻¹)⁻ⁿ].
    pub r: f64,
    /// Exponent of flow [–].
    pub n: f64,
    /// Head above which it flows [m].
    pub base_head_m: f64,
    /// Largest flow; infinite without one [m³·s⁻¹].
    pub full_m3s: f64,
    /// Whether it may take water in.
    pub backflow: bool,
    /// Place on the law.
    pub reach: Reach,
    /// Flow out [m³·s⁻¹].
    pub flow_m3s: f64,
}

/// Resistance of a hole of `area_m2`: `q = 0.6·A·√(2gh)` turned round [m·(m³·s⁻¹)⁻²].
#[must_use]
pub fn hole_resistance(area_m2: f64) -> f64 {
    let k = HOLE_DISCHARGE * area_m2;
    1.0 / (k * k * 2.0 * GRAVITY_MS2)
}

impl Outlet {
    /// Loss and slope at its flow.
    #[must_use]
    pub fn head_loss(&self) -> HeadLoss {
        if self.n > 1.0 {
            return power_law(self.flow_m3s, self.r, self.n);
        }
        // A linear or steeper-than-linear emitter: bounded slope at rest.
        let q = self.flow_m3s.abs().max(1e-9);
        let slope = (self.n * self.r * q.powf(self.n - 1.0)).max(SLOPE_FLOOR);
        HeadLoss { loss_m: slope * self.flow_m3s / self.n, slope }
    }

    /// Head on the junction at which the full demand flows [m].
    #[must_use]
    pub fn full_head_m(&self) -> f64 {
        self.base_head_m + self.r * self.full_m3s.powf(self.n)
    }

    /// Flow the law gives at a head, between nothing and full [m³·s⁻¹].
    #[must_use]
    pub fn flow_at(&self, head_m: f64) -> f64 {
        let h = head_m - self.base_head_m;
        let flow = (h.abs() / self.r).powf(1.0 / self.n).min(self.full_m3s);
        if h >= 0.0 {
            flow
        } else if self.backflow {
            -flow
        } else {
            0.0
        }
    }

    /// Takes the flow `proposed` by a linear step to a head, moves along the law, and says whether its place changed.
    pub fn advance(&mut self, proposed: f64, head_m: f64, tolerance_m: f64) -> bool {
        let before = self.reach;
        match self.reach {
            Reach::Partial => {
                let limit = 0.4 * self.full_m3s;
                let next = proposed.clamp(self.flow_m3s - limit, self.flow_m3s + limit);
                self.flow_m3s = next;
                if next >= self.full_m3s {
                    (self.flow_m3s, self.reach) = (self.full_m3s, Reach::Full);
                } else if next <= 0.0 && !self.backflow {
                    (self.flow_m3s, self.reach) = (0.0, Reach::Dry);
                }
            }
            Reach::Full => {
                if head_m < self.full_head_m() - tolerance_m {
                    self.reach = Reach::Partial;
                    self.flow_m3s = self.flow_at(head_m).max(0.6 * self.full_m3s);
                }
            }
            Reach::Dry => {
                if head_m > self.base_head_m + tolerance_m {
                    self.reach = Reach::Partial;
                    self.flow_m3s = self.flow_at(head_m).min(0.4 * self.full_m3s);
                }
            }
        }
        before != self.reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wagner() -> Outlet {
        Outlet {
            node: 0,
            kind: OutletKind::Demand,
            r: 20.0 / 0.01_f64.powi(2),
            n: 2.0,
            base_head_m: 105.0,
            full_m3s: 0.01,
            backflow: false,
            reach: Reach::Partial,
            flow_m3s: 0.005,
        }
    }

    #[test]
    fn wagner_gives_none_half_and_all() {
        let outlet = wagner();
        assert_eq!(outlet.flow_at(104.0), 0.0);
        assert!((outlet.flow_at(110.0) - 0.005).abs() < 1e-12);
        assert!((outlet.flow_at(125.0) - 0.01).abs() < 1e-12);
        assert_eq!(outlet.flow_at(200.0), 0.01);
        assert!((outlet.full_head_m() - 125.0).abs() < 1e-9);
        assert!((outlet.head_loss().loss_m - 5.0).abs() < 1e-9);
    }

    #[test]
    fn a_demand_reaches_full_and_falls_back() {
        let mut outlet = wagner();
        assert!(!outlet.advance(0.02, 130.0, 1e-4)); // limited to 40 % of full in one step
        assert!((outlet.flow_m3s - 0.009).abs() < 1e-12);
        assert!(outlet.advance(0.02, 130.0, 1e-4));
        assert_eq!((outlet.reach, outlet.flow_m3s), (Reach::Full, 0.01));
        assert!(outlet.advance(0.01, 120.0, 1e-4));
        assert_eq!(outlet.reach, Reach::Partial);
    }

    #[test]
    fn a_hole_follows_the_orifice_law() {
        let area = 1e-3;
        let q = (30.0 / hole_resistance(area)).sqrt();
        assert!((q - 0.6 * area * (2.0 * GRAVITY_MS2 * 30.0).sqrt()).abs() < 1e-12);
    }
}
