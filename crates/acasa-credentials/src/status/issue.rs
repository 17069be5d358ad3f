//! Making status lists.

use super::cwt::{CLAIM_EXPIRES, CLAIM_ISSUED, CLAIM_STATUS_LIST, CLAIM_SUBJECT, CLAIM_TIME_TO_LIVE};
use super::{MAX_INFLATED, MEDIA_TYPE_CWT, Status, StatusError, StatusList, StatusSize, jwt};
use crate::cbor;
use crate::cose::{self, CoseError, HEADER_TYP, Unsigned};
use acasa_crypto::{CryptoError, Signer, base64url, jose};
use ciborium::Value;
use data_encoding::BASE64;
use serde_json::{Map, json};

/// What a list says about itself.
#[derive(Clone, Copy)]
pub struct StatusListTerms<'a> {
    /// The address it is published at, which references name.
    pub subject: &'a str,
    /// When it is issued, seconds since 1970.
    pub issued_at: i64,
    /// After which second it must not be used.
    pub expires_at: i64,
    /// For how many seconds it may be kept before fetching again; not 0.
    pub time_to_live: u64,
    /// The signer's certificates, leaf first, as DER; may be empty.
    pub certificates: &'a [Vec<u8>],
}

/// A list under construction; every status starts as valid.
#[derive(Clone)]
pub struct StatusListBuilder(StatusList);

impl StatusListBuilder {
    /// A list with room for at least `entries`, rounded up to whole bytes.
    pub fn new(size: StatusSize, entries: u64) -> Result<Self, StatusError> {
        let bytes = usize::try_from(entries.div_ceil(size.per_byte().into())).unwrap_or(usize::MAX);
        if bytes > MAX_INFLATED {
            return Err(StatusError::TooLarge);
        }
        Ok(Self(StatusList::from_bytes(size, vec![0; bytes])))
    }

    /// Sets one status; an index outside or a value too large for the size is refused.
    pub fn set(&mut self, index: u64, status: Status) -> Result<(), StatusError> {
        self.0.set(index, status)
    }

    /// The list as it stands.
    pub const fn list(&self) -> &StatusList {
        &self.0
    }

    /// Signs the CWT form, untagged COSE_Sign1 under the tag its media type asks for.
    pub fn sign_cwt(&self, terms: StatusListTerms<'_>, signer: &dyn Signer) -> Result<Vec<u8>, StatusError> {
        let list = vec![
            (Value::from("lst"), Value::Bytes(self.0.deflate())),
            (Value::from("bits"), Value::from(self.0.size().bits())),
        ];
        let claim = |label: i64, value| (Value::from(label), value);
        let payload = cbor::encode(&Value::Map(vec![
            claim(CLAIM_SUBJECT, Value::from(terms.subject)),
            claim(CLAIM_EXPIRES, Value::from(terms.expires_at)),
            claim(CLAIM_ISSUED, Value::from(terms.issued_at)),
            claim(CLAIM_STATUS_LIST, Value::Map(list)),
            claim(CLAIM_TIME_TO_LIVE, Value::from(terms.time_to_live)),
        ]));
        let chain: Vec<_> = if terms.certificates.is_empty() {
            Vec::new()
        } else {
            vec![cose::x5chain_parameter(terms.certificates)]
        };
        let protected = [(HEADER_TYP, Value::from(MEDIA_TYPE_CWT))];
        let unsigned = Unsigned {
            protected: &protected,
            unprotected: &chain,
            payload: &payload,
            detached: false,
        };
        let message = cose::sign1(unsigned, signer).map_err(|error| {
            let source = if let CoseError::Signing(source) = error {
                source
            } else {
                CryptoError::Malformed
            };
            StatusError::Signing(source)
        })?;
        // RFC 9052, 2: tag 18, which readers of a bare media type expect; one byte, 0xD2.
        Ok([&[0xd2], message.as_slice()].concat())
    }

    /// Signs the JWT form.
    pub fn sign_jwt(&self, terms: StatusListTerms<'_>, signer: &dyn Signer) -> Result<String, StatusError> {
        let claims = json!({
            "sub": terms.subject,
            "iat": terms.issued_at,
            "exp": terms.expires_at,
            "ttl": terms.time_to_live,
            "status_list": { "bits": self.0.size().bits(), "lst": base64url::encode(&self.0.deflate()) },
        });
        let mut header = Map::new();
        if !terms.certificates.is_empty() {
            let chain: Vec<_> = terms.certificates.iter().map(|der| BASE64.encode(der)).collect();
            header.insert("x5c".to_owned(), json!(chain));
        }
        let claims = claims.as_object().cloned().unwrap_or_default();
        jose::sign_jwt(signer, jwt::TYP, header, &claims).map_err(StatusError::Signing)
    }
}
