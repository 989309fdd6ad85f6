//! Missions, and what states give to them.

use async_graphql::Context;

use super::agency::Agency;
use super::country::Country;
use super::money::Money;
use super::period::Period;
use super::relation::MissionRelations;
use super::text::Text;
use super::{find, find_all, noun};
use crate::graphql::error::Answer;
use crate::graphql::word::Word;
use crate::model::mission::{self, Deployment, Headcount, MissionContributionKind, MissionKind};
use crate::model::money::{Absence, Qualifier};

noun! {
    /// A civilian, military or peacekeeping mission. Its pillar is DEFENCE.
    Mission(mission::Mission), MissionFilter, DatedOrder, list;

    /// Its name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// Its acronym: `EUTM Mali`.
    async fn acronym(&self) -> Option<&str> {
        self.0.acronym.as_deref()
    }

    /// What kind of mission it is.
    async fn kind(&self) -> Word<MissionKind> {
        Word(self.0.kind)
    }

    /// The organisations that lead it.
    async fn leads(&self, ctx: &Context<'_>) -> Answer<Vec<Agency>> {
        find_all(ctx, &self.0.leads)
    }

    /// The countries that host it.
    async fn countries(&self, ctx: &Context<'_>) -> Answer<Vec<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// Its time.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// What it is there to do, in a clause.
    async fn mandate(&self) -> Option<&str> {
        self.0.mandate.as_deref()
    }

    #[graphql(flatten)]
    async fn relations(&self) -> MissionRelations {
        MissionRelations(self.0.clone())
    }
}

noun! {
    /// What a state gives to one mission, or to several taken together.
    MissionContribution(mission::MissionContribution), MissionContributionFilter, DatedOrder, money_list;

    /// The missions. What is given to several of them is for all together.
    async fn missions(&self, ctx: &Context<'_>) -> Answer<Vec<Mission>> {
        find_all(ctx, &self.0.missions)
    }

    /// The state that gives.
    async fn contributor(&self, ctx: &Context<'_>) -> Answer<Option<Country>> {
        find(ctx, self.0.contributor.as_str())
    }

    /// The body of that state which sends or pays. `assertion` says whether a source says so.
    async fn sending_body(&self, ctx: &Context<'_>) -> Answer<Option<Agency>> {
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
    async fn money(&self) -> Money {
        Money(self.0.money)
    }

    /// What for, in a clause.
    async fn purpose(&self) -> Option<&str> {
        self.0.purpose.as_deref()
    }
}
