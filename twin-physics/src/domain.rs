//! The lifelines of the programme and the two environments they act through.

use serde::{Deserialize, Serialize};

macro_rules! domains {
    ($($variant:ident $key:literal $zh:literal $doc:literal;)*) => {
        /// A lifeline of the programme, or an environment the lifelines act through.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Domain { $(#[doc = $doc] $variant,)* }

        impl Domain {
            /// Every domain, in the fixed order of the programme.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The key used in files, paths and the API.
            #[must_use]
            pub const fn key(self) -> &'static str { match self { $(Self::$variant => $key,)* } }

            /// The Chinese term shown to people.
            #[must_use]
            pub const fn zh(self) -> &'static str { match self { $(Self::$variant => $zh,)* } }
        }
    };
}

domains! {
    Gas "gas" "燃气" "Gas network, from regulator to service.";
    Bridge "bridge" "桥梁" "Bridge structure.";
    Tunnel "tunnel" "隧道" "Road tunnel or underpass.";
    Drainage "drainage" "排水" "Storm, foul and combined sewers.";
    Water "water" "供水" "Drinking-water supply network.";
    Heat "heat" "供热" "District heating network.";
    UtilityTunnel "utility_tunnel" "综合管廊" "Utility tunnel with its compartments.";
    Surface "surface" "地表" "Streets and rivers: shallow water over terrain.";
    Hazard "hazard" "灾害" "Soil plumes, voids, cavities and slopes.";
}
