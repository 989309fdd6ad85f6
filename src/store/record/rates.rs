//! Frozen structs of exchange rates.

use serde::{Deserialize, Serialize};

use super::frozen::{Frozen, Invalid, frozen};
use crate::model::rate::{Parity, Rates};

frozen! {
    /// A fixed parity with the euro.
    ParityV1 = Parity {
        rate: String,
        from: String,
        until: Option<String>,
    }
}

/// Exchange rates of one currency.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct RatesV1 {
    currency: String,
    minor_units: u32,
    parity: Option<ParityV1>,
    /// Year, month and units per euro, in chronological order.
    months: Vec<(u16, u8, String)>,
}

impl Frozen<Rates> for RatesV1 {
    fn freeze(model: &Rates) -> Self {
        Self {
            currency: Frozen::freeze(&model.currency),
            minor_units: model.minor_units,
            parity: Frozen::freeze(&model.parity),
            months: model.months.iter().map(|((y, m), rate)| (*y, *m, rate.to_string())).collect(),
        }
    }

    fn thaw(self) -> Result<Rates, Invalid> {
        let months = self.months.into_iter();
        Ok(Rates {
            currency: self.currency.thaw()?,
            minor_units: self.minor_units,
            parity: self.parity.thaw()?,
            months: months
                .map(|(year, month, rate)| Ok(((year, month), rate.thaw()?)))
                .collect::<Result<_, Invalid>>()?,
        })
    }
}
