//! Documents, accesses, trust and status.

use std::sync::Arc;

use acasa_crypto::{Signer, base64url};
use acasa_protocol::{
    documents::{AccessPage, DocumentList, DocumentOffer, StatusListIndex},
    issuance::{CredentialRequest, CredentialResponse, NonceResponse, Proofs},
    paths,
};
use reqwest::{Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use url::Url;

use crate::operation::as_one;
use crate::transport::{ANSWER_LIMIT, read};
use crate::{Client, ClientError, Installation, Session, assertion};

/// Largest list of trust or status that is read, in bytes.
const LIST_LIMIT: usize = 16 * 1024 * 1024;

/// Issued copies, in the order of the device keys they were asked for with.
pub struct IssuedBatch {
    /// `IssuerSigned` in CBOR for `mso_mdoc`; the compact form in ASCII for `dc+sd-jwt`.
    /// Byte for byte as issued, and not verified yet.
    pub credentials: Vec<Vec<u8>>,
}

impl Client {
    /// What the person can receive now.
    pub async fn documents(
        &self,
        installation: &Installation,
        session: &Session,
    ) -> Result<DocumentList, ClientError> {
        let request = self.request(Method::GET, &self.join(paths::DOCUMENTS)?);
        self.send_authorized(installation, session, request, "list of documents")
            .await
    }

    /// Who read the person's data, newest first; `cursor` is the previous page's `next_cursor`.
    pub async fn accesses(
        &self,
        installation: &Installation,
        session: &Session,
        cursor: Option<&str>,
    ) -> Result<AccessPage, ClientError> {
        let mut url = self.join(paths::ACCESSES)?;
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        let request = self.request(Method::GET, &url);
        self.send_authorized(installation, session, request, "list of accesses")
            .await
    }

    /// How many copies one request may ask for.
    pub async fn batch_size(&self) -> Result<usize, ClientError> {
        Ok(self.issuer().await?.batch_credential_issuance.batch_size as usize)
    }

    /// Requests one copy for each device key, proving possession of each.
    pub async fn request_credentials(
        &self,
        installation: &Installation,
        session: &Session,
        offer: &DocumentOffer,
        device_keys: &[&dyn Signer],
    ) -> Result<IssuedBatch, ClientError> {
        as_one(self.try_request_credentials(installation, session, offer, device_keys)).await
    }

    async fn try_request_credentials(
        &self,
        installation: &Installation,
        session: &Session,
        offer: &DocumentOffer,
        device_keys: &[&dyn Signer],
    ) -> Result<IssuedBatch, ClientError> {
        let unexpected = || ClientError::Unexpected { what: "credentials" };
        let issuer = self.issuer().await?;
        let nonce_url = self.own(&issuer.nonce_endpoint)?;
        let nonce: NonceResponse = self
            .send_json(self.request(Method::POST, &nonce_url), "nonce")
            .await?;
        let sign = |key: &&dyn Signer| {
            let client_id = installation.client_id();
            let audience = &issuer.credential_issuer;
            assertion::sign_key_proof(*key, client_id, audience, &nonce.c_nonce, self.now())
        };
        let body = CredentialRequest {
            credential_identifier: Some(offer.credential_identifier.clone()),
            credential_configuration_id: None,
            proofs: Proofs {
                jwt: device_keys.iter().map(sign).collect::<Result<_, _>>()?,
            },
        };
        let url = self.own(&issuer.credential_endpoint)?;
        let request = self.request(Method::POST, &url).json(&body);
        let answer: CredentialResponse = self
            .send_authorized(installation, session, request, "credentials")
            .await?;
        if answer.credentials.len() != device_keys.len() {
            return Err(unexpected());
        }
        let is_mdoc = offer.format == "mso_mdoc";
        let decode = |credential: String| {
            if is_mdoc {
                base64url::decode(&credential).map_err(|_| unexpected())
            } else {
                Ok(credential.into_bytes())
            }
        };
        let credentials = answer
            .credentials
            .into_iter()
            .map(|issued| decode(issued.credential));
        Ok(IssuedBatch {
            credentials: credentials.collect::<Result<_, _>>()?,
        })
    }

    /// The signed trust list, as served; to be verified by the pinned key.
    pub async fn trust_list(&self) -> Result<Vec<u8>, ClientError> {
        self.get_bytes(&self.join(paths::TRUST_LIST)?, "*/*", LIST_LIMIT)
            .await
    }

    /// The addresses of all status lists: verifiers fetch them ahead, so that the issuer does not
    /// learn which document was met.
    pub async fn status_lists(&self) -> Result<Vec<Url>, ClientError> {
        let index: StatusListIndex = self
            .get_json(&self.join(paths::STATUS_LISTS)?, "index of status lists")
            .await?;
        index
            .status_lists
            .iter()
            .map(|address| self.own(address))
            .collect()
    }

    /// One status list in CWT form, as served.
    pub async fn status_list(&self, address: &Url) -> Result<Vec<u8>, ClientError> {
        let address = self.own(address.as_str())?;
        self.get_bytes(&address, paths::STATUS_LIST_CWT, LIST_LIMIT).await
    }

    /// Sends with the access token; a missing or expired one is fetched once.
    pub(crate) async fn send_authorized<T: DeserializeOwned>(
        &self,
        installation: &Installation,
        session: &Session,
        request: RequestBuilder,
        what: &'static str,
    ) -> Result<T, ClientError> {
        let sent = self.send_authorized_for_bytes(installation, session, request, ANSWER_LIMIT);
        serde_json::from_slice(&sent.await?).map_err(|_| ClientError::Unexpected { what })
    }

    /// The same, for an answer that is not JSON.
    pub(crate) async fn send_authorized_for_bytes(
        &self,
        installation: &Installation,
        session: &Session,
        request: RequestBuilder,
        limit: usize,
    ) -> Result<Vec<u8>, ClientError> {
        read(self.open_authorized(installation, session, request).await?, limit).await
    }

    /// The same, with the body still to be read.
    pub(crate) async fn open_authorized(
        &self,
        installation: &Installation,
        session: &Session,
        request: RequestBuilder,
    ) -> Result<Response, ClientError> {
        as_one(self.try_open_authorized(installation, session, request)).await
    }

    async fn try_open_authorized(
        &self,
        installation: &Installation,
        session: &Session,
        request: RequestBuilder,
    ) -> Result<Response, ClientError> {
        let mut fresh = false;
        loop {
            // Not held while sending: requests go side by side.
            let Some(token) = session.access.lock().await.clone() else {
                let _alone = session.refreshing.lock().await;
                if session.access.lock().await.is_none() {
                    self.refresh(installation, session).await?;
                }
                fresh = true;
                continue;
            };
            let attempt = request
                .try_clone()
                .ok_or(ClientError::Unexpected { what: "request" })?;
            let sent = self.open_bound(installation, attempt, Some(token.expose()));
            match sent.await {
                Err(error) if error.oauth() == Some("invalid_token") => {
                    if fresh {
                        return Err(ClientError::SessionEnded);
                    }
                    let mut access = session.access.lock().await;
                    if access
                        .as_ref()
                        .is_some_and(|present| Arc::ptr_eq(present, &token))
                    {
                        *access = None;
                    }
                }
                answer => return answer,
            }
        }
    }
}
