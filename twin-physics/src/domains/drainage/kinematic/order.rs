//! Links in the order in which water passes them.

use super::super::model::DrainageModel;
use super::super::network::{ModelError, Network};

/// Links sorted from upstream to downstream: node by node, a divider's main link before its diversion.
///
/// *Source:* Kahn (1962), *Topological sorting of large networks*, Communications of the ACM 5(11).
pub(super) fn downstream(
    net: &Network,
    model: &DrainageModel,
    diverts: impl Fn(u32, usize) -> bool,
) -> Result<Vec<u32>, ModelError> {
    let mut entering = vec![0_u32; net.nodes.len()];
    for link in &net.links {
        entering[link.to as usize] += 1;
    }
    let mut ready: Vec<usize> = (0..net.nodes.len()).filter(|&i| entering[i] == 0).collect();
    let mut order = Vec::with_capacity(net.links.len());
    let mut next = 0;
    while let Some(&node) = ready.get(next) {
        next += 1;
        let first = order.len();
        let links = &net.incidence[net.start[node] as usize..net.start[node + 1] as usize];
        order.extend(links.iter().copied().filter(|&l| net.links[l as usize].from as usize == node));
        order[first..].sort_by_key(|&link| diverts(link, node));
        for &link in &order[first..] {
            let to = net.links[link as usize].to as usize;
            entering[to] -= 1;
            if entering[to] == 0 {
                ready.push(to);
            }
        }
    }
    match entering.iter().position(|&n| n > 0) {
        None => Ok(order),
        Some(node) => Err(ModelError::Layout {
            element: format!("node {}", model.nodes[node].id),
            what: "it lies on or below a loop",
            remedy: "open the loop, or route by dynamic wave",
        }),
    }
}
