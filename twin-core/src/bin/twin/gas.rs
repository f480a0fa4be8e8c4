//! `twin solve gas INPUT -o OUT.json`: solve one gas network, or a case of a list.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use serde_json::{Value, json};
use twin_core::diagnostic::Diagnostics;
use twin_core::io::gas_case::{self, EquationOfState, GasProblem, Options};
use twin_core::io::gas_results::{self, Cost, Repeated};
use twin_core::io::pandapipes;
use twin_core::io::text::offer;
use twin_core::rehearsal::solve_gas::{self, Facts, SolvedNet};
use twin_physics::domains::gas::model::GasModel;

use crate::Failure;
use crate::console::{Console, Stopwatch};
use crate::solve::{Meter, refused};

#[derive(Debug, clap::Args)]
pub struct GasArgs {
    /// A pandapipes file, a list of cases (`cases.json`), a GasLib network (`.net`) or a matgas file (`.m`).
    pub input: PathBuf,
    /// The result file, JSON.
    #[arg(short, long)]
    pub out: PathBuf,
    /// A case of the list.
    #[arg(long)]
    pub case: Option<String>,
    /// `friction_model=nikuradse|colebrook|swamee-jain|hofer`, `eos=ideal|simple_cnga|full_cnga`, `repeat=N` (times of
    /// N further solves); for `.net` and `.m` also `slack=ID`, `slack_pa=VALUE`, `ratio:ID=VALUE`, for `.net`
    /// `scenario=FILE`. May stand several times.
    #[arg(long = "option", value_name = "KEY=VALUE")]
    pub options: Vec<String>,
}

/// Loads of a repeated solve over those before.
const OTHER_LOADS: f64 = 1.01;
/// Most repeated solves.
const REPEATS: u32 = 10_000;
const KEYS: [&str; 7] = ["friction_model", "eos", "repeat", "scenario", "slack", "slack_pa", "ratio:ID"];

/// What the options ask for, and how often the solve is repeated.
fn options(args: &GasArgs) -> Result<(Options, u32), Failure> {
    let usage = |message: String| Err(Failure::Usage(message));
    let (mut options, mut repeat) = (Options::default(), 0);
    for option in &args.options {
        let Some((key, value)) = option.split_once('=') else {
            return usage(format!("--option {option}: KEY=VALUE is meant"));
        };
        match key {
            "friction_model" => {
                options.friction = pandapipes::friction_of(value);
                if options.friction.is_none() {
                    return usage(format!("{option}: nikuradse, colebrook, swamee-jain and hofer are known"));
                }
            }
            "eos" => {
                options.equation = EquationOfState::ALL.into_iter().find(|e| e.key() == value);
                if options.equation.is_none() {
                    return usage(format!("{option}: ideal, simple_cnga and full_cnga are known"));
                }
            }
            "repeat" => match value.parse() {
                Ok(n) if n <= REPEATS => repeat = n,
                _ => return usage(format!("{option}: a number up to {REPEATS} is meant")),
            },
            "scenario" => options.scenario = Some(PathBuf::from(value)),
            "slack" => options.slack = Some(value.to_owned()),
            "slack_pa" => match value.parse() {
                Ok(pa) if (1e3..=1e8).contains(&pa) => options.slack_pa = Some(pa),
                _ => return usage(format!("{option}: a pressure from 1e3 to 1e8 Pa is meant")),
            },
            _ if key.starts_with("ratio:") => match value.parse() {
                Ok(ratio) if (0.01..=100.0).contains(&ratio) => {
                    options.ratios.insert(key["ratio:".len()..].to_owned(), ratio);
                }
                _ => return usage(format!("{option}: a ratio from 0.01 to 100 is meant")),
            },
            _ => return usage(format!("{key} is not an option; {}", offer(key, KEYS, &KEYS.join(", ")))),
        }
    }
    Ok((options, repeat))
}

/// Solves one network.
pub fn solve(console: &Console, args: &GasArgs) -> Result<(), Failure> {
    let whole = Stopwatch::start();
    let (options, repeat) = options(args)?;
    let (problem, found) = gas_case::read(&args.input, args.case.as_deref(), &options);
    let Some(problem) = problem else { return Err(refused(console, &found)) };
    console.diagnostics(&found, false);
    if options.equation.is_some() && !matches!(problem, GasProblem::Steady(_)) {
        return Err(Failure::Usage("eos is an option of networks at one temperature alone".to_owned()));
    }
    let name = args.case.clone().unwrap_or_else(|| args.input.display().to_string());
    let mut meter = Meter { bar: console.progress(&name, 0.0), cpu_s: 0.0, stop: None };
    let about = |error| Failure::from(anyhow::Error::new(error).context(name.clone()));
    let nets = match &problem {
        GasProblem::Pandapipes(net) => vec![solve_gas::pandapipes(net, &mut meter).map_err(about)?],
        GasProblem::Steady(case) => solve_gas::steady(case, &mut meter).map_err(about)?,
        GasProblem::Transient(_) => {
            let message = console.text("非定常算例尚不能求解", "flow in time is not solved by this command yet");
            return Err(Failure::Failed(anyhow!("{name}: {message}")));
        }
    };
    let cpu_s = meter.cpu_s;
    drop(meter);
    let repeated = nets.first().filter(|_| repeat > 0).map(|n| repeated(&n.model, repeat));
    let repeated = repeated.transpose().map_err(about)?;
    let facts: Vec<Facts> = nets.iter().map(solve_gas::facts).collect();
    let warnings = facts.iter().flat_map(|f| f.warnings.clone()).collect();
    let cost = Cost { cpu_s, wall_s: whole.wall_s(), warnings, repeated };
    let result = match &problem {
        GasProblem::Pandapipes(net) => gas_results::pandapipes(net, &nets[0].figures(), &cost),
        GasProblem::Steady(case) => {
            let all: Vec<_> = nets.iter().map(|n| (n.key, &n.model, n.figures())).collect();
            gas_results::steady(case, &all, &cost)
        }
        GasProblem::Transient(_) => Value::Null,
    };
    write(&args.out, &result)?;
    tell(console, args, &nets, &facts, &found, &cost);
    Ok(())
}

/// Times of repeated solves, cold and from the answer before.
fn repeated(model: &GasModel, times: u32) -> Result<Repeated, solve_gas::SolveGasError> {
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    let mut iterations = [0; 2];
    for _ in 0..times {
        let watch = Stopwatch::start();
        let (mut compiled, first) = solve_gas::cold(model)?;
        cold.push(watch.cpu_s());
        let watch = Stopwatch::start();
        let second = solve_gas::warm(&mut compiled, &first, OTHER_LOADS)?;
        warm.push(watch.cpu_s());
        iterations = [first.iterations, second.iterations];
    }
    let best_and_median = |all: &mut Vec<f64>| {
        all.sort_by(f64::total_cmp);
        [all[0], all[all.len() / 2]]
    };
    let (cold_cpu_s, warm_cpu_s) = (best_and_median(&mut cold), best_and_median(&mut warm));
    Ok(Repeated { times, cold_cpu_s, warm_cpu_s, iterations })
}

fn write(path: &Path, result: &Value) -> anyhow::Result<()> {
    let text = serde_json::to_string(result)? + "\n";
    std::fs::write(path, text).with_context(|| format!("{}: cannot be written", path.display()))
}

fn tell(console: &Console, args: &GasArgs, nets: &[SolvedNet], facts: &[Facts], found: &Diagnostics, cost: &Cost) {
    for warning in &cost.warnings {
        console.note(warning);
    }
    let out = args.out.display();
    let iterations: u32 = nets.iter().map(|n| n.steady.iterations).sum();
    let mass = nets.iter().map(|n| n.steady.mass_residual).fold(0.0, f64::max);
    let loss = nets.iter().map(|n| n.steady.loss_residual).fold(0.0, f64::max);
    console.say(&console.text(
        &format!("{out}：{iterations} 次迭代，质量残差 {mass:.1e} kg/s，压降残差 {loss:.1e}"),
        &format!("{out}: {iterations} iterations; residuals {mass:.1e} kg/s of mass, {loss:.1e} of losses"),
    ));
    for (net, facts) in nets.iter().zip(facts) {
        console.say(&console.text(&in_chinese(net, facts), &in_english(net, facts)));
    }
    let mut told = gas_results::closing(iterations, &json!({ "mass_kg_s": mass, "loss": loss }), cost);
    told["output"] = json!(out.to_string());
    told["diagnostics"] = json!(found.list());
    told["nodes"] = json!(nets.first().map(|n| n.model.nodes.len()));
    told["links"] = json!(nets.first().map(|n| n.model.links.len()));
    console.object(&told);
}

fn of_pressure(facts: &Facts) -> Option<(String, &str)> {
    // A network of thousands of pascals reads in kilopascals, one of a city's mains in megapascals.
    facts.lowest.as_ref().map(|(pa, id)| {
        let text = if pa.abs() < 1e5 { format!("{:.3} kPa", pa / 1e3) } else { format!("{:.4} MPa", pa / 1e6) };
        (text, id.as_str())
    })
}

fn in_english(net: &SolvedNet, facts: &Facts) -> String {
    let mut text = if net.key.is_empty() { String::new() } else { format!("{}: ", net.key) };
    if let Some((pressure, id)) = of_pressure(facts) {
        text += &format!("lowest pressure {pressure} over the air at {id}");
    }
    if let Some((velocity, id)) = &facts.fastest {
        text += &format!("; fastest flow {velocity:.1} m/s in {id}");
    }
    let [cut, all] = facts.unsupplied;
    text + &format!("; {cut} of {all} nodes are not supplied")
}

fn in_chinese(net: &SolvedNet, facts: &Facts) -> String {
    let mut text = if net.key.is_empty() { String::new() } else { format!("{}：", net.key) };
    if let Some((pressure, id)) = of_pressure(facts) {
        text += &format!("最低表压 {pressure}（{id}）");
    }
    if let Some((velocity, id)) = &facts.fastest {
        text += &format!("；最大流速 {velocity:.1} m/s（{id}）");
    }
    let [cut, all] = facts.unsupplied;
    text + &format!("；{all} 个节点中 {cut} 个无供气")
}
