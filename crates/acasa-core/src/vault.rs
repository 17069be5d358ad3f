//! Opening, closing and destroying the vault of the profile in use.
//!
//! Locked means locked: closing the vault ends every showing and every background task's access,
//! and takes the session out of memory.

mod guard;
mod slots;
#[cfg(test)]
pub(crate) mod testing;

use crate::acasa::hold;
use crate::identity::SignedIn;
use crate::reminders::alarms;
use crate::sync::POSITION_SLOT;
use crate::{Acasa, CoreError};
use acasa_api_types::{
    ForgetPreviewView, PassphraseView, SecretKind, SecretText, VaultChangeSecret, VaultCreate, VaultForget,
    VaultStatusView, VaultUnlock, VaultUnlockView,
};
use acasa_client::{Installation, Session};
use acasa_crypto::{SecretBytes, SigningKey};
use acasa_keystore::{SigningKeys, SoftwareSigningKeys};
use acasa_store as store;
use acasa_store::{Passphrase, Pin, Platform, Profile, Secret, StoreError, SystemUptime};
use slots::{KeystoreSlots, VaultKeys};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) use guard::Guard;

/// Names of what the vault keeps of a session.
mod kept {
    pub(super) const CLIENT_ID: &str = "client-id";
    pub(super) const CLIENT_KEY: &str = "client-key";
    pub(super) const DPOP_KEY: &str = "dpop-key";
    pub(super) const SESSION: &str = "session";
}

/// Words in a generated passphrase: seven of 1,296 are 72 bits.
const PASSPHRASE_WORDS: usize = 7;

/// How the profile in use stands.
pub(crate) enum Standing {
    /// There is no vault yet.
    None,
    /// It is closed.
    Closed,
    /// It is open.
    Open,
    /// It cannot be opened; the code says why.
    Blocked(String),
}

/// An open vault, and the keys of its documents.
#[derive(Clone)]
pub(crate) struct OpenVault {
    pub(crate) records: store::Vault,
    pub(crate) keys: Arc<dyn SigningKeys>,
}

/// Holds the profile in use: its folder while this process has it, its records while it is open.
#[derive(Default)]
pub(crate) struct VaultKeeper {
    profile: Mutex<Option<Arc<Profile>>>,
    open: Mutex<Option<OpenVault>>,
    pub(crate) guard: Guard,
}

impl VaultKeeper {
    fn put(&self, profile: Arc<Profile>, open: OpenVault) {
        *hold(&self.profile) = Some(profile);
        *hold(&self.open) = Some(open);
        self.guard.touch();
    }
}

/// Handle of the module.
pub struct Vault<'a> {
    pub(crate) acasa: &'a Acasa,
}

impl Vault<'_> {
    fn keeper(&self) -> &VaultKeeper {
        &self.acasa.inner.vault
    }

    /// The open vault, or the failure every command gives while it is closed.
    pub(crate) fn open(&self) -> Result<OpenVault, CoreError> {
        hold(&self.keeper().open).clone().ok_or(CoreError::Locked)
    }

    /// Whether there is a vault in a folder, whole or not.
    pub(crate) fn is_made(folder: &Path) -> bool {
        Profile::exists(folder) || folder.join("vault.db").exists()
    }

    /// How the profile in use stands.
    pub(crate) fn standing(&self) -> Standing {
        if hold(&self.keeper().open).is_some() {
            return Standing::Open;
        }
        let Some(folder) = self.acasa.profiles().current_folder() else {
            return Standing::None;
        };
        if !Self::is_made(&folder) {
            return Standing::None;
        }
        match self.profile().and_then(|profile| profile.state()) {
            Ok(_) => Standing::Closed,
            Err(StoreError::NotEnrolled) => Standing::None,
            Err(error) => Standing::Blocked(error.code().to_owned()),
        }
    }

    /// What is asked for, and how often it may still be tried.
    pub fn status(&self) -> Result<VaultStatusView, CoreError> {
        let state = self.profile()?.state()?;
        Ok(VaultStatusView {
            kind: match state.kind {
                store::SecretKind::Pin => SecretKind::Pin,
                store::SecretKind::Passphrase => SecretKind::Passphrase,
            },
            tries_left: state.tries_left.map(u32::from),
            wait_seconds: seconds(state.wait),
        })
    }

    /// Words to write down, where there is no keystore.
    #[expect(clippy::unused_self, reason = "every act of the module hangs off its handle")]
    pub fn suggest_passphrase(&self) -> Result<PassphraseView, CoreError> {
        let passphrase = Passphrase::make_random(PASSPHRASE_WORDS)?;
        Ok(PassphraseView {
            words: passphrase.expose().split(' ').map(str::to_owned).collect(),
        })
    }

    /// Whether a secret may be chosen: asked after its first entry, before it is repeated.
    pub fn check_secret(create: &VaultCreate) -> Result<(), CoreError> {
        chosen(create.kind, &create.secret).map(drop)
    }

    /// Makes the vault of the profile in use, which takes the session of whoever just signed in.
    pub fn create(&self, create: &VaultCreate) -> Result<(), CoreError> {
        let signed_in = self.acasa.identity().signed_in()?;
        let secret = chosen(create.kind, &create.secret)?;
        let id = self.acasa.profiles().current_or_first()?;
        let folder = self.acasa.profiles().folder(&id);
        let (profile, records) = Profile::enrol(&folder, self.platform(), &secret)?;
        keep_session(&records, &signed_in)?;
        let open = self.with_keys(&profile, records)?;
        self.keeper().put(Arc::new(profile), open);
        self.acasa.sync().begin();
        Ok(())
    }

    /// Tries to open the vault.
    pub fn unlock(&self, unlock: &VaultUnlock) -> Result<VaultUnlockView, CoreError> {
        let profile = self.profile()?;
        let secret = entered(profile.state()?.kind, &unlock.secret)?;
        match profile.unlock(&secret) {
            Ok(records) => {
                records.principals().end_expired(jiff::Timestamp::now())?;
                let session = kept_session(&records)?;
                let open = self.with_keys(&profile, records)?;
                self.keeper().put(profile, open);
                // Last: whatever failed before leaves no token in memory of a vault that stays closed.
                if let Some(signed_in) = session {
                    self.acasa.inner.sign_ins.put(Arc::new(signed_in));
                }
                self.acasa.sync().begin();
                Ok(VaultUnlockView::Opened)
            }
            Err(error) => self.unlock_answer(error),
        }
    }

    /// Changes the secret; wrong current ones count like tries to unlock.
    pub fn change_secret(&self, change: &VaultChangeSecret) -> Result<VaultUnlockView, CoreError> {
        let profile = self.profile()?;
        let kind = profile.state()?.kind;
        let current = entered(kind, &change.current)?;
        let new = match kind {
            store::SecretKind::Pin => chosen(SecretKind::Pin, &change.new)?,
            store::SecretKind::Passphrase => chosen(SecretKind::Passphrase, &change.new)?,
        };
        match profile.change_secret(&current, &new) {
            Ok(()) => Ok(VaultUnlockView::Opened),
            Err(error) => self.unlock_answer(error),
        }
    }

    /// Closes the vault: its keys leave memory, and with them the session.
    pub fn lock(&self) {
        if let Err(error) = alarms::keep(self.acasa, &jiff::Zoned::now()) {
            tracing::warn!(code = error.code(), "reminders stay as they were noted before");
        }
        self.acasa.sync().end();
        self.acasa.showing().end_all();
        let open = hold(&self.keeper().open).take();
        if let Some(open) = open {
            open.records.lock();
            tracing::info!("vault locked");
        }
        *hold(&self.keeper().profile) = None;
        self.acasa.inner.sign_ins.clear();
        self.acasa.documents().forget_receipt();
        self.acasa.scanner().reset();
        self.acasa.disconnect();
    }

    /// Notes that the person is there.
    pub fn touch(&self) {
        self.keeper().guard.touch();
    }

    /// What forgetting the profile would lose.
    pub fn forget_preview(&self) -> ForgetPreviewView {
        let unsettled = self
            .open()
            .ok()
            .and_then(|open| open.records.acts().unsettled().ok());
        ForgetPreviewView {
            unsent_acts: unsettled.map(|acts| u32::try_from(acts.len()).unwrap_or(u32::MAX)),
        }
    }

    /// Destroys keys, then files, of the profile in use, whatever state it is in.
    pub fn forget(&self, forget: &VaultForget) -> Result<(), CoreError> {
        if !forget.confirmed {
            return Err(CoreError::OutOfRange { what: "confirmed" });
        }
        let held = hold(&self.keeper().profile).clone();
        self.lock();
        drop(held);
        let Some(folder) = self.acasa.profiles().current_folder() else {
            return Ok(());
        };
        match Profile::open(&folder, self.platform()) {
            Ok(profile) => {
                if let Ok(name) = profile.name() {
                    let keystore = &*self.acasa.inner.setup.keystore;
                    let _ = SoftwareSigningKeys::<VaultKeys>::destroy(keystore, &name);
                    let _ = keystore.delete(&name, POSITION_SLOT);
                }
                profile.forget()?;
            }
            Err(StoreError::NotEnrolled) => {}
            Err(StoreError::InUse) => return Err(StoreError::InUse.into()),
            Err(_) => Profile::clear(&folder)?,
        }
        self.acasa.profiles().drop_current()
    }

    /// Whether this session may be this profile's: a profile keeps one person for ever.
    pub(crate) fn may_take(&self, signed_in: &SignedIn) -> Result<bool, CoreError> {
        let Ok(open) = self.open() else {
            // Signing in that ends after the vault was locked must leave no token behind.
            return match self.standing() {
                Standing::None => Ok(true),
                Standing::Open | Standing::Closed | Standing::Blocked(_) => Err(CoreError::Locked),
            };
        };
        if let Some(kept) = kept_session(&open.records)?
            && kept.session.subject() != signed_in.session.subject()
        {
            return Ok(false);
        }
        keep_session(&open.records, signed_in)?;
        Ok(true)
    }

    /// The profile's name in the keystore, if it was made with one.
    pub(crate) fn keystore_name(&self) -> Result<Option<String>, CoreError> {
        let profile = self.profile()?;
        Ok(match profile.state()?.kind {
            store::SecretKind::Pin => Some(profile.name()?),
            store::SecretKind::Passphrase => None,
        })
    }

    /// The profile in use, held by this process from the first question on.
    fn profile(&self) -> Result<Arc<Profile>, StoreError> {
        let mut held = hold(&self.keeper().profile);
        if let Some(profile) = &*held {
            return Ok(Arc::clone(profile));
        }
        let folder = self
            .acasa
            .profiles()
            .current_folder()
            .ok_or(StoreError::NotEnrolled)?;
        let profile = Arc::new(Profile::open(&folder, self.platform())?);
        *held = Some(Arc::clone(&profile));
        Ok(profile)
    }

    fn platform(&self) -> Platform {
        let setup = &self.acasa.inner.setup;
        let slots: Option<Arc<dyn store::Slots>> = match setup.keystore.available() {
            Ok(()) => Some(Arc::new(KeystoreSlots::new(Arc::clone(&setup.keystore)))),
            Err(_) => None,
        };
        Platform {
            slots,
            uptime: Arc::new(SystemUptime::new()),
            cost: setup.cost,
        }
    }

    fn with_keys(&self, profile: &Profile, records: store::Vault) -> Result<OpenVault, CoreError> {
        let sealed = VaultKeys::new(records.clone());
        // By what the profile was made with, never by what happens to be there today: a keystore that
        // appears later, or is silent for a moment, must not make the keys unreadable.
        let keys: Arc<dyn SigningKeys> = match profile.state()?.kind {
            store::SecretKind::Pin => {
                let keystore = &self.acasa.inner.setup.keystore;
                Arc::new(SoftwareSigningKeys::open(&**keystore, &profile.name()?, sealed)?)
            }
            store::SecretKind::Passphrase => Arc::new(SoftwareSigningKeys::with_key(
                records.signing_keys().wrapping_key()?,
                sealed,
            )),
        };
        Ok(OpenVault { records, keys })
    }

    /// A wrong secret is an outcome of the screen, not a failure of the app.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever else fails is a failure, also what is yet to be named"
    )]
    fn unlock_answer(&self, error: StoreError) -> Result<VaultUnlockView, CoreError> {
        match error {
            StoreError::WrongSecret { tries_left, wait } => Ok(VaultUnlockView::Wrong {
                tries_left: tries_left.map(u32::from),
                wait_seconds: seconds(wait),
            }),
            StoreError::MustWait { wait } => Ok(VaultUnlockView::Wait {
                wait_seconds: seconds(wait),
            }),
            StoreError::Destroyed => {
                self.lock();
                Ok(VaultUnlockView::Destroyed)
            }
            other => Err(other.into()),
        }
    }
}

/// A secret that is being chosen: simple ones are refused.
fn chosen(kind: SecretKind, secret: &SecretText) -> Result<Secret, CoreError> {
    Ok(match kind {
        SecretKind::Pin => Pin::choose(secret.expose())
            .map_err(|error| CoreError::Document { code: error.code() })?
            .into(),
        SecretKind::Passphrase => Passphrase::enter(secret.expose()).into(),
    })
}

/// A secret that is being typed to open.
fn entered(kind: store::SecretKind, secret: &SecretText) -> Result<Secret, CoreError> {
    Ok(match kind {
        store::SecretKind::Pin => Pin::enter(secret.expose())
            .map_err(|error| CoreError::Document { code: error.code() })?
            .into(),
        store::SecretKind::Passphrase => Passphrase::enter(secret.expose()).into(),
    })
}

fn keep_session(records: &store::Vault, signed_in: &SignedIn) -> Result<(), CoreError> {
    let [client, dpop] = &signed_in.keys;
    let session = records.session();
    session.set(kept::CLIENT_ID, signed_in.installation.client_id().as_bytes())?;
    session.set(kept::CLIENT_KEY, client.expose())?;
    session.set(kept::DPOP_KEY, dpop.expose())?;
    session.set(kept::SESSION, signed_in.session.to_stored()?.expose())?;
    Ok(())
}

fn kept_session(records: &store::Vault) -> Result<Option<SignedIn>, CoreError> {
    let session = records.session();
    let kept = (
        session.get(kept::CLIENT_ID)?,
        session.get(kept::CLIENT_KEY)?,
        session.get(kept::DPOP_KEY)?,
        session.get(kept::SESSION)?,
    );
    let (Some(id), Some(client), Some(dpop), Some(stored)) = kept else {
        return Ok(None);
    };
    let id = String::from_utf8(id.to_vec()).map_err(|_| StoreError::Damaged)?;
    let installation = Installation::new(
        id,
        Arc::new(SigningKey::from_pkcs8(&client)?),
        Arc::new(SigningKey::from_pkcs8(&dpop)?),
    );
    let keys = [SecretBytes::from_slice(&client), SecretBytes::from_slice(&dpop)];
    Ok(Some(SignedIn {
        installation,
        session: Session::from_stored(&stored)?,
        keys,
    }))
}

fn seconds(duration: Duration) -> u32 {
    let whole = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    u32::try_from(whole).unwrap_or(u32::MAX)
}
