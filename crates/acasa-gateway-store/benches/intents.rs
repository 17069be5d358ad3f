//! Durable acts in a second: judged, journalled and on the disk before they are acknowledged, one in a batch and
//! twenty, by 1, 16 and 64 devices at once; and checkpoints read by as many, of which each is journalled too.
//! `cargo bench -p acasa-gateway-store`.
//!
//! PostgreSQL's own `pgbench` runs beside, on the same server: what the machine gives. One JSON object a line.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "a bench tells its figures")]
#![expect(clippy::cast_precision_loss, reason = "there are not so many")]

use std::{
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use acasa_domain::{Idnp, Principal};
use acasa_gateway_store::{
    Client, Decide, Decision, Event, Judged, PostgresStorage, RecordsNow, ShardedStorage, SqliteStorage,
    Storage, StoreError, Write,
    testing::{
        PostgresServer, digest, event, roots,
        sync::{put_of, submit},
    },
};
use acasa_protocol::sync::{Cursor, Intent};

const DURATION: Duration = Duration::from_secs(5);
const DEVICES: [u64; 3] = [1, 16, 64];

/// Every act sets one record, after a look at another.
struct Set;

impl Decide for Set {
    fn decide(&self, intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError> {
        records.get("preference", "language")?;
        Ok(Decision::Apply(vec![Write {
            kind: "preference".to_owned(),
            id: "sms".to_owned(),
            content: Some(intent.arguments.clone()),
        }]))
    }

    fn event(&self, intent: &Intent) -> Event {
        event(&intent.principal.to_string())
    }
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = SqliteStorage::open(&folder.path().join("gateway.db"), digest, &roots()).unwrap();
    measure("SQLite", &sqlite);
    if PostgresServer::programs().is_none() {
        return;
    }
    let server = PostgresServer::start("shared_buffers = 256MB").unwrap();
    let storage = PostgresStorage::open(server.new_settings(), digest, &roots()).unwrap();
    measure("PostgreSQL", &storage);
    let shards = (0..3).map(|_| server.new_settings()).collect();
    measure(
        "three shards on one server",
        &ShardedStorage::open(shards, digest, &roots()).unwrap(),
    );
    pgbench(&server);
}

fn measure(engine: &str, storage: &dyn Storage) {
    for acts in [1, 20] {
        for devices in DEVICES {
            let taken = run(storage, devices, &|device, batch| {
                push(storage, device, batch, acts)
            });
            tell(engine, devices, acts, taken);
        }
    }
    for devices in DEVICES {
        let taken = run(storage, devices, &|(_, person), _| look(storage, *person));
        tell(engine, devices, 0, taken);
    }
}

/// One line; an act in no batch is a checkpoint that was read.
fn tell(engine: &str, devices: u64, acts: u64, (total, mut times): (Duration, Vec<Duration>)) {
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    let done = times.len() as f64 * acts.max(1) as f64;
    let told = serde_json::json!({
        "engine": engine,
        "devices": devices,
        "in_a_batch": acts,
        "acts_a_second": (done / total.as_secs_f64()).round(),
        "median_ms": at(50),
        "p99_ms": at(99),
    });
    println!("{told}");
}

/// A device and whose it is.
type Of = (String, Principal);

/// How long all of it took, and each turn of each device; a turn gives how long the device waited.
fn run(
    storage: &dyn Storage,
    devices: u64,
    turn: &(dyn Fn(&Of, u64) -> Duration + Sync),
) -> (Duration, Vec<Duration>) {
    let devices: Vec<_> = (0..devices).map(|number| device(storage, number)).collect();
    let times = Mutex::new(Vec::new());
    let began = Instant::now();
    thread::scope(|scope| {
        for device in &devices {
            let times = &times;
            scope.spawn(move || {
                let mut own = Vec::new();
                for number in 1.. {
                    if began.elapsed() > DURATION {
                        break;
                    }
                    own.push(turn(device, number));
                }
                times.lock().unwrap().append(&mut own);
            });
        }
    });
    (began.elapsed(), times.into_inner().unwrap())
}

fn push(storage: &dyn Storage, (client, person): &Of, batch: u64, acts: u64) -> Duration {
    let intents: Vec<Intent> = (0..acts)
        .map(|_| Intent {
            id: uuid::Uuid::now_v7(),
            ..put_of(*person, 0, "a")
        })
        .collect();
    let sent = Instant::now();
    let judged = submit(storage, (client, *person), (1, batch), &intents, &Set).unwrap();
    let took = sent.elapsed();
    assert!(matches!(judged, Judged::Outcomes(_)));
    took
}

/// Whether there is anything new, as every device asks most often.
fn look(storage: &dyn Storage, person: Principal) -> Duration {
    let cursor = Cursor {
        since: 0,
        began: None,
    };
    let asked = Instant::now();
    let page = storage
        .pull(person, cursor, 500, &event(&person.to_string()))
        .unwrap();
    let took = asked.elapsed();
    assert!(page.complete);
    took
}

fn device(storage: &dyn Storage, number: u64) -> (String, Principal) {
    let person: Principal = Idnp::from_body(&format!("2999{number:08}")).unwrap().into();
    let client = Client {
        id: uuid::Uuid::now_v7().to_string(),
        jwk: "{}".to_owned(),
        redirect_uris: Vec::new(),
        registered: 1,
    };
    storage.register_client(&client).unwrap();
    storage.begin_generation(&client.id, person, 1, "{}").unwrap();
    (client.id, person)
}

/// A transaction of its own kind: five statements and a commit.
fn pgbench(server: &PostgresServer) {
    server
        .tool("pgbench", &["-i", "-q", "-s", "10", "postgres"])
        .unwrap();
    for clients in DEVICES {
        let (clients, seconds) = (clients.to_string(), DURATION.as_secs().to_string());
        let line = [
            "-M", "prepared", "-c", &clients, "-j", "2", "-T", &seconds, "postgres",
        ];
        let output = server.tool("pgbench", &line).unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let tps = text.lines().find_map(|line| line.strip_prefix("tps = "));
        let tps = tps.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
        let told = serde_json::json!({
            "engine": "pgbench",
            "devices": clients.parse::<u64>().unwrap(),
            "in_a_batch": 1,
            "acts_a_second": tps.unwrap().round(),
        });
        println!("{told}");
    }
}
