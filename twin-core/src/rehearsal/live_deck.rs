//! A SWMM deck as a rehearsal takes it: with the files it names, as `twin solve drainage` reads them.
//!
//! Time in a deck counts from its own start, and that start is the scenario's: rain and series that a file dates play
//! as long after the scenario's start as they stand after the deck's. A climate file is looked up by the scenario's own
//! dates, as patterns and monthly values are. What a deck wants reported or saved is left aside: a rehearsal writes its
//! own results.

use std::path::Path;

use twin_physics::domains::drainage::model::{DrainageModel, Evaporation, Temperature, Wind};

use super::drainage_files;
use crate::bindings::drainage::{live::Beginning, open};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::io::inp::Row;
use crate::io::swmm_date::to_datetime;
use crate::io::swmm_inp::deck::{FileKind, FileMode, FileUse, SwmmDeck};

/// A deck that is to be driven from outside.
#[derive(Debug, Clone)]
pub struct LiveDeck {
    /// The deck itself.
    pub deck: SwmmDeck,
    /// Its model, at its own date and for its own time.
    pub model: DrainageModel,
    /// State of the network to begin with.
    pub hot_start: Option<Beginning>,
    /// What was found in the files it names that is no error.
    pub found: Diagnostics,
}

/// Reads the deck of a network file.
///
/// # Errors
/// All that is wrong with the deck and with the files it names, and interface files that would stand beside what the
/// world computes or gives: flows, runoff, RDII (`NET-204`).
pub fn read(file: &Path) -> Result<LiveDeck, Diagnostics> {
    let (opened, found, mut of_files) = open(file);
    let Some(mut opened) = opened else {
        let mut all = found;
        all.append(of_files);
        return Err(all);
    };
    let folder = file.parent().unwrap_or(Path::new(""));
    let (files, more) = drainage_files::open(&used(&opened.deck), folder, folder, false);
    of_files.append(more);
    files.supply(&mut opened.external);
    let given = |f: &&Row<FileUse>| {
        f.mode == FileMode::Use && matches!(f.kind, FileKind::Inflows | FileKind::Runoff | FileKind::Rdii)
    };
    let taken = !of_files.has_errors();
    for row in opened.deck.files.iter().filter(given).filter(|_| taken) {
        of_files.push(Diagnostic {
            severity: Severity::Error,
            line: row.line.0,
            subject: row.path.clone(),
            ..Diagnostic::of_file(
                &opened.deck.name,
                "NET-204",
                "flows, runoff and RDII from an interface file are not taken into a city",
                "give flows as [INFLOWS] with series, which may stand in files; leave runoff and RDII to be computed",
            )
        });
    }
    if of_files.has_errors() {
        return Err(of_files);
    }
    let model = opened.model();
    let hot_start = files.hot_start.map(|hot| Beginning { deck: opened.deck.clone(), hot });
    Ok(LiveDeck { deck: opened.deck, model, hot_start, found: of_files })
}

/// The deck without what concerns its result files alone.
fn used(deck: &SwmmDeck) -> SwmmDeck {
    let mut deck = deck.clone();
    deck.files.retain(|file| file.mode == FileMode::Use);
    deck.report.averages = false;
    deck.options.skip_steady_state = false;
    deck.events.clear();
    deck
}

/// A climate file that holds no day on which a rehearsal starts: temperatures and evaporation would be made up.
///
/// # Errors
/// `NET-205`, by the days that the file does hold.
pub fn covered(file: &str, model: &DrainageModel) -> Result<(), Diagnostics> {
    let climate = &model.climate;
    let asked = matches!(climate.temperature, Temperature::File)
        || matches!(climate.evaporation, Evaporation::File(_) | Evaporation::Temperature)
        || matches!(climate.wind, Wind::File);
    let Some((first, last)) = climate.daily.first().zip(climate.daily.last()) else { return Ok(()) };
    if !asked || (first.day..=last.day).contains(&model.calendar.start_day) {
        return Ok(());
    }
    let day = |day: i64| to_datetime(day as f64).map_or_else(String::new, |at| at.date().to_string());
    let message = format!(
        "its climate file goes from {} to {}, and the scenario starts on {}",
        day(first.day),
        day(last.day),
        day(model.calendar.start_day)
    );
    let remedy = "start the scenario on a day of the file, or give a file that holds the day";
    Err(Diagnostics::of(vec![Diagnostic::of_file(file, "NET-205", &message, remedy)]))
}
