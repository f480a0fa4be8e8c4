//! `twin storm [CITY]`: a design storm by a city's intensity formula, as a table or a file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use jiff::civil::DateTime;
use serde_json::json;
use twin_core::io::{self, rain_file};
use twin_core::model::standards::Standards;
use twin_core::model::storm::{
    DesignStorm, IntensityFormula, RainSeries, SignalReached, StormError, StormKind, signals_reached,
};

use crate::Failure;
use crate::console::Console;

/// Name of the station in a rain file.
const STATION: &str = "STORM";

/// Options of `twin storm`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("formula").required(true).args(["city", "a1"]))]
#[command(after_help = "\
The formula is i = A1 (1 + C lg P) / (t + b)^n, i in mm/min, t in min, P in years. It comes from the standards/ of \
CITY (the first [[storm]] there), or from --a1 --c --b --n.

  twin storm fixtures/district --years 50 --minutes 180
  twin storm --a1 9.98 --c 0.811 --b 8 --n 0.711 --years 3 --kind alternating -o rain.csv

With CITY the levels of its rain warning (蓝 黄 橙 红) that the storm reaches are told, and when.")]
pub struct Args {
    /// City folder whose standards hold the formula.
    city: Option<PathBuf>,
    /// Coefficient A1 of the formula [mm/min].
    #[arg(long, requires_all = ["c", "b", "n"])]
    a1: Option<f64>,
    /// Coefficient C of the formula.
    #[arg(long, requires = "a1")]
    c: Option<f64>,
    /// Coefficient b of the formula [min].
    #[arg(long, requires = "a1")]
    b: Option<f64>,
    /// Exponent n of the formula.
    #[arg(long, requires = "a1")]
    n: Option<f64>,
    /// Return period P [years].
    #[arg(long, default_value_t = 3.0)]
    years: f64,
    /// Duration [min].
    #[arg(long, default_value_t = 120.0)]
    minutes: f64,
    /// Place of the peak as a share of the duration, 0 to 1.
    #[arg(long, default_value_t = 0.4)]
    peak: f64,
    /// Length of a step [min].
    #[arg(long, default_value_t = 5.0)]
    step_minutes: f64,
    /// How the depth is spread over time.
    #[arg(long, value_enum, default_value_t = Kind::Chicago)]
    kind: Kind,
    /// Start of the storm, for a rain file.
    #[arg(long, default_value = "2026-07-15T14:00:00")]
    start: DateTime,
    /// Write it: `.csv` (t_s,mm_per_h), `.dat` (time series of SWMM) or `.rain` (rain file of SWMM).
    #[arg(short, long)]
    out: Option<PathBuf>,
}

/// How the depth is spread over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// Keifer & Chu: every window about the peak holds the design depth of its length.
    Chicago,
    /// The mean intensity throughout.
    Block,
    /// Blocks of design depth, the heaviest at the peak, the others by turns after and before it.
    Alternating,
}

impl Kind {
    const fn storm(self) -> StormKind {
        match self {
            Self::Chicago => StormKind::Chicago,
            Self::Block => StormKind::Block,
            Self::Alternating => StormKind::Alternating,
        }
    }
}

/// Makes the storm, tells it and writes it.
pub fn storm(console: &Console, args: &Args) -> Result<(), Failure> {
    let (formula, standards, source) = formula(console, args)?;
    let asked = DesignStorm {
        years: args.years,
        duration_s: args.minutes * 60.0,
        step_s: args.step_minutes * 60.0,
        peak: args.peak,
        kind: args.kind.storm(),
    };
    let rain = asked.rain(&formula).map_err(usage)?;
    let reached = signals_reached(standards.rain_signals(), &rain);
    if let Some(path) = &args.out {
        let text = file(path, &rain, args)?;
        fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    console.say(&table(console, &rain));
    for signal in &reached {
        console.say(&told(console, *signal));
    }
    if !source.is_empty() {
        console.note(&console.text(&format!("公式来源：{source}"), &format!("formula: {source}")));
    }
    let [a1, c, b, n] = formula.coefficients();
    console.object(&json!({
        "formula": { "a1_mm_min": a1, "c": c, "b_min": b, "n": n, "source": source },
        "storm": asked, "depth_mm": rain.depth_m() * 1e3, "step_s": rain.step_s,
        "mm_per_h": rain.mm_per_h().collect::<Vec<_>>(), "rain_signals": reached,
        "written": args.out.as_ref().map(|p| p.display().to_string()),
    }));
    Ok(())
}

fn usage(error: StormError) -> Failure {
    Failure::Usage(error.to_string())
}

/// The formula, the standards it stands in, and where it comes from.
fn formula(console: &Console, args: &Args) -> Result<(IntensityFormula, Standards, String), Failure> {
    if let (Some(a1), Some(c), Some(b), Some(n)) = (args.a1, args.c, args.b, args.n) {
        return Ok((IntensityFormula::new(a1, c, b, n).map_err(usage)?, Standards::default(), String::new()));
    }
    let path = args.city.as_deref().unwrap_or(Path::new("."));
    let (city, found) = io::city::read(path);
    console.diagnostics(&found, false);
    let Some(city) = city else {
        let n = found.error_count();
        let message = console.text(&format!("城市不可用：{n} 个错误"), &format!("the city has {n} errors"));
        return Err(Failure::Failed(anyhow!(message)));
    };
    let Some(storm) = city.standards.storms().first() else {
        let shown = path.display();
        return Err(Failure::Failed(anyhow!(console.text(
            &format!("{shown}：standards/ 中没有暴雨强度公式 [[storm]]；请补充，或用 --a1 --c --b --n 给出"),
            &format!("{shown}: its standards hold no formula; add a [[storm]] or give --a1 --c --b --n"),
        ))));
    };
    let formula = storm.formula().map_err(|e| Failure::Failed(anyhow!("{}: {e}", storm.key)))?;
    let source = storm.source.clone();
    Ok((formula, city.standards, source))
}

/// The text of a file in the form its ending asks for.
fn file(path: &Path, rain: &RainSeries, args: &Args) -> Result<String, Failure> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "csv" => Ok(rain_file::csv(rain)),
        "dat" => {
            let title = format!("{:?} storm, {} years, {} min", args.kind, args.years, args.minutes);
            Ok(rain_file::swmm_time_series(rain, &title))
        }
        "rain" => rain_file::swmm_rain_file(rain, STATION, args.start).map_err(|step_s| {
            Failure::Usage(format!("a rain file has whole minutes and the step is {step_s} s; give another step"))
        }),
        _ => Err(Failure::Usage(format!("{}: its ending is none of .csv, .dat, .rain", path.display()))),
    }
}

fn table(console: &Console, rain: &RainSeries) -> String {
    let mut text = console.text("    起(min)   强度(mm/h)   累计(mm)\n", " from min        mm/h    total mm\n");
    let mut total_mm = 0.0;
    for (k, mm_h) in rain.mm_per_h().enumerate() {
        total_mm += mm_h * rain.step_s / 3600.0;
        text += &format!("{:9.2}  {mm_h:10.3}  {total_mm:10.3}\n", k as f64 * rain.step_s / 60.0);
    }
    let peak_mm_h = rain.mm_per_h().fold(0.0, f64::max);
    text + &console.text(
        &format!("总雨量 {total_mm:.2} mm，峰值 {peak_mm_h:.1} mm/h"),
        &format!("depth {total_mm:.2} mm, peak {peak_mm_h:.1} mm/h"),
    )
}

fn told(console: &Console, signal: SignalReached) -> String {
    let minutes = signal.at_s / 60.0;
    console.text(
        &format!("暴雨{}预警：第 {minutes:.1} min 达到", signal.level.zh()),
        &format!("{} rain signal: reached after {minutes:.1} min", signal.level.key()),
    )
}
