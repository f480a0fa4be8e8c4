//! Gas that burns in a manhole, a culvert or a cellar: the pressure while it vents, and what becomes of the cover.
//!
//! *Source:* W. Bartknecht, Explosionsschutz, 1993, in the form of NFPA 68 (2002) and EN 14994 (2007):
//! `A_v = [(0.1265·log₁₀K_G − 0.0567)·p^−0.5817 + 0.1754·p^−0.5722·(p_stat − 0.1)]·V^⅔` in bar and m, for compact
//! spaces (length at most twice the width) of up to 1000 m³, K_G up to 550 bar·m/s (methane 55), p_stat from 0.1 to 0.5
//! bar, p up to 2 bar. Weak spaces: NFPA 68 (2002), `A_v = C·A_s/√p`, C = 0.037 √bar for methane, p at most 0.1 bar.
//! From first principles: own derivation in the numbers of D. Bradley, A. Mitcheson, The venting of gaseous explosions
//! in spherical vessels, Combust. Flame 32, 1978. Cover: Newton's second law. Long culverts and obstacles make flames
//! run faster than any of these laws knows: give them a larger turbulence, or detonation as an overpressure of its own.

use serde::{Deserialize, Serialize};

use super::error::{HazardError, keep, not_negative, positive};
use crate::constants::GRAVITY_MS2;
use crate::num::root::brent;

const PA_PER_BAR: f64 = 1e5;

/// Area of vents [m²] that holds the pressure in a space to `reduced_pa`.
///
/// *Source:* Bartknecht 1993 by EN 14994, 2007; limits above.
///
/// # Errors
/// Outside of the law's range.
pub fn bartknecht_area_m2(
    volume_m3: f64,
    deflagration_index_barms: f64,
    opening_pa: f64,
    reduced_pa: f64,
) -> Result<f64, HazardError> {
    keep(volume_m3 > 0.0 && volume_m3 <= 1000.0, "volume of a space", volume_m3, "above 0 and at most 1000 m³")?;
    let k_g = deflagration_index_barms;
    keep((10.0..=550.0).contains(&k_g), "deflagration index", k_g, "from 10 to 550 bar·m/s")?;
    let stat = opening_pa / PA_PER_BAR;
    keep((0.1..=0.5).contains(&stat), "opening pressure of a vent", opening_pa, "from 10 to 50 kPa")?;
    let p = reduced_pa / PA_PER_BAR;
    keep(p > 0.0 && p <= 2.0, "reduced pressure", reduced_pa, "above 0 and at most 200 kPa")?;
    Ok(bartknecht_bar(volume_m3, k_g, stat, p))
}

fn bartknecht_bar(volume_m3: f64, k_g: f64, stat: f64, p: f64) -> f64 {
    let open = (0.1265 * k_g.log10() - 0.0567) * p.powf(-0.5817);
    let late = 0.1754 * p.powf(-0.5722) * (stat - 0.1);
    (open + late) * volume_m3.cbrt() * volume_m3.cbrt()
}

/// Pressure [Pa] in a space with this area of vents: the inverse of [`bartknecht_area_m2`].
///
/// # Errors
/// Outside of the law's range, or if the vents are so small that the pressure would be above 2 bar.
pub fn bartknecht_pa(
    volume_m3: f64,
    deflagration_index_barms: f64,
    opening_pa: f64,
    area_m2: f64,
) -> Result<f64, HazardError> {
    positive("area of vents", area_m2)?;
    let least = bartknecht_area_m2(volume_m3, deflagration_index_barms, opening_pa, 2.0 * PA_PER_BAR)?;
    keep(area_m2 >= least, "area of vents", area_m2, "large enough for 2 bar")?;
    let stat = opening_pa / PA_PER_BAR;
    let short = |ln: f64| (bartknecht_bar(volume_m3, deflagration_index_barms, stat, ln.exp()) / area_m2).ln();
    let ln = brent(1e-9_f64.ln(), 2.0_f64.ln(), 1e-13, short)?;
    Ok(ln.exp() * PA_PER_BAR)
}

/// Pressure [Pa] in a weak space, `(C·A_s/A_v)²` of bar.
///
/// *Source:* NFPA 68, 2002, low-strength enclosures.
///
/// # Errors
/// If a value makes no sense, or the pressure would be above 0.1 bar, where the law ends.
pub fn weak_space_pa(constant_rootbar: f64, inner_m2: f64, vent_m2: f64) -> Result<f64, HazardError> {
    let ratio = positive("constant of a fuel", constant_rootbar)? * positive("inner surface", inner_m2)?
        / positive("area of vents", vent_m2)?;
    let pa = ratio * ratio * PA_PER_BAR;
    keep(pa <= 0.1 * PA_PER_BAR, "pressure in a weak space", pa, "at most 10 kPa")
}

/// A flammable mixture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mixture {
    /// Laminar burning velocity [m/s]: methane 0.40, hydrogen near 3.
    pub burning_ms: f64,
    /// Volume burnt over unburnt at one pressure [–]: methane 7.5.
    pub expansion: f64,
    /// Density unburnt [kg/m³].
    pub density_kgm3: f64,
    /// Overpressure of the closed space [Pa]: methane 710 kPa.
    pub closed_pa: f64,
}

/// Pressure [Pa] at which vents pass what the flame makes, `½·ρ·[χ·S_u·A_f·(E − 1)/(C_d·A_v)]²`, at least that which
/// opens the vents and at most that of the closed space.
///
/// *Source:* own derivation: the balance of volumes while the flame is largest, quasi-steady, unburnt gas leaving
/// without compression; with Ā = C_d·A_v/A_s and S̄ = S_u/c·(E − 1) it is `γ/2·(χ·S̄/Ā)²` of p₀, the low-pressure limit
/// of Bradley & Mitcheson 1978. The flame's area is taken as the inner surface; `turbulence` χ is 1 for a smooth flame,
/// 2 to 5 where vents and obstacles wrinkle it. Meant below 1 bar.
///
/// # Errors
/// If a value makes no sense.
pub fn quasi_steady_pa(
    mixture: &Mixture,
    turbulence: f64,
    inner_m2: f64,
    (discharge_coefficient, vent_m2): (f64, f64),
    opening_pa: f64,
) -> Result<f64, HazardError> {
    positive("burning velocity", mixture.burning_ms)?;
    positive("density of a mixture", mixture.density_kgm3)?;
    keep(mixture.expansion > 1.0, "expansion of a mixture", mixture.expansion, "above 1")?;
    positive("inner surface", inner_m2)?;
    keep(turbulence >= 1.0, "turbulence of a flame", turbulence, "at least 1")?;
    let closed = positive("pressure of a closed space", mixture.closed_pa)?;
    let opening = not_negative("opening pressure of a vent", opening_pa)?.min(closed);
    let way = not_negative("area of vents", vent_m2)? * positive("discharge coefficient", discharge_coefficient)?;
    if way <= 0.0 {
        return Ok(closed);
    }
    let made = turbulence * mixture.burning_ms * inner_m2 * (mixture.expansion - 1.0);
    let speed = made / way;
    Ok((0.5 * mixture.density_kgm3 * speed * speed).clamp(opening, closed))
}

/// A cover over an opening.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Lid {
    /// Mass [kg].
    pub mass_kg: f64,
    /// Area that pressure acts on [m²].
    pub area_m2: f64,
    /// What locks and friction hold [N].
    pub hold_n: f64,
}

/// A cover thrown up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Throw {
    /// Speed as it leaves [m/s].
    pub speed_ms: f64,
    /// Height it reaches, without drag [m].
    pub height_m: f64,
    /// Time until it is back [s].
    pub airborne_s: f64,
}

impl Lid {
    /// Overpressure that lifts it [Pa].
    ///
    /// *Source:* balance of forces; own derivation.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn lifts_pa(&self) -> Result<f64, HazardError> {
        let weight = positive("mass of a cover", self.mass_kg)? * GRAVITY_MS2;
        Ok((weight + not_negative("hold of a cover", self.hold_n)?) / positive("area of a cover", self.area_m2)?)
    }

    /// Where a triangular pulse throws it; `None` if it stays. The hold is broken at once where the peak is above what
    /// lifts; from there weight alone works against the pulse, for as long as the pulse is above it.
    ///
    /// *Source:* momentum over a falling pulse; own derivation.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn thrown(&self, peak_pa: f64, duration_s: f64) -> Result<Option<Throw>, HazardError> {
        not_negative("peak of a pulse", peak_pa)?;
        positive("duration of a pulse", duration_s)?;
        if peak_pa <= self.lifts_pa()? {
            return Ok(None);
        }
        let weight_pa = self.mass_kg * GRAVITY_MS2 / self.area_m2;
        let over = peak_pa - weight_pa;
        // The part of the pulse above the weight is a triangle too.
        let impulse = 0.5 * over * over / peak_pa * duration_s * self.area_m2;
        let speed_ms = impulse / self.mass_kg;
        let (height_m, airborne_s) = (0.5 * speed_ms * speed_ms / GRAVITY_MS2, 2.0 * speed_ms / GRAVITY_MS2);
        Ok(Some(Throw { speed_ms, height_m, airborne_s }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const METHANE: Mixture = Mixture { burning_ms: 0.40, expansion: 7.52, density_kgm3: 1.14, closed_pa: 710e3 };

    #[test]
    fn vents_by_bartknecht() {
        // 50 m³, K_G 55, p_stat 0.1 bar, p_red 0.5 bar: (0.1265·1.74036 − 0.0567)·0.5^−0.5817·50^⅔ = 3.3162 m².
        let area = bartknecht_area_m2(50.0, 55.0, 10e3, 50e3).unwrap();
        let by_hand = (0.1265 * 55f64.log10() - 0.0567) * 0.5_f64.powf(-0.5817) * 50f64.powf(2.0 / 3.0);
        assert!((area / by_hand - 1.0).abs() < 1e-12 && (area - 3.316).abs() < 0.02, "{area}");
        assert!((bartknecht_pa(50.0, 55.0, 10e3, area).unwrap() / 50e3 - 1.0).abs() < 1e-9);
        assert!(bartknecht_area_m2(5000.0, 55.0, 10e3, 50e3).is_err());
        assert!(bartknecht_area_m2(50.0, 55.0, 10e3, 300e3).is_err());
        assert!(bartknecht_pa(50.0, 55.0, 10e3, 0.01).is_err());
    }

    #[test]
    fn weak_and_free_spaces() {
        // NFPA 68: 100 m² of walls, 12 m² of vents, methane: (0.037·100/12)² = 0.0951 bar.
        let pa = weak_space_pa(0.037, 100.0, 12.0).unwrap();
        assert!((pa - 9_506.9).abs() < 0.1, "{pa}");
        assert!(weak_space_pa(0.037, 100.0, 5.0).is_err());
        // The balance of volumes: 0.4·100·6.52/(0.6·4) = 108.67 m/s, ½·1.14·u² = 6 731 Pa.
        let pa = quasi_steady_pa(&METHANE, 1.0, 100.0, (0.6, 4.0), 0.0).unwrap();
        assert!((pa - 6_730.9).abs() < 1.0, "{pa}");
        assert_eq!(quasi_steady_pa(&METHANE, 1.0, 100.0, (0.6, 0.0), 0.0).unwrap(), 710e3);
        assert_eq!(quasi_steady_pa(&METHANE, 1.0, 1.0, (0.6, 4.0), 2e3).unwrap(), 2e3);
        assert!(quasi_steady_pa(&METHANE, 0.5, 100.0, (0.6, 4.0), 0.0).is_err());
    }

    #[test]
    fn a_cover_flies_by_its_impulse() {
        // 70 kg on 0.385 m²: lifted by 1 783 Pa.
        let lid = Lid { mass_kg: 70.0, area_m2: 0.385, hold_n: 0.0 };
        assert!((lid.lifts_pa().unwrap() - 1_783.0).abs() < 0.5);
        assert_eq!(lid.thrown(1_700.0, 0.2).unwrap(), None);
        let thrown = lid.thrown(50e3, 0.1).unwrap().unwrap();
        let speed = 0.5 * (50e3 - 1_783.03_f64).powi(2) / 50e3 * 0.1 * 0.385 / 70.0;
        assert!((thrown.speed_ms / speed - 1.0).abs() < 1e-5 && thrown.height_m > 5.0, "{thrown:?}");
        let locked = Lid { hold_n: 50e3, ..lid };
        assert_eq!(locked.thrown(50e3, 0.1).unwrap(), None);
    }

    proptest! {
        /// Larger vents, lower pressure; the two ways round agree.
        #[test]
        fn vents_relieve(v in 1.0..1000.0_f64, k in 40.0..550.0_f64, stat in 10e3..50e3_f64, p in 1e3..150e3_f64) {
            let area = bartknecht_area_m2(v, k, stat, p).unwrap();
            prop_assert!(bartknecht_area_m2(v, k, stat, 1.1 * p).unwrap() < area && area > 0.0);
            prop_assert!((bartknecht_pa(v, k, stat, area).unwrap() / p - 1.0).abs() < 1e-6);
        }

        /// Pressure lies between that of opening and that of the closed space; a stronger pulse throws higher.
        #[test]
        fn pressure_and_throw_are_bounded(vent in 0.0..20.0_f64, inner in 1.0..500.0_f64, peak in 0.0..500e3_f64) {
            let p = quasi_steady_pa(&METHANE, 2.0, inner, (0.6, vent), 5e3).unwrap();
            prop_assert!((5e3..=710e3).contains(&p));
            prop_assert!(quasi_steady_pa(&METHANE, 2.0, inner, (0.6, vent + 1.0), 5e3).unwrap() <= p);
            let lid = Lid { mass_kg: 60.0, area_m2: 0.4, hold_n: 100.0 };
            let height = |p: f64| lid.thrown(p, 0.1).unwrap().map_or(0.0, |t| t.height_m);
            prop_assert!(height(peak) >= 0.0 && height(peak + 1e3) >= height(peak));
        }
    }
}
