//! An app's process is killed while it acts and synchronises, again and again.

use crate::driver::{self, Part, Task};
use crate::state::State;
use crate::tally::Tally;
use crate::{seed, time};
use acasa_testkit::seeded;
use rand::RngExt as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Child;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) fn case() {
    let folder = TempDir::new().unwrap();
    let state = State::start(&folder.path().join("state"), &[]);
    let app = folder.path().join("device");
    let enrol = Part::Enrol {
        person: "1".to_owned(),
    };
    let mut enrolling = start(&app, &state, enrol);
    assert!(enrolling.wait().unwrap().success(), "it enrols");

    let mut chance = seeded(seed());
    let mut said = BTreeSet::new();
    let (mut kills, mut from) = (0, 0);
    let until = Instant::now() + time();
    while Instant::now() < until {
        let living = start(&app, &state, Part::Live { from });
        let life = Duration::from_millis(chance.random_range(30..=1500));
        let kept = until_killed(living, life);
        from += u32::try_from(kept.len()).unwrap() + 1;
        said.extend(kept);
        kills += 1;
    }

    let mut ending = start(&app, &state, Part::End);
    let mut line = String::new();
    BufReader::new(ending.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(ending.wait().unwrap().success(), "it comes to rest");
    let told: Value = serde_json::from_str(&line).unwrap();
    let kept: BTreeMap<String, String> = serde_json::from_value(told["kept"].clone()).unwrap();
    let forgotten = said.iter().filter(|id| !kept.contains_key(*id)).count();
    let acts: Vec<(String, Option<u64>, usize)> = serde_json::from_value(told["state"].clone()).unwrap();
    let mut tally = Tally::default();
    tally.add(&kept, &acts, told["version"].as_u64().unwrap());
    assert!(!said.is_empty(), "it did something before it was killed");
    tally.say(
        "app killed",
        &format!(
            "{kills} kills, {} acts said to be kept, forgotten {forgotten}",
            said.len()
        ),
    );
    assert_eq!(forgotten, 0);
}

fn start(folder: &Path, state: &State, part: Part) -> Child {
    driver::spawn(&Task {
        folder: folder.to_path_buf(),
        ready: state.ready.clone(),
        part,
    })
}

/// Lets it live so long from its start on; the acts it said to have kept.
fn until_killed(mut living: Child, time: Duration) -> Vec<String> {
    let lines = BufReader::new(living.stdout.take().unwrap()).lines();
    let (told, heard) = mpsc::channel();
    let reading = thread::spawn(move || {
        for line in lines {
            let Ok(line) = line else { return };
            // The last one may have been cut off in the middle.
            let Ok(line) = serde_json::from_str::<Value>(&line) else {
                return;
            };
            let _ = told.send(line["kept"].as_str().expect("an act").to_owned());
        }
    });
    let until = Instant::now() + time;
    let mut kept = Vec::new();
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        match heard.recv_timeout(left) {
            Ok(id) => kept.push(id),
            Err(mpsc::RecvTimeoutError::Timeout) => break,
            Err(mpsc::RecvTimeoutError::Disconnected) => panic!("the app ended by itself"),
        }
    }
    living.kill().unwrap();
    living.wait().unwrap();
    reading.join().unwrap();
    kept.extend(heard.try_iter());
    kept
}
