//! Licences of dependencies, by the list that `cargo deny` reads.

use std::process::Command;

use serde_json::Value;

use super::tree::root;
use super::{expect_none, expect_one};

/// Whether an SPDX expression can be met with licences of the list: one side of every OR, both of every AND.
///
/// Grammar as in the SPDX specification 2.3, annex D, with the `/` of old manifests for OR; AND binds tighter.
fn allowed(expression: &str, list: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any_of(&words, &mut at, list);
    met && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, list: &[String]) -> bool {
    let mut met = all_of(words, at, list);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all_of(words, at, list);
    }
    met
}

fn all_of(words: &[&str], at: &mut usize, list: &[String]) -> bool {
    let mut met = one(words, at, list);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, list);
    }
    met
}

fn one(words: &[&str], at: &mut usize, list: &[String]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = any_of(words, at, list);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return met && closed;
    }
    let mut name = (*word).to_owned();
    if let (Some(&"WITH"), Some(exception)) = (words.get(*at), words.get(*at + 1)) {
        name = format!("{name} WITH {exception}");
        *at += 2;
    }
    list.contains(&name)
}

fn list() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let deny: toml::Table = text.parse().unwrap();
    let allow = deny["licenses"]["allow"].as_array().unwrap();
    allow.iter().map(|l| l.as_str().unwrap().to_owned()).collect()
}

fn complaints(metadata: &Value, list: &[String]) -> Vec<String> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let mut out = Vec::new();
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("(none given)");
        if !allowed(licence, list) {
            out.push(format!("{} {}: {licence}", package["name"], package["version"]));
        }
    }
    out
}

/// Every dependency can be used under a licence of `deny.toml`, and no copyleft one stands in that list.
#[test]
fn dependencies_are_permissive() {
    let run = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--all-features"])
        .args(["--filter-platform", HOST])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let metadata: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert!(metadata["packages"].as_array().is_some_and(|p| p.len() > 50), "the list of packages is not there");
    let list = list();
    expect_none(&complaints(&metadata, &list));
    expect_none(&list.iter().filter(|l| l.contains("GPL")).cloned().collect::<Vec<_>>());
}

/// Only what this machine builds: cargo has no other platform's manifests where it has not downloaded them.
const HOST: &str = if cfg!(target_os = "macos") {
    "aarch64-apple-darwin"
} else if cfg!(target_os = "windows") {
    "x86_64-pc-windows-msvc"
} else if cfg!(target_arch = "aarch64") {
    "aarch64-unknown-linux-gnu"
} else {
    "x86_64-unknown-linux-gnu"
};

/// A copyleft or missing licence is seen; a choice that includes a permissive one is taken.
#[test]
fn a_copyleft_licence_is_seen() {
    let list = ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    for good in
        ["MIT/Apache-2.0", "GPL-3.0-only OR MIT", "(MIT OR GPL-2.0) AND Unicode-3.0", "Apache-2.0 WITH LLVM-exception"]
    {
        assert!(allowed(good, &list), "{good}");
    }
    for bad in ["AGPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND MPL-2.0", "", "(MIT", "MIT WITH X-exception"] {
        assert!(!allowed(bad, &list), "{bad}");
    }
    let metadata = serde_json::json!({"packages": [
        {"name": "fine", "version": "1.0.0", "license": "MIT"},
        {"name": "epanet-gpl", "version": "1.0.0", "license": "GPL-3.0-or-later"},
    ]});
    expect_one(&complaints(&metadata, &list), "epanet-gpl");
    let silent = serde_json::json!({"packages": [{"name": "silent", "version": "1.0.0", "license": null}]});
    expect_one(&complaints(&silent, &list), "none given");
}
