//! What gateways on the same records have to do with each other.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::Thread,
};

use acasa_domain::Principal;
use uuid::Uuid;

use crate::{Decide, Hash, StoreError, Sweep};

/// What stands for a principal where others may listen. It says nothing to who does not know the storage's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub(crate) Uuid);

impl Tag {
    pub(crate) fn of(secret: &str, principal: &str, digest: fn(&[u8]) -> Hash) -> Self {
        let hash = digest(&[secret.as_bytes(), principal.as_bytes()].concat());
        let mut half = [0; 16];
        half.copy_from_slice(&hash[..16]);
        Self(Uuid::from_bytes(half))
    }
}

/// What was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Records of this principal have changed.
    Principal(Tag),
    /// Anything may have: nobody could be heard for a while.
    Anything,
}

/// Who is told.
pub type Listener = Arc<dyn Fn(Heard) + Send + Sync>;

/// The listener is told until this ends.
#[derive(Default)]
pub struct Hearing {
    pub(crate) is_over: Arc<AtomicBool>,
    pub(crate) threads: Vec<Thread>,
}

impl Drop for Hearing {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.threads.iter().for_each(Thread::unpark);
    }
}

/// Whose turn it is to deliver the outbox.
pub enum Turn {
    /// This storage's: nobody else can be at these records.
    Alone,
    /// This gateway's, as long as it is held.
    Held(Box<dyn Hold>),
    /// Another gateway's.
    Elsewhere,
}

impl Turn {
    /// Whether it is this gateway's still. Asks the database.
    pub fn is_mine(&mut self) -> bool {
        match self {
            Self::Alone => true,
            Self::Held(hold) => hold.lasts(),
            Self::Elsewhere => false,
        }
    }
}

/// Something that one gateway has and that ends with it.
pub trait Hold: Send {
    /// Whether it has it still.
    fn lasts(&mut self) -> bool;
}

/// Makes who decides an actor's acts.
pub type Deciding<'a> = &'a dyn Fn(Principal) -> Box<dyn Decide>;

/// What was done with some acts that were under way.
#[derive(Debug, Default)]
pub struct Forwarding {
    /// Of so many it is known what became of them.
    pub settled: u64,
    /// Why another stays under way.
    pub failed: Option<StoreError>,
    /// Where to go on; nothing at the end.
    pub next: Option<Sweep>,
}

/// What gateways on the same records tell each other, and what one does for all.
pub trait ReplicaStorage: Send + Sync {
    /// What stands for a principal in [`Heard`].
    fn tag_of(&self, principal: &str) -> Tag;

    /// Tells whose records other gateways change, from about now on; it may come late, twice or, when one of
    /// them ends, never. Does not wait.
    fn hear(&self, listener: Listener) -> Hearing;

    /// Whose turn it is to deliver the outbox; nobody's turn becomes this gateway's.
    fn delivery_turn(&self) -> Result<Turn, StoreError>;

    /// Whose turn it is to [`Self::forward`], as with [`Self::delivery_turn`]. Two at a time do no harm.
    fn forwarding_turn(&self) -> Result<Turn, StoreError> {
        Ok(Turn::Alone)
    }

    /// Carries acts to records that are kept elsewhere than their actor's, where whoever sent them has not seen it done:
    /// some actors' at a time. Where all records are in one place, there are none.
    fn forward(&self, _deciding: Deciding<'_>, _from: &Sweep) -> Forwarding {
        Forwarding::default()
    }

    /// How many acts are under way, counted up to [`MOST_COUNTED`](crate::MOST_COUNTED) in each place.
    fn forwarded_length(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}
