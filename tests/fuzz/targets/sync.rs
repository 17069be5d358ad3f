//! What devices and the gateway tell each other: batches, intents, answers, pages, letters, marks.
#![no_main]

use acasa_protocol::acts::Preference;
use acasa_protocol::notices::{Mark, MarkNotices, Notice, TopicPreference};
use acasa_protocol::sync::{Batch, BatchAnswer, BatchClaims, DevicePosition, Intent, NewGeneration, Page};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;

fuzz_target!(|data: &[u8]| {
    again::<Batch>(data);
    again::<BatchClaims>(data);
    again::<BatchAnswer>(data);
    again::<Intent>(data);
    again::<DevicePosition>(data);
    again::<NewGeneration>(data);
    again::<Page>(data);
    again::<Notice>(data);
    again::<Mark>(data);
    again::<MarkNotices>(data);
    again::<TopicPreference>(data);
    again::<Preference>(data);
});

/// What was read is written, read and written again: twice the same.
fn again<T: DeserializeOwned + Serialize>(data: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(data) else {
        return;
    };
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    let read: T = serde_json::from_slice(&written).expect("what was written can be read");
    let rewritten = serde_json::to_vec(&read).expect("what was read can be written");
    assert_eq!(written, rewritten);
}
