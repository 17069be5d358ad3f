//! What a stranger may hand to the command line: sizes at and beyond the limits, odd names, folders of
//! anchors, several values of one flag.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/acasa.rs"]
mod support;

use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use support::{acasa, acasa_reading};
use tempfile::TempDir;

const VERIFIED: u64 = 16 << 20;
const SCANNED: u64 = 64 << 20;
const INSPECTED: usize = 1 << 20;
const DRAWN: usize = 8 << 10;

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn plain(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// A file of zeros that takes no room.
fn zeros(folder: &Path, bytes: u64) -> PathBuf {
    let path = folder.join(format!("{bytes}.bin"));
    let file = File::create(&path).expect("it is made");
    file.set_len(bytes).expect("it is sparse");
    path
}

/// The committed example of docs/formats/smart-qr.md: its signer, its proof and its time.
fn example() -> (Vec<u8>, String, String) {
    let example: Value =
        serde_json::from_str(include_str!("../../../docs/formats/smart-qr-examples.json")).expect("JSON");
    let text = |name: &str| example[name].as_str().expect("a text").to_owned();
    let hex = text("document_signer");
    let signer = data_encoding::HEXLOWER.decode(hex.as_bytes()).expect("hex");
    (signer, text("proof"), text("at"))
}

#[test]
fn a_document_beyond_16_mebibytes_is_unreadable_and_one_of_them_is_an_answer() {
    let folder = folder();
    let of = |bytes| acasa(&["verify", "--json", plain(&zeros(folder.path(), bytes))]);

    let (largest, larger) = (of(VERIFIED), of(VERIFIED + 1));

    assert_eq!(
        (largest.status, &largest.answer()["verdict"]),
        (1, &"invalid".into())
    );
    assert_eq!((larger.status, larger.stdout.as_str()), (2, ""));
    assert_eq!(larger.error_code(), "input_too_large");
}

#[test]
fn a_picture_beyond_64_mebibytes_is_not_read() {
    let folder = folder();
    let of = |bytes| acasa(&["scan", "--json", plain(&zeros(folder.path(), bytes))]);

    let (largest, larger) = (of(SCANNED), of(SCANNED + 1));

    assert_eq!(largest.answer()["error"]["code"], "picture_format_unknown");
    assert_eq!(larger.answer()["error"]["code"], "file_unreadable");
}

#[test]
fn a_text_beyond_a_mebibyte_is_unreadable_and_one_of_it_is_an_answer() {
    let of = |bytes: usize| acasa_reading(&vec![b'a'; bytes], &["inspect", "--json", "-"]);

    let (largest, larger) = (of(INSPECTED), of(INSPECTED + 1));

    assert_eq!(
        (largest.status, &largest.answer()["errors"][0]["code"]),
        (1, &"too_long".into())
    );
    assert_eq!(
        (larger.status, larger.error_code().as_str()),
        (2, "input_too_large")
    );
}

#[test]
fn a_text_to_draw_beyond_8_kibibytes_is_not_read() {
    let of = |bytes: usize| acasa_reading(&vec![b'1'; bytes], &["qr", "--json", "-"]);

    assert_eq!(of(DRAWN).error_code(), "payload_too_large");
    assert_eq!(of(DRAWN + 1).error_code(), "input_too_large");
}

#[test]
fn the_line_end_of_any_system_is_no_part_of_a_code() {
    let codes = [&b"abc"[..], b"abc\n", b"abc\r\n"].map(|stdin| {
        let ran = acasa_reading(stdin, &["qr", "--json", "-"]);
        ran.answer()["drawing"].clone()
    });

    assert_eq!(codes[0], codes[1]);
    assert_eq!(codes[0], codes[2]);
}

#[test]
fn one_flag_asks_for_several_elements() {
    let asked = |arguments: &[&str]| {
        let made = acasa(&[&["challenge", "--json"], arguments].concat()).answer();
        let text = made["challenge"].as_str().expect("a text").to_owned();
        acasa(&["inspect", "--json", &text]).answer()["fields"]["asked"].clone()
    };

    let together = asked(&["--ask", "family_name", "age_over_18"]);

    assert_eq!(together.as_array().map(Vec::len), Some(2));
    assert_eq!(together, asked(&["--ask", "family_name", "--ask", "age_over_18"]));
}

#[test]
fn an_option_that_is_none_is_a_bad_argument() {
    for command in ["scan", "inspect", "qr", "verify", "challenge"] {
        let ran = acasa(&[command, "--json", "--bogus"]);

        assert_eq!(
            (ran.status, ran.error_code().as_str()),
            (2, "bad_arguments"),
            "{command}"
        );
    }
    assert_eq!(acasa(&["qr", "--json", "--", "--bogus"]).status, 0);
}

#[test]
fn every_command_explains_itself() {
    for command in [
        "scan",
        "inspect",
        "qr",
        "verify",
        "challenge",
        "gateway",
        "sandbox",
        "demo",
    ] {
        let ran = acasa(&[command, "--help"]);

        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{command}");
        assert!(ran.stdout.contains("--json"), "{command}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_unicode_is_a_name() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = folder();
    let (signer, proof, at) = example();
    let path = folder.path().join(OsStr::from_bytes(b"dovad\xE3.txt"));
    fs::write(&path, proof).expect("it is written");
    let trust = folder.path().join("s.der");
    fs::write(&trust, signer).expect("it is written");
    let arguments = ["verify", "--json", "--at", &at, "--trust", plain(&trust)].map(OsStr::new);

    let ran = acasa(&[&arguments[..], &[path.as_os_str()]].concat());

    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
}

#[test]
fn a_folder_of_anchors_may_hold_other_files_and_must_hold_an_anchor() {
    let folder = folder();
    let (signer, proof, at) = example();
    let verify = |trust: &Path| acasa(&["verify", "--json", "--at", &at, "--trust", plain(trust), &proof]);
    let empty = verify(folder.path());
    fs::write(folder.path().join("README.txt"), "who is who").expect("it is written");
    let without = verify(folder.path());
    // A name without an ending counts as well.
    fs::write(folder.path().join("signer"), signer).expect("it is written");
    let with = verify(folder.path());
    fs::write(folder.path().join("broken.pem"), "no certificate").expect("it is written");
    let broken = verify(folder.path());

    assert_eq!((empty.status, empty.error_code().as_str()), (2, "bad_trust"));
    assert_eq!((without.status, without.error_code().as_str()), (2, "bad_trust"));
    assert_eq!((with.status, with.stderr.as_str()), (0, ""));
    assert_eq!((broken.status, broken.error_code().as_str()), (2, "bad_trust"));
    assert!(broken.stderr.contains("broken.pem"), "{}", broken.stderr);
}

#[test]
fn of_many_processes_that_see_one_proof_at_once_one_accepts_it() {
    let folder = folder();
    let (signer, proof, at) = example();
    let trust = folder.path().join("s.der");
    fs::write(&trust, signer).expect("it is written");
    let seen = folder.path().join("seen");
    let arguments = [
        "verify",
        "--json",
        "--at",
        &at,
        "--trust",
        plain(&trust),
        "--seen",
        plain(&seen),
        &proof,
    ];

    let accepted = std::thread::scope(|scope| {
        let running: Vec<_> = (0..8).map(|_| scope.spawn(|| acasa(&arguments).status)).collect();
        let ended = running
            .into_iter()
            .map(|process| process.join().expect("it ends"));
        ended.filter(|status| *status == 0).count()
    });

    assert_eq!(accepted, 1);
}
