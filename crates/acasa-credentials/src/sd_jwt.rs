//! SD-JWT VC: selective disclosure for JWTs (RFC 9901) and the credential type built on it.
//!
//! [`UnverifiedSdJwt`] is what arrived; [`UnverifiedSdJwt::verify`] turns it into a [`VerifiedSdJwt`],
//! whose contents are exactly what the issuer signed and the holder disclosed. Which key may sign for
//! an issuer is decided elsewhere (trust), and so is what a status or an old key binding means (verdict).

mod claims;
mod disclosure;
mod error;
#[cfg(feature = "issuing")]
mod issue;
mod key_binding;
mod path;
mod present;
mod process;
mod serialization;

pub use claims::{Validity, numeric_date};
pub use error::SdJwtError;
#[cfg(feature = "issuing")]
pub use issue::{SdJwtIssuance, make_sd_jwt};
pub use key_binding::KeyBinding;
pub use path::{ClaimPath, PathSegment};
pub use present::KeyBindingRequest;

use crate::status::StatusPlace;
use acasa_crypto::jose::{JwsHeader, UnverifiedJws};
use acasa_crypto::{Algorithm, Hash, Jwk, VerifyingKey, json};
use disclosure::Disclosure;
use serde_json::{Map, Value};

/// Longest presentation that is read, in bytes.
pub const MAX_LENGTH: usize = 2 * 1024 * 1024;
/// Most disclosures that are read; the fullest document has under a hundred.
pub const MAX_DISCLOSURES: usize = 512;
/// Deepest nesting of the contents, disclosures put in place.
pub const MAX_DEPTH: usize = 32;

/// An SD-JWT, with or without key binding, of which nothing was checked.
#[derive(Clone)]
pub struct UnverifiedSdJwt {
    issuer_jwt: String,
    jws: UnverifiedJws,
    disclosures: Vec<Disclosure>,
    key_binding: Option<String>,
}

impl UnverifiedSdJwt {
    /// Parses the compact form `<issuer JWT>~<disclosure>~…~[<key binding JWT>]` (RFC 9901, 4).
    pub fn parse(text: &str) -> Result<Self, SdJwtError> {
        serialization::parse_compact(text)
    }

    /// Parses the JWS JSON serialization, flattened or general (RFC 9901, 8).
    ///
    /// In the general form the first signature counts: it is the one key binding refers to.
    pub fn parse_json(text: &str) -> Result<Self, SdJwtError> {
        serialization::parse_json(text)
    }

    /// The issuer's header, to find the key by; untrusted.
    pub fn header(&self) -> &JwsHeader {
        self.jws.header()
    }

    /// The issuer's claims before anything was checked, to find the key by; untrusted.
    pub fn unverified_claims(&self) -> Result<Map<String, Value>, SdJwtError> {
        json::parse_object(self.jws.unverified_payload()).map_err(|_| SdJwtError::Malformed)
    }

    /// Checks the issuer's signature by `key` and `algorithm` and puts the disclosures in place.
    pub fn verify(&self, key: &VerifyingKey, algorithm: Algorithm) -> Result<VerifiedSdJwt, SdJwtError> {
        let jws = self
            .jws
            .clone()
            .verify(key, algorithm)
            .map_err(SdJwtError::IssuerSignature)?;
        let payload = jws.claims().map_err(|_| SdJwtError::Malformed)?;
        let processed = process::process(&payload, &self.disclosures)?;
        Ok(VerifiedSdJwt {
            header: jws.header().clone(),
            payload,
            contents: processed.contents,
            hash: processed.hash,
            bound_text: self.text_without_key_binding(),
            key_binding: self.key_binding.clone(),
        })
    }

    /// As [`Self::verify`], with the key and algorithm that `resolve` finds for header and claims.
    pub fn verify_with<E: From<SdJwtError>>(
        &self,
        resolve: impl FnOnce(&JwsHeader, &Map<String, Value>) -> Result<(VerifyingKey, Algorithm), E>,
    ) -> Result<VerifiedSdJwt, E> {
        let (key, algorithm) = resolve(self.header(), &self.unverified_claims()?)?;
        Ok(self.verify(&key, algorithm)?)
    }

    /// Everything up to and including the last `~`: what key binding hashes (RFC 9901, 4.3.1).
    fn text_without_key_binding(&self) -> String {
        let encoded = self.disclosures.iter().map(Disclosure::encoded);
        std::iter::once(self.issuer_jwt.as_str())
            .chain(encoded)
            .flat_map(|part| [part, "~"])
            .collect()
    }
}

/// An SD-JWT whose issuer signature and disclosures were checked.
///
/// Not checked yet: [validity](Self::check_validity), [type](Self::check_credential),
/// [key binding](Self::key_binding) and [status](Self::status).
#[derive(Clone)]
pub struct VerifiedSdJwt {
    header: JwsHeader,
    payload: Map<String, Value>,
    contents: Map<String, Value>,
    hash: Hash,
    bound_text: String,
    key_binding: Option<String>,
}

impl VerifiedSdJwt {
    /// The issuer's header.
    pub fn header(&self) -> &JwsHeader {
        &self.header
    }

    /// The claims as signed, with digests in place of what could be concealed.
    pub fn payload(&self) -> &Map<String, Value> {
        &self.payload
    }

    /// The claims as disclosed, free of `_sd`, `...` and `_sd_alg` (RFC 9901, 7.1).
    pub fn contents(&self) -> &Map<String, Value> {
        &self.contents
    }

    /// The credential's type, `vct`.
    pub fn vct(&self) -> Option<&str> {
        self.contents.get("vct").and_then(Value::as_str)
    }

    /// The issuer's identifier, `iss`, if it names itself.
    pub fn issuer(&self) -> Option<&str> {
        self.contents.get("iss").and_then(Value::as_str)
    }

    /// Whether a key binding JWT came along.
    pub fn has_key_binding(&self) -> bool {
        self.key_binding.is_some()
    }

    /// The holder's key in `cnf`, if the credential is bound to one (RFC 7800, 3.2).
    pub fn holder_key(&self) -> Result<Option<Jwk>, SdJwtError> {
        claims::holder_key(&self.contents)
    }

    /// The place of this credential in a status list, if it has one.
    pub fn status(&self) -> Result<Option<StatusPlace>, SdJwtError> {
        claims::status(&self.contents)
    }

    /// `nbf` and `exp`, seconds since 1970.
    pub fn validity(&self) -> Result<Validity, SdJwtError> {
        Validity::read(&self.contents)
    }

    /// Refuses a credential before `nbf` or at or after `exp`, give or take `skew` seconds.
    pub fn check_validity(&self, now: i64, skew: i64) -> Result<(), SdJwtError> {
        self.validity()?.check(now, skew)
    }

    /// Checks what makes an SD-JWT a credential: its `typ`, a `vct`, and no claim concealed that must not be.
    pub fn check_credential(&self) -> Result<(), SdJwtError> {
        claims::check_credential(&self.header, &self.payload, &self.contents)
    }

    /// Checks the key binding JWT's type, key, signature and `sd_hash`, and hands out the rest.
    pub fn key_binding(&self) -> Result<KeyBinding, SdJwtError> {
        let jwt = self.key_binding.as_deref().ok_or(SdJwtError::KeyBindingAbsent)?;
        let key = self.holder_key()?.ok_or(SdJwtError::HolderKey)?;
        key_binding::verify(jwt, &key, self.hash, &self.bound_text)
    }
}

#[cfg(test)]
mod tests;
