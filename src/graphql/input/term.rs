//! Terms of filter inputs: values become terms of facets.

use crate::graphql::code_enum::CodeEnum;
use crate::graphql::node_kind::NodeKind;
use crate::model::code::Code;
use crate::model::facet::Facet;
use crate::model::kind::Kind;
use crate::model::money::Qualifier;
use crate::model::programme::{Channel, Role};
use crate::read::filter::{self, Filter};

/// Input value that converts to a term of a facet.
pub(super) trait Term {
    fn term(&self) -> String;
}

impl Term for String {
    fn term(&self) -> String {
        self.clone()
    }
}

impl Term for i32 {
    fn term(&self) -> String {
        self.to_string()
    }
}

impl Term for bool {
    fn term(&self) -> String {
        if *self { "yes" } else { "no" }.to_owned()
    }
}

impl Term for NodeKind {
    fn term(&self) -> String {
        Kind::from(*self).as_str().to_owned()
    }
}

impl<T: Code> Term for CodeEnum<T> {
    fn term(&self) -> String {
        self.0.as_str().to_owned()
    }
}

/// Filters by the terms of one facet; without a list, matches everything.
pub(super) fn any<T: Term>(facet: Facet, values: Option<Vec<T>>) -> Filter {
    values.map_or(Filter::All, |values| Filter::Is(facet, values.iter().map(Term::term).collect()))
}

/// Filters by budgets. With both lists given, a single budget must match both.
pub(super) fn one_budget(
    currencies: Option<Vec<String>>,
    read: Option<Vec<CodeEnum<Qualifier>>>,
) -> Filter {
    let both = currencies.iter().flatten().flat_map(|currency| {
        let read = read.iter().flatten();
        read.map(move |read| format!("{} {}", currency.to_uppercase(), read.0))
    });
    let both: Vec<String> = both.collect();
    let is_one = currencies.is_some() && read.is_some();
    any(Facet::Currency, currencies)
        .and(any(Facet::Qualifier, read))
        .and(any(Facet::Budget, is_one.then_some(both)))
}

/// Filters by participations. A single participation must match all of the given lists.
pub(super) fn participation(
    agencies: Option<Vec<String>>,
    roles: Option<Vec<CodeEnum<Role>>>,
    channels: Option<Vec<CodeEnum<Channel>>>,
) -> Filter {
    let roles: Option<Vec<Role>> = roles.map(|roles| roles.iter().map(|role| role.0).collect());
    let term = |role: &Role, agency: &str| format!("{role} {agency}");
    match (agencies, roles, channels) {
        (None, None, channels) => any(Facet::Channel, channels),
        (agencies, None, None) => any(Facet::Agency, agencies),
        (None, Some(roles), None) => {
            Filter::Begins(Facet::AgencyRole, roles.iter().map(|role| term(role, "")).collect())
        }
        (Some(agencies), Some(roles), None) => {
            let terms = roles.iter().flat_map(|role| agencies.iter().map(move |a| term(role, a)));
            Filter::Is(Facet::AgencyRole, terms.collect())
        }
        // An empty list of agencies or roles matches nothing.
        (Some(agencies), _, Some(_)) if agencies.is_empty() => Filter::Or(Vec::new()),
        (_, Some(roles), Some(_)) if roles.is_empty() => Filter::Or(Vec::new()),
        (agencies, roles, Some(channels)) => {
            let channels: Vec<String> = channels.iter().map(Term::term).collect();
            filter::participation(
                &roles.unwrap_or_default(),
                &channels,
                &agencies.unwrap_or_default(),
            )
        }
    }
}

/// Filters by agencies in one role; without a list, matches everything.
pub(super) fn part(part: &str, agencies: Option<Vec<String>>) -> Filter {
    let terms = agencies.map(|all| all.iter().map(|agency| format!("{part} {agency}")).collect());
    any(Facet::AgencyRole, terms)
}
