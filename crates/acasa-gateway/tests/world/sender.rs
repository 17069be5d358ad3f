//! A device that sends batches and asks for checkpoints.

use acasa_crypto::{SigningKey, digest::sha256, jose};
use acasa_protocol::{paths, sync::BATCH_TYPE};
use serde_json::{Value, json};

use crate::world::{Answer, Device, PERSON, World, make_key};

/// A signed-in device with a batch key.
pub(crate) struct Sender {
    pub(crate) device: Device,
    pub(crate) token: String,
    pub(crate) key: SigningKey,
}

impl Sender {
    pub(crate) async fn enrol(world: &World) -> Self {
        Self::enrol_as(PERSON, world).await
    }

    pub(crate) async fn enrol_as(person: &str, world: &World) -> Self {
        let device = world.register().await;
        let code = world.code_of(person, &device).await;
        let redeemed = world.redeem(&device, &code, &device.verifier).await;
        let token = redeemed.text("access_token").to_owned();
        let sender = Self {
            device,
            token,
            key: make_key(),
        };
        let begun = sender.begin(world, 1).await;
        assert_eq!(begun.status, 200);
        sender
    }

    pub(crate) async fn ask(&self, world: &World, method: &str, path: &str, body: Option<String>) -> Answer {
        let mut request = world.bound(&self.device, method, path, &self.token).await;
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        world.send(request).await
    }

    pub(crate) async fn begin(&self, world: &World, generation: u64) -> Answer {
        let body = json!({ "generation": generation, "jwk": self.key.to_jwk().to_value() });
        self.ask(world, "PUT", paths::SYNC_DEVICE, Some(body.to_string()))
            .await
    }

    pub(crate) fn claims(&self, world: &World, number: u64, texts: &[String]) -> Value {
        let digests: Vec<String> = texts
            .iter()
            .map(|text| data_encoding::HEXLOWER.encode(&sha256(text.as_bytes())))
            .collect();
        json!({
            "iss": self.device.client, "aud": world.address,
            "generation": 1, "number": number, "intents": digests,
        })
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = json!({ "typ": BATCH_TYPE });
        let header = header.as_object().cloned().unwrap_or_default();
        jose::sign(&self.key, header, claims.to_string().as_bytes()).unwrap()
    }

    pub(crate) async fn send(&self, world: &World, batch: &str, texts: &[String]) -> Answer {
        let body = json!({ "batch": batch, "intents": texts });
        self.ask(world, "POST", paths::SYNC_BATCHES, Some(body.to_string()))
            .await
    }

    /// A batch as it should be.
    pub(crate) async fn push(&self, world: &World, number: u64, texts: &[String]) -> Answer {
        let batch = self.sign(&self.claims(world, number, texts));
        self.send(world, &batch, texts).await
    }

    pub(crate) async fn pull(&self, world: &World) -> Answer {
        self.ask(world, "GET", paths::SYNC_RECORDS, None).await
    }
}

/// Turns SMS on or off.
pub(crate) fn sms(id: u128, open: bool) -> String {
    act(
        id,
        &format!("urn:md:idnp:{PERSON}"),
        &json!({ "key": "sms", "value": open }),
    )
}

pub(crate) fn act(id: u128, principal: &str, arguments: &Value) -> String {
    json!({
        "id": uuid(id), "name": "preference.set", "arguments": arguments,
        "actor": format!("urn:md:idnp:{PERSON}"), "principal": principal,
        "madeAt": "2026-11-21T12:00:00Z",
    })
    .to_string()
}

pub(crate) fn uuid(number: u128) -> String {
    let hex = format!("{number:032x}");
    [
        hex.get(..8),
        hex.get(8..12),
        hex.get(12..16),
        hex.get(16..20),
        hex.get(20..),
    ]
    .map(Option::unwrap_or_default)
    .join("-")
}

pub(crate) fn outcomes(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 200, "{}", answer.text("code"));
    let outcomes = answer.body["outcomes"].as_array().cloned().unwrap_or_default();
    let text = |outcome: &Value, member: &str| outcome[member].as_str().unwrap_or_default().to_owned();
    outcomes
        .iter()
        .map(|outcome| (text(outcome, "outcome"), text(outcome, "code")))
        .collect()
}

pub(crate) fn records(answer: &Answer) -> usize {
    assert_eq!(answer.status, 200);
    answer.body["records"].as_array().map_or(0, Vec::len)
}
