//! Flow dividers under kinematic and steady routing.
//!
//! *Source:* EPA/600/R-17/111, section 3.4.

use super::super::model::DividerLaw;
use super::table::lookup;
use crate::units::M3_PER_FT3;

/// Below this an overflow divider passes nothing, SWMM's 1e-5 ft³/s [m³/s].
const FLOW_TOLERANCE_M3S: f64 = 1.0e-5 * M3_PER_FT3;

impl DividerLaw {
    /// Flow offered to a link that leaves the divider: the diversion link where `diverts`, else the other one.
    ///
    /// `inflow_m3s` is all that enters the node, `outflow_m3s` what has left it already in this step: an overflow
    /// divider diverts what its main link, asked first, could not take [m³/s].
    #[must_use]
    pub fn offered_m3s(&self, inflow_m3s: f64, outflow_m3s: f64, diverts: bool) -> f64 {
        let diverted = match self {
            Self::Overflow => {
                let flow = if diverts { inflow_m3s - outflow_m3s } else { inflow_m3s };
                return if flow < FLOW_TOLERANCE_M3S { 0.0 } else { flow };
            }
            Self::Cutoff(most) => (inflow_m3s - most).max(0.0),
            Self::Weir { min_flow_m3s, max_head_m, coefficient } => {
                let full_m3s = coefficient * max_head_m.powf(1.5);
                if inflow_m3s <= *min_flow_m3s {
                    0.0
                } else {
                    let share = (inflow_m3s - min_flow_m3s) / (full_m3s - min_flow_m3s);
                    // As a weir up to the full head, as an orifice above it.
                    if share > 1.0 { full_m3s * share.sqrt() } else { coefficient * (share * max_head_m).powf(1.5) }
                }
            }
            Self::Tabular(points) => lookup(points, inflow_m3s),
        };
        let diverted = diverted.min(inflow_m3s);
        if diverts { diverted } else { inflow_m3s - diverted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_diverted_and_what_passes_make_the_inflow() {
        let weir = DividerLaw::Weir { min_flow_m3s: 1.0, max_head_m: 1.0, coefficient: 3.0 };
        let table = DividerLaw::Tabular(vec![(0.0, 0.0), (2.0, 1.0), (4.0, 1.0)]);
        for law in [DividerLaw::Cutoff(1.5), weir.clone(), table.clone()] {
            for q in [0.0, 0.5, 1.0, 2.0, 3.0, 8.0] {
                let (main, aside) = (law.offered_m3s(q, 0.0, false), law.offered_m3s(q, 0.0, true));
                assert!((main + aside - q).abs() < 1e-12 && main >= 0.0 && aside >= 0.0, "{law:?} at {q}");
            }
        }
        assert_eq!(DividerLaw::Cutoff(1.5).offered_m3s(2.0, 0.0, true), 0.5);
        // Half of the way from 1 to 3 m³/s: 3·0.5^1.5; twice the way: 3·√2.
        assert!((weir.offered_m3s(2.0, 0.0, true) - 3.0 * 0.5_f64.powf(1.5)).abs() < 1e-12);
        assert!((weir.offered_m3s(5.0, 0.0, true) - 3.0 * 2.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(table.offered_m3s(3.0, 0.0, true), 1.0);
        assert_eq!(DividerLaw::Overflow.offered_m3s(2.0, 1.25, true), 0.75);
        assert_eq!(DividerLaw::Overflow.offered_m3s(2.0, 2.0, true), 0.0);
    }
}
