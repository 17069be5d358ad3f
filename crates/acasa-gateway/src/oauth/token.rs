//! The token endpoint and revocation.

use acasa_crypto::{base64url, constant_time_eq, digest::sha256};
use acasa_gateway_store::{Client, Grant, Redeemed};
use acasa_protocol::{
    oauth::{RevocationRequest, TokenRequest, TokenResponse},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};

use super::{client::authenticate, dpop, push::read};
use crate::{
    GatewayError,
    http::{Correlation, Form},
    issuance,
    state::{Shared, kept, make_secret},
};

/// How long an access token lives, in seconds.
const ACCESS_SECONDS: u32 = 600;

pub(crate) async fn token(
    State(state): State<Shared>,
    correlation: Correlation,
    headers: HeaderMap,
    Form(request): Form<TokenRequest>,
) -> Result<axum::Json<TokenResponse>, GatewayError> {
    let thumbprint = dpop::check(&state, &headers, "POST", paths::TOKEN, None).await?;
    let (kind, assertion) = (&request.client_assertion_type, &request.client_assertion);
    let client = authenticate(&state, &request.client_id, kind, assertion).await?;
    let (grant, refresh_token) = match request.grant_type.as_str() {
        "authorization_code" => {
            let (grant, refresh) = redeem(&state, &client, request, thumbprint).await?;
            (grant, Some(refresh))
        }
        "refresh_token" => (refresh(&state, &client, request, &thumbprint).await?, None),
        _ => return Err(GatewayError::GrantType),
    };
    let access_token = make_secret()?;
    let (id, hash, now) = (grant.id.clone(), kept(&access_token), state.now_seconds());
    let expires = now + i64::from(ACCESS_SECONDS);
    state
        .store(move |storage| storage.add_access(&id, &hash, expires, now))
        .await?;
    // What can be issued is said once; afterwards the list of documents is the newer answer.
    let authorization_details = if refresh_token.is_some() {
        issuance::authorization_details(&state, &grant.subject, &correlation.0).await?
    } else {
        Vec::new()
    };
    Ok(axum::Json(TokenResponse {
        access_token,
        token_type: "DPoP".to_owned(),
        expires_in: ACCESS_SECONDS,
        refresh_token,
        subject: grant.subject,
        authorization_details,
    }))
}

/// A code for a grant. A code shown by the wrong client, with the wrong verifier or key, is spent.
async fn redeem(
    state: &Shared,
    client: &Client,
    request: TokenRequest,
    dpop_thumbprint: String,
) -> Result<(Grant, String), GatewayError> {
    let (Some(code), Some(redirect_uri), Some(verifier)) =
        (request.code, request.redirect_uri, request.code_verifier)
    else {
        return Err(GatewayError::Malformed);
    };
    let (code, now) = (kept(&code), state.now_seconds());
    let Redeemed::Fresh(found) = state.store(move |storage| storage.redeem(&code, now)).await? else {
        return Err(GatewayError::Grant);
    };
    let asked = read(&found.body)?;
    let challenge = base64url::encode(&sha256(verifier.as_bytes()));
    let proved = constant_time_eq(challenge.as_bytes(), asked.code_challenge.as_bytes());
    let same = found.client == client.id
        && asked.redirect_uri == redirect_uri
        && asked.dpop_thumbprint == dpop_thumbprint;
    if !proved || !same {
        return Err(GatewayError::Grant);
    }
    let refresh_token = make_secret()?;
    let grant = Grant {
        id: make_secret()?,
        client: found.client,
        subject: found.subject,
        refresh: kept(&refresh_token),
        dpop_thumbprint,
        started: now,
    };
    let started = grant.clone();
    state
        .store(move |storage| storage.start_grant(&started, &code))
        .await?;
    Ok((grant, refresh_token))
}

/// The grant of a refresh token, which is not rotated: it is bound to the client's key and to the
/// DPoP key (FAPI 2.0, 5.3.2.1).
async fn refresh(
    state: &Shared,
    client: &Client,
    request: TokenRequest,
    thumbprint: &str,
) -> Result<Grant, GatewayError> {
    let token = kept(&request.refresh_token.ok_or(GatewayError::Malformed)?);
    let found = state
        .store(move |storage| storage.grant_by_refresh(&token))
        .await?;
    found
        .filter(|grant| grant.client == client.id && grant.dpop_thumbprint == thumbprint)
        .ok_or(GatewayError::Grant)
}

/// Revocation (RFC 7009): the answer is the same whether or not there was something to revoke.
pub(crate) async fn revoke(
    State(state): State<Shared>,
    Form(request): Form<RevocationRequest>,
) -> Result<StatusCode, GatewayError> {
    let (kind, assertion) = (&request.client_assertion_type, &request.client_assertion);
    let client = authenticate(&state, &request.client_id, kind, assertion).await?;
    let token = kept(&request.token);
    let end = move |storage: &dyn acasa_gateway_store::Storage| match storage.grant_by_refresh(&token)? {
        Some(grant) if grant.client == client.id => storage.end_grant(&grant.id),
        Some(_) | None => Ok(false),
    };
    state.store(end).await?;
    Ok(StatusCode::OK)
}
