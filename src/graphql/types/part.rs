//! The parts of a programme: recipients, participations, budgets, sites and sectors.

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
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::graphql::word::Word;
use crate::model;
use crate::model::codelist::Codelist;
use crate::model::origin::Assertion;
use crate::model::programme::{self, BudgetElement, BudgetStatus, BudgetType, Channel, Role};
use crate::read::total::ExclusionReason;

/// Declares the object of a part: what every part has, and its own fields.
macro_rules! part {
    ($(#[doc = $about:literal])* $name:ident($part:ty); $($fields:tt)*) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name<'a>(pub(super) $part);

        $(#[doc = $about])*
        #[Object(serial)]
        impl<'a> $name<'a> {
            /// The line of the file that it was read from.
            pub(in crate::graphql) async fn origin(&self) -> Origin {
                (&self.0.provenance.origin).into()
            }

            /// What publications say for it.
            pub(in crate::graphql) async fn citations(&self) -> PlainList<Citation> {
                citations(&self.0.provenance.citations)
            }

            /// How far its sources carry it.
            pub(in crate::graphql) async fn assertion(&self) -> Word<Assertion> {
                Word(self.0.provenance.assertion)
            }

            $($fields)*
        }
    };
}

part! {
    /// A country that receives a programme. IATI: recipient-country.
    Recipient(&'a programme::Recipient);

    /// The country.
    async fn country(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.country.as_str())
    }

    /// Its share in per cent; null when no source divides the programme.
    async fn percentage(&self) -> Option<Decimal> {
        self.0.percentage.map(Decimal)
    }
}

part! {
    /// An agency's part in a programme. IATI: participating-org.
    Participation(&'a programme::Participation);

    /// The agency.
    async fn agency(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Agency>>> {
        find(ctx, self.0.agency.as_str())
    }

    /// Its part.
    async fn role(&self) -> Word<Role> {
        Word(self.0.role)
    }

    /// What the programme itself calls the agency; null when it gives no name, or its source is no IATI file.
    async fn name_as_published(&self) -> Option<Text> {
        self.0.name_as_published.as_ref().map(Text::from)
    }

    /// The part in the source's own word.
    async fn role_as_published(&self) -> Option<&str> {
        self.0.role_as_published.as_deref()
    }

    /// The way that it stands for.
    async fn channel(&self) -> Option<Word<Channel>> {
        self.0.channel.map(Word)
    }

    /// The part of the programme's money that it gives or carries out; null when nothing is said of it.
    async fn money(&self) -> Option<Plain<Money>> {
        self.0.money.map(Money).map(Plain)
    }

    /// The agency's own activity that this one belongs to, as published. IATI: participating-org/@activity-id.
    async fn activity_identifier(&self) -> Option<&str> {
        self.0.activity.as_deref()
    }

    /// That activity, where it is in the data.
    async fn programme(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Programme>>> {
        self.0.activity.as_ref().map_or(Ok(None), |activity| find(ctx, activity))
    }

    /// Whether the money comes on top of the other participations' money; false for an older or overlapping figure.
    async fn additional(&self) -> bool {
        self.0.additional
    }
}

part! {
    /// Money planned for a programme over a time. IATI: budget.
    Budget(Counted<'a>);

    /// Its identifier.
    async fn identifier(&self) -> &str {
        self.0.id.as_str()
    }

    /// What it stands for.
    async fn element(&self) -> Word<BudgetElement> {
        Word(self.0.element)
    }

    /// Whether it is the first or a later one; null when the source does not say. IATI: budget/@type.
    async fn r#type(&self) -> Option<Word<BudgetType>> {
        self.0.r#type.map(Word)
    }

    /// How binding it is; null when the source does not say. IATI: budget/@status.
    async fn status(&self) -> Option<Word<BudgetStatus>> {
        self.0.status.map(Word)
    }

    /// The time that it is for.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// When it was decided or reported.
    async fn as_of(&self) -> Option<PartialDate> {
        self.0.as_of.map(PartialDate)
    }

    /// The money.
    async fn money(&self) -> Plain<Money> {
        Plain(Money(self.0.money))
    }

    /// Identifier of the budget that its source says it takes the place of. IATI has no such link: a revised budget takes the place of
    /// the time that it covers, and `leftOut` of the others says so.
    async fn supersedes(&self) -> Option<&str> {
        self.0.supersedes.as_ref().map(AsRef::as_ref)
    }

    /// Identifier of the budget that contains it.
    async fn part_of(&self) -> Option<&str> {
        self.0.part_of.as_ref().map(AsRef::as_ref)
    }

    /// Why it does not count beside the programme's other budgets; null when it counts.
    async fn left_out(&self) -> Option<Word<ExclusionReason>> {
        self.0.left_out.map(Word)
    }
}

/// A budget, and whether it counts beside the others of its programme.
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
    /// A place that a programme works in. IATI: location.
    Site(&'a programme::Site);

    /// The place.
    async fn location(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Location>>> {
        find(ctx, self.0.location.as_str())
    }

    /// Its name in the source's own words.
    async fn name_as_published(&self) -> Option<&str> {
        self.0.name_as_published.as_deref()
    }
}

part! {
    /// What a programme is for. IATI: sector.
    SectorShare(&'a programme::SectorShare);

    /// The sector in the source's own words; null where it gives a code alone.
    async fn name_as_published(&self) -> Option<&str> {
        self.0.name_as_published.as_ref().map(model::text::Text::main)
    }

    /// The same, in all languages that the source gives.
    async fn name(&self) -> Option<Text> {
        self.0.name_as_published.as_ref().map(Text::from)
    }

    /// The list that the code is from; null where the source gives words alone.
    async fn vocabulary(&self) -> Option<Code> {
        Code::maybe(Codelist::SectorVocabulary, self.0.vocabulary.as_ref())
    }

    /// The code as published, of any list.
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

    /// The DAC sector, where a code fits clearly. `assertion` says whether the code is the source's or ours.
    async fn sector(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Sector>>> {
        self.0.sector.as_ref().map_or(Ok(None), |sector| find(ctx, sector.as_str()))
    }

    /// Its share in per cent; null when no source divides the programme.
    async fn percentage(&self) -> Option<Decimal> {
        self.0.percentage.map(Decimal)
    }
}
