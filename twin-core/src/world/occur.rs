//! What occurs by itself: the agenda, and the rules that watch discrete states.

use super::agenda::{Item, Progress, Trigger, Watch};
use super::command::Command;
use super::core::{Core, Wiring};
use super::spec::WorldSpec;
use super::tick::{Moment, Told};
use crate::time::SimTime;

impl Core {
    /// Does every item of the agenda that is due by time; one item may make another due.
    pub(super) fn agenda_due(&mut self, spec: &WorldSpec, moment: &mut Moment) {
        let mut again = true;
        while std::mem::take(&mut again) {
            for (at, item) in spec.agenda.iter().enumerate() {
                if self.body.agenda[at] == Progress::Waiting && self.due(item).is_some_and(|due| due <= self.body.now) {
                    let cause = match item.trigger {
                        Trigger::After { item, .. } => self.done(item).map(|(_, record)| record),
                        _ => None,
                    };
                    self.do_item(spec, moment, at, cause);
                    again = true;
                }
            }
        }
    }

    /// Whether an item waits and its time has come.
    #[must_use]
    pub fn is_due(&self, spec: &WorldSpec, item: usize) -> bool {
        self.body.agenda.get(item) == Some(&Progress::Waiting)
            && spec.agenda.get(item).and_then(|i| self.due(i)).is_some_and(|due| due <= self.body.now)
    }

    /// When an item is due by time, if that is known.
    pub(super) fn due(&self, item: &Item) -> Option<SimTime> {
        match item.trigger {
            Trigger::At(at) => Some(at),
            Trigger::When(_) => None,
            Trigger::After { item, delay_s } => {
                let delay = SimTime::from_seconds(delay_s)?;
                self.done(item).map(|(at, _)| at.plus_millis(delay.millis()))
            }
        }
    }

    pub(super) fn done(&self, item: usize) -> Option<(SimTime, u64)> {
        match self.body.agenda.get(item)? {
            Progress::Done { at, record } => Some((*at, *record)),
            Progress::Waiting | Progress::Skipped => None,
        }
    }

    pub(super) fn do_item(&mut self, spec: &WorldSpec, moment: &mut Moment, at: usize, cause: Option<u64>) {
        let item = &spec.agenda[at];
        let target = item.target.map_or_else(|| spec.name.clone(), |a| spec.register.get(a).id.to_string());
        let driven = |c: &Command| if let Command::Drive { value, .. } = c { Some(value.unwrap_or(0.0)) } else { None };
        let value = item.commands.iter().find_map(driven);
        let unit = item.commands.iter().find_map(|c| match c {
            Command::Drive { port, .. } => {
                spec.networks[port.network.at()].ports.input_group(port.port).map(|(g, _)| g.quantity.unit())
            }
            _ => None,
        });
        let value = value.unwrap_or(1.0);
        let record =
            self.note(moment, cause, "scenario", &item.id, &target, "done", (value, value, unit.unwrap_or("1")));
        self.body.agenda[at] = Progress::Done { at: self.body.now, record };
        if let Some(asset) = item.target {
            self.body.blame_asset.insert(asset, record);
        }
        for command in &item.commands {
            self.carry_out(moment, command, Some(record));
        }
    }

    pub(super) fn carry_out(&mut self, moment: &mut Moment, command: &Command, cause: Option<u64>) {
        match *command {
            Command::Drive { port, rank, value } => {
                self.drive(port, rank, value);
                if cause.is_some() {
                    self.body.blame_network[port.network.at()] = cause;
                }
            }
            Command::Tell { asset, event } => moment.queue.push(Told { asset, event, cause }),
            Command::Promote { asset } => {
                self.promoted.insert(asset);
            }
            Command::Demote { asset } => {
                self.promoted.remove(&asset);
            }
        }
    }

    pub(super) fn watched(&self, wiring: &Wiring, watch: Watch) -> f64 {
        match watch {
            Watch::Output(network, port) => self.body.outputs[network.at()].get_or(port, 0.0),
            Watch::Signal(asset) => wiring.row(asset).map_or(0.0, |row| self.body.behaviours[row].signal()),
            Watch::Metric(at) => self.body.metrics.get(at).copied().unwrap_or(0.0),
        }
    }

    pub(super) fn blame(&self, spec: &WorldSpec, watch: Watch) -> Option<u64> {
        match watch {
            Watch::Output(network, _) => self.body.blame_network[network.at()],
            Watch::Signal(asset) => self.body.blame_asset.get(&asset).copied(),
            Watch::Metric(at) => self.body.blame_network[spec.metrics.get(at)?.network.at()],
        }
    }

    /// Lets every rule and every condition of the agenda look at the present instant.
    pub fn look_at_rules(&mut self, spec: &WorldSpec, wiring: &Wiring, moment: &mut Moment) {
        let now = self.body.now;
        for (at, rule) in spec.rules.iter().enumerate() {
            let value = self.watched(wiring, rule.condition.watch);
            if !self.body.rules[at].look(&rule.condition, value, now) {
                continue;
            }
            let holds = self.body.rules[at].holds;
            let cause = self.blame(spec, rule.condition.watch);
            let target = rule.target.map_or_else(|| spec.name.clone(), |a| spec.register.get(a).id.to_string());
            let effect = if holds { "began" } else { "ended" };
            let what = (value, rule.condition.threshold, "SI");
            let source = self.watch_name(spec, rule.condition.watch);
            let record = self.note(moment, cause, &source, &rule.id, &target, effect, what);
            if let Some(last) = moment.records.last_mut() {
                last.confidence = rule.confidence;
            }
            let commands = if holds { &rule.on_true } else { &rule.on_false };
            for command in commands {
                self.carry_out(moment, command, Some(record));
            }
        }
        for (at, item) in spec.agenda.iter().enumerate() {
            if let (Trigger::When(condition), Progress::Waiting) = (&item.trigger, self.body.agenda[at]) {
                let value = self.watched(wiring, condition.watch);
                if self.body.agenda_conditions[at].look(condition, value, now) && self.body.agenda_conditions[at].holds
                {
                    let cause = self.blame(spec, condition.watch);
                    self.do_item(spec, moment, at, cause);
                }
            }
        }
        self.agenda_due(spec, moment);
    }
}
