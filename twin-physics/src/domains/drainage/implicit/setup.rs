//! What the implicit scheme makes of a network once.
//!
//! *Source:* own derivation; see [`super`].

use super::conduit::ConduitLaw;
use super::node::Kinks;
use super::table::HydraulicTable;
use crate::domains::drainage::model::{DrainageModel, ForceMainFriction, NodeKind, Options};
use crate::domains::drainage::network::{LinkClass, Network, NodeClass, SWMM_MANNING, StageLaw};
use crate::domains::drainage::section::Section;
use crate::domains::drainage::structure::culvert::CulvertInlet;
use crate::num::m_matrix::MPattern;

/// Friction of a full force main.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MainLaw {
    /// Which formula.
    pub law: ForceMainFriction,
    /// Factor of [`crate::domains::drainage::network::full_friction`].
    pub factor: f64,
    /// Roughness [m], of Darcy–Weisbach.
    pub roughness_m: f64,
    /// Hydraulic radius of the full pipe [m].
    pub radius_m: f64,
}

/// What only few conduits have.
#[derive(Debug, Clone)]
pub struct Special {
    /// Inlet control of a culvert, with its section.
    pub inlet: Option<(CulvertInlet, Section)>,
    /// Force main.
    pub main: Option<MainLaw>,
    /// Seepage per wetted area [m/s].
    pub seepage_ms: f64,
    /// Whether its surface evaporates.
    pub open: bool,
}

/// The neighbour along which momentum comes in at an end of a conduit: its link, and whether it points the same way.
pub type Neighbour = Option<(u32, f64)>;

/// A link of the scheme.
#[derive(Debug, Clone)]
pub enum Law {
    /// Conduit: position in [`Setup::conduits`].
    Conduit(u32),
    /// Passes on what its first node receives.
    Dummy,
    /// Structure: position in the network's structures.
    Structure(u32),
}

/// Everything made of a network once.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Tables, one for each different section.
    pub tables: Vec<HydraulicTable>,
    /// Conduits in link order.
    pub conduits: Vec<ConduitLaw>,
    /// What is special about each conduit, `None` for most.
    pub special: Vec<Option<Special>>,
    /// Neighbours at the two ends of each conduit.
    pub neighbours: Vec<[Neighbour; 2]>,
    /// Share of each conduit's length that the node at each end stores.
    pub shares: Vec<[f64; 2]>,
    /// Links.
    pub links: Vec<Law>,
    /// The system.
    pub pattern: MPattern,
    /// Row of each node; outfalls have none.
    pub unknown: Vec<Option<u32>>,
    /// Whether each node is an outfall whose gate lets nothing in.
    pub gated: Vec<bool>,
    /// Depths of each node at which its surface changes at once.
    pub kinks: Vec<Kinks>,
    /// Area of a manhole [m²].
    pub shaft_m2: f64,
}

fn share_table(tables: &mut Vec<HydraulicTable>, section: &Section) -> u32 {
    let table = HydraulicTable::new(section);
    let at = tables.iter().position(|t| *t == table).unwrap_or_else(|| {
        tables.push(table);
        tables.len() - 1
    });
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Setup {
    /// # Errors
    /// When the system cannot be ordered for want of memory.
    pub fn new(net: &Network, model: &DrainageModel) -> Result<Self, crate::num::spd::SpdError> {
        let options = &model.options;
        let gate = |kind: &NodeKind| matches!(kind, NodeKind::Outfall(o) if o.flap_gate);
        let mut setup = Self {
            tables: Vec::new(),
            conduits: Vec::new(),
            special: Vec::new(),
            neighbours: Vec::new(),
            shares: Vec::new(),
            links: Vec::new(),
            pattern: MPattern::new(0, &[])?,
            unknown: Vec::new(),
            gated: model.nodes.iter().map(|n| gate(&n.kind)).collect(),
            kinks: net.nodes.iter().map(Kinks::new).collect(),
            shaft_m2: options.min_surface_area_m2,
        };
        let mut count = 0;
        for node in &net.nodes {
            let free = node.class != NodeClass::Outfall;
            setup.unknown.push(free.then_some(count));
            count += u32::from(free);
        }
        for link in 0..net.links.len() {
            setup.add_link(net, options, link);
        }
        let edges: Vec<_> = net.links.iter().map(|l| setup.edge(l.from, l.to)).collect();
        setup.pattern = MPattern::new(count as usize, &edges)?;
        Ok(setup)
    }

    fn edge(&self, from: u32, to: u32) -> Option<(u32, u32)> {
        Some((self.unknown[from as usize]?, self.unknown[to as usize]?))
    }

    fn add_link(&mut self, net: &Network, options: &Options, at: usize) {
        let link = &net.links[at];
        let conduit = match &link.class {
            LinkClass::Structure(i) => return self.links.push(Law::Structure(*i)),
            LinkClass::Conduit(c) if c.dummy => return self.links.push(Law::Dummy),
            LinkClass::Conduit(c) => c,
        };
        self.links.push(Law::Conduit(u32::try_from(self.conduits.len()).unwrap_or(u32::MAX)));
        let ends = [link.from as usize, link.to as usize];
        let offsets = [link.offset_from_m, link.offset_to_m];
        let outfall = ends.map(|n| net.nodes[n].class == NodeClass::Outfall);
        let law = |end: usize| {
            net.outfalls.iter().find(|o| o.link as usize == at && o.node as usize == ends[end]).map(|o| &o.law)
        };
        let fall = [0, 1].map(|end| matches!(law(end), Some(StageLaw::Free | StageLaw::Normal)));
        self.conduits.push(ConduitLaw {
            table: share_table(&mut self.tables, &conduit.section),
            length_m: conduit.length_m,
            barrels: conduit.barrels,
            n2: (conduit.manning / SWMM_MANNING).powi(2),
            normal: SWMM_MANNING * conduit.slope.abs().sqrt() / conduit.manning,
            losses: conduit.losses,
            bottom_m: [0, 1].map(|end| net.nodes[ends[end]].invert_m + offsets[end]),
            shuts: [0, 1].map(|end| {
                let back = if link.direction < 0.0 { 0 } else { 1 };
                self.gated[ends[end]] || (link.flap_gate && end == back)
            }),
            bed: (net.nodes[ends[0]].invert_m + offsets[0] - net.nodes[ends[1]].invert_m - offsets[1])
                / conduit.length_m,
            free: [0, 1].map(|end| offsets[end] > 0.0 || outfall[end]),
            fall,
            normal_only: [0, 1].map(|end| law(end) == Some(&StageLaw::Normal)),
            // The limit of the file is that of a barrel, as SWMM has it.
            max_flow_m3s: conduit.max_flow_m3s * conduit.barrels,
        });
        self.special.push(special(conduit, options));
        self.neighbours.push([self.neighbour(net, at, 0), self.neighbour(net, at, 1)]);
        // What falls into an outfall is stored by the node above it.
        self.shares.push(match outfall {
            [false, true] => [1.0, 0.0],
            [true, false] => [0.0, 1.0],
            _ => [0.5, 0.5],
        });
    }

    /// The one other conduit at a node that has two conduits and nothing else.
    fn neighbour(&self, net: &Network, at: usize, end: usize) -> Neighbour {
        let link = &net.links[at];
        let node = if end == 0 { link.from } else { link.to } as usize;
        let here = &net.incidence[net.start[node] as usize..net.start[node + 1] as usize];
        let plain = !matches!(net.nodes[node].class, NodeClass::Storage { .. } | NodeClass::Outfall);
        let conduits = here.iter().all(|&l| matches!(&net.links[l as usize].class, LinkClass::Conduit(c) if !c.dummy));
        if here.len() != 2 || !plain || !conduits {
            return None;
        }
        let other = if here[0] as usize == at { here[1] } else { here[0] };
        let same = if end == 0 {
            net.links[other as usize].to as usize == node
        } else {
            net.links[other as usize].from as usize == node
        };
        Some((other, if same { 1.0 } else { -1.0 }))
    }
}

fn special(conduit: &crate::domains::drainage::network::ConduitData, options: &Options) -> Option<Special> {
    let main = conduit.force_main.map(|roughness_m| MainLaw {
        law: options.force_main,
        factor: conduit.pressure_factor,
        roughness_m,
        radius_m: conduit.section.full_radius_m,
    });
    let inlet = CulvertInlet::new(conduit.culvert, conduit.slope, false).map(|i| (i, conduit.section.clone()));
    let plain = main.is_none() && inlet.is_none() && conduit.seepage_ms == 0.0 && !conduit.open;
    (!plain).then_some(Special { inlet, main, seepage_ms: conduit.seepage_ms, open: conduit.open })
}
