//! Settings of PostgreSQL on the command line.

use acasa_gateway::DatabaseSettings;
use std::path::PathBuf;

/// The password of databases whose address has none; what stands in a command line is everybody's to read.
pub(super) const PASSWORD: &str = "ACASA_DATABASE_PASSWORD";

/// Where records are kept, if not in the folder.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Keep records in this PostgreSQL database (postgres://…) instead of the folder, which keeps the keys; repeated:
    /// the shards, always in the same order. A password may be in the variable `ACASA_DATABASE_PASSWORD`
    #[arg(
        id = "database",
        long = "database",
        value_name = "URL",
        env = "ACASA_GATEWAY_DATABASE",
        hide_env_values = true,
        value_delimiter = ' ',
        requires = "data"
    )]
    addresses: Vec<String>,
    /// File with the databases' password; only its owner may be able to read it
    #[arg(
        id = "database_password_file",
        long = "database-password-file",
        value_name = "FILE",
        env = "ACASA_GATEWAY_DATABASE_PASSWORD_FILE",
        requires = "database"
    )]
    password_file: Option<PathBuf>,
    /// The authorities the databases' certificates may come from, and no others: PEM
    #[arg(
        id = "database_trust",
        long = "database-trust",
        value_name = "FILE",
        env = "ACASA_GATEWAY_DATABASE_TRUST",
        requires = "database"
    )]
    trust: Option<PathBuf>,
}

impl Args {
    /// The databases, if any is named.
    pub(crate) fn settings(&self) -> Option<DatabaseSettings> {
        if self.addresses.is_empty() {
            return None;
        }
        let mut settings = DatabaseSettings::new(self.addresses.clone());
        settings.password_file.clone_from(&self.password_file);
        settings.trust.clone_from(&self.trust);
        Some(settings.with_password(std::env::var(PASSWORD).ok()))
    }
}
