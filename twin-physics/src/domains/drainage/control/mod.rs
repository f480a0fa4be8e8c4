//! Control rules: what sets pumps, gates, weirs and conduits while water flows.
//!
//! A rule's premises are read in order: AND goes on only while the result so far holds, OR is looked at only while it
//! does not. Its THEN or ELSE actions then compete for their links by priority; see `theory/control.md`.
//!
//! *Source:* Rossman (2022), *SWMM User's Manual Version 5.2*, EPA-600/R-22/030, sections 3.3.9 and C.3 (control
//! rules); EPA/600/R-17/111, section 6.7.

mod check;
mod evaluate;
mod pid;
mod quantity;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::hydrology::GageState;
use super::model::{Action, DrainageModel, LinkIx, Rule, Setting};
use super::network::{ModelError, Network};

/// SWMM reads every date one millisecond late, so that a step that ends at an hour counts as in it [s].
const DATE_LAG_S: f64 = 1e-3;

/// The control rules of a model, checked and compiled. Immutable.
#[derive(Debug, Clone, PartialEq)]
pub struct Controls {
    rules: Vec<CompiledRule>,
    controllers: usize,
    /// Gages that SWMM does not follow, and so takes for dry: no catchment and no unit hydrograph reads them.
    deaf: Vec<bool>,
    /// Whether SWMM 5.2.4's defects are reproduced.
    defects: bool,
}

/// A rule with its actions in the order in which they claim their links.
#[derive(Debug, Clone, PartialEq)]
struct CompiledRule {
    then: Vec<CompiledAction>,
    otherwise: Vec<CompiledAction>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CompiledAction {
    /// Position in the rule's list.
    at: usize,
    /// Which PID controller it is, if it is one.
    controller: usize,
    /// Whether it reports: modulated settings do not.
    reports: bool,
}

/// What rules keep between evaluations.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ControlState {
    /// Errors of each PID controller, relative to its set point: one and two evaluations ago.
    pub errors: Vec<[f64; 2]>,
    /// Left side of the comparison made last, in the file's unit: what modulates.
    pub controller_value: f64,
    /// Right side of the comparison made last.
    pub set_point: f64,
    /// Actions that claim a link in the present evaluation; empty between evaluations.
    #[serde(skip)]
    claims: Vec<Claim>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Claim {
    rule: u32,
    link: LinkIx,
    value: f64,
    priority: f64,
    reports: bool,
}

/// What rules see beside the network.
#[derive(Debug, Clone, Copy)]
pub struct ControlView<'a> {
    /// Model time at the start of the routing step [s].
    pub time_s: f64,
    /// Length of the routing step [s].
    pub dt_s: f64,
    /// Rain gages, as in the model; a gage beyond the list has no rain.
    pub gages: &'a [GageState],
}

/// A change of a link's setting by a rule, as SWMM reports it (modulated settings are left out).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ControlAction {
    /// Model time [s].
    pub time_s: f64,
    /// Position of the rule in the model.
    pub rule: u32,
    /// Which link.
    pub link: LinkIx,
    /// Its new setting.
    pub value: f64,
}

impl Controls {
    /// Checks and compiles the rules of a model.
    ///
    /// # Errors
    /// A rule that refers to what is not there, a formula that leaves no number, a curve that does not rise, a setting
    /// that its link cannot take.
    pub fn new(model: &DrainageModel, net: &Network) -> Result<Self, ModelError> {
        let mut controllers = 0;
        let mut rules = Vec::with_capacity(model.rules.len());
        for rule in &model.rules {
            check::rule(model, net, rule)?;
            let mut compile = |actions: &[Action]| -> Vec<CompiledAction> {
                let one = |(at, action): (usize, &Action)| {
                    let controller = controllers;
                    controllers += usize::from(matches!(action.setting, Setting::Pid { .. }));
                    CompiledAction { at, controller, reports: matches!(action.setting, Setting::Value(_)) }
                };
                let mut compiled: Vec<_> = actions.iter().enumerate().map(one).collect();
                // SWMM keeps a rule's actions last first, so of two on one link the later one wins.
                compiled.reverse();
                compiled
            };
            rules.push(CompiledRule { then: compile(&rule.then), otherwise: compile(&rule.otherwise) });
        }
        let defects = model.options.defects.others;
        let read = |gage: usize| {
            let by_catchments = model.subcatchments.iter().filter_map(|s| s.gage);
            by_catchments.chain(model.unit_hydrographs.iter().filter_map(|u| u.gage)).any(|g| g.at() == gage)
        };
        let deaf = (0..model.gages.len()).map(|gage| defects && !read(gage)).collect();
        Ok(Self { rules, controllers, deaf, defects })
    }

    /// State at model time 0.
    #[must_use]
    pub fn initial(&self) -> ControlState {
        ControlState { errors: vec![[0.0; 2]; self.controllers], ..ControlState::default() }
    }

    /// Whether there are any rules.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// The actions of a rule that apply.
fn actions(rule: &Rule, holds: bool) -> &[Action] {
    if holds { &rule.then } else { &rule.otherwise }
}
