//! The report, and its JSON.

use super::Format;
use acasa_credentials::Value;
use acasa_credentials::report::DocumentReport;
use acasa_credentials::verdict::{Answer, Check, CheckName, Verdict, answer};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde_json::{Map, Value as Json, json};

/// What was found out.
#[derive(Debug)]
pub struct Report {
    /// What was verified.
    pub format: Format,
    /// Its documents.
    pub documents: Vec<DocumentReport>,
    /// What a proof is known by, to be remembered if it is not invalid.
    pub identity: Option<[u8; 32]>,
    /// Whether a proof answers the verifier's own challenge in time.
    pub challenge_answered: bool,
}

impl Report {
    pub(super) fn new(format: Format, documents: Vec<DocumentReport>) -> Self {
        Self {
            format,
            documents,
            identity: None,
            challenge_answered: false,
        }
    }

    /// The verdict: as good as the worst document.
    pub fn verdict(&self) -> Verdict {
        Verdict::of_all(self.documents.iter().map(DocumentReport::verdict))
    }

    /// What a screen may say, given whether the person compared the photograph it showed.
    pub fn answer(&self, photo_compared: bool) -> Answer {
        answer(self.verdict(), self.challenge_answered, photo_compared)
    }

    /// Refuses a proof that another process has just seen.
    pub fn refuse_as_seen(&mut self) {
        for document in &mut self.documents {
            document.set(Check::fail(CheckName::Replay, "seen_before"));
        }
    }

    /// The report for programs.
    pub fn to_json(&self) -> Json {
        json!({
            "verdict": self.verdict().as_str(),
            "format": self.format.as_str(),
            "documents": self.documents.iter().map(document).collect::<Vec<_>>(),
        })
    }
}

fn document(report: &DocumentReport) -> Json {
    let mut disclosed = Map::new();
    for (namespace, elements) in &report.disclosed {
        let members = disclosed
            .entry(namespace.clone())
            .or_insert_with(|| Json::Object(Map::new()));
        if let Json::Object(members) = members {
            for (name, value) in elements {
                // The issuer's word comes first, and stays.
                members.entry(name.clone()).or_insert_with(|| to_json(value));
            }
        }
    }
    let issuer = report.issuer.as_ref();
    json!({
        "type": report.doc_type,
        "issuer": issuer.map(|issuer| json!({
            "subject": issuer.subject,
            "sha256": HEXLOWER.encode(&issuer.sha256),
        })),
        "holder": report.holder.as_str(),
        "valid_until": report.valid_until.map(|until| until.to_string()),
        "disclosed": disclosed,
        "checks": checks(report),
    })
}

/// The checks, those never reached included: a program finds each name once.
fn checks(report: &DocumentReport) -> Vec<Json> {
    let check = |name: CheckName| {
        let found = report.check(name);
        let outcome = found.map_or("skipped", |check| check.outcome.as_str());
        let detail = found.map_or("not_reached", |check| check.detail);
        json!({ "check": name.as_str(), "outcome": outcome, "detail": detail })
    };
    CheckName::ALL.into_iter().map(check).collect()
}

/// An element's value: byte strings as `{"base64url": …}`, dates as their text, tags dropped.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Integer(integer) => integer_to_json(i128::from(*integer)),
        Value::Bytes(bytes) => json!({ "base64url": BASE64URL_NOPAD.encode(bytes) }),
        Value::Text(text) => Json::from(text.as_str()),
        Value::Bool(value) => Json::from(*value),
        Value::Float(value) => Json::from(*value),
        Value::Array(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| (key_text(key), to_json(value)))
                .collect(),
        ),
        Value::Tag(_, content) => to_json(content),
        // The enum is open; its only other value today is null.
        Value::Null | _ => Json::Null,
    }
}

fn integer_to_json(value: i128) -> Json {
    let small = i64::try_from(value).map(Json::from);
    small
        .or_else(|_| u64::try_from(value).map(Json::from))
        .unwrap_or_else(|_| Json::from(value.to_string()))
}

fn key_text(key: &Value) -> String {
    let key = to_json(key);
    key.as_str().map_or_else(|| key.to_string(), str::to_owned)
}
