//! Roles: the permissions of a caller.

use std::fmt;

use clap::ValueEnum;

/// Permission of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AccessRole {
    /// Query data.
    Read,
    /// Import files.
    Import,
    /// Everything, including metrics.
    Admin,
}

impl AccessRole {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Read, Self::Import, Self::Admin];

    /// Returns the name of the role in the token file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Import => "import",
            Self::Admin => "admin",
        }
    }

    fn bit(self) -> u8 {
        match self {
            Self::Read => 1,
            Self::Import => 2,
            Self::Admin => 4,
        }
    }
}

impl fmt::Display for AccessRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    /// Returns true if the set grants a role. [`AccessRole::Admin`] grants every role.
    pub fn allow(self, role: AccessRole) -> bool {
        self.0 & (role.bit() | AccessRole::Admin.bit()) != 0
    }

    /// Parses a list such as `read,import`; `None` if it is invalid.
    pub(super) fn parse(text: &str) -> Option<Self> {
        text.split(',')
            .map(|word| AccessRole::ALL.into_iter().find(|role| role.name() == word))
            .collect()
    }
}

impl FromIterator<AccessRole> for Roles {
    fn from_iter<I: IntoIterator<Item = AccessRole>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | role.bit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_permit_their_requests_and_admin_permits_all() {
        let allowed = |text: &str| {
            Roles::parse(text).map(|roles| AccessRole::ALL.map(|role| roles.allow(role)))
        };
        assert_eq!(allowed("read"), Some([true, false, false]));
        assert_eq!(allowed("import"), Some([false, true, false]));
        assert_eq!(allowed("read,import"), Some([true, true, false]));
        assert_eq!(allowed("admin"), Some([true, true, true]));
        for invalid in ["", "write", "read,", "READ", "read import"] {
            assert_eq!(allowed(invalid), None, "{invalid}");
        }
        assert!(AccessRole::ALL.iter().all(|role| !Roles::default().allow(*role)));
    }
}
