//! Geometry of a conduit by depth, in one lookup: area, width, conveyance and its slope.
//!
//! Points lie at `y = D·(i/N)²`, dense near the bottom where everything changes fastest. Between them area and
//! conveyance are cubic (Hermite), and the width is the derivative of that cubic: storage and its slope always agree,
//! which Newton's method on volumes needs. Above the crown of a closed section stands a slot of
//! [`SLOT_SHARE`] of the largest width; above the banks of an open one the walls go straight up.
//!
//! *Source:* slot Preissmann (1961), *Propagation des intumescences dans les canaux et rivières*, 1st congress of the
//! French association for computation, Grenoble.

use crate::constants::GRAVITY_MS2;
use crate::domains::drainage::section::Section;

/// Intervals of a table.
const N: usize = 96;
/// Width of the slot over the largest width. An implicit scheme needs no wide slot for its stability, so it is kept
/// small: 10 m of surcharge store a hundredth of a metre of depth.
pub const SLOT_SHARE: f64 = 1e-3;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    y: f64,
    area: f64,
    width: f64,
    conveyance: f64,
    conveyance_slope: f64,
}

/// One interval: cubics in the height above its lower end.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    y: f64,
    area: [f64; 4],
    conveyance: [f64; 4],
}

/// One section, tabulated.
#[derive(Debug, Clone, PartialEq)]
pub struct HydraulicTable {
    depth: f64,
    /// N over the square root of the depth: an interval is found without a division.
    per_root: f64,
    top_width: f64,
    full_area: f64,
    full_conveyance: f64,
    pieces: Vec<Piece>,
    /// Depths of the points.
    depths: Vec<f64>,
    /// Greatest conveyance from the bottom up to each point.
    conveyance_so_far: Vec<f64>,
    /// Greatest critical flow from the bottom up to each point.
    critical_so_far: Vec<f64>,
}

/// Geometry at one depth, one barrel.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Geometry {
    /// Area [m²].
    pub area_m2: f64,
    /// Its derivative by depth [m].
    pub width_m: f64,
}

/// Conveyance `A·R^(2/3)` at one depth, one barrel.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Conveyance {
    /// Geometry there.
    pub geometry: Geometry,
    /// Conveyance for n = 1 [m^(8/3)].
    pub value: f64,
    /// Its derivative by depth.
    pub slope: f64,
}

impl HydraulicTable {
    /// Tabulates a section.
    #[must_use]
    pub fn new(section: &Section) -> Self {
        let depth = section.full_depth_m;
        let closed = !section.is_open();
        let mut points: Vec<Point> = Vec::with_capacity(N + 1);
        let (mut conveyance_so_far, mut critical_so_far) = (Vec::with_capacity(N + 1), Vec::with_capacity(N + 1));
        let mut below = (0.0_f64, 0.0_f64);
        for i in 0..=N {
            let y = depth * (i as f64 / N as f64).powi(2);
            let (area, width, radius) = if section.is_circle() {
                circle(depth, y)
            } else {
                (section.area(y), section.width(y), section.radius(y))
            };
            let conveyance = area * radius.max(0.0).powf(2.0 / 3.0);
            let critical_flow = if width > 0.0 { area * (GRAVITY_MS2 * area / width).sqrt() } else { 0.0 };
            // Both fall again where a section closes, or where flow first spreads over its banks.
            below = (conveyance.max(below.0), critical_flow.max(below.1));
            conveyance_so_far.push(below.0);
            critical_so_far.push(below.1);
            points.push(Point { y, area, width, conveyance, conveyance_slope: 0.0 });
        }
        let slot = SLOT_SHARE * section.max_width_m;
        let top_width = if closed { slot } else { points[N].width.max(slot) };
        points[N].width = top_width;
        for i in 0..=N {
            let (a, b) = (i.saturating_sub(1), (i + 1).min(N));
            let rise = points[b].conveyance - points[a].conveyance;
            points[i].conveyance_slope = rise / (points[b].y - points[a].y);
        }
        points[0].conveyance_slope = 0.0;
        let before = points.clone();
        for (i, point) in points.iter_mut().enumerate() {
            let secant = |a: usize, b: usize, of: fn(&Point) -> f64| {
                (b <= N).then(|| (of(&before[b]) - of(&before[a])) / (before[b].y - before[a].y))
            };
            let around =
                |of: fn(&Point) -> f64| [i.checked_sub(1).and_then(|a| secant(a, i, of)), secant(i, i + 1, of)];
            point.width = monotone(point.width, around(|p| p.area));
            point.conveyance_slope = monotone(point.conveyance_slope, around(|p| p.conveyance));
        }
        let piece = |w: &[Point]| {
            let (p, q) = (&w[0], &w[1]);
            let h = q.y - p.y;
            let area = cubic(h, p.area, q.area, p.width, q.width);
            let conveyance = cubic(h, p.conveyance, q.conveyance, p.conveyance_slope, q.conveyance_slope);
            Piece { y: p.y, area, conveyance }
        };
        Self {
            depth,
            per_root: N as f64 / depth.sqrt(),
            top_width,
            full_area: points[N].area,
            full_conveyance: points[N].conveyance,
            pieces: points.windows(2).map(piece).collect(),
            depths: points.iter().map(|p| p.y).collect(),
            conveyance_so_far,
            critical_so_far,
        }
    }

    fn piece(&self, y: f64) -> &Piece {
        // The square root gives the interval up to round-off at its ends, where both neighbours give the same value.
        &self.pieces[((y.sqrt() * self.per_root) as usize).min(N - 1)]
    }

    /// Area and width at a depth; 0 below the bottom.
    #[must_use]
    pub fn geometry(&self, y: f64) -> Geometry {
        if y <= 0.0 {
            return Geometry { area_m2: 0.0, width_m: 0.0 };
        }
        if y >= self.depth {
            let area_m2 = self.full_area + self.top_width * (y - self.depth);
            return Geometry { area_m2, width_m: self.top_width };
        }
        let piece = self.piece(y);
        let (area_m2, width_m) = at(&piece.area, y - piece.y);
        Geometry { area_m2, width_m: width_m.max(0.0) }
    }

    /// Geometry and conveyance at a depth. Above the top the conveyance is the one there.
    #[must_use]
    pub fn conveyance(&self, y: f64) -> Conveyance {
        if y <= 0.0 {
            return Conveyance::default();
        }
        if y >= self.depth {
            return Conveyance { geometry: self.geometry(y), value: self.full_conveyance, slope: 0.0 };
        }
        let piece = self.piece(y);
        let above = y - piece.y;
        let (area_m2, width_m) = at(&piece.area, above);
        let geometry = Geometry { area_m2, width_m: width_m.max(0.0) };
        let (value, slope) = at(&piece.conveyance, above);
        Conveyance { geometry, value, slope }
    }

    /// Depth of critical flow of one barrel, at most the height of the section.
    #[must_use]
    pub fn critical_depth(&self, flow_m3s: f64) -> f64 {
        self.depth_of(flow_m3s.abs(), &self.critical_so_far)
    }

    /// Depth at which the conveyance has this value, at most the height of the section.
    #[must_use]
    pub fn normal_depth(&self, conveyance: f64) -> f64 {
        self.depth_of(conveyance, &self.conveyance_so_far)
    }

    fn depth_of(&self, value: f64, so_far: &[f64]) -> f64 {
        let i = so_far.partition_point(|v| *v < value);
        if i == 0 {
            return 0.0;
        }
        if i > N {
            return self.depth;
        }
        let (p, q) = (self.depths[i - 1], self.depths[i]);
        p + (q - p) * (value - so_far[i - 1]) / (so_far[i] - so_far[i - 1])
    }

    /// Height of the section [m].
    #[must_use]
    pub fn depth_m(&self) -> f64 {
        self.depth
    }
}

/// A slope that lets no cubic beside it overshoot: of the sign of both secants, at most three times the lesser.
///
/// *Source:* Fritsch & Carlson (1980), *SIAM J. Numer. Anal.* 17, 238–246.
fn monotone(slope: f64, secants: [Option<f64>; 2]) -> f64 {
    let [a, b] = secants;
    let (a, b) = (a.or(b).unwrap_or(0.0), b.or(a).unwrap_or(0.0));
    if a * b <= 0.0 {
        return 0.0;
    }
    let most = 3.0 * a.abs().min(b.abs());
    slope.clamp(-most, most)
}

/// Area, width and hydraulic radius of a circle. SWMM's tables end at a fiftieth of the diameter, below which they are
/// linear: at a hundredth they have 40 % more area than there is.
fn circle(diameter: f64, y: f64) -> (f64, f64, f64) {
    let half = (1.0 - 2.0 * y / diameter).clamp(-1.0, 1.0).acos();
    let (sine, cosine) = half.sin_cos();
    let area = 0.25 * diameter * diameter * (half - sine * cosine).max(0.0);
    (area, diameter * sine, if half > 0.0 { area / (diameter * half) } else { 0.0 })
}

/// Coefficients of the cubic through two values with two slopes, in the distance from the first, over a length `h`.
fn cubic(h: f64, a: f64, b: f64, da: f64, db: f64) -> [f64; 4] {
    let secant = (b - a) / h;
    [a, da, (3.0 * secant - 2.0 * da - db) / h, (da + db - 2.0 * secant) / (h * h)]
}

/// A cubic and its derivative.
fn at(c: &[f64; 4], x: f64) -> (f64, f64) {
    (c[0] + x * (c[1] + x * (c[2] + x * c[3])), c[1] + x * (2.0 * c[2] + 3.0 * x * c[3]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domains::drainage::section::Shape;

    /// Every answer is finite and area rises, from the bottom to above the crown.
    #[test]
    fn answers_are_finite_and_area_rises() {
        let shapes = [
            Shape::Circular { diameter_m: 1.2192 },
            Shape::Trapezoidal { depth_m: 2.7, bottom_m: 0.0, left_slope: 3.0, right_slope: 3.0 },
            Shape::RectClosed { depth_m: 1.0, width_m: 2.0 },
            Shape::Eggshaped { depth_m: 1.5 },
        ];
        for shape in shapes {
            let table = HydraulicTable::new(&Section::new(&shape).expect("a section"));
            let mut before = -1.0;
            for i in 0..=2000 {
                let y = table.depth_m() * 1.2 * f64::from(i) / 2000.0;
                let at = table.conveyance(y);
                assert!(
                    at.value.is_finite() && at.slope.is_finite() && at.geometry.width_m.is_finite(),
                    "{shape:?} {y}"
                );
                assert!(y == 0.0 || at.value > 0.0, "{shape:?} {y} {at:?}");
                assert!(at.geometry.area_m2 >= before, "{shape:?} {y}");
                before = at.geometry.area_m2;
                assert!(table.critical_depth(f64::from(i) * 0.01).is_finite());
                assert!(table.normal_depth(f64::from(i) * 0.01).is_finite());
            }
        }
    }
}
