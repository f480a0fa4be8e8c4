//! A steady network put together element by element, whatever format it comes in.

use std::collections::BTreeMap;

use twin_physics::domains::gas::model::{GasModel, Link, LinkKind, Node};

use super::SteadyCase;

/// A network under construction.
pub struct Assembly {
    /// What stands already.
    pub case: SteadyCase,
    places: BTreeMap<String, usize>,
}

impl Assembly {
    /// An empty one.
    #[must_use]
    pub fn new(model: GasModel, t_k: f64, gravity: f64) -> Self {
        let (nodes, links, equations) = (Vec::new(), Vec::new(), Vec::new());
        Self { case: SteadyCase { t_k, gravity, nodes, links, model, equations }, places: BTreeMap::new() }
    }

    /// Adds a node; `false` where there is one of its name.
    pub fn node(&mut self, node: Node) -> bool {
        if self.places.contains_key(&node.id) {
            return false;
        }
        self.places.insert(node.id.clone(), self.case.nodes.len());
        self.case.nodes.push(node.id.clone());
        self.case.model.nodes.push(node);
        true
    }

    /// The place of a node.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The names of all nodes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Adds a link between two nodes.
    pub fn link(&mut self, id: String, [from, to]: [usize; 2], kind: LinkKind, open: bool) {
        self.case.links.push(id.clone());
        self.case.model.links.push(Link { id, from, to, kind, open });
    }

    /// A node between others, where an element has parts: a copy of another under a name of its own.
    pub fn between(&mut self, like: usize, id: String) -> usize {
        let node = Node { id, source_pa: None, load_kgs: 0.0, ..self.case.model.nodes[like].clone() };
        let place = self.case.nodes.len();
        self.node(node);
        place.min(self.case.nodes.len() - 1)
    }
}
