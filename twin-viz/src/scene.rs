//! What to draw: nodes and links round a local origin, and their marks for one quantity.

use std::collections::BTreeMap;

use twin_core::ids::{AssetIx, NetworkIx};
use twin_core::time::SimTime;
use twin_core::wire::{AssetInfo, Element, FrameReader, Health, Hello, Quality};

use crate::colour::{Ramp, Range};

/// The point all drawn coordinates are relative to, in the city's projected coordinates [m]. Coordinates stay `f64`
/// until it is taken off: an `f32` near 3,000,000 m is only good to a quarter of a metre.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Origin {
    /// East [m].
    pub east_m: f64,
    /// North [m].
    pub north_m: f64,
    /// Up [m].
    pub up_m: f64,
}

impl Origin {
    /// East, north and up from the origin [m].
    #[must_use]
    pub fn local(self, [east_m, north_m]: [f64; 2], up_m: f64) -> [f32; 3] {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what is left after the origin is taken off is drawn in f32"
        )]
        [east_m - self.east_m, north_m - self.north_m, up_m - self.up_m].map(|x| x as f32)
    }
}

/// A node to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneNode {
    /// The asset.
    pub asset: AssetIx,
    /// Where, from the origin: east, north, up [m].
    pub at_m: [f32; 3],
}

/// A link to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneLink {
    /// The asset.
    pub asset: AssetIx,
    /// Its line from first to second node, at least two points: east, north, up [m].
    pub line_m: Vec<[f32; 3]>,
}

/// How a value is drawn beside its colour, so that nothing is told by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Measured: plain.
    Solid,
    /// Computed: marked ≈ or in italics.
    Simulated,
    /// Forecast: with its band.
    Banded,
    /// Not renewed, or its network stands still: hatched.
    Hatched,
}

/// How one asset's value is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The value in SI.
    pub value: f64,
    /// sRGB, components 0 to 1.
    pub colour: [f32; 3],
    /// Its pattern.
    pub look: Look,
    /// Age of the value: simulation time less the instant it holds for; negative for a forecast [s].
    pub age_s: f64,
}

/// A network that is not being computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staleness {
    /// The network.
    pub network: NetworkIx,
    /// Since when.
    pub since: SimTime,
    /// Why.
    pub error: String,
}

/// The layout of a run, made once per topology.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// What coordinates are relative to.
    pub origin: Origin,
    /// Nodes and cells, in the order of the hello.
    pub nodes: Vec<SceneNode>,
    /// Links, in the order of the hello.
    pub links: Vec<SceneLink>,
    /// Assets that cannot be drawn because nobody knows where they are. They belong in a table beside the map.
    pub unplaced: Vec<AssetIx>,
}

impl Scene {
    /// Lays a topology out. The origin is the middle of what is placed, at its lowest elevation.
    ///
    /// A link without a line of its own runs straight between its ends.
    #[must_use]
    pub fn new(hello: &Hello) -> Self {
        let mut scene = Self { origin: origin(hello), nodes: Vec::new(), links: Vec::new(), unplaced: Vec::new() };
        for (at, asset) in hello.assets.iter().enumerate() {
            let ix = AssetIx::new(at);
            match asset.element {
                Element::Network => {}
                Element::Node | Element::Cell => match scene.point(asset) {
                    Some(at_m) => scene.nodes.push(SceneNode { asset: ix, at_m }),
                    None => scene.unplaced.push(ix),
                },
                Element::Link => match scene.line(hello, asset) {
                    Some(line_m) => scene.links.push(SceneLink { asset: ix, line_m }),
                    None => scene.unplaced.push(ix),
                },
            }
        }
        scene
    }

    /// A mark per asset for one quantity of one network, coloured over the range of its values, which is given back for
    /// the legend. Everything in a network that stands still is hatched, whatever its frame says.
    #[must_use]
    pub fn marks(
        reader: &FrameReader,
        network: NetworkIx,
        quantity: &str,
        ramp: Ramp,
    ) -> Option<(Range, BTreeMap<AssetIx, Mark>)> {
        let range = Range::of(reader.values(network, quantity).map(|(_, shown)| shown.value))?;
        let still = matches!(reader.health(network), Some(Health::Degraded { .. }));
        let mark = |(ix, shown): (AssetIx, twin_core::wire::Shown)| {
            let look = match shown.quality {
                _ if still => Look::Hatched,
                Quality::Measured => Look::Solid,
                Quality::Computed => Look::Simulated,
                Quality::Forecast => Look::Banded,
                Quality::Stale => Look::Hatched,
            };
            let age_s = reader.time().seconds_since(shown.as_of);
            (ix, Mark { value: shown.value, colour: ramp.at(range.fraction(shown.value)), look, age_s })
        };
        Some((range, reader.values(network, quantity).map(mark).collect()))
    }

    /// Networks that stand still, for the banner above the map.
    #[must_use]
    pub fn staleness(reader: &FrameReader) -> Vec<Staleness> {
        let networks = (0..reader.hello().networks.len()).map(NetworkIx::new);
        networks
            .filter_map(|network| match reader.health(network)? {
                Health::Ok => None,
                Health::Degraded { since, error } => Some(Staleness { network, since: *since, error: error.clone() }),
            })
            .collect()
    }

    fn point(&self, asset: &AssetInfo) -> Option<[f32; 3]> {
        let place = asset.line_m.first()?;
        Some(self.origin.local(*place, asset.elevation_m.unwrap_or(self.origin.up_m)))
    }

    fn line(&self, hello: &Hello, link: &AssetInfo) -> Option<Vec<[f32; 3]>> {
        let ends = link.ends.map(|ends| ends.map(|end| &hello.assets[end.at()]));
        let up = |end: usize| ends.and_then(|e| e[end].elevation_m).or(link.elevation_m).unwrap_or(self.origin.up_m);
        if link.line_m.len() < 2 {
            let [first, second] = ends?;
            return Some(vec![self.point(first)?, self.point(second)?]);
        }
        let lengths = lengths(&link.line_m);
        let whole = lengths.last().copied().filter(|l| *l > 0.0).unwrap_or(1.0);
        let (from, to) = (up(0), up(1));
        Some(
            link.line_m
                .iter()
                .zip(lengths)
                .map(|(p, l)| self.origin.local(*p, from + (to - from) * l / whole))
                .collect(),
        )
    }
}

/// Length of a line up to each of its points [m].
fn lengths(line_m: &[[f64; 2]]) -> Vec<f64> {
    let mut sum = 0.0;
    let steps = line_m.windows(2).map(|w| {
        sum += (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1]);
        sum
    });
    std::iter::once(0.0).chain(steps).collect()
}

fn origin(hello: &Hello) -> Origin {
    let points = || hello.assets.iter().flat_map(|a| &a.line_m);
    let middle = |axis: usize| Range::of(points().map(|p| p[axis])).map_or(0.0, |r| r.min + (r.max - r.min) / 2.0);
    let up_m = Range::of(hello.assets.iter().filter_map(|a| a.elevation_m)).map_or(0.0, |r| r.min);
    Origin { east_m: middle(0), north_m: middle(1), up_m }
}

#[cfg(test)]
mod tests {
    use twin_core::ids::AssetId;
    use twin_core::wire::{Layer, Mode, NetworkHealth, NetworkInfo, Picture, Sequencer, WIRE_VERSION};

    use super::*;

    const NET: NetworkIx = NetworkIx(0);

    fn asset(name: &str, element: Element, line_m: &[[f64; 2]], elevation_m: Option<f64>) -> AssetInfo {
        AssetInfo {
            id: AssetId::new("north", "x", name),
            network: NET,
            element,
            line_m: line_m.to_vec(),
            elevation_m,
            ends: (element == Element::Link).then_some([AssetIx(0), AssetIx(1)]),
            attributes: BTreeMap::new(),
        }
    }

    /// Two nodes 0.1 m apart, far from the zero of the projection; a straight link, a bent one, a node nobody placed.
    fn hello() -> Hello {
        let (a, b) = ([500_000.0, 3_400_000.0], [500_000.1, 3_400_000.0]);
        Hello {
            version: WIRE_VERSION,
            run: "r".to_owned(),
            start: "2026-07-01T08:00:00+08:00".to_owned(),
            networks: vec![NetworkInfo { name: "north".to_owned(), domain: "water".to_owned() }],
            assets: vec![
                asset("a", Element::Node, &[a], Some(10.0)),
                asset("b", Element::Node, &[b], Some(12.0)),
                asset("ab", Element::Link, &[], None),
                asset("bent", Element::Link, &[a, [500_000.05, 3_400_000.0], b], None),
                asset("lost", Element::Node, &[], None),
            ],
            content_hash: String::new(),
        }
    }

    fn reader(health: Health) -> FrameReader {
        let layer = |quality, ix, value, as_of| Layer {
            network: NET,
            quantity: "pressure_head".to_owned(),
            unit: "m".to_owned(),
            quality,
            as_of: SimTime::from_millis(as_of),
            indices: vec![AssetIx(ix)],
            values: vec![value],
        };
        let mut reader = FrameReader::new(hello()).expect("sound");
        let picture = Picture {
            tick: 6,
            time: SimTime::from_millis(60_000),
            mode: Mode::Live,
            layers: vec![layer(Quality::Computed, 0, 30.0, 60_000), layer(Quality::Stale, 1, 20.0, 0)],
            events: Vec::new(),
            health: vec![NetworkHealth { network: NET, health }],
        };
        reader.accept(Sequencer::new("r").frame(picture)).expect("sound");
        reader
    }

    /// A decimetre stays a decimetre at 3,400 km from the projection's zero, where `f32` alone would lose it.
    #[test]
    fn the_local_origin_keeps_a_decimetre() {
        let scene = Scene::new(&hello());
        let east = scene.nodes[1].at_m[0] - scene.nodes[0].at_m[0];
        assert!((east - 0.1).abs() < 1e-6, "{east}");
        assert_eq!(scene.nodes[1].at_m[2] - scene.nodes[0].at_m[2], 2.0);
        assert_eq!(scene.unplaced, [AssetIx(4)]);
    }

    /// A link without a line joins its ends, a bent one rises along its length.
    #[test]
    fn links_join_their_ends() {
        let scene = Scene::new(&hello());
        assert_eq!(scene.links[0].line_m, [scene.nodes[0].at_m, scene.nodes[1].at_m]);
        let bent = &scene.links[1].line_m;
        assert_eq!(bent.len(), 3);
        assert!((bent[1][2] - 1.0).abs() < 1e-4, "{bent:?}");
    }

    /// Colour follows the value, the pattern its quality, and the age is said.
    #[test]
    fn a_stale_value_is_hatched_and_old() {
        let ramp = Ramp::CIVIDIS;
        let (range, marks) = Scene::marks(&reader(Health::Ok), NET, "pressure_head", ramp).expect("values");
        assert_eq!(range, Range { min: 20.0, max: 30.0 });
        let (fresh, old) = (marks[&AssetIx(0)], marks[&AssetIx(1)]);
        assert_eq!((fresh.look, fresh.age_s, fresh.colour), (Look::Simulated, 0.0, ramp.at(1.0)));
        assert_eq!((old.look, old.age_s, old.colour), (Look::Hatched, 60.0, ramp.at(0.0)));
        assert!(Scene::marks(&reader(Health::Ok), NET, "temperature", ramp).is_none());
    }

    /// In a network that stands still every value is hatched, and the reason is there to be shown.
    #[test]
    fn a_network_that_stands_still_is_hatched_whole() {
        let since = SimTime::from_millis(50_000);
        let reader = reader(Health::Degraded { since, error: "not converged".to_owned() });
        let (_, marks) = Scene::marks(&reader, NET, "pressure_head", Ramp::CIVIDIS).expect("values");
        assert!(marks.values().all(|m| m.look == Look::Hatched));
        assert_eq!(Scene::staleness(&reader), [Staleness { network: NET, since, error: "not converged".to_owned() }]);
    }
}
