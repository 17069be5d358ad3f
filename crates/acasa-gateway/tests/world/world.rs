//! A gateway on a free port, with a person, a register that holds one document, a clock that stands
//! still, and devices that can say anything.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use acasa_crypto::{Signer as _, SigningKey, base64url, digest::sha256, jose, random};
use acasa_domain::Idnp;
use acasa_gateway::{
    Authority, AuthorityName, Custody, Gateway, Limits, Parts,
    configurations::PID,
    ports::{
        AuditJournal, Clock, Element, ElementValue, HeldDocument, Instrument, PortError, Registers,
        Rendition, SignIn, SignInOutcome, SignInRequest,
    },
};
use acasa_gateway_store::{JournalEntry, SqliteStorage, Storage};
use acasa_protocol::{oauth::JWT_BEARER, paths};
use async_trait::async_trait;
use axum::Router;
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use serde_json::{Map, Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use url::Url;

/// Who signs in. Synthetic.
pub(crate) const PERSON: &str = "2999000000003";
/// Where the browser comes back.
pub(crate) const CALLBACK: &str = "http://127.0.0.1:4711/callback";
/// What is made is valid from two days before this.
pub(crate) const NOW: &str = "2026-11-21T12:00:00Z";

/// Opens the keys for an address.
pub(crate) type Opens = Box<dyn FnOnce(&str) -> Authority + Send>;

/// What a world is made of, where it is not as usual.
pub(crate) struct Setting {
    pub(crate) limits: Limits,
    pub(crate) custody: Custody,
    /// Keys from elsewhere, instead of those in custody.
    pub(crate) authority: Option<Opens>,
    pub(crate) journal: Arc<dyn AuditJournal>,
    pub(crate) storage: Arc<dyn Storage>,
    /// Seconds after [`NOW`].
    pub(crate) later: i64,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            custody: Custody::default(),
            authority: None,
            journal: Arc::new(Services),
            storage: Arc::new(SqliteStorage::in_memory(sha256).unwrap()),
            later: 0,
        }
    }
}

/// A running gateway.
pub(crate) struct World {
    pub(crate) gateway: Gateway,
    pub(crate) local: SocketAddr,
    /// Base address without a closing slash.
    pub(crate) address: String,
    pub(crate) storage: Arc<dyn Storage>,
    clock: Arc<StandingClock>,
    http: reqwest::Client,
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
}

/// An installation, with its keys.
pub(crate) struct Device {
    pub(crate) client: String,
    pub(crate) key: SigningKey,
    pub(crate) dpop: SigningKey,
    pub(crate) verifier: String,
}

/// What the gateway answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// Status and code, for comparison.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, self.text("code"))
    }

    pub(crate) fn text(&self, member: &str) -> &str {
        self.body.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A moment that only tests move, in Unix seconds.
struct StandingClock(AtomicI64);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Sign-in that nobody sees, one register, and a journal that takes everything.
struct Services;

#[async_trait]
impl SignIn for Services {
    async fn start(&self, _: &SignInRequest) -> Result<Url, PortError> {
        Err(PortError::Unavailable)
    }
}

#[async_trait]
impl Registers for Services {
    async fn documents(&self, _: &Idnp) -> Result<Vec<HeldDocument>, PortError> {
        let element = |identifier: &str, value| Element {
            namespace: "md.gov.wallet".to_owned(),
            identifier: identifier.to_owned(),
            value,
        };
        Ok(vec![HeldDocument {
            id: "document-of-a-person".to_owned(),
            expires: "2031-01-01".parse().unwrap(),
            revoked: false,
            renditions: vec![Rendition {
                document_type: PID.to_owned(),
                elements: vec![
                    element("family_name", ElementValue::text("Probă")),
                    element("age_over_18", ElementValue::Bool(true)),
                ],
            }],
            small_portrait: None,
        }])
    }
}

#[async_trait]
impl AuditJournal for Services {
    async fn register(&self, _: &[JournalEntry]) -> Result<(), PortError> {
        Ok(())
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(Setting::default()).await
    }

    pub(crate) async fn start_with(setting: Setting) -> Self {
        // Another test of this process may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let local = listener.local_addr().unwrap();
        let address = format!("http://{local}");
        let now: Timestamp = NOW.parse().unwrap();
        let now = now + jiff::SignedDuration::from_secs(setting.later);
        let clock = Arc::new(StandingClock(AtomicI64::new(now.as_second())));
        let gateway = Gateway::new(Parts {
            issuer: address.parse().unwrap(),
            storage: setting.storage.clone(),
            clock: clock.clone(),
            sign_in: Arc::new(Services),
            registers: Arc::new(Services),
            journal: setting.journal,
            authority: match setting.authority {
                Some(open) => open(&address),
                None => Authority::open_or_make(&setting.custody, &AuthorityName::default(), &address, now)
                    .unwrap(),
            },
            limits: setting.limits,
        })
        .unwrap();
        let (stop, stopping) = watch::channel(false);
        let served = gateway.serve(listener, Router::new(), stopping);
        Self {
            gateway,
            local,
            address,
            storage: setting.storage,
            clock,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            stop,
            served,
        }
    }

    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        self.served.await.unwrap();
    }

    /// What those who watch see.
    pub(crate) async fn numbers(&self) -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = watch::channel(false);
        let served = self.gateway.serve_metrics(listener, stopping);
        let url = format!("http://{address}/metrics");
        let written = self.http.get(url).send().await.unwrap().text().await.unwrap();
        stop.send_replace(true);
        served.await.unwrap();
        written
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.0.load(Ordering::SeqCst)
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method.parse().unwrap(), self.url(path))
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        Answer {
            status,
            headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("POST", path).json(body)).await
    }

    pub(crate) async fn register_with(&self, key: &SigningKey, redirect_uris: &[String]) -> Answer {
        let body = json!({
            "redirect_uris": redirect_uris,
            "jwks": { "keys": [key.public_key().to_jwk().to_value()] },
            "token_endpoint_auth_method": "private_key_jwt",
            "grant_types": ["authorization_code", "refresh_token"],
        });
        self.post_json(paths::REGISTER, &body).await
    }

    pub(crate) async fn register(&self) -> Device {
        let key = make_key();
        let answer = self.register_with(&key, &[CALLBACK.to_owned()]).await;
        Device {
            client: answer.text("client_id").to_owned(),
            key,
            dpop: make_key(),
            verifier: make_identifier(),
        }
    }

    /// The claims of a good client assertion.
    pub(crate) fn assertion(&self, device: &Device) -> Value {
        json!({
            "iss": device.client, "sub": device.client, "aud": self.address,
            "jti": make_identifier(), "iat": self.now(), "exp": self.now() + 60,
        })
    }

    /// The form of a good pushed request with these claims as assertion.
    pub(crate) fn pushed(device: &Device, assertion: &Value) -> Vec<(&'static str, String)> {
        let mut form = vec![
            ("response_type", "code".to_owned()),
            ("redirect_uri", CALLBACK.to_owned()),
            ("state", make_identifier()),
            (
                "code_challenge",
                base64url::encode(&sha256(device.verifier.as_bytes())),
            ),
            ("code_challenge_method", "S256".to_owned()),
            ("dpop_jkt", device.dpop.public_key().to_jwk().thumbprint()),
        ];
        form.extend(authenticated(device, assertion));
        form
    }

    pub(crate) async fn push(&self, form: &[(&'static str, String)]) -> Answer {
        self.send(self.request("POST", paths::PUSHED_AUTHORIZATION).form(form))
            .await
    }

    /// Signs the person in, to the point where the browser has a code.
    pub(crate) async fn code(&self, device: &Device) -> String {
        self.code_of(PERSON, device).await
    }

    /// The same for another.
    pub(crate) async fn code_of(&self, person: &str, device: &Device) -> String {
        let answer = self.push(&Self::pushed(device, &self.assertion(device))).await;
        let handle = answer.text("request_uri").rsplit(':').next().unwrap();
        let outcome = SignInOutcome::SignedIn {
            person: person.parse().unwrap(),
            instrument: Instrument::EvoSign,
        };
        let back = self.gateway.finish_sign_in(handle, outcome).await.unwrap();
        let code = back.query_pairs().find(|(name, _)| name == "code").unwrap();
        code.1.into_owned()
    }

    pub(crate) async fn dpop_nonce(&self) -> String {
        self.get(paths::HEALTH).await.header(paths::DPOP_NONCE).to_owned()
    }

    /// The claims of a good DPoP proof.
    pub(crate) async fn proof(&self, method: &str, path: &str, token: Option<&str>) -> Value {
        let mut claims = json!({
            "jti": make_identifier(), "htm": method, "htu": self.url(path),
            "iat": self.now(), "nonce": self.dpop_nonce().await,
        });
        if let Some(token) = token {
            claims["ath"] = base64url::encode(&sha256(token.as_bytes())).into();
        }
        claims
    }

    /// Asks for tokens by a code.
    pub(crate) async fn redeem(&self, device: &Device, code: &str, verifier: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", CALLBACK.to_owned()),
            ("code_verifier", verifier.to_owned()),
        ];
        self.token(device, &device.dpop, &form).await
    }

    /// Asks for tokens, with this key as sender.
    pub(crate) async fn token(
        &self,
        device: &Device,
        sender: &SigningKey,
        form: &[(&'static str, String)],
    ) -> Answer {
        let proof = self.proof("POST", paths::TOKEN, None).await;
        let form = [form, &authenticated(device, &self.assertion(device))].concat();
        let request = self.request("POST", paths::TOKEN).form(&form);
        self.send(request.header(paths::DPOP, sign_dpop(sender, &proof)))
            .await
    }

    /// Signs in all the way: the answer with the tokens.
    pub(crate) async fn sign_in(&self, device: &Device) -> Answer {
        let code = self.code(device).await;
        self.redeem(device, &code, &device.verifier).await
    }

    /// A request to a resource with a good proof.
    pub(crate) async fn bound(
        &self,
        device: &Device,
        method: &str,
        path: &str,
        token: &str,
    ) -> reqwest::RequestBuilder {
        // RFC 9449, 4.2: without query.
        let plain = path.split('?').next().unwrap_or_default();
        let proof = self.proof(method, plain, Some(token)).await;
        self.request(method, path)
            .header("authorization", format!("DPoP {token}"))
            .header(paths::DPOP, sign_dpop(&device.dpop, &proof))
    }

    /// Proofs of possession by so many new keys.
    pub(crate) async fn key_proofs(&self, device: &Device, count: usize) -> Vec<String> {
        let answer = self.post_json(paths::NONCE, &json!({})).await;
        let claims = json!({
            "iss": device.client, "aud": self.address, "iat": self.now(),
            "nonce": answer.text("c_nonce"),
        });
        (0..count).map(|_| sign_key_proof(&make_key(), &claims)).collect()
    }

    /// Asks for copies of the person's document.
    pub(crate) async fn credentials(&self, device: &Device, tokens: &Answer, proofs: &[String]) -> Answer {
        let details = &tokens.body["authorization_details"][0];
        let body = json!({
            "credential_identifier": details["credential_identifiers"][0],
            "proofs": { "jwt": proofs },
        });
        let request = self
            .bound(device, "POST", paths::CREDENTIAL, tokens.text("access_token"))
            .await;
        self.send(request.json(&body)).await
    }
}

/// Who asks, as OAuth's forms say it.
fn authenticated(device: &Device, assertion: &Value) -> Vec<(&'static str, String)> {
    vec![
        ("client_id", device.client.clone()),
        ("client_assertion_type", JWT_BEARER.to_owned()),
        (
            "client_assertion",
            sign(&device.key, "JWT", Map::new(), assertion),
        ),
    ]
}

pub(crate) fn make_key() -> SigningKey {
    SigningKey::make_random().unwrap()
}

pub(crate) fn make_identifier() -> String {
    base64url::encode(&random::make_bytes::<32>().unwrap())
}

fn with_jwk(key: &SigningKey) -> Map<String, Value> {
    Map::from_iter([("jwk".to_owned(), key.public_key().to_jwk().to_value())])
}

pub(crate) fn sign(key: &SigningKey, typ: &str, header: Map<String, Value>, claims: &Value) -> String {
    jose::sign_jwt(key, typ, header, claims.as_object().unwrap()).unwrap()
}

pub(crate) fn sign_dpop(key: &SigningKey, claims: &Value) -> String {
    sign(key, "dpop+jwt", with_jwk(key), claims)
}

pub(crate) fn sign_key_proof(key: &SigningKey, claims: &Value) -> String {
    sign(key, "openid4vci-proof+jwt", with_jwk(key), claims)
}
