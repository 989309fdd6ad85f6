//! Tables of humanitarian contributions, trust funds and figures of official development assistance.

use std::sync::Arc;

use super::field::{self, Cells, Field, Single};
use super::table::{NounRows, RecordTable};
use crate::model::code::Code;
use crate::model::humanitarian_contribution::{Boundary, HumanitarianContribution};
use crate::model::money::Currency;
use crate::model::oda_figure::OdaFigure;
use crate::model::trust_fund::TrustFund;

type Contribution = Arc<HumanitarianContribution>;

fn boundary(contribution: &Contribution) -> Option<&str> {
    let boundaries = contribution.flow.as_deref().map_or(&[][..], |flow| &flow.boundaries);
    let single = Single::of(boundaries.iter().copied().map(Boundary::as_str));
    single.value
}

impl NounRows for HumanitarianContribution {
    fn fields(currency: Currency) -> Vec<Field<Contribution>> {
        vec![
            field::text("id", "Identifier of the contribution.", |c: &Contribution| {
                Some(c.id.as_str())
            }),
            field::country("donor", "Donor country.", |c: &Contribution| c.donor),
            field::date("Date of the contribution, otherwise its year.", |c: &Contribution| {
                c.date.or(c.year)
            }),
            field::one(
                "for_year",
                "Year that the contribution is for.",
                Cells::Integer(|c: &Contribution| c.year.map(|year| year.year().into())),
            ),
            field::title(
                "crisis",
                "Crisis, country or plan that it is for.",
                |c: &Contribution| Some(&c.crisis),
            ),
            field::countries("Recipient country.", |c: &Contribution| {
                Single::of(c.countries.iter().copied())
            }),
            field::word("channel", "Channel of delivery.", |c: &Contribution| {
                Some(c.channel.as_str())
            }),
            field::agencies(
                "provider",
                "providers",
                "Agency that provides the money.",
                |c: &Contribution| {
                    Single::of(c.flow.as_deref().map_or(&[][..], |flow| &flow.providers).iter())
                },
            ),
            field::agencies(
                "receiver",
                "receivers",
                "Agency that channels the money.",
                |c: &Contribution| Single::of(c.channel_agencies.iter()),
            ),
            field::word(
                "status",
                "Pledge, commitment or payment. Empty if it is not stated.",
                |c: &Contribution| c.status.map(Code::as_str),
            ),
            field::word("scope", "Coverage of the contribution.", |c: &Contribution| {
                Some(c.scope.as_str())
            }),
            field::word(
                "boundary",
                "Direction across the boundary of the FTS search that published it. Empty without one, or with several.",
                boundary,
            ),
            field::text("flow_type", "FTS flow type, as published.", |c: &Contribution| {
                c.flow.as_deref()?.flow_type.as_deref()
            }),
            field::phrase(
                "purpose",
                "Purpose, in a short phrase or as published.",
                |c: &Contribution| c.purpose.as_ref(),
            ),
            field::text(
                "part_of",
                "Contribution that contains this one. Identifier.",
                |c: &Contribution| c.part_of.as_ref().map(AsRef::as_ref),
            ),
            field::money(|c: &Contribution| Some(&c.money)),
            field::counted(currency, |c: &Contribution| Some(&c.money)),
            field::provenance(|c: &Contribution| (&c.provenance.origin, &c.provenance.citations)),
        ]
    }
}

type Fund = Arc<TrustFund>;

impl NounRows for TrustFund {
    fn fields(_: Currency) -> Vec<Field<Fund>> {
        vec![
            field::text("id", "Identifier of the trust fund.", |f: &Fund| Some(f.id.as_str())),
            field::title("name", "Name of the trust fund.", |f: &Fund| Some(&f.name)),
            field::agency("administrator", "Agency that administers it.", |f: &Fund| {
                f.administrator.as_ref()
            }),
            field::word("pillar", "Pillar that it serves.", |f: &Fund| Some(f.pillar.as_str())),
            field::one(
                "humanitarian",
                "True if it serves humanitarian aid.",
                Cells::Boolean(|f: &Fund| Some(f.humanitarian)),
            ),
            field::countries("Country that benefits.", |f: &Fund| {
                Single::of(f.countries.iter().copied())
            }),
            field::phrase("purpose", "Purpose, in a short phrase.", |f: &Fund| f.purpose.as_ref()),
            field::agencies("beneficiary", "beneficiaries", "Agency that benefits.", |f: &Fund| {
                Single::of(f.beneficiaries.iter().map(|one| &one.agency))
            }),
            field::provenance(|f: &Fund| (&f.provenance.origin, &f.provenance.citations)),
        ]
    }
}

type Oda = Arc<OdaFigure>;

impl NounRows for OdaFigure {
    fn fields(currency: Currency) -> Vec<Field<Oda>> {
        vec![
            field::text("id", "Identifier of the figure.", |f: &Oda| Some(f.id.as_str())),
            field::country("donor", "Donor country.", |f: &Oda| Some(f.donor)),
            field::country(
                "country",
                "Recipient country. Empty for the figure of all recipients.",
                |f: &Oda| f.recipient,
            ),
            field::date("First day of the year of the figure.", |f: &Oda| Some(f.year)),
            field::money(|f: &Oda| Some(&f.money)),
            field::counted(currency, |f: &Oda| Some(&f.money)),
            field::provenance(|f: &Oda| (&f.provenance.origin, &f.provenance.citations)),
        ]
    }
}

pub(super) fn contributions() -> RecordTable {
    let facts = (
        "humanitarian-contributions",
        "Humanitarian contributions",
        "Who gave how much humanitarian aid, when, for whom and through which channel?",
        &["id"][..],
    );
    let table = RecordTable::counted::<HumanitarianContribution>(facts);
    table.drawn("bar x=year y=counted colour=channel")
}

pub(super) fn trust_funds() -> RecordTable {
    let facts = (
        "trust-funds",
        "Trust funds",
        "Which trust funds are there, for whom, and who administers them?",
        &["id"][..],
    );
    RecordTable::plain::<TrustFund>(facts)
}

pub(super) fn oda_figures() -> RecordTable {
    let facts = (
        "oda-figures",
        "Official development assistance",
        "How much official development assistance is published for a donor, recipient and year?",
        &["id"][..],
    );
    let table = RecordTable::counted::<OdaFigure>(facts);
    table.drawn("point x=year y=counted colour=country_name")
}
