//! A model of one subcatchment that is all LID, from the lines of a reference table.

use crate::domains::drainage::lid::{LidInput, LidUnitState, Lids};
use crate::domains::drainage::model::*;
use crate::units::{M_PER_IN, S_PER_DAY, S_PER_HOUR};

/// Step of the reference runs [s].
pub(super) const DT_S: f64 = 300.0;

/// A reference run and what it gave.
pub(super) struct Case {
    pub model: DrainageModel,
    /// Length of the deck's rain depth [m].
    pub depth_m: f64,
    pub evap_ms: f64,
    /// Rain of each step [m/s].
    pub rain_ms: Vec<f64>,
    /// SWMM's performance summary in the deck's depth: inflow, evaporation, infiltration, surface, drain, initial,
    /// final, error [%].
    pub summary: Vec<f64>,
    /// Rows of SWMM's LID report.
    pub rows: Vec<Vec<f64>>,
}

fn numbers(words: &[&str]) -> Vec<f64> {
    words.iter().filter_map(|w| w.parse().ok()).collect()
}

/// A subcatchment covered by one unit of a design.
pub(super) fn model(control: LidControl, area_m2: f64, width_m: f64, saturation: f64, native_ms: f64) -> DrainageModel {
    let unit = LidUnit {
        control: LidIx::new(0),
        count: 1,
        area_m2,
        width_m,
        initial_saturation: saturation,
        from_impervious: 0.0,
        from_pervious: 0.0,
        to_pervious: false,
        drain_to: None,
    };
    DrainageModel {
        lid_controls: vec![control],
        subcatchments: vec![subcatchment(area_m2, native_ms, vec![unit])],
        ..Default::default()
    }
}

/// A subcatchment with units in it.
pub(super) fn subcatchment(area_m2: f64, native_ms: f64, lid_units: Vec<LidUnit>) -> Subcatchment {
    Subcatchment {
        id: "C".to_owned(),
        gage: None,
        outlet: Some(Receiver::Node(NodeIx::new(0))),
        area_m2,
        impervious: 0.0,
        width_m: 10.0,
        slope: 0.01,
        curb_length: 0.0,
        manning_impervious: 0.01,
        manning_pervious: 0.1,
        storage_impervious_m: 0.0,
        storage_pervious_m: 0.0,
        zero_storage: 0.0,
        subarea_routing: SubareaRouting::ToOutlet,
        routed: 1.0,
        infiltration: Infiltration::GreenAmpt {
            suction_m: 3.5 * if native_ms > 3.4e-6 { M_PER_IN } else { 1e-3 },
            conductivity_ms: native_ms,
            deficit: 0.25,
            modified: true,
        },
        groundwater: None,
        snowpack: None,
        lid_units,
        coverage: Vec::new(),
        initial_buildup: Vec::new(),
        adjustments: [None; 3],
    }
}

/// An empty design of a kind.
pub(super) fn control(kind: LidKind) -> LidControl {
    LidControl {
        id: "L".to_owned(),
        kind,
        surface: LidSurface { void_fraction: 1.0, ..LidSurface::default() },
        soil: None,
        pavement: None,
        storage: None,
        drain: None,
        mat: None,
        removal: vec![0.8],
    }
}

/// Reads a layer's line into a design, as SWMM reads `[LID_CONTROLS]`.
fn layer(to: &mut LidControl, words: &[&str], depth_m: f64) {
    let rate_ms = depth_m / S_PER_HOUR;
    let x = numbers(&words[1..]);
    let at = |i: usize| x.get(i).copied().unwrap_or(0.0);
    let fraction = |ratio: f64| ratio / (1.0 + ratio);
    match words[0] {
        "SURFACE" => {
            to.surface = LidSurface {
                storage_m: x[0] * depth_m,
                void_fraction: 1.0 - x[1],
                manning: x[2],
                slope: x[3] / 100.0,
                side_slope: x[4],
            };
        }
        "SOIL" => {
            to.soil = Some(LidSoil {
                thickness_m: x[0] * depth_m,
                porosity: x[1],
                field_capacity: x[2],
                wilting_point: x[3],
                conductivity_ms: x[4] * rate_ms,
                conductivity_slope: x[5],
                suction_m: x[6] * depth_m,
            });
        }
        "PAVEMENT" => {
            to.pavement = Some(LidPavement {
                thickness_m: x[0] * depth_m,
                void_fraction: fraction(x[1]),
                impervious: x[2],
                permeability_ms: x[3] * rate_ms,
                clog_factor: x[4],
                regeneration_days: at(5),
                regeneration: at(6),
            });
        }
        "STORAGE" => {
            to.storage = Some(LidStorage {
                thickness_m: x[0] * depth_m,
                void_fraction: fraction(x[1]),
                seepage_ms: x[2] * rate_ms,
                clog_factor: x[3],
                covered: false,
            });
        }
        "DRAIN" => {
            let gate = [(0.0, 0.0), (100.0, 0.5), (300.0, 1.5)].map(|(h, m)| (h * depth_m, m));
            to.drain = Some(LidDrain {
                coefficient: x[0],
                exponent: x[1],
                head_factor: 1.0 / depth_m,
                flow_factor: rate_ms,
                offset_m: x[2] * depth_m,
                delay_s: at(3) * S_PER_HOUR,
                open_head_m: at(4) * depth_m,
                close_head_m: at(5) * depth_m,
                curve: if words.contains(&"GATE") { gate.to_vec() } else { Vec::new() },
            });
        }
        "DRAINMAT" => to.mat = Some(LidMat { thickness_m: x[0] * depth_m, void_fraction: x[1], manning: x[2] }),
        other => panic!("unknown layer {other}"),
    }
}

impl Case {
    /// Reads a table.
    pub(super) fn read(text: &str) -> Self {
        let mut lines = text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>());
        let unit = lines.next().expect("a first line");
        let is_us = unit[1] == "CFS";
        let (depth_m, length_m) = if is_us { (M_PER_IN, 0.3048) } else { (1e-3, 1.0) };
        let of_unit = numbers(&unit[2..]);
        let mut design = control(LidKind::Bioretention);
        let (mut summary, mut rain_ms, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for words in lines {
            match words[0] {
                "L" if words.len() == 2 => design.kind = kind(words[1]),
                "L" => layer(&mut design, &words[1..], depth_m),
                "summary" => summary = numbers(&words[1..]),
                "rain" => {
                    for run in &words[1..] {
                        let (value, count) = run.split_once('x').expect("value x count");
                        let value: f64 = value.parse().expect("a rain");
                        let count: usize = count.parse().expect("a count");
                        rain_ms.extend(std::iter::repeat_n(value * depth_m / S_PER_HOUR, count));
                    }
                }
                _ => rows.push(numbers(&words)),
            }
        }
        let native_ms = if is_us { 0.5 } else { 12.0 } * depth_m / S_PER_HOUR;
        let mut model =
            model(design, of_unit[1] * length_m * length_m, of_unit[2] * length_m, of_unit[3] / 100.0, native_ms);
        model.options.defects = Defects::SWMM_5_2;
        Self { model, depth_m, evap_ms: of_unit[0] * depth_m / S_PER_DAY, rain_ms, summary, rows }
    }

    /// Runs all steps, giving the state after each.
    pub(super) fn run(&self) -> Vec<LidUnitState> {
        self.run_in_parts(1)
    }

    /// The same with every step of the rain cut into equal parts.
    pub(super) fn run_in_parts(&self, parts: u16) -> Vec<LidUnitState> {
        let lids = Lids::new(&self.model).expect("a sound model");
        let mut states = lids.initial();
        let mut all = Vec::new();
        let dt_s = DT_S / f64::from(parts);
        let mut time_s = 0.0;
        for &rain_ms in self.rain_ms.iter().flat_map(|r| std::iter::repeat_n(r, usize::from(parts))) {
            Lids::begin_step(&mut states);
            let input =
                LidInput { time_s, rain_ms, evap_ms: self.evap_ms, native_infiltration_ms: rain_ms, ..still(dt_s) };
            lids.step(0, &mut states, &input);
            all.push(states[0]);
            time_s += dt_s;
        }
        all
    }
}

/// A step without anything coming in.
pub(super) fn still(dt_s: f64) -> LidInput {
    LidInput {
        time_s: 0.0,
        dt_s,
        rain_ms: 0.0,
        runon_m3s: 0.0,
        impervious_runoff_m3s: 0.0,
        pervious_runoff_m3s: 0.0,
        evap_ms: 0.0,
        native_infiltration_ms: 0.0,
        native_limit_ms: f64::INFINITY,
        conductivity_factor: 1.0,
        recovery_factor: 1.0,
    }
}

fn kind(word: &str) -> LidKind {
    match word {
        "BC" => LidKind::Bioretention,
        "RG" => LidKind::RainGarden,
        "GR" => LidKind::GreenRoof,
        "IT" => LidKind::InfiltrationTrench,
        "PP" => LidKind::PermeablePavement,
        "RB" => LidKind::RainBarrel,
        "RD" => LidKind::RooftopDisconnection,
        "VS" => LidKind::VegetativeSwale,
        other => panic!("unknown kind {other}"),
    }
}
