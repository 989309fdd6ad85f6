//! Conversion between the model and the frozen structs; decoding goes through the model's own validation.

use std::fmt::Display;
use std::str::FromStr;

/// The reason why bytes are not a valid value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub(super) String);

impl Invalid {
    pub(in crate::store) fn new(reason: impl Display) -> Self {
        Self(reason.to_string())
    }

    /// Prefixes the reason with the field that failed.
    pub(super) fn within(self, field: &str) -> Self {
        Self(format!("{field}: {}", self.0))
    }
}

/// Stored form of a type of the model.
pub(in crate::store) trait Frozen<M>: Sized {
    /// Converts to the stored form.
    fn freeze(model: &M) -> Self;

    /// Converts back to the model.
    ///
    /// # Errors
    /// [`Invalid`] if the model rejects the value.
    fn thaw(self) -> Result<M, Invalid>;
}

/// Identifiers, enum words, dates, decimals, codes and texts: types that convert to and from text.
impl<M> Frozen<M> for String
where
    M: Display + FromStr,
    M::Err: Display,
{
    fn freeze(model: &M) -> Self {
        model.to_string()
    }

    fn thaw(self) -> Result<M, Invalid> {
        self.parse().map_err(Invalid::new)
    }
}

impl<M, F: Frozen<M>> Frozen<Option<M>> for Option<F> {
    fn freeze(model: &Option<M>) -> Self {
        model.as_ref().map(F::freeze)
    }

    fn thaw(self) -> Result<Option<M>, Invalid> {
        self.map(F::thaw).transpose()
    }
}

impl<M, F: Frozen<M>> Frozen<Vec<M>> for Vec<F> {
    fn freeze(model: &Vec<M>) -> Self {
        model.iter().map(F::freeze).collect()
    }

    fn thaw(self) -> Result<Vec<M>, Invalid> {
        self.into_iter().map(F::thaw).collect()
    }
}

impl<M, F: Frozen<M>> Frozen<Box<M>> for Box<F> {
    fn freeze(model: &Box<M>) -> Self {
        Self::new(F::freeze(model))
    }

    fn thaw(self) -> Result<Box<M>, Invalid> {
        (*self).thaw().map(Box::new)
    }
}

macro_rules! plain {
    ($($type:ty),+) => { $(
        impl Frozen<$type> for $type {
            fn freeze(model: &$type) -> Self {
                *model
            }

            fn thaw(self) -> Result<$type, Invalid> {
                Ok(self)
            }
        }
    )+ };
}
plain!(bool, u16, u32, u64);

/// Declares a frozen struct, with conversions to and from a model struct that has the same field names.
macro_rules! frozen {
    ($($(#[$meta:meta])* $name:ident = $model:ident { $($field:ident: $type:ty,)+ })+) => { $(
        $(#[$meta])*
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        pub(in crate::store) struct $name { $($field: $type,)+ }

        impl $crate::store::record::frozen::Frozen<$model> for $name {
            fn freeze(model: &$model) -> Self {
                Self { $($field: $crate::store::record::frozen::Frozen::freeze(&model.$field),)+ }
            }

            fn thaw(self) -> Result<$model, $crate::store::record::frozen::Invalid> {
                Ok($model {
                    $($field: $crate::store::record::frozen::Frozen::thaw(self.$field)
                        .map_err(|e| e.within(stringify!($field)))?,)+
                })
            }
        }
    )+ };
}
pub(super) use frozen;
