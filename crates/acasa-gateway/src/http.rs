//! HTTP: routes, limits, request identifiers, and the one place where errors become bodies.

mod extract;
mod layer;
mod routes;

pub(crate) use extract::{Correlation, Form, Json, Query};
pub(crate) use routes::router;
