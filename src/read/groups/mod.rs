//! Groups: sums of a list by country, year, sector and more.
//!
//! Amounts of transactions and budgets are computed on columns, without decoding records.
//! Contributions are read one by one.
//!
//! An amount for several countries or sectors is divided exactly by its shares: the parts always
//! add up to the whole. What no source divides has a key of its own, and so has what is not stated.
//! A list filtered by countries or sectors counts only their shares. A list filtered by agencies,
//! channels or locations counts only what is theirs alone or stated as theirs. The rest is left
//! out, with its sums.

mod answer;
mod axis;
mod bearer;
mod budget;
mod cell;
mod claim;
mod converted;
mod counted;
mod divide;
mod head;
mod left_out;
mod mix;
mod named;
mod narrow;
mod part;
mod rate;
mod record;
mod recorder;
mod scan;
mod span;
mod stated;

pub use answer::{Group, GroupOrder, Groups, Key, LeftOut};
pub use axis::KeyAbsence;
pub(super) use converted::ConvertedColumns;
pub use counted::{AmountPart, CountedAmount, CountedAmounts, CountedRecords};
pub(super) use rate::Factors;

use std::ops::Range;

use rust_decimal::Decimal;

use super::error::Error;
use super::reader::Reader;
use super::total::{Total, TotalsQuery, totals};
use crate::model::agency::Agency;
use crate::model::code::Code as _;
use crate::model::codelist::Codelist;
use crate::model::country::Country;
use crate::model::humanitarian_contribution::HumanitarianContribution;
use crate::model::mission::Mission;
use crate::model::mission_contribution::MissionContribution;
use crate::model::noun::Kind;
use crate::model::programme::Programme;
use crate::model::sector::Sector;
use crate::model::text::{Language, Text};
use scan::Scan;

crate::model::code::codes! {
    /// The dimension by which the amounts of a list are grouped.
    pub enum GroupDimension {
        /// Recipient country, by ISO 3166-1 code; of a mission contribution the host country of its
        /// mission.
        Country = "COUNTRY",
        /// Recipient region, by its code.
        Region = "REGION",
        /// Year: of a transaction the year of its date, of a budget or mission contribution the year
        /// in which its period begins. Of a humanitarian contribution the year that it is for,
        /// otherwise the year of its date.
        Year = "YEAR",
        /// Month, by the same rule as `YEAR`: 2015-03. Of a humanitarian contribution the month of
        /// its date.
        Month = "MONTH",
        /// Purpose, by DAC purpose code.
        Sector = "SECTOR",
        /// Purpose, by DAC sector category.
        SectorCategory = "SECTOR_CATEGORY",
        /// Agency that pays. Transactions and humanitarian contributions only.
        Provider = "PROVIDER",
        /// Agency that receives, of a humanitarian contribution the one that channels it.
        /// Transactions and humanitarian contributions only.
        Receiver = "RECEIVER",
        /// Agency that reports the programme.
        Reporter = "REPORTER",
        /// Funding agency of the programme. Undivided if there are several, unless their
        /// participations state their parts of its only budget. IATI `OrganisationRole` 1.
        FundingAgency = "FUNDING_AGENCY",
        /// Agency accountable for the programme. IATI `OrganisationRole` 2.
        AccountableAgency = "ACCOUNTABLE_AGENCY",
        /// Extending agency: passes the money of the programme on. IATI `OrganisationRole` 3.
        ExtendingAgency = "EXTENDING_AGENCY",
        /// Implementing agency of the programme; for a CRS row the one named in the row. IATI
        /// `OrganisationRole` 4.
        ImplementingAgency = "IMPLEMENTING_AGENCY",
        /// Channel category of the implementing agencies: a government, an NGO and so on; for a CRS
        /// row the one named in the row. Compare the DAC channel categories. Of a humanitarian
        /// contribution its humanitarian channel.
        Channel = "CHANNEL",
        /// Donor country, by ISO 3166-1 code: whose cooperation the programme belongs to, or which
        /// gives the contribution.
        Donor = "DONOR",
        /// Transaction type. Transactions only; every type then counts, in groups of its own.
        TransactionType = "TRANSACTION_TYPE",
        /// Pillar of the programme.
        Pillar = "PILLAR",
        /// Currency as published, by ISO 4217 code.
        Currency = "CURRENCY",
        /// Flow type, such as official development assistance: DAC `FlowType`.
        FlowType = "FLOW_TYPE",
        /// Finance type, the financial instrument: DAC `FinanceType`.
        FinanceType = "FINANCE_TYPE",
        /// Aid type: DAC `AidType`.
        AidType = "AID_TYPE",
        /// Humanitarian or not (yes or no), by a flag, a humanitarian scope or the purpose. A
        /// partly humanitarian amount is divided.
        Humanitarian = "HUMANITARIAN",
        /// Status of the programme.
        Status = "STATUS",
        /// The programme itself.
        Programme = "PROGRAMME",
        /// Mission that benefits. Mission contributions only.
        Mission = "MISSION",
        /// Kind of contribution: people, money or equipment. Mission contributions only.
        Kind = "KIND",
        /// Body of the contributing state that deploys or pays. Mission contributions only.
        SendingBody = "SENDING_BODY",
        /// Deployment stage of personnel. Mission contributions only.
        Deployment = "DEPLOYMENT",
        /// Status of the flow: pledge, commitment or payment. Humanitarian contributions only;
        /// pledges count in lists of pledges alone.
        FlowStatus = "FLOW_STATUS",
        /// Coverage of the contribution: all crises of a year, a budget line, one crisis, or a
        /// share. Humanitarian contributions only.
        Scope = "SCOPE",
        /// Crisis or place as named by the source. Humanitarian contributions only.
        Crisis = "CRISIS",
        /// Response plan, by its code, otherwise its name. Humanitarian contributions only.
        Plan = "PLAN",
        /// Global cluster as named by OCHA FTS. Humanitarian contributions only.
        Cluster = "CLUSTER",
    }
}

/// Source of the amounts that are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amounts {
    /// Amounts of transactions.
    Transactions,
    /// Amounts of programme budgets.
    Budgets,
    /// Amounts of humanitarian contributions.
    HumanitarianContributions,
    /// Amounts of contributions to missions.
    MissionContributions,
}

/// Amounts that the columns of a generation hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnAmounts {
    /// Amounts of transactions.
    Transactions,
    /// Amounts of programme budgets.
    Budgets,
}

impl Amounts {
    /// Returns the amounts of a noun; `None` if they cannot be grouped.
    pub fn of(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Transaction => Self::Transactions,
            Kind::Programme => Self::Budgets,
            Kind::HumanitarianContribution => Self::HumanitarianContributions,
            Kind::MissionContribution => Self::MissionContributions,
            _ => return None,
        })
    }

    /// Returns the name of the amounts in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transactions => "transactions",
            Self::Budgets => "programme budgets",
            Self::HumanitarianContributions => "humanitarian contributions",
            Self::MissionContributions => "mission contributions",
        }
    }

    /// Lists the dimensions of the amounts.
    pub fn dimensions(self) -> impl Iterator<Item = GroupDimension> {
        GroupDimension::VALUES.iter().copied().filter(move |dimension| self.have(*dimension))
    }

    /// Returns true if the amounts belong to programmes.
    pub fn have_programmes(self) -> bool {
        matches!(self, Self::Transactions | Self::Budgets)
    }

    /// Returns true if the amounts have a dimension: a budget has no payer, receiver or type.
    pub fn have(self, dimension: GroupDimension) -> bool {
        match dimension {
            GroupDimension::Country
            | GroupDimension::Year
            | GroupDimension::Month
            | GroupDimension::Donor
            | GroupDimension::Currency => true,
            GroupDimension::Provider | GroupDimension::Receiver => {
                matches!(self, Self::Transactions | Self::HumanitarianContributions)
            }
            GroupDimension::Channel => self != Self::MissionContributions,
            GroupDimension::TransactionType => self == Self::Transactions,
            GroupDimension::FlowStatus
            | GroupDimension::Scope
            | GroupDimension::Crisis
            | GroupDimension::Plan
            | GroupDimension::Cluster => self == Self::HumanitarianContributions,
            GroupDimension::Mission
            | GroupDimension::Kind
            | GroupDimension::SendingBody
            | GroupDimension::Deployment => self == Self::MissionContributions,
            GroupDimension::Region
            | GroupDimension::Sector
            | GroupDimension::SectorCategory
            | GroupDimension::Reporter
            | GroupDimension::FundingAgency
            | GroupDimension::AccountableAgency
            | GroupDimension::ExtendingAgency
            | GroupDimension::ImplementingAgency
            | GroupDimension::Pillar
            | GroupDimension::FlowType
            | GroupDimension::FinanceType
            | GroupDimension::AidType
            | GroupDimension::Humanitarian
            | GroupDimension::Status
            | GroupDimension::Programme => self.have_programmes(),
        }
    }
}

impl ColumnAmounts {
    /// Returns the noun of the listed records.
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Transactions => Kind::Transaction,
            Self::Budgets => Kind::Programme,
        }
    }
}

impl Reader {
    /// Groups the amounts of a list and returns a page of the groups in an order.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    pub fn groups(
        &self,
        amounts: Amounts,
        query: &TotalsQuery<'_>,
        by: &[GroupDimension],
        order: GroupOrder,
        page: Range<usize>,
    ) -> Result<Groups, Error> {
        let amounts = match amounts {
            Amounts::Transactions => ColumnAmounts::Transactions,
            Amounts::Budgets => ColumnAmounts::Budgets,
            Amounts::HumanitarianContributions => {
                return record::groups::<HumanitarianContribution>(self, query, by, order, page);
            }
            Amounts::MissionContributions => {
                return record::groups::<MissionContribution>(self, query, by, order, page);
            }
        };
        let mut scan = Scan::new(self, amounts, query, by)?;
        scan.run(&self.find(amounts.kind(), query.filter)?);
        self.work().check()?;
        scan.groups(order, page)
    }

    /// Sums a list: one total per currency, or a single one in a conversion. `listed` is the number
    /// of left-out amounts to list individually.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`], from looking up such an amount.
    pub fn list_totals(
        &self,
        amounts: Amounts,
        query: &TotalsQuery<'_>,
        listed: usize,
    ) -> Result<Vec<Total>, Error> {
        let items = match amounts {
            Amounts::HumanitarianContributions => self.items::<HumanitarianContribution>(query)?,
            Amounts::MissionContributions => self.items::<MissionContribution>(query)?,
            Amounts::Transactions => {
                return self.column_totals(ColumnAmounts::Transactions, query, listed);
            }
            Amounts::Budgets => return self.column_totals(ColumnAmounts::Budgets, query, listed),
        };
        let mut totals = totals(items, query.convert);
        for total in &mut totals {
            total.excluded.truncate(listed);
        }
        Ok(totals)
    }

    fn column_totals(
        &self,
        amounts: ColumnAmounts,
        query: &TotalsQuery<'_>,
        listed: usize,
    ) -> Result<Vec<Total>, Error> {
        let mut scan = Scan::new(self, amounts, query, &[])?;
        scan.list(listed);
        scan.run(&self.find(amounts.kind(), query.filter)?);
        self.work().check()?;
        scan.totals()
    }
}

impl Reader {
    /// Returns the name of a key's code, from the data or an official codelist.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    pub fn key_name(&self, dimension: GroupDimension, code: &str) -> Result<Option<Text>, Error> {
        let listed = |list: Codelist| list.name(code).cloned();
        Ok(match dimension {
            GroupDimension::Country | GroupDimension::Donor => {
                self.get::<Country>(code)?.map(|country| country.name.clone())
            }
            GroupDimension::Provider
            | GroupDimension::Receiver
            | GroupDimension::Reporter
            | GroupDimension::FundingAgency
            | GroupDimension::AccountableAgency
            | GroupDimension::ExtendingAgency
            | GroupDimension::ImplementingAgency
            | GroupDimension::SendingBody => {
                self.get::<Agency>(code)?.map(|agency| agency.name.clone())
            }
            GroupDimension::Mission => {
                self.get::<Mission>(code)?.map(|mission| mission.name.clone())
            }
            GroupDimension::Plan => {
                named::plan_name(code, self)?.and_then(|name| Text::of([(Language::UND, name)]))
            }
            GroupDimension::Programme => {
                self.get::<Programme>(code)?.map(|programme| programme.title.clone())
            }
            GroupDimension::Sector => {
                let sector = self.get::<Sector>(code)?.map(|sector| sector.name.clone());
                sector.or_else(|| listed(Codelist::Sector))
            }
            GroupDimension::SectorCategory => listed(Codelist::SectorCategory),
            GroupDimension::Region => listed(Codelist::Region),
            GroupDimension::FlowType => listed(Codelist::FlowType),
            GroupDimension::FinanceType => listed(Codelist::FinanceType),
            GroupDimension::AidType => listed(Codelist::AidType),
            GroupDimension::Year
            | GroupDimension::Month
            | GroupDimension::TransactionType
            | GroupDimension::Pillar
            | GroupDimension::Channel
            | GroupDimension::Currency
            | GroupDimension::Humanitarian
            | GroupDimension::Status
            | GroupDimension::Kind
            | GroupDimension::Deployment
            | GroupDimension::FlowStatus
            | GroupDimension::Scope
            | GroupDimension::Crisis
            | GroupDimension::Cluster => None,
        })
    }
}

/// Converts units with a number of decimals into a decimal, rounded only beyond 28 digits.
fn decimal(mut units: i128, mut scale: u32) -> Option<Decimal> {
    loop {
        match Decimal::try_from_i128_with_scale(units, scale.min(28)) {
            Ok(value) if scale <= 28 => return Some(value.normalize()),
            _ if scale == 0 => return None,
            _ => {}
        }
        let rest = units % 10;
        units /= 10;
        // Rounds half to even, on either side of zero.
        if rest.abs() > 5 || (rest.abs() == 5 && units % 2 != 0) {
            units += rest.signum();
        }
        scale -= 1;
    }
}
