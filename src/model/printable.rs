//! Escapes untrusted text for display: terminals obey control characters, and direction marks rearrange text.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write as _;

/// Escapes every control character in a line of text: `\u{1b}` for an escape, `\u{a}` for a line break.
///
/// Control characters are those of ASCII and of Latin-1 (C0, DEL, C1), and the line and paragraph separators. Marks
/// that set, embed, override or isolate a direction of writing count too. All other text stays unchanged. Source:
/// Unicode 17.0, general category Cc; UAX #9, explicit directional formatting characters.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_control)
}

/// Escapes control characters in a text of several lines; line breaks and tabs stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_control(c) && !matches!(c, '\n' | '\t'))
}

/// Escapes control characters that a JSON serializer passes through, as `\u009b`. The JSON value is unchanged.
pub fn json(text: &str) -> Cow<'_, str> {
    // Outside of strings, JSON has only line breaks; within strings they are escaped already.
    let is_unsafe = |c: char| is_control(c) && !matches!(c, '\n' | '\t' | '\r');
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unsafe(c) {
            // All are in the basic multilingual plane: one UTF-16 unit is enough.
            let _ = write!(safe, "\\u{:04x}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Formats an error and its sources in one line; a source already contained in the message is not repeated.
pub fn sentence(err: &dyn Error) -> String {
    let mut message = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        let text = err.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = err.source();
    }
    line(&message.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

fn escaped(text: &str, is_unsafe: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unsafe(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Returns true for characters that control a terminal or the direction of text.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_others_unchanged() {
        assert_eq!(line("Ségou مالي 马里 👩‍🌾"), "Ségou مالي 马里 👩‍🌾");
        assert_eq!(line("a\u{1b}[31mb\u{7}"), "a\\u{1b}[31mb\\u{7}");
        assert_eq!(line("a\r\nb\u{9b}0m\u{7f}"), "a\\u{d}\\u{a}b\\u{9b}0m\\u{7f}");
        assert_eq!(line("fdp\u{202e}exe.\u{2066}"), "fdp\\u{202e}exe.\\u{2066}");
        assert_eq!(lines("a\n\tb\u{1b}c\r"), "a\n\tb\\u{1b}c\\u{d}");
    }

    #[test]
    fn escaped_json_has_the_same_value() {
        let text = "a\u{1b}\u{9b}\u{7f}\u{202e}\n";
        let written = serde_json::to_string(text).unwrap();
        let safe = json(&written);
        assert!(safe.is_ascii(), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
    }
}
