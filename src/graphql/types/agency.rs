//! Agencies.

use async_graphql::Context;

use super::country::Country;
use super::find;
use super::noun;
use super::relation::AgencyRelations;
use super::text::Text;
use crate::graphql::error::Answer;
use crate::graphql::word::Word;
use crate::model::agency::{self, AgencyKind};

noun! {
    /// An organisation, one record whatever parts it plays. IATI: organisation.
    Agency(agency::Agency), AgencyFilter, NamedOrder, list;

    /// Its name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// Its acronym: `WFP`.
    async fn acronym(&self) -> Option<&str> {
        self.0.acronym.as_deref()
    }

    /// Other names that it is found by.
    async fn aliases(&self) -> &[String] {
        &self.0.aliases
    }

    /// What it is.
    async fn kind(&self) -> Word<AgencyKind> {
        Word(self.0.kind)
    }

    /// Where it is at home; null for an international body.
    async fn country(&self, ctx: &Context<'_>) -> Answer<Option<Country>> {
        self.0.country.map_or(Ok(None), |country| find(ctx, country.as_str()))
    }

    /// Its page on the web.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    #[graphql(flatten)]
    async fn relations(&self) -> AgencyRelations {
        AgencyRelations(self.0.clone())
    }
}
