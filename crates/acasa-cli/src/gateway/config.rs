//! Settings of the gateway in a file. Each key is an option's name; what the environment or the command line also says
//! goes before it.

use crate::output::Exit;
use acasa_gateway::Url;
use serde::Deserialize;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes.
const FILE_LIMIT: u64 = 64 * 1024;
const OPTION: &str = "--config";
const VARIABLES: &str = "ACASA_GATEWAY_";

/// Settings of `acasa gateway`, as `--config FILE` reads them from TOML. Each key is an option's name. Secrets have no
/// place here: name the files that hold them.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(
    dead_code,
    reason = "what the file says becomes options; this is what it may say"
)]
struct Settings {
    /// Where to listen
    listen: Option<SocketAddr>,
    /// Where apps reach it, if a proxy is in front
    address: Option<String>,
    /// Folder of keys and database
    data: Option<PathBuf>,
    /// PostgreSQL databases, the shards in their order
    database: Option<Vec<String>>,
    /// File with the databases' password
    database_password_file: Option<PathBuf>,
    /// The authorities the databases' certificates may come from
    database_trust: Option<PathBuf>,
    /// Module of the PKCS#11 token
    pkcs11_module: Option<PathBuf>,
    /// Label of the token
    pkcs11_token: Option<String>,
    /// File with the token's PIN
    pkcs11_pin_file: Option<PathBuf>,
    /// Socket of the signer that has the keys
    signer: Option<PathBuf>,
    /// What certificates are called after
    authority_name: Option<String>,
    /// The oldest version of the app that may act
    minimum_app: Option<String>,
    /// Address of MLog
    mlog: Option<String>,
    /// IDNO of the organisation that runs the gateway
    mlog_organisation: Option<String>,
    /// Certificate for MLog
    mlog_certificate: Option<PathBuf>,
    /// That certificate's private key
    mlog_key: Option<PathBuf>,
    /// The authorities of MLog's certificate
    mlog_trust: Option<PathBuf>,
    /// Address of MNotify
    mnotify: Option<String>,
    /// Certificate for MNotify
    mnotify_certificate: Option<PathBuf>,
    /// That certificate's private key
    mnotify_key: Option<PathBuf>,
    /// The authorities of MNotify's certificate
    mnotify_trust: Option<PathBuf>,
    /// Address of MConnect Events
    mconnect_events: Option<String>,
    /// Certificate for MConnect Events
    mconnect_events_certificate: Option<PathBuf>,
    /// That certificate's private key
    mconnect_events_key: Option<PathBuf>,
    /// The authorities of the certificate of MConnect Events
    mconnect_events_trust: Option<PathBuf>,
    /// Where to listen for Prometheus
    metrics: Option<SocketAddr>,
    /// Address of the collector of traces
    traces: Option<String>,
    /// The share of traces that is sent
    traces_share: Option<f64>,
    /// After the signal to stop, seconds for requests that were taken
    drain: Option<u16>,
    /// Days for which devices are told of removals at least
    retention: Option<u16>,
    /// Proxies in front, or networks of nothing but proxies
    proxy: Option<Vec<String>>,
    /// Links that phones open in the app alone
    claimed_redirect: Option<Vec<String>>,
}

/// The arguments of `acasa gateway`, with what the file adds to them: options that neither the command line nor the
/// environment has.
pub(crate) fn with_file(mut arguments: Vec<OsString>) -> Result<Vec<OsString>, Exit> {
    let Some(path) = file(&arguments) else {
        return Ok(arguments);
    };
    let text = read(&path).map_err(|why| refuse("config_unreadable", &path, &why))?;
    let malformed = |error: toml::de::Error| refuse("config_malformed", &path, &error.to_string());
    toml::from_str::<Settings>(&text).map_err(malformed)?;
    let table: toml::Table = toml::from_str(&text).map_err(malformed)?;
    for (key, value) in &table {
        let option = format!("--{key}");
        let variable = format!("{VARIABLES}{}", key.replace('-', "_").to_uppercase());
        if value_of(&arguments, &option).is_some() || std::env::var_os(variable).is_some() {
            continue;
        }
        let one = std::slice::from_ref(value);
        let values = value.as_array().map_or(one, Vec::as_slice);
        for value in values {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if holds_password(&value) {
                let why = format!("{key}: a password has no place here, but in a file of its own");
                return Err(refuse("config_secret", &path, &why));
            }
            arguments.push(format!("{option}={value}").into());
        }
    }
    Ok(arguments)
}

/// The file that is named, if it is the gateway's.
fn file(arguments: &[OsString]) -> Option<PathBuf> {
    let mut words = arguments
        .iter()
        .skip(1)
        .filter(|argument| !argument.as_encoded_bytes().starts_with(b"-"));
    if words.next().is_none_or(|command| command != "gateway") {
        return None;
    }
    // These have options of their own.
    if words.any(|word| word == "reshard" || word == "migrate") {
        return None;
    }
    let named = value_of(arguments, OPTION).map(OsStr::to_owned);
    named
        .or_else(|| std::env::var_os(format!("{VARIABLES}CONFIG")))
        .map(PathBuf::from)
}

/// What follows an option, if it is given: `--option value` or `--option=value`.
fn value_of<'a>(arguments: &'a [OsString], option: &str) -> Option<&'a OsStr> {
    let mut rest = arguments.iter().skip(1);
    while let Some(argument) = rest.next() {
        if argument == option {
            return rest.next().map(OsString::as_os_str).or(Some(OsStr::new("")));
        }
        let text = argument.to_str().and_then(|text| text.strip_prefix(option));
        if let Some(value) = text.and_then(|text| text.strip_prefix('=')) {
            return Some(OsStr::new(value));
        }
    }
    None
}

fn read(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(FILE_LIMIT + 1)
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    if text.len() as u64 > FILE_LIMIT {
        return Err("larger than 64 KiB".to_owned());
    }
    Ok(text)
}

/// A file of settings is read by many: copied, compared, shown.
fn holds_password(value: &str) -> bool {
    Url::parse(value).is_ok_and(|address| {
        address.password().is_some() || address.query_pairs().any(|(name, _)| name == "password")
    })
}

fn refuse(code: &'static str, path: &Path, why: &str) -> Exit {
    Exit::unusable(code, format!("{}: {}", path.display(), why.trim_end()))
}

#[cfg(test)]
mod tests;
