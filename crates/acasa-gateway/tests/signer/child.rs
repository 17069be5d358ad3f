//! The service in a process of its own, and a process that asks it as somebody else.
#![expect(clippy::print_stdout, reason = "the parent reads it")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    num::NonZeroU32,
    os::unix::{fs::MetadataExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    sync::Arc,
};

use acasa_gateway::{
    Authority,
    ports::Clock,
    signer::{CEILING, JOURNAL, Service, Settings},
};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::sync::watch;

use crate::world::NOW;

/// Names the folder to a child that serves.
const SERVE: &str = "ACASA_TEST_SIGNER_DATA";
const ADDRESS: &str = "ACASA_TEST_SIGNER_ADDRESS";
const MOST: &str = "ACASA_TEST_SIGNER_CEILING";
/// Names the socket to a child that asks.
const ASK: &str = "ACASA_TEST_SIGNER_SOCKET";
/// Nobody.
const STRANGER: u32 = 65_534;

/// The moment at which the world stands still.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        NOW.parse().unwrap()
    }
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(Standing)
}

/// What this program does as a child, if it is one.
pub(crate) fn run() -> Option<ExitCode> {
    if let Some(data) = std::env::var_os(SERVE) {
        serve(&PathBuf::from(data));
        return Some(ExitCode::SUCCESS);
    }
    let socket = std::env::var_os(ASK)?;
    let address = std::env::var(ADDRESS).unwrap();
    let code = Authority::of_service(Path::new(&socket), &address)
        .err()
        .map_or("answered", |error| error.code());
    println!("{code}");
    Some(ExitCode::SUCCESS)
}

fn serve(data: &Path) {
    let ceiling = std::env::var(MOST).ok().and_then(|most| most.parse().ok());
    let settings = settings(data, &std::env::var(ADDRESS).unwrap(), ceiling);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let service = Service::open(&settings, clock()).unwrap();
        println!("serving");
        let (_stop, stopping) = watch::channel(false);
        service.serve(stopping).await.unwrap();
    });
}

fn settings(data: &Path, address: &str, ceiling: Option<NonZeroU32>) -> Settings {
    Settings {
        data: data.to_owned(),
        journal: data.join(JOURNAL),
        socket: data.join("s"),
        allowed: None,
        token: None,
        authority: "Acasa".parse().unwrap(),
        address: address.parse().unwrap(),
        minimum_app: None,
        ceiling: ceiling.unwrap_or(CEILING),
    }
}

/// A folder, and the service that works with it while there is one.
pub(crate) struct Signer {
    pub(crate) folder: TempDir,
    address: String,
    process: Option<Child>,
}

impl Signer {
    pub(crate) fn start(address: &str) -> Self {
        let mut signer = Self {
            folder: tempfile::tempdir().unwrap(),
            address: address.to_owned(),
            process: None,
        };
        signer.start_again(None);
        signer
    }

    /// Starts the service in the same folder, with so many signatures a minute.
    pub(crate) fn start_again(&mut self, ceiling: Option<u32>) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(SERVE, self.folder.path()).env(ADDRESS, &self.address);
        if let Some(ceiling) = ceiling {
            command.env(MOST, ceiling.to_string());
        }
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let out = process.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        assert_eq!(line, "serving\n");
        self.process = Some(process);
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("s")
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(self.folder.path(), &self.address, None)
    }

    /// What the service answers to a process of another user that may open the socket.
    pub(crate) fn ask_as_stranger(&self) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        // This program may lie where others do not get to.
        let program = self.folder.path().join("program");
        fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        open(&program, 0o755);
        open(self.folder.path(), 0o755);
        open(&self.socket(), 0o666);
        let output = Command::new(program)
            .env(ASK, self.socket())
            .env(ADDRESS, &self.address)
            .uid(STRANGER)
            .gid(STRANGER)
            .current_dir("/")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }
}

impl Drop for Signer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Whether this process may become another user.
pub(crate) fn is_root() -> bool {
    let folder = tempfile::tempdir().unwrap();
    fs::metadata(folder.path()).unwrap().uid() == 0
}
