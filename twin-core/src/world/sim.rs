//! The generic driver: gives every solver early stops, rollback, refusal of what is not finite, save, load and fork.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use twin_physics::ledger::Account;
use twin_physics::port::{Element, FieldView, Inputs, Outputs, PortIx, PortTable, Quantity};
use twin_physics::solver::SolveError;
use twin_physics::{Domain, Solver};

use super::hash;
use super::network::{Advance, Network, NetworkError};

/// Steps a solver may take in one macro step before it is said to stand still.
const STEPS_MAX: u32 = 1_000_000;
/// Times closer than this are one instant [s]; well below the millisecond of [`crate::time::SimTime`].
const SAME_INSTANT_S: f64 = 1e-7;

/// A network: a solver's model with one state.
///
/// A step works on a copy and is taken over whole or not at all, so the state before is the rollback and a fork shares
/// it until one side moves.
pub struct Sim<S: Solver> {
    name: String,
    model: Arc<S>,
    held: Arc<Held<S::State>>,
    scratch: S::Scratch,
}

/// A state with the inputs it was solved under: when they change, it is solved anew before time goes on.
#[derive(Clone, Serialize, Deserialize)]
struct Held<T> {
    state: T,
    inputs: Arc<Inputs>,
}

/// The solver's state in the bytes a network of it was saved to.
///
/// # Errors
/// When they are those of another solver.
pub fn saved_state<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, NetworkError> {
    let held: Result<Held<T>, _> = postcard::from_bytes(bytes);
    held.map(|held| held.state).map_err(|error| NetworkError::BadState(error.to_string()))
}

impl<S: Solver> Sim<S> {
    /// Solves the initial state.
    ///
    /// # Errors
    /// When there is no acceptable answer at the start.
    pub fn start(name: &str, model: Arc<S>, inputs: &Arc<Inputs>) -> Result<Self, NetworkError> {
        let mut scratch = S::Scratch::default();
        check_inputs(&*model, inputs)?;
        let state = guarded(|| Ok(model.initial_state(inputs, &mut scratch)?))?;
        check_outputs(&*model, &state)?;
        let held = Arc::new(Held { state, inputs: Arc::clone(inputs) });
        Ok(Self { name: name.to_owned(), model, held, scratch })
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Arc<S> {
        &self.model
    }

    /// The present state.
    #[must_use]
    pub fn state(&self) -> &S::State {
        &self.held.state
    }

    /// Throws the buffers away. Changes no bit of any result; a test holds that.
    pub fn drop_scratch(&mut self) {
        self.scratch = S::Scratch::default();
    }
}

/// Runs a solver so that a panic is an error like any other.
fn guarded<T>(run: impl FnOnce() -> Result<T, NetworkError>) -> Result<T, NetworkError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(NetworkError::Panicked(words.unwrap_or_else(|| "no message".to_owned())))
    })
}

fn check_inputs<S: Solver>(model: &S, inputs: &Inputs) -> Result<(), NetworkError> {
    let ports = model.ports();
    if inputs.len() != ports.input_len() {
        return Err(NetworkError::BadState(format!("{} inputs for {} ports", inputs.len(), ports.input_len())));
    }
    for (port, value) in inputs.iter_valid() {
        let Some((group, slot)) = ports.input_group(port) else { continue };
        if !(group.min..=group.max).contains(&value) {
            let port = format!("{} of {}", group.name, model.element_name(group.element, slot));
            return Err(SolveError::InputOutOfRange { port, value, min: group.min, max: group.max }.into());
        }
    }
    Ok(())
}

fn check_outputs<S: Solver>(model: &S, state: &S::State) -> Result<(), NetworkError> {
    let ports = model.ports();
    let mut out = Outputs::new(ports.output_len());
    model.outputs(state, &mut out);
    if let Some(at) = out.values().iter().position(|v| !v.is_finite()) {
        let name = ports.output_group(PortIx(at)).map_or_else(String::new, |(group, slot)| {
            format!("{} of {}", group.name, model.element_name(group.element, slot))
        });
        return Err(NetworkError::NonFinite { port: name });
    }
    if model.accounts(state).iter().any(|a| !a.residual().is_finite()) {
        return Err(NetworkError::NonFinite { port: "the ledger".to_owned() });
    }
    Ok(())
}

fn run_to<S: Solver>(
    model: &S,
    state: &mut S::State,
    inputs: &Inputs,
    changed: bool,
    target_s: f64,
    scratch: &mut S::Scratch,
) -> Result<Advance, NetworkError> {
    let mut done = Advance::default();
    if changed {
        // What was commanded at this instant acts from this instant, not from the end of the step.
        take(&mut done, model.step(state, inputs, 0.0, scratch)?);
    }
    loop {
        let left_s = target_s - model.time_s(state);
        if left_s <= SAME_INSTANT_S {
            return Ok(done);
        }
        let report = model.step(state, inputs, left_s, scratch)?;
        let advanced_s = report.advanced_s;
        take(&mut done, report);
        let sound = advanced_s > 0.0 && advanced_s <= left_s * (1.0 + 1e-12);
        if !sound || done.steps >= STEPS_MAX {
            return Err(NetworkError::Stalled { time_s: model.time_s(state), steps: done.steps });
        }
    }
}

fn take(done: &mut Advance, report: twin_physics::StepReport) {
    done.steps += 1;
    done.solves += report.solves;
    done.unconverged += report.unconverged;
    done.iterations += report.iterations;
    done.mass_residual = done.mass_residual.max(report.mass_residual);
    done.energy_residual = done.energy_residual.max(report.energy_residual);
    done.events.extend(report.events);
}

impl<S: Solver> Network for Sim<S> {
    fn name(&self) -> &str {
        &self.name
    }
    fn domain(&self) -> Domain {
        S::DOMAIN
    }
    fn ports(&self) -> &PortTable {
        self.model.ports()
    }
    fn time_s(&self) -> f64 {
        self.model.time_s(&self.held.state)
    }
    fn advance(&mut self, inputs: &Arc<Inputs>, target_s: f64) -> Result<Advance, NetworkError> {
        let changed = !Arc::ptr_eq(inputs, &self.held.inputs) && **inputs != *self.held.inputs;
        let (model, scratch, held) = (&*self.model, &mut self.scratch, &*self.held);
        let result = guarded(|| {
            if changed {
                check_inputs(model, inputs)?;
            }
            let mut state = held.state.clone();
            let done = run_to(model, &mut state, inputs, changed, target_s, scratch)?;
            check_outputs(model, &state)?;
            Ok((state, done))
        });
        match result {
            Ok((state, done)) => {
                self.held = Arc::new(Held { state, inputs: Arc::clone(inputs) });
                Ok(done)
            }
            Err(error) => {
                self.drop_scratch(); // it may be half written
                Err(error)
            }
        }
    }
    fn outputs(&self, out: &mut Outputs) {
        self.model.outputs(&self.held.state, out);
    }
    fn field(&self, quantity: Quantity) -> Option<FieldView<'_>> {
        self.model.field(&self.held.state, quantity)
    }
    fn accounts(&self) -> Vec<Account> {
        self.model.accounts(&self.held.state)
    }
    fn element_name(&self, element: Element, slot: usize) -> String {
        self.model.element_name(element, slot)
    }
    fn fork(&self) -> Box<dyn Network> {
        Box::new(Self {
            name: self.name.clone(),
            model: Arc::clone(&self.model),
            held: Arc::clone(&self.held),
            scratch: S::Scratch::default(),
        })
    }
    fn save(&self) -> Vec<u8> {
        // Serialising plain vectors to memory fails only without memory.
        postcard::to_stdvec(&*self.held).unwrap_or_default()
    }
    fn load(&mut self, bytes: &[u8]) -> Result<(), NetworkError> {
        let held: Held<S::State> =
            postcard::from_bytes(bytes).map_err(|error| NetworkError::BadState(error.to_string()))?;
        check_inputs(&*self.model, &held.inputs)?;
        guarded(|| check_outputs(&*self.model, &held.state))?;
        self.held = Arc::new(held);
        self.drop_scratch();
        Ok(())
    }
    fn hash_into(&self, hasher: &mut blake3::Hasher) {
        hash::hash_into(&*self.held, hasher);
    }
    fn fingerprint(&self) -> u64 {
        self.model.fingerprint()
    }
}
