//! Public keys as COSE_Key (RFC 9052, 7; RFC 9053, 7).

use super::MdocError;
use crate::cbor::{self, Item, Kind};
use acasa_crypto::{Curve, VerifyingKey};
use ciborium::Value;

const KEY_TYPE: i64 = 1;
const CURVE: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const PRIVATE: i64 = -4;
const TYPE_OKP: i64 = 1;
const TYPE_EC2: i64 = 2;
const CURVE_ED25519: i64 = 6;

/// Reads a public key on P-256, P-384, P-521 or Ed25519, coordinates in full length. In place of y its
/// sign may stand (RFC 9053, 7.1.1), on P-256 and P-521.
pub fn read_key(item: &Item<'_>) -> Result<VerifyingKey, MdocError> {
    let structure = MdocError::Structure("COSE_Key");
    if item.get_i64(PRIVATE).is_some() {
        return Err(MdocError::Structure("private key in a document"));
    }
    let key_type = item.get_i64(KEY_TYPE).and_then(Item::as_i64).ok_or(structure)?;
    let curve = item.get_i64(CURVE).and_then(Item::as_i64).ok_or(structure)?;
    let x = item.get_i64(X).and_then(Item::as_bytes).ok_or(structure)?;
    if key_type == TYPE_OKP && curve == CURVE_ED25519 {
        return VerifyingKey::from_ed25519(x).map_err(|_| structure);
    }
    if key_type != TYPE_EC2 {
        return Err(MdocError::Unsupported("key type"));
    }
    let curve = Curve::from_cose_id(curve).map_err(|_| MdocError::Unsupported("curve"))?;
    let y = item.get_i64(Y).ok_or(structure)?;
    if let Kind::Bool(sign) = *y.kind() {
        return read_compressed(curve, x, sign);
    }
    VerifyingKey::from_coordinates(curve, x, y.as_bytes().ok_or(structure)?).map_err(|_| structure)
}

fn read_compressed(curve: Curve, x: &[u8], sign: bool) -> Result<VerifyingKey, MdocError> {
    let structure = MdocError::Structure("COSE_Key");
    if curve == Curve::P384 {
        return Err(MdocError::Unsupported("compressed point"));
    }
    if x.len() != curve.field_length() {
        return Err(structure);
    }
    VerifyingKey::from_sec1(curve, &[&[2 | u8::from(sign)], x].concat()).map_err(|_| structure)
}

/// Writes a public elliptic-curve key, deterministically.
pub fn encode_key(key: &VerifyingKey) -> Result<Vec<u8>, MdocError> {
    let (curve, x, y) = key.coordinates().ok_or(MdocError::Unsupported("key type"))?;
    Ok(cbor::encode(&Value::Map(vec![
        (Value::from(KEY_TYPE), Value::from(TYPE_EC2)),
        (Value::from(CURVE), Value::from(curve.cose_id())),
        (Value::from(X), Value::Bytes(x.to_vec())),
        (Value::from(Y), Value::Bytes(y.to_vec())),
    ])))
}
