//! Choice of a briefing: donor, partner countries, pillar, years and currency, from the address.

use maud::{Markup, html};

use super::data::OfDonor;
use crate::model::code::Code as _;
use crate::model::programme::Pillar;
use crate::site::address::Address;
use crate::site::frame::kept;
use crate::site::language::Language;
use crate::site::parts::data::{Day, Period};
use crate::site::parts::given::{CURRENCIES, Given, Years};
use crate::site::words::codes::Worded as _;
use crate::site::words::{briefing, fact, frame};

/// Donor of an address that names none.
const DONOR: &str = "lu";

/// Partner country of an address that names none.
const PARTNER: &str = "ml";

/// Value of the parameter `level` that shows the money of projects.
const PROJECT: &str = "project";

/// Choice of a briefing.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) donor: String,
    pub(super) partner: String,
    /// Second partner country; empty for none.
    pub(super) other: String,
    pub(super) pillar: Option<Pillar>,
    pub(super) years: Years,
    pub(super) currency: String,
    /// True if the money of projects is shown instead of that of their programmes.
    pub(super) is_by_project: bool,
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
        let pillar = given("pillar").to_uppercase();
        let currency = given("currency").to_uppercase();
        let is_known = CURRENCIES.contains(&currency.as_str());
        Self {
            donor: donor.to_uppercase(),
            partner: partner.to_uppercase(),
            other: other.to_uppercase(),
            pillar: Pillar::parse(&pillar).ok(),
            years: Given::of(address).years(),
            currency: if is_known { currency } else { "EUR".to_owned() },
            is_by_project: given("level") == PROJECT,
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
        let is_early = self.years.from.zip(end.or(start)).is_some_and(|(from, last)| last < from);
        let is_late = self.years.to.zip(start.or(end)).is_some_and(|(to, first)| first > to);
        !is_early && !is_late
    }

    /// Returns a sentence about budgets, after one that says at which level they are.
    pub(super) fn at_level(&self, language: Language, sentence: &str) -> String {
        if self.is_by_project {
            format!("{} {sentence}", briefing::OF_PROJECTS.to(language))
        } else {
            sentence.to_owned()
        }
    }

    /// Returns the path of the briefing, relative to the root.
    pub(super) fn path(&self) -> String {
        let other = if self.other.is_empty() { String::new() } else { format!("+{}", self.other) };
        format!("engagement/{}/{}{other}", self.donor, self.partner).to_lowercase()
    }

    /// Second country, period, pillar, level and currency, as a form of the bar.
    pub(super) fn controls(&self, address: &Address, partners: &[OfDonor]) -> Markup {
        let language = address.language();
        let alone = Self { other: String::new(), ..self.clone() };
        html! {
            form method="get" action=(address.file(&alone.path())) {
                select name="other" aria-label=(briefing::BESIDE.to(language)) {
                    option value="" { (briefing::ALONE.to(language)) }
                    @for country in partners.iter().filter_map(|partner| partner.country.as_ref()) {
                        @let code = &country.named.identifier;
                        @if *code != self.partner {
                            option value=(code.to_lowercase()) selected[*code == self.other] {
                                (briefing::AND.to(language)) " " (country.name.value)
                            }
                        }
                    }
                }
                select name="pillar" aria-label=(fact::PILLAR.to(language)) {
                    option value="" { (briefing::ALL_PILLARS.to(language)) }
                    @for pillar in Pillar::VALUES {
                        option value=(pillar.as_str().to_lowercase()) selected[self.pillar == Some(*pillar)] {
                            (pillar.words().to(language))
                        }
                    }
                }
                (self.years.fields(language))
                select name="currency" aria-label=(frame::CURRENCY.to(language)) {
                    @for currency in CURRENCIES {
                        option selected[currency == self.currency] { (currency) }
                    }
                }
                select name="level" aria-label=(briefing::LEVEL.to(language)) {
                    option value="" { (briefing::BY_PROGRAMME.to(language)) }
                    option value=(PROJECT) selected[self.is_by_project] { (briefing::BY_PROJECT.to(language)) }
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
