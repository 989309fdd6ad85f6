//! Shares: divides money by published percentages, so that the parts add up to the whole.

use rust_decimal::Decimal;

/// The whole, in millionths of a per cent: every division adds up to this.
pub const WHOLE: u32 = 100_000_000;

/// Result of dividing a whole by percentages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Division {
    /// There is no recipient.
    NotStated,
    /// There are several recipients, and the source does not state the share of each.
    Undivided,
    /// Parts of [`WHOLE`], one for each percentage. The remainder of the whole belongs to unnamed recipients.
    Parts(Vec<u32>),
}

/// Divides a whole by published percentages.
///
/// A single recipient without a percentage receives all of it; of several, each needs one. Percentages that add up to
/// 99 or more are scaled to the whole: exactly where they add up to 100, otherwise by the largest remainder. A smaller
/// sum leaves a remainder.
pub fn divide(percentages: &[Option<Decimal>]) -> Division {
    match percentages {
        [] => return Division::NotStated,
        [None] => return Division::Parts(vec![WHOLE]),
        _ => {}
    }
    let Some(given) = percentages.iter().copied().collect::<Option<Vec<Decimal>>>() else {
        return Division::Undivided;
    };
    let sum: Option<Decimal> =
        given.iter().try_fold(Decimal::ZERO, |sum, percentage| sum.checked_add(*percentage));
    match sum {
        Some(sum) if sum > Decimal::ZERO && given.iter().all(|p| !p.is_sign_negative()) => {
            parts(&given, sum).map_or(Division::Undivided, Division::Parts)
        }
        _ => Division::Undivided,
    }
}

/// Returns true if the published percentages add up to the whole: to 100, give or take 1.
pub fn is_whole(percentages: &[Option<Decimal>]) -> bool {
    let sum = percentages.iter().try_fold(Decimal::ZERO, |sum, p| sum.checked_add((*p)?));
    let [low, high] = [99, 101].map(Decimal::from);
    percentages == [None] || sum.is_some_and(|sum| (low..=high).contains(&sum))
}

fn parts(given: &[Decimal], sum: Decimal) -> Option<Vec<u32>> {
    let is_part = sum < Decimal::from(99);
    let of = if is_part { Decimal::ONE_HUNDRED } else { sum };
    let exact = given
        .iter()
        .map(|p| p.checked_mul(Decimal::from(WHOLE))?.checked_div(of))
        .collect::<Option<Vec<Decimal>>>()?;
    let mut parts =
        exact.iter().map(|part| u32::try_from(part.floor()).ok()).collect::<Option<Vec<u32>>>()?;
    if is_part {
        return Some(parts);
    }
    let missing = WHOLE.checked_sub(parts.iter().sum())?;
    let mut order: Vec<(Decimal, usize)> =
        exact.iter().enumerate().map(|(at, part)| (part.fract(), at)).collect();
    order.sort_by(|(a, at), (b, other)| b.cmp(a).then(at.cmp(other)));
    for (_, at) in order.into_iter().cycle().take(usize::try_from(missing).ok()?) {
        *parts.get_mut(at)? += 1;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn percent(texts: &[&str]) -> Vec<Option<Decimal>> {
        texts.iter().map(|text| text.parse().ok()).collect()
    }

    #[test]
    fn complete_shares_divide_exactly() {
        let division = divide(&percent(&["33.33", "66.67"]));
        assert_eq!(division, Division::Parts(vec![33_330_000, 66_670_000]));
        assert_eq!(divide(&percent(&[""])), Division::Parts(vec![WHOLE]));
    }

    #[test]
    fn nearly_complete_shares_are_scaled_and_others_leave_a_rest() {
        let thirds = divide(&percent(&["33", "33", "33"]));
        assert_eq!(thirds, Division::Parts(vec![33_333_334, 33_333_333, 33_333_333]));
        assert_eq!(divide(&percent(&["40", "10"])), Division::Parts(vec![40_000_000, 10_000_000]));
        assert_eq!(divide(&percent(&["200", "200"])), Division::Parts(vec![WHOLE / 2, WHOLE / 2]));
    }

    #[test]
    fn unstated_shares_are_not_divided() {
        assert_eq!(divide(&[]), Division::NotStated);
        for texts in [&["", ""][..], &["50", ""], &["0", "0"], &["-10", "110"]] {
            assert_eq!(divide(&percent(texts)), Division::Undivided, "{texts:?}");
        }
        assert!(is_whole(&percent(&[""])) && is_whole(&percent(&["50", "49.5"])));
        assert!(!is_whole(&percent(&["50", ""])) && !is_whole(&[]));
    }

    proptest! {
        #[test]
        fn parts_never_exceed_the_whole(numbers in proptest::collection::vec((0_i64..20_000, 0_u32..7), 1..12)) {
            let given: Vec<_> = numbers.iter().map(|(n, scale)| Some(Decimal::new(*n, *scale))).collect();
            if let Division::Parts(parts) = divide(&given) {
                let sum: u64 = parts.iter().map(|part| u64::from(*part)).sum();
                let published: Decimal = given.iter().flatten().sum();
                if published >= Decimal::from(99) {
                    prop_assert_eq!(sum, u64::from(WHOLE));
                } else {
                    prop_assert!(sum <= u64::from(WHOLE));
                }
            }
        }
    }
}
