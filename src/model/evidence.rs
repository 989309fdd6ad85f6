//! Evidence: the citations of a record and of each of its parts.

use super::beneficiary::Beneficiary;
use super::money::Money;
use super::noun::Record;
use super::origin::{Citation, Provenance};
use super::programme::Programme;

super::code::codes! {
    /// Kind of part of a record, with provenance of its own.
    pub enum PartKind {
        /// A recipient country of a programme.
        Recipient = "RECIPIENT",
        /// A participation of an agency in a programme.
        Participation = "PARTICIPATION",
        /// A budget of a programme.
        Budget = "BUDGET",
        /// A place of a programme.
        Site = "SITE",
        /// A sector of a programme.
        Sector = "SECTOR",
        /// A beneficiary of a mission, contribution or trust fund.
        Beneficiary = "BENEFICIARY",
    }
}

/// Part of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Kind of part.
    pub kind: PartKind,
    /// Identifier of the budget, agency or place, or code of the country or sector. A sector without a code has its name.
    pub id: String,
}

/// A record or one of its parts, with the citations that support it.
#[derive(Clone, Debug)]
pub struct Evidence<'r> {
    /// The part; `None` for the record itself.
    pub part: Option<Part>,
    /// Its amount, if it has one.
    pub money: Option<&'r Money>,
    /// Citations that support it.
    pub citations: &'r [Citation],
}

impl<'r> Evidence<'r> {
    fn of_part(
        kind: PartKind,
        id: &impl ToString,
        money: Option<&'r Money>,
        provenance: &'r Provenance,
    ) -> Self {
        let part = Some(Part { kind, id: id.to_string() });
        Self { part, money, citations: &provenance.citations }
    }
}

/// Returns the evidence of a record, then that of its parts in their order.
pub fn of(record: &Record) -> Vec<Evidence<'_>> {
    let own = Evidence { part: None, money: money(record), citations: record.citations() };
    let mut all = vec![own];
    match record {
        Record::Programme(programme) => all.extend(parts(programme)),
        Record::Mission(mission) => all.extend(beneficiaries(&mission.beneficiaries)),
        Record::MissionContribution(given) => all.extend(beneficiaries(&given.beneficiaries)),
        Record::TrustFund(fund) => all.extend(beneficiaries(&fund.beneficiaries)),
        _ => {}
    }
    all
}

fn money(record: &Record) -> Option<&Money> {
    match record {
        Record::MissionContribution(contribution) => Some(&contribution.money),
        Record::HumanitarianContribution(contribution) => Some(&contribution.money),
        Record::Transaction(transaction) => Some(&transaction.money),
        Record::OdaFigure(figure) => Some(&figure.money),
        _ => None,
    }
}

fn parts(programme: &Programme) -> impl Iterator<Item = Evidence<'_>> {
    let recipients = programme.recipients.iter().map(|recipient| {
        Evidence::of_part(PartKind::Recipient, &recipient.country, None, &recipient.provenance)
    });
    let participations = programme.participations.iter().map(|part| {
        let money = part.money.as_ref();
        Evidence::of_part(PartKind::Participation, &part.agency, money, &part.provenance)
    });
    let budgets = programme.budgets.iter().map(|budget| {
        Evidence::of_part(PartKind::Budget, &budget.id, Some(&budget.money), &budget.provenance)
    });
    let sites = programme
        .sites
        .iter()
        .map(|site| Evidence::of_part(PartKind::Site, &site.location, None, &site.provenance));
    let sectors = programme.sectors.iter().map(|share| {
        let code = share.sector.as_ref().map(ToString::to_string);
        let name = || share.name_as_published.as_ref().map(|name| name.main().to_owned());
        let id = code.or_else(name).unwrap_or_default();
        Evidence::of_part(PartKind::Sector, &id, None, &share.provenance)
    });
    recipients.chain(participations).chain(budgets).chain(sites).chain(sectors)
}

fn beneficiaries(all: &[Beneficiary]) -> impl Iterator<Item = Evidence<'_>> {
    all.iter()
        .map(|one| Evidence::of_part(PartKind::Beneficiary, &one.agency, None, &one.provenance))
}
