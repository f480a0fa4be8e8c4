//! The journal of inputs: append-only, and the truth. A state is a pure function of model, snapshot and journal.
//!
//! SQLite in write-ahead mode with full synchronisation: [`Journal::append`] returns only when the disk has the batch,
//! so whoever acknowledges after it never acknowledges what could be lost. A failed append is an error for good: the
//! batch is not retried as if nothing had happened.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::command::{Command, Input, Lane};
use crate::time::SimTime;

/// The format this build writes.
pub const VERSION: i64 = 1;

/// Why the journal could not be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The store failed.
    #[error("JRN-001: the journal's store failed: {0}")]
    Store(#[from] rusqlite::Error),
    /// A file of another kind or a later format.
    #[error("JRN-002: journal format {found}, this build reads up to {VERSION}; use the build that wrote it")]
    Version {
        /// The format found.
        found: i64,
    },
    /// An entry that cannot be read.
    #[error("JRN-003: entry {seq} of the journal cannot be read: {why}")]
    Entry {
        /// Its number.
        seq: i64,
        /// Why.
        why: String,
    },
}

/// Where inputs are kept.
pub trait Journal: Send {
    /// Keeps a batch, whole or not at all, and returns how many entries were new: a source's repeated number is kept
    /// once.
    ///
    /// # Errors
    /// When the store fails; nothing of the batch may then be acknowledged.
    fn append(&mut self, batch: &[Input]) -> Result<usize, JournalError>;

    /// All inputs from an instant on, in the order they were kept.
    ///
    /// # Errors
    /// When the store fails or an entry cannot be read.
    fn read_from(&self, at: SimTime) -> Result<Vec<Input>, JournalError>;

    /// Keeps a fact about the run, such as its scenario or fingerprint.
    ///
    /// # Errors
    /// When the store fails.
    fn set_fact(&mut self, key: &str, value: &str) -> Result<(), JournalError>;

    /// A fact kept before.
    ///
    /// # Errors
    /// When the store fails.
    fn fact(&self, key: &str) -> Result<Option<String>, JournalError>;
}

/// The journal in an SQLite file.
pub struct SqliteJournal {
    store: Connection,
}

impl SqliteJournal {
    /// Opens a journal, making it where there is none.
    ///
    /// # Errors
    /// When the file cannot be opened, is no journal, or is of a later format.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::prepare(Connection::open(path)?)
    }

    /// A journal in memory, for tests and rehearsals.
    ///
    /// # Errors
    /// When there is no memory.
    pub fn in_memory() -> Result<Self, JournalError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(store: Connection) -> Result<Self, JournalError> {
        store.pragma_update(None, "journal_mode", "WAL")?;
        store.pragma_update(None, "synchronous", "FULL")?;
        let found: i64 = store.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found > VERSION {
            return Err(JournalError::Version { found });
        }
        store.execute_batch(
            "CREATE TABLE IF NOT EXISTS fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
             CREATE TABLE IF NOT EXISTS input (
                 seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, lane INTEGER NOT NULL,
                 source TEXT NOT NULL, source_seq INTEGER NOT NULL, command TEXT NOT NULL,
                 UNIQUE (source, source_seq)) STRICT;",
        )?;
        store.pragma_update(None, "user_version", VERSION)?;
        Ok(Self { store })
    }
}

const LANES: [Lane; 4] = [Lane::Control, Lane::Alarm, Lane::State, Lane::Bulk];

impl Journal for SqliteJournal {
    fn append(&mut self, batch: &[Input]) -> Result<usize, JournalError> {
        let work = self.store.transaction()?;
        let mut fresh = 0;
        {
            let mut insert = work.prepare_cached(
                "INSERT OR IGNORE INTO input (at_ms, lane, source, source_seq, command) VALUES (?, ?, ?, ?, ?)",
            )?;
            for input in batch {
                let command = serde_json::to_string(&input.command)
                    .map_err(|e| JournalError::Entry { seq: -1, why: e.to_string() })?;
                let seq = i64::try_from(input.seq).unwrap_or(i64::MAX);
                fresh += insert.execute(params![input.at.millis(), input.lane as i64, input.source, seq, command])?;
            }
        }
        work.commit()?;
        Ok(fresh)
    }

    fn read_from(&self, at: SimTime) -> Result<Vec<Input>, JournalError> {
        let mut select = self.store.prepare_cached(
            "SELECT seq, at_ms, lane, source, source_seq, command FROM input WHERE at_ms >= ? ORDER BY seq",
        )?;
        let mut rows = select.query([at.millis()])?;
        let mut inputs = Vec::new();
        while let Some(row) = rows.next()? {
            let seq: i64 = row.get(0)?;
            let bad = |why: String| JournalError::Entry { seq, why };
            let lane: i64 = row.get(2)?;
            let text: String = row.get(5)?;
            let command: Command = serde_json::from_str(&text).map_err(|e| bad(e.to_string()))?;
            inputs.push(Input {
                at: SimTime::from_millis(row.get(1)?),
                lane: usize::try_from(lane)
                    .ok()
                    .and_then(|l| LANES.get(l).copied())
                    .ok_or_else(|| bad(format!("lane {lane}")))?,
                source: row.get(3)?,
                seq: row.get::<_, i64>(4)?.unsigned_abs(),
                command,
            });
        }
        Ok(inputs)
    }

    fn set_fact(&mut self, key: &str, value: &str) -> Result<(), JournalError> {
        self.store.execute("INSERT OR REPLACE INTO fact (key, value) VALUES (?, ?)", [key, value])?;
        Ok(())
    }

    fn fact(&self, key: &str) -> Result<Option<String>, JournalError> {
        let mut select = self.store.prepare_cached("SELECT value FROM fact WHERE key = ?")?;
        Ok(select.query_row([key], |row| row.get(0)).optional()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::behaviour::Event;
    use crate::ids::AssetIx;

    fn input(source: &str, seq: u64, ms: i64) -> Input {
        let command = Command::Tell { asset: AssetIx(7), event: Event::Target(0.1 + 0.2) };
        Input { at: SimTime::from_millis(ms), lane: Lane::Control, source: source.to_owned(), seq, command }
    }

    /// What is kept comes back bit for bit after the file is closed, a repeated number once.
    #[test]
    fn what_is_kept_comes_back_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.db");
        let batch = [input("a", 1, 5), input("b", 1, 3), input("a", 1, 9), input("a", 2, 9)];
        let mut journal = SqliteJournal::open(&path).expect("opens");
        assert_eq!(journal.append(&batch).expect("keeps"), 3);
        drop(journal);
        let journal = SqliteJournal::open(&path).expect("opens again");
        let kept = journal.read_from(SimTime::ZERO).expect("reads");
        assert_eq!(kept, [batch[0].clone(), batch[1].clone(), batch[3].clone()]);
        assert_eq!(journal.read_from(SimTime::from_millis(4)).expect("reads").len(), 2);
    }

    /// A journal of a later format is refused with its number.
    #[test]
    fn a_later_format_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.db");
        drop(SqliteJournal::open(&path).expect("opens"));
        let store = Connection::open(&path).expect("opens");
        store.pragma_update(None, "user_version", VERSION + 1).expect("updates");
        drop(store);
        assert!(matches!(SqliteJournal::open(&path), Err(JournalError::Version { found }) if found == VERSION + 1));
    }
}
