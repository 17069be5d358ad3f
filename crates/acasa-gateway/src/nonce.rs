//! Nonces that the server need not remember: the time, randomness, and an authentication code.

use acasa_crypto::{CryptoError, Hash, SecretBytes, base64url, mac, random};

/// What a nonce is for; one purpose's nonce is not another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// DPoP proofs (RFC 9449, 8).
    Dpop,
    /// Proofs of possession (OpenID4VCI 1.0, 7).
    KeyProof,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Dpop => b"acasa/nonce/dpop/v1",
            Self::KeyProof => b"acasa/nonce/key-proof/v1",
        }
    }
}

const TIME: usize = 8;
const RANDOM: usize = 12;
const TAG: usize = 16;
/// How long a nonce is accepted, in seconds.
pub(crate) const NONCE_SECONDS: i64 = 300;

/// The key under which nonces are made, drawn when the process starts.
pub(crate) struct Nonces(SecretBytes);

impl Nonces {
    pub(crate) fn make_random() -> Result<Self, CryptoError> {
        SecretBytes::make_random(32).map(Self)
    }

    /// A nonce that carries `now`, Unix seconds.
    pub(crate) fn make(&self, purpose: Purpose, now: i64) -> Result<String, CryptoError> {
        let mut bytes = now.to_be_bytes().to_vec();
        bytes.extend_from_slice(&random::make_bytes::<RANDOM>()?);
        let tag = self.tag(purpose, &bytes);
        bytes.extend_from_slice(&tag);
        Ok(base64url::encode(&bytes))
    }

    /// Whether the nonce is ours and recent.
    pub(crate) fn accepts(&self, purpose: Purpose, nonce: &str, now: i64) -> bool {
        let Ok(bytes) = base64url::decode(nonce) else {
            return false;
        };
        let Some((body, tag)) = bytes.split_at_checked(TIME + RANDOM) else {
            return false;
        };
        let Some(time) = body.first_chunk::<TIME>() else {
            return false;
        };
        let age = now.saturating_sub(i64::from_be_bytes(*time));
        acasa_crypto::constant_time_eq(tag, &self.tag(purpose, body)) && (0..NONCE_SECONDS).contains(&age)
    }

    fn tag(&self, purpose: Purpose, body: &[u8]) -> Vec<u8> {
        let mut message = purpose.label().to_vec();
        message.extend_from_slice(body);
        let mut tag = mac::sign(Hash::Sha256, self.0.expose(), &message);
        tag.truncate(TAG);
        tag
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_nonce_is_accepted_for_its_purpose_and_in_its_time_only() {
        let nonces = Nonces::make_random().unwrap();

        let nonce = nonces.make(Purpose::Dpop, 1_000).unwrap();

        assert!(nonces.accepts(Purpose::Dpop, &nonce, 1_000 + NONCE_SECONDS - 1));
        assert!(!nonces.accepts(Purpose::Dpop, &nonce, 1_000 + NONCE_SECONDS));
        assert!(!nonces.accepts(Purpose::Dpop, &nonce, 999));
        assert!(!nonces.accepts(Purpose::KeyProof, &nonce, 1_000));
    }

    #[test]
    fn another_server_s_nonce_is_refused() {
        let nonce = Nonces::make_random().unwrap().make(Purpose::Dpop, 1_000).unwrap();

        assert!(
            !Nonces::make_random()
                .unwrap()
                .accepts(Purpose::Dpop, &nonce, 1_000)
        );
    }

    proptest! {
        #[test]
        fn checking_never_panics(nonce in "\\PC{0,80}") {
            let nonces = Nonces::make_random().unwrap();
            prop_assert!(!nonces.accepts(Purpose::Dpop, &nonce, 1_000));
        }
    }
}
