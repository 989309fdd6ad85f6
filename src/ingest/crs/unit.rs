//! Unit of the amounts of a file: dollars, or millions of dollars.
//!
//! The layout decides the unit, whatever the separator. The OECD has always published millions. Donors have published their
//! own records in single dollars, in the OECD's layout of 2000 to 2010. That layout has future debt service and none of the later
//! columns; the OECD's own files of it are separated by `|`. Amounts that contradict the unit decide it: amounts such as
//! `0.75` are not dollars, and amounts above 100,000 are not millions.

use std::io::Read;

use rust_decimal::Decimal;

use crate::ingest::delimited::Separated;

/// Columns introduced after the layout of 2000 to 2010. A file with one of them is in millions.
const LATER: [&str; 28] = [
    "blendedfinance",
    "climateadaptation",
    "climatemitigation",
    "commitmentnational",
    "currencycode",
    "dedonorcode",
    "derecipientcode",
    "dig",
    "disability",
    "disbursementnational",
    "donoriso3code",
    "drr",
    "grantequiv",
    "grantequivalent",
    "keywords",
    "nutrition",
    "parentchannelcode",
    "pba",
    "psiflag",
    "recipientiso3code",
    "rmnch",
    "sdgfocus",
    "usdadjustment",
    "usdadjustmentdefl",
    "usdcommitmentdeflated",
    "usdgrantequiv",
    "usdgrantequivalent",
    "usdgrantequivdefl",
];

/// An amount in millions that hardly any real row reaches: 100,000 million dollars.
const HUGE: u32 = 100_000;

/// Unit of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Single dollars.
    Dollar,
    /// Millions of dollars.
    Million,
}

/// A unit, with the evidence for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// The layout has one unit, and the amounts do not contradict it.
    ByLayout(Unit),
    /// The layout exists in both units, and the amounts decide.
    ByAmounts(Unit),
    /// The layout is in millions, but the amounts cannot be.
    Contradicted,
}

/// Sizes of the non-zero amounts of a file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Magnitudes {
    all: usize,
    /// Number of amounts below a dollar, or below 1,000 dollars with cents, if read as dollars.
    small: usize,
    huge: usize,
}

impl Magnitudes {
    /// Counts an amount, whatever its sign.
    pub(super) fn add(&mut self, amount: Decimal) {
        if amount.is_zero() {
            return;
        }
        let amount = amount.abs();
        let has_cents = !amount.fract().is_zero();
        self.all += 1;
        self.small += usize::from(has_cents && amount < Decimal::ONE_THOUSAND);
        self.huge += usize::from(amount >= Decimal::from(HUGE));
    }

    fn are_small(self) -> bool {
        2 * self.small > self.all
    }

    fn are_huge(self) -> bool {
        2 * self.huge > self.all
    }
}

impl Decision {
    /// Determines the unit of a file, by its columns and the sizes of its amounts.
    pub(super) fn of<R: Read>(rows: &Separated<R>, sizes: Magnitudes) -> Self {
        let is_later = LATER.iter().any(|name| rows.has(name));
        if is_later || !rows.has("usd_future_DS_principal") {
            return if sizes.are_huge() {
                Self::Contradicted
            } else {
                Self::ByLayout(Unit::Million)
            };
        }
        match rows.separator() {
            b'|' if sizes.are_huge() => Self::ByAmounts(Unit::Dollar),
            b'|' => Self::ByLayout(Unit::Million),
            _ if sizes.are_small() => Self::ByAmounts(Unit::Million),
            _ => Self::ByLayout(Unit::Dollar),
        }
    }
}

impl Unit {
    /// Converts an amount to dollars; `None` if the result is too large to be exact.
    pub(super) fn dollars(self, amount: Decimal) -> Option<Decimal> {
        match self {
            Self::Dollar => Some(amount),
            Self::Million => amount.checked_mul(Decimal::from(1_000_000)).map(|a| a.normalize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "Year,donorcode,usd_commitment,usd_future_DS_principal";

    fn unit(header: &str, amounts: &[&str]) -> Decision {
        let mut sizes = Magnitudes::default();
        for amount in amounts {
            sizes.add(amount.parse().unwrap());
        }
        Decision::of(&Separated::new(format!("{header}\n").as_bytes()).unwrap(), sizes)
    }

    #[test]
    fn the_layout_decides_the_unit_with_any_separator() {
        for separator in [",", ";", "|", "\t"] {
            for later in ["USD_GrantEquiv", "usd_grant_equivalent", "CurrencyCode", "PBA", "DIG"] {
                let header = format!("{OLD},{later}").replace(',', separator);
                assert_eq!(unit(&header, &["1.5"]), Decision::ByLayout(Unit::Million), "{header}");
            }
            let header = "year,donor_code,usd_commitment".replace(',', separator);
            assert_eq!(unit(&header, &["1.5"]), Decision::ByLayout(Unit::Million));
        }
        assert_eq!(unit(OLD, &["122160.16", "100", "50"]), Decision::ByLayout(Unit::Dollar));
        assert_eq!(unit(&OLD.replace(',', "|"), &["0.12216"]), Decision::ByLayout(Unit::Million));
    }

    #[test]
    fn amounts_decide_if_the_layout_has_both_units() {
        assert_eq!(unit(OLD, &["0.12216", "0.5", "14"]), Decision::ByAmounts(Unit::Million));
        let text = OLD.replace(',', "|");
        assert_eq!(unit(&text, &["1222933", "200000"]), Decision::ByAmounts(Unit::Dollar));
    }

    #[test]
    fn impossible_millions_are_not_read_as_millions() {
        let header = "year,donor_code,usd_commitment,usd_grant_equivalent";
        assert_eq!(unit(header, &["1222933", "200000", "3"]), Decision::Contradicted);
        assert_eq!(unit(header, &["1222933", "3"]), Decision::ByLayout(Unit::Million));
    }

    #[test]
    fn dollars_are_exact() {
        let amount = "0.073483".parse().unwrap();
        assert_eq!(Unit::Million.dollars(amount).unwrap().to_string(), "73483");
        assert_eq!(Unit::Million.dollars(Decimal::MAX), None);
    }
}
