//! Lexer: splits a document into tokens. Source: GraphQL, September 2025, 2.1.

use async_graphql::Pos;

use super::SyntaxError;
use super::text;

/// Token of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`, `}`, `(`, `)`, `[`, `]`, `:`, `=`, `!`, `$`, `@`, `|` or `&`.
    Sign(char),
    /// `...`
    Spread,
    Name(&'a str),
    Int(&'a str),
    Float(&'a str),
    Text(String),
    End,
}

impl Token<'_> {
    /// Describes the token for an error message.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Sign(sign) => format!("`{sign}`"),
            Self::Spread => "`...`".to_owned(),
            Self::Name(word) | Self::Int(word) | Self::Float(word) => format!("`{word}`"),
            Self::Text(_) => "a string".to_owned(),
            Self::End => "the end of the document".to_owned(),
        }
    }
}

/// Lexer over the rest of a document.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    rest: &'a str,
    pos: Pos,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, pos: Pos { line: 1, column: 1 } }
    }

    /// Reads the next token and its position.
    pub(super) fn next(&mut self) -> Result<(Token<'a>, Pos), SyntaxError> {
        self.skip();
        let pos = self.pos;
        let Some(first) = self.peek() else { return Ok((Token::End, pos)) };
        let token = match first {
            '{' | '}' | '(' | ')' | '[' | ']' | ':' | '=' | '!' | '$' | '@' | '|' | '&' => {
                self.bump();
                Token::Sign(first)
            }
            '.' if self.rest.starts_with("...") => {
                self.take(3);
                Token::Spread
            }
            '_' | 'a'..='z' | 'A'..='Z' => Token::Name(self.take(name_length(self.rest))),
            '-' | '0'..='9' => self.number()?,
            '"' => Token::Text(self.text()?),
            other => return Err(SyntaxError::new(pos, format!("unexpected {other:?}"))),
        };
        Ok((token, pos))
    }

    /// Skips whitespace, commas and comments.
    fn skip(&mut self) {
        while let Some(next) = self.peek() {
            match next {
                ' ' | '\t' | '\n' | '\r' | ',' | '\u{feff}' => self.bump(),
                '#' => self.take(self.rest.find(['\n', '\r']).unwrap_or(self.rest.len())).len(),
                _ => return,
            };
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Consumes one character. A carriage return and a line feed together end one line.
    fn bump(&mut self) -> usize {
        let mut letters = self.rest.chars();
        let ends_line = match letters.next() {
            Some('\n') => true,
            Some('\r') => !letters.as_str().starts_with('\n'),
            _ => false,
        };
        self.rest = letters.as_str();
        if ends_line {
            self.pos = Pos { line: self.pos.line + 1, column: 1 };
        } else {
            self.pos.column += 1;
        }
        1
    }

    /// Consumes a number of bytes, which must end at a character boundary.
    fn take(&mut self, bytes: usize) -> &'a str {
        let Some((taken, _)) = self.rest.split_at_checked(bytes) else { return "" };
        for _ in taken.chars() {
            self.bump();
        }
        taken
    }

    fn number(&mut self) -> Result<Token<'a>, SyntaxError> {
        let pos = self.pos;
        let wrong = |what: &str| SyntaxError::new(pos, format!("a number {what}"));
        let (length, is_float) = number_length(self.rest).ok_or_else(|| wrong("lacks a digit"))?;
        let number = self.take(length);
        match self.peek() {
            Some('.' | '_' | 'a'..='z' | 'A'..='Z' | '0'..='9') => {
                Err(wrong("has an invalid suffix or a leading zero"))
            }
            _ if is_float => Ok(Token::Float(number)),
            _ => Ok(Token::Int(number)),
        }
    }

    fn text(&mut self) -> Result<String, SyntaxError> {
        let pos = self.pos;
        let wrong = |what: String| SyntaxError::new(pos, what);
        if let Some(rest) = self.rest.strip_prefix("\"\"\"") {
            let length = text::block_length(rest).ok_or_else(|| wrong(text::OPEN.to_owned()))?;
            let block = self.take(length + 6);
            let raw = block.get(3..length + 3).unwrap_or_default();
            return Ok(text::dedented(&raw.replace("\\\"\"\"", "\"\"\"")));
        }
        let (text, length) = text::quoted(self.rest).map_err(wrong)?;
        self.take(length);
        Ok(text)
    }
}

fn name_length(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

/// Returns the length of the number at the start of the text, and true if it has a fraction or an exponent.
fn number_length(text: &str) -> Option<(usize, bool)> {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.bytes().take_while(u8::is_ascii_digit).count()
    };
    let sign = usize::from(text.starts_with('-'));
    let whole = digits(sign);
    let begins_with_zero = text.get(sign..).is_some_and(|rest| rest.starts_with('0'));
    let mut end = sign + if begins_with_zero { 1 } else { whole };
    if whole == 0 {
        return None;
    }
    let mut is_float = false;
    if text.get(end..).is_some_and(|rest| rest.starts_with('.')) {
        let fraction = digits(end + 1);
        (end, is_float) = (end + 1 + fraction, true);
        if fraction == 0 {
            return None;
        }
    }
    if text.get(end..).is_some_and(|rest| rest.starts_with(['e', 'E'])) {
        let signed = text.get(end + 1..).is_some_and(|rest| rest.starts_with(['+', '-']));
        let begin = end + 1 + usize::from(signed);
        let exponent = digits(begin);
        (end, is_float) = (begin + exponent, true);
        if exponent == 0 {
            return None;
        }
    }
    Some((end, is_float))
}
