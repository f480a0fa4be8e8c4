//! What a run leaves behind: a folder of plain files that outlives the program.
//!
//! ```text
//! summary.json            figures, ledgers, solver, state hash      [Summary]
//! events.jsonl            the cascade record, one a line            [EventWriter, read_events]
//! series/NAME.parquet     long table t_s, id, quantity, unit, value [SeriesWriter, read_series]
//! maps/NAME.geojson       results on the network                    [MapLayer]
//! report.html             the same for people                       [crate::io::report]
//! variants/NAME/          events, series and maps of another variant of the run
//! ```
//! The life of a folder: [`ResultFolder::create`] leaves a summary that says `"complete": false`; series and events
//! are written while the run goes on; [`ResultFolder::write_summary`] ends it. A run that is stopped on the way drops
//! its writers, which closes their files, so what was written stays readable. A process that is killed outright loses
//! the Parquet file it was writing and nothing else.
//!
//! Numbers that are not finite never reach a JSON file: see each writer.

mod clean;
mod events;
mod facts;
mod folder;
mod maps;
mod series;
mod summary;

pub use events::{EventWriter, EventsRead, parse_events, read_events};
pub use facts::{Better, Marker, MarkerKind, MetricSeries, Paint, RunFacts, Text, VariantFacts};
pub use folder::ResultFolder;
pub use maps::{Crs, MapFeature, MapLayer, MapWritten, Shape};
pub use series::{SERIES_NAMES, SeriesColumns, SeriesRow, SeriesWriter, read_series, read_series_file};
pub use summary::{LedgerFigures, MetricFigures, SolverFigures, Summary, VariantFigures};

/// Why a result could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResultError {
    /// The file system refused.
    #[error("{path}: cannot {what}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// The file or folder.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A folder holds something else than a result.
    #[error("{path} is not empty and holds no result of a run; name another folder with -o")]
    NotAResult {
        /// The folder.
        path: String,
    },
    /// No result is there to be read.
    #[error("{path} holds no summary.json: it is not the result of a run")]
    NoResult {
        /// The folder.
        path: String,
    },
    /// A Parquet file could not be written or read.
    #[error("{path}: the table cannot be written or read; if the run was killed, run it again")]
    Table {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// A Parquet file has other columns than a series table.
    #[error("{path}: not a series table: {what}")]
    NotSeries {
        /// The file.
        path: String,
        /// What is missing or different.
        what: String,
    },
    /// JSON could not be written or read.
    #[error("{path}:{line}: not the JSON that was expected")]
    Json {
        /// The file.
        path: String,
        /// Line, 1-based; 0 where the whole file is meant.
        line: usize,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A number that is not finite was to be written.
    #[error("record {id} (rule {rule}, target {target}): {what} is not finite, so it was not written to {path}")]
    NonFinite {
        /// The file.
        path: String,
        /// Number of the record.
        id: u64,
        /// Its rule.
        rule: String,
        /// Its target.
        target: String,
        /// Which of its numbers.
        what: &'static str,
    },
}

impl ResultError {
    pub(crate) fn io(what: &'static str, path: &std::path::Path, source: std::io::Error) -> Self {
        Self::Io { what, path: path.display().to_string(), source }
    }
}
