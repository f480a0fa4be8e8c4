//! The transport that loses nothing.

use super::*;

/// A ring of five nodes with a tail, volumes that follow from the flows.
struct Ring {
    rig: Rig,
    volumes: Vec<f64>,
}

const LINKS: [(u32, u32); 6] = [(0, 1), (1, 2), (2, 4), (4, 1), (4, 3), (0, 2)];

fn ring(with: impl Fn(&mut DrainageModel)) -> Ring {
    let mut model = model();
    model.options.defects = Defects::default();
    for node in &mut model.nodes {
        node.treatment.clear();
    }
    for p in &mut model.pollutants {
        p.decay_per_s = 0.0;
        p.dry_weather = 0.0;
    }
    model.links = (0..).zip(LINKS).map(|(i, (a, b))| conduit(&format!("L{i}"), a, b, 100.0, 0.0)).collect();
    model.inflows = vec![Inflow {
        node: NodeIx(0),
        kind: InflowKind::Concentration(TSS),
        series: None,
        factor: 1.0,
        baseline: 30.0,
        pattern: None,
    }];
    with(&mut model);
    let volumes = vec![400.0, 250.0, 600.0, 0.0, 350.0];
    let wet = |water: &mut NetworkState| water.nodes.depth_m.fill(1.0);
    let mut rig = Rig::new(model, &wet, Some(&volumes));
    let n = rig.quality.pollutants;
    for at in 0..5 {
        rig.state.node[at * n] = 10.0 + at as f64;
    }
    for p in 0..n {
        rig.state.network[p].initial = rig.quality.stored(&rig.water, Some(&volumes), &rig.state, p);
    }
    Ring { rig, volumes }
}

impl Ring {
    /// One step with flows that change sign and a circle that runs through three nodes.
    fn step(&mut self, k: usize) {
        let (t, dt_s) = (k as f64, 20.0 + 15.0 * (k % 3) as f64);
        let inflow = 0.4 + 0.2 * (t * 0.3).sin();
        self.rig.loads(t * 30.0, &[inflow, 0.0, 0.0, 0.0, 0.0], &[]);
        let mut q = [0.1 + 0.2 * (t * 0.21).cos(), 0.1, 0.12 + 0.1 * (t * 0.4).sin(), 0.05, 0.06, 0.05];
        // A link that rises is turned round when it is compiled.
        q.iter_mut().zip(&self.rig.net.links).for_each(|(q, l)| *q *= l.direction);
        let before = self.volumes.clone();
        let water = &mut self.rig.water;
        water.links.flow_m3s.copy_from_slice(&q);
        water.links.inflow_m3s.copy_from_slice(&q);
        water.nodes.lateral_m3s.copy_from_slice(&[inflow, -0.02, 0.0, 0.0, 0.0]);
        water.nodes.overflow_m3s[2] = 0.01;
        let losses = vec![(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.003)];
        for at in 0..5 {
            let mut net = water.nodes.lateral_m3s[at] - losses[at].1 - water.nodes.overflow_m3s[at];
            for (l, link) in self.rig.net.links.iter().enumerate() {
                let share = f64::from(u8::from(link.to as usize == at)) - f64::from(u8::from(link.from as usize == at));
                net += q[l] * share;
            }
            self.volumes[at] = if at == 3 { 0.0 } else { before[at] + net * dt_s };
            assert!(self.volumes[at] >= 0.0, "the test's own water runs dry at {at}: {:?}", self.volumes);
        }
        let depths = vec![1.0; 5];
        let reactors = Reactors { before_m3: &before, after_m3: &self.volumes, before_depth_m: &depths };
        let rig = &mut self.rig;
        let (model, net, water) = (&rig.model, &rig.net, &rig.water);
        let aside = Aside { losses: &losses, transfers: &[] };
        rig.quality.route_conserving(model, net, reactors, water, aside, dt_s, &mut rig.state, &mut rig.scratch);
    }

    fn error(&self, p: usize) -> f64 {
        let stored = self.rig.quality.stored(&self.rig.water, Some(&self.volumes), &self.rig.state, p);
        let account = &self.rig.state.network[p];
        let scale = account.initial.max(account.external.value()).max(1.0);
        (stored - account.expected()).abs() / scale
    }
}

#[test]
fn load_is_conserved_and_concentrations_stay_between_what_enters() {
    let mut ring = ring(|_| {});
    for k in 0..60 {
        ring.step(k);
        let n = ring.rig.quality.pollutants;
        for at in 0..5 {
            let c = ring.rig.state.node[at * n];
            assert!((10.0 - 1e-9..=30.0 + 1e-9).contains(&c), "step {k} node {at}: {c}");
        }
        assert!(ring.error(0) < 1e-11, "step {k}: {}", ring.error(0));
    }
    let account = &ring.rig.state.network[0];
    assert!(account.outflow.value() > 0.0 && account.flooding.value() > 0.0 && account.seepage.value() > 0.0);
}

#[test]
fn decay_growth_and_treatment_balance_too() {
    use Op::{Number, Variable};
    let mut ring = ring(|model| {
        model.pollutants[0].decay_per_s = 2e-3;
        model.pollutants[1].decay_per_s = -1e-4;
        let formula = |program| Expression { program };
        let left = formula(vec![Variable(TreatmentVariable::Concentration(TSS)), Number(0.5), Op::Multiply]);
        model.nodes[4].treatment = vec![(TSS, Treatment { removal: false, formula: left })];
        let removed = formula(vec![Number(0.3)]);
        model.nodes[2].treatment = vec![(LEAD, Treatment { removal: true, formula: removed })];
    });
    let n = ring.rig.quality.pollutants;
    for k in 0..60 {
        ring.step(k);
        for p in 0..2 {
            assert!(ring.error(p) < 1e-11, "step {k} pollutant {p}: {}", ring.error(p));
        }
        assert!(ring.rig.state.node.iter().all(|c| *c >= 0.0 && c.is_finite()));
    }
    assert!(ring.rig.state.network[0].reacted.value() > 0.0);
    assert!(ring.rig.state.node[4 * n] < ring.rig.state.node[2 * n]);
}
