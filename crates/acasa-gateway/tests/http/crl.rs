//! The list of revoked certificates, as other people's tools read it.

use std::{path::Path, process::Command};

use acasa_gateway::{Authority, AuthorityName, Custody, Retirement};

use crate::world::{NOW, Setting, World};

/// What OpenSSL says of a file in the folder; nothing where there is no OpenSSL.
fn openssl(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output();
    let required = std::env::var_os("CI").is_some_and(|value| value == "true");
    match output {
        Ok(output) => {
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8_lossy(&told).into_owned();
            assert!(output.status.success(), "{told}");
            Some(told)
        }
        Err(error) if required => panic!("openssl: {error}"),
        Err(_) => None,
    }
}

async fn fetch(world: &World, folder: &Path) {
    let response = world.request("GET", "/crl").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/pkix-crl");
    let list = response.bytes().await.unwrap();
    std::fs::write(folder.join("list.crl"), list).unwrap();
    let root = world.gateway.authority().root().as_der();
    std::fs::write(folder.join("root.der"), root).unwrap();
    openssl(
        folder,
        &["x509", "-inform", "DER", "-in", "root.der", "-out", "root.pem"],
    );
}

const READ: &[&str] = &[
    "crl", "-inform", "DER", "-in", "list.crl", "-noout", "-text", "-CAfile", "root.pem",
];

#[tokio::test]
async fn the_list_that_certificates_point_to_is_read_and_verified_by_openssl() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::start().await;
    fetch(&world, folder.path()).await;

    let Some(told) = openssl(folder.path(), READ) else {
        return;
    };

    assert!(told.contains("verify OK"), "{told}");
    assert!(told.contains("No Revoked Certificates"), "{told}");
    assert!(told.contains("Last Update: Nov 21 12:00:00 2026 GMT"), "{told}");
    assert!(told.contains("Next Update: Nov 28 12:00:00 2026 GMT"), "{told}");
    assert!(told.contains("X509v3 Authority Key Identifier"), "{told}");
    assert!(told.contains("X509v3 CRL Number"), "{told}");
    for (name, certificate) in world.gateway.authority().certificates() {
        std::fs::write(folder.path().join("one.der"), certificate.as_der()).unwrap();
        let arguments = ["x509", "-inform", "DER", "-in", "one.der", "-noout", "-text"];
        let told = openssl(folder.path(), &arguments).unwrap();
        assert!(
            told.contains(&format!("URI:{}", world.url("/crl"))),
            "{name}: {told}"
        );
    }
}

#[tokio::test]
async fn a_revoked_signer_is_in_the_list_and_no_other_is() {
    let folder = tempfile::tempdir().unwrap();
    let custody = Custody::in_folder(folder.path().join("keys"));
    let now = NOW.parse().unwrap();
    Authority::open_or_make(&custody, &AuthorityName::default(), "http://127.0.0.1:1", now).unwrap();
    std::fs::copy(folder.path().join("keys/asp.der"), folder.path().join("asp.der")).unwrap();
    Authority::retire(&custody, "asp", Retirement::Revoked, now).unwrap();
    let world = World::start_with(Setting {
        custody,
        ..Setting::default()
    })
    .await;
    fetch(&world, folder.path()).await;

    let Some(told) = openssl(folder.path(), READ) else {
        return;
    };

    let arguments = ["x509", "-inform", "DER", "-in", "asp.der", "-noout", "-serial"];
    let serial = openssl(folder.path(), &arguments).unwrap();
    let serial = serial.trim().trim_start_matches("serial=").to_owned();
    assert!(told.contains("verify OK"), "{told}");
    assert_eq!(told.matches("Serial Number:").count(), 1, "{told}");
    assert!(told.contains(&serial), "{serial}: {told}");
    assert!(told.contains("Key Compromise"), "{told}");
}
