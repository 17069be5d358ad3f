//! Wire types between app and gateway: what crosses HTTP, and nothing that sends it.
//!
//! OAuth 2.0 (RFC 6749, 7591, 7636, 9126, 9207, 9449), OpenID4VCI 1.0, Problem Details (RFC 9457) and
//! the few endpoints of our own. Types that carry a secret have no `Debug`.
//!
//! ```
//! use acasa_protocol::problem::Problem;
//! let problem = Problem::new(404, "document_unknown", false);
//! assert_eq!(serde_json::to_value(&problem).unwrap()["code"], "document_unknown");
//! ```
#![forbid(unsafe_code)]

pub mod acts;
pub mod claims;
pub mod documents;
pub mod issuance;
pub mod notices;
pub mod oauth;
pub mod paths;
pub mod problem;
pub mod sandbox;
pub mod sync;
