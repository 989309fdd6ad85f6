//! Macro that declares groups of settings.

/// Declares a group of settings; each is a flag, an environment variable and a file key of one name.
macro_rules! typed {
    ($(#[$of:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)+ }) => {
        #[derive(Clone, Debug, Default, clap::Args, serde::Deserialize)]
        $(#[$of])*
        #[serde(default, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[$meta])* pub $field: Option<$type>,)+
        }

        impl $name {
            /// Merges two sources of settings; `self` takes precedence.
            pub(super) fn or(self, other: Self) -> Self {
                Self { $($field: self.$field.or(other.$field),)+ }
            }
        }
    };
}

pub(super) use typed;
