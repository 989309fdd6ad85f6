//! Records of every noun, and their common properties.

use super::agency::Agency;
use super::agreement::Agreement;
use super::country::Country;
use super::dialogue::Dialogue;
use super::event::Event;
use super::gap::Gap;
use super::humanitarian_contribution::HumanitarianContribution;
pub use super::kind::Kind;
use super::location::Location;
use super::mission::Mission;
use super::mission_contribution::MissionContribution;
use super::oda_figure::OdaFigure;
use super::origin::{Assertion, Citation, Origin};
use super::partnership::Partnership;
use super::programme::Programme;
use super::sector::Sector;
use super::source::Source;
use super::transaction::Transaction;
use super::trust_fund::TrustFund;

/// Record type with identifiers of its own.
pub trait Noun: Clone + Send + Sync + 'static {
    /// Noun of the record type.
    const KIND: Kind;

    /// Returns the identifier as text, unique within the noun.
    fn key(&self) -> &str;

    /// Returns the main name or title. Lists sort by it.
    fn name(&self) -> &str;

    /// Returns the file and line of the record.
    fn origin(&self) -> &Origin;

    /// Returns the publications that support the record itself, without those of its parts.
    fn citations(&self) -> &[Citation];

    /// Returns the assertion of the record; a source supports itself.
    fn assertion(&self) -> Assertion {
        Assertion::Stated
    }
}

macro_rules! nouns {
    ($($(#[doc = $doc:literal])* $name:ident $(.$field:ident)? ($key:ident, $main:expr),)+) => {
        /// Record of any noun.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(clippy::large_enum_variant, reason = "most records are of the largest variant, and moves are rare")]
        pub enum Record { $($(#[doc = $doc])* $name($name),)+ }

        impl Record {
            /// Returns the noun of the record.
            pub fn kind(&self) -> Kind {
                match self { $(Self::$name(_) => Kind::$name,)+ }
            }

            /// Returns the identifier as text.
            pub fn key(&self) -> &str {
                match self { $(Self::$name(record) => record.key(),)+ }
            }

            /// Returns the main name or title.
            pub fn name(&self) -> &str {
                match self { $(Self::$name(record) => record.name(),)+ }
            }

            /// Returns the file and line of the record.
            pub fn origin(&self) -> &Origin {
                match self { $(Self::$name(record) => record.origin(),)+ }
            }

            /// Returns the publications that support the record itself.
            pub fn citations(&self) -> &[Citation] {
                match self { $(Self::$name(record) => record.citations(),)+ }
            }
        }

        $(
            impl From<$name> for Record {
                fn from(record: $name) -> Self {
                    Self::$name(record)
                }
            }

            impl Noun for $name {
                const KIND: Kind = Kind::$name;

                fn key(&self) -> &str {
                    self.$key.as_str()
                }

                fn name(&self) -> &str {
                    let main: fn(&$name) -> &str = $main;
                    main(self)
                }

                fn origin(&self) -> &Origin {
                    &self$(.$field)?.origin
                }

                fn citations(&self) -> &[Citation] {
                    &self$(.$field)?.citations
                }

                $(fn assertion(&self) -> Assertion {
                    self.$field.assertion
                })?
            }
        )+
    };
}

nouns! {
    /// A publication.
    Source (id, |s| &s.title),
    /// A country.
    Country .provenance (code, |c| c.name.main()),
    /// A partnership between a donor and a country.
    Partnership .provenance (id, |p| p.id.as_str()),
    /// An organisation.
    Agency .provenance (id, |a| a.name.main()),
    /// A place below the country level.
    Location .provenance (id, |l| l.name.main()),
    /// A sector or category.
    Sector .provenance (code, |s| s.name.main()),
    /// A programme, project or other planned activity.
    Programme .provenance (id, |p| p.title.main()),
    /// An agreement.
    Agreement .provenance (id, |a| a.title.main()),
    /// A dialogue.
    Dialogue .provenance (id, |d| d.title.main()),
    /// A mission.
    Mission .provenance (id, |m| m.name.main()),
    /// A contribution of a state to a mission.
    MissionContribution .provenance (id, |c| c.purpose.as_ref().map_or(c.id.as_str(), |text| text.main())),
    /// A trust fund or other pooled fund.
    TrustFund .provenance (id, |f| f.name.main()),
    /// A transaction.
    Transaction .provenance (id, |t| t.id.as_str()),
    /// A humanitarian contribution.
    HumanitarianContribution .provenance (id, |c| c.crisis.main()),
    /// An event that affects cooperation.
    Event .provenance (id, |e| e.title.main()),
    /// A figure of official development assistance.
    OdaFigure .provenance (id, |f| f.id.as_str()),
    /// A known gap in the data.
    Gap .provenance (id, |g| g.missing.main()),
}
