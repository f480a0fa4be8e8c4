//! `.inp` files that are wrong: each must be told what is wrong and where, none may stop the program.

use std::path::Path;

use proptest::prelude::*;
use twin_core::diagnostic::{Diagnostics, Severity};
use twin_core::io::inp::{self, codes};

use crate::bad_deck::{Corpus, Stage, is_one_long_line, says_missing_and_large, with_odd_tokens, without_lines};

const CORPUS: Corpus = Corpus::new("inp");

/// Reads, and if that went well converts: all findings.
fn findings(path: &Path) -> (Diagnostics, Diagnostics) {
    let (file, read) = inp::read_file(path);
    assert_eq!(file.is_none(), read.has_errors(), "{}", path.display());
    let model = file.map(|f| inp::to_water_model(&f).1).unwrap_or_default();
    (read, model)
}

/// Each file of the corpus is told its code at its line, with a remedy if it is an error, and is refused only then.
#[test]
fn each_file_is_told_what_is_wrong_and_where() {
    for case in CORPUS.cases() {
        let path = CORPUS.path(&case.file);
        let (read, model) = findings(&path);
        let found = if case.stage == Stage::Read { &read } else { &model };
        case.is_told(&path, found).unwrap_or_else(|missed| panic!("{missed}"));
        let wrong = read.list().iter().find(|d| d.severity == Severity::Error);
        assert_eq!(wrong.is_some(), case.severity == Severity::Error, "{}: {wrong:?}", case.file);
    }
}

#[test]
fn the_corpus_is_listed_whole() {
    CORPUS.is_listed_whole(30);
}

#[test]
fn the_table_of_codes_is_complete() {
    // Shown by other tests: a line of 10 MB, a file that is not there, and one of more than 512 MiB.
    let elsewhere = [codes::LONG_LINE, codes::UNREADABLE, codes::TOO_LARGE];
    CORPUS.shows(codes::TABLE, &elsewhere, |path| {
        let (mut all, model) = findings(path);
        all.append(model);
        all
    });
}

#[test]
fn a_line_of_ten_megabytes_is_one_finding() {
    let text =
        format!("[JUNCTIONS]\n J1 {}\n J2 5\n[RESERVOIRS]\n R 9\n[PIPES]\n P R J2 1 1 1\n", "7 ".repeat(5 << 20));
    let (file, found) = inp::read_str("long.inp", text.as_bytes());
    assert!(file.is_none());
    is_one_long_line(&found, codes::LONG_LINE);
}

#[test]
fn a_file_that_is_not_there_or_too_large_is_said() {
    let read = |path: &Path| {
        let (file, found) = inp::read_file(path);
        file.is_none().then_some(found)
    };
    says_missing_and_large(read, codes::UNREADABLE, codes::TOO_LARGE);
}

/// Noise must not fill the memory with findings.
#[test]
fn findings_are_kept_up_to_a_limit() {
    let text = format!("[JUNCTIONS]\n{}", "x x x\n".repeat(50_000));
    let (_, found) = inp::read_str("noise.inp", text.as_bytes());
    assert_eq!(found.list().len(), Diagnostics::LIMIT);
    assert!(found.dropped() > 50_000 && found.error_count() > 50_000);
}

/// Has every section, and most forms of each.
const WHOLE: &str = include_str!("every_section.inp");

#[test]
fn every_section_is_read_kept_and_written() {
    let (file, found) = inp::read_str("whole.inp", WHOLE.as_bytes());
    let file = file.unwrap_or_else(|| panic!("{found:#?}"));
    assert!(found.list().iter().all(|d| d.severity == Severity::Info), "{found:#?}");
    for section in inp::Section::ALL {
        let head = format!("[{}]", section.name());
        assert!(WHOLE.contains(&head) || *section == inp::Section::Roughness, "the file has no {head}");
    }
    let written = inp::write(&file);
    let (again, found) = inp::read_str("whole.inp", written.as_bytes());
    assert_eq!(again.as_ref(), Some(&file), "{found:#?}\n{written}");
}

/// What a mutation puts in place of a token.
fn odd_token() -> impl Strategy<Value = String> {
    let odd = [
        "",
        "\"",
        "\"a b\"",
        ";",
        "[",
        "[END]",
        "[PIPES]",
        "nan",
        "-inf",
        "1e999",
        "-1",
        "0",
        "1,5",
        "--5",
        "1e-300",
        "*",
        "9999999999999999999",
        "12:99:99:1",
        "am",
        "ALL",
        "NONE",
        "J1",
        "P1",
        "管网",
        "\u{0}",
        "1:2",
        "IF",
        "RULE",
    ];
    prop_oneof![proptest::sample::select(odd.map(str::to_owned).to_vec()), "\\PC{0,12}"]
}

/// Reads and converts; what still reads must be written so that it reads the same.
fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    let (file, found) = inp::read_str("mutant.inp", bytes);
    prop_assert_eq!(file.is_none(), found.has_errors());
    if let Some(file) = file {
        let (model, _) = inp::to_water_model(&file);
        prop_assert_eq!(model.nodes.len(), file.node_ids().count());
        let written = inp::write(&file);
        let (again, found) = inp::read_str("mutant.inp", written.as_bytes());
        prop_assert_eq!(again.as_ref(), Some(&file), "{:#?}\n{}", found, written);
    }
    Ok(())
}

/// Has caught: a count of 1e-300 is above 0, but was kept as 0 and written as 0, which is refused.
#[test]
fn a_count_below_one_is_refused() {
    let (file, found) = inp::read_str("count.inp", WHOLE.replace("MaxCheck 12", "MaxCheck 1e-300").as_bytes());
    assert!(file.is_none() && found.list().iter().any(|d| d.code == codes::OUT_OF_RANGE), "{found:#?}");
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        survives(&bytes)?;
    }

    #[test]
    fn a_file_cut_anywhere_is_survived(at in 0..WHOLE.len()) {
        survives(&WHOLE.as_bytes()[..at])?;
    }

    #[test]
    fn a_file_that_lacks_lines_is_survived(lost in proptest::collection::btree_set(0..WHOLE.lines().count(), 1..4)) {
        survives(without_lines(WHOLE, &lost).as_bytes())?;
    }

    #[test]
    fn a_file_of_odd_tokens_is_survived(
        changes in proptest::collection::vec((0..WHOLE.lines().count(), 0..9_usize, odd_token()), 1..4),
    ) {
        survives(with_odd_tokens(WHOLE, &changes).as_bytes())?;
    }
}
