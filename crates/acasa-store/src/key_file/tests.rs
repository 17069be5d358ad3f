use proptest::prelude::*;

use super::*;
use crate::secret::Pin;

const PROFILE: &str = "00112233445566778899aabbccddeeff";

fn pin() -> Secret {
    Pin::enter("482913").unwrap().into()
}

fn sealed() -> (KeyFile, DeviceSecret, Key256) {
    let (device, key) = (
        DeviceSecret::make_random(0).unwrap(),
        Key256::make_random().unwrap(),
    );
    let file = KeyFile::seal(PROFILE, &pin(), &device, argon2id::Parameters::MINIMUM, &key).unwrap();
    (file, device, key)
}

#[test]
fn a_written_file_is_read_back_and_opens_with_the_same_pin() {
    let folder = tempfile::tempdir().unwrap();
    let (file, device, key) = sealed();

    file.write_new(folder.path()).unwrap();
    KeyFile::commit_new(folder.path()).unwrap();
    let read = KeyFile::read(folder.path()).unwrap();

    assert_eq!(read, file);
    assert_eq!(
        read.open(&pin(), &device).unwrap().unwrap().expose(),
        key.expose()
    );
}

#[test]
fn another_pin_or_another_device_secret_opens_nothing() {
    let (file, device, _) = sealed();
    let other = Pin::enter("482914").unwrap().into();
    assert!(file.open(&other, &device).unwrap().is_none());
    assert!(
        file.open(&pin(), &DeviceSecret::make_random(0).unwrap())
            .unwrap()
            .is_none()
    );
}

#[test]
fn the_stored_parameters_are_part_of_the_seal() {
    let (file, device, _) = sealed();
    let mut changes = vec![file.clone(); 4];
    changes[0].iterations += 1;
    changes[1].slot = 1;
    changes[2].kind = SecretKind::Passphrase;
    changes[3].secret_tag[0] ^= 1;
    for changed in changes {
        assert!(changed.open(&pin(), &device).unwrap().is_none());
    }
}

#[test]
fn parameters_weaker_than_allowed_or_out_of_reach_are_refused_before_any_derivation() {
    let (file, ..) = sealed();
    for (memory_kib, iterations) in [(1024, 3), (65_536, 1), (u32::MAX, 3), (65_536, u32::MAX)] {
        let weak = KeyFile {
            memory_kib,
            iterations,
            ..file.clone()
        };
        let bytes = serde_json::to_vec(&weak).unwrap();
        assert!(matches!(KeyFile::parse(&bytes), Err(StoreError::Parameters)));
    }
}

#[test]
fn a_file_of_a_newer_version_is_named_as_such_whatever_else_it_holds() {
    let newer = br#"{"version":2,"something":"else"}"#;
    assert!(matches!(
        KeyFile::parse(newer),
        Err(StoreError::NewerVersion { found: 2, known: 1 })
    ));
}

#[test]
fn a_truncated_or_enlarged_file_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = serde_json::to_vec(&sealed().0).unwrap();
    for content in [&bytes[..bytes.len() / 2], &b" ".repeat(5000)] {
        fs::write(folder.path().join(NAME), content).unwrap();
        assert!(matches!(KeyFile::read(folder.path()), Err(StoreError::Damaged)));
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused_without_panic(bytes: Vec<u8>) {
        prop_assert!(KeyFile::parse(&bytes).is_err());
    }
}
