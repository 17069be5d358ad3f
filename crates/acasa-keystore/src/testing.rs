//! The contract every [`Keystore`] keeps, one named case a promise.

use crate::{Keystore, KeystoreError, MAX_SECRET};

/// A case gets an implementation and says what is wrong, if anything.
pub type Case = fn(&dyn Keystore) -> Result<(), String>;

/// The cases. Each uses profile names of its own and leaves nothing behind.
pub const CONTRACT: &[(&str, Case)] = &[
    ("an_available_keystore_says_so", available),
    ("an_empty_slot_reads_as_none", empty),
    ("what_was_set_is_read_back_byte_for_byte", round_trip),
    ("setting_again_replaces", replaces),
    (
        "a_deleted_slot_is_empty_and_deleting_it_again_is_no_error",
        deletes,
    ),
    ("profiles_do_not_see_each_other", separates),
    ("the_largest_secret_fits_and_a_larger_one_is_refused", bounds),
    ("names_outside_the_alphabet_are_refused", names),
];

fn available(keystore: &dyn Keystore) -> Result<(), String> {
    keystore.available().map_err(say)
}

fn empty(keystore: &dyn Keystore) -> Result<(), String> {
    expect(
        keystore.get("contract-empty", "nothing").map_err(say)?.is_none(),
        "not empty",
    )
}

fn round_trip(keystore: &dyn Keystore) -> Result<(), String> {
    // All byte values: a keystore that passes secrets through text would lose some.
    let secret: Vec<u8> = (0..=255).collect();
    keystore.set("contract-round", "secret", &secret).map_err(say)?;
    let read = keystore.get("contract-round", "secret").map_err(say)?;
    keystore.delete("contract-round", "secret").map_err(say)?;
    expect(read.is_some_and(|r| *r == secret), "other bytes came back")
}

fn replaces(keystore: &dyn Keystore) -> Result<(), String> {
    keystore
        .set("contract-replace", "secret", b"first")
        .map_err(say)?;
    keystore
        .set("contract-replace", "secret", b"second")
        .map_err(say)?;
    let read = keystore.get("contract-replace", "secret").map_err(say)?;
    keystore.delete("contract-replace", "secret").map_err(say)?;
    expect(
        read.is_some_and(|r| **r == *b"second"),
        "the first secret is still there",
    )
}

fn deletes(keystore: &dyn Keystore) -> Result<(), String> {
    keystore.set("contract-delete", "secret", b"x").map_err(say)?;
    keystore.delete("contract-delete", "secret").map_err(say)?;
    keystore.delete("contract-delete", "secret").map_err(say)?;
    expect(
        keystore.get("contract-delete", "secret").map_err(say)?.is_none(),
        "still there",
    )
}

fn separates(keystore: &dyn Keystore) -> Result<(), String> {
    keystore.set("contract-one", "secret", b"one").map_err(say)?;
    let other = keystore.get("contract-two", "secret").map_err(say)?;
    keystore.delete("contract-two", "secret").map_err(say)?;
    let own = keystore.get("contract-one", "secret").map_err(say)?;
    keystore.delete("contract-one", "secret").map_err(say)?;
    expect(other.is_none(), "another profile's secret was read")?;
    expect(own.is_some(), "another profile's delete took effect")
}

fn bounds(keystore: &dyn Keystore) -> Result<(), String> {
    let largest = vec![0xA5; MAX_SECRET];
    keystore.set("contract-bounds", "secret", &largest).map_err(say)?;
    let read = keystore.get("contract-bounds", "secret").map_err(say)?;
    let over = keystore.set("contract-bounds", "secret", &vec![0; MAX_SECRET + 1]);
    keystore.delete("contract-bounds", "secret").map_err(say)?;
    expect(
        read.is_some_and(|r| *r == largest),
        "the largest secret did not come back",
    )?;
    expect(
        matches!(over, Err(KeystoreError::NotAllowed)),
        "a larger secret was taken",
    )
}

fn names(keystore: &dyn Keystore) -> Result<(), String> {
    for (profile, slot) in [
        ("", "slot"),
        ("a/b", "slot"),
        ("p", "Slot"),
        ("p", "ș"),
        ("p", "a b"),
        ("p", &"a".repeat(65)),
    ] {
        let refused = keystore.set(profile, slot, b"x");
        expect(
            matches!(refused, Err(KeystoreError::NotAllowed)),
            "a bad name was taken",
        )?;
    }
    Ok(())
}

fn expect(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn say(error: KeystoreError) -> String {
    format!("{}: {error}", error.code())
}
