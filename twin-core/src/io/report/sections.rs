//! The sections of the page: figures, curves, timeline, quality.

use std::fmt::Write;

use super::Lang;
use super::catalogue::Msg;
use super::chart::{Curve, EventLine, chart, sample};
use super::format::{Shown, number, scientific};
use super::html::{both, escape, say};
use super::story::{clock, roots, title, total, variant_title, words, worst};
use super::timeline::value_text;
use super::words::{EffectKind, kind_of};
use crate::cascade::CascadeRecord;
use crate::io::results::{Better, LedgerFigures, MetricSeries, RunFacts, VariantFacts};

const ROWS_MAX: usize = 150;
const PROBES_MAX: usize = 12;
const EVENT_LINES_MAX: usize = 9;
/// A balance closes where less than this share of its largest figure is unexplained.
const CLOSES: f64 = 1e-6;

fn names_of(facts: &RunFacts, of: fn(&VariantFacts) -> &[MetricSeries]) -> Vec<&MetricSeries> {
    let mut out: Vec<&MetricSeries> = Vec::new();
    for metric in facts.variants.iter().flat_map(of) {
        if !out.iter().any(|m| m.name == metric.name) {
            out.push(metric);
        }
    }
    out
}

/// Key figures, one row a metric, one column a variant; the best is marked by a word.
pub(super) fn figures(facts: &RunFacts) -> String {
    let metrics = names_of(facts, |v| &v.metrics);
    if metrics.is_empty() {
        return format!("<p class=\"note\">{}</p>", say(Msg::CurveNone));
    }
    let mut out = format!("<table class=\"figures\"><thead><tr><th>{}</th>", say(Msg::FigMetric));
    for (i, variant) in facts.variants.iter().enumerate() {
        let base = if i == 0 && facts.variants.len() > 1 {
            format!("<small>{}</small>", say(Msg::FigBase))
        } else {
            String::new()
        };
        let _ = write!(out, "<th>{}{base}</th>", both(|l| variant_title(variant, l).to_owned()));
    }
    out += "</tr></thead><tbody>";
    for metric in metrics {
        let kind = if metric.better == Better::Neither { Msg::FigHighest } else { Msg::FigWorst };
        let _ = write!(
            out,
            "<tr><th scope=\"row\">{}<small>{}</small></th>",
            both(|l| title(metric, l).to_owned()),
            say(kind)
        );
        let found: Vec<Option<&MetricSeries>> =
            facts.variants.iter().map(|v| v.metrics.iter().find(|m| m.name == metric.name)).collect();
        let best = best(&found);
        for (series, best) in found.into_iter().zip(best) {
            let _ = write!(out, "<td>{}</td>", series.map_or_else(|| say(Msg::FigNone), |s| cell(facts, s, best)));
        }
        out += "</tr>";
    }
    out + "</tbody></table>"
}

/// Which variants are best at worst: none where all read the same, where there is but one, or where nothing is better.
fn best(found: &[Option<&MetricSeries>]) -> Vec<bool> {
    let shown: Vec<Option<(f64, String)>> = found
        .iter()
        .map(|m| {
            let m = (*m)?;
            let (value, _) = worst(m)?;
            Some((value, Shown::of(&m.unit, &m.name).text(value, Lang::En)))
        })
        .collect();
    let better = found.iter().flatten().next().map_or(Better::Neither, |m| m.better);
    let values = shown.iter().flatten();
    let top = match better {
        Better::Lower => values.min_by(|a, b| a.0.total_cmp(&b.0)),
        Better::Higher => values.max_by(|a, b| a.0.total_cmp(&b.0)),
        Better::Neither => None,
    };
    let Some(top) = top.map(|t| t.1.clone()) else { return vec![false; found.len()] };
    let differs = shown.iter().flatten().any(|s| s.1 != top);
    shown.iter().map(|s| differs && s.as_ref().is_some_and(|s| s.1 == top)).collect()
}

fn cell(facts: &RunFacts, series: &MetricSeries, best: bool) -> String {
    let Some((value, t_s)) = worst(series) else { return say(Msg::FigNone) };
    let shown = Shown::of(&series.unit, &series.name);
    let word = if best { format!("<b class=\"best\">{}</b>", say(Msg::FigBest)) } else { String::new() };
    let mut out = format!("<span class=\"value\">{}</span>{word}", both(|l| shown.text(value, l)));
    if series.unit == "m" && series.name.contains("pressure") {
        // Head of cold water, 9.80665 kPa a metre: practice speaks of MPa as often as of metres.
        let mpa = number(value * 9.806_65e-3);
        let _ = write!(out, " {}", both(|l| Msg::FigMpa.with(l, &[&mpa])));
    }
    let figures = series.figures();
    let _ = write!(out, "<small>{} {}", say(Msg::FigWhen), both(|l| clock(facts).minutes(t_s, l)));
    if let Some(last) = figures.last {
        let _ = write!(out, " · {} {}", say(Msg::FigEnd), both(|l| shown.text(last, l)));
    }
    if total(series, Lang::En).is_some() {
        let _ = write!(out, " · {} {}", say(Msg::FigTotal), both(|l| total(series, l).unwrap_or_default()));
    }
    out + "</small>"
}

/// Curves of every metric and of the first probes, all variants in one picture.
pub(super) fn curves(facts: &RunFacts) -> String {
    let (lines, list) = event_lines(facts);
    let mut metrics = names_of(facts, |v| &v.metrics);
    let probes = names_of(facts, |v| &v.probes);
    let left_out = probes.len().saturating_sub(PROBES_MAX);
    metrics.extend(probes.into_iter().take(PROBES_MAX));
    if metrics.is_empty() {
        return format!("<p class=\"note\">{}</p>", say(Msg::CurveNone));
    }
    let axis = if lines.is_empty() { Msg::CurveAxisPlain } else { Msg::CurveAxis };
    let mut out = format!("<p class=\"note\">{}</p>{list}", say(axis));
    for metric in metrics {
        out += &figure(facts, metric, &lines);
    }
    if left_out > 0 {
        let _ = write!(out, "<p class=\"note\">{}</p>", both(|l| Msg::CurveMore.with(l, &[&left_out.to_string()])));
    }
    out
}

fn figure(facts: &RunFacts, metric: &MetricSeries, lines: &[EventLine]) -> String {
    let shown = Shown::of(&metric.unit, &metric.name);
    let mut out = format!(
        "<figure><figcaption>{}",
        both(|l| {
            let unit = shown.unit(l);
            if unit.is_empty() {
                title(metric, l).to_owned()
            } else {
                Msg::MapCaption.with(l, &[title(metric, l), unit])
            }
        })
    );
    let mut curves = Vec::new();
    for (style, variant) in facts.variants.iter().enumerate() {
        let series = variant.metrics.iter().chain(&variant.probes).find(|m| m.name == metric.name);
        let Some(series) = series else { continue };
        curves.push(Curve { points: series.samples().map(|(t, v)| (t, shown.value(v))).collect(), style });
        if facts.variants.len() > 1 {
            let name = both(|l| variant_title(variant, l).to_owned());
            let _ = write!(out, "<span class=\"key\">{}{name}</span>", sample(style));
        }
    }
    out += "</figcaption>";
    let aria = format!("{} / {}", title(metric, Lang::Zh), title(metric, Lang::En));
    match chart(&curves, lines, clock(facts), &aria) {
        Some(svg) => out += &svg,
        None => {
            let _ = write!(out, "<p class=\"note\">{}</p>", say(Msg::CurveEmpty));
        }
    }
    out + "</figure>"
}

/// Lines for what matters in the base case, events close together as one, and the list that names them.
fn event_lines(facts: &RunFacts) -> (Vec<EventLine>, String) {
    let Some(base) = facts.variants.first() else { return (Vec::new(), String::new()) };
    let near_s = facts.duration_s.max(1.0) * 0.02;
    let mut groups: Vec<(f64, Vec<&CascadeRecord>)> = Vec::new();
    let first: Vec<u64> = roots(&base.records).map(|r| r.id).collect();
    for record in &base.records {
        let kind = kind_of(record);
        if !first.contains(&record.id) && !matches!(kind, EffectKind::Burst | EffectKind::Shut | EffectKind::Restored) {
            continue;
        }
        let t_s = record.t.seconds();
        let near = groups.last().is_some_and(|(t0, _)| t_s - t0 < near_s);
        if let Some((_, list)) = groups.last_mut().filter(|_| near) {
            list.push(record);
        } else if groups.len() < EVENT_LINES_MAX {
            groups.push((t_s, vec![record]));
        }
    }
    if groups.is_empty() {
        return (Vec::new(), String::new());
    }
    let mut list = String::from("<ol class=\"events\">");
    let mut lines = Vec::new();
    for (at, (t_s, records)) in groups.into_iter().enumerate() {
        lines.push(EventLine { t_s, label: (at + 1).to_string() });
        let text = both(|l| format!("{} {}", clock(facts).minutes(t_s, l), group_text(facts, &records, l)));
        let _ = write!(list, "<li>{text}</li>");
    }
    (lines, list + "</ol>")
}

/// One event with its asset; several by kind with their number.
fn group_text(facts: &RunFacts, records: &[&CascadeRecord], lang: Lang) -> String {
    let words = words(facts);
    if let [one] = records {
        return format!("{} {}", words.effect(one, lang), words.asset(&one.target, lang));
    }
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for record in records {
        let effect = words.effect(record, lang);
        match kinds.iter_mut().find(|(e, _)| *e == effect) {
            Some((_, n)) => *n += 1,
            None => kinds.push((effect, 1)),
        }
    }
    let texts = kinds.into_iter().map(|(effect, n)| if n > 1 { format!("{effect} × {n}") } else { effect });
    texts.collect::<Vec<_>>().join(if lang == Lang::Zh { "，" } else { ", " })
}

/// The cascade record of every variant; the base case open, the others folded.
pub(super) fn timeline(facts: &RunFacts) -> String {
    let mut out = String::new();
    for (at, variant) in facts.variants.iter().enumerate() {
        if at == 0 {
            out += &records(facts, at, variant);
        } else {
            let name = both(|l| Msg::TimeOf.with(l, &[variant_title(variant, l)]));
            let _ = write!(out, "<details><summary>{name}</summary>{}</details>", records(facts, at, variant));
        }
    }
    out
}

fn records(facts: &RunFacts, variant_at: usize, variant: &VariantFacts) -> String {
    if variant.records.is_empty() {
        return format!("<p class=\"note\">{}</p>", say(Msg::TimeNoRecords));
    }
    let shown = chosen(&variant.records);
    let mut out = String::from("<table class=\"timeline\"><thead><tr>");
    for head in [Msg::TimeNumber, Msg::TimeWhen, Msg::TimeWhat, Msg::TimeWhere, Msg::TimeValue, Msg::TimeWhy] {
        let _ = write!(out, "<th>{}</th>", say(head));
    }
    out += "</tr></thead><tbody>";
    for record in &shown {
        let class = match kind_of(record) {
            EffectKind::Burst | EffectKind::Lost => " class=\"bad\"",
            _ => "",
        };
        let why = match record.parent {
            None => say(Msg::TimeStart),
            Some(p) if shown.iter().any(|r| r.id == p) => format!("<a href=\"#e{variant_at}-{p}\">#{p}</a>"),
            Some(p) => format!("#{p}"),
        };
        let mut value = both(|l| value_text(record, l));
        if record.confidence < 1.0 {
            let sure = format!("{:.0} %", record.confidence * 100.0);
            let _ = write!(value, " <small>{}</small>", both(|l| Msg::TimeConfidence.with(l, &[&sure])));
        }
        let _ = write!(
            out,
            "<tr id=\"e{variant_at}-{}\"{class}><td>{}</td><td>{}</td><td>{}</td>\
             <td title=\"{}\">{}</td><td>{value}</td><td>{why}</td></tr>",
            record.id,
            record.id,
            both(|l| clock(facts).seconds(record.t.seconds(), l)),
            both(|l| words(facts).effect(record, l)),
            escape(&record.target),
            both(|l| words(facts).asset(&record.target, l)),
        );
    }
    out += "</tbody></table>";
    if shown.len() < variant.records.len() {
        let counts = [variant.records.len().to_string(), shown.len().to_string()];
        let _ = write!(out, "<p class=\"note\">{}</p>", both(|l| Msg::TimeMore.with(l, &[&counts[0], &counts[1]])));
    }
    out
}

/// At most [`ROWS_MAX`] records, in order: what people wait for first (starts, bursts, losses, valves), then the rest.
fn chosen(records: &[CascadeRecord]) -> Vec<&CascadeRecord> {
    let rank = |r: &CascadeRecord| match kind_of(r) {
        _ if r.parent.is_none() || r.source == "scenario" => 0,
        EffectKind::Burst | EffectKind::Shut => 1,
        EffectKind::Restored => 2,
        EffectKind::Lost => 3,
        EffectKind::Other => 4,
    };
    let mut out: Vec<&CascadeRecord> = records.iter().collect();
    out.sort_by_key(|r| (rank(r), r.t, r.micro, r.id));
    out.truncate(ROWS_MAX);
    out.sort_by_key(|r| (r.t, r.micro, r.id));
    out
}

/// Whether balances close and solvers converged, in plain words.
pub(super) fn quality(facts: &RunFacts) -> String {
    let mut out = String::new();
    for variant in &facts.variants {
        if facts.variants.len() > 1 {
            let _ = write!(out, "<h3>{}</h3>", both(|l| variant_title(variant, l).to_owned()));
        }
        out += "<ul>";
        for (name, ledger) in &variant.ledgers {
            let class = if ledger.relative_residual <= CLOSES { "" } else { " class=\"bad\"" };
            let _ = write!(out, "<li{class}>{}</li>", both(|l| balance(name, ledger, l)));
        }
        let solver = &variant.solver;
        let class = if solver.unconverged_steps == 0 { "" } else { " class=\"bad\"" };
        let values = [solver.steps.to_string(), solver.iterations.to_string(), solver.unconverged_steps.to_string()];
        let msg = if solver.unconverged_steps == 0 { Msg::QualityConverged } else { Msg::QualityUnconverged };
        let _ = write!(out, "<li{class}>{}</li>", both(|l| msg.with(l, &[&values[0], &values[1], &values[2]])));
        if !solver.residuals.is_empty() {
            let list: Vec<String> = solver.residuals.iter().map(|(k, v)| format!("{k} {}", scientific(*v))).collect();
            let _ = write!(out, "<li>{}</li>", both(|l| Msg::QualityResidual.with(l, &[&list.join("; ")])));
        }
        if !solver.warnings.is_empty() {
            let _ = write!(out, "<li class=\"bad\">{}<ul>", say(Msg::QualityWarnings));
            for warning in &solver.warnings {
                let _ = write!(out, "<li>{}</li>", escape(warning));
            }
            out += "</ul></li>";
        }
        if !variant.state_hash.is_empty() {
            let _ =
                write!(out, "<li class=\"hash\">{}</li>", both(|l| Msg::QualityHash.with(l, &[&variant.state_hash])));
        }
        out += "</ul>";
    }
    let cost = [format!("{:.2}", facts.cpu_s), format!("{:.2}", facts.wall_s)];
    let _ = write!(out, "<p class=\"note\">{}</p>", both(|l| Msg::QualityCost.with(l, &[&cost[0], &cost[1]])));
    out
}

fn balance(name: &str, ledger: &LedgerFigures, lang: Lang) -> String {
    let of = match ledger.of.as_str() {
        "water_volume" => Msg::OfWater,
        "gas_mass" => Msg::OfGas,
        "energy" => Msg::OfEnergy,
        "count" => Msg::OfCount,
        _ => Msg::OfOther,
    };
    let shown = Shown::of(&ledger.unit, name);
    let t = |v: f64| shown.text(v, lang);
    let head = Msg::MapCaption.with(lang, &[of.text(lang), name]);
    let mut out = Msg::QualityLedger
        .with(lang, &[&head, &t(ledger.entered), &t(ledger.left), &t(ledger.stored_start), &t(ledger.stored)]);
    out += super::timeline::gap(lang);
    let residual = if ledger.relative_residual == 0.0 { "0".to_owned() } else { scientific(ledger.relative_residual) };
    out += &match ledger.relative_residual {
        r if !r.is_finite() => Msg::QualityUnknown.text(lang).to_owned(),
        r if r <= CLOSES => Msg::QualityCloses.with(lang, &[&residual]),
        _ => Msg::QualityOpen.with(lang, &[&residual]),
    };
    out
}
