//! `acasa sandbox` in a process of its own, to be killed and started anew over the same folder.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct State {
    process: Child,
    data: PathBuf,
    more: Vec<String>,
    /// What apps are started with.
    pub(crate) ready: String,
    /// How often it was killed.
    pub(crate) kills: u32,
}

impl State {
    /// `more` goes to the command line.
    pub(crate) fn start(data: &Path, more: &[String]) -> Self {
        let (process, ready) = spawn(data, more);
        Self {
            process,
            data: data.to_path_buf(),
            more: more.to_vec(),
            ready,
            kills: 0,
        }
    }

    /// Kills it where it stands, and starts another over what it left.
    pub(crate) fn kill_and_restart(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.kills += 1;
        let (process, ready) = spawn(&self.data, &self.more);
        assert_eq!(ready, self.ready, "the same state again");
        self.process = process;
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// Asks for something that must be written down; the answer, head and all.
    pub(crate) fn write_something(&self) -> String {
        let ready: Value = serde_json::from_str(&self.ready).unwrap();
        let address = ready["gateway"].as_str().unwrap();
        let address = address.strip_prefix("http://").unwrap().trim_end_matches('/');
        let address: SocketAddr = address.parse().unwrap();
        let body = r#"{"person":"1","document_type":"md.gov.wallet.pid.1"}"#;
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = "POST /sandbox/revoke HTTP/1.1\r\nContent-Type: application/json\r\nConnection: close\r\n";
        let length = body.len();
        write!(
            stream,
            "{head}Host: {address}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(data: &Path, more: &[String]) -> (Child, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_acasa"))
        .args(["--json", "sandbox", "--no-letters", "--seed", "1", "--data"])
        .arg(data)
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let said: Value = serde_json::from_str(&line).expect("the state starts");
    (process, said["sandbox"].to_string())
}
