//! Agencies: organisations that fund, implement, extend or report.

use async_graphql::{Context, SimpleObject};

use super::code::Code;
use super::country::Country;
use super::detail::Document;
use super::money::Money;
use super::origin::Origin;
use super::period::Period;
use super::relation::{AgencyBenefits, AgencyRelations};
use super::text::{Text, preferred};
use super::{find, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::scalar::Tag;
use crate::model::agency::{self, AgencyBudgetKind, AgencyKind};
use crate::model::codelist::Codelist;
use crate::model::programme::BudgetStatus;

noun! {
    /// Organisation, with one record whatever its roles. IATI: organisation.
    Agency(agency::Agency), AgencyFilter, NamedOrder, list;

    /// Name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// Acronym: `WFP`; in French `PAM`.
    async fn acronym(
        &self,
        #[graphql(desc = "Languages, in order of preference.")] languages: Option<Vec<Tag>>,
    ) -> Option<&str> {
        self.0.acronym.as_ref().map(|acronym| acronym.prefer(&preferred(languages)).1)
    }

    /// Other names under which search finds it.
    async fn aliases(&self) -> &[String] {
        &self.0.aliases
    }

    /// Kind of organisation.
    async fn kind(&self) -> CodeEnum<AgencyKind> {
        CodeEnum(self.0.kind)
    }

    /// Home country; null for an international body.
    async fn country(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        self.0.country.map_or(Ok(None), |country| find(ctx, country.as_str()))
    }

    /// Address of its website.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    /// Further identifiers under which it is published.
    async fn identifiers(&self) -> &[String] {
        &self.0.identifiers
    }

    /// Type of organisation as published. IATI: organisation type.
    async fn r#type(&self) -> Option<Code> {
        Code::maybe(Codelist::OrganisationType, self.0.r#type.as_ref())
    }

    /// Budgets and expenditure of the whole organisation. They are never added to the money of its programmes. IATI:
    /// organisation file.
    async fn budgets(&self) -> SerialList<AgencyBudget> {
        self.0.budgets.iter().map(AgencyBudget::from).collect()
    }

    /// Documents of the organisation. IATI: organisation file, document-link.
    async fn documents(&self) -> SerialList<Document> {
        self.0.documents.iter().map(Document::from).collect()
    }

    /// Missions, contributions to missions and trust funds that support it.
    async fn benefits_from(&self) -> AgencyBenefits {
        AgencyBenefits(self.0.clone())
    }

    #[graphql(flatten)]
    async fn relations(&self) -> AgencyRelations {
        AgencyRelations(self.0.clone())
    }
}

/// Budget or expenditure of a whole organisation. IATI: organisation file.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct AgencyBudget {
    /// Kind of figure.
    kind: CodeEnum<AgencyBudgetKind>,
    /// Indicative or committed; null when not stated.
    status: Option<CodeEnum<BudgetStatus>>,
    /// Period covered.
    period: Option<Period>,
    /// Organisation, country or region that the money is for, as published.
    recipient: Option<String>,
    /// Name of that recipient as published; null when the source gives none.
    recipient_name_as_published: Option<Text>,
    /// Amount.
    money: Money,
    /// File and line of this entry.
    origin: Origin,
}

impl From<&agency::AgencyBudget> for AgencyBudget {
    fn from(budget: &agency::AgencyBudget) -> Self {
        Self {
            kind: CodeEnum(budget.kind),
            status: budget.status.map(CodeEnum),
            period: Period::known(budget.period),
            recipient: budget.recipient.clone(),
            recipient_name_as_published: budget.recipient_name.as_ref().map(Text::from),
            money: Money(budget.money),
            origin: (&budget.origin).into(),
        }
    }
}
