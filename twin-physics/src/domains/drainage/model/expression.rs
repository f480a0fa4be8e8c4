//! Formulas a user writes, as programs of a small stack machine: no names are looked up while stepping.

use serde::{Deserialize, Serialize};

/// A function of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Function {
    /// Absolute value.
    Abs,
    /// −1, 0 or 1.
    Sign,
    /// 0 for arguments ≤ 0, 1 otherwise.
    Step,
    /// Square root of the absolute value of a negative argument is 0.
    Sqrt,
    /// Natural logarithm; 0 for arguments ≤ 0.
    Log,
    /// Decimal logarithm; 0 for arguments ≤ 0.
    Log10,
    /// Exponential.
    Exp,
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// Cotangent.
    Cot,
    /// Arc sine.
    Asin,
    /// Arc cosine.
    Acos,
    /// Arc tangent.
    Atan,
    /// Arc cotangent.
    Acot,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// Hyperbolic cotangent.
    Coth,
}

/// One step of a program in postfix order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Op<V> {
    /// Pushes a number.
    Number(f64),
    /// Pushes a variable.
    Variable(V),
    /// Adds the two on top.
    Add,
    /// Subtracts the top from the one below.
    Subtract,
    /// Multiplies.
    Multiply,
    /// Divides by the top; 0 where that is 0.
    Divide,
    /// Raises to the top; 0 for bases ≤ 0.
    Power,
    /// Changes the sign.
    Negate,
    /// Applies a function.
    Apply(Function),
}

/// A formula in the variables `V`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Expression<V> {
    /// Program; leaves one number.
    pub program: Vec<Op<V>>,
}
