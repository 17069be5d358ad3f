//! `acasa gateway`: the gateway by itself, until it is stopped; or one step with its keys.

pub(crate) mod config;
mod database;
mod databases;
mod migrate;
mod mlog;
pub(crate) mod readers;
mod reshard;
mod service;
pub(crate) mod token;
mod upkeep;

use crate::output::{Exit, Output};
use acasa_gateway::{
    AppVersion, Authority, AuthorityName, Limits, Proxies, Retirement, Settings, Standalone, StartError,
    TraceSettings, Url,
};
use serde_json::json;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// What `--rotate` calls the root key.
const PAYLOAD: &str = "payload";

/// Arguments of `acasa gateway`.
#[derive(clap::Args)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    step: Option<Step>,
    /// File with settings (TOML): each key is the name of an option below. The environment goes before it, and what is
    /// said here before both
    #[arg(long, value_name = "FILE", env = "ACASA_GATEWAY_CONFIG")]
    config: Option<PathBuf>,
    /// Where to listen
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "ACASA_GATEWAY_LISTEN",
        default_value = "127.0.0.1:0"
    )]
    listen: SocketAddr,
    /// Where apps reach it, if a proxy is in front; it is in every document and certificate
    #[arg(long, value_name = "URL", env = "ACASA_GATEWAY_ADDRESS")]
    address: Option<Url>,
    /// Keep keys and database in this folder; in memory unless given
    #[arg(long, value_name = "DIR", env = "ACASA_GATEWAY_DATA")]
    data: Option<PathBuf>,
    #[command(flatten)]
    database: database::Args,
    #[command(flatten)]
    token: token::Args,
    /// Socket of the `acasa signer` that has the keys: none that makes documents is here
    #[arg(
        long,
        value_name = "PATH",
        env = "ACASA_GATEWAY_SIGNER",
        conflicts_with_all = ["pkcs11_module", "authority_name", "minimum_app", "revoke"]
    )]
    signer: Option<PathBuf>,
    /// What certificates are called after, when they are made
    #[arg(
        long,
        value_name = "NAME",
        env = "ACASA_GATEWAY_AUTHORITY_NAME",
        default_value_t = AuthorityName::default()
    )]
    authority_name: AuthorityName,
    /// The oldest version of the app that may act, as 1.20.3, for the signed trust list
    #[arg(long, value_name = "VERSION", env = "ACASA_GATEWAY_MINIMUM_APP", value_parser = app_version)]
    minimum_app: Option<AppVersion>,
    #[command(flatten)]
    mlog: mlog::Args,
    #[command(flatten)]
    mnotify: service::Mnotify,
    #[command(flatten)]
    events: service::Events,
    /// Where to listen for Prometheus, at /metrics; nowhere unless given. It shows no person, but is for those who watch
    #[arg(long, value_name = "ADDRESS", env = "ACASA_GATEWAY_METRICS")]
    metrics: Option<SocketAddr>,
    /// Send traces to this collector (OTLP over HTTP, to v1/traces below it); they hold nothing about a person
    #[arg(long, value_name = "URL", env = "ACASA_GATEWAY_TRACES")]
    traces: Option<Url>,
    /// The share of traces that is sent, from 0 to 1
    #[arg(long, value_name = "SHARE", env = "ACASA_GATEWAY_TRACES_SHARE", default_value_t = 1.0, value_parser = share)]
    traces_share: f64,
    /// After the signal to stop, seconds for requests that were taken
    #[arg(
        long,
        value_name = "SECONDS",
        env = "ACASA_GATEWAY_DRAIN",
        default_value_t = 20
    )]
    drain: u16,
    /// Days for which devices are told of removals at least; one that was away for longer begins anew
    #[arg(long, value_name = "DAYS", env = "ACASA_GATEWAY_RETENTION", default_value_t = 90,
        value_parser = clap::value_parser!(u16).range(1..))]
    retention: u16,
    /// A proxy in front, or a network of nothing but proxies (10.1.0.0/16), whose word on where requests come from
    /// counts; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    proxy: Vec<Proxies>,
    /// An https link that phones open in the app alone, for the way back from signing in; may be repeated
    #[arg(long, value_name = "URL")]
    claimed_redirect: Vec<String>,
    /// Serve nothing; end this key (asp, igm, mec, cnddcm, status), so that the next start makes a new
    /// one. What it signed stays trusted. Or payload: a new root key wraps the keys of people, beside the older
    #[arg(long, value_name = "KEY", requires = "data", conflicts_with = "revoke")]
    rotate: Option<String>,
    /// Serve nothing; end this key as compromised (root, those of --rotate, or a certificate set aside:
    /// asp@…). What it signed is trusted no more
    #[arg(long, value_name = "KEY", requires = "data")]
    revoke: Option<String>,
    /// Serve nothing; certify a verifier, so that apps show people who asks: from their request (PKCS#10, PEM), whose
    /// name was checked
    #[arg(long, value_name = "FILE", requires_all = ["data", "reader_name"], conflicts_with_all = ["rotate", "revoke"])]
    certify_reader: Option<PathBuf>,
    /// What people will read of who asks
    #[arg(long, value_name = "NAME", requires = "certify_reader")]
    reader_name: Option<String>,
    #[command(flatten)]
    upkeep: upkeep::Args,
}

/// What is done beside serving.
#[derive(clap::Subcommand)]
enum Step {
    /// Move principals to more shards while gateways serve; what was interrupted is finished by running it again
    Reshard(reshard::Args),
    /// Make the tables or bring them up to date, as their owner, and serve nothing
    Migrate(migrate::Args),
}

impl Args {
    fn settings(&self) -> Settings {
        Settings {
            public: self.address.clone(),
            data: self.data.clone(),
            database: self.database.settings(),
            token: self.token.settings(),
            signer: self.signer.clone(),
            authority: self.authority_name.clone(),
            minimum_app: self.minimum_app,
            mlog: self.mlog.settings(),
            mnotify: self.mnotify.settings(),
            events: self.events.settings(),
            metrics: self.metrics,
            traces: self.traces.clone().map(|collector| TraceSettings {
                collector,
                share: self.traces_share,
            }),
            drain: Duration::from_secs(self.drain.into()),
            limits: Limits {
                proxies: self.proxy.clone(),
                claimed_redirects: self.claimed_redirect.clone(),
                removals_kept: Some(Duration::from_hours(24 * u64::from(self.retention))),
                ..Limits::default()
            },
            ..Settings::new(self.listen)
        }
    }
}

/// Runs until interrupted, or ends a key.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    match &args.step {
        Some(Step::Reshard(args)) => return reshard::run(args, output),
        Some(Step::Migrate(args)) => return migrate::run(args, output),
        None => {}
    }
    if let Some(exit) = args.upkeep.run(&args.settings(), output) {
        return exit;
    }
    if args.rotate.as_deref() == Some(PAYLOAD) {
        return upkeep::replace_root_key(&args.settings(), output);
    }
    if args.signer.is_some() && (args.rotate.is_some() || args.certify_reader.is_some()) {
        return Exit::unusable(
            "signer_holds_keys",
            "the signer has the keys: acasa signer takes this option",
        );
    }
    if let Some(name) = &args.rotate {
        return retire(args, name, Retirement::Replaced, output);
    }
    if let Some(name) = &args.revoke {
        return retire(args, name, Retirement::Revoked, output);
    }
    if let (Some(request), Some(name)) = (&args.certify_reader, &args.reader_name) {
        return readers::certify(&args.settings(), request, name, output);
    }
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return Exit::failed("runtime", "the runtime does not start");
    };
    runtime.block_on(async {
        let gateway = match Standalone::start(args.settings()).await {
            Ok(gateway) => gateway,
            Err(
                error @ (StartError::Mlog(_)
                | StartError::Mnotify(_)
                | StartError::Events(_)
                | StartError::Traces(_)
                | StartError::KeysLeft
                | StartError::SignerUnsupported),
            ) => return Exit::unusable(error.code(), error.to_string()),
            Err(StartError::Database(error)) if !error.retryable() => {
                return Exit::unusable(error.code(), error.to_string());
            }
            Err(error) => return Exit::failed(error.code(), error.to_string()),
        };
        // Before anybody is told that it is there: from then on they may want it to stop.
        let stop = told_to_stop();
        let address = gateway.address().to_string();
        let trust_key = gateway.trust_key();
        let mnotify = args.mnotify.settings().map(|mnotify| mnotify.address.to_string());
        let events = args.events.settings().map(|events| events.address.to_string());
        let metrics = gateway.metrics().map(|address| format!("http://{address}/metrics"));
        let mlog = args.mlog.settings().map(|mlog| mlog.address.to_string());
        output.answer(&json!({ "gateway": address, "trust_key": trust_key, "mlog": mlog, "mnotify": mnotify, "mconnect_events": events, "metrics": metrics }), || {
            let journal = mlog.as_ref().map_or_else(
                || "MLog is not connected: the journal stays here.".to_owned(),
                |mlog| format!("The journal goes to MLog at {mlog}"),
            );
            let keys = args.signer.as_ref().map_or_else(
                || "The keys that make documents are in this process; `acasa signer` keeps them apart.".to_owned(),
                |socket| format!("The keys that make documents are with the signer at {}", socket.display()),
            );
            format!("The gateway answers at {address}\nApps for it pin the key {trust_key}\n{keys}\n{journal}\nMPass and the registers are not connected: nobody can sign in. `acasa sandbox` has people.\nStop it with Ctrl+C.")
        });
        stop.await;
        gateway.stop().await;
        Exit::Yes
    })
}

/// Listens from now on for Ctrl+C and for the signal by which systems stop a service; what it answers waits for them.
pub(crate) fn told_to_stop() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let ended = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    async {
        #[cfg(unix)]
        if let Ok(mut ended) = ended {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = ended.recv() => {}
            }
            return;
        }
        let _ = tokio::signal::ctrl_c().await;
    }
}

fn https(text: &str) -> Result<Url, String> {
    let address: Url = text.parse().map_err(|_| "not an address".to_owned())?;
    if address.scheme() == "https" {
        Ok(address)
    } else {
        Err("not an https address".to_owned())
    }
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "not a number from 0 to 1".to_owned())
}

/// Three numbers, as Cargo and the deployments write a version.
pub(crate) fn app_version(text: &str) -> Result<AppVersion, String> {
    let number = |part: &str| {
        let is_plain = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| is_plain)
    };
    let numbers: Option<Vec<u64>> = text.split('.').map(number).collect();
    numbers
        .and_then(|numbers| numbers.try_into().ok())
        .ok_or_else(|| "not a version as 1.20.3".to_owned())
}

fn retire(args: &Args, name: &str, how: Retirement, output: &mut Output) -> Exit {
    let custody = match args.settings().custody() {
        Ok(custody) => custody,
        Err(error) => return Exit::failed(error.code(), error.to_string()),
    };
    match Authority::retire(&custody, name, how, jiff::Timestamp::now()) {
        Ok(()) => tell_retired(name, how, output),
        Err(error) => Exit::failed(error.code(), error.to_string()),
    }
}

/// Says that a key has ended.
pub(crate) fn tell_retired(name: &str, how: Retirement, output: &mut Output) -> Exit {
    let word = match how {
        Retirement::Replaced => "rotated",
        Retirement::Revoked => "revoked",
    };
    output.answer(&json!({ word: name }), || {
        format!("{name} is {word}. The next start makes a new key.")
    });
    Exit::Yes
}
