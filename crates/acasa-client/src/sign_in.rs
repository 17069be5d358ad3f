//! Sign-in: registration, the pushed request, the browser's way back, tokens, sign-out.

use std::sync::Arc;

use acasa_crypto::{SecretBytes, Signer, base64url, constant_time_eq, digest::sha256, random};
use acasa_protocol::oauth::{
    JWT_BEARER, JwkSet, PushedAuthorizationRequest, PushedAuthorizationResponse, RegistrationRequest,
    RegistrationResponse, RevocationRequest, TokenRequest, TokenResponse,
};
use reqwest::Method;
use url::Url;

use crate::{Client, ClientError, Installation, Session, assertion, operation::as_one};

/// What a sign-in asks for.
#[derive(Debug, Clone)]
pub struct SignInRequest {
    redirect_uri: Url,
    language: Option<String>,
    fresh: bool,
}

impl SignInRequest {
    /// Comes back to `redirect_uri`.
    pub fn new(redirect_uri: Url) -> Self {
        Self {
            redirect_uri,
            language: None,
            fresh: false,
        }
    }

    /// `ro`, `ru` or `en`, for the sign-in page.
    #[must_use]
    pub fn with_language(mut self, language: &str) -> Self {
        self.language = Some(language.to_owned());
        self
    }

    /// Asks for a fresh sign-in, as a shared computer must.
    #[must_use]
    pub fn with_fresh_sign_in(mut self) -> Self {
        self.fresh = true;
        self
    }
}

/// A sign-in that waits for the browser to come back.
pub struct PendingSignIn {
    authorization_url: Url,
    state: String,
    redirect_uri: Url,
    verifier: SecretBytes,
}

impl PendingSignIn {
    /// To be opened in the system browser.
    pub fn authorization_url(&self) -> &Url {
        &self.authorization_url
    }

    /// One that waits for this state.
    #[cfg(test)]
    pub(crate) fn of_state(state: &str) -> Self {
        let address = Url::parse("http://127.0.0.1/").expect("an address");
        Self {
            authorization_url: address.clone(),
            state: state.to_owned(),
            redirect_uri: address,
            verifier: SecretBytes::new(Vec::new()),
        }
    }

    /// Whether the browser came back from this sign-in.
    pub fn is_answered_by(&self, callback: &Callback) -> bool {
        constant_time_eq(callback.state.as_bytes(), self.state.as_bytes())
    }
}

/// The parameters the browser came back with.
#[derive(Clone)]
pub struct Callback {
    state: String,
    issuer: Option<String>,
    code: Option<String>,
    error: Option<String>,
}

impl Callback {
    /// Reads the redirect. A repeated parameter makes it unreadable (RFC 6749, 3.1).
    pub fn parse(redirect: &Url) -> Result<Self, ClientError> {
        let unexpected = || ClientError::Unexpected { what: "redirect" };
        let (mut state, mut issuer, mut code, mut error) = (None, None, None, None);
        for (name, value) in redirect.query_pairs() {
            let slot = match name.as_ref() {
                "state" => &mut state,
                "iss" => &mut issuer,
                "code" => &mut code,
                "error" => &mut error,
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(unexpected());
            }
        }
        if code.is_some() == error.is_some() {
            return Err(unexpected());
        }
        Ok(Self {
            state: state.ok_or_else(unexpected)?,
            issuer,
            code,
            error,
        })
    }

    /// Whether the person was signed in.
    pub fn is_success(&self) -> bool {
        self.code.is_some()
    }
}

/// What installations register: loopback by IP literal, any port (RFC 8252, 7.3).
const REDIRECT_URIS: [&str; 2] = ["http://127.0.0.1/callback", "http://[::1]/callback"];

impl Client {
    /// Registers this installation: `key` proves who it is from now on, `dpop` binds its tokens.
    pub async fn register(
        &self,
        key: Arc<dyn Signer>,
        dpop: Arc<dyn Signer>,
    ) -> Result<Installation, ClientError> {
        let url = self.own(&self.server().await?.registration_endpoint)?;
        let body = RegistrationRequest {
            redirect_uris: REDIRECT_URIS.map(str::to_owned).to_vec(),
            jwks: JwkSet {
                keys: vec![key.public_key().to_jwk().to_value()],
            },
            token_endpoint_auth_method: "private_key_jwt".to_owned(),
            grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
            software_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        };
        let request = self.request(Method::POST, &url).json(&body);
        let answer: RegistrationResponse = self.send_json(request, "registration").await?;
        Ok(Installation::new(answer.client_id, key, dpop))
    }

    async fn assert(&self, installation: &Installation) -> Result<String, ClientError> {
        let issuer = &self.server().await?.issuer;
        let key = installation.key.as_ref();
        Ok(assertion::sign_client_assertion(
            installation.client_id(),
            key,
            issuer,
            self.now(),
        )?)
    }

    /// Pushes the request and answers with the address to open.
    pub async fn begin_sign_in(
        &self,
        installation: &Installation,
        request: &SignInRequest,
    ) -> Result<PendingSignIn, ClientError> {
        let server = self.server().await?;
        let url = self.own(&server.pushed_authorization_request_endpoint)?;
        // RFC 7636, 4.1: 32 random bytes, base64url.
        let verifier = base64url::encode(&random::make_bytes::<32>()?);
        let state = assertion::make_identifier()?;
        let form = PushedAuthorizationRequest {
            response_type: "code".to_owned(),
            client_id: installation.client_id().to_owned(),
            redirect_uri: request.redirect_uri.to_string(),
            state: state.clone(),
            code_challenge: base64url::encode(&sha256(verifier.as_bytes())),
            code_challenge_method: "S256".to_owned(),
            scope: Some("documents".to_owned()),
            prompt: request.fresh.then(|| "login".to_owned()),
            ui_locales: request.language.clone(),
            dpop_jkt: Some(installation.dpop.public_key().to_jwk().thumbprint()),
            client_assertion_type: JWT_BEARER.to_owned(),
            client_assertion: self.assert(installation).await?,
        };
        let sent = self.request(Method::POST, &url).form(&form);
        let answer: PushedAuthorizationResponse = self.send_json(sent, "pushed request").await?;
        let mut authorization_url = self.own(&server.authorization_endpoint)?;
        authorization_url
            .query_pairs_mut()
            .append_pair("client_id", installation.client_id())
            .append_pair("request_uri", &answer.request_uri);
        Ok(PendingSignIn {
            authorization_url,
            state,
            redirect_uri: request.redirect_uri.clone(),
            verifier: SecretBytes::new(verifier.into_bytes()),
        })
    }

    /// Checks where the browser came back from, and exchanges the code for a session.
    pub async fn finish_sign_in(
        &self,
        installation: &Installation,
        pending: PendingSignIn,
        callback: &Callback,
    ) -> Result<Session, ClientError> {
        let server = self.server().await?;
        if !pending.is_answered_by(callback) {
            return Err(ClientError::ForeignState);
        }
        if callback.issuer.as_deref() != Some(server.issuer.as_str()) {
            return Err(ClientError::ForeignIssuer);
        }
        let code = match (&callback.code, &callback.error) {
            (Some(code), None) => code.clone(),
            (_, Some(error)) if error == "access_denied" => return Err(ClientError::Denied),
            _ => return Err(ClientError::Unexpected { what: "redirect" }),
        };
        let verifier = String::from_utf8_lossy(pending.verifier.expose()).into_owned();
        let form = TokenRequest {
            grant_type: "authorization_code".to_owned(),
            client_id: installation.client_id().to_owned(),
            code: Some(code),
            redirect_uri: Some(pending.redirect_uri.to_string()),
            code_verifier: Some(verifier),
            refresh_token: None,
            client_assertion_type: JWT_BEARER.to_owned(),
            client_assertion: String::new(),
        };
        Session::from_response(self.token(installation, form).await?)
    }

    /// Fetches a new access token; callers need it only to learn that the session still stands.
    pub async fn refresh(&self, installation: &Installation, session: &Session) -> Result<(), ClientError> {
        let form = TokenRequest {
            grant_type: "refresh_token".to_owned(),
            client_id: installation.client_id().to_owned(),
            code: None,
            redirect_uri: None,
            code_verifier: None,
            refresh_token: Some(String::from_utf8_lossy(session.refresh.expose()).into_owned()),
            client_assertion_type: JWT_BEARER.to_owned(),
            client_assertion: String::new(),
        };
        let answer = self
            .token(installation, form)
            .await
            .map_err(|error| match error.oauth() {
                Some("invalid_grant") => ClientError::SessionEnded,
                _ => error,
            })?;
        if answer.subject != session.subject() {
            return Err(ClientError::Unexpected { what: "token" });
        }
        let access = SecretBytes::new(answer.access_token.into_bytes());
        *session.access.lock().await = Some(Arc::new(access));
        Ok(())
    }

    /// Each try has an assertion of its own: the server accepts one once.
    async fn token(
        &self,
        installation: &Installation,
        form: TokenRequest,
    ) -> Result<TokenResponse, ClientError> {
        as_one(self.try_token(installation, form)).await
    }

    async fn try_token(
        &self,
        installation: &Installation,
        mut form: TokenRequest,
    ) -> Result<TokenResponse, ClientError> {
        let url = self.own(&self.server().await?.token_endpoint)?;
        let mut again = true;
        loop {
            form.client_assertion = self.assert(installation).await?;
            let request = self.request(Method::POST, &url).form(&form);
            match self.send_once_bound(installation, request, None, "token").await {
                Err(error) if again && error.oauth() == Some("use_dpop_nonce") => again = false,
                answer => return answer,
            }
        }
    }

    /// Ends the session at the server. What the device keeps is the caller's to delete.
    pub async fn sign_out(&self, installation: &Installation, session: &Session) -> Result<(), ClientError> {
        let url = self.own(&self.server().await?.revocation_endpoint)?;
        let form = RevocationRequest {
            token: String::from_utf8_lossy(session.refresh.expose()).into_owned(),
            client_id: installation.client_id().to_owned(),
            client_assertion_type: JWT_BEARER.to_owned(),
            client_assertion: self.assert(installation).await?,
        };
        self.send(self.request(Method::POST, &url).form(&form), 64 * 1024)
            .await?;
        *session.access.lock().await = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(query: &str) -> Result<Callback, ClientError> {
        Callback::parse(&Url::parse(&format!("http://127.0.0.1:1/callback?{query}")).unwrap())
    }

    #[test]
    fn a_callback_has_a_state_and_either_a_code_or_an_error() {
        assert!(parse("state=s&code=c&iss=i").is_ok_and(|callback| callback.is_success()));
        assert!(parse("state=s&error=access_denied").is_ok_and(|callback| !callback.is_success()));
        for query in ["", "code=c", "state=s", "state=s&code=c&error=e"] {
            assert!(parse(query).is_err(), "{query}");
        }
    }

    #[test]
    fn a_repeated_parameter_is_refused() {
        assert!(parse("state=s&code=c&code=d").is_err());
    }

    proptest! {
        #[test]
        fn reading_a_callback_never_panics(query in "\\PC{0,200}") {
            let mut url = Url::parse("http://127.0.0.1/callback").unwrap();
            url.set_query(Some(&query));
            let _ = Callback::parse(&url);
        }
    }
}
