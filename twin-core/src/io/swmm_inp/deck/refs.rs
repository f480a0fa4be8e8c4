//! Places in the tables of a deck: what a name in a row was found to be.

macro_rules! places {
    ($($name:ident $table:literal;)*) => {$(
        #[doc = concat!("Place in [`SwmmDeck::", $table, "`](super::SwmmDeck::", $table, "), from 0.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub usize);
    )*};
}
places! {
    GageIx "gages";
    SubcatchmentIx "subcatchments";
    AquiferIx "aquifers";
    SnowpackIx "snowpacks";
    NodeIx "nodes";
    LinkIx "links";
    TransectIx "transects";
    StreetIx "streets";
    InletIx "inlets";
    LidIx "lids";
    PollutantIx "pollutants";
    LanduseIx "landuses";
    PatternIx "patterns";
    CurveIx "curves";
    SeriesIx "series";
    UnitHydrographIx "unit_hydrographs";
    VariableIx "variables";
    ExpressionIx "expressions";
}
