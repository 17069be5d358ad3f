//! Exit status and streams of the commands, on the real binary: 0 yes, 1 no, 2 bad arguments or
//! unreadable input, 3 the program failed; with `--json` answers on standard output for 0 and 1, and
//! one error on standard error for 2 and 3.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/acasa.rs"]
mod support;

use image::GrayImage;
use serde_json::Value;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use support::{acasa, acasa_reading};
use tempfile::TempDir;

const PAYLOAD: &str = "https://www.egov.md/ro";
/// An EMVCo code whose checksum is not right.
const BROKEN: &str = "0002015802MD63040000";

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn plain(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// The committed example of docs/formats/smart-qr.md.
fn example() -> Value {
    let examples = include_str!("../../../docs/formats/smart-qr-examples.json");
    serde_json::from_str(examples).expect("JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The example's signer, as a file to trust.
fn signer(folder: &Path) -> PathBuf {
    let hex = text(&example()["document_signer"]).to_owned();
    let der = data_encoding::HEXLOWER.decode(hex.as_bytes()).expect("hex");
    let path = folder.join("signer.der");
    fs::write(&path, der).expect("it is written");
    path
}

fn picture_of(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("code.png");
    assert_eq!(acasa(&["qr", "--out", plain(&path), text]).status, 0);
    path
}

fn picture_of_nothing(folder: &Path) -> PathBuf {
    let path = folder.join("nothing.png");
    GrayImage::from_pixel(64, 64, image::Luma([255]))
        .save(&path)
        .expect("it is written");
    path
}

#[test]
fn a_scanned_code_is_one_line_with_the_file_exactly_as_given() {
    let folder = folder();
    let file = picture_of(folder.path(), PAYLOAD);
    let given = format!("{}/./code.png", plain(folder.path()));

    let ran = acasa(&["scan", "--json", &given]);

    let answer = ran.answer();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert_eq!(answer["file"], given);
    assert_eq!(answer["codes"][0]["text"], PAYLOAD);
    assert_eq!(answer["codes"][0]["kind"], "link");
    assert!(file.exists());
}

#[test]
fn a_picture_without_a_code_is_no() {
    let folder = folder();
    let nothing = picture_of_nothing(folder.path());

    let ran = acasa(&["scan", "--json", plain(&nothing)]);

    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    assert_eq!(ran.answer()["codes"], Value::Array(Vec::new()));
}

#[test]
fn a_file_that_cannot_be_read_keeps_no_other_from_being_read() {
    let folder = folder();
    let code = picture_of(folder.path(), PAYLOAD);
    let nothing = picture_of_nothing(folder.path());
    let missing = folder.path().join("missing.png");

    let ran = acasa(&["scan", "--json", plain(&missing), plain(&nothing), plain(&code)]);

    let lines = ran.lines();
    assert_eq!((ran.status, lines.len()), (2, 3));
    assert_eq!(lines[0]["file"], plain(&missing));
    assert!(lines[0]["error"]["code"].is_string());
    assert_eq!(lines[0]["codes"], Value::Array(Vec::new()));
    assert!(lines[1].get("error").is_none());
    assert_eq!(lines[2]["codes"][0]["text"], PAYLOAD);
    ran.error_code();
}

#[test]
fn a_file_that_is_no_picture_is_unreadable() {
    let folder = folder();
    let file = folder.path().join("letter.png");
    fs::write(&file, b"Dear reader").expect("it is written");

    let ran = acasa(&["scan", "--json", plain(&file)]);

    assert_eq!(ran.status, 2);
    assert!(ran.answer()["error"]["code"].is_string());
}

#[test]
fn a_well_formed_text_is_yes_and_a_broken_one_no() {
    let (well_formed, broken) = (
        acasa(&["inspect", "--json", PAYLOAD]),
        acasa(&["inspect", "--json", BROKEN]),
    );

    assert_eq!((well_formed.status, broken.status), (0, 1));
    assert_eq!(well_formed.answer()["well_formed"], true);
    let broken = broken.answer();
    assert_eq!(
        (text(&broken["kind"]), &broken["well_formed"]),
        ("emvco", &Value::Bool(false))
    );
    assert!(!broken["errors"].as_array().expect("errors").is_empty());
}

#[test]
fn a_text_is_inspected_from_standard_input_as_from_the_arguments() {
    let piped = acasa_reading(format!("{PAYLOAD}\n").as_bytes(), &["inspect", "--json", "-"]);

    assert_eq!(piped.answer(), acasa(&["inspect", "--json", PAYLOAD]).answer());
}

#[test]
fn bad_arguments_are_one_error_and_no_answer() {
    let cases: [&[&str]; 8] = [
        &["--json"],
        &["inspect", "--json"],
        &["scan", "--json"],
        &["verify", "--json", "--at", "yesterday", "MD1:"],
        &["qr", "--json", "--out", "code.txt", "text"],
        &["sandbox", "--json", "--seed", "many"],
        &["demo", "--json", "--seed", "-"],
        &["dance", "--json"],
    ];
    for arguments in cases {
        let ran = acasa(arguments);

        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert_eq!(ran.error_code(), "bad_arguments", "{arguments:?}");
    }
}

#[test]
fn without_json_an_error_is_words_on_standard_error() {
    let ran = acasa(&["verify", "--trust", "/no/such/folder", "MD1:"]);

    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("/no/such/folder"), "{}", ran.stderr);
    assert!(serde_json::from_str::<Value>(&ran.stderr).is_err());
}

#[test]
fn help_and_version_are_answers() {
    for arguments in [["--help"], ["--version"]] {
        let ran = acasa(&arguments);

        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        assert!(ran.stdout.starts_with("acasa") || ran.stdout.contains("Usage: acasa"));
    }
}

#[test]
fn a_code_is_made_as_picture_or_drawn_in_the_terminal() {
    let folder = folder();
    let svg = folder.path().join("code.svg");

    let (file, drawn) = (
        acasa(&["qr", "--json", "--out", plain(&svg), PAYLOAD]),
        acasa(&["qr", PAYLOAD]),
    );

    assert_eq!((file.status, drawn.status), (0, 0));
    assert!(fs::read_to_string(&svg).expect("it is written").contains("<svg"));
    assert_eq!(file.answer()["file"], plain(&svg));
    assert!(drawn.stdout.contains('█'));
}

#[test]
fn a_text_that_no_code_holds_is_refused() {
    let ran = acasa(&["qr", "--json", &"a".repeat(3000)]);

    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    ran.error_code();
}

#[test]
fn a_challenge_is_what_inspect_calls_a_challenge_and_never_the_same_twice() {
    let (one, two) = (
        acasa(&["challenge", "--ask", "age_over_18", "--json"]).answer(),
        acasa(&["challenge", "--ask", "age_over_18", "--json"]).answer(),
    );

    let inspected = acasa(&["inspect", "--json", text(&one["challenge"])]);

    assert_eq!(inspected.status, 0);
    assert_eq!(inspected.answer()["kind"], "challenge");
    assert_ne!(one["challenge"], two["challenge"]);
}

#[test]
fn a_proof_is_valid_under_its_signer_and_unverifiable_without() {
    let folder = folder();
    let (example, signer) = (example(), signer(folder.path()));
    let (at, proof) = (text(&example["at"]), text(&example["proof"]));

    let trusted = acasa(&["verify", "--json", "--trust", plain(&signer), "--at", at, proof]);
    let alone = acasa(&["verify", "--json", "--at", at, proof]);

    assert_eq!((trusted.status, alone.status), (0, 1));
    assert_eq!(trusted.answer()["verdict"], "valid");
    assert_eq!(alone.answer()["verdict"], "unverifiable");
    assert_eq!((trusted.stderr.as_str(), alone.stderr.as_str()), ("", ""));
}

#[test]
fn a_proof_from_a_file_from_standard_input_and_as_text_have_one_verdict() {
    let folder = folder();
    let (example, signer) = (example(), signer(folder.path()));
    let (at, proof) = (text(&example["at"]), text(&example["proof"]));
    let file = folder.path().join("proof.txt");
    fs::write(&file, format!("{proof}\n")).expect("it is written");
    let arguments = ["verify", "--json", "--trust", plain(&signer), "--at", at];

    let by_text = acasa(&[&arguments[..], &[proof]].concat());
    let by_file = acasa(&[&arguments[..], &[plain(&file)]].concat());
    let by_stdin = acasa_reading(proof.as_bytes(), &[&arguments[..], &["-"]].concat());

    assert_eq!(by_text.answer(), by_file.answer());
    assert_eq!(by_text.answer(), by_stdin.answer());
}

#[test]
fn a_proof_shown_twice_is_refused_the_second_time() {
    let folder = folder();
    let (example, signer) = (example(), signer(folder.path()));
    let seen = folder.path().join("seen");
    let arguments = [
        "verify",
        "--json",
        "--trust",
        plain(&signer),
        "--seen",
        plain(&seen),
        "--at",
        text(&example["at"]),
        text(&example["proof"]),
    ];

    let (first, second) = (acasa(&arguments), acasa(&arguments));

    assert_eq!((first.status, second.status), (0, 1));
    assert!(second.stdout.contains("seen_before"));
}

#[test]
fn a_proof_is_too_old_after_two_minutes_unless_it_answers_a_challenge() {
    let folder = folder();
    let (example, signer) = (example(), signer(folder.path()));
    let later = "2026-11-21T12:02:01Z";
    let trusting = ["verify", "--json", "--trust", plain(&signer), "--at", later];
    let challenge = ["--challenge", text(&example["challenge"])];

    let old = acasa(&[&trusting[..], &[text(&example["proof"])]].concat());
    let answer = text(&example["proof_answering_challenge"]);
    let asked = acasa(&[&trusting[..], &challenge, &[answer]].concat());

    assert_eq!((old.status, asked.status), (1, 0));
    assert_eq!(old.answer()["verdict"], "unverifiable");
}

#[test]
fn what_is_no_document_is_an_answer_and_what_is_no_file_is_none() {
    let (broken, missing) = (
        acasa(&["verify", "--json", "MD1:%%"]),
        acasa(&["verify", "--json", "/no/such/file"]),
    );

    assert_eq!(
        (broken.status, broken.answer()["verdict"].clone()),
        (1, "invalid".into())
    );
    assert_eq!((missing.status, missing.stdout.as_str()), (2, ""));
    assert_eq!(missing.error_code(), "unreadable_input");
}

#[test]
fn of_a_broken_code_only_that_is_said_whoever_is_trusted() {
    let folder = folder();
    let signer = signer(folder.path());
    let trusting = ["--trust", plain(&signer)];
    // Cut off, and of a version to come: `[2]`.
    let deflated = miniz_oxide::deflate::compress_to_vec(&[0x83, 0x02, 0xA0, 0x80], 9);
    let later = format!("MD1:{}", base45::encode(deflated));
    let cut: String = text(&example()["proof"]).chars().take(400).collect();
    for (input, said, detail) in [
        ("MD1:AAAA", "the code is broken", "proof_base45"),
        (cut.as_str(), "the code is broken", "proof_deflate"),
        (later.as_str(), "this program cannot read it", "proof_version"),
    ] {
        for trust in [&[][..], &trusting] {
            let words = acasa(&[&["verify"], trust, &[input]].concat());
            let json = acasa(&[&["verify", "--json"], trust, &[input]].concat());

            let due = format!("invalid\n{said}\n  [fail] parse ({detail})\n");
            assert_eq!((words.status, words.stdout), (1, due));
            let checks = json.answer()["documents"][0]["checks"].clone();
            let checks = checks.as_array().expect("checks").clone();
            assert_eq!(checks[0]["detail"], detail);
            let mut others = checks.iter().skip(1);
            assert!(others.all(|check| check["detail"] == "not_reached"), "{checks:?}");
        }
    }
}

#[test]
fn trust_that_holds_nothing_is_unreadable_input() {
    let folder = folder();
    let empty = folder.path().join("empty.pem");
    fs::write(&empty, b"").expect("it is written");

    let ran = acasa(&["verify", "--json", "--trust", plain(&empty), "MD1:"]);

    assert_eq!((ran.status, ran.error_code().as_str()), (2, "bad_trust"));
}

#[test]
fn a_gateway_on_an_address_in_use_fails() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();

    let ran = acasa(&["gateway", "--json", "--listen", &address]);

    assert_eq!((ran.status, ran.stdout.as_str()), (3, ""));
    assert_eq!(ran.error_code(), "gateway_listen");
}

#[test]
fn a_document_from_a_stranger_cannot_write_to_the_terminal() {
    let folder = folder();
    let proof = text(&example()["proof"]).to_owned();
    let deflated = base45::decode(proof.trim_start_matches("MD1:")).expect("base45");
    let mut cbor = miniz_oxide::inflate::decompress_to_vec(&deflated).expect("deflate");
    // Everywhere, in the signed part as well: it is the parsing that is asked here, not the signature.
    for at in 0..cbor.len() {
        if cbor[at..].starts_with(b"md.gov") {
            cbor[at..at + 4].copy_from_slice(b"\x1b[2J");
        }
    }
    let forged = format!(
        "MD1:{}",
        base45::encode(miniz_oxide::deflate::compress_to_vec(&cbor, 9))
    );
    let signer = signer(folder.path());

    let ran = acasa(&["verify", "--trust", plain(&signer), &forged]);

    assert_eq!(ran.status, 1);
    assert!(ran.stdout.contains("u{1b}"), "{}", ran.stdout.escape_debug());
    assert!(!ran.stdout.contains('\u{1b}'));
}
