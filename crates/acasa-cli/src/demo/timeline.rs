//! What happened, when, and how long it took: said as it happens, and kept as lines of JSON.

use crate::output::Output;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::time::Instant;

/// The story so far.
pub(super) struct Timeline<'a> {
    output: &'a mut Output,
    steps: Vec<Value>,
    last: Instant,
}

impl<'a> Timeline<'a> {
    pub(super) fn begin(output: &'a mut Output) -> Self {
        Self {
            output,
            steps: Vec::new(),
            last: Instant::now(),
        }
    }

    /// Says a step that has just ended; it took the time since the one before.
    pub(super) fn step(&mut self, step: &'static str, words: &str, facts: Value) {
        let took = self.last.elapsed();
        let mut line = Map::new();
        line.insert("step".to_owned(), json!(step));
        line.insert("at".to_owned(), json!(Timestamp::now().to_string()));
        line.insert("ms".to_owned(), json!(took.as_millis()));
        if let Value::Object(facts) = facts {
            line.extend(facts);
        }
        let line = Value::Object(line);
        let number = self.steps.len() + 1;
        self.output.answer(&line, || {
            format!("{number:>2}. {:>7.3} s  {words}", took.as_secs_f64())
        });
        self.steps.push(line);
        self.last = Instant::now();
    }

    /// Every step, one a line.
    pub(super) fn lines(&self) -> Vec<u8> {
        let lines: Vec<String> = self.steps.iter().map(|step| format!("{step}\n")).collect();
        lines.concat().into_bytes()
    }
}
