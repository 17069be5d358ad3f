//! The state: `acasa sandbox` in a process of its own, so that stopping it is what it says.

use super::error::DemoError;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long the state may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running state. Dropped, it is stopped.
pub(super) struct State {
    process: Child,
    seed: u64,
    /// Where it keeps its data, if it does.
    data: Option<PathBuf>,
    /// What it printed: where it answers, and the key of its trust list.
    pub(super) ready: String,
    /// How many people live in it.
    pub(super) people: usize,
    /// Who they are: number of the cast, IDNP, document types.
    pub(super) residents: Vec<Resident>,
    address: SocketAddr,
}

/// A person of the state.
#[derive(Clone)]
pub(super) struct Resident {
    pub(super) id: String,
    pub(super) idnp: String,
    pub(super) documents: Vec<String>,
}

impl State {
    /// Starts this program once more, as the state.
    pub(super) fn start(seed: u64) -> Result<Self, DemoError> {
        Self::start_over(seed, None)
    }

    /// The same, over what an earlier one kept in this folder, and at the same address.
    pub(super) fn start_over(seed: u64, data: Option<&Path>) -> Result<Self, DemoError> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--json", "sandbox", "--no-letters", "--seed", &seed.to_string()]);
        if let Some(data) = data {
            command.arg("--data").arg(data);
        }
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let read = process
            .stdout
            .take()
            .map(|stdout| BufReader::new(stdout).read_line(&mut line));
        let understood = read.and_then(Result::ok).and_then(|_| understand(&line));
        let Some((ready, residents, address)) = understood else {
            stop(&mut process);
            return Err(DemoError::State("it does not start"));
        };
        Ok(Self {
            process,
            seed,
            data: data.map(Path::to_path_buf),
            ready,
            people: residents.len(),
            residents,
            address,
        })
    }

    /// Kills the process where it stands (`SIGKILL`); what it was about is lost or kept, whole.
    pub(super) fn kill(&mut self) {
        stop(&mut self.process);
    }

    /// Kills the process and starts another over the same data.
    pub(super) fn restart(&mut self) -> Result<(), DemoError> {
        self.kill();
        let again = Self::start_over(self.seed, self.data.as_deref())?;
        if again.ready != self.ready {
            return Err(DemoError::State("it is another one after its restart"));
        }
        *self = again;
        Ok(())
    }

    /// Has the state revoke a person's document with all its copies.
    ///
    /// One request to the loopback address is written by hand, because HTTP clients belong to the
    /// parts that talk to real services.
    pub(super) fn revoke(&self, person: &str, document_type: &str) -> Result<(), DemoError> {
        let body = json!({ "person": person, "document_type": document_type }).to_string();
        let request = format!(
            "POST /sandbox/revoke HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len(),
        );
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.take(64 << 10).read_to_string(&mut answer)?;
        if answer.starts_with("HTTP/1.1 200") {
            Ok(())
        } else {
            Err(DemoError::State("it revokes nothing"))
        }
    }

    /// Kills the process, and makes sure that nobody answers where it was.
    pub(super) fn cut(mut self) -> Result<(), DemoError> {
        stop(&mut self.process);
        match TcpStream::connect_timeout(&self.address, PATIENCE) {
            Err(_) => Ok(()),
            Ok(_) => Err(DemoError::State("somebody answers in its place")),
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        stop(&mut self.process);
    }
}

/// A process that ended by itself is stopped as well.
fn stop(process: &mut Child) {
    let _ = process.kill();
    let _ = process.wait();
}

fn understand(line: &str) -> Option<(String, Vec<Resident>, SocketAddr)> {
    let said: Value = serde_json::from_str(line).ok()?;
    let ready = said.get("sandbox")?;
    let address = ready.get("gateway")?.as_str()?;
    let address = address.strip_prefix("http://")?.trim_end_matches('/');
    let people = said.get("people")?.as_array()?.iter().map(resident);
    Some((ready.to_string(), people.collect(), address.parse().ok()?))
}

fn resident(person: &Value) -> Resident {
    let text = |key: &str| {
        person
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let documents = person.get("documents").and_then(Value::as_array);
    Resident {
        id: text("id"),
        idnp: text("idnp"),
        documents: documents
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_state_says_where_it_answers() {
        let line = r#"{"sandbox":{"gateway":"http://127.0.0.1:4242/","seed":1},"people":[{},{}]}"#;

        let (_, people, address) = understand(line).unwrap();

        assert_eq!((people.len(), address.port()), (2, 4242));
    }

    #[test]
    fn any_other_line_is_not_understood() {
        for line in [
            "",
            "{}",
            r#"{"sandbox":{"gateway":"https://example.org"},"people":[]}"#,
        ] {
            assert!(understand(line).is_none(), "{line}");
        }
    }
}
