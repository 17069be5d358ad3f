//! Where the gateway answers. Clients learn the OAuth and issuance addresses from the metadata; only
//! the well-known ones and our own are used as constants.

/// Authorization server metadata (RFC 8414, 3).
pub const AUTHORIZATION_SERVER_METADATA: &str = "/.well-known/oauth-authorization-server";
/// Credential issuer metadata (OpenID4VCI 1.0, 12.2.2).
pub const CREDENTIAL_ISSUER_METADATA: &str = "/.well-known/openid-credential-issuer";
/// Dynamic client registration (RFC 7591).
pub const REGISTER: &str = "/oauth/register";
/// Pushed authorization requests (RFC 9126).
pub const PUSHED_AUTHORIZATION: &str = "/oauth/par";
/// Authorization endpoint, opened in the system browser.
pub const AUTHORIZE: &str = "/oauth/authorize";
/// Token endpoint.
pub const TOKEN: &str = "/oauth/token";
/// Token revocation (RFC 7009).
pub const REVOKE: &str = "/oauth/revoke";
/// Nonces for proofs of possession (OpenID4VCI 1.0, 7).
pub const NONCE: &str = "/issuance/nonce";
/// Credential endpoint (OpenID4VCI 1.0, 8).
pub const CREDENTIAL: &str = "/issuance/credential";
/// The signed-in person's documents.
pub const DOCUMENTS: &str = "/api/v1/documents";
/// Who has read the signed-in person's data.
pub const ACCESSES: &str = "/api/v1/accesses";
/// Everything that is kept of the person.
pub const EXPORT: &str = "/api/v1/export";
/// Where the gateway sees this device; `PUT` begins a generation of it.
pub const SYNC_DEVICE: &str = "/api/v1/sync/device";
/// Takes batches of intents.
pub const SYNC_BATCHES: &str = "/api/v1/sync/batches";
/// Pages of a checkpoint.
pub const SYNC_RECORDS: &str = "/api/v1/sync/records";
/// The signed-in person's acts as they were judged, whichever of their devices sent them.
pub const SYNC_ACTS: &str = "/api/v1/sync/acts";
/// Hints that there may be news (Server-Sent Events); any of them may be lost.
pub const SYNC_HINTS: &str = "/api/v1/sync/hints";
/// Files of letters: `{NOTICES}/{notice}/attachments/{number from 0}`.
pub const NOTICES: &str = "/api/v1/notices";
/// The signed trust list.
pub const TRUST_LIST: &str = "/trust";
/// Status lists: `{STATUS}/{number}`.
pub const STATUS: &str = "/status";
/// All status lists there are, for verifiers that fetch them ahead.
pub const STATUS_LISTS: &str = "/status";
/// Whether the gateway answers.
pub const HEALTH: &str = "/health";
/// The same, under the name that orchestrators ask for.
pub const HEALTHZ: &str = "/healthz";
/// Whether the storage answers too.
pub const READYZ: &str = "/readyz";

/// Media type of a Token Status List in CWT form.
pub const STATUS_LIST_CWT: &str = "application/statuslist+cwt";
/// Media type of Problem Details (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
/// Header that carries a DPoP proof (RFC 9449, 4.1).
pub const DPOP: &str = "dpop";
/// Header that carries the next DPoP nonce (RFC 9449, 8).
pub const DPOP_NONCE: &str = "dpop-nonce";
/// Header that says which operation a request belongs to (W3C Trace Context).
pub const TRACEPARENT: &str = "traceparent";
/// Header that carries the request's identifier, also returned as `traceId`.
pub const REQUEST_ID: &str = "x-request-id";
