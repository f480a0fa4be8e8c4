//! Series in time.

/// Values at instants. Before the first and after the last the nearest holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    t_s: Vec<f64>,
    values: Vec<f64>,
}

impl Series {
    /// One value for all time.
    #[must_use]
    pub fn constant(value: f64) -> Self {
        Self { t_s: vec![0.0], values: vec![value] }
    }

    /// Instants and values; `None` where there is none, their numbers differ, one is not finite, or times do not rise.
    #[must_use]
    pub fn new(t_s: Vec<f64>, values: Vec<f64>) -> Option<Self> {
        let finite = t_s.iter().chain(&values).all(|v| v.is_finite());
        let rises = t_s.windows(2).all(|p| p[0] < p[1]);
        (!t_s.is_empty() && t_s.len() == values.len() && finite && rises).then_some(Self { t_s, values })
    }

    /// All values times a factor.
    #[must_use]
    pub fn times(mut self, factor: f64) -> Self {
        self.values.iter_mut().for_each(|v| *v *= factor);
        self
    }

    /// The value at an instant, straight between two rows.
    #[must_use]
    pub fn at(&self, t_s: f64) -> f64 {
        let next = self.t_s.partition_point(|t| *t <= t_s);
        if next == 0 || next == self.t_s.len() {
            return self.values[next.saturating_sub(1)];
        }
        let (t0, t1) = (self.t_s[next - 1], self.t_s[next]);
        let share = (t_s - t0) / (t1 - t0);
        self.values[next - 1] + share * (self.values[next] - self.values[next - 1])
    }

    /// The value of the last row at or before an instant, 0 before the first.
    #[must_use]
    pub fn held(&self, t_s: f64) -> f64 {
        let next = self.t_s.partition_point(|t| *t <= t_s);
        if next == 0 { 0.0 } else { self.values[next - 1] }
    }

    /// The first row's instant after `t_s`.
    #[must_use]
    pub fn next_row(&self, t_s: f64) -> Option<f64> {
        self.t_s.get(self.t_s.partition_point(|t| *t <= t_s)).copied()
    }

    /// Integral of [`Series::at`] between two instants.
    #[must_use]
    pub fn integral(&self, from_s: f64, to_s: f64) -> f64 {
        let (mut t, mut sum) = (from_s, 0.0);
        while t < to_s {
            let next = self.next_row(t).unwrap_or(to_s).min(to_s);
            sum += 0.5 * (self.at(t) + self.at(next)) * (next - t);
            t = next;
        }
        sum
    }

    /// Its least and greatest value.
    #[must_use]
    pub fn range(&self) -> [f64; 2] {
        self.values.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], v| [a.min(*v), b.max(*v)])
    }
}
