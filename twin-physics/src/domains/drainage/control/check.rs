//! What a rule may say.

use super::super::model::{
    Action, ClockAttribute, DrainageModel, LinkAttribute, LinkKind, Operand, Quantity, Rule, Setting,
};
use super::super::network::{ModelError, Network};
use super::super::structure::table;

/// Checks one rule.
pub(super) fn rule(model: &DrainageModel, net: &Network, rule: &Rule) -> Result<(), ModelError> {
    let element = format!("rule {}", rule.id);
    if !rule.priority.is_finite() {
        return Err(value(element, "its priority", rule.priority, "a finite number"));
    }
    for premise in &rule.premises {
        for side in [&premise.left, &premise.right] {
            operand(net, model, &element, side)?;
        }
    }
    rule.then.iter().chain(&rule.otherwise).try_for_each(|a| action(model, &element, a))
}

fn value(element: String, what: &'static str, value: f64, must_be: &'static str) -> ModelError {
    ModelError::Value { element, what, value, must_be }
}

fn reference(element: &str, kind: &'static str, index: u32, count: usize) -> Result<(), ModelError> {
    if (index as usize) < count {
        return Ok(());
    }
    Err(ModelError::Reference { element: element.to_owned(), kind, index, count })
}

fn operand(net: &Network, model: &DrainageModel, element: &str, side: &Operand) -> Result<(), ModelError> {
    match side {
        Operand::Number(x) if x.is_nan() => Err(value(element.to_owned(), "a value in a premise", *x, "a number")),
        Operand::Number(_) => Ok(()),
        Operand::Value(scaled) => quantity(net, model, element, scaled.quantity),
        Operand::Formula(formula) => {
            if !formula.is_sound() {
                let what = "a formula in it does not leave exactly one number";
                let remedy = "give each operator its operands";
                return Err(ModelError::Layout { element: element.to_owned(), what, remedy });
            }
            formula.program.iter().try_for_each(|op| match op {
                super::super::model::Op::Variable(v) => quantity(net, model, element, v.quantity),
                _ => Ok(()),
            })
        }
    }
}

fn quantity(net: &Network, model: &DrainageModel, element: &str, quantity: Quantity) -> Result<(), ModelError> {
    match quantity {
        Quantity::Node(node, _) => reference(element, "node", node.0, net.nodes.len()),
        Quantity::Link(link, _) => reference(element, "link", link.0, net.links.len()),
        Quantity::Gage(gage, _) => reference(element, "rain gage", gage.0, model.gages.len()),
        Quantity::Clock(_) => Ok(()),
    }
}

fn action(model: &DrainageModel, element: &str, action: &Action) -> Result<(), ModelError> {
    reference(element, "link", action.link.0, model.links.len())?;
    let fail = |what, x, must_be| Err(value(element.to_owned(), what, x, must_be));
    match &action.setting {
        Setting::Value(x) => match model.links[action.link.at()].kind {
            LinkKind::Pump(_) if !x.is_finite() || *x < 0.0 => fail("setting of a pump", *x, "0 or more"),
            LinkKind::Conduit(_) if *x != 0.0 && *x != 1.0 => fail("status of a conduit", *x, "0 or 1"),
            LinkKind::Orifice(_) | LinkKind::Weir(_) | LinkKind::Outlet(_) if !(0.0..=1.0).contains(x) => {
                fail("setting of a regulator", *x, "between 0 and 1")
            }
            _ => Ok(()),
        },
        Setting::Curve(points) if !table::is_valid(points) => {
            let what = "its control curve has no points, or its first column does not rise";
            Err(ModelError::Layout { element: element.to_owned(), what, remedy: "correct the curve" })
        }
        Setting::Curve(_) => Ok(()),
        Setting::Series(series) => reference(element, "time series", series.0, model.series.len()),
        Setting::Pid { gain, integral_min, derivative_min } => {
            let bad = [gain, integral_min, derivative_min].into_iter().find(|x| !x.is_finite());
            bad.map_or(Ok(()), |x| fail("a coefficient of its controller", *x, "a finite number"))
        }
    }
}

/// Whether an attribute is a time that is compared with a tolerance of half a step.
pub(super) fn is_time(side: &Operand) -> bool {
    let Operand::Value(scaled) = side else { return false };
    matches!(
        scaled.quantity,
        Quantity::Clock(ClockAttribute::Time | ClockAttribute::ClockTime)
            | Quantity::Link(_, LinkAttribute::TimeOpen | LinkAttribute::TimeClosed)
    )
}
