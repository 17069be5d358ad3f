//! `acasa gateway reshard`: more databases for the same principals, while gateways serve.

use super::database::PASSWORD;
use crate::output::{Exit, Output};
use acasa_gateway::{Custody, DatabaseError, DatabaseSettings};
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `acasa gateway reshard`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The shards there are, in their order, and the new ones after them (postgres://…). A password may be in the
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
    /// The gateways' folder: contents move with keys that the root keys in it wrap
    #[arg(long, value_name = "DIR", env = "ACASA_GATEWAY_DATA")]
    data: PathBuf,
    /// Move nobody; let gateways be started with the new shards, which must happen to all of them first
    #[arg(long)]
    announce: bool,
}

/// Announces, or moves to the end.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    let mut settings = DatabaseSettings::new(args.addresses.clone());
    settings.password_file.clone_from(&args.password_file);
    settings.trust.clone_from(&args.trust);
    let settings = settings.with_password(std::env::var(PASSWORD).ok());
    let shards = args.addresses.len();
    let custody = match Custody::of(Some(&args.data), None) {
        Ok(custody) => custody,
        Err(error) => return Exit::unusable(error.code(), error.to_string()),
    };
    let roots = match custody.root_keys() {
        Ok(roots) => roots,
        Err(error) => return Exit::unusable(error.code(), error.to_string()),
    };
    if args.announce {
        return match settings.announce(&roots) {
            Ok(()) => {
                output.answer(&json!({ "announced": shards }), || {
                    format!(
                        "Start every gateway with these {shards} shards. Then run this without --announce."
                    )
                });
                Exit::Yes
            }
            Err(error) => refusal(&error),
        };
    }
    match settings.reshard(&roots) {
        Ok(moved) => {
            output.answer(&json!({ "moved": moved, "shards": shards }), || {
                format!("{moved} principals were moved; {shards} shards are in use.")
            });
            Exit::Yes
        }
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &DatabaseError) -> Exit {
    if error.retryable() {
        Exit::failed(error.code(), error.to_string())
    } else {
        Exit::unusable(error.code(), error.to_string())
    }
}
