//! The challenge of a verifier that works by files: unsigned, or signed by the certificate that the state gave them.

use super::VerifyError;
use acasa_credentials::challenge::{Asked, Challenge, ChallengeError, Question};
use acasa_credentials::trust::{AnchorKind, Certificate, load_anchors};
use acasa_crypto::{Signer as _, SigningKey};

/// A verifier's access certificate and its key.
pub struct AccessKey {
    certificate: Certificate,
    key: SigningKey,
}

impl AccessKey {
    /// Reads a certificate (PEM or DER) and its private key (PKCS#8, PEM).
    pub fn read(certificate: &[u8], key: &str) -> Result<Self, VerifyError> {
        let mut anchors = load_anchors(certificate).map_err(|_| VerifyError::AccessKey)?;
        let key = SigningKey::from_pkcs8_pem(key).map_err(|_| VerifyError::AccessKey)?;
        match (anchors.len(), anchors.pop().map(|anchor| anchor.kind)) {
            (1, Some(AnchorKind::Signer(certificate))) if *certificate.key() == key.public_key() => {
                Ok(Self { certificate, key })
            }
            _ => Err(VerifyError::AccessKey),
        }
    }
}

/// What a verifier asks.
#[derive(Debug, Default)]
pub struct Ask<'a> {
    /// Elements, with or without their namespace and a slash before them.
    pub elements: &'a [String],
    /// Why.
    pub purpose: Option<&'a str>,
    /// Whether what is shown is kept, which only who is known may wish.
    pub retain: bool,
}

/// Draws a challenge, signed where the verifier has an access certificate: then it carries the name that this certifies.
pub fn make_challenge(ask: &Ask<'_>, signer: Option<&AccessKey>) -> Result<Challenge, ChallengeError> {
    let asked = ask.elements.iter().map(|element| Asked {
        element: element.clone(),
        retain: ask.retain,
    });
    let question = Question {
        verifier: signer.and_then(|signer| signer.certificate.common_name()),
        asked: asked.collect(),
        purpose: ask.purpose.map(str::to_owned),
    };
    match signer {
        Some(signer) => Challenge::make_signed(&question, &signer.key, &signer.certificate),
        None => Challenge::make(&question),
    }
}
