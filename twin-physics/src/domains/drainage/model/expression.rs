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
    /// Square root; 0 for negative arguments.
    Sqrt,
    /// Natural logarithm; 0 for arguments ≤ 0.
    Log,
    /// Decimal logarithm; 0 for 0.
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
    /// Divides by the top.
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

/// Programs up to this length are evaluated without allocation: a program cannot need a deeper stack than its length.
const SMALL: usize = 64;

impl Function {
    /// Value at `x`, by SWMM's rules outside of the domain.
    #[must_use]
    pub fn value(self, x: f64) -> f64 {
        match self {
            Self::Abs => x.abs(),
            Self::Sign => f64::from(i8::from(x > 0.0) - i8::from(x < 0.0)),
            Self::Step => f64::from(u8::from(x > 0.0)),
            Self::Sqrt if x < 0.0 => 0.0,
            Self::Sqrt => x.sqrt(),
            Self::Log if x <= 0.0 => 0.0,
            Self::Log => x.ln(),
            // SWMM guards zero only; what a negative argument gives is not a number and ends as 0 for the whole
            // formula.
            Self::Log10 if x == 0.0 => 0.0,
            Self::Log10 => x.log10(),
            Self::Exp => x.exp(),
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Tan => x.tan(),
            Self::Cot if x == 0.0 => 0.0,
            Self::Cot => 1.0 / x.tan(),
            Self::Asin => x.asin(),
            Self::Acos => x.acos(),
            Self::Atan => x.atan(),
            Self::Acot => std::f64::consts::FRAC_PI_2 - x.atan(),
            Self::Sinh => (x.exp() - (-x).exp()) / 2.0,
            Self::Cosh => f64::midpoint(x.exp(), (-x).exp()),
            Self::Tanh => (x.exp() - (-x).exp()) / (x.exp() + (-x).exp()),
            Self::Coth => (x.exp() + (-x).exp()) / (x.exp() - (-x).exp()),
        }
    }
}

impl<V: Copy> Expression<V> {
    /// Whether the program leaves exactly one number and never takes from an empty stack.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let mut depth = 0_usize;
        for op in &self.program {
            let (takes, gives) = match op {
                Op::Number(_) | Op::Variable(_) => (0, 1),
                Op::Negate | Op::Apply(_) => (1, 1),
                Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Power => (2, 1),
            };
            if depth < takes {
                return false;
            }
            depth = depth - takes + gives;
        }
        depth == 1
    }

    /// Value of the formula, `variable` giving the value of each variable in the file's units.
    ///
    /// As SWMM: powers of bases ≤ 0 are 0, and a result that is not a number (0/0, a root or arc out of range) is 0. A
    /// division by 0 is infinite, and so is the result unless a later operation undoes it. What is not
    /// [sound](Self::is_sound) counts missing operands as 0.
    ///
    /// *Source:* Rossman (2022), *SWMM User's Manual Version 5.2*, section 3.3 on rules, treatment and groundwater.
    pub fn evaluate(&self, mut variable: impl FnMut(V) -> f64) -> f64 {
        let mut small = [0.0; SMALL + 1];
        let mut large = Vec::new();
        let stack = if self.program.len() < SMALL {
            &mut small[..]
        } else {
            large.resize(self.program.len() + 2, 0.0);
            &mut large[..]
        };
        let mut top = 0_usize;
        for op in &self.program {
            match op {
                Op::Number(_) | Op::Variable(_) => top += 1,
                Op::Negate | Op::Apply(_) => {}
                _ => top = top.saturating_sub(1),
            }
            let (a, b) = (stack[top], stack[top + 1]);
            stack[top] = match *op {
                Op::Number(x) => x,
                Op::Variable(v) => variable(v),
                Op::Add => a + b,
                Op::Subtract => a - b,
                Op::Multiply => a * b,
                Op::Divide => a / b,
                Op::Power if a <= 0.0 => 0.0,
                Op::Power => a.powf(b),
                Op::Negate => -a,
                Op::Apply(f) => f.value(a),
            };
        }
        if stack[top].is_nan() { 0.0 } else { stack[top] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(program: Vec<Op<()>>) -> f64 {
        Expression { program }.evaluate(|()| 7.0)
    }

    #[test]
    fn operators_keep_their_order() {
        use Op::{Add, Divide, Multiply, Negate, Number, Power, Subtract, Variable};
        assert_eq!(value(vec![Variable(()), Number(2.0), Subtract]), 5.0);
        assert_eq!(value(vec![Number(1.0), Number(4.0), Divide, Negate]), -0.25);
        assert_eq!(value(vec![Number(2.0), Number(3.0), Power, Number(1.0), Add]), 9.0);
        assert_eq!(value(vec![Number(2.0), Number(3.0), Number(4.0), Multiply, Add]), 14.0);
        assert_eq!(value(vec![Number(-2.0), Number(2.0), Power]), 0.0);
        assert_eq!(value(vec![Number(0.0), Number(0.0), Divide]), 0.0);
    }

    #[test]
    fn functions_follow_swmm_outside_of_their_domain() {
        let of = |f, x| value(vec![Op::Number(x), Op::Apply(f)]);
        assert_eq!(of(Function::Sqrt, -1.0), 0.0);
        assert_eq!(of(Function::Log, -1.0), 0.0);
        assert_eq!(of(Function::Log10, -1.0), 0.0);
        assert_eq!(of(Function::Step, 0.0), 0.0);
        assert_eq!(of(Function::Sign, -3.0), -1.0);
        assert!((of(Function::Acot, 1.0) - std::f64::consts::FRAC_PI_4).abs() < 1e-15);
        assert!((of(Function::Tanh, 0.5) - 0.5_f64.tanh()).abs() < 1e-15);
        assert_eq!(of(Function::Asin, 2.0), 0.0);
    }

    #[test]
    fn long_and_broken_programs_end() {
        let mut program = vec![Op::Number(1.0)];
        for _ in 0..100 {
            program.extend([Op::Number(1.0), Op::Add]);
        }
        assert!(Expression { program: program.clone() }.is_sound());
        assert_eq!(value(program), 101.0);
        assert!(!Expression::<()> { program: vec![Op::Add] }.is_sound());
        assert_eq!(value(vec![Op::Add]), 0.0);
        assert_eq!(value(Vec::new()), 0.0);
    }
}
