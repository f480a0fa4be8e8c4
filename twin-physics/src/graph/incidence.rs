//! Which links meet at each node, stored as one flat list.

/// The links of each node and the nodes at their other ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Incidence {
    start: Vec<u32>,
    at: Vec<Incident>,
}

/// One link seen from one of its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incident {
    /// The link.
    pub link: u32,
    /// The node at its other end.
    pub other: u32,
    /// Whether the link starts here.
    pub outgoing: bool,
}

impl Incidence {
    /// The incidence of links given by their end nodes. Each node lists its links in link order; a loop stands twice.
    ///
    /// # Panics
    /// If a link names a node outside `0..nodes`.
    #[must_use]
    pub fn new(nodes: usize, from: &[u32], to: &[u32]) -> Self {
        let mut start = vec![0_u32; nodes + 1];
        for (&i, &j) in from.iter().zip(to) {
            start[i as usize + 1] += 1;
            start[j as usize + 1] += 1;
        }
        for i in 0..nodes {
            start[i + 1] += start[i];
        }
        let mut next = start.clone();
        let mut at = vec![Incident { link: 0, other: 0, outgoing: false }; 2 * from.len().min(to.len())];
        for (link, (&i, &j)) in (0_u32..).zip(from.iter().zip(to)) {
            for (here, other, outgoing) in [(i, j, true), (j, i, false)] {
                let slot = &mut next[here as usize];
                at[*slot as usize] = Incident { link, other, outgoing };
                *slot += 1;
            }
        }
        Self { start, at }
    }

    /// Number of nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.start.len().saturating_sub(1)
    }

    /// The links of a node.
    #[must_use]
    pub fn of(&self, node: usize) -> &[Incident] {
        &self.at[self.start[node] as usize..self.start[node + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_stands_at_both_its_ends() {
        let g = Incidence::new(4, &[0, 1, 0], &[1, 2, 1]);
        assert_eq!(g.nodes(), 4);
        assert_eq!(
            g.of(1).iter().map(|e| (e.link, e.other, e.outgoing)).collect::<Vec<_>>(),
            [(0, 0, false), (1, 2, true), (2, 0, false)]
        );
        assert!(g.of(3).is_empty());
    }
}
