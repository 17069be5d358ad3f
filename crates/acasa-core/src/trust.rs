//! The trust list and the status lists, kept beside the profiles: verifying needs no vault.
//!
//! They are public and signed; what is read from the disk is verified again, by the deployment's
//! pinned keys, before it is used. A file somebody changed is as good as none.

use crate::acasa::hold;
use crate::{Acasa, CoreError};
use acasa_credentials::mdoc::StatusReference;
use acasa_credentials::status::{Status, StatusListToken, UnverifiedStatusList};
use acasa_credentials::trust::{Certificate, PinnedKeys, Purpose, TrustList, TrustStore};
use acasa_credentials::verdict::{Check, CheckName};
use acasa_crypto::digest::sha256;
use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// How far the clocks of issuer and verifier may differ (moldova's EVO Wallet profile: ten minutes).
const SKEW_SECONDS: i64 = 600;
/// A status list older than this leaves the question open, whatever it says itself.
const OLDEST_STATUS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What verifying stands on at this moment.
#[derive(Clone, Default)]
pub(crate) struct Trust {
    pub(crate) list: Option<TrustFacts>,
    pub(crate) store: Option<TrustStore>,
    pub(crate) lists: Vec<StatusListToken>,
    pub(crate) fetched_at: Option<Timestamp>,
}

/// What the screen says about the trust list.
#[derive(Clone, Copy)]
pub(crate) struct TrustFacts {
    pub(crate) version: u64,
    pub(crate) issued_at: Timestamp,
    pub(crate) next_update: Timestamp,
    pub(crate) issuers: usize,
}

/// The loaded trust, and where it lies.
#[derive(Default)]
pub(crate) struct TrustKeeper {
    loaded: Mutex<Option<Arc<Trust>>>,
}

/// What is written on the disk.
#[derive(Serialize, Deserialize)]
struct Index {
    fetched_at: Timestamp,
    /// File names of the status lists.
    lists: Vec<String>,
}

/// The keystore's name for what belongs to no profile.
const DEVICE: &str = "device";
const LIST: &str = "trust-list.cose";
const INDEX: &str = "index.json";

impl Trust {
    /// Whether the list's successor is due.
    pub(crate) fn is_stale(&self, at: Timestamp) -> bool {
        self.list.is_none_or(|list| list.next_update < at)
    }

    /// Whether the status list of this address is held.
    pub(crate) fn lists_status(&self, uri: &str) -> bool {
        self.lists.iter().any(|token| token.subject() == uri)
    }

    /// The `status` check of one credential.
    pub(crate) fn check_status(&self, reference: &StatusReference, at: Timestamp) -> Check {
        let name = CheckName::Status;
        let StatusReference::StatusList { uri, index } = reference else {
            return Check::open(name, "unknown_mechanism");
        };
        let Some(token) = self.lists.iter().find(|token| token.subject() == uri) else {
            return Check::open(name, "no_status_list");
        };
        // What is revoked stays so, however old the list that says it.
        match token.list().get(*index) {
            Ok(Status::Valid) if Self::is_too_old(token, at) => Check::open(name, "status_list_too_old"),
            Ok(Status::Valid) => Check::pass(name, "ok"),
            Ok(Status::Invalid) => Check::fail(name, "revoked"),
            Ok(Status::Suspended) => Check::fail(name, "suspended"),
            Ok(Status::Other(_)) => Check::fail(name, "not_in_force"),
            Err(_) => Check::fail(name, "index_outside_list"),
        }
    }

    /// Past its own expiry, or older than any list may be.
    fn is_too_old(token: &StatusListToken, at: Timestamp) -> bool {
        let issued = Timestamp::from_second(token.issued_at()).unwrap_or(Timestamp::MIN);
        token.check_time(at.as_second(), SKEW_SECONDS).is_err() || at.duration_since(issued) > OLDEST_STATUS
    }
}

impl Acasa {
    /// What verifying stands on now; read from the disk at first.
    pub(crate) fn trust(&self) -> Arc<Trust> {
        let mut loaded = hold(&self.inner.trust.loaded);
        if let Some(trust) = &*loaded {
            return Arc::clone(trust);
        }
        let trust = Arc::new(self.load_trust().unwrap_or_default());
        *loaded = Some(Arc::clone(&trust));
        trust
    }

    /// Fetches the trust list and every status list there is, verifies them and keeps them.
    ///
    /// All lists, whoever is met later: fetching one on sight would tell its issuer who was met.
    pub(crate) async fn fetch_trust(&self) -> Result<Arc<Trust>, CoreError> {
        let client = self.client()?;
        let connection = &self.inner.connection;
        let list = connection.note(client.trust_list().await)?;
        let mut statuses = Vec::new();
        for address in connection.note(client.status_lists().await)? {
            statuses.push(connection.note(client.status_list(&address).await)?);
        }
        self.blocking(move |acasa| acasa.keep_trust(&list, &statuses))
            .await
    }

    fn keep_trust(&self, list: &[u8], statuses: &[Vec<u8>]) -> Result<Arc<Trust>, CoreError> {
        let now = Timestamp::now();
        let seen = self
            .trust()
            .list
            .map(|list| list.version)
            .max(self.newest_trust_version());
        let trust = self
            .verify_trust(list, statuses, seen, now)
            .ok_or(CoreError::Document {
                code: "trust_not_accepted",
            })?;
        let folder = self.trust_folder();
        fs::create_dir_all(&folder)?;
        let mut lists = Vec::new();
        for status in statuses {
            let name = short_name(status);
            write_whole(&folder.join(&name), status)?;
            lists.push(name);
        }
        write_whole(&folder.join(LIST), list)?;
        let kept: Vec<String> = lists
            .iter()
            .cloned()
            .chain([LIST.to_owned(), INDEX.to_owned()])
            .collect();
        let index = serde_json::to_vec(&Index {
            fetched_at: now,
            lists,
        })
        .map_err(|_| CoreError::Worker)?;
        write_whole(&folder.join(INDEX), &index)?;
        remove_all_but(&folder, &kept);
        let trust = Arc::new(Trust {
            fetched_at: Some(now),
            ..trust
        });
        if let Some(list) = trust.list {
            self.keep_trust_version(list.version);
        }
        *hold(&self.inner.trust.loaded) = Some(Arc::clone(&trust));
        Ok(trust)
    }

    fn load_trust(&self) -> Option<Trust> {
        let folder = self.trust_folder();
        let index: Index = serde_json::from_slice(&fs::read(folder.join(INDEX)).ok()?).ok()?;
        let list = fs::read(folder.join(LIST)).ok()?;
        let is_plain = |name: &&String| name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let statuses: Vec<Vec<u8>> = index
            .lists
            .iter()
            .filter(is_plain)
            .filter_map(|name| fs::read(folder.join(name)).ok())
            .collect();
        let trust = self.verify_trust(&list, &statuses, self.newest_trust_version(), Timestamp::now())?;
        Some(Trust {
            fetched_at: Some(index.fetched_at),
            ..trust
        })
    }

    /// The list by a pinned key; of the status lists, those whose signer the list names for it.
    fn verify_trust(
        &self,
        list: &[u8],
        statuses: &[Vec<u8>],
        seen: Option<u64>,
        at: Timestamp,
    ) -> Option<Trust> {
        let keys = &self.deployment().trust_keys;
        let key = |index: usize| keys.get(index).map(|jwk| jwk.key().clone());
        let pinned = PinnedKeys {
            current: key(0)?,
            successor: key(1),
        };
        let list = TrustList::verify(list, &pinned, seen, at)
            .inspect_err(|error| tracing::warn!(code = error.code(), "the trust list is not accepted"))
            .ok()?;
        let (version, issued_at, next_update) = (list.version(), list.issued_at(), list.next_update());
        let store = list.into_store();
        let facts = TrustFacts {
            version,
            issued_at,
            next_update,
            issuers: store.anchors().len(),
        };
        let lists = statuses
            .iter()
            .filter_map(|status| verify_status(status, &store))
            .collect();
        Some(Trust {
            list: Some(facts),
            store: Some(store),
            lists,
            fetched_at: None,
        })
    }

    /// The newest version this device ever accepted from this publisher, kept outside the folder so
    /// that copying an old list back is noticed. Without a keystore only the folder knows.
    fn newest_trust_version(&self) -> Option<u64> {
        let kept = self
            .inner
            .setup
            .keystore
            .get(DEVICE, &self.trust_slot()?)
            .ok()??;
        Some(u64::from_be_bytes(kept.as_slice().try_into().ok()?))
    }

    fn keep_trust_version(&self, version: u64) {
        let Some(slot) = self.trust_slot() else { return };
        if let Err(error) = self
            .inner
            .setup
            .keystore
            .set(DEVICE, &slot, &version.to_be_bytes())
        {
            tracing::warn!(
                code = error.code(),
                "the trust list's version is kept beside the list only"
            );
        }
    }

    /// One slot for each publisher: a sandbox makes another key at each start.
    fn trust_slot(&self) -> Option<String> {
        let key = self.deployment().trust_keys.first()?;
        Some(format!("trust.{}", short_name(key.thumbprint().as_bytes())))
    }

    fn trust_folder(&self) -> PathBuf {
        self.inner.setup.folder.join("trust")
    }
}

/// A status list by a signer that the trust list names for status.
fn verify_status(bytes: &[u8], store: &TrustStore) -> Option<StatusListToken> {
    let list = UnverifiedStatusList::parse(bytes).ok()?;
    let named = list.certificates().ok()?.into_iter().next();
    let named = named.and_then(|der| Certificate::from_der(&der).ok());
    let mut trusted = store.keys(Purpose::Status, None).map(|(key, _)| key);
    let key = match &named {
        Some(certificate) => trusted.find(|key| *key == certificate.key())?,
        None => return trusted.find_map(|key| list.verify(key).ok()),
    };
    list.verify(key).ok()
}

/// Lists that newer ones replaced. What cannot be removed is removed the next time.
fn remove_all_but(folder: &Path, kept: &[String]) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !kept.iter().any(|name| entry.file_name() == name.as_str()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Sixteen hex digits that tell one from another.
fn short_name(bytes: &[u8]) -> String {
    let digest = sha256(bytes);
    HEXLOWER.encode(digest.first_chunk::<8>().expect("a digest has 32 bytes"))
}

/// Under another name first, so that a crash leaves the old or the new one.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let fresh = path.with_added_extension("new");
    fs::write(&fresh, bytes)?;
    fs::rename(fresh, path)
}
