use super::*;
use clap::CommandFactory as _;
use std::collections::BTreeSet;

const SCHEMA: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/formats/gateway-settings.schema.json"
);

fn schema() -> serde_json::Value {
    let mut settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    serde_json::to_value(settings.into_generator().into_root_schema_for::<Settings>()).expect("JSON")
}

fn keys() -> BTreeSet<String> {
    let schema = schema();
    let properties = schema["properties"].as_object().expect("an object");
    properties.keys().cloned().collect()
}

/// `ACASA_BLESS=1` writes it anew.
#[test]
fn the_schema_in_the_documents_is_the_program_s() {
    let text = serde_json::to_string_pretty(&schema()).expect("JSON") + "\n";
    if std::env::var_os("ACASA_BLESS").is_some() {
        std::fs::write(SCHEMA, &text).expect("it is written");
    }

    assert_eq!(std::fs::read_to_string(SCHEMA).unwrap_or_default(), text);
}

#[test]
fn every_setting_is_an_option_and_every_option_that_is_no_step_is_a_setting() {
    let command = crate::Cli::command();
    let gateway = command.find_subcommand("gateway").expect("it is there");
    let others = [
        "config",
        "rotate",
        "revoke",
        "certify-reader",
        "reader-name",
        "erase",
        "really",
        "rewrap",
        "help",
        "version",
        "json",
    ];
    let options: BTreeSet<String> = gateway
        .get_arguments()
        .filter_map(|argument| argument.get_long().map(str::to_owned))
        .filter(|name| !others.contains(&name.as_str()))
        .collect();

    assert_eq!(keys(), options);
}

#[test]
fn every_setting_is_in_the_runbook() {
    let runbook = include_str!("../../../../../docs/runbooks/gateway.md");

    for key in keys() {
        assert!(runbook.contains(&format!("| `{key}` |")), "{key}");
    }
}
