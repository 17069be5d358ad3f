//! The algorithms the product knows, by the names JOSE and COSE give them.

use crate::CryptoError;

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// Length of the output, in bytes.
    pub const fn output_length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The hash of `bytes`.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => crate::digest::sha256(bytes).to_vec(),
            Self::Sha384 => crate::digest::sha384(bytes).to_vec(),
            Self::Sha512 => crate::digest::sha512(bytes).to_vec(),
        }
    }

    /// The hash by its IANA name (`sha-256`), as `_sd_alg` and mdoc (`SHA-256`) spell it.
    pub fn from_iana_name(name: &str) -> Result<Self, CryptoError> {
        match name {
            "sha-256" | "SHA-256" => Ok(Self::Sha256),
            "sha-384" | "SHA-384" => Ok(Self::Sha384),
            "sha-512" | "SHA-512" => Ok(Self::Sha512),
            _ => Err(CryptoError::Algorithm),
        }
    }
}

/// A curve of elliptic-curve keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
}

impl Curve {
    /// Length of a coordinate and of a scalar, in bytes.
    pub const fn field_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The name JWK uses (RFC 7518, 6.2.1.1).
    pub const fn jwk_name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The curve by its JWK name.
    pub fn from_jwk_name(name: &str) -> Result<Self, CryptoError> {
        match name {
            "P-256" => Ok(Self::P256),
            "P-384" => Ok(Self::P384),
            "P-521" => Ok(Self::P521),
            _ => Err(CryptoError::Key),
        }
    }

    /// The identifier COSE uses (RFC 9053, 7.1).
    pub const fn cose_id(self) -> i64 {
        match self {
            Self::P256 => 1,
            Self::P384 => 2,
            Self::P521 => 3,
        }
    }

    /// The curve by its COSE identifier.
    pub fn from_cose_id(id: i64) -> Result<Self, CryptoError> {
        match id {
            1 => Ok(Self::P256),
            2 => Ok(Self::P384),
            3 => Ok(Self::P521),
            _ => Err(CryptoError::Key),
        }
    }
}

/// A signature algorithm; there is no `none` and no symmetric one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA, P-256, SHA-256.
    Es256,
    /// ECDSA, P-384, SHA-384.
    Es384,
    /// ECDSA, P-521, SHA-512.
    Es512,
    /// Ed25519 (RFC 8032).
    EdDsa,
    /// RSASSA-PKCS1-v1_5, SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5, SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5, SHA-512.
    Rs512,
    /// RSASSA-PSS, SHA-256.
    Ps256,
    /// RSASSA-PSS, SHA-384.
    Ps384,
    /// RSASSA-PSS, SHA-512.
    Ps512,
}

/// Each algorithm with its JOSE name and COSE identifier (RFC 7518, 3.1; RFC 9053, 2; RFC 8230, 2; RFC 8812, 2).
const NAMES: &[(Algorithm, &str, i64)] = &[
    (Algorithm::Es256, "ES256", -7),
    (Algorithm::Es384, "ES384", -35),
    (Algorithm::Es512, "ES512", -36),
    (Algorithm::EdDsa, "EdDSA", -8),
    (Algorithm::Rs256, "RS256", -257),
    (Algorithm::Rs384, "RS384", -258),
    (Algorithm::Rs512, "RS512", -259),
    (Algorithm::Ps256, "PS256", -37),
    (Algorithm::Ps384, "PS384", -38),
    (Algorithm::Ps512, "PS512", -39),
];

impl Algorithm {
    /// Every algorithm.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(algorithm, _, _)| *algorithm)
    }

    /// The name in JOSE headers.
    pub fn jose_name(self) -> &'static str {
        self.row().1
    }

    /// The algorithm by its JOSE name; names are case-sensitive (RFC 7515, 4.1.1).
    pub fn from_jose_name(name: &str) -> Result<Self, CryptoError> {
        NAMES
            .iter()
            .find(|row| row.1 == name)
            .map(|row| row.0)
            .ok_or(CryptoError::Algorithm)
    }

    /// The identifier in COSE headers.
    pub fn cose_id(self) -> i64 {
        self.row().2
    }

    /// The algorithm by its COSE identifier.
    pub fn from_cose_id(id: i64) -> Result<Self, CryptoError> {
        NAMES
            .iter()
            .find(|row| row.2 == id)
            .map(|row| row.0)
            .ok_or(CryptoError::Algorithm)
    }

    fn row(self) -> &'static (Self, &'static str, i64) {
        NAMES
            .iter()
            .find(|row| row.0 == self)
            .expect("the table names every variant, which a test checks")
    }
}

/// How an ECDSA signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureFormat {
    /// r ‖ s, each as long as the curve's field: JOSE and COSE.
    Fixed,
    /// An ASN.1 sequence of r and s: X.509 and CMS.
    Der,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_found_by_both_its_names() {
        assert_eq!(Algorithm::all().count(), 10);
        for algorithm in Algorithm::all() {
            assert_eq!(Algorithm::from_jose_name(algorithm.jose_name()), Ok(algorithm));
            assert_eq!(Algorithm::from_cose_id(algorithm.cose_id()), Ok(algorithm));
        }
    }

    #[test]
    fn none_and_symmetric_names_are_no_algorithms() {
        for name in ["none", "None", "HS256", "es256", "", "ES256 "] {
            assert_eq!(
                Algorithm::from_jose_name(name),
                Err(CryptoError::Algorithm),
                "{name}"
            );
        }
    }
}
