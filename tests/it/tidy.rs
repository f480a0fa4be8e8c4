//! The invariants that no compiler holds, read from the tree itself.
//!
//! Every law is a plain function from sources to complaints, so that it can also be shown a bad example: a check that
//! cannot fail is not one.

mod direction;
mod layout;
mod licences;
mod registry;
mod tree;
mod words;

/// Fails with every complaint on a line of its own.
fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

/// A bad example must draw exactly one complaint, and it must name what is wrong.
fn expect_one(complaints: &[String], word: &str) {
    assert!(complaints.len() == 1 && complaints[0].contains(word), "wanted one about {word}, got {complaints:?}");
}
