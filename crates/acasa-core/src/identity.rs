//! Signing in: the system's browser, or a person of the sandbox.
//!
//! Until there is a vault, the session lives here, in memory; the vault takes it when it is made.

mod attempt;

use crate::acasa::{hold, wiping};
use crate::{Acasa, CoreError, words};
use acasa_api_types::{
    LanguageTag, OffersView, PeopleView, PersonView, SandboxSignIn, SignInBegin, SignInProgressView,
    SignInRef, SignInView,
};
use acasa_client::{Installation, LoopbackRedirect, ReturnPage, Session, SignInRequest};
use acasa_crypto::{SecretBytes, SigningKey};
use attempt::Attempt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a person may take in the browser.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long one question how it stands may wait for an answer.
const ONE_WAIT: Duration = Duration::from_secs(20);

/// A signed-in person: what speaks for this installation, and the session itself.
pub(crate) struct SignedIn {
    pub(crate) installation: Installation,
    pub(crate) session: Session,
    /// PKCS#8 of the installation's two keys, for the vault to keep.
    pub(crate) keys: [SecretBytes; 2],
}

/// The sign-in under way, and the session of whoever signed in last.
#[derive(Default)]
pub(crate) struct SignIns {
    attempt: Mutex<Option<Attempt>>,
    session: Mutex<Option<Arc<SignedIn>>>,
}

impl SignIns {
    pub(crate) fn session(&self) -> Option<Arc<SignedIn>> {
        hold(&self.session).clone()
    }

    pub(crate) fn put(&self, signed_in: Arc<SignedIn>) {
        *hold(&self.session) = Some(signed_in);
    }

    /// Forgets everything: on lock, and when a profile is left.
    pub(crate) fn clear(&self) {
        *hold(&self.session) = None;
        *hold(&self.attempt) = None;
    }
}

/// Handle of the module.
pub struct Identity<'a> {
    pub(crate) acasa: &'a Acasa,
}

impl Identity<'_> {
    /// Pushes the request, opens the browser and starts listening for its way back.
    pub async fn begin(&self, begin: &SignInBegin) -> Result<SignInView, CoreError> {
        let loopback = LoopbackRedirect::bind().await?;
        let request =
            SignInRequest::new(loopback.redirect_uri().clone()).with_language(words::tag(begin.language));
        let (newcomer, pending) = self.prepare(&request).await?;
        let address = pending.authorization_url().to_string();
        let browser_opened = self.acasa.inner.setup.host.open_browser(&address);
        let attempt = Attempt::new()?;
        let id = attempt.id().to_owned();
        let outcome = attempt.outcome();
        *hold(&self.acasa.inner.sign_ins.attempt) = Some(attempt);
        let acasa = self.acasa.clone();
        let page = return_page(begin.language);
        tokio::spawn(wiping(async move {
            let answer = match loopback.wait(&pending, &page, PATIENCE).await {
                Ok(callback) => acasa.identity().exchange(newcomer, pending, &callback).await,
                Err(error) => Err(error.into()),
            };
            outcome.settle(&acasa, answer);
        }));
        Ok(SignInView {
            id,
            address,
            browser_opened,
            expires_in_seconds: seconds(PATIENCE),
        })
    }

    /// Waits a little, and tells how signing in stands.
    pub async fn wait(&self, which: &SignInRef) -> Result<SignInProgressView, CoreError> {
        let outcome = hold(&self.acasa.inner.sign_ins.attempt)
            .as_ref()
            .filter(|attempt| attempt.id() == which.id)
            .map(Attempt::outcome);
        match outcome {
            Some(outcome) => outcome.wait(ONE_WAIT).await,
            None => Ok(SignInProgressView::Cancelled),
        }
    }

    /// Gives up waiting; a browser that comes back later finds nobody.
    pub fn cancel(&self, which: &SignInRef) {
        let mut attempt = hold(&self.acasa.inner.sign_ins.attempt);
        if attempt.as_ref().is_some_and(|attempt| attempt.id() == which.id) {
            *attempt = None;
        }
    }

    /// The people one can be in a sandbox.
    pub async fn people(&self) -> Result<PeopleView, CoreError> {
        self.require_sandbox()?;
        let client = self.acasa.client()?;
        let people = self.acasa.inner.connection.note(client.sandbox_people().await)?;
        let person = |person: acasa_protocol::sandbox::SandboxPerson| PersonView {
            id: person.id,
            name: person.name,
            traits: person.traits,
        };
        Ok(PeopleView {
            people: people.into_iter().map(person).collect(),
        })
    }

    /// Signs in as a person of the sandbox: the same request, completed without a browser.
    pub async fn sandbox_sign_in(&self, who: &SandboxSignIn) -> Result<SignInProgressView, CoreError> {
        self.require_sandbox()?;
        let redirect = "http://127.0.0.1/callback"
            .parse()
            .expect("a constant address is an address");
        let (newcomer, pending) = self.prepare(&SignInRequest::new(redirect)).await?;
        let client = self.acasa.client()?;
        let callback = self
            .acasa
            .inner
            .connection
            .note(client.sandbox_sign_in(&pending, &who.person).await)?;
        let answer = self.exchange(newcomer, pending, &callback).await;
        attempt::take(self.acasa, answer)
    }

    /// What can be issued to the person signed in.
    pub async fn offers(&self) -> Result<OffersView, CoreError> {
        crate::documents::offers(self.acasa).await
    }

    /// The session in use: the vault's when it is open, else the one of a person enrolling.
    pub(crate) fn signed_in(&self) -> Result<Arc<SignedIn>, CoreError> {
        self.acasa.inner.sign_ins.session().ok_or(CoreError::NotSignedIn)
    }

    fn require_sandbox(&self) -> Result<(), CoreError> {
        if self.acasa.deployment().is_sandbox() {
            Ok(())
        } else {
            Err(CoreError::NotASandbox)
        }
    }

    /// Registers this installation where it is not yet, and pushes the request.
    async fn prepare(
        &self,
        request: &SignInRequest,
    ) -> Result<(Newcomer, acasa_client::PendingSignIn), CoreError> {
        self.acasa.require_new_enough()?;
        let client = self.acasa.client()?;
        let connection = &self.acasa.inner.connection;
        // An installation that was taken out of use is of no use any more: sign in as another.
        let known = self
            .acasa
            .inner
            .sign_ins
            .session()
            .filter(|_| !connection.is_revoked());
        let newcomer = if let Some(known) = known {
            let keys = [0, 1].map(|index: usize| SecretBytes::from_slice(known.keys[index].expose()));
            Newcomer {
                installation: known.installation.clone(),
                keys,
            }
        } else {
            let (key, dpop) = (SigningKey::make_random()?, SigningKey::make_random()?);
            let keys = [key.to_pkcs8()?, dpop.to_pkcs8()?];
            let registered = client.register(Arc::new(key), Arc::new(dpop)).await;
            Newcomer {
                installation: connection.note(registered)?,
                keys,
            }
        };
        let pending = client.begin_sign_in(&newcomer.installation, request).await;
        let pending = connection.note(pending)?;
        connection.recognised();
        Ok((newcomer, pending))
    }

    async fn exchange(
        &self,
        newcomer: Newcomer,
        pending: acasa_client::PendingSignIn,
        callback: &acasa_client::Callback,
    ) -> Result<SignedIn, CoreError> {
        let client = self.acasa.client()?;
        let finished = client
            .finish_sign_in(&newcomer.installation, pending, callback)
            .await;
        let session = self.acasa.inner.connection.note(finished)?;
        Ok(SignedIn {
            installation: newcomer.installation,
            session,
            keys: newcomer.keys,
        })
    }
}

/// A registered installation whose person is still in the browser.
struct Newcomer {
    installation: Installation,
    keys: [SecretBytes; 2],
}

fn return_page(language: LanguageTag) -> ReturnPage {
    let text = |key| words::text(language, key);
    ReturnPage {
        language: words::tag(language).to_owned(),
        title: text("sign_in_page_title"),
        done: text("sign_in_page_done"),
        failed: text("sign_in_page_failed"),
    }
}

fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}
