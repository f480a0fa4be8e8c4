//! SWMM's text report `.rpt`, in its layout, so that programs that read reports read this one.
//!
//! The caller fills [`SwmmReport`]; nothing is computed here but the system's totals of loads. Left out are the tables
//! that repeat the input (`[REPORT] INPUT YES` gives the numbers of objects) and the rain files' statistics.
//! # Departures
//! The second line names the program that computed; lines have no blanks at their end.
//! # Source
//! L. A. Rossman and M. A. Simon, SWMM User's Manual version 5.2 (EPA/600/R-22/030, 2022), "Viewing a status report"
//! and "Viewing summary results"; layout as in reports of SWMM 5.2.4.

mod balances;
mod data;
mod links;
mod nodes;
mod page;
mod steps;
mod subcatchments;

use std::io::{self, Write};

pub use data::*;
use page::{Page, clock, date_time};

const YES: [&str; 2] = ["NO", "YES"];

impl SwmmReport {
    /// Writes the report.
    ///
    /// # Errors
    /// Whatever the writer answers.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        out.write_all(self.to_text().as_bytes())?;
        out.flush()
    }

    /// The report as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut page = Page::new(self.options.flow_units);
        let p = &mut page;
        self.head(p);
        options(p, &self.options);
        if let Some(rdii) = &self.rdii {
            balances::rdii(p, rdii);
        }
        if let Some(actions) = &self.control_actions {
            control_actions(p, actions);
        }
        if self.continuity {
            balances::all(p, self);
        }
        if let Some(s) = &self.steps {
            steps::summary(p, s);
        }
        subcatchments::tables(p, self);
        if let Some(n) = &self.network {
            let dynamic = self.options.routing.as_ref().is_some_and(|r| r.dynamic_wave.is_some());
            nodes::tables(p, n, &self.pollutants, dynamic);
            links::tables(p, n, &self.pollutants);
        }
        self.tail(p);
        page.text
    }

    /// Readers want these lines, whether or not there is something to say.
    fn tail(&self, p: &mut Page) {
        let of = |part: fn(&Timing) -> &String| self.timing.as_ref().map_or("not recorded", |t| part(t).as_str());
        p.text.push('\n');
        p.line(format_args!("Analysis begun on:  {}", of(|t| &t.begun)));
        p.line(format_args!("Analysis ended on:  {}", of(|t| &t.ended)));
        p.line(format_args!("Total elapsed time: {}", of(|t| &t.elapsed)));
    }

    fn head(&self, p: &mut Page) {
        // Readers look for these words and the first number of three parts.
        p.line("EPA STORM WATER MANAGEMENT MODEL - VERSION 5.2 (layout of Build 5.2.4)");
        p.line(format_args!("computed by {}", self.program));
        p.line("-".repeat(60));
        p.text.push('\n');
        self.title.iter().filter(|t| !t.is_empty()).for_each(|t| p.line(t));
        self.warnings.iter().for_each(|w| p.line(format_args!("WARNING {w}")));
        if let Some(c) = &self.element_count {
            p.heading("Element Count");
            p.line(format_args!("Number of rain gages ...... {}", c.rain_gages));
            p.line(format_args!("Number of subcatchments ... {}", c.subcatchments));
            p.line(format_args!("Number of nodes ........... {}", c.nodes));
            p.line(format_args!("Number of links ........... {}", c.links));
            p.line(format_args!("Number of pollutants ...... {}", c.pollutants));
            p.line(format_args!("Number of land uses ....... {}", c.land_uses));
            p.blank();
        }
    }
}

fn options(p: &mut Page, o: &AnalysisOptions) {
    p.heading("Analysis Options");
    let yes = |b: bool| YES[usize::from(b)].to_owned();
    let row = |p: &mut Page, name: &str, value: String| p.line(format_args!("{:.<26} {value}", format!("{name} ")));
    let model = |p: &mut Page, name: &str, value: String| p.line(format_args!("  {:.<24} {value}", format!("{name} ")));
    row(p, "Flow Units", o.flow_units.word().to_owned());
    p.line("Process Models:");
    model(p, "Rainfall/Runoff", yes(o.rainfall_runoff));
    model(p, "RDII", yes(o.rdii));
    model(p, "Snowmelt", yes(o.snowmelt));
    model(p, "Groundwater", yes(o.groundwater));
    model(p, "Flow Routing", yes(o.ponding.is_some()));
    if let Some(ponding) = o.ponding {
        model(p, "Ponding Allowed", yes(ponding));
    }
    model(p, "Water Quality", yes(o.quality));
    let dynamic = o.routing.as_ref().and_then(|r| r.dynamic_wave.as_ref());
    if let Some(h) = &o.hydrology {
        row(p, "Infiltration Method", h.infiltration.clone());
    }
    if let Some(r) = &o.routing {
        row(p, "Flow Routing Method", r.method.clone());
    }
    if let Some(d) = dynamic {
        row(p, "Surcharge Method", d.surcharge_method.clone());
    }
    let instant = |days: f64| {
        let (date, time) = date_time(days);
        format!("{date} {time}")
    };
    row(p, "Starting Date", instant(o.start_days));
    row(p, "Ending Date", instant(o.end_days));
    row(p, "Antecedent Dry Days", format!("{:.1}", o.antecedent_dry_days));
    row(p, "Report Time Step", clock(o.report_step_s));
    if let Some(h) = &o.hydrology {
        row(p, "Wet Time Step", clock(h.wet_step_s));
        row(p, "Dry Time Step", clock(h.dry_step_s));
    }
    if let Some(r) = &o.routing {
        row(p, "Routing Time Step", format!("{:.2} sec", r.step_s));
    }
    if let Some(d) = dynamic {
        row(p, "Variable Time Step", yes(d.variable_step));
        row(p, "Maximum Trials", d.max_trials.to_string());
        row(p, "Number of Threads", d.threads.to_string());
        row(p, "Head Tolerance", format!("{:.6} {}", d.head_tolerance, p.pick("ft", "m")));
    }
    p.blank();
}

fn control_actions(p: &mut Page, actions: &[ControlAction]) {
    p.heading("Control Actions Taken");
    for a in actions {
        let (date, time) = date_time(a.date_days);
        let act = format!("Link {} setting changed to {:6.2} by Control {}", a.link, a.setting, a.rule);
        p.line(format_args!("{date:>11}: {time:>8} {act}"));
    }
    p.blank();
}

#[cfg(test)]
mod tests;
