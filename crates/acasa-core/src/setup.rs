use crate::{Deployment, Host};
use acasa_crypto::digest::sha256;
use acasa_keystore::{Keystore, MemoryKeystore, OsKeystore};
use acasa_store::Cost;
use data_encoding::HEXLOWER;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What [`Acasa`](crate::Acasa) is started with.
#[derive(Clone)]
pub struct Setup {
    /// Where preferences, logs and profiles lie.
    pub folder: PathBuf,
    /// The state it belongs to.
    pub deployment: Deployment,
    /// The operating system's keystore, or what stands for it in tests.
    pub keystore: Arc<dyn Keystore>,
    /// What it runs in.
    pub host: Arc<dyn Host>,
    /// How dear a try at the PIN is made.
    pub cost: Cost,
}

impl Setup {
    /// The setup of a real app: the system's keystore and the built-in deployment; a sandbox build
    /// joins the sandbox whose line is in `ACASA_SANDBOX`.
    pub fn new(folder: PathBuf, host: Arc<dyn Host>) -> Self {
        let deployment = match std::env::var("ACASA_SANDBOX") {
            Err(_) => Deployment::built_in(),
            Ok(ready) => Deployment::built_in().joined_to(&ready).unwrap_or_else(|error| {
                tracing::error!(%error, "deployment");
                Deployment::built_in()
            }),
        };
        Self {
            folder,
            deployment,
            keystore: Arc::new(OsKeystore::new()),
            host,
            cost: Cost::Calibrated,
        }
    }

    /// The same, with keys that are gone when the process ends: for tests.
    #[must_use]
    pub fn with_keys_in_memory(mut self) -> Self {
        self.keystore = Arc::new(MemoryKeystore::new());
        self
    }
}

/// Sixteen hex digits that are the same for the same folder only.
pub fn folder_fingerprint(folder: &Path) -> String {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let digest = sha256(absolute.as_os_str().as_encoded_bytes());
    HEXLOWER.encode(digest.first_chunk::<8>().expect("a digest has 32 bytes"))
}
