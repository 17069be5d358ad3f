//! Bounds of what is sent, each crossed by one.

use std::time::Duration;

use acasa_gateway::Limits;
use acasa_protocol::paths;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    connections::{connect, read_to_end},
    world::{CALLBACK, Setting, World, make_key},
};

#[tokio::test]
async fn a_body_over_256_kilobytes_is_refused() {
    let world = World::start().await;
    let send = |length: usize| {
        let request = world.request("POST", paths::REGISTER);
        world.send(
            request
                .header("content-type", "application/json")
                .body(" ".repeat(length)),
        )
    };

    let (largest, larger) = (send(256 * 1024).await, send(256 * 1024 + 1).await);

    assert_eq!(largest.refusal(), (400, "request_malformed"));
    assert_eq!(larger.refusal(), (413, "request_too_large"));
    assert_eq!(larger.header("content-type"), paths::PROBLEM_JSON);
}

#[tokio::test]
async fn a_body_over_the_limit_without_a_length_is_refused() {
    let world = World::start().await;
    let mut stream = connect(&world).await;
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));

    let head = "POST /oauth/register HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..4 {
        stream.write_all(chunk.as_bytes()).await.unwrap();
    }
    // The gateway may have answered and closed by now.
    let _ = stream.write_all(b"1\r\n \r\n0\r\n\r\n").await;
    let mut answer = vec![0; 64];
    let length = stream.read(&mut answer).await.unwrap();

    let answer = String::from_utf8_lossy(answer.get(..length).unwrap()).into_owned();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_request_whose_body_does_not_come_ends_in_time() {
    let world = World::start_with(Setting {
        limits: Limits {
            request_time: Duration::from_millis(100),
            ..Limits::default()
        },
        ..Setting::default()
    })
    .await;
    let mut stream = connect(&world).await;

    let request = "POST /oauth/register HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\nconnection: close\r\n\r\n{";
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = read_to_end(&mut stream).await;

    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(
        answer.contains(r#""code":"request_timeout","retryable":true"#),
        "{answer}"
    );
}

#[tokio::test]
async fn a_connection_whose_head_does_not_come_is_closed() {
    let world = World::start_with(Setting {
        limits: Limits {
            head_time: Duration::from_millis(100),
            ..Limits::default()
        },
        ..Setting::default()
    })
    .await;

    for begun in ["", "GET /health HTTP/1.1\r\nhost: x\r\nx-slow: "] {
        let mut stream = connect(&world).await;
        stream.write_all(begun.as_bytes()).await.unwrap();
        // Answered by the end of the connection: otherwise this waits for ever.
        let answer = read_to_end(&mut stream).await;
        assert!(!answer.contains(" 204 "), "{answer}");
    }
}

#[tokio::test]
async fn more_connections_than_there_is_room_for_wait() {
    let world = World::start_with(Setting {
        limits: Limits {
            connections: 1,
            ..Limits::default()
        },
        ..Setting::default()
    })
    .await;
    let request = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut first = connect(&world).await;
    first.write_all(request).await.unwrap();
    let mut answer = [0; 12];
    first.read_exact(&mut answer).await.unwrap();
    let mut second = connect(&world).await;
    second.write_all(request).await.unwrap();

    let early = tokio::time::timeout(Duration::from_millis(100), second.read_exact(&mut answer)).await;
    drop(first);
    second.read_exact(&mut answer).await.unwrap();

    assert!(early.is_err());
    assert_eq!(&answer, b"HTTP/1.1 204");
}

#[tokio::test]
async fn a_flood_of_header_fields_or_a_long_one_is_refused() {
    let world = World::start().await;
    let fields = "x-field: a\r\n".repeat(70);
    let long = format!("x-long: {}\r\n", "a".repeat(40 * 1024));
    let path = format!("/{}", "a".repeat(40 * 1024));

    for request in [
        format!("GET /health HTTP/1.1\r\nhost: x\r\n{fields}\r\n"),
        format!("GET /health HTTP/1.1\r\nhost: x\r\n{long}\r\n"),
        format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n"),
    ] {
        let mut stream = connect(&world).await;
        // It may answer before everything was sent.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = vec![0; 64];
        let length = stream.read(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(answer.get(..length).unwrap()).into_owned();
        assert!(
            answer.starts_with("HTTP/1.1 431 ") || answer.starts_with("HTTP/1.1 414 "),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_state_over_512_characters_is_refused() {
    let world = World::start().await;
    let device = world.register().await;
    let mut statuses = Vec::new();

    for length in [15, 16, 512, 513] {
        let mut form = World::pushed(&device, &world.assertion(&device));
        form.retain(|(name, _)| *name != "state");
        form.push(("state", "s".repeat(length)));
        statuses.push(world.push(&form).await.status);
    }

    assert_eq!(statuses, [400, 201, 201, 400]);
}

#[tokio::test]
async fn one_to_four_redirect_uris_of_512_characters_are_registered() {
    let world = World::start().await;
    let key = make_key();
    let long = |length: usize| {
        let start = "http://127.0.0.1/";
        format!("{start}{}", "a".repeat(length - start.len()))
    };

    for (uris, status) in [
        (vec![], 400),
        (vec![CALLBACK.to_owned(); 4], 201),
        (vec![CALLBACK.to_owned(); 5], 400),
        (vec![long(512)], 201),
        (vec![long(513)], 400),
        // Whoever registers this would receive the codes of people who sign in.
        (vec!["https://evil.example/back".to_owned()], 400),
        (vec!["http://localhost/back".to_owned()], 400),
    ] {
        let answer = world.register_with(&key, &uris).await;
        assert_eq!(answer.status, status, "{}", uris.len());
    }
}

#[tokio::test]
async fn a_registration_has_one_public_p256_key() {
    let world = World::start().await;
    let jwk = |key: &acasa_crypto::SigningKey| acasa_crypto::Signer::public_key(key).to_jwk().to_value();
    let (one, two) = (jwk(&make_key()), jwk(&make_key()));

    for keys in [
        json!([]),
        json!([one, two]),
        json!([{ "kty": "oct", "k": "AAAA" }]),
        json!([{ "kty": "RSA", "n": "AQAB", "e": "AQAB" }]),
        json!([null]),
    ] {
        let body = json!({
            "redirect_uris": [CALLBACK], "jwks": { "keys": keys },
            "token_endpoint_auth_method": "private_key_jwt",
            "grant_types": ["authorization_code"],
        });
        let answer = world.post_json(paths::REGISTER, &body).await;
        assert_eq!(answer.refusal(), (400, "client_metadata_refused"), "{keys}");
    }
}

#[tokio::test]
async fn what_is_not_json_of_the_documented_shape_is_refused() {
    let world = World::start().await;
    let deep = "[".repeat(100_000);

    for body in ["", "{", "[]", "null", "{\"redirect_uris\":1}", "\u{0}", &deep] {
        let request = world.request("POST", paths::REGISTER);
        let request = request
            .header("content-type", "application/json")
            .body(body.to_owned());
        let answer = world.send(request).await;
        assert_eq!(answer.refusal(), (400, "request_malformed"));
        assert_eq!(answer.text("error"), "invalid_request");
    }
}

#[tokio::test]
async fn a_body_of_another_media_type_is_refused() {
    let world = World::start().await;
    let device = world.register().await;
    let json_as_text = world.request("POST", paths::REGISTER).body("{}");
    let form_as_json = world
        .request("POST", paths::PUSHED_AUTHORIZATION)
        .json(&json!({ "client_id": device.client }));

    for request in [json_as_text, form_as_json] {
        assert_eq!(world.send(request).await.refusal(), (400, "request_malformed"));
    }
}

#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let world = World::start().await;
    let device = world.register().await;
    let mut form = World::pushed(&device, &world.assertion(&device));
    form.push(("response_type", "code".to_owned()));

    assert_eq!(world.push(&form).await.refusal(), (400, "request_malformed"));
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_refused_as_problems() {
    let world = World::start().await;

    let (address, method) = (
        world.get("/nothing").await,
        world.send(world.request("DELETE", paths::TOKEN)).await,
    );

    assert_eq!(address.refusal(), (404, "not_found"));
    assert_eq!(method.refusal(), (405, "method_not_allowed"));
    assert_eq!(method.header("allow"), "POST");
    for answer in [address, method] {
        assert_eq!(answer.header("content-type"), paths::PROBLEM_JSON);
        assert_eq!(answer.text("traceId"), answer.header(paths::REQUEST_ID));
    }
}
