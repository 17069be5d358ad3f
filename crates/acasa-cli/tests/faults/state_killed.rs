//! The state is killed under the load of many apps, again and again.

use crate::app::App;
use crate::state::State;
use crate::tally::{self, Tally};
use crate::{runtime, seed, time};
use acasa_testkit::seeded;
use rand::RngExt as _;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// People of the cast who hold a card, with two devices each.
const PEOPLE: [&str; 2] = ["1", "3"];

pub(crate) fn case() {
    runtime().block_on(async {
        let folder = TempDir::new().unwrap();
        let state = State::start(&folder.path().join("state"), &[]);
        let mut apps = Vec::new();
        for person in PEOPLE {
            for device in ["phone", "tablet"] {
                let app = App::start(
                    &folder.path().join(format!("{person}-{device}")),
                    &state.ready,
                    None,
                );
                app.enrol(person).await;
                apps.push(app);
            }
        }

        let apps: Vec<Arc<App>> = apps.into_iter().map(Arc::new).collect();
        let over = Arc::new(AtomicBool::new(false));
        let mut lives = JoinSet::new();
        for app in &apps {
            lives.spawn(live(Arc::clone(app), Arc::clone(&over)));
        }
        let state = tokio::task::spawn_blocking(move || kill(state)).await.unwrap();
        over.store(true, Ordering::Relaxed);
        while let Some(lived) = lives.join_next().await {
            lived.unwrap();
        }

        let mut tally = Tally::default();
        for app in &apps {
            app.settle().await;
        }
        for devices in apps.chunks(2) {
            let acts: BTreeMap<_, _> = devices.iter().flat_map(|app| tally::kept(app)).collect();
            tally.count(&acts, &devices[0]).await;
        }
        tally.say(
            "state killed",
            &format!("{} kills under {} apps", state.kills, apps.len()),
        );
    });
}

/// Acts and sends until it is over.
async fn live(app: Arc<App>, over: Arc<AtomicBool>) {
    for number in 0.. {
        if over.load(Ordering::Relaxed) {
            return;
        }
        app.act(number).await.expect("it is kept");
        if number % 3 == 0 {
            app.sync().await;
        }
    }
}

fn kill(mut state: State) -> State {
    let mut chance = seeded(seed());
    let until = Instant::now() + time();
    while Instant::now() < until {
        let moment = Duration::from_millis(chance.random_range(20..=500));
        Handle::current().block_on(tokio::time::sleep(moment));
        state.kill_and_restart();
    }
    state
}
