//! OpenID4VCI 1.0: issuer metadata, nonces, credential requests and responses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Credential issuer metadata (OpenID4VCI 1.0, 12.2.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialIssuerMetadata {
    /// Issuer identifier: `aud` of each proof of possession.
    pub credential_issuer: String,
    /// The authorization servers.
    pub authorization_servers: Vec<String>,
    /// Credential endpoint.
    pub credential_endpoint: String,
    /// Nonce endpoint.
    pub nonce_endpoint: String,
    /// How many copies one request may ask for.
    pub batch_credential_issuance: BatchIssuance,
    /// Names of the issuer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<Display>,
    /// What can be issued, by configuration identifier.
    pub credential_configurations_supported: BTreeMap<String, CredentialConfiguration>,
}

/// Batch size (OpenID4VCI 1.0, 12.2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchIssuance {
    /// The most proofs in one request.
    pub batch_size: u32,
}

/// A name in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Display {
    /// The name.
    pub name: String,
    /// `ro`, `ru` or `en`.
    pub locale: String,
}

/// One kind of credential that can be issued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialConfiguration {
    /// `mso_mdoc` or `dc+sd-jwt`.
    pub format: String,
    /// Type of an mdoc.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doctype: Option<String>,
    /// Type of an SD-JWT VC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vct: Option<String>,
    /// Scope that asks for it.
    pub scope: String,
    /// `cose_key` or `jwk`.
    pub cryptographic_binding_methods_supported: Vec<String>,
    /// COSE identifiers for mdoc, JOSE names for SD-JWT VC.
    pub credential_signing_alg_values_supported: Vec<Value>,
    /// Proof types, with their algorithms.
    pub proof_types_supported: BTreeMap<String, ProofType>,
    /// Names and claims.
    pub credential_metadata: CredentialMetadata,
    /// `full`, `age`, `number` or `portrait`: which showing the credential is made for. Ours.
    #[serde(default)]
    pub acasa_purpose: String,
}

/// Algorithms of a proof type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofType {
    /// `ES256`.
    pub proof_signing_alg_values_supported: Vec<String>,
}

/// Names and claims of a configuration (OpenID4VCI 1.0, 12.2.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialMetadata {
    /// Names.
    pub display: Vec<Display>,
    /// Claims by path.
    pub claims: Vec<ClaimDescription>,
}

/// One claim: `[namespace, element]` for mdoc.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimDescription {
    /// Path of the claim.
    pub path: Vec<String>,
}

/// A nonce for proofs of possession (OpenID4VCI 1.0, 7.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonceResponse {
    /// The nonce.
    pub c_nonce: String,
}

/// A credential request (OpenID4VCI 1.0, 8.2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialRequest {
    /// One of the identifiers in the token response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_identifier: Option<String>,
    /// Refused: identifiers are always given with the tokens (8.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_configuration_id: Option<String>,
    /// One proof for each copy.
    #[serde(default)]
    pub proofs: Proofs,
}

/// Proofs of possession by type.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proofs {
    /// Type `jwt` (F.1).
    #[serde(default)]
    pub jwt: Vec<String>,
}

/// Issued copies, in the order of the proofs (OpenID4VCI 1.0, 8.3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialResponse {
    /// One for each proof.
    pub credentials: Vec<IssuedCredential>,
}

/// One issued copy.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedCredential {
    /// Base64url of `IssuerSigned` for mdoc, the compact form for SD-JWT VC.
    pub credential: String,
}
