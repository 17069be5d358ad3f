//! Holds the crates to their arrows and doors (docs/ARCHITECTURE.md), from `cargo metadata`,
//! dev-dependencies included.

use crate::Outcome;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Who may depend on whom, inside the house.
const ARROWS: &[(&str, &[&str])] = &[
    ("acasa-domain", &[]),
    ("acasa-api-types", &["acasa-domain"]),
    ("acasa-protocol", &["acasa-domain"]),
    ("acasa-codes", &["acasa-domain"]),
    ("acasa-crypto", &[]),
    ("acasa-keystore", &["acasa-crypto"]),
    ("acasa-store", &["acasa-domain", "acasa-crypto"]),
    ("acasa-qr", &[]),
    ("acasa-credentials", &["acasa-domain", "acasa-crypto"]),
    ("acasa-sync", &["acasa-domain", "acasa-protocol"]),
    ("acasa-client", &["acasa-protocol", "acasa-crypto"]),
    (
        "acasa-core",
        &[
            "acasa-domain",
            "acasa-api-types",
            "acasa-protocol",
            "acasa-codes",
            "acasa-crypto",
            "acasa-keystore",
            "acasa-store",
            "acasa-qr",
            "acasa-credentials",
            "acasa-client",
            "acasa-sync",
        ],
    ),
    (
        "acasa-gateway-store",
        &["acasa-domain", "acasa-protocol", "acasa-crypto"],
    ),
    ("acasa-wire", &[]),
    (
        "acasa-gateway",
        &[
            "acasa-domain",
            "acasa-protocol",
            "acasa-crypto",
            "acasa-credentials",
            "acasa-wire",
            "acasa-gateway-store",
        ],
    ),
    (
        "acasa-sandbox",
        &[
            "acasa-domain",
            "acasa-protocol",
            "acasa-crypto",
            "acasa-credentials",
            "acasa-wire",
            "acasa-gateway-store",
            "acasa-gateway",
        ],
    ),
    ("acasa-testkit", &["acasa-domain"]),
    (
        "acasa-simulator",
        &[
            "acasa-domain",
            "acasa-protocol",
            "acasa-crypto",
            "acasa-keystore",
            "acasa-store",
            "acasa-sync",
            "acasa-core",
            "acasa-gateway-store",
            "acasa-gateway",
        ],
    ),
    ("acasa-devhost", &["acasa-core", "acasa-api-types"]),
    ("acasa-cli", &["acasa-core", "acasa-gateway", "acasa-sandbox"]),
    ("acasa-app", &["acasa-core", "acasa-api-types"]),
    ("xtask", &["acasa-api-types"]),
];

/// What tests alone may reach for besides: the people and pictures of testkit, and, for the
/// cross-crate tests that live in core, the state in a box.
const TEST_ARROWS: &[(&str, &[&str])] = &[
    (
        "acasa-core",
        &[
            "acasa-gateway",
            "acasa-gateway-store",
            "acasa-sandbox",
            "acasa-testkit",
            "acasa-devhost",
        ],
    ),
    (
        // An app that is killed as a process needs a keystore that outlives it; databases are looked into past the gateway.
        "acasa-cli",
        &[
            "acasa-domain",
            "acasa-gateway-store",
            "acasa-keystore",
            "acasa-protocol",
            "acasa-store",
        ],
    ),
    (
        // Its tests search its process for keys that they take from its files themselves.
        "acasa-devhost",
        &[
            "acasa-crypto",
            "acasa-gateway-store",
            "acasa-keystore",
            "acasa-sandbox",
            "acasa-store",
        ],
    ),
];

/// Outside powers, and the crates that may touch them.
const DOORS: &[(&str, &[&str])] = &[
    ("rusqlite", &["acasa-store", "acasa-gateway-store"]),
    ("postgres", &["acasa-gateway-store"]),
    ("tokio-postgres-rustls", &["acasa-gateway-store"]),
    ("ring", &["acasa-crypto"]),
    ("reqwest", &["acasa-client", "acasa-gateway", "acasa-sandbox"]),
    ("keyring", &["acasa-keystore"]),
    ("qrcode", &["acasa-qr"]),
    ("rqrr", &["acasa-qr"]),
    ("rxing", &["acasa-qr"]),
    ("tauri", &["acasa-app"]),
    ("cryptoki", &["acasa-gateway"]),
    ("opentelemetry-otlp", &["acasa-gateway"]),
    ("prometheus-client", &["acasa-gateway"]),
];

pub(crate) fn run(root: &Path) -> Outcome {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
        .current_dir(root)
        .output()
        .map_err(|error| error.to_string())?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let wrong = violations(&metadata);
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("; "))
    }
}

/// Every arrow and door that is not as the tables say.
fn violations(metadata: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in list(metadata, "packages") {
        let name = text(package, "name");
        let Some(allowed) = find(ARROWS, name) else {
            wrong.push(format!("{name} has no line in the table of arrows"));
            continue;
        };
        let in_tests = find(TEST_ARROWS, name).unwrap_or_default();
        for dependency in list(package, "dependencies") {
            let on = text(dependency, "name");
            let test_only = text(dependency, "kind") == "dev";
            let inside = on.starts_with("acasa-") && on != name;
            let for_tests = test_only && (on == "acasa-testkit" || in_tests.contains(&on));
            if inside && !for_tests && !allowed.contains(&on) {
                wrong.push(format!("{name} may not depend on {on}"));
            }
            if find(DOORS, on).is_some_and(|keepers| !keepers.contains(&name)) {
                wrong.push(format!("{name} may not use {on}"));
            }
        }
    }
    wrong
}

fn find<'a>(table: &[(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    table
        .iter()
        .find(|(entry, _)| *entry == name)
        .map(|(_, value)| *value)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, on: &str, kind: &Value) -> Value {
        json!({ "packages": [{ "name": name, "dependencies": [{ "name": on, "kind": kind }] }] })
    }

    #[test]
    fn an_arrow_of_the_table_is_allowed() {
        assert!(violations(&package("acasa-store", "acasa-crypto", &Value::Null)).is_empty());
    }

    #[test]
    fn an_arrow_upwards_is_found() {
        let wrong = violations(&package("acasa-domain", "acasa-core", &Value::Null));
        assert_eq!(wrong, ["acasa-domain may not depend on acasa-core"]);
    }

    #[test]
    fn an_arrow_upwards_in_tests_is_found_too() {
        assert_eq!(
            violations(&package("acasa-domain", "acasa-core", &json!("dev"))).len(),
            1
        );
    }

    #[test]
    fn a_door_is_kept() {
        assert_eq!(
            violations(&package("acasa-core", "rusqlite", &Value::Null)),
            ["acasa-core may not use rusqlite"]
        );
    }
}
