//! `acasa gateway migrate`: makes or changes the tables, as who owns them.

use super::databases::{Databases, refusal};
use crate::output::{Exit, Output};
use serde_json::json;

/// Arguments of `acasa gateway migrate`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    databases: Databases,
    /// Let this role serve with the tables, and do no more
    #[arg(long, value_name = "NAME")]
    serving_role: Option<String>,
}

/// Once for all databases.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    let roots = match args.databases.roots() {
        Ok(roots) => roots,
        Err(exit) => return exit,
    };
    let settings = args.databases.settings();
    match settings.migrate(args.serving_role.as_deref(), &roots) {
        Ok(()) => {
            output.answer(
                &json!({ "migrated": true, "serving_role": args.serving_role }),
                || "The tables are as this program needs them.".to_owned(),
            );
            Exit::Yes
        }
        Err(error) => refusal(&error),
    }
}
