//! Pipeline of an operation, shared by all transports: persisted queries, response cache, pre-validation, admission and
//! execution.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use async_graphql::{Response as Answer, ServerError};
use futures_util::StreamExt as _;
use futures_util::stream;

use super::reply::Reply;
use super::request::GraphqlRequest;
use super::response::EncodedResponse;
use super::response_cache::CacheKey;
use super::stream::ResponseStream;
use crate::graphql::bounds::Bounds;
use crate::graphql::error::{ErrorCode, code_of};
use crate::graphql::execution::prepared::{Answered, Prepared};
use crate::http::App;
use crate::http::access::Caller;
use crate::http::error::{Code, HttpCode, HttpError};

/// A valid request after cache lookup and pre-validation.
#[derive(Debug)]
pub(in crate::http) enum Passed {
    /// Cache hit.
    Kept(Arc<EncodedResponse>, CacheKey),
    /// Rejected, with the response.
    Refused(Arc<EncodedResponse>),
    /// Must be executed.
    Fresh(Box<Fresh>),
}

/// A request that must be executed.
#[derive(Debug)]
pub(in crate::http) struct Fresh {
    prepared: Prepared,
    question: Option<CacheKey>,
}

impl Passed {
    /// Returns the kind of the operation. Only queries are cached, and a rejected request counts as a query.
    pub(in crate::http) fn kind(&self) -> OperationType {
        match self {
            Self::Kept(..) | Self::Refused(_) => OperationType::Query,
            Self::Fresh(fresh) => fresh.prepared.kind(),
        }
    }

    /// Returns the cache key.
    pub(in crate::http) fn question(&self) -> Option<CacheKey> {
        match self {
            Self::Kept(_, question) => Some(*question),
            Self::Refused(_) => None,
            Self::Fresh(fresh) => fresh.question,
        }
    }
}

impl App {
    /// Resolves persisted queries, looks up the response cache and pre-validates a request.
    ///
    /// # Errors
    /// [`HttpError`] for an invalid request. A valid request that is rejected has a response with errors instead.
    pub(in crate::http) fn pass(&self, mut asked: GraphqlRequest) -> Result<Passed, HttpError> {
        let refused = |written| Ok(Passed::Refused(Arc::new(written)));
        let limit = Bounds::of_bytes(self.edge.limits.answer);
        let pending = match self.edge.persisted.resolve(&mut asked) {
            Ok(pending) => pending,
            Err(refusal) if is_persisted_query_handshake(&refusal) => {
                return refused(EncodedResponse::refusal(&refusal));
            }
            Err(refusal) => return Err(refusal),
        };
        let question = CacheKey::of(&asked);
        if let (Some(question), Some(generation)) = (question, self.service.generation())
            && let Some(kept) = self.edge.ready.get(generation, question)
        {
            if let Some(pending) = pending {
                self.edge.persisted.register(pending);
            }
            return Ok(Passed::Kept(kept, question));
        }
        let request = asked.into_request()?;
        match self.service.prepare(request) {
            Ok(prepared) => {
                if let Some(pending) = pending {
                    self.edge.persisted.register(pending);
                }
                Ok(Passed::Fresh(Box::new(Fresh { prepared, question })))
            }
            Err(errors) => refused(EncodedResponse::of(&Answer::from(errors), &limit)),
        }
    }

    /// Returns the response to a query or mutation.
    pub(in crate::http) async fn answer(&self, caller: &Caller, passed: Passed) -> Reply {
        let kind = passed.kind();
        let (reply, took) = match passed {
            // A cache hit takes no time.
            Passed::Kept(written, _) => {
                (Reply::charged(&self.edge.unsent, caller.client(), written), Duration::ZERO)
            }
            Passed::Refused(written) => (Reply::free(written), Duration::ZERO),
            Passed::Fresh(fresh) => {
                let begin = Instant::now();
                // Boxed, so that the future of a cache hit stays small.
                let reply = Box::pin(self.executed(caller, *fresh)).await;
                (reply, begin.elapsed())
            }
        };
        self.account.operation(kind, &reply.written, took);
        reply
    }

    async fn executed(&self, caller: &Caller, fresh: Fresh) -> Reply {
        let text = Arc::clone(fresh.prepared.text());
        let refused = |refusal| Reply::free(Arc::new(EncodedResponse::refusal(&refusal).to(&text)));
        if fresh.prepared.kind() == OperationType::Subscription {
            let message = "no acceptable media type for a subscription: accept `text/event-stream` or \
                           `multipart/mixed; subscriptionSpec=1.0`, or use a WebSocket";
            return refused(HttpError::new(HttpCode::NotAcceptable, message));
        }
        let Fresh { prepared, question } = fresh;
        let is_query = prepared.kind() == OperationType::Query;
        let (app, asked, client) = (self.clone(), Arc::clone(&text), caller.client());
        // Encoded on the thread of its execution, and charged from then on.
        let write = move |answered| {
            let written = app.write(&asked, question.filter(|_| is_query), &answered);
            Reply::charged(&app.edge.unsent, client, written)
        };
        match self.service.run_for(&caller.client(), prepared, write).await {
            Ok(reply) => reply,
            Err(err) => refused(HttpError::of(&err.into_server_error())),
        }
    }

    /// Encodes a response and caches it.
    fn write(
        &self,
        text: &Arc<str>,
        question: Option<CacheKey>,
        answered: &Answered,
    ) -> Arc<EncodedResponse> {
        let cut = answered.response.errors.iter().find(|error| is_cut_short(error));
        if let Some(error) = cut {
            return Arc::new(EncodedResponse::refusal(&HttpError::of(error)).to(text));
        }
        let bounds = answered.bounds(self.edge.limits.answer);
        let mut written = EncodedResponse::of(&answered.response, &bounds).to(text);
        written.generation = answered.generation;
        let written = Arc::new(written);
        if let (Some(question), Some(generation)) = (question, answered.generation) {
            self.edge.ready.put(generation, question, &written);
        }
        written
    }

    /// Returns the stream of responses to an operation.
    ///
    /// # Errors
    /// The response of an operation that is rejected.
    pub(in crate::http) async fn answers(
        &self,
        caller: &Caller,
        passed: Passed,
    ) -> Result<ResponseStream, Reply> {
        let fresh = match passed {
            Passed::Fresh(fresh) if fresh.prepared.kind() == OperationType::Subscription => fresh,
            passed => {
                let answer = self.answer(caller, passed).await;
                if answer.written.refused.is_some() {
                    return Err(answer);
                }
                return Ok(stream::once(std::future::ready(answer)).boxed());
            }
        };
        let (begin, text) = (Instant::now(), Arc::clone(fresh.prepared.text()));
        let limit = self.edge.limits.answer;
        let record = |written: EncodedResponse| {
            let written = written.to(&text);
            self.account.operation(OperationType::Subscription, &written, begin.elapsed());
            Reply::free(Arc::new(written))
        };
        let place = self.edge.streams.acquire(caller.client());
        let place = place.map_err(|exceeded| record(EncodedResponse::refusal(&exceeded.into())))?;
        let (unsent, client) = (self.edge.unsent.clone(), caller.client());
        // An event is encoded on the thread of its execution, and charged from then on.
        let write = move |answered: Answered| {
            let written = EncodedResponse::of(&answered.response, &answered.bounds(limit));
            Reply::charged(&unsent, client.clone(), Arc::new(written))
        };
        let subscribed = self.service.subscribe(&caller.client(), fresh.prepared, write).await;
        let answers = subscribed.map_err(|errors| {
            record(EncodedResponse::of(&Answer::from(errors), &Bounds::of_bytes(limit)))
        })?;
        record(EncodedResponse::new(Vec::new()));
        let answer = move |reply: Reply| {
            // Keeps the permit as long as the stream.
            let _held = &place;
            reply
        };
        Ok(answers.map(answer).boxed())
    }
}

/// Returns true if an error aborts the whole response: a timeout or overload.
fn is_cut_short(error: &ServerError) -> bool {
    matches!(code_of(error), Some(ErrorCode::Timeout | ErrorCode::Overloaded))
}

/// Returns true for errors after which clients retry with the full query text.
fn is_persisted_query_handshake(refusal: &HttpError) -> bool {
    use HttpCode::{PersistedQueryNotFound, PersistedQueryNotSupported};
    matches!(refusal.code(), Code::Http(PersistedQueryNotFound | PersistedQueryNotSupported))
}
