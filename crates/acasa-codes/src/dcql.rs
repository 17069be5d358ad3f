//! The Digital Credentials Query Language: OpenID for Verifiable Presentations 1.0, section 6.

use serde_json::Value;
use std::collections::BTreeSet;

/// Where the query first breaks the specification, as a path.
pub(crate) fn flaw(query: &Value) -> Option<String> {
    check(query).err()
}

type Check = Result<(), String>;

fn ensure(holds: bool, at: impl Into<String>) -> Check {
    if holds { Ok(()) } else { Err(at.into()) }
}

fn check(query: &Value) -> Check {
    let credentials = filled(query.get("credentials")).ok_or("credentials")?;
    let mut ids = BTreeSet::new();
    for (index, credential) in credentials.iter().enumerate() {
        let id = identifier(credential.get("id")).ok_or(format!("credentials.{index}.id"))?;
        ensure(ids.insert(id), format!("credentials.{index}.id"))?;
        self::credential(credential, &format!("credentials.{index}"))?;
    }
    let Some(sets) = query.get("credential_sets") else {
        return Ok(());
    };
    for (index, set) in filled(Some(sets)).ok_or("credential_sets")?.iter().enumerate() {
        let at = format!("credential_sets.{index}");
        let options = filled(set.get("options")).ok_or(format!("{at}.options"))?;
        ensure(
            options.iter().all(|option| names(option, &ids)),
            format!("{at}.options"),
        )?;
        ensure(
            set.get("required").is_none_or(Value::is_boolean),
            format!("{at}.required"),
        )?;
    }
    Ok(())
}

/// 6.1.
fn credential(credential: &Value, at: &str) -> Check {
    let format = credential
        .get("format")
        .and_then(Value::as_str)
        .filter(|format| !format.is_empty());
    let format = format.ok_or(format!("{at}.format"))?;
    ensure(
        credential.get("multiple").is_none_or(Value::is_boolean),
        format!("{at}.multiple"),
    )?;
    let binding = credential.get("require_cryptographic_holder_binding");
    ensure(
        binding.is_none_or(Value::is_boolean),
        format!("{at}.require_cryptographic_holder_binding"),
    )?;
    meta(credential.get("meta"), format).map_err(|()| format!("{at}.meta"))?;
    authorities(credential.get("trusted_authorities")).map_err(|()| format!("{at}.trusted_authorities"))?;
    let sets = credential.get("claim_sets");
    let Some(claims) = credential.get("claims") else {
        return ensure(sets.is_none(), format!("{at}.claim_sets"));
    };
    let mut ids = BTreeSet::new();
    for (index, claim) in filled(Some(claims))
        .ok_or(format!("{at}.claims"))?
        .iter()
        .enumerate()
    {
        let at = format!("{at}.claims.{index}");
        match claim.get("id") {
            Some(id) => {
                let id = identifier(Some(id)).ok_or(format!("{at}.id"))?;
                ensure(ids.insert(id), format!("{at}.id"))?;
            }
            None => ensure(sets.is_none(), format!("{at}.id"))?,
        }
        self::claim(claim, format, &at)?;
    }
    let Some(sets) = sets else { return Ok(()) };
    let sets = filled(Some(sets)).ok_or(format!("{at}.claim_sets"))?;
    ensure(
        sets.iter().all(|set| names(set, &ids)),
        format!("{at}.claim_sets"),
    )
}

/// 6.1 asks for `meta`; Annex B says what it holds for each format.
fn meta(meta: Option<&Value>, format: &str) -> Result<(), ()> {
    let meta = meta.and_then(Value::as_object).ok_or(())?;
    let valid = match format {
        "mso_mdoc" => meta.get("doctype_value").is_some_and(Value::is_string),
        "dc+sd-jwt" => texts(meta.get("vct_values")),
        "jwt_vc_json" | "ldp_vc" => {
            filled(meta.get("type_values")).is_some_and(|sets| sets.iter().all(|set| texts(Some(set))))
        }
        _ => true,
    };
    if valid { Ok(()) } else { Err(()) }
}

/// 6.1.1.
fn authorities(authorities: Option<&Value>) -> Result<(), ()> {
    let Some(authorities) = authorities else {
        return Ok(());
    };
    let valid = |authority: &Value| {
        authority.get("type").is_some_and(Value::is_string) && texts(authority.get("values"))
    };
    filled(Some(authorities))
        .filter(|authorities| authorities.iter().all(valid))
        .map(|_| ())
        .ok_or(())
}

/// 6.3 and section 7: a path of names, indices and null; for mdoc exactly a namespace and an element.
fn claim(claim: &Value, format: &str, at: &str) -> Check {
    let path = filled(claim.get("path")).ok_or(format!("{at}.path"))?;
    let component = |part: &Value| part.is_string() || part.is_u64() || part.is_null();
    let shaped = match format {
        "mso_mdoc" => path.len() == 2 && path.iter().all(Value::is_string),
        _ => path.iter().all(component),
    };
    ensure(shaped, format!("{at}.path"))?;
    ensure(
        claim.get("intent_to_retain").is_none_or(Value::is_boolean),
        format!("{at}.intent_to_retain"),
    )?;
    let plain = |value: &Value| value.is_string() || value.is_i64() || value.is_u64() || value.is_boolean();
    let values = claim.get("values");
    let valid = values.is_none() || filled(values).is_some_and(|values| values.iter().all(plain));
    ensure(valid, format!("{at}.values"))
}

fn filled(value: Option<&Value>) -> Option<&Vec<Value>> {
    value.and_then(Value::as_array).filter(|items| !items.is_empty())
}

fn texts(value: Option<&Value>) -> bool {
    filled(value).is_some_and(|items| items.iter().all(Value::is_string))
}

/// Letters, digits, `_` and `-`.
fn identifier(value: Option<&Value>) -> Option<&str> {
    let shaped = |id: &&str| {
        !id.is_empty()
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    value.and_then(Value::as_str).filter(shaped)
}

/// Whether a set names known identifiers only, and at least one.
fn names(set: &Value, ids: &BTreeSet<&str>) -> bool {
    filled(Some(set)).is_some_and(|set| {
        set.iter()
            .all(|id| id.as_str().is_some_and(|id| ids.contains(id)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn query() -> Value {
        json!({"credentials": [{"id": "pid", "format": "mso_mdoc", "meta": {"doctype_value": "md.gov.wallet.pid.1"},
            "claims": [{"id": "a", "path": ["md.gov.wallet", "family_name"]}], "claim_sets": [["a"]]}],
            "credential_sets": [{"options": [["pid"]]}]})
    }

    #[test]
    fn a_query_that_follows_the_specification_has_no_flaw() {
        assert_eq!(flaw(&query()), None);
    }

    #[test]
    fn each_breach_is_named_by_its_place() {
        let cases = [
            ("/credentials", json!([]), "credentials"),
            ("/credentials/0/id", json!("a b"), "credentials.0.id"),
            ("/credentials/0/format", json!(1), "credentials.0.format"),
            ("/credentials/0/meta", json!({}), "credentials.0.meta"),
            (
                "/credentials/0/claims/0/path",
                json!(["a"]),
                "credentials.0.claims.0.path",
            ),
            (
                "/credentials/0/claims/0/path",
                json!(["a", null]),
                "credentials.0.claims.0.path",
            ),
            (
                "/credentials/0/claim_sets",
                json!([["b"]]),
                "credentials.0.claim_sets",
            ),
            (
                "/credential_sets/0/options",
                json!([["x"]]),
                "credential_sets.0.options",
            ),
        ];
        for (pointer, value, at) in cases {
            let mut query = query();
            *query.pointer_mut(pointer).unwrap() = value;
            assert_eq!(flaw(&query).as_deref(), Some(at), "{pointer}");
        }
    }

    #[test]
    fn an_index_below_zero_is_no_path() {
        let mut query = query();
        query["credentials"][0]["format"] = json!("dc+sd-jwt");
        query["credentials"][0]["meta"] = json!({"vct_values": ["x"]});
        for (path, valid) in [
            (json!(["a", null, 0]), true),
            (json!([-1]), false),
            (json!([1.5]), false),
            (json!([]), false),
        ] {
            query["credentials"][0]["claims"][0]["path"] = path.clone();
            assert_eq!(flaw(&query).is_none(), valid, "{path}");
        }
    }
}
