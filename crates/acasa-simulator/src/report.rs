//! What a history came to.

use std::collections::BTreeMap;

use serde::Serialize;

/// Something that must never be.
#[derive(Debug, Clone, Serialize)]
pub struct Violation {
    /// The history.
    pub seed: u64,
    /// The step after which it was seen.
    pub step: u64,
    /// Which rule, by a stable name.
    pub rule: &'static str,
    /// More about it: numbers and ids of made-up people.
    pub what: String,
}

/// One history.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// Events that happened.
    pub steps: u64,
    /// Milliseconds that passed in it.
    pub simulated: u64,
    /// Misfortunes, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Acts made, by what became of them.
    pub acts: BTreeMap<String, u64>,
    /// Acts that reached the state, by command and what it came to.
    pub judged: BTreeMap<String, u64>,
    /// Digest of the log: the same for the same seed.
    pub digest: u64,
    /// The log in words, where it was asked for.
    pub told: Vec<String>,
    /// The first thing that was wrong, if any.
    pub violation: Option<Violation>,
}

impl Report {
    pub(crate) fn panicked(seed: u64) -> Self {
        Self {
            seed,
            steps: 0,
            simulated: 0,
            faults: BTreeMap::new(),
            acts: BTreeMap::new(),
            judged: BTreeMap::new(),
            digest: 0,
            told: Vec::new(),
            violation: Some(Violation {
                seed,
                step: 0,
                rule: "panic",
                what: "the code under test panicked".to_owned(),
            }),
        }
    }
}

/// Several histories together.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// The first seed.
    pub first_seed: u64,
    /// How many histories.
    pub seeds: u64,
    /// Events.
    pub steps: u64,
    /// Hours that passed in them.
    pub simulated_hours: u64,
    /// Seconds it took.
    pub seconds: f64,
    /// Misfortunes, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Acts, by what became of them.
    pub acts: BTreeMap<String, u64>,
    /// Acts that reached the state, by command and what it came to.
    pub judged: BTreeMap<String, u64>,
    /// Digest over all logs, in order of their seeds.
    pub digest: u64,
    /// What was wrong.
    pub violations: Vec<Violation>,
    #[serde(skip)]
    milliseconds: u64,
}

impl Summary {
    /// None yet, from this seed on.
    pub fn from_seed(first_seed: u64) -> Self {
        Self {
            first_seed,
            ..Self::default()
        }
    }

    /// Adds a history; in order of their seeds, or the digest is another.
    pub fn add(&mut self, report: Report) {
        self.seeds += 1;
        self.steps += report.steps;
        self.milliseconds += report.simulated;
        self.simulated_hours = self.milliseconds / 3_600_000;
        for (kind, times) in report.faults {
            *self.faults.entry(kind).or_default() += times;
        }
        for (fate, times) in report.acts {
            *self.acts.entry(fate).or_default() += times;
        }
        for (outcome, times) in report.judged {
            *self.judged.entry(outcome).or_default() += times;
        }
        self.digest = self.digest.rotate_left(1) ^ report.digest;
        self.violations.extend(report.violation);
    }
}
