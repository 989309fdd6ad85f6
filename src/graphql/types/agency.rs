//! Agencies.

use async_graphql::{Context, SimpleObject};

use super::code::Code;
use super::country::Country;
use super::detail::Document;
use super::find;
use super::money::Money;
use super::noun;
use super::origin::Origin;
use super::period::Period;
use super::relation::AgencyRelations;
use super::text::Text;
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::word::Word;
use crate::model::agency::{self, AgencyBudgetKind, AgencyKind};
use crate::model::codelist::Codelist;
use crate::model::programme::BudgetStatus;

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
    async fn country(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        self.0.country.map_or(Ok(None), |country| find(ctx, country.as_str()))
    }

    /// Its page on the web.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    /// Other identifiers that it is published under.
    async fn identifiers(&self) -> &[String] {
        &self.0.identifiers
    }

    /// Its type as published. IATI: organisation type.
    async fn r#type(&self) -> Option<Code> {
        Code::maybe(Codelist::OrganisationType, self.0.r#type.as_ref())
    }

    /// What it plans and spends as a whole; never added to the money of its programmes. IATI: organisation file.
    async fn budgets(&self) -> PlainList<AgencyBudget> {
        self.0.budgets.iter().map(AgencyBudget::from).collect()
    }

    /// Its documents. IATI: organisation file, document-link.
    async fn documents(&self) -> PlainList<Document> {
        self.0.documents.iter().map(Document::from).collect()
    }

    #[graphql(flatten)]
    async fn relations(&self) -> AgencyRelations {
        AgencyRelations(self.0.clone())
    }
}

/// A figure of a whole organisation. IATI: organisation file.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct AgencyBudget {
    /// What it stands for.
    kind: Word<AgencyBudgetKind>,
    /// How binding it is; null when the source does not say.
    status: Option<Word<BudgetStatus>>,
    /// The time that it is for.
    period: Option<Period>,
    /// The organisation, country or region that it is for, as published.
    recipient: Option<String>,
    /// What the source calls that organisation, country or region; null when it gives no words.
    recipient_name_as_published: Option<Text>,
    /// The money.
    money: Money,
    /// Where it was read from.
    origin: Origin,
}

impl From<&agency::AgencyBudget> for AgencyBudget {
    fn from(budget: &agency::AgencyBudget) -> Self {
        Self {
            kind: Word(budget.kind),
            status: budget.status.map(Word),
            period: Period::known(budget.period),
            recipient: budget.recipient.clone(),
            recipient_name_as_published: budget.recipient_name.as_ref().map(Text::from),
            money: Money(budget.money),
            origin: (&budget.origin).into(),
        }
    }
}
