//! The verifier's challenge `MD1C:`: a nonce, who asks, for what and why (`docs/formats/smart-qr.md`).
//!
//! An unsigned challenge comes from an "unknown verifier"; the intent to keep what is shown needs a
//! signed one.

use crate::cbor::{self, CborError, Item};
use crate::cose::{self, Sign1, Unsigned};
use crate::trust::Certificate;
use acasa_crypto::digest::sha256;
use acasa_crypto::{CryptoError, Signer, random};
use ciborium::Value;

/// What the text of a challenge begins with.
pub const PREFIX: &str = "MD1C:";
const NONCE: std::ops::RangeInclusive<usize> = 16..=64;
const MAX_TEXT: usize = 4096;
const MAX_ASKED: usize = 64;
/// Longest element name, verifier name or purpose, in bytes.
const MAX_WORDS: usize = 256;

/// Why a text is not a challenge, or a challenge was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// It does not begin with `MD1C:`.
    #[error("not a challenge")]
    Prefix,
    /// Not base45 (RFC 9285).
    #[error("not base45")]
    Base45,
    /// Longer than any challenge.
    #[error("longer than any challenge")]
    Size,
    /// Not deterministic CBOR.
    #[error("not deterministic CBOR: {0}")]
    Cbor(#[from] CborError),
    /// Not the structure of the format, at the named place.
    #[error("not as the format has it: {0}")]
    Structure(&'static str),
    /// A version this program does not know.
    #[error("a newer version of the format")]
    Version,
    /// The signature does not match the certificate that came with it.
    #[error("the signature does not match")]
    Signature,
    /// The wish to keep what is shown, unsigned.
    #[error("keeping what is shown needs a signed challenge")]
    UnsignedRetention,
    /// The key refused, or there is no randomness.
    #[error("the key did not sign, or there is no randomness")]
    Crypto(#[from] CryptoError),
}

impl ChallengeError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Prefix => "challenge_prefix",
            Self::Base45 => "challenge_base45",
            Self::Size => "challenge_size",
            Self::Cbor(error) => error.code(),
            Self::Structure(_) => "challenge_structure",
            Self::Version => "challenge_version",
            Self::Signature => "challenge_signature",
            Self::UnsignedRetention => "challenge_unsigned_retention",
            Self::Crypto(error) => error.code(),
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::Crypto(error) if error.retryable())
    }
}

/// An element that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its name, with or without `namespace/` before it.
    pub element: String,
    /// Whether the verifier means to keep it.
    pub retain: bool,
}

/// What a verifier asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// The verifier's name, a claim where the challenge is unsigned.
    pub verifier: Option<String>,
    /// The elements.
    pub asked: Vec<Asked>,
    /// Why.
    pub purpose: Option<String>,
}

/// A challenge whose form was checked, and its signature where it has one.
///
/// Whose certificate signed it is for the trust store to say.
#[derive(Clone)]
pub struct Challenge {
    cbor: Vec<u8>,
    question: Question,
    signer: Option<Certificate>,
}

impl Challenge {
    /// Draws a nonce and makes an unsigned challenge.
    pub fn make(question: &Question) -> Result<Self, ChallengeError> {
        Self::from_nonce(&random::make_bytes::<16>()?, question, None)
    }

    /// Draws a nonce and makes a challenge signed by an access certificate.
    pub fn make_signed(
        question: &Question,
        signer: &dyn Signer,
        certificate: &Certificate,
    ) -> Result<Self, ChallengeError> {
        Self::from_nonce(
            &random::make_bytes::<16>()?,
            question,
            Some((signer, certificate)),
        )
    }

    /// A challenge with a nonce of the caller's, for reproducible examples.
    pub fn from_nonce(
        nonce: &[u8],
        question: &Question,
        signer: Option<(&dyn Signer, &Certificate)>,
    ) -> Result<Self, ChallengeError> {
        let body = encode_body(nonce, question);
        let signature = match signer {
            None => cbor::encode(&Value::Null),
            Some((key, certificate)) => {
                let parameter = [cose::x5chain_parameter(&[certificate.as_der().to_vec()])];
                let unsigned = Unsigned {
                    protected: &[],
                    unprotected: &parameter,
                    payload: &body,
                    detached: true,
                };
                cose::sign1(unsigned, key).map_err(|_| ChallengeError::Signature)?
            }
        };
        Self::from_cbor(&cbor::encode_array(&[
            &cbor::encode(&Value::from(1)),
            &body,
            &signature,
        ]))
    }

    /// Reads the text of a code.
    pub fn from_text(text: &str) -> Result<Self, ChallengeError> {
        if text.len() > MAX_TEXT {
            return Err(ChallengeError::Size);
        }
        let body = text.strip_prefix(PREFIX).ok_or(ChallengeError::Prefix)?;
        Self::from_cbor(&base45::decode(body).map_err(|_| ChallengeError::Base45)?)
    }

    fn from_cbor(bytes: &[u8]) -> Result<Self, ChallengeError> {
        let item = cbor::read_deterministic(bytes)?;
        let Some([version, body, signature]) = item.as_array() else {
            return Err(ChallengeError::Structure("array of three"));
        };
        if version.as_u64() != Some(1) {
            return Err(ChallengeError::Version);
        }
        let question = read_body(body)?;
        let signer = if signature.is_null() {
            None
        } else {
            Some(check_signature(signature, body)?)
        };
        if signer.is_none() && question.asked.iter().any(|asked| asked.retain) {
            return Err(ChallengeError::UnsignedRetention);
        }
        Ok(Self {
            cbor: bytes.to_vec(),
            question,
            signer,
        })
    }

    /// The text of the code.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", base45::encode(&self.cbor))
    }

    /// What a proof that answers it carries: the SHA-256 of its CBOR.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&self.cbor)
    }

    /// What is asked.
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// The certificate whose key signed it, where it is signed.
    pub const fn signer(&self) -> Option<&Certificate> {
        self.signer.as_ref()
    }
}

/// `Body = [nonce, verifier / null, [* [element, retain]], purpose / null]`.
fn encode_body(nonce: &[u8], question: &Question) -> Vec<u8> {
    let words = |words: &Option<String>| words.as_deref().map_or(Value::Null, Value::from);
    let asked = question.asked.iter().map(|asked| {
        Value::Array(vec![
            Value::from(asked.element.as_str()),
            Value::Bool(asked.retain),
        ])
    });
    cbor::encode(&Value::Array(vec![
        Value::Bytes(nonce.to_vec()),
        words(&question.verifier),
        Value::Array(asked.collect()),
        words(&question.purpose),
    ]))
}

fn read_body(body: &Item<'_>) -> Result<Question, ChallengeError> {
    let structure = ChallengeError::Structure("Body");
    let Some([nonce, verifier, asked, purpose]) = body.as_array() else {
        return Err(structure);
    };
    if nonce.as_bytes().is_none_or(|nonce| !NONCE.contains(&nonce.len())) {
        return Err(ChallengeError::Structure("nonce"));
    }
    let asked = asked
        .as_array()
        .filter(|asked| asked.len() <= MAX_ASKED)
        .ok_or(structure)?;
    let asked = asked.iter().map(|asked| {
        let Some([element, retain]) = asked.as_array() else {
            return Err(structure);
        };
        let element = words(element)?
            .filter(|element| !element.is_empty())
            .ok_or(structure)?;
        let cbor::Kind::Bool(retain) = *retain.kind() else {
            return Err(structure);
        };
        Ok(Asked { element, retain })
    });
    let asked = asked.collect::<Result<Vec<_>, _>>()?;
    Ok(Question {
        verifier: words(verifier)?,
        asked,
        purpose: words(purpose)?,
    })
}

/// Text for a screen, or null: bounded, and without control characters.
fn words(item: &Item<'_>) -> Result<Option<String>, ChallengeError> {
    if item.is_null() {
        return Ok(None);
    }
    let is_plain = |text: &&str| text.len() <= MAX_WORDS && !text.chars().any(char::is_control);
    let text = item
        .as_text()
        .filter(is_plain)
        .ok_or(ChallengeError::Structure("words"))?;
    Ok(Some(text.to_owned()))
}

fn check_signature(signature: &Item<'_>, body: &Item<'_>) -> Result<Certificate, ChallengeError> {
    let structure = ChallengeError::Structure("signature");
    let message = Sign1::read(signature).map_err(|_| structure)?;
    let chain = message.headers().x5chain().map_err(|_| structure)?;
    let certificate = Certificate::from_der(chain.first().ok_or(structure)?).map_err(|_| structure)?;
    message
        .verify(certificate.key(), Some(body.raw()), &[])
        .map_err(|_| ChallengeError::Signature)?;
    Ok(certificate)
}

#[cfg(test)]
mod tests;
