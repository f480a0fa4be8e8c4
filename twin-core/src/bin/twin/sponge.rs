//! `twin sponge MODEL.inp -o DIR`: what the sponge-city measures of a drainage model achieve.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use serde_json::json;
use twin_core::bindings::drainage::open;
use twin_core::io::report::{Lang, SpongeLine, SpongePage, render_sponge};
use twin_core::rehearsal::sponge::{Solids, SpongeRow, SpongeStudy, study};

use crate::Failure;
use crate::console::Console;

/// Options of `twin sponge`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Runs the rain of the model over its catchments twice, with its LID units and without them, and writes sponge.csv, \
summary.json and report.html: control ratio of runoff (年径流总量控制率), cut of the peak, removal of suspended solids, \
for each subcatchment and in total.")]
pub struct Args {
    /// SWMM model with [SUBCATCHMENTS] and [LID_USAGE].
    input: PathBuf,
    /// Folder for the results.
    #[arg(short, long)]
    out: PathBuf,
    /// Mean removal of suspended solids of the measures, 0 to 1, for models without a pollutant TSS or SS of their own;
    /// without either no removal is computed.
    #[arg(long)]
    ss_removal: Option<f64>,
}

/// Studies one model.
pub fn sponge(console: &Console, args: &Args, lang: Lang) -> Result<(), Failure> {
    if args.ss_removal.is_some_and(|r| !(0.0..=1.0).contains(&r)) {
        return Err(Failure::Usage(console.text("--ss-removal 应在 0 与 1 之间", "--ss-removal must be 0 to 1")));
    }
    let (opened, mut found, more) = open(&args.input);
    found.append(more);
    let Some(opened) = opened else {
        console.diagnostics(&found, false);
        return Err(Failure::Failed(anyhow!(
            console.text("输入有错误，未计算", "the input has errors; nothing was computed")
        )));
    };
    console.diagnostics(&found, false);
    let name = args.input.display().to_string();
    let study = study(&opened.model(), args.ss_removal).with_context(|| name.clone())?;
    if let (Solids::Modelled(pollutant), Some(_)) = (&study.solids, args.ss_removal) {
        console.note(&console.text(
            &format!("未采用 --ss-removal：SS 去除率由模型中 {pollutant} 的负荷得出"),
            &format!("--ss-removal is not used: the removal follows from the model's loads of {pollutant}"),
        ));
    }
    write(args, &name, &study, lang)?;
    let total = &study.total;
    let shown = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), |v| format!("{:.1} %", 100.0 * v));
    let [with, without] = total.control_ratio.map(shown);
    let cut = shown(total.peak_cut);
    let page = args.out.join("report.html").display().to_string();
    console.say(&console.text(
        &format!("径流控制率 {with}（无措施 {without}），峰值削减 {cut}；报告 {page}"),
        &format!("control ratio {with} (without measures {without}), peak cut {cut}; report {page}"),
    ));
    console.object(&summary(&study));
    Ok(())
}

fn write(args: &Args, name: &str, study: &SpongeStudy, lang: Lang) -> anyhow::Result<()> {
    let at = |file: &str| args.out.join(file);
    fs::create_dir_all(&args.out).with_context(|| format!("{}: cannot be made", args.out.display()))?;
    let csv = fs::File::create(at("sponge.csv"))
        .with_context(|| format!("{}: cannot be written", at("sponge.csv").display()))?;
    study.write_csv(csv)?;
    let page = SpongePage {
        model: name.to_owned(),
        days: study.duration_s / 86_400.0,
        annual: study.is_annual(),
        total: line(&study.total),
        lines: study.rows.iter().map(line).collect(),
        solids: match &study.solids {
            Solids::Modelled(pollutant) => Some(pollutant.clone()),
            Solids::Given | Solids::Unknown => None,
        },
        design_rain: study.design_rain.clone(),
    };
    fs::write(at("report.html"), render_sponge(&page, lang))?;
    fs::write(at("summary.json"), serde_json::to_string_pretty(&summary(study))?)?;
    Ok(())
}

fn line(row: &SpongeRow) -> SpongeLine {
    SpongeLine {
        id: row.id.clone(),
        area_m2: row.area_m2,
        lid_area_m2: row.lid_area_m2,
        control_ratio: row.control_ratio,
        peak_m3s: row.peak_m3s,
        peak_cut: row.peak_cut,
        ss_removal: row.ss_removal,
    }
}

fn summary(study: &SpongeStudy) -> serde_json::Value {
    let total = &study.total;
    json!({
        "duration_s": study.duration_s,
        "annual": study.is_annual(),
        "subcatchments": study.rows.len(),
        "area_m2": total.area_m2,
        "lid_area_m2": total.lid_area_m2,
        "rain_m3": total.rain_m3,
        "outflow_with_m3": total.outflow_m3[0],
        "outflow_without_m3": total.outflow_m3[1],
        "control_ratio_with": total.control_ratio[0],
        "control_ratio_without": total.control_ratio[1],
        "peak_with_m3s": total.peak_m3s[0],
        "peak_without_m3s": total.peak_m3s[1],
        "peak_cut": total.peak_cut,
        "ss_removal": total.ss_removal,
        "ss_removal_by": match &study.solids {
            Solids::Unknown => json!(null),
            Solids::Given => json!("control ratio"),
            Solids::Modelled(pollutant) => json!(format!("loads of {pollutant}")),
        },
        "design_rain": study.design_rain.iter().map(|(r, d)| json!({ "ratio": r, "depth_m": d })).collect::<Vec<_>>(),
    })
}
