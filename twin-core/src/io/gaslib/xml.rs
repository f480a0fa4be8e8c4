//! Elements of GasLib's XML, with their lines: attributes, and numbers with units.

use roxmltree::{Document, Node};

use super::codes;
use crate::io::text::{Notes, quote};

/// What a number measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Length,
    Pressure,
    Flow,
    Temperature,
    Plain,
}

/// A number in SI, and whether a flow is one of volume at normal state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quantity {
    pub value: f64,
    pub normal_volume: bool,
}

/// What reading a file needs to know at every turn.
pub(super) struct Reader<'a, 'd> {
    pub notes: Notes<'a>,
    pub document: &'d Document<'d>,
}

impl<'d> Reader<'_, 'd> {
    /// Line of an element.
    pub fn line(&self, node: Node<'d, 'd>) -> usize {
        self.document.text_pos_at(node.range().start).row as usize
    }

    pub fn error(&mut self, code: &str, node: Node<'d, 'd>, message: String, remedy: &str) {
        self.notes.error(code, self.line(node), &subject(node), message, remedy);
    }

    /// An attribute that is needed.
    pub fn attribute(&mut self, node: Node<'d, 'd>, name: &str) -> Option<&'d str> {
        let found = node.attribute(name).filter(|v| !v.is_empty());
        if found.is_none() {
            self.error(codes::MISSING, node, format!("has no attribute {name}"), "give it");
        }
        found
    }

    /// The number of a child, if there is one; `Err` where it cannot be used.
    pub fn may(
        &mut self,
        node: Node<'d, 'd>,
        name: &str,
        measure: Measure,
        range: [f64; 2],
    ) -> Result<Option<Quantity>, ()> {
        let child = node.children().find(|c| c.tag_name().name() == name);
        child.map(|c| self.number(c, measure, range).ok_or(())).transpose()
    }

    /// The number of a child that is needed.
    pub fn must(&mut self, node: Node<'d, 'd>, name: &str, measure: Measure, range: [f64; 2]) -> Option<f64> {
        match self.may(node, name, measure, range) {
            Ok(Some(quantity)) => Some(quantity.value),
            Ok(None) => {
                self.error(codes::MISSING, node, format!("has no {name}"), "give it");
                None
            }
            Err(()) => None,
        }
    }

    /// The number of an element in SI.
    pub fn number(&mut self, node: Node<'d, 'd>, measure: Measure, [low, high]: [f64; 2]) -> Option<Quantity> {
        let text = self.attribute(node, "value")?;
        let name = node.tag_name().name();
        let Some(x) = text.trim().parse::<f64>().ok().filter(|x| x.is_finite()) else {
            self.error(codes::NUMBER, node, format!("{name} is {:?}", quote(text)), "give a number");
            return None;
        };
        let unit = node.attribute("unit").unwrap_or_default();
        let Some((factor, offset)) = unit_of(measure, unit) else {
            let what = format!("{name} has the unit {:?}", quote(unit));
            self.error(codes::UNIT, node, what, "use a unit that GasLib knows");
            return None;
        };
        let value = x * factor + offset;
        if !(low..=high).contains(&value) {
            let what = format!("{name} is {value}, outside {low} to {high} in SI units");
            self.error(codes::RANGE, node, what, "correct the value or its unit");
            return None;
        }
        let normal_volume = measure == Measure::Flow && unit.contains("m_cube");
        Some(Quantity { value, normal_volume })
    }
}

/// Factor and offset of a unit towards SI; flows of volume are at normal state.
fn unit_of(measure: Measure, unit: &str) -> Option<(f64, f64)> {
    let factor = |f: f64| Some((f, 0.0));
    match (measure, unit) {
        (Measure::Length, "km") => factor(1e3),
        (Measure::Length, "m" | "" | "meter") => factor(1.0),
        (Measure::Length, "mm") => factor(1e-3),
        (Measure::Pressure, "bar") => factor(1e5),
        (Measure::Pressure, "barg") => Some((1e5, 101_325.0)),
        (Measure::Pressure, "Pa") => factor(1.0),
        (Measure::Pressure, "MPa") => factor(1e6),
        (Measure::Flow, "1000m_cube_per_hour") => factor(1000.0 / 3600.0),
        (Measure::Flow, "m_cube_per_hour") => factor(1.0 / 3600.0),
        (Measure::Flow, "m_cube_per_s" | "kg_per_s") => factor(1.0),
        (Measure::Temperature, "Celsius" | "C") => Some((1.0, 273.15)),
        (Measure::Temperature, "K") => factor(1.0),
        (Measure::Plain, _) => factor(1.0),
        _ => None,
    }
}

/// What people call an element.
pub(super) fn subject(node: Node<'_, '_>) -> String {
    let own = |n: Node<'_, '_>| n.attribute("id").map(|id| format!("{} {id}", n.tag_name().name()));
    let above = || node.parent_element().and_then(own);
    own(node).or_else(above).unwrap_or_else(|| node.tag_name().name().to_owned())
}
