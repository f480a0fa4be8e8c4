//! Section geometry for the inner loop: area, width and radius at a depth in one look-up.
//!
//! A section whose answers are SWMM's look-ups in tables of equal spacing (circle, standard shapes, transects, streets,
//! custom shapes) is copied into one table in which the three values of an entry lie side by side. Whether the copy
//! answers as the section does is tested when it is made; otherwise the section itself is asked.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 5.

use super::super::section::Section;

/// Area, width, radius; one unused, so that an entry never lies across two cache lines.
type Entry = [f64; 4];
/// Adding it rounds a number below 2^51 to a whole one, which then stands in the lowest bits: 1.5·2^52.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// How a section is evaluated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// Table at `start` with `steps` intervals over the full depth.
    Table { start: u32, steps: u32 },
    /// Closed rectangle; radius to the crown like an open one is not SWMM's, so above `crown` the section is asked.
    Box { width: f64, crown: f64 },
    /// Trapezium: bottom width, mean run over rise, length of both banks per depth.
    Trapezium { bottom: f64, slope: f64, side: f64 },
    /// The section itself.
    Section,
}

/// Tables of all conduits of a network.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    entries: Vec<Entry>,
    /// Start and steps of each table.
    made: Vec<(u32, u32)>,
}

impl Tables {
    /// The form of a section, with its table added if there is none like it yet.
    pub fn form(&mut self, section: &Section) -> Form {
        for steps in [50_u32, 25, 20] {
            let entries = sample(section, steps);
            if let Some(start) = self.find(&entries, steps) {
                return Form::Table { start, steps };
            }
            let at = |y: f64| {
                let (a, w, r) = table_at(&entries, steps, y / section.full_depth_m);
                (a * section.full_area_m2, w * section.max_width_m, r * section.full_radius_m)
            };
            if answers_alike(section, at) {
                let start = self.entries.len() as u32;
                self.entries.extend_from_slice(&entries);
                self.made.push((start, steps));
                return Form::Table { start, steps };
            }
        }
        closed_form(section)
    }

    /// A table equal in every entry has been proven already: the entries decide the answers.
    fn find(&self, entries: &[Entry], steps: u32) -> Option<u32> {
        let alike = |(a, b): (&Entry, &Entry)| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-14);
        let same =
            |&&(start, n): &&(u32, u32)| n == steps && self.entries[start as usize..].iter().zip(entries).all(alike);
        self.made.iter().find(same).map(|made| made.0)
    }

    /// Area, width and radius, each over its full value, at a depth ≥ 0 over the full depth; held above it.
    #[inline(always)]
    #[must_use]
    pub fn at(&self, start: u32, steps: u32, relative_depth: f64) -> (f64, f64, f64) {
        table_at(&self.entries[start as usize..], steps, relative_depth)
    }
}

/// Entries at all steps; the last one twice more, so that three always follow each other.
fn sample(section: &Section, steps: u32) -> Vec<Entry> {
    let entry = |i: u32| {
        let y = section.full_depth_m * (f64::from(i.min(steps)) / f64::from(steps));
        [
            section.area(y) / section.full_area_m2,
            section.width(y) / section.max_width_m,
            section.radius(y) / section.full_radius_m,
            0.0,
        ]
    };
    (0..=steps + 2).map(entry).collect()
}

#[inline(always)]
fn table_at(entries: &[Entry], steps: u32, relative_depth: f64) -> (f64, f64, f64) {
    let t = (relative_depth * f64::from(steps)).min(f64::from(steps));
    // The interval: at its ends either neighbour gives the same.
    let rounded = (t - 0.5) + ROUND;
    let i = (rounded.to_bits() & 0xffff) as usize;
    let f = t - (rounded - ROUND);
    let [low, high, far] = entries[i..i + 3] else { return (0.0, 0.0, 0.0) };
    let line = |k: usize| low[k] + f * (high[k] - low[k]);
    let (area, width, radius) = (line(0), line(1), line(2));
    if i >= 2 {
        return (area, width, radius);
    }
    let bend = |k: usize, y: f64| {
        let bent = y + f * (f - 1.0) * (0.5 * low[k] - high[k] + 0.5 * far[k]);
        if bent > 0.0 { bent } else { y.max(0.0) }
    };
    (bend(0, area), bend(1, width), bend(2, radius))
}

/// Whether a form answers as the section does below the full depth, at points that no table spacing shares.
fn answers_alike(section: &Section, at: impl Fn(f64) -> (f64, f64, f64)) -> bool {
    let close = |a: f64, b: f64, scale: f64| (a - b).abs() <= 1e-12 * scale.abs() || a == b;
    (0..1000).all(|i| {
        let y = section.full_depth_m * (f64::from(i) + 0.618_034) / 1000.0;
        let (area, width, radius) = at(y);
        close(area, section.area(y), section.full_area_m2)
            && close(width, section.width(y), section.max_width_m)
            && close(radius, section.radius(y), section.full_radius_m)
    })
}

fn closed_form(section: &Section) -> Form {
    let full = section.full_depth_m;
    let low = 0.5 * full;
    let width = section.width(low);
    if !section.is_open() {
        let crown = section.area_at_max_flow_m2 / section.full_area_m2 * full;
        let at = |y: f64| box_at(width, y);
        let below = |y: f64| if y <= crown { at(y) } else { (section.area(y), section.width(y), section.radius(y)) };
        return if answers_alike(section, below) { Form::Box { width, crown } } else { Form::Section };
    }
    let slope = 0.5 * (section.width(0.75 * full) - section.width(0.25 * full)) / (0.5 * full);
    let bottom = (width - 2.0 * slope * low).max(0.0);
    let side = (section.area(low) / section.radius(low) - bottom) / low;
    if answers_alike(section, |y| trapezium_at(bottom, slope, side, y)) {
        Form::Trapezium { bottom, slope, side }
    } else {
        Form::Section
    }
}

/// Of a rectangle, its roof not wet.
#[inline(always)]
#[must_use]
pub fn box_at(width: f64, depth_m: f64) -> (f64, f64, f64) {
    let area = width * depth_m;
    (area, width, area / (width + 2.0 * depth_m))
}

/// Of a trapezium.
#[inline(always)]
#[must_use]
pub fn trapezium_at(bottom: f64, slope: f64, side: f64, depth_m: f64) -> (f64, f64, f64) {
    let area = (bottom + slope * depth_m) * depth_m;
    (area, bottom + 2.0 * slope * depth_m, area / (bottom + side * depth_m))
}

#[cfg(test)]
mod tests {
    use super::super::super::section::Shape;
    use super::*;

    #[test]
    fn the_common_shapes_have_a_fast_form() {
        let mut tables = Tables::default();
        let mut form = |shape: &Shape| tables.form(&Section::new(shape).expect("a valid shape"));
        let circle = form(&Shape::Circular { diameter_m: 1.2 });
        assert_eq!(circle, form(&Shape::Circular { diameter_m: 1.2 }));
        assert!(matches!(circle, Form::Table { steps: 50, .. }));
        assert!(matches!(form(&Shape::Eggshaped { depth_m: 1.0 }), Form::Table { steps: 25, .. }));
        assert!(matches!(form(&Shape::RectClosed { depth_m: 1.0, width_m: 2.0 }), Form::Box { .. }));
        let ditch = Shape::Trapezoidal { depth_m: 2.0, bottom_m: 0.0, left_slope: 3.0, right_slope: 3.0 };
        assert!(matches!(form(&ditch), Form::Trapezium { .. }));
    }
}
