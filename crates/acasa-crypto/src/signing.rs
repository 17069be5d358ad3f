//! Private keys held in software, and the port that keys held elsewhere implement too.

use crate::{Algorithm, CryptoError, Curve, Jwk, SecretBytes, VerifyingKey, random};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use zeroize::Zeroizing;

/// Something that signs: a key in software, a platform keystore or a token behind PKCS#11.
pub trait Signer: Send + Sync {
    /// The one algorithm this key signs by.
    fn algorithm(&self) -> Algorithm;

    /// The public half.
    fn public_key(&self) -> VerifyingKey;

    /// Signs `message`, in the form JOSE and COSE use (r ‖ s for ECDSA).
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// Signs `message`, in the form X.509 uses (an ASN.1 sequence for ECDSA).
    fn sign_der(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        crate::verifying::ecdsa_to_der(self.algorithm(), &self.sign(message)?)
    }
}

/// An ES256 key.
///
/// The scalar lives in memory that is wiped on drop; ring's own key is made for each signature
/// and dropped with it, because ring does not wipe.
pub struct SigningKey {
    secret: p256::SecretKey,
}

impl SigningKey {
    /// Draws a key.
    pub fn make_random() -> Result<Self, CryptoError> {
        make_scalar().map(|secret| Self { secret })
    }

    /// A key from its 32-byte scalar, big-endian; zero and values over the group order are refused.
    pub fn from_scalar(scalar: &[u8]) -> Result<Self, CryptoError> {
        secret_from_scalar(scalar).map(|secret| Self { secret })
    }

    /// A key from PKCS#8 (RFC 5958) in DER.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, CryptoError> {
        p256::SecretKey::from_pkcs8_der(der)
            .map(|secret| Self { secret })
            .map_err(|_| CryptoError::Key)
    }

    /// A key from PKCS#8 in PEM.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, CryptoError> {
        p256::SecretKey::from_pkcs8_pem(pem)
            .map(|secret| Self { secret })
            .map_err(|_| CryptoError::Key)
    }

    /// The key as PKCS#8 in DER.
    pub fn to_pkcs8(&self) -> Result<SecretBytes, CryptoError> {
        let document = self.secret.to_pkcs8_der().map_err(|_| CryptoError::Key)?;
        Ok(SecretBytes::from_slice(document.as_bytes()))
    }

    /// The public half as a JWK.
    pub fn to_jwk(&self) -> Jwk {
        self.public_key().to_jwk()
    }
}

impl Signer for SigningKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn public_key(&self) -> VerifyingKey {
        public_of(&self.secret)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let random = SystemRandom::new();
        let scalar = Zeroizing::new(self.secret.to_bytes());
        let public = self.secret.public_key().to_sec1_point(false);
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            scalar.as_slice(),
            public.as_bytes(),
            &random,
        )
        .map_err(|_| CryptoError::Key)?;
        pair.sign(&random, message)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| CryptoError::Random)
    }
}

/// A P-256 key for key agreement, static or ephemeral (ISO/IEC 18013-5, 9.1.1.4 and 9.1.3.5).
pub struct EcdhKey {
    secret: p256::SecretKey,
}

impl EcdhKey {
    /// Draws a key.
    pub fn make_random() -> Result<Self, CryptoError> {
        make_scalar().map(|secret| Self { secret })
    }

    /// A key from its 32-byte scalar, big-endian; zero and values over the group order are refused.
    pub fn from_scalar(scalar: &[u8]) -> Result<Self, CryptoError> {
        secret_from_scalar(scalar).map(|secret| Self { secret })
    }

    /// The public half.
    pub fn public_key(&self) -> VerifyingKey {
        public_of(&self.secret)
    }

    /// The x-coordinate of the shared point (NIST SP 800-56A, 5.7.1.2), 32 bytes.
    ///
    /// The peer's key must be on P-256; being on the curve was checked when it was made.
    pub fn agree(&self, peer: &VerifyingKey) -> Result<SecretBytes, CryptoError> {
        let (Curve::P256, point) = peer.as_ec().ok_or(CryptoError::Algorithm)? else {
            return Err(CryptoError::Algorithm);
        };
        let peer = p256::PublicKey::from_sec1_bytes(point).map_err(|_| CryptoError::Key)?;
        let shared = self.secret.diffie_hellman(&peer);
        Ok(SecretBytes::from_slice(shared.raw_secret_bytes().as_slice()))
    }
}

fn make_scalar() -> Result<p256::SecretKey, CryptoError> {
    let mut bytes = Zeroizing::new([0; 32]);
    // One draw in 2³² is over the order: redraw rather than reduce, which would bias the key.
    for _ in 0..8 {
        random::fill(bytes.as_mut_slice())?;
        if let Ok(secret) = p256::SecretKey::from_slice(bytes.as_slice()) {
            return Ok(secret);
        }
    }
    Err(CryptoError::Random)
}

fn secret_from_scalar(scalar: &[u8]) -> Result<p256::SecretKey, CryptoError> {
    // The library accepts shorter scalars; one spelling is enough here.
    if scalar.len() != Curve::P256.field_length() {
        return Err(CryptoError::Key);
    }
    p256::SecretKey::from_slice(scalar).map_err(|_| CryptoError::Key)
}

fn public_of(secret: &p256::SecretKey) -> VerifyingKey {
    VerifyingKey::from_sec1(Curve::P256, secret.public_key().to_sec1_point(false).as_bytes())
        .expect("the public half of a valid scalar is a point of the curve")
}

#[cfg(test)]
mod tests;
