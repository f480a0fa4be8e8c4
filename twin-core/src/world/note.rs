//! Writing the cascade record down.

use super::agenda::Watch;
use super::command::Command;
use super::core::Core;
use super::spec::WorldSpec;
use super::tick::Moment;
use crate::cascade::CascadeRecord;
use crate::ids::AssetIx;

impl Core {
    pub(super) fn note_command(
        &mut self,
        spec: &WorldSpec,
        moment: &mut Moment,
        source: &str,
        command: &Command,
    ) -> u64 {
        let (target, effect, value) = match command {
            Command::Drive { port, value, .. } => {
                (spec.port_name(*port), if value.is_some() { "driven" } else { "released" }, value.unwrap_or(0.0))
            }
            Command::Tell { asset, .. } => (spec.register.get(*asset).id.to_string(), "told", 1.0),
            Command::Promote { asset } | Command::Demote { asset } => {
                (spec.register.get(*asset).id.to_string(), "moved", 1.0)
            }
        };
        self.note(moment, None, source, "command", &target, effect, (value, value, "SI"))
    }

    pub(super) fn watch_name(&self, spec: &WorldSpec, watch: Watch) -> String {
        match watch {
            Watch::Output(network, port) => {
                let network = &spec.networks[network.at()];
                network.ports.output_group(port).map_or_else(
                    || network.name.clone(),
                    |(group, slot)| format!("{} {} {slot}", network.name, group.name),
                )
            }
            Watch::Signal(asset) => spec.register.get(asset).id.to_string(),
            Watch::Metric(at) => spec.metrics.get(at).map_or_else(String::new, |m| m.name.clone()),
        }
    }

    /// Records what supervision did to the actor of an asset: `rule` is its stable code, `count` how often.
    pub(crate) fn note_supervision(
        &mut self,
        spec: &WorldSpec,
        moment: &mut Moment,
        asset: AssetIx,
        rule: &str,
        effect: &str,
        count: f64,
    ) {
        let cause = self.body.blame_asset.get(&asset).copied();
        let id = spec.register.get(asset).id.as_str();
        let record = self.note(moment, cause, id, rule, id, effect, (count, count, "1"));
        self.body.blame_asset.insert(asset, record);
    }

    /// Adds a record and returns its number.
    #[allow(clippy::too_many_arguments)] // the fields of a record, in its own order
    pub(super) fn note(
        &mut self,
        moment: &mut Moment,
        parent: Option<u64>,
        source: &str,
        rule: &str,
        target: &str,
        effect: &str,
        (value, threshold, unit): (f64, f64, &str),
    ) -> u64 {
        self.body.records += 1;
        moment.records.push(CascadeRecord {
            id: self.body.records,
            parent,
            t: self.body.now,
            micro: moment.micro,
            source: source.to_owned(),
            rule: rule.to_owned(),
            target: target.to_owned(),
            effect: effect.to_owned(),
            value,
            threshold,
            unit: unit.to_owned(),
            confidence: 1.0,
        });
        self.body.records
    }
}
