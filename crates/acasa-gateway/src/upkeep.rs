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
