//! How long lists can be: what the cost of a list goes by.
//!
//! A list counts with the page that is asked for, or with the most that the generation in force can have there, where that
//! is less: all records of the noun at the root, and below a record as many as the term of the facet that has most.

use std::sync::Arc;

use super::input::{
    AgencyFilter, AgreementFilter, CountryFilter, DialogueFilter, EventFilter,
    HumanitarianContributionFilter, LocationFilter, MissionContributionFilter, MissionFilter,
    OdaFigureFilter, PartnershipFilter, ProgrammeFilter, SectorFilter, SourceFilter,
    TransactionFilter, TrustFundFilter,
};
use super::list;
use crate::model::facet::Facet;
use crate::model::noun::Kind;
use crate::read::filter::Filter;
use crate::read::reader::Reader;

tokio::task_local! {
    /// What the request that is priced reads.
    static DATA: Arc<Reader>;
}

/// Prices and answers a request by the lengths of one generation.
pub(super) async fn by<T>(reader: Arc<Reader>, answering: impl Future<Output = T>) -> T {
    DATA.scope(reader, answering).await
}

/// What narrows lists of one noun.
pub(super) trait Narrows {
    /// The noun.
    const KIND: Kind;
}

macro_rules! narrows {
    ($($filter:ident: $kind:ident,)+) => {
        $(impl Narrows for $filter {
            const KIND: Kind = Kind::$kind;
        })+
    };
}

narrows! {
    AgencyFilter: Agency,
    AgreementFilter: Agreement,
    CountryFilter: Country,
    DialogueFilter: Dialogue,
    EventFilter: Event,
    HumanitarianContributionFilter: HumanitarianContribution,
    LocationFilter: Location,
    MissionContributionFilter: MissionContribution,
    MissionFilter: Mission,
    OdaFigureFilter: OdaFigure,
    PartnershipFilter: Partnership,
    ProgrammeFilter: Programme,
    SectorFilter: Sector,
    SourceFilter: Source,
    TransactionFilter: Transaction,
    TrustFundFilter: TrustFund,
}

/// What a list at the root costs.
pub(super) fn root<F: Narrows + Into<Filter>>(
    filter: Option<F>,
    first: Option<i32>,
    last: Option<i32>,
    child: usize,
) -> usize {
    list::filtered_cost(most(F::KIND, None), filter, first, last, child)
}

/// What a list costs that hangs on a record by a facet.
pub(super) fn nested<F: Narrows + Into<Filter>>(
    facet: fn(Kind) -> Option<Facet>,
    filter: Option<F>,
    first: Option<i32>,
    last: Option<i32>,
    child: usize,
) -> usize {
    list::filtered_cost(most(F::KIND, facet(F::KIND)), filter, first, last, child)
}

/// The most items that a list can have; as many as there are numbers where nothing is known.
fn most(kind: Kind, facet: Option<Facet>) -> usize {
    let length = DATA.try_with(|reader| match facet {
        Some(facet) => reader.longest(kind, facet),
        None => reader.count(kind),
    });
    length.ok().and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX)
}
