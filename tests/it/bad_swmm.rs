//! SWMM decks that are wrong: each must be told what is wrong and where, none may stop the program.

use std::path::Path;

use proptest::prelude::*;
use twin_core::diagnostic::{Diagnostics, Severity};
use twin_core::io::swmm_inp::{self, codes};

use crate::bad_deck::{Corpus, is_one_long_line, says_missing_and_large, with_odd_tokens, without_lines};

const CORPUS: Corpus = Corpus::new("swmm");

/// Each file of the corpus is told its code at its line, with a remedy if it is an error, and is refused only then.
#[test]
fn each_deck_is_told_what_is_wrong_and_where() {
    let mut missed = Vec::new();
    for case in CORPUS.cases() {
        let path = CORPUS.path(&case.file);
        let (deck, found) = swmm_inp::read_file(&path);
        assert_eq!(deck.is_none(), found.has_errors(), "{}", case.file);
        missed.extend(case.is_told(&path, &found).err());
        if (case.severity == Severity::Error) != deck.is_none() {
            missed.push(format!("{}: {:?}", case.file, found.list()));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_corpus_of_decks_is_listed_whole() {
    CORPUS.is_listed_whole(60);
}

#[test]
fn the_table_of_swmm_codes_is_complete() {
    // Shown by other tests: files that are not there or too large, and the files a deck names.
    let elsewhere = [
        codes::UNREADABLE,
        codes::TOO_LARGE,
        codes::OTHER_PLACE,
        codes::UNKNOWN_FORMAT,
        codes::RAIN_OPEN,
        codes::RAIN_ORDER,
        codes::RAIN_FORMAT,
        codes::CLIMATE_OPEN,
        codes::CLIMATE_READ,
        codes::SERIES_OPEN,
        codes::SERIES_READ,
        // What only the preparation of the network tells.
        codes::NODE_DEPTH,
        codes::NEGATIVE_OFFSET,
        codes::SMALL_DROP,
        codes::SMALL_SLOPE,
        codes::STEEP,
        codes::CREST,
    ];
    CORPUS.shows(codes::TABLE, &elsewhere, |path| swmm_inp::read_file(path).1);
}

#[test]
fn a_deck_line_of_ten_megabytes_is_one_finding() {
    let text = format!("[JUNCTIONS]\nJ1 {}\nJ2 5\n", "7 ".repeat(5 << 20));
    let (deck, found) = swmm_inp::read_str("long.inp", text.as_bytes());
    assert!(deck.is_none());
    is_one_long_line(&found, codes::LONG_LINE);
}

#[test]
fn a_deck_that_is_not_there_or_too_large_is_said() {
    let read = |path: &Path| {
        let (deck, found) = swmm_inp::read_file(path);
        deck.is_none().then_some(found)
    };
    says_missing_and_large(read, codes::UNREADABLE, codes::TOO_LARGE);
}

/// Noise must fill neither the memory with findings nor the hours with a search for near names.
#[test]
fn findings_on_decks_are_kept_up_to_a_limit() {
    let names: String = (0..20_000).map(|i| format!("N{i} 1\n")).collect();
    let rows: String = (0..20_000).map(|i| format!("C{i} X{i} Y{i} 1 1 0 0\n")).collect();
    let (_, found) = swmm_inp::read_str("noise.inp", format!("[JUNCTIONS]\n{names}[CONDUITS]\n{rows}").as_bytes());
    assert_eq!(found.list().len(), Diagnostics::LIMIT);
    assert_eq!(found.error_count(), 40_000);
}

/// Has every section, and most forms of each.
const WHOLE: &str = include_str!("every_swmm_section.inp");

#[test]
fn every_section_of_a_deck_is_read_kept_and_written() {
    let (deck, found) = swmm_inp::read_str("whole.inp", WHOLE.as_bytes());
    let deck = deck.unwrap_or_else(|| panic!("{found:#?}"));
    assert!(found.list().iter().all(|d| d.severity == Severity::Info), "{found:#?}");
    for section in swmm_inp::Section::ALL {
        assert!(WHOLE.contains(&format!("[{}]", section.name())), "the deck has no [{}]", section.name());
    }
    let written = swmm_inp::write(&deck);
    let (again, found) = swmm_inp::read_str("whole.inp", written.as_bytes());
    assert!(again.as_ref() == Some(&deck), "{found:#?}\n{written}");
}

/// Names are one in either case, and every reference is a place that exists.
#[test]
fn names_are_met_in_either_case() {
    let (upper, _) = swmm_inp::read_str("whole.inp", WHOLE.as_bytes());
    let lower = WHOLE.replace("C5 J3 ST1", "C5 j3 st1").replace("THEN PUMP P1", "then pump p1");
    let (lower, found) = swmm_inp::read_str("whole.inp", lower.as_bytes());
    let (upper, lower) = (upper.expect("it reads"), lower.unwrap_or_else(|| panic!("{found:#?}")));
    assert!(upper.nodes == lower.nodes && upper.links == lower.links);
    assert_eq!(upper.rules[0].then_actions, lower.rules[0].then_actions);
}

/// What a mutation puts in place of a token.
fn odd_token() -> impl Strategy<Value = String> {
    let odd = [
        "",
        "\"",
        "\"a b\"",
        "\"\"",
        ";",
        "[",
        "[END]",
        "[WEIRS]",
        "nan",
        "-inf",
        "1e999",
        "-1",
        "0",
        "1,5",
        "--5",
        "1e-300",
        "1e300",
        "*",
        "9999999999999999999",
        "12:99:99:1",
        "01/32/2004",
        "ALL",
        "NONE",
        "YES",
        "J1",
        "C1",
        "S1",
        "TSS",
        "管网",
        "\u{0}",
        "1:2",
        "IF",
        "RULE",
        "FILE",
        "CIRCULAR",
        "DUMMY",
        "FREE",
        "KINWAVE",
    ];
    prop_oneof![proptest::sample::select(odd.map(str::to_owned).to_vec()), "\\PC{0,12}"]
}

/// Reads; what still reads must be written so that it reads the same.
fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    let (deck, found) = swmm_inp::read_str("mutant.inp", bytes);
    prop_assert_eq!(deck.is_none(), found.has_errors());
    if let Some(deck) = deck {
        let written = swmm_inp::write(&deck);
        let (again, found) = swmm_inp::read_str("mutant.inp", written.as_bytes());
        prop_assert!(again.as_ref() == Some(&deck), "{:#?}\n{}", found, written);
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes_as_a_deck_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        survives(&bytes)?;
    }

    #[test]
    fn a_deck_cut_anywhere_is_survived(at in 0..WHOLE.len()) {
        survives(&WHOLE.as_bytes()[..at])?;
    }

    #[test]
    fn a_deck_that_lacks_lines_is_survived(lost in proptest::collection::btree_set(0..WHOLE.lines().count(), 1..4)) {
        survives(without_lines(WHOLE, &lost).as_bytes())?;
    }

    #[test]
    fn a_deck_of_odd_tokens_is_survived(
        changes in proptest::collection::vec((0..WHOLE.lines().count(), 0..9_usize, odd_token()), 1..4),
    ) {
        survives(with_odd_tokens(WHOLE, &changes).as_bytes())?;
    }
}
