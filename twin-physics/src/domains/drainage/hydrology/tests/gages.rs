//! Forms of rain records; evaporation over time.

use super::*;
use crate::domains::drainage::model::{RainForm, SeriesIx, TimeSeries};

#[test]
fn volumes_follow_swmm() {
    let mut model = base(horton(0.0, false));
    model.gages[0].form = RainForm::Volume;
    let depths = [2.5, 40.0, 80.0, 25.0, 5.0, 60.0, 30.0, 0.0, 22.5, 22.5, 12.0];
    for (point, depth) in model.gages[0].record.iter_mut().zip(depths) {
        point.1 = depth * MM;
    }
    compare("volume", model, 0, reference::VOLUME);
}

#[test]
fn running_totals_and_a_wet_step_above_the_interval_follow_swmm() {
    let mut model = base(horton(0.0, false));
    model.options.wet_step_s = 15.0 * MIN;
    let totals =
        [(0.0, 0.0), (10.0, 2.0), (20.0, 7.0), (30.0, 15.0), (40.0, 18.0), (70.0, 1.5), (80.0, 1.5), (90.0, 6.0)];
    model.gages[0].form = RainForm::Cumulative;
    model.gages[0].interval_s = 10.0 * MIN;
    model.gages[0].record = totals.iter().map(|(t, d)| (t * MIN, d * MM)).collect();
    compare("cumulative", model, 0, reference::CUMULATIVE);
}

fn evaporation_series() -> DrainageModel {
    let mut model = base(horton(0.0, false));
    let points = vec![(-12.0 * HOUR, 3.0), (2.0 * HOUR, 8.0), (7.5 * HOUR, 4.0), (21.0 * HOUR, 9.0)];
    model.series = vec![TimeSeries { id: "E1".into(), points }];
    model.climate.evaporation = Evaporation::Series(SeriesIx(0), MM_D);
    model.climate.dry_only = true;
    model
}

#[test]
fn evaporation_series_follow_swmm() {
    compare("evaporation series", evaporation_series(), 0, reference::EVSERIES);
}

#[test]
fn the_growing_adjustment_of_a_series_is_a_defect_that_can_be_asked_for() {
    let mut model = evaporation_series();
    model.climate.evaporation_change_ms[5] = 0.01 * MM_D;
    compare("adjusted evaporation series", model.clone(), 0, reference::EVSERIESADJ);
    model.options.defects = Defects::default();
    let mut run = Run::new(model);
    run.to(DAY);
    assert!((run.state.climate.evaporation_ms / MM_D - 9.01).abs() < 1e-12);
}

#[test]
fn imposed_rain_replaces_the_record_for_its_step_only() {
    let mut run = Run::new(base(horton(0.0, false)));
    let rain = [50.0 * MM_H];
    run.step(&SurfaceForcing { rain_override_ms: &rain, ..SurfaceForcing::default() });
    assert_eq!((run.state.catchments[0].rain_ms, run.state.dt_s()), (50.0 * MM_H, 300.0));
    let none = [f64::NAN];
    run.step(&SurfaceForcing { rain_override_ms: &none, ..SurfaceForcing::default() });
    assert_eq!(run.state.catchments[0].rain_ms, 0.0);
    run.to(3000.0);
    assert_eq!(run.state.catchments[0].rain_ms, 40.0 * MM_H);
}

#[test]
fn imposed_evaporation_and_temperature_replace_the_models() {
    let mut run = Run::new(base(horton(0.0, false)));
    let forcing =
        SurfaceForcing { evaporation_override_ms: 1e-7, temperature_override_c: -3.0, ..SurfaceForcing::default() };
    run.step(&forcing);
    assert_eq!((run.state.climate.evaporation_ms, run.state.climate.temperature_c), (1e-7, -3.0));
    run.step(&SurfaceForcing::default());
    assert_eq!(run.state.climate.evaporation_ms, 6.0 * MM_D);
}
