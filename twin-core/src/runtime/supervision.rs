//! When to rebuild, and when to give up.
//!
//! actix's own supervisor leaves an actor dead after a panic. Here an actor that panicked, died or stopped answering is
//! treated as poisoned and rebuilt: a network from the bytes of its last checkpoint and the steps taken since, an asset
//! from its row. After repeated failures it is left at its last good state, which stays on show, and tried again later.

use std::collections::VecDeque;

/// How much failure is borne. Counted in ticks, so that no result depends on the speed of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many failures …
    pub failures: usize,
    /// … within so many ticks, and it is given up.
    pub within_ticks: u64,
    /// Ticks after which what was given up is tried once more; 0 = never.
    pub retry_after_ticks: u64,
    /// Ticks between two checkpoints of a network.
    pub checkpoint_ticks: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { failures: 3, within_ticks: 60, retry_after_ticks: 360, checkpoint_ticks: 64 }
    }
}

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Rebuild and go on.
    Rebuild,
    /// Rebuild, and leave it at its last good state.
    GiveUp,
}

/// The failures of one actor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    recent: VecDeque<u64>,
    given_up: Option<u64>,
    total: u64,
}

impl Tally {
    /// Counts a failure at a tick.
    pub fn failed(&mut self, tick: u64, limits: &Limits) -> Verdict {
        self.total += 1;
        self.recent.push_back(tick);
        while self.recent.front().is_some_and(|first| tick - first >= limits.within_ticks.max(1)) {
            self.recent.pop_front();
        }
        if self.recent.len() >= limits.failures.max(1) {
            self.given_up = Some(tick);
            return Verdict::GiveUp;
        }
        Verdict::Rebuild
    }

    /// Whether it may run at a tick; a retry that is due begins here, with a clean slate.
    pub fn may_run(&mut self, tick: u64, limits: &Limits) -> bool {
        match self.given_up {
            Some(since) if limits.retry_after_ticks > 0 && tick >= since + limits.retry_after_ticks => {
                self.given_up = None;
                self.recent.clear();
                true
            }
            Some(_) => false,
            None => true,
        }
    }

    /// Whether it is given up.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.given_up.is_some()
    }

    /// Failures within the window.
    #[must_use]
    pub fn recent(&self) -> usize {
        self.recent.len()
    }

    /// Failures so far.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three failures within the window give up, three spread wider do not; a retry starts with a clean slate.
    #[test]
    fn gives_up_after_repeated_failures_only() {
        let limits = Limits { failures: 3, within_ticks: 10, retry_after_ticks: 5, checkpoint_ticks: 1 };
        let mut spread = Tally::default();
        assert!([0, 10, 20, 30].iter().all(|t| spread.failed(*t, &limits) == Verdict::Rebuild));
        let mut tally = Tally::default();
        let verdicts: Vec<_> = [1, 2, 3].iter().map(|t| tally.failed(*t, &limits)).collect();
        assert_eq!(verdicts, [Verdict::Rebuild, Verdict::Rebuild, Verdict::GiveUp]);
        assert!(!tally.may_run(7, &limits));
        assert!(tally.may_run(8, &limits));
        assert_eq!(tally.failed(8, &limits), Verdict::Rebuild);
        assert_eq!(tally.total(), 4);
    }
}
