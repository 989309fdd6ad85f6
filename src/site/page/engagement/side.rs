//! One side of a briefing: a donor with one partner country.

use super::data::{Answer, Budgets, Cited, Engagement, Located};
use crate::site::parts::data::{Edition, Grouped};
use crate::site::parts::rows::EventRow;

/// A donor with one partner country.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) engagement: Engagement,
    pub(super) events: Vec<Cited<EventRow>>,
    pub(super) places: Vec<Located>,
    pub(super) relief: Grouped,
    pub(super) budgets: Budgets,
}

impl Answer {
    /// Returns the sides: none if a country is unknown.
    pub(super) fn sides(self) -> (Vec<Side>, Edition) {
        let first = self.engagement.map(|engagement| Side {
            engagement,
            events: self.events.nodes,
            places: self.places.nodes,
            relief: self.relief,
            budgets: self.budgets,
        });
        let nodes = (self.other_events, self.other_places);
        let money = (self.other_relief, self.other_budgets);
        let second = match (self.other, nodes, money) {
            (Some(engagement), (Some(events), Some(places)), (Some(relief), Some(budgets))) => {
                let (events, places) = (events.nodes, places.nodes);
                Some(Side { engagement, events, places, relief, budgets })
            }
            _ => None,
        };
        (first.into_iter().chain(second).collect(), self.dataset)
    }
}

impl Side {
    /// Returns the code of the partner country, in lower case.
    pub(super) fn code(&self) -> String {
        let partner = self.engagement.partner.as_ref();
        partner.map(|partner| partner.named.identifier.to_lowercase()).unwrap_or_default()
    }

    /// Returns the name of the partner country.
    pub(super) fn name(&self) -> &str {
        self.engagement
            .partner
            .as_ref()
            .map(|partner| partner.name.value.as_str())
            .unwrap_or_default()
    }
}
