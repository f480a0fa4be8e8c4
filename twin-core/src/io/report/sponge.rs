//! The page of a sponge-city study: what the measures of a drainage model achieve, catchment by catchment.

use std::fmt::Write;

use super::Lang;
use super::html::{both, escape};

const STYLE: &str = include_str!("report.css");

/// Figures of one catchment as the page shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct SpongeLine {
    /// Name of the catchment.
    pub id: String,
    /// Area [m²].
    pub area_m2: f64,
    /// Area of its measures [m²].
    pub lid_area_m2: f64,
    /// Control ratio with and without measures.
    pub control_ratio: [Option<f64>; 2],
    /// Peak with and without measures [m³/s].
    pub peak_m3s: [f64; 2],
    /// Share of the peak that is cut.
    pub peak_cut: Option<f64>,
    /// Removal of suspended solids.
    pub ss_removal: Option<f64>,
}

/// What the page says.
#[derive(Debug, Clone, PartialEq)]
pub struct SpongePage {
    /// The model as the user named it.
    pub model: String,
    /// Days of rain.
    pub days: f64,
    /// Whether that is a year or more.
    pub annual: bool,
    /// All catchments together.
    pub total: SpongeLine,
    /// Each of them.
    pub lines: Vec<SpongeLine>,
    /// Pollutant of the model whose loads give the removal of suspended solids; `None` = by the control ratio.
    pub solids: Option<String>,
    /// Control ratio and its design rain depth [m].
    pub design_rain: Vec<(f64, f64)>,
}

fn t(zh: &str, en: &str) -> String {
    both(|l| if l == Lang::Zh { zh.to_owned() } else { en.to_owned() })
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{:.1} %", 100.0 * v))
}

/// The page as one self-contained file.
#[must_use]
pub fn render_sponge(page: &SpongePage, lang: Lang) -> String {
    let checked = |l: Lang| if l == lang { " checked" } else { "" };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title>\
         <style>{STYLE}</style></head><body>\n\
         <input type=\"radio\" name=\"lang\" id=\"zh\"{}><label for=\"zh\" lang=\"zh-CN\">中文</label>\
         <input type=\"radio\" name=\"lang\" id=\"en\"{}><label for=\"en\" lang=\"en\">English</label>\n<main>",
        if lang == Lang::Zh { "zh-CN" } else { "en" },
        escape(&page.model),
        checked(Lang::Zh),
        checked(Lang::En)
    );
    let ratio = ratio_name(page.annual);
    let _ = write!(
        out,
        "<header><p class=\"mode\">{}</p><h1>{}</h1><p class=\"note\">{} · {}</p></header>",
        t("推演结果（非实时）", "WHAT-IF result (not live)"),
        t("海绵城市措施效果", "What the sponge-city measures achieve"),
        escape(&page.model),
        both(|l| if l == Lang::Zh {
            format!("降雨 {:.2} 天", page.days)
        } else {
            format!("{:.2} days of rain", page.days)
        })
    );
    let _ = write!(out, "<section><h2>{}</h2><p>{}</p>", t("结论", "In short"), story(page));
    let _ = write!(
        out,
        "<div class=\"tiles\"><div><b>{}</b>{ratio}</div><div><b>{}</b>{}</div><div><b>{}</b>{}</div></div></section>",
        percent(page.total.control_ratio[0]),
        percent(page.total.peak_cut),
        t("峰值流量削减率", "cut of the peak"),
        percent(page.total.ss_removal),
        t("SS 总量去除率", "removal of suspended solids")
    );
    let _ = write!(out, "<section><h2>{}</h2>{}</section>", t("各汇水区", "By subcatchment"), table(page, &ratio));
    if !page.design_rain.is_empty() {
        let _ = write!(out, "<section><h2>{}</h2>{}</section>", t("设计降雨量", "Design rain depth"), depths(page));
    }
    let _ = write!(
        out,
        "<section><h2>{}</h2><ul><li>{}</li><li>{}</li><li>{}</li></ul></section>",
        t("怎样得出", "How these figures come about"),
        t(
            "同一场降雨在同一模型上计算两次：一次有 LID 单元，一次没有；没有时整个汇水区按其不透水率计算。",
            "The same rain on the same model twice: with its LID units and without them; without them the impervious \
             share holds over the whole subcatchment."
        ),
        t(
            "控制率 = 1 − 外排量 / 降雨量，外排量含进入管网的盲管出流，扣除上游来水；还消纳上游来水的汇水区可超过 100 %。",
            "Control ratio = 1 − outflow / rain; outflow includes underdrains that end in a sewer, less run-on from \
             upstream. A subcatchment that also holds water from upstream may exceed 100 %."
        ),
        solids(page.solids.as_deref())
    );
    out += "</main></body></html>\n";
    out
}

/// How the removal of suspended solids came about.
fn solids(pollutant: Option<&str>) -> String {
    let Some(pollutant) = pollutant.map(escape) else {
        return t(
            "SS 去除率 = 控制率 × 措施平均去除率（由使用者给出）；没有措施的汇水区不计。",
            "Removal of suspended solids = control ratio × mean removal of the measures (given by the user); \
             subcatchments without measures have none.",
        );
    };
    t(
        &format!(
            "SS 去除率 = 1 − 有措施时的 {pollutant} 外排负荷 / 无措施时的外排负荷，两者均由模型的累积与冲刷计算得出。"
        ),
        &format!(
            "Removal of suspended solids = 1 − load of {pollutant} that leaves with measures / without them, both as \
             the model's build-up and wash-off make them."
        ),
    )
}

fn ratio_name(annual: bool) -> String {
    if annual {
        t("年径流总量控制率", "control ratio of annual runoff")
    } else {
        t("本场降雨径流控制率", "control ratio of this rain's runoff")
    }
}

fn story(page: &SpongePage) -> String {
    let [with, without] = page.total.control_ratio.map(percent);
    let (area, share) = (page.total.lid_area_m2, 100.0 * page.total.lid_area_m2 / page.total.area_m2.max(1e-9));
    let [peak, bare] = page.total.peak_m3s;
    both(|l| {
        if l == Lang::Zh {
            format!(
                "措施面积 {area:.0} m²（占 {share:.1} %）。径流控制率 {with}，没有措施时 {without}；\
                 峰值流量 {peak:.3} m³/s，没有措施时 {bare:.3} m³/s。"
            )
        } else {
            format!(
                "Measures cover {area:.0} m² ({share:.1} %). The control ratio is {with}, against {without} without \
                 them; the peak is {peak:.3} m³/s against {bare:.3} m³/s."
            )
        }
    })
}

fn table(page: &SpongePage, ratio: &str) -> String {
    let mut out = format!(
        "<table><thead><tr><th>{}</th><th>{} [m²]</th><th>{} [m²]</th><th>{ratio}</th><th>{}</th><th>{} [m³/s]</th>\
         <th>{}</th><th>{}</th></tr></thead><tbody>",
        t("汇水区", "subcatchment"),
        t("面积", "area"),
        t("措施面积", "measures"),
        t("无措施", "without measures"),
        t("峰值", "peak"),
        t("峰值削减", "peak cut"),
        t("SS 去除", "SS removal")
    );
    for line in &page.lines {
        let _ = write!(
            out,
            "<tr><td>{}</td><td>{:.0}</td><td>{:.0}</td><td>{}</td><td>{}</td><td>{:.4}</td><td>{}</td>\
             <td>{}</td></tr>",
            escape(&line.id),
            line.area_m2,
            line.lid_area_m2,
            percent(line.control_ratio[0]),
            percent(line.control_ratio[1]),
            line.peak_m3s[0],
            percent(line.peak_cut),
            percent(line.ss_removal)
        );
    }
    out + "</tbody></table>"
}

fn depths(page: &SpongePage) -> String {
    let mut out = format!(
        "<table><thead><tr><th>{}</th><th>{} [mm]</th></tr></thead><tbody>",
        t("控制率", "control ratio"),
        t("设计降雨量", "design rain depth")
    );
    for (ratio, depth_m) in &page.design_rain {
        let _ = write!(out, "<tr><td>{}</td><td>{:.1}</td></tr>", percent(Some(*ratio)), 1000.0 * depth_m);
    }
    out + "</tbody></table>"
}
