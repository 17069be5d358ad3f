//! Status lists in both forms: as they came, and their claims signed.
#![no_main]

use acasa_credentials::Value;
use acasa_credentials::cose::{HEADER_TYP, Unsigned, sign1};
use acasa_credentials::status::{MEDIA_TYPE_CWT, StatusPlace, UnverifiedStatusList};
use acasa_crypto::{Signer as _, jose};
use acasa_fuzz::signing_key;
use libfuzzer_sys::fuzz_target;

const HEADER: &str = r#"{"typ":"statuslist+jwt","alg":"ES256"}"#;

fuzz_target!(|data: &[u8]| {
    read(data);
    if data.first() == Some(&b'{') {
        let header = serde_json::from_str(HEADER).expect("the header is JSON");
        read(
            jose::sign(signing_key(), header, data)
                .expect("the key signs")
                .as_bytes(),
        );
    } else {
        let unsigned = Unsigned {
            protected: &[(HEADER_TYP, Value::from(MEDIA_TYPE_CWT))],
            unprotected: &[],
            payload: data,
            detached: false,
        };
        read(&sign1(unsigned, signing_key()).expect("the key signs"));
    }
});

fn read(bytes: &[u8]) {
    let Ok(list) = UnverifiedStatusList::parse(bytes) else {
        return;
    };
    let _ = list.certificates();
    let Ok(list) = list.verify(&signing_key().public_key()) else {
        return;
    };
    let _ = list.check_time(1_795_262_400, 60);
    let entries = list.list().len();
    for index in [0, entries / 2, entries.saturating_sub(1), entries, u64::MAX] {
        if let Ok(reference) = StatusPlace::new(index, list.subject()) {
            assert_eq!(
                list.look_up(&reference).is_ok(),
                index < entries,
                "exactly the entries can be looked up"
            );
        }
    }
}
