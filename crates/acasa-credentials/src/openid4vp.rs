//! DCQL, the query language of OpenID4VP 1.0 (section 6): reading and validating.
//!
//! A claim path's string selects a key, `null` all elements of an array, a number one of them; in
//! an mdoc a path is exactly two strings, namespace and element (section 7).

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// Most credentials, claims or sets in one query.
const MAX_ENTRIES: usize = 256;
/// The format identifier of mobile documents.
pub const FORMAT_MDOC: &str = "mso_mdoc";
/// The format identifier of SD-JWT VC.
pub const FORMAT_SD_JWT: &str = "dc+sd-jwt";

/// Why a query is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DcqlError {
    /// Not the JSON of a query.
    #[error("not a query")]
    Json,
    /// A rule of section 6 is broken, at the named place.
    #[error("not as OpenID4VP has it: {0}")]
    Rule(&'static str),
}

impl DcqlError {
    /// A stable name for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Json => "dcql_json",
            Self::Rule(_) => "dcql_rule",
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(self) -> bool {
        false
    }
}

/// A whole query.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DcqlQuery {
    /// The credentials asked for.
    pub credentials: Vec<CredentialQuery>,
    /// Which combinations of them answer the query; all of them where absent.
    pub credential_sets: Option<Vec<CredentialSetQuery>>,
}

/// A request for one kind of credential (6.1).
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CredentialQuery {
    /// Its name within the query.
    pub id: String,
    /// The format.
    pub format: String,
    /// Whether several credentials may be returned.
    #[serde(default)]
    pub multiple: bool,
    /// What the format asks for: `doctype_value`, `vct_values`.
    pub meta: serde_json::Map<String, Value>,
    /// Authorities of which one must have issued it.
    pub trusted_authorities: Option<Vec<TrustedAuthority>>,
    /// Whether the holder's key must sign; it must unless said otherwise.
    #[serde(default = "default_true")]
    pub require_cryptographic_holder_binding: bool,
    /// The claims asked for.
    pub claims: Option<Vec<ClaimQuery>>,
    /// Which combinations of the claims answer the query, the verifier's favourite first.
    pub claim_sets: Option<Vec<Vec<String>>>,
}

/// A set of authorities (6.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TrustedAuthority {
    /// How they are named: `aki`, `etsi_tl`, `openid_federation`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Their names.
    pub values: Vec<String>,
}

/// A request for a combination of credentials (6.2).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CredentialSetQuery {
    /// The combinations, the verifier's favourite first.
    pub options: Vec<Vec<String>>,
    /// Whether one of them is needed.
    #[serde(default = "default_true")]
    pub required: bool,
}

/// A request for a claim (6.3).
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ClaimQuery {
    /// Its name within the credential query.
    pub id: Option<String>,
    /// Where it is.
    pub path: Vec<PathElement>,
    /// The values of which it must have one.
    pub values: Option<Vec<Value>>,
    /// Whether the verifier means to keep it (mdoc alone).
    #[serde(default)]
    pub intent_to_retain: bool,
}

/// A step of a claim path (7).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum PathElement {
    /// The value under a key.
    Key(String),
    /// One element of an array.
    Index(u64),
    /// Every element of an array.
    All(()),
}

const fn default_true() -> bool {
    true
}

impl DcqlQuery {
    /// Reads and validates a query.
    pub fn from_json(json: &str) -> Result<Self, DcqlError> {
        let query: Self = serde_json::from_str(json).map_err(|_| DcqlError::Json)?;
        query.validate()?;
        Ok(query)
    }

    /// As [`Self::from_json`], from a value that is part of a request.
    pub fn from_value(value: Value) -> Result<Self, DcqlError> {
        let query: Self = serde_json::from_value(value).map_err(|_| DcqlError::Json)?;
        query.validate()?;
        Ok(query)
    }

    fn validate(&self) -> Result<(), DcqlError> {
        let ids = unique_ids(self.credentials.iter().map(|query| query.id.as_str()))?;
        if ids.is_empty() || ids.len() > MAX_ENTRIES {
            return Err(DcqlError::Rule("credentials"));
        }
        self.credentials.iter().try_for_each(CredentialQuery::validate)?;
        let Some(sets) = &self.credential_sets else {
            return Ok(());
        };
        if sets.is_empty() || sets.len() > MAX_ENTRIES {
            return Err(DcqlError::Rule("credential_sets"));
        }
        sets.iter()
            .try_for_each(|set| check_options(&set.options, &ids, "credential_sets"))
    }
}

impl CredentialQuery {
    fn validate(&self) -> Result<(), DcqlError> {
        self.check_meta()?;
        for authority in self.trusted_authorities.iter().flatten() {
            if authority.values.is_empty() {
                return Err(DcqlError::Rule("trusted_authorities"));
            }
        }
        if self.trusted_authorities.as_ref().is_some_and(Vec::is_empty) {
            return Err(DcqlError::Rule("trusted_authorities"));
        }
        let Some(claims) = &self.claims else {
            return if self.claim_sets.is_none() {
                Ok(())
            } else {
                Err(DcqlError::Rule("claim_sets"))
            };
        };
        if claims.is_empty() || claims.len() > MAX_ENTRIES {
            return Err(DcqlError::Rule("claims"));
        }
        claims.iter().try_for_each(|claim| claim.validate(&self.format))?;
        let ids = unique_ids(claims.iter().filter_map(|claim| claim.id.as_deref()))?;
        let paths: Vec<_> = claims.iter().map(|claim| &claim.path).collect();
        // 6.3: one claim is not asked for twice, except with other values under another id.
        if self.claim_sets.is_none()
            && paths
                .iter()
                .enumerate()
                .any(|(at, path)| paths[..at].contains(path))
        {
            return Err(DcqlError::Rule("claims"));
        }
        match &self.claim_sets {
            None => Ok(()),
            Some(_) if ids.len() != claims.len() => Err(DcqlError::Rule("claims without id")),
            Some(sets) => check_options(sets, &ids, "claim_sets"),
        }
    }

    /// What the format's annex makes mandatory (B.2.3, B.3.5).
    fn check_meta(&self) -> Result<(), DcqlError> {
        let texts = |values: &Value| {
            let values = values.as_array();
            values.is_some_and(|values| !values.is_empty() && values.iter().all(Value::is_string))
        };
        let is_met = match self.format.as_str() {
            "" => false,
            FORMAT_MDOC => self.meta.get("doctype_value").is_some_and(Value::is_string),
            FORMAT_SD_JWT => self.meta.get("vct_values").is_some_and(texts),
            _ => true,
        };
        if is_met {
            Ok(())
        } else {
            Err(DcqlError::Rule("meta"))
        }
    }
}

impl ClaimQuery {
    fn validate(&self, format: &str) -> Result<(), DcqlError> {
        let is_path = match format {
            FORMAT_MDOC => matches!(self.path.as_slice(), [PathElement::Key(_), PathElement::Key(_)]),
            _ => !self.path.is_empty() && self.path.len() <= MAX_ENTRIES,
        };
        if !is_path {
            return Err(DcqlError::Rule("path"));
        }
        let is_plain =
            |value: &Value| value.is_string() || value.is_boolean() || value.is_i64() || value.is_u64();
        match &self.values {
            Some(values) if values.is_empty() || !values.iter().all(is_plain) => {
                Err(DcqlError::Rule("values"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The values a path selects in the claims of a credential (7.1.1); empty where it selects none.
    pub fn select<'a>(&self, claims: &'a Value) -> Vec<&'a Value> {
        let mut selected = vec![claims];
        for step in &self.path {
            selected = selected
                .into_iter()
                .flat_map(|value| match step {
                    PathElement::Key(key) => value
                        .as_object()
                        .and_then(|map| map.get(key))
                        .into_iter()
                        .collect(),
                    PathElement::Index(at) => {
                        let at = usize::try_from(*at).ok();
                        at.and_then(|at| value.as_array()?.get(at))
                            .into_iter()
                            .collect::<Vec<_>>()
                    }
                    PathElement::All(()) => value.as_array().into_iter().flatten().collect(),
                })
                .collect();
        }
        selected
    }
}

/// Identifiers: letters, digits, underscores and hyphens, each used once (6.1, 6.3).
fn unique_ids<'a>(ids: impl Iterator<Item = &'a str>) -> Result<BTreeSet<&'a str>, DcqlError> {
    let mut unique = BTreeSet::new();
    for id in ids {
        let is_name = !id.is_empty()
            && id
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
        if !is_name || !unique.insert(id) {
            return Err(DcqlError::Rule("id"));
        }
    }
    Ok(unique)
}

fn check_options(
    options: &[Vec<String>],
    ids: &BTreeSet<&str>,
    place: &'static str,
) -> Result<(), DcqlError> {
    let is_known =
        |option: &Vec<String>| !option.is_empty() && option.iter().all(|id| ids.contains(id.as_str()));
    if options.is_empty() || options.len() > MAX_ENTRIES || !options.iter().all(is_known) {
        return Err(DcqlError::Rule(place));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn mdoc(claims: &Value) -> Result<DcqlQuery, DcqlError> {
        let meta = json!({ "doctype_value": "org.iso.18013.5.1.mDL" });
        let credential = json!({ "id": "a", "format": FORMAT_MDOC, "meta": meta, "claims": claims });
        DcqlQuery::from_value(json!({ "credentials": [credential] }))
    }

    #[test]
    fn an_mdoc_path_is_exactly_two_strings() {
        assert!(mdoc(&json!([{ "path": ["org.iso.18013.5.1", "portrait"] }])).is_ok());
        for path in [
            json!(["a"]),
            json!(["a", "b", "c"]),
            json!(["a", null]),
            json!(["a", 1]),
            json!([]),
        ] {
            assert_eq!(
                mdoc(&json!([{ "path": path }])),
                Err(DcqlError::Rule("path")),
                "{path}"
            );
        }
    }

    #[test]
    fn the_same_id_twice_and_an_unknown_id_in_a_set_are_refused() {
        let claims = json!([{ "id": "x", "path": ["a", "b"] }, { "id": "x", "path": ["a", "c"] }]);
        assert_eq!(mdoc(&claims), Err(DcqlError::Rule("id")));
        let credential = json!({ "id": "a", "format": "dc+sd-jwt", "meta": { "vct_values": ["v"] } });
        let query = json!({ "credentials": [credential], "credential_sets": [{ "options": [["b"]] }] });
        assert_eq!(
            DcqlQuery::from_value(query),
            Err(DcqlError::Rule("credential_sets"))
        );
    }

    #[test]
    fn a_string_selects_a_key_null_all_elements_and_a_number_one() {
        let claims = json!({ "degrees": [{ "type": "BSc" }, { "type": "MSc" }], "name": "Ana" });
        let select = |path: Value| {
            let claim: ClaimQuery = serde_json::from_value(json!({ "path": path })).unwrap();
            claim.select(&claims).into_iter().cloned().collect::<Vec<_>>()
        };
        assert_eq!(select(json!(["name"])), [json!("Ana")]);
        assert_eq!(
            select(json!(["degrees", null, "type"])),
            [json!("BSc"), json!("MSc")]
        );
        assert_eq!(select(json!(["degrees", 1, "type"])), [json!("MSc")]);
        assert!(select(json!(["degrees", 2, "type"])).is_empty());
        assert!(select(json!(["name", null])).is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_a_query_or_refused(text in ".{0,200}") {
            let _ = DcqlQuery::from_json(&text);
        }
    }
}
