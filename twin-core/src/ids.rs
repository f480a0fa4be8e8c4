//! Identities: what things are called, and where they stand.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of an asset, unique in its city: `network/class/id`, for example `water/pipe/P12`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AssetId(String);

impl AssetId {
    /// From its three parts.
    #[must_use]
    pub fn new(network: &str, class: &str, id: &str) -> Self {
        Self(format!("{network}/{class}/{id}"))
    }
    /// From its written form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let whole = [parts.next()?, parts.next()?, parts.next()?];
        whole.iter().all(|p| !p.is_empty()).then(|| Self(text.to_owned()))
    }
    /// The written form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The network's name.
    #[must_use]
    pub fn network(&self) -> &str {
        self.0.split('/').next().unwrap_or("")
    }
    /// The class, for example `pipe`.
    #[must_use]
    pub fn class(&self) -> &str {
        self.0.split('/').nth(1).unwrap_or("")
    }
    /// The id its owner gave.
    #[must_use]
    pub fn local(&self) -> &str {
        self.0.splitn(3, '/').nth(2).unwrap_or("")
    }
}

impl fmt::Display for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! index {
    ($($name:ident $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);
        impl $name {
            /// As a position in a vector.
            #[must_use]
            pub const fn at(self) -> usize { self.0 as usize }
            /// From a position in a vector.
            ///
            /// # Panics
            /// Beyond `u32::MAX`.
            #[must_use]
            pub fn new(at: usize) -> Self { Self(u32::try_from(at).expect("more than u32::MAX of a kind")) }
        }
    )*};
}
index! {
    AssetIx "Position of an asset in the city's register.";
    NetworkIx "Position of a network in its world.";
}
