//! What happened, in plain sentences drawn from the facts.

use super::catalogue::{Lang, Msg};
use super::format::{Clock, Shown};
use super::timeline::{gap, value_text};
use super::words::{EffectKind, Words, kind_of};
use crate::cascade::CascadeRecord;
use crate::io::results::{Better, MetricSeries, RunFacts, Text, VariantFacts};

/// How many initiating events and valve names a sentence holds before it says "and more".
const NAMES_SHOWN: usize = 6;
const ROOTS_SHOWN: usize = 6;

pub(super) fn pick(text: &Text, lang: Lang) -> &str {
    let (wanted, other) = if lang == Lang::Zh { (&text.zh, &text.en) } else { (&text.en, &text.zh) };
    if wanted.is_empty() { other } else { wanted }
}

/// Title of a metric, else its key.
pub(super) fn title(metric: &MetricSeries, lang: Lang) -> &str {
    let (wanted, other) =
        if lang == Lang::Zh { (&metric.title_zh, &metric.title_en) } else { (&metric.title_en, &metric.title_zh) };
    [wanted, other, &metric.name].into_iter().find(|t| !t.is_empty()).map_or("", String::as_str)
}

/// Title of a variant, else its key.
pub(super) fn variant_title(variant: &VariantFacts, lang: Lang) -> &str {
    let text = pick(&variant.title, lang);
    if text.is_empty() { &variant.name } else { text }
}

pub(super) fn words(facts: &RunFacts) -> Words<'_> {
    Words { assets: &facts.asset_titles, rules: &facts.rule_titles }
}

pub(super) fn clock(facts: &RunFacts) -> Clock {
    Clock { start: Some(facts.start) }
}

/// The worst value of a metric and when it was first reached: the largest, or the smallest where large is good.
pub(super) fn worst(metric: &MetricSeries) -> Option<(f64, f64)> {
    let f = metric.figures();
    match metric.better {
        Better::Higher => f.min.zip(f.t_min_s),
        Better::Lower | Better::Neither => f.max.zip(f.t_max_s),
    }
}

/// What the scenario or an operator did, and what nothing else caused.
pub(super) fn roots(records: &[CascadeRecord]) -> impl Iterator<Item = &CascadeRecord> {
    let done = |r: &&CascadeRecord| r.source == "scenario" && r.effect == "done";
    records.iter().filter(move |r| (r.parent.is_none() || done(r)) && kind_of(r) != EffectKind::Shut)
}

/// The sentences in a language, each a paragraph of its own: what began, how bad it got, what was shut, how it ended,
/// and how other variants compare.
#[must_use]
pub fn story(facts: &RunFacts, lang: Lang) -> Vec<String> {
    let Some(base) = facts.variants.first() else { return vec![Msg::StoryNothing.text(lang).to_owned()] };
    let mut out = Vec::new();
    begin(facts, base, lang, &mut out);
    let headline = base.metrics.first();
    out.extend(headline.and_then(|m| peak(facts, m, lang)));
    out.extend(shut(facts, base, lang));
    if let Some(headline) = headline {
        out.extend(end(facts, headline, lang));
        for other in facts.variants.iter().skip(1) {
            out.extend(against(base, headline, other, lang));
        }
    }
    out
}

fn begin(facts: &RunFacts, base: &VariantFacts, lang: Lang, out: &mut Vec<String>) {
    if base.records.is_empty() {
        out.push(Msg::StoryNothing.text(lang).to_owned());
        return;
    }
    let words = words(facts);
    let mut all: Vec<&CascadeRecord> = roots(&base.records).collect();
    // One order carried out valve by valve is told once.
    all.dedup_by_key(|r| words.effect(r, lang));
    for record in all.iter().take(ROOTS_SHOWN) {
        let mut effect = words.effect(record, lang);
        let value = value_text(record, lang);
        if !value.is_empty() {
            effect += &Msg::StoryValue.with(lang, &[&value]);
        }
        let when = clock(facts).minutes(record.t.seconds(), lang);
        out.push(Msg::StoryRoot.with(lang, &[&when, &words.asset(&record.target, lang), &effect]));
    }
    if all.len() > ROOTS_SHOWN {
        out.push(Msg::StoryMoreRoots.with(lang, &[&(all.len() - ROOTS_SHOWN).to_string()]));
    }
}

fn shut(facts: &RunFacts, base: &VariantFacts, lang: Lang) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    let mut last = None;
    for record in base.records.iter().filter(|r| kind_of(r) == EffectKind::Shut) {
        if !names.contains(&record.target.as_str()) {
            names.push(&record.target);
        }
        last = Some(record.t.seconds());
    }
    let when = clock(facts).minutes(last?, lang);
    let words = words(facts);
    let shown: Vec<String> = names.iter().take(NAMES_SHOWN).map(|n| words.asset_short(n, lang)).collect();
    if let [one] = shown.as_slice() {
        return Some(Msg::StoryShutOne.with(lang, &[&when, one]));
    }
    let mut list = shown.join(if lang == Lang::Zh { "、" } else { ", " });
    if names.len() > NAMES_SHOWN {
        list += " …";
    }
    Some(Msg::StoryShut.with(lang, &[&when, &names.len().to_string(), &list]))
}

/// Name and value of a figure as people say it: "1,830 customers without water", "lowest pressure 5.8 m".
fn said(metric: &MetricSeries, value: &str, lang: Lang) -> String {
    let msg = if metric.unit == "1" { Msg::StoryCount } else { Msg::StoryMeasure };
    msg.with(lang, &[value, title(metric, lang)])
}

/// How bad the headline figure got, and when.
fn peak(facts: &RunFacts, metric: &MetricSeries, lang: Lang) -> Option<String> {
    let figures = metric.figures();
    let shown = Shown::of(&metric.unit, &metric.name);
    let (value, t_s) = worst(metric)?;
    let (name, value) = (title(metric, lang), shown.text(value, lang));
    if figures.max == figures.min {
        return Some(Msg::StoryNeverMoved.with(lang, &[name, &value]));
    }
    Some(Msg::StoryWorst.with(lang, &[&clock(facts).minutes(t_s, lang), &said(metric, &value, lang)]))
}

/// How it ended, and what it came to over time.
fn end(facts: &RunFacts, metric: &MetricSeries, lang: Lang) -> Option<String> {
    let figures = metric.figures();
    if figures.max == figures.min {
        return None;
    }
    let (t_s, last) = metric.samples().last()?;
    let last = Shown::of(&metric.unit, &metric.name).text(last, lang);
    let mut out = Msg::StoryEnd.with(lang, &[&clock(facts).minutes(t_s, lang), &said(metric, &last, lang)]);
    if let Some(total) = total(metric, lang) {
        out += gap(lang);
        out += &Msg::StoryTotal.with(lang, &[&total]);
    }
    Some(out)
}

/// The time integral for people, where it means something.
pub(super) fn total(metric: &MetricSeries, lang: Lang) -> Option<String> {
    let shown = Shown::integral_of(&metric.unit, &metric.name)?;
    Some(shown.text(metric.figures().integral?, lang))
}

fn against(base: &VariantFacts, headline: &MetricSeries, other: &VariantFacts, lang: Lang) -> Option<String> {
    let theirs = other.metrics.iter().find(|m| m.name == headline.name)?;
    let ((a, _), (b, _)) = (worst(headline)?, worst(theirs)?);
    let shown = Shown::of(&headline.unit, &headline.name);
    let (with, than) = (variant_title(other, lang), variant_title(base, lang));
    let (name, value, difference) = (title(headline, lang), shown.text(b, lang), shown.difference(b - a, lang));
    // What reads the same is the same: a difference below what is shown is none.
    let mut out = if value == shown.text(a, lang) {
        Msg::StoryVariantSame.with(lang, &[with, name, than, &value])
    } else {
        let worse = if headline.better == Better::Higher { b < a } else { b > a };
        let msg = if worse { Msg::StoryVariantWorse } else { Msg::StoryVariantBetter };
        msg.with(lang, &[with, name, &value, than, &difference])
    };
    if let (Some(theirs), Some(ours)) = (total(theirs, lang), total(headline, lang)) {
        out += gap(lang);
        out += &Msg::StoryVariantTotal.with(lang, &[&theirs, than, &ours]);
    }
    Some(out)
}
