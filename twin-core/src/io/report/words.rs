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

/// Effects and rules the report knows: key, kind, Chinese, English. Keys are compared in lower case with `-` for `_` and
/// spaces.
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
    ("pump-off", EffectKind::Lost, "停泵", "pump stopped"),
    ("pump-stopped", EffectKind::Lost, "停泵", "pump stopped"),
    ("pump-trip", EffectKind::Lost, "水泵跳闸", "pump tripped"),
    ("pump-on", EffectKind::Restored, "启泵", "pump started"),
    ("pump-started", EffectKind::Restored, "启泵", "pump started"),
    ("power-lost", EffectKind::Lost, "断电", "power lost"),
    ("power-restored", EffectKind::Restored, "恢复供电", "power restored"),
    ("no-supply", EffectKind::Lost, "停水", "supply lost"),
    ("supply-lost", EffectKind::Lost, "停水", "supply lost"),
    ("supply-restored", EffectKind::Restored, "恢复供水", "supply restored"),
    ("low-pressure", EffectKind::Lost, "压力不足", "low pressure"),
    ("pressure-low", EffectKind::Lost, "压力不足", "low pressure"),
    ("pressure-restored", EffectKind::Restored, "压力恢复", "pressure restored"),
    ("negative-pressure", EffectKind::Lost, "出现负压", "negative pressure"),
    ("tank-full", EffectKind::Other, "水池满", "tank full"),
    ("tank-empty", EffectKind::Lost, "水池放空", "tank empty"),
    ("tank-drained", EffectKind::Lost, "水池放空", "tank empty"),
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
    ("unconverged", EffectKind::Other, "计算未收敛", "step did not converge"),
];

fn normal(key: &str) -> String {
    key.trim().to_lowercase().replace(['_', ' '], "-")
}

fn row(key: &str) -> Option<&'static (&'static str, EffectKind, &'static str, &'static str)> {
    let key = normal(key);
    WORDS.iter().find(|(k, ..)| *k == key)
}

/// The kind of a record, by its effect, else by its rule. A valve is known by its class or name alone where the effect
/// only says `closed`.
#[must_use]
pub fn kind_of(record: &CascadeRecord) -> EffectKind {
    if normal(&record.effect) == "closed" && record.target.split('/').nth(1).is_some_and(|c| c.contains("valve")) {
        return EffectKind::Shut;
    }
    row(&record.effect).or_else(|| row(&record.rule)).map_or(EffectKind::Other, |r| r.1)
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
            return own.to_owned();
        }
        let known = row(&record.effect).or_else(|| row(&record.rule).filter(|_| record.effect.is_empty()));
        match (known, lang) {
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
