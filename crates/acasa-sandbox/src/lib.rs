//! The state in a box: a synthetic country, simulators of its services, and the gateway in front.
//!
//! ```no_run
//! # async fn run() -> Result<(), acasa_sandbox::SandboxError> {
//! use acasa_sandbox::{Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options::new(7)).await?;
//! println!("{} people at {}", sandbox.people().len(), sandbox.address());
//! sandbox.stop().await;
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod admin;
mod clock;
pub mod country;
mod error;
mod mconnect_events;
mod mlog;
mod mnotify;
mod registry;
mod sandbox;
pub mod services;
mod sign_in;
mod transport;

pub use acasa_protocol::sandbox::SandboxPerson;
pub use error::SandboxError;
pub use mnotify::{EXAMPLES, Example, INSTITUTIONS, Institution, SentMessage};
pub use sandbox::{Options, Sandbox};
pub use transport::TransportError;
