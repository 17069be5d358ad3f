//! The trust list and the status lists, kept beside the profiles: verifying needs no vault.
//!
//! They are public and signed; what is read from the disk is verified again, by the deployment's
//! pinned keys, before it is used. A file somebody changed is as good as none.

use crate::acasa::hold;
use crate::verify::{KnownList, Lists};
use crate::{Acasa, CoreError};
use acasa_credentials::challenge::Challenge;
use acasa_credentials::mdoc::StatusMechanism;
use acasa_credentials::mdoc::verify::Certified;
use acasa_credentials::status::UnverifiedStatusList;
use acasa_credentials::trust::{
    AppVersion, Certificate, ChainOutcome, ChainQuery, PinnedKeys, Purpose, SignerProfile, TrustList,
    TrustStore,
};
use acasa_credentials::verdict::Check;
use acasa_crypto::digest::sha256;
use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A status list older than this leaves the question open, whatever it says itself.
const OLDEST_STATUS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What verifying stands on at this moment.
#[derive(Clone, Default)]
pub(crate) struct Trust {
    pub(crate) list: Option<TrustFacts>,
    pub(crate) store: Option<TrustStore>,
    pub(crate) lists: Vec<KnownList>,
    pub(crate) fetched_at: Option<Timestamp>,
}

/// What the screen says about the trust list.
#[derive(Clone, Copy)]
pub(crate) struct TrustFacts {
    pub(crate) version: u64,
    pub(crate) issued_at: Timestamp,
    pub(crate) next_update: Timestamp,
    pub(crate) issuers: usize,
    /// The oldest version of the app that may act.
    pub(crate) minimum_app: Option<AppVersion>,
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

/// Who asks for documents.
pub(crate) struct Asker {
    pub(crate) name: Option<String>,
    /// Whether the state confirms the name.
    pub(crate) is_known: bool,
}

impl Trust {
    /// Whether the list's successor is due.
    pub(crate) fn is_stale(&self, at: Timestamp) -> bool {
        self.list.is_none_or(|list| list.next_update < at)
    }

    /// Whether the status list of this address is held.
    pub(crate) fn lists_status(&self, uri: &str) -> bool {
        self.lists.iter().any(|list| list.subject() == uri)
    }

    /// Who asks: whom the state knows by their certificate, and otherwise whoever they say they are.
    pub(crate) fn asker(&self, challenge: &Challenge, at: Timestamp) -> Asker {
        let known = challenge.signer().and_then(|signer| self.reader(signer, at));
        Asker {
            is_known: known.is_some(),
            name: known.or_else(|| challenge.question().verifier.clone()),
        }
    }

    /// Whom the state knows by this access certificate. Anyone can make one for themselves: then nobody.
    fn reader(&self, certificate: &Certificate, at: Timestamp) -> Option<String> {
        let query = ChainQuery {
            chain: std::slice::from_ref(certificate),
            purpose: Purpose::Reader,
            doc_type: None,
            signed_at: None,
            at,
            profile: SignerProfile::Reader,
        };
        let outcome = self.store.as_ref()?.evaluate(query);
        (outcome == ChainOutcome::Trusted).then(|| certificate.common_name())?
    }

    /// The `status` check of one credential.
    pub(crate) fn check_status(
        &self,
        reference: &StatusMechanism,
        credential: Certified<'_>,
        at: Timestamp,
    ) -> Check {
        let lists = Lists {
            held: &self.lists,
            trust: self.store.as_ref(),
            oldest: Some(OLDEST_STATUS),
        };
        lists.check(reference, credential, at)
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
            .verify_trust(list, &[], seen, now)
            .ok_or(CoreError::Document {
                code: "trust_not_accepted",
            })?;
        let (statuses, known): (Vec<_>, Vec<_>) =
            newest_of_each(statuses, self.kept_statuses(), trust.store.as_ref(), now)
                .into_iter()
                .unzip();
        let folder = self.trust_folder();
        fs::create_dir_all(&folder)?;
        let mut lists = Vec::new();
        for status in &statuses {
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
            lists: known,
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
        let statuses = self.kept_statuses();
        let trust = self.verify_trust(&list, &statuses, self.newest_trust_version(), Timestamp::now())?;
        Some(Trust {
            fetched_at: Some(index.fetched_at),
            ..trust
        })
    }

    /// The status lists on the disk, as they came.
    fn kept_statuses(&self) -> Vec<Vec<u8>> {
        let folder = self.trust_folder();
        let index = fs::read(folder.join(INDEX)).ok();
        let index = index.and_then(|bytes| serde_json::from_slice::<Index>(&bytes).ok());
        let is_plain = |name: &String| name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let names = index.map(|index| index.lists).unwrap_or_default();
        names
            .iter()
            .filter(|name| is_plain(name))
            .filter_map(|name| fs::read(folder.join(name)).ok())
            .collect()
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
        let minimum_app = list.minimum_app();
        let store = list.into_store();
        let facts = TrustFacts {
            minimum_app,
            version,
            issued_at,
            next_update,
            issuers: store.anchors().len(),
        };
        let lists = statuses
            .iter()
            .filter_map(|status| known_list(status, &store, at))
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

/// A status list whose signer the trust list names for status.
fn known_list(bytes: &[u8], store: &TrustStore, at: Timestamp) -> Option<KnownList> {
    let list = UnverifiedStatusList::parse(bytes).ok()?;
    KnownList::verify(&list, store).filter(|list| list.is_trusted(store, None, at))
}

/// The lists fetched, or in place of one the issue of it that was kept, where that is newer: nobody on
/// the way can bring an old one back.
fn newest_of_each(
    fetched: &[Vec<u8>],
    kept: Vec<Vec<u8>>,
    store: Option<&TrustStore>,
    at: Timestamp,
) -> Vec<(Vec<u8>, KnownList)> {
    let known = |bytes: Vec<u8>| {
        let list = known_list(&bytes, store?, at)?;
        Some((bytes, list))
    };
    let mut newest: Vec<_> = fetched.iter().cloned().filter_map(known).collect();
    for (bytes, list) in kept.into_iter().filter_map(known) {
        let replaced = newest
            .iter_mut()
            .find(|(_, fetched)| fetched.subject() == list.subject());
        if let Some(place) = replaced
            && place.1.issued_at() < list.issued_at()
        {
            *place = (bytes, list);
        }
    }
    newest
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

#[cfg(test)]
mod tests;
