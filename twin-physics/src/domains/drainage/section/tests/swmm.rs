//! Agreement with SWMM 5.2.4.
//!
//! `swmm524.csv` holds what the geometry functions of SWMM 5.2.4 (the library of swmm-toolkit 0.17.0) returned for the
//! conduits of [`super::shapes`], transects, streets and curves read from a deck, converted to SI: full values, then
//! (depth; area, width, radius), (area; depth, radius, section factor, its slope), (section factor; area),
//! (flow; critical depth).

use super::super::Section;

const FIXTURE: &str = include_str!("swmm524.csv");
const TOLERANCE: f64 = 1e-4;

/// Rows of one shape and kind: argument first.
fn rows(shape: &str, kind: &str) -> Vec<Vec<f64>> {
    FIXTURE
        .lines()
        .filter_map(|line| line.strip_prefix(shape)?.strip_prefix(',')?.strip_prefix(kind)?.strip_prefix(','))
        .map(|numbers| numbers.split(',').map(|n| n.parse().expect("a number")).collect())
        .collect()
}

/// Every difference above the tolerance, in words.
fn differences(kind: &str, floor: impl Fn(&Section) -> f64, answer: impl Fn(&Section, f64) -> Vec<f64>) -> Vec<String> {
    let mut found = Vec::new();
    let mut compared = 0;
    for (name, shape) in super::shapes() {
        let section = Section::new(&shape).expect("a good shape");
        for row in rows(name, kind) {
            for (column, (ours, theirs)) in answer(&section, row[0]).iter().zip(&row[1..]).enumerate() {
                compared += 1;
                if (ours - theirs).abs() > TOLERANCE * theirs.abs().max(floor(&section)) {
                    found.push(format!("{name} {kind} {} column {column}: {ours} for {theirs}", row[0]));
                }
            }
        }
    }
    assert!(compared > 200, "only {compared} numbers compared");
    found
}

#[test]
fn full_values_are_those_of_swmm() {
    for (name, shape) in super::shapes() {
        let s = Section::new(&shape).expect("a good shape");
        let ours = [
            s.full_depth_m,
            s.max_width_m,
            s.depth_at_max_width_m,
            s.full_area_m2,
            s.full_radius_m,
            s.full_section_factor,
            s.max_section_factor,
            s.area_at_max_flow_m2,
        ];
        let rows = rows(name, "full");
        assert_eq!(rows.len(), 1, "{name}");
        for (column, (ours, theirs)) in ours.iter().zip(&rows[0]).enumerate() {
            assert!((ours - theirs).abs() <= 1e-6 * theirs, "{name} column {column}: {ours} for {theirs}");
        }
    }
}

#[test]
fn area_width_and_radius_by_depth_are_those_of_swmm() {
    let found = differences(
        "depth",
        |_| 1e-9,
        |s, depth| {
            let (area, width, radius) = s.area_width_radius(depth);
            assert_eq!((area, width, radius), (s.area(depth), s.width(depth), s.radius(depth)));
            vec![area, width, radius]
        },
    );
    assert!(found.is_empty(), "{} differ:\n{}", found.len(), found.join("\n"));
}

#[test]
fn depth_radius_and_factor_by_area_are_those_of_swmm() {
    let found = differences(
        "area",
        |_| 1e-9,
        |s, area| vec![s.depth_of_area(area), s.radius_of_area(area), s.section_factor_of_area(area), s.dsda(area)],
    );
    assert!(found.is_empty(), "{} differ:\n{}", found.len(), found.join("\n"));
}

#[test]
fn area_by_section_factor_is_that_of_swmm() {
    // SWMM's own search stops within 1e-4 of the full area.
    let found = differences("factor", |s| s.full_area_m2, |s, factor| vec![s.area_of_section_factor(factor)]);
    assert!(found.is_empty(), "{} differ:\n{}", found.len(), found.join("\n"));
}

#[test]
fn critical_depth_is_that_of_swmm() {
    let found = differences("critical", |_| 1e-9, |s, flow| vec![s.critical_depth(flow)]);
    assert!(found.is_empty(), "{} differ:\n{}", found.len(), found.join("\n"));
}
