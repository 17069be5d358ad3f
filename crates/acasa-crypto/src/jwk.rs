//! JSON Web Keys (RFC 7517), public ones only.

use crate::{Algorithm, CryptoError, Curve, VerifyingKey, base64url, digest};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A public JWK with the members that restrict its use.
///
/// Strict: a private or symmetric key, a wrong length, an unknown `alg` or a `use` other than `sig`
/// and `enc` is refused; members that mean nothing here are ignored, as RFC 7517, 4 asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jwk {
    key: VerifyingKey,
    kid: Option<String>,
    algorithm: Option<String>,
    intended_use: Option<String>,
    operations: Option<Vec<String>>,
}

impl Jwk {
    /// Parses the JSON of one key.
    pub fn parse(json: &[u8]) -> Result<Self, CryptoError> {
        Self::from_value(crate::json::parse(json)?)
    }

    /// Reads a key from a JSON value.
    pub fn from_value(value: serde_json::Value) -> Result<Self, CryptoError> {
        let wire: Wire = serde_json::from_value(value).map_err(|_| CryptoError::Key)?;
        Self::try_from(wire)
    }

    /// The key as a JSON value.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("a JWK is an object of strings")
    }

    /// The same key with an identifier.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// The key itself.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The key's identifier, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The key itself, if its `use`, `key_ops` and `alg` allow checking signatures by `algorithm`.
    pub fn for_verifying(&self, algorithm: Algorithm) -> Result<&VerifyingKey, CryptoError> {
        let signs = self
            .intended_use
            .as_deref()
            .is_none_or(|intended| intended == "sig");
        let verifies = self
            .operations
            .as_ref()
            .is_none_or(|list| list.iter().any(|entry| entry == "verify"));
        let named = self
            .algorithm
            .as_deref()
            .is_none_or(|name| name == algorithm.jose_name());
        if signs && verifies && named && self.key.supports(algorithm) {
            Ok(&self.key)
        } else {
            Err(CryptoError::Algorithm)
        }
    }

    /// SHA-256 thumbprint in base64url (RFC 7638, 3).
    pub fn thumbprint(&self) -> String {
        // RFC 7638, 3.2: the required members only, in lexicographic order, without white space.
        let canonical = match self.parameters() {
            Parameters::Ec { crv, x, y } => format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Parameters::Okp { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
            Parameters::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        };
        base64url::encode(&digest::sha256(canonical.as_bytes()))
    }

    fn parameters(&self) -> Parameters {
        if let Some((curve, x, y)) = self.key.coordinates() {
            Parameters::Ec {
                crv: curve.jwk_name(),
                x: base64url::encode(x),
                y: base64url::encode(y),
            }
        } else if let Some((n, e)) = self.key.as_rsa() {
            Parameters::Rsa {
                n: base64url::encode(n),
                e: base64url::encode(e),
            }
        } else {
            let x = self.key.as_ed25519().expect("a key is of one of three kinds");
            Parameters::Okp {
                x: base64url::encode(x),
            }
        }
    }
}

impl From<VerifyingKey> for Jwk {
    fn from(key: VerifyingKey) -> Self {
        Self {
            key,
            kid: None,
            algorithm: None,
            intended_use: None,
            operations: None,
        }
    }
}

enum Parameters {
    Ec { crv: &'static str, x: String, y: String },
    Okp { x: String },
    Rsa { n: String, e: String },
}

/// The members as they cross the wire.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Wire {
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    intended_use: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_ops: Option<Vec<String>>,
    /// Present only in private keys (RFC 7518, 6.2.2, 6.3.2; RFC 8037, 2).
    #[serde(skip_serializing)]
    d: Option<de::IgnoredAny>,
    /// Present only in symmetric keys (RFC 7518, 6.4.1).
    #[serde(skip_serializing)]
    k: Option<de::IgnoredAny>,
}

impl TryFrom<Wire> for Jwk {
    type Error = CryptoError;

    fn try_from(wire: Wire) -> Result<Self, CryptoError> {
        if wire.d.is_some() || wire.k.is_some() {
            return Err(CryptoError::Key);
        }
        let number = |member: &Option<String>| {
            member
                .as_deref()
                .ok_or(CryptoError::Key)
                .and_then(|text| base64url::decode(text).map_err(|_| CryptoError::Key))
        };
        let key = match (wire.kty.as_str(), wire.crv.as_deref()) {
            ("EC", Some(name)) => VerifyingKey::from_coordinates(
                Curve::from_jwk_name(name)?,
                &number(&wire.x)?,
                &number(&wire.y)?,
            )?,
            ("OKP", Some("Ed25519")) => VerifyingKey::from_ed25519(&number(&wire.x)?)?,
            ("RSA", None) => VerifyingKey::from_rsa(&number(&wire.n)?, &number(&wire.e)?)?,
            _ => return Err(CryptoError::Key),
        };
        if wire
            .intended_use
            .as_deref()
            .is_some_and(|intended| !matches!(intended, "sig" | "enc"))
        {
            return Err(CryptoError::Key);
        }
        Ok(Self {
            key,
            kid: wire.kid,
            algorithm: wire.alg,
            intended_use: wire.intended_use,
            operations: wire.key_ops,
        })
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut wire = Wire {
            kid: self.kid.clone(),
            alg: self.algorithm.clone(),
            intended_use: self.intended_use.clone(),
            key_ops: self.operations.clone(),
            ..Wire::default()
        };
        match self.parameters() {
            Parameters::Ec { crv, x, y } => {
                (wire.kty, wire.crv, wire.x, wire.y) = ("EC".into(), Some(crv.into()), Some(x), Some(y));
            }
            Parameters::Okp { x } => {
                (wire.kty, wire.crv, wire.x) = ("OKP".into(), Some("Ed25519".into()), Some(x));
            }
            Parameters::Rsa { n, e } => {
                (wire.kty, wire.n, wire.e) = ("RSA".into(), Some(n), Some(e));
            }
        }
        wire.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Wire::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
