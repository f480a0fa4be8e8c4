//! Treatment at nodes: formulas for the share removed or the concentration left.
//!
//! *Source:* EPA/600/R-16/093, section 5.4; EPA-600/R-22/030, section C.22 (treatment).

use super::super::model::{DrainageModel, Op, Treatment, TreatmentVariable};
use super::super::network::{ModelError, Network};
use super::check;

/// Treatments by node and pollutant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Treatments {
    /// Which nodes treat anything.
    pub nodes: Vec<Option<Vec<Option<Treatment>>>>,
}

/// A node at the end of a step, before treatment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    pub treatments: &'a [Option<Treatment>],
    /// Concentrations of the inflow.
    pub inflow: &'a [f64],
    /// Concentrations of the mixture.
    pub mixture: &'a [f64],
    /// Inflow [m³/s].
    pub flow_m3s: f64,
    /// Mean depth over the step [m].
    pub depth_m: f64,
    /// Mean surface area over the step [m²].
    pub area_m2: f64,
    /// Age of the water [s].
    pub residence_s: f64,
    /// Step [s].
    pub dt_s: f64,
}

impl Treatments {
    pub(super) fn new(model: &DrainageModel, net: &Network) -> Result<Self, ModelError> {
        let count = model.pollutants.len();
        let mut nodes = vec![None; net.nodes.len()];
        for (at, node) in model.nodes.iter().enumerate() {
            if node.treatment.is_empty() {
                continue;
            }
            let element = format!("node {}", node.id);
            let mut table: Vec<Option<Treatment>> = vec![None; count];
            for (p, treatment) in &node.treatment {
                check::reference(&element, *p, count)?;
                for op in &treatment.formula.program {
                    if let Op::Variable(TreatmentVariable::Concentration(q) | TreatmentVariable::Removal(q)) = op {
                        check::reference(&element, *q, count)?;
                    }
                }
                if !treatment.formula.is_sound() {
                    let what = "a treatment formula does not leave exactly one number";
                    return Err(ModelError::Layout { element, what, remedy: "give each operator its operands" });
                }
                table[p.at()] = Some(treatment.clone());
            }
            if (0..count).any(|p| circles(&table, p, p, 0)) {
                let what = "its removals depend on each other in a circle";
                let remedy = "give one of them by a formula without the other's removal";
                return Err(ModelError::Layout { element, what, remedy });
            }
            nodes[at] = Some(table);
        }
        Ok(Self { nodes })
    }
}

/// Whether the removal of `from` leads to that of `goal`.
fn circles(table: &[Option<Treatment>], from: usize, goal: usize, depth: usize) -> bool {
    let Some(treatment) = &table[from] else { return false };
    depth <= table.len()
        && treatment.formula.program.iter().any(|op| match op {
            Op::Variable(TreatmentVariable::Removal(q)) => q.at() == goal || circles(table, q.at(), goal, depth + 1),
            _ => false,
        })
}

impl Site<'_> {
    /// Concentration of a pollutant after treatment; `None` where nothing is removed.
    pub(super) fn treated(&self, p: usize, no_flow: bool) -> Option<f64> {
        let treatment = self.treatments[p].as_ref()?;
        if treatment.removal && no_flow {
            return None;
        }
        let removed = self.removed(p);
        if removed == 0.0 {
            return None;
        }
        let (inflow, mixture) = (self.inflow[p], self.mixture[p]);
        Some(if !treatment.removal {
            (1.0 - removed) * mixture
        } else if inflow == 0.0 {
            mixture
        } else {
            // Treatment of the inflow cannot make the mixture worse.
            ((1.0 - removed) * inflow).min(mixture)
        })
    }

    /// Share removed, 0..1.
    fn removed(&self, p: usize) -> f64 {
        let Some(treatment) = &self.treatments[p] else { return 0.0 };
        let mixture = self.mixture[p];
        if mixture == 0.0 {
            return 0.0;
        }
        let value = treatment.formula.evaluate(|v| self.variable(v)).max(0.0);
        if treatment.removal { value.min(1.0) } else { 1.0 - value.min(mixture) / mixture }
    }

    fn variable(&self, variable: TreatmentVariable) -> f64 {
        match variable {
            TreatmentVariable::ResidenceTime => self.residence_s / 3600.0,
            TreatmentVariable::Step => self.dt_s,
            TreatmentVariable::Flow(factor) => self.flow_m3s * factor,
            TreatmentVariable::Depth(factor) => self.depth_m * factor,
            TreatmentVariable::Area(factor) => self.area_m2 * factor,
            TreatmentVariable::Concentration(q) => {
                // A removal acts on the inflow, a concentration on the mixture.
                let mixed = self.treatments[q.at()].as_ref().is_some_and(|t| !t.removal);
                if mixed { self.mixture[q.at()] } else { self.inflow[q.at()] }
            }
            TreatmentVariable::Removal(q) => self.removed(q.at()),
        }
    }
}
