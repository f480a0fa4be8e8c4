//! What holds before anything happens: valves found shut, and demand as chance has it.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use twin_physics::domains::water::NodeKind;

use super::stage::Stage;
use crate::bindings::water_register;
use crate::time::SimTime;
use crate::world::command::{Command, Input, Lane, NetPort, Rank};
use crate::world::hash::state_hash;

/// The inputs of time 0, numbered.
#[must_use]
pub fn inputs(stage: &Stage) -> Vec<Input> {
    let drive = |port, rank, value| Command::Drive { port: NetPort { network: stage.network, port }, rank, value };
    let mut commands: Vec<Command> = water_register::initial_drives(&stage.city, stage.network)
        .into_iter()
        .map(|(_, port, value)| drive(port, Rank::Manual, Some(value)))
        .collect();
    let spread = stage.scenario.demand_spread;
    if spread > 0.0 {
        for (slot, node) in stage.model.nodes.iter().enumerate() {
            if let (NodeKind::Junction(_), Some(port)) = (&node.kind, stage.solver_ports().input("demand_factor", slot))
            {
                let factor = lognormal(&mut stream(stage.seed, &node.id, "demand"), spread);
                commands.push(drive(port, Rank::Controller, Some(factor)));
            }
        }
    }
    let number = |(seq, command)| Input {
        at: SimTime::ZERO,
        lane: Lane::State,
        source: "beginning".to_owned(),
        seq: seq as u64 + 1,
        command,
    };
    commands.into_iter().enumerate().map(number).collect()
}

/// The stream of chance of one asset for one purpose. It depends on nothing else, so adding an asset changes no other.
#[must_use]
pub fn stream(seed: u64, asset: &str, purpose: &str) -> ChaCha8Rng {
    ChaCha8Rng::from_seed(state_hash(&(seed, asset, purpose)))
}

/// A factor of mean 1 and coefficient of variation `spread` [–].
///
/// *Source:* lognormal with σ² = ln(1 + spread²) and μ = −σ²/2; the normal by Box & Muller (1958), *Annals of
/// Mathematical Statistics* 29, 610–611.
fn lognormal(rng: &mut ChaCha8Rng, spread: f64) -> f64 {
    let mut uniform = || (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let (u, v) = (1.0 - uniform(), uniform());
    let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
    let variance = spread.mul_add(spread, 1.0).ln();
    (normal * variance.sqrt() - 0.5 * variance).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The factors of a town have the mean and spread asked for, and the same seed the same factors.
    #[test]
    fn factors_have_their_mean_and_spread() {
        let draw = |seed| -> Vec<f64> {
            (0..20_000).map(|i| lognormal(&mut stream(seed, &format!("J{i}"), "demand"), 0.3)).collect()
        };
        let all = draw(7);
        let n = all.len() as f64;
        let mean = all.iter().sum::<f64>() / n;
        let deviation = (all.iter().map(|f| (f - mean).powi(2)).sum::<f64>() / n).sqrt();
        // Standard error of the mean 0.3/√20000 = 0.002, of the deviation about 0.002.
        assert!((mean - 1.0).abs() < 0.01 && (deviation - 0.3).abs() < 0.01, "{mean} {deviation}");
        assert_eq!(draw(7), all);
        assert_ne!(draw(8), all);
    }
}
