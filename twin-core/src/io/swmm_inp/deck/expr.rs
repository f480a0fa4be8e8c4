//! Arithmetic expressions as SWMM's rules, treatment and groundwater flow have them.

use serde::{Deserialize, Serialize};

/// An expression over variables of type `V`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expr<V> {
    /// A number.
    Number(f64),
    /// A variable.
    Variable(V),
    /// Its negative.
    Negative(Box<Expr<V>>),
    /// Two operands.
    Binary(Op, Box<Expr<V>>, Box<Expr<V>>),
    /// A function.
    Call(Function, Box<Expr<V>>),
}

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// A function of one argument, by SWMM's names; angles in radians.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Function {
    Cos,
    Sin,
    Tan,
    Cot,
    Abs,
    Sgn,
    Sqrt,
    Log,
    Exp,
    Asin,
    Acos,
    Atan,
    Acot,
    Sinh,
    Cosh,
    Tanh,
    Coth,
    Log10,
    /// 1 above 0, else 0.
    Step,
}
