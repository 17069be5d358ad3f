//! Who may come in: nobody but the page that was opened with the token.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use acasa_core::{Acasa, NoHost, Setup};
use acasa_devhost::{Door, router};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt as _;

const ADDRESS: &str = "127.0.0.1:4711";

/// A server, and the token it printed.
fn server(folder: &TempDir) -> (Router, String) {
    let setup = Setup::new(folder.path().to_owned(), Arc::new(NoHost)).with_keys_in_memory();
    let door = Door::new();
    let token = door.token().expect("nobody used it");
    let address: SocketAddr = ADDRESS.parse().expect("an address");
    let router = router(Acasa::start(setup), folder.path(), door, address);
    (router.expect("a sandbox"), token)
}

/// What a request with these headers is answered.
async fn answer(
    router: &Router,
    path: &str,
    headers: &[(header::HeaderName, &str)],
    body: String,
) -> (StatusCode, HeaderMap) {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(Body::from(body)).expect("a request");
    let answer = router.clone().oneshot(request).await.expect("it answers");
    (answer.status(), answer.headers().clone())
}

/// Opens the door, and gives the cookie.
async fn session(router: &Router, token: &str) -> Option<String> {
    let knock = format!(r#"{{"token":"{token}"}}"#);
    let (_, headers) = answer(router, "/session", &[(header::HOST, ADDRESS)], knock).await;
    let cookie = headers.get(header::SET_COOKIE)?.to_str().ok()?;
    Some(cookie.split(';').next()?.to_owned())
}

#[tokio::test]
async fn a_page_elsewhere_is_refused_by_its_host_and_by_its_origin_even_with_the_cookie() {
    let folder = TempDir::new().expect("a folder");
    let (router, token) = server(&folder);
    let cookie = session(&router, &token).await.expect("the token is right");
    let ask = async |host: &str, origin: Option<&str>| {
        let mut headers = vec![(header::HOST, host), (header::COOKIE, cookie.as_str())];
        headers.extend(origin.map(|origin| (header::ORIGIN, origin)));
        answer(&router, "/api/app_state", &headers, "{}".to_owned())
            .await
            .0
    };

    let own = ask(ADDRESS, Some("http://127.0.0.1:4711")).await;
    let rebound = ask("evil.example:4711", None).await;
    let foreign = ask(ADDRESS, Some("http://evil.example")).await;
    let other_port = ask(ADDRESS, Some("http://127.0.0.1:4712")).await;
    let opaque = ask(ADDRESS, Some("null")).await;

    assert_eq!(own, StatusCode::OK);
    assert_eq!([rebound, foreign, other_port, opaque], [StatusCode::FORBIDDEN; 4]);
}

#[tokio::test]
async fn without_the_cookie_or_with_another_nothing_is_answered() {
    let folder = TempDir::new().expect("a folder");
    let (router, token) = server(&folder);
    let cookie = session(&router, &token).await.expect("the token is right");
    let other = cookie.replace(char::is_numeric, "f");
    let ask = async |cookie: Option<&str>| {
        let mut headers = vec![(header::HOST, ADDRESS)];
        headers.extend(cookie.map(|cookie| (header::COOKIE, cookie)));
        answer(&router, "/api/app_state", &headers, "{}".to_owned())
            .await
            .0
    };

    let answers = [ask(None).await, ask(Some(&other)).await, ask(Some(&cookie)).await];

    assert_eq!(
        answers,
        [StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED, StatusCode::OK]
    );
}

#[tokio::test]
async fn the_token_works_once_and_no_other_works_at_all() {
    let folder = TempDir::new().expect("a folder");
    let (router, token) = server(&folder);

    let guessed = session(&router, &"0".repeat(64)).await;
    let first = session(&router, &token).await;
    let second = session(&router, &token).await;

    assert_eq!((guessed, second), (None, None));
    assert!(first.is_some());
}

#[tokio::test]
async fn a_body_beyond_32_mebibytes_is_refused_and_one_of_them_is_read() {
    let folder = TempDir::new().expect("a folder");
    let (router, token) = server(&folder);
    let cookie = session(&router, &token).await.expect("the token is right");
    let ask = async |bytes: usize| {
        let headers = [(header::HOST, ADDRESS), (header::COOKIE, cookie.as_str())];
        // White space is no arguments, but it was read.
        answer(&router, "/api/app_state", &headers, " ".repeat(bytes))
            .await
            .0
    };

    assert_eq!(ask(32 << 20).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ask((32 << 20) + 1).await, StatusCode::PAYLOAD_TOO_LARGE);
}
