//! The device's side of synchronising, without I/O: clock, randomness, keys, store and network are
//! passed in.
//!
//! What a person does becomes an intent ([`draft`]), kept before anything is sent. The [`Engine`] is told
//! what happens ([`Input`]) and answers what to do ([`Output`]): it sends intents in signed batches whose
//! bytes never change, settles each intent by itself, and takes the confirmed state as whole
//! checkpoints. [`View`] lays what is not confirmed yet over what is.
//!
//! Everything that must survive is behind [`Store`]; an engine may be dropped at any moment, and a new
//! one over the same store goes on. What it is not: a place that knows what a command means.
#![forbid(unsafe_code)]

mod back_off;
mod compose;
mod draft;
mod engine;
mod error;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod view;

pub use compose::BatchKey;
pub use draft::{Draft, draft};
pub use engine::{
    Answer, Config, Engine, Failure, Input, Lane, Output, Request, RequestId, Standing, Trouble,
};
pub use error::{DraftError, SyncError};
pub use store::{Batch, Dependency, Kept, Position, Settled, Store, Stored};
pub use view::{Records, Replay, View};
