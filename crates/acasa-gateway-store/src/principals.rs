//! A principal as a whole: what is kept of them, and its end.

use acasa_domain::Principal;

use crate::{Event, StoreError};

/// How much is kept of a principal. No contents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Records that say something.
    pub records: u64,
    /// Of them, letters.
    pub letters: u64,
    /// Acts whose text is kept.
    pub acts: u64,
}

impl Held {
    /// Whether there is nothing to erase.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// What concerns a principal as a whole, and the keys of all. Every method but [`Self::rewrap`] is one transaction.
pub trait PrincipalStorage: Send + Sync {
    /// How much is kept of a principal.
    fn held(&self, principal: Principal) -> Result<Held, StoreError>;

    /// Refuses where [`Self::erase`] would.
    fn erasable(&self, principal: Principal) -> Result<(), StoreError>;

    /// Destroys the principal's key with all that was sealed under it; what it was. Identifiers, digests, outcomes
    /// without their contents, and the journal stay. Whoever asks for the records begins anew and finds none. Refused
    /// while a letter's sender waits to be told of it.
    fn erase(&self, principal: Principal, event: &Event) -> Result<Held, StoreError>;

    /// Wraps every key anew that another root key wraps than the first, which alone is needed from then on; how many.
    /// May be interrupted and repeated.
    fn rewrap(&self) -> Result<u64, StoreError>;
}
