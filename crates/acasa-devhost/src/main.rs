//! `acasa-devhost`: prints `ACASA_DEVHOST=<address>` and serves until it is told to stop.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks on its streams"
)]

use acasa_core::{Acasa, NoHost, Setup};
use acasa_devhost::{Door, router};
use clap::Parser;
use std::alloc::System;
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use zeroizing_alloc::ZeroAlloc;

/// Wipes whatever is freed, as the window's does (docs/adr/0007-freed-memory-is-wiped.md).
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

/// The app's facade over loopback HTTP.
#[derive(Parser)]
struct Arguments {
    /// Where profiles lie.
    #[arg(long)]
    profile: PathBuf,
    /// The built interface.
    #[arg(long, default_value = "ui/dist")]
    interface: PathBuf,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Keeps keys in memory instead of the system's keystore; they are gone when it stops.
    #[arg(long)]
    keys_in_memory: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    // Before anything secret is in memory: a crash must not write it to the disk.
    let forbidden = acasa_core::forbid_core_dumps();
    tracing_subscriber::fmt()
        .with_env_filter(filter())
        .with_writer(std::io::stderr)
        .init();
    if let Err(error) = forbidden {
        tracing::warn!(%error, "core dumps stay possible");
    }
    match serve(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("acasa-devhost: {error}");
            ExitCode::from(3)
        }
    }
}

fn filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,acasa=info".into())
}

async fn serve(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let mut setup = Setup::new(arguments.profile, Arc::new(NoHost));
    if arguments.keys_in_memory {
        setup = setup.with_keys_in_memory();
    }
    let acasa = Acasa::start(setup);
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port))).await?;
    let address = listener.local_addr()?;
    let door = Door::new();
    let token = door.token().unwrap_or_default();
    let app = router(acasa, &arguments.interface, door, address)?;
    println!("ACASA_DEVHOST=http://{address}/#{token}");
    axum::serve(listener, app)
        .with_graceful_shutdown(stopped())
        .await?;
    Ok(())
}

async fn stopped() {
    let _ = tokio::signal::ctrl_c().await;
}
