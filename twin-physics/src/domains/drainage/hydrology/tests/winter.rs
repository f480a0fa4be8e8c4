//! Snow packs, air temperature and evaporation from daily records.

use super::*;
use crate::domains::drainage::model::{
    ClimateDay, SeriesIx, SnowSurface, Snowpack, SnowpackIx, Temperature, TimeSeries, Wind,
};

const MPH: f64 = 0.447_04;
/// Days from 1899-12-30 to 2020-01-01.
const NEW_YEAR: i64 = 43_831;

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10.0_f64.powi(digits);
    (value * scale).round() / scale
}

/// A made-up late winter: 120 days from 2020-01-01, one highest temperature missing.
fn daily() -> Vec<ClimateDay> {
    let day = |i: i64| {
        let x = i as f64;
        let mean = -6.0 + 0.18 * x + 4.0 * (x * 1.3).sin();
        ClimateDay {
            day: NEW_YEAR + i,
            temp_min_c: Some(rounded(mean - 4.0, 1)),
            temp_max_c: (i != 37).then(|| rounded(mean + 5.0 + 2.0 * (x * 0.7).sin(), 1)),
            evaporation_ms: Some(rounded(1.0 + 0.02 * x, 2) * MM_D),
            // SWMM takes a file's wind as it stands, in mph.
            wind_ms: Some(rounded(8.0 + 5.0 * x.sin(), 1) * MPH),
        }
    };
    (0..120).map(day).collect()
}

/// Five hours of rain or snow every third day, on a run that starts `day` days and some seconds into the year.
fn winter(day: i64, start_second: f64, days: f64) -> DrainageModel {
    let mut model = base(horton(0.0, false));
    model.calendar = Calendar { start_day: NEW_YEAR + day, start_second };
    (model.options.duration_s, model.options.wet_step_s) = (days * DAY - start_second, 15.0 * MIN);
    let mut record = Vec::new();
    for d in (0..110_i32).step_by(3) {
        for h in 0..5_i32 {
            let rate = rounded((1.5 + 2.0 * f64::from(d + h).sin()).abs(), 2);
            let time_s = (f64::from(d) - day as f64) * DAY + f64::from((7 * d) % 17 + h) * HOUR - start_second;
            record.push((time_s, rate * MM_H));
        }
    }
    model.gages[0] = Gage { id: "R1".into(), interval_s: HOUR, snow_catch: 1.2, record, ..Gage::default() };
    let climate = &mut model.climate;
    climate.evaporation = Evaporation::Constant(0.5 * MM_D);
    (climate.temperature, climate.wind, climate.daily) = (Temperature::File, Wind::File, daily());
    let snow = &mut climate.snow;
    (snow.snow_temp_c, snow.antecedent_weight, snow.negative_melt_ratio) = (0.5, 0.4, 0.6);
    (snow.elevation_m, snow.latitude_deg, snow.longitude_correction_s) = (150.0, 47.0, 10.0 * MIN);
    snow.depletion = [
        [0.1, 0.35, 0.53, 0.66, 0.75, 0.82, 0.87, 0.92, 0.95, 0.98],
        [0.1, 0.2, 0.4, 0.5, 0.65, 0.75, 0.80, 0.9, 0.95, 0.99],
    ];
    model
}

fn pack(removal: [f64; 5], removal_depth_m: f64, to: Option<u32>) -> Snowpack {
    let surface = |melt: [f64; 2], base: f64, water: f64, snow: f64, held: f64, cover: f64| SnowSurface {
        // SWMM multiplies where it should divide when it takes a coefficient per °C for one per °F.
        melt_min: melt[0] * MM_H * 1.8 * 1.8,
        melt_max: melt[1] * MM_H * 1.8 * 1.8,
        base_temp_c: base,
        free_water: water,
        initial_snow_m: snow * MM,
        initial_free_water_m: held * MM,
        full_cover_m: cover * MM,
    };
    Snowpack {
        id: "P1".into(),
        surfaces: [
            surface([0.02, 0.05], 0.0, 0.1, 5.0, 0.3, 0.0),
            surface([0.02, 0.06], 0.0, 0.1, 10.0, 0.5, 25.0),
            surface([0.01, 0.07], -0.5, 0.15, 12.0, 0.2, 40.0),
        ],
        plowable: 0.3,
        removal_depth_m,
        removal,
        removal_to: to.map(CatchmentIx),
    }
}

fn snowy() -> DrainageModel {
    let mut model = winter(19, 0.0, 30.0);
    model.snowpacks = vec![pack([0.1, 0.2, 0.3, 0.15, 0.0], 12.0 * MM, None)];
    model.subcatchments[0].snowpack = Some(SnowpackIx(0));
    model
}

#[test]
fn a_month_of_snow_follows_swmm() {
    compare("snow", snowy(), 0, reference::SNOW);
}

#[test]
fn snow_plowed_onto_another_catchment_follows_swmm() {
    let mut model = snowy();
    model.snowpacks[0] = pack([0.1, 0.2, 0.3, 0.15, 0.25], 12.0 * MM, Some(1));
    model.snowpacks.push(pack([0.0; 5], 1000.0 * MM, None));
    let other = second_catchment(horton(0.0, false));
    model.subcatchments.push(Subcatchment { area_m2: 2.0 * HA, snowpack: Some(SnowpackIx(1)), ..other });
    compare("snow moved", model, 1, reference::SNOWMOVED);
}

#[test]
fn plowed_snow_keeps_its_volume_unless_swmms_defect_is_asked_for() {
    let mut model = snowy();
    model.snowpacks[0] = pack([0.1, 0.2, 0.3, 0.15, 0.25], 12.0 * MM, Some(1));
    model.snowpacks.push(pack([0.0; 5], 1000.0 * MM, None));
    model.subcatchments.push(Subcatchment { snowpack: Some(SnowpackIx(1)), ..second_catchment(horton(0.0, false)) });
    let made = |defects: Defects| {
        let mut model = model.clone();
        model.options.defects = defects;
        let mut run = Run::new(model);
        run.to(run.model.options.duration_s);
        run.assert_closed();
        run.state.totals.scheme_m3.value() / run.state.totals.rain_m3.value()
    };
    assert!((made(Defects::SWMM_5_2) - made(Defects::default())).abs() > 1e-3);
}

#[test]
fn temperatures_of_a_series_follow_swmm() {
    let mut model = snowy();
    let points = [(-1.0, -3.0), (5.5, 2.0), (12.0, -4.0), (26.0, 9.0)];
    let points = points.iter().map(|(day, t)| (day * DAY, *t)).collect();
    model.series = vec![TimeSeries { id: "TT".into(), points }];
    let climate = &mut model.climate;
    climate.evaporation = Evaporation::default();
    climate.temperature = Temperature::Series(SeriesIx(0), 1.0, 0.0);
    // SWMM has 1.608 km/h in a mile per hour.
    climate.wind =
        Wind::Monthly([10.0, 12.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0].map(|w| w / 1.608 * MPH));
    climate.snow.longitude_correction_s = 10.0 * MIN;
    climate.snow.depletion = [[1.0; 10]; 2];
    compare("temperature series", model, 0, reference::TEMPSERIES);
}

fn late_winter() -> DrainageModel {
    let mut model = winter(55, 6.0 * HOUR, 45.0);
    model.climate.snow.snow_temp_c = -40.0;
    model
}

#[test]
fn evaporation_from_temperature_follows_swmm() {
    let mut model = late_winter();
    model.climate.evaporation = Evaporation::Temperature;
    for (month, change) in [(1, 1.0), (2, 2.0), (3, 3.0)] {
        model.climate.temperature_change_k[month] = change;
    }
    compare("hargreaves", model.clone(), 0, reference::HARGREAVES);
    // Air temperature at the start of the steps that end at these hours, as SWMM reports it.
    let mut run = Run::new(model);
    for (hours, expected) in AIR {
        run.to(hours * HOUR);
        assert!((run.state.climate.temperature_c - expected).abs() < 2e-5, "{hours} h: {expected}");
    }
}

#[test]
fn evaporation_of_a_file_follows_swmm() {
    let mut model = late_winter();
    let mut pan = [1.0; 12];
    (pan[0], pan[1], pan[2]) = (0.7, 0.8, 0.9);
    model.climate.evaporation = Evaporation::File(pan);
    compare("evaporation file", model, 0, reference::EVFILE);
}

const AIR: [(f64, f64); 8] = [
    (1.0, 4.46873),
    (6.0, 9.57135),
    (11.0, 12.57902),
    (21.0, 5.05317),
    (31.0, 7.36244),
    (101.0, 9.68558),
    (401.0, 5.06408),
    (701.0, 15.29859),
];
