//! `acasa gateway reshard`: more databases for the same principals, while gateways serve.

use super::databases::{Databases, refusal};
use crate::output::{Exit, Output};
use serde_json::json;

/// Arguments of `acasa gateway reshard`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    databases: Databases,
    /// Move nobody; let gateways be started with the new shards, which must happen to all of them first
    #[arg(long)]
    announce: bool,
}

/// Announces, or moves to the end.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    let settings = args.databases.settings();
    let shards = settings.addresses.len();
    let roots = match args.databases.roots() {
        Ok(roots) => roots,
        Err(exit) => return exit,
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
