//! What the state writes to the person, and how it reaches them.

pub(crate) mod announcements;
mod attachments;
mod inbox;
mod index;
pub(crate) mod marks;
pub(crate) mod preferences;
mod search;

use crate::Acasa;

pub(crate) use inbox::{said, topic as view_topic};
pub(crate) use index::ByWords;

/// Handle of the module.
pub struct Notices<'a> {
    pub(crate) acasa: &'a Acasa,
}
