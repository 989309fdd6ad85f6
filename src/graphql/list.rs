//! Lists: Relay connections from a filter, an order and the four paging arguments.

use std::fmt;
use std::sync::Arc;

use async_graphql::connection::{Connection, CursorType, Edge, EmptyFields};
use async_graphql::{Context, Enum, InputType, MergedObject, Object, ObjectType, OutputType};
use serde_json::json;

use super::code_enum::CodeEnum;
use super::context::{count_records, count_texts, note_cut, page_limit, reader};
use super::cursor::CursorScope;
use super::error::{ApiError, ApiResult};
use super::execution::serial::Serial;
use super::input::checked;
use super::limit::{Exceeded, Limit};
use super::types::facet::{Facet, facet, facet_cost};
use super::types::group::Groups;
use super::types::total::{Total, sums, totals_query};
use crate::model::code::Code as _;
use crate::model::noun::{Kind, Noun};
use crate::model::page::{DEFAULT_PAGE, MAX_PAGE, Page, Slice};
use crate::read::error::Error;
use crate::read::facets::FacetField;
use crate::read::filter::Filter;
use crate::read::groups::{Amounts, GroupDimension, GroupOrder};
use crate::read::money::Monetary;
use crate::read::reader::{Ordering, Readable, Reader, Sort};
use crate::read::total::{Addend, LISTED, TotalsQuery};

/// Output object that wraps a noun of the model.
pub(crate) trait Wraps: Sized + Send + Sync {
    /// Record type of the noun.
    type Record: Readable;

    /// Wraps a record.
    fn wrap(record: Arc<Self::Record>) -> Self;
}

/// Output object that can be listed.
pub(super) trait Listed: Wraps + OutputType {
    /// Filter input type of its lists.
    type Filter: InputType + Into<Filter>;
    /// Order enum of its lists.
    type Order: InputType + Into<Ordering> + Default;
    /// Connection type of its lists.
    type List: OutputType;

    /// Returns a page of the list.
    fn list(
        ctx: &Context<'_>,
        filter: Filter,
        order: Ordering,
        window: &Window,
    ) -> ApiResult<Self::List>;
}

/// Order of a list whose items have no date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub(crate) enum NamedOrder {
    /// By identifier, compared as text.
    #[default]
    Id,
    /// By identifier, descending.
    IdDesc,
    /// By English name, otherwise French, ignoring case and accents.
    Name,
    /// By name, descending.
    NameDesc,
}

/// Order of a list whose items have a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub(crate) enum DatedOrder {
    /// By identifier, compared as text.
    #[default]
    Id,
    /// By identifier, descending.
    IdDesc,
    /// By English name or title, otherwise French, ignoring case and accents.
    Name,
    /// By name, descending.
    NameDesc,
    /// By first day, ascending; items without a date come last.
    Date,
    /// By first day, descending; items without a date come first.
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

/// The four paging arguments of Relay, unchecked.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    pub(super) first: Option<i32>,
    pub(super) after: Option<String>,
    pub(super) last: Option<i32>,
    pub(super) before: Option<String>,
}

impl Window {
    /// Checks the arguments and returns the page. `position` returns the position of the identifier that a cursor holds.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for a cursor of another list or of a removed record; `LIMIT_EXCEEDED` for a page above the
    /// operator's limit.
    pub(super) fn page<P>(
        &self,
        ctx: &Context<'_>,
        scope: &CursorScope,
        position: impl Fn(&str) -> Option<P>,
    ) -> ApiResult<Page<P>> {
        let place = |argument: &str, cursor: Option<&String>| {
            let Some(cursor) = cursor else { return Ok(None) };
            let Some(key) = scope.decode(argument, cursor)? else { return Ok(None) };
            let gone = || {
                ApiError::input(format!(
                    "the record of the `{argument}` cursor no longer exists: start again from the first page"
                ))
            };
            position(&key).map(Some).ok_or_else(gone)
        };
        let after = place("after", self.after.as_ref())?;
        let before = place("before", self.before.as_ref())?;
        let most = page_limit(ctx);
        for size in [self.first, self.last].into_iter().flatten() {
            let size = usize::try_from(size).unwrap_or(0);
            // `Page::new` rejects anything above the schema's own maximum, by the name of its argument.
            if size <= MAX_PAGE {
                Exceeded::check(Limit::Page, most, size)?;
            }
        }
        // Without `first` and `last`, the page is the default size or the operator's limit, whichever is smaller.
        let usual = (self.first.or(self.last).is_none() && most < DEFAULT_PAGE)
            .then(|| i64::try_from(most).unwrap_or(i64::MAX));
        let first = self.first.map(i64::from).or(usual);
        Ok(Page::new(first, after, self.last.map(i64::from), before)?)
    }
}

/// Cost of a list field: its page size times the cost of one item.
pub(super) fn cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    cost_within(MAX_PAGE, first, last, child)
}

/// Cost of a list field with at most `most` items.
pub(super) fn cost_within(
    most: usize,
    first: Option<i32>,
    last: Option<i32>,
    child: usize,
) -> usize {
    let size = first.or(last).and_then(|n| usize::try_from(n).ok()).unwrap_or(DEFAULT_PAGE);
    // An oversized page is rejected by name when the field is resolved.
    size.min(most).clamp(1, MAX_PAGE).saturating_mul(child.max(1)).saturating_add(1)
}

/// Cost of a filtered list field with at most `most` items: its page, and the price of the filter.
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

/// Cursor to be sent. It is encoded only when selected: most requests select only the nodes of a page.
#[derive(Clone, Debug)]
pub(crate) struct LazyCursor {
    scope: CursorScope,
    key: String,
}

impl LazyCursor {
    /// Creates the cursor of a record in a list.
    pub(super) fn new(scope: &CursorScope, key: impl Into<String>) -> Self {
        Self { scope: *scope, key: key.into() }
    }
}

impl CursorType for LazyCursor {
    type Error = &'static str;

    fn decode_cursor(_: &str) -> Result<Self, Self::Error> {
        Err("cursors are decoded by the scope of their list")
    }

    fn encode_cursor(&self) -> String {
        self.scope.encode(&self.key)
    }
}

/// Connection of nodes, with additional fields of the list.
pub(crate) type List<N, Extra = Counted> = Connection<LazyCursor, Serial<N>, Extra>;

/// Connection of nodes that hold money.
pub(crate) type MoneyList<N> = Connection<LazyCursor, Serial<N>, Summed>;

/// Connection of nodes whose money can be grouped.
pub(crate) type GroupedList<N> = Connection<LazyCursor, Serial<N>, Grouped>;

/// Length of a list; all additional fields of a list of records of several nouns.
#[derive(Debug)]
pub(crate) struct ListFields {
    pub(super) total: usize,
}

/// Length of a list; all additional fields of a list of records of several nouns.
#[Object(serial)]
impl ListFields {
    /// Number of items in the whole list, before paging.
    async fn total_count(&self) -> usize {
        self.total
    }
}

/// Counts of the values of fields.
#[derive(Debug)]
pub(crate) struct Facets {
    kind: Kind,
    filter: Arc<Filter>,
}

/// Counts of the values of fields.
#[Object(serial)]
impl Facets {
    /// Values that the items of the whole list have in a field of its filter, with their numbers of items. Choosing a value
    /// in the filter gives a list of that length.
    #[graphql(complexity = "facet_cost(first, child_complexity)")]
    async fn facet(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Field of the filter.")] by: CodeEnum<FacetField>,
        #[graphql(
            desc = "Maximum number of values, the most frequent first, from 0 to 10000.",
            default = 10
        )]
        first: i32,
        #[graphql(desc = "Values to return as well, whatever their rank, at most 100.")]
        including: Option<Vec<String>>,
    ) -> ApiResult<Facet> {
        facet(ctx, self.kind, &self.filter, by.0, first, &including.unwrap_or_default())
    }
}

/// Additional fields of a list of records.
#[derive(Debug, MergedObject)]
#[graphql(serial)]
pub(crate) struct Counted(ListFields, Facets);

/// Reads the amounts of a list.
type AmountSource = fn(&Reader, &TotalsQuery<'_>) -> Result<Vec<Addend>, Error>;

/// Totals of amounts that are read one by one.
pub(crate) struct Sums {
    filter: Arc<Filter>,
    items: AmountSource,
}

impl fmt::Debug for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sums").field("filter", &self.filter).finish_non_exhaustive()
    }
}

/// Totals of amounts that are read one by one.
#[Object(serial)]
impl Sums {
    /// Totals over the whole list, before paging: one per currency, or a single one in the requested currency. Amounts that
    /// are part of another counted amount are excluded and listed, as is money for others than the filter selects.
    #[graphql(complexity = "50 + child_complexity")]
    async fn totals(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Currency of the totals, ISO 4217: converts each amount at the rate of its own date. Default: one total per currency."
        )]
        currency: Option<String>,
    ) -> ApiResult<Vec<Total>> {
        let reader = reader(ctx)?;
        sums(ctx, &self.filter, currency.as_deref(), |query| Ok((self.items)(reader, query)?))
    }
}

/// Additional fields of a list of items with money.
#[derive(Debug, MergedObject)]
#[graphql(serial)]
pub(crate) struct Summed(ListFields, Facets, Sums);

/// Maximum number of groups in one answer.
const MAX_GROUPS: i32 = 10_000;
/// Maximum number of dimensions of a group.
const MAX_DIMENSIONS: usize = 6;
/// Base cost of `groups` besides the returned groups: every amount of the list is read.
const GROUP_COST: usize = 100;

/// Default number of groups.
fn default_groups() -> i32 {
    100
}

/// Cost of `groups`. They are computed once per list, but the enclosing list multiplies the cost by its page.
fn group_cost(first: i32, child: usize) -> usize {
    let first = usize::try_from(first.clamp(1, MAX_GROUPS)).unwrap_or(1);
    first.saturating_mul(child.max(1)).div_ceil(DEFAULT_PAGE).saturating_add(GROUP_COST)
}

/// Totals and groups of amounts.
#[derive(Debug)]
pub(crate) struct GroupedSums {
    filter: Arc<Filter>,
    amounts: Amounts,
}

/// Totals and groups of amounts.
#[Object(serial)]
impl GroupedSums {
    /// Totals over the whole list, before paging: one per currency, or a single one in the requested currency.
    /// Amounts that are part of another counted amount are excluded, as are shares for others than the filter selects. Of
    /// transactions, disbursements and expenditure count, unless the filter selects other types. A budget is the money of
    /// its whole programme, whatever its provider; `participations` states who pays.
    #[graphql(complexity = "50 + child_complexity")]
    async fn totals(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Currency of the totals, ISO 4217: converts each amount at the rate of its own date. Default: one total per currency."
        )]
        currency: Option<String>,
    ) -> ApiResult<Vec<Total>> {
        let is_listed = ctx.look_ahead().field("excluded").exists();
        let query = totals_query(ctx, &self.filter, currency.as_deref())?;
        let listed = if is_listed { LISTED } else { 0 };
        let totals = reader(ctx)?.list_totals(self.amounts, &query, listed)?;
        Ok(totals.into_iter().map(|total| Total::of(total, &query)).collect())
    }

    /// Totals over the whole list by common keys, before paging. Transactions and contributions are grouped by their amounts,
    /// programmes by their budgets. The rules of `totals` apply. An amount for several countries or sectors is divided by
    /// their shares; without shares its key is `UNDIVIDED`.
    #[graphql(complexity = "group_cost(first, child_complexity)")]
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Dimensions of the group keys, at most 6.")] by: Vec<
            CodeEnum<GroupDimension>,
        >,
        #[graphql(
            desc = "Currency of the groups, ISO 4217: converts each amount at the rate of its own date. Default: separate groups per currency."
        )]
        currency: Option<String>,
        #[graphql(desc = "Order of the groups.", default_with = "CodeEnum(GroupOrder::Value)")]
        order_by: CodeEnum<GroupOrder>,
        #[graphql(
            desc = "Maximum number of groups, from 0 to 10000.",
            default_with = "default_groups()"
        )]
        first: i32,
        #[graphql(desc = "Number of groups to skip, in the requested order; at least 0.", default)]
        offset: i32,
    ) -> ApiResult<Groups> {
        if !(0..=MAX_GROUPS).contains(&first) {
            let message = format!("`first` must be from 0 to {MAX_GROUPS}, not {first}");
            return Err(ApiError::input(message));
        }
        if by.len() > MAX_DIMENSIONS {
            let message = format!("`by` takes at most {MAX_DIMENSIONS} dimensions");
            return Err(ApiError::input(message));
        }
        let Ok(offset) = usize::try_from(offset) else {
            return Err(ApiError::input(format!("`offset` must not be negative, is {offset}")));
        };
        let by: Vec<GroupDimension> = by.into_iter().map(|word| word.0).collect();
        if let Some(dimension) = by.iter().find(|dimension| !self.amounts.have(**dimension)) {
            let own: Vec<&str> = self.amounts.dimensions().map(GroupDimension::as_str).collect();
            let message = format!(
                "{} have no dimension {dimension}; they have {}",
                self.amounts.name(),
                own.join(", ")
            );
            return Err(ApiError::input(message));
        }
        let query = totals_query(ctx, &self.filter, currency.as_deref())?;
        let page = offset..offset.saturating_add(usize::try_from(first).unwrap_or(0));
        let groups = reader(ctx)?.groups(self.amounts, &query, &by, order_by.0, page)?;
        if groups.groups.len() < groups.total {
            note_cut(ctx, &["groups"], groups.total, groups.groups.len());
        }
        Ok(Groups(groups))
    }
}

/// Additional fields of a list whose amounts can be grouped.
#[derive(Debug, MergedObject)]
#[graphql(serial)]
pub(crate) struct Grouped(ListFields, Facets, GroupedSums);

/// Builds a connection from a page of records.
fn connection<N, Extra>(
    slice: Slice<Arc<N::Record>>,
    scope: &CursorScope,
    extra: Extra,
) -> List<N, Extra>
where
    N: Wraps + ObjectType,
    Extra: async_graphql::ObjectType,
{
    let mut list = Connection::with_additional_fields(slice.has_previous, slice.has_next, extra);
    list.edges.extend(slice.items.into_iter().map(|record| {
        let cursor = LazyCursor::new(scope, record.key());
        Edge::<_, _, EmptyFields>::new(cursor, Serial(N::wrap(record)))
    }));
    list
}

/// Records that a page is not the whole list, if the request selects its items.
pub(super) fn note_page<T>(ctx: &Context<'_>, slice: &Slice<T>) {
    if slice.has_previous || slice.has_next {
        note_cut(ctx, &["nodes", "edges"], slice.total, slice.items.len());
    }
}

fn slice<N: Wraps>(
    ctx: &Context<'_>,
    filter: &Filter,
    ordering: Ordering,
    window: &Window,
) -> ApiResult<(Slice<Arc<N::Record>>, CursorScope)> {
    let reader = reader(ctx)?;
    count_texts(ctx, filter.texts())?;
    let scope = CursorScope::of(&json!([
        N::Record::KIND.as_str(),
        filter.canonical(),
        ordering.canonical()
    ]));
    let page = window.page(ctx, &scope, |key| reader.rank(N::Record::KIND, key, ordering))?;
    let slice = reader.page::<N::Record>(filter, ordering, &page)?;
    count_records(ctx, slice.items.len())?;
    note_page(ctx, &slice);
    Ok((slice, scope))
}

/// Returns the fields that every list of records has.
fn fields<N: Wraps>(slice: &Slice<Arc<N::Record>>, filter: Filter) -> (ListFields, Facets) {
    let facets = Facets { kind: N::Record::KIND, filter: Arc::new(filter) };
    (ListFields { total: slice.total }, facets)
}

/// Resolves a page of a list.
pub(super) fn list<N>(
    ctx: &Context<'_>,
    filter: Filter,
    ordering: Ordering,
    window: &Window,
) -> ApiResult<List<N>>
where
    N: Wraps + ObjectType,
{
    let filter = checked(filter)?;
    let (slice, scope) = slice::<N>(ctx, &filter, ordering, window)?;
    let (total, facets) = fields::<N>(&slice, filter);
    Ok(connection(slice, &scope, Counted(total, facets)))
}

/// Resolves a page of a list of items that hold money.
pub(super) fn money_list<N>(
    ctx: &Context<'_>,
    filter: Filter,
    ordering: Ordering,
    window: &Window,
) -> ApiResult<MoneyList<N>>
where
    N: Wraps + ObjectType,
    N::Record: Monetary,
{
    let filter = checked(filter)?;
    let (slice, scope) = slice::<N>(ctx, &filter, ordering, window)?;
    let (total, facets) = fields::<N>(&slice, filter);
    let sums = Sums { filter: Arc::clone(&facets.filter), items: Reader::items::<N::Record> };
    Ok(connection(slice, &scope, Summed(total, facets, sums)))
}

/// Resolves a page of a list of items whose money can be grouped.
pub(super) fn grouped_list<N>(
    ctx: &Context<'_>,
    filter: Filter,
    ordering: Ordering,
    window: &Window,
) -> ApiResult<GroupedList<N>>
where
    N: Wraps + ObjectType,
{
    let filter = checked(filter)?;
    let (slice, scope) = slice::<N>(ctx, &filter, ordering, window)?;
    let (total, facets) = fields::<N>(&slice, filter);
    let amounts = Amounts::of(facets.kind).unwrap_or(Amounts::Budgets);
    let sums = GroupedSums { filter: Arc::clone(&facets.filter), amounts };
    Ok(connection(slice, &scope, Grouped(total, facets, sums)))
}
