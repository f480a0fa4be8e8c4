//! Control rules of a deck. They compare in the deck's units, so each quantity carries its factor from SI.

use twin_physics::domains::drainage::model as m;

use super::{Binder, expression, options};
use crate::io::swmm_inp::deck as d;

/// Rules in file order.
pub fn rules(binder: &Binder<'_>) -> Vec<m::Rule> {
    let one = |rule: &crate::io::inp::Row<d::Rule>| m::Rule {
        id: rule.id.clone(),
        premises: rule.premises.iter().map(|c| premise(binder, c)).collect(),
        then: rule.then_actions.iter().map(|a| action(binder, a)).collect(),
        otherwise: rule.else_actions.iter().map(|a| action(binder, a)).collect(),
        priority: rule.priority,
    };
    binder.deck.rules.iter().map(one).collect()
}

fn premise(binder: &Binder<'_>, clause: &d::Clause) -> m::Premise {
    let p = &clause.premise;
    m::Premise {
        or: clause.word == d::ClauseWord::Or,
        left: operand(binder, &p.left),
        relation: match p.comparison {
            d::Comparison::Equal => m::Relation::Equal,
            d::Comparison::NotEqual => m::Relation::NotEqual,
            d::Comparison::Less => m::Relation::Less,
            d::Comparison::LessOrEqual => m::Relation::LessOrEqual,
            d::Comparison::Greater => m::Relation::Greater,
            d::Comparison::GreaterOrEqual => m::Relation::GreaterOrEqual,
        },
        right: operand(binder, &p.right),
    }
}

fn operand(binder: &Binder<'_>, operand: &d::Operand) -> m::Operand {
    match operand {
        d::Operand::Number(value) => m::Operand::Number(*value),
        d::Operand::Date(date) => m::Operand::Number(options::day_number(*date) as f64),
        d::Operand::Quantity(q) => m::Operand::Value(scaled(binder, *q)),
        d::Operand::Variable(v) => m::Operand::Value(scaled(binder, binder.deck.variables[v.0].quantity)),
        d::Operand::Expression(e) => {
            let tree = &binder.deck.expressions[e.0].expression;
            let variable = |v: d::VariableIx| expression::one(scaled(binder, binder.deck.variables[v.0].quantity));
            m::Operand::Formula(expression::program(tree, &variable))
        }
    }
}

fn scaled(binder: &Binder<'_>, quantity: d::Quantity) -> m::Scaled {
    let u = &binder.units;
    let (length, flow) = (1.0 / u.length_m, 1.0 / u.flow_m3s);
    let (quantity, factor) = match quantity {
        d::Quantity::Simulation(clock) => (m::Quantity::Clock(clock_attribute(clock)), 1.0),
        d::Quantity::Gage { gage, past_hours } => {
            let past = (past_hours > 0).then_some(past_hours);
            let factor = if past.is_some() { 1.0 / u.depth_m } else { 1.0 / u.rate_ms };
            (m::Quantity::Gage(m::GageIx::new(gage.0), past), factor)
        }
        d::Quantity::Node(node, attribute) => {
            let (attribute, factor) = match attribute {
                d::Attribute::MaxDepth | d::Attribute::FullDepth => (m::NodeAttribute::MaxDepth, length),
                d::Attribute::Head => (m::NodeAttribute::Head, length),
                d::Attribute::Volume => (m::NodeAttribute::Volume, 1.0 / u.stored_m3),
                d::Attribute::Inflow | d::Attribute::Flow => (m::NodeAttribute::Inflow, flow),
                _ => (m::NodeAttribute::Depth, length),
            };
            (m::Quantity::Node(m::NodeIx::new(node.0), attribute), factor)
        }
        d::Quantity::Link(_, link, attribute) => {
            let (attribute, factor) = match attribute {
                d::Attribute::Flow | d::Attribute::Inflow => (m::LinkAttribute::Flow, flow),
                d::Attribute::FullFlow => (m::LinkAttribute::FullFlow, flow),
                d::Attribute::Depth | d::Attribute::Head | d::Attribute::Volume => (m::LinkAttribute::Depth, length),
                d::Attribute::FullDepth | d::Attribute::MaxDepth => (m::LinkAttribute::MaxDepth, length),
                d::Attribute::Velocity => (m::LinkAttribute::Velocity, length),
                d::Attribute::Length => (m::LinkAttribute::Length, length),
                d::Attribute::Slope => (m::LinkAttribute::Slope, 1.0),
                d::Attribute::Status => (m::LinkAttribute::Status, 1.0),
                d::Attribute::Setting => (m::LinkAttribute::Setting, 1.0),
                d::Attribute::TimeOpen => (m::LinkAttribute::TimeOpen, 1.0),
                d::Attribute::TimeClosed => (m::LinkAttribute::TimeClosed, 1.0),
            };
            (m::Quantity::Link(m::LinkIx::new(link.0), attribute), factor)
        }
    };
    m::Scaled { quantity, factor }
}

fn clock_attribute(clock: d::TimeQuantity) -> m::ClockAttribute {
    match clock {
        d::TimeQuantity::Time => m::ClockAttribute::Time,
        d::TimeQuantity::Date => m::ClockAttribute::Date,
        d::TimeQuantity::ClockTime => m::ClockAttribute::ClockTime,
        d::TimeQuantity::DayOfYear => m::ClockAttribute::DayOfYear,
        d::TimeQuantity::Day => m::ClockAttribute::Weekday,
        d::TimeQuantity::Month => m::ClockAttribute::Month,
    }
}

fn action(binder: &Binder<'_>, action: &d::Action) -> m::Action {
    m::Action {
        link: m::LinkIx::new(action.link.0),
        setting: match action.setting {
            d::Setting::Value(value) => m::Setting::Value(value),
            d::Setting::Curve(curve) => m::Setting::Curve(binder.curve(curve, 1.0, 1.0)),
            d::Setting::Series(series) => m::Setting::Series(m::SeriesIx::new(series.0)),
            d::Setting::Pid { kp, ki, kd } => m::Setting::Pid { gain: kp, integral_min: ki, derivative_min: kd },
        },
    }
}
