//! The ways back: every list that hangs on a record, on one screen. A record's own fields lead to what it names;
//! these lead to what names it.

use std::sync::Arc;

use async_graphql::{Context, Object};

use super::agency::Agency;
use super::agreement::Agreement;
use super::dialogue::Dialogue;
use super::event::Event;
use super::humanitarian_contribution::HumanitarianContribution;
use super::location::Location;
use super::mission::Mission;
use super::mission_contribution::MissionContribution;
use super::node::{CitingList, cited_by};
use super::oda_figure::OdaFigure;
use super::partnership::Partnership;
use super::programme::Programme;
use super::sector::Sector;
use super::transaction::Transaction;
use super::trust_fund::TrustFund;
use crate::graphql::error::Answer;
use crate::graphql::list::{Listed, Window, Wraps};
use crate::model::facet::Facet;
use crate::model::noun::{Kind, Noun};
use crate::model::{
    agency, country, dialogue, humanitarian_contribution, location, mission, programme, sector,
    source, trust_fund,
};
use crate::read::filter::Filter;

/// Declares the lists that hang on a record: each is a noun, narrowed by what the record is.
macro_rules! relations {
    ($(#[doc = $about:literal])* $name:ident($record:ty) {
        $($(#[doc = $doc:literal])* $field:ident: $node:ident = $facet:ident $(joined by $join:ident)?;)+
    }) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name(pub(super) Arc<$record>);

        impl $name {
            /// What its lists of a noun are found by.
            fn facet(kind: Kind) -> Option<Facet> {
                $(if kind == <<$node as Wraps>::Record as Noun>::KIND {
                    return Some(Facet::$facet);
                })+
                None
            }
        }

        $(#[doc = $about])*
        #[Object(serial)]
        impl $name {
            $(
                $(#[doc = $doc])*
                #[graphql(complexity = "crate::graphql::length::nested(Self::facet, filter, first, last, child_complexity)")]
                #[expect(clippy::too_many_arguments, reason = "the four of Relay, a filter and an order")]
                async fn $field(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(desc = "Narrows the list further.")] filter: Option<<$node as Listed>::Filter>,
                    #[graphql(desc = "The order of the list.", default)] order_by: <$node as Listed>::Order,
                    #[graphql(desc = "The most items from the beginning, or after `after`: 100 when neither end is asked for, at most 1000.")]
                    first: Option<i32>,
                    #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
                    #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
                    #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<String>,
                ) -> Answer<<$node as Listed>::List> {
                    let own = Filter::is(Facet::$facet, self.0.key());
                    let filter: Filter = filter.map_or(Filter::All, Into::into);
                    $(let filter = filter.$join(self.0.key());)?
                    let filter = own.and(filter);
                    $node::list(ctx, filter, order_by.into(), &Window { first, after, last, before })
                }
            )+
        }
    };
}

relations! {
    /// What leads back to a country.
    CountryRelations(country::Country) {
        /// Its partnerships with donors.
        partnerships: Partnership = Country;
        /// Programmes that it receives.
        programmes: Programme = Country;
        /// Humanitarian contributions that it receives.
        humanitarian_contributions: HumanitarianContribution = Country;
        /// Missions that it hosts.
        missions: Mission = Country;
        /// What it gives to missions elsewhere.
        mission_contributions: MissionContribution = Donor;
        /// Trust funds that are for it.
        trust_funds: TrustFund = Country;
        /// Agreements with it or about it.
        agreements: Agreement = Country;
        /// Dialogues with it or about it.
        dialogues: Dialogue = Country;
        /// What happened there.
        events: Event = Country;
        /// Official development assistance that it receives.
        oda_figures: OdaFigure = Country;
        /// Places in it.
        locations: Location = Country;
        /// Agencies at home in it.
        agencies: Agency = Country;
    }
}

relations! {
    /// What leads back to an agency.
    AgencyRelations(agency::Agency) {
        /// Programmes that it takes part in. In the filter `role` and `channel` are about its own part, unless an `agency` stands
        /// beside them.
        programmes: Programme = Agency joined by about_agency;
        /// Humanitarian contributions that go through it.
        humanitarian_contributions: HumanitarianContribution = Agency;
        /// Contributions to missions that it sends or pays: where its people serve.
        mission_contributions: MissionContribution = Agency;
        /// Missions that it leads.
        missions: Mission = Agency;
        /// Trust funds that it keeps.
        trust_funds: TrustFund = Agency;
        /// Transactions that it pays or receives. In the filter `role` is its own part in their programme, unless a `participant`
        /// stands beside it.
        transactions: Transaction = Agency joined by about_agency;
        /// Agreements that it is party to.
        agreements: Agreement = Agency;
    }
}

relations! {
    /// What leads back to a programme.
    ProgrammeRelations(programme::Programme) {
        /// Programmes that it directly contains.
        children: Programme = Parent;
        /// Agreements that govern it.
        agreements: Agreement = Programme;
        /// Movements of its money.
        transactions: Transaction = Programme;
    }
}

relations! {
    /// What leads back to a mission.
    MissionRelations(mission::Mission) {
        /// What states give to it.
        contributions: MissionContribution = Mission;
    }
}

relations! {
    /// What leads back to a humanitarian contribution.
    HumanitarianContributionRelations(humanitarian_contribution::HumanitarianContribution) {
        /// Contributions that are a part of it.
        parts: HumanitarianContribution = Parent;
    }
}

relations! {
    /// What leads back to a trust fund.
    TrustFundRelations(trust_fund::TrustFund) {
        /// What is paid into it.
        contributions: Transaction = TrustFund;
    }
}

relations! {
    /// What leads back to a dialogue.
    DialogueRelations(dialogue::Dialogue) {
        /// Agreements that were concluded at it.
        outcomes: Agreement = Dialogue;
    }
}

relations! {
    /// What leads back to a place.
    LocationRelations(location::Location) {
        /// Programmes that work in it.
        programmes: Programme = Location;
        /// Places that lie directly in it.
        contains: Location = Parent;
    }
}

relations! {
    /// What leads back to a sector.
    SectorRelations(sector::Sector) {
        /// Programmes that are marked with it.
        programmes: Programme = Sector;
        /// Sectors of this category.
        sectors: Sector = SectorCategory;
    }
}

/// What leads back to a publication.
#[derive(Clone, Debug)]
pub(crate) struct SourceRelations(pub(super) Arc<source::Source>);

/// What leads back to a publication.
#[Object(serial)]
impl SourceRelations {
    /// Every record that cites it, or a part of which does.
    #[graphql(complexity = "crate::graphql::list::cost(first, last, child_complexity)")]
    async fn cited_by(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: 100 when neither end is asked for, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<CitingList> {
        cited_by(ctx, &self.0, &Window { first, after, last, before })
    }
}
