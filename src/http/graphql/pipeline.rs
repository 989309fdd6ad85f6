//! Pipeline of an operation, shared by all transports: persisted queries, response cache, pre-validation, admission and
//! execution.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use async_graphql::{Response as Answer, ServerError};
use futures_util::StreamExt as _;
use futures_util::stream;

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
    Kept(EncodedResponse, CacheKey),
    /// Rejected, with the response.
    Refused(EncodedResponse),
    /// Must be executed, and then cached if it has a key.
    Fresh(Box<Prepared>, Option<CacheKey>),
}

impl Passed {
    /// Returns the kind of the operation. Only queries are cached, and a rejected request counts as a query.
    pub(in crate::http) fn kind(&self) -> OperationType {
        match self {
            Self::Kept(..) | Self::Refused(_) => OperationType::Query,
            Self::Fresh(prepared, _) => prepared.kind(),
        }
    }

    /// Returns the cache key.
    pub(in crate::http) fn question(&self) -> Option<CacheKey> {
        match self {
            Self::Kept(_, question) => Some(*question),
            Self::Refused(_) => None,
            Self::Fresh(_, question) => *question,
        }
    }
}

impl App {
    /// Resolves persisted queries, looks up the response cache and pre-validates a request.
    ///
    /// # Errors
    /// [`HttpError`] for an invalid request. A valid request that is rejected has a response with errors instead.
    pub(in crate::http) fn pass(&self, mut asked: GraphqlRequest) -> Result<Passed, HttpError> {
        let refused = |written| Ok(Passed::Refused(written));
        let limit = Bounds::of_bytes(self.service.limits().answer);
        let pending = match self.edge.persisted.resolve(&mut asked, &self.service.saved()) {
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
                Ok(Passed::Fresh(Box::new(prepared), question))
            }
            Err(errors) => refused(EncodedResponse::of(&Answer::from(errors), &limit)),
        }
    }

    /// Returns the response to a query or mutation.
    pub(in crate::http) async fn answer(&self, caller: &Caller, passed: Passed) -> EncodedResponse {
        let kind = passed.kind();
        let (response, took) = match passed {
            // A cache hit takes no time.
            Passed::Kept(kept, _) => {
                (kept.charge(&self.edge.unsent, caller.client()), Duration::ZERO)
            }
            Passed::Refused(refused) => (refused, Duration::ZERO),
            Passed::Fresh(prepared, question) => {
                let begin = Instant::now();
                // Boxed, so that the future of a cache hit stays small.
                let response = Box::pin(self.executed(caller, *prepared, question)).await;
                (response, begin.elapsed())
            }
        };
        self.account.operation(kind, &response, took);
        response
    }

    async fn executed(
        &self,
        caller: &Caller,
        prepared: Prepared,
        question: Option<CacheKey>,
    ) -> EncodedResponse {
        let text = Arc::clone(prepared.text());
        let refused = |refusal| EncodedResponse::refusal(&refusal).to(&text);
        if prepared.kind() == OperationType::Subscription {
            let message = "no acceptable media type for a subscription: accept `text/event-stream`, or use a \
                           WebSocket";
            return refused(HttpError::new(HttpCode::NotAcceptable, message));
        }
        let is_query = prepared.kind() == OperationType::Query;
        let (app, asked, client) = (self.clone(), Arc::clone(&text), caller.client());
        // Encoded on the thread of its execution, and charged from then on.
        let write = move |answered| {
            let written = app.write(&asked, question.filter(|_| is_query), &answered);
            written.charge(&app.edge.unsent, client)
        };
        match self.service.run_for(&caller.client(), prepared, write).await {
            Ok(response) => response,
            Err(err) => refused(HttpError::of(&err.into_server_error())),
        }
    }

    /// Encodes a response and caches it.
    fn write(
        &self,
        text: &Arc<str>,
        question: Option<CacheKey>,
        answered: &Answered,
    ) -> EncodedResponse {
        let cut = answered.response.errors.iter().find(|error| is_cut_short(error));
        if let Some(error) = cut {
            return EncodedResponse::refusal(&HttpError::of(error)).to(text);
        }
        let bounds = answered.bounds(self.service.limits().answer);
        let mut written = EncodedResponse::of(&answered.response, &bounds).to(text);
        written.generation = answered.generation;
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
    ) -> Result<ResponseStream, Box<EncodedResponse>> {
        let prepared = match passed {
            Passed::Fresh(prepared, _) if prepared.kind() == OperationType::Subscription => {
                prepared
            }
            passed => {
                let answer = self.answer(caller, passed).await;
                if answer.refused.is_some() {
                    return Err(Box::new(answer));
                }
                return Ok(stream::once(std::future::ready(answer)).boxed());
            }
        };
        let (begin, text) = (Instant::now(), Arc::clone(prepared.text()));
        let limit = self.service.limits().answer;
        let record = |written: EncodedResponse| {
            let written = written.to(&text);
            self.account.operation(OperationType::Subscription, &written, begin.elapsed());
            Box::new(written)
        };
        let place = self.edge.streams.acquire(caller.client());
        let place = place.map_err(|exceeded| record(EncodedResponse::refusal(&exceeded.into())))?;
        let (unsent, client) = (self.edge.unsent.clone(), caller.client());
        // An event is encoded on the thread of its execution, and charged from then on.
        let write = move |answered: Answered| {
            let written = EncodedResponse::of(&answered.response, &answered.bounds(limit));
            written.charge(&unsent, client.clone())
        };
        let subscribed = self.service.subscribe(&caller.client(), *prepared, write).await;
        let answers = subscribed.map_err(|errors| {
            record(EncodedResponse::of(&Answer::from(errors), &Bounds::of_bytes(limit)))
        })?;
        record(EncodedResponse::new(Vec::new()));
        let answer = move |response: EncodedResponse| {
            // Keeps the permit as long as the stream.
            let _held = &place;
            response
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
