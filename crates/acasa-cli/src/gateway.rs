//! `acasa gateway`: the gateway by itself, until it is stopped.

use crate::output::{Exit, Output};
use acasa_gateway::Standalone;
use serde_json::json;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Arguments of `acasa gateway`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Keep keys and database in this folder; in memory unless given
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Runs until interrupted.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return Exit::failed("runtime", "the runtime does not start");
    };
    runtime.block_on(async {
        let gateway = match Standalone::start(args.listen, args.data.clone()).await {
            Ok(gateway) => gateway,
            Err(error) => return Exit::failed(error.code(), error.to_string()),
        };
        let address = gateway.address().to_string();
        output.answer(&json!({ "gateway": address }), || {
            format!("The gateway answers at {address}\nMPass, the registers and MLog are not connected: nobody can sign in. `acasa sandbox` has people.\nStop it with Ctrl+C.")
        });
        let _ = tokio::signal::ctrl_c().await;
        gateway.stop().await;
        Exit::Yes
    })
}
