//! Threads that solve. No async worker ever does.
//!
//! A fixed number of threads take jobs from one queue. A thread whose job never ends is given up and replaced, which
//! no shared pool offers; it ends by itself should the job return after all.

use std::any::Any;
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

const QUEUED: u8 = 0;
const RUNNING: u8 = 1;
const FINISHED: u8 = 2;
const ABANDONED: u8 = 3;

/// How far a job has come, seen from both sides.
#[derive(Debug, Default)]
pub struct Ticket(AtomicU8);

impl Ticket {
    /// Of a job not yet queued.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    fn go(&self, from: u8, to: u8) -> bool {
        self.0.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

type Work = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    jobs: VecDeque<(Arc<Ticket>, Work)>,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing that can panic runs under this lock.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The threads. Clones share them.
#[derive(Clone)]
pub struct Compute {
    shared: Arc<Shared>,
}

impl Compute {
    /// Starts `threads` of them, at least one.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn start(threads: usize) -> io::Result<Self> {
        let compute = Self { shared: Arc::default() };
        for _ in 0..threads.max(1) {
            if let Err(error) = compute.start_one() {
                compute.close();
                return Err(error);
            }
        }
        Ok(compute)
    }

    fn start_one(&self) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        std::thread::Builder::new().name("twin-compute".to_owned()).spawn(move || work(&shared))?;
        Ok(())
    }

    /// Queues a job. A panic of the job ends the job alone.
    pub fn run(&self, ticket: Arc<Ticket>, job: impl FnOnce() + Send + 'static) {
        self.shared.queue().jobs.push_back((ticket, Box::new(job)));
        self.shared.wake.notify_one();
    }

    /// Gives up a job that is running, and replaces its thread; `false` when it is not running.
    ///
    /// # Errors
    /// When the replacement cannot be started.
    pub fn abandon(&self, ticket: &Ticket) -> io::Result<bool> {
        if ticket.go(RUNNING, ABANDONED) { self.start_one().map(|()| true) } else { Ok(false) }
    }

    /// Lets the threads end once the queue is empty.
    pub fn close(&self) {
        self.shared.queue().closed = true;
        self.shared.wake.notify_all();
    }
}

fn work(shared: &Shared) {
    loop {
        let (ticket, job) = {
            let mut queue = shared.queue();
            loop {
                if let Some(next) = queue.jobs.pop_front() {
                    break next;
                }
                if queue.closed {
                    return;
                }
                queue = shared.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        };
        ticket.go(QUEUED, RUNNING);
        // Jobs catch their own panics; this one is for what panics while being dropped.
        drop(catch_unwind(AssertUnwindSafe(job)));
        if !ticket.go(RUNNING, FINISHED) {
            return; // replaced long ago
        }
    }
}

/// The words of a panic.
#[must_use]
pub fn panic_words(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A panic ends its job and not its thread; a job that hangs is given up and its thread replaced.
    #[test]
    fn neither_panic_nor_hang_stops_the_work() {
        let compute = Compute::start(1).expect("a thread starts");
        compute.run(Ticket::new(), || panic!("a job that panics"));
        let (begun, has_begun) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let hung = Ticket::new();
        compute.run(Arc::clone(&hung), move || {
            begun.send(()).expect("the test listens");
            released.recv().ok();
        });
        has_begun.recv().expect("the thread outlived the panic");
        let (done, is_done) = mpsc::channel();
        let waiting = Ticket::new();
        compute.run(Arc::clone(&waiting), move || done.send(7).expect("the test listens"));
        assert!(!compute.abandon(&waiting).expect("threads"), "what waits is not given up");
        assert!(compute.abandon(&hung).expect("a thread starts"));
        assert_eq!(is_done.recv().expect("the replacement works"), 7);
        drop(release);
        compute.close();
    }
}
