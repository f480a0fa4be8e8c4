//! What a flood run leaves in its folder.
//!
//! `gauges.csv`, `underpasses.csv` and `check_dams.csv` where there are any, `depth_<t>`, the last velocities `u_<t>`
//! and `v_<t>`, `max_depth`, `max_velocity`, `max_hazard`, `arrival_s`, `flooded_s` as rasters, `max_depth.png` and
//! `depth_bands.geojson`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use twin_physics::kernels::surface::record::Record;

use crate::io::flood_case::{FloodCase, RasterFormat};
use crate::io::raster::{self, Raster, bands, picture};

/// One row of one gauge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GaugeRow {
    /// Model time [s].
    pub t_s: f64,
    /// Depth [m].
    pub depth_m: f64,
    /// Level [m].
    pub level_m: f64,
    /// Velocity along x [m/s].
    pub u_ms: f64,
    /// Velocity along y [m/s].
    pub v_ms: f64,
}

/// One row of one underpass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnderpassRow {
    /// Depth over the floor [m].
    pub depth_m: f64,
    /// What is inside [m³].
    pub volume_m3: f64,
    /// What came in from the street since the start [m³].
    pub entered_m3: f64,
    /// What went back to the street since the start [m³].
    pub left_m3: f64,
    /// What was pumped away since the start [m³].
    pub pumped_m3: f64,
}

/// One row of one check dam.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DamRow {
    /// Level of the water behind it [m].
    pub level_m: f64,
    /// What stands behind it [m³].
    pub volume_m3: f64,
    /// What came in since the start, from outside and from dams above it [m³].
    pub entered_m3: f64,
    /// What went out since the start [m³].
    pub left_m3: f64,
    /// Greatest outflow since the start [m³/s].
    pub peak_m3s: f64,
    /// Width of its breach [m].
    pub breach_width_m: f64,
}

/// The folder of a run.
pub struct FloodFiles<'a> {
    case: &'a FloodCase,
    folder: PathBuf,
    gauges: BufWriter<File>,
    underpasses: Option<BufWriter<File>>,
    dams: Option<BufWriter<File>>,
}

impl<'a> FloodFiles<'a> {
    /// Begins the files in a folder that exists.
    ///
    /// # Errors
    /// When a file cannot be made.
    pub fn create(case: &'a FloodCase, folder: &Path) -> io::Result<Self> {
        let mut gauges = BufWriter::new(File::create(folder.join("gauges.csv"))?);
        writeln!(gauges, "t_s,id,depth_m,level_m,u_ms,v_ms")?;
        let table = |ids: &[String], name: &str, header: &str| {
            if ids.is_empty() {
                return Ok(None);
            }
            let mut file = BufWriter::new(File::create(folder.join(name))?);
            writeln!(file, "{header}").map(|()| Some(file))
        };
        let header = "t_s,id,depth_m,volume_m3,entered_m3,left_m3,pumped_m3";
        let underpasses = table(&case.underpass_ids, "underpasses.csv", header)?;
        let header = "t_s,id,level_m,volume_m3,entered_m3,left_m3,peak_m3s,breach_width_m";
        let dams = table(&case.dam_ids, "check_dams.csv", header)?;
        Ok(Self { case, folder: folder.to_owned(), gauges, underpasses, dams })
    }

    /// Adds a row for every gauge, in their order.
    ///
    /// # Errors
    /// Those of the file.
    pub fn gauges(&mut self, rows: &[GaugeRow]) -> io::Result<()> {
        for (gauge, r) in self.case.gauges.iter().zip(rows) {
            writeln!(self.gauges, "{},{},{},{},{},{}", r.t_s, gauge.id, r.depth_m, r.level_m, r.u_ms, r.v_ms)?;
        }
        Ok(())
    }

    /// Adds a row for every underpass, in their order, at model time `t_s`.
    ///
    /// # Errors
    /// Those of the file.
    pub fn underpasses(&mut self, t_s: f64, rows: &[UnderpassRow]) -> io::Result<()> {
        let Some(file) = &mut self.underpasses else { return Ok(()) };
        for (id, r) in self.case.underpass_ids.iter().zip(rows) {
            let (depth, volume, pumped) = (r.depth_m, r.volume_m3, r.pumped_m3);
            writeln!(file, "{t_s},{id},{depth},{volume},{},{},{pumped}", r.entered_m3, r.left_m3)?;
        }
        Ok(())
    }

    /// Adds a row for every check dam, in their order, at model time `t_s`.
    ///
    /// # Errors
    /// Those of the file.
    pub fn dams(&mut self, t_s: f64, rows: &[DamRow]) -> io::Result<()> {
        let Some(file) = &mut self.dams else { return Ok(()) };
        for (id, r) in self.case.dam_ids.iter().zip(rows) {
            let (level, volume, entered, left) = (r.level_m, r.volume_m3, r.entered_m3, r.left_m3);
            writeln!(file, "{t_s},{id},{level},{volume},{entered},{left},{},{}", r.peak_m3s, r.breach_width_m)?;
        }
        Ok(())
    }

    /// Writes depths of an instant, from the south [m].
    ///
    /// # Errors
    /// Those of the file.
    pub fn depth(&self, t_s: f64, depth_m: &[f64]) -> io::Result<()> {
        self.raster(&format!("depth_{t_s}"), depth_m.to_vec())
    }

    /// Writes velocities of an instant, from the south [m/s].
    ///
    /// # Errors
    /// Those of the file.
    pub fn speeds(&self, t_s: f64, u_ms: &[f64], v_ms: &[f64]) -> io::Result<()> {
        self.raster(&format!("u_{t_s}"), u_ms.to_vec())?;
        self.raster(&format!("v_{t_s}"), v_ms.to_vec())
    }

    /// Writes maxima, the picture and the classes of greatest depth.
    ///
    /// # Errors
    /// Those of the files.
    pub fn record(&self, record: &Record) -> io::Result<()> {
        let wide = |row: &[f32]| row.iter().copied().map(f64::from).collect::<Vec<f64>>();
        self.raster("max_velocity", wide(&record.speed_ms))?;
        self.raster("max_hazard", wide(&record.hazard_m2s))?;
        let never = |t: &f32| if *t < 0.0 { f64::NAN } else { f64::from(*t) };
        self.raster("arrival_s", record.arrival_s.iter().map(never).collect())?;
        self.raster("flooded_s", wide(&record.flooded_s))?;
        self.raster("max_depth", wide(&record.depth_m))?;
        let deepest = self.of_south(wide(&record.depth_m));
        let classes = bands::bands(&deepest, &bands::DEPTHS_M);
        let json = bands::to_geojson(&classes, "depth_m", self.case.dem.epsg);
        std::fs::write(self.folder.join("depth_bands.geojson"), json.to_string())?;
        let out = BufWriter::new(File::create(self.folder.join("max_depth.png"))?);
        picture::write_png(&deepest, &self.case.dem, &bands::DEPTHS_M, "m", out).map_err(io::Error::other)
    }

    /// Closes the tables of gauges, underpasses and check dams.
    ///
    /// # Errors
    /// Those of the files.
    pub fn finish(mut self) -> io::Result<()> {
        self.gauges.flush()?;
        [self.underpasses, self.dams].into_iter().flatten().try_for_each(|mut file| file.flush())
    }

    fn of_south(&self, mut values: Vec<f64>) -> Raster {
        for (value, z) in values.iter_mut().zip(&self.case.model.ground.bed_m) {
            if z.is_nan() {
                *value = f64::NAN;
            }
        }
        Raster::of_south(self.case.dem.frame, self.case.dem.epsg, &values)
    }

    fn raster(&self, name: &str, values: Vec<f64>) -> io::Result<()> {
        let raster = self.of_south(values);
        let file = |ending: &str| File::create(self.folder.join(format!("{name}.{ending}"))).map(BufWriter::new);
        match self.case.format {
            RasterFormat::Asc => raster::write_ascii(&raster, file("asc")?),
            RasterFormat::Tif => raster::write_geotiff(&raster, file("tif")?).map_err(io::Error::other),
        }
    }
}
