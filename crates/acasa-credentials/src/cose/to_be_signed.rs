//! What a signature of COSE_Sign1 covers, before there is one: for those who look at what they sign.

use super::{CoseError, Headers};
use crate::cbor;

/// Names the structure (RFC 9052, 4.4).
const CONTEXT: &str = "Signature1";
/// An empty map: nothing unprotected is signed.
const NOTHING: &[u8] = &[0xa0];

/// A `Sig_structure` of COSE_Sign1 (RFC 9052, 4.4) in the one encoding that is signed.
#[derive(Clone)]
pub struct ToBeSigned {
    headers: Headers,
    payload: Vec<u8>,
}

impl ToBeSigned {
    /// Reads one structure and nothing after it. External data is refused: no format here has it.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, CoseError> {
        let structure = CoseError::Structure("Sig_structure");
        let item = cbor::read_deterministic(bytes)?;
        let Some([context, protected, external, payload]) = item.as_array() else {
            return Err(structure);
        };
        if context.as_text() != Some(CONTEXT) || external.as_bytes() != Some(&[]) {
            return Err(structure);
        }
        Ok(Self {
            headers: Headers::read(protected, &cbor::read(NOTHING)?)?,
            payload: payload.as_bytes().ok_or(structure)?.to_vec(),
        })
    }

    /// The protected header; nothing is known of an unprotected one.
    pub const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The payload.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }
}
