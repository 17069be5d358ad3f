//! Sending: one pinned gateway, bounded answers, the server's clock, retries of what is safe to repeat.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use acasa_protocol::{
    issuance::CredentialIssuerMetadata, oauth::AuthorizationServerMetadata, paths, problem::Problem,
};
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, DATE, HeaderMap, RETRY_AFTER},
    redirect,
};
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;
use url::{Host, Url};

use crate::{ClientError, Installation, NetworkGate, assertion, operation};

/// Largest ordinary answer, in bytes: a batch of documents with portraits fits.
pub(crate) const ANSWER_LIMIT: usize = 4 * 1024 * 1024;
/// The longest wait a gateway can ask for, in seconds.
const LONGEST_WAIT: u64 = 15 * 60;
/// How often an idempotent read is tried.
const TRIES: u32 = 3;
/// How long one request may take, unless said otherwise.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long of it may go by before there is a connection.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// How to reach a gateway.
#[derive(Debug, Clone)]
pub struct Options {
    gateway: Url,
    timeout: Duration,
    gate: NetworkGate,
}

impl Options {
    /// The usual options; the gateway is https, or http on a loopback address.
    pub fn new(gateway: Url) -> Self {
        Self {
            gateway,
            timeout: PATIENCE,
            gate: NetworkGate::default(),
        }
    }

    /// How long one request may take.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The switch every request passes.
    #[must_use]
    pub fn with_gate(mut self, gate: NetworkGate) -> Self {
        self.gate = gate;
        self
    }
}

/// A client of one gateway. Clones share everything.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    http: reqwest::Client,
    gateway: Url,
    gate: NetworkGate,
    /// Seconds that the server is ahead of this machine, from its `Date` headers.
    ahead: AtomicI64,
    nonce: Mutex<Option<String>>,
    server: OnceCell<AuthorizationServerMetadata>,
    issuer: OnceCell<CredentialIssuerMetadata>,
}

impl Client {
    /// A client; nothing is sent yet.
    pub fn new(options: Options) -> Result<Self, ClientError> {
        if !is_acceptable(&options.gateway) {
            return Err(ClientError::ForeignAddress);
        }
        // Another part of the process may have installed it already; both would be ring's.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(options.timeout)
            .connect_timeout(options.timeout.min(CONNECT_PATIENCE))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("Acasa/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| ClientError::Unreachable)?;
        Ok(Self(Arc::new(Shared {
            http,
            gateway: options.gateway,
            gate: options.gate,
            ahead: AtomicI64::new(0),
            nonce: Mutex::new(None),
            server: OnceCell::new(),
            issuer: OnceCell::new(),
        })))
    }

    /// The switch every request passes.
    pub fn gate(&self) -> &NetworkGate {
        &self.0.gate
    }

    /// The pinned gateway.
    pub fn gateway(&self) -> &Url {
        &self.0.gateway
    }

    /// Seconds by which the server's clock was ahead of this machine's at the last answer.
    pub fn server_ahead_seconds(&self) -> i64 {
        self.0.ahead.load(Ordering::Relaxed)
    }

    /// The server's time, Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        jiff::Timestamp::now()
            .as_second()
            .saturating_add(self.server_ahead_seconds())
    }

    /// Fetches both metadata documents, once, and checks that they speak for the pinned gateway.
    pub async fn discover(&self) -> Result<(), ClientError> {
        self.server().await?;
        self.issuer().await?;
        Ok(())
    }

    /// Authorization server metadata (RFC 8414).
    pub async fn server(&self) -> Result<&AuthorizationServerMetadata, ClientError> {
        let fetch = || async {
            let url = self.join(paths::AUTHORIZATION_SERVER_METADATA)?;
            let found: AuthorizationServerMetadata = self.get_json(&url, "server metadata").await?;
            self.check_own(&found.issuer)?;
            Ok(found)
        };
        self.0.server.get_or_try_init(fetch).await
    }

    /// Credential issuer metadata (OpenID4VCI 1.0, 12.2).
    pub async fn issuer(&self) -> Result<&CredentialIssuerMetadata, ClientError> {
        let fetch = || async {
            let url = self.join(paths::CREDENTIAL_ISSUER_METADATA)?;
            let found: CredentialIssuerMetadata = self.get_json(&url, "issuer metadata").await?;
            self.check_own(&found.credential_issuer)?;
            Ok(found)
        };
        self.0.issuer.get_or_try_init(fetch).await
    }

    /// RFC 8414, 3.3: the metadata must name the issuer it was fetched from.
    fn check_own(&self, identifier: &str) -> Result<(), ClientError> {
        let same = identifier.trim_end_matches('/') == self.0.gateway.as_str().trim_end_matches('/');
        if same {
            Ok(())
        } else {
            Err(ClientError::ForeignAddress)
        }
    }

    pub(crate) fn join(&self, path: &str) -> Result<Url, ClientError> {
        self.0.gateway.join(path).map_err(|_| ClientError::ForeignAddress)
    }

    /// An address from the gateway's own answers, which must stay at its origin.
    pub(crate) fn own(&self, address: &str) -> Result<Url, ClientError> {
        Url::parse(address)
            .ok()
            .filter(|url| url.origin() == self.0.gateway.origin())
            .ok_or(ClientError::ForeignAddress)
    }

    pub(crate) async fn get_json<T: DeserializeOwned>(
        &self,
        url: &Url,
        what: &'static str,
    ) -> Result<T, ClientError> {
        let body = self.get_bytes(url, "application/json", ANSWER_LIMIT).await?;
        serde_json::from_slice(&body).map_err(|_| ClientError::Unexpected { what })
    }

    /// A public read, tried again when the network or the server falters.
    pub(crate) async fn get_bytes(
        &self,
        url: &Url,
        accept: &str,
        limit: usize,
    ) -> Result<Vec<u8>, ClientError> {
        operation::as_one(self.try_get_bytes(url, accept, limit)).await
    }

    async fn try_get_bytes(&self, url: &Url, accept: &str, limit: usize) -> Result<Vec<u8>, ClientError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let request = self.request(Method::GET, url).header(ACCEPT, accept);
            match self.send(request, limit).await {
                Err(error) if tried < TRIES && error.may_be_tried_at_once() && self.0.gate.is_open() => {
                    tokio::time::sleep(Duration::from_millis(100 << tried)).await;
                }
                answer => return answer,
            }
        }
    }

    pub(crate) fn request(&self, method: Method, url: &Url) -> RequestBuilder {
        self.0.http.request(method, url.clone())
    }

    pub(crate) async fn send_json<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        what: &'static str,
    ) -> Result<T, ClientError> {
        let body = self.send(request, ANSWER_LIMIT).await?;
        serde_json::from_slice(&body).map_err(|_| ClientError::Unexpected { what })
    }

    /// Sends with a DPoP proof, and once more if the server asks for its newer nonce (RFC 9449, 8); the body of the
    /// answer is still to be read.
    pub(crate) async fn open_bound(
        &self,
        installation: &Installation,
        request: RequestBuilder,
        access_token: Option<&[u8]>,
    ) -> Result<Response, ClientError> {
        let mut again = true;
        loop {
            let attempt = request
                .try_clone()
                .ok_or(ClientError::Unexpected { what: "request" })?;
            let attempt = self.bind(installation, attempt, access_token)?;
            match self.open(attempt).await {
                Err(error) if again && error.oauth() == Some("use_dpop_nonce") => again = false,
                answer => return answer,
            }
        }
    }

    pub(crate) async fn send_once_bound<T: DeserializeOwned>(
        &self,
        installation: &Installation,
        request: RequestBuilder,
        access_token: Option<&[u8]>,
        what: &'static str,
    ) -> Result<T, ClientError> {
        let request = self.bind(installation, request, access_token)?;
        self.send_json(request, what).await
    }

    fn bind(
        &self,
        installation: &Installation,
        request: RequestBuilder,
        access_token: Option<&[u8]>,
    ) -> Result<RequestBuilder, ClientError> {
        let unexpected = || ClientError::Unexpected { what: "request" };
        let built = request
            .try_clone()
            .and_then(|copy| copy.build().ok())
            .ok_or_else(unexpected)?;
        let nonce = self
            .0
            .nonce
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let key = installation.dpop.as_ref();
        let (method, url) = (built.method().as_str(), built.url());
        let proof = assertion::sign_dpop(key, method, url, nonce, access_token, self.now())?;
        let mut request = request.header(paths::DPOP, proof);
        if let Some(token) = access_token {
            let mut value = b"DPoP ".to_vec();
            value.extend_from_slice(token);
            let mut value = reqwest::header::HeaderValue::from_bytes(&value).map_err(|_| unexpected())?;
            // Keeps the token out of `Debug` of the request, and so out of logs.
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        Ok(request)
    }

    /// Sends, and reads the whole answer.
    pub(crate) async fn send(&self, request: RequestBuilder, limit: usize) -> Result<Vec<u8>, ClientError> {
        read(self.open(request).await?, limit).await
    }

    /// The one place where anything leaves. A refusal is an error; the body of an answer is still to be read.
    pub(crate) async fn open(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        if !self.0.gate.pass() {
            return Err(ClientError::Offline);
        }
        let request = match operation::traceparent() {
            Some(traceparent) => request.header(paths::TRACEPARENT, traceparent),
            None => request,
        };
        let response = request.send().await.map_err(|error| {
            if error.is_timeout() {
                ClientError::Timeout
            } else {
                ClientError::Unreachable
            }
        })?;
        self.learn(response.headers());
        let status = response.status();
        tracing::debug!(http.status = status.as_u16(), "gateway.answered");
        if status.is_success() {
            return Ok(response);
        }
        let wait = retry_after(response.headers());
        Err(refusal(status, wait, &read(response, ANSWER_LIMIT).await?))
    }

    /// Keeps the server's clock and its latest DPoP nonce.
    fn learn(&self, headers: &HeaderMap) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let date = text(DATE.as_str()).and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        if let Some(date) = date {
            let ahead = date.timestamp().as_second() - jiff::Timestamp::now().as_second();
            self.0.ahead.store(ahead, Ordering::Relaxed);
        }
        if let Some(nonce) = text(paths::DPOP_NONCE) {
            let mut kept = self.0.nonce.lock().unwrap_or_else(PoisonError::into_inner);
            *kept = Some(nonce.to_owned());
        }
    }
}

pub(crate) async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, ClientError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| ClientError::Unreachable)? {
        if body.len() + chunk.len() > limit {
            return Err(ClientError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// In seconds; the form with a date is not used by the gateway.
fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?;
    Some(seconds.trim().parse::<u64>().ok()?.min(LONGEST_WAIT))
}

fn refusal(status: StatusCode, retry_after: Option<u64>, body: &[u8]) -> ClientError {
    let retryable = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    let mut problem = serde_json::from_slice::<Problem>(body)
        .ok()
        .filter(|problem| !problem.code.is_empty() || problem.error.is_some())
        .unwrap_or_else(|| Problem::new(status.as_u16(), "gateway_refused", retryable));
    problem.retry_after = retry_after;
    ClientError::Refused(Box::new(problem))
}

/// https anywhere; http only to this machine, by IP literal.
fn is_acceptable(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

#[cfg(test)]
mod tests;
