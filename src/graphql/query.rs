//! Query root: lookups, lists, search, engagement, flows, conversion and the dataset.

use std::sync::Arc;

use async_graphql::connection::Edge;
use async_graphql::{Context, ID, Object, SchemaBuilder};
use serde_json::json;

use super::code_enum::CodeEnum;
use super::context::{count_texts, country_code, known_currency, reader};
use super::cursor::CursorScope;
use super::error::{ApiError, ApiResult};
use super::execution::serial::Serial;
use super::id;
use super::input::bounded;
use super::list::{LazyCursor, ListFields, Listed, Window, note_page};
use super::node_kind::NodeKind;
use super::scalar::{Decimal, PartialDate};
use super::types::agency::Agency;
use super::types::agreement::Agreement;
use super::types::boundary::{FlowBoundary, Flows};
use super::types::country::Country;
use super::types::dataset::Dataset;
use super::types::dialogue::Dialogue;
use super::types::engagement::Engagement;
use super::types::event::Event;
use super::types::find;
use super::types::gap::Gap;
use super::types::humanitarian_contribution::HumanitarianContribution;
use super::types::location::Location;
use super::types::mission::Mission;
use super::types::mission_contribution::MissionContribution;
use super::types::money::{ConvertedMoney, Money};
use super::types::node::Node;
use super::types::oda_figure::OdaFigure;
use super::types::partnership::Partnership;
use super::types::programme::Programme;
use super::types::search::{Fit, SearchContext, SearchList};
use super::types::sector::Sector;
use super::types::source::Source;
use super::types::transaction::Transaction;
use super::types::trust_fund::TrustFund;
use crate::model::code::Code as _;
use crate::model::money::{self, Qualifier};
use crate::model::noun::Kind;
use crate::read::engagement;
use crate::read::filter::Filter;
use crate::read::flows::FlowScope;
use crate::read::search::{Hit, SearchFilter, SearchQuery};

/// Base cost of a search without its page: every matching record is ranked.
const SEARCH_COST: usize = 20_000;
/// Maximum number of ids in one `nodes` field.
const MAX_IDS: usize = 100;

fn node(ctx: &Context<'_>, id: &ID) -> ApiResult<Option<Node>> {
    let Some((kind, key)) = id::decode(&id.0) else { return Ok(None) };
    Ok(reader(ctx)?.get_any(kind, &key)?.map(Node::from))
}

/// Declares the lookups and lists of the root, one pair per noun.
macro_rules! lists {
    ($($(#[doc = $one_doc:literal])* $one:ident, $(#[doc = $many_doc:literal])* $many:ident: $node:ident by $arg:ident $arg_doc:literal;)+) => {
        /// Lookups and lists of every noun.
        #[derive(Clone, Copy, Debug, Default)]
        pub(crate) struct Lists;

        /// Lookups and lists of every noun.
        #[Object(serial)]
        impl Lists {
            $(
                $(#[doc = $one_doc])*
                async fn $one(&self, ctx: &Context<'_>, #[graphql(desc = $arg_doc)] $arg: String) -> ApiResult<Option<Serial<$node>>> {
                    find(ctx, &$arg)
                }

                $(#[doc = $many_doc])*
                #[graphql(complexity = "crate::graphql::execution::length::root(filter, first, last, child_complexity)")]
                #[expect(clippy::too_many_arguments, reason = "the four paging arguments, a filter and an order")]
                async fn $many(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(desc = "Restricts the list.")] filter: Option<<$node as Listed>::Filter>,
                    #[graphql(desc = "Order of the list.", default)] order_by: <$node as Listed>::Order,
                    #[graphql(desc = "Maximum number of items from the start, or after `after`. Default 100 without `first` and `last`; at most 1000.")]
                    first: Option<i32>,
                    #[graphql(desc = "Cursor of this list: only items after it.")] after: Option<String>,
                    #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<i32>,
                    #[graphql(desc = "Cursor of this list: only items before it.")] before: Option<String>,
                ) -> ApiResult<<$node as Listed>::List> {
                    let filter = filter.map_or(Filter::All, Into::into);
                    $node::list(ctx, filter, order_by.into(), &Window { first, after, last, before })
                }
            )+
        }

        /// Sets the description of the connection type of every noun.
        pub(super) fn describe_pages<M, S>(builder: SchemaBuilder<Query, M, S>, text: &'static str) -> SchemaBuilder<Query, M, S> {
            builder$(.override_output_type_description::<<$node as Listed>::List>(text))+
        }
    };
}

lists! {
    /// Programme by identifier, for example `ICP-MLI-3`; null when there is none.
    programme,
    /// Programmes: Indicative Cooperation Programmes, projects and other planned work.
    programmes: Programme by identifier "Identifier as in the source files.";

    /// Agency by identifier, for example `XM-DAC-41140` or `lu-luxdev`; null when there is none.
    agency,
    /// Agencies.
    agencies: Agency by identifier "Identifier as in the source files.";

    /// Mission by identifier, for example `EUTM-MALI`; null when there is none.
    mission,
    /// Missions.
    missions: Mission by identifier "Identifier as in the source files.";

    /// Contribution to a mission by identifier; null when there is none.
    mission_contribution,
    /// Contributions of states to missions.
    mission_contributions: MissionContribution by identifier "Identifier as in the source files.";

    /// Humanitarian contribution by identifier, for example `HUM-2015-ML`; null when there is none.
    humanitarian_contribution,
    /// Humanitarian contributions.
    humanitarian_contributions: HumanitarianContribution by identifier "Identifier as in the source files.";

    /// Agreement by identifier, for example `AGR-ML-GCA`; null when there is none.
    agreement,
    /// Agreements.
    agreements: Agreement by identifier "Identifier as in the source files.";

    /// Dialogue by identifier, for example `DLG-ML-PC9`; null when there is none.
    dialogue,
    /// Dialogues.
    dialogues: Dialogue by identifier "Identifier as in the source files.";

    /// Trust fund by identifier, for example `TF-UN-ML-IED`; null when there is none.
    trust_fund,
    /// Trust funds.
    trust_funds: TrustFund by identifier "Identifier as in the source files.";

    /// Transaction by identifier; null when there is none.
    transaction,
    /// Transactions.
    transactions: Transaction by identifier "Identifier as in the source files.";

    /// Event by identifier, for example `EVT-ML-CRISIS`; null when there is none.
    event,
    /// Events.
    events: Event by identifier "Identifier as in the source files.";

    /// Country by code, for example `ML`; null when there is none.
    country,
    /// Countries.
    countries: Country by code "Two-letter code, ISO 3166-1 alpha-2.";

    /// Partnership by identifier, for example `LU-ML`; null when there is none.
    partnership,
    /// Partnerships between donors and countries.
    partnerships: Partnership by identifier "Identifier as in the source files.";

    /// Place by identifier; null when there is none.
    location,
    /// Places below the country level.
    locations: Location by identifier "Identifier as in the source files.";

    /// Sector by code, for example `43040`, or category, for example `430`; null when there is none.
    sector,
    /// Sectors and their categories.
    sectors: Sector by code "OECD DAC purpose code of five digits, or category of three.";

    /// Publication by identifier, for example `GOV-MALI-EN`; null when there is none.
    source,
    /// Publications.
    sources: Source by identifier "Identifier as in the source files.";

    /// Figure of official development assistance by identifier; null when there is none.
    oda_figure,
    /// Figures of official development assistance.
    oda_figures: OdaFigure by identifier "Identifier as in the source files.";

    /// Known gap by identifier, for example `GAP-ML-ODA`; null when there is none.
    gap,
    /// Known gaps: facts that were looked for and are missing, incomplete or uncertain.
    gaps: Gap by identifier "Identifier as in the source files.";
}

/// Root of all queries.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Query;

/// Root of all queries: records, lists, search, engagement, flows and the dataset.
///
/// Each request reads a single version of the data. Unknown is null, never 0. Every record states its provenance.
#[Object(serial)]
impl Query {
    /// Record by its global id; null when there is none.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global `id` of a record.")] id: ID,
    ) -> ApiResult<Option<Node>> {
        node(ctx, &id)
    }

    /// Records by their global ids, in the same order; null where there is none.
    #[graphql(complexity = "ids.len() * child_complexity + 1")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids of records, at most 100.")] ids: Vec<ID>,
    ) -> ApiResult<Vec<Option<Node>>> {
        if ids.len() > MAX_IDS {
            return Err(ApiError::input(format!(
                "`ids` takes at most {MAX_IDS} ids, not {}",
                ids.len()
            )));
        }
        ids.iter().map(|id| node(ctx, id)).collect()
    }

    #[graphql(flatten)]
    async fn lists(&self) -> Lists {
        Lists
    }

    /// Diplomacy, development and defence between a donor and a partner country, with a timeline. Null when one of the
    /// countries is not in the data.
    async fn engagement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Donor. ISO 3166-1 code.")] donor: String,
        #[graphql(desc = "Partner country. ISO 3166-1 code.")] partner: String,
    ) -> ApiResult<Option<Engagement>> {
        let reader = reader(ctx)?;
        let both = engagement::Engagement {
            donor: country_code(&donor)?,
            partner: country_code(&partner)?,
        };
        let known = |code: &str| reader.has(Kind::Country, code);
        Ok((known(both.donor.as_str()) && known(both.partner.as_str())).then_some(Engagement(both)))
    }

    /// Records of all nouns whose names, titles and descriptions contain all of the words, the best first.
    /// Case and accents are ignored; so are word endings in English, French and Spanish. The last word also matches as the
    /// beginning of a word in a name. Words in double quotes match as a phrase. In scripts without spaces, letters match as
    /// a sequence. When nothing matches, typing errors are tolerated. Only the best 1000 records can be paged through.
    #[graphql(
        complexity = "SEARCH_COST + crate::graphql::list::cost(first, last, child_complexity)"
    )]
    #[expect(
        clippy::too_many_arguments,
        reason = "the four paging arguments, a text and its restrictions"
    )]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Search words, at most 200 characters.")] text: String,
        #[graphql(desc = "Only records of these nouns.")] kinds: Option<Vec<NodeKind>>,
        #[graphql(desc = "Only records for, in or about these countries. ISO 3166-1 codes.")]
        country: Option<Vec<String>>,
        #[graphql(desc = "Only money of these donor countries. ISO 3166-1 codes.")] donor: Option<
            Vec<String>,
        >,
        #[graphql(desc = "Only records that fall in one of these years, in part or in full.")] year: Option<Vec<i32>>,
        #[graphql(desc = "Only records with these DAC purpose codes.")] sector: Option<Vec<String>>,
        #[graphql(
            desc = "Only records in which these agencies take part, pay or receive. Identifiers."
        )]
        agency: Option<Vec<String>>,
        #[graphql(
            desc = "Maximum number of items from the start, or after `after`. Default 100 without `first` and `last`; at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "Cursor of this search: only items after it.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items from the end, or before `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Cursor of this search: only items before it.")] before: Option<String>,
    ) -> ApiResult<SearchList> {
        bounded(&text)?;
        count_texts(ctx, 1)?;
        let mut kinds: Vec<Kind> =
            kinds.map_or(Kind::ALL.to_vec(), |kinds| kinds.into_iter().map(Kind::from).collect());
        kinds.sort_unstable();
        kinds.dedup();
        let narrowing = SearchFilter {
            countries: country.unwrap_or_default(),
            donors: donor.unwrap_or_default(),
            years: year.unwrap_or_default().iter().map(ToString::to_string).collect(),
            sectors: sector.unwrap_or_default(),
            agencies: agency.unwrap_or_default(),
        };
        let reader = reader(ctx)?;
        let question = SearchQuery::new(&text);
        let found = question.as_ref().map(|q| reader.search(q, &kinds, &narrowing)).transpose()?;
        let (total, hits, forgiving) = found
            .map_or((0, Vec::new(), false), |found| (found.total, found.hits, found.forgiving));
        let name = |hit: &Hit| {
            let key = reader.key(hit.kind, hit.ordinal).unwrap_or_default();
            format!("{}:{key}", hit.kind)
        };
        let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        let scope = CursorScope::of(&json!(["search", text, words, narrowing.canonical()]));
        let window = Window { first, after, last, before };
        let page = window.page(ctx, &scope, |key| hits.iter().position(|hit| name(hit) == key))?;
        let positions: Vec<usize> = (0..hits.len()).collect();
        let slice = page.take(&positions);
        note_page(ctx, &slice);
        let counted = ListFields { total: usize::try_from(total).unwrap_or(usize::MAX) };
        let mut list =
            SearchList::with_additional_fields(slice.has_previous, slice.has_next, counted);
        let Some(question) = question else { return Ok(list) };
        let context = Arc::new(SearchContext { text, question, forgiving });
        for hit in slice.items.into_iter().filter_map(|at| hits.get(at)) {
            let record = reader.hit(*hit)?;
            let fit = Fit { score: hit.score, record: record.clone(), context: context.clone() };
            let cursor = LazyCursor::new(&scope, name(hit));
            list.edges.push(Edge::with_additional_fields(cursor, record.into(), fit));
        }
        Ok(list)
    }

    /// Money that crosses a boundary around agencies, countries or both: incoming, internal and outgoing, each payment once.
    /// Select development or humanitarian money, or both; money of the other scope is excluded as `OTHER_SCOPE`. An error is
    /// returned when more than two million movements cross the boundary, or when the data has no agency of a given
    /// identifier.
    #[graphql(complexity = "2 * SEARCH_COST + child_complexity")]
    async fn flows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Agencies, countries and years inside the boundary.")]
        boundary: FlowBoundary,
        #[graphql(
            desc = "Money that counts: development, humanitarian or both.",
            default_with = "CodeEnum(FlowScope::Development)"
        )]
        scope: CodeEnum<FlowScope>,
        #[graphql(
            desc = "Currency of the result, ISO 4217: converts each amount at the rate of its own date. Default: one total per currency."
        )]
        currency: Option<String>,
    ) -> ApiResult<Flows> {
        let boundary = boundary.boundary()?;
        let reader = reader(ctx)?;
        let currency = currency.map(|code| known_currency(reader, &code)).transpose()?;
        let convert = currency.map(|currency| (currency, reader.rates()));
        Ok(Flows(reader.flows(&boundary, scope.0, convert)?))
    }

    /// Amount converted into another currency, with the exchange rate.
    async fn convert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Amount in major units (euros, not cents).")] value: Decimal,
        #[graphql(desc = "Currency of the amount. ISO 4217.")] from: String,
        #[graphql(desc = "Target currency. ISO 4217.")] to: String,
        #[graphql(desc = "Valuation date, whose rate applies: a day, a month or a year.")]
        on: Option<PartialDate>,
    ) -> ApiResult<ConvertedMoney> {
        let from = known_currency(reader(ctx)?, &from)?;
        let money = money::Money::stated(value.0, from, Qualifier::Exact, on.map(|date| date.0));
        Money(money).converted(ctx, &to, None)
    }

    /// Current dataset: its version, record counts and source files.
    async fn dataset(&self, ctx: &Context<'_>) -> ApiResult<Dataset> {
        Ok(Dataset(reader(ctx)?.clone()))
    }
}
