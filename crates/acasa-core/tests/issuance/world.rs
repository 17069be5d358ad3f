//! A sandbox with a client, and people who signed in.

use std::sync::Arc;

use acasa_client::{Client, ClientError, DocumentOffer, Installation, Options, Session, SignInRequest};
use acasa_crypto::{Signer, SigningKey};
use acasa_sandbox::Sandbox;

/// A sandbox and a client of its gateway.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

/// A person on a device.
pub(crate) struct SignedIn {
    pub(crate) client: Client,
    pub(crate) installation: Installation,
    pub(crate) session: Session,
}

/// New device keys.
pub(crate) fn keys(count: usize) -> Vec<SigningKey> {
    (0..count)
        .map(|_| SigningKey::make_random().expect("randomness"))
        .collect()
}

impl World {
    pub(crate) async fn start(seed: u64) -> Self {
        let sandbox = Sandbox::start(acasa_sandbox::Options::new(seed))
            .await
            .expect("the sandbox starts");
        let client = Client::new(Options::new(sandbox.address().clone())).expect("a client");
        Self { sandbox, client }
    }

    pub(crate) async fn register(&self) -> Installation {
        let key = || Arc::new(SigningKey::make_random().expect("randomness"));
        self.client.register(key(), key()).await.expect("registers")
    }

    /// Signs in on a device of its own.
    pub(crate) async fn sign_in(&self, person: &str) -> SignedIn {
        let client = Client::new(Options::new(self.sandbox.address().clone())).expect("a client");
        let key = || Arc::new(SigningKey::make_random().expect("randomness"));
        let installation = client.register(key(), key()).await.expect("registers");
        let request = SignInRequest::new("http://127.0.0.1:1/callback".parse().expect("a URL"));
        let pending = client
            .begin_sign_in(&installation, &request)
            .await
            .expect("begins");
        let callback = client.sandbox_sign_in(&pending, person).await.expect("signs in");
        let session = client
            .finish_sign_in(&installation, pending, &callback)
            .await
            .expect("finishes");
        SignedIn {
            client,
            installation,
            session,
        }
    }
}

impl SignedIn {
    pub(crate) async fn offers(&self) -> Vec<DocumentOffer> {
        let list = self.client.documents(&self.installation, &self.session).await;
        list.map_err(|error| error.code().to_owned())
            .expect("a list")
            .documents
    }

    pub(crate) async fn offer(&self, document_type: &str, purpose: &str) -> DocumentOffer {
        let wanted = |offer: &DocumentOffer| offer.document_type == document_type && offer.purpose == purpose;
        self.offers()
            .await
            .into_iter()
            .find(wanted)
            .expect("they hold one")
    }

    pub(crate) async fn receive(
        &self,
        offer: &DocumentOffer,
        keys: &[SigningKey],
    ) -> Result<Vec<Vec<u8>>, ClientError> {
        let keys: Vec<&dyn Signer> = keys.iter().map(|key| -> &dyn Signer { key }).collect();
        let batch = self
            .client
            .request_credentials(&self.installation, &self.session, offer, &keys)
            .await?;
        Ok(batch.credentials)
    }
}
