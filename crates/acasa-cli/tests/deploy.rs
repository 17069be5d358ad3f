//! What is in `deploy/` against the program it deploys: nothing here runs a container.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/acasa.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::acasa;
use tempfile::TempDir;
use yaml_rust2::{Yaml, YamlLoader};

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy");
/// What people's devices reach, and what those who watch do.
const PORTS: [i64; 2] = [8080, 9464];

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(DEPLOY).join(path)).expect("it is there")
}

fn yaml(path: &str) -> Vec<Yaml> {
    YamlLoader::load_from_str(&text(path)).expect("it is YAML")
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default();
        if name == "secrets" || name == ".env" {
            continue;
        }
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(path);
        }
    }
}

fn all_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(Path::new(DEPLOY), &mut found);
    assert!(found.len() >= 12, "{found:?}");
    found
}

fn help() -> String {
    acasa(&["gateway", "--help"]).stdout + &acasa(&["signer", "--help"]).stdout
}

/// The object of this kind and name.
fn object(kind: &str, name: &str) -> Yaml {
    let objects = yaml("kubernetes/gateway.yaml");
    let found = objects.into_iter().find(|object| {
        object["kind"].as_str() == Some(kind) && object["metadata"]["name"].as_str() == Some(name)
    });
    found.expect("it is there")
}

/// The settings of the composition, and those of the cluster.
fn settings() -> [String; 2] {
    let map = object("ConfigMap", "acasa-gateway");
    let map = map["data"]["gateway.toml"].as_str().expect("a text");
    [text("compose/gateway.toml"), map.to_owned()]
}

fn setting(settings: &str, key: &str) -> toml::Value {
    let table: toml::Table = toml::from_str(settings).expect("TOML");
    table[key].clone()
}

#[test]
fn every_file_of_yaml_is_one() {
    let mut read = 0;
    for path in all_files() {
        let ending = path.extension().unwrap_or_default();
        if ending == "yaml" || ending == "yml" {
            let text = fs::read_to_string(&path).expect("text");
            let documents = YamlLoader::load_from_str(&text).expect("YAML");
            assert!(
                documents.iter().all(|document| document.as_hash().is_some()),
                "{path:?}"
            );
            read += 1;
        }
    }
    assert_eq!(read, 3);
}

#[test]
fn every_option_and_variable_named_is_the_gateway_s() {
    let help = help();
    let others = ["ACASA_REPLICATION_PASSWORD", "ACASA_LOG"];
    let mut named = BTreeSet::new();
    for path in all_files() {
        let text = fs::read_to_string(&path).expect("text");
        let words =
            text.split(|letter: char| !(letter.is_ascii_uppercase() || "_0123456789".contains(letter)));
        named.extend(words.filter(|word| word.starts_with("ACASA_")).map(str::to_owned));
        let is_of_others =
            text.contains("pg_basebackup") || text.contains("openssl req") || text.contains("FROM ");
        let words = text.split(|letter: char| !(letter.is_ascii_lowercase() || letter == '-'));
        let options = words.filter(|word| word.starts_with("--") && !word.ends_with('-'));
        let of_gateway = |option: &&str| {
            let of_compose = ["--config", "--storage", "--encoding", "--locale", "--auth-host"];
            let of_tools = ["--username", "--dbname", "--build", "--user", "--help"];
            !of_compose.contains(option) && !of_tools.contains(option)
        };
        if !is_of_others {
            for option in options.filter(of_gateway) {
                assert!(help.contains(&format!("{option} ")), "{path:?}: {option}");
            }
        }
    }
    assert!(named.contains("ACASA_GATEWAY_CONFIG"));
    for variable in named {
        assert!(
            help.contains(&variable) || others.contains(&variable.as_str()),
            "{variable}"
        );
    }
}

#[test]
fn the_program_takes_the_settings() {
    for text in settings() {
        let folder = TempDir::new().expect("a folder");
        let file = folder.path().join("gateway.toml");
        fs::write(&file, &text).expect("it is written");
        let path = |path: &Path| path.to_str().expect("a plain path").to_owned();
        // One step with a key there is not: arguments are read as ever, and nothing is served.
        let ran = acasa(&[
            "gateway",
            "--json",
            "--config",
            &path(&file),
            "--data",
            &path(folder.path()),
            "--rotate",
            "nothing",
        ]);
        let code = ran.error_code();
        assert_eq!(code, "signer_holds_keys", "{}\n{text}", ran.stderr);
    }
}

#[test]
fn ports_are_the_same_everywhere() {
    let [public, numbers] = PORTS;
    for settings in settings() {
        for (key, port) in [("listen", public), ("metrics", numbers)] {
            assert_eq!(
                setting(&settings, key).as_str(),
                Some(format!("0.0.0.0:{port}").as_str())
            );
        }
    }
    let container = text("Containerfile");
    assert!(container.contains(&format!("EXPOSE {public} {numbers}")));
    assert!(container.contains(&format!("/dev/tcp/127.0.0.1/{public} ")));
    let proxy = text("compose/haproxy.cfg");
    assert_eq!(proxy.matches(&format!(":{public} check")).count(), 2);
    let watch = text("compose/prometheus.yml");
    assert!(watch.contains(&format!(r#"["gateway-1:{numbers}", "gateway-2:{numbers}"]"#)));
    let gateway = &object("Deployment", "acasa-gateway")["spec"]["template"]["spec"]["containers"][0];
    let ports = gateway["ports"].as_vec().expect("ports").iter();
    let ports: Vec<_> = ports.filter_map(|port| port["containerPort"].as_i64()).collect();
    assert_eq!(ports, PORTS);
    let policy = object("NetworkPolicy", "acasa-gateway");
    let let_in = policy["spec"]["ingress"].as_vec().expect("rules").iter();
    let let_in: Vec<_> = let_in
        .filter_map(|rule| rule["ports"][0]["port"].as_i64())
        .collect();
    assert_eq!(let_in, PORTS);
    let metrics = &object("Service", "acasa-gateway-metrics")["spec"]["ports"][0];
    assert_eq!(metrics["port"].as_i64(), Some(numbers));
}

#[test]
fn probes_ask_at_addresses_there_are() {
    let paths = include_str!("../../acasa-protocol/src/paths.rs");
    let gateway = &object("Deployment", "acasa-gateway")["spec"]["template"]["spec"]["containers"][0];
    for (probe, path) in [
        ("startupProbe", "/healthz"),
        ("livenessProbe", "/healthz"),
        ("readinessProbe", "/readyz"),
    ] {
        assert_eq!(gateway[probe]["httpGet"]["path"].as_str(), Some(path), "{probe}");
        assert!(paths.contains(&format!("\"{path}\"")), "{path}");
    }
    assert!(text("Containerfile").contains("GET /healthz HTTP/1.1"));
    assert!(text("compose/haproxy.cfg").contains("httpchk GET /readyz"));
}

#[test]
fn there_is_time_to_drain() {
    let [composed, clustered] = settings().map(|settings| setting(&settings, "drain").as_integer());
    let compose = &yaml("compose/compose.yaml")[0]["x-gateway"]["stop_grace_period"];
    let grace = compose.as_str().and_then(|grace| grace.strip_suffix('s'));
    let grace: i64 = grace.and_then(|grace| grace.parse().ok()).expect("seconds");
    assert!(composed.is_some_and(|drain| drain + 10 <= grace));
    let pod = &object("Deployment", "acasa-gateway")["spec"]["template"]["spec"];
    let grace = pod["terminationGracePeriodSeconds"].as_i64().expect("seconds");
    let before = &pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"];
    assert_eq!(before[0].as_str(), Some("sleep"));
    let before: i64 = before[1]
        .as_str()
        .and_then(|time| time.parse().ok())
        .expect("seconds");
    assert!(clustered.is_some_and(|drain| before + drain + 10 <= grace));
}

/// All of a pod's, those that come first before the others.
fn containers(pod: &Yaml) -> impl Iterator<Item = &Yaml> {
    let of = |kind: &str| pod[kind].as_vec().expect("containers").iter();
    of("initContainers").chain(of("containers"))
}

#[test]
fn only_the_signer_has_its_keys_and_all_it_shares_is_the_socket() {
    let address = |settings: &String| setting(settings, "address").as_str().map(str::to_owned);
    let socket = |settings: &String| setting(settings, "signer").as_str().map(str::to_owned);
    let [composed, clustered] = settings();
    let pod = &object("Deployment", "acasa-gateway")["spec"]["template"]["spec"];
    let mounts = |container: &Yaml| -> BTreeSet<String> {
        let mounts = container["volumeMounts"].as_vec().expect("mounts").iter();
        mounts
            .filter_map(|mount| mount["name"].as_str().map(str::to_owned))
            .collect()
    };
    let variable = |container: &Yaml, name: &str| {
        let mut all = container["env"].as_vec().expect("variables").iter();
        let found = all
            .find(|one| one["name"].as_str() == Some(name))
            .expect("it is there");
        found["value"].as_str().map(str::to_owned)
    };
    for container in containers(pod) {
        let is_signer = container["name"].as_str() == Some("signer");
        assert_eq!(mounts(container).contains("signer-keys"), is_signer);
        if is_signer {
            assert_eq!(mounts(container).len(), 2);
            assert_eq!(variable(container, "ACASA_SIGNER_ADDRESS"), address(&clustered));
            assert_eq!(variable(container, "ACASA_SIGNER_SOCKET"), socket(&clustered));
        }
    }

    let compose = &yaml("compose/compose.yaml")[0];
    let services = compose["services"].as_hash().expect("services");
    let has_keys = |service: &Yaml| {
        let volumes = service["volumes"].as_vec().into_iter().flatten();
        let anchor = compose["x-gateway"]["volumes"].as_vec().into_iter().flatten();
        let inherits = !service["<<"].is_badvalue();
        volumes.chain(anchor.filter(move |_| inherits)).any(|volume| {
            volume
                .as_str()
                .is_some_and(|volume| volume.starts_with("signer-keys:"))
        })
    };
    let holders: Vec<_> = services.iter().filter(|(_, service)| has_keys(service)).collect();
    assert_eq!(holders.len(), 1);
    let (name, signer) = holders[0];
    assert_eq!(name.as_str(), Some("signer"));
    assert_eq!(signer["network_mode"].as_str(), Some("none"));
    let given = &signer["environment"];
    assert_eq!(
        given["ACASA_SIGNER_ADDRESS"].as_str(),
        address(&composed).as_deref()
    );
    assert_eq!(
        given["ACASA_SIGNER_SOCKET"].as_str(),
        socket(&composed).as_deref()
    );
}

#[test]
fn nobody_is_root_and_nothing_is_written_but_what_is_named() {
    let container = text("Containerfile");
    assert!(container.contains("\nUSER 10001:10001\n"));
    let pod = &object("Deployment", "acasa-gateway")["spec"]["template"]["spec"];
    assert_eq!(pod["securityContext"]["runAsUser"].as_i64(), Some(10001));
    assert_eq!(pod["securityContext"]["runAsNonRoot"].as_bool(), Some(true));
    for container in containers(pod) {
        let confined = &container["securityContext"];
        assert_eq!(confined["readOnlyRootFilesystem"].as_bool(), Some(true));
        assert_eq!(confined["allowPrivilegeEscalation"].as_bool(), Some(false));
        assert_eq!(confined["capabilities"]["drop"][0].as_str(), Some("ALL"));
    }
    assert!(pod["shareProcessNamespace"].is_badvalue());
    let compose = &yaml("compose/compose.yaml")[0];
    assert_eq!(compose["x-gateway"]["read_only"].as_bool(), Some(true));
    let address = &compose["services"]["proxy"]["networks"]["front"]["ipv4_address"];
    let [composed, _] = settings();
    assert_eq!(setting(&composed, "proxy")[0].as_str(), address.as_str());
}
