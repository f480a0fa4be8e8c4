//! Connected parts of a network under a mask of open links.

use super::Incidence;

/// The part each node belongs to, numbered from 0 in order of each part's first node, and the number of parts.
/// A link joins its ends where `open(link)` holds.
#[must_use]
pub fn components(graph: &Incidence, open: impl Fn(u32) -> bool) -> (Vec<u32>, usize) {
    let mut part = vec![u32::MAX; graph.nodes()];
    let mut parts = 0;
    let mut stack = Vec::new();
    for seed in 0..graph.nodes() {
        if part[seed] != u32::MAX {
            continue;
        }
        part[seed] = parts;
        stack.push(seed);
        while let Some(node) = stack.pop() {
            for step in graph.of(node) {
                let other = step.other as usize;
                if part[other] == u32::MAX && open(step.link) {
                    part[other] = parts;
                    stack.push(other);
                }
            }
        }
        parts += 1;
    }
    (part, parts as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_a_bridge_makes_two_parts() {
        let g = Incidence::new(5, &[0, 1, 2, 3], &[1, 2, 3, 4]);
        assert_eq!(components(&g, |_| true), (vec![0; 5], 1));
        assert_eq!(components(&g, |k| k != 1), (vec![0, 0, 1, 1, 1], 2));
    }
}
