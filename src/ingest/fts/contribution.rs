//! Humanitarian contributions from reported FTS flows.

use rust_decimal::Decimal;

use super::reported::{Organisation, Reported, exact};
use crate::ingest::ledger_builder::{LedgerBuilder, ProblemSite};
use crate::ingest::organisation_ref::{self, FTS, Mention, MentionScope, Mentions};
use crate::ingest::parsing;
use crate::ingest::personal;
use crate::ingest::problem::ProblemCode;
use crate::ingest::sink::Entry;
use crate::ingest::width::MOST_SHARES;
use crate::model::agency::AgencyKind;
use crate::model::code::Code;
use crate::model::codelist::Codelist;
use crate::model::country::{self, CountryCode};
use crate::model::currency::CurrencyWords;
use crate::model::date::PartialDate;
use crate::model::humanitarian_contribution::{
    Boundary, Flow, HumanitarianChannel, HumanitarianContribution, HumanitarianScope,
};
use crate::model::id::{AgencyId, HumanitarianContributionId};
use crate::model::money::{Absence, Currency, Money, Qualifier};
use crate::model::noun::Record;
use crate::model::origin::{Assertion, Origin, Provenance};
use crate::model::text::{Language, Text};

/// Default purpose of a flow.
const NOT_SPECIFIED: &str = "Not specified";

/// The dollar, the currency of FTS amounts.
const USD: &str = "USD";

/// Builds the record of a flow.
pub(super) fn entry(
    id: HumanitarianContributionId,
    reported: Reported,
    tally: &mut LedgerBuilder,
    mentions: &mut Mentions,
) -> Entry {
    let updated = reported.updated.as_deref().and_then(parsing::moment);
    let contribution =
        FlowReader { tally, mentions, line: reported.line, id }.contribution(reported);
    Entry { record: Record::HumanitarianContribution(contribution), details: None, updated }
}

/// Returns the identifier of a flow by its number.
pub(super) fn key(number: &str) -> Option<HumanitarianContributionId> {
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| format!("FTS-{number}").parse().ok())?
}

/// Organisations at one end of a flow, with the countries of that end.
#[derive(Clone, Copy)]
struct FlowEnd<'a> {
    field: &'static str,
    organisations: &'a [Organisation],
    countries: &'a [CountryCode],
    gives: bool,
}

/// Reader of one flow.
struct FlowReader<'a> {
    tally: &'a mut LedgerBuilder,
    mentions: &'a mut Mentions,
    line: u32,
    id: HumanitarianContributionId,
}

impl FlowReader<'_> {
    fn warn(&mut self, code: ProblemCode, field: &str, value: Option<&str>, message: &str) {
        let place = ProblemSite {
            line: Some(self.line),
            field: Some(field),
            id: Some(self.id.as_str()),
            value,
        };
        self.tally.warn(code, &place, message, None);
    }

    fn contribution(mut self, mut reported: Reported) -> HumanitarianContribution {
        for (column, names) in std::mem::take(&mut reported.joined) {
            let message = "there are several organisations, and the names cannot be told apart or are not given";
            self.warn(ProblemCode::JoinedNames, column, Some(&names), message);
        }
        for list in reported.bound() {
            let message = &format!(
                "one flow holds at most {MOST_SHARES} of these; the others are not read, the source file keeps them"
            );
            self.warn(ProblemCode::Surplus, list, None, message);
        }
        let date = self.date("date", reported.date.as_deref());
        let money = self.dollars(reported.amount.as_deref(), date);
        let countries = self.countries("destination location", &reported.destination.locations);
        let source_countries = self.countries("source location", &reported.source.locations);
        let donor = donor(&reported.source.organisations, &source_countries);
        let providers = self.agencies(FlowEnd {
            field: "source organization",
            organisations: &reported.source.organisations,
            countries: &source_countries,
            gives: true,
        });
        let channel_agencies = self.agencies(FlowEnd {
            field: "destination organization",
            organisations: &reported.destination.organisations,
            countries: &countries,
            gives: false,
        });
        let years = &reported.destination.years;
        let mut parents: Vec<_> = reported.parents.iter().filter_map(|n| key(n)).collect();
        let part_of = (!parents.is_empty()).then(|| parents.remove(0));
        let words = reported.boundaries.iter();
        let mut boundaries: Vec<Boundary> =
            words.filter_map(|word| self.word("boundary", Some(word))).collect();
        boundaries.sort_unstable();
        boundaries.dedup();
        let flow = Flow {
            providers,
            source_countries,
            source_years: reported.source.years.clone(),
            years: years.clone(),
            budget_year: self.date("budgetYear", reported.budget_year.as_deref()),
            boundaries,
            shared: reported.on_boundary.as_deref().map(|word| word.eq_ignore_ascii_case("shared")),
            plans: reported.destination.plans.clone(),
            clusters: reported.destination.clusters.clone(),
            emergencies: reported.destination.emergencies.clone(),
            projects: reported.destination.projects.clone(),
            flow_type: reported.flow_type.clone(),
            contribution_type: reported.contribution_type.clone(),
            method: reported.method.clone(),
            earmarking: reported.earmarking.clone(),
            keywords: reported.keywords.clone(),
            new_money: reported.new_money.as_deref().and_then(parsing::flag),
            original: self.original(&reported, date),
            exchange_rate: self.number("exchangeRate", reported.exchange_rate.as_deref()),
            decided: self.date("decisionDate", reported.decided.as_deref()),
            first_reported: self.date("firstReportedDate", reported.known_since.as_deref()),
            reference: self.text("refCode", reported.reference.as_deref()),
            parents,
            children: reported.children.iter().filter_map(|n| key(n)).collect(),
        };
        let year = years.first().and_then(|year| PartialDate::from_year(*year));
        let origin = Origin { file: self.tally.file().to_owned(), line: self.line };
        HumanitarianContribution {
            id: self.id.clone(),
            donor,
            year: year.or(flow.budget_year),
            date,
            crisis: Text::in_unknown_language(crisis(&reported, &countries)),
            countries,
            channel: channel(&reported.destination.organisations),
            channel_agencies,
            status: self.word("status", reported.status.as_deref()),
            scope: HumanitarianScope::Crisis,
            money,
            part_of,
            alternative_to: None,
            purpose: self
                .text("description", reported.description.as_deref())
                .map(Text::in_unknown_language),
            flow: Some(Box::new(flow)),
            provenance: Provenance { origin, assertion: Assertion::Stated, citations: Vec::new() },
        }
    }

    /// Parses a word of a list, in any case.
    fn word<C: Code>(&mut self, field: &str, text: Option<&str>) -> Option<C> {
        let text = text?;
        let word = C::parse(&text.to_uppercase()).ok();
        if word.is_none() {
            let message = &format!("this is none of {}", C::WORDS.join(", "));
            self.warn(ProblemCode::OddCode, field, Some(text), message);
        }
        word
    }

    fn date(&mut self, field: &str, text: Option<&str>) -> Option<PartialDate> {
        let text = text?;
        let date = parsing::date(text);
        if date.is_none() {
            self.warn(ProblemCode::UnreadableDate, field, Some(text), "not a readable date");
        }
        date
    }

    fn number(&mut self, field: &str, text: Option<&str>) -> Option<Decimal> {
        let text = text?;
        let number = exact(text);
        if number.is_none() {
            let message = "this is no number that can be read";
            self.warn(ProblemCode::UnreadableNumber, field, Some(text), message);
        }
        number
    }

    /// Removes e-mail addresses from a text.
    fn text(&mut self, field: &str, text: Option<&str>) -> Option<String> {
        let text = text?;
        let Some(without) = personal::without_addresses(text) else { return Some(text.to_owned()) };
        self.warn(
            ProblemCode::AddressLeftOut,
            field,
            None,
            "an e-mail address in a text was left out",
        );
        Some(without)
    }

    /// Returns the amount in dollars. −1 represents an absence.
    fn dollars(&mut self, text: Option<&str>, date: Option<PartialDate>) -> Money {
        let Some(text) = text else { return Money::absent(Absence::NotStated, date) };
        match (exact(text), USD.parse()) {
            (Some(amount), Ok(_)) if amount == Decimal::NEGATIVE_ONE => {
                let message = "−1 stands for an amount that FTS does not know: none is stated";
                self.warn(ProblemCode::Placeholder, "amountUSD", Some(text), message);
            }
            (Some(amount), Ok(currency)) => {
                return Money::stated(amount, currency, Qualifier::Exact, date);
            }
            _ => {
                let message = "no amount can be read, so that none is stated";
                self.warn(ProblemCode::UnreadableAmount, "amountUSD", Some(text), message);
            }
        }
        Money::absent(Absence::NotStated, date)
    }

    /// Returns the money in its original currency. An amount without a currency is ignored.
    fn original(&mut self, reported: &Reported, date: Option<PartialDate>) -> Option<Money> {
        let amount = self.number("originalAmount", reported.original_amount.as_deref())?;
        if amount == Decimal::NEGATIVE_ONE {
            return None;
        }
        let text = reported.original_currency.as_deref();
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        let Some(text) = text else {
            let message = "the original amount has no currency, and is left out";
            self.warn(ProblemCode::NoCurrency, "originalCurrency", None, message);
            return None;
        };
        let (currency, currency_words) = self.currency(text);
        let money = Money::stated(amount, currency, Qualifier::Exact, date);
        Some(Money { currency_words, ..money })
    }

    /// Returns the currency of an original amount, by its letters or its name; placeholders are kept beside `XXX`.
    fn currency(&mut self, text: &str) -> (Currency, Option<CurrencyWords>) {
        let named = Codelist::Currency.find(text).unwrap_or(text);
        let Some(currency) = parsing::currency(named) else {
            let message =
                "no readable currency; the original amount is stored as XXX (no currency)";
            self.warn(ProblemCode::NoCurrency, "originalCurrency", Some(text), message);
            return (Currency::NONE, CurrencyWords::new(text));
        };
        if !currency.is_known() {
            let message =
                "not a currency of ISO 4217; the original amount keeps it but is never converted";
            self.warn(ProblemCode::OddCurrency, "originalCurrency", Some(text), message);
        }
        (currency, None)
    }

    fn countries(&mut self, field: &str, places: &[String]) -> Vec<CountryCode> {
        let mut countries = Vec::new();
        for place in places {
            match country::from_alpha3(place).or_else(|| country::by_name(place)) {
                Some(country) if countries.contains(&country) => {}
                Some(country) => countries.push(country),
                None => {
                    let message = "this is no country of ISO 3166-1, and is left off";
                    self.warn(ProblemCode::OddCountry, field, Some(place), message);
                }
            }
        }
        countries
    }

    /// Resolves the organisations of one end of the flow to agencies.
    fn agencies(&mut self, end: FlowEnd<'_>) -> Vec<AgencyId> {
        let FlowEnd { field, organisations, countries, gives } = end;
        let scope = MentionScope {
            publisher: FTS.to_owned(),
            own: None,
            activity: self.id.to_string(),
            place: organisation_ref::place(countries.iter().map(ToString::to_string)),
        };
        let mut agencies = Vec::new();
        for organisation in organisations {
            let name = Some(organisation.name.clone()).filter(|name| !name.is_empty());
            let name = name.and_then(|name| Text::of([(Language::EN, name)]));
            let origin = Origin { file: self.tally.file().to_owned(), line: self.line };
            let mention = Mention { name: name.as_ref(), gives, ..Mention::default() };
            let Some(found) = self.mentions.note(&mention, &scope, || origin) else {
                // An unidentified organisation also gives or receives.
                let message =
                    "the organisation has no name; it counts as another, unknown organisation";
                self.warn(ProblemCode::NamelessOrganisation, field, None, message);
                let unnamed = organisation_ref::unnamed(&scope).filter(|id| !agencies.contains(id));
                agencies.extend(unnamed);
                continue;
            };
            let agency = found.id;
            if let Some(kind) = organisation.types.iter().find_map(|word| kind(word)) {
                self.mentions.classify(&agency, kind);
            }
            if !agencies.contains(&agency) {
                agencies.push(agency);
            }
        }
        agencies
    }
}

/// Returns the title: the emergencies, otherwise the plans, otherwise the countries.
fn crisis(reported: &Reported, countries: &[CountryCode]) -> String {
    let end = &reported.destination;
    if !end.emergencies.is_empty() {
        return end.emergencies.join("; ");
    }
    if !end.plans.is_empty() {
        return end.plans.iter().map(|plan| plan.name.as_str()).collect::<Vec<_>>().join("; ");
    }
    if countries.is_empty() {
        return NOT_SPECIFIED.to_owned();
    }
    let name = |country: &CountryCode| {
        let official = Codelist::Country.name(country.as_str());
        official.map_or_else(|| country.to_string(), |name| name.main().to_owned())
    };
    countries.iter().map(name).collect::<Vec<_>>().join("; ")
}

/// Returns the donor country: a government's own. A government without a name may be that of any country.
fn donor(sources: &[Organisation], countries: &[CountryCode]) -> Option<CountryCode> {
    let is_government =
        |o: &&Organisation| o.types.iter().any(|word| kind(word) == Some(AgencyKind::Government));
    let named = sources.iter().filter(|o| !o.name.is_empty());
    let governments: Vec<_> = named.filter(is_government).collect();
    let [government] = governments.as_slice() else { return None };
    let named = government.name.strip_suffix(", Government of").and_then(country::by_name);
    let only = <[CountryCode; 1]>::try_from(countries).ok().map(|[country]| country);
    named.or(only)
}

/// Returns the organisation type for an FTS word, old or new.
fn kind(word: &str) -> Option<AgencyKind> {
    Some(match word {
        "Government" | "Governments" | "National government" | "National Governments" => {
            AgencyKind::Government
        }
        "UN agency"
        | "UN Agencies"
        | "Inter-governmental"
        | "Multilateral Organizations"
        | "Pooled fund"
        | "Pooled Funds"
        | "Financial institution" => AgencyKind::Multilateral,
        "NGO" | "NGOs" => AgencyKind::Ngo,
        "Red Cross/Red Crescent" | "Red Cross/Red Crescent Organizations" => AgencyKind::RedCross,
        "Private organization/foundation" | "Private Organizations" => AgencyKind::Private,
        _ => return None,
    })
}

/// Returns the delivery channel by the type of the receiver.
fn channel(organisations: &[Organisation]) -> HumanitarianChannel {
    use HumanitarianChannel as Channel;
    let of = |organisation: &Organisation| {
        let is = |word: &str| organisation.types.iter().any(|t| t.eq_ignore_ascii_case(word));
        if is("UN agency") || is("UN Agencies") {
            return Some(Channel::Un);
        }
        if is("Pooled fund") || is("Pooled Funds") {
            return Some(Channel::PooledFund);
        }
        match organisation.types.iter().find_map(|word| kind(word)) {
            Some(AgencyKind::Multilateral) => Some(Channel::Multilateral),
            Some(AgencyKind::Ngo) => Some(Channel::Ngo),
            Some(AgencyKind::RedCross) => Some(Channel::RedCross),
            _ if organisation.types.is_empty() => None,
            _ => Some(Channel::Other),
        }
    };
    let mut ways = organisations.iter().filter_map(of);
    match ways.next() {
        None => Channel::NotStated,
        Some(first) if ways.all(|way| way == first) => first,
        Some(_) => Channel::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation(name: &str, word: &str) -> Organisation {
        Organisation { name: name.into(), types: vec![word.into()] }
    }

    #[test]
    fn a_government_is_a_donor_country() {
        let mali: CountryCode = "ML".parse().unwrap();
        let luxembourg = organisation("Luxembourg, Government of", "Governments");
        let sida =
            organisation("Swedish International Development Cooperation Agency", "Governments");
        let fund = organisation("Mali Humanitarian Fund", "Pooled Funds");
        assert_eq!(donor(&[luxembourg], &[]).map(|c| c.to_string()).as_deref(), Some("LU"));
        assert_eq!(donor(&[sida], &["SE".parse().unwrap()]), "SE".parse().ok());
        assert_eq!(donor(&[fund], &[mali]), None);
    }

    #[test]
    fn an_unnamed_government_has_no_country_and_hides_no_other() {
        let nameless = organisation("", "Governments");
        let luxembourg = organisation("Luxembourg, Government of", "Governments");
        let mali: CountryCode = "ML".parse().unwrap();
        assert_eq!(donor(std::slice::from_ref(&nameless), &[mali]), None);
        assert_eq!(donor(&[luxembourg, nameless], &[mali]), "LU".parse().ok());
    }

    #[test]
    fn the_channel_is_the_common_type_of_receivers() {
        let un = organisation("World Food Programme", "UN agency");
        let ngo = organisation("Action Contre la Faim", "NGOs");
        assert_eq!(channel(&[un.clone(), un.clone()]), HumanitarianChannel::Un);
        assert_eq!(channel(&[un, ngo]), HumanitarianChannel::Mixed);
        assert_eq!(channel(&[]), HumanitarianChannel::NotStated);
        // The type of a receiver without a name is stated all the same.
        assert_eq!(channel(&[organisation("", "NGOs")]), HumanitarianChannel::Ngo);
    }
}
