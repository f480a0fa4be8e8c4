//! The register of assets: who is who, where it stands, what it drives.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use twin_physics::port::{Element, PortIx};

use crate::behaviour::{Behaviour, Role};
use crate::ids::{AssetId, AssetIx, NetworkIx};

/// One asset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    /// Its name.
    pub id: AssetId,
    /// The network that holds its physics.
    pub network: NetworkIx,
    /// Node, link or cell of that network.
    pub element: Element,
    /// Which one.
    pub slot: u32,
    /// Position in the city's coordinates [m], if known.
    pub position: Option<(f64, f64)>,
    /// Unit that owns it (权属单位), may be empty.
    pub owner: String,
    /// Survey attributes as given: year, material, depth, surroundings.
    pub attributes: BTreeMap<String, String>,
    /// A behaviour of its own at the start, if it has one.
    pub behaviour: Option<Behaviour>,
    /// The inputs of its network that its behaviour drives.
    pub roles: BTreeMap<Role, PortIx>,
    /// The output of its network that its behaviour is told as [`crate::behaviour::Event::Measured`] each tick.
    pub measures: Option<PortIx>,
}

/// All assets of a city, in a fixed order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Register {
    assets: Vec<Asset>,
    by_id: BTreeMap<AssetId, AssetIx>,
}

/// Why an asset was not found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// No asset has that name.
    #[error("no asset is called {asked}{}", nearest.as_ref().map_or(String::new(), |n| format!(", nearest is {n}")))]
    Unknown {
        /// The name asked for.
        asked: String,
        /// The nearest name there is.
        nearest: Option<AssetId>,
    },
    /// More than one asset answers to a short name.
    #[error("{asked} is not unique: {first} and {second} both answer to it")]
    Ambiguous {
        /// The name asked for.
        asked: String,
        /// One of them.
        first: AssetId,
        /// Another.
        second: AssetId,
    },
}

impl Register {
    /// Adds an asset; `None` if its name is taken.
    pub fn add(&mut self, asset: Asset) -> Option<AssetIx> {
        let ix = AssetIx::new(self.assets.len());
        if self.by_id.contains_key(&asset.id) {
            return None;
        }
        self.by_id.insert(asset.id.clone(), ix);
        self.assets.push(asset);
        Some(ix)
    }

    /// All assets in order.
    #[must_use]
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// One asset.
    ///
    /// # Panics
    /// If `ix` is not of this register.
    #[must_use]
    pub fn get(&self, ix: AssetIx) -> &Asset {
        &self.assets[ix.at()]
    }

    /// To change an asset while a city is being put together.
    pub fn get_mut(&mut self, ix: AssetIx) -> &mut Asset {
        &mut self.assets[ix.at()]
    }

    /// The asset with this full name.
    #[must_use]
    pub fn by_id(&self, id: &AssetId) -> Option<AssetIx> {
        self.by_id.get(id).copied()
    }

    /// The asset people mean: the full name, or `class/id`, or `id` where that is unique.
    ///
    /// # Errors
    /// When no asset or more than one answers to `text`.
    pub fn find(&self, text: &str) -> Result<AssetIx, LookupError> {
        if let Some(ix) = AssetId::parse(text).and_then(|id| self.by_id(&id)) {
            return Ok(ix);
        }
        let (class, local) = text.split_once('/').map_or((None, text), |(c, l)| (Some(c), l));
        let mut found: Option<AssetIx> = None;
        for (at, asset) in self.assets.iter().enumerate() {
            let id = &asset.id;
            let hit = id.local() == text || (id.local() == local && class.is_some_and(|c| c == id.class()));
            match (hit, found) {
                (true, Some(first)) => {
                    let first = self.assets[first.at()].id.clone();
                    return Err(LookupError::Ambiguous { asked: text.to_owned(), first, second: id.clone() });
                }
                (true, None) => found = Some(AssetIx::new(at)),
                _ => {}
            }
        }
        found.ok_or_else(|| LookupError::Unknown { asked: text.to_owned(), nearest: self.nearest(text) })
    }

    fn nearest(&self, text: &str) -> Option<AssetId> {
        let full = text.contains('/');
        self.assets
            .iter()
            .map(|a| (strsim::damerau_levenshtein(text, if full { a.id.as_str() } else { a.id.local() }), &a.id))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, id)| id.clone())
    }
}
