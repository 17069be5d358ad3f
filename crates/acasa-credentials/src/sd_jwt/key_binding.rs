//! Key binding: the holder's signature over this presentation for this verifier (RFC 9901, 4.3).

use super::{SdJwtError, Validity, claims};
use acasa_crypto::jose::{self, UnverifiedJws};
use acasa_crypto::{CryptoError, Hash, Jwk, Signer, base64url, constant_time_eq};
use serde_json::{Map, Value, json};

/// The media type of a key binding JWT.
const TYP: &str = "kb+jwt";

/// What a verified key binding says. Whether that is the right verifier, challenge and time is for
/// [`Self::check_audience`], [`Self::check_nonce`] and [`Self::check_time`].
#[derive(Clone, PartialEq, Eq)]
pub struct KeyBinding {
    audience: String,
    nonce: String,
    issued_at: i64,
}

impl KeyBinding {
    /// The verifier it was made for.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The challenge it answers.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// When it was made by the holder's clock, seconds since 1970.
    pub const fn issued_at(&self) -> i64 {
        self.issued_at
    }

    /// Refuses a binding made for another verifier.
    pub fn check_audience(&self, expected: &str) -> Result<(), SdJwtError> {
        if self.audience == expected {
            Ok(())
        } else {
            Err(SdJwtError::KeyBindingAudience)
        }
    }

    /// Refuses a binding that answers another challenge.
    pub fn check_nonce(&self, expected: &str) -> Result<(), SdJwtError> {
        let same = constant_time_eq(self.nonce.as_bytes(), expected.as_bytes());
        if same {
            Ok(())
        } else {
            Err(SdJwtError::KeyBindingNonce)
        }
    }

    /// Refuses a binding that says it was made in the future, or before the credential was issued,
    /// give or take `skew` seconds.
    ///
    /// How long ago it was made is for the nonce to say: the verifier drew it and knows when, so no
    /// clocks are compared for that.
    pub fn check_time(&self, credential: Validity, now: i64, skew: i64) -> Result<(), SdJwtError> {
        let latest = now.saturating_add(skew);
        let earliest = credential.issued_at.unwrap_or(i64::MIN).saturating_sub(skew);
        if (earliest..=latest).contains(&self.issued_at) {
            Ok(())
        } else {
            Err(SdJwtError::KeyBindingTime)
        }
    }
}

pub(super) fn verify(jwt: &str, key: &Jwk, hash: Hash, bound: &str) -> Result<KeyBinding, SdJwtError> {
    // Keys of holders are elliptic: an RSA key would leave the algorithm to the header.
    let algorithm = key.key().only_algorithm().ok_or(SdJwtError::HolderKey)?;
    let jws = UnverifiedJws::parse(jwt)
        .and_then(|jws| jws.verify_with_jwk(key, algorithm))
        .map_err(SdJwtError::KeyBinding)?;
    jws.require_typ(TYP).map_err(SdJwtError::KeyBinding)?;
    let claims = jws.claims().map_err(SdJwtError::KeyBinding)?;
    let malformed = SdJwtError::KeyBinding(CryptoError::Malformed);
    let text = |name: &str| claims.get(name).and_then(Value::as_str).ok_or(malformed);
    let expected = digest(hash, bound);
    if !constant_time_eq(text("sd_hash")?.as_bytes(), expected.as_bytes()) {
        return Err(SdJwtError::KeyBindingHash);
    }
    Ok(KeyBinding {
        audience: text("aud")?.to_owned(),
        nonce: text("nonce")?.to_owned(),
        issued_at: claims::time(&claims, "iat")
            .map_err(|_| malformed)?
            .ok_or(malformed)?,
    })
}

pub(super) fn sign(
    signer: &dyn Signer,
    audience: &str,
    nonce: &str,
    issued_at: i64,
    hash: Hash,
    bound: &str,
) -> Result<String, SdJwtError> {
    let claims: Map<String, Value> = [
        ("iat", json!(issued_at)),
        ("aud", json!(audience)),
        ("nonce", json!(nonce)),
        ("sd_hash", json!(digest(hash, bound))),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    jose::sign_jwt(signer, TYP, Map::new(), &claims).map_err(SdJwtError::Signing)
}

fn digest(hash: Hash, bound: &str) -> String {
    base64url::encode(&hash.digest(bound.as_bytes()))
}
