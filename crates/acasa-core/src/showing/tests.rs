use super::*;
use crate::{Host, Setup};
use acasa_keystore::{MemorySealedKeys, SoftwareSigningKeys};
use acasa_store::{CopyKind, Vault};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A host that notes whether the screen is kept out of captures.
#[derive(Default)]
struct Screen {
    protected: AtomicBool,
}

impl Host for Screen {
    fn open_browser(&self, _address: &str) -> bool {
        false
    }

    fn protect_from_capture(&self, protect: bool) {
        self.protected.store(protect, Ordering::SeqCst);
    }
}

/// A showing that was renewed at that moment.
fn under_way(renewed: Instant) -> UnderWay {
    let wrapping = acasa_crypto::Key256::make_random().unwrap();
    let now = Timestamp::now();
    UnderWay {
        open: OpenVault {
            records: Vault::in_memory().unwrap(),
            keys: Arc::new(SoftwareSigningKeys::with_key(
                wrapping,
                MemorySealedKeys::default(),
            )),
        },
        copy: Copy {
            id: 1,
            document: DocumentId::parse(&Uuid::now_v7().to_string()).unwrap(),
            kind: CopyKind::Full,
            format: "mso_mdoc".to_owned(),
            batch: "1".to_owned(),
            credential: Vec::new(),
            key_handle: "1".to_owned(),
            status: None,
            valid_from: now,
            valid_until: now,
            uses: 0,
        },
        preset: Preset::Age,
        challenge: None,
        asker: None,
        copies_left: 1,
        film: None,
        renewed,
        noted: true,
    }
}

#[test]
fn a_showing_that_nobody_renewed_for_two_minutes_ends_and_one_that_was_renewed_goes_on() {
    let folder = tempfile::TempDir::new().unwrap();
    let screen = Arc::new(Screen::default());
    let setup = Setup::new(folder.path().to_owned(), screen.clone()).with_keys_in_memory();
    let acasa = Acasa::start(setup);
    let began = Instant::now();
    let (silent, renewed) = (Uuid::now_v7(), Uuid::now_v7());
    let mut showings = hold(&acasa.inner.showings);
    showings.0.insert(silent, under_way(began));
    showings
        .0
        .insert(renewed, under_way(began + Duration::from_secs(90)));
    drop(showings);
    let left = || -> Vec<Uuid> { hold(&acasa.inner.showings).0.keys().copied().collect() };
    screen.protected.store(true, Ordering::SeqCst);

    acasa.showing().end_stale(began + Duration::from_mins(2));
    let at_two_minutes = left().len();
    acasa.showing().end_stale(began + Duration::from_secs(121));
    let after_two_minutes = (left(), screen.protected.load(Ordering::SeqCst));
    acasa.showing().end_stale(began + Duration::from_secs(90 + 121));

    assert_eq!(at_two_minutes, 2);
    // The screen stays protected for the other.
    assert_eq!(after_two_minutes, (vec![renewed], true));
    assert!(left().is_empty());
    assert!(!screen.protected.load(Ordering::SeqCst));
}
