//! The network in the form equations are solved in: segments between nodes, coefficients worked out, order found.
//!
//! The unknown at a node is `z = p|p|`: along a pipe at steady flow it falls in proportion to its length, so Newton's
//! method starts from nearly the right curve, and a network that cannot be supplied ends with a negative `z` instead
//! of no end. A pipe may be cut into segments with nodes of their own between them.

use std::sync::Arc;

use super::friction::Friction;
use super::model::{GasModel, Link, LinkKind, ModelError, Pipe, Regulator};
use crate::graph::{Incidence, Passage, Reach};
use crate::num::fingerprint::fingerprint;
use crate::num::m_matrix::MPattern;

/// A compiled network.
#[derive(Debug, Clone)]
pub struct GasNet {
    pub(super) model: Arc<GasModel>,
    pub(super) segments: Vec<Segment>,
    /// First segment of each link, and one past the last of the last.
    pub(super) first: Vec<u32>,
    pub(super) nodes: Vec<NetNode>,
    pub(super) incidence: Incidence,
    pub(super) pattern: MPattern,
    /// Largest load, for scales [kg/s].
    pub(super) flow_scale_kgs: f64,
}

/// A node with those between segments.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NetNode {
    pub temperature_k: f64,
    pub ambient_pa: f64,
    /// Row among the unknowns; none where the pressure is given.
    pub unknown: Option<u32>,
    /// Half of the volume of the segments that end here [m³].
    pub volume_m3: f64,
}

/// A link, or a part of a pipe.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Segment {
    pub link: u32,
    pub from: u32,
    pub to: u32,
    pub kind: SegmentKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum SegmentKind {
    Pipe(PipeSegment),
    /// `z₁ = z₂`.
    Open,
    Regulator(Regulator),
    Ratio(f64),
    Booster {
        lift: Vec<f64>,
        temperature_k: f64,
    },
    Flow(f64),
}

/// Coefficients of a pipe segment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PipeSegment {
    pub friction: Friction,
    /// Whether slow flow is laminar whatever the law says.
    pub laminar: bool,
    /// Relative roughness.
    pub roughness: f64,
    /// Reynolds number over flow [s/kg].
    pub reynolds_s_kg: f64,
    /// `R_s T / A²`.
    pub kappa: f64,
    /// `(η A / D)² L / D`: what `y(Re)` is multiplied by.
    pub wall: f64,
    /// ζ.
    pub loss: f64,
    /// `g (h₁ − h₂)` [m²/s²].
    pub fall: f64,
    pub temperature_k: f64,
    /// `L / A` [1/m].
    pub inertia_1m: f64,
}

impl GasNet {
    /// A network for steady flow: a pipe is one segment.
    ///
    /// # Errors
    /// [`ModelError`]
    pub fn new(model: &GasModel) -> Result<Self, ModelError> {
        Self::cut(Arc::new(model.clone()), None)
    }

    /// A network for flow in time: pipes are cut into equal parts of at most `cell_m`, two at least, and slow flow is
    /// laminar under any law.
    ///
    /// # Errors
    /// [`ModelError`]
    pub fn in_cells(model: Arc<GasModel>, cell_m: f64) -> Result<Self, ModelError> {
        Self::cut(model, Some(cell_m))
    }

    fn cut(model: Arc<GasModel>, cell_m: Option<f64>) -> Result<Self, ModelError> {
        model.check()?;
        let mut nodes: Vec<NetNode> = model.nodes.iter().map(NetNode::given).collect();
        let mut segments = Vec::with_capacity(model.links.len());
        let mut first = vec![0_u32];
        let mut height: Vec<f64> = model.nodes.iter().map(|n| n.height_m).collect();
        for (k, link) in model.links.iter().enumerate() {
            let parts = match (&link.kind, cell_m) {
                // Two at least: a hole stands between them.
                (LinkKind::Pipe(p), Some(cell)) if cell > 0.0 => (p.length_m / cell).ceil().clamp(2.0, 1e5) as usize,
                _ => 1,
            };
            let mut from = link.from;
            for part in 1..=parts {
                let to = if part == parts { link.to } else { nodes.len() };
                if part < parts {
                    let share = part as f64 / parts as f64;
                    let between = |a: f64, b: f64| a + share * (b - a);
                    let (a, b) = (&model.nodes[link.from], &model.nodes[link.to]);
                    height.push(between(a.height_m, b.height_m));
                    nodes.push(NetNode {
                        temperature_k: between(a.temperature_k, b.temperature_k),
                        ambient_pa: between(a.ambient_pa, b.ambient_pa),
                        unknown: None,
                        volume_m3: 0.0,
                    });
                }
                let ends = [&nodes[from], &nodes[to]].map(|n| n.temperature_k);
                let drop_m = height[from] - height[to];
                let kind = segment(&model, link, (parts as f64, cell_m.is_some()), drop_m, 0.5 * (ends[0] + ends[1]));
                segments.push(Segment { link: index(k)?, from: index(from)?, to: index(to)?, kind });
                if let LinkKind::Pipe(p) = &link.kind {
                    let half = 0.5 * p.area_m2() * p.length_m / parts as f64;
                    nodes[from].volume_m3 += half;
                    nodes[to].volume_m3 += half;
                }
                from = to;
            }
            first.push(index(segments.len())?);
        }
        Self::ordered(model, segments, first, nodes)
    }

    fn ordered(
        model: Arc<GasModel>,
        segments: Vec<Segment>,
        first: Vec<u32>,
        mut nodes: Vec<NetNode>,
    ) -> Result<Self, ModelError> {
        let mut unknowns = 0;
        for (i, node) in nodes.iter_mut().enumerate() {
            if model.nodes.get(i).is_none_or(|n| n.source_pa.is_none()) {
                node.unknown = Some(unknowns);
                unknowns += 1;
            }
        }
        let row = |n: u32| nodes[n as usize].unknown;
        let edges: Vec<_> = segments.iter().map(|s| row(s.from).zip(row(s.to))).collect();
        let pattern =
            MPattern::new(unknowns as usize, &edges).map_err(|error| ModelError::TooLarge(error.to_string()))?;
        let (from, to): (Vec<u32>, Vec<u32>) = segments.iter().map(|s| (s.from, s.to)).unzip();
        let incidence = Incidence::new(nodes.len(), &from, &to);
        let flow_scale_kgs = model.nodes.iter().fold(0.0_f64, |m, n| m.max(n.load_kgs.abs()));
        let flow_scale_kgs = if flow_scale_kgs > 0.0 { flow_scale_kgs } else { 1e-3 };
        Ok(Self { model, segments, first, nodes, incidence, pattern, flow_scale_kgs })
    }

    /// What it was made of.
    #[must_use]
    pub fn model(&self) -> &GasModel {
        &self.model
    }

    /// Nodes, those between segments included.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The node in the middle of a link of two segments or more.
    pub(super) fn middle(&self, link: usize) -> usize {
        let (first, end) = (self.first[link] as usize, self.first[link + 1] as usize);
        self.segments[(first + end) / 2].from as usize
    }

    /// Nodes that a source reaches through links that are open.
    pub(super) fn supplied(&self, open: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut reach = Reach::default();
        reach.clear(self.nodes.len());
        let passage = |s: u32| {
            let segment = &self.segments[s as usize];
            match segment.kind {
                _ if !open(segment.link as usize) => Passage::Shut,
                SegmentKind::Flow(_) => Passage::Shut,
                SegmentKind::Regulator(_) => Passage::Forward,
                _ => Passage::Both,
            }
        };
        for (i, _) in self.model.nodes.iter().enumerate().filter(|(_, n)| n.source_pa.is_some()) {
            reach.spread(&self.incidence, i, passage);
        }
        reach.reached().to_vec()
    }

    /// Identifies everything results depend on.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        fingerprint(&(&self.model, self.segments.len()))
    }
}

impl NetNode {
    fn given(node: &super::model::Node) -> Self {
        Self { temperature_k: node.temperature_k, ambient_pa: node.ambient_pa, unknown: None, volume_m3: 0.0 }
    }
}

fn index(at: usize) -> Result<u32, ModelError> {
    u32::try_from(at).map_err(|_| ModelError::TooLarge(format!("{at} parts")))
}

/// `cut` is into how many parts, and whether slow flow in them is laminar.
fn segment(model: &GasModel, link: &Link, cut: (f64, bool), drop_m: f64, temperature_k: f64) -> SegmentKind {
    match &link.kind {
        LinkKind::Pipe(p) => SegmentKind::Pipe(pipe(model, p, cut, drop_m, temperature_k)),
        // An opening with a loss is a pipe of no length: the same gas, the same Z.
        LinkKind::Valve { diameter_m, loss } if *loss > 0.0 => {
            let opening = Pipe {
                length_m: 0.0,
                diameter_m: *diameter_m,
                roughness_m: 0.0,
                loss: *loss,
                friction: Some(Friction::Fixed(0.0)),
            };
            SegmentKind::Pipe(pipe(model, &opening, (1.0, false), drop_m, temperature_k))
        }
        LinkKind::Valve { .. } => SegmentKind::Open,
        LinkKind::Regulator(r) => SegmentKind::Regulator(*r),
        LinkKind::Ratio(ratio) => SegmentKind::Ratio(*ratio),
        LinkKind::Booster(lift) => {
            let temperature_k = model.nodes[link.from].temperature_k;
            SegmentKind::Booster { lift: lift.clone(), temperature_k }
        }
        LinkKind::Flow(flow) => SegmentKind::Flow(*flow),
    }
}

fn pipe(model: &GasModel, p: &Pipe, (parts, laminar): (f64, bool), drop_m: f64, temperature_k: f64) -> PipeSegment {
    let (area, length) = (p.area_m2(), p.length_m / parts);
    let reynolds_s_kg = p.diameter_m / (model.gas.viscosity(temperature_k) * area);
    PipeSegment {
        friction: p.friction.unwrap_or(model.friction),
        laminar,
        roughness: p.roughness_m / p.diameter_m,
        reynolds_s_kg,
        kappa: model.gas.specific_jkgk * temperature_k / (area * area),
        wall: length / (p.diameter_m * reynolds_s_kg * reynolds_s_kg),
        loss: p.loss / parts,
        fall: model.gravity_ms2 * drop_m,
        temperature_k,
        inertia_1m: length / area,
    }
}
