//! `acasa`: the core in a shell, for counters, servers and scripts.
//!
//! Exit status: 0 yes; 1 no (not valid, no code found, broken payload); 2 bad arguments or unreadable
//! input; 3 the program failed. With `--json` answers go to standard output, one object a line and
//! nothing else, and a failure (2, 3) is one object on standard error.
#![forbid(unsafe_code)]

mod challenge;
mod demo;
mod gateway;
mod input;
mod inspect;
mod output;
mod qr;
mod sandbox;
mod scan;
#[cfg(unix)]
mod signer;
mod verify;

use clap::{Parser, Subcommand};
use output::{Exit, Output};
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Acasă on the command line: read, check and make the codes and documents of the app.
#[derive(Parser)]
#[command(name = "acasa", version, propagate_version = true)]
struct Cli {
    /// Answer in JSON, one object a line
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read the QR codes in pictures
    Scan(scan::Args),
    /// Say what a scanned text is, and whether it is safe
    Inspect(inspect::Args),
    /// Make a QR code of a text
    Qr(qr::Args),
    /// Check a document or a proof
    Verify(verify::Args),
    /// Make a challenge for a holder to answer
    Challenge(challenge::Args),
    /// Run the gateway
    Gateway(Box<gateway::Args>),
    /// Keep the keys that make documents, apart from the gateway
    #[cfg(unix)]
    Signer(Box<signer::Args>),
    /// Run the state in a box: the gateway, its simulators and invented people
    Sandbox(sandbox::Args),
    /// Do the main job in the terminal, each step said and timed
    Demo(demo::Args),
}

fn main() -> ExitCode {
    // A panic is reported as a failure of the program, without the message: it may quote input.
    std::panic::set_hook(Box::new(|_| {}));
    // Keys of readers, demos and sandboxes are in memory: a crash must not write them to the disk.
    let forbidden = acasa_core::forbid_core_dumps();
    start_log();
    if let Err(error) = forbidden {
        tracing::warn!(%error, "core dumps stay possible");
    }
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let mut output = Output::standard(asks_for_json(&arguments));
    let answer = AssertUnwindSafe(|| {
        let arguments = match gateway::config::with_file(arguments) {
            Ok(arguments) => arguments,
            Err(exit) => return exit,
        };
        match Cli::try_parse_from(&arguments) {
            Ok(cli) => run(&cli.command, &mut output),
            Err(error) => refuse(&error, &mut output),
        }
    });
    let exit = catch_unwind(answer).unwrap_or_else(|_| Exit::failed("internal", "the program failed"));
    output.finish(exit)
}

/// Logs to standard error what `ACASA_LOG` asks for, in the syntax of `tracing`'s filters; nothing
/// unless it is set.
fn start_log() {
    if let Ok(filter) = EnvFilter::try_from_env("ACASA_LOG") {
        // The reader of letters' HTML tells every word it reads, at the most talkative level.
        let filter = ["html5ever=off", "markup5ever=off"]
            .into_iter()
            .filter_map(|quiet| quiet.parse().ok())
            .fold(filter, EnvFilter::add_directive);
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(std::io::stderr)
            .init();
    }
}

fn run(command: &Command, output: &mut Output) -> Exit {
    match command {
        Command::Scan(args) => scan::run(args, output),
        Command::Inspect(args) => inspect::run(args, output),
        Command::Qr(args) => qr::run(args, output),
        Command::Verify(args) => verify::run(args, output),
        Command::Challenge(args) => challenge::run(args, output),
        Command::Gateway(args) => gateway::run(args, output),
        #[cfg(unix)]
        Command::Signer(args) => signer::run(args, output),
        Command::Sandbox(args) => sandbox::run(args, output),
        Command::Demo(args) => demo::run(args, output),
    }
}

/// Whether errors about the arguments themselves are to be told in JSON.
fn asks_for_json(arguments: &[OsString]) -> bool {
    arguments
        .iter()
        .skip(1)
        .take_while(|argument| *argument != "--")
        .any(|argument| argument == "--json")
}

/// Help and version are answers; anything else clap says is about bad arguments.
fn refuse(error: &clap::Error, output: &mut Output) -> Exit {
    if !error.use_stderr() {
        output.text(error.render().to_string().trim_end());
        return Exit::Yes;
    }
    let words = error.render().to_string();
    let message = words.trim_end();
    Exit::unusable(
        "bad_arguments",
        message.strip_prefix("error: ").unwrap_or(message),
    )
}
