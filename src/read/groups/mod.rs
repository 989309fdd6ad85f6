//! Groups: sums of a list by country, year, sector and more, computed on columns without decoding
//! records.
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
mod counted;
mod divide;
mod head;
mod left_out;
mod narrow;
mod part;
mod rate;
mod recorder;
mod scan;
mod span;
mod stated;

pub use answer::{Group, GroupOrder, Groups, Key, LeftOut};
pub use axis::KeyAbsence;
pub use counted::{AmountPart, CountedAmount, CountedAmounts, CountedRecords};
pub(super) use rate::Factors;
pub(super) use scan::spending;

use std::ops::Range;

use rust_decimal::Decimal;

use super::error::Error;
use super::reader::Reader;
use super::total::{Total, TotalsQuery};
use crate::model::agency::Agency;
use crate::model::codelist::Codelist;
use crate::model::country::Country;
use crate::model::noun::Kind;
use crate::model::programme::Programme;
use crate::model::sector::Sector;
use crate::model::text::Text;
use scan::Scan;

crate::model::code::codes! {
    /// The dimension by which the amounts of a list are grouped.
    pub enum GroupDimension {
        /// Recipient country, by ISO 3166-1 code.
        Country = "COUNTRY",
        /// Recipient region, by its code.
        Region = "REGION",
        /// Year: of a transaction the year of its date, of a budget the year in which its period
        /// begins.
        Year = "YEAR",
        /// Month, by the same rule as `YEAR`: 2015-03.
        Month = "MONTH",
        /// Purpose, by DAC purpose code.
        Sector = "SECTOR",
        /// Purpose, by DAC sector category.
        SectorCategory = "SECTOR_CATEGORY",
        /// Agency that pays. Transactions only.
        Provider = "PROVIDER",
        /// Agency that receives. Transactions only.
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
        /// row the one named in the row. Compare the DAC channel categories.
        Channel = "CHANNEL",
        /// Donor country whose cooperation the programme belongs to, by ISO 3166-1 code.
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
    }
}

/// Source of the amounts that are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amounts {
    /// Amounts of transactions.
    Transactions,
    /// Amounts of programme budgets.
    Budgets,
}

impl Amounts {
    /// Returns true if the amounts have a dimension: a budget has no payer, receiver or type.
    pub fn have(self, dimension: GroupDimension) -> bool {
        let is_of_transactions = matches!(
            dimension,
            GroupDimension::Provider | GroupDimension::Receiver | GroupDimension::TransactionType
        );
        self == Self::Transactions || !is_of_transactions
    }

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
            | GroupDimension::ImplementingAgency => {
                self.get::<Agency>(code)?.map(|agency| agency.name.clone())
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
            | GroupDimension::Status => None,
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
