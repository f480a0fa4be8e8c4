//! Conduits as the inner loop sees them: constants side by side, in the order of the links.

use super::super::model::{Options, Surcharge};
use super::super::network::{ConduitData, DRY_M, LinkClass, Network, NodeClass};
use super::super::structure::culvert::CulvertInlet;
use super::critical::CriticalTable;
use super::geometry::{Form, Tables, box_at, trapezium_at};
use crate::units::M_PER_FT;

/// Relative depth from which on a closed conduit keeps its width under EXTRAN surcharge.
const EXTRAN_CUTOFF: f64 = 0.96;
/// Relative depth at which the Preissmann slot begins.
const SLOT_CUTOFF: f64 = 0.985_257;

/// Kinds of conduit that ask for more than the momentum equation of a plain one.
pub const OPEN: u16 = 1;
pub const LOSSES: u16 = 2;
pub const SEEPS: u16 = 4;
pub const CULVERT: u16 = 8;
pub const FORCE_MAIN: u16 = 16;
pub const OUTFALL_FROM: u16 = 32;
pub const OUTFALL_TO: u16 = 64;
/// A flap gate in the conduit or at an outfall.
pub const GATED: u16 = 128;
/// Ends above the bottom of a node, or at an outfall.
pub const DROPS: u16 = 256;

/// Constants of a conduit.
#[derive(Debug, Clone)]
pub struct Pipe {
    pub from: u32,
    pub to: u32,
    /// Position among the links of the network.
    pub link: u32,
    pub traits: u16,
    pub form: Form,
    /// Level of its bottom at each end [m].
    pub bottom_from: f64,
    pub bottom_to: f64,
    /// Offsets at each end [m].
    pub offset_from: f64,
    pub offset_to: f64,
    pub full_depth: f64,
    pub per_full_depth: f64,
    pub full_area: f64,
    pub max_width: f64,
    pub full_radius: f64,
    /// Depth above which the width is `cut_width`; infinite of an open one [m].
    pub cut_depth: f64,
    pub cut_width: f64,
    /// Area at the depth that counts as dry [m²].
    pub dry_area: f64,
    pub length: f64,
    /// Length in the momentum equation [m].
    pub long: f64,
    pub per_long: f64,
    pub rough: f64,
    pub beta: f64,
    pub flow_per_factor: f64,
    /// Largest flow of a barrel [m³/s].
    pub max_flow: f64,
    pub barrels: f64,
    /// Position in the list of what few conduits have.
    pub rare: u32,
}

/// What few conduits have.
#[derive(Debug, Clone)]
pub struct Rare {
    pub losses: [f64; 3],
    pub seepage_ms: f64,
    pub inlet: Option<CulvertInlet>,
    /// Hazen–Williams C or roughness [m].
    pub force_main: f64,
    pub pressure_factor: f64,
    /// Flap gate in the conduit itself: the direction that it shuts.
    pub shuts: f64,
    /// Gate of the outfall at the first, second end.
    pub outfall_gates: [bool; 2],
    pub depth_at_max_width: f64,
    pub box_width: Option<f64>,
    pub critical: Option<CriticalTable>,
}

/// Area, width of the water surface, and radius at a depth.
#[derive(Debug, Clone, Copy)]
pub struct Wetted {
    pub area: f64,
    pub radius: f64,
    /// Width for surface areas: held near the crown of a closed conduit.
    pub surface: f64,
    /// Width of the section itself.
    pub width: f64,
}

impl Pipe {
    /// Compiles conduit `link` of the network.
    pub(super) fn new(
        net: &Network,
        link: usize,
        conduit: &ConduitData,
        gates: &[bool],
        options: &Options,
        tables: &mut Tables,
    ) -> (Self, Rare) {
        let data = &net.links[link];
        let section = &conduit.section;
        let is_outfall = |at: u32| net.nodes[at as usize].class == NodeClass::Outfall;
        let outfalls = [is_outfall(data.from), is_outfall(data.to)];
        let outfall_gates = [data.from, data.to].map(|at| is_outfall(at) && gates[at as usize]);
        let cutoff = if options.surcharge == Surcharge::Slot { SLOT_CUTOFF } else { EXTRAN_CUTOFF };
        let cut_depth = if conduit.open { f64::INFINITY } else { cutoff * section.full_depth_m };
        let inlet = CulvertInlet::new(conduit.culvert, conduit.slope, options.defects.others);
        let drops = outfalls[0] || outfalls[1] || data.offset_from_m > 0.0 || data.offset_to_m > 0.0;
        let mut traits = 0;
        for (bit, set) in [
            (OPEN, conduit.open),
            (LOSSES, conduit.has_losses),
            (SEEPS, conduit.seepage_ms > 0.0),
            (CULVERT, inlet.is_some()),
            (FORCE_MAIN, conduit.force_main.is_some()),
            (OUTFALL_FROM, outfalls[0]),
            (OUTFALL_TO, outfalls[1]),
            (GATED, data.flap_gate || outfall_gates[0] || outfall_gates[1]),
            (DROPS, drops),
        ] {
            traits |= if set { bit } else { 0 };
        }
        // SWMM holds every barrel to the limit of the file.
        let limit = if options.defects.others { conduit.max_flow_m3s } else { conduit.max_flow_m3s / conduit.barrels };
        let pipe = Self {
            from: data.from,
            to: data.to,
            link: link as u32,
            traits,
            form: tables.form(section),
            bottom_from: net.nodes[data.from as usize].invert_m + data.offset_from_m,
            bottom_to: net.nodes[data.to as usize].invert_m + data.offset_to_m,
            offset_from: data.offset_from_m,
            offset_to: data.offset_to_m,
            full_depth: section.full_depth_m,
            per_full_depth: 1.0 / section.full_depth_m,
            full_area: section.full_area_m2,
            max_width: section.max_width_m,
            full_radius: section.full_radius_m,
            cut_depth,
            cut_width: if conduit.open { 0.0 } else { section.width(cut_depth) },
            dry_area: section.area(DRY_M),
            length: conduit.length_m,
            long: conduit.modified_length_m,
            per_long: 1.0 / conduit.modified_length_m,
            rough: conduit.rough_factor,
            beta: conduit.beta,
            flow_per_factor: conduit.flow_per_factor,
            max_flow: if limit > 0.0 { limit } else { f64::INFINITY },
            barrels: conduit.barrels,
            rare: 0,
        };
        let rare = Rare {
            losses: conduit.losses,
            seepage_ms: conduit.seepage_ms,
            inlet,
            force_main: conduit.force_main.unwrap_or(0.0),
            pressure_factor: conduit.pressure_factor,
            shuts: if data.flap_gate { -data.direction } else { 0.0 },
            outfall_gates,
            depth_at_max_width: section.depth_at_max_width_m,
            critical: if drops { CriticalTable::new(section) } else { None },
            box_width: matches!(pipe.form, Form::Box { .. }).then_some(section.max_width_m),
        };
        (pipe, rare)
    }

    pub fn has(&self, traits: u16) -> bool {
        self.traits & traits != 0
    }

    /// Whether it asks for an entry in the list of what few conduits have.
    pub fn is_rare(&self) -> bool {
        self.has(LOSSES | SEEPS | CULVERT | FORCE_MAIN | GATED | DROPS)
    }

    /// Geometry at a depth ≥ 0; `slot` tells whether a Preissmann slot stands on a closed conduit.
    #[inline(always)]
    pub fn wetted(&self, net: &Network, tables: &Tables, depth: f64, slot: bool) -> Wetted {
        let (mut area, width, mut radius) = match self.form {
            Form::Table { start, steps } => {
                let (a, w, r) = tables.at(start, steps, depth * self.per_full_depth);
                (a * self.full_area, w * self.max_width, r * self.full_radius)
            }
            Form::Box { width, crown } if depth <= crown => box_at(width, depth),
            Form::Trapezium { bottom, slope, side } => trapezium_at(bottom, slope, side, depth),
            Form::Box { .. } | Form::Section => self.ask(net, depth),
        };
        let mut surface = if depth >= self.cut_depth { self.cut_width } else { width };
        if slot && depth >= self.cut_depth {
            surface = self.slot_width(depth);
        }
        if depth >= self.full_depth {
            (area, radius) = (self.full_area, self.full_radius);
            if slot && !self.has(OPEN) {
                area += (depth - self.full_depth) * surface;
            }
        }
        Wetted { area, radius, surface, width }
    }

    #[inline(never)]
    fn ask(&self, net: &Network, depth: f64) -> (f64, f64, f64) {
        match &net.links[self.link as usize].class {
            LinkClass::Conduit(conduit) => conduit.section.area_width_radius(depth),
            LinkClass::Structure(_) => (0.0, 0.0, 0.0),
        }
    }

    /// Width of the Preissmann slot above the cut-off depth, by Sjöberg's formula; 1 % of the greatest width high above
    /// the crown.
    ///
    /// *Source:* Sjöberg (1982), Sewer network models DAGVL-A and DAGVL-DIFF, in Yen (ed.), *Urban Stormwater
    /// Hydraulics and Hydrology*; EPA/600/R-17/111, section 3.3.6.
    #[inline(never)]
    fn slot_width(&self, depth: f64) -> f64 {
        let relative = depth * self.per_full_depth;
        if relative > 1.78 {
            return 0.01 * self.max_width;
        }
        self.max_width * 0.5423 * (-relative.powf(2.4)).exp()
    }
}

/// SWMM's greatest velocity: 50 ft/s [m/s].
pub const MAX_VELOCITY_MS: f64 = 50.0 * M_PER_FT;
