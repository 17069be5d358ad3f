//! Client assertions, DPoP proofs and proofs of possession that do not hold.

use acasa_protocol::paths;
use serde_json::{Map, Value, json};

use crate::world::{World, make_key, sign, sign_dpop, sign_key_proof};

#[tokio::test]
async fn a_client_assertion_lives_300_seconds_with_60_of_skew() {
    let world = World::start().await;
    let device = world.register().await;
    let now = world.now();

    for (issued, expires, status) in [
        (now, now + 360, 201),
        (now, now + 361, 401),
        (now - 10, now, 401),
        (now - 10, now + 1, 201),
        (now + 60, now + 120, 201),
        (now + 61, now + 120, 401),
    ] {
        let mut claims = world.assertion(&device);
        claims["iat"] = issued.into();
        claims["exp"] = expires.into();
        let answer = world.push(&World::pushed(&device, &claims)).await;
        assert_eq!(answer.status, status, "{} {}", issued - now, expires - now);
    }
}

#[tokio::test]
async fn a_client_assertion_is_used_once() {
    let world = World::start().await;
    let device = world.register().await;
    let form = World::pushed(&device, &world.assertion(&device));

    let (first, second) = (world.push(&form).await, world.push(&form).await);

    assert_eq!(first.status, 201);
    assert_eq!(second.refusal(), (401, "client_not_authenticated"));
}

#[tokio::test]
async fn a_client_assertion_for_another_or_by_another_is_refused() {
    let world = World::start().await;
    let (device, other) = (world.register().await, world.register().await);
    let good = world.assertion(&device);
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims["jti"] = crate::world::make_identifier().into();
        claims[name] = value;
        claims
    };

    for claims in [
        with("aud", "https://other.example".into()),
        with("aud", json!([world.address])),
        with("iss", other.client.clone().into()),
        with("sub", other.client.clone().into()),
        with("jti", "".into()),
        with("jti", "j".repeat(129).into()),
        with("exp", "soon".into()),
    ] {
        let answer = world.push(&World::pushed(&device, &claims)).await;
        assert_eq!(answer.refusal(), (401, "client_not_authenticated"), "{claims}");
    }
    let mut form = World::pushed(&device, &good);
    form.retain(|(name, _)| *name != "client_assertion");
    form.push(("client_assertion", sign(&other.key, "JWT", Map::new(), &good)));
    assert_eq!(world.push(&form).await.status, 401);
    let longest = with("jti", "j".repeat(128).into());
    assert_eq!(world.push(&World::pushed(&device, &longest)).await.status, 201);
}

/// What the documents endpoint says to this proof, with a good token.
async fn documents_with(world: &World, token: &str, proof: &str) -> (u16, String) {
    let request = world.request("GET", paths::DOCUMENTS);
    let request = request.header("authorization", format!("DPoP {token}"));
    let answer = world.send(request.header(paths::DPOP, proof)).await;
    (answer.status, answer.text("code").to_owned())
}

#[tokio::test]
async fn a_dpop_proof_is_for_one_request_one_token_and_one_time() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let token = tokens.text("access_token");
    let good = world.proof("GET", paths::DOCUMENTS, Some(token)).await;
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims["jti"] = crate::world::make_identifier().into();
        claims[name] = value;
        sign_dpop(&device.dpop, &claims)
    };
    let refused = (401, "dpop_proof_invalid".to_owned());

    let proof = sign_dpop(&device.dpop, &good);
    assert_eq!(documents_with(&world, token, &proof).await.0, 200);
    assert_eq!(documents_with(&world, token, &proof).await, refused, "replayed");
    for (name, value) in [
        ("htm", json!("POST")),
        ("htm", json!("get")),
        ("htu", json!(world.url(paths::ACCESSES))),
        ("htu", json!("https://other.example/api/v1/documents")),
        ("htu", json!(format!("{}?x=y", world.url(paths::DOCUMENTS)))),
        ("ath", json!("other")),
        ("ath", Value::Null),
        ("jti", json!("")),
        ("jti", json!("j".repeat(129))),
        ("jti", json!(1)),
    ] {
        let proof = with(name, value.clone());
        assert_eq!(
            documents_with(&world, token, &proof).await,
            refused,
            "{name} {value}"
        );
    }
    let longest = with("jti", "j".repeat(128).into());
    assert_eq!(documents_with(&world, token, &longest).await.0, 200);
}

#[tokio::test]
async fn a_dpop_proof_needs_a_recent_nonce_and_is_told_one() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let token = tokens.text("access_token");
    let mut claims = world.proof("GET", paths::DOCUMENTS, Some(token)).await;
    let old = sign_dpop(&device.dpop, &claims);
    claims["nonce"] = Value::Null;
    let without = sign_dpop(&device.dpop, &claims);
    world.pass(300);

    for proof in [old, without] {
        let request = world.request("GET", paths::DOCUMENTS);
        let request = request.header("authorization", format!("DPoP {token}"));
        let answer = world.send(request.header(paths::DPOP, proof)).await;
        assert_eq!(answer.refusal(), (401, "dpop_nonce_required"));
        assert_eq!(
            answer.header("www-authenticate"),
            r#"DPoP error="use_dpop_nonce", algs="ES256""#
        );
        assert!(!answer.header(paths::DPOP_NONCE).is_empty());
    }
}

#[tokio::test]
async fn what_is_not_one_signed_dpop_proof_is_refused() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let token = tokens.text("access_token");
    let claims = world.proof("GET", paths::DOCUMENTS, Some(token)).await;
    let good = sign_dpop(&device.dpop, &claims);
    let header = |key: &acasa_crypto::SigningKey| {
        let jwk = acasa_crypto::Signer::public_key(key).to_jwk().to_value();
        Map::from_iter([("jwk".to_owned(), jwk)])
    };
    let (head, rest) = good.split_once('.').unwrap();
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
    let none = format!(
        "{}.{}.",
        acasa_crypto::base64url::encode(br#"{"alg":"none","typ":"dpop+jwt"}"#),
        rest.split('.').next().unwrap()
    );

    for proof in [
        String::new(),
        head.to_owned(),
        unsigned,
        none,
        // Signed by another key than the one it names.
        sign(&make_key(), "dpop+jwt", header(&device.dpop), &claims),
        // Without its key, and of another type.
        sign(&device.dpop, "dpop+jwt", Map::new(), &claims),
        sign(&device.dpop, "JWT", header(&device.dpop), &claims),
    ] {
        let refused = (401, "dpop_proof_invalid".to_owned());
        assert_eq!(documents_with(&world, token, &proof).await, refused, "{proof}");
    }
    let request = world.bound(&device, "GET", paths::DOCUMENTS, token).await;
    let two = world.send(request.header(paths::DPOP, good)).await;
    assert_eq!(two.refusal(), (401, "dpop_proof_invalid"));
}

/// The longest proof of at most 4,096 bytes that padding makes, and the next one.
fn around_the_limit(sign: impl Fn(&str) -> String) -> (String, String) {
    let mut before = sign("");
    for length in 1..4096 {
        let proof = sign(&"p".repeat(length));
        if proof.len() > 4096 {
            return (before, proof);
        }
        before = proof;
    }
    panic!("padding does not make it longer");
}

#[tokio::test]
async fn a_dpop_proof_over_4096_bytes_is_refused() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let token = tokens.text("access_token");
    let mut claims = world.proof("GET", paths::DOCUMENTS, Some(token)).await;
    let (longest, longer) = around_the_limit(|padding| {
        let mut claims = claims.clone();
        claims["padding"] = padding.into();
        sign_dpop(&device.dpop, &claims)
    });
    claims["jti"] = "unused".into();

    let refused = documents_with(&world, token, &longer).await;
    let accepted = documents_with(&world, token, &longest).await;

    assert_eq!((refused.0, refused.1.as_str()), (401, "dpop_proof_invalid"));
    assert_eq!(accepted.0, 200);
}

#[tokio::test]
async fn a_key_proof_over_4096_bytes_is_refused() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let nonce = world.post_json(paths::NONCE, &json!({})).await;
    let key = make_key();
    let (longest, longer) = around_the_limit(|padding| {
        let claims = json!({
            "aud": world.address, "iat": 0, "nonce": nonce.text("c_nonce"), "padding": padding,
        });
        sign_key_proof(&key, &claims)
    });

    let refused = world.credentials(&device, &tokens, &[longer]).await;
    let taken = world.credentials(&device, &tokens, &[longest]).await;

    assert_eq!(refused.refusal(), (400, "key_proof_invalid"));
    assert_eq!(taken.status, 200);
}

#[tokio::test]
async fn a_key_proof_for_another_issuer_or_client_or_with_a_used_nonce_is_refused() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let nonce = world.post_json(paths::NONCE, &json!({})).await;
    let good = json!({
        "iss": device.client, "aud": world.address, "iat": 0, "nonce": nonce.text("c_nonce"),
    });
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        sign_key_proof(&make_key(), &claims)
    };
    let dpop_nonce = world.dpop_nonce().await;

    for (proof, code) in [
        (with("aud", "https://other.example".into()), "key_proof_invalid"),
        (with("iss", "other".into()), "key_proof_invalid"),
        (with("nonce", Value::Null), "key_proof_nonce_invalid"),
        (with("nonce", dpop_nonce.into()), "key_proof_nonce_invalid"),
        (sign_dpop(&make_key(), &good), "key_proof_invalid"),
    ] {
        let answer = world.credentials(&device, &tokens, &[proof]).await;
        assert_eq!(answer.refusal(), (400, code));
    }
    let proof = sign_key_proof(&make_key(), &good);
    let first = world
        .credentials(&device, &tokens, std::slice::from_ref(&proof))
        .await;
    let second = world.credentials(&device, &tokens, &[proof]).await;
    assert_eq!(first.status, 200);
    assert_eq!(second.refusal(), (400, "key_proof_nonce_invalid"));
}
