//! What those who watch see of it, and what they do not.

use std::num::NonZeroU32;
use std::time::Duration;

use acasa_gateway::{Limits, Rate};
use acasa_protocol::paths;

use crate::{
    sender::{Sender, act, sms},
    world::{PERSON, Setting, World},
};

/// The number at the end of the line that begins so.
fn number(numbers: &str, line: &str) -> f64 {
    let found = numbers
        .lines()
        .find_map(|written| written.strip_prefix(line)?.strip_prefix(' '));
    found.unwrap_or("0").parse().unwrap()
}

#[tokio::test]
async fn requests_are_counted_by_route_method_and_class_and_timed() {
    let world = World::start().await;
    world.get(paths::TRUST_LIST).await;
    world.get(paths::TRUST_LIST).await;
    world.post_json(paths::REGISTER, &serde_json::json!({})).await;

    let numbers = world.numbers().await;

    let trust = r#"acasa_http_requests_total{route="/trust",method="GET",status="2xx"}"#;
    let refused = r#"acasa_http_requests_total{route="/oauth/register",method="POST",status="4xx"}"#;
    let timed = r#"acasa_http_request_duration_seconds_count{route="/trust",method="GET"}"#;
    assert_eq!(number(&numbers, trust).to_string(), "2");
    assert_eq!(number(&numbers, refused).to_string(), "1");
    assert_eq!(number(&numbers, timed).to_string(), "2");
    assert!(numbers.contains(r#"acasa_http_refusals_total{code="request_malformed"} 1"#));
    assert!(numbers.contains("acasa_http_requests_in_flight 0\n"), "{numbers}");
    assert!(numbers.contains("acasa_http_connections 1\n"), "{numbers}");
    assert!(numbers.contains(r#"acasa_build_info{version="0.1.0"} 1"#));
    assert!(numbers.ends_with("# EOF\n"));
}

#[tokio::test]
async fn acts_are_counted_by_what_came_of_them_and_nothing_is_said_of_whose_they_are() {
    let world = World::start().await;
    let sender = Sender::enrol(&world).await;
    let other = act(
        2,
        "urn:md:idnp:2999000000014",
        &serde_json::json!({ "key": "sms", "value": true }),
    );
    let answer = sender.push(&world, 1, &[sms(1, false), other]).await;
    assert_eq!(answer.status, 200);
    sender.pull(&world).await;

    let numbers = world.numbers().await;

    let acts = |labels: &str| number(&numbers, &format!("acasa_acts_total{{{labels}}}")).to_string();
    assert_eq!(acts(r#"outcome="applied",code="""#), "1");
    assert_eq!(acts(r#"outcome="refused",code="act_not_allowed""#), "1");
    assert_eq!(number(&numbers, "acasa_pulls_total").to_string(), "1");
    assert_eq!(number(&numbers, "acasa_pulled_records_total").to_string(), "1");
    assert!(number(&numbers, r#"acasa_storage_calls_total{code=""}"#) > 5.0);
    assert!(number(&numbers, r#"acasa_delivered_total{service="mlog",code=""}"#) > 0.0);
    for personal in [PERSON, "2999000000014", &sender.device.client, "idnp"] {
        assert!(!numbers.contains(personal), "{personal}");
    }
}

#[tokio::test]
async fn a_hostile_path_or_method_adds_no_label() {
    let world = World::start().await;
    world.get("/nothing").await;
    world.send(world.request("BREW", paths::TRUST_LIST)).await;
    let before = world.numbers().await;

    for number in 0..20 {
        world.get(&format!("/{PERSON}/{number}\"}} 1")).await;
        world.get(&format!("/status/{number}000")).await;
        let request = world.request(&format!("BREW{number}"), paths::TRUST_LIST);
        world.send(request).await;
    }

    let after = world.numbers().await;
    let status = r#"acasa_http_requests_total{route="/status/{number}",method="GET",status="4xx"}"#;
    assert_eq!(number(&after, status).to_string(), "20");
    assert!(!after.contains(PERSON));
    assert!(!after.contains("BREW"));
    let nowhere = r#"acasa_http_requests_total{route="-",method="GET",status="4xx"}"#;
    assert_eq!(number(&after, nowhere).to_string(), "21");
    let lines = |numbers: &str| numbers.lines().filter(|line| !line.contains("/status/")).count();
    // One code more: what is not a status list.
    assert!(lines(&after) <= lines(&before) + 1, "{after}");
}

#[tokio::test]
async fn who_asks_too_often_is_counted() {
    let world = World::start_with(Setting {
        limits: Limits {
            per_address: Some(Rate {
                burst: NonZeroU32::MIN,
                every: Duration::from_hours(1),
            }),
            ..Limits::default()
        },
        ..Setting::default()
    })
    .await;
    world.get(paths::HEALTH).await;
    world.get(paths::HEALTH).await;

    let numbers = world.numbers().await;

    assert!(
        numbers.contains(r#"acasa_http_limited_total{by="address"} 1"#),
        "{numbers}"
    );
    assert!(numbers.contains(r#"acasa_http_refusals_total{code="too_many_requests"} 1"#));
}

#[tokio::test]
async fn open_streams_of_hints_are_counted_until_they_end() {
    let world = World::start().await;
    let sender = Sender::enrol(&world).await;
    let request = world
        .bound(&sender.device, "GET", paths::SYNC_HINTS, &sender.token)
        .await;
    let stream = request.send().await.unwrap();
    let open = world.numbers().await;
    assert!(open.contains("acasa_hint_streams 1\n"), "{open}");

    drop(stream);

    // The gateway learns of it when it writes or reads the next time.
    for _ in 0..200 {
        if world.numbers().await.contains("acasa_hint_streams 0\n") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the stream is still counted");
}

#[tokio::test]
async fn the_address_people_reach_shows_no_numbers() {
    let world = World::start().await;

    assert_eq!(world.get("/metrics").await.status, 404);
}
