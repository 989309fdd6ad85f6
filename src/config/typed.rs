//! Groups of settings as they are typed: a gap wherever nothing was.

/// Declares a group of settings: each a flag, a variable of the environment and a key of the file, under one name.
macro_rules! typed {
    ($(#[$of:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)+ }) => {
        #[derive(Clone, Debug, Default, clap::Args, serde::Deserialize)]
        $(#[$of])*
        #[serde(default, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[$meta])* pub $field: Option<$type>,)+
        }

        impl $name {
            /// What is typed here, and what another says where nothing is.
            pub(super) fn or(self, other: Self) -> Self {
                Self { $($field: self.$field.or(other.$field),)+ }
            }
        }
    };
}

pub(super) use typed;
