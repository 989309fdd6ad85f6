//! Choice of the page of flows: countries and agencies of the boundary, years, scope and currency, from the address.

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::data::Answer;
use crate::model::code::Code as _;
use crate::read::flows::FlowScope;
use crate::site::address::Address;
use crate::site::frame::kept;
use crate::site::parts::given::{Given, Years, joined};
use crate::site::words::{flows as words, frame, home};

/// Country of an address that names no boundary.
const COUNTRY: &str = "ML";

/// Maximum countries and agencies of an address, each.
const LIMIT: usize = 50;

/// Maximum years that are drawn; each needs sums of its own.
pub(super) const DRAWN: u16 = 10;

/// Last year that is drawn, unless the address names one.
const LAST: u16 = 2025;

/// Currencies to choose from; the empty one is that of each amount.
const CURRENCIES: [&str; 4] = ["EUR", "USD", "XOF", ""];

/// Word of the address for the currencies as published.
const AS_PUBLISHED: &str = "published";

/// Choice of a boundary.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) countries: Vec<String>,
    pub(super) agencies: Vec<String>,
    pub(super) years: Years,
    pub(super) scope: FlowScope,
    /// Currency of the sums; `None` for those as published.
    pub(super) currency: Option<&'static str>,
    /// Says which parameters are left out.
    pub(super) notice: Option<Markup>,
}

impl Choice {
    /// Reads the parameters of the form.
    pub(super) fn of(address: &Address) -> Self {
        let mut given = Given::of(address);
        let mut countries = given.countries("country", LIMIT);
        let agencies = given.list("agency", LIMIT);
        if countries.is_empty() && agencies.is_empty() {
            countries.push(COUNTRY.to_owned());
        }
        let currency = given.one_of("currency", &["EUR", "USD", "XOF", "PUBLISHED"]);
        Self {
            countries,
            agencies,
            years: given.years(),
            scope: given.code("scope").unwrap_or(FlowScope::Development),
            currency: match currency {
                None => Some("EUR"),
                Some("PUBLISHED") => None,
                Some(currency) => Some(currency),
            },
            notice: given.notice(address.language()),
        }
    }

    /// Returns the years that are drawn, and true if the choice has earlier ones.
    pub(super) fn drawn(&self) -> ((u16, u16), bool) {
        let last = self.years.to.unwrap_or(LAST.max(self.years.from.unwrap_or_default()));
        let earliest = last.saturating_sub(DRAWN - 1);
        let first = self.years.from.unwrap_or_default().max(earliest);
        ((first, last), self.years.from.is_none_or(|from| from < first))
    }

    /// Returns the variables of the query.
    pub(super) fn variables(&self) -> Value {
        let ((first, last), _) = self.drawn();
        let mut all = Map::new();
        let given = [
            ("countries", json!(self.countries)),
            ("agencies", json!(self.agencies)),
            ("hasCountries", json!(!self.countries.is_empty())),
            ("hasAgencies", json!(!self.agencies.is_empty())),
            ("years", json!(self.years.list())),
            ("scope", json!(self.scope.as_str())),
            ("currency", json!(self.currency)),
        ];
        all.extend(given.map(|(name, value)| (name.to_owned(), value)));
        for at in 0..DRAWN {
            let year = first.saturating_add(at);
            all.insert(format!("y{at}"), json!(year));
            all.insert(format!("has{at}"), json!(year <= last));
        }
        Value::Object(all)
    }

    /// Returns the filter of the tables of transactions and contributions that the boundary touches. Their parameter for
    /// agencies is `agency`.
    pub(super) fn filter(&self) -> Vec<(&'static str, String)> {
        let years = self.years.list().unwrap_or_default();
        let all = [
            ("country", joined(&self.countries)),
            ("agency", joined(&self.agencies)),
            ("year", joined(&years)),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Links to the page with other countries or years.
    pub(super) fn link(&self, address: &Address, changes: &[(&str, &str)]) -> String {
        let year = |year: Option<u16>| year.map(|year| year.to_string()).unwrap_or_default();
        let all = [
            ("country", joined(&self.countries).to_lowercase()),
            ("agency", joined(&self.agencies)),
            ("from", year(self.years.from)),
            ("to", year(self.years.to)),
            ("scope", self.scope_word()),
            ("currency", self.currency.unwrap_or(AS_PUBLISHED).to_lowercase()),
        ];
        let with_changes = all.iter().map(|(name, value)| {
            let change = changes.iter().find(|(other, _)| other == name);
            (*name, change.map_or(value.as_str(), |(_, value)| *value))
        });
        let defaults = [("scope", "development"), ("currency", "eur")];
        let is_needed = |pair: &(&str, &str)| !pair.1.is_empty() && !defaults.contains(pair);
        let given: Vec<(&str, &str)> = with_changes.filter(is_needed).collect();
        address.page("flows", &given)
    }

    fn scope_word(&self) -> String {
        self.scope.as_str().to_lowercase()
    }

    /// Form of the boundary.
    pub(super) fn form(&self, address: &Address, data: &Answer) -> Markup {
        let language = address.language();
        html! {
            form class="fields boundary" method="get" action=(address.file("flows")) aria-labelledby="boundary-title" {
                label {
                    span class="name" { (words::COUNTRIES_INSIDE.to(language)) }
                    input name="country" value=(joined(&self.countries)) aria-describedby="country-help" list="countries" autocomplete="off";
                    span class="help" id="country-help" { (words::COUNTRIES_HELP.to(language)) }
                }
                label {
                    span class="name" { (words::AGENCIES_INSIDE.to(language)) }
                    input name="agency" value=(joined(&self.agencies)) aria-describedby="agency-help" list="agencies" autocomplete="off";
                    span class="help" id="agency-help" { (words::AGENCIES_HELP.to(language)) }
                }
                label {
                    span class="name" { (words::SCOPE.to(language)) }
                    select name="scope" {
                        @for scope in FlowScope::VALUES {
                            option value=(scope.as_str().to_lowercase()) selected[*scope == self.scope] {
                                (words::scope(*scope).to(language))
                            }
                        }
                    }
                }
                div class="field" {
                    span class="name" { (words::PERIOD.to(language)) }
                    (self.years.fields(language))
                }
                label {
                    span class="name" { (frame::CURRENCY.to(language)) }
                    select name="currency" {
                        @for currency in CURRENCIES {
                            @let value = if currency.is_empty() { AS_PUBLISHED } else { currency };
                            option value=(value) selected[self.currency.unwrap_or_default() == currency] {
                                (if currency.is_empty() { home::AS_PUBLISHED.to(language) } else { currency })
                            }
                        }
                    }
                }
                div class="field" {
                    (kept(address, &["lang", "embed"]))
                    button class="main" { (words::DRAW.to(language)) }
                }
                datalist id="countries" {
                    @for country in data.partner_countries() { option value=(country.identifier) { (country.label) } }
                }
                datalist id="agencies" {
                    @for agency in data.choices() { option value=(agency.identifier) { (agency.label) } }
                }
            }
            p class="choices" {
                (words::PARTNERS.to(language)) ": "
                @for (at, country) in data.partner_countries().iter().enumerate() {
                    @if at > 0 { " · " }
                    a href=(self.link(address, &[("country", &country.identifier.to_lowercase()), ("agency", "")]))
                        aria-current=[(self.is_only(&country.identifier)).then_some("true")] { (country.label) }
                }
            }
        }
    }

    /// Links to the same boundary with each other kind of money.
    pub(super) fn scopes(&self, address: &Address) -> Markup {
        let others = FlowScope::VALUES.iter().filter(|scope| **scope != self.scope);
        html! {
            @for (at, scope) in others.enumerate() {
                @if at > 0 { " · " }
                a href=(self.link(address, &[("scope", &scope.as_str().to_lowercase())])) {
                    (words::scope(*scope).to(address.language()))
                }
            }
        }
    }

    /// Returns true if a country alone lies inside.
    fn is_only(&self, country: &str) -> bool {
        self.countries == [country] && self.agencies.is_empty()
    }
}
