//! What a run leaves behind: written, stopped on the way, read again, shown and compared.

#![allow(clippy::unwrap_used)] // a test that cannot go on has failed

mod facts;

use std::fs;
use std::path::Path;

use twin_core::cascade::CascadeRecord;
use twin_core::io::compare::compare;
use twin_core::io::report::{EffectKind, Lang, Msg, Timeline, WORDS, kind_of, render_report, render_timeline};
use twin_core::io::results::{
    Crs, LedgerFigures, MapFeature, MapLayer, MapWritten, MetricSeries, ResultError, ResultFolder, RunFacts, Shape,
    Summary, Text, parse_events, read_events, read_series,
};

/// Writes a run as the driver does: base case at the top, other variants below.
fn write_all(dir: &Path, facts: &RunFacts) -> ResultFolder {
    let folder = ResultFolder::create(dir, &facts.name, facts.seed).unwrap();
    for (at, variant) in facts.variants.iter().enumerate() {
        let place = if at == 0 { folder.clone() } else { folder.variant(&variant.name).unwrap() };
        let mut events = place.events().unwrap();
        for record in &variant.records {
            events.write(record).unwrap();
        }
        for (name, list) in [("metrics", &variant.metrics), ("probes", &variant.probes)] {
            let mut table = place.series(name).unwrap();
            for s in list {
                for (t, v) in s.t_s.iter().zip(&s.value) {
                    table.push(*t, &s.name, "customers", &s.unit, *v).unwrap();
                }
            }
            table.finish().unwrap();
        }
        place.write_map(variant.map.as_ref().unwrap()).unwrap();
    }
    folder.write_summary(&facts.summary()).unwrap();
    folder.write_report(&render_report(facts, Lang::Zh)).unwrap();
    folder
}

fn temp() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// What is pushed comes back in order and bit for bit, over several row groups; samples without a value are counted.
#[test]
fn series_round_trip_over_row_groups() {
    let dir = temp();
    let folder = ResultFolder::create(dir.path(), "n", 1).unwrap();
    let mut table = folder.series("fields").unwrap();
    let value = |i: u32| f64::from(i).sqrt() - 7.0;
    for i in 0..250_000_u32 {
        table.push(f64::from(i / 100), &format!("管-{}", i % 100), "pressure_head", "m", value(i)).unwrap();
    }
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        table.push(1.0, "x", "flow", "m3/s", bad).unwrap();
    }
    assert_eq!((table.rows(), table.skipped()), (250_000, 3));
    assert_eq!(table.finish().unwrap(), 250_000);
    let back = read_series(dir.path(), "fields").unwrap();
    assert_eq!((back.len(), back.keys.len()), (250_000, 100));
    for (i, row) in (0..).zip(back.rows()) {
        assert_eq!((row.t_s, row.value), (f64::from(i / 100), value(i)));
        assert_eq!((row.id, row.quantity, row.unit), (format!("管-{}", i % 100), "pressure_head".into(), "m".into()));
    }
}

/// A run that stops on the way drops its writers: tables are readable, the summary says it is partial, and a last event
/// line that was cut off is skipped with a note. Going on appends.
#[test]
fn a_stopped_run_is_readable_and_can_go_on() {
    let dir = temp();
    let records = facts::records(true);
    {
        let folder = ResultFolder::create(dir.path(), "stopped", 7).unwrap();
        let mut table = folder.series("probes").unwrap();
        let mut events = folder.events().unwrap();
        for k in 0..10 {
            table.push(f64::from(k), "a", "head", "m", f64::from(k)).unwrap();
        }
        events.write(&records[0]).unwrap();
        events.write(&records[1]).unwrap();
    }
    let path = dir.path().join("events.jsonl");
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 9);
    fs::write(&path, &bytes).unwrap();

    let folder = ResultFolder::open(dir.path()).unwrap();
    let summary = folder.read_summary().unwrap();
    assert_eq!((summary.complete, summary.name.as_str(), summary.seed), (false, "stopped", 7));
    assert_eq!(read_series(dir.path(), "probes").unwrap().len(), 10);
    let read = read_events(&path).unwrap();
    assert_eq!(read.records, records[..1]);
    assert_eq!(read.notes.len(), 1);
    assert_eq!(read.notes[0].line, 2);

    let mut table = folder.series("probes").unwrap();
    table.push(10.0, "a", "head", "m", 10.0).unwrap();
    table.finish().unwrap();
    folder.events().unwrap().write(&records[1]).unwrap();
    let times = read_series(dir.path(), "probes").unwrap().t_s;
    assert_eq!(times, (0..=10).map(f64::from).collect::<Vec<_>>());
    assert_eq!(read_events(&path).unwrap().records, records[..2]);
}

/// A broken line in the middle is an error that names its line, not a gap nobody sees.
#[test]
fn a_broken_event_line_is_named() {
    let good = serde_json::to_string(&facts::records(false)[0]).unwrap();
    let text = format!("{good}\n{{\"id\": }}\n{good}\n");
    match parse_events(text.as_bytes(), "events.jsonl") {
        Err(ResultError::Json { line, .. }) => assert_eq!(line, 2),
        other => panic!("{other:?}"),
    }
}

/// A folder with somebody's own files is never cleared; an earlier result is.
#[test]
fn only_an_earlier_result_is_replaced() {
    let dir = temp();
    fs::write(dir.path().join("thesis.docx"), "mine").unwrap();
    assert!(matches!(ResultFolder::create(dir.path(), "n", 1), Err(ResultError::NotAResult { .. })));
    assert!(dir.path().join("thesis.docx").exists());

    let run = dir.path().join("run");
    write_all(&run, &facts::run());
    fs::write(run.join("journal.db"), "kept").unwrap();
    ResultFolder::create(&run, "again", 2).unwrap();
    assert!(run.join("journal.db").exists());
    for gone in ["events.jsonl", "report.html", "series/probes.parquet", "variants/do-nothing/events.jsonl"] {
        assert!(!run.join(gone).exists(), "{gone}");
    }
}

/// Numbers that are not finite: refused in events, `null` with a count in summary and maps.
#[test]
fn non_finite_numbers_never_reach_json() {
    let dir = temp();
    let folder = ResultFolder::create(dir.path(), "n", 1).unwrap();
    let mut record = facts::records(false)[0].clone();
    record.value = f64::NAN;
    let refused = folder.events().unwrap().write(&record).unwrap_err();
    assert!(refused.to_string().contains("P440"), "{refused}");
    assert_eq!(fs::read(dir.path().join("events.jsonl")).unwrap(), b"");

    let mut summary = Summary { cpu_s: f64::INFINITY, ..Summary::default() };
    let ledger = LedgerFigures { relative_residual: f64::NAN, entered: 3.0, ..LedgerFigures::default() };
    summary.ledgers.insert("water".into(), ledger);
    summary.solver.residuals.insert("mass".into(), f64::NAN);
    folder.write_summary(&summary).unwrap();
    let back = folder.read_summary().unwrap();
    assert_eq!((back.non_finite, back.ledgers["water"].entered), (3, 3.0));
    assert!(back.ledgers["water"].relative_residual.is_nan());

    let mut map = MapLayer { name: "m".into(), ..MapLayer::default() };
    for (id, at) in [("good", [1.0, 2.0]), ("bad", [f64::NAN, 2.0])] {
        let values = [("v".to_owned(), f64::NAN)].into();
        map.features.push(MapFeature { id: id.into(), shape: Some(Shape::Point(at)), values, ..MapFeature::default() });
    }
    let written = folder.write_map(&map).unwrap();
    assert_eq!(written, MapWritten::Written { features: 1, without_place: 1, nulls: 1 });
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(dir.path().join("maps/m.geojson")).unwrap()).unwrap();
    assert!(json["features"][0]["properties"]["v"].is_null());
    assert!(json.as_object().unwrap().contains_key("crs") && json["crs"].is_null());
}

/// Links keep their vertices, projected coordinates their system; a network without coordinates has no map.
#[test]
fn maps_keep_vertices_and_name_their_system() {
    let dir = temp();
    let folder = ResultFolder::create(dir.path(), "n", 1).unwrap();
    let map = facts::run().variants[0].map.clone().unwrap();
    assert!(matches!(folder.write_map(&map).unwrap(), MapWritten::Written { without_place: 0, nulls: 0, .. }));
    let text = fs::read_to_string(dir.path().join("maps/min_pressure.geojson")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["crs"]["properties"]["name"], "urn:ogc:def:crs:EPSG::4547");
    let features = json["features"].as_array().unwrap();
    assert_eq!(features.len(), map.features.len());
    let pipe = features.iter().find(|f| f["properties"]["class"] == "pipe").unwrap();
    assert_eq!(pipe["geometry"]["coordinates"].as_array().unwrap().len(), 3);

    let bare =
        MapLayer { name: "bare".into(), crs: Crs::Local, features: vec![MapFeature::default()], ..MapLayer::default() };
    assert_eq!(folder.write_map(&bare).unwrap(), MapWritten::NoCoordinates);
    assert!(!dir.path().join("maps/bare.geojson").exists());
}

/// Figures of a ramp from 0 to 10 over 100 s and back: extremes, their instants, and the area below.
#[test]
fn metric_figures_of_a_tent() {
    let metric = MetricSeries {
        unit: "1".into(),
        t_s: vec![0.0, 100.0, 150.0, 200.0],
        value: vec![0.0, 10.0, f64::NAN, 0.0],
        ..MetricSeries::default()
    };
    let f = metric.figures();
    assert_eq!((f.max, f.t_max_s, f.min, f.t_min_s), (Some(10.0), Some(100.0), Some(0.0), Some(0.0)));
    assert_eq!((f.last, f.integral), (Some(0.0), Some(1000.0)));
    assert_eq!(MetricSeries::default().figures().integral, None);
}

/// The page loads nothing from anywhere, shows both languages, and stays small.
#[test]
fn report_is_self_contained_in_both_languages() {
    // Kept, so that a person can look at it: `target/tmp/report-example/`.
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report-example");
    let facts = facts::run();
    write_all(&dir, &facts);
    for lang in Lang::ALL {
        let html = render_report(&facts, lang);
        for banned in ["http", "src=", "@import", "url(", "<script", "<link", "NaN"] {
            assert!(!html.contains(banned), "{banned}");
        }
        assert!(html.len() < 1_000_000, "{}", html.len());
        for wanted in [
            "停水用户",
            "customers without water",
            "1,830",
            "07:00",
            "爆管",
            "08:50",
            "（最优）",
            "EPSG:4547",
            "4 valves had been shut (V1, V2, V3, V4)",
            "1,830 customers without water",
        ] {
            assert!(html.contains(wanted), "{wanted}");
        }
        for tag in ["svg", "g", "table", "span", "tspan", "p", "section", "ul", "ol", "li", "td", "text", "path"] {
            let open = html.matches(&format!("<{tag} ")).count() + html.matches(&format!("<{tag}>")).count();
            let closed = html.matches(&format!("</{tag}>")).count();
            let void = if tag == "path" {
                html.split("<path").filter(|s| s.split('>').next().is_some_and(|t| t.ends_with('/'))).count()
            } else {
                0
            };
            assert_eq!(open, closed + void, "{tag}");
        }
    }
    fs::write(dir.join("report-en.html"), render_report(&facts, Lang::En)).unwrap();
}

/// Whatever an asset is called, it cannot become markup.
#[test]
fn names_are_escaped_everywhere() {
    let evil = "<script>alert('x')</script>\"&";
    let mut facts = facts::run();
    facts.title = Text::same(evil);
    facts.description = Text::same(evil);
    facts.assumptions = vec![Text::same(evil)];
    facts.name = evil.into();
    facts.asset_titles.clear();
    for variant in &mut facts.variants {
        variant.title = Text::same(evil);
        variant.name = evil.into();
        variant.solver.warnings.push(evil.into());
        variant.state_hash = evil.into();
        for record in &mut variant.records {
            (record.target, record.effect) = (format!("water/pipe/{evil}"), evil.into());
            record.unit = evil.into();
        }
        for series in variant.metrics.iter_mut().chain(&mut variant.probes) {
            (series.title_zh, series.title_en, series.unit) = (evil.into(), evil.into(), evil.into());
        }
        for feature in &mut variant.map.as_mut().unwrap().features {
            feature.id = evil.into();
        }
        variant.markers.iter_mut().for_each(|m| m.id = evil.into());
        variant.paint.as_mut().unwrap().title = Text::same(evil);
    }
    let html = render_report(&facts, Lang::Zh);
    assert!(html.contains("&lt;script&gt;"));
    assert!(!html.contains("<script") && !html.contains("alert('x')"));
}

/// An empty, stopped run without coordinates still makes an honest page.
#[test]
fn report_of_little_says_so() {
    let mut facts = facts::run();
    facts.complete = false;
    facts.variants.truncate(1);
    facts.variants[0].map = None;
    facts.variants[0].solver.unconverged_steps = 3;
    facts.variants[0].ledgers.get_mut("water").unwrap().relative_residual = 0.02;
    let html = render_report(&facts, Lang::En);
    for msg in [Msg::ModePartial, Msg::MapNone] {
        assert!(html.contains(msg.text(Lang::En)), "{msg:?}");
    }
    assert!(html.contains("3 did not converge") && html.contains("the balance does not close"));
    assert!(render_report(&RunFacts::default(), Lang::Zh).contains(Msg::StoryNothing.text(Lang::Zh)));
}

/// Ten thousand links and twenty thousand samples stay below three megabytes.
#[test]
fn report_of_a_large_network_is_small() {
    let mut facts = facts::run();
    for variant in &mut facts.variants {
        let map = variant.map.as_mut().unwrap();
        let first = map.features.clone();
        while map.features.len() < 20_000 {
            map.features.extend(first.iter().cloned());
        }
        let series = &mut variant.metrics[0];
        series.t_s = (0..20_000).map(f64::from).collect();
        series.value = (0..20_000).map(|k| f64::from(k % 97)).collect();
    }
    let html = render_report(&facts, Lang::Zh);
    assert!(html.len() < 3_000_000, "{}", html.len());
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn slots(text: &str) -> Vec<usize> {
    (0..9).filter(|n| text.contains(&format!("{{{n}}}"))).collect()
}

/// Every text is there in both languages, in the language it claims, and with the same values.
#[test]
fn catalogue_is_complete() {
    for &msg in Msg::ALL {
        let (zh, en) = (msg.text(Lang::Zh), msg.text(Lang::En));
        assert_eq!(slots(zh), slots(en), "{msg:?}");
        let nameless = matches!(
            msg,
            Msg::LanguageEn
                | Msg::StoryRoot
                | Msg::StoryCount
                | Msg::StoryMeasure
                | Msg::MapCaption
                | Msg::StoryValue
                | Msg::AssetName
        );
        // The unit of a count of customers is a word in Chinese alone.
        assert!(!zh.is_empty() && (!en.is_empty() || msg == Msg::UnitCustomers), "{msg:?}");
        assert!(nameless || has_chinese(zh), "{msg:?}: {zh}");
        assert!(msg == Msg::LanguageZh || !has_chinese(en), "{msg:?}: {en}");
    }
    for (at, (key, _, zh, en)) in WORDS.iter().enumerate() {
        assert!(has_chinese(zh) && !en.is_empty() && !has_chinese(en), "{key}");
        assert!(WORDS[..at].iter().all(|w| w.0 != *key), "{key} stands twice");
        assert_eq!(*key, key.to_lowercase().replace(['_', ' '], "-"), "{key} is never found");
    }
}

/// The terminal's timeline: one line a record, the words of the language, and a summary.
#[test]
fn timeline_reads_as_people_speak() {
    let records = facts::records(true);
    let zh = render_timeline(&records, Lang::Zh);
    assert!(zh.starts_with("01:00:00  爆管 water/pipe/P440  破口 0.031 m²\n"), "{zh}");
    assert!(zh.contains("关阀 × 4"), "{zh}");
    let en = render_timeline(&records, Lang::En);
    assert!(en.contains("low pressure water/junction/J44  9.2 m (threshold 14 m)  ← #1"), "{en}");
    assert_eq!(en.lines().count(), records.len() + 1);
    assert!(!has_chinese(&en), "{en}");
}

/// The world's own terse records read as what they mean: a signal of a shut valve, an item of the scenario on a pipe.
#[test]
fn records_of_the_world_read_as_what_they_mean() {
    let base = facts::records(false)[0].clone();
    let say = |rule: &str, effect: &str, target: &str, value: f64, unit: &str| {
        let (rule, effect, target, unit) = (rule.into(), effect.into(), target.into(), unit.into());
        let record = CascadeRecord { rule, effect, target, value, threshold: value, unit, ..base.clone() };
        (kind_of(&record), Timeline::default().line(&record, Lang::Zh))
    };
    let cases = [
        (say("burst", "done", "water/pipe/P1", 0.05, "m2"), EffectKind::Burst, "爆管 water/pipe/P1  破口 0.05 m²"),
        (
            say("behaviour", "signal", "water/isolation_valve/V1", 0.0, "1"),
            EffectKind::Shut,
            "关阀 water/isolation_valve/V1",
        ),
        (
            say("behaviour", "signal", "water/isolation_valve/V1", 0.4, "1"),
            EffectKind::Other,
            "阀门动作 water/isolation_valve/V1  开度 40 %",
        ),
        (say("behaviour", "signal", "water/pump/B1", 0.0, "1"), EffectKind::Other, "停泵 water/pump/B1"),
        (
            say("node-unsupplied", "node-unsupplied", "water/junction/J1", 0.0, "1"),
            EffectKind::Lost,
            "节点失去水源 water/junction/J1",
        ),
    ];
    for ((kind, line), wanted, words) in cases {
        assert_eq!((kind, line.as_str()), (wanted, format!("01:00:00  {words}").as_str()));
    }
}

/// A result equals itself, and a planted difference is found where it was planted.
#[test]
fn compare_finds_what_was_planted() {
    let dir = temp();
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    let mut facts = facts::run();
    write_all(&a, &facts);
    write_all(&b, &facts);
    let same = compare(&a, &b).unwrap();
    assert!(same.same, "{}", same.render(Lang::En));
    assert_eq!(same.parts.len(), 2);
    assert!(same.parts.iter().all(|p| p.hash_equal == Some(true) && p.events[0] > 0 && p.series[0].samples > 2000));

    // Rows in another order, one of them missing: matched by asset and time.
    let shuffled = dir.path().join("shuffled");
    let mut turned = facts.clone();
    turned.variants[0].metrics.reverse();
    turned.variants[0].metrics[0].t_s.pop();
    write_all(&shuffled, &turned);
    let turned = compare(&a, &shuffled).unwrap();
    let metrics = turned.parts[0].series.iter().find(|s| s.unit == "m3/s").unwrap();
    assert_eq!((metrics.samples, metrics.only_one_side, metrics.largest), (2160, 1, 0.0));
    assert!(!turned.same);

    let other = &mut facts.variants[1];
    other.probes[0].value[100] += 0.25;
    other.records[2].value = -0.5;
    other.state_hash = "ff".into();
    other.metrics[0].value[2160] += 12.0;
    write_all(&b, &facts);
    let found = compare(&a, &b).unwrap();
    assert!(!found.same && found.parts[0].same());
    let part = &found.parts[1];
    assert_eq!((part.variant.as_str(), part.hash_equal), ("do-nothing", Some(false)));
    let probe = part.series.iter().find(|s| s.table == "probes").unwrap();
    assert_eq!((probe.largest, probe.at_id.as_str(), probe.at_s), (0.25, "water/junction/J44", 1000.0));
    assert_eq!(part.first_event.as_ref().unwrap().number, 3);
    let last = part.metrics.iter().find(|m| m.metric == "customers_without_water" && m.figure == "last").unwrap();
    assert!((last.b.unwrap() - last.a.unwrap() - 12.0).abs() < 1e-9);
    let (zh, en) = (found.render(Lang::Zh), found.render(Lang::En));
    assert!(zh.contains("第一条不同的事件是第 3 条") && zh.contains("两次结果不同"), "{zh}");
    assert!(en.contains("hash of the last state: different") && !has_chinese(&en), "{en}");
    assert_eq!(found.to_json()["parts"][1]["first_event"]["number"], 3);
}
