//! Snow packs: accumulation, plowing, melt by degree-day and under rain, cold content, areal depletion, free water.
//!
//! A pack lies on three surfaces: impervious that is plowed, other impervious, pervious. Depths are water equivalents.
//!
//! *Source:* EPA/600/R-15/162A, chapter 6; Anderson (1973), *National Weather Service River Forecast System – Snow
//! Accumulation and Ablation Model*, NWS HYDRO-17.

use serde::{Deserialize, Serialize};

use super::super::model::{SnowMelt, Snowpack};
use super::climate::{ClimateState, fahrenheit};
use crate::units::{M_PER_FT, M_PER_IN, S_PER_HOUR};

/// A pack thinner than this melts at once [m].
const THIN_M: f64 = 1e-3 * M_PER_IN;
/// Rain or snow above this counts as falling: 0.02 in/h [m/s].
const FALLING_MS: f64 = 0.02 * M_PER_IN / S_PER_HOUR;
/// Specific heat of snow: 0.007 in of water per °F of SWMM over 12 in/ft [1/K].
const HEAT_PER_K: f64 = 0.007 / 12.0 * 1.8;
/// Period over which the weight of antecedent temperature is given: 6 h [s].
const WEIGHT_PERIOD_S: f64 = 6.0 * 3600.0;

/// Snow of one surface.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SurfaceSnow {
    /// Share of the catchment [–].
    pub share: f64,
    /// Snow [m].
    pub snow_m: f64,
    /// Free water held in it [m].
    pub free_water_m: f64,
    /// Melt that must refreeze before the pack melts [m].
    pub cold_content_m: f64,
    /// Antecedent temperature [°C].
    pub antecedent_c: f64,
    /// Melt at once, by plowing or for thinness [m/s].
    pub at_once_ms: f64,
    /// Depth index at which the new snow's depletion curve begins; 1 = none [–].
    new_from: f64,
    /// Covered share there [–].
    new_cover: f64,
    /// Depth index at which it ends [–].
    new_to: f64,
}

/// The pack of a catchment.
pub type SnowState = [SurfaceSnow; 3];

/// Pack at the start of a run on a catchment with an impervious share.
#[must_use]
pub fn start(pack: &Snowpack, impervious: f64) -> SnowState {
    let shares = [pack.plowable * impervious, (1.0 - pack.plowable) * impervious, 1.0 - impervious];
    std::array::from_fn(|i| {
        let (surface, share) = (&pack.surfaces[i], shares[i]);
        let (snow_m, water_m) = if share > 0.0 {
            let water_m = surface.initial_free_water_m.min(surface.free_water * surface.initial_snow_m);
            (surface.initial_snow_m, water_m)
        } else {
            (0.0, 0.0)
        };
        SurfaceSnow {
            share,
            snow_m,
            free_water_m: water_m,
            antecedent_c: surface.base_temp_c,
            new_from: 1.0,
            ..SurfaceSnow::default()
        }
    })
}

/// Snow and its free water as a depth over the catchment [m].
#[must_use]
pub fn water_m(state: &SnowState) -> f64 {
    state.iter().map(|s| (s.snow_m + s.free_water_m) * s.share).sum()
}

/// Snow alone as a depth over the catchment [m].
#[must_use]
pub fn depth_m(state: &SnowState) -> f64 {
    state.iter().map(|s| s.snow_m * s.share).sum()
}

/// What plowing took away from a pack, as depths over its catchment [m].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Plowed {
    /// Out of the model.
    pub removed_m: f64,
    /// To be laid on the pervious area of another catchment.
    pub sent_m: f64,
}

/// Lets `snowfall_m` fall on the pack, then plows it; `other_has_room` says whether another catchment can take snow.
pub fn fall_and_plow(
    state: &mut SnowState,
    pack: &Snowpack,
    snowfall_m: f64,
    other_has_room: bool,
    dt_s: f64,
) -> Plowed {
    for surface in state.iter_mut().filter(|s| s.share > 0.0) {
        surface.snow_m += snowfall_m;
        surface.at_once_ms = 0.0;
    }
    let [plowed, impervious, pervious] = state;
    let mut result = Plowed::default();
    if plowed.share <= 0.0 || plowed.snow_m < pack.removal_depth_m {
        return result;
    }
    let (excess_m, shares) = (plowed.snow_m, pack.removal);
    let mut moved = shares[0] + shares[3];
    result.removed_m = shares[0] * excess_m * plowed.share;
    plowed.at_once_ms = shares[3] * excess_m / dt_s;
    for (to, share) in [(impervious, shares[1]), (pervious, shares[2])] {
        if to.share > 0.0 {
            to.snow_m += share * excess_m * plowed.share / to.share;
            moved += share;
        }
    }
    if shares[4] > 0.0 && other_has_room {
        result.sent_m = shares[4] * excess_m * plowed.share;
        moved += shares[4];
    }
    plowed.snow_m = excess_m * (1.0 - moved.min(1.0));
    result
}

/// Weather and place for melt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weather<'a> {
    /// Rain [m/s].
    pub rain_ms: f64,
    /// Snowfall [m/s].
    pub snowfall_ms: f64,
    /// Climate now.
    pub climate: &'a ClimateState,
    /// What snow melt needs of the place.
    pub place: &'a SnowMelt,
    /// Length of the step [s].
    pub dt_s: f64,
}

impl Weather<'_> {
    /// Melt of a fully covered surface while it rains; 0 where it does not [m/s].
    fn rain_melt_ms(&self) -> f64 {
        if self.rain_ms <= FALLING_MS {
            return 0.0;
        }
        const IN_PER_H: f64 = M_PER_IN / S_PER_HOUR;
        const M_PER_S_IN_MPH: f64 = 0.447_04;
        // Psychrometric constant by the air pressure at this elevation, with SWMM's polynomial in 1000 ft.
        let z = self.place.elevation_m / M_PER_FT / 1000.0;
        let pressure_in_hg = if z <= 0.0 { 29.9 } else { 29.9 - 1.02 * z + 0.0032 * z.powf(2.4) };
        let psychrometric = 0.000_359 * pressure_in_hg;
        let wind = 0.006 * self.climate.wind_ms / M_PER_S_IN_MPH;
        let above_freezing_f = fahrenheit(self.climate.temperature_c) - 32.0;
        let convection = 7.5 * psychrometric * wind;
        let condensation = 8.5 * wind * (self.climate.vapour_pressure_in_hg() - 0.18);
        let rain = self.rain_ms / IN_PER_H;
        (above_freezing_f * (0.001_167 + convection + 0.007 * rain) + condensation) * IN_PER_H
    }

    /// Melt coefficient of the day [m/(s·K)].
    fn coefficient(&self, pack: &Snowpack, surface: usize) -> f64 {
        let s = &pack.surfaces[surface];
        self.climate.season.map_or(0.0, |season| 0.5 * (s.melt_max * (1.0 + season) + s.melt_min * (1.0 - season)))
    }
}

/// Melts a pack over a step. Returns what rain and melt reach each of the three surfaces [m/s].
pub fn melt(state: &mut SnowState, pack: &Snowpack, weather: &Weather<'_>) -> [f64; 3] {
    let rain_melt_ms = weather.rain_melt_ms();
    let mut reaches = [0.0; 3];
    for (i, surface) in state.iter_mut().enumerate() {
        let (covered, melt_ms) = if surface.snow_m <= THIN_M {
            surface.at_once_ms += (surface.snow_m + surface.free_water_m) / weather.dt_s;
            (surface.snow_m, surface.free_water_m, surface.cold_content_m) = (0.0, 0.0, 0.0);
            (0.0, 0.0)
        } else {
            let covered = surface.cover(i, pack, weather);
            let melt_ms = surface.melt_ms(i, pack, weather, rain_melt_ms, covered);
            (covered, surface.drain_ms(pack.surfaces[i].free_water, melt_ms, covered, weather))
        };
        reaches[i] = melt_ms + surface.at_once_ms + weather.rain_ms * (1.0 - covered);
    }
    reaches
}

impl SurfaceSnow {
    /// Covered share of the surface, with the pack's own memory of new snow.
    fn cover(&mut self, i: usize, pack: &Snowpack, weather: &Weather<'_>) -> f64 {
        let full_m = pack.surfaces[i].full_cover_m;
        if i == 0 {
            return 1.0;
        }
        if full_m == 0.0 || self.snow_m >= full_m {
            self.new_from = 1.0;
            return 1.0;
        }
        let curve = &weather.place.depletion[i - 1];
        if weather.snowfall_ms > 0.0 {
            let fallen_m = weather.snowfall_ms * weather.dt_s;
            self.new_from = ((self.snow_m - fallen_m) / full_m).max(0.0);
            self.new_cover = depletion(curve, self.new_from);
            self.new_to = (self.new_from + 0.75 * fallen_m / full_m).min(1.0);
            return 1.0;
        }
        let index = self.snow_m / full_m;
        if index < self.new_from {
            self.new_from = 1.0;
            depletion(curve, index)
        } else if index >= self.new_to {
            1.0
        } else {
            let slope = (1.0 - self.new_cover) / (self.new_to - self.new_from);
            self.new_cover + slope * (index - self.new_from)
        }
    }

    /// Melt over the surface, less what warms the pack [m/s].
    fn melt_ms(&mut self, i: usize, pack: &Snowpack, weather: &Weather<'_>, rain_melt_ms: f64, covered: f64) -> f64 {
        let (base_c, air_c) = (pack.surfaces[i].base_temp_c, weather.climate.temperature_c);
        let potential_ms = if rain_melt_ms > 0.0 {
            rain_melt_ms
        } else if air_c >= base_c {
            weather.coefficient(pack, i) * (air_c - base_c)
        } else {
            self.cool(base_c, weather.coefficient(pack, i), covered, weather);
            return 0.0;
        };
        self.antecedent_c = base_c;
        let melt_ms = potential_ms * covered;
        let warming_s = weather.dt_s * weather.place.negative_melt_ratio * covered;
        if melt_ms * warming_s > self.cold_content_m {
            let left_ms = melt_ms - self.cold_content_m / warming_s;
            self.cold_content_m = 0.0;
            left_ms
        } else {
            self.cold_content_m -= melt_ms * warming_s;
            0.0
        }
    }

    /// Deepens the cold content below the base temperature.
    fn cool(&mut self, base_c: f64, coefficient: f64, covered: f64, weather: &Weather<'_>) {
        let (air_c, place) = (weather.climate.temperature_c, weather.place);
        if weather.snowfall_ms > FALLING_MS {
            self.antecedent_c = air_c;
        } else {
            let weight = 1.0 - (1.0 - place.antecedent_weight).powf(weather.dt_s / WEIGHT_PERIOD_S);
            self.antecedent_c += weight * (air_c - self.antecedent_c);
        }
        self.antecedent_c = self.antecedent_c.min(base_c);
        let gained_m = place.negative_melt_ratio * coefficient * (self.antecedent_c - air_c) * weather.dt_s * covered;
        let most_m = self.snow_m * HEAT_PER_K * (base_c - self.antecedent_c);
        self.cold_content_m = (self.cold_content_m + gained_m).max(0.0).min(most_m);
    }

    /// Passes melt and rain on the pack through its free water. Returns what leaves it [m/s].
    fn drain_ms(&mut self, held_share: f64, melt_ms: f64, covered: f64, weather: &Weather<'_>) -> f64 {
        let melted_m = (melt_ms * weather.dt_s).min(self.snow_m);
        self.snow_m -= melted_m;
        self.free_water_m += melted_m + weather.rain_ms * weather.dt_s * covered;
        let leaves_m = (self.free_water_m - held_share * self.snow_m).max(0.0);
        self.free_water_m -= leaves_m;
        leaves_m / weather.dt_s
    }
}

/// Covered share at a depth index on an areal depletion curve of 10 points, linear between.
fn depletion(curve: &[f64; 10], index: f64) -> f64 {
    if index <= 0.0 {
        return 0.0;
    }
    if index >= 0.9999 {
        return 1.0;
    }
    let at = ((index * 10.0 + 1e-5) as usize).min(9);
    let after = curve.get(at + 1).copied().unwrap_or(1.0);
    curve[at] + (after - curve[at]) / 0.1 * (index - 0.1 * at as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domains::drainage::model::{DrainageModel, SnowSurface};

    fn pack() -> Snowpack {
        let surface = SnowSurface {
            melt_min: 1e-8,
            melt_max: 3e-8,
            free_water: 0.1,
            initial_snow_m: 0.05,
            full_cover_m: 0.1,
            ..SnowSurface::default()
        };
        Snowpack { surfaces: [surface; 3], plowable: 0.25, removal_depth_m: 1.0, ..Snowpack::default() }
    }

    fn climate(temperature_c: f64) -> ClimateState {
        let mut climate = ClimateState::start(&DrainageModel::default());
        (climate.temperature_c, climate.season) = (temperature_c, Some(0.0));
        climate
    }

    #[test]
    fn water_is_kept_through_melt_freeze_and_rain() {
        let (pack, place) = (pack(), SnowMelt { depletion: [[0.5; 10]; 2], ..SnowMelt::default() });
        let mut state = start(&pack, 0.4);
        let (mut stored, mut left, mut fallen) = (water_m(&state), 0.0, 0.0);
        for hour in 0..200 {
            let climate = climate(8.0 * (f64::from(hour) / 4.0).sin() + 1.0);
            let rain_ms = if hour % 7 == 0 { 1e-6 } else { 0.0 };
            let weather = Weather { rain_ms, snowfall_ms: 0.0, climate: &climate, place: &place, dt_s: 3600.0 };
            fall_and_plow(&mut state, &pack, 0.0, false, 3600.0);
            let reaches = melt(&mut state, &pack, &weather);
            left += 3600.0 * (0..3).map(|i| reaches[i] * state[i].share).sum::<f64>();
            fallen += 3600.0 * rain_ms;
        }
        stored += fallen - left - water_m(&state);
        assert!(stored.abs() < 1e-15 && left > 0.04, "{stored} {left}");
    }

    #[test]
    fn plowing_moves_all_it_takes() {
        let mut pack = pack();
        (pack.removal_depth_m, pack.removal) = (0.01, [0.1, 0.2, 0.3, 0.1, 0.3]);
        let mut state = start(&pack, 0.4);
        let before = water_m(&state);
        let plowed = fall_and_plow(&mut state, &pack, 0.0, true, 600.0);
        let at_once_m = state[0].at_once_ms * 600.0 * state[0].share;
        let after = water_m(&state) + plowed.removed_m + plowed.sent_m + at_once_m;
        assert!((before - after).abs() < 1e-15 && state[0].snow_m.abs() < 1e-15, "{before} {after}");
    }

    #[test]
    fn a_cold_pack_must_warm_before_it_melts() {
        let (pack, place) = (pack(), SnowMelt::default());
        let mut state = start(&pack, 0.0);
        let mut step = |temperature_c: f64| {
            let climate = climate(temperature_c);
            let weather = Weather { rain_ms: 0.0, snowfall_ms: 0.0, climate: &climate, place: &place, dt_s: 3600.0 };
            melt(&mut state, &pack, &weather);
            state[2]
        };
        assert!(step(-10.0).cold_content_m == 0.0 || step(-10.0).antecedent_c < 0.0);
        let cold = step(-20.0).cold_content_m;
        assert!(cold > 0.0);
        let warmed = step(2.0);
        assert!(warmed.cold_content_m < cold && warmed.snow_m == 0.05);
        let mut last = warmed.snow_m;
        for _ in 0..20 {
            last = step(5.0).snow_m;
        }
        assert!(last < 0.05);
    }

    #[test]
    fn the_depletion_curve_ends_at_nothing_and_all() {
        let curve = [0.1, 0.35, 0.53, 0.66, 0.75, 0.82, 0.87, 0.92, 0.95, 0.98];
        assert_eq!((depletion(&curve, 0.0), depletion(&curve, 1.0)), (0.0, 1.0));
        assert!((depletion(&curve, 0.25) - 0.595).abs() < 1e-12 && (depletion(&curve, 0.95) - 0.99).abs() < 1e-12);
    }
}
