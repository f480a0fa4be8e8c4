//! Colour of a value: a ramp that colour-blind people can read, over a range that is said beside it.

/// Smallest and largest value that a ramp spans, in the SI unit of the layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Drawn with the first colour.
    pub min: f64,
    /// Drawn with the last colour; not below `min`.
    pub max: f64,
}

impl Range {
    /// The range of some values; `None` where there is none that is finite.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        values.into_iter().filter(|v| v.is_finite()).fold(None, |range, v| match range {
            None => Some(Self { min: v, max: v }),
            Some(Self { min, max }) => Some(Self { min: min.min(v), max: max.max(v) }),
        })
    }

    /// Where a value stands, 0 to 1; values outside stand at the ends, and all stand in the middle of an empty range.
    #[must_use]
    pub fn fraction(self, value: f64) -> f64 {
        let width = self.max - self.min;
        if width > 0.0 { ((value - self.min) / width).clamp(0.0, 1.0) } else { 0.5 }
    }
}

/// A ramp of sRGB colours, equally spaced, interpolated linearly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp(&'static [[u8; 3]]);

impl Ramp {
    /// Dark blue over grey to yellow: its lightness rises all the way, and it reads the same with red-green blindness.
    ///
    /// *Source:* five stops of *cividis*, Nuñez, Anderton, Renslow (2018), *PLoS ONE* 13(7), e0199239.
    pub const CIVIDIS: Self =
        Self(&[[0x00, 0x20, 0x4d], [0x41, 0x4d, 0x6b], [0x7c, 0x7b, 0x78], [0xbc, 0xaf, 0x6f], [0xff, 0xea, 0x46]]);

    /// The colour at a place from 0 to 1, sRGB components from 0 to 1.
    #[must_use]
    pub fn at(self, fraction: f64) -> [f32; 3] {
        let steps = self.0.len() - 1;
        let place = fraction.clamp(0.0, 1.0) * u32::try_from(steps).map_or(0.0, f64::from);
        let first = (0..steps).rev().find(|i| u32::try_from(*i).is_ok_and(|i| f64::from(i) <= place)).unwrap_or(0);
        #[expect(clippy::cast_possible_truncation, reason = "a share between two neighbours, and colours are f32")]
        let share = (place - u32::try_from(first).map_or(0.0, f64::from)) as f32;
        std::array::from_fn(|c| {
            let (a, b) = (f32::from(self.0[first][c]), f32::from(self.0[(first + 1).min(steps)][c]));
            (a + (b - a) * share) / 255.0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lighter means more, everywhere: so that the map also reads in grey.
    #[test]
    fn the_ramp_grows_lighter_all_the_way() {
        let light = |f: f64| {
            let [r, g, b] = Ramp::CIVIDIS.at(f);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        for i in 0..100 {
            assert!(light(f64::from(i + 1) / 100.0) > light(f64::from(i) / 100.0), "at {i}");
        }
        assert_eq!(Ramp::CIVIDIS.at(1.0), [1.0, 234.0 / 255.0, 70.0 / 255.0]);
        assert_eq!(Ramp::CIVIDIS.at(-3.0), Ramp::CIVIDIS.at(0.0));
    }

    /// A range knows its ends and never divides by nothing.
    #[test]
    fn a_range_of_equal_values_stands_in_the_middle() {
        let range = Range::of([2.0, f64::NAN, 4.0]).expect("two are finite");
        assert_eq!((range.fraction(2.0), range.fraction(3.0), range.fraction(9.0)), (0.0, 0.5, 1.0));
        assert_eq!(Range::of([7.0]).expect("one").fraction(7.0), 0.5);
        assert_eq!(Range::of([f64::INFINITY]), None);
    }
}
