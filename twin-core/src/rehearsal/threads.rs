//! Threads for kernels: jobs that do not depend on one another, on a pool. Results do not depend on it.

use twin_physics::kernels::surface::step::Runner;

/// A pool of threads that runs a kernel's jobs.
#[derive(Debug)]
pub struct Threads {
    pool: rayon::ThreadPool,
}

impl Threads {
    /// A pool of `count` threads, at least one.
    ///
    /// # Errors
    /// When the system has no more threads to give.
    pub fn new(count: usize) -> Result<Self, rayon::ThreadPoolBuildError> {
        Ok(Self { pool: rayon::ThreadPoolBuilder::new().num_threads(count.max(1)).build()? })
    }
}

impl Runner for Threads {
    fn run<'a>(&self, jobs: Vec<Box<dyn FnOnce() + Send + 'a>>) {
        self.pool.scope(|scope| {
            for job in jobs {
                scope.spawn(move |_| job());
            }
        });
    }
}
