//! Databases that something is done with beside serving.

use super::database::PASSWORD;
use crate::output::Exit;
use acasa_gateway::{Custody, DatabaseError, DatabaseSettings, RootKeys};
use std::path::PathBuf;

/// Which.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Databases {
    /// The shards, in their order; new ones after those there are (postgres://…). A password may be in the
    /// variable `ACASA_DATABASE_PASSWORD`
    #[arg(
        long = "database",
        value_name = "URL",
        env = "ACASA_GATEWAY_DATABASE",
        hide_env_values = true,
        value_delimiter = ' ',
        required = true
    )]
    addresses: Vec<String>,
    /// File with the databases' password; only its owner may be able to read it
    #[arg(
        long = "database-password-file",
        value_name = "FILE",
        env = "ACASA_GATEWAY_DATABASE_PASSWORD_FILE"
    )]
    password_file: Option<PathBuf>,
    /// The authorities the databases' certificates may come from, and no others: PEM
    #[arg(
        long = "database-trust",
        value_name = "FILE",
        env = "ACASA_GATEWAY_DATABASE_TRUST"
    )]
    trust: Option<PathBuf>,
    /// The gateways' folder: what is in the databases is sealed under keys that the root keys in it wrap
    #[arg(long, value_name = "DIR", env = "ACASA_GATEWAY_DATA")]
    data: PathBuf,
}

impl Databases {
    pub(crate) fn settings(&self) -> DatabaseSettings {
        let mut settings = DatabaseSettings::new(self.addresses.clone());
        settings.password_file.clone_from(&self.password_file);
        settings.trust.clone_from(&self.trust);
        settings.with_password(std::env::var(PASSWORD).ok())
    }

    /// The root keys of the folder.
    pub(crate) fn roots(&self) -> Result<RootKeys, Exit> {
        let custody = Custody::of(Some(&self.data), None)
            .map_err(|error| Exit::unusable(error.code(), error.to_string()))?;
        custody
            .root_keys()
            .map_err(|error| Exit::unusable(error.code(), error.to_string()))
    }
}

/// What the databases said.
pub(crate) fn refusal(error: &DatabaseError) -> Exit {
    if error.retryable() {
        Exit::failed(error.code(), error.to_string())
    } else {
        Exit::unusable(error.code(), error.to_string())
    }
}
