//! Removal of suspended solids in a sponge-city study: by the model's own loads where it has them.

use twin_core::bindings::drainage::{External, drainage_model};
use twin_core::io::report::{Lang, SpongeLine, SpongePage, render_sponge};
use twin_core::io::swmm_inp;
use twin_core::rehearsal::sponge::{Solids, SpongeStudy, study};
use twin_physics::domains::drainage::model::DrainageModel;
use twin_physics::domains::drainage::routing::{Drainage, Outside, RoutingScratch};

use crate::rehearsal::root;

/// The town with a pollutant on a land use that covers all of it.
fn town(pollutant: Option<&str>) -> DrainageModel {
    let mut text = std::fs::read_to_string(root().join("fixtures/drainage/valley-town/town.inp")).expect("the fixture");
    if let Some(name) = pollutant {
        let (deck, _) = swmm_inp::read_str("town.inp", text.as_bytes());
        let rows: String =
            deck.expect("a sound deck").subcatchments.iter().map(|s| format!("{} ALL 100\n", s.id)).collect();
        text += &format!(
            "\n[POLLUTANTS]\n{name} MG/L 2 0 0 0 NO\n[LANDUSES]\nALL\n[BUILDUP]\nALL {name} POW 50 5 1 AREA\n\
             [WASHOFF]\nALL {name} EXP 0.1 1.2 0 0\n[COVERAGES]\n{rows}[LOADINGS]\n"
        );
        for row in rows.lines() {
            text += &format!("{} {name} 20\n", row.split(' ').next().expect("a name"));
        }
    }
    let (deck, found) = swmm_inp::read_str("town.inp", text.as_bytes());
    drainage_model(&deck.unwrap_or_else(|| panic!("{found:?}")), &External::default())
}

/// Load of the first pollutant that leaves the surfaces, as a run without routing has it.
fn load(model: &DrainageModel) -> f64 {
    let mut model = model.clone();
    model.options.ignore.routing = true;
    let drainage = Drainage::new(model).expect("a sound model");
    let mut state = drainage.initial_state();
    let (end_s, mut scratch) = (drainage.model.options.duration_s, RoutingScratch::default());
    while state.network.time_s < end_s - 1e-6 {
        drainage.route(&mut state, &Outside::default(), end_s, &mut scratch).expect("runoff");
    }
    state.quality.surfaces[0].runoff.value()
}

fn page(study: &SpongeStudy) -> String {
    let pollutant = if let Solids::Modelled(name) = &study.solids { Some(name.clone()) } else { None };
    let total = SpongeLine {
        id: String::new(),
        area_m2: study.total.area_m2,
        lid_area_m2: study.total.lid_area_m2,
        control_ratio: study.total.control_ratio,
        peak_m3s: study.total.peak_m3s,
        peak_cut: study.total.peak_cut,
        ss_removal: study.total.ss_removal,
    };
    let page = SpongePage {
        model: "town.inp".to_owned(),
        days: 0.25,
        annual: false,
        total,
        lines: Vec::new(),
        solids: pollutant,
        design_rain: Vec::new(),
    };
    render_sponge(&page, Lang::Zh)
}

/// The removal is that of the loads of two runs; a place without measures removes nothing; the page says how.
#[test]
fn modelled_solids_give_the_removal() {
    for name in ["TSS", "ss"] {
        let model = town(Some(name));
        let study = study(&model, Some(0.8)).expect("it runs");
        assert_eq!(study.solids, Solids::Modelled(name.to_owned()));
        let mut bare = model.clone();
        bare.subcatchments.iter_mut().for_each(|s| s.lid_units.clear());
        let expected = 1.0 - load(&model) / load(&bare);
        let total = study.total.ss_removal.expect("a removal");
        assert!((total - expected).abs() < 1e-9, "{total} {expected}");
        assert!(total > 0.001 && total < 1.0, "{total}");
        for row in &study.rows {
            let removal = row.ss_removal.expect("a load");
            assert!(if row.lid_area_m2 > 0.0 { removal > 0.0 } else { removal == 0.0 }, "{} {removal}", row.id);
        }
        let page = page(&study);
        assert!(page.contains(&format!("有措施时的 {name} 外排负荷")) && page.contains(&format!("load of {name}")));
    }
}

/// Without such a pollutant the given removal counts, or none.
#[test]
fn other_models_take_the_given_removal() {
    for pollutant in [None, Some("COD")] {
        let model = town(pollutant);
        let given = study(&model, Some(0.8)).expect("it runs");
        assert_eq!(given.solids, Solids::Given);
        let row = given.rows.iter().find(|r| r.lid_area_m2 > 0.0).expect("a place with measures");
        let ratio = row.control_ratio[0].expect("rain").clamp(0.0, 1.0);
        assert!((row.ss_removal.expect("a removal") - 0.8 * ratio).abs() < 1e-12);
        assert!(page(&given).contains("由使用者给出"));
        let none = study(&model, None).expect("it runs");
        assert_eq!((none.solids, none.total.ss_removal), (Solids::Unknown, None));
    }
}
