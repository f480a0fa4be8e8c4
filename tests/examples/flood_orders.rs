//! Prints the error of every analytic case of shallow water at its resolutions, and the order it falls with.
//!
//! `cargo run --release -p twin-tests --example flood_orders [NAME…]`, with the shared data beside the project or in
//! `LIFELINE_SHARED`.

use std::io::Write;

use twin_physics::kernels::surface::step::Order;
use twin_tests::flood2d::{Case, Run, folder};

/// Case, resolutions, output.
const CASES: [(&str, &[usize], usize); 12] = [
    ("lake_immersed", &[100, 400], 0),
    ("lake_emerged", &[100, 400], 0),
    ("stoker_wet", &[100, 400], 3),
    ("ritter_dry", &[100, 400], 3),
    ("dressler_dry", &[100, 400], 2),
    ("bump_subcritical", &[100, 400], 0),
    ("bump_transcritical", &[100, 400], 0),
    ("bump_shock", &[100, 400], 0),
    ("macdonald_sub", &[100, 400], 0),
    ("macdonald_sup", &[100, 400], 0),
    ("thacker_planar_1d", &[100, 400], 3),
    ("thacker_planar_2d", &[64, 128, 256], 3),
];

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let Some(folder) = folder() else { return writeln!(out, "the shared data are not here") };
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    writeln!(out, "case                  order   n    rel. L1    falls with  |u| [m/s]  mass      steps    steady to")?;
    for (name, sizes, k) in CASES {
        if !wanted.is_empty() && !wanted.iter().any(|w| name.contains(w.as_str())) {
            continue;
        }
        for order in [Order::First, Order::Second] {
            let mut before: Option<(usize, f64)> = None;
            for &n in sizes {
                let case = Case::read(&folder, &format!("{name}_n{n}"));
                let run: Run = case.run::<f64>(order, k);
                let error = case.relative_l1(&run, k);
                let slope = before.map(|(m, e)| (e / error).ln() / (n as f64 / m as f64).ln());
                let slope = slope.map_or_else(String::new, |s| format!("{s:.2}"));
                let jump = case.x_shock.map_or_else(String::new, |x| {
                    format!("  jump off by {:.2} cells", (case.jump_of(&run) - x) / case.dx)
                });
                writeln!(
                    out,
                    "{name:<20}  {order:<6?}  {n:<4} {error:<10.2e} {slope:<11} {:<10.1e} {:<9.1e} {:<8} {:.1e}{jump}",
                    run.fastest_ms, run.mass_error, run.steps, run.changed_ms
                )?;
                before = Some((n, error));
            }
        }
    }
    Ok(())
}
