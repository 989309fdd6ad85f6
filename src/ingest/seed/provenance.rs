//! Parses the five provenance columns.

use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::id::SourceId;
use crate::model::ledger::Severity;
use crate::model::noun::Kind;
use crate::model::origin::{Assertion, Citation, Provenance};

/// Maximum length of a quotation in characters. Figures, dates and names are shorter; sentences are not copied.
const QUOTE: usize = 200;

impl Row<'_> {
    /// Parses the provenance of a row. Quotation, locator and note belong to the first source.
    pub(super) fn provenance(&mut self) -> Option<Provenance> {
        let assertion = self.assertion();
        let as_published = self.quote();
        let sources = self.sources();
        let origin = self.origin();
        let mut citations: Vec<Citation> = sources
            .into_iter()
            .map(|source| Citation {
                source,
                field: None,
                as_published: None,
                normalised: None,
                locator: None,
                note: None,
                assertion,
                origin: origin.clone(),
            })
            .collect();
        let first = citations.first_mut()?;
        first.as_published = as_published;
        first.locator = self.optional("locator");
        first.note = self.optional("note");
        Some(Provenance { origin, assertion, citations })
    }

    /// Parses the assertion; STATED by default.
    pub(super) fn assertion(&mut self) -> Assertion {
        self.optional_word("assertion").unwrap_or(Assertion::Stated)
    }

    /// Parses the quotation; a long one is a warning, since only figures, dates and names are quoted.
    pub(super) fn quote(&mut self) -> Option<String> {
        let quote = self.optional("as_published")?;
        if quote.chars().nth(QUOTE).is_some() {
            let message = format!("the quotation has more than {QUOTE} characters");
            let help = "keep the figure, date or name; sentences of sources are not copied";
            let help = Some(help.to_owned());
            self.note(Severity::Warning, ProblemCode::LongQuote, "as_published", message, help);
        }
        Some(quote)
    }

    fn sources(&mut self) -> Vec<SourceId> {
        if self.cell("source_id").is_empty() {
            let message = "the row names no source";
            let help = "name the publication that supports the fact, by its id in seed/sources.csv";
            let help = Some(help.to_owned());
            self.error(ProblemCode::MissingSource, "source_id", message, help);
        }
        self.references("source_id", Target::Record(Kind::Source))
    }
}
