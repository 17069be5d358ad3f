//! Rate limits, crossed by one.

use std::{num::NonZeroU32, time::Duration};

use acasa_gateway::{Limits, Rate};
use acasa_protocol::paths;

use crate::{
    sender::{Sender, sms},
    world::{Setting, World},
};

fn rate(burst: u32) -> Rate {
    Rate {
        burst: NonZeroU32::new(burst).unwrap(),
        every: Duration::from_hours(1),
    }
}

async fn world(limits: Limits) -> World {
    World::start_with(Setting {
        limits,
        ..Setting::default()
    })
    .await
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let world = world(Limits {
        per_address: Some(rate(3)),
        ..Limits::default()
    })
    .await;
    for path in [paths::HEALTH, "/nothing", paths::TRUST_LIST] {
        assert_ne!(world.get(path).await.status, 429);
    }

    let refused = world.get(paths::HEALTH).await;

    assert_eq!(refused.refusal(), (429, "too_many_requests"));
    assert_eq!(refused.body["retryable"], true);
    assert_eq!(refused.header("content-type"), paths::PROBLEM_JSON);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((3500..=3601).contains(&wait), "{wait}");
}

#[tokio::test]
async fn an_installation_that_asks_too_often_does_not_disturb_another() {
    let world = world(Limits {
        per_client: Some(rate(3)),
        ..Limits::default()
    })
    .await;
    let (busy, other) = (world.register().await, world.register().await);
    // The pushed request, the token and the documents: three.
    let tokens = world.sign_in(&busy).await;
    let ask = async || {
        let token = tokens.text("access_token");
        world
            .send(world.bound(&busy, "GET", paths::DOCUMENTS, token).await)
            .await
    };
    assert_eq!(ask().await.status, 200);

    let refused = ask().await;

    assert_eq!(refused.refusal(), (429, "too_many_requests"));
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(world.sign_in(&other).await.status, 200);
}

#[tokio::test]
async fn who_only_names_an_installation_uses_nothing_of_its_rate() {
    let world = world(Limits {
        per_client: Some(rate(2)),
        ..Limits::default()
    })
    .await;
    let (victim, attacker) = (world.register().await, world.register().await);
    let mut form = World::pushed(&attacker, &world.assertion(&victim));
    form.retain(|(name, _)| *name != "client_id");
    form.push(("client_id", victim.client.clone()));
    for _ in 0..5 {
        assert_eq!(world.push(&form).await.status, 401);
    }

    assert_eq!(world.sign_in(&victim).await.status, 200);
}

#[tokio::test]
async fn batches_and_pages_of_one_installation_have_limits_of_their_own() {
    let world = world(Limits {
        batches_per_client: Some(rate(2)),
        pages_per_client: Some(rate(3)),
        ..Limits::default()
    })
    .await;
    let (busy, other) = (Sender::enrol(&world).await, Sender::enrol(&world).await);
    for number in 1..=2 {
        let act = sms(number.into(), true);
        assert_eq!(busy.push(&world, number, &[act]).await.status, 200);
    }
    for _ in 0..3 {
        assert_eq!(busy.pull(&world).await.status, 200);
    }

    let batch = busy.push(&world, 3, &[sms(3, true)]).await;
    let page = busy.pull(&world).await;

    for refused in [batch, page] {
        assert_eq!(refused.refusal(), (429, "too_many_requests"));
        assert!(!refused.header("retry-after").is_empty());
    }
    assert_eq!(other.push(&world, 1, &[sms(4, true)]).await.status, 200);
    assert_eq!(other.pull(&world).await.status, 200);
    let numbers = world.numbers().await;
    assert!(
        numbers.contains(r#"acasa_http_limited_total{by="installation"} 2"#),
        "{numbers}"
    );
}
