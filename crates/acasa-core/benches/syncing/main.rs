//! Synchronising, measured from a person's device to the gateway of a sandbox on loopback: `cargo xtask bench sync` runs it.
//!
//! One JSON object a line: a name, and the nanoseconds of each run. `ACASA_BENCH_RECORDS` is the most records a device
//! holds; a million unless given.
#![expect(clippy::print_stdout, reason = "a bench speaks on its stream")]

#[path = "../../tests/main_job/device.rs"]
#[expect(dead_code, reason = "the tests of the main job need more of it")]
mod device;
mod letters;
mod state;

use acasa_core::api::{
    ConnectionView, InboxQuery, Nothing, NoticePreferenceChange, NoticeTopic, SettingsChange, Shelf,
};
use acasa_core::commands;
use acasa_sandbox::Options;
use device::{CARD, Device, World};
use state::State;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Acts that wait for a connection.
const ACTS: usize = 1_000;
/// Records of a first synchronising.
const FIRST: u64 = 10_000;
/// Changes that a device catches up with.
const CHANGES: u64 = 10;
/// How many records are held meanwhile.
const HELD: [u64; 3] = [1_000, 100_000, 1_000_000];
/// What takes long is done so often.
const FEW: usize = 5;
/// What is quick.
const MANY: usize = 30;
/// How long an act can be taken back before it is sent, and a little more.
const HOLD: Duration = Duration::from_millis(5_200);

#[tokio::main]
async fn main() {
    let data = TempDir::new().expect("a folder");
    let world = World::start_with(Options::new(1).with_data(data.path().to_owned())).await;
    let state = State::open(&world.sandbox, data.path());
    confirm(&world).await;
    first(&world, &state).await;
    let most = std::env::var("ACASA_BENCH_RECORDS").ok();
    let most = most.and_then(|most| most.parse().ok()).unwrap_or(u64::MAX);
    let held = HELD.into_iter().filter(|held| *held <= most);
    for (number, held) in held.enumerate() {
        catch_up(&world, &state, 10 + number, held).await;
    }
}

fn tell(name: &str, runs: &[Duration]) {
    let runs: Vec<u128> = runs.iter().map(Duration::as_nanos).collect();
    println!("{}", serde_json::json!({ "name": name, "nanoseconds": runs }));
}

/// A device of that person, in step with the state.
async fn ready(world: &World, person: usize) -> Device {
    let device = world.device(&format!("device-{person}"));
    device.enrol(&person.to_string()).await;
    let arrived = device.receive(CARD).await;
    assert_eq!(arrived.error, None, "person {person}");
    // Nothing is to come by itself between two measurements.
    let sparing = SettingsChange {
        data_saver: Some(true),
        // Nor is anything locked while the state writes a million letters.
        lock_after_seconds: Some(900),
        ..SettingsChange::default()
    };
    commands::settings_set(&device.acasa, sparing)
        .await
        .expect("a setting");
    in_step(&device).await;
    device
}

/// Closes its vault: all devices are one process here, and what a vault keeps in memory is locked there.
async fn away(device: &Device) {
    commands::vault_lock(&device.acasa, Nothing {})
        .await
        .expect("it was open");
}

async fn sync(device: &Device) -> ConnectionView {
    commands::app_sync(&device.acasa, Nothing {})
        .await
        .expect("the vault is open")
}

/// Until nothing waits and nothing is under way.
async fn in_step(device: &Device) {
    loop {
        let told = sync(device).await;
        if told.waiting == 0 && !told.syncing && told.up_to_date_at.is_some() {
            return;
        }
    }
}

/// A thousand acts kept without a connection, from its return until the last is confirmed.
async fn confirm(world: &World) {
    let device = ready(world, 1).await;
    let mut runs = Vec::new();
    for _ in 0..FEW {
        device.gate.close();
        for act in 0..ACTS {
            let change = NoticePreferenceChange {
                sms: Some(act % 2 == 0),
                ..NoticePreferenceChange::default()
            };
            commands::notices_prefer(&device.acasa, change)
                .await
                .expect("kept");
        }
        tokio::time::sleep(HOLD).await;
        let kept = commands::app_connection(&device.acasa, Nothing {}).await;
        assert_eq!(kept.expect("it is told").waiting as usize, ACTS);
        device.gate.open();
        let began = Instant::now();
        in_step(&device).await;
        runs.push(began.elapsed());
    }
    tell("confirm_1000_acts", &runs);
    away(&device).await;
}

/// Ten thousand letters that a new device is given and has ready for reading and finding.
async fn first(world: &World, state: &State) {
    let mut runs = Vec::new();
    for person in 2..2 + FEW {
        let device = ready(world, person).await;
        state.write(person, 0..FIRST);
        let began = Instant::now();
        in_step(&device).await;
        runs.push(began.elapsed());
        assert_eq!(unread(&device).await, FIRST);
        away(&device).await;
    }
    tell("first_sync_10000_letters", &runs);
}

/// Ten changes, beside so many letters held; then, where most are held, lists and searches over them.
async fn catch_up(world: &World, state: &State, person: usize, held: u64) {
    let device = ready(world, person).await;
    state.write(person, 0..held);
    let began = Instant::now();
    in_step(&device).await;
    tell(&format!("fetch_{held}"), &[began.elapsed()]);
    let mut runs = Vec::new();
    let mut next = held;
    for _ in 0..MANY {
        state.write(person, next..next + CHANGES);
        next += CHANGES;
        let began = Instant::now();
        in_step(&device).await;
        runs.push(began.elapsed());
    }
    tell(&format!("catch_up_{held}"), &runs);
    assert_eq!(unread(&device).await, next);
    let search = |words: &str| InboxQuery {
        search: Some(words.to_owned()),
        ..InboxQuery::default()
    };
    measure(&device, &format!("list_{held}"), &InboxQuery::default()).await;
    let topic = InboxQuery {
        topics: vec![NoticeTopic::Fines],
        ..InboxQuery::default()
    };
    measure(&device, &format!("list_topic_{held}"), &topic).await;
    let archive = InboxQuery {
        shelf: Shelf::Archive,
        ..InboxQuery::default()
    };
    measure(&device, &format!("list_archive_{held}"), &archive).await;
    measure(&device, &format!("search_rare_{held}"), &search("numărul 77")).await;
    measure(
        &device,
        &format!("search_common_{held}"),
        &search("amendă viteză"),
    )
    .await;
    measure(&device, &format!("search_beginning_{held}"), &search("am")).await;
    measure(&device, &format!("search_nothing_{held}"), &search("hipopotam")).await;
    away(&device).await;
}

async fn measure(device: &Device, name: &str, query: &InboxQuery) {
    let mut runs = Vec::new();
    for _ in 0..MANY {
        let began = Instant::now();
        commands::notices_list(&device.acasa, query.clone())
            .await
            .expect("a page");
        runs.push(began.elapsed());
    }
    tell(name, &runs);
}

async fn unread(device: &Device) -> u64 {
    let inbox = commands::notices_list(&device.acasa, InboxQuery::default()).await;
    inbox.expect("a page").unread.into()
}
