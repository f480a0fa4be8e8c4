//! City folders: `city.toml` and what it names, read into a [`City`] with coded diagnostics.
//!
//! ```text
//! CITY/
//!   city.toml                name, coordinates, networks (see `Manifest` for every key)
//!   networks/water.inp       a network as EPANET writes it
//!   networks/drainage.inp    a network as SWMM writes it
//!   networks/gas.pp.json     a network as pandapipes writes it
//!   networks/streets.toml    the streets over it, or ground without sewers: a flood case (see `io::flood_case`)
//!   networks/water.assets.csv  its valves, hydrants, customers (see `io::assets_csv`)
//!   terrain.asc              ground elevation [m], ESRI ASCII grid
//!   points/*.csv             hospitals, schools … (see `points`)
//!   standards/*.toml         thresholds, warning levels, clocks (see `standards`)
//! ```

mod gas;
mod manifest;
mod network;
mod points;
mod standards;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use twin_physics::domain::Domain;

use crate::diagnostic::Diagnostics;
use crate::io::esri_ascii;
use crate::io::text::{self, Notes};
use crate::model::terrain::Terrain;
use crate::model::{City, CityNetwork};
use manifest::Manifest;

/// Codes of the findings about a city folder; those of its tables and grids stand with their readers.
pub mod codes {
    /// A file cannot be read.
    pub const FILE: &str = "CITY-101";
    /// Not TOML.
    pub const SYNTAX: &str = "CITY-102";
    /// A key that is not known.
    pub const UNKNOWN_KEY: &str = "CITY-103";
    /// A key that is missing.
    pub const MISSING_KEY: &str = "CITY-104";
    /// A value of the wrong type or not one of its words.
    pub const VALUE: &str = "CITY-105";
    /// A city without a network.
    pub const NO_NETWORK: &str = "CITY-106";
    /// Two networks of one name.
    pub const DUPLICATE_NETWORK: &str = "CITY-107";
    /// A name that cannot be part of an asset's id.
    pub const NAME: &str = "CITY-108";
    /// A path that leads out of the city folder.
    pub const OUTSIDE: &str = "CITY-109";
    /// A lifeline whose networks are not read yet.
    pub const DOMAIN: &str = "CITY-110";
    /// A network that has no positions.
    pub const NO_POSITIONS: &str = "CITY-111";
    /// Streets over a network that has none.
    pub const SURFACE: &str = "CITY-112";
    /// Two parts of a network that cannot be told apart by name.
    pub const TWINS: &str = "CITY-113";
    /// The terrain does not cover a network or point.
    pub const TERRAIN_COVER: &str = "CITY-144";
    /// A node stands far from the ground.
    pub const TERRAIN_HEIGHT: &str = "CITY-145";
}

/// Depth or height over ground beyond which a junction is taken to be on another datum than the terrain [m].
const FAR_FROM_GROUND_M: f64 = 30.0;

/// Reads a city from its folder, or from the `city.toml` in it. The city is `None` where any error was met.
#[must_use]
pub fn read(path: &Path) -> (Option<City>, Diagnostics) {
    let mut out = Diagnostics::default();
    let file = if path.is_dir() { path.join("city.toml") } else { path.to_path_buf() };
    let city = read_manifest(&file, &mut out).and_then(|(manifest, source)| {
        let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
        Reader { folder, file: file.display().to_string(), source, out: &mut out }.city(&manifest)
    });
    (city.filter(|_| !out.has_errors()), out)
}

/// A city of one network, read from its file alone: a gas network where it is a `.json` file, else a water network,
/// with `NET.assets.csv` beside it where there is one.
///
/// Name of the city is that of the file without its ending. The city is `None` where any error was met.
#[must_use]
pub fn from_network(path: &Path) -> (Option<City>, Diagnostics) {
    let mut out = Diagnostics::default();
    let of_gas = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let domain = if of_gas { Domain::Gas } else { Domain::Water };
    let stem = path.file_stem().map_or_else(|| domain.key().to_owned(), |s| s.to_string_lossy().into_owned());
    let water = if of_gas { None } else { network::read_water(path, None, &mut out) };
    let gas = if of_gas { gas::read(path, &mut out) } else { None };
    let city = (water.is_some() || gas.is_some()).then(|| {
        let network = CityNetwork {
            name: domain.key().to_owned(),
            domain,
            file: path.to_path_buf(),
            owner: String::new(),
            surface: None,
            water,
            drainage: None,
            gas,
        };
        City::of_networks(&stem, vec![network])
    });
    (city.filter(|_| !out.has_errors()), out)
}

fn read_manifest(file: &Path, out: &mut Diagnostics) -> Option<(Manifest, String)> {
    let source = text::read(file, codes::FILE, out)?;
    let shown = file.display().to_string();
    let manifest = manifest::read(&source, &mut Notes { file: &shown, out })?;
    Some((manifest, source))
}

struct Reader<'a> {
    folder: PathBuf,
    file: String,
    source: String,
    out: &'a mut Diagnostics,
}

/// A path of the manifest and where it stands.
type Named = toml::Spanned<String>;

impl Reader<'_> {
    fn city(&mut self, manifest: &Manifest) -> Option<City> {
        let networks = self.networks(manifest)?;
        let mut city = City::of_networks(&manifest.name_zh, networks);
        city.name_en.clone_from(&manifest.name_en);
        city.crs = manifest.crs;
        city.terrain = manifest.terrain.as_ref().and_then(|named| self.terrain(named)).map(Arc::new);
        for named in &manifest.points {
            let Some((path, text)) = self.open(named) else { continue };
            let mut notes = Notes { file: &path, out: self.out };
            points::read(&text, &mut city, &mut notes);
        }
        if let Some(named) = &manifest.standards {
            self.standards(named, &mut city);
        }
        self.check_terrain(manifest, &city);
        city.index();
        Some(city)
    }

    fn networks(&mut self, manifest: &Manifest) -> Option<Vec<CityNetwork>> {
        let mut names = BTreeSet::new();
        let mut networks = Vec::new();
        for entry in &manifest.network {
            let name = entry.name.get_ref();
            let line = text::line_of(&self.source, entry.name.span().start);
            if !names.insert(name.clone()) {
                let message = "two networks have this name".to_owned();
                self.notes().error(codes::DUPLICATE_NETWORK, line, name, message, "give each a name of its own");
                continue;
            }
            if !matches!(entry.domain, Domain::Water | Domain::Drainage | Domain::Gas | Domain::Surface) {
                let message = format!("networks of the domain {} are not read yet", entry.domain.key());
                let remedy = "leave it out; the domains read now are water, drainage, gas and surface";
                self.notes().error(codes::DOMAIN, line, name, message, remedy);
                continue;
            }
            let Some(file) = self.place(&entry.file) else { continue };
            let assets = match &entry.assets {
                Some(named) => match self.place(named) {
                    Some(path) => Some(path),
                    None => continue,
                },
                None => None,
            };
            let Some(surface) = self.surface(entry) else { continue };
            let gas = if entry.domain == Domain::Gas { gas::read(&file, self.out) } else { None };
            let (water, drainage) = if entry.domain == Domain::Water {
                (network::read_water(&file, assets.as_deref(), self.out), None)
            } else if entry.domain == Domain::Gas {
                (None, None)
            } else if entry.domain == Domain::Surface {
                (None, network::read_ground(&file, self.out))
            } else {
                let mut drainage = network::read_drainage(&file, self.out);
                if let (Some(drainage), Some(surface)) = (&mut drainage, &surface) {
                    network::read_surface(surface, drainage, self.out);
                }
                (None, drainage)
            };
            if water.is_none() && drainage.is_none() && gas.is_none() {
                continue;
            }
            networks.push(CityNetwork {
                name: name.clone(),
                domain: entry.domain,
                file,
                owner: entry.owner.clone(),
                surface,
                water,
                drainage,
                gas,
            });
        }
        (networks.len() == manifest.network.len()).then_some(networks)
    }

    /// The streets over a network, where it has any; nothing where they cannot be.
    #[allow(clippy::option_option)] // no surface, and no usable one
    fn surface(&mut self, entry: &manifest::NetworkEntry) -> Option<Option<PathBuf>> {
        let Some(named) = &entry.surface else { return Some(None) };
        if entry.domain != Domain::Drainage {
            let line = text::line_of(&self.source, named.span().start);
            let message = format!("a {} network has no streets over it", entry.domain.key());
            let remedy = "name the surface with the drainage network under it";
            self.notes().error(codes::SURFACE, line, named.get_ref(), message, remedy);
            return None;
        }
        self.place(named).map(Some)
    }

    fn notes(&mut self) -> Notes<'_> {
        Notes { file: &self.file, out: self.out }
    }

    /// The file a manifest names, which must exist inside the city folder; else an error at the line that names it.
    fn place(&mut self, named: &Named) -> Option<PathBuf> {
        let (name, line) = (named.get_ref(), text::line_of(&self.source, named.span().start));
        let relative = Path::new(name);
        if !relative.components().all(|c| matches!(c, std::path::Component::Normal(_) | std::path::Component::CurDir)) {
            let message = "leads out of the city folder".to_owned();
            self.notes().error(codes::OUTSIDE, line, name, message, "name a file inside it, relative to city.toml");
            return None;
        }
        let path = self.folder.join(relative);
        if !path.exists() {
            let folder = path.parent().unwrap_or(&self.folder);
            let beside = names_in(folder);
            let last = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let remedy = text::offer(&last, beside.iter().map(String::as_str), "add the file or leave the key out");
            self.notes().error(codes::FILE, line, name, "there is no such file".to_owned(), &remedy);
            return None;
        }
        Some(path)
    }

    fn open(&mut self, named: &Named) -> Option<(String, String)> {
        let path = self.place(named)?;
        let text = text::read(&path, codes::FILE, self.out)?;
        Some((path.display().to_string(), text))
    }

    fn terrain(&mut self, named: &Named) -> Option<Terrain> {
        let (path, text) = self.open(named)?;
        esri_ascii::read(&text, &mut Notes { file: &path, out: self.out })
    }

    fn standards(&mut self, named: &Named, city: &mut City) {
        let Some(folder) = self.place(named) else { return };
        let files: Vec<PathBuf> = if folder.is_dir() {
            let is_toml = |name: &&String| Path::new(name.as_str()).extension().is_some_and(|e| e == "toml");
            names_in(&folder).iter().filter(is_toml).map(|name| folder.join(name)).collect()
        } else {
            vec![folder]
        };
        for file in files {
            let Some(text) = text::read(&file, codes::FILE, self.out) else { continue };
            let shown = file.display().to_string();
            standards::read(&text, &mut city.standards, &mut Notes { file: &shown, out: self.out });
        }
    }

    /// Every node and point has to lie on the terrain, and junctions near its surface.
    fn check_terrain(&mut self, manifest: &Manifest, city: &City) {
        let (Some(terrain), Some(named)) = (&city.terrain, &manifest.terrain) else { return };
        let line = text::line_of(&self.source, named.span().start);
        for network in &city.networks {
            let Some(water) = &network.water else { continue };
            let (mut off, mut far) = (Vec::new(), Vec::new());
            for (node, position) in water.model.nodes.iter().zip(&water.coordinates) {
                let Some((x, y)) = *position else { continue };
                let junction = matches!(node.kind, twin_physics::domains::water::NodeKind::Junction(_));
                match terrain.elevation_m(x, y) {
                    None => off.push(node.id.as_str()),
                    Some(z) if junction && (z - node.elevation_m).abs() > FAR_FROM_GROUND_M => {
                        far.push(node.id.as_str());
                    }
                    Some(_) => {}
                }
            }
            if let Some(first) = off.first() {
                let message = format!("does not cover {} nodes of {}, the first is {first}", off.len(), network.name);
                let remedy = "give a larger grid, or check that both use the same coordinates";
                self.notes().error(codes::TERRAIN_COVER, line, named.get_ref(), message, remedy);
            }
            if let Some(first) = far.first() {
                let message = format!(
                    "{} junctions of {} are more than {FAR_FROM_GROUND_M} m from the ground, the first is {first}",
                    far.len(),
                    network.name
                );
                self.notes().warn(codes::TERRAIN_HEIGHT, line, named.get_ref(), message, "check the height datum");
            }
        }
        for point in city.points.iter().filter(|p| terrain.elevation_m(p.position.0, p.position.1).is_none()) {
            let message = format!("does not cover the point {}/{}", point.class, point.id);
            self.notes().error(codes::TERRAIN_COVER, line, named.get_ref(), message, "check the point's coordinates");
        }
    }
}

/// Names in a folder in order; none where it cannot be read.
fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names: BTreeSet<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.into_iter().collect()
}
