//! From a model to its compiled network.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 2; behaviour of SWMM 5.2.4.

use super::super::model::{DrainageModel, Link, LinkKind, Node, NodeKind, PumpCurve};
use super::super::structure::Structure;
use super::{Adjustment, LinkClass, LinkData, ModelError, Network, NodeClass, NodeData, OutfallEnd, StageLaw};
use super::{conduit, layout};

impl Network {
    /// Compiles the network of a model as SWMM 5.2 prepares it.
    ///
    /// # Errors
    /// [`ModelError`] names the element that no routing scheme can take, and what to change.
    pub fn new(model: &DrainageModel) -> Result<Self, ModelError> {
        check_references(model)?;
        let mut adjustments = Vec::new();
        let mut links = Vec::with_capacity(model.links.len());
        let mut structures = Vec::new();
        for (at, link) in (0_u32..).zip(&model.links) {
            links.push(match &link.kind {
                LinkKind::Conduit(data) => conduit::compile(model, at, link, data, &mut adjustments)?,
                _ => {
                    let compiled = Structure::new(link, &model.nodes, &model.options)?;
                    let data = structure(model, at, link, &compiled, structures.len(), &mut adjustments);
                    structures.push(compiled);
                    data
                }
            });
        }
        let mut nodes = model.nodes.iter().map(|n| node(model, n)).collect::<Result<Vec<_>, _>>()?;
        raise_depths(model, &mut nodes, &links, &mut adjustments);
        finish_nodes(model, &mut nodes)?;
        layout::degrees(model, &mut nodes, &links)?;
        let (incidence, start) = layout::incidence(nodes.len(), &links);
        let outfalls = outfalls(model, &links);
        Ok(Self { nodes, links, structures, outfalls, incidence, start, adjustments })
    }
}

fn check_references(model: &DrainageModel) -> Result<(), ModelError> {
    for link in &model.links {
        for node in [link.from, link.to] {
            if node.at() >= model.nodes.len() {
                let element = format!("link {}", link.id);
                return Err(ModelError::Reference { element, kind: "node", index: node.0, count: model.nodes.len() });
            }
        }
        if link.from == link.to {
            let what = "it begins and ends at the same node";
            let remedy = "lead it to another node";
            return Err(ModelError::Layout { element: format!("link {}", link.id), what, remedy });
        }
    }
    for node in &model.nodes {
        if let NodeKind::Outfall(outfall) = &node.kind
            && let super::super::model::Stage::Series(series, _) = &outfall.stage
            && series.at() >= model.series.len()
        {
            let (element, count) = (format!("outfall {}", node.id), model.series.len());
            return Err(ModelError::Reference { element, kind: "time series", index: series.0, count });
        }
    }
    Ok(())
}

/// A pump, orifice, weir or outlet: its ends, its opening, its gate.
fn structure(
    model: &DrainageModel,
    at: u32,
    link: &Link,
    compiled: &Structure,
    index: usize,
    warn: &mut Vec<Adjustment>,
) -> LinkData {
    let (crest_m, flap_gate) = match &link.kind {
        LinkKind::Orifice(orifice) => (orifice.offset_m, orifice.flap_gate),
        LinkKind::Weir(weir) => (weir.crest_m, weir.flap_gate),
        LinkKind::Outlet(outlet) => (outlet.offset_m, outlet.flap_gate),
        LinkKind::Pump(_) | LinkKind::Conduit(_) => (0.0, false),
    };
    let drop_m = model.nodes[link.from.at()].invert_m - model.nodes[link.to.at()].invert_m;
    if !matches!(link.kind, LinkKind::Pump(_)) && drop_m + crest_m.max(0.0) < 0.0 {
        warn.push(Adjustment::CrestRaised(at));
    }
    LinkData {
        from: link.from.0,
        to: link.to.0,
        direction: 1.0,
        offset_from_m: compiled.offset_m(),
        // SWMM takes the height above the first node for that above the second one too.
        offset_to_m: if model.options.defects.others {
            crest_m.max(0.0)
        } else {
            (drop_m + compiled.offset_m()).max(0.0)
        },
        full_depth_m: compiled.full_depth_m(),
        flap_gate,
        class: LinkClass::Structure(index as u32),
    }
}

fn node(model: &DrainageModel, node: &Node) -> Result<NodeData, ModelError> {
    let fail = |what, value| {
        Err(ModelError::Value { element: format!("node {}", node.id), what, value, must_be: "0 or more" })
    };
    for (what, value) in [
        ("full depth", node.full_depth_m),
        ("initial depth", node.initial_depth_m),
        ("surcharge depth", node.surcharge_depth_m),
        ("ponded area", node.ponded_area_m2),
    ] {
        if !(value.is_finite() && value >= 0.0) {
            return fail(what, value);
        }
    }
    if !node.invert_m.is_finite() {
        let element = format!("node {}", node.id);
        return Err(ModelError::Value { element, what: "invert", value: node.invert_m, must_be: "a number" });
    }
    Ok(NodeData {
        class: match &node.kind {
            NodeKind::Junction => NodeClass::Junction,
            NodeKind::Outfall(_) => NodeClass::Outfall,
            NodeKind::Divider(_) => NodeClass::Divider,
            NodeKind::Storage(storage) => NodeClass::Storage {
                shape: storage.shape.clone(),
                evaporation: storage.evaporation,
                exfiltration: storage.exfiltration,
            },
        },
        invert_m: node.invert_m,
        full_depth_m: node.full_depth_m,
        surcharge_depth_m: node.surcharge_depth_m,
        ponded_area_m2: if model.options.allow_ponding { node.ponded_area_m2 } else { 0.0 },
        crown_depth_m: 0.0,
        full_volume_m3: 0.0,
        degree: 0,
    })
}

/// Raises full depths and crowns to the links that meet at the nodes.
fn raise_depths(model: &DrainageModel, nodes: &mut [NodeData], links: &[LinkData], warn: &mut Vec<Adjustment>) {
    let given: Vec<f64> = nodes.iter().map(|n| n.full_depth_m).collect();
    for (link, kind) in links.iter().zip(model.links.iter().map(|l| &l.kind)) {
        let crowns = [link.offset_from_m + link.full_depth_m, link.offset_to_m + link.full_depth_m];
        let raises = match kind {
            LinkKind::Pump(_) => [false, false],
            LinkKind::Orifice(orifice) => [!orifice.bottom, false],
            LinkKind::Conduit(_) => [true, true],
            LinkKind::Weir(_) | LinkKind::Outlet(_) => [true, false],
        };
        for (end, at) in [link.from, link.to].into_iter().enumerate() {
            let node = &mut nodes[at as usize];
            node.crown_depth_m = node.crown_depth_m.max(crowns[end]);
            let grows = !matches!(node.class, NodeClass::Storage { .. }) || node.surcharge_depth_m > 0.0;
            if raises[end] && grows {
                node.full_depth_m = node.full_depth_m.max(crowns[end]);
            }
        }
        if let LinkKind::Pump(pump) = kind
            && let PumpCurve::StepVolume(points) = &pump.curve
            && let Some(&(volume_m3, _)) = points.last()
        {
            // The wet well that the pump's curve speaks of.
            let well = &mut nodes[link.from as usize];
            if !matches!(well.class, NodeClass::Storage { .. }) {
                well.full_volume_m3 = well.full_volume_m3.max(volume_m3);
            }
        }
    }
    for (at, (node, given)) in (0_u32..).zip(nodes.iter().zip(given)) {
        if given > 0.0 && node.full_depth_m > given {
            warn.push(Adjustment::NodeDepthRaised(at));
        }
    }
}

/// Full volumes, and what only shows once full depths are known.
fn finish_nodes(model: &DrainageModel, nodes: &mut [NodeData]) -> Result<(), ModelError> {
    for (data, node) in nodes.iter_mut().zip(&model.nodes) {
        let element = || format!("node {}", node.id);
        if node.initial_depth_m > data.full_depth_m + data.surcharge_depth_m {
            let must_be = "at most the full depth and the surcharge depth together";
            let value = node.initial_depth_m;
            return Err(ModelError::Value { element: element(), what: "initial depth", value, must_be });
        }
        if matches!(data.class, NodeClass::Storage { .. }) {
            data.full_volume_m3 = data.volume_m3(data.full_depth_m);
        } else if data.full_depth_m <= 0.0 {
            data.full_volume_m3 = 0.0;
        }
        if data.full_volume_m3 < 0.0 {
            let (value, must_be) = (data.full_volume_m3, "0 or more; correct its area curve");
            return Err(ModelError::Value { element: element(), what: "volume at full depth", value, must_be });
        }
    }
    Ok(())
}

fn outfalls(model: &DrainageModel, links: &[LinkData]) -> Vec<OutfallEnd> {
    let mut ends = Vec::new();
    for (at, link) in (0_u32..).zip(links) {
        for (node, offset_m) in [(link.to, link.offset_to_m), (link.from, link.offset_from_m)] {
            if let NodeKind::Outfall(outfall) = &model.nodes[node as usize].kind {
                // Behind a structure water falls freely: no depth follows from its flow.
                let offset_m = if matches!(link.class, LinkClass::Structure(_)) { 0.0 } else { offset_m };
                ends.push(OutfallEnd { node, link: at, offset_m, law: StageLaw::new(outfall, model) });
                break;
            }
        }
    }
    ends
}
