//! Where the manholes stand and which way they drain. Every node comes after the one it drains to.

use super::SewershedOptions;
use super::catchment::Catchment;
use super::sizing::Pipe;
use super::works::{Pond, WetWell};
use crate::generator::chance::Chance;

/// From the river's axis to the trunk [m].
const BANK_M: f64 = 40.0;
/// From the river's axis to the mouth of an outfall [m].
const MOUTH_M: f64 = 14.0;
/// From the river's axis to the foot of its banks [m].
const CHANNEL_M: f64 = 20.0;
/// How deep the channel lies in the banks [m].
const CHANNEL_DEPTH_M: f64 = 6.0;
/// Between manholes of a trunk [m]; a side street joins at every second one.
const TRUNK_M: f64 = 80.0;
/// Between manholes of a cross street [m]: two of them on both sides of a street fit between two streets.
const CROSS_M: f64 = 37.0;
/// Free bank between reaches [m].
const GAP_M: f64 = 70.0;
/// Reaches of one valley; a larger town has more valleys.
const REACHES: usize = 12;
/// Between the rivers of neighbouring valleys [m].
const VALLEYS_M: f64 = 5000.0;
/// River level below the bank in ordinary times, least and most [m].
const FREEBOARD_M: (f64, f64) = (3.2, 5.0);
/// River level below the bank at the height of a flood that comes with the storm [m].
const FLOOD_FREEBOARD_M: f64 = 2.0;
/// How much lower an underpass lies than the street over it [m].
const SAG_M: f64 = 4.5;

/// What a node is.
#[derive(Debug, Clone)]
pub enum Kind {
    Manhole,
    Outfall(Stage),
    Pond(Pond),
    WetWell(WetWell),
}

/// Part of the town a node belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Trunk,
    /// In a side street; the number counts side streets of the town.
    Side(usize),
    Cross,
    /// The low point of an underpass.
    Sag,
}

/// Level of the river at an outfall.
#[derive(Debug, Clone, Copy)]
pub struct Stage {
    /// In ordinary times [m].
    pub level_m: f64,
    /// Rise with the storm, 0 where the level stays [m].
    pub rise_m: f64,
}

/// A node, and what leads on from it.
#[derive(Debug, Clone)]
pub struct Node {
    pub id: String,
    pub kind: Kind,
    pub role: Role,
    pub x: f64,
    pub y: f64,
    /// Ground [m].
    pub ground_m: f64,
    /// Where it drains to; an outfall drains nowhere.
    pub down: Option<usize>,
    /// Where a sewer leads on: its size and place. Ponds and wet wells have none.
    pub pipe: Option<Pipe>,
    pub catchment: Option<Catchment>,
}

/// The shape of the ground of one valley.
#[derive(Debug, Clone)]
pub struct Valley {
    head_m: f64,
    fall: f64,
    /// Where its river runs [m].
    pub y: f64,
}

impl Valley {
    /// Ground at a place [m]: falls along the river, rises from the bank in terraces. The river lies in a channel.
    pub fn ground_m(&self, x: f64, from_river_m: f64) -> f64 {
        let below = ((BANK_M - from_river_m) / (BANK_M - CHANNEL_M)).clamp(0.0, 1.0) * CHANNEL_DEPTH_M;
        self.bank_m(x, from_river_m) - below
    }

    /// The same without the channel.
    fn bank_m(&self, x: f64, from_river_m: f64) -> f64 {
        let d = (from_river_m - BANK_M).max(0.0);
        let terrace = 0.008 * d.min(120.0) + 0.018 * (d - 120.0).clamp(0.0, 300.0) + 0.035 * (d - 420.0).max(0.0);
        self.head_m - self.fall * x + terrace
    }
}

struct Town {
    nodes: Vec<Node>,
    /// Sewers that may still be laid.
    left: usize,
    chance: Chance,
    /// Manholes of a side street.
    rows: usize,
    /// Side streets of a reach.
    branches: usize,
    side_streets: usize,
}

/// All nodes of a town with exactly the sewers asked for, and its valleys.
pub fn town(options: &SewershedOptions) -> (Vec<Node>, Vec<Valley>) {
    let root = (options.conduits as f64).sqrt();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small and positive
    let share = |of: f64, low: usize, high: usize| ((root / of).round() as usize).clamp(low, high);
    let mut town = Town {
        nodes: Vec::new(),
        left: options.conduits,
        chance: Chance::new(options.seed, "layout"),
        rows: share(2.5, 2, 14),
        branches: share(4.0, 2, 9),
        side_streets: 0,
    };
    let mut valleys = vec![town.valley(0)];
    let mut reach = 0;
    while town.left > 0 {
        if reach / REACHES == valleys.len() {
            valleys.push(town.valley(valleys.len()));
        }
        town.reach(&valleys[reach / REACHES], reach);
        reach += 1;
    }
    (town.nodes, valleys)
}

impl Town {
    fn valley(&mut self, number: usize) -> Valley {
        let head_m = self.chance.between(980.0, 1120.0);
        Valley { head_m, fall: self.chance.between(0.0035, 0.0065), y: VALLEYS_M * number as f64 }
    }

    /// One trunk with its outfall and all that drains to it.
    fn reach(&mut self, valley: &Valley, reach: usize) {
        let bank = if reach.is_multiple_of(2) { 1.0 } else { -1.0 };
        let length_m = 2.0 * TRUNK_M * self.branches as f64 + GAP_M;
        let end_x = length_m * ((reach % REACHES) / 2 + 1) as f64;
        let bank_m = valley.bank_m(end_x, BANK_M);
        let at = Site { valley, bank };
        let freeboard_m = self.chance.between(FREEBOARD_M.0, FREEBOARD_M.1);
        let rise_m = if reach % 3 == 1 { freeboard_m - FLOOD_FREEBOARD_M } else { 0.0 };
        let stage = Stage { level_m: round(bank_m - freeboard_m), rise_m: round(rise_m) };
        let mouth = self.add(&at, format!("O{reach:03}"), Kind::Outfall(stage), Role::Trunk, (end_x, MOUTH_M), None);
        let mut below = mouth;
        for k in 0..2 * self.branches {
            if self.left == 0 {
                return;
            }
            let x = end_x - 12.0 - TRUNK_M * k as f64;
            below = self.manhole(&at, format!("R{reach:03}T{k:02}"), Role::Trunk, (x, BANK_M), below);
            if k.is_multiple_of(2) {
                let pond = k == 2 || self.chance.happens(0.15);
                self.side_street(&at, &format!("R{reach:03}B{:02}", k / 2), x, below, pond);
            } else if k == 1 && (reach.is_multiple_of(2) || self.chance.happens(0.3)) && self.left > 0 {
                self.underpass(&at, &format!("R{reach:03}U{k:02}"), x, below);
            }
        }
    }

    /// A side street from the trunk uphill, with its cross streets.
    fn side_street(&mut self, at: &Site<'_>, name: &str, x: f64, trunk: usize, pond: bool) {
        let pitch_m = self.chance.between(45.0, 65.0);
        let street = self.side_streets;
        self.side_streets += 1;
        let mut below = trunk;
        if pond && self.left > 0 {
            let place = (x + 14.0, BANK_M + 16.0);
            below = self.add(at, format!("{name}POND"), Kind::Pond(Pond::default()), Role::Trunk, place, Some(trunk));
        }
        for j in 0..self.rows {
            if self.left == 0 {
                return;
            }
            let d = BANK_M + pitch_m * (j + 1) as f64;
            below = self.manhole(at, format!("{name}S{j:02}"), Role::Side(street), (x, d), below);
            for (side, way) in [("E", 1.0), ("W", -1.0)] {
                let long = self.chance.unit();
                let manholes = usize::from(long > 0.35) + usize::from(long > 0.75);
                let mut above = below;
                for l in 1..=manholes {
                    if self.left == 0 {
                        return;
                    }
                    let place = (x + way * CROSS_M * l as f64, d);
                    above = self.manhole(at, format!("{name}S{j:02}{side}{l}"), Role::Cross, place, above);
                }
            }
        }
    }

    /// A low underpass: its water runs to a wet well and is pumped to the trunk.
    fn underpass(&mut self, at: &Site<'_>, name: &str, x: f64, trunk: usize) {
        let place = (x + 15.0, BANK_M + 10.0);
        let well =
            self.add(at, format!("{name}WELL"), Kind::WetWell(WetWell::default()), Role::Sag, place, Some(trunk));
        let sag = self.manhole(at, format!("{name}SAG"), Role::Sag, (x + 30.0, BANK_M + 35.0), well);
        self.nodes[sag].ground_m = round(self.nodes[sag].ground_m - SAG_M);
    }

    /// A manhole and the sewer from it to `below`.
    fn manhole(&mut self, at: &Site<'_>, id: String, role: Role, place: (f64, f64), below: usize) -> usize {
        self.left -= 1;
        let ix = self.add(at, id, Kind::Manhole, role, place, Some(below));
        let (node, down) = (&self.nodes[ix], &self.nodes[below]);
        let length_m = round((node.x - down.x).hypot(node.y - down.y).max(10.0));
        self.nodes[ix].pipe = Some(Pipe::of_length(length_m));
        ix
    }

    fn add(
        &mut self,
        at: &Site<'_>,
        id: String,
        kind: Kind,
        role: Role,
        (x, from_river_m): (f64, f64),
        down: Option<usize>,
    ) -> usize {
        let uneven_m = self.chance.between(-0.08, 0.08);
        let ground_m = round(at.valley.bank_m(x, from_river_m) + uneven_m);
        let y = at.valley.y + at.bank * from_river_m;
        self.nodes.push(Node { id, kind, role, x, y, ground_m, down, pipe: None, catchment: None });
        self.nodes.len() - 1
    }
}

/// A valley and the bank: +1 north of the river, −1 south of it.
struct Site<'a> {
    valley: &'a Valley,
    bank: f64,
}

/// To the millimetre, as the deck writes it.
pub fn round(value_m: f64) -> f64 {
    (value_m * 1000.0).round() / 1000.0
}
