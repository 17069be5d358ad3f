//! The gateway: authorization server and credential issuer for the app, with status lists, the trust
//! list and the journal. What lies outside (sign-in, registers, the national journal) is a port.
//!
//! It keeps no document: each is read from its register when it is issued, and each read is an
//! event of the journal, written in the same transaction as what it allows.
#![forbid(unsafe_code)]

mod authority;
mod database;
mod error;
mod events;
mod export;
mod http;
mod inbox;
mod issuance;
mod journal;
mod limits;
mod metrics;
mod nonce;
mod oauth;
pub mod pkcs11;
pub mod ports;
mod queue;
mod retention;
mod secret_file;
mod server;
pub mod signer;
mod small_file;
mod standalone;
mod state;
mod sync;
mod traces;
pub mod upkeep;

pub use acasa_credentials::trust::{AppVersion, Certificate};
pub use acasa_domain::{Idno, Principal};
pub use acasa_gateway_store::RootKeys;
pub use authority::{Authority, AuthorityError, AuthorityName, Custody, ReaderRequest, Retirement};
pub use database::{DatabaseError, DatabaseSettings};
pub use error::GatewayError;
pub use issuance::configurations;
pub use limits::{Limits, Proxies, ProxiesError, Rate};
pub use oauth::SignInError;
pub use ports::mlog::{HttpMlog, MlogAccess, MlogAccessError, MlogSettings};
pub use server::{Gateway, Parts};
pub use standalone::{Settings, Standalone, StartError};
pub use sync::Desk;
pub use traces::{TraceError, TraceSettings, Traces};
pub use url::Url;
