//! The surface as it is given: a flood, and what its parts are called.

use crate::kernels::surface::flood::FloodModel;

/// A surface. Its nodes are gauges, its links levees and walls, its cells underpasses, then check dams.
#[derive(Debug, Clone, PartialEq)]
pub struct SurfaceModel {
    /// The flood.
    pub flood: FloodModel,
    /// Gauges.
    pub gauges: Vec<GaugePlace>,
    /// Names of levees and walls, in their order.
    pub barrier_ids: Vec<String>,
    /// Names of underpasses and basements, in their order.
    pub filling_ids: Vec<String>,
    /// Names of check dams, in their order.
    pub dam_ids: Vec<String>,
}

/// A place whose water is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GaugePlace {
    /// Its name.
    pub id: String,
    /// The cell.
    pub cell: usize,
}

impl SurfaceModel {
    /// What does not fit together, in words.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let cells = self.flood.ground.columns * self.flood.ground.rows;
        if let Some(gauge) = self.gauges.iter().find(|g| g.cell >= cells) {
            return Some(format!("gauge {} stands in cell {} of {cells}", gauge.id, gauge.cell));
        }
        let counts = [
            ("levees and walls", self.flood.barriers.len(), self.barrier_ids.len()),
            ("underpasses", self.flood.fillings.len(), self.filling_ids.len()),
            ("check dams", self.flood.dams.len(), self.dam_ids.len()),
        ];
        let odd = counts.into_iter().find(|(_, there, named)| there != named);
        odd.map(|(what, there, named)| format!("{there} {what}, {named} names"))
    }

    /// Name of the cell at a slot, for messages.
    #[must_use]
    pub fn cell_name(&self, slot: usize) -> Option<String> {
        let dam = || self.dam_ids.get(slot.checked_sub(self.filling_ids.len())?).map(|id| format!("check dam {id}"));
        self.filling_ids.get(slot).map(|id| format!("underpass {id}")).or_else(dam)
    }
}
