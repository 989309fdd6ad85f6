//! Determines which part of money is humanitarian, and on what basis.
//!
//! A flag decides alone, also a negative one; the flag of a transaction precedes that of its activity. Without a flag,
//! an activity with a humanitarian scope is humanitarian. Without either, the purpose decides: the share of the DAC
//! categories of humanitarian aid among the sectors of the transaction, otherwise of its activity. Sectors of other
//! vocabularies are ignored. Money of which nothing is stated is not humanitarian, unless transactions of it are.
//!
//! Sources: IATI Standard 2.03, `@humanitarian` and `humanitarian-scope`; OECD DAC, humanitarian aid: categories 720,
//! 730, 740.

use super::classification::SectorShare;
use super::programme::Programme;
use super::sector::SectorCode;
use super::share::{Division, WHOLE, divide};
use super::transaction::Transaction;

super::code::codes! {
    /// Basis on which money counts as humanitarian.
    pub enum HumanitarianBasis {
        /// A contribution reported by OCHA FTS or by a publication on humanitarian aid.
        Flow = "FLOW",
        /// A flag of the publisher on the transaction or its activity. IATI: @humanitarian.
        Flag = "FLAG",
        /// An emergency or appeal of the activity, in the absence of a flag. IATI: humanitarian-scope.
        Scope = "SCOPE",
        /// Purpose codes of the DAC's humanitarian categories, by their share, in the absence of a flag and a scope: 720
        /// (emergency response), 730 (reconstruction relief) and 740 (disaster prevention).
        Purpose = "PURPOSE",
    }
}

/// DAC categories of humanitarian aid.
const CATEGORIES: [&str; 3] = ["720", "730", "740"];

/// Humanitarian part of some money, with the basis of the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Humanitarian {
    /// The basis; `None` when the source gives none.
    decided_by: Option<HumanitarianBasis>,
    /// Humanitarian part of [`WHOLE`]; `None` when only some purposes are humanitarian and no source divides the money
    /// among them.
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

    /// Returns the humanitarian part of [`WHOLE`]; `None` when no source states it.
    pub fn share(self) -> Option<u32> {
        self.share
    }

    /// Returns the basis on which some of the money is humanitarian; `None` if none of it is.
    pub fn basis(self) -> Option<HumanitarianBasis> {
        self.decided_by.filter(|_| self.share != Some(0))
    }

    /// Determines the humanitarian part of a programme, for transactions without their own facts.
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

    /// Of the budgets of a programme with these transactions: where it says nothing itself, it is what all of them are alike;
    /// where they differ, no source says how much of it is.
    #[must_use]
    pub fn beside(self, transactions: &[Transaction]) -> Self {
        let mut all = transactions.iter().map(|one| self.of_transaction(one));
        let Some(first) = all.next().filter(|_| self.decided_by.is_none()) else { return self };
        let is_alike = all.all(|other| other.share == first.share);
        if is_alike { first } else { Self::new(None, None) }
    }

    /// Determines the humanitarian part of a transaction; `self` is that of its programme.
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

/// Determines the humanitarian part by DAC purpose codes, otherwise by categories; `None` without either.
fn by_purpose<'a>(sectors: &'a [SectorShare]) -> Option<Humanitarian> {
    let of = |digits: usize| -> Vec<(&'a SectorCode, &'a SectorShare)> {
        let code = |share: &'a SectorShare| Some((share.sector.as_ref()?, share));
        sectors.iter().filter_map(code).filter(|(code, _)| code.as_str().len() == digits).collect()
    };
    let chosen = Some(of(5)).filter(|purposes| !purposes.is_empty()).unwrap_or_else(|| of(3));
    let marks: Vec<bool> = chosen.iter().map(|(code, _)| is_purpose(code)).collect();
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
    Some(Humanitarian::new(Some(HumanitarianBasis::Purpose), share))
}

/// The words by which money of such a humanitarian part is found: `no` where some of it is not humanitarian, `yes` where some
/// of it is. Both where a part of it is, or where no source says how much.
pub fn words(share: Option<u32>) -> impl Iterator<Item = &'static str> {
    let (no, yes) = (share != Some(WHOLE), share != Some(0));
    [(no, "no"), (yes, "yes")].into_iter().filter(|(is_there, _)| *is_there).map(|(_, word)| word)
}

/// Returns true if a sector is humanitarian aid by the DAC's definition.
pub fn is_purpose(code: &SectorCode) -> bool {
    CATEGORIES.contains(&code.category().as_str())
}
