//! Message syntax of the M-services: what crosses the wire to them, shared by the gateway's adapter
//! and the sandbox's simulator. It maps nothing and sends nothing.
//!
//! ```
//! use acasa_wire::mlog::Event;
//! let event = Event::new("2026-01-01T10:00:00.000Z", "Acasa.PersonalData.Access").unwrap();
//! assert_eq!(event.event_type, "Acasa.PersonalData.Access");
//! ```
#![forbid(unsafe_code)]

pub mod cloud_events;
pub mod inbox;
pub mod mlog;
pub mod mnotify;
