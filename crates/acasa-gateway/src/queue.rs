//! The queue before the storage: so many transactions at a time, so many that wait, and no more. Who is let in is served,
//! whether or not whoever asked is still there; who is not is told to come back, and nothing of theirs was done.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::GatewayError;

/// When to come back, in seconds: the queue is empty long before.
const COME_BACK: u64 = 5;

pub(crate) struct Queue {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    limit: usize,
}

/// Waits, and counts as waiting until it is over, however that ends.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Queue {
    /// So many at a time, and so many that wait.
    pub(crate) fn new(places: usize, limit: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places.max(1))),
            waiting: AtomicUsize::new(0),
            limit,
        }
    }

    /// A place, as soon as there is one.
    pub(crate) async fn enter(&self) -> Result<OwnedSemaphorePermit, GatewayError> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(place);
        }
        let before = self.waiting.fetch_add(1, Ordering::AcqRel);
        let waiting = Waiting(&self.waiting);
        if before >= self.limit {
            return Err(busy());
        }
        let place = Arc::clone(&self.places).acquire_owned().await;
        drop(waiting);
        place.map_err(|_| GatewayError::Stopping)
    }

    /// Whether new requests are taken. They are refused before the queue is full, so that those that were begun can end.
    pub(crate) fn takes_more(&self) -> Result<(), GatewayError> {
        if self.waiting() * 2 > self.limit {
            Err(busy())
        } else {
            Ok(())
        }
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }
}

fn busy() -> GatewayError {
    GatewayError::Busy { seconds: COME_BACK }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn so_many_are_served_so_many_wait_and_the_next_is_refused() {
        let queue = Queue::new(1, 2);
        let served = queue.enter().await.unwrap();
        let (mut first, mut second) = (pin!(queue.enter()), pin!(queue.enter()));
        assert!(first.as_mut().now_or_never().is_none() && queue.takes_more().is_ok());
        assert!(second.as_mut().now_or_never().is_none() && queue.takes_more().is_err());

        let refused = queue.enter().now_or_never().unwrap();
        drop(served);

        assert!(matches!(refused, Err(GatewayError::Busy { .. })));
        let Some(Ok(served)) = first.as_mut().now_or_never() else {
            panic!("the first is served")
        };
        assert!(second.as_mut().now_or_never().is_none());
        drop(served);
        assert!(second.await.is_ok());
        assert_eq!(queue.waiting(), 0);
    }

    #[tokio::test]
    async fn who_no_longer_waits_makes_room() {
        let queue = Queue::new(1, 1);
        let _served = queue.enter().await.unwrap();
        {
            let mut gone = pin!(queue.enter());
            assert!(gone.as_mut().now_or_never().is_none());
        }

        let mut waits = pin!(queue.enter());

        assert!(waits.as_mut().now_or_never().is_none());
        assert_eq!(queue.waiting(), 1);
    }
}
