//! Where assets and points stand: nearest and within, by class.

use std::collections::BTreeMap;

use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use crate::ids::AssetIx;
use crate::model::asset::Register;
use crate::model::city::{Point, PointAsset};

/// What a place of the index belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// An asset of the register.
    Asset(AssetIx),
    /// A point of the city that no network serves, by its position in the city's list.
    Point(usize),
}

type Entry = GeomWithData<[f64; 2], Place>;

/// An R*-tree per class over everything whose position is known.
#[derive(Debug, Clone, Default)]
pub struct SpatialIndex {
    trees: BTreeMap<String, RTree<Entry>>,
}

impl SpatialIndex {
    /// From a register and the points of a city.
    #[must_use]
    pub fn build(register: &Register, points: &[PointAsset]) -> Self {
        let mut by_class: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for (at, asset) in register.assets().iter().enumerate() {
            if let Some((x, y)) = asset.position {
                let entry = Entry::new([x, y], Place::Asset(AssetIx::new(at)));
                by_class.entry(asset.id.class().to_owned()).or_default().push(entry);
            }
        }
        for (at, point) in points.iter().enumerate().filter(|(_, p)| p.asset.is_none()) {
            let entry = Entry::new(point.position.into(), Place::Point(at));
            by_class.entry(point.class.clone()).or_default().push(entry);
        }
        Self { trees: by_class.into_iter().map(|(class, entries)| (class, RTree::bulk_load(entries))).collect() }
    }

    /// Classes with at least one place, in order.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.trees.keys().map(String::as_str)
    }

    /// The place of a class nearest to a point, and its distance [m]; of equally near ones the first.
    #[must_use]
    pub fn nearest(&self, class: &str, at: Point) -> Option<(Place, f64)> {
        if !(at.0.is_finite() && at.1.is_finite()) {
            return None;
        }
        let mut near = self.trees.get(class)?.nearest_neighbor_iter_with_distance_2([at.0, at.1]);
        let (first, distance2) = near.next()?;
        let ties = near.take_while(|(_, d2)| *d2 == distance2).map(|(entry, _)| entry.data);
        let place = ties.fold(first.data, Ord::min);
        Some((place, distance2.sqrt()))
    }

    /// Places of all classes inside a box, borders included, in order of classes and then of places.
    #[must_use]
    pub fn within(&self, west_south: Point, east_north: Point) -> Vec<Place> {
        let frame = AABB::from_corners(west_south.into(), east_north.into());
        let mut found = Vec::new();
        for tree in self.trees.values() {
            let start = found.len();
            found.extend(tree.locate_in_envelope(frame).map(|entry| entry.data));
            found[start..].sort_unstable();
        }
        found
    }
}
