//! `twin city sewershed`: invented networks of any size from a seed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use serde_json::json;
use twin_core::generator::sewershed::{self, FlowUnit, Infiltration, Sewershed, SewershedOptions};
use twin_core::io;
use twin_core::io::raster::{self, Raster};
use twin_core::model::storm::IntensityFormula;

use crate::Failure;
use crate::console::Console;

/// Options of `twin city`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Storm sewers of a linear valley town as a SWMM 5.2 deck.
    Sewershed(SewershedArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Trunks along a river with outfalls behind flap gates, side streets and cross streets, ponds with orifice and weir, \
pumped underpasses. Pipes are sized for --design-years by the rational method; the deck holds a Chicago storm of \
--storm-years. The same options give the same bytes.

  twin city sewershed --conduits 1800 --seed 7 -o town.inp
  twin city sewershed --conduits 300 --seed 1 --storm-years 100 --lid 0.3 --dual -o town.inp
  twin city sewershed --conduits 60 --seed 17 --ground ground.asc -o town.inp")]
struct SewershedArgs {
    /// Number of sewers, 10 to 100000; the streets of --dual come on top.
    #[arg(long)]
    conduits: usize,
    /// Seed of everything chance decides.
    #[arg(long)]
    seed: u64,
    /// Return period the pipes are sized for [years].
    #[arg(long, default_value_t = 3.0)]
    design_years: f64,
    /// Return period of the storm in the deck [years]; as designed for where nothing is said.
    #[arg(long)]
    storm_years: Option<f64>,
    /// Duration of that storm [min].
    #[arg(long, default_value_t = 120.0)]
    storm_minutes: f64,
    /// City folder whose intensity formula is taken; an example formula where nothing is said.
    #[arg(long)]
    city: Option<PathBuf>,
    /// Share of the catchments with a sponge-city measure, 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    lid: f64,
    /// Streets with inlets above some of the sewers.
    #[arg(long)]
    dual: bool,
    /// Method of infiltration.
    #[arg(long, value_enum, default_value_t = Soil::Horton)]
    infiltration: Soil,
    /// Unit of flow.
    #[arg(long, value_enum, default_value_t = Unit::Cms)]
    units: Unit,
    /// Its ground as a raster beside it, .asc or .tif [m].
    #[arg(long)]
    ground: Option<PathBuf>,
    /// Side of a cell of the ground [m].
    #[arg(long, default_value_t = 5.0, requires = "ground")]
    cell: f64,
    /// The deck.
    #[arg(short, long)]
    out: PathBuf,
}

/// Writes the ground of a town, to the centimetre.
fn write_ground(made: &Sewershed, cell_m: f64, path: &Path) -> Result<(), Failure> {
    if !(0.5..=100.0).contains(&cell_m) {
        return Err(Failure::Usage(format!("cells of {cell_m} m: 0.5 to 100 m are taken")));
    }
    let frame = made.frame(cell_m);
    let levels: Vec<f64> = made.ground(&frame).into_iter().map(|z| (z * 100.0).round() / 100.0).collect();
    let ground = Raster::of_south(frame, None, &levels);
    let about = || path.display().to_string();
    let file = fs::File::create(path).with_context(about)?;
    let tiff = path.extension().is_some_and(|e| e == "tif" || e == "tiff");
    let out = std::io::BufWriter::new(file);
    if tiff {
        raster::write_geotiff(&ground, out).with_context(about)?;
    } else {
        raster::write_ascii(&ground, out).with_context(about)?;
    }
    Ok(())
}

/// Method of infiltration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Soil {
    /// Horton.
    Horton,
    /// Green and Ampt.
    GreenAmpt,
}

/// Unit of flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Unit {
    /// Cubic metres a second.
    Cms,
    /// Litres a second.
    Lps,
}

/// Makes what is asked for.
pub fn city(console: &Console, args: &Args) -> Result<(), Failure> {
    match &args.what {
        What::Sewershed(args) => make_sewershed(console, args),
    }
}

fn make_sewershed(console: &Console, args: &SewershedArgs) -> Result<(), Failure> {
    let usage = |error: sewershed::GenerateError| Failure::Usage(error.to_string());
    let mut options = SewershedOptions::new(args.conduits, args.seed).map_err(usage)?;
    if let Some(formula) = formula(console, args)? {
        options.formula = formula;
    }
    options.design_years = args.design_years;
    options.storm_years = args.storm_years.unwrap_or(args.design_years);
    options.storm_s = args.storm_minutes * 60.0;
    options.lid_share = args.lid;
    options.dual = args.dual;
    options.infiltration = match args.infiltration {
        Soil::Horton => Infiltration::Horton,
        Soil::GreenAmpt => Infiltration::GreenAmpt,
    };
    options.flow_unit = match args.units {
        Unit::Cms => FlowUnit::Cms,
        Unit::Lps => FlowUnit::Lps,
    };
    let made = sewershed::generate(&options).map_err(usage)?;
    fs::write(&args.out, made.deck()).with_context(|| args.out.display().to_string())?;
    if let Some(path) = &args.ground {
        write_ground(&made, args.cell, path)?;
    }
    let (counts, shown) = (made.counts(), args.out.display());
    console.say(&console.text(
        &format!(
            "{shown}：管道 {}，街道 {}，检查井 {}，排口 {}，调蓄池 {}，泵站 {}，汇水区 {}（其中海绵设施 {}）",
            counts.sewers,
            counts.streets,
            counts.manholes,
            counts.outfalls,
            counts.ponds,
            counts.pump_stations,
            counts.catchments,
            counts.measures
        ),
        &format!(
            "{shown}: {} sewers, {} streets, {} manholes, {} outfalls, {} ponds, {} pump stations, {} catchments \
             ({} with a measure)",
            counts.sewers,
            counts.streets,
            counts.manholes,
            counts.outfalls,
            counts.ponds,
            counts.pump_stations,
            counts.catchments,
            counts.measures
        ),
    ));
    console.object(&json!({ "written": args.out.display().to_string(), "options": options, "counts": counts }));
    Ok(())
}

/// The formula of the city named, if one is.
fn formula(console: &Console, args: &SewershedArgs) -> Result<Option<IntensityFormula>, Failure> {
    let Some(folder) = &args.city else { return Ok(None) };
    let (city, found) = io::city::read(folder);
    console.diagnostics(&found, false);
    let formula = city.as_ref().and_then(|c| c.standards.storms().first()).map(|s| s.formula());
    match formula {
        Some(Ok(formula)) => Ok(Some(formula)),
        Some(Err(error)) => Err(Failure::Failed(anyhow!("{}: {error}", folder.display()))),
        None => Err(Failure::Failed(anyhow!(console.text(
            &format!("{}：没有可用的暴雨强度公式 [[storm]]", folder.display()),
            &format!("{}: there is no formula to take; add a [[storm]] to its standards", folder.display()),
        )))),
    }
}
