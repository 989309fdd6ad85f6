//! Search: words in, records of any noun out, the best first.
//!
//! Every word must begin a word of the record's names. The rank goes by how much of a name the words cover, so
//! that an acronym or whole name comes before a title that merely mentions it.

use super::error::Error;
use super::filter::Filter;
use super::reader::Reader;
use crate::model::noun::{Kind, Record};
use crate::model::text::{Text, words};

/// The most candidates of a noun that are ranked; a question that finds more is too wide to be ranked well.
const MAX_CANDIDATES: u64 = 20_000;

/// A record that a search found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The record.
    pub record: Record,
    /// How well it fits, 0 to 1,000; equal fits are in the order of the nouns, then of the identifiers.
    pub score: u32,
    /// The name that fits best.
    pub matched: String,
}

impl Reader {
    /// The records whose names have all the words, best first.
    ///
    /// # Errors
    /// As [`Reader::all`].
    pub fn search(&self, text: &str, kinds: &[Kind]) -> Result<Vec<Hit>, Error> {
        let wanted = words(text);
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let filter = Filter::Text(text.to_owned());
        let mut hits = Vec::new();
        for kind in kinds {
            // What publishers report is found by its whole identifier, not by the words in it.
            if *kind == Kind::Programme
                && let Some(record) = self.get_any(*kind, text.trim())?
                && matches!(&record, Record::Programme(programme) if programme.report.is_some())
            {
                hits.push(Hit { record, score: 1_000, matched: text.trim().to_owned() });
            }
            let limit = usize::try_from(MAX_CANDIDATES).unwrap_or(usize::MAX);
            for ordinal in self.find(*kind, &filter).iter().take(limit) {
                let record = self
                    .generation()
                    .any_at(*kind, ordinal)?
                    .ok_or(Error::Dangling { kind: *kind, ordinal })?;
                if hits.iter().any(|hit: &Hit| hit.score == 1_000 && hit.record == record) {
                    continue;
                }
                let (score, matched) = best_name(&record, &wanted);
                hits.push(Hit { record, score, matched });
            }
        }
        // The sort is stable: equal scores stay in the order of nouns and identifiers.
        hits.sort_by_key(|hit| std::cmp::Reverse(hit.score));
        Ok(hits)
    }
}

fn best_name(record: &Record, wanted: &[String]) -> (u32, String) {
    names(record)
        .into_iter()
        .map(|name| (score(&words(&name), wanted), name))
        .max_by_key(|(score, _)| *score)
        .unwrap_or_default()
}

/// How well a name fits: 1,000 when it is just the words, less for each word more, less for words that only
/// begin one of the name's, and 0 when no word is there.
fn score(name: &[String], wanted: &[String]) -> u32 {
    if name == wanted {
        return 1_000;
    }
    let whole = wanted.iter().filter(|word| name.contains(word)).count();
    let begun =
        wanted.iter().filter(|w| name.iter().any(|n| n.starts_with(w.as_str()))).count() - whole;
    let leads = name.first().zip(wanted.first()).is_some_and(|(n, w)| n.starts_with(w.as_str()));
    let covered = (whole * 10 + begun * 6) * 80 / (wanted.len().max(name.len()) * 10).max(1);
    let share = (whole * 10 + begun * 6) * 60 / (wanted.len() * 10).max(1);
    u32::try_from(covered * 5 + share * 5 + usize::from(leads) * 100).unwrap_or(u32::MAX).min(999)
}

fn names(record: &Record) -> Vec<String> {
    let texts = |text: &Text| text.forms().map(|(_, form)| form.to_owned()).collect::<Vec<_>>();
    let mut names = match record {
        Record::Source(r) => vec![r.title.clone()],
        Record::Country(r) => texts(&r.name),
        Record::Partnership(_) | Record::Transaction(_) | Record::OdaFigure(_) => Vec::new(),
        Record::Agency(r) => texts(&r.name)
            .into_iter()
            .chain(r.acronym.clone())
            .chain(r.aliases.iter().cloned())
            .collect(),
        Record::Location(r) => texts(&r.name),
        Record::Sector(r) => texts(&r.name),
        Record::Programme(r) => {
            texts(&r.title).into_iter().chain(r.aliases.iter().cloned()).collect()
        }
        Record::Agreement(r) => texts(&r.title),
        Record::Dialogue(r) => texts(&r.title),
        Record::Mission(r) => texts(&r.name).into_iter().chain(r.acronym.clone()).collect(),
        Record::MissionContribution(r) => r.purpose.iter().cloned().collect(),
        Record::TrustFund(r) => texts(&r.name),
        Record::HumanitarianContribution(r) => {
            std::iter::once(r.crisis.clone()).chain(r.purpose.clone()).collect()
        }
        Record::Event(r) => texts(&r.title),
    };
    names.push(record.key().to_owned());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(name: &str, text: &str) -> u32 {
        score(&words(name), &words(text))
    }

    #[test]
    fn a_whole_name_comes_before_a_mention() {
        assert_eq!(fits("Mali", "MALI"), 1_000);
        assert!(
            fits("Mali crisis", "mali") > fits("Additional support for people in Mali", "mali")
        );
        assert!(fits("Ségou Region", "segou") > fits("Ségou Region", "seg"));
        assert_eq!(fits("Niger", "mali"), 0);
    }
}
