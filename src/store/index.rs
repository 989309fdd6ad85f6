//! Facet terms of a record: the index entries under which lists and filters find it.

use std::fmt::{Display, Write as _};

use super::order::period;
use crate::model::activity::{Report, Tag};
use crate::model::agency::Agency;
use crate::model::agreement::Agreement;
use crate::model::beneficiary::Beneficiary;
use crate::model::country::{Country, CountryCode};
use crate::model::date::Period;
use crate::model::dialogue::Dialogue;
use crate::model::event::Event;
use crate::model::facet::Facet;
use crate::model::gap::Gap;
use crate::model::humanitarian_contribution::{Flow, HumanitarianContribution};
use crate::model::id::AgencyId;
use crate::model::location::Location;
use crate::model::mission::Mission;
use crate::model::mission_contribution::MissionContribution;
use crate::model::money::Money;
use crate::model::noun::Record;
use crate::model::oda_figure::OdaFigure;
use crate::model::origin::{Citation, Provenance};
use crate::model::partnership::Partnership;
use crate::model::programme::Programme;
use crate::model::sector::{Sector, SectorCode};
use crate::model::source::Source;
use crate::model::transaction::Transaction;
use crate::model::trust_fund::TrustFund;

/// Visits the terms of a record, unordered and possibly repeated; a bitmap ignores repeats.
pub(super) fn terms(record: &Record, visit: &mut dyn FnMut(Facet, &str)) {
    let mut terms = TermWriter { visit, term: String::new() };
    terms.years(period(record));
    match record {
        Record::Source(r) => source(&mut terms, r),
        Record::Country(r) => country(&mut terms, r),
        Record::Partnership(r) => partnership(&mut terms, r),
        Record::Agency(r) => agency(&mut terms, r),
        Record::Location(r) => location(&mut terms, r),
        Record::Sector(r) => sector(&mut terms, r),
        Record::Programme(r) => programme(&mut terms, r),
        Record::Agreement(r) => agreement(&mut terms, r),
        Record::Dialogue(r) => dialogue(&mut terms, r),
        Record::Mission(r) => mission(&mut terms, r),
        Record::MissionContribution(r) => mission_contribution(&mut terms, r),
        Record::TrustFund(r) => trust_fund(&mut terms, r),
        Record::Transaction(r) => transaction(&mut terms, r),
        Record::HumanitarianContribution(r) => humanitarian_contribution(&mut terms, r),
        Record::Event(r) => event(&mut terms, r),
        Record::OdaFigure(r) => oda_figure(&mut terms, r),
        Record::Gap(r) => gap(&mut terms, r),
    }
}

/// Formats terms and passes them to a visitor.
struct TermWriter<'a> {
    visit: &'a mut dyn FnMut(Facet, &str),
    term: String,
}

impl TermWriter<'_> {
    fn add(&mut self, facet: Facet, term: impl Display) {
        self.term.clear();
        // Writing to a string cannot fail.
        let _ = write!(self.term, "{term}");
        (self.visit)(facet, &self.term);
    }

    fn each<T: Display>(&mut self, facet: Facet, terms: impl IntoIterator<Item = T>) {
        terms.into_iter().for_each(|term| self.add(facet, term));
    }

    /// Adds each year of a period; an open-ended period counts for its first year only.
    fn years(&mut self, period: Period) {
        if let Some((first, last)) = period.years() {
            self.each(Facet::Year, first..=last);
        }
    }

    fn money(&mut self, money: &Money) {
        self.each(Facet::Currency, money.currency());
        self.each(Facet::Qualifier, money.qualifier());
        self.each(Facet::Absence, money.absence());
    }

    /// Adds the provenance of the record itself.
    fn own(&mut self, provenance: &Provenance) {
        self.add(Facet::Assertion, provenance.assertion);
        self.sources(&provenance.citations);
    }

    fn sources(&mut self, citations: &[Citation]) {
        self.each(Facet::Source, citations.iter().map(|c| &c.source));
    }

    fn beneficiaries(&mut self, beneficiaries: &[Beneficiary]) {
        for beneficiary in beneficiaries {
            self.add(Facet::Beneficiary, &beneficiary.agency);
            self.sources(&beneficiary.provenance.citations);
        }
    }

    fn countries(&mut self, countries: &[CountryCode]) {
        self.each(Facet::Country, countries);
    }
}

fn programme(terms: &mut TermWriter<'_>, p: &Programme) {
    terms.own(&p.provenance);
    terms.add(Facet::Kind, p.kind);
    terms.add(Facet::Pillar, p.pillar);
    terms.each(Facet::Status, p.status);
    terms.each(Facet::Donor, p.donor);
    terms.each(Facet::Parent, &p.parent);
    for recipient in &p.recipients {
        terms.add(Facet::Country, recipient.country);
        terms.sources(&recipient.provenance.citations);
    }
    for part in &p.participations {
        terms.add(Facet::Agency, &part.agency);
        terms.add(Facet::AgencyRole, format_args!("{} {}", part.role, part.agency));
        if let Some(channel) = part.channel {
            terms.add(Facet::Channel, channel);
            let term = format_args!("{} {channel} {}", part.role, part.agency);
            terms.add(Facet::Participation, term);
        }
        terms.sources(&part.provenance.citations);
    }
    for budget in &p.budgets {
        terms.money(&budget.money);
        let read = budget.money.currency().zip(budget.money.qualifier());
        terms.each(
            Facet::Budget,
            read.map(|(currency, qualifier)| format!("{currency} {qualifier}")),
        );
        terms.sources(&budget.provenance.citations);
    }
    for site in &p.sites {
        terms.add(Facet::Location, &site.location);
        terms.sources(&site.provenance.citations);
    }
    for share in &p.sectors {
        terms.each(Facet::Sector, &share.sector);
        terms.each(Facet::SectorCategory, share.sector.as_ref().map(SectorCode::category));
        terms.sources(&share.provenance.citations);
    }
    terms.each(Facet::Region, p.regions.iter().map(|region| &region.code));
    if let Some(r) = p.report.as_deref() {
        terms.add(Facet::File, &p.provenance.origin.file);
        report(terms, r);
    }
}

/// Adds the terms of the report that a publisher gives of an activity.
fn report(terms: &mut TermWriter<'_>, r: &Report) {
    terms.each(Facet::AgencyRole, r.reporter.iter().map(|agency| format!("REPORTING {agency}")));
    terms.each(Facet::Level, r.hierarchy);
    let days = [r.planned.start, r.actual.start, r.planned.end, r.actual.end];
    let days = (1..).zip(days).filter_map(|(number, day)| Some(format!("{number} {}", day?)));
    terms.each(Facet::ActivityDay, days);
    terms.each(Facet::FlowType, &r.flow_type);
    terms.each(Facet::FinanceType, &r.finance_type);
    terms.each(Facet::TiedStatus, &r.tied_status);
    let is_dac = |list: &Option<String>| list.as_deref().is_none_or(|list| list == "1");
    let aid = r.aid_types.iter().filter(|aid| is_dac(&aid.vocabulary));
    terms.each(Facet::AidType, aid.map(|aid| &aid.code));
    let serves = |code: &Option<String>| code.as_deref().is_none_or(|code| code != "0");
    let markers =
        r.policy_markers.iter().filter(|m| is_dac(&m.vocabulary) && serves(&m.significance));
    terms.each(Facet::PolicyMarker, markers.map(|marker| &marker.code));
    let tag = |tag: &Tag| format!("{} {}", tag.vocabulary.as_deref().unwrap_or("1"), tag.code);
    terms.each(Facet::Tag, r.tags.iter().map(tag));
}

fn agreement(terms: &mut TermWriter<'_>, a: &Agreement) {
    terms.own(&a.provenance);
    terms.add(Facet::Kind, a.kind);
    terms.add(Facet::Donor, a.donor);
    terms.countries(&a.countries);
    terms.each(Facet::Programme, &a.governs);
    terms.each(Facet::Dialogue, &a.concluded_at);
    terms.each(Facet::Agency, &a.parties);
}

fn dialogue(terms: &mut TermWriter<'_>, d: &Dialogue) {
    terms.own(&d.provenance);
    terms.add(Facet::Kind, d.kind);
    terms.each(Facet::Status, d.level);
    terms.add(Facet::Forum, d.forum);
    terms.add(Facet::Donor, d.donor);
    terms.countries(&d.countries);
}

fn event(terms: &mut TermWriter<'_>, e: &Event) {
    terms.own(&e.provenance);
    terms.countries(&e.countries);
    terms.each(Facet::Pillar, e.pillar);
}

fn mission(terms: &mut TermWriter<'_>, m: &Mission) {
    terms.own(&m.provenance);
    terms.add(Facet::Kind, m.kind);
    terms.countries(&m.countries);
    terms.each(Facet::Agency, &m.leads);
    terms.beneficiaries(&m.beneficiaries);
}

fn mission_contribution(terms: &mut TermWriter<'_>, c: &MissionContribution) {
    terms.own(&c.provenance);
    terms.add(Facet::Kind, c.kind);
    terms.each(Facet::Mission, &c.missions);
    terms.add(Facet::Donor, c.contributor);
    terms.each(Facet::Agency, &c.sending_body);
    terms.each(Facet::Status, c.deployment);
    terms.beneficiaries(&c.beneficiaries);
    terms.money(&c.money);
}

fn trust_fund(terms: &mut TermWriter<'_>, f: &TrustFund) {
    terms.own(&f.provenance);
    terms.each(Facet::Agency, &f.administrator);
    terms.beneficiaries(&f.beneficiaries);
    terms.add(Facet::Pillar, f.pillar);
    terms.countries(&f.countries);
    terms.add(Facet::Humanitarian, if f.humanitarian { "yes" } else { "no" });
}

fn transaction(terms: &mut TermWriter<'_>, t: &Transaction) {
    terms.own(&t.provenance);
    terms.each(Facet::TrustFund, &t.trust_fund);
    terms.each(Facet::Programme, &t.programme);
    terms.each(Facet::Kind, t.r#type);
    for (role, agency) in [("PROVIDER", &t.provider), ("RECEIVER", &t.receiver)] {
        terms.each(Facet::Agency, agency);
        terms.each(Facet::AgencyRole, agency.as_ref().map(|a| format!("{role} {a}")));
    }
    terms.each(Facet::Parent, &t.part_of);
    terms.money(&t.money);
}

fn humanitarian_contribution(terms: &mut TermWriter<'_>, h: &HumanitarianContribution) {
    terms.own(&h.provenance);
    terms.each(Facet::Donor, h.donor);
    terms.countries(&h.countries);
    terms.add(Facet::Channel, h.channel);
    terms.each(Facet::Agency, &h.channel_agencies);
    if let Some(flow) = h.flow.as_deref() {
        self::flow(terms, flow, &h.channel_agencies);
        terms.add(Facet::File, &h.provenance.origin.file);
    }
    terms.each(Facet::Status, h.status);
    terms.add(Facet::Kind, h.scope);
    terms.each(Facet::Parent, &h.part_of);
    terms.each(Facet::AlternativeTo, &h.alternative_to);
    terms.money(&h.money);
}

/// Adds the terms of a flow of OCHA FTS.
fn flow(terms: &mut TermWriter<'_>, f: &Flow, receivers: &[AgencyId]) {
    for (role, agencies) in [("PROVIDER", f.providers.as_slice()), ("RECEIVER", receivers)] {
        terms.each(Facet::Agency, agencies);
        terms.each(Facet::AgencyRole, agencies.iter().map(|agency| format!("{role} {agency}")));
    }
    terms.each(Facet::SourceCountry, &f.source_countries);
    terms.each(Facet::Year, &f.years);
    terms.each(Facet::Boundary, &f.boundaries);
    terms.each(Facet::Plan, f.plans.iter().filter_map(|plan| plan.code.as_ref()));
    terms.each(Facet::FlowType, &f.flow_type);
}

fn oda_figure(terms: &mut TermWriter<'_>, f: &OdaFigure) {
    terms.own(&f.provenance);
    terms.add(Facet::Donor, f.donor);
    terms.each(Facet::Country, f.recipient);
    terms.money(&f.money);
}

/// Adds the terms of a gap. Its noun is its kind of record, and its own kind a status.
fn gap(terms: &mut TermWriter<'_>, g: &Gap) {
    terms.own(&g.provenance);
    terms.add(Facet::Kind, g.noun);
    terms.add(Facet::Status, g.kind);
    terms.each(Facet::Donor, g.donor);
    terms.countries(&g.countries);
}

fn country(terms: &mut TermWriter<'_>, c: &Country) {
    terms.own(&c.provenance);
}

fn partnership(terms: &mut TermWriter<'_>, p: &Partnership) {
    terms.own(&p.provenance);
    terms.add(Facet::Donor, p.donor);
    terms.add(Facet::Country, p.country);
    terms.add(Facet::Status, p.status);
}

fn agency(terms: &mut TermWriter<'_>, a: &Agency) {
    terms.own(&a.provenance);
    terms.add(Facet::Kind, a.kind);
    terms.each(Facet::Country, a.country);
}

fn location(terms: &mut TermWriter<'_>, l: &Location) {
    terms.own(&l.provenance);
    terms.add(Facet::Kind, l.kind);
    terms.add(Facet::Country, l.country);
    terms.each(Facet::Parent, &l.within);
}

fn sector(terms: &mut TermWriter<'_>, s: &Sector) {
    terms.own(&s.provenance);
    // A category is not one of its own sectors.
    terms.each(Facet::SectorCategory, s.category.as_ref());
}

fn source(terms: &mut TermWriter<'_>, s: &Source) {
    terms.sources(&s.citations);
    terms.add(Facet::Kind, s.kind);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::money::{Currency, Qualifier};
    use crate::model::origin::{Assertion, Origin};
    use crate::model::transaction::TransactionType;

    fn transaction() -> Record {
        let origin = Origin { file: "seed/transactions.csv".into(), line: 2 };
        Record::Transaction(Transaction {
            id: "TX-1".parse().unwrap(),
            trust_fund: "TF-ÉCO".parse().ok(),
            programme: None,
            r#type: Some(TransactionType::Disbursement),
            date: "2013-02".parse().ok(),
            provider: "lu-mfa".parse().ok(),
            receiver: None,
            money: Money::stated(1.into(), Currency::EUR, Qualifier::AtLeast, None),
            part_of: None,
            report: crate::model::transaction::Movement::default(),
            provenance: Provenance { origin, assertion: Assertion::Stated, citations: Vec::new() },
        })
    }

    #[test]
    fn a_transaction_is_found_by_its_values() {
        let mut found = Vec::new();
        terms(&transaction(), &mut |facet, term| found.push(format!("{facet}={term}")));
        found.sort();
        assert_eq!(
            found,
            [
                "agency-role=PROVIDER lu-mfa",
                "agency=lu-mfa",
                "assertion=STATED",
                "currency=EUR",
                "kind=DISBURSEMENT",
                "qualifier=AT_LEAST",
                "trust-fund=TF-ÉCO",
                "year=2013",
            ]
        );
    }

    #[test]
    fn an_open_period_counts_for_its_first_year_only() {
        let years = |start: &str, end: &str| {
            let mut years = Vec::new();
            let visit = &mut |_, year: &str| years.push(year.to_owned());
            let mut terms = TermWriter { visit, term: String::new() };
            terms.years(Period { start: start.parse().ok(), end: end.parse().ok() });
            years
        };
        assert_eq!(years("2015-06", "2017"), ["2015", "2016", "2017"]);
        assert_eq!(years("2015", ""), ["2015"]);
        assert_eq!(years("", ""), [""; 0]);
    }
}
