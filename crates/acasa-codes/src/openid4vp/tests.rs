use super::*;
use proptest::prelude::*;

const HASH: &str = "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk";

fn link(parameters: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    format!("eudi-openid4vp://?{query}")
}

fn refused(parameters: &[(&str, &str)]) -> Option<(ErrorCode, String)> {
    inspect(&link(parameters))
        .errors()
        .first()
        .map(|finding| (finding.code, finding.at.clone()))
}

const INLINE: [(&str, &str); 5] = [
    ("client_id", "redirect_uri:https://evo.gov.md/cb"),
    ("response_type", "vp_token"),
    ("nonce", "n-0S6_WzA2Mj"),
    (
        "dcql_query",
        r#"{"credentials":[{"id":"a","format":"mso_mdoc","meta":{"doctype_value":"x"}}]}"#,
    ),
    ("redirect_uri", "https://evo.gov.md/cb"),
];

fn without(name: &str) -> Vec<(&'static str, &'static str)> {
    INLINE.into_iter().filter(|(given, _)| *given != name).collect()
}

#[test]
fn a_request_by_reference_is_read() {
    let text = link(&[
        ("client_id", HASH),
        ("request_uri", "https://evo.gov.md/r/1"),
        ("request_uri_method", "post"),
    ]);
    let inspection = inspect(&text);
    assert!(recognises(&text));
    assert_eq!(inspection.errors(), []);
    assert_eq!(inspection.fields()["client_id_prefix"], "x509_hash");
    assert_eq!(inspection.fields()["request_uri_method"], "post");
}

#[test]
fn a_request_by_reference_that_breaks_the_rules_is_refused() {
    let at = |code, at: &str| Some((code, at.to_owned()));
    let uri = ("request_uri", "https://evo.gov.md/r");
    assert_eq!(refused(&[uri]), at(ErrorCode::FieldMissing, "client_id"));
    assert_eq!(
        refused(&[("client_id", "x509_hash:abc"), uri]),
        at(ErrorCode::FieldInvalid, "client_id")
    );
    assert_eq!(
        refused(&[("client_id", "origin:https://x.md"), uri]),
        at(ErrorCode::FieldInvalid, "client_id")
    );
    assert_eq!(
        refused(&[("client_id", HASH), ("request_uri", "http://x.md/")]),
        at(ErrorCode::UrlInvalid, "request_uri")
    );
    assert_eq!(
        refused(&[("client_id", HASH), uri, ("request", "x")]),
        at(ErrorCode::FieldConflict, "request_uri")
    );
    assert_eq!(
        refused(&[("client_id", HASH), uri, uri]),
        at(ErrorCode::FieldDuplicate, "request_uri")
    );
    assert_eq!(
        refused(&[("client_id", HASH), uri, ("request_uri_method", "put")]),
        at(ErrorCode::FieldInvalid, "request_uri_method")
    );
}

#[test]
fn an_inline_request_is_read_and_called_unsigned() {
    let inspection = inspect(&link(&INLINE));
    assert_eq!(inspection.errors(), []);
    assert_eq!(inspection.fields()["dcql_query"]["credentials"][0]["id"], "a");
    assert!(inspection.warnings().contains(&WarningCode::UnsignedRequest));
}

#[test]
fn an_inline_request_without_what_it_needs_is_refused() {
    for name in ["client_id", "response_type", "nonce", "dcql_query"] {
        assert_eq!(
            refused(&without(name)),
            Some((ErrorCode::FieldMissing, name.to_owned()))
        );
    }
    let mut unsigned = without("client_id");
    unsigned.push(("client_id", HASH));
    assert_eq!(
        refused(&unsigned),
        Some((ErrorCode::FieldConflict, "client_id".to_owned()))
    );
    let mut broken = without("dcql_query");
    broken.push(("dcql_query", "{}"));
    assert_eq!(
        refused(&broken),
        Some((ErrorCode::DcqlInvalid, "dcql_query.credentials".to_owned()))
    );
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = (recognises(&text), inspect(&text), inspect(&format!("openid4vp://?{text}")));
        let _ = inspect(&link(&[("client_id", &text), ("request", &text), ("dcql_query", &text)]));
    }
}
