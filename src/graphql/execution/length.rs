//! Maximum lengths of lists, for cost calculation.
//!
//! A list costs its requested page, or the maximum length in the current generation where that is smaller. At the root this
//! is the number of records of the noun; below a record, the length of the longest posting of the facet.

use std::sync::Arc;

use crate::graphql::input::{
    AgencyFilter, AgreementFilter, CountryFilter, DialogueFilter, EventFilter, GapFilter,
    HumanitarianContributionFilter, LocationFilter, MissionContributionFilter, MissionFilter,
    OdaFigureFilter, PartnershipFilter, ProgrammeFilter, SectorFilter, SourceFilter,
    TransactionFilter, TrustFundFilter,
};
use crate::graphql::list;
use crate::model::facet::Facet;
use crate::model::noun::Kind;
use crate::read::filter::Filter;
use crate::read::reader::Reader;

tokio::task_local! {
    /// Reader of the request whose cost is calculated.
    static DATA: Arc<Reader>;
}

/// Runs a future that calculates costs by the list lengths of one generation.
pub(in crate::graphql) async fn by<T>(
    reader: Arc<Reader>,
    answering: impl Future<Output = T>,
) -> T {
    DATA.scope(reader, answering).await
}

/// Filter input of one noun.
pub(in crate::graphql) trait Narrows {
    /// Noun that it filters.
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
    GapFilter: Gap,
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

/// Cost of a list at the root.
pub(in crate::graphql) fn root<F: Narrows + Into<Filter>>(
    filter: Option<F>,
    first: Option<i32>,
    last: Option<i32>,
    child: usize,
) -> usize {
    list::filtered_cost(most(F::KIND, None), filter, first, last, child)
}

/// Cost of a list below a record, restricted by a facet.
pub(in crate::graphql) fn nested<F: Narrows + Into<Filter>>(
    facet: fn(Kind) -> Option<Facet>,
    filter: Option<F>,
    first: Option<i32>,
    last: Option<i32>,
    child: usize,
) -> usize {
    list::filtered_cost(most(F::KIND, facet(F::KIND)), filter, first, last, child)
}

/// Returns the maximum number of items in a list; `usize::MAX` without a reader.
fn most(kind: Kind, facet: Option<Facet>) -> usize {
    let length = DATA.try_with(|reader| match facet {
        Some(facet) => reader.longest(kind, facet),
        None => reader.count(kind),
    });
    length.ok().and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX)
}
