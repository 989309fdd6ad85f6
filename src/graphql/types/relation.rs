//! Reverse relations: the lists of a record that contain the records referring to it. A record's own fields lead to the
//! records that it names.

use std::sync::Arc;

use async_graphql::{Context, Object};

use super::agency::Agency;
use super::agreement::Agreement;
use super::dialogue::Dialogue;
use super::event::Event;
use super::gap::Gap;
use super::humanitarian_contribution::HumanitarianContribution;
use super::location::Location;
use super::mission::Mission;
use super::mission_contribution::MissionContribution;
use super::node::{CitingList, cited_by};
use super::oda_figure::OdaFigure;
use super::partnership::Partnership;
use super::programme::Programme;
use super::sector::Sector;
use super::statement::{StatementList, statements};
use super::transaction::Transaction;
use super::trust_fund::TrustFund;
use crate::graphql::error::ApiResult;
use crate::graphql::list::{Listed, Window, Wraps};
use crate::model::facet::Facet;
use crate::model::noun::{Kind, Noun};
use crate::model::{
    agency, country, dialogue, humanitarian_contribution, location, mission, programme, sector,
    source, trust_fund,
};
use crate::read::filter::Filter;

/// Declares the reverse lists of a record: each is a list of a noun, restricted by a facet to this record.
macro_rules! relations {
    ($(#[doc = $about:literal])* $name:ident($record:ty) {
        $($(#[doc = $doc:literal])* $field:ident: $node:ident = $facet:ident $(joined by $join:ident)?;)+
    }) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name(pub(super) Arc<$record>);

        impl $name {
            /// Returns the facet that restricts its lists of a noun.
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
                #[graphql(complexity = "crate::graphql::execution::length::nested(Self::facet, filter, first, last, child_complexity)")]
                #[expect(clippy::too_many_arguments, reason = "the four of Relay, a filter and an order")]
                async fn $field(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(desc = "Restricts the list further.")] filter: Option<<$node as Listed>::Filter>,
                    #[graphql(desc = "Order of the list.", default)] order_by: <$node as Listed>::Order,
                    #[graphql(desc = "Maximum number of items from the start, or after `after`. Default 100 without `first` and `last`; at most 1000.")]
                    first: Option<i32>,
                    #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
                    #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<i32>,
                    #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
                ) -> ApiResult<<$node as Listed>::List> {
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
    /// Reverse relations of a country.
    CountryRelations(country::Country) {
        /// Partnerships with donors.
        partnerships: Partnership = Country;
        /// Programmes that benefit the country.
        programmes: Programme = Country;
        /// Humanitarian contributions to the country.
        humanitarian_contributions: HumanitarianContribution = Country;
        /// Missions in the country.
        missions: Mission = Country;
        /// Contributions of the country to missions elsewhere.
        mission_contributions: MissionContribution = Donor;
        /// Trust funds for the country.
        trust_funds: TrustFund = Country;
        /// Agreements with the country or about it.
        agreements: Agreement = Country;
        /// Dialogues with the country or about it.
        dialogues: Dialogue = Country;
        /// Events in the country.
        events: Event = Country;
        /// Official development assistance received.
        oda_figures: OdaFigure = Country;
        /// Known gaps that concern the country.
        gaps: Gap = Country;
        /// Places in the country.
        locations: Location = Country;
        /// Agencies with their seat in the country.
        agencies: Agency = Country;
    }
}

relations! {
    /// Reverse relations of an agency.
    AgencyRelations(agency::Agency) {
        /// Programmes that it takes part in. In the filter, `role` and `channel` refer to its own participation, unless
        /// `agency` is given as well.
        programmes: Programme = Agency joined by about_agency;
        /// Humanitarian contributions that it provides or channels.
        humanitarian_contributions: HumanitarianContribution = Agency;
        /// Contributions to missions that it deploys or pays for.
        mission_contributions: MissionContribution = Agency;
        /// Missions that it leads.
        missions: Mission = Agency;
        /// Trust funds that it administers.
        trust_funds: TrustFund = Agency;
        /// Transactions that it pays or receives. In the filter, `role` refers to its own role in their programme, unless
        /// `participant` is given as well.
        transactions: Transaction = Agency joined by about_agency;
        /// Agreements that it is party to.
        agreements: Agreement = Agency;
    }
}

relations! {
    /// Missions, contributions to missions and trust funds that support an agency.
    AgencyBenefits(agency::Agency) {
        /// Missions that support it.
        missions: Mission = Beneficiary;
        /// Contributions to missions that support it.
        mission_contributions: MissionContribution = Beneficiary;
        /// Trust funds that support it.
        trust_funds: TrustFund = Beneficiary;
    }
}

relations! {
    /// Reverse relations of a programme.
    ProgrammeRelations(programme::Programme) {
        /// Programmes that it directly contains.
        children: Programme = Parent;
        /// Agreements that govern it.
        agreements: Agreement = Programme;
        /// Transactions of the programme.
        transactions: Transaction = Programme;
    }
}

relations! {
    /// Reverse relations of a mission.
    MissionRelations(mission::Mission) {
        /// Contributions of states to the mission.
        contributions: MissionContribution = Mission;
    }
}

relations! {
    /// Reverse relations of a humanitarian contribution.
    HumanitarianContributionRelations(humanitarian_contribution::HumanitarianContribution) {
        /// Contributions that are parts of it.
        parts: HumanitarianContribution = Parent;
    }
}

relations! {
    /// Reverse relations of a trust fund.
    TrustFundRelations(trust_fund::TrustFund) {
        /// Payments into the fund.
        contributions: Transaction = TrustFund;
    }
}

relations! {
    /// Reverse relations of a dialogue.
    DialogueRelations(dialogue::Dialogue) {
        /// Agreements concluded at the dialogue.
        outcomes: Agreement = Dialogue;
    }
}

relations! {
    /// Reverse relations of a place.
    LocationRelations(location::Location) {
        /// Programmes that work in the place.
        programmes: Programme = Location;
        /// Places directly inside it.
        contains: Location = Parent;
    }
}

relations! {
    /// Reverse relations of a sector.
    SectorRelations(sector::Sector) {
        /// Programmes marked with the sector.
        programmes: Programme = Sector;
        /// Sectors of this category.
        sectors: Sector = SectorCategory;
    }
}

/// Reverse relations of a publication.
#[derive(Clone, Debug)]
pub(crate) struct SourceRelations(pub(super) Arc<source::Source>);

/// Reverse relations of a publication.
#[Object(serial)]
impl SourceRelations {
    /// Records that cite it, directly or in one of their parts.
    #[graphql(complexity = "crate::graphql::list::cost(first, last, child_complexity)")]
    async fn cited_by(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default 100 without `first` and `last`; at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<CitingList> {
        cited_by(ctx, &self.0, &Window { first, after, last, before })
    }

    /// Statements of the publication in the order of its text: the figures, dates and names that it prints, with what rests on
    /// each, and the facts without printed words. Ordered by locator: the title first, numbers compared as numbers, no locator
    /// last; equal locators by noun and identifier.
    #[graphql(complexity = "crate::graphql::list::cost(first, last, child_complexity)")]
    async fn statements(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "True for statements with printed words, false for facts without. Default: both."
        )]
        printed: Option<bool>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default 100 without `first` and `last`; at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
    ) -> ApiResult<StatementList> {
        statements(ctx, &self.0, printed, &Window { first, after, last, before })
    }
}
