//! What the state writes to the person, and how it reaches them.

pub(crate) mod preferences;

use crate::Acasa;

/// Handle of the module.
pub struct Notices<'a> {
    pub(crate) acasa: &'a Acasa,
}
