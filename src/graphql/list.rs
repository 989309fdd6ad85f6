//! Lists: from a filter, an order and four arguments to a Relay connection.

use std::fmt;
use std::sync::Arc;

use async_graphql::connection::{Connection, CursorType, Edge, EmptyFields};
use async_graphql::{Context, Enum, InputType, Object, ObjectType, OutputType};
use serde_json::json;

use super::cursor::Scope;
use super::error::{Answer, ApiError};
use super::input::checked;
use super::limit::{Exceeded, Limit};
use super::plain::Plain;
use super::request::{count_records, count_texts, note_cut, page_limit, reader};
use super::types::group::Groups;
use super::types::total::{Total, asked, sums};
use super::word::Word;
use crate::model::code::Code as _;
use crate::model::noun::{Kind, Noun};
use crate::model::page::{DEFAULT_PAGE, MAX_PAGE, Page, Slice};
use crate::read::error::Error;
use crate::read::filter::Filter;
use crate::read::groups::{Amounts, GroupDimension, GroupOrder};
use crate::read::money::Monetary;
use crate::read::reader::{Ordering, Readable, Reader, Sort};
use crate::read::total::LISTED;
use crate::read::total::{Asked, Item};

/// An object that wraps a noun of the model.
pub(crate) trait Wraps: Sized + Send + Sync {
    /// The noun.
    type Record: Readable;

    /// The object of a record.
    fn wrap(record: Arc<Self::Record>) -> Self;
}

/// An object that stands in lists.
pub(super) trait Listed: Wraps + OutputType {
    /// What its lists are narrowed by.
    type Filter: InputType + Into<Filter>;
    /// What its lists are ordered by.
    type Order: InputType + Into<Ordering> + Default;
    /// What a page of it is.
    type List: OutputType;

    /// A page of it.
    fn list(
        ctx: &Context<'_>,
        filter: Filter,
        order: Ordering,
        window: &Window,
    ) -> Answer<Self::List>;
}

/// The order of a list whose items have no date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub(crate) enum NamedOrder {
    /// By identifier, as text.
    #[default]
    Id,
    /// By identifier, the last first.
    IdDesc,
    /// By English name, else French, accents and case apart.
    Name,
    /// By name, the last first.
    NameDesc,
}

/// The order of a list whose items have a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub(crate) enum DatedOrder {
    /// By identifier, as text.
    #[default]
    Id,
    /// By identifier, the last first.
    IdDesc,
    /// By English name or title, else French, accents and case apart.
    Name,
    /// By name, the last first.
    NameDesc,
    /// By first day, the earliest first; what has no date comes last.
    Date,
    /// By first day, the latest first; what has no date comes first.
    DateDesc,
}

impl From<NamedOrder> for Ordering {
    fn from(order: NamedOrder) -> Self {
        let (sort, descending) = match order {
            NamedOrder::Id => (Sort::Id, false),
            NamedOrder::IdDesc => (Sort::Id, true),
            NamedOrder::Name => (Sort::Name, false),
            NamedOrder::NameDesc => (Sort::Name, true),
        };
        Self { sort, descending }
    }
}

impl From<DatedOrder> for Ordering {
    fn from(order: DatedOrder) -> Self {
        let (sort, descending) = match order {
            DatedOrder::Id => (Sort::Id, false),
            DatedOrder::IdDesc => (Sort::Id, true),
            DatedOrder::Name => (Sort::Name, false),
            DatedOrder::NameDesc => (Sort::Name, true),
            DatedOrder::Date => (Sort::Date, false),
            DatedOrder::DateDesc => (Sort::Date, true),
        };
        Self { sort, descending }
    }
}

/// The four arguments of Relay, as they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    pub(super) first: Option<i32>,
    pub(super) after: Option<String>,
    pub(super) last: Option<i32>,
    pub(super) before: Option<String>,
}

impl Window {
    /// The page of a list, with positions found by `position` from the identifiers that cursors hold.
    pub(super) fn page<P>(
        &self,
        ctx: &Context<'_>,
        scope: &Scope,
        position: impl Fn(&str) -> Option<P>,
    ) -> Answer<Page<P>> {
        let place = |argument: &str, cursor: Option<&String>| {
            let Some(cursor) = cursor else { return Ok(None) };
            let Some(key) = scope.decode(argument, cursor)? else { return Ok(None) };
            let gone = || {
                ApiError::input(format!(
                    "the record that `{argument}` points at is no longer there; begin again"
                ))
            };
            position(&key).map(Some).ok_or_else(gone)
        };
        let after = place("after", self.after.as_ref())?;
        let before = place("before", self.before.as_ref())?;
        let most = page_limit(ctx);
        for asked in [self.first, self.last].into_iter().flatten() {
            let asked = usize::try_from(asked).unwrap_or(0);
            // What is more than any service gives, the page itself refuses, by the name of its argument.
            if asked <= MAX_PAGE {
                Exceeded::check(Limit::Page, most, asked)?;
            }
        }
        // Nothing asked means as much as is usual, or as much as is allowed.
        let usual = (self.first.or(self.last).is_none() && most < DEFAULT_PAGE)
            .then(|| i64::try_from(most).unwrap_or(i64::MAX));
        let first = self.first.map(i64::from).or(usual);
        Ok(Page::new(first, after, self.last.map(i64::from), before)?)
    }
}

/// What a list field costs: its page times what each item costs.
pub(super) fn cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    cost_within(MAX_PAGE, first, last, child)
}

/// The same for a list that has so many items at most.
pub(super) fn cost_within(
    most: usize,
    first: Option<i32>,
    last: Option<i32>,
    child: usize,
) -> usize {
    let asked = first.or(last).and_then(|n| usize::try_from(n).ok()).unwrap_or(DEFAULT_PAGE);
    // A page that is too large is refused by name where it is asked for.
    asked.min(most).clamp(1, MAX_PAGE).saturating_mul(child.max(1)).saturating_add(1)
}

/// What a list with a filter costs that has so many items at most: its page, and what the filter is made of.
pub(super) fn filtered_cost(
    most: usize,
    filter: Option<impl Into<Filter>>,
    first: Option<i32>,
    last: Option<i32>,
    child: usize,
) -> usize {
    let filter = filter.map_or(0, |filter| filter.into().price());
    cost_within(most, first, last, child).saturating_add(filter)
}

/// A cursor on its way out, which is sealed when it is asked for: most pages are asked for their nodes alone.
#[derive(Clone, Debug)]
pub(crate) struct Opaque {
    scope: Scope,
    key: String,
}

impl Opaque {
    /// The cursor of a record of a list.
    pub(super) fn new(scope: &Scope, key: impl Into<String>) -> Self {
        Self { scope: *scope, key: key.into() }
    }
}

impl CursorType for Opaque {
    type Error = &'static str;

    fn decode_cursor(_: &str) -> Result<Self, Self::Error> {
        Err("a cursor that comes in is read by the scope of its list")
    }

    fn encode_cursor(&self) -> String {
        self.scope.encode(&self.key)
    }
}

/// A connection of nodes, with further fields of the list.
pub(crate) type List<N, Extra = Counted> = Connection<Opaque, Plain<N>, Extra>;

/// A connection of nodes that hold money.
pub(crate) type MoneyList<N> = Connection<Opaque, Plain<N>, Summed>;

/// A connection of nodes whose money can be grouped.
pub(crate) type GroupedList<N> = Connection<Opaque, Plain<N>, Grouped>;

/// What every list knows beside its page.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(super) total: usize,
}

/// What every list knows beside its page.
#[Object(serial)]
impl Counted {
    /// How many items the whole list has, whatever the page.
    async fn total_count(&self) -> usize {
        self.total
    }
}

/// How the amounts of a list are found.
type Items = fn(&Reader, &Asked<'_>) -> Result<Vec<Item>, Error>;

/// What a list of items with money knows beside its page.
pub(crate) struct Summed {
    total: usize,
    filter: Filter,
    items: Items,
}

impl fmt::Debug for Summed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Summed")
            .field("total", &self.total)
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

/// What a list of items with money knows beside its page.
#[Object(serial)]
impl Summed {
    /// How many items the whole list has, whatever the page.
    async fn total_count(&self) -> usize {
        self.total
    }

    /// The sums over the whole list, whatever the page: one for each currency, or one in all when a currency is
    /// asked for. What is part of another counted amount is left out and listed, and so is what is for others than the
    /// list is narrowed to.
    #[graphql(complexity = "50 + child_complexity")]
    async fn totals(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Convert everything into this currency (ISO 4217) at the rate of each amount's own date."
        )]
        currency: Option<String>,
    ) -> Answer<Vec<Total>> {
        let reader = reader(ctx)?;
        sums(ctx, &self.filter, currency.as_deref(), |asked| Ok((self.items)(reader, asked)?))
    }
}

/// The most groups that are given at once.
const MAX_GROUPS: i32 = 10_000;
/// The most dimensions of groups.
const MAX_DIMENSIONS: usize = 6;
/// What groups cost beside those that are given: every amount of the list is looked at.
const GROUP_COST: usize = 100;

/// How many groups are given when nobody says.
fn default_groups() -> i32 {
    100
}

/// What groups cost. They are given once, but the list takes everything in it times its page.
fn group_cost(first: i32, child: usize) -> usize {
    let first = usize::try_from(first.clamp(1, MAX_GROUPS)).unwrap_or(1);
    first.saturating_mul(child.max(1)).div_ceil(DEFAULT_PAGE).saturating_add(GROUP_COST)
}

/// What a list knows beside its page whose amounts can be grouped.
#[derive(Debug)]
pub(crate) struct Grouped {
    total: usize,
    filter: Filter,
    amounts: Amounts,
}

/// What a list knows beside its page whose amounts can be grouped.
#[Object(serial)]
impl Grouped {
    /// How many items the whole list has, whatever the page.
    async fn total_count(&self) -> usize {
        self.total
    }

    /// The sums over the whole list, whatever the page: one for each currency, or one in all when a currency is asked for.
    /// What is part of another counted amount is left out, and so are the shares that are for others than the list is
    /// narrowed to. Of transactions disbursements and expenditure count, unless the list is narrowed to other types. A budget is
    /// the money of its whole programme, whoever pays: who pays stands in the participations.
    #[graphql(complexity = "50 + child_complexity")]
    async fn totals(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Convert everything into this currency (ISO 4217) at the rate of each amount's own date."
        )]
        currency: Option<String>,
    ) -> Answer<Vec<Total>> {
        let is_listed = ctx.look_ahead().field("excluded").exists();
        let asked = asked(ctx, &self.filter, currency.as_deref())?;
        let listed = if is_listed { LISTED } else { 0 };
        let totals = reader(ctx)?.list_totals(self.amounts, &asked, listed)?;
        Ok(totals.into_iter().map(Total).collect())
    }

    /// The sums over the whole list by what its amounts have in common, whatever the page: of transactions their amounts, of
    /// programmes their budgets. The rules are those of `totals`; an amount for several countries or sectors is divided by their
    /// shares.
    #[graphql(complexity = "group_cost(first, child_complexity)")]
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the amounts of a group have in common, at most six.")] by: Vec<
            Word<GroupDimension>,
        >,
        #[graphql(
            desc = "Convert everything into this currency (ISO 4217) at the rate of each amount's own date; else each currency has groups of its own."
        )]
        currency: Option<String>,
        #[graphql(desc = "The order of the groups.", default_with = "Word(GroupOrder::Value)")]
        order_by: Word<GroupOrder>,
        #[graphql(desc = "The most groups, at most 10000.", default_with = "default_groups()")]
        first: i32,
        #[graphql(desc = "How many groups are passed over, in the order asked for.", default)]
        offset: i32,
    ) -> Answer<Groups> {
        if !(0..=MAX_GROUPS).contains(&first) {
            let message = format!("`first` must be from 0 to {MAX_GROUPS}, not {first}");
            return Err(ApiError::input(message));
        }
        if by.len() > MAX_DIMENSIONS {
            let message = format!("`by` takes at most {MAX_DIMENSIONS} dimensions");
            return Err(ApiError::input(message));
        }
        let Ok(offset) = usize::try_from(offset) else {
            return Err(ApiError::input(format!("`offset` must not be negative, as {offset} is")));
        };
        let by: Vec<GroupDimension> = by.into_iter().map(|word| word.0).collect();
        if let Some(dimension) = by.iter().find(|dimension| !self.amounts.have(**dimension)) {
            let message = format!("budgets of programmes have no {dimension}; transactions have");
            return Err(ApiError::input(message));
        }
        let asked = asked(ctx, &self.filter, currency.as_deref())?;
        let page = offset..offset.saturating_add(usize::try_from(first).unwrap_or(0));
        let groups = reader(ctx)?.groups(self.amounts, &asked, &by, order_by.0, page)?;
        if groups.groups.len() < groups.total {
            note_cut(ctx, &["groups"]);
        }
        Ok(Groups(groups))
    }
}

/// A page of nodes with its cursors.
fn connection<N, Extra>(slice: Slice<Arc<N::Record>>, scope: &Scope, extra: Extra) -> List<N, Extra>
where
    N: Wraps + ObjectType,
    Extra: async_graphql::ObjectType,
{
    let mut list = Connection::with_additional_fields(slice.has_previous, slice.has_next, extra);
    list.edges.extend(slice.items.into_iter().map(|record| {
        let cursor = Opaque::new(scope, record.key());
        Edge::<_, _, EmptyFields>::new(cursor, Plain(N::wrap(record)))
    }));
    list
}

/// Takes note of a page that is not the whole list, where its items are asked for.
pub(super) fn note_page<T>(ctx: &Context<'_>, slice: &Slice<T>) {
    if slice.has_previous || slice.has_next {
        note_cut(ctx, &["nodes", "edges"]);
    }
}

fn slice<N: Wraps>(
    ctx: &Context<'_>,
    filter: &Filter,
    ordering: Ordering,
    window: &Window,
) -> Answer<(Slice<Arc<N::Record>>, Scope)> {
    let reader = reader(ctx)?;
    count_texts(ctx, filter.texts())?;
    let scope =
        Scope::of(&json!([N::Record::KIND.as_str(), filter.canonical(), ordering.canonical()]));
    let page = window.page(ctx, &scope, |key| reader.rank(N::Record::KIND, key, ordering))?;
    let slice = reader.page::<N::Record>(filter, ordering, &page)?;
    count_records(ctx, slice.items.len())?;
    note_page(ctx, &slice);
    Ok((slice, scope))
}

/// A page of a list.
pub(super) fn list<N>(
    ctx: &Context<'_>,
    filter: Filter,
    ordering: Ordering,
    window: &Window,
) -> Answer<List<N>>
where
    N: Wraps + ObjectType,
{
    let filter = checked(filter)?;
    let (slice, scope) = slice::<N>(ctx, &filter, ordering, window)?;
    let counted = Counted { total: slice.total };
    Ok(connection(slice, &scope, counted))
}

/// A page of a list of items that hold money.
pub(super) fn money_list<N>(
    ctx: &Context<'_>,
    filter: Filter,
    ordering: Ordering,
    window: &Window,
) -> Answer<MoneyList<N>>
where
    N: Wraps + ObjectType,
    N::Record: Monetary,
{
    let filter = checked(filter)?;
    let (slice, scope) = slice::<N>(ctx, &filter, ordering, window)?;
    let summed = Summed { total: slice.total, filter, items: Reader::items::<N::Record> };
    Ok(connection(slice, &scope, summed))
}

/// A page of a list of items whose money can be grouped.
pub(super) fn grouped_list<N>(
    ctx: &Context<'_>,
    filter: Filter,
    ordering: Ordering,
    window: &Window,
) -> Answer<GroupedList<N>>
where
    N: Wraps + ObjectType,
{
    let filter = checked(filter)?;
    let (slice, scope) = slice::<N>(ctx, &filter, ordering, window)?;
    let amounts = match N::Record::KIND {
        Kind::Transaction => Amounts::Transactions,
        _ => Amounts::Budgets,
    };
    let grouped = Grouped { total: slice.total, filter, amounts };
    Ok(connection(slice, &scope, grouped))
}
