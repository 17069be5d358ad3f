//! Vectors: OpenID4VP 1.0. DCQL queries parse and validate, and what breaks a rule is refused.

use acasa_credentials::openid4vp::DcqlQuery;
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A rule's name and how a query is made to break it.
type Break = (&'static str, fn(&mut Value));

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    let root = root.join("openid4vp/spec-1.0");
    let mut files: Vec<PathBuf> = ["query_lang", "request"]
        .iter()
        .filter_map(|folder| fs::read_dir(root.join(folder)).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
        .collect();
    files.sort();
    files.into_iter().flat_map(|path| both(&root, &path)).collect()
}

/// The query itself, and the same query with each rule broken in turn.
fn both(root: &Path, path: &Path) -> Vec<Trial> {
    let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let Some(query) = query(path) else {
        return Vec::new();
    };
    let broken = query.clone();
    vec![
        Trial::test(format!("openid4vp/accepts/{name}"), move || {
            DcqlQuery::from_value(query)
                .map(|_| ())
                .map_err(|error| error.to_string().into())
        }),
        Trial::test(format!("openid4vp/refuses_broken/{name}"), move || {
            refuses(&broken)
        }),
    ]
}

/// A query file, or the query inside a request object.
fn query(path: &Path) -> Option<Value> {
    let value: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    if value.get("credentials").is_some() {
        Some(value)
    } else {
        value.get("dcql_query").cloned()
    }
}

fn refuses(query: &Value) -> Result<(), Failed> {
    let breaks: [Break; 5] = [
        ("no credentials", |query| {
            query["credentials"] = Value::Array(Vec::new());
        }),
        ("an id with a space", |query| {
            query["credentials"][0]["id"] = "a b".into();
        }),
        ("a repeated id", |query| {
            let first = query["credentials"][0].clone();
            if let Some(credentials) = query["credentials"].as_array_mut() {
                credentials.push(first);
            }
        }),
        ("an empty path", |query| {
            query["credentials"][0]["claims"] = serde_json::json!([{ "path": [] }]);
        }),
        ("an unknown id in a set", |query| {
            query["credential_sets"] = serde_json::json!([{ "options": [["nobody"]] }]);
        }),
    ];
    for (what, apply) in breaks {
        let mut broken = query.clone();
        apply(&mut broken);
        if DcqlQuery::from_value(broken).is_ok() {
            return Err(what.into());
        }
    }
    Ok(())
}
