//! Parts of a record: recipients, participations, budgets, places and sectors of a programme, and beneficiaries.

use async_graphql::{Context, Object};

use super::agency::Agency;
use super::code::Code;
use super::country::Country;
use super::find;
use super::location::Location;
use super::money::Money;
use super::origin::{Citation, Origin, citations};
use super::period::Period;
use super::programme::Programme;
use super::sector::Sector;
use super::text::Text;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::model;
use crate::model::beneficiary;
use crate::model::classification;
use crate::model::codelist::Codelist;
use crate::model::origin::Assertion;
use crate::model::programme::{self, BudgetElement, BudgetStatus, BudgetType, Channel, Role};
use crate::read::total::ExclusionReason;

/// Declares the object of a part, with the fields common to all parts and its own.
macro_rules! part {
    ($(#[doc = $about:literal])* $name:ident($part:ty); $($fields:tt)*) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name<'a>(pub(super) $part);

        $(#[doc = $about])*
        #[Object(serial)]
        impl<'a> $name<'a> {
            /// File and line that it was read from.
            pub(in crate::graphql) async fn origin(&self) -> Origin {
                (&self.0.provenance.origin).into()
            }

            /// Publications that support it.
            pub(in crate::graphql) async fn citations(&self) -> SerialList<Citation> {
                citations(&self.0.provenance.citations)
            }

            /// Degree to which its sources support it.
            pub(in crate::graphql) async fn assertion(&self) -> CodeEnum<Assertion> {
                CodeEnum(self.0.provenance.assertion)
            }

            $($fields)*
        }
    };
}

part! {
    /// Recipient country of a programme. IATI: recipient-country.
    Recipient(&'a classification::Recipient);

    /// Recipient country.
    async fn country(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        find(ctx, self.0.country.as_str())
    }

    /// Share of the programme in per cent; null when no source divides the programme.
    async fn percentage(&self) -> Option<Decimal> {
        self.0.percentage.map(Decimal)
    }
}

part! {
    /// Agency that a mission, a contribution to a mission or a trust fund supports.
    Beneficiary(&'a beneficiary::Beneficiary);

    /// Agency that benefits.
    async fn agency(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Agency>>> {
        find(ctx, self.0.agency.as_str())
    }
}

part! {
    /// Participation of an agency in a programme. IATI: participating-org.
    Participation(&'a programme::Participation);

    /// Participating agency.
    async fn agency(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Agency>>> {
        find(ctx, self.0.agency.as_str())
    }

    /// Role of the agency: funding, accountable, extending or implementing.
    async fn role(&self) -> CodeEnum<Role> {
        CodeEnum(self.0.role)
    }

    /// Name of the agency as the programme's IATI file gives it; null without a name, or when the source is not an IATI
    /// file.
    async fn name_as_published(&self) -> Option<Text> {
        self.0.name_as_published.as_ref().map(Text::from)
    }

    /// Role in the words of the source.
    async fn role_as_published(&self) -> Option<&str> {
        self.0.role_as_published.as_deref()
    }

    /// Channel of delivery that the agency represents; null when none.
    async fn channel(&self) -> Option<CodeEnum<Channel>> {
        self.0.channel.map(CodeEnum)
    }

    /// Part of the programme's money that the agency provides or implements; null when not stated.
    async fn money(&self) -> Option<Serial<Money>> {
        self.0.money.map(Money).map(Serial)
    }

    /// The agency's own activity that this one belongs to, as published. IATI: participating-org/@activity-id.
    async fn activity_identifier(&self) -> Option<&str> {
        self.0.activity.as_deref()
    }

    /// That activity; null when it is not in the data.
    async fn programme(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Programme>>> {
        self.0.activity.as_ref().map_or(Ok(None), |activity| find(ctx, activity))
    }

    /// True if the money adds to that of the other participations; false for an older or overlapping figure.
    async fn additional(&self) -> bool {
        self.0.additional
    }
}

part! {
    /// Planned money of a programme for a period. IATI: budget.
    Budget(Counted<'a>);

    /// Identifier of the budget.
    async fn identifier(&self) -> &str {
        self.0.id.as_str()
    }

    /// Element that the amount comes from: a budget, or another figure.
    async fn element(&self) -> CodeEnum<BudgetElement> {
        CodeEnum(self.0.element)
    }

    /// Original or revised; null when not stated. IATI: budget/@type.
    async fn r#type(&self) -> Option<CodeEnum<BudgetType>> {
        self.0.r#type.map(CodeEnum)
    }

    /// Indicative or committed; null when not stated. IATI: budget/@status.
    async fn status(&self) -> Option<CodeEnum<BudgetStatus>> {
        self.0.status.map(CodeEnum)
    }

    /// Period covered.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// Date of the decision or of the report.
    async fn as_of(&self) -> Option<PartialDate> {
        self.0.as_of.map(PartialDate)
    }

    /// Amount, or the reason for its absence.
    async fn money(&self) -> Serial<Money> {
        Serial(Money(self.0.money))
    }

    /// Identifier of the budget that it supersedes, as stated by the source. IATI has no such link: there, a revised budget
    /// supersedes the period that it covers, and `leftOut` of the superseded budgets shows this.
    async fn supersedes(&self) -> Option<&str> {
        self.0.supersedes.as_ref().map(AsRef::as_ref)
    }

    /// Identifier of the budget that contains it.
    async fn part_of(&self) -> Option<&str> {
        self.0.part_of.as_ref().map(AsRef::as_ref)
    }

    /// Reason why it is excluded from the sum of the programme's budgets; null when it counts.
    async fn left_out(&self) -> Option<CodeEnum<ExclusionReason>> {
        self.0.left_out.map(CodeEnum)
    }
}

/// Budget, with the reason why it is excluded from the sum of its programme, if any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted<'a> {
    budget: &'a programme::Budget,
    left_out: Option<ExclusionReason>,
}

impl std::ops::Deref for Counted<'_> {
    type Target = programme::Budget;

    fn deref(&self) -> &programme::Budget {
        self.budget
    }
}

impl<'a> Budget<'a> {
    pub(super) fn new(budget: &'a programme::Budget, left_out: Option<ExclusionReason>) -> Self {
        Self(Counted { budget, left_out })
    }
}

part! {
    /// Place of a programme. IATI: location.
    Site(&'a programme::Site);

    /// The place.
    async fn location(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Location>>> {
        find(ctx, self.0.location.as_str())
    }

    /// Name in the words of the source.
    async fn name_as_published(&self) -> Option<&str> {
        self.0.name_as_published.as_deref()
    }
}

part! {
    /// Sector of a programme, with its share of the money. IATI: sector.
    SectorShare(&'a classification::SectorShare);

    /// Name in the words of the source; null when the source gives only a code.
    async fn name_as_published(&self) -> Option<&str> {
        self.0.name_as_published.as_ref().map(model::text::Text::main)
    }

    /// The same name in all languages of the source.
    async fn name(&self) -> Option<Text> {
        self.0.name_as_published.as_ref().map(Text::from)
    }

    /// Vocabulary of the code; null when the source gives only words.
    async fn vocabulary(&self) -> Option<Code> {
        Code::maybe(Codelist::SectorVocabulary, self.0.vocabulary.as_ref())
    }

    /// Code as published, from any vocabulary.
    async fn code(&self) -> Option<Code> {
        let code = self.0.code.clone()?;
        Some(match self.0.vocabulary.as_deref() {
            Some("1") => Code::of(Codelist::Sector, code),
            Some("2") => Code::of(Codelist::SectorCategory, code),
            Some("7") => Code::of(Codelist::SdgGoal, code),
            Some("8") => Code::of(Codelist::SdgTarget, code),
            _ => Code::foreign(code),
        })
    }

    /// DAC sector; null when no DAC code fits clearly. `assertion` shows if the code is stated by the source or assigned by
    /// the editors.
    async fn sector(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Sector>>> {
        self.0.sector.as_ref().map_or(Ok(None), |sector| find(ctx, sector.as_str()))
    }

    /// Share of the money in per cent; null when no source divides the programme.
    async fn percentage(&self) -> Option<Decimal> {
        self.0.percentage.map(Decimal)
    }
}
