//! The sections of a SWMM deck, how far they may be abbreviated, and the column heads written above them.

use super::lex;

macro_rules! sections {
    ($($name:ident $text:literal $short:literal $head:literal;)*) => {
        /// A section.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Section { $(#[doc = $text] $name,)* }
        impl Section {
            /// All, in the order they are written.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// Its name without brackets.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
            const fn short(self) -> &'static str { match self { $(Self::$name => $short,)* } }
            /// The column heads written above it (without `;;`), blanks single.
            #[must_use]
            pub const fn heads(self) -> &'static str { match self { $(Self::$name => $head,)* } }
        }
    };
}
sections! {
    Title "TITLE" "TITLE" "Project Title/Notes";
    Options "OPTIONS" "OPTION" "Option Value";
    Events "EVENTS" "EVENT" "Start Date End Date";
    Files "FILES" "FILE" "Interfacing Files";
    Evaporation "EVAPORATION" "EVAP" "Data Source Parameters";
    Temperature "TEMPERATURE" "TEMPERATURE" "Temp/Wind/Snow Source/Data";
    Adjustments "ADJUSTMENTS" "ADJUSTMENT" "Parameter Subcatchment Monthly Adjustments";
    Raingages "RAINGAGES" "RAINGAGE" "Name Format Interval SCF Source";
    Subcatchments "SUBCATCHMENTS" "SUBCATCHMENT" "Name Rain Gage Outlet Area %Imperv Width %Slope CurbLen SnowPack";
    Subareas "SUBAREAS" "SUBAREA" "Subcatchment N-Imperv N-Perv S-Imperv S-Perv PctZero RouteTo PctRouted";
    Infiltration "INFILTRATION" "INFIL" "Subcatchment Param1 Param2 Param3 Param4 Param5";
    LidControls "LID_CONTROLS" "LID_CONTROL" "Name Type/Layer Parameters";
    LidUsage "LID_USAGE" "LID_USAGE"
        "Subcatchment LID Process Number Area Width InitSat FromImp ToPerv RptFile DrainTo FromPerv";
    Aquifers "AQUIFERS" "AQUIFER" "Name Por WP FC Ksat Kslope Tslope ETu ETs Seep Ebot Egw Umc ETupat";
    Groundwater "GROUNDWATER" "GROUNDWATER" "Subcatchment Aquifer Node Esurf A1 B1 A2 B2 A3 Dsw Egwt Ebot Wgr Umc";
    Gwf "GWF" "GWF" "Subcatchment Flow Equation";
    Snowpacks "SNOWPACKS" "SNOWPACK" "Name Surface Parameters";
    Junctions "JUNCTIONS" "JUNC" "Name Elevation MaxDepth InitDepth SurDepth Aponded";
    Outfalls "OUTFALLS" "OUTFALL" "Name Elevation Type Stage Data Gated Route To";
    Dividers "DIVIDERS" "DIVIDER" "Name Elevation Diverted Link Type Parameters";
    Storage "STORAGE" "STORAGE" "Name Elev. MaxDepth InitDepth Shape Curve Type/Params SurDepth Fevap Psi Ksat IMD";
    Conduits "CONDUITS" "CONDUIT" "Name From Node To Node Length Roughness InOffset OutOffset InitFlow MaxFlow";
    Pumps "PUMPS" "PUMP" "Name From Node To Node Pump Curve Status Sartup Shutoff";
    Orifices "ORIFICES" "ORIFICE" "Name From Node To Node Type Offset Qcoeff Gated CloseTime";
    Weirs "WEIRS" "WEIR"
        "Name From Node To Node Type CrestHt Qcoeff Gated EndCon EndCoeff Surcharge RoadWidth RoadSurf Coeff. Curve";
    Outlets "OUTLETS" "OUTLET" "Name From Node To Node Offset Type QTable/Qcoeff Qexpon Gated";
    Xsections "XSECTIONS" "XSECT" "Link Shape Geom1 Geom2 Geom3 Geom4 Barrels Culvert";
    Transects "TRANSECTS" "TRANSECT" "Transect Data in HEC-2 format";
    Streets "STREETS" "STREET" "Name Tcrown Hcurb Sx nRoad a W Sides Tback Sback nBack";
    Inlets "INLETS" "INLET" "Name Type Parameters";
    InletUsage "INLET_USAGE" "INLET_USAGE"
        "Conduit Inlet Node Number %Clogged Qmax aLocal wLocal Placement";
    Losses "LOSSES" "LOSS" "Link Kentry Kexit Kavg Flap Gate Seepage";
    Controls "CONTROLS" "CONTROL" "";
    Pollutants "POLLUTANTS" "POLLUT"
        "Name Units Crain Cgw Crdii Kdecay SnowOnly Co-Pollutant Co-Frac Cdwf Cinit";
    Landuses "LANDUSES" "LANDUSE" "Name Sweeping Interval Fraction Available Last Swept";
    Coverages "COVERAGES" "COVERAGE" "Subcatchment Land Use Percent";
    Loadings "LOADINGS" "LOADING" "Subcatchment Pollutant Buildup";
    Buildup "BUILDUP" "BUILDUP" "Land Use Pollutant Function Coeff1 Coeff2 Coeff3 Per Unit";
    Washoff "WASHOFF" "WASHOFF" "Land Use Pollutant Function Coeff1 Coeff2 SweepRmvl BmpRmvl";
    Treatment "TREATMENT" "TREATMENT" "Node Pollutant Function";
    Inflows "INFLOWS" "INFLOW" "Node Constituent Time Series Type Mfactor Sfactor Baseline Pattern";
    Dwf "DWF" "DWF" "Node Constituent Baseline Patterns";
    Hydrographs "HYDROGRAPHS" "HYDROGRAPH" "Hydrograph Month Response R T K Dmax Drecov Dinit";
    Rdii "RDII" "RDII" "Node Unit Hydrograph Sewer Area";
    Curves "CURVES" "CURVE" "Name Type X-Value Y-Value";
    Timeseries "TIMESERIES" "TIMESERIES" "Name Date Time Value";
    Patterns "PATTERNS" "PATTERN" "Name Type Multipliers";
    Report "REPORT" "REPORT" "Reporting Options";
    Tags "TAGS" "TAG" "";
    Map "MAP" "MAP" "";
    Coordinates "COORDINATES" "COORDINATE" "Node X-Coord Y-Coord";
    Vertices "VERTICES" "VERTICES" "Link X-Coord Y-Coord";
    Polygons "POLYGONS" "POLYGON" "Subcatchment X-Coord Y-Coord";
    Symbols "SYMBOLS" "SYMBOL" "Gage X-Coord Y-Coord";
    Labels "LABELS" "LABEL" "X-Coord Y-Coord Label";
    Backdrop "BACKDROP" "BACKDROP" "";
    Profiles "PROFILES" "PROFILE" "Name Links";
}

impl Section {
    /// From a heading such as `[JUNC`, `[junctions]`: SWMM asks only that it begin with the short name. The second
    /// answer tells whether it was spelled as a beginning of its name.
    #[must_use]
    pub fn from_heading(token: &str) -> Option<(Self, bool)> {
        let written = token.trim_start_matches('[').split(']').next().unwrap_or("").trim();
        // `INLET_USAGE` also begins with `INLET`: the longest short name that fits is meant.
        let fits = Self::ALL.iter().filter(|s| lex::is(written, s.short()));
        fits.max_by_key(|s| s.short().len()).map(|s| (*s, lex::is(s.name(), written)))
    }

    /// Whether a comment is the row of column heads of this section, or a rule below it: those are written again.
    #[must_use]
    pub fn is_heads(self, comment: &str) -> bool {
        let comment = comment.trim_start_matches(';').trim();
        if comment.chars().all(|c| c == '-' || c == '=' || c == ' ' || c == '\t') {
            return true;
        }
        // Heads of older versions differ by columns: the same first word and most of the rest is enough.
        let heads: Vec<&str> = self.heads().split_whitespace().collect();
        let words: Vec<&str> = comment.split_whitespace().collect();
        let known = words.iter().filter(|w| heads.iter().any(|h| h.eq_ignore_ascii_case(w))).count();
        words.len() >= 2 && !heads.is_empty() && words[0].eq_ignore_ascii_case(heads[0]) && known * 3 >= words.len() * 2
    }
}

impl Section {
    /// The least number of fields of a row (SWMM error 203).
    pub(super) const fn least(self) -> usize {
        match self {
            Self::Subcatchments => 8,
            Self::Subareas | Self::Conduits => 7,
            Self::Groundwater => 11,
            Self::Aquifers => 13,
            Self::Snowpacks | Self::LidUsage => 8,
            Self::Orifices | Self::Weirs | Self::Outlets | Self::Storage | Self::Pollutants => 6,
            Self::Raingages | Self::Streets => 5,
            Self::Dividers | Self::Losses | Self::Events => 4,
            Self::Gwf
            | Self::Outfalls
            | Self::Pumps
            | Self::Xsections
            | Self::Inlets
            | Self::InletUsage
            | Self::Coverages
            | Self::Loadings
            | Self::Buildup
            | Self::Washoff
            | Self::Treatment
            | Self::Inflows
            | Self::Dwf
            | Self::Rdii
            | Self::Timeseries
            | Self::Coordinates
            | Self::Vertices
            | Self::Polygons
            | Self::Symbols
            | Self::Labels
            | Self::Tags => 3,
            Self::Options
            | Self::Files
            | Self::Infiltration
            | Self::LidControls
            | Self::Junctions
            | Self::Hydrographs
            | Self::Curves
            | Self::Patterns
            | Self::Controls
            | Self::Report => 2,
            _ => 1,
        }
    }

    /// Whether its rows are links.
    pub(super) const fn links(self) -> bool {
        matches!(self, Self::Conduits | Self::Pumps | Self::Orifices | Self::Weirs | Self::Outlets)
    }

    /// Whether its rows introduce names.
    pub(super) const fn names(self) -> bool {
        matches!(
            self,
            Self::Raingages
                | Self::Subcatchments
                | Self::Aquifers
                | Self::Snowpacks
                | Self::Junctions
                | Self::Outfalls
                | Self::Dividers
                | Self::Storage
                | Self::Conduits
                | Self::Pumps
                | Self::Orifices
                | Self::Weirs
                | Self::Outlets
                | Self::Transects
                | Self::Streets
                | Self::Inlets
                | Self::LidControls
                | Self::Pollutants
                | Self::Landuses
                | Self::Patterns
                | Self::Curves
                | Self::Timeseries
                | Self::Hydrographs
                | Self::Controls
        )
    }
}
