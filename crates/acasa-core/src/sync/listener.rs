//! Listening for hints while the vault is open. Whatever is lost here is found by looking.

use super::runner::Note;
use crate::acasa::{Inner, wiping};
use crate::{Acasa, CoreError};
use acasa_client::{ClientError, Hints};
use acasa_crypto::random;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{Notify, mpsc::UnboundedSender};

/// How long to wait before listening again, the first time and at most.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Runs until it is aborted, or nobody can be told anything any more. `again` says that it may work now.
pub(super) async fn run(app: Weak<Inner>, notes: UnboundedSender<Note>, again: Arc<Notify>) {
    let mut wait = FIRST_WAIT;
    loop {
        let mut asked = Duration::ZERO;
        match wiping(listen(&app)).await {
            Ok(mut hints) => {
                wait = FIRST_WAIT;
                // What happened while nobody listened.
                let mut more = notes.send(Note::Nudge).is_ok();
                while more && may_listen(&app) {
                    more = hints.next().await && may_listen(&app) && notes.send(Note::Nudge).is_ok();
                }
            }
            // A gateway that wants to be left alone says for how long.
            Err(CoreError::Client(ClientError::Refused(problem))) => {
                asked = Duration::from_secs(problem.retry_after.unwrap_or_default());
            }
            Err(_) => {}
        }
        if notes.is_closed() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(shortened(wait).saturating_add(asked)) => wait = (wait * 2).min(LONGEST_WAIT),
            () = again.notified() => wait = FIRST_WAIT,
        }
    }
}

async fn listen(app: &Weak<Inner>) -> Result<Hints, CoreError> {
    let inner = app.upgrade().ok_or(CoreError::Locked)?;
    let acasa = Acasa { inner };
    let signed_in = acasa.identity().signed_in()?;
    let client = acasa.client()?;
    if !acasa.gate().is_open() || acasa.sync().is_sparing() {
        return Err(ClientError::Offline.into());
    }
    let heard = client.listen(&signed_in.installation, &signed_in.session).await;
    Ok(acasa.inner.connection.note(heard)?)
}

/// Whether the switch is still open and nobody wants to save data: a stream outlives both.
fn may_listen(app: &Weak<Inner>) -> bool {
    app.upgrade().is_some_and(|inner| {
        let acasa = Acasa { inner };
        acasa.gate().is_open() && !acasa.sync().is_sparing()
    })
}

/// Shortened at random by up to a half, so that not everybody comes back at once.
fn shortened(wait: Duration) -> Duration {
    let [byte] = random::make_bytes::<1>().unwrap_or_default();
    wait.mul_f64(1.0 - f64::from(byte) / 512.0)
}
