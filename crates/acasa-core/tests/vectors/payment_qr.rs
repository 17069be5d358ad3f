//! Vectors: payments. EMVCo, EPC, Swiss QR-bill and MIA.

use acasa_core::inspect::{Inspection, Kind, inspect, inspect_bytes};
use libtest_mimic::{Failed, Trial};
use serde_json::{Map, Value};
use std::path::Path;

type Outcome = Result<(), Failed>;

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    let file = |name: &str| -> Value {
        let path = root.join("payment-qr").join(name);
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_str(&text).unwrap()
    };
    let (emvco, epc, swiss, mia) = (
        file("emvco-mpm.json"),
        file("epc-sepa.json"),
        file("swiss-qr-bill.json"),
        file("moldova-mia.json"),
    );
    let mut trials = emvco_trials(&emvco);
    trials.extend(epc_trials(&epc));
    trials.extend(epc_refusals(&epc));
    trials.extend(swiss_trials(&swiss));
    trials.extend(reference_trials(&swiss));
    trials.extend(mia_trials(&mia));
    trials
}

fn trial(name: impl std::fmt::Display, check: impl FnOnce() -> Outcome + Send + 'static) -> Trial {
    Trial::test(format!("payment_qr::{name}"), check)
}

fn ensure(holds: bool, inspection: &Inspection) -> Outcome {
    if holds {
        Ok(())
    } else {
        Err(serde_json::to_string(inspection)?.into())
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Every expected field is there with its value; fields beside them are allowed.
fn covers(inspection: &Inspection, expected: &Value) -> bool {
    let expected = expected.as_object().cloned().unwrap_or_default();
    expected
        .iter()
        .all(|(name, value)| inspection.fields().get(name) == Some(value))
}

fn emvco_trials(file: &Value) -> Vec<Trial> {
    let check = |case: Value| {
        trial(format!("emvco::{}", text(&case["name"])), move || {
            let inspection = inspect(&text(&case["payload"]));
            let accepted = case["crc_ok"] == true;
            ensure(
                inspection.kind() == Kind::Emvco && inspection.well_formed() == accepted,
                &inspection,
            )?;
            let fields = case["fields"].as_object().cloned();
            ensure(
                fields.is_none_or(|fields| sorted(&fields) == sorted(inspection.fields())),
                &inspection,
            )
        })
    };
    list(&file["cases"]).into_iter().map(check).collect()
}

fn sorted(fields: &Map<String, Value>) -> std::collections::BTreeMap<&String, &Value> {
    fields.iter().collect()
}

/// Cases whose account the file itself notes to be a placeholder or to fail its check digits.
const WRONG_ACCOUNTS: [&str; 2] = ["wikimedia-minimal", "smhg-1"];

fn epc_trials(file: &Value) -> Vec<Trial> {
    let check = |case: Value| {
        trial(format!("epc::{}", text(&case["name"])), move || {
            let payload = text(&case["payload"]);
            let bytes: Vec<u8> = match case["charset_of_bytes"].as_str() {
                Some("iso-8859-1") => payload
                    .chars()
                    .map(|c| u8::try_from(u32::from(c)).unwrap())
                    .collect(),
                _ => payload.clone().into_bytes(),
            };
            for inspection in [inspect(&payload), inspect_bytes(&bytes)] {
                ensure(
                    inspection.kind() == Kind::Epc && covers(&inspection, &case["expected"]),
                    &inspection,
                )?;
                let flawed = WRONG_ACCOUNTS.contains(&text(&case["name"]).as_str());
                let only_the_account = inspection
                    .errors()
                    .iter()
                    .all(|finding| finding.code.as_str() == "iban_invalid");
                ensure(
                    inspection.well_formed() != flawed && only_the_account,
                    &inspection,
                )?;
            }
            Ok(())
        })
    };
    list(&file["cases"]).into_iter().map(check).collect()
}

const EPC: [&str; 12] = [
    "BCD",
    "002",
    "1",
    "SCT",
    "BPOTBEB1",
    "Red Cross",
    "BE72000000001616",
    "EUR1",
    "CHAR",
    "",
    "Urgency fund",
    "Info",
];

/// A line put in place of another, for each rule the file names.
fn epc_refusals(file: &Value) -> Vec<Trial> {
    let x = |length: usize| "X".repeat(length);
    let rules: [(&str, &[(usize, String)]); 17] = [
        ("service tag ABC", &[(0, "ABC".into())]),
        ("version 003", &[(1, "003".into())]),
        ("character set 9", &[(2, "9".into())]),
        ("identification ABC", &[(3, "ABC".into())]),
        ("BIC of 9 characters", &[(4, "BPOTBEB1X".into())]),
        ("name of 75 characters", &[(5, x(75))]),
        ("IBAN of 35 characters", &[(6, format!("BE72{}", "0".repeat(31)))]),
        ("amount 0", &[(7, "EUR0".into())]),
        ("amount 1000000000", &[(7, "EUR1000000000".into())]),
        ("purpose INVALID", &[(8, "INVALID".into())]),
        ("structured remittance of 40", &[(9, x(40)), (10, String::new())]),
        ("unstructured remittance of 150", &[(10, x(150))]),
        (
            "both structured and unstructured remittance",
            &[(9, "RF18539007547034".into())],
        ),
        ("information of 75", &[(11, x(75))]),
        ("missing name", &[(5, String::new())]),
        ("missing IBAN", &[(6, String::new())]),
        (
            "version 001 without BIC",
            &[(1, "001".into()), (4, String::new())],
        ),
    ];
    let named = list(&file["invalid_rules"]["each_must_be_rejected"]);
    let mut trials: Vec<Trial> = named
        .iter()
        .map(|rule| {
            let input = text(&rule["input"]);
            let changes = rules
                .iter()
                .find(|(name, _)| *name == input)
                .map(|(_, changes)| changes.to_vec());
            trial(format!("epc::refused::{input}"), move || {
                refused(&changes.ok_or("a rule this test does not know")?)
            })
        })
        .collect();
    let lists = [("segno_invalid_bic", 4, ""), ("segno_invalid_amount", 7, "EUR")];
    for (name, index, prefix) in lists {
        trials.extend(list(&file["invalid_rules"][name]).into_iter().map(|value| {
            let line = format!("{prefix}{}", text(&value));
            trial(format!("epc::refused::{name}::{line}"), move || {
                refused(&[(index, line)])
            })
        }));
    }
    trials
}

fn refused(changes: &[(usize, String)]) -> Outcome {
    let mut lines = EPC.map(str::to_owned);
    assert!(inspect(&lines.join("\n")).well_formed());
    for (index, line) in changes {
        lines[*index].clone_from(line);
    }
    let inspection = inspect(&lines.join("\n"));
    ensure(
        inspection.kind() == Kind::Epc && !inspection.well_formed(),
        &inspection,
    )
}

fn swiss_trials(file: &Value) -> Vec<Trial> {
    let cases = list(&file["cases"]);
    let mut trials = Vec::new();
    for case in &cases {
        let lines: Vec<String> = list(&case["payload_lines"]).iter().map(text).collect();
        for (end, name) in [("\n", "lf"), ("\r\n", "crlf"), ("\r", "cr")] {
            for trailing in ["", end] {
                let payload = format!("{}{trailing}", lines.join(end));
                let expected = case["expected"].clone();
                let last = if trailing.is_empty() { "open" } else { "closed" };
                trials.push(trial(
                    format!("swissqr::{}::{name}::{last}", text(&case["name"])),
                    move || {
                        let inspection = inspect(&payload);
                        let whole = inspection.kind() == Kind::SwissQr && inspection.well_formed();
                        ensure(whole && covers(&inspection, &expected), &inspection)
                    },
                ));
            }
        }
    }
    let first: Vec<String> = list(&cases[0]["payload_lines"]).iter().map(text).collect();
    for (index, case) in list(&file["invalid"]).into_iter().enumerate() {
        let payload = match case["payload"].as_str() {
            Some(payload) => payload.to_owned(),
            None => first
                .join("\n")
                .replace(&text(&case["replace"][0]), &text(&case["replace"][1])),
        };
        trials.push(trial(format!("swissqr::refused::{index}"), move || {
            let inspection = inspect(&payload);
            ensure(
                inspection.kind() != Kind::SwissQr || !inspection.well_formed(),
                &inspection,
            )
        }));
    }
    trials
}

/// References are inspected where they live: in a bill.
fn reference_trials(file: &Value) -> Vec<Trial> {
    let in_bill = |kind: &str, reference: &str| {
        let iban = if kind == "QRR" {
            "CH4431999123000889012"
        } else {
            "CH5800791123000889012"
        };
        let mut lines = vec![""; 31];
        lines[..6].copy_from_slice(&["SPC", "0200", "1", iban, "S", "Test SA"]);
        (lines[8], lines[9], lines[10], lines[19]) = ("1000", "Lausanne", "CH", "CHF");
        (lines[27], lines[28], lines[30]) = (kind, reference, "EPD");
        inspect(&lines.join("\n"))
    };
    let mut trials = Vec::new();
    for (list_name, kind) in [("qr_reference", "QRR"), ("iso11649", "SCOR")] {
        for case in list(&file[list_name]) {
            let reference = text(&case["input"]);
            trials.push(trial(format!("{list_name}::{reference}"), move || {
                let inspection = in_bill(kind, &reference);
                ensure(case["valid"] == inspection.well_formed(), &inspection)
            }));
        }
    }
    trials
}

fn mia_trials(file: &Value) -> Vec<Trial> {
    let accepted = list(&file["accept"]).into_iter().map(|url| {
        trial(format!("mia::accepted::{}", text(&url)), move || {
            let inspection = inspect(&text(&url));
            let plain = inspection.well_formed() && inspection.warnings().is_empty();
            ensure(inspection.kind() == Kind::Mia && plain, &inspection)
        })
    });
    let refused = list(&file["must_not_be_taken_for_mia"]).into_iter().map(|url| {
        trial(format!("mia::not_taken_for_it::{}", text(&url)), move || {
            let inspection = inspect(&text(&url));
            ensure(
                inspection.kind() == Kind::Link && !inspection.warnings().is_empty(),
                &inspection,
            )
        })
    });
    accepted.chain(refused).collect()
}
