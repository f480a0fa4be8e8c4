//! Words for what the cascade record says: effects and rules by key, in Chinese and English.

use std::collections::BTreeMap;

use twin_physics::domain::Domain;

use super::catalogue::{Lang, Msg};
use crate::cascade::CascadeRecord;
use crate::ids::AssetId;
use crate::io::results::Text;

/// What kind of thing an effect is, as far as the report treats it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectKind {
    /// A pipe bursts or breaks.
    Burst,
    /// A valve is shut.
    Shut,
    /// Supply or power is lost.
    Lost,
    /// Something is put right.
    Restored,
    /// Anything else.
    Other,
}

/// Effects and rules the report knows: key, kind, Chinese, English. Keys are compared in lower case with `-` for `_`
/// and spaces.
pub const WORDS: &[(&str, EffectKind, &str, &str)] = &[
    ("burst", EffectKind::Burst, "爆管", "burst"),
    ("break", EffectKind::Burst, "断裂", "break"),
    ("leak", EffectKind::Burst, "漏损", "leak"),
    ("valve-closed", EffectKind::Shut, "关阀", "valve shut"),
    ("valve-shut", EffectKind::Shut, "关阀", "valve shut"),
    ("close-valve", EffectKind::Shut, "关阀", "valve shut"),
    ("isolated", EffectKind::Other, "已隔离", "isolated"),
    ("closed", EffectKind::Other, "关闭", "closed"),
    ("valve-opened", EffectKind::Restored, "开阀", "valve opened"),
    ("valve-open", EffectKind::Restored, "开阀", "valve opened"),
    ("open-valve", EffectKind::Restored, "开阀", "valve opened"),
    ("opened", EffectKind::Other, "打开", "opened"),
    ("valve-stuck", EffectKind::Other, "阀门卡死", "valve stuck"),
    ("valve-moving", EffectKind::Other, "阀门动作", "valve moving"),
    ("pump-off", EffectKind::Other, "停泵", "pump stopped"),
    ("pump-stopped", EffectKind::Other, "停泵", "pump stopped"),
    ("pump-trip", EffectKind::Lost, "水泵跳闸", "pump tripped"),
    ("pump-on", EffectKind::Other, "启泵", "pump started"),
    ("pump-started", EffectKind::Other, "启泵", "pump started"),
    ("pump-cannot-deliver-head", EffectKind::Lost, "水泵扬程不足", "pump cannot deliver the head"),
    ("controller-on", EffectKind::Other, "控制器开", "controller on"),
    ("controller-off", EffectKind::Other, "控制器关", "controller off"),
    ("power-lost", EffectKind::Lost, "断电", "power lost"),
    ("power-restored", EffectKind::Restored, "恢复供电", "power restored"),
    ("no-supply", EffectKind::Lost, "停水", "supply lost"),
    ("supply-lost", EffectKind::Lost, "停水", "supply lost"),
    ("supply-restored", EffectKind::Restored, "恢复供水", "supply restored"),
    ("node-unsupplied", EffectKind::Lost, "节点失去水源", "no path to a source"),
    ("low-pressure", EffectKind::Lost, "压力不足", "low pressure"),
    ("pressure-low", EffectKind::Lost, "压力不足", "low pressure"),
    ("pressure-restored", EffectKind::Restored, "压力恢复", "pressure restored"),
    ("negative-pressure", EffectKind::Lost, "出现负压", "negative pressure"),
    ("tank-full", EffectKind::Other, "水池满", "tank full"),
    ("tank-empty", EffectKind::Lost, "水池放空", "tank empty"),
    ("tank-drained", EffectKind::Lost, "水池放空", "tank empty"),
    ("flooding-begins", EffectKind::Lost, "开始溢流", "flooding begins"),
    ("flooding-ends", EffectKind::Restored, "溢流结束", "flooding ends"),
    ("surcharge-begins", EffectKind::Other, "满管承压", "surcharged"),
    ("surcharge-ends", EffectKind::Other, "恢复无压流", "no longer surcharged"),
    ("weir-spills", EffectKind::Other, "溢流堰过流", "weir spills"),
    ("weir-stops", EffectKind::Other, "溢流堰断流", "weir stops spilling"),
    ("underpass-closed", EffectKind::Lost, "积水封闭交通", "closed to traffic"),
    ("underpass-mark", EffectKind::Other, "积水达到标线", "water reaches a mark"),
    ("underpass-full", EffectKind::Lost, "淹满", "full to the ceiling"),
    ("underpass-pump-on", EffectKind::Other, "排水泵启动", "its pump starts"),
    ("underpass-pump-off", EffectKind::Other, "排水泵停止", "its pump stops"),
    ("levee-overtopped", EffectKind::Other, "漫堤", "overtopped"),
    ("levee-breached", EffectKind::Lost, "决口", "it breaches"),
    ("levee-grown-out", EffectKind::Other, "决口发展完毕", "its breach has grown out"),
    ("check-dam-overtopped", EffectKind::Other, "漫顶", "overtopped"),
    ("check-dam-breached", EffectKind::Lost, "溃决", "it breaches"),
    ("check-dam-grown-out", EffectKind::Other, "溃口发展完毕", "its breach has grown out"),
    ("gate-moved", EffectKind::Other, "闸门动作", "gate moved"),
    ("alarm", EffectKind::Other, "报警", "alarm"),
    ("alarm-cleared", EffectKind::Restored, "报警解除", "alarm cleared"),
    ("detected", EffectKind::Other, "发现", "detected"),
    ("reported", EffectKind::Other, "接报", "reported"),
    ("crew-dispatched", EffectKind::Other, "抢修队出动", "crew sent out"),
    ("crew-arrived", EffectKind::Other, "抢修队到场", "crew arrived"),
    ("repaired", EffectKind::Restored, "修复", "repaired"),
    ("fire", EffectKind::Other, "火灾", "fire"),
    ("hydrant-open", EffectKind::Other, "消火栓出水", "hydrant opened"),
    ("fire-flow", EffectKind::Other, "消防用水", "fire flow drawn"),
    ("status-changed", EffectKind::Other, "状态改变", "status changed"),
    ("control", EffectKind::Other, "控制规则动作", "control acted"),
    ("done", EffectKind::Other, "已执行", "done"),
    ("began", EffectKind::Other, "开始", "began"),
    ("ended", EffectKind::Other, "结束", "ended"),
    ("driven", EffectKind::Other, "人工设定", "set by hand"),
    ("released", EffectKind::Other, "交还自动控制", "handed back to control"),
    ("told", EffectKind::Other, "下达指令", "told by command"),
    ("moved", EffectKind::Other, "转移计算位置", "moved between row and actor"),
    ("signal", EffectKind::Other, "状态改变", "state changed"),
    ("degraded", EffectKind::Lost, "计算失败，沿用上次结果", "step failed, last good result kept"),
    ("recovered", EffectKind::Restored, "计算恢复", "computation recovered"),
    ("unconverged", EffectKind::Other, "计算未收敛", "step did not converge"),
];

fn normal(key: &str) -> String {
    key.trim().to_lowercase().replace(['_', ' '], "-")
}

fn row(key: &str) -> Option<&'static (&'static str, EffectKind, &'static str, &'static str)> {
    let key = normal(key);
    WORDS.iter().find(|(k, ..)| *k == key)
}

/// The row of a record: by its effect, read together with the class of the asset where the effect alone says little.
fn row_of(record: &CascadeRecord) -> Option<&'static (&'static str, EffectKind, &'static str, &'static str)> {
    let class = AssetId::parse(&record.target).map_or(String::new(), |a| a.class().to_owned());
    let on = record.value > 0.0;
    let key = match (normal(&record.effect).as_str(), class.as_str()) {
        ("closed", c) if c.contains("valve") => "valve-closed",
        ("opened", c) if c.contains("valve") => "valve-opened",
        ("signal", c) if c.contains("valve") && !on => "valve-closed",
        ("signal", c) if c.contains("valve") && record.value >= 1.0 => "valve-opened",
        ("signal", c) if c.contains("valve") => "valve-moving",
        ("signal", "pump") => {
            if on {
                "pump-started"
            } else {
                "pump-stopped"
            }
        }
        ("signal", "controller") => {
            if on {
                "controller-on"
            } else {
                "controller-off"
            }
        }
        // What a scenario does to a pipe with an area is to make a hole; with none, to mend it.
        ("done", "pipe") if record.unit == "m2" => {
            if on {
                "burst"
            } else {
                "repaired"
            }
        }
        _ => return row(&record.effect).or_else(|| row(&record.rule).filter(|_| record.effect.is_empty())),
    };
    row(key)
}

/// The kind of a record.
#[must_use]
pub fn kind_of(record: &CascadeRecord) -> EffectKind {
    row_of(record).map_or(EffectKind::Other, |r| r.1)
}

/// Classes of assets in words: key, Chinese, English.
const CLASSES: &[(&str, &str, &str)] = &[
    ("pipe", "管道", "pipe"),
    ("valve", "阀门", "valve"),
    ("isolation_valve", "阀门", "valve"),
    ("pump", "水泵", "pump"),
    ("tank", "水池", "tank"),
    ("reservoir", "水源", "reservoir"),
    ("junction", "节点", "junction"),
    ("hydrant", "消火栓", "hydrant"),
    ("customer", "用户", "customer"),
    ("source", "气源", "source"),
    ("regulator", "调压器", "regulator"),
    ("compressor", "压缩机", "compressor"),
];

fn in_words(id: &str, lang: Lang) -> Option<String> {
    let id = AssetId::parse(id)?;
    let domain = Domain::ALL.iter().find(|d| d.key() == id.network())?;
    let class = CLASSES.iter().find(|c| c.0 == id.class())?;
    let zh = lang == Lang::Zh;
    let (domain, class) = if zh { (domain.zh(), class.1) } else { (domain.key(), class.2) };
    // A pump of the supply network is a pump: naming water twice reads badly in Chinese.
    let domain = if zh && class.starts_with('水') { "" } else { domain };
    Some(Msg::AssetName.with(lang, &[domain, class, id.local()]))
}

/// Words of a scenario beside those of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// Names of assets by id.
    pub assets: &'a BTreeMap<String, Text>,
    /// Names of rules and effects by key.
    pub rules: &'a BTreeMap<String, Text>,
}

static NO_TEXTS: BTreeMap<String, Text> = BTreeMap::new();

impl Default for Words<'_> {
    fn default() -> Self {
        Self { assets: &NO_TEXTS, rules: &NO_TEXTS }
    }
}

fn pick(text: &Text, lang: Lang) -> Option<&str> {
    let wanted = if lang == Lang::Zh { &text.zh } else { &text.en };
    let other = if lang == Lang::Zh { &text.en } else { &text.zh };
    [wanted, other].into_iter().map(String::as_str).find(|t| !t.is_empty())
}

impl Words<'_> {
    /// What happened: the scenario's own words, else the catalogue's, else the record's key as it stands.
    #[must_use]
    pub fn effect(&self, record: &CascadeRecord, lang: Lang) -> String {
        let own =
            [&record.effect, &record.rule].into_iter().find_map(|k| self.rules.get(k)).and_then(|t| pick(t, lang));
        if let Some(own) = own {
            let over = normal(&record.effect) == "ended";
            return if over { Msg::RuleEnded.with(lang, &[own]) } else { own.to_owned() };
        }
        match (row_of(record), lang) {
            (Some(r), Lang::Zh) => r.2.to_owned(),
            (Some(r), Lang::En) => r.3.to_owned(),
            (None, _) => record.effect.clone(),
        }
    }

    /// The name of an asset for people: the one it has, else network and class in words, `供水阀门 V1`, else its id.
    #[must_use]
    pub fn asset(&self, id: &str, lang: Lang) -> String {
        let own = self.assets.get(id).and_then(|t| pick(t, lang));
        own.map(str::to_owned).or_else(|| in_words(id, lang)).unwrap_or_else(|| id.to_owned())
    }

    /// The same as short as can be, for a list of assets of one kind: `V1`.
    #[must_use]
    pub fn asset_short(&self, id: &str, lang: Lang) -> String {
        let local = || AssetId::parse(id).map_or(id.to_owned(), |a| a.local().to_owned());
        self.assets.get(id).and_then(|t| pick(t, lang)).map_or_else(local, str::to_owned)
    }
}
