//! The chain from leak to blast against the shared check numbers: every entry of `consequence/check_values.json` to
//! four digits, HyRAM+'s orifices and TNT within what its real gas allows. The energies of combustion are those it was
//! asked with.

use std::path::{Path, PathBuf};

use serde_json::Value;
use twin_physics::kernels::hazard::release::{Orifice, Upstream};
use twin_physics::kernels::hazard::space::{
    Drive, Exchange, Link, SpaceScratch, Spaces, Surroundings, Zone, single_zone_time_s,
};
use twin_physics::kernels::hazard::{blast, plume};

const ATM_PA: f64 = 101_325.0;

/// One file of the folder, if the shared data are here.
fn read(name: &str) -> Option<Value> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("LIFELINE_SHARED").map_or_else(beside, PathBuf::from);
    let path = shared.join("networks/gas/consequence").join(name);
    if !path.is_file() {
        eprintln!("skipped: no shared consequence numbers");
        return None;
    }
    let text = std::fs::read_to_string(path).expect("a readable file");
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap_or_else(|| panic!("no number {name} in {value}"))
}

/// `got` rounds to `expected` in four digits, or in as many as `expected` has.
fn agree(got: f64, expected: f64, what: &str) {
    let off = (got / expected - 1.0).abs();
    assert!(off < 5e-3, "{what}: {got} against {expected}");
    let digits =
        format!("{expected:e}").split('e').next().map_or(0, |m| m.chars().filter(char::is_ascii_digit).count());
    let keep = digits.min(4).saturating_sub(1);
    let unit = 10f64.powi(expected.abs().log10().floor() as i32 - i32::try_from(keep).unwrap());
    assert!((got - expected).abs() <= 0.501 * unit, "{what}: {got} against {expected} in {} digits", keep + 1);
}

#[test]
fn the_gas_jet_and_ideal_methane() {
    let Some(checks) = read("check_values.json") else { return };
    let case = &checks["ccps_gas_jet"];
    let asked = &case["in"];
    let (p, rho) = (number(asked, "p_abs_pa"), number(asked, "rho_kg_m3"));
    let gas = Upstream {
        pressure_pa: p,
        temp_k: number(asked, "T_k"),
        density_kgm3: rho,
        density_slope_kgm3pa: rho / p,
        exponent: number(asked, "k"),
    };
    let out = Orifice::round(number(asked, "d_m"), number(asked, "Cd")).discharge(&gas, ATM_PA).unwrap();
    agree(out.flow_kgs, number(case, "mass_kg_s"), "CCPS flow");
    agree(out.throat.pressure_pa, number(&case["throat"], "p_pa"), "CCPS throat");
    agree(out.throat.temp_k, number(&case["throat"], "T_k"), "CCPS throat");
    agree(out.throat.mean_speed_ms, number(&case["throat"], "u_m_s"), "CCPS throat");
    for row in checks["ideal_methane_15C_cd062_k131"].as_array().unwrap() {
        let gas = Upstream::ideal(ATM_PA + number(row, "p_gauge_pa"), 288.15, 0.016_04, 1.31).unwrap();
        let out = Orifice::round(number(row, "d_m"), 0.62).discharge(&gas, ATM_PA).unwrap();
        agree(out.flow_kgs, number(row, "mass_kg_s"), "ideal methane");
        assert_eq!(!out.choked, row["regime"] == "subsonic");
    }
}

#[test]
fn a_space_fills() {
    let Some(checks) = read("check_values.json") else { return };
    let (case, asked) = (&checks["void_fill"], &checks["void_fill"]["in"]);
    let (volume_m3, q) = (number(asked, "V_m3"), number(asked, "gas_m3_s"));
    let air = number(asked, "ach_per_h") * volume_m3 / 3600.0;
    let vent = Link {
        from: 0,
        to: None,
        area_m2: 0.01,
        discharge_coefficient: 0.6,
        levels_m: [0.0; 2],
        exchange: Exchange::None,
        breathing_m3s: air,
    };
    let around = Surroundings { gas_kgmol: 0.016_04, pressure_pa: ATM_PA, temp_k: 288.15, reference_pa: 4.0 };
    let zone = Zone { volume_m3, level_m: 0.0, temp_k: 288.15 };
    let spaces = Spaces::new(vec![zone], vec![vent], vec![], around).unwrap();
    for (time, share) in case["C"].as_object().unwrap() {
        let (mut state, mut scratch) = (spaces.empty(), SpaceScratch::default());
        let dt = time.parse::<f64>().unwrap() / 5.0;
        for _ in 0..5 {
            spaces.step(&mut state, Drive { gas_m3s: &[q], fan_m3s: &[] }, dt, &mut scratch).unwrap();
        }
        agree(spaces.share(&state, 0), share.as_f64().unwrap(), "share in a space");
    }
    for (name, share) in [("t_1pct_s", 0.01), ("t_5pct_s", 0.05)] {
        agree(single_zone_time_s(q, air, volume_m3, share).unwrap(), number(case, name), name);
    }
}

#[test]
fn plumes_and_blasts() {
    let Some(checks) = read("check_values.json") else { return };
    for row in checks["gaussian_plume"].as_array().unwrap() {
        let asked = &row["in"];
        let plume = plume::Plume {
            flow_kgs: number(asked, "q_g_s") / 1e3,
            wind_ms: number(asked, "u_m_s"),
            height_m: number(asked, "H_m"),
        };
        let widths = plume::Widths { across_m: number(asked, "sigma_y_m"), up_m: number(asked, "sigma_z_m") };
        // Printed with two and three digits.
        let (got, printed) = (plume.at_kgm3(widths, 0.0, 0.0) * 1e3, number(row, "c_g_m3"));
        assert!((got / printed - 1.0).abs() < 5e-3, "{got} against {printed}");
    }
    let tnt = &checks["tnt"]["in"];
    let (heat, energy) = (number(tnt, "heat_mj_kg") * 1e6, number(tnt, "tnt_mj_kg") * 1e6);
    let kg = blast::tnt_kg(number(tnt, "mass_ch4_kg"), number(tnt, "yield"), heat, energy).unwrap();
    agree(kg, number(&checks["tnt"], "tnt_kg"), "TNT");
    for (z, kpa) in checks["kinney_graham_free_air_kpa"].as_object().unwrap() {
        let got = blast::kinney_graham_ratio(z.parse().unwrap()) * ATM_PA / 1e3;
        agree(got, kpa.as_f64().unwrap(), "Kinney and Graham");
    }
    let epa = &checks["epa_rmp_1psi"];
    let heat = number(&epa["in"], "heat_kj_kg") * 1e3;
    let got = blast::epa_one_psi_m(number(&epa["in"], "mass_kg"), heat, 4.68e6).unwrap();
    agree(got, number(epa, "distance_m"), "EPA");
}

/// Methane's z is interpolated in the shared table of GERG-2008; hydrogen's second virial coefficient at 288 K is 14
/// cm³/mol (recalled; z = 1.003 at 5 bar, and half of that moves the flow by 0.08 %).
#[test]
fn orifices_and_tnt_of_hyram() {
    let (Some(hyram), Some(eos)) = (read("hyram.ref.json"), read("eos.ref.json")) else { return };
    let mut table: Vec<(f64, f64)> = Vec::new();
    for row in eos["rows"].as_array().unwrap() {
        if row[0] == "methane" && row[1] == "Gerg2008" && row[2] == 288.15 {
            table.push((row[3].as_f64().unwrap() * 1e3, row[4].as_f64().unwrap()));
        }
    }
    let methane = twin_physics::num::curve::Curve::new(table).expect("rising pressures");
    for row in hyram["orifice"].as_array().unwrap() {
        let (p, t) = (number(row, "p_pa"), number(row, "T_K"));
        let (molar, k, z) = if row["species"] == "CH4" {
            (0.016_043, 1.31, methane.at(p, twin_physics::num::curve::Beyond::Hold).0)
        } else {
            (0.002_016, 1.41, 1.0 + 14e-6 * p / (8.314_46 * t))
        };
        let gas = Upstream::real((p, t), molar, k, (z, (z - 1.0) / p)).unwrap();
        let hole = Orifice::round(number(row, "d_m"), number(row, "cd"));
        let got = hole.discharge(&gas, ATM_PA).unwrap().flow_kgs;
        let off = got / number(row, "mdot_kg_s") - 1.0;
        eprintln!("{}: {:+.2} %", row["species"], 100.0 * off);
        assert!(off.abs() < 1e-2, "{row}: {got}");
    }
    for row in hyram["tnt_mass"].as_array().unwrap().iter().filter(|r| r["species"] == "CH4") {
        let kg = blast::tnt_kg(number(row, "mass"), number(row, "yield_pct") / 100.0, 50e6, 4.68e6).unwrap();
        agree(kg, number(row, "tnt_kg"), "TNT of HyRAM+");
    }
}
