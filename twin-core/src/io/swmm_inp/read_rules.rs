//! Control rules.

use super::codes;
use super::deck::{
    Action, Attribute, Clause, ClauseWord, Comparison, CurveIx, Expression, ExpressionIx, GageIx, Line, LinkIx,
    LinkKind, NodeIx, Operand, Premise, Quantity, Rule, RuleObject, SeriesIx, Setting, TimeQuantity, Variable,
    VariableIx,
};
use super::lex;
use super::names::Class;
use super::read::{Bound, Reader, cut, field, rest};
use super::read_state::RulePart;
use super::when;

/// Longest past rain a rule may ask for [h].
const PAST_RAIN_MAX: u8 = 48;

#[derive(Clone, Copy, PartialEq)]
enum Object {
    Gage,
    Node,
    Link(RuleObject),
    Simulation,
}

const OBJECTS: &[(&str, Object)] = &[
    ("GAGE", Object::Gage),
    ("NODE", Object::Node),
    ("LINK", Object::Link(RuleObject::Link)),
    ("CONDUIT", Object::Link(RuleObject::Conduit)),
    ("PUMP", Object::Link(RuleObject::Pump)),
    ("ORIFICE", Object::Link(RuleObject::Orifice)),
    ("WEIR", Object::Link(RuleObject::Weir)),
    ("OUTLET", Object::Link(RuleObject::Outlet)),
    ("SIMULATION", Object::Simulation),
];
/// Attributes in SWMM's order: the first a word begins with is meant.
const ATTRIBUTES: &[(&str, Attribute)] = &[
    ("DEPTH", Attribute::Depth),
    ("MAXDEPTH", Attribute::MaxDepth),
    ("HEAD", Attribute::Head),
    ("VOLUME", Attribute::Volume),
    ("INFLOW", Attribute::Inflow),
    ("FLOW", Attribute::Flow),
    ("FULLFLOW", Attribute::FullFlow),
    ("FULLDEPTH", Attribute::FullDepth),
    ("STATUS", Attribute::Status),
    ("SETTING", Attribute::Setting),
    ("LENGTH", Attribute::Length),
    ("SLOPE", Attribute::Slope),
    ("VELOCITY", Attribute::Velocity),
    ("TIMEOPEN", Attribute::TimeOpen),
    ("TIMECLOSED", Attribute::TimeClosed),
];
const TIMES: &[(&str, TimeQuantity)] = &[
    ("TIME", TimeQuantity::Time),
    ("DATE", TimeQuantity::Date),
    ("CLOCKTIME", TimeQuantity::ClockTime),
    ("DAYOFYEAR", TimeQuantity::DayOfYear),
    ("DAY", TimeQuantity::Day),
    ("MONTH", TimeQuantity::Month),
];
const COMPARISONS: &[(&str, Comparison)] = &[
    ("=", Comparison::Equal),
    ("<>", Comparison::NotEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
];
const WORDS: [&str; 7] = ["RULE", "IF", "AND", "OR", "THEN", "ELSE", "PRIORITY"];

/// What the right side of a comparison is read as.
#[derive(Clone, Copy, PartialEq)]
enum Measure {
    Status,
    Hours,
    Date,
    Day,
    Month,
    DayOfYear,
    Number,
}

fn measure(q: Option<Quantity>) -> Measure {
    match q {
        Some(Quantity::Simulation(TimeQuantity::Time | TimeQuantity::ClockTime)) => Measure::Hours,
        Some(Quantity::Simulation(TimeQuantity::Date)) => Measure::Date,
        Some(Quantity::Simulation(TimeQuantity::Day)) => Measure::Day,
        Some(Quantity::Simulation(TimeQuantity::Month)) => Measure::Month,
        Some(Quantity::Simulation(TimeQuantity::DayOfYear)) => Measure::DayOfYear,
        Some(Quantity::Link(_, _, Attribute::TimeOpen | Attribute::TimeClosed)) => Measure::Hours,
        Some(Quantity::Link(_, _, Attribute::Status)) => Measure::Status,
        _ => Measure::Number,
    }
}

/// Whether an object has an attribute in a premise.
fn has(object: Object, a: Attribute) -> bool {
    use Attribute as A;
    match object {
        Object::Node => matches!(a, A::Depth | A::MaxDepth | A::Head | A::Volume | A::Inflow),
        Object::Link(_) if matches!(a, A::TimeOpen | A::TimeClosed) => true,
        Object::Link(RuleObject::Link | RuleObject::Conduit) => matches!(
            a,
            A::Status | A::Depth | A::FullFlow | A::FullDepth | A::Flow | A::Length | A::Slope | A::Velocity
        ),
        Object::Link(RuleObject::Pump) => matches!(a, A::Flow | A::Setting | A::Status),
        Object::Link(_) => matches!(a, A::Flow | A::Setting),
        Object::Gage | Object::Simulation => false,
    }
}

impl Reader<'_> {
    pub(super) fn control(&mut self, t: &[&str]) {
        if lex::is(t[0], "VARIABLE") {
            return self.rule_variable(t);
        }
        if lex::is(t[0], "EXPRESSION") {
            return self.rule_expression(t);
        }
        let Some(word) = WORDS.iter().find(|w| lex::is(t[0], w)) else {
            let words: Vec<(&str, ())> = WORDS.iter().map(|w| (*w, ())).collect();
            return self.choose(t, 0, &words);
        };
        if *word == "RULE" {
            if t.len() > 2 {
                self.bad_clause(t, "more than one word after RULE", "write each clause on its own line");
            }
            let rule = Rule { id: field(t, 1).to_owned(), ..Rule::default() };
            let row = self.keep(rule);
            self.deck.rules.push(row);
            self.state.rule = RulePart::Rule;
        } else if self.deck.rules.is_empty() {
            return self.bad_clause(t, "a clause before any RULE", "begin the rule with RULE and its name");
        } else {
            self.clause(word, t);
        }
        let line = Line(self.line);
        if let Some(rule) = self.deck.rules.last_mut() {
            rule.value.text.push((line, t.iter().map(|w| (*w).to_owned()).collect()));
        }
    }

    fn bad_clause(&mut self, t: &[&str], message: &str, remedy: &str) {
        self.error(codes::RULE, t[0], message, remedy);
    }

    fn clause(&mut self, word: &str, t: &[&str]) {
        use RulePart as P;
        let part = self.state.rule;
        let out_of_place = "the clause is out of sequence";
        let remedy = "the order is RULE, IF, AND / OR, THEN, AND, ELSE, AND, PRIORITY";
        match (word, part) {
            ("IF", P::Rule) => {
                self.state.rule = P::If;
                self.premise(ClauseWord::If, t);
            }
            ("AND", P::If) => self.premise(ClauseWord::And, t),
            ("OR", P::If) => self.premise(ClauseWord::Or, t),
            ("THEN", P::If) => {
                self.state.rule = P::Then;
                self.action(t);
            }
            ("ELSE", P::Then) => {
                self.state.rule = P::Else;
                self.action(t);
            }
            ("AND", P::Then | P::Else) => self.action(t),
            ("PRIORITY", P::Then | P::Else) => {
                self.state.rule = P::Closed;
                let priority = self.num(t, 1, "priority", Bound::Any);
                if t.len() > 2 {
                    self.bad_clause(t, "more than one word after PRIORITY", "write each clause on its own line");
                }
                if let Some(rule) = self.deck.rules.last_mut() {
                    rule.value.priority = priority;
                }
            }
            _ => self.bad_clause(t, out_of_place, remedy),
        }
    }

    fn rule_variable(&mut self, t: &[&str]) {
        let mut quantity = Quantity::Simulation(TimeQuantity::Time);
        if self.at_least(t, 5, "VARIABLE name = object id attribute") {
            if ATTRIBUTES.iter().any(|a| a.0.eq_ignore_ascii_case(t[1])) {
                let message = format!("`{}` is the name of an attribute", cut(t[1]));
                self.error(codes::KEYWORD, t[0], message, "give the variable another name");
            }
            if t[2] != "=" {
                self.error(codes::KEYWORD, t[0], format!("`{}` is not `=`", cut(t[2])), "write VARIABLE name = …");
            }
            let mut at = 3;
            if let Some(q) = self.quantity(t, &mut at) {
                quantity = q;
            }
        }
        let row = self.keep(Variable { name: field(t, 1).to_owned(), quantity });
        self.deck.variables.push(row);
    }

    fn rule_expression(&mut self, t: &[&str]) {
        self.at_least(t, 4, "EXPRESSION name = …");
        let text = rest(t, 3);
        let names = &self.names;
        // SWMM knows only variables given above, and of those the first whose name the word begins with.
        let count = self.deck.variables.len();
        let find = |name: &str| names.find(Class::Variable, name).filter(|v| *v < count).map(VariableIx);
        let expression = match super::expression::parse(&text, find) {
            Ok(e) => e,
            Err(why) => {
                if t.len() >= 4 {
                    self.bad_expression(&[field(t, 1)], &why);
                }
                super::deck::Expr::Number(0.0)
            }
        };
        let row = self.keep(Expression { name: field(t, 1).to_owned(), text, expression });
        self.deck.expressions.push(row);
    }

    /// A quantity from field `at` on, which is left at its last field.
    fn quantity(&mut self, t: &[&str], at: &mut usize) -> Option<Quantity> {
        let object = self.choose(t, *at, OBJECTS);
        if !OBJECTS.iter().any(|(w, _)| lex::is(field(t, *at), w)) {
            return None;
        }
        let place = *at + 1;
        *at += if object == Object::Simulation { 1 } else { 2 };
        let word = field(t, *at);
        if *at >= t.len() {
            self.error(codes::FEW_FIELDS, t[0], "the clause ends too early", "name an object and its attribute");
            return None;
        }
        let known = match object {
            Object::Simulation => return Some(Quantity::Simulation(self.choose(t, *at, TIMES))),
            Object::Gage => {
                let gage = GageIx(self.find(Class::Gage, t, place));
                return self.past_rain(t, word).map(|past_hours| Quantity::Gage { gage, past_hours });
            }
            Object::Node => (Quantity::Node as fn(NodeIx, Attribute) -> Quantity)(
                NodeIx(self.find(Class::Node, t, place)),
                self.choose(t, *at, ATTRIBUTES),
            ),
            Object::Link(word) => {
                let link = LinkIx(self.find(Class::Link, t, place));
                Quantity::Link(word, link, self.choose(t, *at, ATTRIBUTES))
            }
        };
        let (Quantity::Node(_, a) | Quantity::Link(_, _, a)) = known else { return Some(known) };
        if !has(object, a) && ATTRIBUTES.iter().any(|(w, _)| lex::is(word, w)) {
            let message = format!("`{}` is not an attribute of this object", cut(word));
            self.error(codes::KEYWORD, t[0], message, "see the User's Manual, appendix D, [CONTROLS]");
        }
        Some(known)
    }

    fn past_rain(&mut self, t: &[&str], word: &str) -> Option<u8> {
        if lex::is(word, "INTENSITY") {
            return Some(0);
        }
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        let hours = digits.parse().ok().filter(|h| (1..=PAST_RAIN_MAX).contains(h));
        if hours.is_none() {
            let message = format!("`{}` is not an attribute of a gauge", cut(word));
            self.error(codes::KEYWORD, t[0], message, "write INTENSITY, or n-HR_DEPTH with n from 1 to 48");
        }
        hours
    }

    fn premise(&mut self, word: ClauseWord, t: &[&str]) {
        if !self.at_least(t, 4, "IF object id attribute relation value") {
            return;
        }
        let mut at = 1;
        let (left, of) = if let Some(e) = self.names.find(Class::Expression, t[1]) {
            (Operand::Expression(ExpressionIx(e)), None)
        } else if let Some(v) = self.names.find(Class::Variable, t[1]) {
            (Operand::Variable(VariableIx(v)), self.deck.variables.get(v).map(|v| v.quantity))
        } else {
            let Some(q) = self.quantity(t, &mut at) else { return };
            (Operand::Quantity(q), Some(q))
        };
        at += 1;
        let Some((_, comparison)) = COMPARISONS.iter().find(|(w, _)| *w == field(t, at)) else {
            let code = if at < t.len() { codes::KEYWORD } else { codes::FEW_FIELDS };
            let message = format!("`{}` is not a relation", cut(field(t, at)));
            return self.error(code, t[0], message, "one of = <> < <= > >=");
        };
        at += 1;
        if at >= t.len() {
            return self.error(codes::FEW_FIELDS, t[0], "nothing to compare with", "add a value");
        }
        let Some(right) = self.right_side(t, &mut at, of) else { return };
        if t.get(at + 1).is_some_and(|w| WORDS.iter().any(|k| lex::is(w, k))) {
            self.bad_clause(t, "a second clause on one line", "write each clause on its own line");
        }
        let line = Line(self.line);
        if let Some(rule) = self.deck.rules.last_mut() {
            rule.value.premises.push(Clause { word, premise: Premise { left, comparison: *comparison, right }, line });
        }
    }

    fn right_side(&mut self, t: &[&str], at: &mut usize, left: Option<Quantity>) -> Option<Operand> {
        let word = t[*at];
        if let Some(v) = self.names.find(Class::Variable, word) {
            return Some(Operand::Variable(VariableIx(v)));
        }
        if OBJECTS.iter().any(|(w, _)| lex::is(word, w)) {
            let right = self.quantity(t, at)?;
            let attribute = |q: Quantity| match q {
                Quantity::Node(_, a) | Quantity::Link(_, _, a) => Some(a),
                _ => None,
            };
            if left.is_some_and(|l| attribute(l) != attribute(right)) {
                let remedy = "make sure that both have one unit";
                self.warn(codes::RULE_ATTRIBUTES, t[0], "different attributes are compared", remedy);
            }
            return Some(Operand::Quantity(right));
        }
        self.value(t, *at, measure(left))
    }

    fn value(&mut self, t: &[&str], i: usize, m: Measure) -> Option<Operand> {
        Some(match m {
            Measure::Status => {
                let words = [("OFF", 0.0), ("ON", 1.0), ("CLOSED", 0.0), ("OPEN", 1.0)];
                Operand::Number(self.choose(t, i, &words))
            }
            Measure::Hours => Operand::Number(self.hours(t, i, "time")),
            Measure::Date => Operand::Date(self.date(t, i, "date")),
            Measure::Day => Operand::Number(self.calendar(t, i, 7.0)),
            Measure::Month => Operand::Number(self.calendar(t, i, 12.0)),
            Measure::DayOfYear => match when::day_of_year(field(t, i)) {
                Some((m, d)) => {
                    let day = jiff::civil::Date::new(1947, m, d).map_or(1, |d| d.day_of_year());
                    Operand::Number(f64::from(day))
                }
                None => Operand::Number(self.calendar(t, i, 365.0)),
            },
            Measure::Number => Operand::Number(self.num(t, i, "value", Bound::Any)),
        })
    }

    fn calendar(&mut self, t: &[&str], i: usize, most: f64) -> f64 {
        match lex::number(field(t, i)) {
            Ok(v) if (1.0..=most).contains(&v) => v,
            _ => {
                let message = format!("`{}` is out of the calendar", cut(field(t, i)));
                self.error(codes::DATE, t[0], message, format!("give a number from 1 to {most}"));
                1.0
            }
        }
    }

    fn action(&mut self, t: &[&str]) {
        if !self.at_least(t, 6, "THEN object id attribute = value") {
            return;
        }
        let objects: Vec<(&str, RuleObject)> = OBJECTS
            .iter()
            .filter_map(|(w, o)| match o {
                Object::Link(o) if *o != RuleObject::Link => Some((*w, *o)),
                _ => None,
            })
            .collect();
        let object = self.choose(t, 1, &objects);
        let link = LinkIx(self.find(Class::Link, t, 2));
        let attribute = self.choose(t, 3, &[("STATUS", Attribute::Status), ("SETTING", Attribute::Setting)]);
        if t[4] != "=" {
            self.error(codes::RULE, t[0], format!("`{}` is not `=`", cut(t[4])), "write attribute = value");
        }
        let statuses: &[(&str, f64)] = match object {
            RuleObject::Conduit => &[("CLOSED", 0.0), ("OPEN", 1.0)],
            _ => &[("OFF", 0.0), ("ON", 1.0)],
        };
        let (setting, next) = match (object, attribute) {
            (RuleObject::Conduit | RuleObject::Pump, Attribute::Status) => {
                (Setting::Value(self.choose(t, 5, statuses)), 6)
            }
            (RuleObject::Conduit, _) | (_, Attribute::Status) => {
                let message = format!("`{}` cannot be set on this object", cut(t[3]));
                let remedy = "set the status of conduits and pumps, the setting of pumps and regulators";
                return self.error(codes::KEYWORD, t[0], message, remedy);
            }
            _ => self.setting(t, object),
        };
        if t.get(next).is_some_and(|w| WORDS.iter().any(|k| lex::is(w, k))) {
            self.bad_clause(t, "a second clause on one line", "write each clause on its own line");
        }
        let action = Action { link, object, attribute, setting, line: Line(self.line) };
        let part = self.state.rule;
        if let Some(rule) = self.deck.rules.last_mut() {
            match part {
                RulePart::Else => rule.value.else_actions.push(action),
                _ => rule.value.then_actions.push(action),
            }
        }
    }

    fn setting(&mut self, t: &[&str], object: RuleObject) -> (Setting, usize) {
        let word = field(t, 5);
        if lex::is(word, "CURVE") {
            return (Setting::Curve(CurveIx(self.find(Class::Curve, t, 6))), 7);
        }
        if lex::is(word, "TIMESERIES") {
            return (Setting::Series(SeriesIx(self.find(Class::Series, t, 6))), 7);
        }
        if lex::is(word, "PID") {
            let [kp, ki, kd] = self.numbers(t, 6, "PID coefficient", Bound::Any);
            return (Setting::Pid { kp, ki, kd }, 9);
        }
        let bound = if object == RuleObject::Pump { Bound::NotNegative } else { Bound::Within(0.0, 1.0) };
        (Setting::Value(self.num(t, 5, "setting", bound)), 6)
    }

    /// Says which actions call a link by the word of another kind.
    pub(super) fn finish_rules(&mut self) {
        let mut found = Vec::new();
        for rule in &self.deck.rules {
            for a in rule.then_actions.iter().chain(&rule.else_actions) {
                let Some(link) = self.deck.links.get(a.link.0) else { continue };
                let fits = matches!(
                    (a.object, &link.kind),
                    (RuleObject::Conduit, LinkKind::Conduit(_))
                        | (RuleObject::Pump, LinkKind::Pump(_))
                        | (RuleObject::Orifice, LinkKind::Orifice(_))
                        | (RuleObject::Weir, LinkKind::Weir(_))
                        | (RuleObject::Outlet, LinkKind::Outlet(_))
                );
                if !fits {
                    found.push((a.line.0, link.id.clone()));
                }
            }
        }
        for (line, id) in found {
            self.line = line;
            self.error(codes::UNDEFINED, &id, "the link is of another kind", "call it by its own kind");
        }
    }
}
