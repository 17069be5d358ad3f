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
mod verify;

use clap::{Parser, Subcommand};
use output::{Exit, Output};
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

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
    Gateway(gateway::Args),
    /// Run the state in a box: the gateway, its simulators and invented people
    Sandbox(sandbox::Args),
    /// Do the main job in the terminal, each step said and timed
    Demo(demo::Args),
}

fn main() -> ExitCode {
    // A panic is reported as a failure of the program, without the message: it may quote input.
    std::panic::set_hook(Box::new(|_| {}));
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let mut output = Output::standard(asks_for_json(&arguments));
    let exit = match Cli::try_parse_from(&arguments) {
        Ok(cli) => catch_unwind(AssertUnwindSafe(|| run(&cli.command, &mut output)))
            .unwrap_or_else(|_| Exit::failed("internal", "the program failed")),
        Err(error) => refuse(&error, &mut output),
    };
    output.finish(exit)
}

fn run(command: &Command, output: &mut Output) -> Exit {
    match command {
        Command::Scan(args) => scan::run(args, output),
        Command::Inspect(args) => inspect::run(args, output),
        Command::Qr(args) => qr::run(args, output),
        Command::Verify(args) => verify::run(args, output),
        Command::Challenge(args) => challenge::run(args, output),
        Command::Gateway(args) => gateway::run(args, output),
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
