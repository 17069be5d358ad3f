//! OAuth 2.0: metadata, registration, pushed requests, tokens.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Authorization server metadata (RFC 8414, RFC 9126, RFC 9207, RFC 9449).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationServerMetadata {
    /// Issuer identifier, compared with `iss` of each authorization response.
    pub issuer: String,
    /// Opened in the system browser.
    pub authorization_endpoint: String,
    /// Token endpoint.
    pub token_endpoint: String,
    /// Dynamic registration.
    pub registration_endpoint: String,
    /// Pushed authorization requests.
    pub pushed_authorization_request_endpoint: String,
    /// Revocation.
    pub revocation_endpoint: String,
    /// Always true: there is no other way in.
    pub require_pushed_authorization_requests: bool,
    /// `code`.
    pub response_types_supported: Vec<String>,
    /// `authorization_code`, `refresh_token`.
    pub grant_types_supported: Vec<String>,
    /// `S256`.
    pub code_challenge_methods_supported: Vec<String>,
    /// `private_key_jwt`.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// `ES256`.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// `ES256`.
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Always true (RFC 9207, 3).
    pub authorization_response_iss_parameter_supported: bool,
    /// Scopes there are.
    pub scopes_supported: Vec<String>,
    /// Whether authorization details of type `openid_credential` come back with the tokens.
    pub authorization_details_types_supported: Vec<String>,
}

/// A JSON Web Key Set of public keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// Public keys; kept as JSON, read by the crypto crate.
    pub keys: Vec<Value>,
}

/// Dynamic client registration (RFC 7591, 2): one client for each installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationRequest {
    /// Loopback redirect URIs without a port, or claimed https links.
    pub redirect_uris: Vec<String>,
    /// The installation's public key, exactly one.
    pub jwks: JwkSet,
    /// `private_key_jwt`.
    pub token_endpoint_auth_method: String,
    /// `authorization_code`, `refresh_token`.
    pub grant_types: Vec<String>,
    /// The app's name and version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
}

/// The answer to a registration (RFC 7591, 3.2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationResponse {
    /// The installation's client identifier.
    pub client_id: String,
    /// When it was issued, Unix seconds.
    pub client_id_issued_at: i64,
}

/// The pushed authorization request's form (RFC 9126, 2.1).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedAuthorizationRequest {
    /// `code`.
    pub response_type: String,
    /// The installation.
    pub client_id: String,
    /// Where the browser comes back.
    pub redirect_uri: String,
    /// Opaque to the server, at least 128 bits.
    pub state: String,
    /// SHA-256 of the verifier (RFC 7636, 4.2).
    pub code_challenge: String,
    /// `S256`.
    pub code_challenge_method: String,
    /// Space-separated scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `login` asks for a fresh sign-in on a shared computer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// `ro`, `ru` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_locales: Option<String>,
    /// Thumbprint of the DPoP key the code is bound to (RFC 9449, 10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpop_jkt: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    pub client_assertion_type: String,
    /// The signed assertion (RFC 7523).
    pub client_assertion: String,
}

/// The answer to a pushed request (RFC 9126, 2.2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedAuthorizationResponse {
    /// Used once, at the authorization endpoint.
    pub request_uri: String,
    /// Seconds.
    pub expires_in: u32,
}

/// The token request's form; fields by grant type.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRequest {
    /// `authorization_code` or `refresh_token`.
    pub grant_type: String,
    /// The installation.
    pub client_id: String,
    /// With `authorization_code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// With `authorization_code`: the same as pushed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// With `authorization_code` (RFC 7636, 4.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<String>,
    /// With `refresh_token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    pub client_assertion_type: String,
    /// The signed assertion.
    pub client_assertion: String,
}

/// The form of a revocation (RFC 7009, 2.1).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationRequest {
    /// The refresh token.
    pub token: String,
    /// The installation.
    pub client_id: String,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    pub client_assertion_type: String,
    /// The signed assertion.
    pub client_assertion: String,
}

/// Issued tokens (RFC 6749, 5.1; OpenID4VCI 1.0, 6.2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// Opaque to the client.
    pub access_token: String,
    /// `DPoP`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: u32,
    /// Sender-constrained and not rotated (FAPI 2.0, 5.3.2.1); absent when refreshing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The person, opaque and the same at each sign-in; no IDNP.
    pub subject: String,
    /// What the person can receive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_details: Vec<AuthorizationDetail>,
}

/// What a token can fetch (OpenID4VCI 1.0, 6.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationDetail {
    /// `openid_credential`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The configuration.
    pub credential_configuration_id: String,
    /// One for each document of that configuration.
    pub credential_identifiers: Vec<String>,
}

/// `client_assertion_type` of `private_key_jwt` (RFC 7523, 2.2).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
