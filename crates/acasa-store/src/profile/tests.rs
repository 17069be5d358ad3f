use std::path::Path;

use tempfile::TempDir;

use super::change::Step;
use super::*;
use crate::testing::{FakeUptime, MemorySlots};
use crate::{Passphrase, Pin, Secret, Vault};

struct World {
    root: TempDir,
    slots: Arc<MemorySlots>,
    uptime: Arc<FakeUptime>,
}

impl World {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        Self {
            root,
            slots: Arc::default(),
            uptime: Arc::default(),
        }
    }

    fn platform(&self) -> Platform {
        let uptime = Arc::clone(&self.uptime);
        Platform {
            slots: Some(self.slots.clone()),
            uptime,
            cost: Cost::Minimum,
        }
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join("profile")
    }

    /// A profile with one setting, locked and closed.
    fn enrolled() -> Self {
        let world = Self::new();
        let (_, vault) = Profile::enrol(&world.folder(), world.platform(), &right()).unwrap();
        vault.settings().set("planted", &"yes").unwrap();
        vault.lock();
        world
    }

    fn open(&self) -> Profile {
        Profile::open(&self.folder(), self.platform()).unwrap()
    }

    fn opens(&self, secret: &Secret) -> bool {
        self.open()
            .unlock(secret)
            .is_ok_and(|vault| holds_planted(&vault))
    }
}

fn right() -> Secret {
    Pin::enter("482913").unwrap().into()
}

fn wrong() -> Secret {
    Pin::enter("000001").unwrap().into()
}

fn other() -> Secret {
    Pin::enter("730052").unwrap().into()
}

fn holds_planted(vault: &Vault) -> bool {
    vault.settings().get::<String>("planted").unwrap().as_deref() == Some("yes")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Ten tries, with all the waiting between them.
fn spend_all_tries(world: &World, profile: &Profile) -> StoreError {
    for _ in 0..9 {
        assert!(matches!(
            profile.unlock(&wrong()),
            Err(StoreError::WrongSecret { .. })
        ));
        world.uptime.advance(Duration::from_hours(2));
    }
    profile.unlock(&wrong()).err().unwrap()
}

#[test]
fn the_right_pin_opens_the_vault_after_a_restart() {
    assert!(World::enrolled().opens(&right()));
}

#[test]
fn a_wrong_pin_says_how_many_tries_are_left_and_the_right_one_resets_them() {
    let world = World::enrolled();
    let profile = world.open();
    for left in [9, 8] {
        let error = profile.unlock(&wrong()).err().unwrap();
        assert!(matches!(error, StoreError::WrongSecret { tries_left: Some(n), .. } if n == left));
    }
    profile.unlock(&right()).unwrap();
    assert_eq!(profile.state().unwrap().tries_left, Some(10));
}

#[test]
fn after_five_wrong_pins_even_the_right_one_has_to_wait_and_is_not_counted() {
    let world = World::enrolled();
    let profile = world.open();
    for _ in 0..5 {
        profile.unlock(&wrong()).err().unwrap();
    }

    let refused = profile.unlock(&right()).err().unwrap();
    assert!(matches!(refused, StoreError::MustWait { wait } if wait == Duration::from_secs(30)));
    assert_eq!(profile.state().unwrap().tries_left, Some(5));

    world.uptime.advance(Duration::from_secs(30));
    assert!(profile.unlock(&right()).is_ok());
}

#[test]
fn a_wait_survives_restarting_the_app_and_the_machine() {
    let world = World::enrolled();
    let profile = world.open();
    for _ in 0..5 {
        profile.unlock(&wrong()).err().unwrap();
    }
    drop(profile);

    assert_eq!(world.open().state().unwrap().wait, Duration::from_secs(30));
    world.uptime.reboot();
    assert_eq!(world.open().state().unwrap().wait, Duration::from_secs(30));
}

#[test]
fn the_tenth_wrong_pin_destroys_the_keys_in_the_keystore_and_in_the_folder() {
    let world = World::enrolled();
    let profile = world.open();

    assert!(matches!(spend_all_tries(&world, &profile), StoreError::Destroyed));

    assert!(world.slots.names().is_empty(), "{:?}", world.slots.names());
    assert!(!world.folder().join(NAME).exists());
    drop(profile);
    assert!(matches!(
        Profile::open(&world.folder(), world.platform()),
        Err(StoreError::Destroyed)
    ));
}

#[test]
fn a_destroyed_profile_can_be_cleared_and_enrolled_again() {
    let world = World::enrolled();
    let profile = world.open();
    spend_all_tries(&world, &profile);
    drop(profile);

    Profile::clear(&world.folder()).unwrap();
    assert!(!world.folder().exists());
    let (_, vault) = Profile::enrol(&world.folder(), world.platform(), &other()).unwrap();
    assert!(!holds_planted(&vault));
}

#[test]
fn the_counter_is_raised_before_the_try_is_judged() {
    let world = World::enrolled();
    let profile = world.open();
    // A key file whose seal cannot be opened stands for a process killed during the derivation.
    let file = KeyFile::read(&world.folder()).unwrap();
    let device = profile.device(&file).unwrap();
    let before = device.attempts().unwrap().tries_left();
    world.slots.set_failing(true);

    let refused = profile.unlock(&right()).err().unwrap();

    world.slots.set_failing(false);
    assert_eq!(refused.code(), "keystore_locked");
    assert_eq!(device.attempts().unwrap().tries_left(), before, "no try was made");
}

#[test]
fn a_tenth_try_that_was_cut_off_destroys_the_keys_at_the_next() {
    let world = World::enrolled();
    let profile = world.open();
    let file = KeyFile::read(&world.folder()).unwrap();
    let device = profile.device(&file).unwrap();
    let spent = (0..10).fold(device.attempts().unwrap(), |a, _| a.raised(world.uptime.now()));
    device.keep_attempts(spent).unwrap();

    assert!(matches!(profile.unlock(&right()), Err(StoreError::Destroyed)));
    assert!(world.slots.names().is_empty());
}

#[test]
fn a_copied_folder_with_the_right_pin_does_not_open_on_another_keystore() {
    let (world, elsewhere) = (World::enrolled(), World::new());
    copy(&world.folder(), &elsewhere.folder());

    let refused = elsewhere.open().unlock(&right()).err().unwrap();

    assert!(matches!(refused, StoreError::OtherDevice));
}

#[test]
fn copying_an_old_folder_back_resets_no_counter() {
    let world = World::enrolled();
    let backup = world.root.path().join("backup");
    copy(&world.folder(), &backup);
    let profile = world.open();
    for _ in 0..3 {
        profile.unlock(&wrong()).err().unwrap();
    }
    drop(profile);

    copy(&backup, &world.folder());

    assert_eq!(world.open().state().unwrap().tries_left, Some(7));
}

#[test]
fn a_folder_from_before_a_change_of_pin_does_not_open_with_the_old_pin() {
    let world = World::enrolled();
    let backup = world.root.path().join("backup");
    copy(&world.folder(), &backup);
    // Two changes bring the device secret back to the slot it began in.
    for (old, new) in [(right(), other()), (other(), right())] {
        world.open().change_secret(&old, &new).unwrap();
        let present = world.root.path().join("present");
        copy(&world.folder(), &present);
        copy(&backup, &world.folder());
        assert!(matches!(
            world.open().unlock(&right()),
            Err(StoreError::OtherDevice)
        ));
        copy(&present, &world.folder());
    }
    assert!(world.opens(&right()));
}

#[test]
fn a_keystore_that_lost_only_the_counter_gives_no_free_tries() {
    let world = World::enrolled();
    let profile = world.open();
    let name = profile.name().unwrap();
    Slots::delete(&*world.slots, &name, "attempts").unwrap();

    let state = profile.state().unwrap();

    assert_eq!((state.tries_left, state.wait), (Some(5), Duration::from_secs(30)));
    world.uptime.advance(Duration::from_secs(30));
    assert!(opens(&profile), "the wait runs out, and the right PIN opens");
}

fn opens(profile: &Profile) -> bool {
    profile.unlock(&right()).is_ok_and(|vault| holds_planted(&vault))
}

#[test]
fn a_profile_is_forgotten_also_where_its_keystore_is_gone() {
    let world = World::enrolled();
    let platform = Platform {
        slots: None,
        ..world.platform()
    };

    Profile::open(&world.folder(), platform)
        .unwrap()
        .forget()
        .unwrap();

    assert!(!Profile::exists(&world.folder()));
}

#[test]
fn changing_the_pin_draws_a_new_device_secret_and_drops_the_old() {
    let world = World::enrolled();
    let before = KeyFile::read(&world.folder()).unwrap();

    world.open().change_secret(&right(), &other()).unwrap();

    let after = KeyFile::read(&world.folder()).unwrap();
    assert_ne!(before.secret_tag, after.secret_tag);
    assert_eq!(world.slots.names(), ["attempts", "device-secret.1"]);
    assert!(world.opens(&other()));
    assert!(matches!(
        world.open().unlock(&right()),
        Err(StoreError::WrongSecret { .. })
    ));
}

#[test]
fn cut_off_after_any_step_of_a_change_exactly_one_pin_opens_and_the_next_unlock_tidies_up() {
    let steps = [
        Step::Verified,
        Step::DeviceSecretKept,
        Step::KeyFileWritten,
        Step::Committed,
        Step::OldSecretDropped,
    ];
    for fatal in steps {
        let world = World::enrolled();
        let cut = world
            .open()
            .change_secret_by_steps(&right(), &other(), &mut |step| {
                if step == fatal {
                    Err(StoreError::Busy)
                } else {
                    Ok(())
                }
            });
        assert!(matches!(cut, Err(StoreError::Busy)), "{fatal:?} was not reached");

        let holds = matches!(fatal, Step::Committed | Step::OldSecretDropped);
        let (opens, refused) = if holds {
            (other(), right())
        } else {
            (right(), other())
        };
        assert!(
            matches!(world.open().unlock(&refused), Err(StoreError::WrongSecret { .. })),
            "{fatal:?}"
        );
        assert!(world.opens(&opens), "{fatal:?}: neither opens");
        assert_eq!(
            world.slots.names().len(),
            2,
            "{fatal:?} left {:?}",
            world.slots.names()
        );
    }
}

#[test]
fn a_wrong_old_pin_at_a_change_counts_like_a_try() {
    let world = World::enrolled();
    let profile = world.open();
    let refused = profile.change_secret(&wrong(), &other()).err().unwrap();
    assert!(matches!(
        refused,
        StoreError::WrongSecret {
            tries_left: Some(9),
            ..
        }
    ));
}

#[test]
fn without_a_keystore_a_pin_is_refused_and_a_passphrase_taken() {
    let world = World::new();
    let platform = Platform {
        slots: None,
        ..world.platform()
    };
    let refused = Profile::enrol(&world.folder(), platform.clone(), &right())
        .err()
        .unwrap();
    assert!(matches!(refused, StoreError::NoKeystore));

    let words = Passphrase::make_random(6).unwrap();
    let typed: Secret = Passphrase::enter(words.expose()).into();
    let (profile, vault) = Profile::enrol(&world.folder(), platform, &words.into()).unwrap();
    vault.settings().set("planted", &"yes").unwrap();
    vault.lock();

    assert!(holds_planted(&profile.unlock(&typed).unwrap()));
    assert_eq!(profile.state().unwrap().tries_left, None);
    let guess = Passphrase::make_random(6).unwrap().into();
    assert!(matches!(
        profile.unlock(&guess),
        Err(StoreError::WrongSecret { tries_left: None, .. })
    ));
}

#[test]
fn a_passphrase_of_a_persons_own_is_refused() {
    let world = World::new();
    let own = Passphrase::enter("parola mea secreta").into();
    let refused = Profile::enrol(&world.folder(), world.platform(), &own)
        .err()
        .unwrap();
    assert!(matches!(refused, StoreError::WeakPassphrase));
    assert!(!Profile::exists(&world.folder()));
}

#[test]
fn a_pin_can_be_exchanged_for_a_passphrase_and_leaves_nothing_in_the_keystore() {
    let world = World::enrolled();
    let words = Passphrase::make_random(6).unwrap();
    let typed = Passphrase::enter(words.expose()).into();

    world.open().change_secret(&right(), &words.into()).unwrap();

    assert!(world.slots.names().is_empty());
    assert!(world.opens(&typed));
    assert!(matches!(
        world.open().unlock(&right()),
        Err(StoreError::WrongSecret { .. })
    ));
}

#[test]
fn a_profile_open_in_one_process_is_refused_to_a_second() {
    let world = World::enrolled();
    let first = world.open();
    assert!(matches!(
        Profile::open(&world.folder(), world.platform()),
        Err(StoreError::InUse)
    ));
    drop(first);
    assert!(Profile::open(&world.folder(), world.platform()).is_ok());
}

#[test]
fn a_second_enrolment_in_the_same_folder_is_refused() {
    let world = World::enrolled();
    let refused = Profile::enrol(&world.folder(), world.platform(), &other())
        .err()
        .unwrap();
    assert!(matches!(refused, StoreError::AlreadyEnrolled));
    assert!(world.opens(&right()));
}

#[test]
fn an_enrolment_whose_keystore_fails_leaves_nothing_enrolled() {
    let world = World::new();
    world.slots.set_failing(true);
    let refused = Profile::enrol(&world.folder(), world.platform(), &right())
        .err()
        .unwrap();
    assert_eq!((refused.code(), refused.retryable()), ("keystore_locked", true));
    assert!(!Profile::exists(&world.folder()));

    world.slots.set_failing(false);
    assert!(Profile::enrol(&world.folder(), world.platform(), &right()).is_ok());
}

#[test]
fn a_folder_without_a_profile_is_named_as_such() {
    let world = World::new();
    assert!(matches!(
        Profile::open(&world.folder(), world.platform()),
        Err(StoreError::NotEnrolled)
    ));
    fs::create_dir(world.folder()).unwrap();
    assert!(matches!(
        Profile::open(&world.folder(), world.platform()),
        Err(StoreError::NotEnrolled)
    ));
}

#[test]
fn forgetting_removes_keys_records_and_folder() {
    let world = World::enrolled();
    world.open().forget().unwrap();
    assert!(world.slots.names().is_empty());
    assert!(!world.folder().exists());
}

#[test]
fn a_damaged_vault_is_named_and_the_counter_is_not_spent_on_it() {
    let world = World::enrolled();
    let path = world.folder().join(VAULT);
    let mut bytes = fs::read(&path).unwrap();
    for byte in &mut bytes[64..128] {
        *byte ^= 0xFF;
    }
    fs::write(&path, bytes).unwrap();

    let profile = world.open();
    assert!(matches!(profile.unlock(&right()), Err(StoreError::Damaged)));
    assert_eq!(profile.state().unwrap().tries_left, Some(10));
}

#[test]
fn a_missing_vault_file_is_damage_and_no_empty_one_is_made_in_its_place() {
    let world = World::enrolled();
    fs::remove_file(world.folder().join(VAULT)).unwrap();
    assert!(matches!(world.open().unlock(&right()), Err(StoreError::Damaged)));
    assert!(!world.folder().join(VAULT).exists());
}

#[test]
fn a_damaged_key_file_is_named() {
    let world = World::enrolled();
    fs::write(world.folder().join(NAME), b"{\"version\":1}").unwrap();
    assert!(matches!(
        Profile::open(&world.folder(), world.platform()),
        Err(StoreError::Damaged)
    ));
}

#[test]
fn nothing_of_the_records_or_the_pin_can_be_read_from_the_folder() {
    let world = World::enrolled();
    for entry in fs::read_dir(world.folder()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        for planted in [b"planted".as_slice(), b"482913", b"SQLite format"] {
            assert!(!bytes.windows(planted.len()).any(|window| window == planted));
        }
    }
}

#[cfg(unix)]
#[test]
fn the_folder_and_its_files_are_the_persons_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::enrolled();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&world.folder()), 0o700);
    assert_eq!(
        [NAME, VAULT].map(|name| mode(&world.folder().join(name))),
        [0o600, 0o600]
    );
}
