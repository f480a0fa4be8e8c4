//! Three hours of a cloudburst on a town: 1,000 × 1,000 cells of 5 m over 1,000 conduits, rain on every cell.
//!
//! `cargo run --release -p twin-tests --example cloudburst [CONDUITS COLUMNS ROWS HOURS]`

use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use twin_core::rehearsal::threads::Threads;
use twin_tests::cloudburst::{Town, Weather};

#[expect(clippy::disallowed_methods, reason = "a measurement of time reads the clock")]
fn main() {
    let given: Vec<f64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let [conduits, columns, rows, hours] = <[f64; 4]>::try_from(given).unwrap_or([1000.0, 1000.0, 1000.0, 3.0]);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts
    let (conduits, size) = (conduits as usize, [columns as usize, rows as usize]);
    let mut out = std::io::stdout().lock();
    let threads = Arc::new(Threads::new(2).expect("threads"));
    let mut town = Town::new(conduits, size, Weather::Storm, threads);
    let start = Instant::now();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // minutes
    for minute in 1..=(hours * 60.0) as usize {
        town.step(60.0);
        if minute % 10 == 0 {
            let (down, up) =
                town.above().into_m3s.iter().fold((0.0, 0.0), |(d, u), q| (d + q.max(0.0), u + q.min(0.0)));
            let (wet, off) = (100.0 * town.wet_share(), town.imbalance());
            let wall_s = start.elapsed().as_secs_f64();
            let flows = format!("down {down:7.2}  up {up:7.2} m³/s");
            writeln!(out, "{minute:4} min  wet {wet:5.1} %  {flows}  joint error {off:.1e}  {wall_s:6.1} s")
                .expect("output");
        }
    }
}
