//! A flow as reported by a file, in its own words.

use rust_decimal::Decimal;

use crate::ingest::width::MOST_SHARES;
use crate::model::humanitarian_contribution::Plan;

/// A reported flow; texts are trimmed and never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reported {
    /// Line of its first appearance.
    pub(super) line: u32,
    /// Flow number.
    pub(super) id: String,
    /// Amount in dollars.
    pub(super) amount: Option<String>,
    pub(super) status: Option<String>,
    pub(super) date: Option<String>,
    pub(super) budget_year: Option<String>,
    pub(super) description: Option<String>,
    pub(super) flow_type: Option<String>,
    pub(super) contribution_type: Option<String>,
    pub(super) method: Option<String>,
    /// Boundary types stated by the rows.
    pub(super) boundaries: Vec<String>,
    pub(super) on_boundary: Option<String>,
    pub(super) new_money: Option<String>,
    pub(super) original_amount: Option<String>,
    pub(super) original_currency: Option<String>,
    pub(super) exchange_rate: Option<String>,
    pub(super) decided: Option<String>,
    pub(super) known_since: Option<String>,
    pub(super) updated: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) keywords: Vec<String>,
    pub(super) earmarking: Vec<String>,
    pub(super) parents: Vec<String>,
    pub(super) children: Vec<String>,
    pub(super) source: FlowSide,
    pub(super) destination: FlowSide,
    /// Ambiguous names, with the column that holds them.
    pub(super) joined: Vec<(&'static str, String)>,
}

/// One end of a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FlowSide {
    pub(super) organisations: Vec<Organisation>,
    /// Names, or ISO 3166-1 alpha-3 codes.
    pub(super) locations: Vec<String>,
    pub(super) years: Vec<u16>,
    pub(super) plans: Vec<Plan>,
    pub(super) clusters: Vec<String>,
    pub(super) emergencies: Vec<String>,
    pub(super) projects: Vec<Plan>,
}

/// A named organisation with the words for its type; some exports state the type without a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Organisation {
    pub(super) name: String,
    pub(super) types: Vec<String>,
}

impl Reported {
    /// Returns true if another row is equal.
    pub(super) fn says_the_same(&self, other: &mut Self) -> bool {
        let line = std::mem::replace(&mut other.line, self.line);
        let is_same = *self == *other;
        other.line = line;
        is_same
    }

    /// Returns true if another row has the same amount and status; `100` equals `100.0`.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        let number = |amount: &Option<String>| amount.as_deref().and_then(exact);
        let is_equal = number(&self.amount).is_some_and(|n| number(&other.amount) == Some(n));
        let status = |of: &Self| of.status.as_ref().map(|status| status.to_lowercase());
        (is_equal || self.amount == other.amount) && status(self) == status(other)
    }

    /// Returns a difference of another row that [`Reported::join`] does not keep: column and value.
    pub(super) fn otherwise<'o>(&self, other: &'o Self) -> Vec<(&'static str, &'o str)> {
        macro_rules! pairs {
            ($($name:literal $field:ident,)+) => { [$(($name, &self.$field, &other.$field),)+] };
        }
        let pairs = pairs! {
            "date" date,
            "budgetYear" budget_year,
            "description" description,
            "flowType" flow_type,
            "contributionType" contribution_type,
            "method" method,
            "onBoundary" on_boundary,
            "newMoney" new_money,
            "originalAmount" original_amount,
            "originalCurrency" original_currency,
            "exchangeRate" exchange_rate,
            "decisionDate" decided,
            "firstReportedDate" known_since,
            "updatedAt" updated,
            "refCode" reference,
        };
        let differs = |(name, own, other): &(&'static str, &Option<String>, &'o Option<String>)| {
            (own != other).then(|| (*name, other.as_deref().unwrap_or_default()))
        };
        pairs.iter().filter_map(differs).collect()
    }

    /// Adds the ends and the other list values of another row.
    pub(super) fn join(&mut self, other: Self) {
        self.source.join(other.source);
        self.destination.join(other.destination);
        add(&mut self.boundaries, other.boundaries);
        add(&mut self.earmarking, other.earmarking);
        add(&mut self.joined, other.joined);
        add(&mut self.keywords, other.keywords);
        add(&mut self.parents, other.parents);
        add(&mut self.children, other.children);
    }
}

impl Reported {
    /// Truncates lists to their limits, and returns the names of truncated ones.
    pub(super) fn bound(&mut self) -> Vec<&'static str> {
        let mut cut = self.source.bound(["source organization", "source location", "source"]);
        cut.extend(self.destination.bound([
            "destination organization",
            "destination location",
            "destination",
        ]));
        let lists = [
            ("keywords", &mut self.keywords),
            ("earmarking", &mut self.earmarking),
            ("parentFlowId", &mut self.parents),
            ("childFlowIds", &mut self.children),
            ("boundary", &mut self.boundaries),
        ];
        cut.extend(lists.into_iter().filter_map(|(name, list)| bound(list).then_some(name)));
        cut
    }
}

/// Truncates a list to its limit; returns true if it was longer.
fn bound<T>(list: &mut Vec<T>) -> bool {
    let is_wide = list.len() > MOST_SHARES;
    list.truncate(MOST_SHARES);
    is_wide
}

impl FlowSide {
    /// Truncates lists to their limits; the names are those of organisations, of locations and of all other lists.
    fn bound(&mut self, names: [&'static str; 3]) -> Vec<&'static str> {
        let [organisations, locations, others] = names;
        let mut cut = Vec::new();
        cut.extend(bound(&mut self.organisations).then_some(organisations));
        cut.extend(bound(&mut self.locations).then_some(locations));
        let is_wide = bound(&mut self.years)
            | bound(&mut self.plans)
            | bound(&mut self.clusters)
            | bound(&mut self.emergencies)
            | bound(&mut self.projects);
        cut.extend(is_wide.then_some(others));
        cut
    }

    fn join(&mut self, other: Self) {
        add(&mut self.organisations, other.organisations);
        add(&mut self.locations, other.locations);
        add(&mut self.years, other.years);
        add(&mut self.plans, other.plans);
        add(&mut self.clusters, other.clusters);
        add(&mut self.emergencies, other.emergencies);
        add(&mut self.projects, other.projects);
    }
}

/// Parses a number without commas: FTS writes none.
pub(super) fn exact(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

/// Adds missing values, up to one beyond the limit, which marks a surplus.
fn add<T: PartialEq>(to: &mut Vec<T>, from: Vec<T>) {
    for item in from {
        if to.len() > MOST_SHARES {
            return;
        }
        if !to.contains(&item) {
            to.push(item);
        }
    }
}
