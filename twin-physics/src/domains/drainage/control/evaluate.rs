//! One evaluation of all rules.
//!
//! *Source:* Rossman & Simon (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030,
//! appendix D, section CONTROLS; behaviour of SWMM 5.2.4.

use super::super::model::{DrainageModel, LinkKind, Operand, Premise, Quantity, Relation, Setting, TimeSeries};
use super::super::model::{LinkAttribute, LinkIx};
use super::super::network::{Network, NetworkState};
use super::super::structure::table;
use super::pid::{self, Reading};
use super::quantity::Sight;
use super::{Claim, ControlAction, ControlState, ControlView, Controls, DATE_LAG_S, actions, check};

impl Controls {
    /// Evaluates all rules in order and writes what they set into `targets` (one per link, the target settings).
    /// Returns how many targets changed; changes that are not modulated are appended to `log`.
    ///
    /// Of several actions on one link that of the highest priority counts, of equal ones the first rule's. A setting
    /// that a curve, series or controller gives is held to what its link can take: 0..1, from 0 up for pumps, 0 or 1
    /// for conduits (SWMM 5.2.4 does so for controllers alone).
    #[allow(clippy::too_many_arguments)] // The state is split so that targets may be a part of it.
    pub fn evaluate(
        &self,
        model: &DrainageModel,
        net: &Network,
        state: &NetworkState,
        control: &mut ControlState,
        view: ControlView<'_>,
        targets: &mut [f64],
        log: Option<&mut Vec<ControlAction>>,
    ) -> usize {
        let sight = Sight { model, net, state, view, deaf: &self.deaf, defects: self.defects };
        control.errors.resize(self.controllers, [0.0; 2]);
        control.claims.clear();
        for (r, (rule, compiled)) in model.rules.iter().zip(&self.rules).enumerate() {
            let holds = premises_hold(&sight, &rule.premises, control);
            for at in if holds { &compiled.then } else { &compiled.otherwise } {
                let Some(action) = actions(rule, holds).get(at.at) else { continue };
                let target = targets.get(action.link.at()).copied().unwrap_or(0.0);
                let value = sight.setting(&action.setting, control, at.controller, target);
                let value = sight.legal(action.link, value, &action.setting);
                let claim =
                    Claim { rule: r as u32, link: action.link, value, priority: rule.priority, reports: at.reports };
                match control.claims.iter_mut().find(|c| c.link == action.link) {
                    Some(held) if claim.priority > held.priority => *held = claim,
                    Some(_) => {}
                    None => control.claims.push(claim),
                }
            }
        }
        carry_out(&mut control.claims, view.time_s, targets, log)
    }
}

fn carry_out(
    claims: &mut Vec<Claim>,
    time_s: f64,
    targets: &mut [f64],
    mut log: Option<&mut Vec<ControlAction>>,
) -> usize {
    let mut changed = 0;
    for claim in claims.drain(..) {
        let Some(target) = targets.get_mut(claim.link.at()) else { continue };
        if claim.value.is_nan() || *target == claim.value {
            continue;
        }
        *target = claim.value;
        changed += 1;
        if let Some(log) = log.as_deref_mut().filter(|_| claim.reports) {
            log.push(ControlAction { time_s, rule: claim.rule, link: claim.link, value: claim.value });
        }
    }
    changed
}

fn premises_hold(sight: &Sight<'_>, premises: &[Premise], control: &mut ControlState) -> bool {
    let mut holds = true;
    for premise in premises {
        if premise.or {
            if !holds {
                holds = sight.holds(premise, control);
            }
        } else {
            if !holds {
                break;
            }
            holds = sight.holds(premise, control);
        }
    }
    holds
}

impl Sight<'_> {
    fn holds(&self, premise: &Premise, control: &mut ControlState) -> bool {
        let time = check::is_time(&premise.left);
        let right = match premise.right {
            // Hours, as the file's times are.
            Operand::Number(hours) if time => Some(hours / 24.0),
            _ => self.operand(&premise.right),
        };
        let (Some(left), Some(right)) = (self.operand(&premise.left), right) else { return false };
        let half = self.view.dt_s / 86_400.0 / 2.0;
        let within = left >= right - half && left < right + half;
        let holds = match premise.relation {
            Relation::Equal if time => within,
            Relation::NotEqual if time => !within,
            relation => {
                (control.controller_value, control.set_point) = (left, right);
                compare(left, relation, right)
            }
        };
        if let Operand::Value(scaled) = &premise.left
            && let Quantity::Link(_, LinkAttribute::TimeOpen | LinkAttribute::TimeClosed) = scaled.quantity
        {
            control.controller_value = left * 24.0;
        }
        holds
    }

    fn setting(&self, setting: &Setting, control: &mut ControlState, controller: usize, target: f64) -> f64 {
        match setting {
            Setting::Value(value) => *value,
            Setting::Curve(points) => table::lookup(points, control.controller_value),
            Setting::Series(series) => {
                let none = f64::NAN;
                self.model.series.get(series.at()).map_or(none, |s| held(s, self.view.time_s + DATE_LAG_S))
            }
            Setting::Pid { .. } => {
                let reading = Reading {
                    value: control.controller_value,
                    set_point: control.set_point,
                    target,
                    dt_min: self.view.dt_s / 60.0,
                };
                let errors = &mut control.errors[controller];
                pid::setting(setting, errors, reading).unwrap_or(f64::NAN)
            }
        }
    }

    /// A setting held to what the link can take.
    fn legal(&self, link: LinkIx, value: f64, setting: &Setting) -> f64 {
        if self.defects && !matches!(setting, Setting::Pid { .. }) {
            return value;
        }
        match self.model.links[link.at()].kind {
            // f64::max would turn a number that is none into 0.
            _ if value.is_nan() => value,
            LinkKind::Pump(_) => value.max(0.0),
            LinkKind::Conduit(_) if !self.defects => f64::from(u8::from(value > 0.0)),
            _ => value.clamp(0.0, 1.0),
        }
    }
}

fn compare(left: f64, relation: Relation, right: f64) -> bool {
    match relation {
        Relation::Equal => left == right,
        Relation::NotEqual => left != right,
        Relation::Less => left < right,
        Relation::LessOrEqual => left <= right,
        Relation::Greater => left > right,
        Relation::GreaterOrEqual => left >= right,
    }
}

/// A series, linear between its points and held beyond them.
fn held(series: &TimeSeries, time_s: f64) -> f64 {
    match series.points.as_slice() {
        [] => 0.0,
        points => table::lookup(points, time_s),
    }
}
