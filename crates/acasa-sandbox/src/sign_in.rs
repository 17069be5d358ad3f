//! The sign-in page that stands in for MPass, and its shortcut for programs.

mod page;
mod words;

use acasa_domain::Language;
use acasa_gateway::{
    GatewayError,
    ports::{Instrument, SignInOutcome},
};
use acasa_protocol::sandbox::{SignInShortcut, SignInShortcutResponse};
use axum::{
    Form, Json,
    extract::{FromRequest as _, Query, Request, State, rejection::QueryRejection},
    http::{HeaderValue, header},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use url::Url;

use crate::admin::Shared;

/// Prefix of `request_uri` values (RFC 9126, 2.2).
const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

#[derive(Deserialize)]
pub(crate) struct PageQuery {
    request: String,
    #[serde(default)]
    lang: String,
}

pub(crate) async fn page(
    State(shared): State<Shared>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        return GatewayError::AuthorizationRequest.into_response();
    };
    let language: Language = query.lang.parse().unwrap_or_default();
    let mut response = Html(page::render(&shared.people(), &query.request, language)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&page::policy()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[derive(Deserialize)]
struct Choice {
    request: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    instrument: String,
    action: String,
}

/// A form from the page goes back to the app; JSON from a program is answered with where the browser
/// would have gone.
pub(crate) async fn submit(State(shared): State<Shared>, request: Request) -> Result<Response, GatewayError> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("application/json")) {
        let read = Json::<SignInShortcut>::from_request(request, &()).await;
        let Json(shortcut) = read.map_err(|_| GatewayError::Malformed)?;
        let person = shared
            .person(&shortcut.person)
            .ok_or(GatewayError::NotFound)?
            .idnp;
        let handle = handle(&shortcut.request).ok_or(GatewayError::AuthorizationRequest)?;
        let outcome = SignInOutcome::SignedIn {
            person,
            instrument: Instrument::EvoSign,
        };
        let redirect = shared.gateway.finish_sign_in(&handle, outcome).await?;
        return Ok(Json(SignInShortcutResponse {
            redirect: redirect.into(),
        })
        .into_response());
    }
    let read = Form::<Choice>::from_request(request, &()).await;
    let Form(choice) = read.map_err(|_| GatewayError::Malformed)?;
    let outcome = if choice.action == "sign-in" {
        let person = shared.person(&choice.person).ok_or(GatewayError::NotFound)?.idnp;
        let instrument = Instrument::from_name(&choice.instrument).ok_or(GatewayError::Malformed)?;
        SignInOutcome::SignedIn { person, instrument }
    } else {
        SignInOutcome::Denied
    };
    let back = shared.gateway.finish_sign_in(&choice.request, outcome).await?;
    Ok(Redirect::to(back.as_str()).into_response())
}

/// The handle in an authorization URL, a `request_uri`, or itself.
fn handle(request: &str) -> Option<String> {
    let uri = match Url::parse(request) {
        Ok(url) if url.scheme().starts_with("http") => url
            .query_pairs()
            .find(|(name, _)| name == "request_uri")
            .map(|(_, value)| value.into_owned())?,
        _ => request.to_owned(),
    };
    Some(uri.strip_prefix(REQUEST_URI).unwrap_or(&uri).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_found_in_each_form_of_a_request() {
        let url = "http://127.0.0.1:1/oauth/authorize?client_id=c&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Aabc";

        for request in [url, "urn:ietf:params:oauth:request_uri:abc", "abc"] {
            assert_eq!(handle(request).as_deref(), Some("abc"), "{request}");
        }
        assert_eq!(handle("http://127.0.0.1:1/"), None);
    }
}
