//! A city: its networks, assets, terrain and standards, as a city folder describes them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use twin_physics::domain::Domain;
use twin_physics::domains::water::{NodeIx, WaterModel};

use crate::ids::{AssetIx, NetworkIx};
use crate::model::asset::Register;
use crate::model::drainage_city::{self, DrainageCity};
use crate::model::gas_city::{self, GasCity};
use crate::model::spatial::SpatialIndex;
use crate::model::standards::Standards;
use crate::model::terrain::Terrain;
use crate::model::water_assets::WaterAssets;
use crate::model::water_register;

/// A point in city coordinates, east then north [m].
pub type Point = (f64, f64);

/// A city.
#[derive(Debug, Clone)]
pub struct City {
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// EPSG code of its coordinates; `None` where they are a drawing's own.
    pub crs: Option<u32>,
    /// Its networks; a [`NetworkIx`] is a position in this list.
    pub networks: Vec<CityNetwork>,
    /// Ground elevation.
    pub terrain: Option<Arc<Terrain>>,
    /// Hospitals, schools, fire stations, heritage sites, pump houses and the like.
    pub points: Vec<PointAsset>,
    /// Thresholds, warning levels and clocks.
    pub standards: Standards,
    /// Every asset by name. Built from the rest by [`City::index`].
    pub register: Register,
    /// Where assets and points stand. Built from the rest by [`City::index`].
    pub spatial: SpatialIndex,
}

/// One network of a city.
#[derive(Debug, Clone)]
pub struct CityNetwork {
    /// Name, unique in the city, the first part of its assets' ids.
    pub name: String,
    /// Its lifeline.
    pub domain: Domain,
    /// The file its physics was read from.
    pub file: PathBuf,
    /// Unit that owns it (权属单位), may be empty.
    pub owner: String,
    /// The flood case of the streets over it.
    pub surface: Option<PathBuf>,
    /// What is known of it where it is a water network.
    pub water: Option<WaterCity>,
    /// What is known of it where it is a drainage network or a surface.
    pub drainage: Option<DrainageCity>,
    /// What is known of it where it is a gas network.
    pub gas: Option<GasCity>,
}

/// A water network as a city holds it.
#[derive(Debug, Clone)]
pub struct WaterCity {
    /// The network as equations see it, shared by every run.
    pub model: Arc<WaterModel>,
    /// Position of each node, in node order, where the file gives one [m].
    pub coordinates: Vec<Option<Point>>,
    /// Bends of each link between its ends, in link order [m].
    pub vertices: Vec<Vec<Point>>,
    /// Valves, hydrants, customers and controllers.
    pub assets: WaterAssets,
}

/// Something at a point that people need or that must be protected.
#[derive(Debug, Clone, PartialEq)]
pub struct PointAsset {
    /// Name, unique among the points of its class.
    pub id: String,
    /// Class, for example `hospital`.
    pub class: String,
    /// Where it stands [m].
    pub position: Point,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// The network node that serves it.
    pub served_by: Option<(NetworkIx, NodeIx)>,
    /// People there by day; 0 where not given.
    pub population: f64,
    /// Any further columns of its file.
    pub attributes: BTreeMap<String, String>,
    /// Its asset in the register: points that a network serves have one. Filled by [`City::index`].
    pub asset: Option<AssetIx>,
}

impl WaterCity {
    /// The point halfway along a link's straight ends, or `None` where an end has no position.
    #[must_use]
    pub fn link_middle(&self, link: usize) -> Option<Point> {
        self.along_link(link, 0.5)
    }

    /// The point a share of the way along a link, 0 at its first node, 1 at its second, bends followed.
    ///
    /// `None` where an end has no position or there is no such link.
    #[must_use]
    pub fn along_link(&self, link: usize, share: f64) -> Option<Point> {
        let ends = self.model.links.get(link)?;
        let first = (*self.coordinates.get(ends.from.at())?)?;
        let last = (*self.coordinates.get(ends.to.at())?)?;
        let bends = self.vertices.get(link).map_or(&[][..], Vec::as_slice);
        let line: Vec<Point> = [first].into_iter().chain(bends.iter().copied()).chain([last]).collect();
        let length_m = |w: &[Point]| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1);
        let mut left_m = share.clamp(0.0, 1.0) * line.windows(2).map(length_m).sum::<f64>();
        for piece in line.windows(2) {
            let piece_m = length_m(piece);
            if left_m <= piece_m && piece_m > 0.0 {
                let t = left_m / piece_m;
                return Some((piece[0].0 + t * (piece[1].0 - piece[0].0), piece[0].1 + t * (piece[1].1 - piece[0].1)));
            }
            left_m -= piece_m;
        }
        Some(last)
    }
}

impl City {
    /// A city of these networks, nothing else known.
    #[must_use]
    pub fn of_networks(name: &str, networks: Vec<CityNetwork>) -> Self {
        let mut city = Self {
            name_zh: name.to_owned(),
            name_en: name.to_owned(),
            crs: None,
            networks,
            terrain: None,
            points: Vec::new(),
            standards: Standards::default(),
            register: Register::default(),
            spatial: SpatialIndex::default(),
        };
        city.index();
        city
    }

    /// Builds register and spatial index from networks and points. To be called after either was changed.
    ///
    /// Order is fixed: networks in order, each with its nodes, links, valves, hydrants, controllers, then points.
    pub fn index(&mut self) {
        self.register = Register::default();
        for (at, network) in self.networks.iter().enumerate() {
            water_register::add_assets(&mut self.register, NetworkIx::new(at), network);
            drainage_city::add_assets(&mut self.register, NetworkIx::new(at), network);
            gas_city::add_assets(&mut self.register, NetworkIx::new(at), network);
        }
        for point in &mut self.points {
            point.asset = water_register::add_point(&mut self.register, &self.networks, point);
        }
        self.spatial = SpatialIndex::build(&self.register, &self.points);
    }

    /// The network with this name.
    #[must_use]
    pub fn network(&self, name: &str) -> Option<NetworkIx> {
        self.networks.iter().position(|n| n.name == name).map(NetworkIx::new)
    }

    /// The water network at this place.
    #[must_use]
    pub fn water(&self, network: NetworkIx) -> Option<&WaterCity> {
        self.networks.get(network.at())?.water.as_ref()
    }

    /// The drainage network or surface at this place.
    #[must_use]
    pub fn drainage(&self, network: NetworkIx) -> Option<&DrainageCity> {
        self.networks.get(network.at())?.drainage.as_ref()
    }

    /// The gas network at this place.
    #[must_use]
    pub fn gas(&self, network: NetworkIx) -> Option<&GasCity> {
        self.networks.get(network.at())?.gas.as_ref()
    }

    /// Ground elevation at a point [m].
    #[must_use]
    pub fn ground_m(&self, at: Point) -> Option<f64> {
        self.terrain.as_ref()?.elevation_m(at.0, at.1)
    }
}
