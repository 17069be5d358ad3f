use std::rc::Rc;

use acasa_protocol::sync::{Fate, Record, Words};
use serde_json::json;

use super::*;

const RECORD: Place<'_> = Place::Record {
    principal: "p",
    kind: "k",
    id: "i",
    version: 7,
};

fn key() -> DataKey {
    DataKey(Key256::from_slice(&[7; 32]).unwrap())
}

#[test]
fn a_content_opens_in_its_place_and_in_no_other() {
    let sealed = key().seal(RECORD, "text").unwrap();
    let id = Uuid::from_u128(1);
    let place = |principal, kind, id, version| Place::Record {
        principal,
        kind,
        id,
        version,
    };

    assert_eq!(key().open(RECORD, &sealed).unwrap().expose(), b"text");
    for other in [
        place("q", "k", "i", 7),
        place("p", "l", "i", 7),
        place("p", "k", "j", 7),
        place("p", "k", "i", 8),
        place("p", "ki", "", 7),
        Place::Text { actor: "p", id },
        Place::Fate { actor: "p", id },
    ] {
        let refused = key().open(other, &sealed).err().unwrap();
        assert_eq!(refused.code(), "payload_broken");
    }
}

#[test]
fn what_is_not_sealed_is_not_read() {
    for kept in ["{}", "", "k1.", "k1.AAAA", "k2.AAAA", "k1.ă"] {
        assert_eq!(key().open(RECORD, kept).err().unwrap().code(), "payload_broken");
    }
}

#[test]
fn a_key_unwraps_for_its_principal_by_its_root_only() {
    let roots = RootKeys::make_random().unwrap();
    let (key, wrapped) = roots.make_key("p").unwrap();
    let sealed = key.seal(RECORD, "text").unwrap();

    let again = roots.unwrap("p", &wrapped).unwrap();

    assert!(again.open(RECORD, &sealed).is_ok());
    let code = |roots: &RootKeys, principal| roots.unwrap(principal, &wrapped).err().unwrap().code();
    assert_eq!(code(&roots, "q"), "payload_broken");
    assert_eq!(code(&RootKeys::make_random().unwrap(), "p"), "root_key_unknown");
}

#[test]
fn a_root_key_is_replaced_without_sealing_anew() {
    let old = RootKeys::make_random().unwrap();
    let (key, wrapped) = old.make_key("p").unwrap();
    let sealed = key.seal(RECORD, "text").unwrap();

    let both = RootKeys::parse(old.rotated().unwrap().to_text().expose()).unwrap();
    let rewrapped = both.rewrap("p", &wrapped).unwrap();
    let new = both.newest().unwrap();

    assert_eq!(both.names().count(), 2);
    assert!(old.unwrap("p", &rewrapped).is_err());
    assert!(new.unwrap("p", &wrapped).is_err());
    let again = new.unwrap("p", &rewrapped).unwrap();
    assert!(again.open(RECORD, &sealed).is_ok());
}

#[test]
fn what_is_no_file_of_root_keys_is_refused() {
    let one = RootKeys::make_random().unwrap().to_text();
    let many = one.expose().repeat(17);
    for text in [&b""[..], b"\n", b"AAAA\n", &[0xff], &many] {
        assert_eq!(
            RootKeys::parse(text).err().unwrap().code(),
            "root_keys_unreadable"
        );
    }
}

#[test]
fn an_outcome_outlives_its_key_without_its_contents() {
    let id = Uuid::from_u128(1);
    let words = Words {
        ro: "secret".into(),
        ru: Some("secret".into()),
        en: Some("secret".into()),
    };
    let record = Record {
        kind: "k".into(),
        id: "i".into(),
        version: 7,
        content: Some(json!("secret")),
    };
    let fates = [
        Fate::Applied {
            version: 7,
            records: vec![record],
        },
        Fate::Refused {
            code: "no".into(),
            reason: Some(words),
        },
    ];
    for fate in fates {
        let key = Rc::new(key());
        let kept = keep_fate(&key, "p", id, &fate).unwrap();
        let none = || Ok(None);
        let mut erased: serde_json::Value = serde_json::from_str(&kept).unwrap();
        erased.as_object_mut().unwrap().remove("sealed");

        assert!(!kept.contains("secret"));
        assert!(read_fate(|| Ok(Some(key)), "p", id, &kept).unwrap() == fate);
        assert_eq!(
            read_fate(none, "p", id, &kept).err().unwrap().code(),
            "payload_broken"
        );
        let left = read_fate(none, "p", id, &erased.to_string()).unwrap();
        assert!(match left {
            Fate::Applied { version, records } => version == 7 && records.is_empty(),
            Fate::Refused { code, reason } => code == "no" && reason.is_none(),
            Fate::Superseded { .. } => false,
        });
    }
}
