//! Choice of a briefing: donor, partner countries, pillar, years and currency, from the address.

use maud::{Markup, html};

use crate::model::code::Code as _;
use crate::model::programme::Pillar;
use crate::site::address::Address;
use crate::site::frame::kept;
use crate::site::parts::data::{Day, Period};
use crate::site::words::codes::Worded as _;
use crate::site::words::{briefing, fact, frame, home};

/// Donor of an address that names none.
const DONOR: &str = "lu";

/// Partner country of an address that names none.
const PARTNER: &str = "ml";

/// Currencies to choose from.
const CURRENCIES: [&str; 3] = ["EUR", "USD", "XOF"];

/// Choice of a briefing.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) donor: String,
    pub(super) partner: String,
    /// Second partner country; empty for none.
    pub(super) other: String,
    pub(super) pillar: Option<Pillar>,
    pub(super) from: Option<u16>,
    pub(super) to: Option<u16>,
    pub(super) currency: String,
}

impl Choice {
    /// Reads the path, `lu/ml+ne`, or the parameters of the form.
    pub(super) fn of(address: &Address) -> Self {
        let (donor, partners) = address.rest().split_once('/').unwrap_or_default();
        let given = |name: &str| address.parameter(name).unwrap_or_default();
        let donor = first(&[donor, given("donor")], DONOR);
        let partners = first(&[partners, given("partner")], PARTNER);
        let (partner, other) = partners.split_once('+').unwrap_or((partners, ""));
        let other = if other.is_empty() { given("other") } else { other };
        let year = |name: &str| address.parameter(name).and_then(|year| year.parse().ok());
        let pillar = given("pillar").to_uppercase();
        let currency = given("currency").to_uppercase();
        let is_known = CURRENCIES.contains(&currency.as_str());
        Self {
            donor: donor.to_uppercase(),
            partner: partner.to_uppercase(),
            other: other.to_uppercase(),
            pillar: Pillar::parse(&pillar).ok(),
            from: year("from"),
            to: year("to"),
            currency: if is_known { currency } else { "EUR".to_owned() },
        }
    }

    /// Returns true if a pillar is shown.
    pub(super) fn shows(&self, pillar: Pillar) -> bool {
        self.pillar.is_none_or(|chosen| chosen == pillar)
    }

    /// Returns true if a period may touch the chosen years. Without a date it may.
    pub(super) fn holds(&self, period: Option<Period>) -> bool {
        let Some(period) = period else { return true };
        let year = |day: Option<Day>| day.map(|day| day.0.year());
        let (start, end) = (year(period.start), year(period.end));
        let is_early = self.from.zip(end.or(start)).is_some_and(|(from, last)| last < from);
        let is_late = self.to.zip(start.or(end)).is_some_and(|(to, first)| first > to);
        !is_early && !is_late
    }

    /// Returns true if a year is chosen.
    pub(super) fn holds_year(&self, year: u16) -> bool {
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }

    /// Returns the path of the briefing, relative to the root.
    pub(super) fn path(&self) -> String {
        let other = if self.other.is_empty() { String::new() } else { format!("+{}", self.other) };
        format!("engagement/{}/{}{other}", self.donor, self.partner).to_lowercase()
    }

    /// Period, pillar and currency, as a form of the bar.
    pub(super) fn controls(&self, address: &Address) -> Markup {
        let language = address.language();
        let year = |year: Option<u16>| year.map(|year| year.to_string());
        html! {
            form method="get" action=(address.file(&self.path())) {
                select name="pillar" aria-label=(fact::PILLAR.to(language)) {
                    option value="" { (briefing::ALL_PILLARS.to(language)) }
                    @for pillar in Pillar::VALUES {
                        option value=(pillar.as_str().to_lowercase()) selected[self.pillar == Some(*pillar)] {
                            (pillar.words().to(language))
                        }
                    }
                }
                span class="years" {
                    input type="number" name="from" min="1900" max="2100" value=[year(self.from)]
                        aria-label=(home::FROM.to(language));
                    "–"
                    input type="number" name="to" min="1900" max="2100" value=[year(self.to)]
                        aria-label=(home::TO.to(language));
                }
                select name="currency" aria-label=(frame::CURRENCY.to(language)) {
                    @for currency in CURRENCIES {
                        option selected[currency == self.currency] { (currency) }
                    }
                }
                (kept(address, &["lang", "embed"]))
                button { (briefing::APPLY.to(language)) }
            }
        }
    }
}

/// Returns the first text that is not empty.
fn first<'a>(texts: &[&'a str], otherwise: &'static str) -> &'a str {
    texts.iter().copied().find(|text| !text.is_empty()).unwrap_or(otherwise)
}
