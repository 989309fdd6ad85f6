//! Pages, one file each.

mod agency;
mod agreement;
mod contribution;
mod country;
mod dialogue;
mod event;
mod home;
mod location;
mod mission;
mod mission_contribution;
mod oda_figure;
mod partnership;
mod programme;
mod record;
mod search;
mod sector;
mod source;
mod transaction;
mod trust_fund;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::address::Address;
use super::catalogue::PageKind;
use super::view::{Unshown, View};
use record::RecordOf;

/// A page: its path, its query, and its HTML.
pub(super) trait Page {
    /// Path relative to the root of the service. After one that ends with a slash, the address continues with what the page
    /// is about.
    const PATH: &'static str;
    /// GraphQL document, without the shared fragments that it uses.
    const DOCUMENT: &'static str;
    /// Shape of the answer.
    type Data: DeserializeOwned;

    /// Returns the variables of a request.
    fn variables(address: &Address) -> Map<String, Value>;

    /// Shows the answer.
    ///
    /// # Errors
    /// [`Unshown::Missing`] if the answer lacks what the page is about.
    fn view(data: Self::Data, address: &Address) -> Result<View, Unshown>;
}

/// Lists all pages.
pub(super) fn all() -> Vec<PageKind> {
    vec![
        PageKind::of::<home::Home>(),
        PageKind::of::<search::Search>(),
        PageKind::of::<RecordOf<agency::Agency>>(),
        PageKind::of::<RecordOf<agreement::Agreement>>(),
        PageKind::of::<RecordOf<contribution::Contribution>>(),
        PageKind::of::<RecordOf<country::Country>>(),
        PageKind::of::<RecordOf<dialogue::Dialogue>>(),
        PageKind::of::<RecordOf<event::Event>>(),
        PageKind::of::<RecordOf<location::Location>>(),
        PageKind::of::<RecordOf<mission::Mission>>(),
        PageKind::of::<RecordOf<mission_contribution::MissionContribution>>(),
        PageKind::of::<RecordOf<oda_figure::OdaFigure>>(),
        PageKind::of::<RecordOf<partnership::Partnership>>(),
        PageKind::of::<RecordOf<programme::Programme>>(),
        PageKind::of::<RecordOf<sector::Sector>>(),
        PageKind::of::<RecordOf<source::Source>>(),
        PageKind::of::<RecordOf<transaction::Transaction>>(),
        PageKind::of::<RecordOf<trust_fund::TrustFund>>(),
    ]
}

/// Converts a JSON object to variables; the languages of the page are added.
fn variables(address: &Address, given: Value) -> Map<String, Value> {
    let mut variables = match given {
        Value::Object(given) => given,
        _ => Map::new(),
    };
    variables.insert("languages".to_owned(), json!(address.language().preference()));
    variables
}
