//! `twin`: the digital twin of a city's lifelines on the command line.
//!
//! Exit codes: 0 success · 1 the run failed (the message names asset, file, line) · 2 bad usage · 130 stopped by Ctrl-C
//! with a usable partial result. Results go to standard output, progress and messages to standard error.

mod check;
mod city;
mod compare;
mod console;
mod drainage;
mod export;
mod flood;
mod gas;
mod replay;
mod run;
mod solve;
mod sponge;
mod storm;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use console::Console;

/// The digital twin of a city's lifelines: rehearse floods, bursts and leaks, solve networks, compare results.
#[derive(Debug, Parser)]
#[command(name = "twin", version, about, arg_required_else_help = true)]
struct Cli {
    /// Print one JSON object on standard output instead of text.
    #[arg(long, global = true)]
    json: bool,
    /// Threads to compute on; the results do not depend on it.
    #[arg(long, global = true, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    /// Language of what is written for people.
    #[arg(long, global = true, value_enum, default_value_t = Lang::from_environment())]
    lang: Lang,
    #[command(subcommand)]
    command: Command,
}

/// Language of what is written for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lang {
    /// 中文.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Chinese where the environment says so, English otherwise.
    fn from_environment() -> Self {
        let set =
            ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|k| std::env::var(k).ok().filter(|v| !v.is_empty()));
        if set.is_some_and(|v| v.starts_with("zh")) { Self::Zh } else { Self::En }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check cities, scenarios and network files, and say what is wrong, where, and what to do about it.
    Check(check::Args),
    /// Run a scenario with its variants and write a result folder with a report.
    Run(run::Args),
    /// Solve one network file of a domain.
    Solve(solve::Args),
    /// Run a result folder's journal again and compare the state hash.
    Replay(replay::Args),
    /// Write series, maps, events or the network of a result folder in another form.
    Export(export::Args),
    /// Compare two result folders.
    Compare(compare::Args),
    /// Make invented networks of any size from a seed.
    City(city::Args),
    /// Make a design storm by the intensity formula of a city, as a table or a file.
    Storm(storm::Args),
    /// What the sponge-city (LID) measures of a drainage model achieve.
    Sponge(sponge::Args),
}

/// Why a command ended without success.
pub enum Failure {
    /// The run failed, exit code 1.
    Failed(anyhow::Error),
    /// Bad usage, exit code 2.
    Usage(String),
    /// Stopped by Ctrl-C, with the folder of the partial result where there is one, exit code 130.
    Stopped(Option<PathBuf>),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse(); // ends with 2 on bad usage
    let console = Console::new(cli.json, cli.lang == Lang::Zh);
    let threads = usize::from(cli.threads);
    let result = match cli.command {
        Command::Check(args) => check::check(&console, &args),
        Command::Run(args) => run::run(&console, &args, threads),
        Command::Solve(args) => solve::solve(&console, &args, threads),
        Command::Replay(args) => replay::replay(&console, &args, threads),
        Command::Export(args) => export::export(&console, &args),
        Command::Compare(args) => compare::compare(&console, &args),
        Command::City(args) => city::city(&console, &args),
        Command::Storm(args) => storm::storm(&console, &args),
        Command::Sponge(args) => {
            let lang =
                if cli.lang == Lang::Zh { twin_core::io::report::Lang::Zh } else { twin_core::io::report::Lang::En };
            sponge::sponge(&console, &args, lang)
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Failed(error)) => {
            console.error(&format!("{error:#}"));
            ExitCode::from(1)
        }
        Err(Failure::Usage(message)) => {
            console.error(&message);
            ExitCode::from(2)
        }
        Err(Failure::Stopped(None)) => {
            console.note(&console.text("已停止", "stopped"));
            ExitCode::from(130)
        }
        Err(Failure::Stopped(Some(dir))) => {
            console.note(&console.text(
                &format!("已停止；部分结果在 {}，可用 --resume 继续", dir.display()),
                &format!("stopped; a partial result is in {}, --resume goes on", dir.display()),
            ));
            ExitCode::from(130)
        }
    }
}
