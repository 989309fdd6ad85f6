//! Lexical shape of a query, counted without parsing. Source: GraphQL, lexical tokens.

/// Number of tokens and nesting depth of brackets; the content of strings and comments does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextShape {
    pub(super) tokens: usize,
    pub(super) nesting: usize,
}

impl TextShape {
    pub(super) fn of(text: &str) -> Self {
        let (mut shape, mut depth) = (Self::default(), 0_usize);
        let mut rest = text.as_bytes();
        while let Some((byte, after)) = rest.split_first() {
            rest = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => after,
                b'#' => skip_while(after, |byte| byte != b'\n' && byte != b'\r'),
                _ => {
                    shape.tokens += 1;
                    match byte {
                        b'"' if after.starts_with(b"\"\"") => {
                            skip_block(after.get(2..).unwrap_or_default())
                        }
                        b'"' => skip_string(after),
                        b'{' | b'[' | b'(' => {
                            depth += 1;
                            shape.nesting = shape.nesting.max(depth);
                            after
                        }
                        b'}' | b']' | b')' => {
                            depth = depth.saturating_sub(1);
                            after
                        }
                        b'.' => skip_while(after, |byte| byte == b'.'),
                        byte if is_word(*byte) => skip_while(after, is_word),
                        _ => after,
                    }
                }
            };
        }
        shape
    }
}

/// Returns true if a byte is part of a name or a number.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Skips the leading bytes that fit.
fn skip_while(rest: &[u8], fits: impl Fn(u8) -> bool) -> &[u8] {
    let end = rest.iter().position(|byte| !fits(*byte)).unwrap_or(rest.len());
    rest.get(end..).unwrap_or_default()
}

fn skip_string(mut rest: &[u8]) -> &[u8] {
    loop {
        match rest {
            [b'\\', _, after @ ..] | [_, after @ ..]
                if !matches!(rest, [b'"' | b'\n' | b'\r', ..]) =>
            {
                rest = after;
            }
            [_, after @ ..] => return after,
            [] => return rest,
        }
    }
}

fn skip_block(mut rest: &[u8]) -> &[u8] {
    loop {
        match rest {
            [b'"', b'"', b'"', after @ ..] => return after,
            [b'\\', b'"', b'"', b'"', after @ ..] | [_, after @ ..] => rest = after,
            [] => return rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> (usize, usize) {
        let shape = TextShape::of(text);
        (shape.tokens, shape.nesting)
    }

    #[test]
    fn brackets_count_outside_texts_and_comments() {
        assert_eq!(shape("{ a(b: [{c: 1}]) }").1, 4);
        let text = "{ a(b: \"[[[\\\"[[\", c: \"\"\"{{ \\\"\"\" {{\"\"\") # ((((\n { b } }";
        assert_eq!(shape(text).1, 2);
        assert_eq!(shape("\"unclosed [[[["), (1, 0));
        assert_eq!(shape("}}}} {").1, 1);
    }

    #[test]
    fn tokens_match_the_grammar() {
        assert_eq!(shape(""), (0, 0));
        assert_eq!(shape(" , # nothing\n\t"), (0, 0));
        assert_eq!(shape("query A($a:Int!=1){b(c:$a)...d}").0, 22);
        assert_eq!(shape("{a,b c}").0, 5);
        assert_eq!(shape("{a(t:\"x y\" u:\"\"\"x\ny\"\"\")}").0, 11);
    }
}
