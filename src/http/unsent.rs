//! Answers that are made and not taken yet: as many bytes as there is room for, whoever reads them how slowly.

use std::sync::Arc;

use axum::body::HttpBody as _;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Semaphore;

use super::busy::follow;
use super::refusal::Refusal;
use crate::graphql::error::ErrorCode;

/// Answers that are smaller are not counted: there are no more of them than requests.
const COUNTED: usize = 64 * 1024;

/// What is counted, in bytes.
const UNIT: usize = 1_024;

/// Room for answers that are made and not taken yet. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Unsent {
    units: Arc<Semaphore>,
    bytes: usize,
}

impl Unsent {
    /// Room for so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        let units = (bytes / UNIT).min(Semaphore::MAX_PERMITS);
        Self { units: Arc::new(Semaphore::new(units)), bytes }
    }

    /// Takes the room that an answer needs, until it is sent or given up; or answers that there is none.
    pub(super) fn hold(&self, answer: Response) -> Response {
        let size = answer.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
        let Some(size) = size.filter(|size| *size > COUNTED) else { return answer };
        let units = u32::try_from(size.div_ceil(UNIT)).unwrap_or(u32::MAX);
        if let Ok(held) = Arc::clone(&self.units).try_acquire_many_owned(units) {
            return follow(answer, held);
        }
        let bytes = self.bytes;
        let message = format!(
            "{bytes} bytes of answers wait to be taken, which is the limit (max-unsent); ask again shortly"
        );
        Refusal::new(ErrorCode::Overloaded, message).at("max-unsent").into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;

    use super::*;

    #[test]
    fn answers_that_nobody_takes_fill_the_room_until_they_go() {
        let unsent = Unsent::new(200 * 1024);
        let answer = |bytes: usize| unsent.hold(Response::new(Body::from(vec![0; bytes])));
        let held = answer(150 * 1024);
        assert_eq!(held.body().size_hint().exact(), Some(150 * 1024));
        assert_eq!(answer(100 * 1024).status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer(1_000).status(), StatusCode::OK);
        drop(held);
        assert_eq!(answer(100 * 1024).status(), StatusCode::OK);
    }
}
