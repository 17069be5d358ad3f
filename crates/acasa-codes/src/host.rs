//! Whose host is it? The state's, somebody's, or one made to look like the state's.

use crate::WarningCode;
use std::net::IpAddr;
use unicode_security::{MixedScript, skeleton};
use url::{Host, Url};

/// Domains under which only institutions of the state are found: the government's, the e-Governance
/// Agency's, and those of institutions outside the government.
const STATE_DOMAINS: [&str; 12] = [
    "gov.md",
    "egov.md",
    "bnm.md",
    "parlament.md",
    "presedinte.md",
    "justice.md",
    "cec.md",
    "sfs.md",
    "cna.md",
    "anre.md",
    "procuratura.md",
    "constcourt.md",
];

/// Hosts whose look-alikes are worth an attacker's while.
const KNOWN_HOSTS: [&str; 14] = [
    "mpay.gov.md",
    "mpass.gov.md",
    "msign.gov.md",
    "mpower.gov.md",
    "mcabinet.gov.md",
    "mdelivery.gov.md",
    "servicii.gov.md",
    "evo.gov.md",
    "actpermisiv.gov.md",
    "mia-qr.bnm.md",
    "mia.bnm.md",
    "wallet.egov.md",
    "semnatura.md",
    "gov.md",
];

/// Names of services of the state, as a whole word of a host or path.
const SERVICE_NAMES: [&str; 14] = [
    "mpay",
    "mpass",
    "msign",
    "mpower",
    "mnotify",
    "mcabinet",
    "mdelivery",
    "mdocs",
    "evo",
    "egov",
    "guvern",
    "guvernul",
    "bnm",
    "mia",
];

/// Services that hide where a link leads.
const SHORTENERS: [&str; 22] = [
    "bit.ly",
    "t.co",
    "goo.gl",
    "tinyurl.com",
    "is.gd",
    "v.gd",
    "ow.ly",
    "cutt.ly",
    "rb.gy",
    "shorturl.at",
    "t.ly",
    "clck.ru",
    "vk.cc",
    "s.id",
    "qrco.de",
    "rebrand.ly",
    "buff.ly",
    "lnkd.in",
    "tiny.cc",
    "bl.ink",
    "surl.li",
    "u.to",
];

/// Parameters that carry a further address.
const REDIRECTS: [&str; 14] = [
    "url",
    "redirect",
    "redirect_uri",
    "redirect_url",
    "redirecturl",
    "next",
    "target",
    "continue",
    "return",
    "returnurl",
    "dest",
    "destination",
    "goto",
    "u",
];

/// Ends of paths that a phone or a computer would run.
const PROGRAMS: [&str; 10] = [
    ".apk",
    ".apks",
    ".xapk",
    ".exe",
    ".msi",
    ".dmg",
    ".bat",
    ".scr",
    ".jar",
    ".mobileconfig",
];

/// Whether the host is on a domain of the state.
pub(crate) fn is_government(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    STATE_DOMAINS.iter().any(|domain| is_under(host, domain))
}

fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The warnings about an address in a text, if it is one.
pub(crate) fn warnings_of_text(text: &str) -> Vec<WarningCode> {
    Url::parse(text.trim())
        .map(|url| warnings(&url))
        .unwrap_or_default()
}

/// Every warning about a web address.
pub(crate) fn warnings(url: &Url) -> Vec<WarningCode> {
    let mut found = Vec::new();
    let mut add = |holds: bool, code| found.extend(holds.then_some(code));
    add(
        matches!(url.scheme(), "http" | "ws" | "ftp"),
        WarningCode::InsecureHttp,
    );
    add(
        !url.username().is_empty() || url.password().is_some(),
        WarningCode::UserinfoInUrl,
    );
    add(url.port().is_some(), WarningCode::UnusualPort);
    match url.host() {
        Some(Host::Domain(host)) => {
            add(true, WarningCode::NonGovernmentHost);
            found.retain(|code| *code != WarningCode::NonGovernmentHost || !is_government(host));
            found.extend(warnings_of_name(host, url));
        }
        Some(Host::Ipv4(address)) => found.extend(warnings_of_address(address.into())),
        Some(Host::Ipv6(address)) => found.extend(warnings_of_address(address.into())),
        None => {}
    }
    found.extend(warnings_of_path(url));
    found
}

fn warnings_of_address(address: IpAddr) -> Vec<WarningCode> {
    let local = match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    };
    let mut found = vec![WarningCode::NonGovernmentHost, WarningCode::IpAddressHost];
    found.extend(local.then_some(WarningCode::LocalHost));
    found
}

fn warnings_of_name(host: &str, url: &Url) -> Vec<WarningCode> {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let (shown, _) = idna::domain_to_unicode(&host);
    let mut found = Vec::new();
    let mut add = |holds: bool, code| found.extend(holds.then_some(code));
    add(
        host.split('.').any(|label| label.starts_with("xn--")),
        WarningCode::PunycodeHost,
    );
    add(
        shown.split('.').any(|label| !label.is_single_script()),
        WarningCode::MixedScriptHost,
    );
    add(
        !host.contains('.') || is_under(&host, "local"),
        WarningCode::LocalHost,
    );
    add(
        SHORTENERS.iter().any(|shortener| is_under(&host, shortener)),
        WarningCode::ShortenedLink,
    );
    if !is_government(&host) {
        // `https://mpay.gov.md@example.com`: the eye stops before the `@`.
        let masked = is_government(&url.username().to_ascii_lowercase());
        add(masked || is_look_alike(&host, &shown), WarningCode::LookAlikeHost);
        // What stands before `@` and in the path is written for the eye too.
        let dressed = format!(
            "{} {} {}",
            url.username(),
            url.path(),
            url.query().unwrap_or_default()
        );
        let claims = words(&host).any(|word| SERVICE_NAMES.contains(&word)) || names_the_state(&dressed);
        add(claims, WarningCode::StateServiceClaimed);
    }
    add(is_under(&host, "staging.egov.md"), WarningCode::TestEnvironment);
    found
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphabetic())
}

fn names_the_state(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let services = ["mpay", "mpass", "msign", "mpower", "mcabinet"];
    text.contains("gov.md") || text.contains("bnm.md") || words(&text).any(|word| services.contains(&word))
}

/// Whether a host outside the state's domains is made to be taken for one inside.
fn is_look_alike(host: &str, shown: &str) -> bool {
    let seen = folded(shown);
    let dotted = format!(".{}.", seen.replace('-', "."));
    let glued: String = seen.chars().filter(|c| !matches!(c, '.' | '-')).collect();
    let domains = ["gov.md", "egov.md", "bnm.md"];
    // The state's name in the middle, or with a hyphen for a dot: `mpay.gov.md.example.com`, `mpay-gov.md`.
    let inside = domains
        .iter()
        .any(|domain| dotted.contains(&format!(".{domain}.")));
    // Or with nothing for a dot: `mpaygov.md`, `govmd.com`.
    let run_together = ["govmd", "bnmmd"].iter().any(|name| glued.contains(name));
    let close = KNOWN_HOSTS
        .iter()
        .filter(|known| known.len() > 8)
        .any(|known| distance(&seen, known) <= 1);
    // Letters from elsewhere in the state's own domains: `bnm.mð`.
    let foreign = !shown.is_ascii()
        && domains
            .iter()
            .any(|domain| distance(&last_labels(&seen), domain) <= 1);
    inside || run_together || close || foreign || (seen != host && is_government(&seen))
}

fn last_labels(host: &str) -> String {
    let mut labels: Vec<&str> = host.rsplit('.').take(2).collect();
    labels.reverse();
    labels.join(".")
}

/// The name as the eye takes it: confusables by Unicode Technical Standard 39, digits and pairs that
/// pass for letters by the second step.
fn folded(shown: &str) -> String {
    // The standard folds `m` to `rn`, so it is applied to letters from outside ASCII only.
    let letters = shown.chars().flat_map(|c| {
        let mut buffer = [0; 4];
        let text: &str = c.encode_utf8(&mut buffer);
        if c.is_ascii() {
            vec![c]
        } else {
            skeleton(text).collect()
        }
    });
    let plain: String = letters
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '0' => 'o',
            '1' => 'l',
            '3' => 'e',
            '5' => 's',
            other => other,
        })
        .filter(|c| !matches!(c, '\u{300}'..='\u{36F}'))
        .collect();
    plain.replace("rn", "m").replace("vv", "w")
}

/// Edit distance, a swap of neighbours counting once. Hosts are at most 253 characters.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left.len().abs_diff(right.len()) > 1 {
        return usize::MAX;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for i in 1..=left.len() {
        let mut row = vec![i];
        for j in 1..=right.len() {
            let cost = usize::from(left[i - 1] != right[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(row[j - 1] + 1)
                .min(rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

fn warnings_of_path(url: &Url) -> Vec<WarningCode> {
    let mut found = Vec::new();
    let path = url.path().to_ascii_lowercase();
    found.extend(
        PROGRAMS
            .iter()
            .any(|end| path.ends_with(end))
            .then_some(WarningCode::DownloadLink),
    );
    let leads_on = url.query_pairs().any(|(name, value)| {
        let named = REDIRECTS.contains(&name.to_ascii_lowercase().as_str());
        let further = Url::parse(&value)
            .ok()
            .filter(|further| matches!(further.scheme(), "http" | "https"));
        named && further.is_some_and(|further| further.host() != url.host())
    });
    found.extend(leads_on.then_some(WarningCode::RedirectInLink));
    found
}

#[cfg(test)]
mod tests;
