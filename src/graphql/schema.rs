//! Schema model: types, fields, arguments, enum values and directives, read from SDL.
//!
//! The validator and the saved queries share it. The registry of the library is private.

use std::collections::{BTreeSet, HashMap};

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, DirectiveDefinition, DirectiveLocation, FieldDefinition, InlineFragment,
    InputValueDefinition, OperationType, SchemaDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::parser::{self, parse_schema};
use async_graphql::{Name, Positioned, Value};

/// Introspection types and built-in scalars, which no schema defines.
/// Source: GraphQL, September 2025, 4.2 and 3.5.
const INTROSPECTION: &str = include_str!("introspection.graphql");

/// Meta field of every composite type.
pub(super) const TYPENAME: &str = "__typename";

/// Schema, indexed by name.
#[derive(Debug, Default)]
pub(super) struct Schema {
    types: HashMap<String, TypeShape>,
    directives: HashMap<String, DirectiveShape>,
    query: Option<String>,
    mutation: Option<String>,
    subscription: Option<String>,
    /// True if introspection is allowed.
    pub(super) is_open: bool,
    /// Field `__typename` of every composite type.
    typename: Option<FieldShape>,
}

/// Shape of a type.
#[derive(Debug)]
pub(super) enum TypeShape {
    Scalar,
    /// Values of an enum.
    Enum(Vec<String>),
    Input(InputShape),
    Object(Composite),
    Interface(Composite),
    Union(Composite),
}

/// Input object.
#[derive(Debug)]
pub(super) struct InputShape {
    pub(super) fields: IndexMap<String, Slot>,
    /// True if exactly one field must be given: `@oneOf`.
    pub(super) is_one_of: bool,
}

/// Composite type: object, interface or union.
#[derive(Debug, Default)]
pub(super) struct Composite {
    pub(super) fields: IndexMap<String, FieldShape>,
    /// Possible object types.
    pub(super) possible: BTreeSet<String>,
}

/// Field of an object or interface.
#[derive(Debug)]
pub(super) struct FieldShape {
    pub(super) ty: Type,
    pub(super) arguments: IndexMap<String, Slot>,
    pub(super) description: Option<String>,
}

/// Argument or input field.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) ty: Type,
    pub(super) default: Option<Value>,
    pub(super) description: Option<String>,
}

impl Slot {
    /// Returns true if a value is required.
    pub(super) fn is_required(&self) -> bool {
        !self.ty.nullable && self.default.is_none()
    }
}

/// Directive.
#[derive(Debug)]
pub(super) struct DirectiveShape {
    pub(super) arguments: IndexMap<String, Slot>,
    pub(super) locations: Vec<DirectiveLocation>,
    pub(super) is_repeatable: bool,
}

impl Schema {
    /// Parses SDL. With `is_open`, introspection is allowed, and errors suggest names.
    ///
    /// # Errors
    /// The syntax error of the text.
    pub(super) fn parse(sdl: &str, is_open: bool) -> Result<Self, parser::Error> {
        let typename = Type::new("String!").map(|ty| FieldShape {
            ty,
            arguments: IndexMap::new(),
            description: Some("Name of the type of the record.".to_owned()),
        });
        let query = Some("Query".to_owned());
        let mut schema = Self { query, is_open, typename, ..Self::default() };
        for text in [INTROSPECTION, sdl] {
            for definition in parse_schema(text)?.definitions {
                schema.add(definition, text);
            }
        }
        schema.find_possible();
        schema.add_roots();
        Ok(schema)
    }

    fn add(&mut self, definition: TypeSystemDefinition, text: &str) {
        match definition {
            TypeSystemDefinition::Schema(schema) => self.add_schema(schema.node),
            TypeSystemDefinition::Type(defined) => {
                let name = defined.node.name.node.to_string();
                self.types.insert(name, TypeShape::of(defined.node));
            }
            TypeSystemDefinition::Directive(directive) => {
                let name = directive.node.name.node.to_string();
                let is_repeatable = is_repeatable(text, &name);
                self.directives.insert(name, DirectiveShape::of(directive.node, is_repeatable));
            }
        }
    }

    fn add_schema(&mut self, schema: SchemaDefinition) {
        let name = |root: Option<Positioned<Name>>| root.map(|root| root.node.to_string());
        self.query = name(schema.query);
        self.mutation = name(schema.mutation);
        self.subscription = name(schema.subscription);
    }

    /// Registers each object with the interfaces that it implements; [`TypeShape::of`] leaves their names in `possible`.
    fn find_possible(&mut self) {
        let mut objects: HashMap<String, BTreeSet<String>> = HashMap::new();
        for (name, shape) in &mut self.types {
            if let TypeShape::Object(object) = shape {
                for interface in std::mem::take(&mut object.possible) {
                    objects.entry(interface).or_default().insert(name.clone());
                }
                object.possible.insert(name.clone());
            }
        }
        for (interface, objects) in objects {
            if let Some(TypeShape::Interface(shape)) = self.types.get_mut(&interface) {
                shape.possible = objects;
            }
        }
    }

    /// Adds the introspection fields to the query root.
    fn add_roots(&mut self) {
        let Some(TypeShape::Object(meta)) = self.types.remove("__Root") else { return };
        let root = self.query.as_ref().and_then(|name| self.types.get_mut(name));
        if let (true, Some(TypeShape::Object(query))) = (self.is_open, root) {
            query.fields.extend(meta.fields);
        }
    }

    /// Returns the root type of an operation type.
    pub(super) fn root(&self, ty: OperationType) -> Option<&str> {
        let root = match ty {
            OperationType::Query => &self.query,
            OperationType::Mutation => &self.mutation,
            OperationType::Subscription => &self.subscription,
        };
        root.as_deref()
    }

    /// Shape of a type.
    pub(super) fn shape(&self, name: &str) -> Option<&TypeShape> {
        self.types.get(name)
    }

    /// Composite type: object, interface or union.
    pub(super) fn composite(&self, name: &str) -> Option<&Composite> {
        match self.shape(name)? {
            TypeShape::Object(of) | TypeShape::Interface(of) | TypeShape::Union(of) => Some(of),
            TypeShape::Scalar | TypeShape::Enum(_) | TypeShape::Input(_) => None,
        }
    }

    /// Returns a field of a composite type, `__typename` included.
    pub(super) fn field(&self, on: &str, name: &str) -> Option<&FieldShape> {
        let composite = self.composite(on)?;
        composite.fields.get(name).or(self.typename.as_ref().filter(|_| name == TYPENAME))
    }

    /// Returns true if values of a type are leaves of a response.
    pub(super) fn is_leaf(&self, name: &str) -> bool {
        matches!(self.shape(name), Some(TypeShape::Scalar | TypeShape::Enum(_)))
    }

    /// Returns true if a type is an object type.
    pub(super) fn is_object(&self, name: &str) -> bool {
        matches!(self.shape(name), Some(TypeShape::Object(_)))
    }

    /// Returns true if a type is an input type.
    pub(super) fn is_input(&self, name: &str) -> bool {
        matches!(
            self.shape(name),
            Some(TypeShape::Scalar | TypeShape::Enum(_) | TypeShape::Input(_))
        )
    }

    /// Directive.
    pub(super) fn directive(&self, name: &str) -> Option<&DirectiveShape> {
        self.directives.get(name)
    }

    /// Returns the names of all types that satisfy a predicate.
    pub(super) fn names(&self, fits: impl Fn(&TypeShape) -> bool) -> impl Iterator<Item = &str> {
        let types = self.types.iter();
        types.filter(move |(_, shape)| fits(shape)).map(|(name, _)| name.as_str())
    }

    /// Returns the names of all directives.
    pub(super) fn directive_names(&self) -> impl Iterator<Item = &str> {
        self.directives.keys().map(String::as_str)
    }
}

/// Returns the named type inside lists.
pub(super) fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => innermost(inner),
    }
}

/// Returns true if a type is a list.
pub(super) fn is_list(ty: &Type) -> bool {
    matches!(ty.base, BaseType::List(_))
}

/// Returns the parent type of the selection in an inline fragment; `on` without a type condition.
pub(super) fn narrowed<'a>(on: &'a str, inline: &'a InlineFragment) -> &'a str {
    inline.type_condition.as_ref().map_or(on, |condition| condition.node.on.node.as_str())
}

impl TypeShape {
    fn of(defined: TypeDefinition) -> Self {
        let is_one_of =
            defined.directives.iter().any(|directive| directive.node.name.node == "oneOf");
        match defined.kind {
            TypeKind::Scalar => Self::Scalar,
            TypeKind::Enum(words) => Self::Enum(
                words.values.iter().map(|word| word.node.value.node.to_string()).collect(),
            ),
            TypeKind::InputObject(input) => {
                Self::Input(InputShape { fields: slots(input.fields), is_one_of })
            }
            TypeKind::Object(object) => {
                let interfaces = object.implements.iter().map(|name| name.node.to_string());
                Self::Object(Composite {
                    fields: fields(object.fields),
                    possible: interfaces.collect(),
                })
            }
            TypeKind::Interface(interface) => Self::Interface(Composite {
                fields: fields(interface.fields),
                ..Composite::default()
            }),
            TypeKind::Union(union) => {
                let possible = union.members.iter().map(|name| name.node.to_string()).collect();
                Self::Union(Composite { possible, ..Composite::default() })
            }
        }
    }
}

impl DirectiveShape {
    fn of(directive: DirectiveDefinition, is_repeatable: bool) -> Self {
        Self {
            arguments: slots(directive.arguments),
            locations: directive.locations.into_iter().map(|location| location.node).collect(),
            is_repeatable,
        }
    }
}

/// Returns true if the SDL of a directive contains `repeatable`; the library's parser reports it for all.
fn is_repeatable(text: &str, name: &str) -> bool {
    let begin = format!("directive @{name}");
    let definitions = text.split(begin.as_str()).skip(1);
    let own = definitions
        .filter(|rest| !rest.starts_with(|next: char| next == '_' || next.is_ascii_alphanumeric()));
    let mut lines = own.filter_map(|rest| rest.lines().next());
    lines.any(|line| line.split_whitespace().any(|word| word == "repeatable"))
}

fn fields(defined: Vec<Positioned<FieldDefinition>>) -> IndexMap<String, FieldShape> {
    let field = |field: Positioned<FieldDefinition>| {
        let field = field.node;
        let shape = FieldShape {
            ty: field.ty.node,
            arguments: slots(field.arguments),
            description: field.description.map(|text| text.node),
        };
        (field.name.node.to_string(), shape)
    };
    defined.into_iter().map(field).collect()
}

fn slots(defined: Vec<Positioned<InputValueDefinition>>) -> IndexMap<String, Slot> {
    let slot = |slot: Positioned<InputValueDefinition>| {
        let slot = slot.node;
        let default = slot.default_value.map(|value| value.node);
        let description = slot.description.map(|text| text.node);
        (slot.name.node.to_string(), Slot { ty: slot.ty.node, default, description })
    };
    defined.into_iter().map(slot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_the_name_of_their_type() {
        let text = "type Root { a: [Int!]! } enum Role { FUNDING } schema { query: Root }";
        let schema = Schema::parse(text, false).unwrap();
        assert_eq!(schema.root(OperationType::Query), Some("Root"));
        let a = &schema.field("Root", "a").unwrap().ty;
        assert_eq!((innermost(a), is_list(a)), ("Int", true));
        assert!(schema.field("Root", "b").is_none());
        assert!(schema.is_leaf("Role") && schema.is_leaf("Int"));
        assert!(Schema::parse("type", false).is_err());
    }
}
