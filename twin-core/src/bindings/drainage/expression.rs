//! Formulas of a deck as programs.

use twin_physics::domains::drainage::model::{Expression, Function, Op};

use crate::io::swmm_inp::deck::{self, Expr};

/// A tree of the deck as a program in postfix order; `variable` says what each variable becomes.
pub fn program<V: Copy, W: Copy>(tree: &Expr<V>, variable: &dyn Fn(V) -> Expression<W>) -> Expression<W> {
    let mut out = Vec::new();
    write(tree, variable, &mut out);
    Expression { program: out }
}

fn write<V: Copy, W: Copy>(tree: &Expr<V>, variable: &dyn Fn(V) -> Expression<W>, out: &mut Vec<Op<W>>) {
    match tree {
        Expr::Number(value) => out.push(Op::Number(*value)),
        Expr::Variable(v) => out.extend(variable(*v).program),
        Expr::Negative(inner) => {
            write(inner, variable, out);
            out.push(Op::Negate);
        }
        Expr::Binary(op, left, right) => {
            write(left, variable, out);
            write(right, variable, out);
            out.push(match op {
                deck::Op::Add => Op::Add,
                deck::Op::Subtract => Op::Subtract,
                deck::Op::Multiply => Op::Multiply,
                deck::Op::Divide => Op::Divide,
                deck::Op::Power => Op::Power,
            });
        }
        Expr::Call(function, inner) => {
            write(inner, variable, out);
            out.push(Op::Apply(named(*function)));
        }
    }
}

/// A single variable as a program.
pub fn one<W: Copy>(variable: W) -> Expression<W> {
    Expression { program: vec![Op::Variable(variable)] }
}

fn named(function: deck::Function) -> Function {
    match function {
        deck::Function::Cos => Function::Cos,
        deck::Function::Sin => Function::Sin,
        deck::Function::Tan => Function::Tan,
        deck::Function::Cot => Function::Cot,
        deck::Function::Abs => Function::Abs,
        deck::Function::Sgn => Function::Sign,
        deck::Function::Sqrt => Function::Sqrt,
        deck::Function::Log => Function::Log,
        deck::Function::Exp => Function::Exp,
        deck::Function::Asin => Function::Asin,
        deck::Function::Acos => Function::Acos,
        deck::Function::Atan => Function::Atan,
        deck::Function::Acot => Function::Acot,
        deck::Function::Sinh => Function::Sinh,
        deck::Function::Cosh => Function::Cosh,
        deck::Function::Tanh => Function::Tanh,
        deck::Function::Coth => Function::Coth,
        deck::Function::Log10 => Function::Log10,
        deck::Function::Step => Function::Step,
    }
}
