//! What drains to each manhole, and the sponge-city measures in it.

use super::SewershedOptions;
use super::layout::{Kind, Node, Role};
use crate::generator::chance::Chance;

/// A catchment.
#[derive(Debug, Clone)]
pub struct Catchment {
    /// [m²]
    pub area_m2: f64,
    /// Impervious share [–].
    pub impervious: f64,
    /// Width of overland flow [m].
    pub width_m: f64,
    /// Slope [–].
    pub slope: f64,
    pub measure: Option<Measure>,
}

impl Catchment {
    /// Area times coefficient of runoff, 0.9 for roofs and streets, 0.25 for loess and green [m²].
    pub fn runoff_area_m2(&self) -> f64 {
        self.area_m2 * 0.9f64.mul_add(self.impervious, 0.25 * (1.0 - self.impervious))
    }
}

/// A sponge-city measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    pub kind: MeasureKind,
    /// [m²]
    pub area_m2: f64,
    /// Share of the impervious area that runs onto it [–].
    pub from_impervious: f64,
}

/// Kinds of measures of the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasureKind {
    Bioretention,
    PermeablePavement,
    GreenRoof,
    RainBarrels,
}

impl MeasureKind {
    pub const ALL: [Self; 4] = [Self::Bioretention, Self::PermeablePavement, Self::GreenRoof, Self::RainBarrels];

    /// Its name in the deck.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Bioretention => "BIORETENTION",
            Self::PermeablePavement => "PAVEMENT",
            Self::GreenRoof => "GREENROOF",
            Self::RainBarrels => "BARRELS",
        }
    }
}

/// Gives every manhole its catchment.
pub fn add(nodes: &mut [Node], options: &SewershedOptions) {
    let mut ground = Chance::new(options.seed, "catchments");
    let mut sponge = Chance::new(options.seed, "measures");
    for node in nodes.iter_mut().filter(|n| matches!(n.kind, Kind::Manhole)) {
        let mut catchment = draw(node.role, &mut ground);
        // Drawn whether it is used or not: a larger share adds measures and moves none.
        let (chosen, measure) = (sponge.unit(), draw_measure(&catchment, &mut sponge));
        catchment.measure = (chosen < options.lid_share).then_some(measure);
        node.catchment = Some(catchment);
    }
}

fn draw(role: Role, chance: &mut Chance) -> Catchment {
    let (low_ha, high_ha, low, high) = match role {
        Role::Trunk => (0.12, 0.30, 0.60, 0.85),
        Role::Side(_) => (0.15, 0.35, 0.50, 0.80),
        Role::Cross => (0.20, 0.45, 0.35, 0.70),
        Role::Sag => (0.10, 0.20, 0.85, 0.95),
    };
    let area_m2 = (chance.between(low_ha, high_ha) * 1000.0).round() * 10.0;
    let impervious = (chance.between(low, high) * 1000.0).round() / 1000.0;
    let width_m = (area_m2 / chance.between(45.0, 90.0) * 10.0).round() / 10.0;
    let slope = (chance.between(0.005, 0.03) * 1e4).round() / 1e4;
    Catchment { area_m2, impervious, width_m, slope, measure: None }
}

fn draw_measure(catchment: &Catchment, chance: &mut Chance) -> Measure {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 3
    let kind = MeasureKind::ALL[(chance.unit() * 4.0) as usize];
    let of_area = chance.between(0.04, 0.10);
    let area_m2 = match kind {
        MeasureKind::RainBarrels => 12.0, // four barrels of 3 m²
        _ => (catchment.area_m2 * of_area).round(),
    };
    let from_impervious = match kind {
        MeasureKind::GreenRoof => 0.0, // rain on itself alone
        _ => (chance.between(0.2, 0.5) * 100.0).round() / 100.0,
    };
    Measure { kind, area_m2, from_impervious }
}
