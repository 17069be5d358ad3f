//! `acasa demo` on the real binary, and what a fresh process makes of the evidence it leaves.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/acasa.rs"]
mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::thread;
use support::{Ran, acasa};
use tempfile::TempDir;

fn demo(folder: &Path, seed: u64) -> Ran {
    let folder = folder.to_str().expect("a plain path");
    acasa(&["demo", "--keep", folder, "--seed", &seed.to_string()])
}

fn demo_in_json(folder: &Path, seed: u64) -> Ran {
    let folder = folder.to_str().expect("a plain path");
    acasa(&["--json", "demo", "--keep", folder, "--seed", &seed.to_string()])
}

/// `acasa verify` with nothing but the evidence, at a time.
fn verify(folder: &Path, file: &str, at: &str, more: &[&str]) -> Ran {
    let path = |name: &str| folder.join(name).to_str().expect("a plain path").to_owned();
    let (trust, status, file) = (path("trust"), path("status.cwt"), path(file));
    let mut arguments = vec![
        "--json",
        "verify",
        "--trust",
        &trust,
        "--status-list",
        &status,
        "--at",
        at,
    ];
    arguments.extend(more);
    arguments.push(&file);
    acasa(&arguments)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Whether a check that did not pass has that name and detail.
fn names(report: &Value, check: &str, detail: &str) -> bool {
    let documents = report["documents"].as_array().expect("documents");
    documents
        .iter()
        .flat_map(|document| document["checks"].as_array().expect("checks"))
        .any(|made| made["outcome"] != "pass" && made["check"] == check && made["detail"] == detail)
}

#[test]
fn a_fresh_process_with_the_evidence_alone_comes_to_the_same_verdicts() {
    let folder = TempDir::new().expect("a folder");
    let kept = folder.path().join("kept");
    let seen = folder.path().join("seen");
    let seen = seen.to_str().expect("a plain path");

    let told = demo_in_json(&kept, 11);

    assert_eq!(told.status, 0, "{}{}", told.stdout, told.stderr);
    assert_eq!(told.stderr, "");
    let lines = told.lines();
    let last = lines.last().expect("an end");
    assert_eq!(last["attempts_after_cut"], 0);
    assert_eq!(
        fs::read_to_string(kept.join("timeline.jsonl")).expect("it is kept"),
        told.stdout
    );
    let verdicts: Vec<&Value> = lines.iter().filter(|line| line["step"] == "verdict").collect();
    assert_eq!(verdicts.len(), 12);
    for due in verdicts {
        let file = text(&due["file"]);
        let mut more = Vec::new();
        if let Some(challenge) = due["challenge"].as_str() {
            more.extend(["--challenge", challenge]);
        }
        if file == "proof.txt" {
            more.extend(["--seen", seen]);
        }
        let ran = verify(&kept, file, text(&due["verified_at"]), &more);
        let report = ran.answer();
        assert_eq!(report["verdict"], due["verdict"], "{due} {report}");
        assert_eq!(ran.status, i32::from(due["verdict"] != "valid"), "{due}");
        if let Some(check) = due["check"].as_str() {
            assert!(names(&report, check, text(&due["reason"])), "{due} {report}");
        }
    }
}

#[test]
fn different_seeds_give_different_people_keys_and_codes() {
    let folder = TempDir::new().expect("a folder");
    let folders = [21, 22].map(|seed: u64| (seed, folder.path().join(seed.to_string())));

    let runs = thread::scope(|scope| {
        let runs = folders
            .each_ref()
            .map(|(seed, kept)| scope.spawn(move || demo(kept, *seed)));
        runs.map(|run| run.join().expect("it ends"))
    });

    for ran in &runs {
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stdout
                .ends_with("Attempts to reach the network after the cut: 0\n")
        );
    }
    let [(_, one), (_, two)] = &folders;
    let read = |kept: &Path, name: &str| fs::read(kept.join(name)).expect("it is kept");
    for file in [
        "people.json",
        "proof.txt",
        "response.cbor",
        "transcript.cbor",
        "status.cwt",
        "trust/acasa-sandbox-iaca.pem",
    ] {
        assert_ne!(read(one, file), read(two, file), "{file}");
    }
    for (_, kept) in &folders {
        compare_with_the_issuer(kept);
    }
}

/// The picture holds the proof; the response says the same; both say what the issuer holds.
fn compare_with_the_issuer(kept: &Path) {
    let picture = kept.join("proof.png");
    let scanned = acasa(&["scan", "--json", picture.to_str().expect("a plain path")]).answer();
    let proof = fs::read_to_string(kept.join("proof.txt")).expect("it is kept");
    assert_eq!(scanned["codes"][0]["text"], proof);

    let timeline = fs::read_to_string(kept.join("timeline.jsonl")).expect("it is kept");
    let shown: Value = timeline
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .find(|line| line["step"] == "show")
        .expect("it was shown");
    let at = text(&shown["at"]);
    let transcript = kept.join("transcript.cbor");
    let transcript = transcript.to_str().expect("a plain path");
    let by_code = verify(kept, "proof.txt", at, &[]).answer();
    let response = verify(kept, "response.cbor", at, &["--session-transcript", transcript]).answer();
    assert_eq!(
        (&response["verdict"], &response["documents"][0]["holder"]),
        (&Value::from("valid"), &Value::from("bound"))
    );
    let disclosed = &response["documents"][0]["disclosed"];
    assert_eq!(disclosed, &by_code["documents"][0]["disclosed"]);

    let people = fs::read_to_string(kept.join("people.json")).expect("it is kept");
    let people: Value = serde_json::from_str(&people).expect("JSON");
    let person = &people["people"][0];
    let elements = disclosed.as_object().expect("namespaces").values().next();
    let elements = elements.and_then(Value::as_object).expect("elements");
    let card = &person["documents"][0];
    assert_eq!(elements["family_name"], person["family_name"]);
    assert_eq!(elements["given_name"], person["given_name"]);
    assert_eq!(elements["document_number"], card["document_number"]);
    assert_eq!(elements["expiry_date"], card["expiry_date"]);
    let portrait = verify(kept, "portrait.txt", at, &[]);
    assert!(portrait.stdout.contains(text(&person["portrait"]["base64url"])));
}

#[test]
fn evidence_that_cannot_be_kept_is_said_before_anything_starts() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("a-file");
    fs::write(&file, b"").expect("it is written");

    let ran = demo_in_json(&file, 1);

    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    assert_eq!(ran.error_code(), "unwritable_output");
}
