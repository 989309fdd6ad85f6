//! What states give to missions.

use async_graphql::Context;

use super::agency::Agency;
use super::country::Country;
use super::mission::Mission;
use super::money::Money;
use super::period::Period;
use super::{find, find_all, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::word::Word;
use crate::model::mission_contribution::{self, Deployment, Headcount, MissionContributionKind};
use crate::model::money::{Absence, Qualifier};

noun! {
    /// What a state gives to one mission, or to several taken together.
    MissionContribution(mission_contribution::MissionContribution), MissionContributionFilter, DatedOrder, money_list;

    /// The missions. What is given to several of them is for all together.
    async fn missions(&self, ctx: &Context<'_>) -> Answer<PlainList<Mission>> {
        find_all(ctx, &self.0.missions)
    }

    /// The state that gives.
    async fn contributor(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.contributor.as_str())
    }

    /// The body of that state which sends or pays. `assertion` says whether a source says so.
    async fn sending_body(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Agency>>> {
        self.0.sending_body.as_ref().map_or(Ok(None), |body| find(ctx, body.as_str()))
    }

    /// What is given.
    async fn kind(&self) -> Word<MissionContributionKind> {
        Word(self.0.kind)
    }

    /// When.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// How many people; null when `headcountAbsence` says why.
    async fn headcount(&self) -> Option<u32> {
        match self.0.headcount {
            Headcount::Stated { people, .. } => Some(people),
            Headcount::Absent(_) => None,
        }
    }

    /// How the number of people is to be read.
    async fn headcount_qualifier(&self) -> Option<Word<Qualifier>> {
        match self.0.headcount {
            Headcount::Stated { qualifier, .. } => Some(Word(qualifier)),
            Headcount::Absent(_) => None,
        }
    }

    /// Why there is no number of people.
    async fn headcount_absence(&self) -> Option<Word<Absence>> {
        match self.0.headcount {
            Headcount::Stated { .. } => None,
            Headcount::Absent(absence) => Some(Word(absence)),
        }
    }

    /// Whether people are there, or only meant to be; null when it is not about people, or not said.
    async fn deployment(&self) -> Option<Word<Deployment>> {
        self.0.deployment.map(Word)
    }

    /// What it costs or brings.
    async fn money(&self) -> Plain<Money> {
        Plain(Money(self.0.money))
    }

    /// What for, in a clause.
    async fn purpose(&self) -> Option<&str> {
        self.0.purpose.as_deref()
    }
}
