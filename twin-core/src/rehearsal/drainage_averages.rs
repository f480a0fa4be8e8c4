//! Results averaged over a reporting step (`[REPORT] AVERAGES YES`).
//!
//! Each value of a node or link is the mean of its values at the ends of the routing steps within the reporting step,
//! every routing step counting alike however long it is, as SWMM has it; the openings of regulators and the speeds of
//! pumps are the last ones.

/// Sums over the routing steps since the last report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Averages {
    nodes: Vec<f64>,
    links: Vec<f64>,
    steps: u32,
}

impl Averages {
    /// Adds the values at the end of a step. Links for which `lasts` at their position in `links` keep that value.
    pub fn add(&mut self, nodes: &[f64], links: &[f64], lasts: impl Fn(usize) -> bool) {
        self.nodes.resize(nodes.len(), 0.0);
        self.links.resize(links.len(), 0.0);
        for (sum, value) in self.nodes.iter_mut().zip(nodes) {
            *sum += value;
        }
        self.steps += 1;
        for (at, (sum, value)) in self.links.iter_mut().zip(links).enumerate() {
            *sum = if lasts(at) { value * f64::from(self.steps) } else { *sum + value };
        }
    }

    /// Puts the means in place of values, if there was a step at all, and begins anew.
    pub fn take(&mut self, nodes: &mut [f64], links: &mut [f64]) {
        if self.steps > 0 {
            let sums = self.nodes.iter().chain(&self.links);
            for (value, sum) in nodes.iter_mut().chain(links).zip(sums) {
                *value = sum / f64::from(self.steps);
            }
        }
        self.clear();
    }

    /// Begins anew.
    pub fn clear(&mut self) {
        self.nodes.fill(0.0);
        self.links.fill(0.0);
        self.steps = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_the_last_and_all_else_a_mean() {
        let mut averages = Averages::default();
        averages.add(&[1.0], &[2.0, 0.0], |at| at == 1);
        averages.add(&[3.0], &[4.0, 1.0], |at| at == 1);
        let (mut nodes, mut links) = (vec![9.0], vec![9.0, 9.0]);
        averages.take(&mut nodes, &mut links);
        assert_eq!((nodes.as_slice(), links.as_slice()), (&[2.0][..], &[3.0, 1.0][..]));
        // Without a step in between, what is given stays.
        averages.take(&mut nodes, &mut links);
        assert_eq!((nodes.as_slice(), links.as_slice()), (&[2.0][..], &[3.0, 1.0][..]));
    }
}
