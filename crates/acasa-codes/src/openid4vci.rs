//! Credential offers: OpenID for Verifiable Credential Issuance 1.0, section 4.1.

use crate::{ErrorCode, Inspection, Kind, WarningCode, host, json, parameters};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use url::Url;

const SCHEMES: [&str; 2] = ["openid-credential-offer", "haip-vci"];
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// One of the schemes, an https link that carries an offer, or the offer itself.
pub(crate) fn recognises(text: &str) -> bool {
    if text.trim_start().starts_with('{') {
        return json::parse(text.trim()).is_some_and(|offer| {
            offer.get("credential_issuer").is_some() && offer.get("credential_configuration_ids").is_some()
        });
    }
    parameters::read(text).is_some_and(|(scheme, pairs)| {
        let offers = pairs
            .iter()
            .any(|(name, _)| name == "credential_offer" || name == "credential_offer_uri");
        SCHEMES.contains(&scheme.as_str()) || (scheme == "https" && offers)
    })
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::OpenId4Vci);
    if let Some(by_value) = Some(text.trim()).filter(|text| text.starts_with('{')) {
        match json::parse(by_value) {
            Some(value) => offer(&value, &mut inspection),
            None => inspection.error(ErrorCode::JsonInvalid, "credential_offer"),
        }
        return inspection;
    }
    let (scheme, pairs) = parameters::read(text).unwrap_or_default();
    inspection.set("scheme", scheme.as_str());
    let object = parameters::object(&pairs, &["credential_offer"], &mut inspection);
    let given = |name: &str| pairs.iter().any(|(given, _)| given == name);
    match (given("credential_offer"), given("credential_offer_uri")) {
        (true, true) => inspection.error(ErrorCode::FieldConflict, "credential_offer_uri"),
        (false, false) => inspection.error(ErrorCode::FieldMissing, "credential_offer"),
        _ => {}
    }
    if let Some(value) = object.get("credential_offer") {
        offer(value, &mut inspection);
    }
    if let Some(address) = object.get("credential_offer_uri").and_then(Value::as_str) {
        inspection.set("credential_offer_uri", address);
        https(address, "credential_offer_uri", &mut inspection);
    }
    inspection
}

fn offer(offer: &Value, inspection: &mut Inspection) {
    let Some(members) = offer.as_object() else {
        return inspection.error(ErrorCode::JsonInvalid, "credential_offer");
    };
    match members.get("credential_issuer").map(Value::as_str) {
        Some(Some(issuer)) => {
            inspection.set("credential_issuer", issuer);
            if let Some(url) = https(issuer, "credential_issuer", inspection) {
                // 12.2.1: no query and no fragment.
                let plain = url.query().is_none() && url.fragment().is_none();
                inspection.require(plain, ErrorCode::UrlInvalid, "credential_issuer");
            }
        }
        Some(None) => inspection.error(ErrorCode::FieldInvalid, "credential_issuer"),
        None => inspection.error(ErrorCode::FieldMissing, "credential_issuer"),
    }
    configurations(members, inspection);
    let mut required = false;
    match members.get("grants") {
        Some(Value::Object(grants)) => {
            inspection.set("grants", Value::Object(grants.clone()));
            inspection.set("grant_types", grants.keys().cloned().collect::<Vec<_>>());
            required = grants
                .get(PRE_AUTHORIZED)
                .is_some_and(|grant| grant.get("tx_code").is_some());
            self::grants(grants, inspection);
        }
        Some(_) => inspection.error(ErrorCode::FieldInvalid, "grants"),
        None => inspection.set("grant_types", Vec::<String>::new()),
    }
    inspection.set("tx_code_required", required);
}

fn configurations(members: &Map<String, Value>, inspection: &mut Inspection) {
    const NAME: &str = "credential_configuration_ids";
    let Some(ids) = members.get(NAME) else {
        return inspection.error(ErrorCode::FieldMissing, NAME);
    };
    inspection.set(NAME, ids.clone());
    let texts: Option<Vec<&str>> = ids
        .as_array()
        .and_then(|ids| ids.iter().map(Value::as_str).collect());
    let shaped = texts
        .as_ref()
        .is_some_and(|ids| !ids.is_empty() && ids.iter().all(|id| !id.is_empty()));
    inspection.require(shaped, ErrorCode::FieldInvalid, NAME);
    let texts = texts.unwrap_or_default();
    let unique = texts.iter().collect::<BTreeSet<_>>().len() == texts.len();
    inspection.require(unique, ErrorCode::FieldDuplicate, NAME);
}

/// 4.1.1, "grants".
fn grants(grants: &Map<String, Value>, inspection: &mut Inspection) {
    if let Some(grant) = grants.get("authorization_code") {
        let text = |name: &str| grant.get(name).is_none_or(Value::is_string);
        let valid = grant.is_object() && text("issuer_state") && text("authorization_server");
        inspection.require(valid, ErrorCode::FieldInvalid, "grants.authorization_code");
    }
    let Some(grant) = grants.get(PRE_AUTHORIZED) else {
        return;
    };
    let code = grant.get("pre-authorized_code").and_then(Value::as_str);
    inspection.require(
        code.is_some_and(|code| !code.is_empty()),
        ErrorCode::FieldMissing,
        "grants.pre-authorized_code",
    );
    let Some(tx_code) = grant.get("tx_code") else {
        return;
    };
    inspection.set("tx_code", tx_code.clone());
    let mode = tx_code
        .get("input_mode")
        .is_none_or(|mode| matches!(mode.as_str(), Some("numeric" | "text")));
    let length = tx_code
        .get("length")
        .is_none_or(|length| length.as_u64().is_some_and(|length| length > 0));
    let description = tx_code
        .get("description")
        .is_none_or(|text| text.as_str().is_some_and(|text| text.chars().count() <= 300));
    inspection.require(
        tx_code.is_object() && mode && length && description,
        ErrorCode::FieldInvalid,
        "tx_code",
    );
}

/// The address, if it is by https and has a host; its warnings with it.
pub(crate) fn https(address: &str, at: &str, inspection: &mut Inspection) -> Option<Url> {
    let url = Url::parse(address)
        .ok()
        .filter(|url| url.scheme() == "https" && url.has_host());
    inspection.require(url.is_some(), ErrorCode::UrlInvalid, at);
    let url = url?;
    let serious = |code: &WarningCode| *code != WarningCode::UnusualPort;
    inspection.warn_all(host::warnings(&url).into_iter().filter(serious));
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_value(offer: &str) -> Inspection {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("credential_offer", offer)
            .finish();
        inspect(&format!("openid-credential-offer://?{query}"))
    }

    const OFFER: &str = r#"{"credential_issuer":"https://evo.gov.md","credential_configuration_ids":["md.gov.wallet.pid.1"],"grants":{"urn:ietf:params:oauth:grant-type:pre-authorized_code":{"pre-authorized_code":"x","tx_code":{}}}}"#;

    #[test]
    fn an_offer_by_value_is_read() {
        let inspection = by_value(OFFER);
        assert_eq!(inspection.errors(), []);
        assert_eq!(inspection.fields()["tx_code_required"], true);
        assert_eq!(inspection.warnings(), []);
    }

    #[test]
    fn an_offer_by_reference_is_read() {
        let text = "haip-vci://?credential_offer_uri=https%3A%2F%2Fevo.gov.md%2Foffer%2F1";
        assert!(recognises(text));
        assert_eq!(
            inspect(text).fields()["credential_offer_uri"],
            "https://evo.gov.md/offer/1"
        );
    }

    #[test]
    fn what_the_specification_forbids_is_refused() {
        let refused = |text: &str| inspect(text).errors().first().map(|finding| finding.code);
        let offer = "credential_offer=%7B%7D&credential_offer_uri=https%3A%2F%2Fx.md%2F";
        assert_eq!(
            refused("openid-credential-offer://"),
            Some(ErrorCode::FieldMissing)
        );
        assert_eq!(
            refused(&format!("openid-credential-offer://?{offer}")),
            Some(ErrorCode::FieldConflict)
        );
        assert_eq!(
            refused("openid-credential-offer://?credential_offer=%7B"),
            Some(ErrorCode::JsonInvalid)
        );
        assert_eq!(
            refused("openid-credential-offer://?credential_offer_uri=http%3A%2F%2Fx.md"),
            Some(ErrorCode::UrlInvalid)
        );
        let broken = [
            OFFER.replace("https://", "http://"),
            OFFER.replace("[\"md.gov.wallet.pid.1\"]", "[]"),
            OFFER.replace("[\"md.gov.wallet.pid.1\"]", "[\"a\",\"a\"]"),
            OFFER.replace("\"tx_code\":{}", "\"tx_code\":{\"input_mode\":\"x\"}"),
            OFFER.replace("\"pre-authorized_code\":\"x\",", ""),
            OFFER.replace("evo.gov.md", "evo.gov.md?x"),
        ];
        for offer in &broken {
            assert!(!by_value(offer).well_formed(), "{offer}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (recognises(&text), by_value(&text), inspect(&format!("haip-vci://?{text}")));
        }
    }
}
