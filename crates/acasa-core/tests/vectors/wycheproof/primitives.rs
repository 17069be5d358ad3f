//! Primitives: each function runs one case.

use super::cases::{Outcome, bytes};
use acasa_crypto::{
    Algorithm, CryptoError, EcdhKey, Hash, SecretBytes, SignatureFormat, VerifyingKey, aead, hkdf as kdf, mac,
};
use serde_json::Value;

pub(super) fn aes_gcm(group: &Value, case: &Value) -> Outcome {
    if group["ivSize"] != 96 {
        return Outcome::Outside("nonces are 96 bits here, by type");
    }
    if group["keySize"] == 192 {
        return Outcome::Outside("AES-192 is not in the product");
    }
    let nonce: [u8; 12] = bytes(case, "iv").try_into().expect("96 bits are twelve bytes");
    let (key, associated) = (bytes(case, "key"), bytes(case, "aad"));
    let sealed = [bytes(case, "ct"), bytes(case, "tag")].concat();
    let opened = aead::open_with_nonce(&key, nonce, &associated, &sealed);
    let outcome = compare_secret(&opened, &bytes(case, "msg"));
    if outcome == Outcome::Accepted {
        let again = aead::seal_with_nonce(&key, nonce, &associated, &bytes(case, "msg"));
        return Outcome::compare(&again, &sealed);
    }
    outcome
}

pub(super) fn ecdh(_: &Value, case: &Value) -> Outcome {
    let agreed = EcdhKey::from_scalar(&scalar(&bytes(case, "private"))).and_then(|key| {
        VerifyingKey::from_spki_der(&bytes(case, "public")).and_then(|peer| key.agree(&peer))
    });
    compare_secret(&agreed, &bytes(case, "shared"))
}

/// A scalar of 32 bytes from an integer that may be shorter or carry a leading zero.
fn scalar(integer: &[u8]) -> Vec<u8> {
    let significant: Vec<u8> = integer.iter().copied().skip_while(|byte| *byte == 0).collect();
    [vec![0; 32_usize.saturating_sub(significant.len())], significant].concat()
}

pub(super) fn ecdsa_p256_der(group: &Value, case: &Value) -> Outcome {
    signature(group, case, Algorithm::Es256, SignatureFormat::Der)
}

pub(super) fn ecdsa_p256_fixed(group: &Value, case: &Value) -> Outcome {
    signature(group, case, Algorithm::Es256, SignatureFormat::Fixed)
}

pub(super) fn ecdsa_p384_der(group: &Value, case: &Value) -> Outcome {
    signature(group, case, Algorithm::Es384, SignatureFormat::Der)
}

pub(super) fn ecdsa_p384_fixed(group: &Value, case: &Value) -> Outcome {
    signature(group, case, Algorithm::Es384, SignatureFormat::Fixed)
}

pub(super) fn ed25519(group: &Value, case: &Value) -> Outcome {
    signature(group, case, Algorithm::EdDsa, SignatureFormat::Fixed)
}

fn signature(group: &Value, case: &Value, algorithm: Algorithm, format: SignatureFormat) -> Outcome {
    let key = VerifyingKey::from_spki_der(&bytes(group, "publicKeyDer"))
        .expect("the keys of these groups are good; only signatures are not");
    Outcome::of(&key.verify(algorithm, format, &bytes(case, "msg"), &bytes(case, "sig")))
}

pub(super) fn hkdf(_: &Value, case: &Value) -> Outcome {
    let size = case["size"]
        .as_u64()
        .and_then(|size| usize::try_from(size).ok())
        .expect("a size is a small number");
    let output = kdf::derive_sha256(
        &bytes(case, "salt"),
        &bytes(case, "ikm"),
        &bytes(case, "info"),
        size,
    );
    compare_secret(&output, &bytes(case, "okm"))
}

pub(super) fn hmac(group: &Value, case: &Value) -> Outcome {
    let bits = group["tagSize"]
        .as_u64()
        .and_then(|bits| usize::try_from(bits).ok())
        .expect("a size is a small number");
    let (key, message, tag) = (bytes(case, "key"), bytes(case, "msg"), bytes(case, "tag"));
    Outcome::of(&mac::verify_truncated(
        Hash::Sha256,
        &key,
        &message,
        &tag,
        bits / 8,
    ))
}

fn compare_secret(found: &Result<SecretBytes, CryptoError>, expected: &[u8]) -> Outcome {
    Outcome::compare(&found.as_ref().map(SecretBytes::expose), expected)
}
