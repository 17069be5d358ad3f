//! Vectors: OpenID4VCI offers and OpenID4VP queries, as a code carries them.

use acasa_core::inspect::{Inspection, Kind, inspect};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::path::Path;

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    let mut trials = offers(&root.join("openid4vci/spec-1.0"));
    trials.extend(queries(&root.join("openid4vp/spec-1.0")));
    trials
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

fn ensure(holds: bool, inspection: &Inspection) -> Result<(), Failed> {
    if holds {
        Ok(())
    } else {
        Err(serde_json::to_string(inspection)?.into())
    }
}

fn link(start: &str, pairs: &[(&str, &str)]) -> String {
    let mut url = url::Url::parse(start).unwrap();
    url.query_pairs_mut().extend_pairs(pairs);
    url.into()
}

/// The body of an HTTP message, or the text itself.
fn body(text: &str) -> &str {
    text.split_once("\n\n")
        .filter(|(head, _)| head.starts_with("HTTP/"))
        .map_or(text, |(_, body)| body)
}

fn offers(folder: &Path) -> Vec<Trial> {
    let offers = files(folder)
        .into_iter()
        .filter(|(name, _)| name.starts_with("credential_offer"));
    offers
        .map(|(name, text)| {
            Trial::test(format!("openid4vci::{name}"), move || {
                let offer: Value = serde_json::from_str(body(&text))?;
                let by_value = link(
                    "openid-credential-offer://",
                    &[("credential_offer", &offer.to_string())],
                );
                for text in [by_value, offer.to_string()] {
                    let inspection = inspect(&text);
                    ensure(
                        inspection.kind() == Kind::OpenId4Vci && inspection.well_formed(),
                        &inspection,
                    )?;
                    let fields = inspection.fields();
                    for member in ["credential_issuer", "credential_configuration_ids", "grants"] {
                        ensure(fields[member] == offer[member], &inspection)?;
                    }
                    let grants: Vec<&String> = offer["grants"].as_object().unwrap().keys().collect();
                    ensure(fields["grant_types"] == serde_json::json!(grants), &inspection)?;
                    let asks = offer["grants"]
                        .as_object()
                        .unwrap()
                        .values()
                        .any(|grant| grant.get("tx_code").is_some());
                    ensure(fields["tx_code_required"] == asks, &inspection)?;
                }
                Ok(())
            })
        })
        .collect()
}

fn queries(folder: &Path) -> Vec<Trial> {
    let mut queries = files(&folder.join("query_lang"));
    queries.extend(
        files(&folder.join("request"))
            .into_iter()
            .filter(|(name, _)| name.starts_with("dcql_")),
    );
    queries
        .into_iter()
        .map(|(name, text)| {
            Trial::test(format!("openid4vp::request::{name}"), move || {
                let query: Value = serde_json::from_str(&text)?;
                let request = |query: &Value| {
                    let client = "redirect_uri:https://verifier.example.com/cb";
                    let pairs = [
                        ("client_id", client),
                        ("response_type", "vp_token"),
                        ("nonce", "n-0S6_WzA2Mj"),
                    ];
                    let text = query.to_string();
                    inspect(&link(
                        "openid4vp://",
                        &[&pairs[..], &[("dcql_query", &text)]].concat(),
                    ))
                };
                let inspection = request(&query);
                ensure(
                    inspection.kind() == Kind::OpenId4Vp && inspection.well_formed(),
                    &inspection,
                )?;
                ensure(inspection.fields()["dcql_query"] == query, &inspection)?;
                // The same query with a path that leads nowhere is refused.
                let mut broken = query;
                broken["credentials"][0]["claims"] = serde_json::json!([{ "path": [] }]);
                let inspection = request(&broken);
                ensure(!inspection.well_formed(), &inspection)
            })
        })
        .collect()
}
