//! Clocks of a live run: how long to wait before a step, and when silence is a failure.
//!
//! What a clock says never reaches a result; it only decides when a step is taken. Nowhere else in the library may the
//! time of day be read.
//!
//! The twin follows its clock one step behind: a step to `t` is taken once the clock has reached `t`, so an input
//! stamped within the step acts at its own instant.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;

use crate::time::SimTime;

/// A wait that ends when an actor that has not answered is to be taken for lost.
pub type Patience = Pin<Box<dyn Future<Output = ()>>>;

/// What paces a live run.
pub trait Clock: Send {
    /// The run goes on from `at`: at its start and after every pause.
    fn resume(&mut self, at: SimTime);
    /// How long to wait before the step to `until` may be taken; zero when it is due.
    fn wait(&self, until: SimTime) -> Duration;
    /// A fresh wait for an answer.
    fn patience(&self) -> Patience;
}

/// As fast as it can. It never loses patience by itself, so no result depends on the speed of the machine.
#[derive(Debug, Clone, Default)]
pub struct VirtualClock {
    lost: Arc<Notify>,
}

impl VirtualClock {
    /// A virtual clock.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the present wait for an answer, or the next one if nobody waits.
    pub fn lose_patience(&self) {
        self.lost.notify_one();
    }
}

impl Clock for VirtualClock {
    fn resume(&mut self, _: SimTime) {}
    fn wait(&self, _: SimTime) -> Duration {
        Duration::ZERO
    }
    fn patience(&self) -> Patience {
        let lost = Arc::clone(&self.lost);
        Box::pin(async move { lost.notified().await })
    }
}

/// Simulated time at a multiple of real time. A pause moves it: nothing is made up afterwards.
#[derive(Debug, Clone)]
pub struct PacedClock {
    speed: f64,
    patience: Duration,
    anchor: Option<(Instant, SimTime)>,
}

impl PacedClock {
    /// `speed` in simulated per real second, at least 10⁻⁶; `patience` in real time.
    #[must_use]
    pub fn new(speed: f64, patience: Duration) -> Self {
        Self { speed: if speed.is_finite() { speed.max(1e-6) } else { 1.0 }, patience, anchor: None }
    }

    fn wait_at(&self, now: Instant, until: SimTime) -> Duration {
        let Some((begun, at)) = self.anchor else { return Duration::ZERO };
        let due_s = (until.seconds_since(at) / self.speed).max(0.0);
        let due = Duration::try_from_secs_f64(due_s).unwrap_or(Duration::MAX);
        due.saturating_sub(now.saturating_duration_since(begun))
    }
}

impl Clock for PacedClock {
    #[expect(clippy::disallowed_methods)] // pacing is what this module is for
    fn resume(&mut self, at: SimTime) {
        self.anchor = Some((Instant::now(), at));
    }
    #[expect(clippy::disallowed_methods)]
    fn wait(&self, until: SimTime) -> Duration {
        self.wait_at(Instant::now(), until)
    }
    fn patience(&self) -> Patience {
        Box::pin(tokio::time::sleep(self.patience))
    }
}

/// The time of day. After a pause it catches up.
#[derive(Debug, Clone)]
pub struct WallClock {
    zero: SystemTime,
    patience: Duration,
}

impl WallClock {
    /// `zero` is the time of day at [`SimTime::ZERO`].
    #[must_use]
    pub fn new(zero: SystemTime, patience: Duration) -> Self {
        Self { zero, patience }
    }

    fn wait_at(&self, now: SystemTime, until: SimTime) -> Duration {
        // Before its zero a clock has not begun: the whole way to it is waited as well.
        let ms = u64::try_from(until.millis()).unwrap_or(0);
        let due = self.zero.checked_add(Duration::from_millis(ms)).unwrap_or(self.zero);
        due.duration_since(now).unwrap_or(Duration::ZERO)
    }
}

impl Clock for WallClock {
    fn resume(&mut self, _: SimTime) {}
    #[expect(clippy::disallowed_methods)]
    fn wait(&self, until: SimTime) -> Duration {
        self.wait_at(SystemTime::now(), until)
    }
    fn patience(&self) -> Patience {
        Box::pin(tokio::time::sleep(self.patience))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At twice real time, ten simulated seconds are due after five real ones; time already gone is not waited again.
    #[test]
    #[expect(clippy::disallowed_methods)]
    fn a_paced_clock_divides_by_its_speed() {
        let mut clock = PacedClock::new(2.0, Duration::from_secs(1));
        let begun = Instant::now();
        clock.anchor = Some((begun, SimTime::from_millis(1000)));
        let until = SimTime::from_millis(11_000);
        assert_eq!(clock.wait_at(begun, until), Duration::from_secs(5));
        assert_eq!(clock.wait_at(begun + Duration::from_secs(2), until), Duration::from_secs(3));
        assert_eq!(clock.wait_at(begun + Duration::from_secs(9), until), Duration::ZERO);
    }

    /// The wall clock waits for the instant itself, and not at all for what has passed.
    #[test]
    fn a_wall_clock_waits_for_the_instant() {
        let clock = WallClock::new(SystemTime::UNIX_EPOCH, Duration::from_secs(1));
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(7);
        assert_eq!(clock.wait_at(now, SimTime::from_millis(10_000)), Duration::from_secs(3));
        assert_eq!(clock.wait_at(now, SimTime::from_millis(5000)), Duration::ZERO);
    }
}
