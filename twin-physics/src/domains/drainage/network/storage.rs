//! Surface area and volume of a node over depth.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! section 2.2.

use super::{NodeClass, NodeData};

impl NodeData {
    /// Surface area of the node itself, 0 but in storage units [m²].
    #[inline]
    #[must_use]
    pub fn surface_m2(&self, depth_m: f64) -> f64 {
        match &self.class {
            NodeClass::Storage { shape, .. } => shape.area_m2(depth_m),
            _ => 0.0,
        }
    }

    /// Volume without what is ponded: of a storage unit below a depth, of another node (with the wet well of a type 1
    /// pump) in proportion to depth [m³].
    #[inline]
    #[must_use]
    pub fn volume_m3(&self, depth_m: f64) -> f64 {
        match &self.class {
            NodeClass::Storage { shape, .. } => shape.volume_within_m3(depth_m, self.full_depth_m, self.full_volume_m3),
            _ if self.full_depth_m > 0.0 => self.full_volume_m3 * (depth_m / self.full_depth_m),
            _ => 0.0,
        }
    }
}
