//! `acasa signer`: the keys that make documents, in a process of their own.

use crate::gateway::readers::{read_request, tell};
use crate::gateway::{app_version, tell_retired, token, told_to_stop};
use crate::output::{Exit, Output};
use acasa_gateway::{
    AppVersion, AuthorityName, Retirement, Url,
    ports::SystemClock,
    signer::{CEILING, JOURNAL, Service, Settings, SignerError, check_journal},
};
use serde_json::json;
use std::num::NonZeroU32;
use std::path::PathBuf;

/// The socket, in the folder, unless it is said otherwise.
const SOCKET: &str = "signer.sock";

/// Arguments of `acasa signer`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Keep keys and certificates in this folder
    #[arg(long, value_name = "DIR", env = "ACASA_SIGNER_DATA")]
    data: PathBuf,
    /// Write down what is signed in this file; signatures.jsonl in the folder unless given
    #[arg(long, value_name = "FILE", env = "ACASA_SIGNER_JOURNAL")]
    journal: Option<PathBuf>,
    /// Listen at this socket; signer.sock in the folder unless given
    #[arg(long, value_name = "PATH", env = "ACASA_SIGNER_SOCKET")]
    socket: Option<PathBuf>,
    /// Let this user ask too, by number; otherwise only the one this runs as
    #[arg(long, value_name = "UID", env = "ACASA_SIGNER_ALLOW_USER")]
    allow_user: Option<u32>,
    #[command(flatten)]
    token: token::Args,
    /// Where apps reach the gateway; documents and lists of no other are signed
    #[arg(
        long,
        value_name = "URL",
        env = "ACASA_SIGNER_ADDRESS",
        required_unless_present = "check_journal"
    )]
    address: Option<Url>,
    /// What certificates are called after, when they are made
    #[arg(
        long,
        value_name = "NAME",
        env = "ACASA_SIGNER_AUTHORITY_NAME",
        default_value_t = AuthorityName::default()
    )]
    authority_name: AuthorityName,
    /// The oldest version of the app that may act, as 1.20.3, for the signed trust list
    #[arg(long, value_name = "VERSION", env = "ACASA_SIGNER_MINIMUM_APP", value_parser = app_version)]
    minimum_app: Option<AppVersion>,
    /// Signatures a minute that each key gives at most
    #[arg(long, value_name = "NUMBER", env = "ACASA_SIGNER_CEILING", default_value_t = CEILING)]
    ceiling: NonZeroU32,
    /// Serve nothing; end this key (asp, igm, mec, cnddcm, status), so that the next start makes a new one. What it
    /// signed stays trusted
    #[arg(long, value_name = "KEY", conflicts_with_all = ["revoke", "check_journal"])]
    rotate: Option<String>,
    /// Serve nothing; end this key as compromised (root, those of --rotate, or a certificate set aside: asp@…). What it
    /// signed is trusted no more
    #[arg(long, value_name = "KEY", conflicts_with = "check_journal")]
    revoke: Option<String>,
    /// Serve nothing; certify a verifier, so that apps show people who asks: from their request (PKCS#10, PEM), whose
    /// name was checked
    #[arg(long, value_name = "FILE", requires = "reader_name", conflicts_with_all = ["rotate", "revoke", "check_journal"])]
    certify_reader: Option<PathBuf>,
    /// What people will read of who asks
    #[arg(long, value_name = "NAME", requires = "certify_reader")]
    reader_name: Option<String>,
    /// Serve nothing; read the journal of signatures to its end
    #[arg(long)]
    check_journal: bool,
}

/// Runs until interrupted, or does one step.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    let done = match &args.address {
        _ if args.check_journal => check(args, output),
        Some(address) => serve_or_retire(args, &args.settings(address), output),
        None => return Exit::unusable("bad_arguments", "the address is missing"),
    };
    done.unwrap_or_else(|error| {
        if error.retryable() {
            Exit::failed(error.code(), error.to_string())
        } else {
            Exit::unusable(error.code(), error.to_string())
        }
    })
}

impl Args {
    fn journal(&self) -> PathBuf {
        self.journal.clone().unwrap_or_else(|| self.data.join(JOURNAL))
    }

    fn settings(&self, address: &Url) -> Settings {
        Settings {
            data: self.data.clone(),
            journal: self.journal(),
            socket: self.socket.clone().unwrap_or_else(|| self.data.join(SOCKET)),
            allowed: self.allow_user,
            token: self.token.settings(),
            authority: self.authority_name.clone(),
            address: address.clone(),
            minimum_app: self.minimum_app,
            ceiling: self.ceiling,
        }
    }
}

fn check(args: &Args, output: &mut Output) -> Result<Exit, SignerError> {
    let lines = check_journal(&args.journal())?;
    output.answer(&json!({ "lines": lines }), || {
        format!("The journal holds: {lines} lines, each following the one before it.")
    });
    Ok(Exit::Yes)
}

fn serve_or_retire(args: &Args, settings: &Settings, output: &mut Output) -> Result<Exit, SignerError> {
    if let (Some(file), Some(name)) = (&args.certify_reader, &args.reader_name) {
        let request = match read_request(file) {
            Ok(request) => request,
            Err(exit) => return Ok(exit),
        };
        let certificate = settings.certify_reader(name, &request, &SystemClock::shared())?;
        return Ok(tell(&certificate, output));
    }
    match (&args.rotate, &args.revoke) {
        (Some(name), _) => retire(settings, name, Retirement::Replaced, output),
        (None, Some(name)) => retire(settings, name, Retirement::Revoked, output),
        (None, None) => serve(settings, output),
    }
}

fn retire(
    settings: &Settings,
    name: &str,
    how: Retirement,
    output: &mut Output,
) -> Result<Exit, SignerError> {
    settings.retire(name, how, &SystemClock::shared())?;
    Ok(tell_retired(name, how, output))
}

fn serve(settings: &Settings, output: &mut Output) -> Result<Exit, SignerError> {
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return Ok(Exit::failed("runtime", "the runtime does not start"));
    };
    runtime.block_on(async {
        let service = Service::open(settings, SystemClock::shared())?;
        // Before anybody is told that it is there: from then on they may want it to stop.
        let told = told_to_stop();
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let socket = service.socket().display().to_string();
        let trust_key = service.trust_key().to_jwk().to_value();
        output.answer(&json!({ "signer": socket, "trust_key": trust_key }), || {
            format!(
                "The signer listens at {socket}\nApps of its gateways pin the key {trust_key}\nStop it with Ctrl+C."
            )
        });
        tokio::spawn(async move {
            told.await;
            stop.send_replace(true);
        });
        service.serve(stopping).await.map_err(SignerError::Socket)?;
        Ok(Exit::Yes)
    })
}
