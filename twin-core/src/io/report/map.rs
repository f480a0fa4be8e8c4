//! The network as an inline SVG map: grey where all is well, darker and thicker the worse, every mark with a shape of
//! its own.

use std::fmt::Write;

use super::Lang;
use super::catalogue::Msg;
use super::format::{Shown, number};
use super::html::{both, both_svg, escape, say};
use super::story::pick;
use crate::io::results::{Better, Crs, MapFeature, MapLayer, Marker, MarkerKind, Paint, Shape, VariantFacts};

const WIDTH: f64 = 1160.0;
const MARGIN: f64 = 46.0;
/// Above this number of links, links of a class are one path without names, to keep the page small.
const NAMED_MAX: usize = 3000;
const MARKS_MAX: usize = 400;
/// Colour and line width by class, worst first; the last is calm. Each at least 3:1 on white, in falling darkness.
const CLASSES: [(&str, f64); 5] =
    [("#4d004b", 9.0), ("#a8005a", 7.5), ("#d84a1b", 6.0), ("#a87800", 4.5), ("#8a939b", 2.6)];
pub(super) const CALM: usize = CLASSES.len() - 1;

/// From map coordinates to the picture.
struct View {
    min: [f64; 2],
    max: [f64; 2],
    scale: [f64; 2],
    height: f64,
    left: f64,
}

impl View {
    fn of(map: &MapLayer) -> Option<Self> {
        let mut points = map.drawable().flat_map(|(_, s)| s.points().iter().copied());
        let first = points.next()?;
        let (min, max) = points.fold((first, first), |(lo, hi), p| {
            ([lo[0].min(p[0]), lo[1].min(p[1])], [hi[0].max(p[0]), hi[1].max(p[1])])
        });
        // A degree of longitude is shorter than one of latitude.
        let narrow = if map.crs == Crs::Wgs84 { (0.5 * (min[1] + max[1])).to_radians().cos().max(0.01) } else { 1.0 };
        let size = [((max[0] - min[0]) * narrow).max(1e-9), (max[1] - min[1]).max(1e-9)];
        let room = [WIDTH - 2.0 * MARGIN, 760.0 - 2.0 * MARGIN];
        let scale = (room[0] / size[0]).min(room[1] / size[1]);
        let height = (size[1] * scale + 2.0 * MARGIN).max(280.0);
        let left = 0.5 * (WIDTH - size[0] * scale);
        Some(Self { min, max, scale: [scale * narrow, scale], height, left })
    }

    fn at(&self, p: [f64; 2]) -> (f64, f64) {
        let drawn = (self.max[1] - self.min[1]) * self.scale[1];
        let top = 0.5 * (self.height - drawn);
        (self.left + (p[0] - self.min[0]) * self.scale[0], top + (self.max[1] - p[1]) * self.scale[1])
    }

    /// SVG path data; vertices closer than a pixel to the last one are left out.
    fn path(&self, points: &[[f64; 2]], out: &mut String) {
        let mut last: Option<(f64, f64)> = None;
        for (i, p) in points.iter().enumerate() {
            let (x, y) = self.at(*p);
            let near = last.is_some_and(|(x0, y0)| (x - x0).abs() + (y - y0).abs() < 1.0);
            if near && i + 1 < points.len() {
                continue;
            }
            let _ = write!(out, "{}{x:.1} {y:.1}", if last.is_none() { 'M' } else { 'L' });
            last = Some((x, y));
        }
    }
}

/// Class of a value, an index into [`CLASSES`].
pub(super) fn class_of(paint: &Paint, value: f64) -> usize {
    let hit = paint.limits.iter().take(CALM).position(|&limit| match paint.better {
        Better::Higher => value < limit,
        Better::Lower | Better::Neither => value > limit,
    });
    // With fewer limits than colours the milder colours are used.
    hit.map_or(CALM, |i| i + CALM - paint.limits.len().min(CALM))
}

/// The map of a variant with its legend, as HTML; a sentence where there is none to draw.
pub(super) fn map(variant: &VariantFacts) -> String {
    let drawn = variant.map.as_ref().and_then(|m| View::of(m).map(|v| (m, v)));
    let Some((layer, view)) = drawn else { return format!("<p class=\"note\">{}</p>", say(Msg::MapNone)) };
    let mut counts = [0usize; CLASSES.len() + 1];
    let mut body = String::new();
    let painted = links(layer, variant.paint.as_ref(), &view, &mut counts, &mut body);
    if !painted {
        nodes(layer, variant.paint.as_ref(), &view, &mut counts, &mut body);
    }
    let mut notes = String::new();
    marks(&variant.markers, &view, &mut body, &mut notes);
    furniture(layer.crs, &view, &mut body);
    let aria = format!("{} / {}", layer.title.zh, layer.title.en);
    let mut out = format!(
        "<svg class=\"map\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{}\">{body}</svg>",
        view.height,
        escape(&aria)
    );
    out += &legend(variant, layer, &counts);
    let _ = write!(out, "<p class=\"note\">{}", crs_note(layer.crs));
    let missing = layer.features.len() - layer.drawable().count();
    if missing > 0 {
        let _ = write!(out, " {}", both(|lang| Msg::MapLeftOut.with(lang, &[&missing.to_string()])));
    }
    out + &notes + "</p>"
}

fn crs_note(crs: Crs) -> String {
    match crs {
        Crs::Local => say(Msg::MapLocal),
        Crs::Wgs84 => say(Msg::MapWgs),
        Crs::Epsg(code) => both(|lang| Msg::MapEpsg.with(lang, &[&code.to_string()])),
    }
}

pub(super) fn value_of(feature: &MapFeature, paint: Option<&Paint>) -> Option<f64> {
    feature.values.get(&paint?.value).copied().filter(|v| v.is_finite())
}

fn tip(feature: &MapFeature, paint: Option<&Paint>, value: Option<f64>) -> String {
    let mut text = if feature.name.is_empty() { feature.id.clone() } else { feature.name.clone() };
    if let (Some(paint), Some(value)) = (paint, value) {
        // One title serves both languages: number and symbol are the same in both.
        text = format!("{text}: {}", Shown::of(&paint.unit, &paint.value).text(value, Lang::En));
    }
    escape(&text)
}

/// Draws the links, and says whether they carry the value the map is painted by.
fn links(layer: &MapLayer, paint: Option<&Paint>, view: &View, counts: &mut [usize], body: &mut String) -> bool {
    let lines: Vec<(&MapFeature, &Shape)> = layer.drawable().filter(|(_, s)| matches!(s, Shape::Line(_))).collect();
    let named = lines.len() <= NAMED_MAX;
    let valued = lines.iter().any(|(f, _)| value_of(f, paint).is_some());
    let mut of_class: Vec<String> = vec![String::new(); CLASSES.len() + 1];
    for (feature, shape) in lines {
        let value = value_of(feature, paint);
        let plain = if valued { CLASSES.len() } else { CALM };
        let class = paint.zip(value).map_or(plain, |(p, v)| class_of(p, v));
        counts[class] += usize::from(valued);
        let mut data = String::new();
        view.path(shape.points(), &mut data);
        if named {
            let _ = write!(of_class[class], "<path d=\"{data}\"><title>{}</title></path>", tip(feature, paint, value));
        } else {
            of_class[class] += &data;
        }
    }
    // Calm first, so that what is bad lies on top.
    for (class, data) in of_class.iter().enumerate().rev().filter(|(_, d)| !d.is_empty()) {
        let (colour, width, dashes) = line_style(class);
        let inner = if named { data.clone() } else { format!("<path d=\"{data}\"/>") };
        let _ = write!(
            body,
            "<g fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dashes} \
             stroke-linecap=\"round\" stroke-linejoin=\"round\">{inner}</g>"
        );
    }
    valued
}

/// Colour, width and dashes of a class of links; what has no value is dashed.
fn line_style(class: usize) -> (&'static str, f64, &'static str) {
    CLASSES.get(class).map_or((CLASSES[CALM].0, CLASSES[CALM].1, " stroke-dasharray=\"2 7\""), |c| (c.0, c.1, ""))
}

fn nodes(layer: &MapLayer, paint: Option<&Paint>, view: &View, counts: &mut [usize], body: &mut String) {
    let Some(paint) = paint else { return };
    let points: Vec<(&MapFeature, [f64; 2], f64)> = layer
        .drawable()
        .filter_map(|(f, s)| match s {
            Shape::Point(p) => value_of(f, Some(paint)).map(|v| (f, *p, v)),
            Shape::Line(_) => None,
        })
        .collect();
    let named = points.len() <= NAMED_MAX;
    for (feature, p, value) in points {
        let class = class_of(paint, value);
        counts[class] += 1;
        if class == CALM && !named {
            continue;
        }
        let ((x, y), (colour, width)) = (view.at(p), CLASSES[class]);
        let radius = width.max(3.0);
        let _ = write!(body, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"{colour}\"");
        if named {
            let _ = write!(body, "><title>{}</title></circle>", tip(feature, Some(paint), Some(value)));
        } else {
            body.push_str("/>");
        }
    }
}

/// The shape of a mark round the origin.
fn symbol(kind: MarkerKind) -> &'static str {
    match kind {
        MarkerKind::Burst => {
            "<path d=\"M0-21L5-8L18-12L9 0L18 12L5 8L0 21L-5 8L-18 12L-9 0L-18-12L-5-8Z\" fill=\"#c00020\" \
             stroke=\"#fff\" stroke-width=\"2.5\"/>"
        }
        MarkerKind::ShutValve => {
            "<path d=\"M-13-9L13 9L13-9L-13 9Z\" fill=\"#111\" stroke=\"#fff\" stroke-width=\"2.5\" \
             paint-order=\"stroke\"/>"
        }
        MarkerKind::NoSupply => {
            "<path d=\"M-8-8L8 8M8-8L-8 8\" stroke=\"#fff\" stroke-width=\"7\"/>\
             <path d=\"M-8-8L8 8M8-8L-8 8\" stroke=\"#4d004b\" stroke-width=\"3.5\"/>"
        }
        MarkerKind::PumpOff => {
            "<circle r=\"11\" fill=\"#fff\" stroke=\"#111\" stroke-width=\"3\"/>\
             <path d=\"M-8 8L8-8\" stroke=\"#111\" stroke-width=\"3\"/>"
        }
        MarkerKind::Outfall => "<path d=\"M-10-8H10L0 10Z\" fill=\"#005a9c\" stroke=\"#fff\" stroke-width=\"2\"/>",
        MarkerKind::Flooded => {
            "<path d=\"M0-13C6-4 9 0 9 5A9 9 0 0 1-9 5C-9 0-6-4 0-13Z\" fill=\"#4d004b\" stroke=\"#fff\" \
             stroke-width=\"2.5\"/>"
        }
        MarkerKind::Blocked => {
            "<circle r=\"12\" fill=\"#c00020\" stroke=\"#fff\" stroke-width=\"2.5\"/>\
             <path d=\"M-7 0H7\" stroke=\"#fff\" stroke-width=\"4\"/>"
        }
        MarkerKind::Source => {
            "<rect x=\"-10\" y=\"-10\" width=\"20\" height=\"20\" fill=\"#005a9c\" stroke=\"#fff\" stroke-width=\"2\"/>"
        }
    }
}

fn kind_name(kind: MarkerKind) -> Msg {
    match kind {
        MarkerKind::Burst => Msg::MapBurst,
        MarkerKind::ShutValve => Msg::MapShutValve,
        MarkerKind::NoSupply => Msg::MapNoSupply,
        MarkerKind::PumpOff => Msg::MapPumpOff,
        MarkerKind::Source => Msg::MapSource,
        MarkerKind::Outfall => Msg::MapOutfall,
        MarkerKind::Flooded => Msg::MapFlooded,
        MarkerKind::Blocked => Msg::MapBlocked,
    }
}

/// From what lies below to what lies on top.
const KINDS: [MarkerKind; 8] = [
    MarkerKind::NoSupply,
    MarkerKind::Source,
    MarkerKind::Outfall,
    MarkerKind::Flooded,
    MarkerKind::PumpOff,
    MarkerKind::ShutValve,
    MarkerKind::Blocked,
    MarkerKind::Burst,
];

fn of_kind(markers: &[Marker], kind: MarkerKind) -> Vec<&Marker> {
    markers.iter().filter(|m| m.kind == kind && m.at.iter().all(|c| c.is_finite())).collect()
}

fn marks(markers: &[Marker], view: &View, body: &mut String, notes: &mut String) {
    for kind in KINDS {
        let all = of_kind(markers, kind);
        let labelled =
            matches!(kind, MarkerKind::Burst | MarkerKind::ShutValve | MarkerKind::Source) && all.len() <= 12;
        for marker in all.iter().take(MARKS_MAX) {
            let (x, y) = view.at(marker.at);
            let _ = write!(body, "<g transform=\"translate({x:.1} {y:.1})\">{}", symbol(kind));
            let name = escape(&marker.id);
            let _ = write!(body, "<title>{name}</title>");
            if labelled {
                let short = escape(marker.id.rsplit('/').next().unwrap_or_default());
                let _ = write!(body, "<text class=\"mark\" x=\"20\" y=\"8\">{short}</text>");
            }
            body.push_str("</g>");
        }
        if all.len() > MARKS_MAX {
            let counts = [MARKS_MAX.to_string(), all.len().to_string()];
            let _ = write!(notes, " {}", both(|lang| Msg::MapMarksLeftOut.with(lang, &[&counts[0], &counts[1]])));
        }
    }
}

/// Scale bar and north arrow.
fn furniture(crs: Crs, view: &View, body: &mut String) {
    let metres_per_unit = if crs == Crs::Wgs84 { 111_320.0 } else { 1.0 };
    let per_pixel = metres_per_unit / view.scale[1];
    let wanted = 220.0 * per_pixel;
    let power = 10.0_f64.powf(wanted.log10().floor());
    let length = [5.0, 2.0, 1.0].into_iter().map(|k| k * power).find(|l| *l <= wanted).unwrap_or(power);
    let (pixels, y) = (length / per_pixel, view.height - 16.0);
    let label =
        if length >= 1000.0 { format!("{} km", number(length / 1000.0)) } else { format!("{} m", number(length)) };
    let _ = write!(
        body,
        "<path d=\"M24 {:.0}V{y:.0}H{:.0}V{:.0}\" fill=\"none\" stroke=\"#222\" stroke-width=\"3\"/>\
         <text class=\"mark\" x=\"30\" y=\"{:.0}\">{label}</text>",
        y - 10.0,
        24.0 + pixels,
        y - 10.0,
        y - 9.0
    );
    let x = WIDTH - 36.0;
    let _ = write!(
        body,
        "<path d=\"M{x} 12L{} 52L{x} 42L{} 52Z\" fill=\"#222\"/>\
         <text class=\"mark\" x=\"{x}\" y=\"78\" text-anchor=\"middle\">{}</text>",
        x + 12.0,
        x - 12.0,
        both_svg(|lang| Msg::MapNorth.text(lang).to_owned())
    );
}

fn legend(variant: &VariantFacts, layer: &MapLayer, counts: &[usize]) -> String {
    let mut out = String::from("<ul class=\"legend\">");
    if let Some(paint) = &variant.paint {
        let shown = Shown::of(&paint.unit, &paint.value);
        let caption = both(|l| {
            Msg::MapCaption.with(l, &[pick(&paint.title, l), shown.unit(l)]).replace("（）", "").replace(" ()", "")
        });
        let _ = write!(out, "<li class=\"caption\">{caption}</li>");
        let used = paint.limits.len().min(CALM);
        let on_links = layer.drawable().any(|(f, s)| matches!(s, Shape::Line(_)) && value_of(f, Some(paint)).is_some());
        for class in (CALM - used)..=CALM {
            let (colour, width) = CLASSES[class];
            let range = both(|lang| class_label(paint, &shown, class - (CALM - used), used, lang));
            let mark = if on_links {
                format!(
                    "<line x1=\"6\" y1=\"8\" x2=\"64\" y2=\"8\" stroke=\"{colour}\" stroke-width=\"{width}\" \
                     stroke-linecap=\"round\"/>"
                )
            } else {
                format!("<circle cx=\"35\" cy=\"8\" r=\"{:.1}\" fill=\"{colour}\"/>", 0.9 * width.max(3.0))
            };
            let _ = write!(
                out,
                "<li><svg class=\"sample\" viewBox=\"0 0 70 16\" aria-hidden=\"true\">{mark}</svg>{range}\
                 <small>({})</small></li>",
                counts[class]
            );
        }
        let none = counts[CLASSES.len()];
        if none > 0 {
            let _ = write!(out, "<li>{} <small>({none})</small></li>", say(Msg::MapNoValue));
        }
    }
    for kind in KINDS.into_iter().rev() {
        let n = of_kind(&variant.markers, kind).len();
        if n > 0 {
            let _ = write!(
                out,
                "<li><svg class=\"sign\" viewBox=\"-24 -22 48 44\" aria-hidden=\"true\">{}</svg>{} \
                 <small>({n})</small></li>",
                symbol(kind),
                say(kind_name(kind))
            );
        }
    }
    out + "</ul>"
}

/// `< 0`, `0 – 10`, `≥ 14 normal`; the other way round where small is good.
fn class_label(paint: &Paint, shown: &Shown, at: usize, used: usize, lang: Lang) -> String {
    let limit = |i: usize| number(shown.value(paint.limits[i]));
    let high = paint.better == Better::Higher;
    if used == 0 {
        return Msg::MapCalm.text(lang).to_owned();
    }
    if at == used {
        let sign = if high { "≥" } else { "≤" };
        return format!("{sign} {} {}", limit(used - 1), Msg::MapCalm.text(lang));
    }
    if at == 0 {
        return format!("{} {}", if high { "<" } else { ">" }, limit(0));
    }
    let (low, top) = if high { (limit(at - 1), limit(at)) } else { (limit(at), limit(at - 1)) };
    format!("{low} – {top}")
}
