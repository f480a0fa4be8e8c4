//! A raster as PNG: classes in colours over shaded ground, with a legend of numbers.
//!
//! Text in the picture is numbers and units alone, so that one picture serves both languages.

use std::io::Write;

use super::Raster;

/// Longest side of the map in a picture [pixels].
const LONGEST: usize = 1400;
/// Magnification of letters.
const SCALE: usize = 2;
const LEGEND: usize = 190;
const MARGIN: usize = 12;
const WHITE: [u8; 3] = [255, 255, 255];
const INK: [u8; 3] = [40, 40, 40];

/// Colours of the classes, from shallow to deep.
const COLOURS: [[u8; 3]; 6] =
    [[222, 235, 247], [186, 214, 235], [120, 181, 220], [62, 136, 193], [22, 88, 160], [8, 40, 100]];

/// Writes the classes of `map` that `limits` part (at most six) over the shading of `ground`, both on the same cells.
///
/// # Errors
/// Those of the writer.
pub fn write_png<W: Write>(
    map: &Raster,
    ground: &Raster,
    limits: &[f64],
    unit: &str,
    out: W,
) -> Result<(), png::EncodingError> {
    let mut canvas = Canvas::of(map, limits.len());
    canvas.paint(map, ground, limits);
    canvas.legend(limits, unit);
    let (width, height) = (u32::try_from(canvas.width), u32::try_from(canvas.height));
    let (Ok(width), Ok(height)) = (width, height) else { return Err(png::EncodingError::LimitsExceeded) };
    let mut encoder = png::Encoder::new(out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&canvas.pixels)?;
    writer.finish()
}

/// Pixels, and how cells become pixels.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
    /// Pixels a cell, where cells are few.
    magnify: usize,
    /// Cells a pixel, where they are many.
    shrink: usize,
    map: [usize; 2],
}

impl Canvas {
    fn of(map: &Raster, classes: usize) -> Self {
        let (columns, rows) = (map.frame.columns, map.frame.rows);
        let longest = columns.max(rows).max(1);
        let (magnify, shrink) = ((LONGEST / longest).clamp(1, 16), longest.div_ceil(LONGEST));
        let size = [columns.div_ceil(shrink) * magnify, rows.div_ceil(shrink) * magnify];
        let (width, least) = (size[0] + LEGEND + 3 * MARGIN, (classes + 1) * 26);
        let height = size[1].max(least) + 2 * MARGIN;
        Self { width, height, pixels: vec![255; width * height * 3], magnify, shrink, map: size }
    }

    fn set(&mut self, x: usize, y: usize, colour: [u8; 3]) {
        if x < self.width && y < self.height {
            let at = (y * self.width + x) * 3;
            self.pixels[at..at + 3].copy_from_slice(&colour);
        }
    }

    fn fill(&mut self, x: usize, y: usize, [w, h]: [usize; 2], colour: [u8; 3]) {
        for j in y..y + h {
            for i in x..x + w {
                self.set(i, j, colour);
            }
        }
    }

    fn paint(&mut self, map: &Raster, ground: &Raster, limits: &[f64]) {
        let (columns, rows) = (map.frame.columns, map.frame.rows);
        for y in 0..rows.div_ceil(self.shrink) {
            for x in 0..columns.div_ceil(self.shrink) {
                // A pixel of many cells shows its worst one.
                let (mut value, mut first) = (f64::NAN, None);
                for row in y * self.shrink..((y + 1) * self.shrink).min(rows) {
                    for column in x * self.shrink..((x + 1) * self.shrink).min(columns) {
                        let at = row * columns + column;
                        value = value.max(map.values[at]);
                        first.get_or_insert(at);
                    }
                }
                let class = limits.iter().take_while(|l| value >= **l).count();
                let colour = match (class, first) {
                    (0, Some(at)) => shade(ground, at),
                    (class, _) => COLOURS[(class - 1).min(COLOURS.len() - 1)],
                };
                let k = self.magnify;
                self.fill(MARGIN + x * k, MARGIN + y * k, [k, k], colour);
            }
        }
    }

    fn legend(&mut self, limits: &[f64], unit: &str) {
        let x = self.map[0] + 2 * MARGIN;
        for (k, from) in limits.iter().enumerate() {
            let y = MARGIN + k * 26;
            self.fill(x, y, [30, 20], INK);
            self.fill(x + 1, y + 1, [28, 18], COLOURS[k.min(COLOURS.len() - 1)]);
            let text = limits.get(k + 1).map_or_else(|| format!(">{from} {unit}"), |to| format!("{from}-{to} {unit}"));
            self.write(x + 38, y + 3, &text);
        }
    }

    fn write(&mut self, x: usize, y: usize, text: &str) {
        for (k, letter) in text.chars().enumerate() {
            for (row, bits) in glyph(letter).into_iter().enumerate() {
                for column in (0..5).filter(|c| bits & (16 >> c) != 0) {
                    let at = [x + (k * 6 + column) * SCALE, y + row * SCALE];
                    self.fill(at[0], at[1], [SCALE, SCALE], INK);
                }
            }
        }
    }
}

/// Ground as grey, lit from the north-west; white where there is none.
fn shade(ground: &Raster, at: usize) -> [u8; 3] {
    let (columns, cell) = (ground.frame.columns, ground.frame.cell_m);
    let z = ground.values[at];
    if z.is_nan() {
        return WHITE;
    }
    let near = |next: Option<usize>| next.map(|n| ground.values[n]).filter(|z| z.is_finite()).unwrap_or(z);
    let west = near((!at.is_multiple_of(columns)).then(|| at - 1));
    let north = near(at.checked_sub(columns));
    let light = ((z - west) + (z - north)) / cell;
    let grey = 205.0 + 45.0 * (1.5 * light).tanh();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 160 to 250
    let grey = grey as u8;
    [grey, grey, grey]
}

/// Five columns by seven rows, the highest of five bits to the left.
fn glyph(letter: char) -> [u8; 7] {
    match letter {
        '0' => [14, 17, 19, 21, 25, 17, 14],
        '1' => [4, 12, 4, 4, 4, 4, 14],
        '2' => [14, 17, 1, 2, 4, 8, 31],
        '3' => [31, 2, 4, 2, 1, 17, 14],
        '4' => [2, 6, 10, 18, 31, 2, 2],
        '5' => [31, 16, 30, 1, 1, 17, 14],
        '6' => [6, 8, 16, 30, 17, 17, 14],
        '7' => [31, 1, 2, 4, 8, 8, 8],
        '8' => [14, 17, 17, 14, 17, 17, 14],
        '9' => [14, 17, 17, 15, 1, 2, 12],
        '.' => [0, 0, 0, 0, 0, 12, 12],
        '-' => [0, 0, 0, 14, 0, 0, 0],
        '>' => [8, 4, 2, 1, 2, 4, 8],
        '/' => [1, 1, 2, 4, 8, 16, 16],
        'm' => [0, 0, 26, 21, 21, 21, 21],
        's' => [0, 0, 15, 16, 14, 1, 30],
        _ => [0; 7],
    }
}
