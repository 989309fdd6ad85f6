//! Human-readable durations: `10s`, `500ms`, `2m`, `1h`.
//!
//! Own code of 40 lines instead of `humantime`, which also takes years and months, rejects a bare number of seconds, and accepts zero.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;

/// Duration in human form: `10s`, `500ms`, `2m`, `1h`; a bare number is seconds. Never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HumanDuration(pub Duration);

/// Error for text that is not a positive duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a positive duration such as 30s, 500ms or 2m")]
pub struct InvalidDuration;

impl FromStr for HumanDuration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let unit = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(unit);
        let number: u64 = number.parse().map_err(|_| InvalidDuration)?;
        let milliseconds = match unit.trim() {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(InvalidDuration),
        };
        match number.checked_mul(milliseconds) {
            Some(span) if span > 0 => Ok(Self(Duration::from_millis(span))),
            _ => Err(InvalidDuration),
        }
    }
}

impl TryFrom<String> for HumanDuration {
    type Error = InvalidDuration;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_millis() {
            whole if whole % 1000 == 0 => write!(f, "{}s", whole / 1000),
            part => write!(f, "{part}ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        let of = |text: &str| text.parse::<HumanDuration>().map(|span| span.0.as_millis());
        assert_eq!(
            (of("10s"), of("500ms"), of("2m"), of("3")),
            (Ok(10_000), Ok(500), Ok(120_000), Ok(3_000))
        );
        assert_eq!((of("1h"), of("24 h")), (Ok(3_600_000), Ok(86_400_000)));
        for invalid in ["", "0s", "-1s", "1d", "h", "s", "99999999999999999999s"] {
            assert_eq!(of(invalid), Err(InvalidDuration), "{invalid}");
        }
    }
}
