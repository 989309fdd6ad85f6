//! `/q`: the list of tables as a page. A form for each table with its formats, and the meaning of its columns.

use maud::{Markup, html};

use super::address::Address;
use super::frame;
use super::parts::data::Edition;
use super::view::View;
use super::words::tables as words;
use crate::graphql::saved::Library;
use crate::graphql::saved::query::SavedQuery;
use crate::table::catalogue::Catalogue;
use crate::table::description::{Description, Parameter};
use crate::table::format::Format;
use crate::table::query::description;
use crate::table::record::RecordTable;

/// Writes the page. `version` is that of the data; empty without data.
pub fn page(
    address: &Address,
    descriptions: &[Description],
    queries: &Library,
    version: String,
) -> String {
    let language = address.language();
    let body = html! {
        p class="lead" { (words::LEAD.to(language)) }
        p {
            a href=(address.file("q/openapi.json")) { "OpenAPI" } " · "
            a href=(address.file("q/catalog.jsonld")) { "DCAT" } " · "
            a href=(address.file("llms.txt")) { "llms.txt" }
        }
        section aria-labelledby="list" {
            h2 id="list" { (words::ALL.to(language)) }
            ul class="columns" lang="en" {
                @for table in descriptions { li { a href={ "#" (table.name) } { (table.title) } } }
            }
        }
        @for table in descriptions { (section(address, table)) }
        section aria-labelledby="queries" {
            h2 id="queries" { (words::SAVED.to(language)) }
            ul class="cards" lang="en" { @for query in queries.iter() { li { (saved(address, query)) } } }
        }
    };
    let edition = Edition { version, built_at: None };
    let mut view = View::new(words::TITLE.to(language).to_owned(), body, edition);
    view.parts = vec![(words::ALL, "list"), (words::SAVED, "queries")];
    frame::page(address, &view, None).into_string()
}

fn saved(address: &Address, query: &SavedQuery) -> Markup {
    html! { (head(address, query)) (files(address, &description(query, false))) }
}

/// Title of a saved query, which opens it in the playground, and the question that it answers.
fn head(address: &Address, query: &SavedQuery) -> Markup {
    let name = query.name();
    html! {
        h3 { a href=(address.file(&format!("playground/#query={name}"))) { (query.title()) } }
        p { (query.answers()) }
    }
}

/// A saved query with its parameters as a form. `summary` opens it. The name of a query that is that of a table leads to the
/// table, which has parameters of its own.
pub(super) fn question(
    address: &Address,
    query: &SavedQuery,
    tables: &Catalogue,
    summary: &str,
) -> Markup {
    let table = tables.get(query.name()).map(RecordTable::listed);
    let description = table.unwrap_or_else(|| description(query, false));
    html! {
        (head(address, query))
        details {
            summary lang=(address.language().code()) { (summary) }
            (form(address, &description))
        }
    }
}

/// Links to a table in each format.
fn files(address: &Address, table: &Description) -> Markup {
    html! {
        ul class="formats" {
            @for format in Format::of(table) {
                li { a href=(address.table(&table.name, format.extension(), &[])) { (format.name()) } }
            }
        }
    }
}

fn section(address: &Address, table: &Description) -> Markup {
    let language = address.language();
    html! {
        section class="table" aria-labelledby=(table.name) lang="en" {
            h2 id=(table.name) { (table.title) }
            p { (table.question) }
            (files(address, table))
            details {
                summary lang=(language.code()) { (words::FILTER.to(language)) }
                (form(address, table))
            }
            details {
                summary lang=(language.code()) { (words::COLUMNS.to(language)) }
                (columns(language.code(), table))
            }
        }
    }
}

/// Form of the parameters of a table, with a button for each format.
fn form(address: &Address, table: &Description) -> Markup {
    html! {
        form class="fields" method="get" action=(address.table(&table.name, "csv", &[])) {
            @for parameter in &table.parameters { (input(&table.name, parameter)) }
            div class="formats" {
                @for format in Format::of(table) {
                    button formaction=(address.table(&table.name, format.extension(), &[])) { (format.name()) }
                }
            }
        }
    }
}

fn input(table: &str, parameter: &Parameter) -> Markup {
    let name = &parameter.name;
    let help = format!("{table}-{name}");
    let several = if parameter.is_list { "one or more, with commas" } else { "" };
    html! {
        label {
            span class="name" { (name) }
            @if parameter.values.is_empty() || parameter.is_list {
                input name=(name) aria-describedby=(help) placeholder=(parameter.default.as_deref().unwrap_or(several));
            } @else {
                select name=(name) aria-describedby=(help) {
                    option value="" {}
                    @for value in &parameter.values { option { (value) } }
                }
            }
            span class="help" id=(help) { (parameter.description) }
        }
    }
}

fn columns(language: &str, table: &Description) -> Markup {
    let heads = [words::COLUMN, words::TYPE, words::UNIT, words::MEANING];
    let heads = heads.map(|head| if language == "fr" { head.fr } else { head.en });
    html! {
        div class="scroll" tabindex="0" role="group" aria-labelledby=(table.name) {
            table {
                thead lang=(language) { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody {
                    @for column in &table.columns {
                        tr {
                            td { code { (column.name) } }
                            td { (column.r#type.name()) }
                            td { (column.unit.as_deref().or(column.codes.as_deref()).unwrap_or_default()) }
                            td { (column.description) }
                        }
                    }
                }
            }
        }
    }
}
