//! The session transcript: what ties a device's answer to one conversation (9.1.5.1).

use super::MdocError;
use crate::cbor::{self, Item};
use acasa_crypto::digest::sha256;
use ciborium::Value;

/// A session transcript, as the bytes of its CBOR array.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionTranscript(Vec<u8>);

impl SessionTranscript {
    /// Reads the array itself or its `#6.24(bstr)` wrapping; the bytes are kept as they came.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, MdocError> {
        let item = cbor::read(bytes)?;
        let array = item.encoded().unwrap_or(bytes);
        let is_transcript = cbor::read(array)?
            .as_array()
            .is_some_and(|parts| parts.len() == 3);
        if is_transcript {
            Ok(Self(array.to_vec()))
        } else {
            Err(MdocError::Structure("SessionTranscript"))
        }
    }

    /// The transcript of an OpenID4VP redirect flow (OpenID4VP 1.0, B.2.6.1).
    ///
    /// `thumbprint` is the SHA-256 JWK thumbprint of the key the answer is encrypted to, absent
    /// where it is not encrypted.
    pub fn for_openid4vp(
        client_id: &str,
        nonce: &str,
        thumbprint: Option<&[u8; 32]>,
        response_uri: &str,
    ) -> Self {
        let thumbprint = thumbprint.map_or(Value::Null, |bytes| Value::Bytes(bytes.to_vec()));
        let info = vec![
            Value::from(client_id),
            Value::from(nonce),
            thumbprint,
            Value::from(response_uri),
        ];
        Self::from_handover("OpenID4VPHandover", &cbor::encode(&Value::Array(info)))
    }

    /// The transcript of OpenID4VP over the Digital Credentials API (OpenID4VP 1.0, B.2.6.2).
    pub fn for_openid4vp_dc_api(origin: &str, nonce: &str, thumbprint: Option<&[u8; 32]>) -> Self {
        let thumbprint = thumbprint.map_or(Value::Null, |bytes| Value::Bytes(bytes.to_vec()));
        let info = vec![Value::from(origin), Value::from(nonce), thumbprint];
        Self::from_handover("OpenID4VPDCAPIHandover", &cbor::encode(&Value::Array(info)))
    }

    /// `[null, null, [name, SHA-256(info)]]`: no engagement, no ephemeral key, a handover by hash.
    pub fn from_handover(name: &str, info: &[u8]) -> Self {
        let handover = Value::Array(vec![Value::from(name), Value::Bytes(sha256(info).to_vec())]);
        Self(cbor::encode(&Value::Array(vec![
            Value::Null,
            Value::Null,
            handover,
        ])))
    }

    /// The array's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// `SessionTranscriptBytes`: the array inside `#6.24(bstr)`.
    pub fn to_encoded(&self) -> Vec<u8> {
        cbor::wrap_encoded(&self.0)
    }

    /// The reader's ephemeral public key, where the transcript carries one (proximity flows).
    pub fn reader_key(&self) -> Option<acasa_crypto::VerifyingKey> {
        let item = cbor::read(&self.0).ok()?;
        let key = item.as_array()?.get(1).and_then(Item::encoded)?;
        super::read_key(&cbor::read(key).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_array_and_its_wrapping_are_the_same_transcript() {
        let transcript = SessionTranscript::for_openid4vp("client", "nonce", None, "https://example.com");
        assert!(SessionTranscript::from_slice(transcript.as_bytes()).unwrap() == transcript);
        assert!(SessionTranscript::from_slice(&transcript.to_encoded()).unwrap() == transcript);
    }

    #[test]
    fn anything_but_an_array_of_three_is_refused() {
        for hex in ["80", "82f6f6", "a0", "f6", "d81841a0"] {
            assert!(
                SessionTranscript::from_slice(&hex::decode(hex).unwrap()).is_err(),
                "{hex}"
            );
        }
    }
}
