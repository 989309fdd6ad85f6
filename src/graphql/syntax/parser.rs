//! Recursive-descent parser from tokens to a document. Source: GraphQL, September 2025, appendix B.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition,
    FragmentSpread, InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet,
    Type, TypeCondition, VariableDefinition,
};
use async_graphql::{Name, Pos, Positioned};
use async_graphql_value::Value;
use serde_json::Number;

use super::SyntaxError;
use super::lexer::{Lexer, Token};

type Parsed<T> = Result<T, SyntaxError>;

/// Parser with one token of lookahead.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    token: Token<'a>,
    pos: Pos,
    depth: usize,
}

/// Maximum nesting of brackets: each level takes stack space.
const DEEPEST: usize = 250;

/// Definitions read so far.
#[derive(Debug, Default)]
struct Definitions {
    unnamed: Option<Positioned<OperationDefinition>>,
    named: HashMap<Name, Positioned<OperationDefinition>>,
    fragments: HashMap<Name, Positioned<FragmentDefinition>>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Parsed<Self> {
        let mut lexer = Lexer::new(text);
        let (token, pos) = lexer.next()?;
        Ok(Self { lexer, token, pos, depth: 0 })
    }

    pub(super) fn document(mut self) -> Parsed<ExecutableDocument> {
        let mut definitions = Definitions::default();
        while self.token != Token::End {
            self.definition(&mut definitions)?;
        }
        definitions.document(self.pos)
    }

    fn definition(&mut self, into: &mut Definitions) -> Parsed<()> {
        let is_described = matches!(self.token, Token::Text(_));
        if is_described {
            self.advance()?;
        }
        let pos = self.pos;
        match self.token {
            Token::Sign('{') if !is_described => {
                let selection_set = self.selection_set()?;
                let operation = operation(OperationType::Query, selection_set);
                into.add_unnamed(Positioned::new(operation, pos))
            }
            Token::Name("query") => self.operation(OperationType::Query, into),
            Token::Name("mutation") => self.operation(OperationType::Mutation, into),
            Token::Name("subscription") => self.operation(OperationType::Subscription, into),
            Token::Name("fragment") => self.fragment(into),
            _ => Err(self.unexpected("a query, a subscription or a fragment")),
        }
    }

    fn operation(&mut self, ty: OperationType, into: &mut Definitions) -> Parsed<()> {
        let pos = self.pos;
        self.advance()?;
        let name = if let Token::Name(_) = self.token { Some(self.name()?) } else { None };
        let variable_definitions = self.several('(', ')', Self::variable)?;
        let directives = self.directives(true)?;
        let selection_set = self.selection_set()?;
        let operation = OperationDefinition {
            variable_definitions,
            directives,
            ..operation(ty, selection_set)
        };
        let operation = Positioned::new(operation, pos);
        match name {
            None => into.add_unnamed(operation),
            Some(name) => into.add_named(name, operation),
        }
    }

    fn variable(&mut self) -> Parsed<Positioned<VariableDefinition>> {
        if let Token::Text(_) = self.token {
            self.advance()?;
        }
        let pos = self.pos;
        self.expect('$')?;
        let name = self.name()?;
        self.expect(':')?;
        let type_pos = self.pos;
        let var_type = Positioned::new(self.ty()?, type_pos);
        let default_value = if self.eat('=')? {
            let value = self.value(false)?;
            let invalid =
                || SyntaxError::new(value.pos, "a default value must not contain a variable");
            let constant = value.node.clone().into_const().ok_or_else(invalid)?;
            Some(Positioned::new(constant, value.pos))
        } else {
            None
        };
        let directives = self.directives(false)?;
        let variable = VariableDefinition { name, var_type, directives, default_value };
        Ok(Positioned::new(variable, pos))
    }

    fn ty(&mut self) -> Parsed<Type> {
        let base = if self.eat('[')? {
            let inner = self.deeper(Self::ty)?;
            self.expect(']')?;
            BaseType::List(Box::new(inner))
        } else {
            BaseType::Named(self.name()?.node)
        };
        Ok(Type { base, nullable: !self.eat('!')? })
    }

    fn fragment(&mut self, into: &mut Definitions) -> Parsed<()> {
        let pos = self.pos;
        self.advance()?;
        if self.token == Token::Name("on") {
            return Err(SyntaxError::new(self.pos, "a fragment cannot be called `on`"));
        }
        let name = self.name()?;
        let type_condition = self.condition()?;
        let Some(type_condition) = type_condition else {
            return Err(self.unexpected("`on` and the type of the fragment"));
        };
        let directives = self.directives(true)?;
        let selection_set = self.selection_set()?;
        let fragment = FragmentDefinition { type_condition, directives, selection_set };
        into.add_fragment(name, Positioned::new(fragment, pos))
    }

    /// Reads `on Type`, if present.
    fn condition(&mut self) -> Parsed<Option<Positioned<TypeCondition>>> {
        let pos = self.pos;
        if self.token != Token::Name("on") {
            return Ok(None);
        }
        self.advance()?;
        Ok(Some(Positioned::new(TypeCondition { on: self.name()? }, pos)))
    }

    fn selection_set(&mut self) -> Parsed<Positioned<SelectionSet>> {
        let pos = self.pos;
        if self.token != Token::Sign('{') {
            return Err(self.unexpected("`{` and a selection"));
        }
        let items = self.deeper(|parser| parser.several('{', '}', Self::selection))?;
        Ok(Positioned::new(SelectionSet { items }, pos))
    }

    fn selection(&mut self) -> Parsed<Positioned<Selection>> {
        let pos = self.pos;
        let selection = if self.token == Token::Spread {
            self.advance()?;
            self.spread(pos)?
        } else {
            Selection::Field(Positioned::new(self.field()?, pos))
        };
        Ok(Positioned::new(selection, pos))
    }

    fn spread(&mut self, pos: Pos) -> Parsed<Selection> {
        if let Token::Name(name) = self.token
            && name != "on"
        {
            let fragment_name = self.name()?;
            let directives = self.directives(true)?;
            let spread = FragmentSpread { fragment_name, directives };
            return Ok(Selection::FragmentSpread(Positioned::new(spread, pos)));
        }
        let type_condition = self.condition()?;
        let directives = self.directives(true)?;
        let selection_set = self.selection_set()?;
        let inline = InlineFragment { type_condition, directives, selection_set };
        Ok(Selection::InlineFragment(Positioned::new(inline, pos)))
    }

    fn field(&mut self) -> Parsed<Field> {
        let first = self.name()?;
        let (alias, name) =
            if self.eat(':')? { (Some(first), self.name()?) } else { (None, first) };
        let arguments = self.several('(', ')', |parser| parser.argument(true))?;
        let directives = self.directives(true)?;
        let selection_set = if self.token == Token::Sign('{') {
            self.selection_set()?
        } else {
            Positioned::default()
        };
        Ok(Field { alias, name, arguments, directives, selection_set })
    }

    fn argument(&mut self, may_vary: bool) -> Parsed<(Positioned<Name>, Positioned<Value>)> {
        let name = self.name()?;
        self.expect(':')?;
        Ok((name, self.value(may_vary)?))
    }

    fn directives(&mut self, may_vary: bool) -> Parsed<Vec<Positioned<Directive>>> {
        let mut directives = Vec::new();
        while self.token == Token::Sign('@') {
            let pos = self.pos;
            self.advance()?;
            let name = self.name()?;
            let arguments = self.several('(', ')', |parser| parser.argument(may_vary))?;
            directives.push(Positioned::new(Directive { name, arguments }, pos));
        }
        Ok(directives)
    }

    /// Reads a value; in constants, variables are errors.
    fn value(&mut self, may_vary: bool) -> Parsed<Positioned<Value>> {
        let pos = self.pos;
        let value = match &self.token {
            Token::Sign('$') if may_vary => {
                self.advance()?;
                return Ok(Positioned::new(Value::Variable(self.name()?.node), pos));
            }
            Token::Sign('[') => {
                let list = self.deeper(|parser| parser.list(may_vary))?;
                return Ok(Positioned::new(list, pos));
            }
            Token::Sign('{') => {
                let object = self.deeper(|parser| parser.object(may_vary))?;
                return Ok(Positioned::new(object, pos));
            }
            Token::Int(text) | Token::Float(text) => number(text)
                .ok_or_else(|| SyntaxError::new(pos, format!("number too large: `{text}`")))?,
            Token::Text(text) => Value::String(text.clone()),
            Token::Name("true") => Value::Boolean(true),
            Token::Name("false") => Value::Boolean(false),
            Token::Name("null") => Value::Null,
            Token::Name(word) => Value::Enum(Name::new(word)),
            _ => return Err(self.unexpected("a value")),
        };
        self.advance()?;
        Ok(Positioned::new(value, pos))
    }

    fn list(&mut self, may_vary: bool) -> Parsed<Value> {
        let mut items = Vec::new();
        self.expect('[')?;
        while !self.eat(']')? {
            items.push(self.value(may_vary)?.node);
        }
        Ok(Value::List(items))
    }

    fn object(&mut self, may_vary: bool) -> Parsed<Value> {
        let mut fields = IndexMap::new();
        self.expect('{')?;
        while !self.eat('}')? {
            let (name, value) = self.argument(may_vary)?;
            let said = format!("the input field `{}` appears twice", name.node);
            if fields.insert(name.node, value.node).is_some() {
                return Err(SyntaxError::new(name.pos, said));
            }
        }
        Ok(Value::Object(fields))
    }

    /// Reads one or more items between two punctuators; none if the first is absent.
    fn several<T>(
        &mut self,
        open: char,
        close: char,
        mut one: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        if !self.eat(open)? {
            return Ok(items);
        }
        loop {
            items.push(one(self)?);
            if self.eat(close)? {
                return Ok(items);
            }
        }
    }

    /// Reads the contents of brackets, one level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(SyntaxError::new(
                self.pos,
                format!("brackets nested more than {DEEPEST} deep"),
            ));
        }
        let read = read(self)?;
        self.depth -= 1;
        Ok(read)
    }

    fn name(&mut self) -> Parsed<Positioned<Name>> {
        let Token::Name(name) = self.token else { return Err(self.unexpected("a name")) };
        let name = Positioned::new(Name::new(name), self.pos);
        self.advance()?;
        Ok(name)
    }

    fn expect(&mut self, sign: char) -> Parsed<()> {
        if self.eat(sign)? { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn eat(&mut self, sign: char) -> Parsed<bool> {
        let is_there = self.token == Token::Sign(sign);
        if is_there {
            self.advance()?;
        }
        Ok(is_there)
    }

    fn advance(&mut self) -> Parsed<()> {
        (self.token, self.pos) = self.lexer.next()?;
        Ok(())
    }

    fn unexpected(&self, wanted: &str) -> SyntaxError {
        let said = format!("expected {wanted}, found {}", self.token.described());
        SyntaxError::new(self.pos, said)
    }
}

fn operation(ty: OperationType, selection_set: Positioned<SelectionSet>) -> OperationDefinition {
    let (variable_definitions, directives) = (Vec::new(), Vec::new());
    OperationDefinition { ty, variable_definitions, directives, selection_set }
}

/// Parses a number: an integer if it is written so and fits, otherwise the nearest float.
fn number(text: &str) -> Option<Value> {
    let whole =
        text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from));
    let number = whole.ok().or_else(|| Number::from_f64(text.parse().ok()?));
    number.map(Value::Number)
}

/// Error for an anonymous operation beside others. Source: GraphQL, 5.2.3.1.
const ALONE: &str = "an anonymous operation must be the only one; name each operation";

impl Definitions {
    fn add_unnamed(&mut self, operation: Positioned<OperationDefinition>) -> Parsed<()> {
        if self.unnamed.is_some() || !self.named.is_empty() {
            return Err(SyntaxError::new(operation.pos, ALONE));
        }
        self.unnamed = Some(operation);
        Ok(())
    }

    fn add_named(
        &mut self,
        name: Positioned<Name>,
        operation: Positioned<OperationDefinition>,
    ) -> Parsed<()> {
        if self.unnamed.is_some() {
            return Err(SyntaxError::new(operation.pos, ALONE));
        }
        let said = format!("there are two operations called `{}`", name.node);
        vacant(self.named.entry(name.node), name.pos, said, operation)
    }

    fn add_fragment(
        &mut self,
        name: Positioned<Name>,
        fragment: Positioned<FragmentDefinition>,
    ) -> Parsed<()> {
        let said = format!("there are two fragments called `{}`", name.node);
        vacant(self.fragments.entry(name.node), name.pos, said, fragment)
    }

    fn document(self, end: Pos) -> Parsed<ExecutableDocument> {
        let operations = match self.unnamed {
            Some(only) => DocumentOperations::Single(only),
            None if self.named.is_empty() => {
                return Err(SyntaxError::new(end, "there is no operation"));
            }
            None => DocumentOperations::Multiple(self.named),
        };
        Ok(ExecutableDocument { operations, fragments: self.fragments })
    }
}

/// Fills a vacant entry; returns an error if it is occupied.
fn vacant<T>(entry: Entry<'_, Name, T>, pos: Pos, said: String, value: T) -> Parsed<()> {
    match entry {
        Entry::Occupied(_) => Err(SyntaxError::new(pos, said)),
        Entry::Vacant(place) => {
            place.insert(value);
            Ok(())
        }
    }
}
