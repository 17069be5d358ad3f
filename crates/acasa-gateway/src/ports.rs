//! What lies outside the gateway: sign-in (MPass), the registers that answer for documents, the
//! national journal (MLog), and the clock.
//!
//! MPass's and MLog's protocols are documented; an adapter speaks them. How a register is read is
//! not (MConnect's developer guide is not public): [`Registers`] is a port of our own.

mod events;
mod inbox;
pub mod mlog;
mod registers;
mod service;

use acasa_domain::{Idnp, Language};
use acasa_gateway_store::JournalEntry;
use async_trait::async_trait;
use jiff::Timestamp;
use url::Url;

pub use events::{EventSession, Events, WebSocketEvents};
pub use inbox::{HttpInbox, Inbox};
pub use registers::{Element, ElementValue, HeldDocument, Registers, Rendition};
pub use service::{ServiceAccess, ServiceAccessError, ServiceSettings};

/// A service outside failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// It could not be reached, or did not answer in time.
    #[error("the service is unavailable")]
    Unavailable,
    /// It answered with a refusal, or with something unreadable.
    #[error("the service refused")]
    Refused,
}

impl PortError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "service_unavailable",
            Self::Refused => "service_refused",
        }
    }

    /// Whether trying again may help.
    pub fn retryable(self) -> bool {
        self == Self::Unavailable
    }
}

/// The time, as the gateway sees it.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl SystemClock {
    /// For those who share one.
    pub fn shared() -> std::sync::Arc<dyn Clock> {
        std::sync::Arc::new(Self)
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A sign-in to be carried out by [`SignIn`].
#[derive(Clone)]
pub struct SignInRequest {
    /// Handle to give back when the person has signed in; opaque, single use.
    pub handle: String,
    /// The language of the page.
    pub language: Language,
    /// Whether an earlier sign-in in the same browser must not count (SAML's `ForceAuthn`).
    pub fresh: bool,
}

/// Where people sign in: MPass, or the sandbox's page.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// Where the browser is sent.
    async fn start(&self, request: &SignInRequest) -> Result<Url, PortError>;
}

/// What came of a sign-in.
pub enum SignInOutcome {
    /// The person, as MPass asserted.
    SignedIn {
        /// Who.
        person: Idnp,
        /// By which instrument.
        instrument: Instrument,
    },
    /// The person turned back, or MPass refused.
    Denied,
}

/// What a person signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instrument {
    /// Mobile signature.
    MobileSignature,
    /// Token with a qualified certificate.
    Token,
    /// Identity card with a chip.
    IdentityCard,
    /// EVOSign.
    EvoSign,
}

impl Instrument {
    /// All of them, in the order the page shows them.
    pub const ALL: [Self; 4] = [
        Self::MobileSignature,
        Self::Token,
        Self::IdentityCard,
        Self::EvoSign,
    ];

    /// The name in forms and in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MobileSignature => "mobile-signature",
            Self::Token => "token",
            Self::IdentityCard => "identity-card",
            Self::EvoSign => "evosign",
        }
    }

    /// The instrument of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|instrument| instrument.as_str() == name)
    }
}

/// The national journal.
#[async_trait]
pub trait AuditJournal: Send + Sync {
    /// Delivers events; all or none count as delivered.
    async fn register(&self, entries: &[JournalEntry]) -> Result<(), PortError>;
}
