//! What tests share: a clock that moves only when told, randomness from a seed, people who exist
//! nowhere, and pictures like those a camera takes of a code on a screen.
//!
//! Everything here is a function of its arguments: the same seed gives the same test on any machine.
//!
//! ```
//! use acasa_testkit::{TestClock, person, seeded};
//! use rand::RngExt as _;
//!
//! let clock = TestClock::at("2026-11-21T12:00:00Z");
//! clock.advance_seconds(30);
//! assert_eq!(clock.now().to_string(), "2026-11-21T12:00:30Z");
//!
//! assert_eq!(person(7), person(7));
//! let (a, b): (u64, u64) = (seeded(1).random(), seeded(1).random());
//! assert_eq!(a, b);
//! ```
#![forbid(unsafe_code)]

pub mod camera;
mod clock;
pub mod leaks;
mod log;
#[cfg(target_os = "linux")]
pub mod memory;
mod people;
mod seed;

pub use clock::TestClock;
pub use log::Log;
pub use people::{TestPerson, company, person};
pub use seed::{SeededRng, seeded, seeded_for};
