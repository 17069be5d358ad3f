//! Vectors: personal numbers, numbers of legal entities and bank accounts.
use acasa_domain::{DomainError, Iban, Idno, Idnp};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::{fs, path::Path, str::FromStr};

type Judge = fn(&str) -> Result<(), DomainError>;

/// List in the file, how its texts are judged, and whether they are right.
const NUMBERS: &[(&str, Judge, bool)] = &[
    ("idno_valid", judge::<Idno>, true),
    ("idno_invalid", judge::<Idno>, false),
    ("idnp_valid", judge::<Idnp>, true),
    ("idnp_invalid", judge::<Idnp>, false),
];

const ACCOUNTS: &[(&str, Judge, bool)] = &[
    ("valid", judge::<Iban>, true),
    ("bad_checksum", judge::<Iban>, false),
    ("wrong_length_good_checksum", judge::<Iban>, false),
    ("wrong_characters_or_country", judge::<Iban>, false),
    // ISO 13616 has no say in check digits inside the account: the country's own bank judges them.
    ("only_country_specific_check_fails", judge::<Iban>, true),
];

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    let folder = root.join("idnp-iban");
    let mut trials = Vec::new();
    match (
        read(&folder.join("moldova-id-numbers.json")),
        read(&folder.join("iban.json")),
    ) {
        (Ok(numbers), Ok(accounts)) => {
            trials.extend(NUMBERS.iter().flat_map(|list| of_list(&numbers, list)));
            trials.extend(ACCOUNTS.iter().flat_map(|list| of_list(&accounts, list)));
            trials.extend(labelled(&accounts["swissqrbill"]));
        }
        (numbers, accounts) => {
            let errors: Vec<String> = [numbers.err(), accounts.err()].into_iter().flatten().collect();
            trials.push(Trial::test("idnp_iban::readable", move || {
                Err(errors.join("; ").into())
            }));
        }
    }
    trials
}

fn read(path: &Path) -> Result<Value, String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn of_list(file: &Value, (list, judge, right): &(&'static str, Judge, bool)) -> Vec<Trial> {
    // A list is bare, or stands beside its source as `numbers`.
    let cases = file[*list]
        .as_array()
        .or_else(|| file[*list]["numbers"].as_array());
    let Some(cases) = cases.filter(|cases| !cases.is_empty()) else {
        let list = (*list).to_owned();
        return vec![Trial::test(format!("idnp_iban::{list}"), move || {
            Err(format!("no list {list}").into())
        })];
    };
    let texts = cases.iter().filter_map(Value::as_str);
    texts.map(|text| trial(list, text, *judge, *right)).collect()
}

fn labelled(cases: &Value) -> Vec<Trial> {
    let cases = cases.as_array().into_iter().flatten();
    cases
        .filter_map(|case| Some((case["input"].as_str()?, case["valid"].as_bool()?)))
        .map(|(text, right)| trial("swissqrbill", text, judge::<Iban>, right))
        .collect()
}

fn trial(list: &str, text: &str, judge: Judge, right: bool) -> Trial {
    let text = text.to_owned();
    Trial::test(format!("idnp_iban::{list}::{text}"), move || {
        match (judge(&text), right) {
            (Ok(()), true) | (Err(_), false) => Ok(()),
            (Ok(()), false) => Err(Failed::from("accepted, and must be refused")),
            (Err(error), true) => Err(format!("refused, and must be accepted: {error}").into()),
        }
    })
}

fn judge<T: FromStr<Err = DomainError>>(text: &str) -> Result<(), DomainError> {
    text.parse::<T>().map(drop)
}
