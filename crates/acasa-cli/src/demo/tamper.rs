//! What somebody without the keys could make of a proof they saw.

use super::error::DemoError;
use ciborium::Value;
use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};

const PREFIX: &str = "MD1:";
/// Largest proof, inflated (docs/formats/smart-qr.md).
const LIMIT: usize = 32 << 10;
const BROKEN: DemoError = DemoError::Code("taken apart");

/// A way to change a proof.
pub(super) type Change = fn(&mut Value) -> Option<()>;

/// The text of a proof with something changed.
pub(super) fn tampered(text: &str, change: Change) -> Result<String, DemoError> {
    let mut proof = open(text)?;
    change(&mut proof).ok_or(BROKEN)?;
    close(&proof)
}

fn open(text: &str) -> Result<Value, DemoError> {
    let deflated = base45::decode(text.strip_prefix(PREFIX).ok_or(BROKEN)?).map_err(|_| BROKEN)?;
    let cbor = decompress_to_vec_with_limit(&deflated, LIMIT).map_err(|_| BROKEN)?;
    ciborium::from_reader(cbor.as_slice()).map_err(|_| BROKEN)
}

/// Deterministic as what came in: no order and no length changes.
fn close(proof: &Value) -> Result<String, DemoError> {
    let cbor = written(proof).ok_or(BROKEN)?;
    Ok(format!("{PREFIX}{}", base45::encode(compress_to_vec(&cbor, 9))))
}

/// Another name, number or age in a document that is otherwise genuine.
pub(super) fn change_element(proof: &mut Value) -> Option<()> {
    elements(proof)?.iter_mut().find_map(|element| {
        let Value::Tag(_, encoded) = element else {
            return None;
        };
        let bytes = encoded.as_bytes_mut()?;
        let mut item: Value = ciborium::from_reader(bytes.as_slice()).ok()?;
        let value = member(&mut item, "elementValue")?;
        if let Value::Bool(truth) = value {
            *truth = !*truth;
        } else {
            // The same length, so that nothing but the value is another.
            let text = value.as_text_mut()?;
            let last = text.pop()?;
            text.push(if last == 'X' { 'Y' } else { 'X' });
        }
        *bytes = written(&item)?;
        Some(())
    })
}

/// What is unwelcome left out: every digest that remains is right.
pub(super) fn drop_element(proof: &mut Value) -> Option<()> {
    elements(proof)?.pop().map(|_| ())
}

/// Another issuer's signature.
pub(super) fn change_issuer_signature(proof: &mut Value) -> Option<()> {
    let issuer_signed = member(document(proof)?, "issuerSigned")?;
    flip(member(issuer_signed, "issuerAuth")?.as_array_mut()?.get_mut(3)?)
}

/// Another device's signature.
pub(super) fn change_device_signature(proof: &mut Value) -> Option<()> {
    let device_signed = member(document(proof)?, "deviceSigned")?;
    let auth = member(device_signed, "deviceAuth")?;
    flip(member(auth, "deviceSignature")?.as_array_mut()?.get_mut(3)?)
}

/// An old proof made to look new: a minute later, so that the clocks agree.
pub(super) fn change_time(proof: &mut Value) -> Option<()> {
    let time = proof.as_array_mut()?.get_mut(2)?.as_array_mut()?.first_mut()?;
    let seconds = i64::try_from(i128::from(time.as_integer()?)).ok()?;
    *time = Value::from(seconds + 60);
    Some(())
}

fn document(proof: &mut Value) -> Option<&mut Value> {
    let response = proof.as_array_mut()?.get_mut(1)?;
    member(response, "documents")?.as_array_mut()?.first_mut()
}

/// The elements of the first namespace.
fn elements(proof: &mut Value) -> Option<&mut Vec<Value>> {
    let issuer_signed = member(document(proof)?, "issuerSigned")?;
    let namespaces = member(issuer_signed, "nameSpaces")?.as_map_mut()?;
    namespaces.first_mut()?.1.as_array_mut()
}

fn member<'a>(map: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    let members = map.as_map_mut()?;
    let found = members.iter_mut().find(|(key, _)| key.as_text() == Some(name));
    found.map(|(_, value)| value)
}

fn flip(bytes: &mut Value) -> Option<()> {
    *bytes.as_bytes_mut()?.last_mut()? ^= 1;
    Some(())
}

fn written(value: &Value) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The committed example of the format.
    fn example() -> String {
        let examples = include_str!("../../../../docs/formats/smart-qr-examples.json");
        let examples: serde_json::Value = serde_json::from_str(examples).unwrap();
        examples["proof"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_proof_taken_apart_and_put_together_holds_the_very_same_bytes() {
        let inflated = |text: &str| {
            let deflated = base45::decode(text.strip_prefix(PREFIX).unwrap()).unwrap();
            decompress_to_vec_with_limit(&deflated, LIMIT).unwrap()
        };

        let again = close(&open(&example()).unwrap()).unwrap();

        assert_eq!(inflated(&again), inflated(&example()));
    }

    #[test]
    fn each_change_makes_another_proof_of_it() {
        let changes: [Change; 5] = [
            change_element,
            drop_element,
            change_issuer_signature,
            change_device_signature,
            change_time,
        ];
        let whole = open(&example()).unwrap();

        let made: Vec<Value> = changes
            .iter()
            .map(|change| open(&tampered(&example(), *change).unwrap()).unwrap())
            .collect();

        for (at, proof) in made.iter().enumerate() {
            assert_ne!(proof, &whole, "change {at}");
            assert!(!made[..at].contains(proof), "change {at}");
        }
    }

    #[test]
    fn what_is_no_proof_is_not_tampered_with() {
        for text in ["", "MD1:", "MD1:%%", "hello"] {
            assert!(tampered(text, drop_element).is_err(), "{text}");
        }
    }
}
