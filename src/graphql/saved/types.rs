//! Schema model of saved queries: fields of types and values of enums.

use std::collections::HashMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned};

use super::defect::Defect;

/// Types of a schema by name, read from SDL.
#[derive(Debug, Default)]
pub(super) struct Types {
    shapes: HashMap<String, FieldShape>,
    root: String,
}

/// Kind and contents of a type.
#[derive(Debug)]
pub(super) enum FieldShape {
    /// Scalar; its values are leaves.
    Scalar,
    /// Enum with its values.
    Enum(Vec<String>),
    /// Object, interface or union: fields with their types.
    Fields(HashMap<String, Type>),
    /// Input object.
    Input,
}

impl Types {
    /// Parses a schema.
    ///
    /// # Errors
    /// [`Defect::Schema`] if the text is not a schema.
    pub(super) fn parse(sdl: &str) -> Result<Self, Defect> {
        let document = parse_schema(sdl).map_err(Defect::Schema)?;
        let mut types = Self { shapes: HashMap::new(), root: "Query".to_owned() };
        for scalar in ["Int", "Float", "String", "Boolean", "ID"] {
            types.shapes.insert(scalar.to_owned(), FieldShape::Scalar);
        }
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    if let Some(root) = schema.node.query {
                        types.root = root.node.to_string();
                    }
                }
                TypeSystemDefinition::Type(definition) => {
                    let name = definition.node.name.node.to_string();
                    types.shapes.insert(name, FieldShape::from(definition.node.kind));
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(types)
    }

    /// Returns the name of the query root type.
    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// Returns the contents of a type; `None` if the schema has no such type.
    pub(super) fn shape(&self, name: &str) -> Option<&FieldShape> {
        self.shapes.get(name)
    }

    /// Returns the type of a field; `None` if the type has no such field.
    pub(super) fn field(&self, on: &str, field: &str) -> Option<Type> {
        if field == "__typename" {
            return Type::new("String!");
        }
        match self.shapes.get(on)? {
            FieldShape::Fields(fields) => fields.get(field).cloned(),
            FieldShape::Scalar | FieldShape::Enum(_) | FieldShape::Input => None,
        }
    }

    /// Returns true if values of the type are leaves of a response.
    pub(super) fn is_leaf(&self, name: &str) -> bool {
        matches!(self.shapes.get(name), Some(FieldShape::Scalar | FieldShape::Enum(_)))
    }
}

impl From<TypeKind> for FieldShape {
    fn from(kind: TypeKind) -> Self {
        match kind {
            TypeKind::Scalar => Self::Scalar,
            TypeKind::Enum(words) => {
                Self::Enum(words.values.iter().map(|word| word.node.value.to_string()).collect())
            }
            TypeKind::Object(object) => Self::Fields(fields(object.fields)),
            TypeKind::Interface(interface) => Self::Fields(fields(interface.fields)),
            // A union has no fields; its selections are in fragments.
            TypeKind::Union(_) => Self::Fields(HashMap::new()),
            TypeKind::InputObject(_) => Self::Input,
        }
    }
}

fn fields(definitions: Vec<Positioned<FieldDefinition>>) -> HashMap<String, Type> {
    definitions
        .into_iter()
        .map(|field| (field.node.name.node.to_string(), field.node.ty.node))
        .collect()
}

/// Returns the named type inside lists and non-null: `Programme` of `[Programme!]!`.
pub(super) fn named(ty: &Type) -> &Name {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}

/// Returns true if a type is a list.
pub(super) fn is_list(ty: &Type) -> bool {
    matches!(ty.base, BaseType::List(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_the_name_of_their_type() {
        let types =
            Types::parse("type Root { a: [Int!]! } enum Role { FUNDING } schema { query: Root }")
                .unwrap();
        assert_eq!(types.root(), "Root");
        let a = types.field("Root", "a").unwrap();
        assert_eq!((named(&a).as_str(), is_list(&a)), ("Int", true));
        assert!(types.field("Root", "b").is_none());
        assert!(types.is_leaf("Role"));
    }
}
