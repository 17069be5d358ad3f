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
            Err(error) => asked = asked_for(&error),
        }
        if notes.is_closed() {
            return;
        }
        wait = rest(wait, asked, &again).await;
    }
}

/// How long a gateway wants to be left alone, if it is one that says so.
fn asked_for(error: &CoreError) -> Duration {
    let CoreError::Client(ClientError::Refused(problem)) = error else {
        return Duration::ZERO;
    };
    Duration::from_secs(problem.retry_after.unwrap_or_default())
}

/// Waits until it is time to listen again, or it may work now, but never less than was asked for; answers how long to wait
/// the next time.
async fn rest(wait: Duration, asked: Duration, again: &Notify) -> Duration {
    tokio::time::sleep(asked).await;
    tokio::select! {
        () = tokio::time::sleep(shortened(wait)) => (wait * 2).min(LONGEST_WAIT),
        () = again.notified() => FIRST_WAIT,
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

#[cfg(test)]
mod tests {
    use super::*;
    use acasa_protocol::problem::Problem;
    use std::time::Instant;

    const LONG: Duration = Duration::from_mins(10);

    #[test]
    fn only_a_refusal_with_a_time_asks_for_one() {
        let refused = |retry_after| {
            let problem = Problem {
                retry_after,
                ..Problem::new(429, "too_many_requests", true)
            };
            CoreError::from(ClientError::Refused(Box::new(problem)))
        };

        assert_eq!(asked_for(&refused(Some(60))), Duration::from_mins(1));
        assert_eq!(asked_for(&refused(None)), Duration::ZERO);
        assert_eq!(asked_for(&ClientError::Timeout.into()), Duration::ZERO);
    }

    #[tokio::test]
    async fn reason_to_try_again_ends_a_wait_and_begins_them_anew() {
        let again = Notify::new();
        again.notify_one();

        assert_eq!(rest(LONG, Duration::ZERO, &again).await, FIRST_WAIT);
    }

    #[tokio::test]
    async fn whatever_there_is_reason_for_a_gateway_is_left_alone_as_long_as_it_asked() {
        let again = Notify::new();
        again.notify_one();
        let began = Instant::now();
        let asked = Duration::from_millis(200);

        rest(LONG, asked, &again).await;

        assert!(began.elapsed() >= asked);
    }

    #[tokio::test]
    async fn a_wait_is_twice_as_long_the_next_time() {
        let short = Duration::from_millis(2);
        assert_eq!(rest(short, Duration::ZERO, &Notify::new()).await, short * 2);
    }
}
