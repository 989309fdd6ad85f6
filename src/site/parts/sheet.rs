//! Page under construction: facts with footnotes, lists and sections, in the order in which they are added.

use maud::{Markup, html};

use super::data::{Beneficiary, Evidence, List, Text};
use super::notes::Notes;
use super::show;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::words::{Words, codes::Worded, fact, frame, sentence};

/// Page under construction.
#[derive(Debug)]
pub(in crate::site) struct Sheet<'a> {
    pub(in crate::site) address: &'a Address,
    pub(in crate::site) notes: Notes,
    sections: Vec<Markup>,
    /// Number of lists so far, which makes their ids unique.
    lists: usize,
}

/// Facts of a record under construction: a name, a value and its footnotes each.
#[derive(Debug)]
pub(in crate::site) struct Facts<'s, 'a> {
    sheet: &'s mut Sheet<'a>,
    evidence: &'s Evidence,
    rows: Vec<(Words, Markup)>,
}

/// Table with all rows of a list: its name and its filter.
#[derive(Clone, Copy, Debug)]
pub(in crate::site) struct WholeTable<'a> {
    pub(in crate::site) name: &'static str,
    pub(in crate::site) filter: &'a [(&'a str, &'a str)],
}

impl<'a> Sheet<'a> {
    pub(in crate::site) fn new(address: &'a Address) -> Self {
        Self { address, notes: Notes::default(), sections: Vec::new(), lists: 0 }
    }

    /// Language of the page.
    pub(in crate::site) fn language(&self) -> Language {
        self.address.language()
    }

    /// Begins the facts of a record.
    pub(in crate::site) fn facts<'s>(&'s mut self, evidence: &'s Evidence) -> Facts<'s, 'a> {
        Facts { sheet: self, evidence, rows: Vec::new() }
    }

    /// Adds a section.
    pub(in crate::site) fn add(&mut self, section: Markup) {
        self.sections.push(section);
    }

    /// Adds a section with a heading and an id.
    pub(in crate::site) fn section(&mut self, id: &str, title: Words, body: &Markup) {
        let language = self.language();
        self.add(html! {
            section id=(id) aria-labelledby={ (id) "-title" } {
                h2 id={ (id) "-title" } { (title.to(language)) }
                (body)
            }
        });
    }

    /// Adds the agencies that a record supports, with their footnotes. An empty list adds nothing.
    pub(in crate::site) fn beneficiaries(&mut self, all: &[Beneficiary]) {
        if all.is_empty() {
            return;
        }
        let mut items = Vec::new();
        for beneficiary in all {
            let agency = beneficiary.agency.as_ref().map(|agency| show::link(self.address, agency));
            let marks = self.notes.marks(self.address, &beneficiary.evidence, &["agency_id"]);
            items.push(html! { (agency.unwrap_or_default()) (marks) });
        }
        let body = html! { ul class="inline" { @for item in &items { li { (item) } } } };
        self.section("beneficiaries", fact::BENEFICIARIES, &body);
    }

    /// Adds a list: its first rows, its length, and a link to all of it. An empty list adds nothing.
    pub(in crate::site) fn list<T>(
        &mut self,
        title: Words,
        list: &List<T>,
        columns: &[Words],
        row: impl Fn(&Address, &T) -> Vec<Markup>,
        whole: Option<WholeTable<'_>>,
    ) {
        if list.nodes.is_empty() {
            return;
        }
        self.lists += 1;
        let (id, language, address) =
            (format!("list-{}", self.lists), self.language(), self.address);
        let is_cut = (list.nodes.len() as u64) < list.total_count;
        let rows: Vec<Vec<Markup>> = list.nodes.iter().map(|item| row(address, item)).collect();
        self.add(html! {
            section aria-labelledby=(id) {
                h2 id=(id) {
                    (title.to(language)) " " span class="count" { (show::count(language, list.total_count)) }
                }
                (table(language, &id, columns, &rows))
                @if is_cut || whole.is_some() {
                    p class="whole" {
                        @if is_cut { (sentence::first_of(language, list.nodes.len(), list.total_count)) " " }
                        @if let Some(whole) = whole {
                            a href=(address.page(&format!("explore/{}", whole.name), whole.filter)) {
                                (fact::EXPLORE_ALL.to(language))
                            }
                            " · "
                            (fact::ALL_AS_TABLE.to(language)) ": "
                            @for (at, extension) in ["csv", "xlsx", "json"].iter().enumerate() {
                                @if at > 0 { " · " }
                                a href=(address.table(whole.name, extension, whole.filter)) { (extension.to_uppercase()) }
                            }
                        }
                    }
                }
            }
        });
    }

    /// Returns the sections, with the footnotes last.
    pub(in crate::site) fn finish(self) -> Markup {
        html! {
            @for section in &self.sections { (section) }
            @if let Some(notes) = self.notes.section(self.address) { (notes) }
        }
    }
}

/// Table in a region that scrolls by itself. `title` is the id of its heading.
pub(in crate::site) fn table(
    language: Language,
    title: &str,
    columns: &[Words],
    rows: &[Vec<Markup>],
) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="group" aria-labelledby=(title) {
            table {
                thead { tr { @for column in columns { th scope="col" { (column.to(language)) } } } }
                tbody {
                    @for row in rows {
                        tr { @for cell in row { td { (cell) } } }
                    }
                }
            }
        }
    }
}

impl Facts<'_, '_> {
    /// Adds a fact with the footnotes of its fields. An absent value is said in words.
    pub(in crate::site) fn fact(
        mut self,
        name: Words,
        fields: &[&str],
        value: Option<Markup>,
    ) -> Self {
        let language = self.sheet.language();
        let value = if let Some(value) = value {
            let marks = self.sheet.notes.marks(self.sheet.address, self.evidence, fields);
            html! { (value) (marks) }
        } else {
            html! { span class="absent" { (fact::NOT_STATED.to(language)) } }
        };
        self.rows.push((name, value));
        self
    }

    /// Adds a fact that many records lack: without a value nothing is added.
    pub(in crate::site) fn some(self, name: Words, fields: &[&str], value: Option<Markup>) -> Self {
        if value.is_some() { self.fact(name, fields, value) } else { self }
    }

    /// Adds a text that many records lack.
    pub(in crate::site) fn text(self, name: Words, fields: &[&str], text: Option<&Text>) -> Self {
        let language = self.sheet.language();
        self.some(name, fields, text.map(|text| show::text(language, text)))
    }

    /// Adds the facts to the page, with support, file and line of the record at their end.
    pub(in crate::site) fn add(self) {
        let Self { sheet, evidence, rows } = self;
        let (language, origin) = (sheet.language(), &evidence.origin);
        sheet.add(html! {
            section id="facts" aria-labelledby="facts-title" {
                h2 id="facts-title" { (frame::FACTS.to(language)) }
                dl class="facts" {
                    @for (name, value) in &rows {
                        div { dt { (name.to(language)) } dd { (value) } }
                    }
                    div {
                        dt { (fact::ASSERTION.to(language)) }
                        dd { (evidence.assertion.0.words().to(language)) }
                    }
                    div {
                        dt { (fact::ORIGIN.to(language)) }
                        dd { (sentence::origin(language, &origin.file, origin.line)) }
                    }
                }
            }
        });
    }
}
