use std::path::Path;

use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::{LinkKind, ambient_pa};
use twin_physics::medium::gas::{Compressibility, NORMAL_PRESSURE_PA, NORMAL_TEMPERATURE_K};

use super::*;

/// The fixture with every component.
fn whole() -> PandapipesNet {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/gas/components/net.pp.json");
    let (net, found) = read_file(&path);
    net.unwrap_or_else(|| panic!("{found:#?}"))
}

#[test]
fn tables_keep_their_indices_and_become_links() {
    let net = whole();
    assert_eq!(net.junctions, (0..15).map(|i| 2 * i + 1).collect::<Vec<i64>>());
    let sections: Vec<usize> = net.pipes.iter().map(|p| p.sections).collect();
    assert_eq!(sections, [4, 1, 2, 1, 1, 1, 1, 1]);
    // Three nodes in the main, one in the pipe behind the valve, one behind the valve.
    assert_eq!(net.model.nodes.len(), 15 + 3 + 1 + 1);
    let count = |rows: &[LinkRow]| rows.len();
    let l = &net.links;
    let counts = [&l.valves, &l.press_controls, &l.compressors, &l.pumps, &l.flow_controls].map(|r| count(r));
    assert_eq!(counts, [3, 2, 1, 1, 2]);
    assert_eq!((net.ext_grids.len(), net.loads.sinks.len()), (2, 8));
    assert_eq!(net.model.check(), Ok(()));
}

#[test]
fn a_pipe_of_sections_is_a_chain_at_rising_height() {
    let net = whole();
    let links = &net.model.links[net.pipes[0].first..][..4];
    assert!(links.windows(2).all(|w| w[0].to == w[1].from));
    let heights: Vec<f64> = links.iter().map(|l| net.model.nodes[l.to].height_m).collect();
    assert_eq!(heights, [23.75, 27.5, 31.25, 35.0]);
    for link in links {
        let LinkKind::Pipe(pipe) = &link.kind else { panic!("{link:?}") };
        assert_eq!((pipe.length_m, pipe.loss), (3000.0, 3.0), "each section has the loss of the row");
    }
    // The source gives its own node another temperature, not the pipe.
    let temperatures: Vec<f64> = links.iter().map(|l| net.model.nodes[l.from].temperature_k).collect();
    assert_eq!(temperatures, [285.15, 288.15, 288.15, 288.15]);
}

#[test]
fn a_valve_at_a_pipe_stands_before_a_node_of_its_own() {
    let net = whole();
    let valve = &net.model.links[net.links.valves[0].link];
    let pipe = &net.model.links[net.pipes[2].first];
    assert_eq!((valve.from, valve.to), (3, pipe.from));
    assert!(valve.to >= net.junctions.len());
}

#[test]
fn pressures_are_absolute_and_curves_over_cubic_metres_a_second() {
    let net = whole();
    assert_eq!(net.model.nodes[0].source_pa, Some(16e5 + ambient_pa(20.0)));
    let LinkKind::Regulator(r) = &net.model.links[net.links.press_controls[0].link].kind else { panic!("a regulator") };
    assert_eq!(r.set_pa, 8e5 + ambient_pa(35.0));
    let LinkKind::Booster(lift) = &net.model.links[net.links.pumps[0].link].kind else { panic!("a pump") };
    let at = |m3s: f64| lift.iter().fold(0.0, |sum, c| sum * m3s + c);
    assert!((at(0.0) - 6.1e5).abs() < 1.0 && at(0.02) < 6.1e5, "{lift:?}");
    let normal = NORMAL_PRESSURE_PA / (NORMAL_TEMPERATURE_K * net.model.gas.specific_jkgk);
    assert!((normal / net.fluid.normal_kgm3 - 1.0).abs() < 1e-14);
    let Compressibility::Linear { at_zero, per_pa } = net.model.gas.compressibility else { panic!("a line") };
    assert!((at_zero, per_pa) == (1.0, -0.0022 / 1e5));
}

#[test]
fn loads_are_summed_scaled_and_valves_shut() {
    let mut net = whole();
    let load = |net: &PandapipesNet| net.model.nodes[8].load_kgs;
    assert!((load(&net) - (0.4 - 0.02 * 0.5)).abs() < 1e-15, "what is out of service is not taken");
    net.scale_sinks(2.0);
    assert!((load(&net) - (0.8 - 0.01)).abs() < 1e-15);
    assert!(net.model.links[net.links.valves[1].link].open);
    assert!(net.close_valve(1) && !net.model.links[net.links.valves[1].link].open);
    assert!(!net.close_valve(7));
}

#[test]
fn words_of_laws_are_those_of_pandapipes() {
    assert_eq!(friction_of("colebrook"), Some(Friction::Colebrook));
    assert_eq!(friction_of("swamee-jain"), Some(Friction::SwameeJain));
    assert_eq!(friction_of("moody"), None);
}

#[test]
fn properties_have_their_values() {
    let law = Property::Sutherland { eta0: 1.716e-5, t0: 273.15, constant: 110.4 };
    assert!((law.at(273.15) - 1.716e-5).abs() < 1e-18);
    assert_eq!(Property::Linear { offset: 1.0, slope: -0.5 }.at(4.0), -1.0);
}
