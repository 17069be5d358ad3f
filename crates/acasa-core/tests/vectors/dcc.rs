//! Vectors: EU digital health certificates, step by step. The signature is another question.

use acasa_core::inspect::{Inspection, Kind, inspect};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::path::Path;

/// A step of the file's expectations, and the places where an inspection reports its failure.
const STEPS: [(&str, &[&str]); 4] = [
    ("EXPECTEDUNPREFIX", &["prefix"]),
    ("EXPECTEDB45DECODE", &["base45"]),
    ("EXPECTEDCOMPRESSION", &["compression"]),
    ("EXPECTEDDECODE", &["cose", "payload", "cwt", "hcert"]),
];

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    let mut files: Vec<_> = std::fs::read_dir(root.join("dcc"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = format!("dcc::{}", path.file_stem().unwrap().to_string_lossy());
            let case: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            Trial::test(name, move || check(&case))
        })
        .collect()
}

fn check(case: &Value) -> Result<(), Failed> {
    let inspection = inspect(case["PREFIX"].as_str().unwrap_or_default());
    let shown = || Failed::from(serde_json::to_string(&inspection).unwrap_or_default());
    if inspection.kind() != Kind::Hcert {
        return Err(shown());
    }
    for (step, at) in STEPS {
        let expected = &case["EXPECTEDRESULTS"][step];
        if (expected == false && !failed_at(&inspection, at))
            || (expected == true && failed_at(&inspection, at))
        {
            return Err(format!("{step}: {}", shown().message().unwrap_or_default()).into());
        }
    }
    // Only the steps before the signature are judged; a wrong key or signature is well formed.
    let broken = STEPS
        .iter()
        .any(|(step, _)| case["EXPECTEDRESULTS"][*step] == false);
    let content = case["JSON"].as_object().cloned().unwrap_or_default();
    let same = content
        .iter()
        .all(|(name, value)| inspection.fields().get(name) == Some(value));
    if inspection.well_formed() == broken || !same {
        Err(shown())
    } else {
        Ok(())
    }
}

fn failed_at(inspection: &Inspection, at: &[&str]) -> bool {
    inspection
        .errors()
        .iter()
        .any(|finding| at.contains(&finding.at.as_str()))
}
