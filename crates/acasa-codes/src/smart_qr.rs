//! Smart QR: proofs, frames of moving proofs, and challenges (`docs/formats/smart-qr.md`,
//! `docs/formats/moving-code.md`). Their outer form is read, and what a challenge asks; signatures,
//! digests and determinism are checked where documents are.

use crate::hcert::base45_decode;
use crate::{ErrorCode, Inspection, Kind, WarningCode};
use ciborium::Value as Cbor;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use serde_json::json;

const PROOF: &str = "MD1:";
const FRAME: &str = "MD1F:";
const CHALLENGE: &str = "MD1C:";

/// A proof with a portrait, before and after inflating; it travels as a film or as copied text.
const MAX_PROOF_BYTES: usize = 16 * 1024;
const MAX_INFLATED_PROOF_BYTES: usize = 32 * 1024;
const MAX_PROOF_CHARACTERS: usize = PROOF.len() + MAX_PROOF_BYTES.div_ceil(2) * 3;
/// A frame's header, and header with the most data.
const FRAME_BYTES: std::ops::RangeInclusive<usize> = 9..=808;
const MAX_CHALLENGE_CHARACTERS: usize = 4096;

pub(crate) fn recognises(text: &str) -> bool {
    [PROOF, FRAME, CHALLENGE]
        .iter()
        .any(|prefix| text.starts_with(prefix))
}

pub(crate) fn inspect(text: &str) -> Inspection {
    type Reader = fn(&[u8], &mut Inspection);
    let (kind, form, body, longest, reader): (_, _, _, _, Reader) =
        if let Some(body) = text.strip_prefix(CHALLENGE) {
            (
                Kind::Challenge,
                "challenge",
                body,
                MAX_CHALLENGE_CHARACTERS,
                challenge,
            )
        } else if let Some(body) = text.strip_prefix(FRAME) {
            (Kind::Proof, "frame", body, MAX_CHALLENGE_CHARACTERS, frame)
        } else {
            (
                Kind::Proof,
                "whole",
                text.strip_prefix(PROOF).unwrap_or(text),
                MAX_PROOF_CHARACTERS,
                proof,
            )
        };
    let mut inspection = Inspection::new(kind);
    inspection.set("version", "MD1");
    inspection.set("form", form);
    if text.len() > longest {
        inspection.error(ErrorCode::PayloadTooLarge, "body");
        return inspection;
    }
    inspection.set("characters", text.chars().count());
    match base45_decode(body) {
        Some(bytes) if !bytes.is_empty() => {
            inspection.set("bytes", bytes.len());
            reader(&bytes, &mut inspection);
        }
        Some(_) => inspection.error(ErrorCode::FieldMissing, "body"),
        None => inspection.error(ErrorCode::Base45Invalid, "body"),
    }
    inspection
}

fn frame(bytes: &[u8], inspection: &mut Inspection) {
    inspection.require(
        FRAME_BYTES.contains(&bytes.len()),
        ErrorCode::StructureInvalid,
        "body",
    );
}

/// `[1, DeviceResponse', Info]` in raw deflate.
fn proof(bytes: &[u8], inspection: &mut Inspection) {
    inspection.warn(WarningCode::SignatureNotChecked);
    match decompress_to_vec_with_limit(bytes, MAX_INFLATED_PROOF_BYTES) {
        Ok(inflated) => {
            if let Some([_, response, info]) = versioned(&inflated, inspection).as_deref() {
                let shaped = response.is_map() && info.is_array();
                inspection.require(shaped, ErrorCode::CborInvalid, "body");
            }
        }
        Err(error) if error.status == TINFLStatus::HasMoreOutput => {
            inspection.error(ErrorCode::PayloadTooLarge, "body");
        }
        Err(_) => inspection.error(ErrorCode::CompressionInvalid, "body"),
    }
}

/// `[1, [nonce, verifier / null, [* [element, retain]], purpose / null], signature / null]`.
fn challenge(bytes: &[u8], inspection: &mut Inspection) {
    let items = versioned(bytes, inspection);
    let Some([_, body, signature]) = items.as_deref() else {
        return;
    };
    let signed = !signature.is_null();
    inspection.set("signed", signed);
    let risk = if signed {
        WarningCode::SignatureNotChecked
    } else {
        WarningCode::UnsignedRequest
    };
    inspection.warn(risk);
    let Some([nonce, verifier, asked, purpose]) = body.as_array().map(Vec::as_slice) else {
        return inspection.error(ErrorCode::CborInvalid, "body");
    };
    let drawn = nonce
        .as_bytes()
        .is_some_and(|nonce| (16..=64).contains(&nonce.len()));
    inspection.require(drawn, ErrorCode::FieldInvalid, "nonce");
    for (name, words) in [("verifier", verifier), ("purpose", purpose)] {
        inspection.require(words.is_null() || words.is_text(), ErrorCode::FieldInvalid, name);
        inspection.set_some(name, words.as_text().unwrap_or_default());
    }
    let element = |item: &Cbor| match item.as_array().map(Vec::as_slice) {
        Some([element, retain]) => Some((element.as_text()?.to_owned(), retain.as_bool()?)),
        _ => None,
    };
    let asked: Option<Vec<(String, bool)>> = asked
        .as_array()
        .and_then(|items| items.iter().map(element).collect());
    let Some(asked) = asked else {
        return inspection.error(ErrorCode::FieldInvalid, "asked");
    };
    // What is kept must have somebody to answer for it.
    let kept = asked.iter().any(|(_, retain)| *retain);
    inspection.require(signed || !kept, ErrorCode::FieldConflict, "asked");
    let asked = asked
        .into_iter()
        .map(|(element, retain)| json!({ "element": element, "retain": retain }));
    inspection.set("asked", asked.collect::<Vec<_>>());
}

/// An array of three whose first is the version, with nothing after it.
fn versioned(bytes: &[u8], inspection: &mut Inspection) -> Option<Vec<Cbor>> {
    let mut rest = bytes;
    let items = ciborium::from_reader::<Cbor, _>(&mut rest)
        .ok()
        .and_then(|value| value.into_array().ok());
    let items = items.filter(|items| items.len() == 3 && rest.is_empty());
    let Some(items) = items else {
        inspection.error(ErrorCode::CborInvalid, "body");
        return None;
    };
    inspection.require(
        items[0] == Cbor::from(1),
        ErrorCode::VersionUnsupported,
        "version",
    );
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(value: &Cbor) -> Vec<u8> {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).unwrap();
        bytes
    }

    fn proof_of(response: Vec<u8>) -> String {
        let response = Cbor::Map(vec![("documents".into(), Cbor::Bytes(response))]);
        let cbor = encoded(&Cbor::Array(vec![1.into(), response, Cbor::Array(Vec::new())]));
        format!(
            "MD1:{}",
            base45::encode(miniz_oxide::deflate::compress_to_vec(&cbor, 9))
        )
    }

    fn challenge_of(version: u8, retain: bool) -> String {
        let asked = Cbor::Array(vec![Cbor::Array(vec!["age_over_18".into(), retain.into()])]);
        let body = Cbor::Array(vec![
            Cbor::Bytes(vec![7; 16]),
            "Magazin".into(),
            asked,
            Cbor::Null,
        ]);
        format!(
            "MD1C:{}",
            base45::encode(encoded(&Cbor::Array(vec![version.into(), body, Cbor::Null])))
        )
    }

    fn refused(text: &str) -> Option<ErrorCode> {
        inspect(text).errors().first().map(|finding| finding.code)
    }

    #[test]
    fn a_challenge_says_who_asks_for_what_and_that_nobody_signed_it() {
        let inspection = inspect(&challenge_of(1, false));
        assert_eq!(inspection.errors(), []);
        assert_eq!(inspection.fields()["verifier"], "Magazin");
        assert_eq!(inspection.fields()["asked"][0]["element"], "age_over_18");
        assert_eq!(inspection.warnings(), [WarningCode::UnsignedRequest]);
    }

    #[test]
    fn a_challenge_that_breaks_the_format_is_refused() {
        assert_eq!(
            refused(&challenge_of(2, false)),
            Some(ErrorCode::VersionUnsupported)
        );
        assert_eq!(refused(&challenge_of(1, true)), Some(ErrorCode::FieldConflict));
        let whole = challenge_of(1, false);
        let mut followed = base45_decode(whole.strip_prefix(CHALLENGE).unwrap()).unwrap();
        followed.push(0);
        let followed = format!("MD1C:{}", base45::encode(followed));
        assert_eq!(refused(&followed), Some(ErrorCode::CborInvalid));
        assert_eq!(
            refused(&format!("MD1C:{}", "0".repeat(5000))),
            Some(ErrorCode::PayloadTooLarge)
        );
    }

    #[test]
    fn a_proof_that_breaks_its_outer_form_is_refused() {
        assert_eq!(refused("MD1:abc"), Some(ErrorCode::Base45Invalid));
        assert_eq!(refused("MD1:"), Some(ErrorCode::FieldMissing));
        assert_eq!(
            refused(&format!("MD1:{}", base45::encode([0xFF; 9]))),
            Some(ErrorCode::CompressionInvalid)
        );
        assert_eq!(
            refused(&proof_of(vec![0; 40_000])),
            Some(ErrorCode::PayloadTooLarge)
        );
        assert_eq!(
            refused(&format!("MD1:{}", "0".repeat(30_000))),
            Some(ErrorCode::PayloadTooLarge)
        );
        let other = miniz_oxide::deflate::compress_to_vec(&encoded(&Cbor::Null), 9);
        assert_eq!(
            refused(&format!("MD1:{}", base45::encode(other))),
            Some(ErrorCode::CborInvalid)
        );
    }

    #[test]
    fn a_frame_is_told_from_a_whole_proof() {
        let inspection = inspect(&format!("MD1F:{}", base45::encode([1; 20])));
        assert_eq!((inspection.kind(), inspection.well_formed()), (Kind::Proof, true));
        assert_eq!(inspection.fields()["form"], "frame");
        assert_eq!(
            refused(&format!("MD1F:{}", base45::encode([1; 4]))),
            Some(ErrorCode::StructureInvalid)
        );
    }

    proptest! {
        #[test]
        fn any_wrapped_response_is_well_formed(bytes in prop::collection::vec(any::<u8>(), 0..1000)) {
            prop_assert!(inspect(&proof_of(bytes)).well_formed());
        }

        #[test]
        fn no_text_panics(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let body = base45::encode(&bytes);
            for prefix in [PROOF, FRAME, CHALLENGE] {
                let _ = (inspect(&format!("{prefix}{text}")), inspect(&format!("{prefix}{body}")));
            }
        }
    }
}
