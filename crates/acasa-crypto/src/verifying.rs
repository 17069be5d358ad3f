//! Public keys, and the one place where signatures are checked.

mod ecdsa;
mod roca;
mod spki;

use crate::{Algorithm, CryptoError, Curve, Hash, Jwk, SignatureFormat};
use ring::signature::{
    ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};

pub(crate) use ecdsa::fixed_to_der as ecdsa_to_der;

/// Smallest RSA modulus that is accepted, in bytes: 2048 bits.
const MIN_RSA_MODULUS: usize = 256;
/// Largest RSA modulus that is accepted, in bytes: 8192 bits.
const MAX_RSA_MODULUS: usize = 1024;
/// Largest RSA exponent that is accepted, in bytes; ring's limit is 33 bits.
const MAX_RSA_EXPONENT: usize = 5;

/// A public key that is well-formed and, for P-256 and P-521, known to lie on its curve.
///
/// P-384 points are checked by ring whenever a signature is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct VerifyingKey(Kind);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Kind {
    /// An uncompressed point: 04 ‖ x ‖ y.
    Ec {
        curve: Curve,
        point: Vec<u8>,
    },
    Ed25519([u8; 32]),
    /// Big-endian, without leading zeros.
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

impl VerifyingKey {
    /// A key from a point as SEC 1, 2.3.3 writes it; compressed points are accepted for P-256 and P-521.
    pub fn from_sec1(curve: Curve, bytes: &[u8]) -> Result<Self, CryptoError> {
        ecdsa::uncompressed(curve, bytes).map(|point| Self(Kind::Ec { curve, point }))
    }

    /// A key from coordinates of exactly the field's length, as JWK and COSE_Key carry them.
    pub fn from_coordinates(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, CryptoError> {
        if x.len() != curve.field_length() || y.len() != curve.field_length() {
            return Err(CryptoError::Key);
        }
        Self::from_sec1(curve, &[&[4], x, y].concat())
    }

    /// An Ed25519 key from its 32 bytes.
    pub fn from_ed25519(bytes: &[u8]) -> Result<Self, CryptoError> {
        bytes
            .try_into()
            .map(|key| Self(Kind::Ed25519(key)))
            .map_err(|_| CryptoError::Key)
    }

    /// An RSA key of 2048 to 8192 bits from big-endian numbers without leading zeros; keys known
    /// to be factorable (CVE-2017-15361) are refused.
    pub fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, CryptoError> {
        let sized = (MIN_RSA_MODULUS..=MAX_RSA_MODULUS).contains(&modulus.len())
            && (1..=MAX_RSA_EXPONENT).contains(&exponent.len());
        let canonical = modulus.first() != Some(&0) && exponent.first() != Some(&0);
        // Exponent one makes every message its own signature.
        let odd = modulus.last().is_some_and(|byte| byte & 1 == 1)
            && exponent.last().is_some_and(|byte| byte & 1 == 1)
            && exponent != [1];
        if sized && canonical && odd && !roca::is_marked(modulus) {
            Ok(Self(Kind::Rsa {
                modulus: modulus.to_vec(),
                exponent: exponent.to_vec(),
            }))
        } else {
            Err(CryptoError::Key)
        }
    }

    /// A key from a SubjectPublicKeyInfo in DER (RFC 5280, 4.1.2.7; RFC 5480; RFC 8410).
    pub fn from_spki_der(der: &[u8]) -> Result<Self, CryptoError> {
        spki::decode(der)
    }

    /// The key as a SubjectPublicKeyInfo in DER.
    pub fn to_spki_der(&self) -> Result<Vec<u8>, CryptoError> {
        spki::encode(self)
    }

    /// The key as a JWK without further members.
    pub fn to_jwk(&self) -> Jwk {
        Jwk::from(self.clone())
    }

    /// Curve and uncompressed point (04 ‖ x ‖ y), if this is an elliptic-curve key for ECDSA or ECDH.
    pub fn as_ec(&self) -> Option<(Curve, &[u8])> {
        match &self.0 {
            Kind::Ec { curve, point } => Some((*curve, point)),
            Kind::Ed25519(_) | Kind::Rsa { .. } => None,
        }
    }

    /// Curve and coordinates, if this is an elliptic-curve key for ECDSA or ECDH.
    pub fn coordinates(&self) -> Option<(Curve, &[u8], &[u8])> {
        let (curve, point) = self.as_ec()?;
        let (x, y) = point.get(1..)?.split_at_checked(curve.field_length())?;
        Some((curve, x, y))
    }

    /// The 32 bytes, if this is an Ed25519 key.
    pub fn as_ed25519(&self) -> Option<&[u8; 32]> {
        match &self.0 {
            Kind::Ed25519(key) => Some(key),
            Kind::Ec { .. } | Kind::Rsa { .. } => None,
        }
    }

    /// Modulus and exponent, if this is an RSA key.
    pub fn as_rsa(&self) -> Option<(&[u8], &[u8])> {
        match &self.0 {
            Kind::Rsa { modulus, exponent } => Some((modulus, exponent)),
            Kind::Ec { .. } | Kind::Ed25519(_) => None,
        }
    }

    /// The one algorithm of this key; `None` for RSA, which has six.
    pub fn only_algorithm(&self) -> Option<Algorithm> {
        match &self.0 {
            Kind::Ec {
                curve: Curve::P256, ..
            } => Some(Algorithm::Es256),
            Kind::Ec {
                curve: Curve::P384, ..
            } => Some(Algorithm::Es384),
            Kind::Ec {
                curve: Curve::P521, ..
            } => Some(Algorithm::Es512),
            Kind::Ed25519(_) => Some(Algorithm::EdDsa),
            Kind::Rsa { .. } => None,
        }
    }

    /// Whether `algorithm` may be used with this key.
    pub fn supports(&self, algorithm: Algorithm) -> bool {
        match self.only_algorithm() {
            Some(only) => only == algorithm,
            None => rsa_parameters(algorithm).is_some(),
        }
    }

    /// Checks `signature` over `message`; an algorithm that does not fit the key is refused.
    ///
    /// `format` matters for ECDSA only.
    pub fn verify(
        &self,
        algorithm: Algorithm,
        format: SignatureFormat,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        if !self.supports(algorithm) {
            return Err(CryptoError::Algorithm);
        }
        match &self.0 {
            Kind::Ec { curve, .. } => {
                let hash = match curve {
                    Curve::P256 => Hash::Sha256,
                    Curve::P384 => Hash::Sha384,
                    Curve::P521 => Hash::Sha512,
                };
                self.verify_ecdsa(hash, format, message, signature)
            }
            Kind::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key)
                .verify(message, signature)
                .map_err(|_| CryptoError::Signature),
            Kind::Rsa { modulus, exponent } => {
                let parameters = rsa_parameters(algorithm).ok_or(CryptoError::Algorithm)?;
                RsaPublicKeyComponents {
                    n: modulus,
                    e: exponent,
                }
                .verify(parameters, message, signature)
                .map_err(|_| CryptoError::Signature)
            }
        }
    }

    /// Checks an ECDSA signature with a hash that is not the curve's own, which X.509 and COSE allow
    /// (RFC 5758, 3.2; RFC 9053, 2.1).
    pub fn verify_ecdsa(
        &self,
        hash: Hash,
        format: SignatureFormat,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let (curve, point) = self.as_ec().ok_or(CryptoError::Algorithm)?;
        ecdsa::verify(curve, point, hash, format, message, signature)
    }

    /// Checks the signature of a certificate or list by the dotted identifier of its algorithm.
    ///
    /// ECDSA with SHA-2, Ed25519 and RSASSA-PKCS1-v1_5 with SHA-2; everything else, SHA-1 included, is refused.
    pub fn verify_x509(
        &self,
        algorithm_oid: &str,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let ecdsa = |hash| self.verify_ecdsa(hash, SignatureFormat::Der, message, signature);
        let other = |algorithm| self.verify(algorithm, SignatureFormat::Der, message, signature);
        match algorithm_oid {
            "1.2.840.10045.4.3.2" => ecdsa(Hash::Sha256),
            "1.2.840.10045.4.3.3" => ecdsa(Hash::Sha384),
            "1.2.840.10045.4.3.4" => ecdsa(Hash::Sha512),
            "1.3.101.112" => other(Algorithm::EdDsa),
            "1.2.840.113549.1.1.11" => other(Algorithm::Rs256),
            "1.2.840.113549.1.1.12" => other(Algorithm::Rs384),
            "1.2.840.113549.1.1.13" => other(Algorithm::Rs512),
            _ => Err(CryptoError::Algorithm),
        }
    }
}

impl std::fmt::Debug for VerifyingKey {
    /// Names the kind only: a device key identifies its holder.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match &self.0 {
            Kind::Ec { curve, .. } => curve.jwk_name(),
            Kind::Ed25519(_) => "Ed25519",
            Kind::Rsa { .. } => "RSA",
        };
        write!(formatter, "VerifyingKey({kind})")
    }
}

fn rsa_parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Rs256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rs384 => Some(&RSA_PKCS1_2048_8192_SHA384),
        Algorithm::Rs512 => Some(&RSA_PKCS1_2048_8192_SHA512),
        Algorithm::Ps256 => Some(&RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&RSA_PSS_2048_8192_SHA512),
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 | Algorithm::EdDsa => None,
    }
}

#[cfg(test)]
mod tests;
