//! Groups: sums of a list by country, year, sector and more, over columns, without decoding a record.
//!
//! A row that is for several countries or sectors is divided by their shares, exactly: the parts are always the whole.
//! What no source divides stands under a key of its own, and so does what nobody is named for. In a list that is narrowed to
//! countries or sectors only their shares count, and in one that is narrowed to agencies, ways or places on the ground only what
//! is theirs alone or stated to be theirs; the rest is left out, with its sums.

mod answer;
mod axis;
mod bearer;
mod budget;
mod cell;
mod claim;
mod divide;
mod head;
mod left_out;
mod narrow;
mod rate;
mod scan;
mod span;
mod stated;

pub use answer::{Group, GroupOrder, Groups, Key, KeyAbsence, LeftOut};
pub(super) use rate::Factors;
pub(super) use scan::spending;

use std::ops::Range;

use rust_decimal::Decimal;

use super::error::Error;
use super::reader::Reader;
use super::total::{Asked, Total};
use crate::model::agency::Agency;
use crate::model::codelist::Codelist;
use crate::model::country::Country;
use crate::model::noun::Kind;
use crate::model::programme::Programme;
use crate::model::sector::Sector;
use crate::model::text::Text;
use scan::Scan;

crate::model::code::codes! {
    /// What the amounts of a list can be grouped by.
    pub enum GroupDimension {
        /// The country that receives, by ISO 3166-1 code.
        Country = "COUNTRY",
        /// The region that receives, by its code.
        Region = "REGION",
        /// The year: of a transaction its date's, of a budget that in which its period begins.
        Year = "YEAR",
        /// The month, by the same rule: 2015-03.
        Month = "MONTH",
        /// What it is for, by DAC code.
        Sector = "SECTOR",
        /// What it is for, by DAC category.
        SectorCategory = "SECTOR_CATEGORY",
        /// The agency that pays. Of transactions only.
        Provider = "PROVIDER",
        /// The agency that receives. Of transactions only.
        Receiver = "RECEIVER",
        /// The agency that reports it.
        Reporter = "REPORTER",
        /// The agency that gives the money of its programme; undivided where there are several, unless their participations state
        /// what is theirs of its one budget. IATI `OrganisationRole` 1.
        FundingAgency = "FUNDING_AGENCY",
        /// The agency that answers for its programme. IATI `OrganisationRole` 2.
        AccountableAgency = "ACCOUNTABLE_AGENCY",
        /// The agency that passes the money of its programme on. IATI `OrganisationRole` 3.
        ExtendingAgency = "EXTENDING_AGENCY",
        /// The agency that carries its programme out; of a row of the CRS that of its own cell. IATI `OrganisationRole` 4.
        ImplementingAgency = "IMPLEMENTING_AGENCY",
        /// The way of those who carry its programme out: a government, an NGO and so on; of a row of the CRS that of its own cell.
        /// Compare the DAC channel categories.
        Channel = "CHANNEL",
        /// The country whose cooperation it is part of, by ISO 3166-1 code.
        Donor = "DONOR",
        /// What kind of movement it is. Of transactions only; then every kind counts, in groups of its own.
        TransactionType = "TRANSACTION_TYPE",
        /// The pillar that its programme belongs to.
        Pillar = "PILLAR",
        /// The currency as published, ISO 4217.
        Currency = "CURRENCY",
        /// Official development assistance or not: DAC `FlowType`.
        FlowType = "FLOW_TYPE",
        /// The instrument of finance: DAC `FinanceType`.
        FinanceType = "FINANCE_TYPE",
        /// The kind of aid: DAC `AidType`.
        AidType = "AID_TYPE",
        /// Whether it is humanitarian, by a flag, a scope or its purpose: yes or no. What is so in part is divided.
        Humanitarian = "HUMANITARIAN",
        /// Where its programme stands.
        Status = "STATUS",
        /// The programme.
        Programme = "PROGRAMME",
    }
}

/// Whose amounts are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amounts {
    /// Those of transactions.
    Transactions,
    /// Those of the budgets of programmes.
    Budgets,
}

impl Amounts {
    /// Whether they have a dimension: a budget has no sides and no type.
    pub fn have(self, dimension: GroupDimension) -> bool {
        let is_of_transactions = matches!(
            dimension,
            GroupDimension::Provider | GroupDimension::Receiver | GroupDimension::TransactionType
        );
        self == Self::Transactions || !is_of_transactions
    }

    /// The noun that a list of them is of.
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Transactions => Kind::Transaction,
            Self::Budgets => Kind::Programme,
        }
    }
}

impl Reader {
    /// The groups of the amounts of a list, a page of them in an order.
    ///
    /// # Errors
    /// As [`Reader::get`].
    pub fn groups(
        &self,
        amounts: Amounts,
        asked: &Asked<'_>,
        by: &[GroupDimension],
        order: GroupOrder,
        page: Range<usize>,
    ) -> Result<Groups, Error> {
        let mut scan = Scan::new(self, amounts, asked, by)?;
        scan.run(&self.find(amounts.kind(), asked.filter)?);
        self.work().check()?;
        scan.groups(order, page)
    }

    /// The sums over a list: one for each currency, or one in all in a conversion. `listed` says how many of the amounts that
    /// are left out are named one by one.
    ///
    /// # Errors
    /// As [`Reader::get`], when such an amount is looked up.
    pub fn list_totals(
        &self,
        amounts: Amounts,
        asked: &Asked<'_>,
        listed: usize,
    ) -> Result<Vec<Total>, Error> {
        let mut scan = Scan::new(self, amounts, asked, &[])?;
        scan.list(listed);
        scan.run(&self.find(amounts.kind(), asked.filter)?);
        self.work().check()?;
        scan.totals()
    }
}

impl Reader {
    /// What the code of a key is called, where the data or an official list says so.
    ///
    /// # Errors
    /// As [`Reader::get`].
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

/// A sum in units of so many decimals, as a decimal; rounded only where it has more than 28 digits.
fn decimal(mut units: i128, mut scale: u32) -> Option<Decimal> {
    loop {
        match Decimal::try_from_i128_with_scale(units, scale.min(28)) {
            Ok(value) if scale <= 28 => return Some(value.normalize()),
            _ if scale == 0 => return None,
            _ => {}
        }
        let rest = units % 10;
        units /= 10;
        // Half to even, away from zero on either side.
        if rest.abs() > 5 || (rest.abs() == 5 && units % 2 != 0) {
            units += rest.signum();
        }
        scale -= 1;
    }
}
