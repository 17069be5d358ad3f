//! The network between apps and state is cut, slow, or swallows answers, while they act and synchronise.

use crate::app::App;
use crate::proxy::{Proxy, Weather};
use crate::state::State;
use crate::tally::{self, Tally};
use crate::{runtime, seed, time};
use acasa_testkit::seeded;
use rand::RngExt as _;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) fn case() {
    runtime().block_on(async {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("state");
        let proxy = Proxy::open(data.join("address")).await;
        let state = State::start(&data, &["--proxied".to_owned(), proxy.address.to_string()]);
        let start = |name| App::start(&folder.path().join(name), &state.ready, None);
        let apps = [start("phone"), start("tablet")];
        for app in &apps {
            app.enrol("1").await;
        }

        let [phone, tablet] = &apps;
        let waited = Cell::new(0);
        let faults = tokio::select! {
            faults = storm(&proxy) => faults,
            () = live(phone, &waited) => 0,
            () = live(tablet, &waited) => 0,
        };
        assert!(waited.get() > 0, "the network kept nothing waiting");
        assert!(proxy.swallowed() > 0, "the network swallowed no answer");

        for app in &apps {
            app.settle().await;
        }
        let acts: BTreeMap<_, _> = apps.iter().flat_map(tally::kept).collect();
        let mut tally = Tally::default();
        tally.count(&acts, phone).await;
        tally.say(
            "network cut",
            &format!(
                "{faults} faults between 2 apps and the state, {} answers swallowed, up to {} acts kept waiting",
                proxy.swallowed(),
                waited.get()
            ),
        );
    });
}

/// Acts and synchronises without an end; notes the most acts that still waited afterwards.
async fn live(app: &App, waited: &Cell<u32>) {
    for number in 0.. {
        app.act(number).await.expect("it is kept");
        waited.set(waited.get().max(app.sync().await));
    }
}

/// Bad weather after fair weather until it is time; how often.
async fn storm(proxy: &Proxy) -> u32 {
    let mut chance = seeded(seed());
    let until = Instant::now() + time();
    let mut faults = 0;
    while Instant::now() < until {
        let mut moment = |most: u64| Duration::from_millis(chance.random_range(5..=most));
        proxy.become_(Weather::Fair);
        tokio::time::sleep(moment(250)).await;
        let (late, lasts) = (moment(60), moment(300));
        proxy.become_(match chance.random_range(0..3) {
            0 => Weather::Slow(late),
            1 => Weather::Cut,
            _ => Weather::HalfOpen,
        });
        faults += 1;
        tokio::time::sleep(lasts).await;
    }
    proxy.become_(Weather::Fair);
    faults
}
