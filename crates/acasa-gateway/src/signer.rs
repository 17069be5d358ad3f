//! The keys that make documents, in a process of their own: `acasa signer`.
//!
//! It alone reads the private keys or opens their token, makes and replaces them, and answers one thing over a
//! socket of the machine: a signature, if the bytes to sign are what the key is for, the key has not signed too
//! often, and the line about it is on the disk ([`check_journal`]). The trust list and the list of revoked
//! certificates it makes itself. A gateway that somebody else has taken over can have documents made while it is
//! taken over, each of them written down; it gets no key, no certificate and no list of its own.

#[cfg(unix)]
mod client;
mod guard;
mod journal;
mod messages;
mod policy;
mod role;
#[cfg(unix)]
mod service;
#[cfg(unix)]
mod settings;
#[cfg(unix)]
mod socket;

#[cfg(unix)]
pub(crate) use client::Client;
pub(crate) use guard::Guard;
pub use journal::{JournalError, check_journal};
pub use messages::Request;
#[cfg(unix)]
pub(crate) use messages::{Answer, Ask, Octets, Sign};
pub use policy::recognise;
pub(crate) use role::Role;
#[cfg(unix)]
pub use service::Service;
#[cfg(unix)]
pub use settings::{CEILING, JOURNAL, Settings, SignerError};
