//! Hints that there may be news: they carry nothing, and any of them may be lost.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use acasa_gateway_store::{Heard, Tag};
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

/// Who listens here. What happens at another gateway is heard from the storage ([`Hints::pass_on`]).
#[derive(Default)]
pub(crate) struct Hints(Mutex<Option<Listeners>>);

type Listeners = HashMap<Tag, watch::Sender<()>>;

impl Hints {
    /// Tells a person's devices that something may have changed.
    pub(crate) fn tell(&self, principal: Tag) {
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

    /// Tells what happened elsewhere.
    pub(crate) fn pass_on(&self, heard: Heard) {
        match heard {
            Heard::Principal(principal) => self.tell(principal),
            Heard::Anything => self.tell_all(),
        }
    }

    fn tell_all(&self) {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listeners) = listeners.as_mut() {
            listeners.retain(|_, person| person.send(()).is_ok());
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

    fn listen(&self, principal: Tag) -> Result<watch::Receiver<()>, GatewayError> {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let listeners = listeners.as_mut().ok_or(GatewayError::Stopping)?;
        // Those who have gone are forgotten when somebody comes, a few at a time.
        if !listeners.contains_key(&principal) {
            let gone: Vec<Tag> = listeners
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
    let heard = state.hints.listen(state.tag_of(authorized.person.into()))?;
    let counted = state.metrics.stream();
    let news = stream::unfold((heard, counted), |(mut heard, counted)| async {
        heard.changed().await.ok()?;
        Some((Ok(Event::default().event("news").data("")), (heard, counted)))
    });
    let life = tokio::time::sleep(LIFE);
    Ok(Sse::new(news.take_until(life)).keep_alive(KeepAlive::new().interval(ALIVE)))
}

#[cfg(test)]
mod tests {
    use acasa_gateway_store::{ReplicaStorage as _, SqliteStorage};

    use super::*;

    fn person(which: usize) -> Tag {
        let storage = SqliteStorage::in_memory(acasa_crypto::digest::sha256).unwrap();
        storage.tag_of(&which.to_string())
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
    fn everybody_is_told_when_anything_may_have_happened() {
        let hints = Hints::default();
        hints.pass_on(Heard::Anything);
        hints.open();
        let mut both = [1, 2].map(|which| hints.listen(person(which)).unwrap());

        hints.pass_on(Heard::Principal(person(2)));
        let one = both.each_mut().map(|person| {
            let told = person.has_changed().unwrap();
            person.mark_unchanged();
            told
        });
        hints.pass_on(Heard::Anything);

        assert_eq!(one, [false, true]);
        assert!(both.iter().all(|person| person.has_changed().unwrap()));
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
