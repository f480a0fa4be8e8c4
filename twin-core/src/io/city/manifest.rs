//! `city.toml`.

use serde::Deserialize;
use toml::Spanned;
use twin_physics::domain::Domain;

use super::codes;
use crate::io::text::{Notes, line_of};
use crate::io::toml_text::{self, TomlCodes};

/// Every key of `city.toml`. Paths are relative to it and lead nowhere outside its folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `name_zh`: name in Chinese.
    pub name_zh: String,
    /// `name_en`: name in English.
    pub name_en: String,
    /// `crs`: EPSG code of all coordinates, which must be in metres, for example 4545 (CGCS2000, 3-degree zone,
    /// 108° E); absent where they are a drawing's own.
    pub crs: Option<u32>,
    /// `terrain`: ground elevation [m] as an ESRI ASCII grid.
    pub terrain: Option<Spanned<String>>,
    /// `points`: tables of point assets.
    #[serde(default)]
    pub points: Vec<Spanned<String>>,
    /// `standards`: a folder of TOML files, or one such file.
    pub standards: Option<Spanned<String>>,
    /// `[[network]]`: the networks, at least one.
    #[serde(default)]
    pub network: Vec<NetworkEntry>,
}

/// Every key of `[[network]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkEntry {
    /// `name`: unique in the city, the first part of its assets' ids; letters, digits, `-`, `_` and `.`.
    pub name: Spanned<String>,
    /// `domain`: its lifeline, for example `water`.
    pub domain: Domain,
    /// `file`: its physics; an EPANET `.inp` for water, a SWMM `.inp` for drainage, a pandapipes `.json` for gas, a
    /// flood case for a surface.
    pub file: Spanned<String>,
    /// `owner`: unit that owns it (权属单位).
    #[serde(default)]
    pub owner: String,
    /// `surface`: the streets over a drainage network, a flood case with `[sewers]`.
    pub surface: Option<Spanned<String>>,
    /// `assets`: its table of valves, hydrants and customers; `NET.assets.csv` beside the file where not given.
    pub assets: Option<Spanned<String>>,
}

const CODES: TomlCodes = TomlCodes {
    syntax: codes::SYNTAX,
    unknown_key: codes::UNKNOWN_KEY,
    missing_key: codes::MISSING_KEY,
    value: codes::VALUE,
};
/// EPSG codes of coordinate systems lie in this range.
const EPSG: std::ops::RangeInclusive<u32> = 1024..=32767;

/// Reads and checks the manifest, or notes what is wrong with it.
pub fn read(text: &str, notes: &mut Notes<'_>) -> Option<Manifest> {
    let manifest: Manifest = toml_text::read(text, CODES, notes)?;
    let mut sound = true;
    if manifest.network.is_empty() {
        let message = "the city has no network".to_owned();
        notes.error(codes::NO_NETWORK, 0, "network", message, "add [[network]] with name, domain and file");
        sound = false;
    }
    for entry in &manifest.network {
        let name = entry.name.get_ref();
        let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            let line = line_of(text, entry.name.span().start);
            let message = format!("`{name}` cannot be the name of a network");
            notes.error(codes::NAME, line, "name", message, "use letters, digits, -, _ and .");
            sound = false;
        }
    }
    if let Some(crs) = manifest.crs.filter(|crs| !EPSG.contains(crs)) {
        let line = text.lines().position(|l| l.trim_start().starts_with("crs")).map_or(0, |at| at + 1);
        notes.error(codes::VALUE, line, "crs", format!("{crs} is not an EPSG code"), "give a code from 1024 to 32767");
        sound = false;
    }
    sound.then_some(manifest)
}
