//! Answers that are ready: the same question to the same generation is answered with the same bytes.
//!
//! A question is its text, its operation and its variables as they were written. Errors are never kept. What another
//! generation answered is dropped as soon as somebody asks the next one.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderValue;
use sha2::{Digest as _, Sha256};

use super::answer::Written;
use super::asked::Asked;
use super::etag;
use super::media::Media;
use crate::graphql::shelf::{Bound, Shelf, Tally};

/// What is asked, by which an answer is found. Clones share its texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    query: Arc<str>,
    operation: Option<Arc<str>>,
    variables: Arc<str>,
    cost: bool,
}

impl Question {
    /// The question of a request that has a text.
    pub(super) fn of(asked: &Asked) -> Option<Self> {
        Some(Self {
            query: asked.query.as_deref()?.into(),
            operation: asked.operation_name.as_deref().map(Arc::from),
            variables: asked.variables().into(),
            cost: asked.asks_for_cost(),
        })
    }

    /// Its text.
    pub(super) fn text(&self) -> &str {
        &self.query
    }

    fn bytes(&self) -> usize {
        self.query.len()
            + self.variables.len()
            + self.operation.as_ref().map_or(0, |name| name.len())
    }

    /// The name of its answer: the same data, program, question and form give the same bytes.
    pub(super) fn tag(&self, generation: u64, version: &str, media: Media) -> HeaderValue {
        let form = format!("{generation} {media:?} {}", self.cost);
        let parts = [
            version,
            env!("CARGO_PKG_VERSION"),
            &form,
            &self.query,
            self.operation.as_deref().unwrap_or_default(),
            &self.variables,
        ];
        // With its length before each part, no two lists give the same bytes.
        let digest = parts.iter().fold(Sha256::new(), |digest, part| {
            digest.chain_update(part.len().to_be_bytes()).chain_update(part)
        });
        etag::of(&digest.finalize())
    }
}

/// The answers that are ready. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Ready(Arc<Mutex<Answers>>);

#[derive(Debug)]
struct Answers {
    generation: u64,
    shelf: Shelf<Question, Arc<Written>>,
}

impl Ready {
    pub(super) fn new(bound: Bound) -> Self {
        Self(Arc::new(Mutex::new(Answers { generation: 0, shelf: Shelf::new(bound) })))
    }

    /// How the answers that are kept are used.
    pub(super) fn tally(&self) -> Tally {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).shelf.tally()
    }

    /// The answer of a generation to a question.
    pub(super) fn get(&self, generation: u64, question: &Question) -> Option<Arc<Written>> {
        self.with(generation, |shelf| shelf.get(question))?
    }

    /// Keeps the answer of a generation, unless it holds an error or a newer generation answers by now.
    pub(super) fn put(&self, generation: u64, question: Question, answer: &Arc<Written>) {
        if !answer.is_err {
            // Its compressed forms, as far as they are kept, are together no larger than it is.
            let bytes = 2 * answer.bytes.len() + question.bytes();
            self.with(generation, |shelf| shelf.put(question, Arc::clone(answer), bytes));
        }
    }

    fn with<T>(
        &self,
        generation: u64,
        then: impl FnOnce(&mut Shelf<Question, Arc<Written>>) -> T,
    ) -> Option<T> {
        // What a panic left behind is a shelf all the same.
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if generation > answers.generation {
            answers.shelf.clear();
            answers.generation = generation;
        }
        (generation == answers.generation).then(|| then(&mut answers.shelf))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(query: &str) -> Question {
        Question { query: query.into(), operation: None, variables: "".into(), cost: false }
    }

    #[test]
    fn answers_of_another_generation_are_gone() {
        let ready = Ready::new(Bound { entries: 10, bytes: 1_000 });
        let answer = Arc::new(Written::new(b"{}".to_vec()));
        ready.put(1, question("{a}"), &answer);
        assert!(ready.get(1, &question("{a}")).is_some());
        assert!(ready.get(2, &question("{a}")).is_none());
        // Late answers of the first are neither kept nor found.
        ready.put(1, question("{a}"), &answer);
        assert!(ready.get(1, &question("{a}")).is_none());
        assert!(ready.get(2, &question("{a}")).is_none());
    }

    #[test]
    fn a_tag_tells_every_part_of_a_question() {
        let one = question("{a}");
        let tag = |question: &Question| question.tag(1, "v", Media::Json);
        let others = [
            question("{b}"),
            Question { operation: Some("{a}".into()), ..question("") },
            Question { variables: "{}".into(), ..one.clone() },
            Question { cost: true, ..one.clone() },
        ];
        assert!(others.iter().all(|other| tag(other) != tag(&one)));
        assert_ne!(one.tag(2, "v", Media::Json), tag(&one));
        assert_ne!(one.tag(1, "w", Media::Json), tag(&one));
        assert_ne!(one.tag(1, "v", Media::GraphqlJson), tag(&one));
    }
}
