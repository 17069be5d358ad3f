//! Who may come in: a one-time token is exchanged for a cookie that scripts cannot read.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// What is said to whoever comes with a used address, or without the cookie; the interface has words.
const USED: &str = r#"{"code":"address_used","retryable":false,"ref":""}"#;

/// The lock on the door.
#[derive(Clone)]
pub struct Door {
    token: Arc<Mutex<Option<String>>>,
    session: Arc<str>,
    /// Cookies know no ports: two hosts in one browser each need a name of their own.
    cookie: Arc<str>,
}

impl Door {
    /// A door with a fresh token and a fresh session; both are 32 random bytes in hex.
    pub fn new() -> Self {
        Self {
            token: Arc::new(Mutex::new(Some(random_hex()))),
            session: random_hex().into(),
            cookie: format!("acasa_{}", random_hex()).into(),
        }
    }

    /// The token, while nobody has used it.
    pub fn token(&self) -> Option<String> {
        self.token
            .lock()
            .expect("nothing panics while it holds the token")
            .clone()
    }

    /// Takes the token if it is the one, so that it works once.
    fn redeem(&self, given: &str) -> bool {
        let mut token = self
            .token
            .lock()
            .expect("nothing panics while it holds the token");
        let right = token
            .as_deref()
            .is_some_and(|token| acasa_core::same_secret(token, given));
        if right {
            *token = None;
        }
        right
    }

    fn admits(&self, headers: &HeaderMap) -> bool {
        let cookies = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(name, value)| name == &*self.cookie && acasa_core::same_secret(value, &self.session))
    }
}

impl Default for Door {
    fn default() -> Self {
        Self::new()
    }
}

fn random_hex() -> String {
    acasa_core::random_token()
}

/// `POST /session` with the token.
pub(crate) fn routes(door: Door) -> Router {
    Router::new().route("/session", post(open)).with_state(door)
}

/// The body of `POST /session`.
#[derive(Deserialize)]
struct Knock {
    token: String,
}

async fn open(State(door): State<Door>, headers: HeaderMap, Json(knock): Json<Knock>) -> Response {
    if door.admits(&headers) {
        return StatusCode::NO_CONTENT.into_response();
    }
    if !door.redeem(knock.token.trim()) {
        return refused(StatusCode::FORBIDDEN);
    }
    let cookie = format!(
        "{}={}; HttpOnly; SameSite=Strict; Path=/",
        door.cookie, door.session
    );
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response()
}

/// Lets only the session through.
pub(crate) async fn require_session(State(door): State<Door>, request: Request, next: Next) -> Response {
    if door.admits(request.headers()) {
        next.run(request).await
    } else {
        refused(StatusCode::UNAUTHORIZED)
    }
}

fn refused(status: StatusCode) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], USED).into_response()
}

/// The names under which this server knows itself: a page elsewhere that resolves its own name to
/// 127.0.0.1 is a stranger (DNS rebinding).
#[derive(Clone)]
pub(crate) struct OwnNames {
    hosts: [String; 2],
}

impl OwnNames {
    pub(crate) fn of(address: SocketAddr) -> Self {
        Self {
            hosts: [address.to_string(), format!("localhost:{}", address.port())],
        }
    }

    fn has(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own == host)
    }

    fn are_in(&self, headers: &HeaderMap) -> bool {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &header::HeaderValue| value.to_str().ok())
        };
        let host_is_own = text(header::HOST).is_some_and(|host| self.has(host));
        let origin = text(header::ORIGIN);
        host_is_own
            && origin.is_none_or(|origin| origin.strip_prefix("http://").is_some_and(|host| self.has(host)))
    }
}

/// Refuses a foreign `Host`, and a foreign `Origin` where there is one.
pub(crate) async fn refuse_strangers(State(own): State<OwnNames>, request: Request, next: Next) -> Response {
    if own.are_in(request.headers()) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}
