//! Answers that are made and not taken yet: as many bytes as there is room for, whoever reads them how slowly.

use std::sync::Arc;

use axum::body::HttpBody as _;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Semaphore;

use super::access::Client;
use super::busy::follow;
use super::crowd::{Crowd, full};
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
    /// How many of them each client has.
    crowd: Crowd,
    bytes: usize,
    share: usize,
}

impl Unsent {
    /// Room for so many bytes, of which one client has a share.
    pub(super) fn new(bytes: usize, share: usize) -> Self {
        let units = (bytes / UNIT).min(Semaphore::MAX_PERMITS);
        let crowd = Crowd::new(share.div_ceil(UNIT));
        Self { units: Arc::new(Semaphore::new(units)), crowd, bytes, share }
    }

    /// Takes the room that an answer needs, until it is sent or given up; or answers that there is none.
    pub(super) fn hold(&self, answer: Response, client: impl FnOnce() -> Client) -> Response {
        let size = answer.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
        let Some(size) = size.filter(|size| *size > COUNTED) else { return answer };
        let units = u32::try_from(size.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let Ok(member) = self.crowd.enter_with(client(), units as usize) else {
            return full(self.share, "bytes of answers that it does not take").into_response();
        };
        if let Ok(held) = Arc::clone(&self.units).try_acquire_many_owned(units) {
            return follow(answer, (held, member));
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

    fn answer(unsent: &Unsent, client: u8, bytes: usize) -> Response {
        let client = Client::Address([192, 0, 2, client].into());
        unsent.hold(Response::new(Body::from(vec![0; bytes])), || client)
    }

    #[test]
    fn answers_that_nobody_takes_fill_the_room_until_they_go() {
        let unsent = Unsent::new(200 * 1024, 200 * 1024);
        let held = answer(&unsent, 1, 150 * 1024);
        assert_eq!(held.body().size_hint().exact(), Some(150 * 1024));
        assert_eq!(answer(&unsent, 2, 100 * 1024).status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer(&unsent, 2, 1_000).status(), StatusCode::OK);
        drop(held);
        assert_eq!(answer(&unsent, 2, 100 * 1024).status(), StatusCode::OK);
    }

    #[test]
    fn one_client_fills_its_share() {
        let unsent = Unsent::new(400 * 1024, 200 * 1024);
        let held = answer(&unsent, 1, 150 * 1024);
        assert_eq!(answer(&unsent, 1, 150 * 1024).status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer(&unsent, 2, 150 * 1024).status(), StatusCode::OK);
        drop(held);
        assert_eq!(answer(&unsent, 1, 150 * 1024).status(), StatusCode::OK);
    }
}
