//! The page round the sections.

use std::fmt::Write;

use super::Lang;
use super::catalogue::Msg;
use super::format::{Shown, duration};
use super::html::{both, escape, say};
use super::sections::{curves, figures, quality, timeline};
use super::story::{clock, pick, story, title, total, variant_title, worst};
use super::{html, map, map_table};
use crate::io::results::{RunFacts, Text};

const STYLE: &str = include_str!("report.css");

/// The report of a run as one HTML page that needs nothing else; `lang` is shown first, the other is a click away.
#[must_use]
pub fn render_report(facts: &RunFacts, lang: Lang) -> String {
    let name = if pick(&facts.title, lang).is_empty() { facts.name.as_str() } else { pick(&facts.title, lang) };
    let tag = if lang == Lang::Zh { "zh-CN" } else { "en" };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{}</title><style>{STYLE}</style></head><body>\n",
        escape(name)
    );
    out += &language_switch(lang);
    out += "<main>";
    out += &header(facts);
    section(&mut out, Msg::HeadStory, &paragraphs(facts));
    section(&mut out, Msg::HeadFigures, &(tiles(facts) + &figures(facts)));
    section(&mut out, Msg::HeadMap, &maps(facts));
    section(&mut out, Msg::HeadCurves, &curves(facts));
    section(&mut out, Msg::HeadTimeline, &timeline(facts));
    section(&mut out, Msg::HeadQuality, &quality(facts));
    section(&mut out, Msg::HeadAssumed, &list(&facts.assumptions, Msg::AssumedNone));
    section(&mut out, Msg::HeadNotModelled, &list(&facts.not_modelled, Msg::NotModelledNone));
    let _ = writeln!(
        out,
        "<footer>{} · {} · twin {}</footer></main></body></html>",
        escape(&facts.name),
        both(|l| Msg::MetaSeed.with(l, &[&facts.seed.to_string()])),
        env!("CARGO_PKG_VERSION")
    );
    out
}

/// Two radio buttons before everything else: a style rule does the rest, without any script.
fn language_switch(lang: Lang) -> String {
    let checked = |l: Lang| if l == lang { " checked" } else { "" };
    format!(
        "<input type=\"radio\" name=\"lang\" id=\"zh\"{}><label for=\"zh\" lang=\"zh-CN\">{}</label>\
         <input type=\"radio\" name=\"lang\" id=\"en\"{}><label for=\"en\" lang=\"en\">{}</label>\n",
        checked(Lang::Zh),
        Msg::LanguageZh.text(Lang::Zh),
        checked(Lang::En),
        Msg::LanguageEn.text(Lang::En)
    )
}

fn section(out: &mut String, head: Msg, body: &str) {
    let _ = writeln!(out, "<section><h2>{}</h2>{body}</section>", say(head));
}

fn header(facts: &RunFacts) -> String {
    let mut out = format!("<header><p class=\"mode\">{}</p>", say(Msg::ModeWhatIf));
    let name = |l| {
        let t = pick(&facts.title, l);
        if t.is_empty() { facts.name.clone() } else { t.to_owned() }
    };
    let _ = write!(out, "<h1>{}</h1>", both(name));
    if !facts.complete {
        let _ = write!(out, "<p class=\"partial\">⚠ {}</p>", say(Msg::ModePartial));
    }
    let description = both(|l| pick(&facts.description, l).to_owned());
    if !description.is_empty() {
        let _ = write!(out, "<p>{description}</p>");
    }
    let start = clock(facts).date(0.0).unwrap_or_default();
    let meta = both(|l| {
        let parts = [
            Msg::MetaStart.with(l, &[&start]),
            Msg::MetaDuration.with(l, &[&duration(facts.duration_s, l)]),
            Msg::MetaSeed.with(l, &[&facts.seed.to_string()]),
        ];
        parts.join(" · ")
    });
    let _ = write!(out, "<p class=\"note\">{meta}</p></header>");
    out
}

fn paragraphs(facts: &RunFacts) -> String {
    let (zh, en) = (story(facts, Lang::Zh), story(facts, Lang::En));
    let mut out = String::new();
    if let Some(base) = facts.variants.first().filter(|_| facts.variants.len() > 1) {
        let _ = write!(out, "<p class=\"note\">{}</p>", both(|l| Msg::StoryBase.with(l, &[variant_title(base, l)])));
    }
    out += "<div class=\"story\">";
    for (lang, class, lines) in [("zh-CN", "zh", zh), ("en", "en", en)] {
        for line in lines {
            let _ = write!(out, "<p class=\"{class}\" lang=\"{lang}\">{}</p>", html::escape(&line));
        }
    }
    out + "</div>"
}

/// The headline figure of the base case, large enough for the far end of a room.
fn tiles(facts: &RunFacts) -> String {
    let Some(metric) = facts.variants.first().and_then(|v| v.metrics.first()) else { return String::new() };
    let Some((value, t_s)) = worst(metric) else { return String::new() };
    let shown = Shown::of(&metric.unit, &metric.name);
    let mut out = format!(
        "<div class=\"tiles\"><div><b>{}</b>{}</div><div><b>{}</b>{}</div>",
        both(|l| shown.text(value, l)),
        both(|l| title(metric, l).to_owned()),
        both(|l| clock(facts).minutes(t_s, l)),
        say(Msg::FigWhen)
    );
    if total(metric, Lang::En).is_some() {
        let _ =
            write!(out, "<div><b>{}</b>{}</div>", both(|l| total(metric, l).unwrap_or_default()), say(Msg::FigTotal));
    }
    out + "</div>"
}

fn maps(facts: &RunFacts) -> String {
    let mapped: Vec<_> = facts.variants.iter().filter(|v| v.map.is_some()).collect();
    if mapped.is_empty() {
        return format!("<p class=\"note\">{}</p>", say(Msg::MapNone));
    }
    let mut out = String::new();
    for variant in mapped {
        if facts.variants.len() > 1 {
            let _ = write!(out, "<h3>{}</h3>", both(|l| variant_title(variant, l).to_owned()));
        }
        out += &map::map(variant);
        out += &map_table::worst_places(facts, variant);
    }
    out
}

fn list(texts: &[Text], none: Msg) -> String {
    if texts.is_empty() {
        return format!("<p class=\"note\">{}</p>", say(none));
    }
    let items: String = texts.iter().map(|t| format!("<li>{}</li>", both(|l| pick(t, l).to_owned()))).collect();
    format!("<ul>{items}</ul>")
}
