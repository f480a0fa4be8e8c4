//! Flood cases of our own making: the Environment Agency's tests 1, 2 and 4 of two-dimensional models, rebuilt from
//! what was published of them, and a dam that breaks in a loess valley.
//!
//! *Source:* S. Néelz and G. Pender, Benchmarking the latest generation of 2D hydraulic modelling packages, Environment
//! Agency, report SC120002, 2013, §§ 4.2, 4.3, 4.5; the same, SC080035/R2, 2010. The agency's elevation and inflow
//! files are not used. Each case says what was published and what is chosen here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A flood case: ground, case file and the files it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Cells along x and y.
    pub size: [usize; 2],
    /// Side of a cell [m].
    pub cell_m: f64,
    /// Ground, row by row from the south [m].
    pub bed_m: Vec<f64>,
    /// Decimals the ground is written with; none = all there are.
    pub decimals: Option<usize>,
    /// The case file.
    pub toml: String,
    /// Name and text of what it names besides the ground.
    pub files: Vec<(&'static str, String)>,
}

impl Case {
    /// Ground that is the same formula at every resolution: each cell is the mean of `fine`² points of it.
    fn of(size_m: [f64; 2], cell_m: f64, fine: usize, bed: impl Fn(f64, f64) -> f64) -> Self {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few hundred cells
        let size = size_m.map(|m| (m / cell_m).round() as usize);
        let at = |cell: usize, k: usize| (cell as f64 + (k as f64 + 0.5) / fine as f64) * cell_m;
        let points = |i: usize, j: usize| (0..fine * fine).map(move |k| (at(i, k % fine), at(j, k / fine)));
        let mean = |i, j| points(i, j).map(|(x, y)| bed(x, y)).sum::<f64>() / (fine * fine) as f64;
        let bed_m = (0..size[1]).flat_map(|j| (0..size[0]).map(move |i| (i, j))).map(|(i, j)| mean(i, j)).collect();
        Self { size, cell_m, bed_m, decimals: None, toml: String::new(), files: Vec::new() }
    }

    /// The ground as an ESRI ASCII grid.
    #[must_use]
    pub fn ground(&self) -> String {
        self.grid(&self.bed_m)
    }

    fn grid(&self, from_south: &[f64]) -> String {
        let [columns, rows] = self.size;
        let mut text = format!("ncols {columns}\nnrows {rows}\nxllcorner 0\nyllcorner 0\ncellsize {}\n", self.cell_m);
        for row in from_south.chunks(columns).rev() {
            for (i, z) in row.iter().enumerate() {
                let gap = if i == 0 { "" } else { " " };
                // Writing into a string cannot fail.
                let _ = match self.decimals {
                    Some(n) => write!(text, "{gap}{z:.n$}"),
                    None => write!(text, "{gap}{z}"),
                };
            }
            text.push('\n');
        }
        text
    }

    /// Writes the case into a folder that exists; the case file's path.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> std::io::Result<PathBuf> {
        std::fs::write(folder.join("dem.asc"), self.ground())?;
        for (name, text) in &self.files {
            std::fs::write(folder.join(name), text)?;
        }
        let path = folder.join("CASE.toml");
        std::fs::write(&path, &self.toml)?;
        Ok(path)
    }
}

fn series(rows: &[[f64; 2]]) -> String {
    rows.iter().fold("t_s,value\n".to_owned(), |text, [t, v]| format!("{text}{t},{v}\n"))
}

fn gauges(places: &[(String, f64, f64)]) -> String {
    places
        .iter()
        .fold(String::new(), |text, (id, x, y)| text + &format!("[[gauge]]\nid = \"{id}\"\nx = {x}\ny = {y}\n"))
}

/// The sill of test 1 [m].
pub const SILL_M: f64 = 10.25;

/// Test 1, flooding a disconnected water body: the water at the western edge rises over a sill, fills the ground behind
/// it, and falls; what stays behind stands at the sill.
///
/// Published: 700 m × 100 m, level 9.7 m at the start and along the western edge, raised to 10.35 m for as long as it
/// takes to become level everywhere, then lowered again; sill 10.25 m, n = 0.03, 10 m cells, 20 h; levels at (400, 50)
/// and (600, 50). Chosen here: the profile between west and sill and behind it, the level's times. The crest is flat
/// over 20 m so that it is the same at all resolutions.
#[must_use]
pub fn disconnected(cell_m: f64, how: &str) -> Case {
    let points = [[0.0, 9.6], [290.0, SILL_M], [310.0, SILL_M], [450.0, 9.7], [550.0, 9.7], [700.0, 10.0]];
    let profile = |x: f64| {
        let k = points.iter().take_while(|p| p[0] <= x).count().clamp(1, points.len() - 1);
        let ([x0, z0], [x1, z1]) = (points[k - 1], points[k]);
        z0 + (z1 - z0) * (x - x0) / (x1 - x0)
    };
    let level = series(&[[0.0, 9.7], [3600.0, 10.35], [39_600.0, 10.35], [43_200.0, 9.7]]);
    let places = [("1".to_owned(), 400.0, 50.0), ("2".to_owned(), 600.0, 50.0)];
    let toml = format!(
        "dem = \"dem.asc\"\nfriction = {{ manning = 0.03 }}\nduration_s = 72000\ngauge_every_s = 300\n{how}\
         initial = {{ level_m = 9.7 }}\n[[boundary]]\nedge = \"west\"\nkind = \"level\"\nseries = \"level.csv\"\n{}",
        gauges(&places)
    );
    Case { toml, files: vec![("level.csv", level)], ..Case::of([700.0, 100.0], cell_m, 4, |x, _| profile(x)) }
}

/// Water that test 2 is given [m³].
pub const DEPRESSIONS_M3: f64 = 97_200.0;

/// Test 2, filling of floodplain depressions: 4 × 4 of them on a slope, water enters at the north-western corner.
///
/// Published: 2 km × 2 km, depressions of about 0.5 m from a product of sinusoids, on slopes of 1:1500 from north to
/// south and 1:3000 from west to east; inflow along 100 m of the western edge from the corner, 20 m³/s at its peak over
/// about 85 min, 97 200 m³; n = 0.03, 20 m cells, 48 h; depths at the centres, numbered northwards from the
/// south-western one, then eastwards; all other edges closed. Chosen here: the sinusoids are sin² of half the
/// frequency, so that ridges lie on the slope and the depressions 0.5 m below it ("flattened egg box"); a trapezoid of
/// the published volume.
#[must_use]
pub fn depressions(cell_m: f64, hours: f64, how: &str) -> Case {
    let wave = |x: f64| (std::f64::consts::PI * x / 500.0).sin().powi(2);
    let bed = |x: f64, y: f64| 9.0 + y / 1500.0 + (2000.0 - x) / 3000.0 - 0.5 * wave(x) * wave(y);
    let flow = series(&[[0.0, 0.0], [300.0, 20.0], [4620.0, 20.0], [5400.0, 0.0]]);
    let place = |k: usize| ((k + 1).to_string(), 250.0 + 500.0 * (k / 4) as f64, 250.0 + 500.0 * (k % 4) as f64);
    let places: Vec<_> = (0..16).map(place).collect();
    let toml = format!(
        "dem = \"dem.asc\"\nfriction = {{ manning = 0.03 }}\nduration_s = {}\noutput_every_s = 21600\n\
         gauge_every_s = 600\n{how}[[boundary]]\nedge = \"west\"\nfrom_m = 1900\nto_m = 2000\nkind = \"flow\"\n\
         series = \"inflow.csv\"\n{}",
        hours * 3600.0,
        gauges(&places)
    );
    Case { toml, files: vec![("inflow.csv", flow)], ..Case::of([2000.0, 2000.0], cell_m, 4, bed) }
}

/// Test 2 on its published grid, for a person to run; the ground to a millimetre.
#[must_use]
pub fn example() -> Case {
    let case = depressions(20.0, 48.0, "scheme = \"hllc1\"\nprecision = \"f32\"\n");
    let toml = format!("# Environment Agency test 2, rebuilt: see SOURCE.md.\n{}", case.toml);
    Case { decimals: Some(3), toml, ..case }
}

/// Water that test 4 is given [m³].
pub const PLAIN_M3: f64 = 285_000.0;

/// Test 4, speed of flood propagation over an extended floodplain: a breach in the middle of the western edge of a
/// flat.
///
/// Published: 1 km × 2 km at level 0, inflow along 20 m of the western edge, 20 m³/s at its peak over 5 h, 285 000 m³,
/// n = 0.05, 5 m cells, 5 h, other edges closed; points (50…400, 1000) and (300, 1300). Chosen here: a trapezoid of the
/// published volume. Its rise, an hour, is read off a figure.
#[must_use]
pub fn plain(cell_m: f64, hours: f64, how: &str) -> Case {
    let flow = series(&[[0.0, 0.0], [3600.0, 20.0], [14_100.0, 20.0], [18_000.0, 0.0]]);
    let half = 0.5 * cell_m;
    // On the axis north and south of the middle are cells alike; the northern one is taken.
    let axis = [50.0, 100.0, 200.0, 300.0, 400.0].map(|x| (x, 1000.0 + half));
    let all: Vec<_> = axis.into_iter().chain([(300.0, 1300.0)]).enumerate().collect();
    let places: Vec<_> = all.into_iter().map(|(k, (x, y))| ((k + 1).to_string(), x, y)).collect();
    let toml = format!(
        "dem = \"dem.asc\"\nfriction = {{ manning = 0.05 }}\nduration_s = {}\noutput_every_s = 3600\n\
         gauge_every_s = 60\n{how}[[boundary]]\nedge = \"west\"\nfrom_m = 990\nto_m = 1010\nkind = \"flow\"\n\
         series = \"inflow.csv\"\n{}",
        hours * 3600.0,
        gauges(&places)
    );
    Case { toml, files: vec![("inflow.csv", flow)], ..Case::of([1000.0, 2000.0], cell_m, 1, |_, _| 0.0) }
}

/// Where the dam of [`valley`] stands [m].
pub const DAM_M: f64 = 800.0;
/// Full storage level of its reservoir [m].
pub const FULL_M: f64 = 140.5;

/// The line of a valley's bed [m].
#[must_use]
pub fn thalweg(x: f64) -> f64 {
    320.0 + 90.0 * (x / 260.0).sin()
}

/// A winding loess valley 4 km long that falls 10 m per km, U-shaped between steep walls, with humps and hollows by
/// chance; a reservoir 8.5 m deep behind a dam that is gone at time 0, or breaches. Free outflow in the east.
#[must_use]
pub fn valley(cell_m: f64, seed: u64, breach: bool, how: &str) -> Case {
    let noise = Noise::new(seed);
    let bed = |x: f64, y: f64| {
        let off = ((y - thalweg(x)).abs() - 35.0).max(0.0);
        // Loess stands steeply: from the flat floor up to a shoulder 25 m above it.
        let wall = 25.0 * (1.0 - (-(off / 110.0).powi(2)).exp()) + 0.01 * off;
        140.0 - 0.01 * x + wall + 0.35 * noise.at(x / 80.0, y / 80.0)
    };
    let mut case = Case::of([4000.0, 640.0], cell_m, 4, bed);
    let centre = |cell: usize| ((cell % case.size[0]) as f64 + 0.5) * cell_m;
    let depth = |(cell, z): (usize, &f64)| if centre(cell) < DAM_M { (FULL_M - z).max(0.0) } else { 0.0 };
    let depths: Vec<f64> = case.bed_m.iter().enumerate().map(depth).collect();
    case.files = vec![("depth.asc", case.grid(&depths))];
    let dam = if breach {
        "[[breach]]\nid = \"dam\"\nline = [[800, 0], [800, 640]]\ncrest = 141\ntrigger = { time_s = 60 }\n\
         growth = { kind = \"linear\", duration_s = 300 }\n"
    } else {
        ""
    };
    let places: Vec<_> = GAUGES_M.iter().enumerate().map(|(k, &x)| (format!("g{}", k + 1), x, thalweg(x))).collect();
    case.toml = format!(
        "dem = \"dem.asc\"\nfriction = {{ manning = 0.04 }}\nduration_s = 1500\noutput_every_s = 300\n\
         gauge_every_s = 10\n{how}initial = {{ depth = \"depth.asc\" }}\n\
         [[boundary]]\nedge = \"east\"\nkind = \"free\"\n{dam}{}",
        gauges(&places)
    );
    case
}

/// Where the valley's gauges stand along it [m].
pub const GAUGES_M: [f64; 5] = [1180.0, 1740.0, 2340.0, 2940.0, 3540.0];

/// Values by chance between −1 and 1 at the corners of a lattice, smooth between them.
struct Noise {
    corners: Vec<f64>,
}

const LATTICE: usize = 64;

impl Noise {
    fn new(seed: u64) -> Self {
        Self { corners: (0..(LATTICE * LATTICE) as u64).map(|k| 2.0 * unit(seed, k) - 1.0).collect() }
    }

    fn at(&self, x: f64, y: f64) -> f64 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the lattice
        let (i, j) = (x.floor() as usize % (LATTICE - 1), y.floor() as usize % (LATTICE - 1));
        let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
        let (u, v) = (smooth(x - x.floor()), smooth(y - y.floor()));
        let corner = |di: usize, dj: usize| self.corners[(j + dj) * LATTICE + i + di];
        let south = corner(0, 0) + u * (corner(1, 0) - corner(0, 0));
        let north = corner(0, 1) + u * (corner(1, 1) - corner(0, 1));
        south + v * (north - south)
    }
}

/// Draw `k` of a seed, from 0 to 1.
///
/// *Source:* G. L. Steele, D. Lea and C. H. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014, § 5.
fn unit(seed: u64, k: u64) -> f64 {
    let mut z = seed.wrapping_add((k + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
