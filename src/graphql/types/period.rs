//! Periods: date ranges with inclusive ends.

use async_graphql::SimpleObject;

use crate::graphql::scalar::{Date, PartialDate};
use crate::model::date::Period as Span;

/// Period; both ends are inclusive.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Period {
    /// Start, as precise as the source; null when not stated.
    start: Option<PartialDate>,
    /// End, as precise as the source; null when open or not stated.
    end: Option<PartialDate>,
    /// First possible day: 1 January for a year.
    first_day: Option<Date>,
    /// Last possible day: 31 December for a year.
    last_day: Option<Date>,
}

impl From<Span> for Period {
    fn from(span: Span) -> Self {
        Self {
            start: span.start.map(PartialDate),
            end: span.end.map(PartialDate),
            first_day: span.start.map(|start| Date(start.first_day())),
            last_day: span.end.map(|end| Date(end.last_day())),
        }
    }
}

impl Period {
    /// Creates the period of a span; `None` when neither end is known.
    pub(in crate::graphql) fn known(span: Span) -> Option<Self> {
        (!span.is_unknown()).then(|| span.into())
    }
}
