//! What the tests of wrong `.inp` files share, whichever program's they are: a folder of files, and a list that says of
//! each what is to be told.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use twin_core::diagnostic::{Diagnostic, Diagnostics, Severity};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    case: Vec<Case>,
}

/// A file and what is to be told of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub file: String,
    pub code: String,
    pub line: u32,
    pub severity: Severity,
    #[serde(default)]
    pub stage: Stage,
}

/// Where it is told.
#[derive(Deserialize, PartialEq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Read,
    Model,
}

/// A folder of wrong files.
pub struct Corpus(&'static str);

impl Corpus {
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    pub fn path(&self, file: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/malformed").join(self.0).join(file)
    }

    pub fn cases(&self) -> Vec<Case> {
        let text = std::fs::read_to_string(self.path("expected.toml")).expect("expected.toml stands with the files");
        toml::from_str::<Expected>(&text).expect("expected.toml is as this test reads it").case
    }

    /// The list and the folder name the same files, at least so many.
    pub fn is_listed_whole(&self, least: usize) {
        let listed: BTreeSet<String> = self.cases().into_iter().map(|c| c.file).collect();
        let there = std::fs::read_dir(self.path("")).expect("the corpus is there");
        let there = there.map(|e| e.expect("readable").file_name().to_string_lossy().into_owned());
        let there: BTreeSet<String> = there.filter(|n| n.ends_with(".inp")).collect();
        assert_eq!(listed, there);
        assert!(there.len() >= least);
    }

    /// No finding has a code that is not in the table, and each code but those shown elsewhere is shown by some file.
    pub fn shows(&self, table: &[(&str, &str, &str)], elsewhere: &[&str], findings: impl Fn(&Path) -> Diagnostics) {
        let codes: BTreeSet<&str> = table.iter().map(|row| row.0).collect();
        assert_eq!(codes.len(), table.len());
        let mut met: BTreeSet<String> = BTreeSet::new();
        for case in self.cases() {
            met.extend(findings(&self.path(&case.file)).list().iter().map(|d| d.code.clone()));
        }
        assert!(met.iter().all(|c| codes.contains(c.as_str())), "{met:?}");
        let missing: Vec<_> = codes.iter().filter(|c| !met.contains(**c) && !elsewhere.contains(c)).collect();
        assert!(missing.is_empty(), "no file shows {missing:?}");
    }
}

impl Case {
    /// Whether its finding is among these, as it is to be; in words what is there in its place.
    pub fn is_told(&self, path: &Path, found: &Diagnostics) -> Result<(), String> {
        let hit = found.list().iter().find(|d| d.code == self.code && d.line == self.line);
        let Some(hit) = hit else {
            return Err(format!("{}: no {} at line {} in {:?}", self.file, self.code, self.line, found.list()));
        };
        assert_eq!(hit.severity, self.severity, "{}", self.file);
        assert_eq!(hit.file, path.display().to_string());
        assert!(!hit.message.is_empty() && (hit.severity < Severity::Error || !hit.remedy.is_empty()), "{hit}");
        Ok(())
    }
}

/// A line of ten megabytes is one finding, and short.
pub fn is_one_long_line(found: &Diagnostics, code: &str) {
    let errors: Vec<&Diagnostic> = found.list().iter().filter(|d| d.severity == Severity::Error).collect();
    assert_eq!((errors.len(), errors[0].code.as_str(), errors[0].line), (1, code, 2));
    assert!(errors[0].to_string().len() < 300);
}

/// A file that is not there or too large is said; `read` gives its findings, where it gives no file.
pub fn says_missing_and_large(read: impl Fn(&Path) -> Option<Diagnostics>, unreadable: &str, too_large: &str) {
    let dir = tempfile::tempdir().expect("a folder for the test");
    let found = read(&dir.path().join("none.inp")).expect("no file");
    assert_eq!(found.list()[0].code, unreadable, "{found:?}");
    let path = dir.path().join("large.inp");
    std::fs::File::create(&path).and_then(|f| f.set_len(513 << 20)).expect("a sparse file");
    let found = read(&path).expect("no file");
    assert_eq!(found.list()[0].code, too_large, "{found:?}");
}

/// A text with the tokens at some places of some lines replaced.
pub fn with_odd_tokens(whole: &str, changes: &[(usize, usize, String)]) -> String {
    let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
    for (line, at, token) in changes {
        let mut tokens: Vec<&str> = lines[*line].split_whitespace().collect();
        if let Some(old) = tokens.get_mut(*at) {
            *old = token;
            lines[*line] = tokens.join(" ");
        }
    }
    lines.join("\n")
}

/// A text without some of its lines.
pub fn without_lines(whole: &str, lost: &BTreeSet<usize>) -> String {
    let kept = whole.lines().enumerate().filter(|(i, _)| !lost.contains(i));
    kept.map(|(_, l)| format!("{l}\n")).collect()
}
