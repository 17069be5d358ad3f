//! ECDSA: ring where it has the combination, the RustCrypto curves for the rest.

use crate::{Algorithm, CryptoError, Curve, Hash, SignatureFormat};
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_FIXED, UnparsedPublicKey, VerificationAlgorithm,
};

pub(super) fn verify(
    curve: Curve,
    point: &[u8],
    hash: Hash,
    format: SignatureFormat,
    message: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    let by_ring: &'static dyn VerificationAlgorithm = match (curve, hash, format) {
        (Curve::P256, Hash::Sha256, SignatureFormat::Fixed) => &ECDSA_P256_SHA256_FIXED,
        (Curve::P256, Hash::Sha256, SignatureFormat::Der) => &ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Hash::Sha384, SignatureFormat::Der) => &ECDSA_P256_SHA384_ASN1,
        (Curve::P384, Hash::Sha384, SignatureFormat::Fixed) => &ECDSA_P384_SHA384_FIXED,
        (Curve::P384, Hash::Sha384, SignatureFormat::Der) => &ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Hash::Sha256, SignatureFormat::Der) => &ECDSA_P384_SHA256_ASN1,
        (Curve::P256, _, _) => return verify_p256(point, &hash.digest(message), format, signature),
        (Curve::P521, _, _) => return verify_p521(point, &hash.digest(message), format, signature),
        (Curve::P384, _, _) => return Err(CryptoError::Algorithm),
    };
    UnparsedPublicKey::new(by_ring, point)
        .verify(message, signature)
        .map_err(|_| CryptoError::Signature)
}

/// Rewrites r ‖ s as an ASN.1 sequence; signatures that are not ECDSA pass unchanged.
pub(crate) fn fixed_to_der(algorithm: Algorithm, signature: &[u8]) -> Result<Vec<u8>, CryptoError> {
    match algorithm {
        Algorithm::Es256 => p256::ecdsa::Signature::from_slice(signature)
            .map(|signature| signature.to_der().as_bytes().to_vec())
            .map_err(|_| CryptoError::Signature),
        Algorithm::Es512 => p521::ecdsa::Signature::from_slice(signature)
            .map(|signature| signature.to_der().as_bytes().to_vec())
            .map_err(|_| CryptoError::Signature),
        Algorithm::Es384 => Err(CryptoError::Algorithm),
        Algorithm::EdDsa
        | Algorithm::Rs256
        | Algorithm::Rs384
        | Algorithm::Rs512
        | Algorithm::Ps256
        | Algorithm::Ps384
        | Algorithm::Ps512 => Ok(signature.to_vec()),
    }
}

/// The point as 04 ‖ x ‖ y, checked to be on the curve where a curve's arithmetic is at hand.
pub(super) fn uncompressed(curve: Curve, bytes: &[u8]) -> Result<Vec<u8>, CryptoError> {
    match curve {
        Curve::P256 => p256::PublicKey::from_sec1_bytes(bytes)
            .map(|key| key.to_sec1_point(false).as_bytes().to_vec())
            .map_err(|_| CryptoError::Key),
        Curve::P521 => p521::PublicKey::from_sec1_bytes(bytes)
            .map(|key| key.to_sec1_point(false).as_bytes().to_vec())
            .map_err(|_| CryptoError::Key),
        Curve::P384 => {
            let uncompressed = bytes.first() == Some(&4) && bytes.len() == 1 + 2 * curve.field_length();
            if uncompressed {
                Ok(bytes.to_vec())
            } else {
                Err(CryptoError::Key)
            }
        }
    }
}

fn verify_p256(
    point: &[u8],
    digest: &[u8],
    format: SignatureFormat,
    signature: &[u8],
) -> Result<(), CryptoError> {
    let signature = match format {
        SignatureFormat::Fixed => p256::ecdsa::Signature::from_slice(signature),
        SignatureFormat::Der => p256::ecdsa::Signature::from_der(signature),
    }
    .map_err(|_| CryptoError::Signature)?;
    p256::ecdsa::VerifyingKey::from_sec1_bytes(point)
        .map_err(|_| CryptoError::Key)?
        .verify_prehash(digest, &signature)
        .map_err(|_| CryptoError::Signature)
}

fn verify_p521(
    point: &[u8],
    digest: &[u8],
    format: SignatureFormat,
    signature: &[u8],
) -> Result<(), CryptoError> {
    let signature = match format {
        SignatureFormat::Fixed => p521::ecdsa::Signature::from_slice(signature),
        SignatureFormat::Der => p521::ecdsa::Signature::from_der(signature),
    }
    .map_err(|_| CryptoError::Signature)?;
    p521::ecdsa::VerifyingKey::from_sec1_bytes(point)
        .map_err(|_| CryptoError::Key)?
        .verify_prehash(digest, &signature)
        .map_err(|_| CryptoError::Signature)
}
