//! Claims of the JWTs that clients sign. Times are Unix seconds of the *server's* clock, which the
//! DPoP nonce carries: a device's own clock is not judged.

use serde::{Deserialize, Serialize};

/// A client assertion (RFC 7523, 3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientAssertion {
    /// The client identifier.
    pub iss: String,
    /// The client identifier.
    pub sub: String,
    /// The authorization server's issuer identifier, as FAPI 2.0 asks (5.3.2.1).
    pub aud: String,
    /// Used once.
    pub jti: String,
    /// Issued at.
    pub iat: i64,
    /// At most five minutes later.
    pub exp: i64,
}

/// A DPoP proof (RFC 9449, 4.2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DpopProof {
    /// Used once.
    pub jti: String,
    /// HTTP method.
    pub htm: String,
    /// The request's URI without query and fragment.
    pub htu: String,
    /// Issued at.
    pub iat: i64,
    /// The server's latest nonce; a proof without one is refused with `use_dpop_nonce`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Hash of the access token, where one is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ath: Option<String>,
}

/// Proof that a device holds a key (OpenID4VCI 1.0, F.1).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyProof {
    /// The client identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// The credential issuer identifier.
    pub aud: String,
    /// Issued at.
    pub iat: i64,
    /// From the nonce endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

/// `typ` of a DPoP proof.
pub const DPOP_TYP: &str = "dpop+jwt";
/// `typ` of a proof of possession (OpenID4VCI 1.0, F.1).
pub const KEY_PROOF_TYP: &str = "openid4vci-proof+jwt";
/// `typ` of a client assertion.
pub const CLIENT_ASSERTION_TYP: &str = "JWT";
