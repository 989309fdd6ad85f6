//! What makes money humanitarian, and how much of it is.
//!
//! A flag decides by itself, also one that says no: that of a transaction before that of its activity. Without a flag an
//! activity with a humanitarian scope is humanitarian. Without either the purpose decides: the share of the DAC's categories of
//! humanitarian aid among the sectors of the transaction, else of its activity. Sectors of other lists do not count.
//!
//! Sources: IATI Standard 2.03, `@humanitarian` and `humanitarian-scope`; OECD DAC, humanitarian aid: categories 720, 730, 740.

use super::programme::{Programme, SectorShare};
use super::sector::SectorCode;
use super::share::{Division, WHOLE, divide};
use super::transaction::Transaction;

super::code::codes! {
    /// What says that money is humanitarian.
    pub enum HumanitarianBasis {
        /// It is a contribution that OCHA FTS, or a publication on humanitarian aid, tells of.
        Flow = "FLOW",
        /// Its publisher flags the transaction or its activity. IATI: @humanitarian.
        Flag = "FLAG",
        /// Its activity belongs to an emergency or an appeal, and has no flag. IATI: humanitarian-scope.
        Scope = "SCOPE",
        /// Its purpose is humanitarian by the DAC's definition, and there is neither flag nor scope: sectors of the categories
        /// 720 (emergency response), 730 (reconstruction relief) and 740 (disaster prevention), by their share.
        Purpose = "PURPOSE",
    }
}

/// The categories of humanitarian aid.
const CATEGORIES: [&str; 3] = ["720", "730", "740"];

/// How much of some money is humanitarian, and what says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Humanitarian {
    /// What decides; `None` when nothing says that any of it is humanitarian.
    decided_by: Option<HumanitarianBasis>,
    /// The part that is humanitarian, of [`WHOLE`]; `None` when some purposes are and others are not, and no source divides
    /// the money among them.
    share: Option<u32>,
}

impl Default for Humanitarian {
    fn default() -> Self {
        Self::new(None, Some(0))
    }
}

impl Humanitarian {
    fn new(decided_by: Option<HumanitarianBasis>, share: Option<u32>) -> Self {
        Self { decided_by, share }
    }

    fn flag(flag: bool) -> Self {
        Self::new(Some(HumanitarianBasis::Flag), Some(if flag { WHOLE } else { 0 }))
    }

    /// The part that is humanitarian, of [`WHOLE`]; `None` when no source says how much.
    pub fn share(self) -> Option<u32> {
        self.share
    }

    /// What says that some of it is humanitarian.
    pub fn basis(self) -> Option<HumanitarianBasis> {
        self.decided_by.filter(|_| self.share != Some(0))
    }

    /// Of the money of a programme, where its transactions say nothing of their own.
    pub fn of_programme(programme: &Programme) -> Self {
        let report = programme.report.as_deref();
        if let Some(flag) = report.and_then(|report| report.humanitarian) {
            return Self::flag(flag);
        }
        if report.is_some_and(|report| !report.humanitarian_scopes.is_empty()) {
            return Self::new(Some(HumanitarianBasis::Scope), Some(WHOLE));
        }
        by_purpose(&programme.sectors).unwrap_or_default()
    }

    /// Of a transaction of a programme; `self` is what is said of the programme.
    #[must_use]
    pub fn of_transaction(self, transaction: &Transaction) -> Self {
        if let Some(flag) = transaction.report.humanitarian {
            return Self::flag(flag);
        }
        match self.decided_by {
            Some(HumanitarianBasis::Flag | HumanitarianBasis::Scope) => self,
            _ => by_purpose(&transaction.report.sectors).unwrap_or(self),
        }
    }
}

/// By the DAC's purposes, else by its categories; `None` where there is neither.
fn by_purpose<'a>(sectors: &'a [SectorShare]) -> Option<Humanitarian> {
    let of = |digits: usize| -> Vec<(&'a SectorCode, &'a SectorShare)> {
        let code = |share: &'a SectorShare| Some((share.sector.as_ref()?, share));
        sectors.iter().filter_map(code).filter(|(code, _)| code.as_str().len() == digits).collect()
    };
    let chosen = Some(of(5)).filter(|purposes| !purposes.is_empty()).unwrap_or_else(|| of(3));
    let is_humanitarian = |code: &SectorCode| CATEGORIES.contains(&code.category().as_str());
    let marks: Vec<bool> = chosen.iter().map(|(code, _)| is_humanitarian(code)).collect();
    let percentages: Vec<_> = chosen.iter().map(|(_, share)| share.percentage).collect();
    let share = match divide(&percentages) {
        Division::NotStated => return None,
        Division::Undivided if marks.iter().all(|mark| *mark) => Some(WHOLE),
        Division::Undivided if marks.iter().any(|mark| *mark) => None,
        Division::Undivided => Some(0),
        Division::Parts(parts) => {
            Some(parts.iter().zip(&marks).filter(|(_, mark)| **mark).map(|(part, _)| part).sum())
        }
    };
    let basis = Some(HumanitarianBasis::Purpose).filter(|_| share != Some(0));
    Some(Humanitarian::new(basis, share))
}
