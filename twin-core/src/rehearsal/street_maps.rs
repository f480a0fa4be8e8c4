//! Maps of streets, over sewers or without: how deep, how dangerous, when.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;

use twin_physics::domain::Domain;
use twin_physics::domains::drainage::solver::LiveState;
use twin_physics::domains::surface::solver::SurfaceState;
use twin_physics::kernels::surface::record::Record;

use super::course::Track;
use super::stage::Stage;
use crate::io::flood_case;
use crate::io::raster::{self, Raster, bands, picture};
use crate::model::CityNetwork;
use crate::world::sim::saved_state;

/// Writes the maxima of a track into `maps/` of its folder: `street_depth`, `street_hazard`, `street_arrival` as
/// GeoTIFF, the depth as a picture with its legend and as bands for the map. Nothing where no network has streets.
///
/// # Errors
/// When a file cannot be written, or the ground the run began with is gone.
pub fn write(dir: &Path, stage: &Stage, track: &Track) -> io::Result<()> {
    for (network, live) in stage.city.networks.iter().zip(track.world.networks()) {
        let Some((surface, record)) = record(network, &live.save())? else { continue };
        let (case, _) = flood_case::read_file(surface);
        let case = case.ok_or_else(|| io::Error::other(format!("{}: cannot be read again", surface.display())))?;
        let maps = dir.join("maps");
        fs::create_dir_all(&maps)?;
        let of_south = |row: &[f32], least: f32| {
            let value = |(v, z): (&f32, &f64)| if *v < least || z.is_nan() { f64::NAN } else { f64::from(*v) };
            let values: Vec<f64> = row.iter().zip(&case.model.ground.bed_m).map(value).collect();
            Raster::of_south(case.dem.frame, case.dem.epsg, &values)
        };
        let depth = of_south(&record.depth_m, f32::NEG_INFINITY);
        let file = |name: &str| File::create(maps.join(name)).map(BufWriter::new);
        raster::write_geotiff(&depth, file("street_depth.tif")?).map_err(io::Error::other)?;
        let hazard = of_south(&record.hazard_m2s, f32::NEG_INFINITY);
        raster::write_geotiff(&hazard, file("street_hazard.tif")?).map_err(io::Error::other)?;
        let arrival = of_south(&record.arrival_s, 0.0);
        raster::write_geotiff(&arrival, file("street_arrival.tif")?).map_err(io::Error::other)?;
        let out = file("street_depth.png")?;
        picture::write_png(&depth, &case.dem, &bands::DEPTHS_M, "m", out).map_err(io::Error::other)?;
        let classes = bands::bands(&depth, &bands::DEPTHS_M);
        let json = bands::to_geojson(&classes, "depth_m", case.dem.epsg);
        fs::write(maps.join("street_depth.geojson"), json.to_string())?;
    }
    Ok(())
}

/// The flood case of a network's ground and what was worst on it, where it has any.
fn record<'a>(network: &'a CityNetwork, saved: &[u8]) -> io::Result<Option<(&'a Path, Record)>> {
    if network.domain == Domain::Surface {
        let state: SurfaceState = saved_state(saved).map_err(io::Error::other)?;
        return Ok(Some((&network.file, state.flood.record)));
    }
    let Some(surface) = &network.surface else { return Ok(None) };
    let live: LiveState = saved_state(saved).map_err(io::Error::other)?;
    Ok(live.streets.map(|above| (surface.as_path(), above.flood.record)))
}
