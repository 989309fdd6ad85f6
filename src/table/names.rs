//! Names beside codes: lookups with a small cache, since neighbouring rows repeat the same codes.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::agency::Agency;
use crate::model::code::Code as _;
use crate::model::codelist::Codelist;
use crate::model::country::{self, Country, CountryCode};
use crate::model::programme::Programme;
use crate::model::sector::Sector;
use crate::model::source::Source;
use crate::model::text::{Language, Text};
use crate::model::transaction::TransactionType;
use crate::read::error::Error;
use crate::read::groups::GroupDimension;
use crate::read::reader::Reader;

/// Number of names that a cache holds before it is emptied.
const CACHED: usize = 16_384;

type NameCache = HashMap<Box<str>, Option<Arc<str>>>;

/// Source of a row: its address and licence.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceFacts {
    /// Address of the publication.
    pub(super) url: Option<Arc<str>>,
    /// Licence of the publication.
    pub(super) licence: Option<Arc<str>>,
}

/// Names of one generation.
#[derive(Debug)]
pub(super) struct Names<'a> {
    pub(super) reader: &'a Reader,
    /// Languages, in order of preference.
    languages: &'a [Language],
    agencies: NameCache,
    countries: NameCache,
    sectors: NameCache,
    keys: HashMap<(GroupDimension, Box<str>), Option<Arc<str>>>,
    sources: HashMap<Box<str>, SourceFacts>,
    programme: Option<Arc<Programme>>,
}

fn cached(
    cache: &mut NameCache,
    key: &str,
    find: impl FnOnce() -> Result<Option<Arc<str>>, Error>,
) -> Result<Option<Arc<str>>, Error> {
    if let Some(name) = cache.get(key) {
        return Ok(name.clone());
    }
    if cache.len() >= CACHED {
        cache.clear();
    }
    let name = find()?;
    cache.insert(key.into(), name.clone());
    Ok(name)
}

impl<'a> Names<'a> {
    pub(super) fn new(reader: &'a Reader, languages: &'a [Language]) -> Self {
        Self {
            reader,
            languages,
            agencies: HashMap::new(),
            countries: HashMap::new(),
            sectors: HashMap::new(),
            keys: HashMap::new(),
            sources: HashMap::new(),
            programme: None,
        }
    }

    /// Returns the languages, in order of preference.
    pub(super) fn languages(&self) -> &'a [Language] {
        self.languages
    }

    /// Returns the form of a text in the preferred language.
    pub(super) fn form<'t>(&self, text: &'t Text) -> &'t str {
        text.prefer(self.languages).1
    }

    /// Returns the name of an agency.
    pub(super) fn agency(&mut self, id: &str) -> Result<Option<Arc<str>>, Error> {
        let (reader, languages) = (self.reader, self.languages);
        let find = || {
            let agency = reader.get::<Agency>(id)?;
            Ok(agency.map(|agency| agency.name.prefer(languages).1.into()))
        };
        cached(&mut self.agencies, id, find)
    }

    /// Returns the name of a country, from the data or from ISO 3166-1.
    pub(super) fn country(&mut self, code: &str) -> Result<Option<Arc<str>>, Error> {
        let (reader, languages) = (self.reader, self.languages);
        let listed = || Codelist::Country.name(code).map(|name| name.prefer(languages).1.into());
        let find = || {
            let own = reader.get::<Country>(code)?;
            Ok(own.map(|country| country.name.prefer(languages).1.into()).or_else(listed))
        };
        cached(&mut self.countries, code, find)
    }

    /// Returns the three letters of a country.
    pub(super) fn alpha3(code: &str) -> Option<&'static str> {
        country::alpha3(code.parse::<CountryCode>().ok()?)
    }

    /// Returns the name of a sector, from the data or from the DAC list.
    pub(super) fn sector(&mut self, code: &str) -> Result<Option<Arc<str>>, Error> {
        let (reader, languages) = (self.reader, self.languages);
        let listed = || Codelist::Sector.name(code).map(|name| name.prefer(languages).1.into());
        let find = || {
            let own = reader.get::<Sector>(code)?;
            Ok(own.map(|sector| sector.name.prefer(languages).1.into()).or_else(listed))
        };
        cached(&mut self.sectors, code, find)
    }

    /// Caches a programme that was read as the last one.
    pub(super) fn remember(&mut self, programme: &Arc<Programme>) {
        self.programme = Some(Arc::clone(programme));
    }

    /// Returns a programme. The last one is cached, since its transactions follow one another.
    pub(super) fn programme(&mut self, id: &str) -> Result<Option<Arc<Programme>>, Error> {
        if let Some(last) = self.programme.as_ref().filter(|last| last.id.as_str() == id) {
            return Ok(Some(Arc::clone(last)));
        }
        let found = self.reader.get::<Programme>(id)?;
        self.programme.clone_from(&found);
        Ok(found)
    }

    /// Returns the name of a key of a group.
    pub(super) fn key(
        &mut self,
        dimension: GroupDimension,
        code: &str,
    ) -> Result<Option<Arc<str>>, Error> {
        if let Some(name) = self.keys.get(&(dimension, code.into())) {
            return Ok(name.clone());
        }
        if self.keys.len() >= CACHED {
            self.keys.clear();
        }
        let name = match dimension {
            GroupDimension::Country | GroupDimension::Donor => self.country(code)?,
            GroupDimension::Sector => self.sector(code)?,
            GroupDimension::TransactionType => {
                Some(words(code).into()).filter(|_| TransactionType::parse(code).is_ok())
            }
            GroupDimension::Status
            | GroupDimension::Pillar
            | GroupDimension::Channel
            | GroupDimension::Kind
            | GroupDimension::Deployment
            | GroupDimension::FlowStatus
            | GroupDimension::Scope => Some(words(code).into()),
            GroupDimension::Crisis | GroupDimension::Cluster => Some(code.into()),
            _ => self.reader.key_name(dimension, code)?.map(|name| self.form(&name).into()),
        };
        self.keys.insert((dimension, code.into()), name.clone());
        Ok(name)
    }

    /// Returns the address and licence of a source.
    pub(super) fn source(&mut self, id: &str) -> Result<SourceFacts, Error> {
        if let Some(facts) = self.sources.get(id) {
            return Ok(facts.clone());
        }
        let source = self.reader.get::<Source>(id)?;
        let facts = source.map_or_else(SourceFacts::default, |source| SourceFacts {
            url: source.url.as_deref().map(Into::into),
            licence: source.licence.as_ref().map(|licence| licence.as_str().into()),
        });
        if self.sources.len() >= CACHED {
            self.sources.clear();
        }
        self.sources.insert(id.into(), facts.clone());
        Ok(facts)
    }
}

/// Writes a code in words: `OUTGOING_COMMITMENT` as `Outgoing commitment`.
fn words(code: &str) -> String {
    let lower = code.to_lowercase().replace('_', " ");
    let mut letters = lower.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
