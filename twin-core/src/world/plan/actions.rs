//! What each action of a scenario tells a network.
//!
//! | action | command | rank |
//! |---|---|---|
//! | burst, repair | `hole_area` of the pipe | fault |
//! | isolate, and reopening after repair | the valve's behaviour, else `isolate_from` or `isolate_to` | manual |
//! | open, close | the asset's behaviour, else `closed` | manual |
//! | set | `setting` | manual |
//! | power off, on | the pump's behaviour, else `powered` | fault |
//! | demand | `extra_demand` of the node | operator |
//! | block, clear | `blocked` of the link | fault |
//! | stage | `stage` of the outfall | operator |
//! | rain | `rain` of the gauge | operator |
//! | source pressure | `source_pressure` of the source of gas | operator |
//! | load factor | `load_factor` of the node | operator |
//! | tell | the asset's behaviour | – |

use twin_physics::domains::gas::model as gas;
use twin_physics::domains::water::{LinkIx, LinkKind, NodeKind};
use twin_physics::port::Element;

use super::Compiler;
use crate::behaviour::{Behaviour, Event as Told, Role};
use crate::ids::AssetIx;
use crate::model::isolation::{Isolation, Origin};
use crate::model::scenario::{Action, Hole, ScenarioEvent, Title};
use crate::model::water_assets::{End, IsolationValve};
use crate::world::agenda::{Item, Trigger};
use crate::world::command::{Command, Rank};

impl Compiler<'_> {
    /// Appends the items of an event; the position of the last one, or `None` where it cannot be carried over.
    pub(super) fn act(&mut self, event: &ScenarioEvent, trigger: Trigger) -> Option<usize> {
        match event.action {
            Action::Burst(hole) => {
                let asset = self.one(event.place, event.line, &event.id)?;
                let command = self.burst(event, asset, hole)?;
                self.item(event, trigger, vec![command], Some(asset), Title::new("爆管", "Burst"));
            }
            Action::Repair { crew_s_per_valve } => return self.repair(event, trigger, crew_s_per_valve),
            Action::Isolate { travel_s, crew_s_per_valve } => {
                return self.isolate(event, trigger, travel_s, crew_s_per_valve);
            }
            Action::Open => self.each(event, trigger, ("开启", "Open"), |c, a| c.switch(event, a, true))?,
            Action::Close => self.each(event, trigger, ("关闭", "Close"), |c, a| c.switch(event, a, false))?,
            Action::PowerOff => self.each(event, trigger, ("停电", "Power lost"), |c, a| c.power(event, a, false))?,
            Action::PowerOn => self.each(event, trigger, ("来电", "Power back"), |c, a| c.power(event, a, true))?,
            Action::Set(value) => self.each(event, trigger, ("调节", "Set"), |c, a| c.set(event, a, value))?,
            Action::Block(share) => {
                let words = ("堵塞", "Blocked");
                self.each(event, trigger, words, |c, a| c.element(event, a, "blocked", Rank::Fault, Some(share)))?;
            }
            Action::Clear => {
                let words = ("疏通", "Cleared");
                self.each(event, trigger, words, |c, a| c.element(event, a, "blocked", Rank::Fault, None))?;
            }
            Action::Stage(level_m) => {
                let words = ("外水位", "Water level");
                self.each(event, trigger, words, |c, a| c.stage(event, a, level_m))?;
            }
            Action::Rain { intensity_ms, duration_s } => {
                let rain = |c: &mut Self, a, value| c.element(event, a, "rain", Rank::Operator, value);
                self.each(event, trigger, ("降雨", "Rain"), |c, a| rain(c, a, Some(intensity_ms)))?;
                if let Some(delay_s) = duration_s {
                    let end = Trigger::After { item: self.agenda.len() - 1, delay_s };
                    self.each(event, end, ("雨停", "The rain ends"), |c, a| rain(c, a, None))?;
                    self.rename_last(event, "end", Title::new("雨停", "The rain ends"));
                }
            }
            Action::SourcePressure(pressure_pa) => {
                let words = ("气源压力", "Source pressure");
                self.each(event, trigger, words, |c, a| c.source(event, a, pressure_pa))?;
            }
            Action::LoadFactor { factor, duration_s } => {
                let load = |c: &mut Self, a, value| c.element(event, a, "load_factor", Rank::Operator, value);
                self.each(event, trigger, ("用气量变化", "Loads change"), |c, a| load(c, a, Some(factor)))?;
                if let Some(delay_s) = duration_s {
                    let end = Trigger::After { item: self.agenda.len() - 1, delay_s };
                    self.each(event, end, ("用气量恢复", "Loads as before"), |c, a| load(c, a, None))?;
                    self.rename_last(event, "end", Title::new("用气量恢复", "Loads as before"));
                }
            }
            Action::Tell(told) => self.each(event, trigger, ("操作", "Tell"), |c, a| c.tell(event, a, told))?,
            Action::Demand { flow_m3s, duration_s } => {
                let words = ("取水", "Water drawn");
                self.each(event, trigger, words, |c, a| c.draw(event, a, Some(flow_m3s)))?;
                if let Some(delay_s) = duration_s {
                    let end = Trigger::After { item: self.agenda.len() - 1, delay_s };
                    self.each(event, end, ("取水结束", "Drawing ends"), |c, a| c.draw(event, a, None))?;
                    self.rename_last(event, "end", Title::new("取水结束", "Drawing ends"));
                }
            }
        }
        Some(self.agenda.len() - 1)
    }

    /// One item with a command for each asset of the place.
    fn each(
        &mut self,
        event: &ScenarioEvent,
        trigger: Trigger,
        words: (&str, &str),
        mut command: impl FnMut(&mut Self, AssetIx) -> Option<Command>,
    ) -> Option<()> {
        let assets = self.places.get(event.place)?.clone()?;
        let commands: Vec<Option<Command>> = assets.iter().map(|&asset| command(self, asset)).collect();
        let commands: Vec<Command> = commands.into_iter().collect::<Option<_>>()?;
        self.item(event, trigger, commands, assets.first().copied(), Title::new(words.0, words.1));
        Some(())
    }

    fn item(
        &mut self,
        event: &ScenarioEvent,
        trigger: Trigger,
        commands: Vec<Command>,
        target: Option<AssetIx>,
        words: Title,
    ) {
        let name = target.map_or("", |t| self.site.register.get(t).id.local());
        let made = || Title::new(format!("{} {name}", words.zh), format!("{}: {name}", words.en));
        let title = event.title.clone().unwrap_or_else(made);
        self.agenda.push(Item {
            id: event.id.clone(),
            trigger,
            commands,
            title_zh: title.zh,
            title_en: title.en,
            target,
            not_in: event.not_in.clone(),
        });
    }

    /// Gives a later item of an event a name of its own.
    fn rename_last(&mut self, event: &ScenarioEvent, part: &str, title: Title) {
        if let Some(item) = self.agenda.last_mut() {
            item.id = format!("{}/{part}", event.id);
            (item.title_zh, item.title_en) = (title.zh, title.en);
        }
    }

    fn name(&self, asset: AssetIx) -> String {
        self.site.register.get(asset).id.to_string()
    }

    /// Says that an asset is not what the action needs.
    fn unfit<T>(&mut self, event: &ScenarioEvent, asset: AssetIx, needs: &str) -> Option<T> {
        let message = format!("needs {needs}, and {} is none", self.name(asset));
        self.error("SCN-403", event.line, &event.id, message, "choose another place");
        None
    }

    /// The link an asset itself is.
    fn link_of(&self, asset: AssetIx) -> Option<LinkIx> {
        match self.site.origin(asset)? {
            Origin::Link(link) if self.site.asset_of(Origin::Link(link)) == Some(asset) => Some(link),
            _ => None,
        }
    }

    /// The link a pipe is, and its diameter.
    fn pipe_diameter_m(&self, asset: AssetIx) -> Option<(usize, f64)> {
        if let Some(gas) = self.site.gas {
            let row = self.site.register.get(asset);
            let here = row.network == self.site.network && row.element == Element::Link;
            let link = gas.links.get(row.slot as usize).filter(|_| here)?;
            let gas::LinkKind::Pipe(pipe) = &link.kind else { return None };
            return Some((row.slot as usize, pipe.diameter_m));
        }
        let link = self.link_of(asset)?;
        match &self.site.model.links[link.at()].kind {
            LinkKind::Pipe(pipe) => Some((link.at(), pipe.diameter_m)),
            LinkKind::Pump(_) | LinkKind::Valve(_) => None,
        }
    }

    fn burst(&mut self, event: &ScenarioEvent, asset: AssetIx, hole: Hole) -> Option<Command> {
        let Some((link, diameter_m)) = self.pipe_diameter_m(asset) else {
            return self.unfit(event, asset, "a pipe");
        };
        let (area_m2, most_m2) = (hole.area_m2(diameter_m), 2.0 * Hole::Diameter(diameter_m).area_m2(diameter_m));
        if area_m2 > most_m2 {
            let name = self.name(asset);
            let message = format!(
                "a hole of {area_m2:.4} m2 is larger than {name}, DN {:.0}, broken in two: {most_m2:.4} m2",
                diameter_m * 1000.0
            );
            self.error("SCN-406", event.line, &event.id, message, "give hole_share, which fits every pipe");
            return None;
        }
        self.drive(event, "hole_area", link, Rank::Fault, Some(area_m2))
    }

    /// The crew sets out; then each valve in its turn.
    fn isolate(&mut self, event: &ScenarioEvent, trigger: Trigger, travel_s: f64, crew_s: f64) -> Option<usize> {
        let asset = self.one(event.place, event.line, &event.id)?;
        let isolation = self.isolation(event, asset)?;
        self.item(event, trigger, Vec::new(), Some(asset), Title::new("派队隔离", "A crew sets out to isolate"));
        let count = isolation.steps.len();
        for (at, step) in isolation.steps.iter().enumerate() {
            let valve = &self.site.assets.valves[step.valve];
            let command = self.turn(event, valve, true, step.works)?;
            let delay_s = if at == 0 { travel_s + crew_s } else { crew_s };
            let number = at + 1;
            let title = if step.works {
                Title::new(
                    format!("关闭阀门 {}（{number}/{count}）", valve.id),
                    format!("Valve {} is shut ({number} of {count})", valve.id),
                )
            } else {
                Title::new(
                    format!("阀门 {} 卡死，关不动（{number}/{count}）", valve.id),
                    format!("Valve {} is stuck and cannot be shut ({number} of {count})", valve.id),
                )
            };
            self.valve_item(event, valve, delay_s, command, number, title);
        }
        Some(self.agenda.len() - 1)
    }

    /// The hole is closed; then the valves that were shut for it are opened, the last one first.
    fn repair(&mut self, event: &ScenarioEvent, trigger: Trigger, crew_s: f64) -> Option<usize> {
        let asset = self.one(event.place, event.line, &event.id)?;
        let Some((link, _)) = self.pipe_diameter_m(asset) else {
            return self.unfit(event, asset, "a pipe");
        };
        let command = self.drive(event, "hole_area", link, Rank::Fault, None)?;
        self.item(event, trigger, vec![command], Some(asset), Title::new("修复", "Mended"));
        let mended = self.agenda.len() - 1;
        let here = |c: &Self, e: &ScenarioEvent| {
            matches!(e.action, Action::Isolate { .. }) && c.places.get(e.place).cloned().flatten() == Some(vec![asset])
        };
        let Some(isolated) = self.scenario.events.iter().find(|e| here(self, e)) else { return Some(mended) };
        let isolation = self.isolation(event, asset)?;
        // A variant that never shut the valves does not open them either.
        let mut not_in = event.not_in.clone();
        not_in.extend(isolated.not_in.iter().filter(|v| !event.not_in.contains(v)).cloned());
        let count = isolation.shut().count();
        for (at, valve) in isolation.shut().rev().enumerate() {
            let valve = &self.site.assets.valves[valve];
            let command = self.turn(event, valve, false, true)?;
            let number = at + 1;
            let title = Title::new(
                format!("开启阀门 {}（{number}/{count}）", valve.id),
                format!("Valve {} is opened ({number} of {count})", valve.id),
            );
            self.valve_item(event, valve, crew_s, command, number, title);
            if let Some(item) = self.agenda.last_mut() {
                item.not_in.clone_from(&not_in);
            }
        }
        // What waits for the repair must find its end in every variant that has the repair.
        Some(if not_in == event.not_in { self.agenda.len() - 1 } else { mended })
    }

    fn valve_item(
        &mut self,
        event: &ScenarioEvent,
        valve: &IsolationValve,
        delay_s: f64,
        command: Option<Command>,
        number: usize,
        title: Title,
    ) {
        let trigger = Trigger::After { item: self.agenda.len() - 1, delay_s };
        let target = self.valve_asset(valve).or_else(|| self.site.asset_of(Origin::Link(valve.link)));
        self.item(event, trigger, command.into_iter().collect(), target, Title::default());
        self.rename_last(event, &number.to_string(), title);
    }

    /// How a place is isolated, found once.
    fn isolation(&mut self, event: &ScenarioEvent, asset: AssetIx) -> Option<Isolation> {
        if let Some(known) = self.isolations.get(&asset) {
            return Some(known.clone());
        }
        let Some(origin) = self.site.origin(asset) else {
            return self.unfit(event, asset, "a place on the water network");
        };
        let isolation = self.map.isolate(origin);
        let name = self.name(asset);
        if let Some(source) = isolation.sources.first() {
            let source = &self.site.model.nodes[source.at()].id;
            let message =
                format!("{name} cannot be isolated: no valve that works stands between it and the source {source}");
            self.error(
                "SCN-405",
                event.line,
                &event.id,
                message,
                "add valves to the network's assets, or choose another place",
            );
            return None;
        }
        if isolation.steps.is_empty() {
            let message = format!("{name} has no source to be isolated from");
            self.error("SCN-405", event.line, &event.id, message, "choose another place");
            return None;
        }
        self.isolations.insert(asset, isolation.clone());
        Some(isolation)
    }

    fn valve_asset(&self, valve: &IsolationValve) -> Option<AssetIx> {
        let mut all = self.site.register.assets().iter();
        let hit = |a: &crate::model::Asset| {
            a.network == self.site.network && a.id.class() == "isolation_valve" && a.id.local() == valve.id
        };
        all.position(hit).map(AssetIx::new)
    }

    /// Shuts or opens an isolation valve by hand. `Some(None)`: it is tried, and nothing comes of it.
    fn turn(
        &mut self,
        event: &ScenarioEvent,
        valve: &IsolationValve,
        shut: bool,
        works: bool,
    ) -> Option<Option<Command>> {
        if let Some(asset) = self.valve_asset(valve)
            && matches!(self.site.register.get(asset).behaviour, Some(Behaviour::Valve(_)))
        {
            return Some(Some(Command::Tell { asset, event: if shut { Told::Off } else { Told::On } }));
        }
        if !works {
            return Some(None);
        }
        let port = match valve.end {
            End::From => "isolate_from",
            End::To => "isolate_to",
        };
        self.drive(event, port, valve.link.at(), Rank::Manual, shut.then_some(1.0)).map(Some)
    }

    /// Opens or closes by the asset's behaviour, else by its input.
    fn switch(&mut self, event: &ScenarioEvent, asset: AssetIx, open: bool) -> Option<Command> {
        let row = self.site.register.get(asset);
        if row.behaviour.is_some() {
            return Some(Command::Tell { asset, event: if open { Told::On } else { Told::Off } });
        }
        let value = Some(if open { 0.0 } else { 1.0 });
        if let Some(port) = row.roles.get(&Role::Closed) {
            return self.drive_port(event, *port, Rank::Manual, value);
        }
        if let Some(port) = row.roles.get(&Role::Setting) {
            return self.drive_port(event, *port, Rank::Manual, Some(if open { 1.0 } else { 0.0 }));
        }
        let valve =
            self.site.assets.valves.iter().find(|v| row.id.class() == "isolation_valve" && v.id == row.id.local());
        if let Some(valve) = valve {
            return self.turn(event, valve, !open, true)?;
        }
        match self.link_of(asset) {
            Some(link) => self.drive(event, "closed", link.at(), Rank::Manual, value),
            None => self.unfit(event, asset, "a link or an asset that switches"),
        }
    }

    fn power(&mut self, event: &ScenarioEvent, asset: AssetIx, on: bool) -> Option<Command> {
        let row = self.site.register.get(asset);
        if matches!(row.behaviour, Some(Behaviour::Pump(_) | Behaviour::Valve(_))) {
            return Some(Command::Tell { asset, event: Told::Power(on) });
        }
        let value = (!on).then_some(0.0);
        if let Some(port) = row.roles.get(&Role::Powered) {
            return self.drive_port(event, *port, Rank::Fault, value);
        }
        match self.link_of(asset) {
            Some(link) if matches!(self.site.model.links[link.at()].kind, LinkKind::Pump(_)) => {
                self.drive(event, "powered", link.at(), Rank::Fault, value)
            }
            _ => self.unfit(event, asset, "a pump or a motorised valve"),
        }
    }

    fn set(&mut self, event: &ScenarioEvent, asset: AssetIx, value: f64) -> Option<Command> {
        if self.link_of(asset).is_none()
            && let Some(port) = self.site.register.get(asset).roles.get(&Role::Setting)
        {
            return self.drive_port(event, *port, Rank::Manual, Some(value));
        }
        match self.link_of(asset) {
            Some(link) if !matches!(self.site.model.links[link.at()].kind, LinkKind::Pipe(_)) => {
                self.drive(event, "setting", link.at(), Rank::Manual, Some(value))
            }
            _ => self.unfit(event, asset, "a control valve or a pump"),
        }
    }

    /// Drives the input of an asset's own element, whatever the domain.
    fn element(
        &mut self,
        event: &ScenarioEvent,
        asset: AssetIx,
        input: &str,
        rank: Rank,
        value: Option<f64>,
    ) -> Option<Command> {
        let row = self.site.register.get(asset);
        let (element, slot, here) = (row.element, row.slot as usize, row.network == self.site.network);
        let port = self.site.ports.input(input, slot).filter(|_| here);
        match port.filter(|p| self.site.ports.input_group(*p).is_some_and(|(g, _)| g.element == element)) {
            Some(port) => self.drive_port(event, port, rank, value),
            None => self.unfit(event, asset, &format!("something with the input {input}")),
        }
    }

    fn stage(&mut self, event: &ScenarioEvent, asset: AssetIx, level_m: f64) -> Option<Command> {
        if self.site.register.get(asset).id.class() != "outfall" {
            return self.unfit(event, asset, "an outfall");
        }
        self.element(event, asset, "stage", Rank::Operator, Some(level_m))
    }

    fn source(&mut self, event: &ScenarioEvent, asset: AssetIx, pressure_pa: f64) -> Option<Command> {
        if self.site.register.get(asset).id.class() != "source" {
            return self.unfit(event, asset, "a source of gas");
        }
        self.element(event, asset, "source_pressure", Rank::Operator, Some(pressure_pa))
    }

    fn tell(&mut self, event: &ScenarioEvent, asset: AssetIx, told: Told) -> Option<Command> {
        if self.site.register.get(asset).behaviour.is_none() {
            return self.unfit(event, asset, "an asset with a behaviour of its own");
        }
        Some(Command::Tell { asset, event: told })
    }

    fn draw(&mut self, event: &ScenarioEvent, asset: AssetIx, flow_m3s: Option<f64>) -> Option<Command> {
        match self.site.origin(asset) {
            Some(Origin::Node(node)) if matches!(self.site.model.nodes[node.at()].kind, NodeKind::Junction(_)) => {
                self.drive(event, "extra_demand", node.at(), Rank::Operator, flow_m3s)
            }
            _ => self.unfit(event, asset, "a junction or a hydrant"),
        }
    }
}
