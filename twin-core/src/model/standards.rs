//! Standards of a city: thresholds, warning levels and response clocks as data, each with source and confidence.
//!
//! # Numbering
//! In emergency plans 一级 (Ⅰ, red) is the worst. In gas-alarm practice inside a utility tunnel 一级报警 is the first and
//! lower alarm, and for bridge over-limits 三级 is the worst. So nothing here carries a bare number: severity is
//! [`WarningLevel`], and each practice has its own way in and out.

use serde::{Deserialize, Serialize};

use crate::model::storm::{RainSignal, StormStandard};

/// Severity of a warning, mildest first, so that comparison orders by gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningLevel {
    /// Ⅳ, blue 蓝.
    Blue,
    /// Ⅲ, yellow 黄.
    Yellow,
    /// Ⅱ, orange 橙.
    Orange,
    /// Ⅰ, red 红, the worst.
    Red,
}

impl WarningLevel {
    /// All, mildest first.
    pub const ALL: [Self; 4] = [Self::Blue, Self::Yellow, Self::Orange, Self::Red];

    /// Its number in emergency plans: 1 (一级, red) is the worst, 4 the mildest.
    #[must_use]
    pub const fn plan_number(self) -> u8 {
        match self {
            Self::Blue => 4,
            Self::Yellow => 3,
            Self::Orange => 2,
            Self::Red => 1,
        }
    }

    /// From a number of an emergency plan, 1 (worst) to 4.
    #[must_use]
    pub fn from_plan_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.plan_number() == number)
    }

    /// From a number that rises with gravity, 1 (一级报警, the first alarm) to 4, as gas alarms and bridge over-limits
    /// count.
    #[must_use]
    pub fn from_alarm_stage(stage: u8) -> Option<Self> {
        Self::ALL.get(usize::from(stage).checked_sub(1)?).copied()
    }

    /// The key used in files and the API.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Yellow => "yellow",
            Self::Orange => "orange",
            Self::Red => "red",
        }
    }

    /// The Chinese term shown to people.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Blue => "蓝色",
            Self::Yellow => "黄色",
            Self::Orange => "橙色",
            Self::Red => "红色",
        }
    }
}

/// How well founded an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confidence {
    /// Stated in a source that was read.
    S,
    /// Recalled from the named standard: confirm before relying on it.
    R,
    /// Engineering default.
    E,
    /// Computed from a formula that is shown.
    C,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandardKind {
    /// A limit or design value.
    #[default]
    Threshold,
    /// The value at which a warning of a level is given.
    Warning,
    /// A time within which something has to be done.
    Clock,
}

/// On which side of its value an entry applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// At or above.
    #[default]
    Above,
    /// At or below.
    Below,
}

/// One entry of a standard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// Name, for example `water.service_pressure`; unique but for the levels of one warning.
    pub key: String,
    /// What it is; a threshold where nothing is said.
    #[serde(default)]
    pub kind: StandardKind,
    /// Level of a warning; no other kind has one.
    #[serde(default)]
    pub level: Option<WarningLevel>,
    /// On which side of the value it applies.
    #[serde(default)]
    pub side: Side,
    /// The value, finite.
    pub value: f64,
    /// Its unit, SI (`m`, `m3/s`, `s`, `1`).
    pub unit: String,
    /// Where it comes from.
    pub source: String,
    /// How well founded it is.
    pub confidence: Confidence,
    /// What it says, in Chinese.
    pub zh: String,
    /// What it says, in English.
    pub en: String,
}

/// All entries of a city, in the order of files and lines.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Standards {
    entries: Vec<Standard>,
    storms: Vec<StormStandard>,
    rain_signals: Vec<RainSignal>,
}

impl Standards {
    /// Adds an entry, or gives it back where its name (and level, for a warning) is taken.
    ///
    /// # Errors
    /// The entry itself, when it would be the second of its name and level.
    pub fn add(&mut self, entry: Standard) -> Result<(), Box<Standard>> {
        if self.entries.iter().any(|e| e.key == entry.key && e.level == entry.level) {
            return Err(Box::new(entry));
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Adds an intensity formula, or gives it back where its name is taken.
    ///
    /// # Errors
    /// The formula itself, when it would be the second of its name.
    pub fn add_storm(&mut self, storm: StormStandard) -> Result<(), Box<StormStandard>> {
        if self.storms.iter().any(|s| s.key == storm.key) {
            return Err(Box::new(storm));
        }
        self.storms.push(storm);
        Ok(())
    }

    /// Adds a level of the rain warning, or gives it back where the level is taken.
    ///
    /// # Errors
    /// The level itself, when it would stand there twice.
    pub fn add_rain_signal(&mut self, signal: RainSignal) -> Result<(), Box<RainSignal>> {
        if self.rain_signals.iter().any(|s| s.level == signal.level) {
            return Err(Box::new(signal));
        }
        self.rain_signals.push(signal);
        Ok(())
    }

    /// Intensity formulas, in the order of files and lines; the first is the city's own.
    #[must_use]
    pub fn storms(&self) -> &[StormStandard] {
        &self.storms
    }

    /// Levels of the rain warning.
    #[must_use]
    pub fn rain_signals(&self) -> &[RainSignal] {
        &self.rain_signals
    }

    /// All entries.
    #[must_use]
    pub fn entries(&self) -> &[Standard] {
        &self.entries
    }

    /// The threshold or clock with this name.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Standard> {
        self.entries.iter().find(|e| e.key == key && e.kind != StandardKind::Warning)
    }

    /// The value of a threshold or clock, if it is known and in the unit asked for.
    #[must_use]
    pub fn value(&self, key: &str, unit: &str) -> Option<f64> {
        self.get(key).filter(|e| e.unit == unit).map(|e| e.value)
    }

    /// The worst warning of this name that `value` reaches.
    #[must_use]
    pub fn warning(&self, key: &str, value: f64) -> Option<&Standard> {
        let reached = |e: &&Standard| match e.side {
            Side::Above => value >= e.value,
            Side::Below => value <= e.value,
        };
        let warnings = self.entries.iter().filter(|e| e.key == key && e.kind == StandardKind::Warning);
        warnings.filter(reached).max_by_key(|e| e.level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warning(level: WarningLevel, value: f64) -> Standard {
        Standard {
            key: "water.customers".to_owned(),
            kind: StandardKind::Warning,
            level: Some(level),
            side: Side::Above,
            value,
            unit: "1".to_owned(),
            source: "test".to_owned(),
            confidence: Confidence::E,
            zh: String::new(),
            en: String::new(),
        }
    }

    /// The two numberings meet at the colours and nowhere else.
    #[test]
    fn plans_count_down_and_alarms_count_up() {
        assert_eq!(WarningLevel::from_plan_number(1), Some(WarningLevel::Red));
        assert_eq!(WarningLevel::from_alarm_stage(1), Some(WarningLevel::Blue));
        assert_eq!(WarningLevel::from_alarm_stage(0), None);
        assert_eq!(WarningLevel::from_plan_number(5), None);
        assert!(WarningLevel::Red > WarningLevel::Blue);
    }

    /// The worst level reached counts, whatever the order in the file.
    #[test]
    fn the_worst_level_reached_counts() {
        let mut standards = Standards::default();
        for (level, value) in [(WarningLevel::Red, 5000.0), (WarningLevel::Blue, 500.0), (WarningLevel::Orange, 2000.0)]
        {
            standards.add(warning(level, value)).expect("each level once");
        }
        assert!(standards.add(warning(WarningLevel::Red, 1.0)).is_err());
        assert_eq!(standards.warning("water.customers", 499.0), None);
        assert_eq!(standards.warning("water.customers", 2500.0).and_then(|e| e.level), Some(WarningLevel::Orange));
        assert_eq!(standards.get("water.customers"), None);
    }
}
