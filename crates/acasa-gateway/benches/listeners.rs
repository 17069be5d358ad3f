//! Memory of the gateway for each device that listens for hints and is told nothing: `cargo bench -p acasa-gateway`.
//!
//! Listeners are sockets of this same process without a buffer of their own, so what the process grows by is the
//! gateway's. The system's memory for sockets is not in it. `ACASA_BENCH_LISTENERS` is how many; 5,000 unless given.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "a bench tells its figures")]

#[expect(dead_code, reason = "the tests over HTTP use the rest")]
#[path = "../tests/world/world.rs"]
mod world;

use std::{fmt::Write as _, time::Instant};

use acasa_domain::Idnp;
use acasa_gateway::{
    Limits,
    ports::{Instrument, SignInOutcome},
};
use acasa_protocol::paths;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use world::{Device, Setting, World};

const LISTENERS: usize = 5_000;
/// Devices of one person that listen; the gateway allows a few more.
const OF_ONE: usize = 10;

#[tokio::main]
async fn main() {
    let wanted = std::env::var("ACASA_BENCH_LISTENERS").ok();
    let wanted = wanted.and_then(|wanted| wanted.parse().ok()).unwrap_or(LISTENERS);
    // All come from one address, and in a hurry.
    let limits = Limits {
        per_address: None,
        per_client: None,
        ..Limits::default()
    };
    let world = World::start_with(Setting {
        limits,
        ..Setting::default()
    })
    .await;
    let mut people = Vec::new();
    for number in 0..wanted.div_ceil(OF_ONE) {
        people.push(signed_in(&world, number).await);
    }
    // What is made once is made.
    let mut streams = vec![listen(&world, &people[0]).await];

    let before = resident();
    let began = Instant::now();
    'all: for person in &people {
        for _ in 0..OF_ONE - 1 {
            streams.push(listen(&world, person).await);
            if streams.len() > wanted {
                break 'all;
            }
        }
    }
    while streams.len() <= wanted {
        let person = &people[streams.len() % people.len()];
        streams.push(listen(&world, person).await);
    }
    let opened = streams.len() - 1;
    let grown = resident().saturating_sub(before);
    println!(
        "{}",
        serde_json::json!({
            "listeners": opened,
            "bytes": grown,
            "bytes_each": grown / opened,
            "seconds_to_open": began.elapsed().as_secs_f64(),
        })
    );
    drop(streams);
    world.stop().await;
}

/// A device of another person, and its token.
async fn signed_in(world: &World, number: usize) -> (Device, String) {
    let device = world.register().await;
    let pushed = world
        .push(&World::pushed(&device, &world.assertion(&device)))
        .await;
    let handle = pushed.text("request_uri").rsplit(':').next().unwrap().to_owned();
    let outcome = SignInOutcome::SignedIn {
        person: person(number),
        instrument: Instrument::EvoSign,
    };
    let back = world.gateway.finish_sign_in(&handle, outcome).await.unwrap();
    let code = back.query_pairs().find(|(name, _)| name == "code").unwrap();
    let tokens = world.redeem(&device, &code.1, &device.verifier).await;
    let token = tokens.text("access_token").to_owned();
    (device, token)
}

/// A synthetic number: `2999`, then eight digits, and the check digit.
fn person(number: usize) -> Idnp {
    let digits = format!("2999{number:08}");
    let weighted = digits.bytes().zip([7, 3, 1].into_iter().cycle());
    let sum: u32 = weighted
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", sum % 10).parse().unwrap()
}

/// A stream that was begun, and is silent.
async fn listen(world: &World, (device, token): &(Device, String)) -> TcpStream {
    let request = world.bound(device, "GET", paths::SYNC_HINTS, token).await;
    let request = request.build().unwrap();
    let mut head = format!("GET {} HTTP/1.1\r\nhost: {}\r\n", paths::SYNC_HINTS, world.local);
    for (name, value) in request.headers() {
        write!(head, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(world.local).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200", "{head}");
    stream
}

/// What the process holds of the machine's memory.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kilobytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}
