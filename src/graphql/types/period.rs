//! Stretches of time.

use async_graphql::SimpleObject;

use crate::graphql::scalar::{Date, PartialDate};
use crate::model::date::Period as Span;

/// A stretch of time; both ends belong to it.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Period {
    /// When it begins, as precise as the source; null when no source says.
    start: Option<PartialDate>,
    /// When it ends, as precise as the source; null when it is open or no source says.
    end: Option<PartialDate>,
    /// The first day that it can hold: 1 January for a year.
    first_day: Option<Date>,
    /// The last day that it can hold: 31 December for a year.
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
    /// The period of a span of which something is known.
    pub(in crate::graphql) fn known(span: Span) -> Option<Self> {
        (!span.is_unknown()).then(|| span.into())
    }
}
