//! Compact JWS (RFC 7515, 3.1), with the precautions of RFC 8725.
//!
//! The caller pins the algorithm. `none`, symmetric algorithms, `crit` and `b64` are refused; keys and
//! certificates in a header are handed out as data and never trusted here.

use crate::{Algorithm, CryptoError, Jwk, SignatureFormat, Signer, VerifyingKey, base64url, json};
use data_encoding::BASE64;
use serde_json::{Map, Value};

/// Longest token that is read, in bytes.
pub const MAX_TOKEN: usize = 1024 * 1024;
/// Longest header that is read, in bytes as sent: room for a chain of certificates.
pub const MAX_HEADER: usize = 32 * 1024;
/// Most certificates in `x5c`.
pub const MAX_CHAIN: usize = 8;

/// The protected header.
#[derive(Debug, Clone, PartialEq)]
pub struct JwsHeader(Map<String, Value>);

impl JwsHeader {
    /// The algorithm the header names: a claim to compare with the one expected.
    pub fn algorithm(&self) -> Result<Algorithm, CryptoError> {
        Algorithm::from_jose_name(self.text("alg").ok_or(CryptoError::Header)?)
    }

    /// The media type, without the `application/` that may be left out (RFC 7515, 4.1.9).
    pub fn typ(&self) -> Option<&str> {
        self.text("typ")
            .map(|typ| typ.strip_prefix("application/").unwrap_or(typ))
    }

    /// The key identifier.
    pub fn kid(&self) -> Option<&str> {
        self.text("kid")
    }

    /// The public key in `jwk`, if there is one; untrusted.
    pub fn jwk(&self) -> Result<Option<Jwk>, CryptoError> {
        self.0
            .get("jwk")
            .map(|value| Jwk::from_value(value.clone()))
            .transpose()
    }

    /// The certificates in `x5c`, leaf first, as DER (standard base64, RFC 7515, 4.1.6); untrusted.
    pub fn x5c(&self) -> Result<Option<Vec<Vec<u8>>>, CryptoError> {
        let Some(value) = self.0.get("x5c") else {
            return Ok(None);
        };
        let entries = value
            .as_array()
            .filter(|entries| (1..=MAX_CHAIN).contains(&entries.len()));
        let decode = |entry: &Value| {
            entry
                .as_str()
                .and_then(|text| BASE64.decode(text.as_bytes()).ok())
        };
        let chain: Option<Vec<_>> = entries.ok_or(CryptoError::Header)?.iter().map(decode).collect();
        chain.map(Some).ok_or(CryptoError::Header)
    }

    /// Any member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The names of all members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn parse(encoded: &str) -> Result<Self, CryptoError> {
        if encoded.len() > MAX_HEADER {
            return Err(CryptoError::TooLarge);
        }
        let header = Self(json::parse_object(&base64url::decode(encoded)?)?);
        // RFC 7515, 4.1.11: extensions this reader does not understand must be refused; it understands none.
        if header.0.contains_key("crit") || header.0.contains_key("b64") || header.0.contains_key("zip") {
            return Err(CryptoError::Header);
        }
        for name in ["alg", "typ", "kid", "cty"] {
            if header.0.get(name).is_some_and(|value| !value.is_string()) {
                return Err(CryptoError::Header);
            }
        }
        header
            .text("alg")
            .filter(|alg| !alg.is_empty())
            .ok_or(CryptoError::Header)?;
        Ok(header)
    }
}

/// A token as received: nothing in it is to be believed.
#[derive(Clone)]
pub struct UnverifiedJws {
    token: String,
    signing_input: usize,
    header: JwsHeader,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl UnverifiedJws {
    /// Parses header.payload.signature of at most [`MAX_TOKEN`] bytes.
    pub fn parse(token: &str) -> Result<Self, CryptoError> {
        Self::parse_up_to(token, MAX_TOKEN)
    }

    /// As [`Self::parse`] with another limit, for the few kinds of token that are large (status lists).
    pub fn parse_up_to(token: &str, limit: usize) -> Result<Self, CryptoError> {
        if token.len() > limit {
            return Err(CryptoError::TooLarge);
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(CryptoError::Malformed);
        };
        Ok(Self {
            signing_input: header.len() + 1 + payload.len(),
            header: JwsHeader::parse(header)?,
            payload: base64url::decode(payload)?,
            signature: base64url::decode(signature)?,
            token: token.to_owned(),
        })
    }

    /// The header, to look up the key by; untrusted.
    pub fn header(&self) -> &JwsHeader {
        &self.header
    }

    /// The payload before anything was checked, to look up the key by (`iss`).
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// Checks the signature by exactly `algorithm`, which the header must name too.
    pub fn verify(self, key: &VerifyingKey, algorithm: Algorithm) -> Result<VerifiedJws, CryptoError> {
        if self.header.algorithm()? != algorithm {
            return Err(CryptoError::Algorithm);
        }
        let input = self
            .token
            .as_bytes()
            .get(..self.signing_input)
            .ok_or(CryptoError::Malformed)?;
        key.verify(algorithm, SignatureFormat::Fixed, input, &self.signature)?;
        Ok(VerifiedJws {
            header: self.header,
            payload: self.payload,
        })
    }

    /// As [`Self::verify`] with a JWK, whose `use`, `key_ops` and `alg` must allow it.
    pub fn verify_with_jwk(self, key: &Jwk, algorithm: Algorithm) -> Result<VerifiedJws, CryptoError> {
        let key = key.for_verifying(algorithm)?.clone();
        self.verify(&key, algorithm)
    }
}

/// A token whose signature was checked by a key of the caller's choice.
#[derive(Clone)]
pub struct VerifiedJws {
    header: JwsHeader,
    payload: Vec<u8>,
}

impl VerifiedJws {
    /// The header.
    pub fn header(&self) -> &JwsHeader {
        &self.header
    }

    /// The payload.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload as a JSON object without repeated members (a JWT's claims).
    pub fn claims(&self) -> Result<Map<String, Value>, CryptoError> {
        json::parse_object(&self.payload)
    }

    /// Refuses a token of another type (RFC 8725, 3.11); compared without regard to case (RFC 2045, 5.1).
    pub fn require_typ(&self, expected: &str) -> Result<(), CryptoError> {
        match self.header.typ() {
            Some(typ) if typ.eq_ignore_ascii_case(expected) => Ok(()),
            _ => Err(CryptoError::Header),
        }
    }
}

/// Signs `payload`; `alg` is set from the signer, and a header that names another is refused.
pub fn sign(
    signer: &dyn Signer,
    mut header: Map<String, Value>,
    payload: &[u8],
) -> Result<String, CryptoError> {
    let algorithm = Value::from(signer.algorithm().jose_name());
    if header.get("alg").is_some_and(|named| *named != algorithm) {
        return Err(CryptoError::Algorithm);
    }
    header.insert("alg".to_owned(), algorithm);
    let header = Value::Object(header).to_string();
    let input = format!(
        "{}.{}",
        base64url::encode(header.as_bytes()),
        base64url::encode(payload)
    );
    let signature = signer.sign(input.as_bytes())?;
    Ok(format!("{input}.{}", base64url::encode(&signature)))
}

/// Signs a JWT: `claims` under a header of type `typ` with the members of `header`.
pub fn sign_jwt(
    signer: &dyn Signer,
    typ: &str,
    mut header: Map<String, Value>,
    claims: &Map<String, Value>,
) -> Result<String, CryptoError> {
    header.insert("typ".to_owned(), typ.into());
    let payload = serde_json::to_vec(claims).map_err(|_| CryptoError::Malformed)?;
    sign(signer, header, &payload)
}

#[cfg(test)]
mod tests;
