//! GraphQL documents of a noun: the template of `queries/explore.graphql` with its columns, facets and sums.

use std::fmt::Write as _;

use super::noun::{Noun, variable};
use crate::model::code::Code as _;

const PAGE: &str = include_str!("../../queries/explore.graphql");
const SIZE: &str = include_str!("../../queries/explore-size.graphql");

/// Number of groups of a view. A view with more shows the largest.
pub(super) const GROUPS: usize = 1_000;

/// Number of groups of a meter: more than any of its dimensions usually has.
pub(super) const METERED: usize = 1_000;

/// Returns the document of the page of a noun.
pub(super) fn document(noun: &Noun) -> String {
    let text = named(PAGE, "Explore", noun);
    let text = text.replace("  # VARIABLES\n", &variables(noun));
    let text = text.replace("      # COLUMNS\n", &columns(noun));
    let text = text.replace("  # FACETS\n", &facets(noun));
    let (comment, text) = text.split_once("query ").unwrap_or(("", &text));
    // The second line of the comment is about the template.
    let comment = comment.lines().next().unwrap_or_default();
    let text = text.replace("  # MONEY\n", &money(noun));
    format!("{comment}\nquery {text}")
}

/// Returns the document that counts the records whose money is to be grouped.
pub(super) fn size(noun: &Noun) -> String {
    named(SIZE, "SizeOf", noun)
}

fn named(template: &str, verb: &str, noun: &Noun) -> String {
    let order = if noun.is_dated { "DatedOrder" } else { "NamedOrder" };
    template
        .replace("QUERY_NAME", &variable(verb, noun.list))
        .replace("FILTER_TYPE", &format!("{}Filter", noun.kind))
        .replace("ORDER_TYPE", order)
        .replace("NOUNS(", &format!("{}(", noun.list))
}

fn variables(noun: &Noun) -> String {
    let mut text = String::new();
    for column in noun.columns.iter().filter(|column| !column.fields.is_empty()) {
        let _ = writeln!(text, "  ${}: Boolean!", variable("show", column.key));
    }
    for facet in noun.facets {
        let _ = writeln!(text, "  ${}: {}Filter", variable("beside", facet.field), noun.kind);
        let _ = writeln!(text, "  ${}: [String!]", variable("chosen", facet.field));
    }
    if noun.amounts().is_some() {
        text.push_str("  $isSummed: Boolean!\n  $isMetered: Boolean!\n  $by: [GroupDimension!]!\n  $currency: String!\n");
    }
    text
}

fn columns(noun: &Noun) -> String {
    let mut text = String::new();
    for column in noun.columns {
        for field in column.fields {
            let (name, selection) = field.split_once(" {").unwrap_or((field, ""));
            let rest = if selection.is_empty() { String::new() } else { format!(" {{{selection}") };
            let show = variable("show", column.key);
            let _ = writeln!(text, "      {name} @include(if: ${show}){rest}");
        }
    }
    text
}

fn facets(noun: &Noun) -> String {
    let mut text = String::new();
    for facet in noun.facets {
        let (beside, chosen) = (variable("beside", facet.field), variable("chosen", facet.field));
        // All years are few, and are listed in their order.
        let first = if facet.is_years() { "200" } else { "$values" };
        let _ = writeln!(
            text,
            "  {}: {}(filter: ${beside}, first: 0) {{\n    \
             facet(by: {}, first: {first}, including: ${chosen}) {{ ...Values }}\n  }}",
            facet.field,
            noun.list,
            facet.word()
        );
    }
    text
}

fn money(noun: &Noun) -> String {
    let mut text = String::new();
    if noun.amounts().is_none() {
        return text;
    }
    let _ = writeln!(
        text,
        "  money: {}(filter: $filter, first: 0) @include(if: $isSummed) {{\n    \
         groups(by: $by, currency: $currency, first: {GROUPS}) {{ ...KeyedSums }}",
        noun.list
    );
    for dimension in noun.meters {
        let word = dimension.as_str();
        let _ = writeln!(
            text,
            "    {}: groups(by: [{word}], currency: $currency, first: {METERED}) @include(if: $isMetered) {{\n      \
             ...BrokenDown\n    }}",
            meter(*dimension)
        );
    }
    text.push_str("  }\n");
    text
}

/// Returns the name of a meter in the answer: `by_country`.
pub(super) fn meter(dimension: crate::read::groups::GroupDimension) -> String {
    format!("by_{}", dimension.as_str().to_lowercase())
}
