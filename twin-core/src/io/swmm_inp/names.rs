//! First look at a deck: which objects there are. Rows may then name what stands below them, as SWMM allows.

use std::collections::BTreeMap;

use super::lex;
use super::section::Section;

/// What has names of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Gage,
    Subcatchment,
    Aquifer,
    Snowpack,
    Node,
    Link,
    Transect,
    Street,
    Inlet,
    Lid,
    Pollutant,
    Landuse,
    Pattern,
    Curve,
    Series,
    UnitHydrograph,
    Variable,
    Expression,
    Rule,
}

impl Class {
    const COUNT: usize = 19;

    /// The word for it, and where it is given.
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Gage => ("gauge", "[RAINGAGES]"),
            Self::Subcatchment => ("subcatchment", "[SUBCATCHMENTS]"),
            Self::Aquifer => ("aquifer", "[AQUIFERS]"),
            Self::Snowpack => ("snow pack", "[SNOWPACKS]"),
            Self::Node => ("node", "[JUNCTIONS], [OUTFALLS], [DIVIDERS] or [STORAGE]"),
            Self::Link => ("link", "[CONDUITS], [PUMPS], [ORIFICES], [WEIRS] or [OUTLETS]"),
            Self::Transect => ("transect", "[TRANSECTS]"),
            Self::Street => ("street", "[STREETS]"),
            Self::Inlet => ("inlet", "[INLETS]"),
            Self::Lid => ("LID control", "[LID_CONTROLS]"),
            Self::Pollutant => ("pollutant", "[POLLUTANTS]"),
            Self::Landuse => ("land use", "[LANDUSES]"),
            Self::Pattern => ("pattern", "[PATTERNS]"),
            Self::Curve => ("curve", "[CURVES]"),
            Self::Series => ("time series", "[TIMESERIES]"),
            Self::UnitHydrograph => ("unit hydrograph", "[HYDROGRAPHS]"),
            Self::Variable => ("variable", "[CONTROLS]"),
            Self::Expression => ("expression", "[CONTROLS]"),
            Self::Rule => ("rule", "[CONTROLS]"),
        }
    }
}

/// Places of names; letters of either case are one name.
#[derive(Default)]
pub(super) struct Names {
    tables: [BTreeMap<String, (usize, u32)>; Class::COUNT],
    counts: [usize; Class::COUNT],
}

/// A name given twice: class, line, line of the first.
pub(super) type Twice = (Class, u32, u32);

/// How a section introduces names.
fn introduces(section: Section) -> Option<(Class, bool)> {
    Some(match section {
        Section::Raingages => (Class::Gage, false),
        Section::Subcatchments => (Class::Subcatchment, false),
        Section::Aquifers => (Class::Aquifer, false),
        Section::Snowpacks => (Class::Snowpack, true),
        Section::Junctions | Section::Outfalls | Section::Dividers | Section::Storage => (Class::Node, false),
        Section::Conduits | Section::Pumps | Section::Orifices | Section::Weirs | Section::Outlets => {
            (Class::Link, false)
        }
        Section::Transects => (Class::Transect, false),
        Section::Streets => (Class::Street, false),
        Section::Inlets => (Class::Inlet, true),
        Section::LidControls => (Class::Lid, true),
        Section::Pollutants => (Class::Pollutant, false),
        Section::Landuses => (Class::Landuse, false),
        Section::Patterns => (Class::Pattern, true),
        Section::Curves => (Class::Curve, true),
        Section::Timeseries => (Class::Series, true),
        Section::Hydrographs => (Class::UnitHydrograph, true),
        Section::Controls => (Class::Rule, false),
        _ => return None,
    })
}

impl Names {
    /// Adds the name a row introduces; answers where it was introduced before, if it must not be again.
    pub(super) fn meet(&mut self, section: Section, t: &[&str], line: u32) -> Option<Twice> {
        let (mut class, many) = introduces(section)?;
        let mut name = *t.first()?;
        if section == Section::Transects {
            if !lex::is(name, "X1") {
                return None;
            }
            name = t.get(1)?;
        } else if section == Section::Controls {
            class = match () {
                () if lex::is(name, "RULE") => Class::Rule,
                () if lex::is(name, "VARIABLE") => Class::Variable,
                () if lex::is(name, "EXPRESSION") => Class::Expression,
                () => return None,
            };
            name = t.get(1)?;
        }
        let at = &mut self.counts[class as usize];
        let table = &mut self.tables[class as usize];
        let key = name.to_ascii_uppercase();
        if let Some((_, first)) = table.get(&key) {
            if many {
                return None;
            }
            *at += 1;
            return Some((class, line, *first));
        }
        table.insert(key, (*at, line));
        *at += 1;
        None
    }

    /// The place of a name.
    pub(super) fn find(&self, class: Class, name: &str) -> Option<usize> {
        let table = &self.tables[class as usize];
        // Most names have no small letters: no copy is made then.
        let at = if name.bytes().any(|b| b.is_ascii_lowercase()) {
            table.get(&name.to_ascii_uppercase())
        } else {
            table.get(name)
        };
        at.map(|(at, _)| *at)
    }

    /// All names of a class, in capitals.
    pub(super) fn all(&self, class: Class) -> impl Iterator<Item = &str> {
        self.tables[class as usize].keys().map(String::as_str)
    }
}
