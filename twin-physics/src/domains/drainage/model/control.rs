//! Control rules. Premises and settings compare in the units of the file, so every operand has its factor from SI.
//!
//! *Source:* Rossman & Simon (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030,
//! appendix D, section CONTROLS.

use serde::{Deserialize, Serialize};

use super::{Expression, GageIx, LinkIx, NodeIx, Op, SeriesIx};

/// What a premise may ask of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NodeAttribute {
    /// Depth.
    Depth,
    /// Largest depth.
    MaxDepth,
    /// Head.
    Head,
    /// Volume.
    Volume,
    /// Lateral inflow; `Inflow` in a rule is the total one.
    Inflow,
}

/// What a premise may ask of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkAttribute {
    /// Flow.
    Flow,
    /// Full flow of a conduit.
    FullFlow,
    /// Depth.
    Depth,
    /// Largest depth.
    MaxDepth,
    /// Velocity.
    Velocity,
    /// Length.
    Length,
    /// Slope.
    Slope,
    /// Status: 1 open or on, 0 closed or off.
    Status,
    /// Setting.
    Setting,
    /// Time since it was opened or started [h].
    TimeOpen,
    /// Time since it was closed or stopped [h].
    TimeClosed,
}

/// What a premise may ask of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClockAttribute {
    /// Time since the start [h].
    Time,
    /// Date [d since 1899-12-30].
    Date,
    /// Time of day [h].
    ClockTime,
    /// Day of the week, 1 = Sunday.
    Weekday,
    /// Month.
    Month,
    /// Day of the year.
    DayOfYear,
}

/// A quantity in a premise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Quantity {
    /// Of a node.
    Node(NodeIx, NodeAttribute),
    /// Of a link.
    Link(LinkIx, LinkAttribute),
    /// Rain of a gage: intensity now (`None`), or depth over the last hours.
    Gage(GageIx, Option<u8>),
    /// Of the clock.
    Clock(ClockAttribute),
}

/// A quantity in the units of the file: `factor · SI`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scaled {
    /// What.
    pub quantity: Quantity,
    /// From SI (hours, days for the clock) to the file's unit.
    pub factor: f64,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Operand {
    /// A number in the file's unit (a status as 0 or 1, a date as day number, a time in hours).
    Number(f64),
    /// A quantity.
    Value(Scaled),
    /// A named formula.
    Formula(Expression<Scaled>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Relation {
    /// =
    Equal,
    /// <>
    NotEqual,
    /// <
    Less,
    /// <=
    LessOrEqual,
    /// >
    Greater,
    /// >=
    GreaterOrEqual,
}

/// A premise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Premise {
    /// Whether it is joined to those before it by OR (`true`) or by AND.
    pub or: bool,
    /// Left side.
    pub left: Operand,
    /// Comparison.
    pub relation: Relation,
    /// Right side.
    pub right: Operand,
}

/// What sets a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Setting {
    /// A value: 0 closed or off, 1 open or on, between = opening or speed.
    Value(f64),
    /// By curve of the last premise's left value [file unit → setting], linear.
    Curve(Vec<(f64, f64)>),
    /// By series over time.
    Series(SeriesIx),
    /// Proportional-integral-derivative control on the last premise's left value against its right.
    Pid {
        /// Gain; negative for direct action.
        gain: f64,
        /// Integral time [min].
        integral_min: f64,
        /// Derivative time [min].
        derivative_min: f64,
    },
}

/// An action on a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Which.
    pub link: LinkIx,
    /// What sets it.
    pub setting: Setting,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Name.
    pub id: String,
    /// Premises in order.
    pub premises: Vec<Premise>,
    /// Actions when they hold.
    pub then: Vec<Action>,
    /// Actions when they do not.
    pub otherwise: Vec<Action>,
    /// Larger wins on one link; of equal ones the earlier rule.
    pub priority: f64,
}

impl Rule {
    /// Rain gages that its premises read.
    pub fn gages(&self) -> impl Iterator<Item = GageIx> + '_ {
        let of = |quantity: Quantity| match quantity {
            Quantity::Gage(gage, _) => Some(gage),
            _ => None,
        };
        self.premises.iter().flat_map(|p| [&p.left, &p.right]).flat_map(move |side| {
            let read: Vec<GageIx> = match side {
                Operand::Number(_) => Vec::new(),
                Operand::Value(scaled) => of(scaled.quantity).into_iter().collect(),
                Operand::Formula(formula) => {
                    let variable = |op: &Op<Scaled>| match op {
                        Op::Variable(v) => of(v.quantity),
                        _ => None,
                    };
                    formula.program.iter().filter_map(variable).collect()
                }
            };
            read
        })
    }
}
