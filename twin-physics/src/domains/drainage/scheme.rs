//! The routing schemes behind one face.
//!
//! *Source:* own derivation; the schemes name theirs.

use serde::{Deserialize, Serialize};

use super::dynamic::{PicardEngine, PicardScratch, PicardState};
use super::implicit::{ImplicitEngine, ImplicitScratch, ImplicitState};
use super::kinematic::{KinematicEngine, KinematicScratch};
use super::model::{DrainageModel, Routing, Scheme};
use super::network::{Actions, Network, NetworkState, NodeStates, RoutingStep, routing_step_s};
use crate::solver::SolveError;

/// A scheme, prepared for a network.
#[derive(Debug, Clone)]
pub enum Engine {
    /// SWMM's explicit dynamic wave.
    Picard(Box<PicardEngine>),
    /// The implicit dynamic wave.
    Implicit(Box<ImplicitEngine>),
    /// Kinematic wave or steady flow, with its step [s].
    Kinematic(Box<KinematicEngine>, f64),
    /// No links, and a scheme that then does nothing, as SWMM.
    Still(f64),
}

/// What a scheme keeps between steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum EngineState {
    /// Of [`Engine::Picard`].
    Picard(PicardState),
    /// Of [`Engine::Implicit`].
    Implicit(ImplicitState),
    /// Of the others, which keep nothing.
    Still,
}

impl EngineState {
    /// Volumes of nodes with their shares of conduits, of a scheme that balances those [m³].
    #[must_use]
    pub fn reactors(&self) -> Option<&[f64]> {
        match self {
            Self::Implicit(own) => Some(&own.volume_m3),
            _ => None,
        }
    }
}

/// Buffers of a scheme.
#[derive(Debug, Clone, Default)]
pub enum EngineScratch {
    /// None yet.
    #[default]
    Empty,
    /// Of [`Engine::Picard`].
    Picard(Box<PicardScratch>),
    /// Of [`Engine::Implicit`].
    Implicit(Box<ImplicitScratch>),
    /// Of [`Engine::Kinematic`].
    Kinematic(Box<KinematicScratch>),
}

impl EngineScratch {
    /// What went through each door into its node over the last step [m³].
    #[must_use]
    pub fn door_m3(&self) -> &[f64] {
        match self {
            Self::Implicit(own) => &own.door_m3,
            _ => &[],
        }
    }
}

impl Engine {
    /// The scheme that the model's options ask for.
    ///
    /// # Errors
    /// When a system cannot be prepared for want of memory.
    pub fn new(model: &DrainageModel, net: &Network) -> Result<Self, SolveError> {
        let options = &model.options;
        let implicit = (options.routing, options.scheme) == (Routing::Dynamic, Scheme::Implicit);
        if net.links.is_empty() && !implicit {
            return Ok(Self::Still(routing_step_s(options)));
        }
        Ok(match (options.routing, options.scheme) {
            (Routing::Dynamic, Scheme::Picard) => Self::Picard(Box::new(PicardEngine::new(net, model))),
            (Routing::Dynamic, Scheme::Implicit) => {
                Self::Implicit(Box::new(ImplicitEngine::new(net, model).map_err(refused)?))
            }
            _ => {
                let engine = KinematicEngine::new(net, model).map_err(refused)?;
                Self::Kinematic(Box::new(engine), routing_step_s(options))
            }
        })
    }

    /// State at the start.
    #[must_use]
    pub fn initial(&self, net: &Network, state: &NetworkState) -> EngineState {
        match self {
            Self::Picard(engine) => EngineState::Picard(engine.initial_state()),
            Self::Implicit(engine) => EngineState::Implicit(engine.initial(net, state)),
            Self::Kinematic(..) | Self::Still(_) => EngineState::Still,
        }
    }

    /// Step that the scheme would take next; to be asked once per step.
    pub fn step_length(&self, state: &NetworkState, own: &mut EngineState) -> RoutingStep {
        let fixed = |dt_s| RoutingStep { dt_s, ..RoutingStep::default() };
        match (self, own) {
            (Self::Picard(engine), EngineState::Picard(own)) => {
                let length = engine.step_length(state, own);
                RoutingStep { bounded_by: length.bounded_by, ..fixed(length.dt_s) }
            }
            (Self::Implicit(engine), _) => fixed(engine.step_length_s()),
            (Self::Kinematic(_, step_s) | Self::Still(step_s), _) => fixed(*step_s),
            // A foreign state: `step` refuses it.
            (Self::Picard(_), _) => fixed(1.0),
        }
    }

    /// Routes one step.
    ///
    /// # Errors
    /// When a result is not finite, or the state belongs to another scheme.
    pub fn step(
        &self,
        net: &Network,
        state: &mut NetworkState,
        own: &mut EngineState,
        actions: &Actions,
        dt_s: f64,
        scratch: &mut EngineScratch,
    ) -> Result<RoutingStep, SolveError> {
        match (self, own) {
            (Self::Picard(engine), EngineState::Picard(own)) => {
                if !matches!(scratch, EngineScratch::Picard(_)) {
                    *scratch = EngineScratch::Picard(Box::new(engine.scratch()));
                }
                let EngineScratch::Picard(scratch) = scratch else { return Err(foreign()) };
                Ok(engine.step(net, state, own, actions, dt_s, scratch))
            }
            (Self::Implicit(engine), EngineState::Implicit(own)) => {
                if !matches!(scratch, EngineScratch::Implicit(_)) {
                    *scratch = EngineScratch::Implicit(Box::default());
                }
                let EngineScratch::Implicit(scratch) = scratch else { return Err(foreign()) };
                engine.step(net, state, own, actions, dt_s, scratch).map_err(refused)
            }
            (Self::Kinematic(engine, _), EngineState::Still) => {
                if !matches!(scratch, EngineScratch::Kinematic(_)) {
                    *scratch = EngineScratch::Kinematic(Box::default());
                }
                let EngineScratch::Kinematic(scratch) = scratch else { return Err(foreign()) };
                Ok(engine.step(net, state, actions, dt_s, scratch))
            }
            (Self::Still(_), EngineState::Still) => {
                // What enters a node leaves the model there.
                for (inflow, lateral) in state.nodes.inflow_m3s.iter_mut().zip(&state.nodes.lateral_m3s) {
                    *inflow = lateral.max(0.0);
                }
                state.time_s += dt_s;
                Ok(RoutingStep { dt_s, converged: true, parts: 1, ..RoutingStep::default() })
            }
            _ => Err(foreign()),
        }
    }

    /// Whether the scheme takes water through doors.
    #[must_use]
    pub fn takes_doors(&self) -> bool {
        matches!(self, Self::Implicit(_))
    }

    /// Water in the network as the scheme counts it [m³].
    #[must_use]
    pub fn stored_m3(&self, state: &NetworkState, own: &EngineState) -> f64 {
        match own {
            EngineState::Implicit(own) => own.volume_m3.iter().sum(),
            _ => state.nodes.volume_m3.iter().sum::<f64>() + state.links.volume_m3.iter().sum::<f64>(),
        }
    }

    /// Water at a node as the scheme counts it: with the halves of its conduits where the scheme books them there [m³].
    #[must_use]
    pub fn node_m3(&self, nodes: &NodeStates, own: &EngineState, node: usize) -> f64 {
        match own {
            EngineState::Implicit(own) => own.volume_m3[node],
            _ => nodes.volume_m3[node],
        }
        .max(0.0)
    }

    /// Whether the rates at a step's end hold over all of it (else the mean of its two ends).
    #[must_use]
    pub fn books_end_rates(&self) -> bool {
        matches!(self, Self::Implicit(_))
    }
}

fn refused(error: impl std::fmt::Display) -> SolveError {
    SolveError::Infeasible { at: String::from("drainage network"), why: error.to_string() }
}

fn foreign() -> SolveError {
    SolveError::Infeasible {
        at: String::from("drainage network"),
        why: String::from("its state belongs to another routing scheme; start from a state of this one"),
    }
}
