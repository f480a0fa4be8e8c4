//! What one variant of a rehearsal has shown so far, in memory: it is small beside the states, and a paused run goes on
//! with it.

use serde::{Deserialize, Serialize};
use twin_physics::Quantity;

use crate::cascade::CascadeRecord;
use crate::ids::NetworkIx;
use crate::world::World;
use crate::world::tick::TickFrame;

/// Everything recorded of one variant.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Recorder {
    /// Instants of `metrics` and `probes` [s].
    pub t_s: Vec<f64>,
    /// A series per metric, in the order of the specification.
    pub metrics: Vec<Vec<f64>>,
    /// A series per probe, in the order of the specification.
    pub probes: Vec<Vec<f64>>,
    /// The cascade record.
    pub records: Vec<CascadeRecord>,
    /// Whole fields at the instants they were asked for.
    pub fields: Vec<FieldShot>,
}

/// One field of one network at one instant. Single precision: 1 mm in 10 km.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FieldShot {
    /// Instant [s].
    pub t_s: f64,
    /// Network.
    pub network: NetworkIx,
    /// What it is of.
    pub quantity: Quantity,
    /// A value per element.
    pub values: Vec<f32>,
}

impl Recorder {
    /// Starts with the frame of the initial state.
    #[must_use]
    pub fn start(world: &World, first: TickFrame) -> Self {
        let spec = world.spec();
        let mut recorder = Self {
            metrics: vec![Vec::new(); spec.metrics.len()],
            probes: vec![Vec::new(); spec.probes.len()],
            ..Self::default()
        };
        recorder.take(world, first);
        recorder
    }

    /// Takes in what a tick showed.
    pub fn take(&mut self, world: &World, frame: TickFrame) {
        let body = &world.core().body;
        let t_s = frame.now.seconds();
        self.t_s.push(t_s);
        for (series, value) in self.metrics.iter_mut().zip(&body.metrics) {
            series.push(*value);
        }
        for (series, value) in self.probes.iter_mut().zip(&body.probes) {
            series.push(*value);
        }
        self.records.extend(frame.records);
        for (network, quantity, values) in frame.fields {
            #[allow(clippy::cast_possible_truncation)] // a record for people and maps, not a state
            let values = values.into_iter().map(|v| v as f32).collect();
            self.fields.push(FieldShot { t_s, network, quantity, values });
        }
    }

    /// The smallest (or largest) value of every element over all shots of a field, with the first instant [s] it was
    /// met; empty where the field was never recorded.
    #[must_use]
    pub fn extreme(&self, network: NetworkIx, quantity: Quantity, smallest: bool) -> Vec<(f64, f64)> {
        let mut found: Vec<(f64, f64)> = Vec::new();
        for shot in self.fields.iter().filter(|s| s.network == network && s.quantity == quantity) {
            if found.is_empty() {
                found = shot.values.iter().map(|v| (f64::from(*v), shot.t_s)).collect();
            }
            for (best, value) in found.iter_mut().zip(&shot.values) {
                let value = f64::from(*value);
                if (smallest && value < best.0) || (!smallest && value > best.0) {
                    *best = (value, shot.t_s);
                }
            }
        }
        found
    }
}
