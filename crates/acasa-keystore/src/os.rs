mod worker;

use std::time::Duration;

use zeroize::Zeroizing;

use crate::{Keystore, KeystoreError, check};
use worker::Worker;

/// The name all entries of the app carry in the platform's keystore.
const SERVICE: &str = "md.gov.acasa";

/// The platform's own keystore: Keychain, Windows Credential Manager, or Secret Service.
///
/// The platform's calls may wait for a person who looks at a prompt, or for a bus that never
/// answers. They therefore run on one thread of their own; a caller waits at most `limit`, and what
/// it no longer waits for is not begun afterwards. However often it is asked, a silent platform
/// holds one thread, never more.
pub struct OsKeystore {
    worker: Worker,
    limit: Duration,
}

impl OsKeystore {
    /// The keystore of this login session, with ten seconds for each call.
    pub fn new() -> Self {
        Self::with_limit(Duration::from_secs(10))
    }

    /// The same with another time limit for each call.
    pub fn with_limit(limit: Duration) -> Self {
        Self {
            worker: Worker::start(),
            limit,
        }
    }
}

impl Default for OsKeystore {
    fn default() -> Self {
        Self::new()
    }
}

impl Keystore for OsKeystore {
    fn available(&self) -> Result<(), KeystoreError> {
        // Reading an absent entry needs the session and an answer, and leaves nothing behind.
        self.get("availability", "probe").map(drop)
    }

    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeystoreError> {
        check(profile, slot, &[])?;
        let name = user_name(profile, slot);
        self.worker
            .run(self.limit, move || match entry(&name)?.get_secret() {
                Ok(secret) => Ok(Some(Zeroizing::new(secret))),
                Err(keyring::Error::NoEntry) => Ok(None),
                Err(error) => Err(translate(error)),
            })
    }

    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), KeystoreError> {
        check(profile, slot, secret)?;
        let name = user_name(profile, slot);
        let secret = Zeroizing::new(secret.to_vec());
        self.worker.run(self.limit, move || {
            entry(&name)?.set_secret(&secret).map_err(translate)
        })
    }

    fn delete(&self, profile: &str, slot: &str) -> Result<(), KeystoreError> {
        check(profile, slot, &[])?;
        let name = user_name(profile, slot);
        self.worker
            .run(self.limit, move || match entry(&name)?.delete_credential() {
                Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
                Err(error) => Err(translate(error)),
            })
    }
}

/// One account name for each slot; `/` cannot occur in either part.
fn user_name(profile: &str, slot: &str) -> String {
    format!("{profile}/{slot}")
}

fn entry(name: &str) -> Result<keyring::Entry, KeystoreError> {
    keyring::Entry::new(SERVICE, name).map_err(translate)
}

/// Names the platform's failure. Errors that carry the entry's bytes are dropped, not kept as a
/// source, because a source may be printed.
fn translate(error: keyring::Error) -> KeystoreError {
    use keyring::Error as E;
    match error {
        E::NoStorageAccess(source) => {
            // The Secret Service reports a dismissed prompt and a locked collection as one kind.
            let said = source.to_string().to_lowercase();
            if said.contains("prompt") || said.contains("dismiss") || said.contains("denied") {
                KeystoreError::Denied
            } else {
                KeystoreError::Locked
            }
        }
        E::PlatformFailure(source) => KeystoreError::Unavailable { source: Some(source) },
        E::BadEncoding(mut bytes) | E::BadDataFormat(mut bytes, _) => {
            zeroize::Zeroize::zeroize(&mut bytes);
            KeystoreError::Corrupted
        }
        E::BadStoreFormat(_) | E::Ambiguous(_) | E::NoEntry => KeystoreError::Corrupted,
        E::TooLong(..) | E::Invalid(..) => KeystoreError::NotAllowed,
        E::NoDefaultStore | E::NotSupportedByStore(_) | _ => KeystoreError::unavailable(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(what: &str) -> Box<dyn std::error::Error + Send + Sync> {
        Box::new(std::io::Error::other(what.to_owned()))
    }

    #[test]
    fn a_dismissed_prompt_is_a_denial_and_a_locked_collection_is_locked() {
        let dismissed = translate(keyring::Error::NoStorageAccess(said("prompt was dismissed")));
        let locked = translate(keyring::Error::NoStorageAccess(said("object is locked")));
        assert_eq!(
            (dismissed.code(), locked.code()),
            ("keystore_denied", "keystore_locked")
        );
    }

    #[test]
    fn an_entry_that_cannot_be_decoded_is_corrupted_and_its_bytes_are_not_kept() {
        let error = translate(keyring::Error::BadEncoding(b"planted-secret".to_vec()));
        assert_eq!(error.code(), "keystore_corrupted");
        assert!(
            !format!("{error:?}").contains("112"),
            "the bytes are still inside"
        );
    }

    #[test]
    fn a_platform_without_keystore_is_unavailable_and_worth_another_try() {
        let error = translate(keyring::Error::NoDefaultStore);
        assert_eq!(error.code(), "keystore_unavailable");
        assert!(error.retryable());
    }
}
