//! Which links meet where, and whether the routing method allows it.
//!
//! *Source:* Rossman (2022), *SWMM User's Manual Version 5.2*, EPA-600/R-22/030, appendix E (error messages 111–141);
//! behaviour of SWMM 5.2.4.

use super::super::model::{DrainageModel, LinkKind, NodeKind, PumpCurve, Routing};
use super::{LinkClass, LinkData, ModelError, NodeClass, NodeData};

/// Links at each node, as [`super::Network::incidence`] and [`super::Network::start`].
pub(super) fn incidence(nodes: usize, links: &[LinkData]) -> (Vec<u32>, Vec<u32>) {
    let mut start = vec![0_u32; nodes + 1];
    for link in links {
        start[link.from as usize + 1] += 1;
        start[link.to as usize + 1] += 1;
    }
    for i in 0..nodes {
        start[i + 1] += start[i];
    }
    let mut next = start.clone();
    let mut incidence = vec![0_u32; 2 * links.len()];
    for (at, link) in (0_u32..).zip(links) {
        for node in [link.from as usize, link.to as usize] {
            incidence[next[node] as usize] = at;
            next[node] += 1;
        }
    }
    (incidence, start)
}

/// Sets the degree of every node and checks the arrangement.
pub(super) fn degrees(model: &DrainageModel, nodes: &mut [NodeData], links: &[LinkData]) -> Result<(), ModelError> {
    if model.options.routing == Routing::Dynamic {
        dynamic(model, nodes, links)
    } else {
        for link in links {
            nodes[link.from as usize].degree += 1;
        }
        tree(model, nodes, links)
    }
}

fn fault<T>(element: String, what: &'static str, remedy: &'static str) -> Result<T, ModelError> {
    Err(ModelError::Layout { element, what, remedy })
}

/// Whether a link takes exactly what its first node receives.
fn passes_on(kind: &LinkKind, link: &LinkData) -> bool {
    match (kind, &link.class) {
        (LinkKind::Pump(pump), _) => matches!(pump.curve, PumpCurve::Ideal),
        (_, LinkClass::Conduit(conduit)) => conduit.dummy,
        _ => false,
    }
}

fn dynamic(model: &DrainageModel, nodes: &mut [NodeData], links: &[LinkData]) -> Result<(), ModelError> {
    let is_outfall = |nodes: &[NodeData], i: u32| nodes[i as usize].class == NodeClass::Outfall;
    let mut entering = vec![0_u32; nodes.len()];
    for link in links {
        // Leaving in the direction of the file, entering in the compiled one: this is SWMM's count.
        let (first, second) = if link.direction < 0.0 { (link.to, link.from) } else { (link.from, link.to) };
        let leaves = if is_outfall(nodes, first) { second } else { first };
        nodes[leaves as usize].degree += 1;
        let enters = if is_outfall(nodes, link.from) { link.from } else { link.to };
        entering[enters as usize] += 1;
    }
    for (kind, link) in model.links.iter().map(|l| &l.kind).zip(links) {
        let node = &model.nodes[link.from as usize];
        if passes_on(kind, link) && nodes[link.from as usize].degree > 1 {
            let remedy = "make it the only link that leaves this node";
            return fault(format!("node {}", node.id), "a dummy conduit or ideal pump leaves it beside others", remedy);
        }
        let dummy = matches!(&link.class, LinkClass::Conduit(c) if c.dummy);
        if dummy && matches!(node.kind, NodeKind::Storage(_)) {
            let remedy = "replace the conduit by one with a cross section, or by a regulator";
            return fault(format!("storage unit {}", node.id), "a dummy conduit leaves it", remedy);
        }
    }
    dummies_in_series(model, links)?;
    let mut outfalls = 0;
    for (i, node) in nodes.iter_mut().enumerate() {
        if node.class == NodeClass::Outfall {
            if node.degree + entering[i].cast_signed() > 1 {
                let remedy = "join them at a junction and lead one link from there to the outfall";
                return fault(format!("outfall {}", model.nodes[i].id), "more than one link reaches it", remedy);
            }
            outfalls += 1;
        }
        if entering[i] == 0 {
            node.degree = -node.degree;
        }
    }
    if outfalls == 0 { Err(ModelError::NoOutfall) } else { Ok(()) }
}

/// Dummy links must not follow each other: which to compute first would be open.
fn dummies_in_series(model: &DrainageModel, links: &[LinkData]) -> Result<(), ModelError> {
    let mut fed = vec![false; model.nodes.len()];
    let kinds = || model.links.iter().map(|l| &l.kind).zip(links);
    for (kind, link) in kinds() {
        fed[link.to as usize] |= passes_on(kind, link);
    }
    for (kind, link) in kinds() {
        if passes_on(kind, link) && fed[link.from as usize] {
            let node = format!("node {}", model.nodes[link.from as usize].id);
            let remedy = "give one of them a cross section or a pump curve";
            return fault(node, "dummy conduits or ideal pumps both enter and leave it", remedy);
        }
    }
    Ok(())
}

fn tree(model: &DrainageModel, nodes: &[NodeData], links: &[LinkData]) -> Result<(), ModelError> {
    for (node, data) in model.nodes.iter().zip(nodes) {
        let (allowed, what) = match node.kind {
            NodeKind::Divider(_) => (2, "more than two links leave this divider"),
            NodeKind::Outfall(_) => (0, "a link leaves this outfall"),
            NodeKind::Storage(_) => continue,
            NodeKind::Junction => (1, "more than one link leaves it"),
        };
        if data.degree > allowed {
            let remedy = "use a divider or a storage unit, or route by dynamic wave";
            return fault(format!("node {}", node.id), what, remedy);
        }
    }
    for (link, data) in model.links.iter().zip(links) {
        if let LinkClass::Conduit(conduit) = &data.class {
            if conduit.slope < 0.0 && !conduit.dummy {
                let remedy = "turn it round or correct its inverts, or route by dynamic wave";
                return fault(format!("conduit {}", link.id), "it runs uphill", remedy);
            }
        } else if !matches!(link.kind, LinkKind::Pump(_))
            && !matches!(model.nodes[data.from as usize].kind, NodeKind::Storage(_))
        {
            let remedy = "lead it from a storage unit, or route by dynamic wave";
            return fault(format!("regulator {}", link.id), "it does not leave a storage unit", remedy);
        }
    }
    Ok(())
}
