//! A real PostgreSQL server of one test: its own folder, port and processes, gone with the test however it ends.

use std::{
    fs, io,
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use tempfile::TempDir;

use crate::PostgresSettings;

/// Whom Debian's package made to run servers: PostgreSQL refuses to run as root.
const USER: &str = "postgres";
const PASSWORD: &str = "of a test";
/// Makes and starts the server, then waits for the end of its input: nobody who started it is left.
const GUARDIAN: &str = r#"
set -e
if [ -n "$PRIMARY" ]; then
  PGPASSWORD="$PASSWORD" "$BIN/pg_basebackup" -h 127.0.0.1 -p "$PRIMARY" -U postgres -D "$FOLDER/data" -R -X stream -c fast --no-sync
else
  printf '%s' "$PASSWORD" > "$FOLDER/password"
  "$BIN/initdb" -D "$FOLDER/data" -U postgres -A scram-sha-256 --pwfile="$FOLDER/password" -E UTF8 --locale=C --no-sync
fi
cat "$FOLDER/settings" >> "$FOLDER/data/postgresql.conf"
"$BIN/pg_ctl" start -w -D "$FOLDER/data" -l "$FOLDER/log"
echo ready
set +e
read -r _
"$BIN/pg_ctl" stop -m immediate -D "$FOLDER/data"
rm -rf "$FOLDER"
"#;

/// A server on 127.0.0.1 and a socket in its folder.
pub struct PostgresServer {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    databases: AtomicU32,
    guardian: Child,
    alive: Option<ChildStdin>,
}

impl PostgresServer {
    /// Where the newest installed server's programs are, if there is one.
    pub fn programs() -> Option<PathBuf> {
        let installed = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten();
        let found = installed.filter_map(|version| {
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            let programs = version.path().join("bin");
            programs.join("initdb").exists().then_some((number, programs))
        });
        found.max().map(|(_, programs)| programs)
    }

    /// A new server with these lines in its settings.
    pub fn start(settings: &str) -> io::Result<Self> {
        Self::start_of(settings, "")
    }

    /// A standby that this server waits for from now on before it acknowledges a commit.
    pub fn start_standby(&self) -> io::Result<Self> {
        let standby = Self::start_of("", &self.port.to_string())?;
        self.run("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
        self.run("postgres", "SELECT pg_reload_conf()");
        let mut client = self.client("postgres");
        let count = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        while client
            .query_one(count, &[])
            .map_err(io::Error::other)?
            .get::<_, i64>(0)
            == 0
        {
            std::thread::yield_now();
        }
        Ok(standby)
    }

    /// Makes a standby the primary.
    pub fn promote(&self) {
        self.control(&["promote", "-w"]).expect("it is promoted");
    }

    fn start_of(settings: &str, primary: &str) -> io::Result<Self> {
        let programs = Self::programs().ok_or_else(|| io::Error::other("PostgreSQL is not installed"))?;
        // The port is free until somebody else takes it.
        let mut last = io::Error::other("no try");
        for _ in 0..3 {
            match Self::try_start(&programs, settings, primary) {
                Ok(server) => return Ok(server),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn try_start(programs: &Path, settings: &str, primary: &str) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let lines = format!(
            "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\n\
             max_connections = 200\nshared_buffers = 64MB\n{settings}\n",
            folder.path().display()
        );
        fs::write(folder.path().join("settings"), lines)?;
        give(folder.path())?;
        let mut guardian = as_user("/bin/sh", folder.path())
            .args(["-c", GUARDIAN])
            .env("BIN", programs)
            .env("FOLDER", folder.path())
            .env("PASSWORD", PASSWORD)
            .env("PRIMARY", primary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let alive = guardian.stdin.take();
        let told = guardian.stdout.take().map(BufReader::new);
        let is_ready = told
            .into_iter()
            .flat_map(BufRead::lines)
            .map_while(Result::ok)
            .any(|line| line == "ready");
        if !is_ready {
            let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            let _ = guardian.wait();
            return Err(io::Error::other(format!("PostgreSQL does not start: {log}")));
        }
        Ok(Self {
            programs: programs.to_owned(),
            folder,
            port,
            databases: AtomicU32::new(0),
            guardian,
            alive,
        })
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The password of `postgres`.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Address of a new, empty database, without the password.
    pub fn new_database(&self) -> String {
        let name = format!("acasa_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run("postgres", &format!("CREATE DATABASE {name}"));
        self.address(&name)
    }

    /// Settings for a new, empty database.
    pub fn new_settings(&self) -> PostgresSettings {
        self.settings(&self.new_database())
    }

    /// Settings for a database.
    pub fn settings(&self, address: &str) -> PostgresSettings {
        let settings: PostgresSettings = address.parse().expect("an address");
        settings.with_password(PASSWORD.as_bytes())
    }

    /// Makes a database as new again.
    pub fn empty(&self, address: &str) {
        let name = address.rsplit('/').next().unwrap_or_default();
        self.run(name, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    }

    /// Address of a database.
    pub fn address(&self, name: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// Runs statements as the one who may do everything, past the storage.
    pub fn run(&self, database: &str, sql: &str) {
        self.client(database).batch_execute(sql).expect("it runs");
    }

    /// Another session on a database.
    pub fn client(&self, database: &str) -> postgres::Client {
        let mut config: postgres::Config = self.address(database).parse().expect("an address");
        config
            .password(PASSWORD)
            .connect(postgres::NoTls)
            .expect("the server answers")
    }

    /// Offers TLS with this certificate and key, in PEM.
    pub fn encrypt(&self, certificate: &str, key: &str) {
        let data = self.folder.path().join("data");
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            fs::write(data.join(name), text).expect("it is written");
            fs::set_permissions(data.join(name), fs::Permissions::from_mode(0o600))
                .expect("for its owner only");
            give(&data.join(name)).expect("the server may read it");
        }
        self.run("postgres", "ALTER SYSTEM SET ssl = on");
        self.control(&["restart", "-w", "-m", "fast"])
            .expect("it starts again");
    }

    /// Ends every process of the server at once, as a failing machine does: nothing is written any more.
    pub fn crash(&self) {
        self.control(&["stop", "-m", "immediate"]).expect("it stops");
    }

    /// Starts it again with what is on the disk.
    pub fn restart(&self) {
        self.control(&["start", "-w"]).expect("it starts");
    }

    /// Runs one of PostgreSQL's own programs on this server.
    pub fn tool(&self, name: &str, arguments: &[&str]) -> io::Result<Output> {
        as_user(self.programs.join(name), self.folder.path())
            .args(["-h", "127.0.0.1", "-U", "postgres", "-p", &self.port.to_string()])
            .args(arguments)
            .env("PGPASSWORD", PASSWORD)
            .output()
    }

    fn control(&self, arguments: &[&str]) -> io::Result<Output> {
        let log = self.folder.path().join("log");
        let output = as_user(self.programs.join("pg_ctl"), self.folder.path())
            .args(arguments)
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .arg("-l")
            .arg(log)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output()?;
        if output.status.success() {
            Ok(output)
        } else {
            Err(io::Error::other(
                String::from_utf8_lossy(&output.stderr).into_owned(),
            ))
        }
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        drop(self.alive.take());
        let _ = self.guardian.wait();
    }
}

/// A program run as who may run the server, in a folder that they may enter.
fn as_user(program: impl AsRef<Path>, folder: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", USER, "--"]).arg(program.as_ref());
        command
    } else {
        Command::new(program.as_ref())
    };
    command.current_dir(folder);
    command
}

fn give(folder: &Path) -> io::Result<()> {
    if !is_root() {
        return Ok(());
    }
    let output = Command::new("id").args(["-u", USER]).output()?;
    let number = String::from_utf8_lossy(&output.stdout);
    let number = number.trim().parse().map_err(io::Error::other)?;
    std::os::unix::fs::chown(folder, Some(number), None)
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
