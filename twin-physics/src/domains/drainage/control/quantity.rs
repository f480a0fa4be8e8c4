//! Values of what premises ask for, in the units of the file. Times are in days, as SWMM counts them.
//!
//! *Source:* Rossman & Simon (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030,
//! appendix D, section CONTROLS; behaviour of SWMM 5.2.4.

use super::super::hydrology::GageState;
use super::super::model::{
    ClockAttribute, DrainageModel, LinkAttribute, LinkIx, LinkKind, NodeAttribute, NodeIx, Operand, Quantity, Scaled,
};
use super::super::network::{LinkClass, Network, NetworkState};
use super::{ControlView, DATE_LAG_S};
use crate::units::M_PER_FT;

const DAY_S: f64 = 86_400.0;
/// Depth below which SWMM takes velocity as 0: 0.01 ft [m].
const STILL_M: f64 = 0.01 * M_PER_FT;
/// What SWMM puts into a formula where a quantity does not exist.
const MISSING: f64 = -1e10;

/// What a premise reads from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    pub model: &'a DrainageModel,
    pub net: &'a Network,
    pub state: &'a NetworkState,
    pub view: ControlView<'a>,
    pub deaf: &'a [bool],
    pub defects: bool,
}

impl Sight<'_> {
    /// Value of one side; `None` where its quantity does not exist now (a closed gate has no time open).
    pub(super) fn operand(&self, operand: &Operand) -> Option<f64> {
        match operand {
            Operand::Number(x) => Some(*x),
            Operand::Value(scaled) => self.value(*scaled),
            Operand::Formula(formula) => {
                let mut exists = true;
                let value = formula.evaluate(|v| {
                    self.value(v).unwrap_or_else(|| {
                        exists = self.defects;
                        MISSING
                    })
                });
                exists.then_some(value)
            }
        }
    }

    fn value(&self, scaled: Scaled) -> Option<f64> {
        let si = match scaled.quantity {
            Quantity::Node(node, attribute) => Some(self.node(node, attribute)),
            Quantity::Link(link, attribute) => self.link(link, attribute),
            Quantity::Gage(gage, _) if self.deaf.get(gage.at()) == Some(&true) => Some(0.0),
            Quantity::Gage(gage, past) => Some(self.view.gages.get(gage.at()).map_or(0.0, |g| rain(g, past))),
            Quantity::Clock(attribute) => Some(self.clock(attribute)),
        };
        si.map(|x| x * scaled.factor)
    }

    fn node(&self, node: NodeIx, attribute: NodeAttribute) -> f64 {
        let (data, nodes) = (&self.net.nodes[node.at()], &self.state.nodes);
        match attribute {
            NodeAttribute::Depth => nodes.depth_m[node.at()],
            NodeAttribute::MaxDepth => data.full_depth_m,
            NodeAttribute::Head => nodes.depth_m[node.at()] + data.invert_m,
            NodeAttribute::Volume => nodes.volume_m3[node.at()],
            NodeAttribute::Inflow => nodes.lateral_m3s[node.at()],
        }
    }

    fn link(&self, link: LinkIx, attribute: LinkAttribute) -> Option<f64> {
        let at = link.at();
        let (data, links) = (&self.net.links[at], &self.state.links);
        let conduit = match &data.class {
            LinkClass::Conduit(conduit) => Some(conduit),
            LinkClass::Structure(_) => None,
        };
        let kind = &self.model.links[at].kind;
        match attribute {
            LinkAttribute::Flow => Some(data.direction * links.flow_m3s[at]),
            LinkAttribute::Depth => Some(links.depth_m[at]),
            LinkAttribute::FullFlow => conduit.map(|c| c.full_flow_m3s),
            LinkAttribute::MaxDepth => conduit.map(|_| data.full_depth_m),
            LinkAttribute::Length => conduit.map(|c| c.length_m),
            LinkAttribute::Slope => conduit.map(|c| c.slope),
            LinkAttribute::Velocity => conduit.map(|c| {
                let depth_m = links.depth_m[at];
                let area_m2 = if depth_m > STILL_M { c.section.area(depth_m) * c.barrels } else { 0.0 };
                // SWMM forgets that it turned a conduit round.
                let direction = if self.defects { 1.0 } else { data.direction };
                if area_m2 > 0.0 { direction * links.flow_m3s[at] / area_m2 } else { 0.0 }
            }),
            LinkAttribute::Status => {
                matches!(kind, LinkKind::Conduit(_) | LinkKind::Pump(_)).then_some(links.setting[at])
            }
            LinkAttribute::Setting => {
                // SWMM reads rules on the setting of an outlet, but never finds them true.
                let known = match kind {
                    LinkKind::Conduit(_) => false,
                    LinkKind::Outlet(_) => !self.defects,
                    _ => true,
                };
                known.then_some(links.setting[at])
            }
            LinkAttribute::TimeOpen => (links.setting[at] > 0.0).then(|| self.since_days(links.changed_s[at])),
            LinkAttribute::TimeClosed => (links.setting[at] <= 0.0).then(|| self.since_days(links.changed_s[at])),
        }
    }

    /// Since a change of status [d].
    fn since_days(&self, changed_s: f64) -> f64 {
        if !self.defects {
            return (self.view.time_s - changed_s) / DAY_S;
        }
        // SWMM subtracts two dates, whose last digits are worth 6 µs: whether "= 0:30" is met after exactly half an
        // hour hangs on them. What never changed dates from the midnight before the start.
        let calendar = self.model.calendar;
        let midnight = calendar.start_day as f64;
        let date = |time_s: f64| midnight + (calendar.start_second + (time_s * 1000.0 + 1.0) / 1000.0) / DAY_S;
        let changed = if changed_s < 0.0 { midnight } else { date(changed_s) };
        date(self.view.time_s) - changed
    }

    fn clock(&self, attribute: ClockAttribute) -> f64 {
        let elapsed_s = self.view.time_s + DATE_LAG_S;
        if attribute == ClockAttribute::Time {
            return elapsed_s / DAY_S;
        }
        let now = self.model.calendar.civil(elapsed_s);
        match attribute {
            ClockAttribute::ClockTime => now.second_of_day / DAY_S,
            ClockAttribute::Weekday => f64::from(now.weekday),
            ClockAttribute::Month => f64::from(now.month),
            ClockAttribute::DayOfYear => f64::from(now.day_of_year),
            ClockAttribute::Time | ClockAttribute::Date => (self.model.calendar.absolute_s(elapsed_s) / DAY_S).floor(),
        }
    }
}

fn rain(gage: &GageState, past_hours: Option<u8>) -> f64 {
    past_hours.map_or_else(|| gage.rate_ms(), |hours| gage.past_rain_m(usize::from(hours)))
}
