//! Rows of lists: one struct for each noun, with its columns. Each belongs to a fragment of `queries/fragments.graphql`.

use maud::{Markup, html};
use serde::Deserialize;

use super::data::{Amount, Coded, Day, List, Named, Period, Sum, Text};
use super::sheet::{Sheet, WholeTable};
use super::show;
use crate::model::agreement::AgreementKind;
use crate::model::dialogue::DialogueKind;
use crate::model::humanitarian_contribution::{HumanitarianChannel, HumanitarianScope};
use crate::model::location::LocationKind;
use crate::model::mission::MissionKind;
use crate::model::mission_contribution::{Deployment, MissionContributionKind};
use crate::model::money::{Absence, Qualifier};
use crate::model::programme::{Pillar, ProgrammeKind, ProgrammeStatus};
use crate::model::transaction::TransactionType;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::words::codes::Worded;
use crate::site::words::{Words, fact};

/// Row of a list.
pub(in crate::site) trait Row {
    /// Names of the columns.
    const COLUMNS: &'static [Words];
    /// Name of the table with all rows.
    const TABLE: &'static str;

    /// Returns the cells, in the order of the columns.
    fn cells(&self, address: &Address) -> Vec<Markup>;
}

impl Sheet<'_> {
    /// Adds a list of a noun, with a link to its table under a filter.
    pub(in crate::site) fn rows<R: Row>(
        &mut self,
        title: Words,
        list: &List<R>,
        filter: &[(&str, &str)],
    ) {
        let whole = WholeTable { name: R::TABLE, filter };
        self.list(title, list, R::COLUMNS, |address, row| row.cells(address), Some(whole));
    }

    /// Adds a list with a link to the table of another noun.
    pub(in crate::site) fn rows_in<R: Row>(
        &mut self,
        title: Words,
        list: &List<R>,
        table: &'static str,
        filter: &[(&str, &str)],
    ) {
        let whole = WholeTable { name: table, filter };
        self.list(title, list, R::COLUMNS, |address, row| row.cells(address), Some(whole));
    }

    /// Adds a list that no table has.
    pub(in crate::site) fn rows_alone<R: Row>(&mut self, title: Words, list: &List<R>) {
        self.list(title, list, R::COLUMNS, |address, row| row.cells(address), None);
    }

    /// Adds a complete list of a noun, which has no table of its own.
    pub(in crate::site) fn all_rows<R: Row + Clone>(&mut self, title: Words, all: &[R]) {
        let list = List { total_count: all.len() as u64, nodes: all.to_vec() };
        self.list(title, &list, R::COLUMNS, |address, row| row.cells(address), None);
    }
}

/// Optional value of a cell; an absence is a word.
pub(in crate::site) fn or_absent(language: Language, value: Option<Markup>) -> Markup {
    value.unwrap_or_else(|| html! { span class="absent" { (fact::NOT_STATED.to(language)) } })
}

/// Programme in a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct ProgrammeRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) title: Text,
    pub(in crate::site) kind: Coded<ProgrammeKind>,
    pub(in crate::site) status: Option<Coded<ProgrammeStatus>>,
    pub(in crate::site) country: Option<Named>,
    pub(in crate::site) period: Option<Period>,
    pub(in crate::site) extended_until: Option<Day>,
    pub(in crate::site) budget_totals: Vec<Sum>,
}

impl Row for ProgrammeRow {
    const COLUMNS: &'static [Words] =
        &[fact::TITLE, fact::KIND, fact::COUNTRY, fact::PERIOD, fact::STATUS, fact::BUDGETS];
    const TABLE: &'static str = "programmes";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        let end = self.extended_until.or(self.period.and_then(|period| period.end));
        let period = self.period.map(|period| Period { end, ..period });
        vec![
            show::link_as(address, &self.named, &self.title),
            show::code(language, self.kind),
            or_absent(language, self.country.as_ref().map(|country| show::link(address, country))),
            or_absent(language, show::period(language, period)),
            or_absent(language, self.status.map(|status| show::code(language, status))),
            or_absent(language, show::sums(language, &self.budget_totals)),
        ]
    }
}

/// Agreement in a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct AgreementRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) title: Text,
    pub(in crate::site) kind: Coded<AgreementKind>,
    pub(in crate::site) signed: Option<Day>,
}

impl Row for AgreementRow {
    const COLUMNS: &'static [Words] = &[fact::TITLE, fact::KIND, fact::SIGNED];
    const TABLE: &'static str = "agreements";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        vec![
            show::link_as(address, &self.named, &self.title),
            show::code(language, self.kind),
            or_absent(language, self.signed.map(|day| show::date(language, day))),
        ]
    }
}

/// Dialogue in a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct DialogueRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) title: Text,
    pub(in crate::site) kind: Coded<DialogueKind>,
    pub(in crate::site) period: Option<Period>,
}

impl Row for DialogueRow {
    const COLUMNS: &'static [Words] = &[fact::TITLE, fact::KIND, fact::DATE];
    const TABLE: &'static str = "dialogues";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        vec![
            show::link_as(address, &self.named, &self.title),
            show::code(language, self.kind),
            or_absent(language, show::moment(language, self.period)),
        ]
    }
}

/// Humanitarian contribution in a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct ContributionRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) crisis: String,
    pub(in crate::site) year: Option<i32>,
    pub(in crate::site) channel: Coded<HumanitarianChannel>,
    pub(in crate::site) scope: Coded<HumanitarianScope>,
    pub(in crate::site) money: Amount,
}

impl Row for ContributionRow {
    const COLUMNS: &'static [Words] =
        &[fact::CRISIS, fact::YEAR, fact::CHANNEL, fact::SCOPE, fact::AMOUNT];
    const TABLE: &'static str = "humanitarian-contributions";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        vec![
            show::link(address, &self.named),
            or_absent(language, self.year.map(|year| html! { (year) })),
            show::code(language, self.channel),
            show::code(language, self.scope),
            show::money(language, &self.money),
        ]
    }
}

/// Mission in a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct MissionRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) name: Text,
    pub(in crate::site) kind: Coded<MissionKind>,
    pub(in crate::site) period: Option<Period>,
}

impl Row for MissionRow {
    const COLUMNS: &'static [Words] = &[fact::NAME, fact::KIND, fact::PERIOD];
    const TABLE: &'static str = "missions";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        vec![
            show::link_as(address, &self.named, &self.name),
            show::code(language, self.kind),
            or_absent(language, show::period(language, self.period)),
        ]
    }
}

/// Contribution to a mission in a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct MissionContributionRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) kind: Coded<MissionContributionKind>,
    pub(in crate::site) missions: Vec<Named>,
    pub(in crate::site) period: Option<Period>,
    pub(in crate::site) headcount: Option<u64>,
    pub(in crate::site) headcount_qualifier: Option<Coded<Qualifier>>,
    pub(in crate::site) headcount_absence: Option<Coded<Absence>>,
    pub(in crate::site) deployment: Option<Coded<Deployment>>,
    pub(in crate::site) money: Amount,
}

impl Row for MissionContributionRow {
    const COLUMNS: &'static [Words] = &[
        fact::RECORD,
        fact::MISSION,
        fact::KIND,
        fact::PERIOD,
        fact::DEPLOYMENT,
        fact::HEADCOUNT,
        fact::AMOUNT,
    ];
    const TABLE: &'static str = "mission-contributions";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        vec![
            show::link(address, &self.named),
            or_absent(language, show::links(address, &self.missions)),
            show::code(language, self.kind),
            or_absent(language, show::period(language, self.period)),
            self.deployment.map(|stage| show::code(language, stage)).unwrap_or_default(),
            headcount(language, self.headcount, self.headcount_qualifier, self.headcount_absence),
            show::money(language, &self.money),
        ]
    }
}

/// Number of people with its qualifier, or the word for its absence.
pub(in crate::site) fn headcount(
    language: Language,
    people: Option<u64>,
    qualifier: Option<Coded<Qualifier>>,
    absence: Option<Coded<Absence>>,
) -> Markup {
    let class = if people.is_some() { "money" } else { "absent" };
    html! { span class=(class) { (headcount_text(language, people, qualifier, absence)) } }
}

/// Number of people as a text: `at most 10`, `not stated`.
pub(in crate::site) fn headcount_text(
    language: Language,
    people: Option<u64>,
    qualifier: Option<Coded<Qualifier>>,
    absence: Option<Coded<Absence>>,
) -> String {
    let Some(people) = people else {
        let words = absence.map_or(fact::NOT_STATED, |absence| absence.0.words());
        return words.to(language).to_owned();
    };
    let number = show::count(language, people);
    match qualifier.map(|qualifier| qualifier.0).filter(|q| *q != Qualifier::Exact) {
        Some(qualifier) => format!("{} {number}", qualifier.words().to(language)),
        None => number,
    }
}

/// Transaction in a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct TransactionRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) r#type: Option<Coded<TransactionType>>,
    pub(in crate::site) date: Option<Day>,
    pub(in crate::site) money: Amount,
    pub(in crate::site) provider: Option<Named>,
    pub(in crate::site) receiver: Option<Named>,
}

impl Row for TransactionRow {
    const COLUMNS: &'static [Words] =
        &[fact::RECORD, fact::KIND, fact::DATE, fact::PROVIDER, fact::RECEIVER, fact::AMOUNT];
    const TABLE: &'static str = "transactions";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        let link =
            |record: &Option<Named>| record.as_ref().map(|record| show::link(address, record));
        vec![
            show::link(address, &self.named),
            or_absent(language, self.r#type.map(|code| show::code(language, code))),
            or_absent(language, self.date.map(|day| show::date(language, day))),
            or_absent(language, link(&self.provider)),
            or_absent(language, link(&self.receiver)),
            show::money(language, &self.money),
        ]
    }
}

/// Trust fund in a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct TrustFundRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) name: Text,
    pub(in crate::site) pillar: Coded<Pillar>,
    pub(in crate::site) humanitarian: bool,
}

impl Row for TrustFundRow {
    const COLUMNS: &'static [Words] = &[fact::NAME, fact::PILLAR, fact::HUMANITARIAN];
    const TABLE: &'static str = "trust-funds";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        vec![
            show::link_as(address, &self.named, &self.name),
            show::code(language, self.pillar),
            show::yes_no(language, self.humanitarian),
        ]
    }
}

/// Event in a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct EventRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) title: Text,
    pub(in crate::site) pillar: Option<Coded<Pillar>>,
    pub(in crate::site) period: Option<Period>,
}

impl Row for EventRow {
    const COLUMNS: &'static [Words] = &[fact::TITLE, fact::PILLAR, fact::DATE];
    const TABLE: &'static str = "events";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        vec![
            show::link_as(address, &self.named, &self.title),
            self.pillar.map(|pillar| show::code(language, pillar)).unwrap_or_default(),
            or_absent(language, show::moment(language, self.period)),
        ]
    }
}

/// Place in a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct LocationRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) name: Text,
    pub(in crate::site) kind: Coded<LocationKind>,
}

impl Row for LocationRow {
    const COLUMNS: &'static [Words] = &[fact::NAME, fact::KIND];
    const TABLE: &'static str = "locations";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        vec![
            show::link_as(address, &self.named, &self.name),
            show::code(address.language(), self.kind),
        ]
    }
}

/// Sector in a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct SectorRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) name: Text,
}

impl Row for SectorRow {
    const COLUMNS: &'static [Words] = &[fact::CODE, fact::NAME];
    const TABLE: &'static str = "sectors";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        vec![html! { (self.named.identifier) }, show::link_as(address, &self.named, &self.name)]
    }
}

/// Figure of official development assistance in a list. Fragment `OdaRow`.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct OdaRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
    pub(in crate::site) donor: Option<Named>,
    pub(in crate::site) year: i32,
    pub(in crate::site) money: Amount,
}

impl Row for OdaRow {
    const COLUMNS: &'static [Words] = &[fact::YEAR, fact::DONOR, fact::AMOUNT];
    const TABLE: &'static str = "oda-figures";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        let own = address.record(self.named.kind.0, &self.named.identifier);
        vec![
            html! { a href=(own) { (self.year) } },
            or_absent(language, self.donor.as_ref().map(|donor| show::link(address, donor))),
            show::money(language, &self.money),
        ]
    }
}

/// Record of any noun in a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct RecordRow {
    #[serde(flatten)]
    pub(in crate::site) named: Named,
}

impl Row for RecordRow {
    const COLUMNS: &'static [Words] = &[fact::RECORD, fact::KIND, fact::IDENTIFIER];
    const TABLE: &'static str = "";

    fn cells(&self, address: &Address) -> Vec<Markup> {
        vec![
            show::link(address, &self.named),
            show::code(address.language(), self.named.kind),
            html! { code { (self.named.identifier) } },
        ]
    }
}
