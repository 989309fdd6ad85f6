//! Response streams over HTTP: server-sent events and multipart.
//!
//! Sources: graphql-sse, distinct connections mode; Apollo's multipart protocol for subscriptions. Own framing, without a
//! crate: the response bytes are a chunk of their own, and are not copied.

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
use crate::http::content::negotiation::StreamFormat;
use crate::server::Shutdown;
use crate::server::quota::Permit;

/// Header that disables response buffering in proxies.
pub(in crate::http) const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Stream of the responses of one operation.
pub(super) type ResponseStream = BoxStream<'static, EncodedResponse>;

impl StreamFormat {
    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Events => "text/event-stream; charset=utf-8",
            Self::Multipart => "multipart/mixed; boundary=\"graphql\"; subscriptionSpec=1.0",
        })
    }

    fn begin(self) -> &'static str {
        match self {
            // A comment, so that proxies forward the head at once.
            Self::Events => ":\n\n",
            Self::Multipart => "\r\n--graphql",
        }
    }

    /// Returns the chunks of a frame; the response bytes are not copied.
    fn frame(self, answer: &EncodedResponse) -> [Bytes; 3] {
        let (before, after): (&'static [u8], &'static [u8]) = match self {
            Self::Events => (b"event: next\ndata: ", b"\n\n"),
            Self::Multipart => (
                b"\r\ncontent-type: application/json; charset=utf-8\r\n\r\n{\"payload\":",
                b"}\r\n--graphql",
            ),
        };
        [Bytes::from_static(before), answer.bytes.clone(), Bytes::from_static(after)]
    }

    /// Returns the keep-alive frame.
    fn beat(self) -> &'static str {
        match self {
            Self::Events => ":\n\n",
            Self::Multipart => "\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql",
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::Events => "event: complete\ndata:\n\n",
            Self::Multipart => "--\r\n",
        }
    }
}

/// Responds with a stream that ends with its operation or at shutdown.
pub(in crate::http) fn respond(
    flow: StreamFormat,
    answers: ResponseStream,
    beat: Duration,
    stop: Shutdown,
) -> Response {
    let frames = frames(flow, answers, beat, stop).map(Ok::<_, std::convert::Infallible>);
    let headers = [
        (CONTENT_TYPE, flow.content_type()),
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
    flow: StreamFormat,
    answers: ResponseStream,
    every: Duration,
    stop: Shutdown,
) -> impl Stream<Item = Bytes> + Send + use<> {
    let mut beat = tokio::time::interval_at(Instant::now() + every, every);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let begin = stream::once(std::future::ready(Bytes::from_static(flow.begin().as_bytes())));
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
                state.pieces.extend(flow.frame(&response));
                state.pieces.pop_front().unwrap_or_default()
            }
            NextEvent::Beat => Bytes::from_static(flow.beat().as_bytes()),
            NextEvent::End => {
                state.answers = None;
                Bytes::from_static(flow.end().as_bytes())
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

    fn written(flow: StreamFormat, answers: &[&str]) -> String {
        let reply = |text: &&str| EncodedResponse::new(text.as_bytes().to_vec());
        let answers: Vec<EncodedResponse> = answers.iter().map(reply).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let answers = stream::iter(answers).boxed();
            let frames = frames(flow, answers, Duration::from_secs(60), Shutdown::default());
            let frames: Vec<Bytes> = frames.collect().await;
            String::from_utf8(frames.concat()).unwrap()
        })
    }

    #[test]
    fn events_are_framed_as_browsers_read_them() {
        let text = written(StreamFormat::Events, &["{\"a\":1}", "{}"]);
        let expected = ":\n\nevent: next\ndata: {\"a\":1}\n\nevent: next\ndata: {}\n\nevent: complete\ndata:\n\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn parts_are_framed_as_apollo_reads_them() {
        let text = written(StreamFormat::Multipart, &["{\"a\":1}"]);
        let expected = "\r\n--graphql\r\ncontent-type: application/json; charset=utf-8\r\n\r\n{\"payload\":{\"a\":1}}\r\n--graphql--\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn the_end_of_the_service_ends_them() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let frames = runtime.block_on(async {
            let stop = Shutdown::default();
            stop.begin();
            let never = stream::pending().boxed();
            frames(StreamFormat::Events, never, Duration::from_secs(60), stop)
                .collect::<Vec<_>>()
                .await
        });
        assert_eq!(frames.concat(), b":\n\nevent: complete\ndata:\n\n");
    }
}
