//! Arithmetic expressions: text to tree, as SWMM groups them.

use super::deck::{Expr, Function, Op};

/// Deepest nesting of brackets: deeper is no formula, and would exhaust the stack.
const DEPTH_MAX: usize = 100;
/// Functions by SWMM's names.
const FUNCTIONS: &[(&str, Function)] = &[
    ("COS", Function::Cos),
    ("SIN", Function::Sin),
    ("TAN", Function::Tan),
    ("COT", Function::Cot),
    ("ABS", Function::Abs),
    ("SGN", Function::Sgn),
    ("SQRT", Function::Sqrt),
    ("LOG", Function::Log),
    ("EXP", Function::Exp),
    ("ASIN", Function::Asin),
    ("ACOS", Function::Acos),
    ("ATAN", Function::Atan),
    ("ACOT", Function::Acot),
    ("SINH", Function::Sinh),
    ("COSH", Function::Cosh),
    ("TANH", Function::Tanh),
    ("COTH", Function::Coth),
    ("LOG10", Function::Log10),
    ("STEP", Function::Step),
];

struct Parser<'a, F> {
    rest: &'a str,
    find: F,
    depth: usize,
}

/// Reads an expression; `find` knows its variables. Answers what is wrong with it otherwise.
///
/// As in SWMM 5.2.4, `^` binds tighter than `*` and `/` and groups from right to left; `-` before a term covers the
/// whole term, but written right before a digit it belongs to the number: `-2^2` is (-2)^2.
pub(super) fn parse<V, F: Fn(&str) -> Option<V>>(text: &str, find: F) -> Result<Expr<V>, String> {
    let mut p = Parser { rest: text, find, depth: 0 };
    let tree = p.sum()?;
    p.skip();
    if p.rest.is_empty() { Ok(tree) } else { Err(format!("`{}` is not expected", super::read::cut(p.rest))) }
}

impl<'a, V, F: Fn(&str) -> Option<V>> Parser<'a, F> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, signs: &[char]) -> Option<char> {
        self.skip();
        let c = self.rest.chars().next().filter(|c| signs.contains(c))?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn sum(&mut self) -> Result<Expr<V>, String> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("too many brackets within brackets".to_owned());
        }
        let sign = if self.negative_number() { None } else { self.take(&['-', '+']) };
        let mut left = self.product()?;
        if sign == Some('-') {
            left = Expr::Negative(Box::new(left));
        }
        let mut terms = 0;
        while let Some(c) = self.take(&['+', '-']) {
            let right = self.product()?;
            let op = if c == '+' { Op::Add } else { Op::Subtract };
            left = Expr::Binary(op, Box::new(left), Box::new(right));
            terms += 1;
            if terms > DEPTH_MAX {
                return Err("too many terms".to_owned());
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn product(&mut self) -> Result<Expr<V>, String> {
        let mut left = self.power()?;
        let mut factors = 0;
        while let Some(c) = self.take(&['*', '/']) {
            let right = self.power()?;
            let op = if c == '*' { Op::Multiply } else { Op::Divide };
            left = Expr::Binary(op, Box::new(left), Box::new(right));
            factors += 1;
            if factors > DEPTH_MAX {
                return Err("too many factors".to_owned());
            }
        }
        Ok(left)
    }

    fn power(&mut self) -> Result<Expr<V>, String> {
        let mut parts = vec![self.single()?];
        while self.take(&['^']).is_some() {
            parts.push(self.single()?);
            if parts.len() > DEPTH_MAX {
                return Err("too many powers".to_owned());
            }
        }
        let last = parts.pop().ok_or("it ends too early")?;
        let over = |right, left| Expr::Binary(Op::Power, Box::new(left), Box::new(right));
        Ok(parts.into_iter().rev().fold(last, over))
    }

    /// Whether a number with its sign comes next.
    fn negative_number(&mut self) -> bool {
        self.skip();
        let mut next = self.rest.chars();
        next.next() == Some('-') && next.next().is_some_and(|c| c.is_ascii_digit())
    }

    fn single(&mut self) -> Result<Expr<V>, String> {
        if self.negative_number() {
            self.rest = &self.rest[1..];
            return self.number().map(negated);
        }
        if self.take(&['(']).is_some() {
            return self.bracket();
        }
        let c = self.rest.chars().next().ok_or("it ends too early")?;
        if c.is_ascii_digit() || c == '.' {
            return self.number();
        }
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if word.is_empty() {
            return Err(format!("`{c}` is not expected"));
        }
        self.rest = rest;
        if let Some((_, f)) = FUNCTIONS.iter().find(|(w, _)| w.eq_ignore_ascii_case(word)) {
            if self.take(&['(']).is_none() {
                return Err(format!("{word} needs its argument in brackets"));
            }
            return Ok(Expr::Call(*f, Box::new(self.bracket()?)));
        }
        match (self.find)(word) {
            Some(v) => Ok(Expr::Variable(v)),
            None => Err(format!("`{}` is neither a variable nor a function", super::read::cut(word))),
        }
    }

    fn bracket(&mut self) -> Result<Expr<V>, String> {
        let inner = self.sum()?;
        match self.take(&[')']) {
            Some(_) => Ok(inner),
            None => Err("a bracket is not closed".to_owned()),
        }
    }

    fn number(&mut self) -> Result<Expr<V>, String> {
        let bytes = self.rest.as_bytes();
        let digits = |mut i: usize| {
            while bytes.get(i).is_some_and(u8::is_ascii_digit) {
                i += 1;
            }
            i
        };
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            if exponent > end + 1 + sign {
                end = exponent;
            }
        }
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        super::lex::number(word).map(Expr::Number).map_err(|_| format!("`{word}` is not a number"))
    }
}

/// A number with its sign turned.
fn negated<V>(number: Expr<V>) -> Expr<V> {
    match number {
        Expr::Number(x) => Expr::Number(-x),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(e: &Expr<f64>) -> f64 {
        match e {
            Expr::Number(v) | Expr::Variable(v) => *v,
            Expr::Negative(a) => -value(a),
            Expr::Binary(op, a, b) => match op {
                Op::Add => value(a) + value(b),
                Op::Subtract => value(a) - value(b),
                Op::Multiply => value(a) * value(b),
                Op::Divide => value(a) / value(b),
                Op::Power => value(a).powf(value(b)),
            },
            Expr::Call(Function::Exp, a) => value(a).exp(),
            Expr::Call(_, a) => value(a).sqrt(),
        }
    }

    #[test]
    fn expressions_are_grouped_as_swmm_groups_them() {
        let find = |name: &str| (name == "X").then_some(3.0);
        for (text, expected) in [
            ("1 + 2 * X", 7.0),
            // The rest as SWMM 5.2.4 evaluates them.
            ("2 * X ^ 2", 18.0),
            ("2^X^2", 512.0),
            ("8 / 2^2", 2.0),
            ("-X^2", -9.0),
            ("-X^2 + 1", -8.0),
            ("-2^2", 4.0), // the base is -2; SWMM then gives 0 for a power of a negative base
            ("X^-1", 1.0 / 3.0),
            ("3--2", 5.0),
            ("X - 2^2", -1.0),
            ("8 - 3 - 2", 3.0),
            ("(8 - 3) * sqrt(16)", 20.0),
            ("1.5e1 / X", 5.0),
            ("exp(-0) * .5", 0.5),
        ] {
            assert_eq!(parse(text, find).map(|e| value(&e)), Ok(expected), "{text}");
        }
        for text in ["", "1 +", "Y", "sqrt 4", "(1", "1 2", "1)", "X & 1", "é", "5*-X"] {
            assert!(parse(text, find).is_err(), "{text}");
        }
        assert!(parse(&"(".repeat(100_000), find).is_err());
        assert!(parse(&"1+".repeat(100_000), find).is_err());
    }
}
