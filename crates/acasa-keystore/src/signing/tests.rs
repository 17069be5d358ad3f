use acasa_crypto::{Algorithm, SignatureFormat};

use super::*;
use crate::MemoryKeystore;

fn keys(keystore: &MemoryKeystore, sealed: &Arc<MemorySealedKeys>) -> impl SigningKeys + use<> {
    SoftwareSigningKeys::open(keystore, "p", Arc::clone(sealed)).unwrap()
}

fn verifies(public_key: &VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    public_key
        .verify(Algorithm::Es256, SignatureFormat::Fixed, message, signature)
        .is_ok()
}

#[test]
fn a_made_key_signs_what_its_attested_public_key_verifies() {
    let keys = keys(&MemoryKeystore::new(), &Arc::default());
    let handle = keys.make(1).unwrap().remove(0);

    let signature = keys.signer(&handle).unwrap().sign(b"message").unwrap();

    let attestation = keys.attest(&handle).unwrap();
    assert!(verifies(&attestation.public_key, b"message", &signature));
    assert!(!verifies(&attestation.public_key, b"another", &signature));
    assert_eq!(attestation.protection, Protection::Software);
    assert!(
        attestation.statement.is_none(),
        "nobody vouches for a software key"
    );
}

#[test]
fn keys_survive_a_restart_with_the_same_keystore() {
    let (keystore, sealed) = (MemoryKeystore::new(), Arc::default());
    let handle = keys(&keystore, &sealed).make(1).unwrap().remove(0);

    assert!(keys(&keystore, &sealed).signer(&handle).is_ok());
}

#[test]
fn sealed_keys_do_not_open_with_another_keystore() {
    let sealed = Arc::default();
    let handle = keys(&MemoryKeystore::new(), &sealed).make(1).unwrap().remove(0);

    let opened = keys(&MemoryKeystore::new(), &sealed).signer(&handle);

    assert!(matches!(opened.err(), Some(KeystoreError::Corrupted)));
}

#[test]
fn a_sealed_key_put_under_another_handle_does_not_open() {
    let sealed: Arc<MemorySealedKeys> = Arc::default();
    let keys = keys(&MemoryKeystore::new(), &sealed);
    let handles = keys.make(2).unwrap();
    let first = sealed.load(&handles[0]).unwrap().unwrap();
    sealed.save(&[(handles[1].clone(), first)]).unwrap();

    assert!(matches!(
        keys.signer(&handles[1]).err(),
        Some(KeystoreError::Corrupted)
    ));
}

#[test]
fn a_deleted_key_is_gone_and_the_others_stay() {
    let keys = keys(&MemoryKeystore::new(), &Arc::default());
    let handles = keys.make(2).unwrap();

    keys.delete(&handles[..1]).unwrap();

    assert!(matches!(
        keys.signer(&handles[0]).err(),
        Some(KeystoreError::NoSuchKey)
    ));
    assert!(keys.signer(&handles[1]).is_ok());
}

#[test]
fn a_batch_over_the_limit_is_refused_before_any_key_is_made() {
    let sealed: Arc<MemorySealedKeys> = Arc::default();

    let refused = keys(&MemoryKeystore::new(), &sealed).make(MAX_BATCH + 1);

    assert!(matches!(refused, Err(KeystoreError::NotAllowed)));
    assert!(sealed.keys.lock().unwrap().is_empty());
}

#[test]
fn handles_are_read_back_and_anything_else_is_refused() {
    let keys = keys(&MemoryKeystore::new(), &Arc::default());
    let handle = keys.make(1).unwrap().remove(0);

    assert_eq!(KeyHandle::parse(handle.as_str()).unwrap(), handle);
    for wrong in ["", "ab", "../../etc/passwd", &"G".repeat(32), &"é".repeat(16)] {
        assert!(KeyHandle::parse(wrong).is_err(), "{wrong} was taken");
    }
}
