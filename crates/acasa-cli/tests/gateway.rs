//! `acasa gateway` on the real binary: what it takes, and what it refuses before it starts.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/acasa.rs"]
mod support;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use support::acasa;
use tempfile::TempDir;

/// An invented organisation.
const ORGANISATION: &str = "1999000000006";

/// A gateway that runs, with what it said when it began.
struct Running {
    process: Child,
    said: Value,
}

impl Running {
    fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_acasa"))
            .args(["gateway", "--json"])
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let out = process.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("text");
        let said = serde_json::from_str(&line);
        Self {
            process,
            said: said.expect("it says where it is"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What MLog would be spoken to with.
struct Files(TempDir);

impl Files {
    fn make() -> Self {
        let files = Self(TempDir::new().expect("a folder"));
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let key = KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(authority, key).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let client = CertificateParams::default().signed_by(&key, &authority);
        files.write("certificate.pem", &client.expect("a certificate").pem());
        files.write("key.pem", &key.serialize_pem());
        files.write("trust.pem", &authority.pem());
        files
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("it is written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::Permissions::from_mode(0o600);
            fs::set_permissions(path, mode).expect("it is ours");
        }
    }

    fn path(&self, name: &str) -> String {
        plain(&self.0.path().join(name)).to_owned()
    }

    fn arguments(&self) -> Vec<String> {
        let options = [
            ("--mlog", "https://127.0.0.1:9".to_owned()),
            ("--mlog-organisation", ORGANISATION.to_owned()),
            ("--mlog-certificate", self.path("certificate.pem")),
            ("--mlog-key", self.path("key.pem")),
            ("--mlog-trust", self.path("trust.pem")),
        ];
        let both = |(name, value): (&str, String)| [name.to_owned(), value];
        options.into_iter().flat_map(both).collect()
    }

    /// The code with which a gateway with these files is refused.
    fn refused(&self) -> String {
        let mut arguments = vec!["gateway".to_owned(), "--json".to_owned()];
        arguments.extend(self.arguments());
        let ran = acasa(&arguments);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
        ran.error_code()
    }
}

fn plain(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

fn root_of(data: &Path) -> Vec<u8> {
    let path: PathBuf = data.join("keys").join("root.der");
    fs::read(path).expect("a root")
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn certificates_are_called_after_the_authority_and_not_after_the_sandbox() {
    let (plainly, named) = (
        TempDir::new().expect("a folder"),
        TempDir::new().expect("a folder"),
    );

    let running = Running::start(&["--data", plain(plainly.path())], &[]);
    let told = Running::start(
        &[
            "--data",
            plain(named.path()),
            "--authority-name",
            "Acasa de probe",
        ],
        &[],
    );

    assert!(holds(&root_of(plainly.path()), "Acasa IACA"));
    assert!(!holds(&root_of(plainly.path()), "Sandbox"));
    assert!(holds(&root_of(named.path()), "Acasa de probe IACA"));
    assert_eq!(
        (&running.said["mlog"], &told.said["mlog"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn what_no_option_says_the_environment_may() {
    let data = TempDir::new().expect("a folder");
    let variables = [
        ("ACASA_GATEWAY_LISTEN", "127.0.0.1:0"),
        ("ACASA_GATEWAY_ADDRESS", "https://gateway.example"),
        ("ACASA_GATEWAY_DATA", plain(data.path())),
        ("ACASA_GATEWAY_AUTHORITY_NAME", "Acasa de acolo"),
        ("ACASA_GATEWAY_MINIMUM_APP", "1.2.3"),
    ];

    let running = Running::start(&["--authority-name", "Acasa de aici"], &variables);

    assert_eq!(running.said["gateway"], "https://gateway.example/");
    assert!(holds(&root_of(data.path()), "Acasa de aici IACA"));
}

#[test]
fn mlog_is_connected_when_all_of_it_is_named() {
    let files = Files::make();
    let arguments = files.arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();

    let running = Running::start(&arguments, &[]);

    assert_eq!(running.said["mlog"], "https://127.0.0.1:9/");
}

#[test]
fn files_that_are_not_what_mlog_needs_are_refused() {
    let of = |name: &str, content: &str| {
        let files = Files::make();
        files.write(name, content);
        files.refused()
    };
    let missing = Files::make();
    fs::remove_file(missing.path("trust.pem")).expect("it was there");
    let other_key = KeyPair::generate().expect("a key").serialize_pem();

    assert_eq!(of("certificate.pem", "no certificate"), "mlog_certificates");
    assert_eq!(of("key.pem", &other_key), "mlog_certificates");
    assert_eq!(of("trust.pem", ""), "mlog_certificates");
    assert_eq!(missing.refused(), "mlog_file");
}

#[cfg(unix)]
#[test]
fn a_key_for_mlog_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let files = Files::make();
    let mode = fs::Permissions::from_mode(0o644);
    fs::set_permissions(files.path("key.pem"), mode).expect("it is ours");

    assert_eq!(files.refused(), "mlog_key_permissions");
}

#[test]
fn settings_that_make_no_sense_are_bad_arguments() {
    let files = Files::make();
    let all = files.arguments();
    let words = |words: [&str; 2]| words.map(str::to_owned).to_vec();
    let with = |name: &str, value: &str| -> Vec<String> {
        let at = all
            .iter()
            .position(|argument| argument == name)
            .expect("an option");
        let mut changed = all.clone();
        value.clone_into(&mut changed[at + 1]);
        changed
    };
    let refused = [
        with("--mlog", "http://127.0.0.1:9"),
        with("--mlog-organisation", "2999000000003"),
        // Without what to trust.
        all.iter().take(8).cloned().collect(),
        words(["--mlog-key", "key.pem"]),
        words(["--minimum-app", "1.2"]),
        words(["--minimum-app", "1.2.+3"]),
        words(["--minimum-app", "v1.2.3"]),
        words(["--authority-name", ""]),
        words(["--authority-name", "Acasă"]),
    ];

    for options in refused {
        let mut arguments = vec!["gateway".to_owned(), "--json".to_owned()];
        arguments.extend(options);
        let ran = acasa(&arguments);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert_eq!(ran.error_code(), "bad_arguments", "{arguments:?}");
    }
}

#[test]
fn databases_that_cannot_be_used_are_named_and_their_password_is_not() {
    let data = TempDir::new().expect("a folder");
    let refused = |address: &str| {
        let ran = acasa(&[
            "gateway",
            "--json",
            "--data",
            plain(data.path()),
            "--database",
            address,
        ]);
        assert!(
            !ran.stderr.contains("hush") && ran.stdout.is_empty(),
            "{}",
            ran.stderr
        );
        (ran.status, ran.error_code())
    };
    let unusable = |code: &str| (2, code.to_owned());

    assert_eq!(
        refused("postgres://a:hush@db.example/acasa"),
        unusable("storage_unprotected")
    );
    assert_eq!(refused("a:hush@db.example"), unusable("storage_address"));
    let (status, code) = refused("postgres://a:hush@127.0.0.1:1/acasa");
    assert!(status > 2 && code == "storage_unavailable", "{status} {code}");
    let without_keys = acasa(&[
        "gateway",
        "--json",
        "--database",
        "postgres://a:hush@127.0.0.1:1/acasa",
    ]);
    assert_eq!(
        (without_keys.status, without_keys.error_code().as_str()),
        (2, "bad_arguments")
    );
}

#[cfg(unix)]
#[test]
fn the_signal_that_stops_services_ends_it_in_order() {
    let data = TempDir::new().expect("a folder");
    let mut running = Running::start(&["--data", plain(data.path())], &[]);

    let number = running.process.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &number]).status();
    let ended = running.process.wait().expect("it ends");

    assert!(sent.is_ok_and(|status| status.success()));
    assert_eq!(ended.code(), Some(0));
}

/// What one step says, which ends with yes.
fn step(data: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["gateway", "--json", "--data", plain(data)];
    all.extend(arguments);
    let ran = acasa(&all);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("JSON")
}

#[test]
fn a_person_is_named_in_a_file_and_erased_when_it_is_meant_only() {
    let data = TempDir::new().expect("a folder");
    let file = data.path().join("person");
    fs::write(&file, "2999000000003\n").expect("it is written");

    let counted = step(data.path(), &["--erase", plain(&file)]);
    let erased = step(data.path(), &["--erase", plain(&file), "--really"]);

    assert_eq!(
        (&counted["erased"], &counted["records"]),
        (&Value::Bool(false), &0.into())
    );
    assert!(counted["installations"].is_null());
    assert_eq!(
        (&erased["erased"], &erased["installations"]),
        (&Value::Bool(true), &0.into())
    );

    fs::write(&file, "2999000000004").expect("it is written");
    for arguments in [
        &["--erase", plain(&file)][..],
        &["--really"],
        &["--erase", "-", "--rewrap"],
    ] {
        let mut all = vec!["gateway", "--json", "--data", plain(data.path())];
        all.extend(arguments);
        let ran = acasa(&all);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!ran.stderr.contains("2999000000004"));
    }
}

#[cfg(unix)]
#[test]
fn a_root_key_is_replaced_in_two_steps() {
    use std::os::unix::fs::PermissionsExt as _;

    let data = TempDir::new().expect("a folder");
    let path = data.path().join("keys/payload.keys");
    drop(Running::start(&["--data", plain(data.path())], &[]));
    let keys = || -> Vec<String> {
        let text = fs::read_to_string(&path).expect("root keys");
        text.lines().map(str::to_owned).collect()
    };
    let first = keys();

    step(data.path(), &["--rotate", "payload"]);
    let both = keys();
    step(data.path(), &["--rewrap"]);
    let last = keys();

    assert_eq!((first.len(), both.len(), last.len()), (1, 2, 1));
    assert_eq!((&both[1], &both[0]), (&first[0], &last[0]));
    assert_ne!(first, last);
    let mode = fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("it is ours");
    let ran = acasa(&["gateway", "--json", "--data", plain(data.path()), "--rewrap"]);
    assert_eq!(
        (ran.status, ran.error_code()),
        (3, "root_keys_permissions".to_owned())
    );
}
/// The code with which a file of settings is refused, and what is said.
fn refused_settings(text: &str) -> (String, String) {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("gateway.toml");
    fs::write(&file, text).expect("it is written");
    let ran = acasa(&["gateway", "--json", "--config", plain(&file)]);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    (ran.error_code(), ran.stderr)
}

#[test]
fn a_file_says_what_neither_the_environment_nor_an_option_does() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("gateway.toml");
    let data = folder.path().join("data");
    let text = format!(
        "listen = \"127.0.0.1:0\"\naddress = \"https://file.example\"\nauthority-name = \"Din fisier\"\n\
         data = {:?}\nmetrics = \"127.0.0.1:0\"\nproxy = [\"127.0.0.1\", \"::1\"]\ntraces-share = 0.5\n",
        plain(&data)
    );
    fs::write(&file, text).expect("it is written");
    let variables = [
        ("ACASA_GATEWAY_CONFIG", plain(&file)),
        ("ACASA_GATEWAY_ADDRESS", "https://variable.example"),
        ("ACASA_GATEWAY_AUTHORITY_NAME", "Din variabila"),
    ];

    let running = Running::start(&["--authority-name=Din optiune"], &variables);

    assert_eq!(running.said["gateway"], "https://variable.example/");
    assert!(holds(&root_of(&data), "Din optiune IACA"));
    let metrics = running.said["metrics"].as_str().expect("an address");
    assert!(metrics.starts_with("http://127.0.0.1:"), "{metrics}");
}

#[test]
fn a_file_with_an_unknown_key_a_wrong_value_or_a_password_is_refused_by_name_and_line() {
    let (code, said) = refused_settings("listen = \"127.0.0.1:0\"\n\nlisen = 1\n");
    assert_eq!(code, "config_malformed");
    assert!(said.contains("lisen") && said.contains("line 3"), "{said}");
    let (code, said) = refused_settings("metrics = \"everywhere\"\n");
    assert_eq!(code, "config_malformed");
    assert!(said.contains("line 1"), "{said}");
    let (code, said) = refused_settings("database = [\"postgres://a:hush@127.0.0.1:1/acasa\"]\n");
    assert_eq!(code, "config_secret");
    assert!(!said.contains("hush"), "{said}");
    let (code, said) = refused_settings("traces-share = 2.0\n");
    assert_eq!(code, "bad_arguments");
    assert!(said.contains("--traces-share"), "{said}");
    let missing = acasa(&["gateway", "--json", "--config", "/nowhere/gateway.toml"]);
    assert_eq!(
        (missing.status, missing.error_code().as_str()),
        (2, "config_unreadable")
    );
}

#[test]
fn services_of_the_state_are_connected_when_all_of_each_is_named() {
    let files = Files::make();
    let options = |service: &str| {
        let of = |what: &str| format!("--{service}-{what}");
        vec![
            format!("--{service}=https://127.0.0.1:9"),
            of(&format!("certificate={}", files.path("certificate.pem"))),
            of(&format!("key={}", files.path("key.pem"))),
            of(&format!("trust={}", files.path("trust.pem"))),
        ]
    };
    for service in ["mnotify", "mconnect-events"] {
        let all = options(service);
        let arguments: Vec<&str> = all.iter().map(String::as_str).collect();
        let name = service.replace('-', "_");

        let running = Running::start(&arguments, &[]);
        assert_eq!(running.said[name.as_str()], "https://127.0.0.1:9/");

        let refused = acasa(&[&["gateway", "--json"], &arguments[..3]].concat());
        assert_eq!(
            (refused.status, refused.error_code().as_str()),
            (2, "bad_arguments")
        );
        let other = all[2].replace("key.pem", "trust.pem");
        let arguments = [
            "gateway",
            "--json",
            arguments[0],
            arguments[1],
            &other,
            arguments[3],
        ];
        let refused = acasa(&arguments);
        assert_eq!(
            (refused.status, refused.error_code().as_str()),
            (2, "service_certificates")
        );
    }
}
