//! Control rules: variables, expressions, premises, actions.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CurveIx, Expr, ExpressionIx, GageIx, Line, LinkIx, NodeIx, SeriesIx, VariableIx};

/// A named variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    /// Name.
    pub name: String,
    /// What it stands for.
    pub quantity: Quantity,
}

/// A named expression of variables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expression {
    /// Name.
    pub name: String,
    /// As written, blanks single.
    pub text: String,
    /// The expression.
    pub expression: Expr<RuleVariable>,
}

/// A variable of an expression.
pub type RuleVariable = VariableIx;

/// A quantity that rules may read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Quantity {
    /// Of the simulation's clock.
    Simulation(TimeQuantity),
    /// Rain at a gauge: the intensity now (0 hours) or the depth of the past hours (1 to 48).
    Gage {
        /// Gauge.
        gage: GageIx,
        /// 0 = `INTENSITY`; n = `n-HR_DEPTH`.
        past_hours: u8,
    },
    /// Of a node.
    Node(NodeIx, Attribute),
    /// Of a link; its object word is kept.
    Link(RuleObject, LinkIx, Attribute),
}

/// Clock quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeQuantity {
    /// Time since the start [h].
    Time,
    /// Date.
    Date,
    /// Time of day [h].
    ClockTime,
    /// Day of the year: 1 to 366 (a value may be written as month/day).
    DayOfYear,
    /// Day of the week: 1 (Sunday) to 7.
    Day,
    /// Month: 1 to 12.
    Month,
}

/// Words for links in rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum RuleObject {
    Link,
    Conduit,
    Pump,
    Orifice,
    Weir,
    Outlet,
}

/// Attributes of nodes and links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attribute {
    /// Depth [ft or m].
    Depth,
    /// Greatest depth of a node.
    MaxDepth,
    /// Head of a node.
    Head,
    /// Volume of a node [ft³ or m³].
    Volume,
    /// Inflow of a node.
    Inflow,
    /// Flow of a link.
    Flow,
    /// Full flow of a link.
    FullFlow,
    /// Full depth of a link.
    FullDepth,
    /// Status: 1 on or open, 0 off or closed.
    Status,
    /// Setting of a regulator or pump.
    Setting,
    /// Length of a conduit.
    Length,
    /// Slope of a conduit.
    Slope,
    /// Velocity in a conduit.
    Velocity,
    /// Time since the link was opened [h].
    TimeOpen,
    /// Time since the link was closed [h].
    TimeClosed,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Rule {
    /// Id.
    pub id: String,
    /// The words of its clauses as written, line by line, `RULE` first.
    pub text: Vec<(Line, Vec<String>)>,
    /// Premises in order. SWMM's reading, from the first on: an `OR` is looked at only while the result is false; an
    /// `AND` met while the result is false ends the search.
    pub premises: Vec<Clause>,
    /// Actions if the premises hold.
    pub then_actions: Vec<Action>,
    /// Actions if they do not.
    pub else_actions: Vec<Action>,
    /// Priority; the higher wins. 0 = none given.
    pub priority: f64,
}

/// A premise with the word it begins with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// `IF`, `AND` or `OR`.
    pub word: ClauseWord,
    /// The premise.
    pub premise: Premise,
    /// Where it stood.
    pub line: Line,
}

/// First word of a premise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ClauseWord {
    If,
    And,
    Or,
}

/// A comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Premise {
    /// Left side.
    pub left: Operand,
    /// How they are compared.
    pub comparison: Comparison,
    /// Right side.
    pub right: Operand,
}

/// A side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Operand {
    /// A quantity.
    Quantity(Quantity),
    /// A named variable.
    Variable(VariableIx),
    /// A named expression.
    Expression(ExpressionIx),
    /// A number, in the units of the left side; statuses are 1 and 0, times and clock times hours.
    Number(f64),
    /// A date.
    Date(Date),
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An action on a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The link.
    pub link: LinkIx,
    /// The word it is called by.
    pub object: RuleObject,
    /// `Status` or `Setting`.
    pub attribute: Attribute,
    /// What it is set to.
    pub setting: Setting,
    /// Where it stood.
    pub line: Line,
}

/// What an action sets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Setting {
    /// A number; on and open are 1, off and closed 0.
    Value(f64),
    /// A curve of the controller value (the left side of the rule's last premise that was evaluated).
    Curve(CurveIx),
    /// A time series.
    Series(SeriesIx),
    /// A PID controller.
    Pid {
        /// Proportional gain.
        kp: f64,
        /// Integral time [min].
        ki: f64,
        /// Derivative time [min].
        kd: f64,
    },
}
