//! What a verifier remembers of what it was shown, and what it does not.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "main_job/device.rs"]
#[expect(
    dead_code,
    reason = "each file of tests is a crate of its own and uses some of this"
)]
mod device;

use acasa_core::api::{Headline, Nothing};
use acasa_core::commands;
use ciborium::Value;
use device::{Device, World};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec;

const PREFIX: &str = "MD1:";

/// The same proof with one bit of the device's signature flipped: its identity stays the same.
fn forged(text: &str) -> String {
    let deflated = base45::decode(text.strip_prefix(PREFIX).expect("a proof")).expect("base45");
    let cbor = decompress_to_vec(&deflated).expect("deflated");
    let mut proof: Value = ciborium::from_reader(cbor.as_slice()).expect("CBOR");
    let signature = ["documents", "", "deviceSigned", "deviceAuth", "deviceSignature"]
        .iter()
        .fold(&mut proof.as_array_mut().expect("an array")[1], |value, name| {
            step(value, name)
        });
    let bytes = signature.as_array_mut().expect("COSE_Sign1")[3].as_bytes_mut();
    *bytes.expect("a signature").last_mut().expect("64 bytes") ^= 1;
    let mut cbor = Vec::new();
    ciborium::into_writer(&proof, &mut cbor).expect("it is written");
    format!("{PREFIX}{}", base45::encode(compress_to_vec(&cbor, 9)))
}

/// A member by its name, or the first of a list.
fn step<'a>(value: &'a mut Value, name: &str) -> &'a mut Value {
    if let Value::Array(items) = value {
        return items.first_mut().expect("an item");
    }
    let members = value.as_map_mut().expect("a map");
    let found = members.iter_mut().find(|(key, _)| key.as_text() == Some(name));
    &mut found.expect(name).1
}

/// Lays the proof in hand aside: the next one is another showing.
async fn lay_aside(verifier: &Device) {
    commands::verifier_clear(&verifier.acasa, Nothing {})
        .await
        .expect("it forgets");
}

#[tokio::test]
async fn a_forgery_shown_first_does_not_make_the_real_proof_one_seen_before() {
    let world = World::start().await;
    let (holder, verifier) = (world.holder().await, world.verifier().await);
    let showing = holder.show("age", None).await;
    let forgery = forged(&showing.text);

    let first = verifier.judge(&forgery).await;
    lay_aside(&verifier).await;
    let real = verifier.judge(&showing.text).await;
    lay_aside(&verifier).await;
    let copied = verifier.judge(&showing.text).await;
    let forged_again = verifier.judge(&forgery).await;

    assert_eq!(first, (Headline::Rejected, "cose_mismatch".to_owned()));
    assert_eq!(real.0, Headline::AuthenticNotBound, "{}", real.1);
    // Both have one identity, and the real one is remembered.
    assert_eq!(copied, (Headline::Rejected, "seen_before".to_owned()));
    assert_eq!(forged_again.0, Headline::Rejected);
}
