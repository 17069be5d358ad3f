//! `acasa sandbox`: the state in a box, until it is stopped.

mod event;
mod notify;

use crate::gateway::token;
use crate::output::{Exit, Output};
use acasa_gateway::configurations::{self, EU_PID, EU_PID_VCT, MDL};
use acasa_sandbox::{Options, Sandbox};
use serde_json::json;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Arguments of `acasa sandbox`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// The country: another seed gives other people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to listen; a free port of 127.0.0.1 unless given
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Be known to apps by this address, at which a proxy stands in front
    #[arg(long, value_name = "ADDRESS")]
    proxied: Option<SocketAddr>,
    /// Keep keys, database and port in this folder; in memory unless given
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    token: token::Args,
    /// Leave people's inboxes empty; otherwise each has two or three letters from the start
    #[arg(long)]
    no_letters: bool,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Write to people of a running sandbox, as an institution
    Notify(Box<notify::Args>),
    /// Let something happen to a person of a running sandbox
    Event(event::Args),
}

/// Runs until interrupted, or until told to stop over HTTP.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    match &args.command {
        Some(Command::Notify(args)) => return notify::run(args, output),
        Some(Command::Event(args)) => return event::run(args, output),
        None => {}
    }
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return Exit::failed("runtime", "the runtime does not start");
    };
    runtime.block_on(async {
        let mut options = Options::new(args.seed);
        if let Some(listen) = args.listen {
            options = options.with_listen(listen);
        }
        if let Some(proxy) = args.proxied {
            options = options.with_proxy(proxy);
        }
        if let Some(data) = &args.data {
            options = options.with_data(data.clone());
        }
        if let Some(token) = args.token.settings() {
            options = options.with_token(token);
        }
        if !args.no_letters {
            options = options.with_first_letters();
        }
        let sandbox = match Sandbox::start(options).await {
            Ok(sandbox) => sandbox,
            Err(error) => return Exit::failed(error.code(), error.to_string()),
        };
        announce(&sandbox, args.seed, output);
        tokio::select! {
            () = sandbox.stopped() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        sandbox.stop().await;
        Exit::Yes
    })
}

fn announce(sandbox: &Sandbox, seed: u64, output: &mut Output) {
    let people = sandbox.people();
    if output.is_json() {
        output.object(&json!({ "sandbox": sandbox.ready(), "people": people }));
        return;
    }
    // The line programs look for comes first, so that whoever waits for it need not read the rest.
    let ready = serde_json::to_string(&sandbox.ready()).unwrap_or_default();
    output.text(&format!("ACASA_SANDBOX={ready}"));
    output.text(&format!(
        "The sandbox of seed {seed} answers at {}",
        sandbox.address()
    ));
    output.text("One can be:");
    for person in people {
        let documents = names(&person.documents);
        output.text(&format!(
            "  {:>2}  {}  {}: {documents}",
            person.id, person.idnp, person.name
        ));
    }
    output.text("Stop it with Ctrl+C.");
}

/// What people call their documents. Other forms of a document, for readers abroad, are not one more.
fn names(document_types: &[String]) -> String {
    let names: Vec<&str> = document_types
        .iter()
        .filter(|document_type| ![EU_PID, EU_PID_VCT, MDL].contains(&document_type.as_str()))
        .map(|document_type| {
            let [_, _, english] = configurations::names(document_type);
            english
        })
        .collect();
    if names.is_empty() {
        "no documents".to_owned()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_document_has_the_name_people_know_it_by() {
        let types = [
            "md.gov.wallet.pid.1",
            "eu.europa.ec.eudi.pid.1",
            "urn:eudi:pid:1",
            "md.gov.wallet.dl.1",
            "org.iso.18013.5.1.mDL",
            "md.gov.wallet.vrc.1",
        ];

        assert_eq!(
            names(&types.map(str::to_owned)),
            "Identity card, Driving licence, Vehicle registration certificate"
        );
        assert_eq!(names(&[]), "no documents");
    }
}
