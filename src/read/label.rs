//! Labels: names of records in lists, with what tells records of one name apart.
//!
//! A label is the name or title of a record, followed by agencies, countries and years that the name does not mention
//! itself: `Mali crisis · ICRC · 2012`. All names in it are in the requested language, where there is one.

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use super::error::Error;
use super::reader::Reader;
use crate::model::agency::Agency;
use crate::model::agreement::Agreement;
use crate::model::code::Code as _;
use crate::model::codelist::Codelist;
use crate::model::country::{Country, CountryCode};
use crate::model::date::{PartialDate, Period};
use crate::model::dialogue::Dialogue;
use crate::model::event::Event;
use crate::model::former_country::former;
use crate::model::gap::Gap;
use crate::model::humanitarian_contribution::{
    Flow, FlowStatus, HumanitarianChannel, HumanitarianContribution, HumanitarianScope,
};
use crate::model::id::AgencyId;
use crate::model::location::Location;
use crate::model::mission::Mission;
use crate::model::mission_contribution::{MissionContribution, MissionContributionKind};
use crate::model::money::Money;
use crate::model::noun::Record;
use crate::model::oda_figure::OdaFigure;
use crate::model::partnership::Partnership;
use crate::model::programme::{Programme, ProgrammeKind, Role};
use crate::model::sector::Sector;
use crate::model::source::Source;
use crate::model::text::{Language, Text, spaced_words};
use crate::model::transaction::{Transaction, TransactionType};
use crate::model::trust_fund::TrustFund;

/// Number of agencies, countries or missions that a label names. It counts the others: `Mali, Niger, Senegal +4`.
const NAMED: usize = 3;

/// Record with a label.
pub trait Labelled {
    /// Writes the name of the record, and what tells it apart from others of that name.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error>;
}

/// Label that is being written.
#[derive(Debug)]
pub struct Label<'a> {
    reader: &'a Reader,
    languages: &'a [Language],
    text: String,
}

/// Returns the label of a record in the first available of the languages.
///
/// # Errors
/// Same errors as [`Reader::get`].
pub fn label(
    record: &impl Labelled,
    languages: &[Language],
    reader: &Reader,
) -> Result<String, Error> {
    let mut label = Label { reader, languages, text: String::new() };
    record.describe(&mut label)?;
    Ok(label.text)
}

impl Label<'_> {
    /// Returns the form of a text in the preferred language.
    fn form<'t>(&self, text: &'t Text) -> &'t str {
        text.prefer(self.languages).1
    }

    /// Returns the French word if French is preferred to English, otherwise the English one.
    fn word(&self, english: &'static str, french: &'static str) -> &'static str {
        let known = self.languages.iter().find(|l| [Language::EN, Language::FR].contains(l));
        if known == Some(&Language::FR) { french } else { english }
    }

    /// Appends a name; later ones follow a middle dot.
    fn part(&mut self, part: &str) {
        if !part.is_empty() {
            self.text.push_str(if self.text.is_empty() { "" } else { " · " });
            self.text.push_str(part);
        }
    }

    fn name(&mut self, text: &Text) {
        self.part(self.form(text));
    }

    /// Returns true if the label mentions all words of a name in their order, whatever their case and accents.
    fn mentions(&self, name: &str) -> bool {
        let words = |text: &str| format!(" {} ", spaced_words(text));
        words(&self.text).contains(&words(name))
    }

    /// Appends names that the label does not mention, the first [`NAMED`] of them.
    fn list(&mut self, names: &[String]) {
        let mut new: Vec<&str> = Vec::new();
        for name in names.iter().map(String::as_str) {
            if !self.mentions(name) && !new.contains(&name) {
                new.push(name);
            }
        }
        let others = new.len().saturating_sub(NAMED);
        let mut list = new.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
        if others > 0 {
            // Writing to a string cannot fail.
            let _ = write!(list, " +{others}");
        }
        self.part(&list);
    }

    fn country_name(&self, code: CountryCode) -> Result<String, Error> {
        let country = self.reader.get::<Country>(code.as_str())?;
        let name = country.map(|country| self.form(&country.name).to_owned());
        let listed = || Some(self.form(Codelist::Country.name(code.as_str())?).to_owned());
        Ok(name.or_else(listed).unwrap_or_else(|| code.to_string()))
    }

    fn countries(&mut self, countries: impl IntoIterator<Item = CountryCode>) -> Result<(), Error> {
        let names = countries.into_iter().map(|code| self.country_name(code));
        let names = names.collect::<Result<Vec<_>, _>>()?;
        self.list(&names);
        Ok(())
    }

    /// Returns the acronym of an agency, otherwise its name, otherwise its identifier.
    fn agency_name(&self, id: &AgencyId) -> Result<String, Error> {
        let agency: Option<Arc<Agency>> = self.reader.get(id.as_str())?;
        let name = agency.as_deref().map(|a| a.acronym.as_ref().unwrap_or(&a.name));
        Ok(name.map_or_else(|| id.to_string(), |name| self.form(name).to_owned()))
    }

    fn agency_names(&self, agencies: &[AgencyId]) -> Result<Vec<String>, Error> {
        agencies.iter().map(|id| self.agency_name(id)).collect()
    }

    /// Appends a year that the label does not mention.
    fn year(&mut self, date: Option<PartialDate>) {
        let year = date.map(|date| date.year().to_string()).unwrap_or_default();
        if !self.mentions(&year) {
            self.part(&year);
        }
    }

    /// Appends the years of a period in parentheses, unless the label mentions them: `(2015–2019)`.
    fn years(&mut self, period: Period) {
        let year = |date: Option<PartialDate>| date.map(|date| date.year().to_string());
        let (start, end) = (year(period.start), year(period.end));
        if start.iter().chain(&end).all(|year| self.mentions(year)) {
            return;
        }
        let years = if start == end {
            start.unwrap_or_default()
        } else {
            format!("{}–{}", start.unwrap_or_default(), end.unwrap_or_default())
        };
        let _ = write!(self.text, " ({years})");
    }

    fn amount(&mut self, money: &Money) {
        if let (Some(value), Some(currency)) = (money.value(), money.currency()) {
            self.part(&format!("{value} {currency}"));
        }
    }

    fn shown(&mut self, value: Option<impl Display>) {
        self.part(&value.map(|value| value.to_string()).unwrap_or_default());
    }
}

impl Labelled for Record {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        match self {
            Self::Source(record) => record.describe(label),
            Self::Country(record) => record.describe(label),
            Self::Partnership(record) => record.describe(label),
            Self::Agency(record) => record.describe(label),
            Self::Location(record) => record.describe(label),
            Self::Sector(record) => record.describe(label),
            Self::Programme(record) => record.describe(label),
            Self::Agreement(record) => record.describe(label),
            Self::Dialogue(record) => record.describe(label),
            Self::Mission(record) => record.describe(label),
            Self::MissionContribution(record) => record.describe(label),
            Self::TrustFund(record) => record.describe(label),
            Self::Transaction(record) => record.describe(label),
            Self::HumanitarianContribution(record) => record.describe(label),
            Self::Event(record) => record.describe(label),
            Self::OdaFigure(record) => record.describe(label),
            Self::Gap(record) => record.describe(label),
        }
    }
}

/// A publication by its title and year.
impl Labelled for Source {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.part(&self.title);
        label.year(self.published);
        Ok(())
    }
}

/// The name; of a former country with the year in which its code was withdrawn, since its successor may have the name.
impl Labelled for Country {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.name(&self.name);
        if let Some(former) = former(self.code) {
            label.years(Period { start: None, end: Some(former.withdrawn) });
        }
        Ok(())
    }
}

/// The name and the code, since a category and a purpose may have one name.
impl Labelled for Sector {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.name(&self.name);
        label.part(self.code.as_str());
        Ok(())
    }
}

/// Labels agencies and missions by their name alone.
macro_rules! named {
    ($($noun:ident),+) => {
        $(impl Labelled for $noun {
            fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
                label.name(&self.name);
                Ok(())
            }
        })+
    };
}
named!(Agency, Mission);

/// Both countries, and the years of the partnership.
impl Labelled for Partnership {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        let [donor, country] = [label.country_name(self.donor)?, label.country_name(self.country)?];
        label.part(&format!("{donor} – {country}"));
        label.years(Period { start: self.since, end: self.until });
        Ok(())
    }
}

/// A place and its country.
impl Labelled for Location {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.name(&self.name);
        label.countries([self.country])
    }
}

/// The title, the agency that implements a single project, the recipient countries and the years as agreed.
impl Labelled for Programme {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.name(&self.title);
        if let Some(agency) = self.only_agency() {
            let agency = label.agency_name(agency)?;
            label.list(&[agency]);
        }
        label.countries(self.recipients.iter().map(|recipient| recipient.country))?;
        label.years(self.period);
        Ok(())
    }
}

impl Programme {
    /// Returns the agency that implements a project or activity, if there is one, otherwise its reporter.
    fn only_agency(&self) -> Option<&AgencyId> {
        if !matches!(self.kind, ProgrammeKind::Project | ProgrammeKind::Activity) {
            return None;
        }
        let mut implementers = self.participations.iter().filter(|p| p.role == Role::Implementing);
        match (implementers.next(), implementers.next()) {
            (Some(only), None) => Some(&only.agency),
            (Some(_), Some(_)) => None,
            (None, _) => self.report.as_ref()?.reporter.as_ref(),
        }
    }
}

/// The title, the countries and the year of the signature.
impl Labelled for Agreement {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.name(&self.title);
        label.countries(self.countries.iter().copied())?;
        label.year(self.signed);
        Ok(())
    }
}

/// The title, the countries and the year of the meeting.
impl Labelled for Dialogue {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.name(&self.title);
        label.countries(self.countries.iter().copied())?;
        label.year(self.period.start);
        Ok(())
    }
}

/// The title, the countries and the year of the event.
impl Labelled for Event {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.name(&self.title);
        label.countries(self.countries.iter().copied())?;
        label.year(self.period.start);
        Ok(())
    }
}

/// The missing facts, the countries and the years.
impl Labelled for Gap {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.name(&self.missing);
        label.countries(self.countries.iter().copied())?;
        label.years(self.period);
        Ok(())
    }
}

/// The purpose, otherwise the kind; the missions, the body that sends or pays, and the year.
impl Labelled for MissionContribution {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        match &self.purpose {
            Some(purpose) => label.name(purpose),
            None => label.part(match self.kind {
                MissionContributionKind::Personnel => label.word("Personnel", "Personnel"),
                MissionContributionKind::Financial => label.word("Money", "Financement"),
                MissionContributionKind::Equipment => label.word("Equipment", "Équipement"),
            }),
        }
        let mut missions = Vec::new();
        for id in &self.missions {
            let mission: Option<Arc<Mission>> = label.reader.get(id.as_str())?;
            let name = mission.as_deref().map(|m| m.acronym.as_ref().unwrap_or(&m.name));
            missions.push(name.map_or_else(|| id.to_string(), |name| label.form(name).to_owned()));
        }
        label.list(&missions);
        let sender = match &self.sending_body {
            Some(body) => label.agency_name(body)?,
            None => label.country_name(self.contributor)?,
        };
        label.list(&[sender]);
        label.year(self.period.start);
        Ok(())
    }
}

/// The name of the fund and its countries.
impl Labelled for TrustFund {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.name(&self.name);
        label.countries(self.countries.iter().copied())
    }
}

/// The type, the fund or programme, who pays and receives, the date and the amount.
impl Labelled for Transaction {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        if let Some(name) = self.r#type.and_then(type_name) {
            label.name(name);
        }
        if let Some(fund) = &self.trust_fund {
            let found: Option<Arc<TrustFund>> = label.reader.get(fund.as_str())?;
            match &found {
                Some(found) => label.name(&found.name),
                None => label.part(fund.as_str()),
            }
        } else if let Some(id) = &self.programme {
            let found: Option<Arc<Programme>> = label.reader.get(id.as_str())?;
            match &found {
                Some(found) => label.name(&found.title),
                None => label.part(id.as_str()),
            }
        }
        label.movement(self.provider.as_slice(), self.receiver.as_slice())?;
        label.shown(self.date);
        label.amount(&self.money);
        if label.text.is_empty() {
            label.part(self.id.as_str());
        }
        Ok(())
    }
}

/// Returns the published name of a type. Its code is its position in the list.
fn type_name(r#type: TransactionType) -> Option<&'static Text> {
    let at = TransactionType::VALUES.iter().position(|value| *value == r#type)?;
    Codelist::TransactionType.name(&(at + 1).to_string())
}

/// The donor, the recipient and the year.
impl Labelled for OdaFigure {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.part(label.word("ODA", "APD"));
        let donor = label.country_name(self.donor)?;
        label.part(&donor);
        label.countries(self.recipient)?;
        label.year(Some(self.year));
        Ok(())
    }
}

/// The crisis, the agencies, otherwise the channel or the purpose of a part; countries, coverage, status and year.
impl Labelled for HumanitarianContribution {
    fn describe(&self, label: &mut Label<'_>) -> Result<(), Error> {
        label.name(&self.crisis);
        match &self.flow {
            Some(flow) => self.ends(flow, label)?,
            None => self.channelled(label)?,
        }
        label.countries(self.countries.iter().copied())?;
        if self.scope == HumanitarianScope::BudgetLine {
            label.part(label.word("budget line", "ligne budgétaire"));
        }
        if self.alternative_to.is_some() {
            label.part(label.word("other figure", "autre chiffre"));
        }
        match self.status {
            Some(FlowStatus::Pledge) => label.part(label.word("pledge", "promesse")),
            Some(FlowStatus::Commitment) => label.part(label.word("commitment", "engagement")),
            Some(FlowStatus::Paid) | None => {}
        }
        if self.flow.is_some() {
            label.shown(self.date.or(self.year));
            label.amount(&self.money);
        } else {
            label.year(self.year.or(self.date));
        }
        Ok(())
    }
}

impl HumanitarianContribution {
    /// Appends the providers and receivers of a flow.
    fn ends(&self, flow: &Flow, label: &mut Label<'_>) -> Result<(), Error> {
        label.movement(&flow.providers, &self.channel_agencies)
    }

    fn channelled(&self, label: &mut Label<'_>) -> Result<(), Error> {
        if !self.channel_agencies.is_empty() {
            let agencies = label.agency_names(&self.channel_agencies)?;
            label.list(&agencies);
            return Ok(());
        }
        match self.channel_words() {
            Some((english, french)) => label.part(label.word(english, french)),
            None if self.scope == HumanitarianScope::Share => {
                self.purpose.iter().for_each(|purpose| label.name(purpose));
            }
            None => {}
        }
        Ok(())
    }

    /// Returns the channel in English and French; `None` for several or another, and when not stated.
    fn channel_words(&self) -> Option<(&'static str, &'static str)> {
        Some(match self.channel {
            HumanitarianChannel::Direct => ("direct", "direct"),
            HumanitarianChannel::Un => ("UN", "ONU"),
            HumanitarianChannel::RedCross => ("Red Cross", "Croix-Rouge"),
            HumanitarianChannel::Ngo => ("NGOs", "ONG"),
            HumanitarianChannel::Multilateral => ("multilateral", "multilatéral"),
            HumanitarianChannel::PooledFund => ("pooled fund", "fonds commun"),
            HumanitarianChannel::Mixed
            | HumanitarianChannel::NotStated
            | HumanitarianChannel::Other => return None,
        })
    }
}

impl Label<'_> {
    /// Appends who pays and who receives: `Germany → WFP`.
    fn movement(&mut self, from: &[AgencyId], to: &[AgencyId]) -> Result<(), Error> {
        let [from, to] = [self.agency_names(from)?, self.agency_names(to)?];
        let ends: Vec<String> = [from, to]
            .iter()
            .map(|names| {
                let mut end = Label { text: String::new(), ..*self };
                end.list(names);
                end.text
            })
            .filter(|end| !end.is_empty())
            .collect();
        self.part(&ends.join(" → "));
        Ok(())
    }
}
