//! Hints that there may be news: they carry nothing, and any of them may be lost.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use acasa_domain::Principal;
use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::watch;

use crate::{GatewayError, oauth::Authorized, state::Shared};

/// How long one stream lasts: then whoever still may listens anew.
const LIFE: Duration = Duration::from_mins(10);
/// How often a silent stream says that it is there.
const ALIVE: Duration = Duration::from_secs(25);
/// Most streams of one person at a time.
const MOST_STREAMS: usize = 16;

/// Who listens. Only what happens here is told: replicas tell each other by the storage.
#[derive(Default)]
pub(crate) struct Hints(Mutex<Option<Listeners>>);

type Listeners = HashMap<Principal, watch::Sender<()>>;

impl Hints {
    /// Tells a person's devices that something may have changed.
    pub(crate) fn tell(&self, principal: Principal) {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(listeners) = listeners.as_mut() else {
            return;
        };
        if listeners
            .get(&principal)
            .is_some_and(|person| person.send(()).is_err())
        {
            listeners.remove(&principal);
        }
    }

    /// Begins to let people listen.
    pub(crate) fn open(&self) {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.get_or_insert_default();
    }

    /// Ends every stream: the gateway stops.
    pub(crate) fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn listen(&self, principal: Principal) -> Result<watch::Receiver<()>, GatewayError> {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let listeners = listeners.as_mut().ok_or(GatewayError::Stopping)?;
        // Those who have gone are forgotten when somebody comes, a few at a time.
        if !listeners.contains_key(&principal) {
            let gone: Vec<Principal> = listeners
                .iter()
                .take(8)
                .filter(|(_, person)| person.is_closed())
                .map(|(principal, _)| *principal)
                .collect();
            for principal in gone {
                listeners.remove(&principal);
            }
        }
        let person = listeners.entry(principal).or_insert_with(|| watch::channel(()).0);
        if person.receiver_count() >= MOST_STREAMS {
            return Err(GatewayError::TooMany { seconds: 60 });
        }
        Ok(person.subscribe())
    }
}

/// A stream of hints (Server-Sent Events).
pub(crate) async fn hints(
    State(state): State<Shared>,
    authorized: Authorized,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, GatewayError> {
    let heard = state.hints.listen(Principal::from(authorized.person))?;
    let news = stream::unfold(heard, |mut heard| async {
        heard.changed().await.ok()?;
        Some((Ok(Event::default().event("news").data("")), heard))
    });
    let life = tokio::time::sleep(LIFE);
    Ok(Sse::new(news.take_until(life)).keep_alive(KeepAlive::new().interval(ALIVE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(which: usize) -> Principal {
        ["2999000000014", "2999000000025", "2999000000036"][which - 1]
            .parse::<acasa_domain::Idnp>()
            .unwrap()
            .into()
    }

    #[test]
    fn only_the_person_is_told_and_the_end_ends_every_stream() {
        let hints = Hints::default();
        assert!(hints.listen(person(1)).is_err());
        hints.open();
        let mut one = hints.listen(person(1)).unwrap();
        let mut other = hints.listen(person(2)).unwrap();

        hints.tell(person(1));
        hints.tell(person(3));

        assert!(one.has_changed().unwrap());
        assert!(!other.has_changed().unwrap());
        one.mark_unchanged();
        other.mark_unchanged();
        hints.close();
        assert!(one.has_changed().is_err() && other.has_changed().is_err());
        hints.tell(person(1));
    }

    #[test]
    fn a_person_has_no_more_streams_than_devices_and_those_that_ended_do_not_count() {
        let hints = Hints::default();
        hints.open();
        let many: Vec<_> = (0..MOST_STREAMS)
            .map(|_| hints.listen(person(1)).unwrap())
            .collect();
        assert!(hints.listen(person(1)).is_err());
        drop(many);
        assert!(hints.listen(person(1)).is_ok());
    }
}
