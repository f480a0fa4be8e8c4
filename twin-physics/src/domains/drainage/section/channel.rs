//! Open sections with closed forms: trapezium, triangle, parabola, power law.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 5 (cross-section geometry).

/// Two plane banks over a plane bottom; a triangle has no bottom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prism {
    pub bottom_m: f64,
    /// Mean run over rise of the banks.
    pub slope: f64,
    /// Length of both banks per unit of depth.
    pub side: f64,
    /// True for the triangle, whose critical depth has a closed form.
    pub triangle: bool,
}

impl Prism {
    pub fn area(&self, depth_m: f64) -> f64 {
        (self.bottom_m + self.slope * depth_m) * depth_m
    }

    pub fn width(&self, depth_m: f64) -> f64 {
        self.bottom_m + 2.0 * self.slope * depth_m
    }

    pub fn radius(&self, depth_m: f64) -> f64 {
        if depth_m == 0.0 {
            return 0.0;
        }
        self.area(depth_m) / (self.bottom_m + self.side * depth_m)
    }

    pub fn depth_of_area(&self, area_m2: f64) -> f64 {
        if self.slope == 0.0 {
            return area_m2 / self.bottom_m;
        }
        // The root of the quadratic in its form without cancellation.
        2.0 * area_m2 / (self.bottom_m + (self.bottom_m * self.bottom_m + 4.0 * self.slope * area_m2).sqrt())
    }

    pub fn radius_of_area(&self, area_m2: f64) -> f64 {
        area_m2 / (self.bottom_m + self.depth_of_area(area_m2) * self.side)
    }

    /// Growth of the wetted perimeter per area [m⁻¹].
    pub fn perimeter_slope(&self, area_m2: f64) -> f64 {
        self.side / (self.bottom_m * self.bottom_m + 4.0 * self.slope * area_m2).sqrt()
    }
}

/// Area of a parabola with half width `scale·√depth` [m²].
pub(super) fn parabola_area(scale: f64, depth_m: f64) -> f64 {
    4.0 / 3.0 * scale * depth_m * depth_m.max(0.0).sqrt()
}

/// Hydraulic radius of the same [m].
pub(super) fn parabola_radius(scale: f64, depth_m: f64) -> f64 {
    if depth_m <= 0.0 {
        return 0.0;
    }
    let x = 2.0 * depth_m.sqrt() / scale;
    let perimeter = 0.5 * scale * scale * (x * x.hypot(1.0) + x.asinh());
    parabola_area(scale, depth_m) / perimeter
}

/// Depth of the same [m].
pub(super) fn parabola_depth(scale: f64, area_m2: f64) -> f64 {
    (0.75 * area_m2 / scale).powf(2.0 / 3.0)
}

/// Area proportional to a power of depth.
#[derive(Debug, Clone, Copy)]
pub(super) struct PowerLaw {
    /// Exponent of the width: 1/n of y ∝ xⁿ.
    pub exponent: f64,
    /// Area at a depth of 1 m [m²].
    pub scale: f64,
    pub full_depth_m: f64,
}

impl PowerLaw {
    pub fn new(full_depth_m: f64, top_width_m: f64, exponent: f64) -> Self {
        let exponent = 1.0 / exponent;
        let scale = top_width_m / (exponent + 1.0) / full_depth_m.powf(exponent);
        Self { exponent, scale, full_depth_m }
    }

    pub fn area(&self, depth_m: f64) -> f64 {
        self.scale * depth_m.powf(self.exponent + 1.0)
    }

    pub fn width(&self, depth_m: f64) -> f64 {
        (self.exponent + 1.0) * self.scale * depth_m.max(0.0).powf(self.exponent)
    }

    pub fn depth_of_area(&self, area_m2: f64) -> f64 {
        (area_m2 / self.scale).powf(1.0 / (self.exponent + 1.0))
    }

    pub fn radius(&self, depth_m: f64) -> f64 {
        if depth_m <= 0.0 {
            return 0.0;
        }
        self.area(depth_m) / self.perimeter(depth_m)
    }

    /// Wetted perimeter as the polygon with corners every fiftieth of the full depth, as SWMM has it [m].
    fn perimeter(&self, depth_m: f64) -> f64 {
        let step = 0.02 * self.full_depth_m;
        let (mut y0, mut x0, mut sum) = (0.0, 0.0, 0.0);
        for corner in 1..=51 {
            // The last piece reaches any depth above the crown in one straight line.
            let y1 = if corner <= 50 { depth_m.min(f64::from(corner) * step) } else { depth_m };
            let x1 = 0.5 * self.width(y1);
            sum += (x1 - x0).hypot(y1 - y0);
            (y0, x0) = (y1, x1);
            if y1 >= depth_m {
                break;
            }
        }
        2.0 * sum
    }
}
