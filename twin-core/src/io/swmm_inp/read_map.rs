//! The map, labels, tags, and other rows kept word by word.

use super::codes;
use super::deck::{Label, Point, Tag, TagOf};
use super::names::Class;
use super::read::{Bound, Reader, cut, field};
use super::section::Section;

impl Reader<'_> {
    /// Says that a row of the map is of nothing that exists: SWMM does not look at these rows.
    fn placed(&mut self, class: Class, name: &str) {
        if self.names.find(class, name).is_none() {
            let message = format!("{} `{}` does not exist", class.words().0, cut(name));
            self.info(codes::NOT_PLACED, name, message, "remove the row or correct the name");
        }
    }

    pub(super) fn point(&mut self, section: Section, t: &[&str]) {
        let class = match section {
            Section::Coordinates => Class::Node,
            Section::Vertices => Class::Link,
            Section::Polygons => Class::Subcatchment,
            _ => Class::Gage,
        };
        // Polygons may also outline storage nodes.
        if section != Section::Polygons || self.names.find(Class::Node, field(t, 0)).is_none() {
            self.placed(class, field(t, 0));
        }
        let [x, y] = self.numbers(t, 1, "coordinate", Bound::Any);
        let row = self.keep(Point { id: t[0].to_owned(), x, y });
        match section {
            Section::Coordinates => self.deck.map.coordinates.push(row),
            Section::Vertices => self.deck.map.vertices.push(row),
            Section::Polygons => self.deck.map.polygons.push(row),
            _ => self.deck.map.symbols.push(row),
        }
    }

    pub(super) fn label(&mut self, t: &[&str]) {
        let [x, y] = self.numbers(t, 0, "coordinate", Bound::Any);
        let rest = t.get(3..).unwrap_or_default().iter().map(|w| (*w).to_owned()).collect();
        let row = self.keep(Label { x, y, text: field(t, 2).to_owned(), rest });
        self.deck.map.labels.push(row);
    }

    pub(super) fn tag(&mut self, t: &[&str]) {
        let words =
            [("NODE", TagOf::Node), ("LINK", TagOf::Link), ("SUBCATCH", TagOf::Subcatchment), ("GAGE", TagOf::Gage)];
        let of = self.choose(t, 0, &words);
        let class = match of {
            TagOf::Node => Class::Node,
            TagOf::Link => Class::Link,
            TagOf::Subcatchment => Class::Subcatchment,
            TagOf::Gage => Class::Gage,
        };
        self.placed(class, field(t, 1));
        let row = self.keep(Tag { of, id: field(t, 1).to_owned(), text: field(t, 2).to_owned() });
        self.deck.map.tags.push(row);
    }

    pub(super) fn words(&mut self, section: Section, t: &[&str]) {
        let row = self.keep(t.iter().map(|w| (*w).to_owned()).collect());
        match section {
            Section::Map => self.deck.map.settings.push(row),
            Section::Backdrop => self.deck.map.backdrop.push(row),
            _ => self.deck.map.profiles.push(row),
        }
    }
}
