//! Compares the two lists, from their lines alone: what the devices say they sent, and what the state did.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A line of `sent.jsonl`.
#[derive(Deserialize)]
struct Sent {
    id: String,
    fate: String,
}

/// A line of `effects.jsonl`.
#[derive(Deserialize)]
struct Effect {
    version: u64,
    act: Option<String>,
    letter: Option<String>,
    judged: Option<u64>,
}

/// What the comparison found. Each list holds ids of acts, or `version N`.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    /// Acts in `sent.jsonl`.
    pub(super) acts: usize,
    /// Those that took effect, as the device says.
    pub(super) applied: usize,
    /// Those that the state refused.
    pub(super) refused: usize,
    /// Those that were taken back before they were sent.
    pub(super) undone: usize,
    /// Letters among the effects.
    pub(super) letters: usize,
    /// Done, and without effect; or a version without a line.
    pub(super) lost: Vec<String>,
    /// More than one effect, judging or line; or a version that nothing accounts for.
    pub(super) doubled: Vec<String>,
    /// An effect of what was refused, taken back or never done.
    pub(super) uncalled_for: Vec<String>,
    /// No end yet.
    pub(super) unsettled: Vec<String>,
}

impl Tally {
    /// Whether every act that is done took effect once, and nothing else did.
    pub(super) fn holds(&self) -> bool {
        [&self.lost, &self.doubled, &self.uncalled_for, &self.unsettled]
            .iter()
            .all(|found| found.is_empty())
    }

    /// The numbers in words.
    pub(super) fn words(&self) -> String {
        format!(
            "{} acts: {} applied, {} refused, {} undone; lost {}, doubled {}, uncalled for {}, unsettled {}",
            self.acts,
            self.applied,
            self.refused,
            self.undone,
            self.lost.len(),
            self.doubled.len(),
            self.uncalled_for.len(),
            self.unsettled.len(),
        )
    }
}

/// Reads both files' text. None where a line is not one of theirs.
pub(super) fn compare(sent: &str, effects: &str) -> Option<Tally> {
    let sent: Vec<Sent> = lines(sent)?;
    let effects: Vec<Effect> = lines(effects)?;
    let mut tally = Tally {
        acts: sent.len(),
        ..Tally::default()
    };
    let mut of_act: BTreeMap<&str, u64> = BTreeMap::new();
    let mut versions = BTreeSet::new();
    for effect in &effects {
        if !versions.insert(effect.version) {
            tally.doubled.push(format!("version {}", effect.version));
        }
        match (&effect.act, &effect.letter) {
            (Some(act), None) => {
                if effect.judged == Some(0) {
                    tally.uncalled_for.push(act.clone());
                }
                *of_act.entry(act).or_default() += effect.judged.unwrap_or(1).max(1);
            }
            (None, Some(_)) => tally.letters += 1,
            _ => tally.doubled.push(format!("version {}", effect.version)),
        }
    }
    let last = versions.last().copied().unwrap_or_default();
    let missing = (1..=last).filter(|version| !versions.contains(version));
    tally
        .lost
        .extend(missing.map(|version| format!("version {version}")));
    let mut known = BTreeSet::new();
    for act in &sent {
        if !known.insert(act.id.as_str()) {
            tally.doubled.push(act.id.clone());
            continue;
        }
        let times = of_act.get(act.id.as_str()).copied().unwrap_or_default();
        let wrong = match (act.fate.as_str(), times) {
            ("done", _) => {
                tally.applied += 1;
                match times {
                    0 => Some(&mut tally.lost),
                    1 => None,
                    _ => Some(&mut tally.doubled),
                }
            }
            ("refused", 0) => {
                tally.refused += 1;
                None
            }
            ("withdrawn", 0) => {
                tally.undone += 1;
                None
            }
            ("superseded", 0) => None,
            ("refused" | "withdrawn" | "superseded", _) => Some(&mut tally.uncalled_for),
            _ => Some(&mut tally.unsettled),
        };
        if let Some(wrong) = wrong {
            wrong.push(act.id.clone());
        }
    }
    let strange = of_act.keys().filter(|act| !known.contains(**act));
    tally.uncalled_for.extend(strange.map(|act| (*act).to_owned()));
    Some(tally)
}

fn lines<'a, T: Deserialize<'a>>(text: &'a str) -> Option<Vec<T>> {
    let read = |line: &'a str| serde_json::from_str(line).ok();
    text.lines().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = r#"{"id":"a","fate":"done","device":"phone"}
{"id":"b","fate":"refused","code":"no"}
{"id":"c","fate":"withdrawn"}
{"id":"d","fate":"done"}"#;
    const EFFECTS: &str = r#"{"version":1,"act":"a","judged":1}
{"version":2,"letter":"x"}
{"version":3,"act":"d","judged":1}"#;

    /// What is wrong, by name, after both texts were changed.
    fn wrong(sent: &str, effects: &str) -> [Vec<String>; 4] {
        let tally = compare(sent, effects).unwrap();
        assert!(!tally.holds());
        [tally.lost, tally.doubled, tally.uncalled_for, tally.unsettled]
    }

    fn named(name: &str) -> Vec<String> {
        vec![name.to_owned()]
    }

    #[test]
    fn lists_that_say_the_same_hold() {
        let tally = compare(SENT, EFFECTS).unwrap();

        assert!(tally.holds(), "{}", tally.words());
        assert_eq!(
            (
                tally.acts,
                tally.applied,
                tally.refused,
                tally.undone,
                tally.letters
            ),
            (4, 2, 1, 1, 1)
        );
    }

    #[test]
    fn each_difference_has_its_name() {
        let none = Vec::new;
        let without = EFFECTS.replace("{\"version\":3,\"act\":\"d\",\"judged\":1}", "");
        assert_eq!(wrong(SENT, &without), [named("d"), none(), none(), none()]);

        let twice = format!("{EFFECTS}\n{{\"version\":4,\"act\":\"d\",\"judged\":1}}");
        assert_eq!(wrong(SENT, &twice), [none(), named("d"), none(), none()]);

        let judged = EFFECTS.replace("\"act\":\"d\",\"judged\":1", "\"act\":\"d\",\"judged\":2");
        assert_eq!(wrong(SENT, &judged), [none(), named("d"), none(), none()]);

        let refused = format!("{EFFECTS}\n{{\"version\":4,\"act\":\"b\"}}");
        assert_eq!(wrong(SENT, &refused), [none(), none(), named("b"), none()]);

        let strange = format!("{EFFECTS}\n{{\"version\":4,\"act\":\"e\"}}");
        assert_eq!(wrong(SENT, &strange), [none(), none(), named("e"), none()]);

        let nobody = format!("{EFFECTS}\n{{\"version\":4}}");
        assert_eq!(wrong(SENT, &nobody), [none(), named("version 4"), none(), none()]);

        let gap = EFFECTS.replace("{\"version\":2,\"letter\":\"x\"}\n", "");
        assert_eq!(wrong(SENT, &gap), [named("version 2"), none(), none(), none()]);

        let waiting = SENT.replace(
            "\"id\":\"c\",\"fate\":\"withdrawn\"",
            "\"id\":\"c\",\"fate\":\"sent\"",
        );
        assert_eq!(wrong(&waiting, EFFECTS), [none(), none(), none(), named("c")]);
    }

    #[test]
    fn what_is_no_list_is_not_compared() {
        assert!(compare("{", EFFECTS).is_none());
        assert!(compare(SENT, r#"{"act":"a"}"#).is_none());
    }
}
