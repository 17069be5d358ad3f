//! Vectors: COSE and CWT (cose-wg/Examples, RFC 8392 Appendix A).
//!
//! Every message is read by `coset` and checked with `acasa-crypto`. COSE_Sign1 goes through the
//! product's own reader as well, which is stricter: it refuses what the file refuses, and accepts
//! what the file accepts where the algorithm is protected, as every format of the product demands.

use crate::wycheproof::cases::{self, Outcome};
use acasa_credentials::cose::Sign1;
use acasa_crypto::{Curve, Hash, SignatureFormat, VerifyingKey, aead, base64url, hkdf, mac};
use coset::iana::{self, EnumI64 as _};
use coset::{
    Algorithm, CborSerializable, CoseEncrypt, CoseEncrypt0, CoseMac, CoseMac0, CoseSign, CoseSign1, Header,
    ProtectedHeader, TaggedCborSerializable,
};
use libtest_mimic::Trial;
use serde_json::Value;
use std::path::Path;

type Checked<T> = Result<T, String>;

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    let folder = root.join("cose-cwt");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .map(|entries| {
            entries
                .flatten()
                .filter_map(|entry| entry.file_name().into_string().ok())
                .collect()
        })
        .unwrap_or_default();
    names.retain(|name| {
        Path::new(name)
            .extension()
            .is_some_and(|extension| extension == "json")
    });
    names.sort();
    names.iter().map(|name| trial(&folder, name)).collect()
}

fn trial(folder: &Path, file: &str) -> Trial {
    let whole = match cases::read(&folder.join(file)) {
        Ok(whole) => whole,
        Err(error) => return cases::unreadable("cose_cwt", file, error),
    };
    let must_fail = whole["fail"] == true;
    let outcome = outside(&whole["input"]).map_or_else(|| Outcome::of(&message(&whole)), Outcome::Outside);
    cases::judged(
        &format!("cose_cwt::{}", file.trim_end_matches(".json")),
        outcome,
        move |outcome| {
            let expected = if must_fail {
                Outcome::Refused
            } else {
                Outcome::Accepted
            };
            if outcome == expected {
                Ok(())
            } else {
                Err(format!("expected {expected:?}, found {outcome:?}"))
            }
        },
    )
}

/// Why a message asks for something the product does not have.
fn outside(input: &Value) -> Option<&'static str> {
    let text = input.to_string();
    [
        ("AES-CCM", "AES-CCM is not in the product"),
        ("A192GCM", "AES-192 is not in the product"),
        ("Ed448", "Ed448 is not in the product"),
        // Two of the files write `kid` as text, which RFC 9052, 3.1 does not allow and coset refuses.
        ("x5bag", "the file's key identifier is text, not bytes"),
    ]
    .into_iter()
    .find_map(|(name, reason)| text.contains(name).then_some(reason))
}

/// Reads and checks the message of a file.
fn message(whole: &Value) -> Checked<()> {
    let (input, bytes) = (&whole["input"], cases::bytes(&whole["output"], "cbor"));
    let expected = match input["plaintext"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => cases::bytes(input, "plaintext_hex"),
    };
    if let Some(kind) = input.get("sign0") {
        sign1(kind, &bytes, &expected)
    } else if let Some(kind) = input.get("sign") {
        sign(kind, &bytes, &expected)
    } else if let Some(kind) = input.get("mac0") {
        mac0(kind, &bytes, &expected)
    } else if let Some(kind) = input.get("mac") {
        let key = content_key(kind, &whole["intermediates"])?;
        let mut message = read::<CoseMac>(&bytes)?;
        normalise(&mut message.protected);
        let hash = mac_hash(&message.protected, &message.unprotected)?;
        message.verify_payload_tag(&external(kind), absent, |tag, data| {
            verify_tag(hash, &key, data, tag)
        })?;
        same(message.payload.as_deref(), &expected)
    } else if let Some(kind) = input.get("encrypted") {
        let key = content_key(kind, &whole["intermediates"])?;
        let mut message = read::<CoseEncrypt0>(&bytes)?;
        normalise(&mut message.protected);
        let nonce = nonce(&message.protected, &message.unprotected, &key, kind)?;
        let opened = message.decrypt_ciphertext(&external(kind), absent, |sealed, aad| {
            open(&key, nonce, aad, sealed)
        })?;
        same(Some(&opened), &expected)
    } else if let Some(kind) = input.get("enveloped") {
        let key = content_key(kind, &whole["intermediates"])?;
        let mut message = read::<CoseEncrypt>(&bytes)?;
        normalise(&mut message.protected);
        let nonce = nonce(&message.protected, &message.unprotected, &key, kind)?;
        let opened = message.decrypt_ciphertext(&external(kind), absent, |sealed, aad| {
            open(&key, nonce, aad, sealed)
        })?;
        same(Some(&opened), &expected)
    } else {
        Err("a kind of message that is not known".to_owned())
    }
}

fn sign1(kind: &Value, bytes: &[u8], expected: &[u8]) -> Checked<()> {
    let key = ec_key(&kind["key"])?;
    let by_coset = read::<CoseSign1>(bytes).and_then(|mut message| {
        normalise(&mut message.protected);
        let algorithm = algorithm(&message.protected, &message.unprotected)?;
        message.verify_signature(&external(kind), |signature, data| {
            verify(&key, algorithm, data, signature)
        })?;
        same(message.payload.as_deref(), expected)
    });
    let by_product = Sign1::from_slice(bytes)
        .and_then(|message| message.verify(&key, None, &external(kind)))
        .map_err(|error| error.to_string());
    // The product ties each algorithm to one curve (RFC 9053, 2.1 leaves that to applications).
    let in_product = kind["protected"].get("alg").is_some() && fits_its_curve(kind);
    match (&by_coset, &by_product) {
        // Reported as accepted, so that a message that must be refused fails its test.
        (Err(_), Ok(())) => Ok(()),
        (Ok(()), Err(error)) if in_product => Err(format!("the product refuses what is good: {error}")),
        _ => by_coset,
    }
}

fn fits_its_curve(kind: &Value) -> bool {
    let algorithm = cases::text(&kind["protected"], "alg");
    let curve = cases::text(&kind["key"], "crv");
    matches!(
        (algorithm, curve),
        ("ES256", "P-256") | ("ES384", "P-384") | ("ES512", "P-521") | ("EdDSA", "Ed25519")
    )
}

fn sign(kind: &Value, bytes: &[u8], expected: &[u8]) -> Checked<()> {
    let message = read::<CoseSign>(bytes)?;
    let signers = cases::list(kind, "signers");
    if signers.is_empty() || signers.len() != message.signatures.len() {
        return Err("another number of signers".to_owned());
    }
    for (which, (signer, signature)) in signers.iter().zip(&message.signatures).enumerate() {
        let key = ec_key(&signer["key"])?;
        let algorithm = algorithm(&signature.protected, &signature.unprotected)?;
        message.verify_signature(which, &external(signer), |signature, data| {
            verify(&key, algorithm, data, signature)
        })?;
    }
    same(message.payload.as_deref(), expected)
}

fn mac0(kind: &Value, bytes: &[u8], expected: &[u8]) -> Checked<()> {
    let key = content_key(kind, &Value::Null)?;
    let mut message = read::<CoseMac0>(bytes)?;
    normalise(&mut message.protected);
    let hash = mac_hash(&message.protected, &message.unprotected)?;
    message.verify_payload_tag(&external(kind), absent, |tag, data| {
        verify_tag(hash, &key, data, tag)
    })?;
    same(message.payload.as_deref(), expected)
}

/// The key of the content: given, or derived by HKDF with the context the file prints (RFC 9053, 5.2).
fn content_key(kind: &Value, intermediates: &Value) -> Checked<Vec<u8>> {
    let recipient = &kind["recipients"][0];
    let secret = member(&recipient["key"], "k")?;
    if recipient["protected"]["alg"] != "HKDF-HMAC-SHA-256" {
        return Ok(secret);
    }
    let (context, expected) = (
        cases::bytes(&intermediates["recipients"][0], "Context_hex"),
        cases::bytes(intermediates, "CEK_hex"),
    );
    let salt = recipient["unprotected"]["salt"].as_str().unwrap_or_default();
    let derived = hkdf::derive_sha256(salt.as_bytes(), &secret, &context, expected.len()).map_err(text)?;
    if derived.expose() == expected {
        Ok(expected)
    } else {
        Err("another key was derived".to_owned())
    }
}

fn ec_key(key: &Value) -> Checked<VerifyingKey> {
    match cases::text(key, "crv") {
        "Ed25519" => VerifyingKey::from_ed25519(&member(key, "x")?).map_err(text),
        name => {
            let curve = Curve::from_jwk_name(name).map_err(text)?;
            VerifyingKey::from_coordinates(curve, &member(key, "x")?, &member(key, "y")?).map_err(text)
        }
    }
}

/// Bytes of a key's member, which these files write in base64url or, as `…_hex`, in hex.
fn member(key: &Value, name: &str) -> Checked<Vec<u8>> {
    match key.get(format!("{name}_hex")).and_then(Value::as_str) {
        Some(digits) => hex::decode(digits).map_err(text),
        None => base64url::decode(cases::text(key, name)).map_err(text),
    }
}

fn algorithm(protected: &ProtectedHeader, unprotected: &Header) -> Checked<i64> {
    match protected.header.alg.as_ref().or(unprotected.alg.as_ref()) {
        Some(Algorithm::Assigned(assigned)) => Ok(assigned.to_i64()),
        _ => Err("an algorithm that is not assigned".to_owned()),
    }
}

fn verify(key: &VerifyingKey, algorithm: i64, data: &[u8], signature: &[u8]) -> Checked<()> {
    let known = acasa_crypto::Algorithm::from_cose_id(algorithm).map_err(text)?;
    let by_hash = |hash| {
        key.verify_ecdsa(hash, SignatureFormat::Fixed, data, signature)
            .map_err(text)
    };
    match (known, key.as_ec().map(|(curve, _)| curve)) {
        // COSE allows any hash with any curve; these files have one such message.
        (acasa_crypto::Algorithm::Es512, Some(Curve::P256)) => by_hash(Hash::Sha512),
        _ => key
            .verify(known, SignatureFormat::Fixed, data, signature)
            .map_err(text),
    }
}

/// Hash and tag length of a MAC algorithm (RFC 9053, 3.1).
fn mac_hash(protected: &ProtectedHeader, unprotected: &Header) -> Checked<(Hash, usize)> {
    match iana::Algorithm::from_i64(algorithm(protected, unprotected)?) {
        Some(iana::Algorithm::HMAC_256_64) => Ok((Hash::Sha256, 8)),
        Some(iana::Algorithm::HMAC_256_256) => Ok((Hash::Sha256, 32)),
        Some(iana::Algorithm::HMAC_384_384) => Ok((Hash::Sha384, 48)),
        Some(iana::Algorithm::HMAC_512_512) => Ok((Hash::Sha512, 64)),
        _ => Err("an algorithm that is no MAC".to_owned()),
    }
}

fn verify_tag((hash, length): (Hash, usize), key: &[u8], data: &[u8], tag: &[u8]) -> Checked<()> {
    mac::verify_truncated(hash, key, data, tag, length).map_err(text)
}

/// The nonce, if the algorithm is AES-GCM with a key of this length (RFC 9053, 4.1).
fn nonce(protected: &ProtectedHeader, unprotected: &Header, key: &[u8], kind: &Value) -> Checked<[u8; 12]> {
    let expected = match iana::Algorithm::from_i64(algorithm(protected, unprotected)?) {
        Some(iana::Algorithm::A128GCM) => 16,
        Some(iana::Algorithm::A256GCM) => 32,
        _ => return Err("an algorithm that is not AES-GCM".to_owned()),
    };
    if key.len() != expected {
        return Err("a key of another length".to_owned());
    }
    if !unprotected.partial_iv.is_empty() {
        // The part that was not sent is agreed beforehand; the file prints the two put together.
        let whole = cases::bytes(&kind["unsent"], "IV_hex");
        let ends_so = whole.ends_with(&unprotected.partial_iv);
        return whole
            .try_into()
            .ok()
            .filter(|_| ends_so)
            .ok_or_else(|| "another partial nonce".to_owned());
    }
    let found = if protected.header.iv.is_empty() {
        &unprotected.iv
    } else {
        &protected.header.iv
    };
    found.as_slice().try_into().map_err(text)
}

/// A message with its tag, or without any (RFC 9052, 2).
fn read<T: TaggedCborSerializable + CborSerializable>(bytes: &[u8]) -> Checked<T> {
    T::from_tagged_slice(bytes)
        .or_else(|_| T::from_slice(bytes))
        .map_err(text)
}

/// An empty protected header is signed as an empty string, however it was sent (RFC 9052, 4.4).
fn normalise(protected: &mut ProtectedHeader) {
    if protected.header.is_empty() {
        protected.original_data = None;
    }
}

fn open(key: &[u8], nonce: [u8; 12], aad: &[u8], sealed: &[u8]) -> Checked<Vec<u8>> {
    aead::open_with_nonce(key, nonce, aad, sealed)
        .map(|opened| opened.expose().to_vec())
        .map_err(text)
}

fn absent() -> String {
    "no content".to_owned()
}

fn external(kind: &Value) -> Vec<u8> {
    cases::bytes(kind, "external")
}

fn same(found: Option<&[u8]>, expected: &[u8]) -> Checked<()> {
    if found == Some(expected) {
        Ok(())
    } else {
        Err("another content".to_owned())
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is handed to `map_err`, which passes by value"
)]
fn text(error: impl ToString) -> String {
    error.to_string()
}
