//! Forks, interpolation, refusals.

use super::*;

#[test]
fn a_fork_goes_on_bit_for_bit() {
    let mut run = Run::new(base(green_ampt(false)));
    run.to(6.2 * HOUR);
    let mut fork =
        Run { scratch: HydrologyScratch::default(), state: run.state.clone(), ..Run::new(run.model.clone()) };
    run.to(DAY);
    fork.to(DAY);
    assert_eq!(run.state, fork.state);
}

#[test]
fn lateral_inflow_is_linear_between_runoff_times_and_keeps_the_volume_of_the_ends() {
    let mut run = Run::new(base(horton(0.0, false)));
    run.to(4200.0);
    let at = &run.state.catchments[0];
    let [start, middle, end] = [3900.0, 4050.0, 4200.0].map(|t| run.lateral(t).runoff_m3s[0]);
    assert_eq!((start, end), (at.old_runoff_m3s, at.runoff_m3s));
    assert!((middle - f64::midpoint(start, end)).abs() < 1e-15 && end > start);
}

#[test]
fn the_schemes_error_is_swmms_and_shrinks_with_the_step() {
    let error = |step_s: f64| {
        let mut model = base(horton(0.0, false));
        model.options.wet_step_s = step_s;
        let mut run = Run::new(model);
        run.to(DAY);
        run.assert_closed();
        let t = &run.state.totals;
        if step_s == 300.0 {
            // What SWMM prints for this deck.
            let percent = 100.0 * t.continuity_error(run.hydrology.stored(&run.state));
            assert!((percent + 1.298).abs() < 5e-4, "{percent}");
        }
        assert!(t.rain_m3.value() > 2000.0);
        (t.scheme_m3.value() / t.rain_m3.value()).abs()
    };
    let (coarse, fine) = (error(300.0), error(10.0));
    assert!(coarse < 0.02 && fine < coarse / 2.0, "{coarse} {fine}");
}

#[test]
fn models_without_an_answer_are_refused_by_name() {
    let refused = |change: fn(&mut DrainageModel)| {
        let mut model = base(horton(0.0, false));
        change(&mut model);
        Hydrology::new(&model).expect_err("must be refused").to_string()
    };
    assert!(refused(|m| m.subcatchments[0].area_m2 = -1.0).starts_with("subcatchment S1: needs an area"));
    assert!(refused(|m| m.subcatchments[0].gage = Some(GageIx(7))).contains("rain gage"));
    assert!(refused(|m| m.subcatchments[0].outlet = to_catchment(9)).contains("outlet subcatchment"));
    assert!(refused(|m| m.climate.evaporation = Evaporation::Temperature).contains("climate file"));
    assert!(refused(|m| m.options.wet_step_s = 0.0).contains("wet step"));
}
