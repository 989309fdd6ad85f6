//! Freezing and thawing: from the model to what is written, and back through the model's own gates.

use std::fmt::Display;
use std::str::FromStr;

/// Why bytes are no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub(super) String);

impl Invalid {
    pub(in crate::store) fn new(reason: impl Display) -> Self {
        Self(reason.to_string())
    }

    /// The same reason, with the field that it was found in.
    pub(super) fn within(self, field: &str) -> Self {
        Self(format!("{field}: {}", self.0))
    }
}

/// The written form of a type of the model.
pub(in crate::store) trait Frozen<M>: Sized {
    /// What is written.
    fn freeze(model: &M) -> Self;

    /// What it means.
    ///
    /// # Errors
    /// [`Invalid`] when the model does not take it.
    fn thaw(self) -> Result<M, Invalid>;
}

/// Ids, words of closed lists, dates, decimals, codes and texts: whatever is text both ways.
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

/// Declares a frozen struct and how it is made from the struct of the model that has the same field names.
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
