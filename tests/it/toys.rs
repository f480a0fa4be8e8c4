//! Two toy domains that exchange water: enough to prove the world without trusting any real equations.
//!
//! A `Cistern` stores water, is drawn on, gets water back, and overfills into "refused". It can be told to misbehave,
//! which no real solver offers.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use twin_core::behaviour::{Behaviour, Event, Pump, Role, Valve};
use twin_core::cascade::exchange::{AmountCoupling, ExchangeLaw};
use twin_core::ids::{AssetId, AssetIx, NetworkIx};
use twin_core::model::{Asset, Register};
use twin_core::time::SimTime;
use twin_core::world::World;
use twin_core::world::agenda::{Condition, Item, Trigger, Watch};
use twin_core::world::command::{Command, Input, Lane, NetPort};
use twin_core::world::network::{Advance, Network, NetworkError};
use twin_core::world::sim::Sim;
use twin_core::world::spec::{NetworkSpec, WorldSpec};
use twin_core::world::tick::TickFrame;
use twin_physics::Domain;
use twin_physics::ledger::{Account, Conserved};
use twin_physics::port::{Element, FieldView, Inputs, Outputs, PortGroup, PortIx, PortTable, Quantity};
use twin_physics::solver::{SolveError, Solver, StepReport};

/// Names of the cisterns' ports, in both directions.
pub mod port {
    pub const TAKE: usize = 0;
    pub const BACK: usize = 1;
    pub const GIVE: usize = 2;
    pub const MISBEHAVE: usize = 3;
    pub const CLOSED: usize = 4;
    pub const STOCK: usize = 0;
    pub const REFUSED: usize = 1;
    pub const LEVEL: usize = 2;
}

/// How a cistern misbehaves when its input `misbehave` says so.
pub mod fault {
    pub const PANIC: f64 = 1.0;
    pub const NAN: f64 = 2.0;
    pub const NOT_CONVERGED: f64 = 3.0;
    pub const STALL: f64 = 4.0;
}

/// A row of equal cisterns that share one stock port; `SURFACE` only decides which lifeline it claims to be.
pub struct Cistern<const SURFACE: bool> {
    ports: PortTable,
    pub start_m3: f64,
    pub capacity_m3: f64,
    /// Longest step it takes by itself [s].
    pub substep_s: f64,
    /// Elements, to make a state as large as a city's.
    pub elements: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CisternState {
    time_s: f64,
    refused_m3: f64,
    account: Account,
    /// Something that moves in every element: a decaying wave.
    cells: Vec<f64>,
}

impl<const SURFACE: bool> Cistern<SURFACE> {
    pub fn new(start_m3: f64, capacity_m3: f64, substep_s: f64, elements: usize) -> Self {
        let amount = |name| PortGroup::amount(name, Conserved::WaterVolume, Element::Network, 1);
        let ports = PortTable {
            inputs: vec![
                amount("take"),
                amount("back"),
                amount("give"),
                PortGroup::signal("misbehave", Quantity::Status, Element::Network, 1).within(0.0, 9.0),
                PortGroup::signal("closed", Quantity::Closed, Element::Network, 1).within(0.0, 1.0),
            ],
            outputs: vec![
                amount("stock"),
                amount("refused"),
                PortGroup::signal("level", Quantity::Level, Element::Network, 1),
            ],
        };
        Self { ports, start_m3, capacity_m3, substep_s, elements }
    }
}

impl<const SURFACE: bool> Solver for Cistern<SURFACE> {
    type State = CisternState;
    type Scratch = Vec<f64>;
    const DOMAIN: Domain = if SURFACE { Domain::Surface } else { Domain::Drainage };

    fn ports(&self) -> &PortTable {
        &self.ports
    }
    fn initial_state(&self, _: &Inputs, _: &mut Vec<f64>) -> Result<CisternState, SolveError> {
        let account = Account::open(Conserved::WaterVolume, self.start_m3);
        let cells = (0..self.elements).map(|i| (i as f64 * 0.37).sin()).collect();
        Ok(CisternState { time_s: 0.0, refused_m3: 0.0, account, cells })
    }
    fn step(
        &self,
        state: &mut CisternState,
        inputs: &Inputs,
        dt_s: f64,
        scratch: &mut Vec<f64>,
    ) -> Result<StepReport, SolveError> {
        let at = |port| inputs.get_or(PortIx(port), 0.0);
        let dt_s = dt_s.min(self.substep_s);
        state.time_s += dt_s;
        // Half-done work, so that a rollback has something to undo.
        let stored = &mut state.account.stored_now;
        *stored -= at(port::TAKE) * dt_s;
        state.account.left.add(at(port::TAKE) * dt_s);
        match at(port::MISBEHAVE) {
            fault::PANIC => panic!("the cistern was told to panic"),
            fault::NAN => *stored = f64::NAN,
            fault::NOT_CONVERGED => {
                let at = "cistern".to_owned();
                return Err(SolveError::NotConverged { iterations: 7, residual: 1.0, tolerance: 1e-6, at });
            }
            fault::STALL => return Ok(StepReport::default()),
            _ => {}
        }
        let given = (at(port::GIVE) + at(port::BACK)) * dt_s;
        let taken_in = if at(port::CLOSED) > 0.0 { 0.0 } else { given.min(self.capacity_m3 - *stored) };
        // What came back belongs here whatever the capacity; only what was given anew can be refused.
        let taken_in = taken_in.max(at(port::BACK) * dt_s);
        *stored += taken_in;
        state.account.entered.add(taken_in);
        state.refused_m3 += given - taken_in;
        scratch.clear();
        scratch.extend(state.cells.iter().map(|c| c * (1.0 - 1e-4 * dt_s)));
        state.cells.copy_from_slice(scratch);
        Ok(StepReport { advanced_s: dt_s, iterations: 1, solves: 1, ..StepReport::default() })
    }
    fn time_s(&self, state: &CisternState) -> f64 {
        state.time_s
    }
    fn outputs(&self, state: &CisternState, out: &mut Outputs) {
        out.set(PortIx(port::STOCK), state.account.stored_now);
        out.set(PortIx(port::REFUSED), state.refused_m3);
        out.set(PortIx(port::LEVEL), state.account.stored_now / self.capacity_m3);
    }
    fn field<'a>(&self, state: &'a CisternState, quantity: Quantity) -> Option<FieldView<'a>> {
        let cells = FieldView { element: Element::Cell, values: &state.cells };
        (quantity == Quantity::Depth).then_some(cells)
    }
    fn accounts(&self, state: &CisternState) -> Vec<Account> {
        vec![state.account]
    }
    fn fingerprint(&self) -> u64 {
        self.start_m3.to_bits() ^ self.capacity_m3.to_bits().rotate_left(17) ^ self.substep_s.to_bits().rotate_left(31)
    }
    fn element_name(&self, _: Element, slot: usize) -> String {
        format!("cistern cell {slot}")
    }
}

/// A rate that is constant, so that the arithmetic of sharing can be done by hand.
pub struct Constant(pub f64);

impl ExchangeLaw for Constant {
    fn rate(&self, _: &Outputs, _: &Outputs) -> f64 {
        self.0
    }
}

/// Puts a world of cisterns together: even ones claim to be drainage, odd ones surface.
pub struct Builder {
    pub spec: WorldSpec,
    pub networks: Vec<Box<dyn Network>>,
    pub register: Register,
}

impl Builder {
    pub fn new() -> Self {
        let mut spec = WorldSpec::default();
        (spec.name, spec.macro_step_ms) = ("toys".to_owned(), 10_000);
        Self { spec, networks: Vec::new(), register: Register::default() }
    }

    pub fn cistern(&mut self, start_m3: f64, capacity_m3: f64, substep_s: f64, elements: usize) -> NetworkIx {
        let at = self.networks.len();
        let name = format!("cistern-{at}");
        let network: Box<dyn Network> = if at.is_multiple_of(2) {
            start(&name, Cistern::<false>::new(start_m3, capacity_m3, substep_s, elements))
        } else {
            start(&name, Cistern::<true>::new(start_m3, capacity_m3, substep_s, elements))
        };
        self.spec.networks.push(NetworkSpec {
            name,
            domain: network.domain(),
            ports: Arc::new(network.ports().clone()),
            fingerprint: network.fingerprint(),
            refused: Arc::default(),
        });
        self.networks.push(network);
        NetworkIx::new(at)
    }

    pub fn amount(&mut self, donor: NetworkIx, receiver: NetworkIx, rate_m3s: f64) {
        self.spec.amounts.push(AmountCoupling {
            id: format!("amount-{}", self.spec.amounts.len()),
            of: Conserved::WaterVolume,
            stock: NetPort { network: donor, port: PortIx(port::STOCK) },
            take: PortIx(port::TAKE),
            back: PortIx(port::BACK),
            give: NetPort { network: receiver, port: PortIx(port::GIVE) },
            returned: PortIx(port::REFUSED),
            law: Arc::new(Constant(rate_m3s)),
        });
    }

    pub fn asset(&mut self, network: NetworkIx, id: &str, behaviour: Behaviour) -> AssetIx {
        let name = format!("cistern-{}", network.0);
        let class = if matches!(behaviour, Behaviour::Pump(_)) { "pump" } else { "valve" };
        let asset = Asset {
            id: AssetId::new(&name, class, id),
            network,
            element: Element::Network,
            slot: 0,
            position: None,
            owner: String::new(),
            attributes: std::collections::BTreeMap::new(),
            behaviour: Some(behaviour),
            roles: [(Role::Closed, PortIx(port::CLOSED))].into(),
            measures: None,
        };
        self.register.add(asset).expect("ids are unique")
    }

    /// An asset at a cell of a network, without a behaviour.
    pub fn cell(&mut self, network: NetworkIx, slot: u32) -> AssetIx {
        let name = format!("cistern-{}", network.0);
        let asset = Asset {
            id: AssetId::new(&name, "cell", &slot.to_string()),
            network,
            element: Element::Cell,
            slot,
            position: None,
            owner: String::new(),
            attributes: std::collections::BTreeMap::new(),
            behaviour: None,
            roles: std::collections::BTreeMap::new(),
            measures: None,
        };
        self.register.add(asset).expect("ids are unique")
    }

    pub fn valve(&mut self, network: NetworkIx, id: &str, travel_s: f64) -> AssetIx {
        self.asset(network, id, Behaviour::Valve(Valve::new(travel_s)))
    }

    pub fn pump(&mut self, network: NetworkIx, id: &str, run_down_s: f64) -> AssetIx {
        self.asset(network, id, Behaviour::Pump(Pump::new(run_down_s)))
    }

    pub fn build(mut self) -> (World, TickFrame) {
        self.spec.register = Arc::new(self.register);
        self.spec.index();
        World::new(Arc::new(self.spec), self.networks).expect("networks and specification are made together")
    }
}

fn start<S: Solver>(name: &str, solver: S) -> Box<dyn Network> {
    let inputs = Arc::new(Inputs::new(solver.ports().input_len()));
    Box::new(Sim::start(name, Arc::new(solver), &inputs).expect("a cistern has a start"))
}

/// An input from a test's hand.
pub fn input(seq: u64, at_s: i64, command: Command) -> Input {
    Input { at: SimTime::from_millis(at_s * 1000), lane: Lane::Control, source: "test".to_owned(), seq, command }
}

/// Drives an input of a cistern as a fault.
pub fn drive(network: NetworkIx, port: usize, value: Option<f64>) -> Command {
    let port = NetPort { network, port: PortIx(port) };
    Command::Drive { port, rank: twin_core::behaviour::Rank::Fault, value }
}

pub fn seconds(s: i64) -> SimTime {
    SimTime::from_millis(s * 1000)
}

/// Two cisterns that exchange, a valve and a pump on their way, an agenda by condition, delay and instant.
pub fn eventful() -> World {
    let mut b = Builder::new();
    let (first, second) = (b.cistern(500.0, 1000.0, 3.0, 50), b.cistern(1.0, 40.0, 7.0, 50));
    b.amount(first, second, 0.4);
    b.amount(second, first, 0.1);
    let (valve, pump) = (b.valve(second, "V1", 45.0), b.pump(first, "P1", 12.0));
    let item = |id: &str, trigger, command| Item {
        id: id.to_owned(),
        trigger,
        commands: vec![command],
        title_zh: String::new(),
        title_en: String::new(),
        target: None,
        not_in: vec!["without".to_owned()],
    };
    let close = Command::Tell { asset: valve, event: Event::Off };
    let open = Command::Tell { asset: valve, event: Event::On };
    let full = Condition {
        watch: Watch::Output(second, PortIx(port::LEVEL)),
        above: true,
        threshold: 0.5,
        hysteresis: 0.1,
        hold_s: 20.0,
    };
    b.spec.agenda = vec![
        item("close", Trigger::When(full), close),
        item("open", Trigger::After { item: 0, delay_s: 90.5 }, open),
        item("cut", Trigger::At(seconds(77)), Command::Tell { asset: pump, event: Event::Power(false) }),
    ];
    b.build().0
}

/// What a [`Frail`] network is told to suffer; shared by all its forks.
#[derive(Default)]
pub struct Ailment {
    /// So many more times, `outputs` panics once model time is past the bits of `after_s`.
    pub panics: AtomicU64,
    pub after_s: AtomicU64,
    /// The next advance hangs until the sender of this is dropped; the flag says that it does.
    pub hang: Mutex<Option<Receiver<()>>>,
    pub hangs: AtomicBool,
}

impl Ailment {
    /// Panics `times` times in `outputs` once past `after_s`.
    pub fn panics(times: u64, after_s: f64) -> Arc<Self> {
        let ailment = Self::default();
        ailment.panics.store(times, Ordering::SeqCst);
        ailment.after_s.store(after_s.to_bits(), Ordering::SeqCst);
        Arc::new(ailment)
    }
}

/// A network that fails where the driver's own guard does not reach.
pub struct Frail {
    pub inner: Box<dyn Network>,
    pub ailment: Arc<Ailment>,
}

impl Network for Frail {
    fn name(&self) -> &str {
        self.inner.name()
    }
    fn domain(&self) -> Domain {
        self.inner.domain()
    }
    fn ports(&self) -> &PortTable {
        self.inner.ports()
    }
    fn time_s(&self) -> f64 {
        self.inner.time_s()
    }
    fn advance(&mut self, inputs: &Arc<Inputs>, target_s: f64) -> Result<Advance, NetworkError> {
        let hang = self.ailment.hang.lock().expect("unpoisoned").take();
        if let Some(released) = hang {
            self.ailment.hangs.store(true, Ordering::SeqCst);
            released.recv().ok();
        }
        self.inner.advance(inputs, target_s)
    }
    fn outputs(&self, out: &mut Outputs) {
        let past = self.time_s() > f64::from_bits(self.ailment.after_s.load(Ordering::SeqCst));
        let left = &self.ailment.panics;
        if past && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok() {
            panic!("the network was told to panic in its outputs");
        }
        self.inner.outputs(out);
    }
    fn field(&self, quantity: Quantity) -> Option<FieldView<'_>> {
        self.inner.field(quantity)
    }
    fn accounts(&self) -> Vec<Account> {
        self.inner.accounts()
    }
    fn element_name(&self, element: Element, slot: usize) -> String {
        self.inner.element_name(element, slot)
    }
    fn fork(&self) -> Box<dyn Network> {
        Box::new(Self { inner: self.inner.fork(), ailment: Arc::clone(&self.ailment) })
    }
    fn save(&self) -> Vec<u8> {
        self.inner.save()
    }
    fn load(&mut self, bytes: &[u8]) -> Result<(), NetworkError> {
        self.inner.load(bytes)
    }
    fn hash_into(&self, hasher: &mut blake3::Hasher) {
        self.inner.hash_into(hasher);
    }
    fn fingerprint(&self) -> u64 {
        self.inner.fingerprint()
    }
}
