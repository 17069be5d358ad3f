//! `acasa gateway`: the gateway by itself, until it is stopped; or one step with its keys.

pub(crate) mod token;

use crate::output::{Exit, Output};
use acasa_gateway::{Authority, Limits, Retirement, Settings, Standalone, Url};
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Arguments of `acasa gateway`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where apps reach it, if a proxy is in front; it is in every document and certificate
    #[arg(long, value_name = "URL")]
    address: Option<Url>,
    /// Keep keys and database in this folder; in memory unless given
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    token: token::Args,
    /// A proxy in front, whose word on where requests come from counts; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    proxy: Vec<IpAddr>,
    /// An https link that phones open in the app alone, for the way back from signing in; may be repeated
    #[arg(long, value_name = "URL")]
    claimed_redirect: Vec<String>,
    /// Serve nothing; end this key (asp, igm, mec, cnddcm, status), so that the next start makes a new
    /// one. What it signed stays trusted
    #[arg(long, value_name = "KEY", requires = "data", conflicts_with = "revoke")]
    rotate: Option<String>,
    /// Serve nothing; end this key as compromised (root, those of --rotate, or a certificate set aside:
    /// asp@…). What it signed is trusted no more
    #[arg(long, value_name = "KEY", requires = "data")]
    revoke: Option<String>,
}

impl Args {
    fn settings(&self) -> Settings {
        Settings {
            public: self.address.clone(),
            data: self.data.clone(),
            token: self.token.settings(),
            limits: Limits {
                proxies: self.proxy.clone(),
                claimed_redirects: self.claimed_redirect.clone(),
                ..Limits::default()
            },
            ..Settings::new(self.listen)
        }
    }
}

/// Runs until interrupted, or ends a key.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    if let Some(name) = &args.rotate {
        return retire(args, name, Retirement::Replaced, output);
    }
    if let Some(name) = &args.revoke {
        return retire(args, name, Retirement::Revoked, output);
    }
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return Exit::failed("runtime", "the runtime does not start");
    };
    runtime.block_on(async {
        let gateway = match Standalone::start(args.settings()).await {
            Ok(gateway) => gateway,
            Err(error) => return Exit::failed(error.code(), error.to_string()),
        };
        let address = gateway.address().to_string();
        let trust_key = gateway.trust_key();
        output.answer(&json!({ "gateway": address, "trust_key": trust_key }), || {
            format!("The gateway answers at {address}\nApps for it pin the key {trust_key}\nMPass, the registers and MLog are not connected: nobody can sign in. `acasa sandbox` has people.\nStop it with Ctrl+C.")
        });
        let _ = tokio::signal::ctrl_c().await;
        gateway.stop().await;
        Exit::Yes
    })
}

fn retire(args: &Args, name: &str, how: Retirement, output: &mut Output) -> Exit {
    let custody = match args.settings().custody() {
        Ok(custody) => custody,
        Err(error) => return Exit::failed(error.code(), error.to_string()),
    };
    match Authority::retire(&custody, name, how, jiff::Timestamp::now()) {
        Ok(()) => {
            let word = match how {
                Retirement::Replaced => "rotated",
                Retirement::Revoked => "revoked",
            };
            output.answer(&json!({ word: name }), || {
                format!("{name} is {word}. The next start makes a new key.")
            });
            Exit::Yes
        }
        Err(error) => Exit::failed(error.code(), error.to_string()),
    }
}
