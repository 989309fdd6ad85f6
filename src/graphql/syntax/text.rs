//! String literals: escapes and block strings. Source: GraphQL, September 2025, 2.9.4.

/// Error for an unterminated string.
pub(super) const OPEN: &str = "unterminated string";

/// Reads a quoted string; returns its value and its length in bytes, quotes included.
pub(super) fn quoted(rest: &str) -> Result<(String, usize), String> {
    let mut text = String::new();
    let mut letters = rest.char_indices();
    letters.next();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((text, at + 1)),
            '\n' | '\r' => break,
            '\\' => {
                let escape = rest.get(at + 1..).unwrap_or_default();
                let (letter, length) = escaped(escape)?;
                text.push(letter);
                // Escapes are ASCII: one byte per character.
                letters.nth(length - 1);
            }
            letter => text.push(letter),
        }
    }
    Err(OPEN.to_owned())
}

/// Reads an escape; returns its character and its length in bytes after the backslash.
fn escaped(escape: &str) -> Result<(char, usize), String> {
    let letter = match escape.chars().next() {
        Some('u') => return unicode(escape),
        Some(same @ ('"' | '\\' | '/')) => same,
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some(other) => return Err(format!("invalid escape `\\{other}`")),
        None => return Err(OPEN.to_owned()),
    };
    Ok((letter, 1))
}

/// Reads `uXXXX`, a pair of surrogates, or `u{X…}`.
fn unicode(escape: &str) -> Result<(char, usize), String> {
    let wrong = || {
        let shown: String = escape.chars().take(12).collect();
        format!("invalid Unicode escape `\\{shown}`")
    };
    if let Some(rest) = escape.strip_prefix("u{") {
        let digits = rest.split_once('}').map(|(digits, _)| digits).ok_or_else(wrong)?;
        let letter = hexadecimal(digits).and_then(char::from_u32).ok_or_else(wrong)?;
        return Ok((letter, digits.len() + 3));
    }
    let four = |from: usize| escape.get(from..from + 4).and_then(hexadecimal);
    let first = four(1).ok_or_else(wrong)?;
    if let Some(letter) = char::from_u32(first) {
        return Ok((letter, 5));
    }
    let second = escape.get(5..7).filter(|next| *next == "\\u").and_then(|_| four(7));
    let pair = [Some(first), second].map(|unit| unit.and_then(|unit| u16::try_from(unit).ok()));
    let pair = pair.into_iter().flatten();
    let letter = char::decode_utf16(pair).next().and_then(Result::ok).ok_or_else(wrong)?;
    Ok((letter, 11))
}

fn hexadecimal(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_number { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// Returns the length of a block string before its closing quotes.
pub(super) fn block_length(rest: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + rest.get(from..)?.find("\"\"\"")?;
        if !rest.get(..at)?.ends_with('\\') {
            return Some(at);
        }
        from = at + 3;
    }
}

/// Removes the common indent and the surrounding empty lines of a block string.
/// Source: GraphQL, September 2025, `BlockStringValue`.
pub(super) fn dedented(raw: &str) -> String {
    let raw = raw.replace("\r\n", "\n").replace('\r', "\n");
    let blank = |line: &str| line.bytes().all(|byte| byte == b' ' || byte == b'\t');
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = raw.split('\n').skip(1).filter(|line| !blank(line)).map(indent).min();
    let cut = |(at, line): (usize, &str)| {
        let from = if at == 0 { 0 } else { common.unwrap_or(0).min(line.len()) };
        line.get(from..).unwrap_or_default().to_owned()
    };
    let lines: Vec<String> = raw.split('\n').enumerate().map(cut).collect();
    let begin = lines.iter().position(|line| !blank(line)).unwrap_or(lines.len());
    let end = lines.iter().rposition(|line| !blank(line)).map_or(begin, |last| last + 1);
    lines.get(begin..end).unwrap_or_default().join("\n")
}
