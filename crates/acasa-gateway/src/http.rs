//! HTTP: connections, routes, limits, request identifiers, and the one place where errors become bodies.

mod connections;
mod extract;
mod layer;
mod rates;
mod routes;

pub(crate) use connections::serve;
pub(crate) use extract::{Correlation, Form, Json, Query};
pub(crate) use rates::{Asked, Rates};
pub(crate) use routes::router;
