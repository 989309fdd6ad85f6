//! Invariants of all accepted records, whatever the errors of the files.

use std::collections::BTreeSet;

use aidgraph::ingest::Checked;
use aidgraph::model::beneficiary::Beneficiary;
use aidgraph::model::ledger::Severity;
use aidgraph::model::money::Money;
use aidgraph::model::noun::{Kind, Record};
use aidgraph::model::origin::Provenance;

/// Codes of errors that reject every row of a file.
const WHOLE: [&str; 2] = ["MISSING_COLUMN", "DUPLICATE_COLUMN"];

/// Asserts that every ledger adds up, every rejected row has a problem, and no record has a dangling reference.
#[track_caller]
pub(super) fn assert_consistent(checked: &Checked) {
    for file in &checked.files {
        let ledger = &file.ledger;
        assert!(ledger.adds_up(), "{}: {ledger:?}", file.name);
        let errors: Vec<_> =
            ledger.problems.iter().filter(|p| p.severity == Severity::Error).collect();
        let lines: BTreeSet<_> = errors.iter().map(|p| p.line).collect();
        let whole = errors.iter().any(|p| WHOLE.contains(&p.code.as_str()));
        assert!(
            whole || lines.len() as u64 >= ledger.quarantined,
            "{}: a row was rejected without a problem",
            file.name
        );
        assert!(ledger.problems.is_sorted_by_key(|p| p.line), "{}", file.name);
    }
    let ids: BTreeSet<(Kind, &str)> = checked.records.iter().map(|r| (r.kind(), r.key())).collect();
    assert_eq!(ids.len(), checked.records.len(), "an identifier occurs twice");
    let currencies: BTreeSet<_> = checked.rates.iter().map(|rates| rates.currency).collect();
    for record in &checked.records {
        let counted = money(record).into_iter().filter_map(|money| money.currency());
        assert!(counted.into_iter().all(|c| currencies.contains(&c)), "{}", record.key());
        for (kind, id) in links(record) {
            assert!(ids.contains(&(kind, id.as_str())), "{} → {kind} {id}", record.key());
        }
    }
}

fn sources(provenance: &Provenance, to: &mut Vec<(Kind, String)>) {
    assert!(!provenance.citations.is_empty());
    to.extend(provenance.sources().into_iter().map(|id| (Kind::Source, id.to_string())));
}

/// Returns all money of a record.
fn money(record: &Record) -> Vec<Money> {
    match record {
        Record::Programme(p) => {
            let budgets = p.budgets.iter().map(|b| b.money);
            budgets.chain(p.participations.iter().filter_map(|x| x.money)).collect()
        }
        Record::MissionContribution(c) => vec![c.money],
        Record::Transaction(t) => vec![t.money],
        Record::HumanitarianContribution(h) => vec![h.money],
        Record::OdaFigure(f) => vec![f.money],
        _ => Vec::new(),
    }
}

macro_rules! link {
    ($to:ident, $($kind:ident: $ids:expr),+ $(,)?) => {{
        $($to.extend($ids.into_iter().map(|id| (Kind::$kind, id.to_string())));)+
    }};
}

fn beneficiaries(all: &[Beneficiary], to: &mut Vec<(Kind, String)>) {
    for one in all {
        link!(to, Agency: [&one.agency]);
        sources(&one.provenance, to);
    }
}

/// Returns all references of a record.
fn links(record: &Record) -> Vec<(Kind, String)> {
    let mut to = Vec::new();
    match record {
        Record::Source(s) => link!(to, Source: s.citations.iter().map(|c| &c.source)),
        Record::Country(c) => sources(&c.provenance, &mut to),
        Record::Partnership(p) => {
            link!(to, Country: [p.donor, p.country]);
            sources(&p.provenance, &mut to);
        }
        Record::Agency(a) => {
            link!(to, Country: a.country);
            sources(&a.provenance, &mut to);
        }
        Record::Location(l) => {
            link!(to, Country: [l.country], Location: &l.within);
            sources(&l.provenance, &mut to);
        }
        Record::Sector(s) => {
            link!(to, Sector: &s.category);
            sources(&s.provenance, &mut to);
        }
        Record::Programme(p) => {
            link!(to, Country: p.donor, Programme: &p.parent,
                Country: p.recipients.iter().map(|r| r.country),
                Agency: p.participations.iter().map(|x| &x.agency),
                Location: p.sites.iter().map(|s| &s.location),
                Sector: p.sectors.iter().filter_map(|s| s.sector.as_ref()));
            sources(&p.provenance, &mut to);
            p.recipients.iter().for_each(|r| sources(&r.provenance, &mut to));
            p.participations.iter().for_each(|x| sources(&x.provenance, &mut to));
            p.sites.iter().for_each(|s| sources(&s.provenance, &mut to));
            p.sectors.iter().for_each(|s| sources(&s.provenance, &mut to));
            let budgets: BTreeSet<_> = p.budgets.iter().map(|b| &b.id).collect();
            for budget in &p.budgets {
                sources(&budget.provenance, &mut to);
                for other in budget.part_of.iter().chain(&budget.supersedes) {
                    assert!(budgets.contains(other) && *other != budget.id, "{other}");
                }
            }
        }
        Record::Agreement(a) => {
            link!(to, Country: [a.donor], Country: &a.countries, Programme: &a.governs,
                Dialogue: &a.concluded_at, Agency: &a.parties);
            sources(&a.provenance, &mut to);
        }
        Record::Dialogue(d) => {
            link!(to, Country: [d.donor], Country: &d.countries);
            sources(&d.provenance, &mut to);
        }
        Record::Mission(m) => {
            link!(to, Agency: &m.leads, Country: &m.countries);
            beneficiaries(&m.beneficiaries, &mut to);
            sources(&m.provenance, &mut to);
        }
        Record::MissionContribution(c) => {
            assert!(!c.missions.is_empty());
            link!(to, Mission: &c.missions, Country: [c.contributor], Agency: &c.sending_body);
            beneficiaries(&c.beneficiaries, &mut to);
            sources(&c.provenance, &mut to);
        }
        Record::TrustFund(f) => {
            link!(to, Agency: &f.administrator, Country: &f.countries);
            beneficiaries(&f.beneficiaries, &mut to);
            sources(&f.provenance, &mut to);
        }
        Record::Transaction(t) => {
            link!(to, TrustFund: &t.trust_fund, Programme: &t.programme, Agency: &t.provider,
                Agency: &t.receiver, Transaction: &t.part_of);
            sources(&t.provenance, &mut to);
        }
        Record::HumanitarianContribution(h) => {
            link!(to, Country: h.donor, Country: &h.countries, Agency: &h.channel_agencies,
                HumanitarianContribution: &h.part_of,
                HumanitarianContribution: &h.alternative_to);
            sources(&h.provenance, &mut to);
        }
        Record::Event(e) => {
            link!(to, Country: &e.countries);
            sources(&e.provenance, &mut to);
        }
        Record::OdaFigure(f) => {
            link!(to, Country: [f.donor], Country: f.recipient);
            sources(&f.provenance, &mut to);
        }
        Record::Gap(g) => {
            link!(to, Country: g.donor, Country: &g.countries);
            sources(&g.provenance, &mut to);
        }
    }
    to
}
