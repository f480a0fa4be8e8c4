//! Ports: how a network is driven and read, without anyone knowing its equations.
//!
//! A [`PortTable`] lists groups of equal ports in a fixed order; a group has one slot per element (a link, a node, or
//! one for the whole network). [`Inputs`] and [`Outputs`] are plain vectors in that order with a validity bit per slot.
//! An invalid input means "nobody says anything": the network's own controls decide. So releasing an override is
//! clearing a bit, and no default value has to be invented. Spatial results are read through [`FieldView`] instead.

use serde::{Deserialize, Serialize};

use crate::ledger::Conserved;

macro_rules! quantities {
    ($($variant:ident $key:literal $unit:literal $zh:literal $doc:literal;)*) => {
        /// A physical quantity as a port or field carries it, always in the SI unit of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Quantity { $(#[doc = $doc] $variant,)* }

        impl Quantity {
            /// Every quantity.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The key used in files, result tables and the API.
            #[must_use]
            pub const fn key(self) -> &'static str { match self { $(Self::$variant => $key,)* } }
            /// The SI unit ("1" where there is none).
            #[must_use]
            pub const fn unit(self) -> &'static str { match self { $(Self::$variant => $unit,)* } }
            /// The Chinese term shown to people.
            #[must_use]
            pub const fn zh(self) -> &'static str { match self { $(Self::$variant => $zh,)* } }
            /// The quantity with this key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> { Self::ALL.iter().copied().find(|q| q.key() == key) }
        }
    };
}

quantities! {
    Head "head" "m" "水头" "Piezometric head above datum.";
    PressureHead "pressure_head" "m" "压力水头" "Head above the ground or element, gauge.";
    Pressure "pressure" "Pa" "压力" "Pressure; absolute unless a port says gauge.";
    Level "level" "m" "水位" "Free-surface level above a local bottom.";
    Depth "depth" "m" "水深" "Water depth.";
    Flow "flow" "m3/s" "流量" "Volume flow, positive from first to second node.";
    MassFlow "mass_flow" "kg/s" "质量流量" "Mass flow.";
    Velocity "velocity" "m/s" "流速" "Mean velocity.";
    HeadLoss "head_loss" "m" "水头损失" "Head lost from first to second node; negative for a pump's lift.";
    Demand "demand" "m3/s" "需水量" "Demand asked for.";
    Delivered "delivered" "m3/s" "供水量" "Demand delivered.";
    LeakFlow "leak_flow" "m3/s" "漏失流量" "Flow through holes, bursts and emitters.";
    NetInflow "net_inflow" "m3/s" "净流入" "Net flow into a tank or reservoir.";
    Volume "volume" "m3" "体积" "Stored volume.";
    Power "power" "W" "功率" "Power taken or given.";
    Status "status" "1" "状态" "Status code of a device; 0 closed, 1 open, 2 active.";
    Setting "setting" "SI" "设定值" "Setting of a device, in the SI unit of what it sets.";
    Opening "opening" "1" "开度" "Opening of a device, 0 closed to 1 open.";
    Speed "speed" "1" "转速比" "Relative speed of a pump.";
    HoleArea "hole_area" "m2" "破口面积" "Area of a hole in a pipe.";
    Closed "closed" "1" "关闭" "1 closed, 0 open.";
    Powered "powered" "1" "供电" "1 with power, 0 without.";
    Supplied "supplied" "1" "有水源" "1 where a path to a source exists, 0 otherwise.";
    Amount "amount" "SI" "转移量" "An amount of a conserved quantity over one step.";
    Temperature "temperature" "K" "温度" "Temperature.";
    Customers "customers" "1" "用户数" "Customers.";
    Rain "rain" "m/s" "降雨强度" "Rain intensity.";
    Evaporation "evaporation" "m/s" "蒸发强度" "Potential evaporation.";
    Runoff "runoff" "m3/s" "径流量" "Runoff that leaves a catchment.";
    Flooding "flooding" "m3/s" "溢流量" "Water that leaves a network above the ground.";
    Filling "filling" "1" "充满度" "Depth over full depth of a closed conduit or channel.";
    StreetDepth "street_depth" "m" "路面积水深度" "Depth of water on the street at a node.";
    Exchange "exchange" "m3/s" "地表交换流量" "Flow from the street into a node, negative out of it.";
    Area "area" "m2" "面积" "Area.";
    Mass "mass" "kg" "质量" "Stored mass.";
    Blockage "blockage" "1" "堵塞率" "Blocked share of a cross section, 0 free to 1 closed.";
}

/// What the slots of a port group stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Element {
    /// One slot for the whole network.
    Network,
    /// One slot per node.
    Node,
    /// One slot per link.
    Link,
    /// One slot per cell or compartment.
    Cell,
}

/// How an input behaves between two exchanges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hold {
    /// The value at the start of the step holds over it.
    Constant,
    /// The value runs linearly from the one at the start to the one at the end of the step.
    Linear,
}

/// What a port carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Carries {
    /// A state or a command: nothing is moved by reading it.
    Signal,
    /// A conserved quantity. An input or output of this kind is a rate [amount·s⁻¹], constant over the macro step, so
    /// that a solver may sub-step as it likes; a stock is an amount; what a receiver could not take is a running total.
    Amount(Conserved),
}

/// A row of equal ports, one slot per element.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortGroup {
    /// Name within the network, for example `hole_area`.
    pub name: &'static str,
    /// Quantity and so the unit.
    pub quantity: Quantity,
    /// What a slot stands for.
    pub element: Element,
    /// Number of slots.
    pub count: usize,
    /// Numbers per slot: 1, or the length of a short vector such as a gas composition.
    pub width: usize,
    /// Behaviour over a step.
    pub hold: Hold,
    /// Signal or amount.
    pub carries: Carries,
    /// Smallest legal value.
    pub min: f64,
    /// Largest legal value.
    pub max: f64,
}

impl PortGroup {
    /// A group of scalar signals held constant over a step, any finite value legal.
    #[must_use]
    pub fn signal(name: &'static str, quantity: Quantity, element: Element, count: usize) -> Self {
        Self {
            name,
            quantity,
            element,
            count,
            width: 1,
            hold: Hold::Constant,
            carries: Carries::Signal,
            min: f64::MIN,
            max: f64::MAX,
        }
    }

    /// A group of scalar amounts of a conserved quantity, never negative.
    #[must_use]
    pub fn amount(name: &'static str, of: Conserved, element: Element, count: usize) -> Self {
        Self { carries: Carries::Amount(of), min: 0.0, ..Self::signal(name, Quantity::Amount, element, count) }
    }

    /// The same group with a legal range.
    #[must_use]
    pub fn within(mut self, min: f64, max: f64) -> Self {
        (self.min, self.max) = (min, max);
        self
    }
}

/// Position of a port's first number in [`Inputs`] or [`Outputs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PortIx(pub usize);

/// The named inputs and outputs of a network in their fixed order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PortTable {
    /// Input groups.
    pub inputs: Vec<PortGroup>,
    /// Output groups.
    pub outputs: Vec<PortGroup>,
}

fn locate(groups: &[PortGroup], name: &str, slot: usize) -> Option<PortIx> {
    let mut offset = 0;
    for group in groups {
        if group.name == name {
            return (slot < group.count).then_some(PortIx(offset + slot * group.width));
        }
        offset += group.count * group.width;
    }
    None
}

fn group_of(groups: &[PortGroup], port: PortIx) -> Option<(&PortGroup, usize)> {
    let mut offset = 0;
    for group in groups {
        let len = group.count * group.width;
        if port.0 < offset + len {
            return Some((group, (port.0 - offset) / group.width));
        }
        offset += len;
    }
    None
}

impl PortTable {
    /// The input `name` of element `slot`, if there is one.
    #[must_use]
    pub fn input(&self, name: &str, slot: usize) -> Option<PortIx> {
        locate(&self.inputs, name, slot)
    }
    /// The output `name` of element `slot`, if there is one.
    #[must_use]
    pub fn output(&self, name: &str, slot: usize) -> Option<PortIx> {
        locate(&self.outputs, name, slot)
    }
    /// The group and slot an input belongs to.
    #[must_use]
    pub fn input_group(&self, port: PortIx) -> Option<(&PortGroup, usize)> {
        group_of(&self.inputs, port)
    }
    /// The group and slot an output belongs to.
    #[must_use]
    pub fn output_group(&self, port: PortIx) -> Option<(&PortGroup, usize)> {
        group_of(&self.outputs, port)
    }
    /// How many numbers [`Inputs`] holds.
    #[must_use]
    pub fn input_len(&self) -> usize {
        self.inputs.iter().map(|g| g.count * g.width).sum()
    }
    /// How many numbers [`Outputs`] holds.
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.outputs.iter().map(|g| g.count * g.width).sum()
    }
}

/// Numbers in port order, each with a validity bit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    values: Vec<f64>,
    valid: Vec<bool>,
}

/// What drives a network over one step.
pub type Inputs = Signals;
/// What a network shows after a step.
pub type Outputs = Signals;

impl Signals {
    /// `len` slots, all invalid.
    #[must_use]
    pub fn new(len: usize) -> Self {
        Self { values: vec![0.0; len], valid: vec![false; len] }
    }
    /// Number of slots.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }
    /// Whether there is no slot.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    /// The value, if valid.
    #[must_use]
    pub fn get(&self, port: PortIx) -> Option<f64> {
        if *self.valid.get(port.0)? { self.values.get(port.0).copied() } else { None }
    }
    /// The value, or `default` where nobody says anything.
    #[must_use]
    pub fn get_or(&self, port: PortIx, default: f64) -> f64 {
        self.get(port).unwrap_or(default)
    }
    /// Sets a value and its validity.
    ///
    /// # Panics
    /// If `port` is not of this table.
    pub fn set(&mut self, port: PortIx, value: f64) {
        self.values[port.0] = value;
        self.valid[port.0] = true;
    }
    /// Takes a value back: the network's own controls decide again.
    ///
    /// # Panics
    /// If `port` is not of this table.
    pub fn clear(&mut self, port: PortIx) {
        self.values[port.0] = 0.0;
        self.valid[port.0] = false;
    }
    /// The valid slots in order.
    pub fn iter_valid(&self) -> impl Iterator<Item = (PortIx, f64)> + '_ {
        (0..self.values.len()).filter(|&i| self.valid[i]).map(|i| (PortIx(i), self.values[i]))
    }
    /// All numbers, valid or not (0 where not).
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

/// A value per node, link or cell, borrowed from a state.
#[derive(Debug, Clone, Copy)]
pub struct FieldView<'a> {
    /// What the slots stand for.
    pub element: Element,
    /// One value per slot, in the SI unit of the quantity.
    pub values: &'a [f64],
}
