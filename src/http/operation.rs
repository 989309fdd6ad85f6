//! From what is asked to what is answered, the same for every transport: persisted queries, answers that are ready, the
//! gate, the room, the service.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use async_graphql::{Response as Answer, ServerError};
use futures_util::StreamExt as _;
use futures_util::stream;

use super::App;
use super::access::Caller;
use super::answer::Written;
use super::asked::Asked;
use super::ready::Question;
use super::refusal::Refusal;
use super::reply::Reply;
use super::stream::Answers;
use crate::graphql::error::{ErrorCode, code_of};
use crate::graphql::prepared::{Answered, Prepared};

/// A request that is one.
#[derive(Debug)]
pub(super) enum Passed {
    /// Its answer is kept.
    Kept(Arc<Written>, Question),
    /// It is refused.
    Refused(Arc<Written>),
    /// It has to be executed.
    Fresh(Box<Fresh>),
}

/// A request that has to be executed.
#[derive(Debug)]
pub(super) struct Fresh {
    prepared: Prepared,
    question: Option<Question>,
}

impl Passed {
    /// The kind of its operation. What is ready answers a query, or nothing.
    pub(super) fn kind(&self) -> OperationType {
        match self {
            Self::Kept(..) | Self::Refused(_) => OperationType::Query,
            Self::Fresh(fresh) => fresh.prepared.kind(),
        }
    }

    /// What its answer is kept under.
    pub(super) fn question(&self) -> Option<Question> {
        match self {
            Self::Kept(_, question) => Some(*question),
            Self::Refused(_) => None,
            Self::Fresh(fresh) => fresh.question,
        }
    }
}

impl App {
    /// Lets a request through the gate.
    ///
    /// # Errors
    /// What is no request at all. What is one, and is refused, has an answer that says so.
    pub(super) fn pass(&self, mut asked: Asked) -> Result<Passed, Refusal> {
        let refused = |written| Ok(Passed::Refused(Arc::new(written)));
        let most = self.edge.limits.answer;
        let pending = match self.edge.persisted.resolve(&mut asked) {
            Ok(pending) => pending,
            Err(refusal) if is_part_of_the_handshake(&refusal) => {
                return refused(Written::refusal(&refusal));
            }
            Err(refusal) => return Err(refusal),
        };
        let question = Question::of(&asked);
        if let (Some(question), Some(generation)) = (question, self.service.generation())
            && let Some(kept) = self.edge.ready.get(generation, question)
        {
            if let Some(pending) = pending {
                self.edge.persisted.keep(pending);
            }
            return Ok(Passed::Kept(kept, question));
        }
        let request = asked.into_request()?;
        match self.service.prepare(request) {
            Ok(prepared) => {
                if let Some(pending) = pending {
                    self.edge.persisted.keep(pending);
                }
                Ok(Passed::Fresh(Box::new(Fresh { prepared, question })))
            }
            Err(errors) => refused(Written::of(&Answer::from(errors), most)),
        }
    }

    /// The one answer to a query.
    pub(super) async fn answer(&self, caller: &Caller, passed: Passed) -> Reply {
        let kind = passed.kind();
        let (reply, took) = match passed {
            // What stands already takes no time.
            Passed::Kept(written, _) => {
                (self.edge.budget.reply(caller.client(), written), Duration::ZERO)
            }
            Passed::Refused(written) => (Reply::free(written), Duration::ZERO),
            Passed::Fresh(fresh) => {
                let begin = Instant::now();
                // Else every request would be as large as one that is executed.
                let reply = Box::pin(self.executed(caller, *fresh)).await;
                (reply, begin.elapsed())
            }
        };
        self.account.operation(kind, &reply.written, took);
        reply
    }

    async fn executed(&self, caller: &Caller, fresh: Fresh) -> Reply {
        let text = Arc::clone(fresh.prepared.text());
        let refused = |refusal| Reply::free(Arc::new(Written::refusal(&refusal).to(&text)));
        if fresh.prepared.kind() == OperationType::Subscription {
            let message = "a subscription is answered as `text/event-stream`, as \
                           `multipart/mixed; subscriptionSpec=1.0`, or over a WebSocket; accept one of them";
            return refused(Refusal::new(ErrorCode::NotAcceptable, message));
        }
        let Fresh { prepared, question } = fresh;
        let is_query = prepared.kind() == OperationType::Query;
        let (app, asked, client) = (self.clone(), Arc::clone(&text), caller.client());
        // It is written where it was executed, and counts from then on.
        let write = move |answered| {
            let written = app.write(&asked, question.filter(|_| is_query), &answered);
            app.edge.budget.reply(client, written)
        };
        match self.service.run_for(&caller.client(), prepared, write).await {
            Ok(reply) => reply,
            Err(err) => refused(Refusal::of(&err.into_server_error())),
        }
    }

    /// Writes an answer, and keeps it under its question.
    fn write(
        &self,
        text: &Arc<str>,
        question: Option<Question>,
        answered: &Answered,
    ) -> Arc<Written> {
        let cut = answered.response.errors.iter().find(|error| is_cut_short(error));
        if let Some(error) = cut {
            return Arc::new(Written::refusal(&Refusal::of(error)).to(text));
        }
        let mut written = Written::of(&answered.response, self.edge.limits.answer).to(text);
        written.generation = answered.generation;
        let written = Arc::new(written);
        if let (Some(question), Some(generation)) = (question, answered.generation) {
            self.edge.ready.put(generation, question, &written);
        }
        written
    }

    /// All answers to an operation, one after the other.
    ///
    /// # Errors
    /// The answer that says why there are none.
    pub(super) async fn answers(&self, caller: &Caller, passed: Passed) -> Result<Answers, Reply> {
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
        let most = self.edge.limits.answer;
        let told = |written: Written| {
            let written = written.to(&text);
            self.account.operation(OperationType::Subscription, &written, begin.elapsed());
            Reply::free(Arc::new(written))
        };
        let place = self.edge.streams.enter(caller.client());
        let place = place.map_err(|refusal| told(Written::refusal(&refusal)))?;
        let (budget, client) = (self.edge.budget.clone(), caller.client());
        // An event is written where it was executed, and counts from then on.
        let write = move |answered: Answered| {
            budget.reply(client.clone(), Arc::new(Written::of(&answered.response, most)))
        };
        let subscribed = self.service.subscribe(&caller.client(), fresh.prepared, write).await;
        let answers =
            subscribed.map_err(|errors| told(Written::of(&Answer::from(errors), most)))?;
        told(Written::new(Vec::new()));
        let answer = move |reply: Reply| {
            // Held as long as the stream is.
            let _held = &place;
            reply
        };
        Ok(answers.map(answer).boxed())
    }
}

/// Whether an error says that there was no time for the whole answer.
fn is_cut_short(error: &ServerError) -> bool {
    matches!(code_of(error), Some(ErrorCode::Timeout | ErrorCode::Overloaded))
}

/// Whether clients go on by themselves after a refusal.
fn is_part_of_the_handshake(refusal: &Refusal) -> bool {
    use ErrorCode::{PersistedQueryNotFound, PersistedQueryNotSupported};
    matches!(refusal.code(), PersistedQueryNotFound | PersistedQueryNotSupported)
}
