use std::{fs, path::PathBuf};

use tempfile::TempDir;

use super::*;

fn record(number: u8) -> Record {
    Record {
        at: Timestamp::from_second(1_700_000_000).unwrap(),
        role: "asp",
        kind: "mdoc",
        sha256: [number; 32],
    }
}

/// A journal with so many records, closed again.
fn written(count: u8) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signatures.jsonl");
    let journal = Journal::open(&path).unwrap();
    for number in 0..count {
        journal.append(record(number)).unwrap();
    }
    drop(journal);
    (folder, path)
}

#[test]
fn each_record_follows_the_one_before_it_also_after_a_restart() {
    let (_folder, path) = written(3);

    let journal = Journal::open(&path).unwrap();
    journal.append(record(9)).unwrap();

    assert_eq!(check_journal(&path).unwrap(), 4);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 4);
    assert!(
        text.lines()
            .next()
            .unwrap()
            .contains(r#""role":"asp","kind":"mdoc""#)
    );
}

#[test]
fn a_line_altered_taken_out_or_put_in_shows_where() {
    let (_folder, path) = written(5);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let broken_at = |lines: &[&str]| {
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        match check_journal(&path) {
            Err(JournalError::Broken { line }) => line,
            other => panic!("{other:?}"),
        }
    };

    let altered = lines[1].replace("mdoc", "sd_jwt");

    assert_eq!(broken_at(&[lines[0], &altered, lines[2], lines[3], lines[4]]), 3);
    assert_eq!(broken_at(&[lines[0], lines[2], lines[3], lines[4]]), 2);
    assert_eq!(broken_at(&[lines[0], lines[1], lines[1], lines[2]]), 3);
    assert_eq!(broken_at(&["{}", lines[1]]), 1);
}

#[test]
fn a_line_that_a_stop_cut_short_goes_and_the_next_follows_the_last_whole_one() {
    for kept in [1, 40, 200] {
        let (_folder, path) = written(2);
        let whole = fs::read(&path).unwrap();
        let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        fs::write(&path, &whole[..(first + kept).min(whole.len() - 1)]).unwrap();

        let journal = Journal::open(&path).unwrap();
        journal.append(record(7)).unwrap();

        assert_eq!(check_journal(&path).unwrap(), 2, "{kept}");
    }
}

#[test]
fn a_journal_whose_end_is_no_record_is_not_written_on() {
    for text in ["nothing\n", "{}\n", &"x".repeat(5000)] {
        let (_folder, path) = written(1);
        let mut whole = fs::read(&path).unwrap();
        whole.extend_from_slice(text.as_bytes());
        fs::write(&path, &whole).unwrap();

        let refused = Journal::open(&path).unwrap_err();

        assert_eq!(refused.code(), "signer_journal_broken");
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn a_second_process_does_not_get_the_journal() {
    let (_folder, path) = written(0);
    let _first = Journal::open(&path).unwrap();

    let refused = Journal::open(&path).unwrap_err();

    assert_eq!((refused.code(), refused.retryable()), ("signer_running", true));
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_nothing_is_written_down_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signatures.jsonl");
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    let journal = Journal::open(&path).unwrap();

    assert_eq!(journal.append(record(1)), Err(SignerRefusal::Journal));
    assert_eq!(journal.append(record(2)), Err(SignerRefusal::Journal));
}

#[test]
fn threads_that_write_at_once_are_all_written() {
    let (_folder, path) = written(0);
    let journal = Journal::open(&path).unwrap();

    thread::scope(|scope| {
        for number in 0..8 {
            let journal = &journal;
            scope.spawn(move || (0..20).for_each(|_| journal.append(record(number)).unwrap()));
        }
    });

    assert_eq!(check_journal(&path).unwrap(), 160);
}
