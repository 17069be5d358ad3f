//! The credential issuer (OpenID4VCI 1.0), with what it publishes: status lists and the trust list.

pub mod configurations;
mod copies;
mod credential;
mod metadata;
mod offers;
mod published;

pub(crate) use copies::COPY_DAYS;
pub(crate) use credential::{credential, nonce};
pub(crate) use metadata::metadata;
pub(crate) use offers::{accesses, authorization_details, documents};
pub(crate) use published::{LIST_SECONDS, TIME_TO_LIVE, crl, status_list, status_lists, trust_list};
