//! Curves over local clock time, drawn by plotters into inline SVG. Text in a chart is numbers alone, so that one chart
//! serves both languages.

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::prelude::*;

use super::format::{Clock, number};

/// One curve: points in seconds since the start and in the unit shown.
pub(super) struct Curve {
    /// Points in order of time.
    pub points: Vec<(f64, f64)>,
    /// Which style it has, from 0.
    pub style: usize,
}

/// A vertical line at an event, with its number.
pub(super) struct EventLine {
    /// When [s].
    pub t_s: f64,
    /// What the list below calls it.
    pub label: String,
}

/// Colours that differ for all common kinds of colour blindness, each at least 3:1 on white (after Okabe and Ito 2008).
const COLOURS: [(u8, u8, u8); 4] = [(0, 90, 156), (196, 78, 0), (0, 122, 90), (150, 50, 120)];
/// Dash and gap of each style; the second channel beside colour.
const DASHES: [(i32, i32); 4] = [(0, 0), (14, 7), (3, 5), (24, 6)];

/// Dash and gap of a style; beyond four styles colours come again with other dashes.
fn dashes(style: usize) -> (i32, i32) {
    DASHES[(style + style / COLOURS.len()) % DASHES.len()]
}

const WIDTH: u32 = 1160;
const HEIGHT: u32 = 380;
const POINTS_MAX: usize = 700;

/// Clock time on the horizontal axis, with ticks at round times.
struct TimeAxis {
    from: f64,
    to: f64,
    midnight: f64,
}

const STEPS_S: [f64; 13] =
    [60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0, 21_600.0, 43_200.0, 86_400.0, 604_800.0];

impl Ranged for TimeAxis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    #[allow(clippy::cast_possible_truncation)] // a pixel
    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = (value - self.from) / (self.to - self.from);
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        let span = self.to - self.from;
        let step = STEPS_S.into_iter().find(|s| span / s <= 10.0).unwrap_or(span / 8.0);
        let first = ((self.from + self.midnight) / step).ceil() * step - self.midnight;
        let ticks = std::iter::successors(Some(first), |t| Some(t + step));
        ticks.take_while(|t| *t <= self.to + 1e-6).take(40).collect()
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.from..self.to
    }
}

/// The chart as an inline `<svg>`, or none where there is nothing to draw.
pub(super) fn chart(curves: &[Curve], events: &[EventLine], clock: Clock, aria: &str) -> Option<String> {
    let all = || curves.iter().flat_map(|c| c.points.iter().copied());
    let (t0, t1) = bounds(all().map(|p| p.0))?;
    let (low, high) = bounds(all().map(|p| p.1))?;
    let t1 = if t1 > t0 { t1 } else { t0 + 60.0 };
    // Zero belongs into the picture unless the values stay far from it.
    let low = if low > 0.0 && low < 0.5 * high { 0.0 } else { low };
    let pad = if high > low { 0.06 * (high - low) } else { high.abs().max(1.0) * 0.1 };
    let low = if low == 0.0 { 0.0 } else { low - pad };
    let mut svg = String::new();
    let axis = TimeAxis { from: t0, to: t1, midnight: clock.of_first_day(0.0) };
    draw(&mut svg, curves, events, axis, (low, high + pad), clock).ok()?;
    // plotters names the SVG namespace, which inline SVG does not need, and a fixed size, which a page does not want.
    let body = svg.find('>').map(|at| &svg[at + 1..])?;
    let aria = super::html::escape(aria);
    Some(format!("<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{aria}\">{body}"))
}

fn bounds(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |b, v| Some(b.map_or((v, v), |(lo, hi): (f64, f64)| (lo.min(v), hi.max(v)))))
}

fn draw(
    svg: &mut String,
    curves: &[Curve],
    events: &[EventLine],
    axis: TimeAxis,
    (low, high): (f64, f64),
    clock: Clock,
) -> Result<(), Box<dyn std::error::Error>> {
    let (from, to) = (axis.from, axis.to);
    let root = SVGBackend::with_string(svg, (WIDTH, HEIGHT)).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin_top(30)
        .margin_right(30)
        .margin_bottom(6)
        .x_label_area_size(42)
        .y_label_area_size(96)
        .build_cartesian_2d(axis, low..high)?;
    let ink = RGBColor(40, 40, 40);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(RGBColor(222, 222, 222))
        .light_line_style(TRANSPARENT)
        .axis_style(RGBColor(90, 90, 90))
        .y_labels(6)
        .label_style(("sans-serif", 25).into_font().color(&ink))
        .x_label_formatter(&|t| clock.minutes(*t, super::Lang::En).replace("day ", "d"))
        .y_label_formatter(&|v| number(*v))
        .draw()?;
    for event in events.iter().filter(|e| e.t_s >= from && e.t_s <= to) {
        let line = [(event.t_s, low), (event.t_s, high)];
        chart.draw_series(DashedLineSeries::new(line, 5, 4, RGBColor(90, 90, 90).stroke_width(1)))?;
        let style = ("sans-serif", 23).into_font().color(&ink);
        let at = chart.backend_coord(&(event.t_s, high));
        root.draw_text(&event.label, &style, (at.0 - 6, at.1 - 25))?;
    }
    for curve in curves {
        let (r, g, b) = COLOURS[curve.style % COLOURS.len()];
        let style = RGBColor(r, g, b).stroke_width(4);
        let points = thin(&curve.points);
        match dashes(curve.style) {
            (0, _) => chart.draw_series(LineSeries::new(points, style))?,
            (dash, space) => chart.draw_series(DashedLineSeries::new(points, dash, space, style))?,
        };
    }
    root.present()?;
    drop(chart);
    drop(root);
    Ok(())
}

/// At most [`POINTS_MAX`] points; of each stretch the first, lowest, highest and last stay, so no peak is lost.
fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if points.len() <= POINTS_MAX {
        return points.to_vec();
    }
    let stretch = points.len().div_ceil(POINTS_MAX / 4);
    let mut out = Vec::with_capacity(POINTS_MAX + 4);
    for part in points.chunks(stretch) {
        let by = |pick: fn(f64, f64) -> bool| {
            (0..part.len()).reduce(|best, i| if pick(part[i].1, part[best].1) { i } else { best })
        };
        let mut keep: Vec<usize> =
            [Some(0), by(|a, b| a < b), by(|a, b| a > b), part.len().checked_sub(1)].into_iter().flatten().collect();
        keep.sort_unstable();
        keep.dedup();
        out.extend(keep.into_iter().map(|i| part[i]));
    }
    out
}

/// A short sample of a line style for a legend.
pub(super) fn sample(style: usize) -> String {
    let (r, g, b) = COLOURS[style % COLOURS.len()];
    let (dash, space) = dashes(style);
    let dashes = if dash == 0 { String::new() } else { format!(" stroke-dasharray=\"{dash} {space}\"") };
    format!(
        "<svg class=\"sample\" viewBox=\"0 0 70 16\" aria-hidden=\"true\">\
         <line x1=\"2\" y1=\"8\" x2=\"68\" y2=\"8\" stroke=\"rgb({r},{g},{b})\" stroke-width=\"5\"{dashes}/></svg>"
    )
}
