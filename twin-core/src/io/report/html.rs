//! Small pieces of HTML: escaping, and texts in both languages.

use super::catalogue::{Lang, Msg};

/// Text made safe for element content and for quoted attributes.
#[must_use]
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Escaped text in both languages; once where both are the same.
pub(super) fn both(text: impl Fn(Lang) -> String) -> String {
    let (zh, en) = (text(Lang::Zh), text(Lang::En));
    if zh == en {
        return escape(&zh);
    }
    format!(
        "<span class=\"zh\" lang=\"zh-CN\">{}</span><span class=\"en\" lang=\"en\">{}</span>",
        escape(&zh),
        escape(&en)
    )
}

/// A text of the catalogue in both languages.
pub(super) fn say(msg: Msg) -> String {
    both(|lang| msg.text(lang).to_owned())
}

/// The same inside SVG text, where a `tspan` is what a `span` is elsewhere.
pub(super) fn both_svg(text: impl Fn(Lang) -> String) -> String {
    both(text).replace("<span", "<tspan").replace("</span", "</tspan")
}
