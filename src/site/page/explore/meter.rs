//! Meter: the share of the counted money that a key does not break down, because no source states the key or divides the
//! amount by it.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::answer::{Metered, Money};
use super::choice::Choice;
use super::document::meter;
use crate::read::groups::{GroupDimension, KeyAbsence};
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::show;
use crate::site::words::explore;

/// Shares of the money without a key, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shares {
    not_stated: Decimal,
    undivided: Decimal,
}

impl Shares {
    /// Returns the shares; `None` if nothing counts, or if the groups are not all there, or if a negative amount makes a share
    /// meaningless.
    fn of(metered: &Metered) -> Option<Self> {
        if metered.total_count > metered.groups.len() as u64 {
            return None;
        }
        let (mut all, mut not_stated, mut undivided) =
            (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
        for group in &metered.groups {
            let counted = group.counted.unwrap_or_default();
            if counted.is_sign_negative() && !counted.is_zero() {
                return None;
            }
            all = all.checked_add(counted)?;
            match group.keys.first().and_then(|key| key.absence).map(|absence| absence.0) {
                Some(KeyAbsence::NotStated) => not_stated = not_stated.checked_add(counted)?,
                Some(KeyAbsence::Undivided) => undivided = undivided.checked_add(counted)?,
                None => {}
            }
        }
        let share = |part: Decimal| part.checked_div(all)?.checked_mul(Decimal::ONE_HUNDRED);
        Some(Self { not_stated: share(not_stated)?, undivided: share(undivided)? })
    }

    fn sum(self) -> Decimal {
        self.not_stated.saturating_add(self.undivided)
    }
}

/// Rounds a share without turning a part into nothing or everything: `less than 1%`, `more than 99%`.
fn percent(language: Language, share: Decimal) -> String {
    let hundred = Decimal::ONE_HUNDRED;
    if share > Decimal::ZERO && share < Decimal::ONE {
        return explore::less_than(language, &show::percent(language, Decimal::ONE));
    }
    let limit = hundred - Decimal::ONE;
    if share > limit && share < hundred {
        return explore::more_than(language, &show::percent(language, limit));
    }
    show::percent(language, share.round())
}

/// Writes the meters of a noun.
pub(super) fn meters(address: &Address, choice: &Choice, money: &Money) -> Markup {
    let language = address.language();
    let shares = choice.noun.meters.iter().filter_map(|dimension| {
        Some((*dimension, Shares::of(money.meters.get(&meter(*dimension))?)?))
    });
    let shares: Vec<(GroupDimension, Shares)> = shares.collect();
    if shares.is_empty() {
        return Markup::default();
    }
    html! {
        ul class="meters" aria-label=(explore::BROKEN_DOWN.to(language)) {
            @for (dimension, shares) in &shares {
                li {
                    @let text = sentence(language, *dimension, *shares);
                    // Browsers draw `meter` each in their own way. The sentence beside it says the same.
                    svg class="meter" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
                        rect width=(shares.sum().round_dp(2)) height="4" {}
                    }
                    span { (text) }
                }
            }
        }
    }
}

fn sentence(language: Language, dimension: GroupDimension, shares: Shares) -> String {
    let key = explore::dimension(dimension).to(language).to_lowercase();
    let text = |share: Decimal| (!share.is_zero()).then(|| percent(language, share));
    let whole = text(shares.sum());
    let has_undivided = !shares.undivided.is_zero();
    explore::broken_down(language, &key, whole, text(shares.not_stated), has_undivided)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_to_nothing_or_everything() {
        let of = |text: &str| percent(Language::En, text.parse().unwrap());
        assert_eq!(of("0.2"), "less than 1%");
        assert_eq!(of("69.6"), "70%");
        assert_eq!(of("99.9"), "more than 99%");
        assert_eq!(of("100"), "100%");
    }

    #[test]
    fn a_part_of_the_groups_has_no_share() {
        let of = |json: &str| Shares::of(&serde_json::from_str(json).unwrap());
        let groups = r#""groups":[{"keys":[{"absence":"NOT_STATED"}],"counted":"30"},{"keys":[{"absence":null}],"counted":"70"}]"#;
        let all = of(&format!("{{\"totalCount\":2,{groups}}}")).unwrap();
        assert_eq!(all.not_stated, Decimal::from(30));
        assert_eq!(of(&format!("{{\"totalCount\":3,{groups}}}")), None);
        assert_eq!(of(r#"{"totalCount":0,"groups":[]}"#), None);
    }
}
