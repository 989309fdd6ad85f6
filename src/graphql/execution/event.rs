//! Subscriptions: each event is executed as a separate request on the generation current at that time.
//!
//! An event waits for its permit and has a deadline, as a query has. An event without a permit in time is answered with an
//! error, so that the client learns of the change.

use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;

use super::length;
use super::limiter::Execution;
use super::prepared::{Answered, Prepared};
use crate::graphql::Service;
use crate::graphql::context::RequestContext;
use crate::graphql::current_generation::Heard;
use crate::graphql::error::ApiError;
use crate::graphql::rejected::Rejected;
use crate::model::client::Client;
use crate::read::work::Deadline;

/// Active subscription whose events are executed.
struct Subscribed<F> {
    service: Service,
    client: Client,
    prepared: Prepared,
    finish: F,
}

impl Service {
    /// Streams the responses of a subscription, one per event. `finish` processes each response on the execution thread.
    ///
    /// # Errors
    /// [`Rejected`] for a request that is invalid or too costly, and the errors of [`Service::run_for`].
    pub async fn subscribe<T: Send + 'static>(
        &self,
        client: &Client,
        prepared: Prepared,
        finish: impl Fn(Answered) -> T + Clone + Send + Sync + 'static,
    ) -> Result<BoxStream<'static, T>, Rejected> {
        let deadline = Arc::new(Deadline::after(self.time));
        let execution = Execution { client, estimate: prepared.estimate, deadline };
        let estimator = self.estimator.clone();
        let checking = async move { estimator.check(&prepared).await.map(|()| prepared) };
        let prepared = self.limiter.run(execution, checking).await??;
        let service = self.clone();
        let subscribed = Arc::new(Subscribed { service, client: client.clone(), prepared, finish });
        let answer = move |heard| {
            let subscribed = Arc::clone(&subscribed);
            async move { subscribed.answer(heard).await }
        };
        Ok(self.live.changes().then(answer).boxed())
    }

    /// Executes one event, on a thread of the limiter.
    async fn answered_once(&self, prepared: Prepared, inquiry: RequestContext) -> Answered {
        let begin = Instant::now();
        inquiry.begin();
        let (verdict, generation) = (inquiry.verdict(), inquiry.generation());
        let (reader, deadline) = (inquiry.reader(), inquiry.deadline());
        let document = Arc::clone(&prepared.document);
        let name = prepared.name.clone();
        let mut answers = pin!(self.schema.execute_stream(prepared.with(inquiry).request));
        let answer = length::by(reader, answers.next()).await;
        let mut response = answer.unwrap_or_else(|| Rejected::from(ApiError::failed()).into());
        self.settle(&document, name.as_deref(), &verdict, &mut response);
        document.took(u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX));
        Answered::of(response, generation, Vec::new(), deadline)
    }
}

impl<F> Subscribed<F> {
    /// Returns the response to an event.
    async fn answer<T: Send + 'static>(&self, heard: Heard) -> T
    where
        F: Fn(Answered) -> T + Clone + Send + Sync + 'static,
    {
        let answered = self.execute(heard).await;
        answered.unwrap_or_else(|refused| (self.finish)(Answered::without_data(refused.into())))
    }

    async fn execute<T: Send + 'static>(&self, heard: Heard) -> Result<T, Rejected>
    where
        F: Fn(Answered) -> T + Clone + Send + Sync + 'static,
    {
        let service = self.service.clone();
        let reader = service.live.current().ok_or_else(ApiError::rebuilding)?;
        let deadline = Arc::new(Deadline::after(service.time));
        let prepared = self.prepared.again()?.with(heard);
        let goes_out = prepared.document.keeps_apart();
        let inquiry = RequestContext::within(&reader, &deadline, &service.limits, goes_out);
        let estimate = prepared.document.estimate(|| prepared.estimate);
        let execution = Execution { client: &self.client, estimate, deadline };
        let finish = self.finish.clone();
        let execute = async move { finish(service.answered_once(prepared, inquiry).await) };
        Ok(self.service.limiter.run(execution, execute).await?)
    }
}
