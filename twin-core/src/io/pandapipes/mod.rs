//! Networks as pandapipes writes them: JSON with tables and objects as JSON texts within it.
//!
//! Pressures in the file are bar over the air around a junction, which thins with its height; in the model they are
//! absolute pascals. A pipe of several sections becomes a chain of pipes, each with the whole loss coefficient of the
//! row, as pandapipes has it. A valve at an end of a pipe stands before a node of its own. A junction out of service
//! takes part where links in service end, as there. Every row keeps its place, so that results can be told by table
//! and index.

mod branches;
pub mod codes;
mod fluid;
mod geodata;
mod read;
mod table;
#[cfg(test)]
mod tests;

use twin_physics::domains::gas::model::GasModel;

pub use fluid::{Fluid, Property, ROUNDED_GAS_CONSTANT};
pub use read::{friction_of, read_file, read_text};

/// Roughness that pandapipes gives links without a length [m]: it is seen in their friction factor alone.
pub const LINK_ROUGHNESS_M: f64 = 1e-3;
/// Diameter that pandapipes gives links without one [m].
pub const LINK_DIAMETER_M: f64 = 0.1;

/// A network, ready to be solved.
#[derive(Debug, Clone, PartialEq)]
pub struct PandapipesNet {
    /// Its name.
    pub name: String,
    /// The gas, as far as the model does not hold it.
    pub fluid: Fluid,
    /// What is solved.
    pub model: GasModel,
    /// Junctions; the first nodes of the model in this order.
    pub junctions: Vec<i64>,
    /// Where junctions lie, in their order.
    pub coordinates: Vec<Option<(f64, f64)>>,
    /// Pipes.
    pub pipes: Vec<PipeRow>,
    /// Links of the other tables.
    pub links: LinkTables,
    /// Sources of given pressure.
    pub ext_grids: Vec<ExtGridRow>,
    /// Withdrawals, feeds and storages.
    pub loads: LoadTables,
}

/// Where links of the other tables are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LinkTables {
    /// Valves.
    pub valves: Vec<LinkRow>,
    /// Regulators.
    pub press_controls: Vec<LinkRow>,
    /// Compressors.
    pub compressors: Vec<LinkRow>,
    /// Pumps.
    pub pumps: Vec<LinkRow>,
    /// Flows that are held.
    pub flow_controls: Vec<LinkRow>,
}

/// What is taken out and fed in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LoadTables {
    /// Withdrawals.
    pub sinks: Vec<LoadRow>,
    /// Feeds.
    pub sources: Vec<LoadRow>,
    /// Storages: taken out where they are filled.
    pub storages: Vec<LoadRow>,
}

/// A pipe: a chain of links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PipeRow {
    /// Its index in the table.
    pub index: i64,
    /// Its first link.
    pub first: usize,
    /// How many there are.
    pub sections: usize,
}

/// A row that is one link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinkRow {
    /// Its index in the table.
    pub index: i64,
    /// Its link.
    pub link: usize,
    /// Diameter that velocities are told at [m].
    pub diameter_m: f64,
}

/// A source of given pressure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtGridRow {
    /// Its index in the table.
    pub index: i64,
    /// Its node.
    pub node: usize,
    /// Whether it holds the pressure there.
    pub active: bool,
}

/// A flow taken out or fed in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoadRow {
    /// Its index in the table.
    pub index: i64,
    /// Its node.
    pub node: usize,
    /// The flow, its scaling within [kg/s].
    pub flow_kgs: f64,
    /// Whether it is in service.
    pub active: bool,
}

impl PandapipesNet {
    /// Shuts a valve; `false` where there is none of this index.
    pub fn close_valve(&mut self, index: i64) -> bool {
        let valve = self.links.valves.iter().find(|v| v.index == index);
        let link = valve.and_then(|v| self.model.links.get_mut(v.link));
        link.map(|l| l.open = false).is_some()
    }

    /// Multiplies all withdrawals.
    pub fn scale_sinks(&mut self, factor: f64) {
        for sink in &mut self.loads.sinks {
            sink.flow_kgs *= factor;
        }
        self.sum_loads();
    }

    /// Sums what is taken out and fed in at each node of the model.
    fn sum_loads(&mut self) {
        for node in &mut self.model.nodes {
            node.load_kgs = 0.0;
        }
        let signed = [(&self.loads.sinks, 1.0), (&self.loads.sources, -1.0), (&self.loads.storages, 1.0)];
        for (rows, sign) in signed {
            for row in rows.iter().filter(|r| r.active) {
                self.model.nodes[row.node].load_kgs += sign * row.flow_kgs;
            }
        }
    }
}
