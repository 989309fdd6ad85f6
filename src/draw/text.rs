//! Text that must fit: estimated widths, shortening and line breaks, without fonts.

/// Returns the estimated width of a text; estimates err on the wide side.
pub fn width(text: &str, size: f64) -> f64 {
    let ems: f64 = text.chars().map(ems).sum();
    ems * size
}

/// Width of a letter, in units of the font size.
fn ems(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '’' | ' ' | '\u{a0}'
        | '\u{202f}' | 'í' | 'ï' | 'î' => 0.31,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' | 'I' => 0.41,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '—' => 0.92,
        letter if letter.is_ascii_digit() => 0.6,
        letter if letter.is_uppercase() => 0.71,
        letter if u32::from(letter) > 0x2e80 => 1.05,
        _ => 0.58,
    }
}

/// Shortens a text with an ellipsis to a width; empty if not even two letters fit.
pub fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut left = room - ems('…') * size;
    let mut kept = String::new();
    for letter in text.chars() {
        left -= ems(letter) * size;
        if left < 0.0 {
            break;
        }
        kept.push(letter);
    }
    let kept = kept.trim_end_matches([' ', ',', '·', ';']);
    if kept.chars().count() < 2 { String::new() } else { format!("{kept}…") }
}

/// Breaks a text into at most `limit` lines of a width; the last line is shortened.
pub fn wrap(text: &str, size: f64, room: f64, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let joined = lines.last().map(|line| format!("{line} {word}"));
        match joined {
            Some(joined) if width(&joined, size) <= room => {
                lines.pop();
                lines.push(joined);
            }
            Some(joined) if lines.len() >= limit => {
                let rest: Vec<&str> = words.by_ref().take(40).collect();
                lines.pop();
                lines.push(fit(format!("{joined} {}", rest.join(" ")).trim(), size, room));
                return lines;
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| fit(line, size, room)).collect()
}
