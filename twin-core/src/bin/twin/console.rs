//! Where a command speaks: results on standard output, everything else on standard error.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use twin_core::diagnostic::{Diagnostics, Severity};

/// The two streams of a command and how they are written.
pub struct Console {
    json: bool,
    zh: bool,
}

impl Console {
    /// `json`: one object on standard output. `zh`: Chinese, otherwise English.
    pub fn new(json: bool, zh: bool) -> Self {
        Self { json, zh }
    }

    /// Whether people are written to in Chinese.
    pub fn zh(&self) -> bool {
        self.zh
    }

    /// The text in the language chosen.
    pub fn text(&self, zh: &str, en: &str) -> String {
        if self.zh { zh.to_owned() } else { en.to_owned() }
    }

    /// A result for people; silent with `--json`.
    pub fn say(&self, text: &str) {
        if !self.json {
            write_out(text);
        }
    }

    /// The result for machines; silent without `--json`.
    pub fn object(&self, value: &serde_json::Value) {
        if self.json {
            write_out(&value.to_string());
        }
    }

    /// A message beside the result.
    pub fn note(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// An error.
    pub fn error(&self, text: &str) {
        self.note(&format!("{}{text}", self.text("错误：", "error: ")));
    }

    /// Diagnostics, one a line, least grave ones only if asked for.
    pub fn diagnostics(&self, found: &Diagnostics, with_info: bool) {
        for d in found.list().iter().filter(|d| with_info || d.severity != Severity::Info) {
            self.note(&d.to_string());
        }
        if found.dropped() > 0 {
            let n = found.dropped();
            self.note(&self.text(&format!("另有 {n} 条未列出"), &format!("and {n} more that are not listed")));
        }
    }

    /// A progress bar over `total_s` seconds of simulated time, with the remaining time; hidden where nobody looks.
    pub fn progress(&self, what: &str, total_s: f64) -> Progress {
        let shown = io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(whole(total_s)), target);
        let left = self.text("剩余", "left");
        let template = format!("{{msg}} {{wide_bar}} {{percent:>3}} %  {left} {{eta}}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress { bar }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a length of a bar
fn whole(s: f64) -> u64 {
    s.max(0.0) as u64
}

fn write_out(text: &str) {
    // A reader that closed the pipe has seen enough.
    let _ = writeln!(io::stdout(), "{text}");
}

/// A progress bar that goes away when dropped.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// How far the run has come [s].
    pub fn at(&self, s: f64) {
        self.bar.set_position(whole(s));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Measures what a piece of work takes.
pub struct Stopwatch {
    cpu: ProcessTime,
    wall: Instant,
}

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "what a run costs is for its user; no result depends on it")]
    pub fn start() -> Self {
        Self { cpu: ProcessTime::now(), wall: Instant::now() }
    }

    /// Processor time of the whole program since the start [s].
    pub fn cpu_s(&self) -> f64 {
        self.cpu.elapsed().as_secs_f64()
    }

    /// Time on the wall since the start [s].
    pub fn wall_s(&self) -> f64 {
        self.wall.elapsed().as_secs_f64()
    }
}
