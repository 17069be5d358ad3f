//! The app's side of the gateway's HTTP interface: sign-in, documents, trust and status.
//!
//! One [`Client`] speaks to one gateway, whose address is pinned. It keeps no state but the server's
//! clock, its metadata and the latest DPoP nonce; keys and the [`Session`] belong to the caller.
//!
//! ```no_run
//! # async fn enrol(gateway: url::Url, key: std::sync::Arc<dyn acasa_crypto::Signer>,
//! #     dpop: std::sync::Arc<dyn acasa_crypto::Signer>, page: acasa_client::ReturnPage)
//! # -> Result<(), acasa_client::ClientError> {
//! use acasa_client::{Client, Installation, LoopbackRedirect, Options, SignInRequest};
//!
//! let client = Client::new(Options::new(gateway))?;
//! let installation = client.register(key, dpop).await?;
//! let loopback = LoopbackRedirect::bind().await?;
//! let request = SignInRequest::new(loopback.redirect_uri().clone());
//! let pending = client.begin_sign_in(&installation, &request).await?;
//! // … open pending.authorization_url() in the system browser …
//! let callback = loopback.wait(&pending, &page, std::time::Duration::from_secs(300)).await?;
//! let session = client.finish_sign_in(&installation, pending, &callback).await?;
//! let documents = client.documents(&installation, &session).await?;
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod assertion;
mod documents;
mod error;
mod export;
mod gate;
mod loopback;
mod notices;
mod operation;
mod sandbox;
mod session;
mod sign_in;
mod sync;
mod transport;

pub use acasa_protocol::documents::{Access, AccessPage, DocumentList, DocumentOffer};
pub use acasa_protocol::sandbox::SandboxPerson;
pub use documents::IssuedBatch;
pub use error::ClientError;
pub use gate::NetworkGate;
pub use loopback::{LoopbackRedirect, ReturnPage};
pub use session::{Installation, Session};
pub use sign_in::{Callback, PendingSignIn, SignInRequest};
pub use sync::Hints;
pub use transport::{Client, Options};
