//! Execution of requests: documents, prepared requests, admission, serial resolution, cost and JSON.
//!
//! | module | contents |
//! | --- | --- |
//! | `document` | parsed and validated documents, with their cache |
//! | [`prepared`] | requests that may be executed, and their responses |
//! | [`limiter`] | permits, fair queue and threads of executions |
//! | `estimate`, `length` | size of an execution, and of a list, before it runs |
//! | `cost` | cost of a request |
//! | `serial` | objects whose fields are resolved in sequence, without a future per field |
//! | [`json`] | results that are written as JSON at once |
//! | `event` | executions of the events of a subscription |

pub(super) mod cost;
pub(super) mod document;
mod estimate;
mod event;
pub mod json;
pub(super) mod length;
pub mod limiter;
pub mod prepared;
pub(super) mod serial;
