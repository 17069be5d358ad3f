//! `acasa-devhost` in a process of its own, asked over its loopback port.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long an answer may take: deriving a key is slow on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running app.
pub(crate) struct Devhost {
    process: Child,
    address: String,
    session: String,
}

/// A command that may start it, for tests that want more of it.
pub(crate) fn command(folder: &Path, sandbox: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acasa-devhost"));
    command
        .arg("--profile")
        .arg(folder)
        .arg("--interface")
        .arg(folder)
        .env("ACASA_SANDBOX", sandbox)
        // No keystore is there: the profile is locked by a passphrase, and outlives its process.
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

impl Devhost {
    /// Starts the app on a folder, for the sandbox of this line.
    pub(crate) fn start(folder: &Path, sandbox: &str) -> Self {
        Self::of(command(folder, sandbox))
    }

    /// The app that a command starts.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut process = command.spawn().expect("the binary starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it speaks");
        let address = line.trim().strip_prefix("ACASA_DEVHOST=http://");
        let (address, token) = address.and_then(|rest| rest.split_once("/#")).expect(&line);
        let mut devhost = Self {
            process,
            address: address.to_owned(),
            session: String::new(),
        };
        let knock = serde_json::json!({ "token": token });
        let (head, _) = devhost.post("/session", &knock).expect("it lets one in");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).expect(&head);
        cookie.clone_into(&mut devhost.session);
        devhost
    }

    /// Runs a command. The failure is the app's own word for it.
    pub(crate) fn ask(&self, command: &str, arguments: &Value) -> Result<Value, Value> {
        let (head, body) = self
            .post(&format!("/api/{command}"), arguments)
            .unwrap_or_else(|error| panic!("{command}: {error}"));
        let answer = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{command}: {head}"));
        if head.starts_with("HTTP/1.1 200") {
            Ok(answer)
        } else {
            Err(answer)
        }
    }

    /// Runs a command that must succeed.
    pub(crate) fn must(&self, command: &str, arguments: &Value) -> Value {
        self.ask(command, arguments)
            .unwrap_or_else(|failure| panic!("{command}: {failure}"))
    }

    /// One request on a connection of its own; fails when the app goes away meanwhile.
    pub(crate) fn post(&self, path: &str, body: &Value) -> std::io::Result<(String, String)> {
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            self.session,
            body.len(),
        );
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .ok_or(std::io::ErrorKind::UnexpectedEof)?;
        Ok((head.to_owned(), body.to_owned()))
    }

    /// Signs in, locks the profile with words that are returned, and receives all documents.
    pub(crate) fn enrol(&self, person: &str) -> String {
        self.must("sandbox_sign_in", &serde_json::json!({ "person": person }));
        let suggested = self.must("vault_suggest_passphrase", &serde_json::json!({}));
        let words: Vec<&str> = list(&suggested["words"])
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let words = words.join(" ");
        let create = serde_json::json!({ "kind": "passphrase", "secret": words });
        self.must("vault_create", &create);
        self.receive();
        words
    }

    /// Receives every document there is to receive.
    pub(crate) fn receive(&self) {
        let offers = self.must("consent_offers", &serde_json::json!({}));
        let ids: Vec<&Value> = list(&offers["offers"]).iter().map(|offer| &offer["id"]).collect();
        let mut receipt = self.must("documents_receive", &serde_json::json!({ "offers": ids }));
        let began = Instant::now();
        while receipt["finished"] != true {
            assert!(began.elapsed() < PATIENCE, "{receipt}");
            receipt = self.must("documents_receipt", &serde_json::json!({}));
        }
        for item in list(&receipt["items"]) {
            assert_eq!(item["state"], "done", "{item}");
        }
    }

    /// Unlocks with words, and says what became of it.
    pub(crate) fn unlock(&self, words: &str) -> Value {
        let opened = self.must("vault_unlock", &serde_json::json!({ "secret": words }));
        opened["outcome"].clone()
    }

    /// The documents held.
    pub(crate) fn documents(&self) -> Vec<Value> {
        let documents = self.must("documents_list", &serde_json::json!({}));
        list(&documents["documents"]).clone()
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends it at once, wherever it is.
    pub(crate) fn kill(mut self) -> ExitStatus {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends")
    }
}

impl Drop for Devhost {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A list in an answer.
pub(crate) fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}
