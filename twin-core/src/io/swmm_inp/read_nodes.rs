//! Junctions, outfalls, dividers, storage.

use super::deck::{
    CurveIx, Divider, DividerKind, Exfiltration, Junction, LinkIx, Node, NodeKind, Outfall, OutfallStage, SeriesIx,
    Storage, StorageShape, SubcatchmentIx,
};
use super::names::Class;
use super::read::{Bound, Reader};

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Free,
    Normal,
    Fixed,
    Tidal,
    Series,
}

#[derive(Clone, Copy, PartialEq)]
enum ShapeWord {
    Tabular,
    Functional,
    Cylindrical,
    Conical,
    Paraboloid,
    Pyramidal,
}

impl Reader<'_> {
    fn node(&mut self, t: &[&str], invert: f64, kind: NodeKind) {
        let row = self.keep(Node { id: t[0].to_owned(), invert, kind });
        self.deck.nodes.push(row);
    }

    fn depths(&mut self, t: &[&str], i: usize) -> Junction {
        Junction {
            max_depth: self.num_or(t, i, "greatest depth", Bound::NotNegative, 0.0),
            initial_depth: self.num_or(t, i + 1, "initial depth", Bound::NotNegative, 0.0),
            surcharge_depth: self.num_or(t, i + 2, "surcharge depth", Bound::NotNegative, 0.0),
            ponded_area: self.num_or(t, i + 3, "ponded area", Bound::NotNegative, 0.0),
        }
    }

    pub(super) fn junction(&mut self, t: &[&str]) {
        let invert = self.num(t, 1, "elevation", Bound::Any);
        let junction = self.depths(t, 2);
        self.at_most(t, 6);
        self.node(t, invert, NodeKind::Junction(junction));
    }

    pub(super) fn outfall(&mut self, t: &[&str]) {
        let words = [
            ("FREE", Stage::Free),
            ("NORMAL", Stage::Normal),
            ("FIXED", Stage::Fixed),
            ("TIDAL", Stage::Tidal),
            ("TIMESERIES", Stage::Series),
        ];
        let invert = self.num(t, 1, "elevation", Bound::Any);
        let word = self.choose(t, 2, &words);
        let with_data = !matches!(word, Stage::Free | Stage::Normal);
        let stage = match word {
            Stage::Free => OutfallStage::Free,
            Stage::Normal => OutfallStage::Normal,
            _ if !self.at_least(t, 4, "name elevation type stage (gated) (route to)") => OutfallStage::Free,
            Stage::Fixed => OutfallStage::Fixed(self.num(t, 3, "stage", Bound::Any)),
            Stage::Tidal => OutfallStage::Tidal(CurveIx(self.find(Class::Curve, t, 3))),
            Stage::Series => OutfallStage::Series(SeriesIx(self.find(Class::Series, t, 3))),
        };
        let next = if with_data { 4 } else { 3 };
        let gated = self.yes_or(t, next, false);
        let route_to = self.find_or(Class::Subcatchment, t, next + 1).map(SubcatchmentIx);
        self.at_most(t, next + 2);
        self.node(t, invert, NodeKind::Outfall(Outfall { stage, gated, route_to }));
    }

    pub(super) fn divider(&mut self, t: &[&str]) {
        let invert = self.num(t, 1, "elevation", Bound::Any);
        let link = self.find_or(Class::Link, t, 2).map(LinkIx);
        const WORDS: &[(&str, u8)] = &[("CUTOFF", 0), ("TABULAR", 1), ("WEIR", 2), ("OVERFLOW", 3)];
        let (kind, next) = match self.choose(t, 3, WORDS) {
            0 => (DividerKind::Cutoff(self.num(t, 4, "cutoff flow", Bound::NotNegative)), 5),
            1 => (DividerKind::Tabular(CurveIx(self.find(Class::Curve, t, 4))), 5),
            2 => {
                let [min_flow, max_depth, coefficient] = self.numbers(t, 4, "weir parameter", Bound::Any);
                (DividerKind::Weir { min_flow, max_depth, coefficient }, 7)
            }
            _ => (DividerKind::Overflow, 4),
        };
        let junction = self.depths(t, next);
        self.at_most(t, next + 4);
        self.node(t, invert, NodeKind::Divider(Divider { link, kind, junction }));
    }

    fn storage_shape(&mut self, t: &[&str]) -> (StorageShape, usize) {
        let words = [
            ("TABULAR", ShapeWord::Tabular),
            ("FUNCTIONAL", ShapeWord::Functional),
            ("CYLINDRICAL", ShapeWord::Cylindrical),
            ("CONICAL", ShapeWord::Conical),
            ("PARABOL", ShapeWord::Paraboloid),
            ("PYRAMIDAL", ShapeWord::Pyramidal),
        ];
        let word = self.choose(t, 4, &words);
        if word == ShapeWord::Tabular {
            return (StorageShape::Tabular(CurveIx(self.find(Class::Curve, t, 5))), 6);
        }
        let bound = if word == ShapeWord::Functional { Bound::Any } else { Bound::NotNegative };
        let [a, b, c] = self.numbers(t, 5, "shape parameter", bound);
        if !matches!(word, ShapeWord::Functional) && Self::is_number(t, 7) {
            let least = if word == ShapeWord::Paraboloid { 3 } else { 2 };
            for i in 5..5 + least {
                self.num(t, i, "size", Bound::Positive);
            }
        }
        let shape = match word {
            ShapeWord::Cylindrical => StorageShape::Cylindrical { length: a, width: b },
            ShapeWord::Conical => StorageShape::Conical { length: a, width: b, side_slope: c },
            ShapeWord::Paraboloid => StorageShape::Paraboloid { length: a, width: b, height: c },
            ShapeWord::Pyramidal => StorageShape::Pyramidal { length: a, width: b, side_slope: c },
            _ => StorageShape::Functional { coefficient: a, exponent: b, constant: c },
        };
        (shape, 8)
    }

    pub(super) fn storage(&mut self, t: &[&str]) {
        let invert = self.num(t, 1, "elevation", Bound::Any);
        let [max_depth, initial_depth] = self.numbers(t, 2, "depth", Bound::NotNegative);
        let (shape, n) = self.storage_shape(t);
        let surcharge_depth = self.num_or(t, n, "surcharge depth", Bound::NotNegative, 0.0);
        let evaporation = self.num_or(t, n + 1, "evaporation factor", Bound::NotNegative, 0.0);
        let exfiltration = match t.len().saturating_sub(n + 2) {
            0 => None,
            // One value alone is the conductivity.
            1 => {
                let conductivity = self.num(t, n + 2, "conductivity", Bound::NotNegative);
                Some(Exfiltration { suction: 0.0, conductivity, deficit: 0.0 })
            }
            _ => {
                let [suction, conductivity] = self.numbers(t, n + 2, "exfiltration parameter", Bound::NotNegative);
                let deficit = self.num(t, n + 4, "deficit", Bound::Within(0.0, 1.0));
                Some(Exfiltration { suction, conductivity, deficit })
            }
        };
        let exfiltration = exfiltration.filter(|e| e.conductivity > 0.0);
        let storage = Storage { max_depth, initial_depth, surcharge_depth, shape, evaporation, exfiltration };
        self.at_most(t, n + 5);
        self.node(t, invert, NodeKind::Storage(storage));
    }
}
