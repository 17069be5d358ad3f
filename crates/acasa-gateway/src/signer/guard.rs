//! The keys of the service as it uses them itself: each signs what it is for, no more often than it may,
//! and nothing that is not written down first.

use std::{fmt, num::NonZeroU32, sync::Arc};

use acasa_crypto::{Algorithm, CryptoError, Signer, SignerRefusal, VerifyingKey, digest::sha256};
use governor::{
    Quota, RateLimiter,
    clock::MonotonicClock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};

use super::{
    journal::{Journal, Record},
    policy::{self, Asked},
    role::Role,
};
use crate::ports::Clock;

type Ceiling = RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// Stands before every key.
pub(crate) struct Guard {
    journal: Journal,
    clock: Arc<dyn Clock>,
    address: String,
    ceilings: Vec<(Role, Ceiling)>,
}

impl Guard {
    /// `ceiling` is how many signatures a minute each role gives.
    pub(crate) fn new(journal: Journal, clock: Arc<dyn Clock>, address: &str, ceiling: NonZeroU32) -> Self {
        let limiter = || RateLimiter::direct_with_clock(Quota::per_minute(ceiling), MonotonicClock);
        Self {
            journal,
            clock,
            address: address.to_owned(),
            ceilings: Role::all().map(|role| (role, limiter())).collect(),
        }
    }

    /// This key for this role, from now on behind the guard.
    pub(crate) fn over(self: &Arc<Self>, role: Role, key: Arc<dyn Signer>) -> Arc<dyn Signer> {
        Arc::new(Guarded {
            guard: Arc::clone(self),
            role,
            key,
        })
    }

    /// Writes down something that was done to a key.
    pub(crate) fn note(&self, role: Role, kind: &'static str, of: [u8; 32]) -> Result<(), SignerRefusal> {
        self.journal.append(Record {
            at: self.clock.now(),
            role: role.as_str(),
            kind,
            sha256: of,
        })
    }

    fn admit(&self, role: Role, key: &VerifyingKey, message: &[u8]) -> Result<(), SignerRefusal> {
        let now = self.clock.now();
        let asked = Asked {
            message,
            key,
            address: &self.address,
            now,
        };
        let kind = policy::check(role, asked).map_err(|why| {
            tracing::warn!(signer.role = role.as_str(), signer.reason = why, "signer.refused");
            SignerRefusal::Refused
        })?;
        let ceiling = self.ceilings.iter().find(|(of, _)| *of == role);
        if ceiling.is_none_or(|(_, ceiling)| ceiling.check().is_err()) {
            tracing::warn!(signer.role = role.as_str(), "signer.busy");
            return Err(SignerRefusal::Busy);
        }
        self.journal.append(Record {
            at: now,
            role: role.as_str(),
            kind: kind.as_str(),
            sha256: sha256(message),
        })
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Guard")
    }
}

struct Guarded {
    guard: Arc<Guard>,
    role: Role,
    key: Arc<dyn Signer>,
}

impl Signer for Guarded {
    fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    fn public_key(&self) -> VerifyingKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.guard.admit(self.role, &self.key.public_key(), message)?;
        self.key.sign(message)
    }
}
