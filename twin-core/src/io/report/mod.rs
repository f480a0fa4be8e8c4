//! What a person sees of a run: `report.html`, self-contained, and the timeline for the terminal.
//!
//! The page needs no network, no script and no font of its own: the language is a pair of radio buttons and a style
//! rule. Both languages are in the page; [`Lang`] says which one is shown first. All names are escaped.

mod catalogue;
mod chart;
mod format;
mod html;
mod map;
mod map_table;
mod page;
mod sections;
mod sponge;
mod story;
mod timeline;
mod words;

pub use catalogue::{Lang, Msg};
pub use format::{Clock, Shown, duration, number};
pub use page::render_report;
pub use sponge::{SpongeLine, SpongePage, render_sponge};
pub use story::story;
pub use timeline::{Timeline, render_timeline};
pub use words::{EffectKind, WORDS, Words, kind_of};
