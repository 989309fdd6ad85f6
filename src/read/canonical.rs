//! Canonical form of a query: equal queries have equal text, independent of type and field names in
//! this code.
//!
//! A cursor is bound to this text. Changing a word here invalidates the cursors of the lists that
//! use it, once.

use serde_json::{Value, json};

use super::filter::Filter;
use super::reader::{Ordering, Sort};
use super::search::SearchFilter;
use crate::model::code::Code as _;

impl Filter {
    /// Returns the filter as nested arrays: a word for the condition, then its operands.
    pub fn canonical(&self) -> Value {
        let all = |filters: &[Self]| filters.iter().map(Self::canonical).collect::<Vec<_>>();
        match self {
            Self::All => json!(["all"]),
            Self::Is(facet, terms) => json!(["is", facet.as_str(), terms]),
            Self::Begins(facet, prefixes) => json!(["begins", facet.as_str(), prefixes]),
            Self::Day(kind, from, to) => json!(["day", kind, day(*from), day(*to)]),
            Self::Key(keys) => json!(["key", keys]),
            Self::InForce(from, to) => json!(["in-force", day(Some(*from)), day(Some(*to))]),
            Self::EndUnknown => json!(["end-unknown"]),
            Self::At(level) => json!(["level", level.as_str()]),
            Self::Text(text) => json!(["text", text]),
            Self::OfProgramme(filter) => json!(["of-programme", filter.canonical()]),
            Self::MoneyFor(facet, terms) => json!(["money-for", facet.as_str(), terms]),
            Self::And(filters) => json!(["and", all(filters)]),
            Self::Or(filters) => json!(["or", all(filters)]),
            Self::Not(filter) => json!(["not", filter.canonical()]),
        }
    }
}

/// Converts a day into its Julian day number.
fn day(date: Option<time::Date>) -> Option<i32> {
    date.map(time::Date::to_julian_day)
}

impl Ordering {
    /// Returns the order as a word and a direction.
    pub fn canonical(self) -> Value {
        let sort = match self.sort {
            Sort::Id => "id",
            Sort::Name => "name",
            Sort::Date => "date",
        };
        json!([sort, if self.descending { "descending" } else { "ascending" }])
    }
}

impl SearchFilter {
    /// Returns the conditions of a search as lists of terms, in a fixed order.
    pub fn canonical(&self) -> Value {
        json!([self.countries, self.donors, self.years, self.sectors, self.agencies])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facet::Facet;

    #[test]
    fn the_canonical_form_of_a_filter_is_fixed() {
        let filter = Filter::is(Facet::Country, "ML")
            .and(Filter::Not(Box::new(Filter::Key(vec!["A,B".to_owned()]))))
            .and(Filter::Day(1, Some(time::Date::MIN), None));
        assert_eq!(
            filter.canonical().to_string(),
            r#"["and",[["is","country",["ML"]],["not",["key",["A,B"]]],["day",1,-1930999,null]]]"#
        );
        let ordering = Ordering { sort: Sort::Date, descending: true };
        assert_eq!(ordering.canonical().to_string(), r#"["date","descending"]"#);
    }

    #[test]
    fn terms_with_separators_stay_distinct() {
        let one = Filter::Is(Facet::Agency, vec!["a\",\"b".to_owned()]);
        let two = Filter::Is(Facet::Agency, vec!["a".to_owned(), "b".to_owned()]);
        assert_ne!(one.canonical().to_string(), two.canonical().to_string());
    }
}
