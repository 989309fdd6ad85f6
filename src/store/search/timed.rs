//! Queries that end at a deadline.
//!
//! The engine builds the scorers of all words before it visits a document: it expands a prefix or typing errors to every
//! word that matches, and advances to the first document with all words. On a large index both take long, so they
//! check the deadline too. After the deadline a query matches nothing more, and its caller discards the partial result.

use std::fmt;
use std::sync::Arc;

use tantivy::postings::TermInfo;
use tantivy::query::{
    BitSetDocSet, ConstScorer, DfaWrapper, EmptyQuery, EmptyScorer, EnableScoring, Explanation,
    FuzzyTermQuery, Query, Scorer, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{
    BitSet, DocId, DocSet, InvertedIndexReader, Score, SegmentReader, TERMINATED, TantivyError,
    Term,
};

/// Returns true once the deadline of a search has passed.
pub type IsOver = Arc<dyn Fn() -> bool + Send + Sync>;

/// Number of steps between two checks of the deadline.
const LOOK: u32 = 1_024;

/// The same for blocks of up to 128 documents.
const LOOK_BLOCKS: u32 = 64;

/// Query that matches nothing more after the deadline.
#[derive(Clone)]
pub(super) struct Timed {
    query: Arc<dyn Query>,
    is_over: IsOver,
}

impl Timed {
    pub(super) fn new(query: Box<dyn Query>, is_over: &IsOver) -> Self {
        Self { query: Arc::from(query), is_over: Arc::clone(is_over) }
    }
}

impl fmt::Debug for Timed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.query.fmt(f)
    }
}

impl Query for Timed {
    fn weight(&self, scoring: EnableScoring<'_>) -> Result<Box<dyn Weight>, TantivyError> {
        if (self.is_over)() {
            return EmptyQuery.weight(scoring);
        }
        let weight = self.query.weight(scoring)?;
        Ok(Box::new(TimedWeight { weight, is_over: Arc::clone(&self.is_over) }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.query.query_terms(visitor);
    }
}

struct TimedWeight {
    weight: Box<dyn Weight>,
    is_over: IsOver,
}

impl Weight for TimedWeight {
    fn scorer(
        &self,
        segment: &SegmentReader,
        boost: Score,
    ) -> Result<Box<dyn Scorer>, TantivyError> {
        if (self.is_over)() {
            return Ok(Box::new(EmptyScorer));
        }
        let scorer = self.weight.scorer(segment, boost)?;
        let is_over = Arc::clone(&self.is_over);
        Ok(Box::new(TimedScorer { scorer, is_over, until_look: LOOK, has_ended: false }))
    }

    fn explain(
        &self,
        segment: &SegmentReader,
        document: DocId,
    ) -> Result<Explanation, TantivyError> {
        self.weight.explain(segment, document)
    }
}

struct TimedScorer {
    scorer: Box<dyn Scorer>,
    is_over: IsOver,
    until_look: u32,
    has_ended: bool,
}

impl TimedScorer {
    /// Counts a step; returns true after the deadline.
    fn ends(&mut self) -> bool {
        self.until_look -= 1;
        if self.until_look == 0 {
            self.until_look = LOOK;
            self.has_ended |= (self.is_over)();
        }
        self.has_ended
    }
}

impl DocSet for TimedScorer {
    fn advance(&mut self) -> DocId {
        if self.ends() { TERMINATED } else { self.scorer.advance() }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.ends() { TERMINATED } else { self.scorer.seek(target) }
    }

    fn doc(&self) -> DocId {
        if self.has_ended { TERMINATED } else { self.scorer.doc() }
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }

    fn cost(&self) -> u64 {
        self.scorer.cost()
    }
}

impl Scorer for TimedScorer {
    fn score(&mut self) -> Score {
        self.scorer.score()
    }
}

/// All words that begin with a term, or differ from it by typing errors.
#[derive(Clone)]
pub(super) struct Expansion {
    query: FuzzyTermQuery,
    field: Field,
    is_over: IsOver,
}

impl Expansion {
    /// Expands a term to all words that begin with it.
    pub(super) fn prefix(term: Term, is_over: &IsOver) -> Self {
        let (field, is_over) = (term.field(), Arc::clone(is_over));
        Self { query: FuzzyTermQuery::new_prefix(term, 0, true), field, is_over }
    }

    /// Expands a term to all words with at most a number of typing errors.
    pub(super) fn near(term: Term, errors: u8, is_over: &IsOver) -> Self {
        let (field, is_over) = (term.field(), Arc::clone(is_over));
        Self { query: FuzzyTermQuery::new(term, errors, true), field, is_over }
    }
}

impl fmt::Debug for Expansion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.query.fmt(f)
    }
}

impl Query for Expansion {
    fn weight(&self, _: EnableScoring<'_>) -> Result<Box<dyn Weight>, TantivyError> {
        let (automaton, is_over) = (self.query.automaton()?, Arc::clone(&self.is_over));
        Ok(Box::new(ExpansionWeight { automaton, field: self.field, is_over }))
    }
}

struct ExpansionWeight {
    automaton: DfaWrapper,
    field: Field,
    is_over: IsOver,
}

impl ExpansionWeight {
    /// Adds the documents of all matching words, until the deadline.
    fn documents(
        &self,
        index: &InvertedIndexReader,
        found: &mut BitSet,
    ) -> Result<(), TantivyError> {
        let mut words = index.terms().search(&self.automaton).without_keys().into_stream()?;
        let mut until_look = LOOK_BLOCKS;
        while words.advance() {
            let info: &TermInfo = words.value();
            let option = IndexRecordOption::Basic;
            let mut postings = index.read_block_postings_from_terminfo(info, option)?;
            while !postings.docs().is_empty() {
                until_look -= 1;
                if until_look == 0 {
                    if (self.is_over)() {
                        return Ok(());
                    }
                    until_look = LOOK_BLOCKS;
                }
                for document in postings.docs() {
                    found.insert(*document);
                }
                postings.advance();
            }
        }
        Ok(())
    }
}

impl Weight for ExpansionWeight {
    fn scorer(
        &self,
        segment: &SegmentReader,
        boost: Score,
    ) -> Result<Box<dyn Scorer>, TantivyError> {
        let mut found = BitSet::with_max_value(segment.max_doc());
        if !(self.is_over)() {
            let index = segment.inverted_index(self.field)?;
            self.documents(&index, &mut found)?;
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(
        &self,
        segment: &SegmentReader,
        document: DocId,
    ) -> Result<Explanation, TantivyError> {
        let is_match = self.scorer(segment, 1.0)?.seek(document) == document;
        let absent = || TantivyError::InvalidArgument("the document does not match".to_owned());
        is_match.then(|| Explanation::new("expansion", 1.0)).ok_or_else(absent)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tantivy::query::{BooleanQuery, Occur, TermQuery};
    use tantivy::schema::{Schema, TEXT};
    use tantivy::{Index, Searcher, TantivyDocument};

    use super::super::collect;
    use super::*;

    /// An index in memory with one document per text.
    fn index(texts: impl Iterator<Item = String>) -> (Searcher, Field) {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("text", TEXT);
        schema.add_u64_field("at", tantivy::schema::FAST);
        let schema = schema.build();
        let at = schema.get_field("at").unwrap();
        let index = Index::create_in_ram(schema);
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 20_000_000).unwrap();
        for (number, text) in (0_u64..).zip(texts) {
            let mut document = TantivyDocument::default();
            document.add_text(field, text);
            document.add_u64(at, number);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        (index.reader().unwrap().searcher(), field)
    }

    /// A deadline that has passed from its check number `over` on, and the number of its checks.
    fn deadline(over: u32) -> (IsOver, Arc<AtomicU32>) {
        let looks = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&looks);
        (Arc::new(move || counted.fetch_add(1, Ordering::Relaxed) + 1 >= over), looks)
    }

    fn found(searcher: &Searcher, query: &dyn Query, is_over: &IsOver) -> usize {
        collect::all(searcher, query, &**is_over).unwrap().len()
    }

    const NEVER: u32 = u32::MAX;

    #[test]
    fn an_expansion_ends_at_the_next_check_of_its_deadline() {
        let (searcher, field) = index((0..5_000).map(|number| format!("a{number}")));
        let prefix =
            |is_over: &IsOver| Expansion::prefix(Term::from_field_text(field, "a"), is_over);
        let (never, looks) = deadline(NEVER);
        assert_eq!(found(&searcher, &prefix(&never), &never), 5_000);
        assert!(looks.load(Ordering::Relaxed) > 5_000 / LOOK_BLOCKS);
        for over in [1, 2, 10] {
            let (is_over, looks) = deadline(over);
            let open = deadline(NEVER).0;
            let found = found(&searcher, &prefix(&is_over), &open);
            assert_eq!(looks.load(Ordering::Relaxed), over);
            assert!(found <= (LOOK_BLOCKS * over) as usize, "{found}");
        }
    }

    #[test]
    fn typing_errors_and_prefixes_match_the_words_that_the_engine_finds() {
        let words = ["water", "waters", "waiter", "watre", "wall", "school"];
        let (searcher, field) = index(words.into_iter().map(str::to_owned));
        let never = deadline(NEVER).0;
        for (word, errors) in [("water", 1), ("water", 2), ("wal", 0)] {
            let term = || Term::from_field_text(field, word);
            let (own, engine): (Box<dyn Query>, Box<dyn Query>) = if errors == 0 {
                let engine = FuzzyTermQuery::new_prefix(term(), 0, true);
                (Box::new(Expansion::prefix(term(), &never)), Box::new(engine))
            } else {
                let engine = FuzzyTermQuery::new(term(), errors, true);
                (Box::new(Expansion::near(term(), errors, &never)), Box::new(engine))
            };
            let of = |query: &dyn Query| collect::all(&searcher, query, &|| false).unwrap();
            assert_eq!(of(&*own), of(&*engine), "{word} {errors}");
            assert!(!of(&*own).is_empty());
        }
    }

    /// Query that counts its scorers.
    #[derive(Clone, Debug)]
    struct Counted(Arc<AtomicU32>, TermQuery);

    struct CountedWeight(Arc<AtomicU32>, Box<dyn Weight>);

    impl Query for Counted {
        fn weight(&self, scoring: EnableScoring<'_>) -> Result<Box<dyn Weight>, TantivyError> {
            Ok(Box::new(CountedWeight(Arc::clone(&self.0), self.1.weight(scoring)?)))
        }
    }

    impl Weight for CountedWeight {
        fn scorer(
            &self,
            of: &SegmentReader,
            boost: Score,
        ) -> Result<Box<dyn Scorer>, TantivyError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            self.1.scorer(of, boost)
        }

        fn explain(&self, of: &SegmentReader, at: DocId) -> Result<Explanation, TantivyError> {
            self.1.explain(of, at)
        }
    }

    #[test]
    fn no_scorer_is_built_after_the_deadline() {
        let (searcher, field) = index(std::iter::once("water".to_owned()));
        let built = Arc::new(AtomicU32::new(0));
        let term = TermQuery::new(Term::from_field_text(field, "water"), IndexRecordOption::Basic);
        // A weight checks once, and a scorer once: the deadline passes at the tenth scorer.
        let (is_over, _) = deadline(40 + 10);
        let word = |_| -> (Occur, Box<dyn Query>) {
            let word = Counted(Arc::clone(&built), term.clone());
            (Occur::Must, Box::new(Timed::new(Box::new(word), &is_over)))
        };
        let all = BooleanQuery::new((0..40).map(word).collect());
        assert_eq!(collect::all(&searcher, &all, &|| false).unwrap(), Vec::<u64>::new());
        assert_eq!(built.load(Ordering::Relaxed), 9);
    }

    #[test]
    fn seeking_the_first_document_checks_the_deadline() {
        // No document has both words.
        let texts = (0..20_000).map(|at| if at % 2 == 0 { "even" } else { "odd" }.to_owned());
        let (searcher, field) = index(texts);
        let both = |is_over: &IsOver| {
            let word = |word| -> (Occur, Box<dyn Query>) {
                let term = Term::from_field_text(field, word);
                let term = TermQuery::new(term, IndexRecordOption::Basic);
                (Occur::Must, Box::new(Timed::new(Box::new(term), is_over)))
            };
            BooleanQuery::new(vec![word("even"), word("odd")])
        };
        let (never, looks) = deadline(NEVER);
        assert_eq!(found(&searcher, &both(&never), &deadline(NEVER).0), 0);
        assert!(looks.load(Ordering::Relaxed) > 10);
        // Two weights, two scorers, and the first check on the way.
        let (is_over, looks) = deadline(5);
        assert_eq!(found(&searcher, &both(&is_over), &deadline(NEVER).0), 0);
        assert!(looks.load(Ordering::Relaxed) <= 6);
    }
}
