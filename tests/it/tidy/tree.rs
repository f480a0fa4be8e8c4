//! The tree as the checks see it: text files with their path from the root, and Rust code without comments and strings.

use std::fs;
use std::path::{Path, PathBuf};

/// One text file.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path from the workspace root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// For bad examples.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }
    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

/// The workspace root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the workspace").to_path_buf()
}

/// Folders that hold nothing of ours: those `.gitignore` names, the repository itself, and data lent from outside.
fn skipped() -> Vec<String> {
    let ignore = fs::read_to_string(root().join(".gitignore")).expect(".gitignore is there");
    let named = ignore.lines().filter_map(|l| l.trim().strip_suffix('/')).map(|l| l.trim_start_matches('/').to_owned());
    named.chain([".git", "node_modules", "shared"].map(str::to_owned)).collect()
}

/// Paths of all files and folders below a folder, folders with a final `/`, in order.
pub fn walk(from: &str) -> Vec<String> {
    let (skipped, mut found, mut open) = (skipped(), Vec::new(), vec![root().join(from)]);
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.map(|e| e.expect("readable")) {
            if skipped.iter().any(|s| *entry.file_name() == **s) {
                continue;
            }
            let is_dir = entry.file_type().expect("readable").is_dir();
            let path = entry.path().strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
            if is_dir {
                open.push(entry.path());
            }
            found.push(if is_dir { format!("{path}/") } else { path });
        }
    }
    found.sort();
    found
}

/// All text files of ours below a folder.
pub fn sources(from: &str) -> Vec<Source> {
    let files = walk(from).into_iter().filter(|p| !p.ends_with('/'));
    files.filter_map(|path| fs::read_to_string(root().join(&path)).ok().map(|text| Source { path, text })).collect()
}

/// All Rust files of ours below some folders.
pub fn rust(from: &[&str]) -> Vec<Source> {
    from.iter().flat_map(|f| sources(f)).filter(Source::is_rust).collect()
}

/// The code of a Rust file: comments and the insides of strings are blank, line ends stay.
pub fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    while at < chars.len() {
        let end = token_end(&chars, at);
        if end == at + 1 {
            out.push(chars[at]);
        } else {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        }
        at = end;
    }
    out
}

/// Where the comment, string or character that begins here ends; the next place where none begins.
fn token_end(c: &[char], at: usize) -> usize {
    let starts = |s: &str, at: usize| s.chars().enumerate().all(|(i, x)| c.get(at + i) == Some(&x));
    let word = at > 0 && (c[at - 1].is_alphanumeric() || c[at - 1] == '_');
    if starts("//", at) {
        return (at..c.len()).find(|i| c[*i] == '\n').unwrap_or(c.len());
    }
    if starts("/*", at) {
        let (mut depth, mut i) = (0, at);
        while i < c.len() {
            match (starts("/*", i), starts("*/", i)) {
                (true, _) => (depth, i) = (depth + 1, i + 2),
                (_, true) => (depth, i) = (depth - 1, i + 2),
                _ => i += 1,
            }
            if depth == 0 {
                break;
            }
        }
        return i;
    }
    if c[at] == 'r' && !word {
        let hashes = (at + 1..c.len()).take_while(|i| c[*i] == '#').count();
        if c.get(at + 1 + hashes) == Some(&'"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let body = at + 2 + hashes;
            return (body..c.len()).find(|i| starts(&close, *i)).map_or(c.len(), |i| i + 1 + hashes);
        }
    }
    if c[at] == '"' {
        return quoted_end(c, at, '"');
    }
    // A character, not a lifetime: it is closed after one character or an escape.
    if c[at] == '\'' && (c.get(at + 1) == Some(&'\\') || c.get(at + 2) == Some(&'\'')) {
        return quoted_end(c, at, '\'');
    }
    at + 1
}

fn quoted_end(c: &[char], at: usize, close: char) -> usize {
    let mut i = at + 1;
    while i < c.len() && c[i] != close {
        i += if c[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(c.len())
}

/// Lines of the code with their numbers, 1-based.
pub fn code_lines(text: &str) -> Vec<(usize, String)> {
    code(text).lines().enumerate().map(|(i, l)| (i + 1, l.to_owned())).collect()
}

/// Whether a line names a word, as a word.
pub fn names(line: &str, word: &str) -> bool {
    let edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word)
        .any(|(at, _)| edge(line[..at].chars().next_back()) && edge(line[at + word.len()..].chars().next()))
}

/// Code keeps its words and lines; comments and all kinds of strings lose theirs.
#[test]
fn code_is_what_the_compiler_sees() {
    let comments = "let a = 'x'; // HashMap\n/* HashMap /* \n */ */ let b: &'a str";
    let strings = "let r = r#\"Hash\"Map\"#; let q = '\"'; let c = \"\\\"HashMap\"; HashMap";
    let text = format!("{comments};\n{strings}");
    let seen = code(&text);
    assert_eq!(seen.matches("HashMap").count(), 1, "{seen}");
    assert_eq!(seen.lines().count(), 4);
    assert!(seen.contains("let b: &'a str"), "{seen}");
    assert!(names("a::HashMap;", "HashMap") && !names("MyHashMap", "HashMap"));
}
