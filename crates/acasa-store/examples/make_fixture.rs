//! Makes a profile of the present version, as tests keep one of each version: `make_fixture DIR`.
//! Run once, when a version of the schema is released; the folder goes to `tests/fixtures`.
#![expect(clippy::unwrap_used, reason = "a tool of the tests fails by panicking")]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use acasa_store::{
    ActFate, CopyKind, Cost, NewAct, NewCopy, NewDocument, Passphrase, Platform, Profile, Secret,
    SystemUptime, TrustList,
};
use jiff::Timestamp;

fn time() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).unwrap());
    let platform = Platform {
        slots: None,
        uptime: Arc::new(SystemUptime::new()),
        cost: Cost::Minimum,
    };
    let passphrase = Passphrase::make_random(6).unwrap();
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("passphrase.txt"), passphrase.expose()).unwrap();
    let (_, vault) = Profile::enrol(&folder, platform, &Secret::from(passphrase)).unwrap();

    let holder = "urn:md:idnp:2999000000014".parse().unwrap();
    let company = "urn:md:idno:1010600034203".parse().unwrap();
    vault.principals().set_holder(holder).unwrap();
    vault
        .principals()
        .grant(company, "2100-01-01T00:00:00Z".parse().unwrap())
        .unwrap();
    for (position, (principal, of)) in [(holder, "holder"), (company, "company")].into_iter().enumerate() {
        let copy = NewCopy {
            kind: CopyKind::Full,
            format: "mso_mdoc".into(),
            batch: "batch".into(),
            credential: vec![0xA1, 0x01, 0x02],
            key_handle: of.into(),
            status: Some(("https://example.md/1".into(), 5)),
            valid_from: time(),
            valid_until: "2100-01-01T00:00:00Z".parse().unwrap(),
        };
        let document = NewDocument {
            principal,
            doctype: "md.gov.wallet.pid.1".into(),
            summary: format!("{{\"of\":\"{of}\"}}"),
            portrait: Some(vec![0xFF, 0xD8]),
            position: i64::try_from(position).unwrap(),
            valid_until: "2100-01-01T00:00:00Z".parse().unwrap(),
            received_at: time(),
            copies: vec![copy],
        };
        vault.documents().insert(&document).unwrap();
    }
    let act = NewAct {
        id: uuid::Uuid::from_u128(1),
        principal: holder,
        actor: holder,
        name: "document.issue".into(),
        arguments: "{}".into(),
        made_at: time(),
        fate: ActFate::Waiting,
    };
    vault.acts().insert(&act).unwrap();
    let list = TrustList {
        version: 7,
        next_update: time(),
        fetched_at: time(),
        signed: b"signed".to_vec(),
    };
    vault.trust().set_list(&list).unwrap();
    vault.settings().set("language", &"ro").unwrap();
    vault.session().set("token", b"token").unwrap();
    vault.lock();
    fs::remove_file(folder.join("profile.lock")).unwrap();
}
