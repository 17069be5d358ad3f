//! COSE_Sign1 and COSE_Mac0 (RFC 9052) with the header parameters of RFC 9360.
//!
//! Reading keeps the protected header's own bytes, because they are what was signed. Strictness:
//! the algorithm is read from the protected header alone, a label may stand in one header only
//! (RFC 9052, 3), and `crit` is refused, since no critical extension is understood here. Text labels
//! of the unprotected header are private and mean nothing here; in the protected one they are refused.

#[cfg(feature = "issuing")]
mod to_be_signed;

#[cfg(feature = "issuing")]
pub use to_be_signed::ToBeSigned;

use crate::cbor::{self, CborError, Item};
use acasa_crypto::{Algorithm, CryptoError, Hash, SignatureFormat, Signer, VerifyingKey, mac};
use ciborium::Value;
use coset::{MacContext, ProtectedHeader, SignatureContext};

/// Header parameter `typ` (RFC 9596).
pub const HEADER_TYP: i64 = 16;
const TAG_SIGN1: u64 = 18;
const TAG_MAC0: u64 = 17;
const HEADER_ALG: i64 = 1;
const HEADER_CRIT: i64 = 2;
const HEADER_X5CHAIN: i64 = 33;
const HEADER_X5T: i64 = 34;
/// SHA-256 as a COSE hash algorithm (RFC 9054, 2.1).
const HASH_SHA256: i64 = -16;
/// SHA-256 cut to 8 bytes (RFC 9054, 2.1): enough to tell certificates apart, not to trust one by.
const HASH_SHA256_64: i64 = -15;
/// Algorithms that name their curve (RFC 9864, 2), each with the one that leaves it to the key.
const FULLY_SPECIFIED: [(i64, Algorithm); 4] = [
    (-9, Algorithm::Es256),
    (-51, Algorithm::Es384),
    (-52, Algorithm::Es512),
    (-19, Algorithm::EdDsa),
];
/// Signature algorithms others may use and this program cannot verify: ES256K (RFC 8812), ML-DSA
/// (RFC 9881), HSS-LMS (RFC 8778), Ed448 and the Brainpool curves (RFC 9864). Any other number is
/// no signature algorithm at all.
const UNSUPPORTED: [i64; 10] = [-46, -47, -48, -49, -50, -53, -265, -266, -267, -268];
/// HMAC 256/256 (RFC 9053, 3.1).
const HMAC_256_256: i64 = 5;
/// More certificates than any chain here has.
const MAX_CHAIN: usize = 8;

/// Why a COSE message is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoseError {
    /// Not CBOR, or not acceptable CBOR.
    #[error("not acceptable CBOR: {0}")]
    Cbor(#[from] CborError),
    /// Not the structure of RFC 9052.
    #[error("not a COSE message: {0}")]
    Structure(&'static str),
    /// An algorithm that is none, or does not fit the key.
    #[error("the algorithm does not fit the key, or is none")]
    Algorithm,
    /// A signature algorithm that this program cannot verify.
    #[error("the algorithm is not supported")]
    Unsupported,
    /// The signature or tag does not match.
    #[error("the signature or tag does not match")]
    Mismatch,
    /// The signing key refused.
    #[error("the key did not sign")]
    Signing(#[source] CryptoError),
}

impl CoseError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Cbor(error) => error.code(),
            Self::Structure(_) => "cose_structure",
            Self::Algorithm => "cose_algorithm",
            Self::Unsupported => "cose_unsupported",
            Self::Mismatch => "cose_mismatch",
            Self::Signing(_) => "cose_signing",
        }
    }
}

/// The headers of a message: the protected bytes as read, and every parameter by its label.
#[derive(Clone)]
pub struct Headers {
    protected: Vec<u8>,
    protected_values: Vec<(i64, Value)>,
    unprotected_values: Vec<(i64, Value)>,
    unprotected_count: usize,
    algorithm: i64,
}

impl Headers {
    fn read(protected: &Item<'_>, unprotected: &Item<'_>) -> Result<Self, CoseError> {
        let bytes = protected
            .as_bytes()
            .ok_or(CoseError::Structure("protected header"))?;
        // An empty map is written as an empty string (RFC 9052, 3).
        let protected_values = if bytes.is_empty() {
            Vec::new()
        } else {
            parameters(&cbor::read(bytes)?, true)?
        };
        let unprotected_values = parameters(unprotected, false)?;
        let twice = unprotected_values
            .iter()
            .any(|(label, _)| protected_values.iter().any(|(other, _)| other == label));
        if twice {
            return Err(CoseError::Structure("a label in both headers"));
        }
        let all = || protected_values.iter().chain(&unprotected_values);
        if all().any(|(label, _)| *label == HEADER_CRIT) {
            return Err(CoseError::Structure("crit"));
        }
        let algorithm = protected_values
            .iter()
            .find(|(label, _)| *label == HEADER_ALG)
            .and_then(|(_, value)| value.as_integer())
            .and_then(|value| i64::try_from(value).ok())
            .ok_or(CoseError::Structure("alg"))?;
        Ok(Self {
            protected: bytes.to_vec(),
            protected_values,
            unprotected_values,
            unprotected_count: unprotected.as_map().map_or(0, <[_]>::len),
            algorithm,
        })
    }

    /// The COSE algorithm identifier.
    pub const fn algorithm(&self) -> i64 {
        self.algorithm
    }

    /// A protected parameter.
    pub fn protected(&self, label: i64) -> Option<&Value> {
        find(&self.protected_values, label)
    }

    /// A parameter of either header.
    pub fn parameter(&self, label: i64) -> Option<&Value> {
        self.protected(label)
            .or_else(|| find(&self.unprotected_values, label))
    }

    /// How many parameters the protected header has, for formats that admit only some.
    pub const fn protected_count(&self) -> usize {
        self.protected_values.len()
    }

    /// How many parameters the unprotected header has, for formats that admit only some.
    pub const fn unprotected_count(&self) -> usize {
        self.unprotected_count
    }

    /// The certificates of `x5chain`, leaf first, in DER; empty where there is none (RFC 9360, 2).
    pub fn x5chain(&self) -> Result<Vec<Vec<u8>>, CoseError> {
        let malformed = CoseError::Structure("x5chain");
        match self.parameter(HEADER_X5CHAIN) {
            None => Ok(Vec::new()),
            Some(Value::Bytes(certificate)) => Ok(vec![certificate.clone()]),
            // One certificate is a byte string; an array has two or more, but encoders differ.
            Some(Value::Array(chain)) if !chain.is_empty() && chain.len() <= MAX_CHAIN => chain
                .iter()
                .map(|value| value.as_bytes().cloned().ok_or(malformed))
                .collect(),
            Some(_) => Err(malformed),
        }
    }

    /// The SHA-256 thumbprint of `x5t` (RFC 9360, 2).
    pub fn x5t(&self) -> Result<Option<[u8; 32]>, CoseError> {
        let Some(value) = self.parameter(HEADER_X5T) else {
            return Ok(None);
        };
        let malformed = CoseError::Structure("x5t");
        let Some([algorithm, hash]) = value.as_array().map(Vec::as_slice) else {
            return Err(malformed);
        };
        if algorithm.as_integer() != Some(HASH_SHA256.into()) {
            return Err(CoseError::Unsupported);
        }
        let hash = hash
            .as_bytes()
            .and_then(|hash| <[u8; 32]>::try_from(hash.as_slice()).ok());
        hash.map(Some).ok_or(malformed)
    }

    /// Whether `x5t` is a certificate's thumbprint; `None` where there is none, or by another hash.
    pub fn x5t_matches(&self, sha256: &[u8; 32]) -> Result<Option<bool>, CoseError> {
        let Some(value) = self.parameter(HEADER_X5T) else {
            return Ok(None);
        };
        let malformed = CoseError::Structure("x5t");
        let Some([Value::Integer(algorithm), Value::Bytes(hash)]) = value.as_array().map(Vec::as_slice)
        else {
            return Err(malformed);
        };
        let length = match i64::try_from(*algorithm) {
            Ok(HASH_SHA256) => 32,
            Ok(HASH_SHA256_64) => 8,
            Ok(_) | Err(_) => return Ok(None),
        };
        Ok(Some(sha256.get(..length) == Some(hash.as_slice())))
    }

    fn for_structure(&self) -> ProtectedHeader {
        ProtectedHeader {
            original_data: Some(self.protected.clone()),
            header: coset::Header::default(),
        }
    }
}

/// A COSE_Sign1 message, tagged or not.
#[derive(Clone)]
pub struct Sign1 {
    headers: Headers,
    payload: Option<Vec<u8>>,
    signature: Vec<u8>,
}

impl Sign1 {
    /// Reads one message and nothing after it.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, CoseError> {
        Self::read(&cbor::read(bytes)?)
    }

    /// Reads a message that stands inside another structure.
    pub fn read(item: &Item<'_>) -> Result<Self, CoseError> {
        let (headers, payload, signature) = read_parts(item, TAG_SIGN1)?;
        Ok(Self {
            headers,
            payload,
            signature,
        })
    }

    /// Its headers.
    pub const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Its payload, where it is attached.
    pub fn payload(&self) -> Option<&[u8]> {
        self.payload.as_deref()
    }

    /// Verifies the signature over the payload, attached or detached but not both.
    pub fn verify(&self, key: &VerifyingKey, detached: Option<&[u8]>, aad: &[u8]) -> Result<(), CoseError> {
        let payload = one_payload(self.payload.as_deref(), detached)?;
        let algorithm = signature_algorithm(self.headers.algorithm)?;
        let signed = coset::sig_structure_data(
            SignatureContext::CoseSign1,
            self.headers.for_structure(),
            None,
            aad,
            payload,
        );
        key.verify(algorithm, SignatureFormat::Fixed, &signed, &self.signature)
            .map_err(|error| {
                let is_unfit = matches!(error, CryptoError::Algorithm | CryptoError::Key);
                if is_unfit {
                    CoseError::Algorithm
                } else {
                    CoseError::Mismatch
                }
            })
    }

    /// The message as an untagged array, with another unprotected header: the signature does not cover it.
    pub fn encode_with_unprotected(&self, unprotected: &[(i64, Value)]) -> Vec<u8> {
        encode_sign1(
            &self.headers.protected,
            unprotected,
            self.payload.as_deref(),
            &self.signature,
        )
    }
}

/// What to sign and how it is labelled.
#[derive(Clone, Copy)]
pub struct Unsigned<'a> {
    /// Parameters of the protected header besides the algorithm, in deterministic order.
    pub protected: &'a [(i64, Value)],
    /// Parameters of the unprotected header, in deterministic order.
    pub unprotected: &'a [(i64, Value)],
    /// What is signed.
    pub payload: &'a [u8],
    /// Whether the payload travels apart from the signature.
    pub detached: bool,
}

/// Signs, as an untagged COSE_Sign1.
pub fn sign1(unsigned: Unsigned<'_>, signer: &dyn Signer) -> Result<Vec<u8>, CoseError> {
    let mut parameters = vec![(HEADER_ALG, Value::from(signer.algorithm().cose_id()))];
    parameters.extend(unsigned.protected.iter().cloned());
    let protected = cbor::encode(&label_map(&parameters));
    let header = ProtectedHeader {
        original_data: Some(protected.clone()),
        header: coset::Header::default(),
    };
    let structure =
        coset::sig_structure_data(SignatureContext::CoseSign1, header, None, &[], unsigned.payload);
    let signature = signer.sign(&structure).map_err(CoseError::Signing)?;
    let payload = (!unsigned.detached).then_some(unsigned.payload);
    Ok(encode_sign1(
        &protected,
        unsigned.unprotected,
        payload,
        &signature,
    ))
}

/// The unprotected `x5chain` parameter for certificates in DER, leaf first.
pub fn x5chain_parameter(chain: &[Vec<u8>]) -> (i64, Value) {
    let value = match chain {
        [only] => Value::Bytes(only.clone()),
        more => Value::Array(more.iter().cloned().map(Value::Bytes).collect()),
    };
    (HEADER_X5CHAIN, value)
}

/// The unprotected `x5t` parameter for a SHA-256 thumbprint.
pub fn x5t_parameter(sha256: &[u8; 32]) -> (i64, Value) {
    (
        HEADER_X5T,
        Value::Array(vec![Value::from(HASH_SHA256), Value::Bytes(sha256.to_vec())]),
    )
}

/// A COSE_Mac0 message, tagged or not.
#[derive(Clone)]
pub struct Mac0 {
    headers: Headers,
    payload: Option<Vec<u8>>,
    tag: Vec<u8>,
}

impl Mac0 {
    /// Reads one message and nothing after it.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, CoseError> {
        Self::read(&cbor::read(bytes)?)
    }

    /// Reads a message that stands inside another structure.
    pub fn read(item: &Item<'_>) -> Result<Self, CoseError> {
        let (headers, payload, tag) = read_parts(item, TAG_MAC0)?;
        Ok(Self {
            headers,
            payload,
            tag,
        })
    }

    /// Its headers.
    pub const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Verifies the tag by HMAC 256/256, the one MAC of ISO/IEC 18013-5, 9.1.3.5.
    pub fn verify(&self, key: &[u8], detached: Option<&[u8]>, aad: &[u8]) -> Result<(), CoseError> {
        let payload = one_payload(self.payload.as_deref(), detached)?;
        if self.headers.algorithm != HMAC_256_256 {
            return Err(CoseError::Algorithm);
        }
        let tagged =
            coset::mac_structure_data(MacContext::CoseMac0, self.headers.for_structure(), aad, payload);
        mac::verify(Hash::Sha256, key, &tagged, &self.tag).map_err(|_| CoseError::Mismatch)
    }
}

fn signature_algorithm(id: i64) -> Result<Algorithm, CoseError> {
    if UNSUPPORTED.contains(&id) {
        return Err(CoseError::Unsupported);
    }
    FULLY_SPECIFIED
        .iter()
        .find(|(specified, _)| *specified == id)
        .map(|(_, algorithm)| *algorithm)
        .or_else(|| Algorithm::from_cose_id(id).ok())
        .ok_or(CoseError::Algorithm)
}

fn one_payload<'a>(attached: Option<&'a [u8]>, detached: Option<&'a [u8]>) -> Result<&'a [u8], CoseError> {
    match (attached, detached) {
        (Some(payload), None) | (None, Some(payload)) => Ok(payload),
        (Some(_), Some(_)) => Err(CoseError::Structure("payload attached, expected detached")),
        (None, None) => Err(CoseError::Structure("payload detached, expected attached")),
    }
}

type Parts = (Headers, Option<Vec<u8>>, Vec<u8>);

fn read_parts(item: &Item<'_>, tag: u64) -> Result<Parts, CoseError> {
    let message = item.tagged(tag).unwrap_or(item);
    let Some([protected, unprotected, payload, proof]) = message.as_array() else {
        return Err(CoseError::Structure("array of four"));
    };
    let headers = Headers::read(protected, unprotected)?;
    let payload = if payload.is_null() {
        None
    } else {
        Some(
            payload
                .as_bytes()
                .ok_or(CoseError::Structure("payload"))?
                .to_vec(),
        )
    };
    let proof = proof
        .as_bytes()
        .ok_or(CoseError::Structure("signature or tag"))?
        .to_vec();
    Ok((headers, payload, proof))
}

/// Parameters with integer labels; what is protected must be understood, the rest may be passed over.
fn parameters(item: &Item<'_>, is_protected: bool) -> Result<Vec<(i64, Value)>, CoseError> {
    let entries = item.as_map().ok_or(CoseError::Structure("header map"))?;
    let mut known = Vec::new();
    for (label, value) in entries {
        match label.as_i64() {
            Some(label) => known.push((label, value.to_value())),
            None if is_protected || label.as_text().is_none() => {
                return Err(CoseError::Structure("header label"));
            }
            None => {}
        }
    }
    Ok(known)
}

fn find(parameters: &[(i64, Value)], label: i64) -> Option<&Value> {
    parameters
        .iter()
        .find(|(found, _)| *found == label)
        .map(|(_, value)| value)
}

fn label_map(parameters: &[(i64, Value)]) -> Value {
    Value::Map(
        parameters
            .iter()
            .map(|(label, value)| (Value::from(*label), value.clone()))
            .collect(),
    )
}

fn encode_sign1(
    protected: &[u8],
    unprotected: &[(i64, Value)],
    payload: Option<&[u8]>,
    signature: &[u8],
) -> Vec<u8> {
    cbor::encode(&Value::Array(vec![
        Value::Bytes(protected.to_vec()),
        label_map(unprotected),
        payload.map_or(Value::Null, |payload| Value::Bytes(payload.to_vec())),
        Value::Bytes(signature.to_vec()),
    ]))
}
