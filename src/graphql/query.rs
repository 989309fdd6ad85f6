//! The root: look-ups, lists, search, the engagement of two countries, and the dataset itself.

use std::sync::Arc;

use async_graphql::connection::Edge;
use async_graphql::{Context, ID, Object, SchemaBuilder};
use serde_json::json;

use super::cursor::Scope;
use super::error::{Answer, ApiError};
use super::id;
use super::input::bounded;
use super::list::{Counted, Listed, Opaque, Window, note_page};
use super::plain::Plain;
use super::request::{count_texts, country_code, known_currency, reader};
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
use super::types::humanitarian_contribution::HumanitarianContribution;
use super::types::location::Location;
use super::types::mission::Mission;
use super::types::mission_contribution::MissionContribution;
use super::types::money::{ConvertedMoney, Money};
use super::types::node::Node;
use super::types::oda_figure::OdaFigure;
use super::types::partnership::Partnership;
use super::types::programme::Programme;
use super::types::search::{Asked, Fit, NodeKind, SearchList};
use super::types::sector::Sector;
use super::types::source::Source;
use super::types::transaction::Transaction;
use super::types::trust_fund::TrustFund;
use super::word::Word;
use crate::model::code::Code as _;
use crate::model::money::{self, Qualifier};
use crate::model::noun::Kind;
use crate::read::engagement;
use crate::read::filter::Filter;
use crate::read::flows::FlowScope;
use crate::read::search::{Hit, Narrowing, Question};

/// What a search costs beside its page: every record that fits is ranked.
const SEARCH_COST: usize = 20_000;
/// The most ids that `nodes` takes.
const MAX_IDS: usize = 100;

fn node(ctx: &Context<'_>, id: &ID) -> Answer<Option<Node>> {
    let Some((kind, key)) = id::decode(&id.0) else { return Ok(None) };
    Ok(reader(ctx)?.get_any(kind, &key)?.map(Node::from))
}

/// Declares the lists and look-ups of the root: each noun once.
macro_rules! lists {
    ($($(#[doc = $one_doc:literal])* $one:ident, $(#[doc = $many_doc:literal])* $many:ident: $node:ident by $arg:ident $arg_doc:literal;)+) => {
        /// Look-ups and lists of every noun.
        #[derive(Clone, Copy, Debug, Default)]
        pub(crate) struct Lists;

        /// Look-ups and lists of every noun.
        #[Object(serial)]
        impl Lists {
            $(
                $(#[doc = $one_doc])*
                async fn $one(&self, ctx: &Context<'_>, #[graphql(desc = $arg_doc)] $arg: String) -> Answer<Option<Plain<$node>>> {
                    find(ctx, &$arg)
                }

                $(#[doc = $many_doc])*
                #[graphql(complexity = "crate::graphql::length::root(filter, first, last, child_complexity)")]
                #[expect(clippy::too_many_arguments, reason = "the four of Relay, a filter and an order")]
                async fn $many(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(desc = "Narrows the list.")] filter: Option<<$node as Listed>::Filter>,
                    #[graphql(desc = "The order of the list.", default)] order_by: <$node as Listed>::Order,
                    #[graphql(desc = "The most items from the beginning, or after `after`: 100 when neither end is asked for, at most 1000.")]
                    first: Option<i32>,
                    #[graphql(desc = "A cursor of this list: only what comes after it.")] after: Option<String>,
                    #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
                    #[graphql(desc = "A cursor of this list: only what comes before it.")] before: Option<String>,
                ) -> Answer<<$node as Listed>::List> {
                    let filter = filter.map_or(Filter::All, Into::into);
                    $node::list(ctx, filter, order_by.into(), &Window { first, after, last, before })
                }
            )+
        }

        /// Describes the pages of every noun.
        pub(super) fn describe_pages<M, S>(builder: SchemaBuilder<Query, M, S>, text: &'static str) -> SchemaBuilder<Query, M, S> {
            builder$(.override_output_type_description::<<$node as Listed>::List>(text))+
        }
    };
}

lists! {
    /// A programme by its identifier, `ICP-MLI-3`; null when there is none.
    programme,
    /// Programmes: Indicative Cooperation Programmes, projects and any other planned work.
    programmes: Programme by identifier "The identifier as the files give it.";

    /// An agency by its identifier, `XM-DAC-41140` or `lu-luxdev`; null when there is none.
    agency,
    /// Agencies.
    agencies: Agency by identifier "The identifier as the files give it.";

    /// A mission by its identifier, `EUTM-MALI`; null when there is none.
    mission,
    /// Missions.
    missions: Mission by identifier "The identifier as the files give it.";

    /// A contribution to a mission by its identifier; null when there is none.
    mission_contribution,
    /// What states give to missions.
    mission_contributions: MissionContribution by identifier "The identifier as the files give it.";

    /// A humanitarian contribution by its identifier, `HUM-2015-ML`; null when there is none.
    humanitarian_contribution,
    /// Humanitarian contributions.
    humanitarian_contributions: HumanitarianContribution by identifier "The identifier as the files give it.";

    /// An agreement by its identifier, `AGR-ML-GCA`; null when there is none.
    agreement,
    /// Agreements.
    agreements: Agreement by identifier "The identifier as the files give it.";

    /// A dialogue by its identifier, `DLG-ML-PC9`; null when there is none.
    dialogue,
    /// Dialogues.
    dialogues: Dialogue by identifier "The identifier as the files give it.";

    /// A trust fund by its identifier, `TF-UN-ML-IED`; null when there is none.
    trust_fund,
    /// Trust funds.
    trust_funds: TrustFund by identifier "The identifier as the files give it.";

    /// A transaction by its identifier; null when there is none.
    transaction,
    /// Transactions.
    transactions: Transaction by identifier "The identifier as the files give it.";

    /// An event by its identifier, `EVT-ML-CRISIS`; null when there is none.
    event,
    /// Events.
    events: Event by identifier "The identifier as the files give it.";

    /// A country by its code, `ML`; null when there is none.
    country,
    /// Countries.
    countries: Country by code "Two letters. ISO 3166-1 alpha-2.";

    /// A partnership by its identifier, `LU-ML`; null when there is none.
    partnership,
    /// Partnerships of donors and countries.
    partnerships: Partnership by identifier "The identifier as the files give it.";

    /// A place by its identifier; null when there is none.
    location,
    /// Places below the country.
    locations: Location by identifier "The identifier as the files give it.";

    /// A sector by its code, `43040`, or a category, `430`; null when there is none.
    sector,
    /// Sectors and categories of sectors.
    sectors: Sector by code "Five digits of an OECD DAC purpose code, or three of a category.";

    /// A publication by its identifier, `GOV-MALI-EN`; null when there is none.
    source,
    /// Publications.
    sources: Source by identifier "The identifier as the files give it.";

    /// A figure of official development assistance by its identifier; null when there is none.
    oda_figure,
    /// Figures of official development assistance.
    oda_figures: OdaFigure by identifier "The identifier as the files give it.";
}

/// Who does what, where, with whom, for how much, and how do we know?
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Query;

/// Who does what, where, with whom, for how much, and how do we know?
///
/// Every request is answered from one version of the data. Unknown is null, never 0; every record says where it
/// comes from.
#[Object(serial)]
impl Query {
    /// A record by its global id; null when there is none.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The opaque `id` of a record.")] id: ID,
    ) -> Answer<Option<Node>> {
        node(ctx, &id)
    }

    /// Records by their global ids, in that order; null where there is none.
    #[graphql(complexity = "ids.len() * child_complexity + 1")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Opaque ids of records, at most 100.")] ids: Vec<ID>,
    ) -> Answer<Vec<Option<Node>>> {
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

    /// The three Ds between a donor and a country: diplomacy, development, defence, and a dated timeline. Null when
    /// one of the two is not known.
    async fn engagement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who gives, by ISO 3166-1 code.")] donor: String,
        #[graphql(desc = "With whom, by ISO 3166-1 code.")] partner: String,
    ) -> Answer<Option<Engagement>> {
        let reader = reader(ctx)?;
        let both = engagement::Engagement {
            donor: country_code(&donor)?,
            partner: country_code(&partner)?,
        };
        let known = |code: &str| reader.has(Kind::Country, code);
        Ok((known(both.donor.as_str()) && known(both.partner.as_str())).then_some(Engagement(both)))
    }

    /// Records of all nouns that have all of these words in their names, titles and descriptions, best first. Accents, case and,
    /// in English, French and Spanish, endings do not count; the last word may be the beginning of one in a name; words in `"`
    /// stand together. In scripts without spaces the letters stand together. Where nothing fits, errors of typing are forgiven. Of more than 1000 records the best 1000 can be paged through.
    #[graphql(
        complexity = "SEARCH_COST + crate::graphql::list::cost(first, last, child_complexity)"
    )]
    #[expect(clippy::too_many_arguments, reason = "the four of Relay, a text and what narrows it")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Words, at most 200 characters.")] text: String,
        #[graphql(desc = "Only these nouns.")] kinds: Option<Vec<NodeKind>>,
        #[graphql(desc = "Only what is for, in or about these countries, by ISO 3166-1 code.")]
        country: Option<Vec<String>>,
        #[graphql(desc = "Only what these countries give, by ISO 3166-1 code.")] donor: Option<
            Vec<String>,
        >,
        #[graphql(desc = "Only what touches these years.")] year: Option<Vec<i32>>,
        #[graphql(desc = "Only what is for these DAC purpose codes.")] sector: Option<Vec<String>>,
        #[graphql(desc = "Only what these agencies take part in, pay or receive, by identifier.")]
        agency: Option<Vec<String>>,
        #[graphql(
            desc = "The most items from the beginning, or after `after`: 100 when neither end is asked for, at most 1000."
        )]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this search: only what comes after it.")] after: Option<
            String,
        >,
        #[graphql(desc = "The most items from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "A cursor of this search: only what comes before it.")] before: Option<
            String,
        >,
    ) -> Answer<SearchList> {
        bounded(&text)?;
        count_texts(ctx, 1)?;
        let mut kinds: Vec<Kind> =
            kinds.map_or(Kind::ALL.to_vec(), |kinds| kinds.into_iter().map(Kind::from).collect());
        kinds.sort_unstable();
        kinds.dedup();
        let narrowing = Narrowing {
            countries: country.unwrap_or_default(),
            donors: donor.unwrap_or_default(),
            years: year.unwrap_or_default().iter().map(ToString::to_string).collect(),
            sectors: sector.unwrap_or_default(),
            agencies: agency.unwrap_or_default(),
        };
        let reader = reader(ctx)?;
        let question = Question::new(&text);
        let found = question.as_ref().map(|q| reader.search(q, &kinds, &narrowing)).transpose()?;
        let (total, hits, forgiving) = found
            .map_or((0, Vec::new(), false), |found| (found.total, found.hits, found.forgiving));
        let name = |hit: &Hit| {
            let key = reader.key(hit.kind, hit.ordinal).unwrap_or_default();
            format!("{}:{key}", hit.kind)
        };
        let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        let scope = Scope::of(&json!(["search", text, words, narrowing.canonical()]));
        let window = Window { first, after, last, before };
        let page = window.page(ctx, &scope, |key| hits.iter().position(|hit| name(hit) == key))?;
        let positions: Vec<usize> = (0..hits.len()).collect();
        let slice = page.take(&positions);
        note_page(ctx, &slice);
        let counted = Counted { total: usize::try_from(total).unwrap_or(usize::MAX) };
        let mut list =
            SearchList::with_additional_fields(slice.has_previous, slice.has_next, counted);
        let Some(question) = question else { return Ok(list) };
        let asked = Arc::new(Asked { text, question, forgiving });
        for hit in slice.items.into_iter().filter_map(|at| hits.get(at)) {
            let record = reader.hit(*hit)?;
            let fit = Fit { score: hit.score, record: record.clone(), asked: asked.clone() };
            let cursor = Opaque::new(&scope, name(hit));
            list.edges.push(Edge::with_additional_fields(cursor, record.into(), fit));
        }
        Ok(list)
    }

    /// What crosses a boundary around agencies, countries or both: what came in, what moved on within, what went out, each
    /// payment once. Development and humanitarian money are asked for apart or together; what is of the other scope is left out
    /// as `OTHER_SCOPE`. A boundary that more than two million movements cross must be narrowed, and one that names an agency
    /// which the data lacks is refused.
    #[graphql(complexity = "2 * SEARCH_COST + child_complexity")]
    async fn flows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What lies inside.")] boundary: FlowBoundary,
        #[graphql(desc = "Which money counts.", default_with = "Word(FlowScope::Development)")]
        scope: Word<FlowScope>,
        #[graphql(
            desc = "Convert everything into this currency (ISO 4217) at the rate of each amount's own date."
        )]
        currency: Option<String>,
    ) -> Answer<Flows> {
        let boundary = boundary.boundary()?;
        let reader = reader(ctx)?;
        let currency = currency.map(|code| known_currency(reader, &code)).transpose()?;
        let convert = currency.map(|currency| (currency, reader.rates()));
        Ok(Flows(reader.flows(&boundary, scope.0, convert)?))
    }

    /// An amount in another currency, with the rate that makes it.
    async fn convert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The amount, in major units.")] value: Decimal,
        #[graphql(desc = "Its currency. ISO 4217.")] from: String,
        #[graphql(desc = "The currency to convert into. ISO 4217.")] to: String,
        #[graphql(desc = "The date whose rate applies: a day, a month or a year.")] on: Option<
            PartialDate,
        >,
    ) -> Answer<ConvertedMoney> {
        let from = known_currency(reader(ctx)?, &from)?;
        let money = money::Money::stated(value.0, from, Qualifier::Exact, on.map(|date| date.0));
        Money(money).converted(ctx, &to, None)
    }

    /// The data that answers: its version, its counts, and the files that it was built from.
    async fn dataset(&self, ctx: &Context<'_>) -> Answer<Dataset> {
        Ok(Dataset(reader(ctx)?.clone()))
    }
}
