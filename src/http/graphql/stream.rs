//! Response streams over HTTP: server-sent events. Source: graphql-sse, distinct connections mode.
//!
//! Own framing: `axum::response::sse` copies each event and scans it for line breaks, which JSON never has. Here the
//! response bytes are a chunk of their own, and are not copied.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::response::EncodedResponse;
use crate::server::Shutdown;
use crate::server::quota::Permit;

/// Header that disables response buffering in proxies.
pub(in crate::http) const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Stream of the responses of one operation.
pub(super) type ResponseStream = BoxStream<'static, EncodedResponse>;

/// Comment: the first chunk, so that proxies forward the head at once, and the keep-alive frame.
const COMMENT: Bytes = Bytes::from_static(b":\n\n");

/// Last event of a stream.
const COMPLETE: Bytes = Bytes::from_static(b"event: complete\ndata:\n\n");

/// Returns the chunks of an event; the response bytes are not copied.
fn event(answer: &EncodedResponse) -> [Bytes; 3] {
    let (before, after) = (b"event: next\ndata: ", b"\n\n");
    [Bytes::from_static(before), answer.bytes.clone(), Bytes::from_static(after)]
}

/// Responds with a stream that ends with its operation or at shutdown.
pub(in crate::http) fn respond(
    answers: ResponseStream,
    beat: Duration,
    stop: Shutdown,
) -> Response {
    let frames = frames(answers, beat, stop).map(Ok::<_, std::convert::Infallible>);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform")),
        (BUFFERING, HeaderValue::from_static("no")),
    ];
    (headers, Body::from_stream(frames)).into_response()
}

/// State of a stream between two frames.
struct StreamState {
    answers: Option<ResponseStream>,
    beat: Interval,
    stop: Shutdown,
    /// Unsent chunks of a response, and its charge until the last of them is sent.
    pieces: VecDeque<Bytes>,
    held: Option<Arc<Permit>>,
}

fn frames(
    answers: ResponseStream,
    every: Duration,
    stop: Shutdown,
) -> impl Stream<Item = Bytes> + Send + use<> {
    let mut beat = tokio::time::interval_at(Instant::now() + every, every);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let begin = stream::once(std::future::ready(COMMENT));
    let pieces = VecDeque::new();
    let state = StreamState { answers: Some(answers), beat, stop, pieces, held: None };
    begin.chain(stream::unfold(state, move |mut state| async move {
        if let Some(piece) = state.pieces.pop_front() {
            return Some((piece, state));
        }
        state.held = None;
        let answers = state.answers.as_mut()?;
        let next = {
            let stopping = pin!(state.stop.begun());
            tokio::select! {
                answer = answers.next() => answer.map_or(NextEvent::End, NextEvent::Answer),
                _ = state.beat.tick() => NextEvent::Beat,
                () = stopping => NextEvent::End,
            }
        };
        let piece = match next {
            NextEvent::Answer(response) => {
                state.held.clone_from(&response.held);
                state.pieces.extend(event(&response));
                state.pieces.pop_front().unwrap_or_default()
            }
            NextEvent::Beat => COMMENT,
            NextEvent::End => {
                state.answers = None;
                COMPLETE
            }
        };
        Some((piece, state))
    }))
}

/// Next event of a stream.
enum NextEvent {
    Answer(EncodedResponse),
    Beat,
    End,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(answers: &[&str]) -> String {
        let reply = |text: &&str| EncodedResponse::new(text.as_bytes().to_vec());
        let answers: Vec<EncodedResponse> = answers.iter().map(reply).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let answers = stream::iter(answers).boxed();
            let frames = frames(answers, Duration::from_secs(60), Shutdown::default());
            let frames: Vec<Bytes> = frames.collect().await;
            String::from_utf8(frames.concat()).unwrap()
        })
    }

    #[test]
    fn events_are_framed_for_event_source() {
        let text = written(&["{\"a\":1}", "{}"]);
        let expected = ":\n\nevent: next\ndata: {\"a\":1}\n\nevent: next\ndata: {}\n\nevent: complete\ndata:\n\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn shutdown_ends_streams() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let frames = runtime.block_on(async {
            let stop = Shutdown::default();
            stop.begin();
            let never = stream::pending().boxed();
            frames(never, Duration::from_secs(60), stop).collect::<Vec<_>>().await
        });
        assert_eq!(frames.concat(), b":\n\nevent: complete\ndata:\n\n");
    }
}
