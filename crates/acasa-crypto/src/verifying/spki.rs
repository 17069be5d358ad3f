//! SubjectPublicKeyInfo, read and written with the `der` family of crates.

use super::{Kind, VerifyingKey};
use crate::{CryptoError, Curve};
use p256::pkcs8::ObjectIdentifier;
use p256::pkcs8::der::asn1::{AnyRef, BitStringRef, UintRef};
use p256::pkcs8::der::{Decode as _, Encode as _, Reader as _, SliceReader, Tag};
use p256::pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

/// id-ecPublicKey (RFC 5480, 2.1.1).
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// id-Ed25519 (RFC 8410, 3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// rsaEncryption (RFC 3279, 2.3.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The named curves (RFC 5480, 2.1.1.1); explicit parameters are refused.
const CURVES: [(Curve, ObjectIdentifier); 3] = [
    (Curve::P256, ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7")),
    (Curve::P384, ObjectIdentifier::new_unwrap("1.3.132.0.34")),
    (Curve::P521, ObjectIdentifier::new_unwrap("1.3.132.0.35")),
];

pub(super) fn decode(der: &[u8]) -> Result<VerifyingKey, CryptoError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| CryptoError::Key)?;
    let bits = info.subject_public_key.as_bytes().ok_or(CryptoError::Key)?;
    match info.algorithm.oid {
        EC => {
            let named = info.algorithm.parameters_oid().map_err(|_| CryptoError::Key)?;
            let (curve, _) = CURVES
                .iter()
                .find(|(_, oid)| *oid == named)
                .ok_or(CryptoError::Key)?;
            VerifyingKey::from_sec1(*curve, bits)
        }
        ED25519 if info.algorithm.parameters.is_none() => VerifyingKey::from_ed25519(bits),
        RSA => decode_rsa(bits),
        _ => Err(CryptoError::Key),
    }
}

/// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } (RFC 8017, A.1.1).
fn decode_rsa(der: &[u8]) -> Result<VerifyingKey, CryptoError> {
    let numbers = || -> p256::pkcs8::der::Result<(Vec<u8>, Vec<u8>)> {
        let mut reader = SliceReader::new(der)?;
        let pair = reader.sequence(|inner| -> p256::pkcs8::der::Result<_> {
            let modulus = UintRef::decode(inner)?;
            let exponent = UintRef::decode(inner)?;
            Ok((modulus.as_bytes().to_vec(), exponent.as_bytes().to_vec()))
        })?;
        reader.finish()?;
        Ok(pair)
    };
    let (modulus, exponent) = numbers().map_err(|_| CryptoError::Key)?;
    VerifyingKey::from_rsa(&modulus, &exponent)
}

pub(super) fn encode(key: &VerifyingKey) -> Result<Vec<u8>, CryptoError> {
    let write = || -> p256::pkcs8::der::Result<Vec<u8>> {
        match &key.0 {
            Kind::Ec { curve, point } => {
                let named = &CURVES
                    .iter()
                    .find(|(known, _)| known == curve)
                    .expect("the table has each curve")
                    .1;
                info(EC, Some(AnyRef::from(named)), point)
            }
            Kind::Ed25519(bytes) => info(ED25519, None, bytes),
            Kind::Rsa { modulus, exponent } => {
                let mut body = UintRef::new(modulus)?.to_der()?;
                UintRef::new(exponent)?.encode_to_vec(&mut body)?;
                let numbers = AnyRef::new(Tag::Sequence, &body)?.to_der()?;
                info(RSA, Some(AnyRef::NULL), &numbers)
            }
        }
    };
    write().map_err(|_| CryptoError::Key)
}

fn info(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    bits: &[u8],
) -> p256::pkcs8::der::Result<Vec<u8>> {
    SubjectPublicKeyInfoRef {
        algorithm: AlgorithmIdentifierRef { oid, parameters },
        subject_public_key: BitStringRef::from_bytes(bits)?,
    }
    .to_der()
}
