//! A gateway that says for how long it wants to be left alone.

use std::time::Duration;

use super::*;
use crate::{Failure, RequestId};

const ASKED: Duration = Duration::from_mins(1);

struct Device(Engine<MemoryStore, PlainKey>);

impl Device {
    /// One that has just asked where it stands and for its records.
    fn asking() -> (Self, Vec<RequestId>) {
        let config = Config {
            device: "device".to_owned(),
            audience: "https://gateway.example".to_owned(),
            principals: vec!["urn:md:idnp:2999000000014".parse().unwrap()],
            hold: Duration::ZERO,
            poll: None,
        };
        let mut device = Self(Engine::new(config, MemoryStore::default(), PlainKey));
        let asked = device.sent(Duration::ZERO, Input::SessionReady);
        assert_eq!(asked.len(), 2, "one on each lane");
        (device, asked)
    }

    /// One whose requests were both refused a second later.
    fn refused(asked: Option<Duration>) -> Self {
        let (mut device, requests) = Self::asking();
        for request in requests {
            let refused = Input::Failed(request, Failure::Later(asked));
            assert!(device.sent(Duration::from_secs(1), refused).is_empty());
        }
        device
    }

    fn sent(&mut self, now: Duration, input: Input) -> Vec<RequestId> {
        let output = self.0.handle(now, 0, input).unwrap().into_iter();
        let sent = output.filter_map(|output| match output {
            Output::Send(id, _) => Some(id),
            Output::WakeAt(_) | Output::Changed | Output::Trouble(_) => None,
        });
        sent.collect()
    }
}

#[test]
fn no_hint_goes_past_the_time_a_gateway_asked_for_and_it_is_asked_again_after_it() {
    let mut device = Device::refused(Some(ASKED));

    for second in [1, 2, 30, 60] {
        let hint = device.sent(Duration::from_secs(second), Input::Nudge);
        assert!(hint.is_empty(), "after {second} s");
        let acted = device.sent(Duration::from_secs(second), Input::Queued);
        assert!(acted.is_empty(), "after {second} s");
    }

    // The time asked for, and up to a second more so that not everybody comes back at once.
    assert_eq!(device.sent(Duration::from_secs(63), Input::Nudge).len(), 2);
}

#[test]
fn the_person_may_ask_a_gateway_that_wants_to_be_left_alone() {
    let mut device = Device::refused(Some(ASKED));

    assert_eq!(device.sent(Duration::from_secs(2), Input::Now).len(), 2);
}

#[test]
fn where_nothing_was_asked_for_a_hint_goes_at_once() {
    let mut device = Device::refused(None);

    assert_eq!(device.sent(Duration::from_secs(1), Input::Nudge).len(), 2);
}

#[test]
fn what_was_asked_for_is_over_once_a_later_try_fails_without_a_word() {
    let mut device = Device::refused(Some(ASKED));
    for request in device.sent(Duration::from_secs(2), Input::Now) {
        device.sent(
            Duration::from_secs(2),
            Input::Failed(request, Failure::Later(None)),
        );
    }

    assert_eq!(device.sent(Duration::from_secs(2), Input::Nudge).len(), 2);
}
