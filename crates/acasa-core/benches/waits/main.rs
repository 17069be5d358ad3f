//! What a person waits for, measured where no window is needed: `cargo xtask bench` runs it.
//!
//! One JSON object a line: a name, and the nanoseconds of each of thirty runs after two that are
//! not counted. Every run is timed by itself, because the table is of medians and 95th percentiles.
//! With `ACASA_BENCH_FOLDER` the proof, its trust and its picture are left there for the programs.
#![expect(clippy::print_stdout, reason = "a bench speaks on its stream")]

mod document;
mod vault;

use acasa_core::scan::scan_frame;
use acasa_core::verify::{self, Evidence, Given, Verdict};
use acasa_credentials::mdoc::Selection;
use acasa_credentials::proof::{Showing, make_proof};
use acasa_qr::{Level, Matrix, Payload};
use acasa_testkit::camera::photograph;
use document::Age;
use image::GrayImage;
use jiff::Timestamp;
use std::hint::black_box;
use std::time::Instant;

const WARM_UPS: usize = 2;
const RUNS: usize = 30;
/// Largest version of a still code.
const STILL_VERSION: u8 = 25;
const AGE: Selection<'_> = &[(document::NAMESPACE, &["age_over_18", "age_over_21"])];

fn main() {
    let age = Age::issue();
    let proof = prove(&age);
    let frame = camera_frame(&proof);
    let evidence = evidence(&age);
    measure("make_proof", || {
        let text = prove(&age);
        let matrix = Matrix::make(&Payload::Text(&text), Level::Low, STILL_VERSION).expect("it fits");
        assert!(!black_box(matrix.to_svg()).is_empty());
    });
    measure("verify_proof", || verify_text(&evidence, &proof));
    measure("decode_frame", || {
        assert!(read(&frame) == proof, "the frame is readable");
    });
    let empty = GrayImage::from_fn(1280, 720, |x, y| {
        image::Luma([u8::try_from((x + y) / 10).unwrap_or(u8::MAX)])
    });
    measure("decode_empty_frame", || {
        let codes = scan_frame(empty.width(), empty.height(), empty.as_raw().clone());
        assert!(black_box(codes).is_ok_and(|codes| codes.is_empty()));
    });
    measure("frame_to_verdict", || verify_text(&evidence, &read(&frame)));
    vault::measure_all();
    if let Some(folder) = std::env::var_os("ACASA_BENCH_FOLDER") {
        age.leave(folder.as_ref(), &prove(&age));
    }
}

/// Times `act` and prints what it took.
fn measure(name: &str, mut act: impl FnMut()) {
    for _ in 0..WARM_UPS {
        act();
    }
    let runs: Vec<u128> = (0..RUNS)
        .map(|_| {
            let began = Instant::now();
            act();
            began.elapsed().as_nanos()
        })
        .collect();
    println!("{}", serde_json::json!({ "name": name, "nanoseconds": runs }));
}

fn prove(age: &Age) -> String {
    let showing = Showing {
        document: &age.document,
        selection: AGE,
        time: Timestamp::now(),
        challenge: None,
    };
    make_proof(showing, &age.device_key).expect("the elements are in the document")
}

fn evidence(age: &Age) -> Evidence {
    let given = Given {
        anchors: vec![age.signer_pem.clone().into_bytes()],
        ..Given::default()
    };
    Evidence::read(&given, Timestamp::now()).expect("a certificate is an anchor")
}

fn verify_text(evidence: &Evidence, text: &str) {
    let report = verify::verify(text.as_bytes(), &evidence.options(Timestamp::now()));
    assert!(black_box(report).verdict() == Verdict::Valid);
}

/// The proof as a camera sees it: 720p, tilted, blurred, with noise and glare.
fn camera_frame(proof: &str) -> GrayImage {
    let matrix = Matrix::make(&Payload::Text(proof), Level::Low, STILL_VERSION).expect("it fits");
    let code = matrix.to_picture(6).expect("it can be drawn");
    (0..20)
        .map(|seed| photograph(&code, seed, Some(0.7)))
        .find(|frame| read(frame) == proof)
        .expect("nearly every such picture is read")
}

fn read(frame: &GrayImage) -> String {
    let codes =
        scan_frame(frame.width(), frame.height(), frame.as_raw().clone()).expect("a frame of its size");
    let text = codes.into_iter().find_map(|code| code.text);
    text.unwrap_or_default()
}
