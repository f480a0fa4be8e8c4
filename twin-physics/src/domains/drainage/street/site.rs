//! The inlets of a network, step by step.
//!
//! *Source:* Brown, Schall, Morris et al. (2009), *Urban Drainage Design Manual*, HEC-22 third edition,
//! FHWA-NHI-10-009, chapter 4; behaviour of SWMM 5.2.4.

use serde::{Deserialize, Serialize};

use super::super::model::{DrainageModel, InletKind, InletUsage, LinkKind, Placement, Routing};
use super::super::network::{DRY_M3S, LinkClass, Network, NetworkState};
use super::super::section::Shape;
use super::{Gutter, LEAST_FLOW_M3S, capture_by_depth, capture_on_grade, grade};

/// Inlets of one conduit.
#[derive(Debug, Clone)]
struct Site {
    usage: InletUsage,
    kind: InletKind,
    gutter: Gutter,
    link: usize,
    /// Node behind the street: what is not captured arrives there.
    bypass: usize,
    /// Node of the sewer.
    sewer: usize,
    on_sag: bool,
    /// Share of the sewer node's overflow that comes up here.
    backflow_share: f64,
}

/// What one conduit's inlets do in a step.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct InletFlow {
    /// Flow in the street [m³/s].
    pub approach_m3s: f64,
    /// Captured by all inlets of the conduit [m³/s].
    pub captured_m3s: f64,
    /// Come back from the sewer [m³/s].
    pub backflow_m3s: f64,
    /// Width of water on one side by HEC-22; 0 in channels [m].
    pub spread_m: f64,
}

/// What the inlets keep from step to step.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InletState {
    /// By site.
    pub flows: Vec<InletFlow>,
    /// Under [`super::super::model::Defects::others`]: number of sides of the street that was looked at last, by which
    /// SWMM multiplies the capture of the next inlet in a sag.
    sides_before: f64,
    /// Sums of captured flow by node, room to work in.
    captured_at_m3s: Vec<f64>,
}

/// The inlets of a network. Immutable.
#[derive(Debug, Clone)]
pub struct Inlets {
    sites: Vec<Site>,
    /// Usages (positions in the model's list) that have no effect: the inlet does not fit the conduit.
    pub ignored: Vec<usize>,
    dynamic: bool,
    compat: bool,
}

fn fits(kind: &InletKind, shape: &Shape) -> bool {
    match kind {
        InletKind::CustomDiversion(curve) | InletKind::CustomRating(curve) => !curve.is_empty(),
        InletKind::DropGrate(_) | InletKind::DropCurb(_) => {
            matches!(shape, Shape::Trapezoidal { .. } | Shape::RectOpen { .. })
        }
        _ => matches!(shape, Shape::Street(_)),
    }
}

impl Inlets {
    /// Compiles the inlets of a model; a usage that SWMM would drop with a warning is listed in [`Inlets::ignored`]
    /// (wrong kind of conduit, or a later usage of the same conduit).
    #[must_use]
    pub fn new(model: &DrainageModel, net: &Network) -> Self {
        let compat = model.options.defects.others;
        let mut ignored = Vec::new();
        let mut sites = Vec::new();
        for (at, usage) in model.inlet_usage.iter().enumerate() {
            let later = model.inlet_usage[at + 1..].iter().any(|other| other.link == usage.link);
            let site = model.inlets.get(usage.inlet.at()).filter(|_| !later).and_then(|design| {
                let link = model.links.get(usage.link.at())?;
                let (LinkKind::Conduit(conduit), LinkClass::Conduit(data)) =
                    (&link.kind, &net.links[usage.link.at()].class)
                else {
                    return None;
                };
                (fits(&design.kind, &conduit.shape) && usage.to.at() < net.nodes.len()).then(|| {
                    let local_m = (usage.local_depression_m, usage.local_width_m);
                    Site::new(usage, &design.kind, Gutter::new(&conduit.shape, data, local_m), net)
                })
            });
            match site {
                Some(site) => sites.push(site),
                None => ignored.push(at),
            }
        }
        if compat {
            // SWMM goes through its list from the last inlet to the first.
            sites.reverse();
        }
        share_backflow(&mut sites);
        Self { sites, ignored, dynamic: model.options.routing == Routing::Dynamic, compat }
    }

    /// Number of conduits with inlets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sites.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// Conduit, node behind it and sewer node of each site.
    pub fn places(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        self.sites.iter().map(|site| (site.link, site.bypass, site.sewer))
    }

    /// Whether a site stands in a sag.
    #[must_use]
    pub fn on_sag(&self, site: usize) -> bool {
        self.sites[site].on_sag
    }

    /// Whether the overflow of a node goes back to a street, and so does not leave the system.
    #[must_use]
    pub fn returns_overflow(&self, node: usize) -> bool {
        self.sites.iter().any(|site| site.sewer == node)
    }

    /// State at the start.
    #[must_use]
    pub fn initial(&self, net: &Network) -> InletState {
        InletState {
            flows: vec![InletFlow::default(); self.sites.len()],
            sides_before: self.sites.last().map_or(1.0, |site| site.gutter.sides),
            captured_at_m3s: vec![0.0; net.nodes.len()],
        }
    }

    /// Finds what is captured and what comes back in the coming step, from the state at the end of the last one with
    /// the lateral inflows of this one, and moves it by the lateral inflows of the nodes.
    pub fn capture(&self, net: &Network, state: &mut NetworkState, inlets: &mut InletState, dt_s: f64) {
        inlets.captured_at_m3s.fill(0.0);
        for (at, site) in self.sites.iter().enumerate() {
            let flow = self.find(site, state, &mut inlets.sides_before);
            inlets.captured_at_m3s[site.bypass] += flow.captured_m3s;
            inlets.flows[at] = flow;
        }
        if !self.dynamic {
            for (site, flow) in self.sites.iter().zip(&mut inlets.flows) {
                if site.on_sag {
                    let there_m3s = arriving(net, state, site.bypass) + state.nodes.volume_m3[site.bypass] / dt_s;
                    let taken_m3s = inlets.captured_at_m3s[site.bypass];
                    if taken_m3s > there_m3s {
                        flow.captured_m3s *= there_m3s / taken_m3s;
                    }
                }
            }
        }
        for (site, flow) in self.sites.iter().zip(&inlets.flows) {
            state.nodes.lateral_m3s[site.bypass] -= flow.captured_m3s - flow.backflow_m3s;
            state.nodes.lateral_m3s[site.sewer] += flow.captured_m3s;
        }
    }

    fn find(&self, site: &Site, state: &NetworkState, sides_before: &mut f64) -> InletFlow {
        let approach_m3s = state.links.flow_m3s[site.link].abs();
        let depth_m = state.nodes.depth_m[site.bypass];
        let custom = matches!(site.kind, InletKind::CustomDiversion(_) | InletKind::CustomRating(_));
        let captured_m3s = if let InletKind::CustomRating(_) = site.kind {
            let all = f64::from(site.usage.count) * site.gutter.sides * site.open();
            all * capture_by_depth(&site.kind, &site.gutter, depth_m)
        } else if custom || !site.on_sag {
            site.in_turn(approach_m3s, depth_m)
        } else {
            let sides = if self.compat { *sides_before } else { site.gutter.sides };
            let one = (capture_by_depth(&site.kind, &site.gutter, depth_m.abs()) * site.open()).min(site.most_m3s());
            one * sides * f64::from(site.usage.count)
        };
        if !custom && (site.on_sag || approach_m3s >= LEAST_FLOW_M3S) {
            *sides_before = site.gutter.sides;
        }
        let backflow_m3s = state.nodes.overflow_m3s[site.sewer] * site.backflow_share;
        let noticed = |flow: f64| if flow.abs() < DRY_M3S { 0.0 } else { flow };
        InletFlow {
            approach_m3s,
            captured_m3s: noticed(captured_m3s),
            backflow_m3s: noticed(backflow_m3s),
            spread_m: site.gutter.spread_m(approach_m3s / site.gutter.sides),
        }
    }
}

/// All that arrives at a node: lateral inflow and the flows of its links [m³/s].
fn arriving(net: &Network, state: &NetworkState, node: usize) -> f64 {
    let links = &net.incidence[net.start[node] as usize..net.start[node + 1] as usize];
    let mut sum = state.nodes.lateral_m3s[node].max(0.0);
    for &link in links {
        if net.links[link as usize].to as usize == node {
            sum += state.links.flow_m3s[link as usize].max(0.0);
        }
    }
    sum
}

impl Site {
    fn new(usage: &InletUsage, kind: &InletKind, gutter: Gutter, net: &Network) -> Self {
        let link = usage.link.at();
        let bypass = net.links[link].to as usize;
        let on_sag = match usage.placement {
            Placement::Automatic => net.nodes[bypass].degree <= 0,
            Placement::OnGrade => false,
            Placement::OnSag => true,
        };
        Self {
            usage: usage.clone(),
            kind: kind.clone(),
            gutter,
            link,
            bypass,
            sewer: usage.to.at(),
            on_sag,
            backflow_share: 0.0,
        }
    }

    fn open(&self) -> f64 {
        1.0 - self.usage.clogged.clamp(0.0, 1.0)
    }

    fn most_m3s(&self) -> f64 {
        if self.usage.max_flow_m3s > 0.0 { self.usage.max_flow_m3s } else { f64::INFINITY }
    }

    /// Inlets along the street one after the other: each sees what those before it let pass.
    fn in_turn(&self, approach_m3s: f64, depth_m: f64) -> f64 {
        let custom = matches!(self.kind, InletKind::CustomDiversion(_));
        if approach_m3s < LEAST_FLOW_M3S && !custom {
            return 0.0;
        }
        let mut passing_m3s = approach_m3s / self.gutter.sides;
        let mut captured_m3s = 0.0;
        for _ in 0..self.usage.count {
            let one = capture_on_grade(&self.kind, &self.gutter, passing_m3s, depth_m) * self.open();
            let one = one.min(self.most_m3s()).min(passing_m3s);
            captured_m3s += one;
            passing_m3s -= one;
            if passing_m3s < LEAST_FLOW_M3S {
                break;
            }
        }
        captured_m3s * self.gutter.sides
    }

    /// Open area of all inlets, 0 of custom ones [m²].
    fn area_m2(&self) -> f64 {
        let grate = |g: &super::super::model::Grate| g.length_m * g.width_m * grade::open_share(g.kind);
        let one = match &self.kind {
            InletKind::Grate(g) | InletKind::DropGrate(g) => grate(g),
            InletKind::Curb(c) | InletKind::DropCurb(c) => c.length_m * c.height_m,
            InletKind::Combination(g, c) => grate(g) + (c.length_m - g.length_m).max(0.0) * c.height_m,
            InletKind::Slotted { length_m, width_m } => length_m * width_m,
            InletKind::CustomDiversion(_) | InletKind::CustomRating(_) => 0.0,
        };
        one * f64::from(self.usage.count) * self.open()
    }
}

/// Divides the overflow of a sewer node among the inlets above it: between standard and custom ones by the number of
/// conduits, among standard ones by open area, among custom ones by their number.
fn share_backflow(sites: &mut [Site]) {
    let shares: Vec<f64> = sites
        .iter()
        .map(|site| {
            let there = || sites.iter().filter(|other| other.sewer == site.sewer);
            let all = there().count() as f64;
            let standard = there().filter(|other| other.area_m2() > 0.0).count() as f64;
            let area_m2: f64 = there().map(Site::area_m2).sum();
            if site.area_m2() > 0.0 {
                return site.area_m2() / area_m2 * standard / all;
            }
            let custom: u32 = there().filter(|other| other.area_m2() == 0.0).map(|other| other.usage.count).sum();
            f64::from(site.usage.count) / f64::from(custom.max(1)) * (1.0 - standard / all)
        })
        .collect();
    for (site, share) in sites.iter_mut().zip(shares) {
        site.backflow_share = share;
    }
}
