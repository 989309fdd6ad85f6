//! `/programme/…`: a programme or project. Its budgets are a staircase from the original to the last one, with what totals
//! leave out struck through, and why.

use maud::{Markup, html};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::draw::steps::{Staircase, Version};
use crate::model::humanitarian::HumanitarianBasis;
use crate::model::noun::Kind;
use crate::model::programme::{
    BudgetElement, BudgetStatus, BudgetType, Channel, Pillar, ProgrammeKind, ProgrammeStatus, Role,
};
use crate::read::total::ExclusionReason;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::data::{Amount, Coded, Day, Evidence, List, Named, Period, Sum, Text};
use crate::site::parts::drawing::{self, Drawing};
use crate::site::parts::rows::{AgreementRow, ProgrammeRow, TransactionRow, or_absent};
use crate::site::parts::sheet::{Sheet, table};
use crate::site::parts::show;
use crate::site::words::codes::Worded as _;
use crate::site::words::{fact, sentence};

/// Programme, as its query selects it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Programme {
    title: Text,
    aliases: Vec<String>,
    kind: Coded<ProgrammeKind>,
    pillar: Coded<Pillar>,
    ordinal: Option<u32>,
    donor: Option<Named>,
    country: Option<Named>,
    period: Option<Period>,
    extended_until: Option<Day>,
    status: Option<Coded<ProgrammeStatus>>,
    parent: Option<Named>,
    recipients: Vec<Recipient>,
    humanitarian_basis: Option<Coded<HumanitarianBasis>>,
    humanitarian_share: Option<Decimal>,
    budgets: Vec<Budget>,
    budget_totals: Vec<Sum>,
    participations: Vec<Participation>,
    sites: Vec<Site>,
    sectors: Vec<SectorPart>,
    descriptions: Vec<Description>,
    report: Option<Report>,
    children: List<ProgrammeRow>,
    agreements: List<AgreementRow>,
    transactions: List<TransactionRow>,
}

#[derive(Debug, Deserialize)]
struct Recipient {
    country: Option<Named>,
    percentage: Option<Decimal>,
    #[serde(flatten)]
    evidence: Evidence,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Budget {
    element: Coded<BudgetElement>,
    r#type: Option<Coded<BudgetType>>,
    status: Option<Coded<BudgetStatus>>,
    as_of: Option<Day>,
    period: Option<Period>,
    money: Amount,
    left_out: Option<Coded<ExclusionReason>>,
    #[serde(flatten)]
    evidence: Evidence,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Participation {
    agency: Option<Named>,
    role: Coded<Role>,
    name_as_published: Option<Text>,
    channel: Option<Coded<Channel>>,
    money: Option<Amount>,
    #[serde(flatten)]
    evidence: Evidence,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Site {
    location: Option<Named>,
    name_as_published: Option<String>,
    #[serde(flatten)]
    evidence: Evidence,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SectorPart {
    sector: Option<Named>,
    name_as_published: Option<String>,
    percentage: Option<Decimal>,
    #[serde(flatten)]
    evidence: Evidence,
}

#[derive(Debug, Deserialize)]
struct Description {
    text: Text,
}

#[derive(Debug, Deserialize)]
struct Report {
    reporter: Option<Named>,
}

impl Record for Programme {
    const KIND: Kind = Kind::Programme;
    const PATH: &'static str = "programme/";
    const DOCUMENT: &'static str = include_str!("../queries/programme.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.title)
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        self.facts(head, sheet);
        self.budgets(sheet);
        self.participations(sheet);
        self.places_and_sectors(sheet);
        self.descriptions(sheet);
        let id = head.named.identifier.as_str();
        sheet.rows(fact::PROJECTS, &self.children, &[("parent", id)]);
        sheet.rows(fact::AGREEMENTS, &self.agreements, &[("programme", id)]);
        sheet.rows(fact::TRANSACTIONS, &self.transactions, &[("programme", id)]);
    }
}

impl Programme {
    fn facts(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        let aliases = Some(self.aliases.join(", ")).filter(|aliases| !aliases.is_empty());
        let reporter = self.report.as_ref().and_then(|report| report.reporter.as_ref());
        sheet
            .facts(&head.evidence)
            .fact(fact::KIND, &["kind"], Some(show::code(language, self.kind)))
            .some(fact::NUMBER, &["ordinal"], self.ordinal.map(|number| html! { (number) }))
            .some(fact::ALSO_CALLED, &["aliases"], aliases.map(|aliases| html! { (aliases) }))
            .fact(fact::PILLAR, &["pillar"], Some(show::code(language, self.pillar)))
            .fact(fact::DONOR, &["donor"], show::linked(address, self.donor.as_ref()))
            .fact(fact::COUNTRY, &["country"], show::linked(address, self.country.as_ref()))
            .fact(fact::PERIOD, &["start", "end"], show::period(language, self.period))
            .some(
                fact::EXTENDED,
                &["extended_until"],
                self.extended_until.map(|day| show::date(language, day)),
            )
            .fact(fact::STATUS, &["status"], self.status.map(|status| show::code(language, status)))
            .some(fact::PARENT, &["parent_id"], show::linked(address, self.parent.as_ref()))
            .some(
                fact::BASIS,
                &[],
                self.humanitarian_basis.map(|basis| show::code(language, basis)),
            )
            .some(
                fact::HUMANITARIAN_SHARE,
                &[],
                self.humanitarian_share
                    .filter(|share| !share.is_zero())
                    .map(|share| html! { (show::number(language, share)) }),
            )
            .some(fact::REPORTER, &[], show::linked(address, reporter))
            .add();
    }

    fn budgets(&self, sheet: &mut Sheet<'_>) {
        if self.budgets.is_empty() {
            return;
        }
        let language = sheet.language();
        let rows: Vec<Vec<Markup>> =
            self.budgets.iter().map(|budget| budget.cells(sheet)).collect();
        let columns = [fact::ELEMENT, fact::AS_OF, fact::PERIOD, fact::AMOUNT, fact::NOT_COUNTED];
        let counted = show::sums(language, &self.budget_totals);
        let body = html! {
            @if let Some(stairs) = self.stairs(sheet.address) { (stairs) }
            (table(language, "budgets-title", &columns, &rows))
            p class="sum" {
                (fact::BUDGET_SUM.to(language)) ": "
                strong { (or_absent(language, counted)) }
            }
            @if let Some(left_out) = show::left_out(language, &self.budget_totals) {
                p { (fact::NOT_COUNTED.to(language)) ":" }
                (left_out)
            }
        };
        sheet.section("budgets", fact::BUDGETS, &body);
    }

    /// The budgets as a staircase; `None` for a single budget, or several currencies.
    fn stairs(&self, address: &Address) -> Option<Markup> {
        let language = address.language();
        let currencies = self.budgets.iter().filter_map(|budget| budget.money.currency.as_deref());
        let mut currencies: Vec<&str> = currencies.collect();
        currencies.dedup();
        if self.budgets.len() < 2 || currencies.len() != 1 {
            return None;
        }
        let versions: Vec<Version> = self.budgets.iter().map(|b| b.version(language)).collect();
        let left_out = self.budgets.iter().filter(|budget| budget.left_out.is_some()).count();
        let drawing = Drawing {
            id: "stairs",
            title: fact::BUDGETS,
            sentence: sentence::stairs(language, self.budgets.len(), left_out),
            // The table stands below.
            table: Markup::default(),
        };
        let draw = |frame| Staircase { frame, versions: versions.clone(), scale: None }.draw();
        Some(drawing.figure(language, draw))
    }

    fn participations(&self, sheet: &mut Sheet<'_>) {
        if self.participations.is_empty() {
            return;
        }
        let language = sheet.language();
        let rows: Vec<Vec<Markup>> =
            self.participations.iter().map(|agency| agency.cells(sheet)).collect();
        let columns = [fact::AGENCY, fact::ROLE, fact::CHANNEL, fact::AMOUNT];
        let body = table(language, "agencies-title", &columns, &rows);
        sheet.section("agencies", fact::WHO, &body);
    }

    fn places_and_sectors(&self, sheet: &mut Sheet<'_>) {
        let language = sheet.language();
        let sites = self.sites.iter().map(|site| {
            let place =
                named_or(sheet.address, site.location.as_ref(), site.name_as_published.as_deref());
            (place, None, &site.evidence)
        });
        let body = share_list(sheet, sites.collect());
        if let Some(body) = body {
            sheet.section("places", fact::LOCATIONS, &body);
        }
        let share = |percentage: Option<Decimal>| percentage.map(|p| show::percent(language, p));
        let sectors = self.sectors.iter().map(|part| {
            let name =
                named_or(sheet.address, part.sector.as_ref(), part.name_as_published.as_deref());
            (name, share(part.percentage), &part.evidence)
        });
        let body = share_list(sheet, sectors.collect());
        if let Some(body) = body {
            sheet.section("sectors", fact::SECTORS, &body);
        }
        let recipients = self.recipients.iter().map(|part| {
            let name = named_or(sheet.address, part.country.as_ref(), None);
            (name, share(part.percentage), &part.evidence)
        });
        let body = share_list(sheet, recipients.collect());
        if let Some(body) = body {
            sheet.section("recipients", fact::RECIPIENTS, &body);
        }
    }

    fn descriptions(&self, sheet: &mut Sheet<'_>) {
        if self.descriptions.is_empty() {
            return;
        }
        let language = sheet.language();
        let body = html! {
            @for description in &self.descriptions { p { (show::text(language, &description.text)) } }
        };
        sheet.section("description", fact::DESCRIPTION, &body);
    }
}

impl Budget {
    /// Names the budget: what it covers, its type, and its date.
    fn name(&self, language: Language) -> String {
        let mut name = self.element.0.words().to(language).to_owned();
        if let Some(kind) = self.r#type {
            name = format!("{name}, {}", kind.0.words().to(language));
        }
        match self.as_of {
            Some(day) => format!("{name}, {}", show::date_text(language, day.0)),
            None => name,
        }
    }

    /// Step of the staircase.
    fn version(&self, language: Language) -> Version {
        let left_out = self.left_out.map(|reason| reason.0.words().to(language).to_owned());
        let figure = drawing::amount(language, &self.money);
        Version { label: self.name(language), figure, left_out }
    }

    fn cells(&self, sheet: &mut Sheet<'_>) -> Vec<Markup> {
        let language = sheet.language();
        let marks = sheet.notes.marks(sheet.address, &self.evidence, &["amount"]);
        let money = show::money(language, &self.money);
        vec![
            html! {
                (show::code(language, self.element))
                @if let Some(kind) = self.r#type { ", " (show::code(language, kind)) }
                @if let Some(status) = self.status { ", " (show::code(language, status)) }
            },
            self.as_of.map(|day| show::date(language, day)).unwrap_or_default(),
            or_absent(language, show::period(language, self.period)),
            html! { @if self.left_out.is_some() { s { (money) } } @else { (money) } (marks) },
            self.left_out.map(|reason| show::code(language, reason)).unwrap_or_default(),
        ]
    }
}

impl Participation {
    fn cells(&self, sheet: &mut Sheet<'_>) -> Vec<Markup> {
        let language = sheet.language();
        let marks = sheet.notes.marks(sheet.address, &self.evidence, &["agency_id", "role"]);
        let published = self.name_as_published.as_ref().map(|name| name.value.as_str());
        let agency = named_or(sheet.address, self.agency.as_ref(), published);
        vec![
            html! { (agency) (marks) },
            self.role.0.words().markup(language),
            self.channel.map(|channel| show::code(language, channel)).unwrap_or_default(),
            self.money.as_ref().map(|money| show::money(language, money)).unwrap_or_default(),
        ]
    }
}

/// Link to a record, or the name that the source prints for it.
fn named_or(address: &Address, record: Option<&Named>, published: Option<&str>) -> Markup {
    match (record, published) {
        (Some(record), _) => show::link(address, record),
        (None, Some(name)) => html! { q { (name) } },
        (None, None) => or_absent(address.language(), None),
    }
}

/// List of names with shares and footnotes; `None` if it is empty.
fn share_list(
    sheet: &mut Sheet<'_>,
    parts: Vec<(Markup, Option<String>, &Evidence)>,
) -> Option<Markup> {
    if parts.is_empty() {
        return None;
    }
    let mut rows = Vec::new();
    for (name, share, evidence) in parts {
        let marks = sheet.notes.marks(sheet.address, evidence, &[]);
        rows.push(html! { (name) @if let Some(share) = share { " " (share) } (marks) });
    }
    Some(html! { ul class="inline" { @for row in &rows { li { (row) } } } })
}
