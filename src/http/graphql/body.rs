//! Body of a request, read within the limits of size and time.

use std::pin::pin;

use axum::body::Bytes;
use axum::extract::Request;
use futures_util::future::poll_immediate;
use http_body_util::{BodyExt as _, Collected, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::http::App;
use crate::http::access::Caller;
use crate::http::error::{HttpCode, HttpError};
use crate::http::limits::ClientLimits;

/// Reads the body within the limits of size and time.
///
/// # Errors
/// `PAYLOAD_TOO_LARGE`, `REQUEST_TIMEOUT`, `TIMEOUT`, and the error of the quota of slow bodies.
pub(in crate::http) async fn read(
    app: &App,
    caller: &Caller,
    request: Request,
) -> Result<Bytes, HttpError> {
    let (limits, time) = (&app.edge.limits, app.edge.time);
    let mut reading = pin!(Limited::new(request.into_body(), limits.body).collect());
    let slow = |_| {
        if time < limits.body_time {
            return HttpError::timed_out(time);
        }
        let limit = limits.body_time.as_secs_f32();
        let name = ClientLimits::NAMES.body_time;
        let message = format!("body not received within {limit} s{name}");
        HttpError::new(HttpCode::RequestTimeout, message).at(name.name())
    };
    // Most bodies arrive together with the head, and need neither a timeout nor a permit.
    let read = if let Some(read) = poll_immediate(reading.as_mut()).await {
        read
    } else {
        let _place = app.edge.bodies.acquire(caller.client())?;
        Box::pin(timeout(limits.body_time.min(time), reading)).await.map_err(slow)?
    };
    read.map(Collected::to_bytes).map_err(|err| {
        if !err.is::<LengthLimitError>() {
            return HttpError::input("incomplete body");
        }
        let (limit, name) = (limits.body, ClientLimits::NAMES.body);
        let message =
            format!("body larger than {limit} bytes{name}: split it into several requests");
        HttpError::new(HttpCode::PayloadTooLarge, message).at(name.name())
    })
}
