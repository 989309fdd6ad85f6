//! The types of variables: those of the schema, and no others.
//!
//! The checks of the library end in a panic over the default value of a variable whose type there is not.

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Type, TypeKind, TypeSystemDefinition,
};

use crate::graphql::error::ApiError;

/// Scalars that every schema has and none defines. Source: GraphQL, built-in scalars.
const BUILT_IN: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

/// The names of types that variables may have. Clones are the same.
#[derive(Clone, Debug)]
pub(in crate::graphql) struct InputTypes(Arc<HashSet<String>>);

impl InputTypes {
    /// Those of a schema in the schema language. What is no schema has only the built-in ones.
    pub(in crate::graphql) fn of(sdl: &str) -> Self {
        let mut names: HashSet<String> = BUILT_IN.map(str::to_owned).into();
        let definitions = parse_schema(sdl).map(|schema| schema.definitions);
        for definition in definitions.unwrap_or_default() {
            if let TypeSystemDefinition::Type(defined) = definition
                && let TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) =
                    defined.node.kind
            {
                names.insert(defined.node.name.node.to_string());
            }
        }
        Self(Arc::new(names))
    }

    /// Refuses variables of other types.
    ///
    /// # Errors
    /// `BAD_USER_INPUT`.
    pub(in crate::graphql) fn check(&self, document: &ExecutableDocument) -> Result<(), ApiError> {
        let operations = super::operations(document);
        for variable in operations.flat_map(|operation| &operation.variable_definitions) {
            let named = innermost(&variable.node.var_type.node);
            if !self.0.contains(named) {
                let name = &variable.node.name.node;
                return Err(ApiError::input(format!(
                    "the variable `${name}` is of the type `{named}`, which is no input type of this schema"
                )));
            }
        }
        Ok(())
    }
}

/// What a list is of.
fn innermost(given: &Type) -> &str {
    match &given.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => innermost(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    #[test]
    fn variables_are_of_input_types() {
        let sdl = "scalar Date enum E { A } input I { a: Int } type T { a: Int } union U = T";
        let types = InputTypes::of(sdl);
        let is_passed = |query: &str| types.check(&parse_query(query).unwrap()).is_ok();
        assert!(is_passed("query($a:Int!,$b:[E!]! = [A],$c:[[I]],$d:Date,$e:ID){a}"));
        for of in ["T", "U", "[X!]! = [1]", "int"] {
            assert!(!is_passed(&format!("query($a:{of}){{a}}")), "{of}");
        }
        assert!(!is_passed("query A{a} query B($a:X){a}"));
    }

    #[test]
    fn the_first_variable_of_no_type_is_told_each_time() {
        let types = InputTypes::of("type T { a: Int }");
        let several = "query A($a:X){a} query B($b:Y){a} query C($c:Z){a}";
        for _ in 0..20 {
            let refused = types.check(&parse_query(several).unwrap()).unwrap_err();
            assert!(refused.message().contains("`$a`"), "{refused:?}");
        }
    }
}
