//! How the routing went.

use super::StepSummary;
use super::page::Page;

pub(super) fn summary(p: &mut Page, s: &StepSummary) {
    if !s.continuity_errors.is_empty() {
        p.heading("Highest Continuity Errors");
        s.continuity_errors.iter().for_each(|(name, v)| p.line(format_args!("Node {name} ({v:.2}%)")));
        p.blank();
    }
    if let Some(critical) = &s.critical {
        p.heading("Time-Step Critical Elements");
        critical.iter().for_each(|(kind, name, v)| p.line(format_args!("{kind} {name} ({v:.2}%)")));
        if critical.is_empty() {
            p.line("None");
        }
        p.blank();
    }
    p.heading("Highest Flow Instability Indexes");
    s.instability.iter().for_each(|(name, v)| p.line(format_args!("Link {name} ({v:.0})")));
    if s.instability.is_empty() {
        p.line("All links are stable.");
    }
    p.blank();
    if let Some(nodes) = &s.nonconverging {
        p.heading("Most Frequent Nonconverging Nodes");
        nodes.iter().for_each(|(name, v)| p.line(format_args!("Node {name} ({v:.2}%)")));
        if nodes.is_empty() {
            p.line("Convergence obtained at all time steps.");
        }
        p.blank();
    }
    p.heading("Routing Time Step Summary");
    p.line(format_args!("Minimum Time Step           :  {:7.2} sec", s.min_step_s));
    p.line(format_args!("Average Time Step           :  {:7.2} sec", s.average_step_s));
    p.line(format_args!("Maximum Time Step           :  {:7.2} sec", s.max_step_s));
    p.line(format_args!("% of Time in Steady State   :  {:7.2}", s.steady_percent));
    p.line(format_args!("Average Iterations per Step :  {:7.2}", s.average_iterations));
    p.line(format_args!("% of Steps Not Converging   :  {:7.2}", s.nonconverging_percent));
    if !s.frequencies.is_empty() {
        p.line("Time Step Frequencies       :");
        for (longer, shorter, percent) in &s.frequencies {
            p.line(format_args!("   {longer:6.3} - {shorter:6.3} sec      :  {percent:7.2} %"));
        }
    }
    p.blank();
}
