//! What is refused, by name.

use super::*;

fn refuse(change: impl Fn(&mut DrainageModel), says: [&str; 2]) {
    let mut model = model();
    change(&mut model);
    let net = Network::new(&model).unwrap();
    let text = Quality::new(&model, &net).unwrap_err().to_string();
    assert!(says.iter().all(|s| text.contains(s)), "{text}");
}

#[test]
fn models_that_cannot_be_are_refused_by_name() {
    let formula = |q| Treatment {
        removal: true,
        formula: Expression { program: vec![Op::Variable(TreatmentVariable::Removal(q))] },
    };
    refuse(|m| m.nodes[0].treatment = vec![(TSS, formula(LEAD)), (LEAD, formula(TSS))], ["node J1", "circle"]);
    refuse(|m| m.nodes[0].treatment = vec![(TSS, formula(TSS))], ["node J1", "circle"]);
    refuse(|m| m.nodes[0].treatment = vec![(PollutantIx(9), formula(TSS))], ["node J1", "pollutant"]);
    refuse(
        |m| {
            let broken = Treatment { removal: true, formula: Expression { program: vec![Op::Add] } };
            m.nodes[0].treatment = vec![(TSS, broken)];
        },
        ["node J1", "formula"],
    );
    refuse(|m| m.pollutants[1].co_pollutant = Some((PollutantIx(7), 0.1)), ["pollutant LEAD", "number 7"]);
    refuse(|m| m.pollutants[0].rain = -1.0, ["pollutant TSS", "0 or more"]);
    refuse(|m| m.pollutants[0].decay_per_s = f64::NAN, ["pollutant TSS", "finite"]);
    refuse(|m| m.inflows[1].kind = InflowKind::Mass(PollutantIx(5)), ["inflow", "number 5"]);
}
