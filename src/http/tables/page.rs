//! Page of the tables: a form for each table with its formats, and the meaning of its columns. Works without scripts.

use std::fmt::Write as _;

use crate::graphql::saved::Library;
use crate::http::pages::markup::escaped;
use crate::table::description::{Description, Parameter};
use crate::table::format::Format;

/// Template of the page, with placeholders `{{…}}`.
const PAGE: &str = include_str!("../../../assets/tables.html");

/// Content security policy of the page: its own styles and images, and forms that request tables.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
                                 form-action 'self'; frame-ancestors 'none'";

/// Returns the page.
pub(super) fn page(descriptions: &[Description], queries: &Library) -> String {
    let link = |description: &Description| {
        let name = escaped(&description.name);
        format!("<li><a href=\"q#{name}\">{}</a></li>", escaped(&description.title))
    };
    let query = |name: &str, title: &str, answers: &str| {
        let name = escaped(name);
        format!(
            "<li><h3><a href=\"playground/#query={name}\">{}</a></h3><p>{}</p><p class=\"files\">{}</p></li>",
            escaped(title),
            escaped(answers),
            files(&name)
        )
    };
    let queries = queries.iter().map(|q| query(q.name(), q.title(), q.answers()));
    PAGE.replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{list}}", &descriptions.iter().map(link).collect::<String>())
        .replace("{{queries}}", &queries.collect::<String>())
        .replace("{{tables}}", &descriptions.iter().map(section).collect::<String>())
}

/// Returns the links to a query in each format.
fn files(name: &str) -> String {
    let link = |format: Format| {
        format!("<a href=\"q/{name}.{}\">{}</a> ", format.extension(), format.name())
    };
    Format::ALL.iter().copied().map(link).collect()
}

fn section(description: &Description) -> String {
    let name = escaped(&description.name);
    let inputs: String = description.parameters.iter().map(input).collect();
    let buttons = Format::ALL.iter().map(|format| {
        let extension = format.extension();
        format!("<button formaction=\"q/{name}.{extension}\">{}</button> ", format.name())
    });
    let links = Format::ALL.iter().map(|format| {
        let extension = format.extension();
        format!("<a href=\"q/{name}.{extension}\">{}</a> ", format.name())
    });
    format!(
        "<section aria-labelledby=\"{name}\"><h2 id=\"{name}\">{}</h2><p>{}</p><p class=\"files\">{}</p>\
         <details><summary>Filter and formats</summary><form method=\"get\" action=\"q/{name}.csv\">{inputs}\
         <div class=\"formats\">{}</div></form></details>\
         <details><summary>Columns</summary>{}</details></section>",
        escaped(&description.title),
        escaped(&description.question),
        links.collect::<String>(),
        buttons.collect::<String>(),
        columns(description)
    )
}

fn input(parameter: &Parameter) -> String {
    let (name, about) = (escaped(&parameter.name), escaped(&parameter.description));
    let control = if parameter.values.is_empty() || parameter.is_list {
        let several = if parameter.is_list { "one or more, with commas" } else { "" };
        let hint = parameter.default.as_deref().unwrap_or(several);
        format!("<input name=\"{name}\" title=\"{about}\" placeholder=\"{}\">", escaped(hint))
    } else {
        let values = parameter.values.iter().map(|value| escaped(value));
        let options = values.collect::<Vec<_>>().join("</option><option>");
        format!(
            "<select name=\"{name}\" title=\"{about}\"><option></option><option>{options}</option></select>"
        )
    };
    format!("<label>{name}{control}<span>{about}</span></label>")
}

fn columns(description: &Description) -> String {
    let mut rows = String::new();
    for column in &description.columns {
        // Writing to a string cannot fail.
        let _ = write!(
            rows,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&column.name),
            column.r#type.name(),
            escaped(column.unit.as_deref().or(column.codes.as_deref()).unwrap_or_default()),
            escaped(&column.description)
        );
    }
    format!(
        "<table><thead><tr><th>Column</th><th>Type</th><th>Unit or codes</th><th>Meaning</th></tr></thead>\
         <tbody>{rows}</tbody></table>"
    )
}
