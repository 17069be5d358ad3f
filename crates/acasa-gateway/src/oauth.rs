//! The authorization server: one client for each installation, pushed requests, sign-in elsewhere,
//! sender-constrained tokens (FAPI 2.0).

mod client;
mod dpop;
mod metadata;
mod push;
mod register;
mod sign_in;
mod token;

pub(crate) use dpop::Authorized;
pub(crate) use metadata::metadata;
pub(crate) use push::{authorize, push};
pub(crate) use register::register;
pub use sign_in::SignInError;
pub(crate) use sign_in::finish;
pub(crate) use token::{revoke, token};
