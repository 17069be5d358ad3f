//! The real binary, run in a process of its own.
#![allow(
    dead_code,
    reason = "each file of tests is a crate of its own and uses some of this"
)]

use serde_json::Value;
use std::ffi::OsStr;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// What a run of the command line left behind.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Every line of standard output, each one object.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let lines = self.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).expect("each line is JSON"))
            .collect()
    }

    /// The only line of standard output.
    pub(crate) fn answer(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "one answer: {}{}", self.stdout, self.stderr);
        lines.remove(0)
    }

    /// The code of the error on standard error, which holds nothing else.
    pub(crate) fn error_code(&self) -> String {
        let error: Value = serde_json::from_str(&self.stderr).expect("the error is JSON");
        assert!(error["error"]["message"].is_string(), "{error}");
        error["error"]["code"].as_str().expect("a code").to_owned()
    }
}

/// Runs `acasa` with nothing on standard input.
pub(crate) fn acasa<A: AsRef<OsStr>>(arguments: &[A]) -> Ran {
    acasa_reading(b"", arguments)
}

/// Runs `acasa` with that on standard input.
pub(crate) fn acasa_reading<A: AsRef<OsStr>>(stdin: &[u8], arguments: &[A]) -> Ran {
    let mut process = Command::new(env!("CARGO_BIN_EXE_acasa"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut pipe = process.stdin.take().expect("it is piped");
    // A command that does not read its standard input closes it early.
    let _ = pipe.write_all(stdin);
    drop(pipe);
    let output = process.wait_with_output().expect("it ends");
    Ran {
        status: output.status.code().expect("it ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}
