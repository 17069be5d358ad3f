//! `acasa demo --offline-week` on the real binary, and what is made of lists that do not say the same.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/acasa.rs"]
mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread;
use support::{Ran, acasa};
use tempfile::TempDir;

fn week(folder: &Path, seed: u64) -> Ran {
    let folder = folder.to_str().expect("a plain path");
    let seed = seed.to_string();
    acasa(&[
        "--json",
        "demo",
        "--offline-week",
        "--keep",
        folder,
        "--seed",
        &seed,
    ])
}

fn compare(folder: &Path) -> Ran {
    acasa(&[
        "--json",
        "demo",
        "--compare",
        folder.to_str().expect("a plain path"),
    ])
}

fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(name)).expect("it is kept");
    let lines = text.lines().map(serde_json::from_str);
    lines.map(|line| line.expect("JSON")).collect()
}

fn step<'a>(lines: &'a [Value], name: &str) -> &'a Value {
    let found = lines.iter().find(|line| line["step"] == name);
    found.expect("the step is told")
}

#[test]
fn two_seeds_have_two_weeks_and_in_both_every_act_takes_effect_once() {
    let folder = TempDir::new().expect("a folder");
    let folders = [5, 6].map(|seed: u64| (seed, folder.path().join(seed.to_string())));

    let runs = thread::scope(|scope| {
        let runs = folders
            .each_ref()
            .map(|(seed, kept)| scope.spawn(move || week(kept, *seed)));
        runs.map(|run| run.join().expect("it ends"))
    });

    let mut weeks = BTreeSet::new();
    for (ran, (_, kept)) in runs.iter().zip(&folders) {
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        let told = ran.lines();
        let compared = step(&told, "compared");
        assert_eq!(
            (&compared["lost"], &compared["doubled"]),
            (&Value::from(0), &Value::from(0))
        );
        assert!(compared["applied"].as_u64() >= Some(20), "{compared}");
        assert!(compared["refused"].as_u64() >= Some(1), "{compared}");
        let mut faults: Vec<&str> = told.iter().filter_map(|line| line["fault"].as_str()).collect();
        weeks.insert(faults.join(" "));
        faults.sort_unstable();
        faults.dedup();
        assert_eq!(faults.len(), 7, "each fault on a day of its own");
        assert_eq!(lines(kept, "timeline.jsonl"), told);
        recount(kept, compared);
        alter(kept);
    }
    assert_eq!(weeks.len(), 2);
}

/// Counts once more, by another way through the lines.
fn recount(kept: &Path, compared: &Value) {
    let (sent, effects) = (lines(kept, "sent.jsonl"), lines(kept, "effects.jsonl"));
    let done: BTreeSet<&str> = sent
        .iter()
        .filter(|act| act["fate"] == "done")
        .filter_map(|act| act["id"].as_str())
        .collect();
    let took: Vec<&str> = effects
        .iter()
        .filter_map(|effect| effect["act"].as_str())
        .collect();
    assert_eq!(compared["acts"], sent.len());
    assert_eq!(took.iter().copied().collect::<BTreeSet<_>>(), done);
    assert_eq!(took.len(), done.len());
    assert!(
        sent.iter()
            .all(|act| act["fate"] != "refused" || act["code"].is_string())
    );
    let devices: BTreeSet<&str> = sent.iter().filter_map(|act| act["device"].as_str()).collect();
    assert_eq!(devices, BTreeSet::from(["phone", "tablet"]));
}

/// A line dropped, a line doubled, and a refused act with an effect are found, each by its name.
fn alter(kept: &Path) {
    let path = kept.join("effects.jsonl");
    let whole = fs::read_to_string(&path).expect("it is kept");
    let last = whole
        .lines()
        .rfind(|line| line.contains("\"act\""))
        .expect("an effect");
    let sent = lines(kept, "sent.jsonl");
    let refused = sent
        .iter()
        .find(|act| act["fate"] == "refused")
        .expect("one is refused");
    let more = format!("{{\"version\":100000,\"act\":{}}}\n", refused["id"]);
    let altered = [
        (whole.replace(&format!("{last}\n"), ""), "lost"),
        (format!("{whole}{last}\n"), "doubled"),
        (format!("{whole}{more}"), "uncalledFor"),
    ];
    assert_eq!(compare(kept).status, 0);
    for (effects, found) in altered {
        fs::write(&path, effects).expect("it is written");
        let ran = compare(kept);
        assert_eq!(ran.status, 1, "{found}");
        let told = ran.lines();
        assert!(step(&told, "compared")[found].as_u64() > Some(0), "{found}");
        assert_eq!(step(&told, "end")["code"], "acts_differ");
    }
}

#[test]
fn a_week_that_cannot_be_kept_or_compared_says_so_at_once() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("a-file");
    fs::write(&file, b"").expect("it is written");

    let unkept = week(&file, 1);
    let uncompared = compare(folder.path());
    fs::write(folder.path().join("sent.jsonl"), b"").expect("it is written");
    fs::write(folder.path().join("effects.jsonl"), b"{}").expect("it is written");
    let malformed = compare(folder.path());

    assert_eq!(
        (unkept.status, unkept.error_code().as_str()),
        (2, "unwritable_output")
    );
    for ran in [uncompared, malformed] {
        assert_eq!((ran.status, ran.error_code().as_str()), (2, "unreadable_lists"));
    }
}
