//! What an operator does with what is kept, while the gateway serves or not. Waits for the database, so not to be
//! called from an asynchronous thread.

use acasa_crypto::digest::sha256;
use acasa_domain::Principal;
use acasa_gateway_store::{Held, RootKeys, SqliteStorage, Storage};
use uuid::Uuid;

use crate::{
    Custody, Settings, StartError,
    journal::{Happening, event_about},
    ports::{Clock as _, SystemClock},
};

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// What was kept.
    pub held: Held,
    /// Installations that were taken out of use, and their sessions.
    pub installations: u64,
}

/// Keys and records of a gateway, without the gateway.
pub struct Upkeep {
    custody: Custody,
    roots: RootKeys,
    storage: Box<dyn Storage>,
}

impl Upkeep {
    /// Opens what these settings name.
    pub fn open(settings: &Settings) -> Result<Self, StartError> {
        // Root keys are in the folder, whatever a token holds.
        let custody = Custody::of(settings.data.as_deref(), None)?;
        let roots = custody.root_keys()?;
        let storage: Box<dyn Storage> = match (&settings.database, &settings.data) {
            (Some(database), _) => Box::new(database.open(&roots)?),
            (None, Some(folder)) => {
                Box::new(SqliteStorage::open(&folder.join("gateway.db"), sha256, &roots)?)
            }
            (None, None) => Box::new(SqliteStorage::in_memory(sha256)?),
        };
        Ok(Self {
            custody,
            roots,
            storage,
        })
    }

    /// How much is kept of a principal.
    pub fn held(&self, principal: Principal) -> Result<Held, StartError> {
        Ok(self.storage.held(principal)?)
    }

    /// Destroys a principal's key and what is sealed under it. The sessions end first, so that nobody writes
    /// meanwhile; after a stop in between, it is done again.
    pub fn erase(&self, principal: Principal) -> Result<Erased, StartError> {
        let correlation = Uuid::now_v7().to_string();
        let now = SystemClock.now().as_millisecond();
        let event = |happening| event_about(happening, principal, "all", &correlation, now);
        self.storage.erasable(principal)?;
        let installations = match principal {
            Principal::Person(person) => self
                .storage
                .remove_clients_of(person.as_str(), &event(Happening::InstallationsRevoked))?,
            Principal::Organization(_) => 0,
        };
        let held = self.storage.erase(principal, &event(Happening::Erased))?;
        Ok(Erased { held, installations })
    }

    /// Wraps every key anew by the newest root key, then forgets the others; how many keys.
    pub fn rewrap(&self) -> Result<u64, StartError> {
        let wrapped = self.storage.rewrap()?;
        let now = self.custody.root_keys()?;
        // One that was made meanwhile wraps nothing yet: the next run goes on with it.
        if now.names().eq(self.roots.names()) {
            self.custody.keep_root_keys(&now.newest()?)?;
        }
        Ok(wrapped)
    }
}

/// Makes a new root key beside the older ones; the next start wraps by it.
pub fn replace_root_key(custody: &Custody) -> Result<RootKeys, StartError> {
    let roots = custody.root_keys()?.rotated()?;
    custody.keep_root_keys(&roots)?;
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;
    use acasa_gateway_store::Letter;
    use serde_json::json;
    use std::net::{Ipv4Addr, SocketAddr};
    use tempfile::TempDir;

    struct Folder {
        settings: Settings,
        _folder: TempDir,
    }

    impl Folder {
        fn new() -> Self {
            let folder = TempDir::new().unwrap();
            let mut settings = Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
            settings.data = Some(folder.path().to_owned());
            Self {
                settings,
                _folder: folder,
            }
        }

        fn open(&self) -> Upkeep {
            Upkeep::open(&self.settings).unwrap()
        }

        fn replace(&self) {
            replace_root_key(&self.settings.custody().unwrap()).unwrap();
        }

        /// Names of the root keys in the folder, the one that wraps first.
        fn names(&self) -> Vec<String> {
            let roots = self.settings.custody().unwrap().root_keys().unwrap();
            roots.names().map(str::to_owned).collect()
        }
    }

    fn principal() -> Principal {
        "urn:md:idnp:2999000000014".parse().unwrap()
    }

    /// A letter to somebody, sealed under the key of theirs.
    fn begun(open: &Upkeep) {
        let letter = Letter {
            principal: principal(),
            id: Uuid::from_u128(1),
            content: json!({ "subject": "s" }),
            reported: false,
        };
        let event = event_about(Happening::Erased, principal(), "all", "c", 1);
        assert!(open.storage.take(&letter, None, &event).unwrap());
    }

    #[test]
    fn after_rewrapping_only_the_newest_root_key_is_kept() {
        let folder = Folder::new();
        begun(&folder.open());
        folder.replace();
        let newest = folder.names().remove(0);

        assert_eq!(folder.open().rewrap().unwrap(), 1);

        assert_eq!(folder.names(), [newest]);
        assert_eq!(folder.open().held(principal()).unwrap().letters, 1);
    }

    #[test]
    fn a_root_key_that_is_made_while_others_are_rewrapped_is_kept_with_them() {
        let folder = Folder::new();
        begun(&folder.open());
        folder.replace();
        let open = folder.open();
        folder.replace();
        let made = folder.names();

        assert_eq!(open.rewrap().unwrap(), 1);

        assert_eq!((folder.names(), made.len()), (made.clone(), 3));
        // What was wrapped by the one before the newest is read by whoever starts with all, and rewrapped by the next run.
        assert_eq!(folder.open().rewrap().unwrap(), 1);
        assert_eq!(folder.names(), made[..1]);
        assert_eq!(folder.open().held(principal()).unwrap().letters, 1);
    }
}
