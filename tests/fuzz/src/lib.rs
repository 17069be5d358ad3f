//! What the fuzz targets share: a clock that stands, and a key that signs what a target was given.
//!
//! Some parsers stand behind a signature. A target for one of them signs its input with [`signing_key`]
//! and has it verified by the same key; otherwise nothing behind the signature would ever be reached.
#![forbid(unsafe_code)]

use acasa_credentials::mdoc::verify::Context;
use acasa_credentials::trust::{TrustStore, load_anchors};
use acasa_crypto::SigningKey;
use jiff::Timestamp;
use std::sync::LazyLock;

static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_scalar(&[0x2a; 32]).expect("the scalar is below the group's order"));

/// The signers of the seeds: without them, verification would end at an unknown issuer.
static TRUST: LazyLock<TrustStore> = LazyLock::new(|| {
    let files: [&[u8]; 2] = [
        include_bytes!("../seeds/certificate/document_signer.der"),
        include_bytes!("../seeds/certificate/root.der"),
    ];
    let anchors = files.map(|file| load_anchors(file).expect("a seed is a certificate"));
    TrustStore::new(anchors.into_iter().flatten().collect())
});

/// The key the targets sign with; it is worth nothing.
pub fn signing_key() -> &'static SigningKey {
    &KEY
}

/// The time of verification: that of the examples.
pub fn at() -> Timestamp {
    Timestamp::from_second(1_795_262_400).expect("a time in 2026")
}

/// A context that trusts the signers of the seeds, without status or transcript.
pub fn context() -> Context<'static> {
    Context {
        at: at(),
        trust: Some(&TRUST),
        status: &Context::no_status_list,
        allow_unchecked_status: true,
        transcript: None,
        reader_key: None,
    }
}

/// Takes libFuzzer's panic hook away, for code that catches the panics of a reader it did not write.
/// A panic that nobody caught still ends the run.
pub fn let_caught_panics_pass() {
    std::panic::set_hook(Box::new(|_| {}));
}
