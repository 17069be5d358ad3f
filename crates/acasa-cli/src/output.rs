//! Where a command's answer goes, and how it ends.

use serde::Serialize;
use serde_json::json;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: the answer is yes.
    Yes,
    /// 1: the answer is no: not valid, no code found, broken payload.
    No,
    /// 2: bad arguments or unreadable input.
    Unusable(Problem),
    /// 3: the program failed.
    Failed(Problem),
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Stable, snake_case.
    code: &'static str,
    /// For the person at the keyboard.
    message: String,
}

impl Exit {
    /// 2: what was given cannot be used.
    pub(crate) fn unusable(code: &'static str, message: impl Into<String>) -> Self {
        Self::Unusable(Problem {
            code,
            message: message.into(),
        })
    }

    /// 3: the program failed, whatever it was given.
    pub(crate) fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self::Failed(Problem {
            code,
            message: message.into(),
        })
    }

    fn status(&self) -> u8 {
        match self {
            Self::Yes => 0,
            Self::No => 1,
            Self::Unusable(_) => 2,
            Self::Failed(_) => 3,
        }
    }
}

/// Standard output for answers and standard error for the rest, in words or in JSON.
///
/// A reader that goes away (`acasa scan … | head -1`) is not a failure: what is left unsaid is
/// dropped, and the status is the one the answer had.
pub(crate) struct Output {
    json: bool,
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    failure: Option<ErrorKind>,
}

impl Output {
    /// The process's own streams.
    pub(crate) fn standard(json: bool) -> Self {
        Self::new(json, Box::new(io::stdout()), Box::new(io::stderr()))
    }

    fn new(json: bool, out: Box<dyn Write>, err: Box<dyn Write>) -> Self {
        Self {
            json,
            out,
            err,
            failure: None,
        }
    }

    /// Whether answers are told in JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// An answer: one line of JSON, or the words for a person.
    pub(crate) fn answer(&mut self, value: &impl Serialize, words: impl FnOnce() -> String) {
        if self.json {
            self.object(value);
        } else {
            self.text(&words());
        }
    }

    /// One line of JSON, whatever the mode.
    pub(crate) fn object(&mut self, value: &impl Serialize) {
        match serde_json::to_vec(value) {
            Ok(mut line) => {
                line.push(b'\n');
                self.write(&line);
            }
            Err(_) => self.failure = Some(ErrorKind::InvalidData),
        }
    }

    /// A line of words. Not to be used with `--json`.
    pub(crate) fn text(&mut self, line: &str) {
        self.write(line.as_bytes());
        self.write(b"\n");
    }

    /// A remark beside the answer, on standard error; nothing with `--json`.
    pub(crate) fn note(&mut self, line: &str) {
        if !self.json {
            // There is nowhere left to complain about a closed standard error.
            let _ = writeln!(self.err, "{line}");
        }
    }

    /// Bytes as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        if self.failure.is_none()
            && let Err(error) = self.out.write_all(bytes).and_then(|()| self.out.flush())
        {
            self.failure = Some(error.kind());
        }
    }

    /// Says why there is no answer, if there is none, and turns the end into a status.
    pub(crate) fn finish(mut self, exit: Exit) -> ExitCode {
        let exit = match self.failure {
            None | Some(ErrorKind::BrokenPipe) => exit,
            Some(kind) => Exit::failed(
                "output_failed",
                format!("the answer could not be written: {kind}"),
            ),
        };
        if let Exit::Unusable(problem) | Exit::Failed(problem) = &exit {
            let line = if self.json {
                json!({ "error": { "code": problem.code, "message": problem.message } }).to_string()
            } else {
                format!("acasa: {}", problem.message)
            };
            // As above: a closed standard error leaves only the status.
            let _ = writeln!(self.err, "{line}");
        }
        ExitCode::from(exit.status())
    }
}

#[cfg(test)]
mod tests;
