//! Which waiting intents go into the next batch, and its bytes.

use std::collections::{HashMap, HashSet};

use acasa_protocol::sync::{self, BATCH_TYPE, BatchClaims};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::{Batch, Dependency, Settled, Store, Stored, SyncError};

/// The key that signs batches and nothing else, and the digest that goes with it.
pub trait BatchKey {
    /// SHA-256.
    fn digest(&self, bytes: &[u8]) -> [u8; 32];

    /// ES256 over the bytes (RFC 7518, 3.4): 64 bytes, or nothing where the key does not answer.
    fn sign(&self, generation: u64, bytes: &[u8]) -> Option<Vec<u8>>;

    /// Whether the key of this generation is here, or nothing where that cannot be told.
    fn has(&self, generation: u64) -> Option<bool>;
}

/// What can be done with what waits.
#[derive(Default)]
pub(crate) struct Choice {
    /// To be sent, each after what it waits for.
    pub(crate) ready: Vec<Stored>,
    /// Can never be sent.
    pub(crate) refused: Vec<Settled>,
}

/// Takes up to `limit` of the waiting intents, in the order they were made; what waits for something
/// that is not settled yet stays behind and holds nobody else back.
pub(crate) fn choose<S: Store>(
    store: &S,
    waiting: Vec<Stored>,
    limit: usize,
) -> Result<Choice, SyncError<S::Error>> {
    let mut choice = Choice::default();
    let mut taken = HashSet::new();
    let mut failed = HashMap::new();
    let mut bytes = 0;
    for intent in waiting {
        if choice.ready.len() == limit {
            break;
        }
        let mut open = false;
        let mut broken = None;
        for dependency in &intent.depends_on {
            if taken.contains(dependency) {
                continue;
            }
            if failed.contains_key(dependency) {
                broken = Some(*dependency);
                break;
            }
            match store.dependency(*dependency).map_err(SyncError::Store)? {
                Dependency::Met => {}
                Dependency::Open => open = true,
                Dependency::Failed => {
                    broken = Some(*dependency);
                    break;
                }
            }
        }
        // What the gateway may have judged already only the gateway refuses.
        if let Some(dependency) = broken.filter(|_| !intent.sent) {
            failed.insert(intent.id, dependency);
            choice.refused.push(Settled {
                id: intent.id,
                code: "dependency_refused",
                because_of: Some(dependency),
            });
        } else if !open {
            // Only what is sent counts: what stays behind takes nobody's room.
            bytes += intent.text.len();
            if bytes > sync::MAX_BATCH_TEXT {
                break;
            }
            taken.insert(intent.id);
            choice.ready.push(intent);
        }
    }
    Ok(choice)
}

/// Signs a batch; its bytes are final.
pub(crate) fn sign<E>(
    key: &dyn BatchKey,
    device: &str,
    audience: &str,
    (generation, number): (u64, u64),
    intents: Vec<Stored>,
) -> Result<Batch, SyncError<E>> {
    let claims = BatchClaims {
        iss: device.to_owned(),
        aud: audience.to_owned(),
        generation,
        number,
        intents: intents.iter().map(|intent| intent.digest).collect(),
    };
    let header = serde_json::json!({ "alg": "ES256", "typ": BATCH_TYPE });
    let payload = serde_json::to_vec(&claims).map_err(|_| SyncError::Key)?;
    let mut jws = URL_SAFE_NO_PAD.encode(header.to_string());
    jws.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut jws);
    let signature = key.sign(generation, jws.as_bytes()).ok_or(SyncError::Key)?;
    jws.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut jws);
    let named: Vec<(Uuid, sync::Digest)> = intents.iter().map(|intent| (intent.id, intent.digest)).collect();
    let body = sync::Batch {
        batch: jws,
        intents: intents.into_iter().map(|intent| intent.text).collect(),
    };
    Ok(Batch {
        generation,
        number,
        text: serde_json::to_string(&body).map_err(|_| SyncError::Key)?,
        intents: named,
    })
}

/// Whether a kept batch was signed as this device for this gateway.
pub(crate) fn is_of(batch: &Batch, device: &str, audience: &str) -> bool {
    let claims = || {
        let sent: sync::Batch = serde_json::from_str(&batch.text).ok()?;
        let payload = URL_SAFE_NO_PAD.decode(sent.batch.split('.').nth(1)?).ok()?;
        serde_json::from_slice::<BatchClaims>(&payload).ok()
    };
    claims().is_some_and(|claims| claims.iss == device && claims.aud == audience)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::PlainKey;

    #[test]
    fn a_batch_is_of_the_device_and_for_the_gateway_it_was_signed_for() {
        let batch = sign::<()>(&PlainKey, "device", "gateway", (1, 1), Vec::new()).unwrap();

        assert!(is_of(&batch, "device", "gateway"));
        assert!(!is_of(&batch, "another", "gateway"));
        assert!(!is_of(&batch, "device", "another"));
        let torn = Batch {
            text: "{}".to_owned(),
            ..batch
        };
        assert!(!is_of(&torn, "device", "gateway"));
    }
}
