//! One sign-in under way: an id to ask after it by, and an outcome that is settled once.

use super::SignedIn;
use crate::{Acasa, CoreError};
use acasa_api_types::SignInProgressView;
use acasa_client::ClientError;
use acasa_crypto::random;
use data_encoding::HEXLOWER;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

type Settled = Option<Result<SignInProgressView, Arc<CoreError>>>;

/// Dropping it is giving up: whoever waits is told so.
pub(super) struct Attempt {
    id: String,
    sender: Arc<watch::Sender<Settled>>,
}

/// The end at which an attempt is awaited and settled.
pub(super) struct Outcome {
    id: String,
    sender: std::sync::Weak<watch::Sender<Settled>>,
    receiver: watch::Receiver<Settled>,
}

impl Attempt {
    pub(super) fn new() -> Result<Self, CoreError> {
        let id = HEXLOWER.encode(&random::make_bytes::<16>()?);
        Ok(Self {
            id,
            sender: Arc::new(watch::channel(None).0),
        })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn outcome(&self) -> Outcome {
        let receiver = self.sender.subscribe();
        Outcome {
            id: self.id.clone(),
            sender: Arc::downgrade(&self.sender),
            receiver,
        }
    }
}

impl Outcome {
    /// Waits until it is settled, given up, or the time is up.
    pub(super) async fn wait(mut self, at_most: Duration) -> Result<SignInProgressView, CoreError> {
        // Only the attempt itself keeps the channel open.
        let settled = tokio::time::timeout(at_most, self.receiver.wait_for(Option::is_some)).await;
        match settled {
            Err(_elapsed) => Ok(SignInProgressView::Waiting),
            Ok(Err(_given_up)) => Ok(SignInProgressView::Cancelled),
            Ok(Ok(settled)) => match settled.as_ref() {
                Some(Ok(progress)) => Ok(progress.clone()),
                Some(Err(error)) => Err(CoreError::SignIn(Arc::clone(error))),
                None => Ok(SignInProgressView::Waiting),
            },
        }
    }

    /// Takes the session, unless the attempt was given up meanwhile.
    pub(super) fn settle(self, acasa: &Acasa, answer: Result<SignedIn, CoreError>) {
        let Some(sender) = self.sender.upgrade() else {
            tracing::info!(
                attempt = self.id,
                "a browser came back to a sign-in that was given up"
            );
            return;
        };
        sender.send_replace(Some(take(acasa, answer).map_err(Arc::new)));
    }
}

/// Keeps the session, if it is the profile's own person's; says how signing in ended.
pub(super) fn take(
    acasa: &Acasa,
    answer: Result<SignedIn, CoreError>,
) -> Result<SignInProgressView, CoreError> {
    match answer {
        Ok(signed_in) => {
            if !acasa.vault().may_take(&signed_in)? {
                return Ok(SignInProgressView::WrongPerson);
            }
            acasa.inner.sign_ins.put(Arc::new(signed_in));
            if acasa.vault().open().is_ok() {
                acasa.sync().begin();
            }
            Ok(SignInProgressView::Done {
                given_name: String::new(),
            })
        }
        Err(CoreError::Client(ClientError::Denied)) => Ok(SignInProgressView::Denied),
        Err(CoreError::Client(ClientError::SignInTimeout)) => Ok(SignInProgressView::TimedOut),
        Err(error) => Err(error),
    }
}
