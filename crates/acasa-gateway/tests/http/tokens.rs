//! Codes and tokens in the wrong hands.

use acasa_protocol::paths;

use crate::world::{CALLBACK, World, make_identifier, make_key};

/// Whether the documents are answered.
async fn reads(world: &World, device: &crate::world::Device, token: &str) -> (u16, String) {
    let request = world.bound(device, "GET", paths::DOCUMENTS, token).await;
    let answer = world.send(request).await;
    (answer.status, answer.text("code").to_owned())
}

#[tokio::test]
async fn a_token_is_of_no_use_with_another_key_or_as_a_bearer_token() {
    let world = World::start().await;
    let (device, thief) = (world.register().await, world.register().await);
    let tokens = world.sign_in(&device).await;
    let token = tokens.text("access_token");
    let refused = (401, "token_invalid".to_owned());

    assert_eq!(reads(&world, &device, token).await.0, 200);
    assert_eq!(reads(&world, &thief, token).await, refused);
    let request = world.request("GET", paths::DOCUMENTS);
    let bearer = world
        .send(request.header("authorization", format!("Bearer {token}")))
        .await;
    assert_eq!(bearer.refusal(), (401, "token_invalid"));
    assert_eq!(
        world.get(paths::DOCUMENTS).await.refusal(),
        (401, "token_invalid")
    );
}

#[tokio::test]
async fn an_access_token_ends_after_600_seconds() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let token = tokens.text("access_token");

    world.pass(599);
    let before = reads(&world, &device, token).await;
    world.pass(1);
    let after = reads(&world, &device, token).await;

    assert_eq!((before.0, after.0), (200, 401));
}

#[tokio::test]
async fn a_code_with_the_wrong_verifier_is_refused_and_spent() {
    let world = World::start().await;
    let device = world.register().await;
    let code = world.code(&device).await;

    let wrong = world.redeem(&device, &code, &make_identifier()).await;
    let right = world.redeem(&device, &code, &device.verifier).await;

    assert_eq!(wrong.refusal(), (400, "grant_invalid"));
    assert_eq!(right.refusal(), (400, "grant_invalid"));
}

#[tokio::test]
async fn a_code_used_again_ends_what_the_first_use_began() {
    let world = World::start().await;
    let device = world.register().await;
    let code = world.code(&device).await;
    let tokens = world.redeem(&device, &code, &device.verifier).await;
    let token = tokens.text("access_token");
    assert_eq!(reads(&world, &device, token).await.0, 200);

    let again = world.redeem(&device, &code, &device.verifier).await;

    assert_eq!(again.refusal(), (400, "grant_invalid"));
    assert_eq!(reads(&world, &device, token).await.0, 401);
}

#[tokio::test]
async fn a_code_ends_after_60_seconds() {
    let world = World::start().await;
    let device = world.register().await;
    let code = world.code(&device).await;
    world.pass(60);

    let late = world.redeem(&device, &code, &device.verifier).await;

    assert_eq!(late.refusal(), (400, "grant_invalid"));
}

#[tokio::test]
async fn a_stolen_code_is_of_no_use_to_another_installation_key_or_address() {
    let world = World::start().await;
    let (device, thief) = (world.register().await, world.register().await);
    let form = |code: String, redirect: &str| {
        [
            ("grant_type", "authorization_code".to_owned()),
            ("code", code),
            ("redirect_uri", redirect.to_owned()),
            ("code_verifier", device.verifier.clone()),
        ]
    };

    let code = form(world.code(&device).await, CALLBACK);
    let by_client = world.token(&thief, &device.dpop, &code).await;
    let code = form(world.code(&device).await, CALLBACK);
    let by_key = world.token(&device, &make_key(), &code).await;
    let code = form(world.code(&device).await, "http://127.0.0.1:4712/callback");
    let by_address = world.token(&device, &device.dpop, &code).await;
    let code = form(world.code(&device).await, CALLBACK);
    let by_right = world.token(&device, &device.dpop, &code).await;

    for answer in [by_client, by_key, by_address] {
        assert_eq!(answer.refusal(), (400, "grant_invalid"));
    }
    assert_eq!(by_right.status, 200);
}

#[tokio::test]
async fn a_refresh_token_is_bound_to_its_installation_and_key() {
    let world = World::start().await;
    let (device, thief) = (world.register().await, world.register().await);
    let tokens = world.sign_in(&device).await;
    let form = [
        ("grant_type", "refresh_token".to_owned()),
        ("refresh_token", tokens.text("refresh_token").to_owned()),
    ];

    let by_client = world.token(&thief, &device.dpop, &form).await;
    let by_key = world.token(&device, &thief.dpop, &form).await;
    let by_right = world.token(&device, &device.dpop, &form).await;

    assert_eq!(by_client.refusal(), (400, "grant_invalid"));
    assert_eq!(by_key.refusal(), (400, "grant_invalid"));
    assert_eq!(by_right.status, 200);
}

#[tokio::test]
async fn other_grants_are_refused() {
    let world = World::start().await;
    let device = world.register().await;

    for grant in ["password", "client_credentials", "implicit", ""] {
        let form = [("grant_type", grant.to_owned())];
        let answer = world.token(&device, &device.dpop, &form).await;
        assert_eq!(answer.refusal(), (400, "grant_type_unsupported"), "{grant}");
    }
}

#[tokio::test]
async fn a_pushed_request_is_answered_to_its_own_installation_only() {
    let world = World::start().await;
    let (device, other) = (world.register().await, world.register().await);
    let pushed = world
        .push(&World::pushed(&device, &world.assertion(&device)))
        .await;
    let uri = pushed.text("request_uri");

    let foreign = world
        .get(&format!(
            "/oauth/authorize?client_id={}&request_uri={uri}",
            other.client
        ))
        .await;
    let unknown = world
        .get(&format!(
            "/oauth/authorize?client_id={}&request_uri=urn:x",
            device.client
        ))
        .await;

    for answer in [foreign, unknown] {
        assert_eq!(answer.refusal(), (400, "sign_in_request_unknown"));
        assert!(answer.header("location").is_empty());
    }
}
