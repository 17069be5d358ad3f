//! A batch as a whole: its signature, and that it carries just the intents it names.

use acasa_crypto::{Algorithm, Jwk, digest::sha256, jose::UnverifiedJws};
use acasa_gateway_store::{Hash, Submission, Submitted};
use acasa_protocol::sync::{
    BATCH_TYPE, Batch, BatchClaims, Digest, Intent, MAX_BATCH, MAX_DEPENDENCIES, MAX_INTENT,
};

use super::commands::Commands;
use crate::GatewayError;

/// Longest signed part: 500 digests take 45 kB.
const MAX_JWS: usize = 64 * 1024;

/// A batch that holds as a whole.
pub(super) struct Checked {
    claims: BatchClaims,
    hash: Hash,
    intents: Vec<(Intent, Digest, String)>,
}

/// Checks a batch of a client. `None`: the signature does not hold by the key known here.
pub(super) fn check(
    sent: Batch,
    jwk: &str,
    client: &str,
    issuer: &str,
) -> Result<Option<Checked>, GatewayError> {
    const REFUSED: GatewayError = GatewayError::Batch;
    let key = Jwk::parse(jwk.as_bytes())?;
    let jws = UnverifiedJws::parse_up_to(&sent.batch, MAX_JWS).map_err(|_| REFUSED)?;
    if jws.header().typ() != Some(BATCH_TYPE) {
        return Err(REFUSED);
    }
    let Ok(verified) = jws.verify_with_jwk(&key, Algorithm::Es256) else {
        return Ok(None);
    };
    let claims: BatchClaims = serde_json::from_slice(verified.payload()).map_err(|_| REFUSED)?;
    let named = claims.iss == client && claims.aud == issuer;
    if !named || !(1..=MAX_BATCH).contains(&sent.intents.len()) || claims.intents.len() != sent.intents.len()
    {
        return Err(REFUSED);
    }
    let mut intents = Vec::with_capacity(sent.intents.len());
    for (text, digest) in sent.intents.into_iter().zip(&claims.intents) {
        if text.len() > MAX_INTENT || sha256(text.as_bytes()) != digest.0 {
            return Err(REFUSED);
        }
        let intent: Intent = serde_json::from_str(&text).map_err(|_| REFUSED)?;
        if intent.depends_on.len() > MAX_DEPENDENCIES {
            return Err(REFUSED);
        }
        intents.push((intent, *digest, text));
    }
    Ok(Some(Checked {
        hash: sha256(sent.batch.as_bytes()),
        claims,
        intents,
    }))
}

/// The public key of a device's batches.
pub(super) fn read_key(jwk: serde_json::Value) -> Result<Jwk, GatewayError> {
    let key = Jwk::from_value(jwk).map_err(|_| GatewayError::Malformed)?;
    if key.key().only_algorithm() == Some(Algorithm::Es256) {
        Ok(key)
    } else {
        Err(GatewayError::Malformed)
    }
}

impl Checked {
    pub(super) fn number(&self) -> u64 {
        self.claims.number
    }

    pub(super) fn submission<'a>(&'a self, client: &'a str, commands: &Commands) -> Submission<'a> {
        let submitted = |(intent, digest, text): &'a (Intent, Digest, String)| Submitted {
            intent: intent.clone(),
            digest: *digest,
            text,
        };
        Submission {
            client,
            actor: commands.actor,
            generation: self.claims.generation,
            number: self.claims.number,
            hash: self.hash,
            intents: self.intents.iter().map(submitted).collect(),
            now: commands.now.as_millisecond(),
        }
    }
}
