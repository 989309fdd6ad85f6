//! Numbers, dates and codes in the notations of publishers.

use std::str::FromStr;

use rust_decimal::Decimal;

use crate::model::country::{self, CountryCode};
use crate::model::date::PartialDate;
use crate::model::money::Currency;

/// Parses a published number: white space is removed, `3,802` is 3802, and `46678,00` is 46678.00.
///
/// The standard allows no comma, so the digits determine its meaning. `None` for text that is not a number, or has more
/// digits than can be stored exactly.
pub(super) fn number(text: &str) -> Option<Decimal> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let groups = |text: &str| {
        let mut groups = text.split(',');
        groups.next().is_some_and(|first| digits(first) && first.len() <= 3 && first != "0")
            && groups.all(|group| digits(group) && group.len() == 3)
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let has_fraction = fraction.is_empty() || digits(fraction);
    let read = |text: &str| Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).ok();
    if (digits(whole) || (whole.is_empty() && digits(fraction))) && has_fraction {
        return read(plain.trim_end_matches('.'));
    }
    if groups(whole) && has_fraction {
        return read(&plain.replace(',', ""));
    }
    let (whole, cents) = unsigned.split_once(',')?;
    (digits(whole) && digits(cents) && (cents.len() <= 2 || whole == "0"))
        .then(|| read(&plain.replace(',', ".")))?
}

/// Parses a number with a decimal comma, and optional points between thousands: `1.234,567`.
pub(super) fn decimal_comma(text: &str) -> Option<Decimal> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
    let plain = plain.strip_prefix('+').unwrap_or(&plain).replacen(',', ".", 1);
    Decimal::from_str_exact(&plain).ok()
}

/// Parses a day: `2010-04-01`, with or without a time zone or a time behind it.
pub(super) fn date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    let day = text.get(..10).filter(|_| {
        let behind = text.as_bytes().get(10);
        behind.is_none_or(|b| matches!(b, b'Z' | b'T' | b' ' | b'+' | b'-'))
    });
    day.unwrap_or(text.trim_end_matches('Z')).parse().ok()
}

/// Parses `1` and `true`, `0` and `false`, in any case.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Parses a currency: three letters in any case.
pub(super) fn currency(text: &str) -> Option<Currency> {
    Currency::from_str(text).or_else(|_| text.to_ascii_uppercase().parse()).ok()
}

/// Parses a country: two listed letters in any case, or ISO 3166-1 alpha-3.
pub(super) fn country(text: &str) -> Option<CountryCode> {
    let listed = |text: &str| text.parse().ok().filter(|code| country::is_listed(*code));
    listed(text).or_else(|| {
        let text = text.to_ascii_uppercase();
        listed(&text).or_else(|| country::from_alpha3(&text))
    })
}

/// Parses a percentage: a comma is a decimal comma, since no percentage needs thousands separators.
pub(super) fn share(text: &str) -> Option<Decimal> {
    let text = text.trim_end_matches('%');
    match text.split_once(',') {
        Some((whole, rest)) if !rest.contains([',', '.']) => number(&format!("{whole}.{rest}")),
        Some(_) => None,
        None => number(text),
    }
}

/// Parses an integer: `1`, or `1.0`, which some publishers write.
pub(super) fn whole(text: &str) -> Option<u32> {
    text.parse().ok().or_else(|| {
        let number = number(text).filter(|number| number.fract().is_zero())?;
        u32::try_from(number.trunc()).ok()
    })
}

/// Parses a timestamp to seconds since 1970, for comparing versions of an activity.
pub(super) fn moment(text: &str) -> Option<i64> {
    let text = text.trim();
    let day = i64::from(date(text)?.first_day().to_julian_day()) - 2_440_588;
    let time = text.get(11..19).unwrap_or_default();
    let mut parts = time.split(':').map(|part| part.parse::<i64>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let seconds = next() * 3600 + next() * 60 + next();
    // Handles `2015-03-05T12:00:00+02:00`.
    let zone = text.get(19..).and_then(|rest| rest.find(['+', '-']).and_then(|at| rest.get(at..)));
    let offset = zone.and_then(|zone| {
        let (hours, minutes) = zone.get(1..)?.split_once(':')?;
        let part = |text: &str| text.parse::<i64>().ok().filter(|part| (0..60).contains(part));
        let offset = part(hours)? * 3600 + part(minutes)? * 60;
        Some(if zone.starts_with('-') { -offset } else { offset })
    });
    Some(day * 86_400 + seconds - offset.unwrap_or(0))
}

/// Parses latitude and longitude of a point: `13.5 -2.1`, also separated by or with decimal commas, or followed by a height.
pub(super) fn point(text: &str) -> Option<(Decimal, Decimal)> {
    let is_part = |part: &&str| !matches!(*part, "," | ";");
    let mut parts: Vec<&str> = text.split_whitespace().filter(is_part).collect();
    if let [only] = parts.as_slice() {
        parts = only.split(',').collect();
    }
    let (latitude, longitude) = match parts.as_slice() {
        [latitude, longitude] => (latitude, longitude),
        [latitude, longitude, height] if number(height).is_some() => (latitude, longitude),
        _ => return None,
    };
    let degrees = |text: &str, most: i64| {
        let text = text.trim_end_matches([',', ';']).replace(',', ".");
        let value = Decimal::from_str_exact(&text).or_else(|_| text.parse()).ok()?;
        (value.abs() <= Decimal::from(most)).then_some(value)
    };
    Some((degrees(latitude, 90)?, degrees(longitude, 180)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_if_unambiguous() {
        for (text, value) in [
            ("3,802", "3802"),
            ("46678,00", "46678.00"),
            (" 1 234 567.5 ", "1234567.5"),
            ("-1,234,567.89", "-1234567.89"),
            ("+7", "7"),
            ("5.", "5"),
            (".5", "0.5"),
            ("0,5", "0.5"),
            ("0,073", "0.073"),
            ("123456789.123456789", "123456789.123456789"),
        ] {
            assert_eq!(number(text).map(|n| n.to_string()), Some(value.to_owned()), "{text}");
        }
        for text in
            ["", "-", "abc", "1,2345", "1.2.3", "12,34,56", "1e5", "€5", "1".repeat(40).as_str()]
        {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn the_comma_of_a_share_is_a_decimal_comma() {
        let share = |text| share(text).map(|share| share.to_string());
        assert_eq!(share("33,333").as_deref(), Some("33.333"));
        assert_eq!(share("50 %").as_deref(), Some("50"));
        assert_eq!(share("16.667").as_deref(), Some("16.667"));
        assert_eq!((share("1,234.5"), share("1,2,3"), share("half")), (None, None, None));
    }

    #[test]
    fn whole_numbers_may_have_a_point_but_no_fraction() {
        assert_eq!(
            (whole("2"), whole("1.0"), whole("1.5"), whole("-1")),
            (Some(2), Some(1), None, None)
        );
    }

    #[test]
    fn countries_must_be_listed() {
        let country = |text| country(text).map(|code| code.to_string());
        assert_eq!(country("ml").as_deref(), Some("ML"));
        assert_eq!(country("SEN").as_deref(), Some("SN"));
        assert_eq!((country("UK"), country("EU"), country("998")), (None, None, None));
    }

    #[test]
    fn a_comma_may_stand_before_decimals() {
        let read = |text| decimal_comma(text).map(|n| n.to_string());
        assert_eq!(read("-1.234,567").as_deref(), Some("-1234.567"));
        assert_eq!(read("3,802").as_deref(), Some("3.802"));
        assert_eq!(read("1,2,3"), None);
    }

    #[test]
    fn days_may_have_a_zone_or_a_time() {
        for text in ["2010-04-01", "2010-04-01Z", "2010-04-01T10:00:00", " 2010-04-01+02:00"] {
            assert_eq!(date(text).map(|d| d.to_string()), Some("2010-04-01".to_owned()), "{text}");
        }
        assert_eq!(date("2010").map(|d| d.to_string()), Some("2010".to_owned()));
        for text in ["", "01/04/2010", "2010-13-01", "2010-04-011", "soon"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn timestamps_keep_their_zone() {
        assert_eq!(moment("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(moment("1970-01-02"), Some(86_400));
        assert_eq!(moment("1970-01-01T02:00:00+02:00"), Some(0));
        assert_eq!(moment("1970-01-01T00:00:00.123-01:00"), Some(3_600));
        assert_eq!(moment("never"), None);
        // An invalid zone is ignored.
        assert_eq!(moment("1970-01-01T00:00:00+9223372036854775807:00"), Some(0));
        assert_eq!(moment("1970-01-01T00:00:00+-5:00"), Some(0));
    }

    #[test]
    fn points_with_commas_are_read() {
        let point = |text| point(text).map(|(a, b)| format!("{a} {b}"));
        assert_eq!(point("13.5 -2.1").as_deref(), Some("13.5 -2.1"));
        assert_eq!(point("13,5 -2,1").as_deref(), Some("13.5 -2.1"));
        assert_eq!(point("13.5,-2.1").as_deref(), Some("13.5 -2.1"));
        assert_eq!(point("13.5, -2.1").as_deref(), Some("13.5 -2.1"));
        assert_eq!(point("9.1 , 40.4").as_deref(), Some("9.1 40.4"));
        assert_eq!(point("14.716 -17.467 0").as_deref(), Some("14.716 -17.467"));
        assert_eq!(point("14.716 -17.467 Dakar"), None);
        assert_eq!(point("113.5 2"), None);
        assert_eq!(point("x"), None);
    }
}
