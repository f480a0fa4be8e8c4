//! What a set of sources can reach through links that let flow pass both ways, one way, or not at all.

use super::Incidence;

/// Which way a link can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// Neither way.
    Shut,
    /// From first to second node only.
    Forward,
    /// Either way.
    Both,
}

/// Buffers and result of a search, reused from one to the next.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    reached: Vec<bool>,
    stack: Vec<u32>,
}

impl Reach {
    /// Forgets all and starts with `nodes` nodes, none reached.
    pub fn clear(&mut self, nodes: usize) {
        self.reached.clear();
        self.reached.resize(nodes, false);
        self.stack.clear();
    }

    /// Adds a source and everything it reaches.
    pub fn spread(&mut self, graph: &Incidence, source: usize, passage: impl Fn(u32) -> Passage) {
        if self.reached[source] {
            return;
        }
        self.reached[source] = true;
        self.stack.push(u32::try_from(source).unwrap_or(u32::MAX));
        while let Some(node) = self.stack.pop() {
            for step in graph.of(node as usize) {
                let other = step.other as usize;
                if self.reached[other] {
                    continue;
                }
                let passes = match passage(step.link) {
                    Passage::Shut => false,
                    Passage::Forward => step.outgoing,
                    Passage::Both => true,
                };
                if passes {
                    self.reached[other] = true;
                    self.stack.push(step.other);
                }
            }
        }
    }

    /// Whether each node is reached.
    #[must_use]
    pub fn reached(&self) -> &[bool] {
        &self.reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_way_link_is_followed_forward_only() {
        let g = Incidence::new(4, &[0, 2, 2], &[1, 1, 3]);
        let mut reach = Reach::default();
        reach.clear(4);
        let passage = |k| if k == 1 { Passage::Forward } else { Passage::Both };
        reach.spread(&g, 0, passage);
        assert_eq!(reach.reached(), [true, true, false, false]);
        reach.spread(&g, 3, passage);
        assert_eq!(reach.reached(), [true; 4]);
    }
}
