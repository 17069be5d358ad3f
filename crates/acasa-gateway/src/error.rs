//! Refusals and failures: each with its status, its stable code and, at OAuth's endpoints, its OAuth error.

use acasa_credentials::{
    cose::CoseError, issue::IssueError, sd_jwt::SdJwtError, status::StatusError, trust::TrustError,
};
use acasa_crypto::CryptoError;
use acasa_gateway_store::StoreError;
use acasa_protocol::problem::Problem;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{AuthorityError, ports::PortError};

/// Why a request was not served. No variant carries anything of the request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// Nothing lives at this address.
    #[error("nothing is here")]
    NotFound,
    /// The address does not take this method.
    #[error("the method is not allowed")]
    MethodNotAllowed,
    /// The address or the installation asks too often.
    #[error("too many requests")]
    TooMany {
        /// How long to wait.
        seconds: u64,
    },
    /// More waits for the storage than may.
    #[error("the gateway is busy")]
    Busy {
        /// How long to wait.
        seconds: u64,
    },
    /// The body is larger than is read.
    #[error("the body is too large")]
    TooLarge,
    /// The body or the parameters are not what the endpoint reads.
    #[error("the request is malformed")]
    Malformed,
    /// A registration asks for something this server does not do.
    #[error("the client metadata is not acceptable")]
    ClientMetadata,
    /// A redirect URI is neither loopback by IP literal nor https.
    #[error("the redirect URI is not acceptable")]
    RedirectUri,
    /// The client is unknown, or its assertion does not hold.
    #[error("the client is not authenticated")]
    Client,
    /// The grant type is not offered.
    #[error("the grant type is not supported")]
    GrantType,
    /// The scope is not offered.
    #[error("the scope is not supported")]
    Scope,
    /// The code or refresh token is wrong, used, expired or another client's.
    #[error("the grant is not valid")]
    Grant,
    /// The pushed request is unknown, expired or completed.
    #[error("the authorization request is not known")]
    AuthorizationRequest,
    /// The DPoP proof does not hold.
    #[error("the DPoP proof is not valid")]
    Dpop,
    /// The DPoP proof has no nonce, or an old one.
    #[error("a DPoP nonce is required")]
    DpopNonce,
    /// As [`Self::Dpop`], at a resource (RFC 9449, 7.1).
    #[error("the DPoP proof is not valid")]
    ResourceDpop,
    /// As [`Self::DpopNonce`], at a resource (RFC 9449, 9).
    #[error("a DPoP nonce is required")]
    ResourceDpopNonce,
    /// The access token is missing, expired or bound to another key.
    #[error("the access token is not valid")]
    Token,
    /// The credential identifier is not the person's.
    #[error("the credential identifier is not known")]
    CredentialIdentifier,
    /// No proofs, too many, or one that does not hold.
    #[error("a proof of possession is not valid")]
    KeyProof,
    /// The proofs' nonce is missing, old or used.
    #[error("the nonce of the proofs is not valid")]
    KeyProofNonce,
    /// The document is expired.
    #[error("the document is expired")]
    DocumentExpired,
    /// The document is revoked.
    #[error("the document is revoked")]
    DocumentRevoked,
    /// A batch is not what its signature says, or not acceptable as a whole.
    #[error("the batch is not acceptable")]
    Batch,
    /// A later batch or another generation of the device is known.
    #[error("the device is behind")]
    DeviceBehind,
    /// Two different batches came under one number.
    #[error("the device is suspended")]
    DeviceForked,
    /// A service outside did not answer, or refused.
    #[error("a service outside failed")]
    Port(#[from] PortError),
    /// The storage failed.
    #[error("the storage failed")]
    Store(#[from] StoreError),
    /// A key failed.
    #[error("a key failed")]
    Crypto(#[from] CryptoError),
    /// A credential or list could not be made.
    #[error("a credential or list could not be made: {code}")]
    Issue {
        /// Code of what failed below.
        code: &'static str,
    },
    /// A task of the server ended early.
    #[error("the server is stopping")]
    Stopping,
}

impl GatewayError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        self.parts().1
    }

    /// Whether the same request may succeed later.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a refusal is final unless named here"
    )]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Port(error) => error.retryable(),
            // Another gateway, or this one after a restart, has the key.
            Self::Store(error) => error.retryable() || matches!(error, StoreError::RootKeyUnknown { .. }),
            Self::Crypto(error) => error.retryable(),
            Self::Stopping | Self::TooMany { .. } | Self::Busy { .. } => true,
            _ => false,
        }
    }

    /// HTTP status, code and OAuth error.
    fn parts(&self) -> (StatusCode, &'static str, Option<&'static str>) {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;
        const FAILED: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", None),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", None),
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests", None),
            Self::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "gateway_busy", None),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", None),
            Self::Malformed => (BAD, "request_malformed", Some("invalid_request")),
            Self::ClientMetadata => (BAD, "client_metadata_refused", Some("invalid_client_metadata")),
            Self::RedirectUri => (BAD, "redirect_uri_refused", Some("invalid_redirect_uri")),
            Self::Client => (UNAUTHORIZED, "client_not_authenticated", Some("invalid_client")),
            Self::GrantType => (BAD, "grant_type_unsupported", Some("unsupported_grant_type")),
            Self::Scope => (BAD, "scope_unsupported", Some("invalid_scope")),
            Self::Grant => (BAD, "grant_invalid", Some("invalid_grant")),
            Self::AuthorizationRequest => (BAD, "sign_in_request_unknown", Some("invalid_request_uri")),
            Self::Dpop => (BAD, "dpop_proof_invalid", Some("invalid_dpop_proof")),
            Self::DpopNonce => (BAD, "dpop_nonce_required", Some("use_dpop_nonce")),
            Self::ResourceDpop => (UNAUTHORIZED, "dpop_proof_invalid", Some("invalid_dpop_proof")),
            Self::ResourceDpopNonce => (UNAUTHORIZED, "dpop_nonce_required", Some("use_dpop_nonce")),
            Self::Token => (UNAUTHORIZED, "token_invalid", Some("invalid_token")),
            Self::Batch => (StatusCode::UNPROCESSABLE_ENTITY, "batch_refused", None),
            Self::DeviceBehind => (StatusCode::CONFLICT, "device_behind", None),
            Self::DeviceForked => (StatusCode::CONFLICT, "device_forked", None),
            Self::CredentialIdentifier => (BAD, "credential_unknown", Some("unknown_credential_identifier")),
            Self::KeyProof => (BAD, "key_proof_invalid", Some("invalid_proof")),
            Self::KeyProofNonce => (BAD, "key_proof_nonce_invalid", Some("invalid_nonce")),
            Self::DocumentExpired => (BAD, "document_expired", Some("credential_request_denied")),
            Self::DocumentRevoked | Self::Store(StoreError::DocumentRevoked) => {
                (BAD, "document_revoked", Some("credential_request_denied"))
            }
            Self::Port(error) => (StatusCode::BAD_GATEWAY, error.code(), None),
            Self::Store(
                error @ (StoreError::Unavailable { .. }
                | StoreError::RootKeyUnknown { .. }
                | StoreError::Moved { .. }),
            ) => (StatusCode::SERVICE_UNAVAILABLE, error.code(), None),
            Self::Store(error) => (FAILED, error.code(), None),
            // Another time, or once the service is back.
            Self::Crypto(error @ CryptoError::Signer(refusal)) if refusal.retryable() => {
                (StatusCode::SERVICE_UNAVAILABLE, error.code(), None)
            }
            Self::Crypto(error) => (FAILED, error.code(), None),
            Self::Issue { code } => (FAILED, code, None),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "gateway_stopping", None),
        }
    }
}

impl IntoResponse for GatewayError {
    /// The body is written by the outermost layer, which knows the request's identifier.
    fn into_response(self) -> Response {
        let (status, code, oauth) = self.parts();
        // There is one for each request that is refused: the numbers say how many.
        if status.is_server_error() && !matches!(self, Self::Busy { .. }) {
            tracing::error!(error.code = code, "request.failed");
        }
        let mut problem = Problem::new(status.as_u16(), code, self.retryable());
        if let Some(oauth) = oauth {
            problem = problem.with_error(oauth);
        }
        let mut response = status.into_response();
        if let Self::TooMany { seconds } | Self::Busy { seconds } = self {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(problem);
        response
    }
}

/// For errors of the crates that make credentials: only their code is kept, unless the service that holds
/// the key said why.
macro_rules! issue_error {
    ($($kind:ty, $signing:pat => $source:expr);+ $(;)?) => {$(
        impl From<$kind> for GatewayError {
            fn from(error: $kind) -> Self {
                match error {
                    $signing => Self::Crypto($source),
                    error => Self::Issue { code: error.code() },
                }
            }
        }
    )+};
}

issue_error!(
    IssueError,
    IssueError::Crypto(source @ CryptoError::Signer(_))
        | IssueError::Cose(CoseError::Signing(source @ CryptoError::Signer(_))) => source;
    SdJwtError, SdJwtError::Signing(source @ CryptoError::Signer(_)) => source;
    StatusError, StatusError::Signing(source @ CryptoError::Signer(_)) => source;
    TrustError, TrustError::Signing(source @ CryptoError::Signer(_)) => source;
    AuthorityError, AuthorityError::Key(source @ CryptoError::Signer(_)) => source;
);
