//! Builders of minimal IATI activities.

/// Builds a file of activities.
pub(super) fn file(activities: &[String]) -> String {
    format!("<iati-activities version=\"2.03\">\n{}</iati-activities>\n", activities.concat())
}

/// Builds an activity in euros.
pub(super) fn activity(id: &str, reporter: &str, inside: &str) -> String {
    format!(
        "<iati-activity default-currency=\"EUR\" xml:lang=\"en\"><iati-identifier>{id}</iati-identifier>\
         <reporting-org ref=\"{reporter}\" type=\"10\"><narrative>{reporter}</narrative></reporting-org>\
         <title><narrative>Activity {id}</narrative></title><activity-status code=\"2\"/>{inside}</iati-activity>\n"
    )
}

/// Builds a recipient country, with a share unless it is empty.
pub(super) fn country(code: &str, share: &str) -> String {
    let share = if share.is_empty() { String::new() } else { format!(" percentage=\"{share}\"") };
    format!("<recipient-country code=\"{code}\"{share}/>")
}

/// Builds a transaction of March 2020. An agency with a leading hyphen has only a name; an empty one is omitted.
pub(super) fn paid(r#type: u8, euros: &str, from: &str, to: &str) -> String {
    let end = |tag: &str, agency: &str| match agency.strip_prefix('-') {
        _ if agency.is_empty() => String::new(),
        Some(name) => format!("<{tag}><narrative>{name}</narrative></{tag}>"),
        None => format!("<{tag} ref=\"{agency}\"/>"),
    };
    format!(
        "<transaction><transaction-type code=\"{}\"/><transaction-date iso-date=\"2020-03-05\"/>\
         <value value-date=\"2020-03-05\">{euros}</value>{}{}</transaction>",
        r#type,
        end("provider-org", from),
        end("receiver-org", to)
    )
}

/// Builds a budget with its first and last day.
pub(super) fn budget(euros: &str, from: &str, to: &str, revised: bool) -> String {
    format!(
        "<budget type=\"{}\"><period-start iso-date=\"{from}\"/><period-end iso-date=\"{to}\"/><value value-date=\"{from}\">{euros}</value></budget>",
        1 + u8::from(revised)
    )
}

/// Builds a related activity: a parent or a child.
pub(super) fn related(id: &str, r#type: u8) -> String {
    let code = r#type;
    format!("<related-activity ref=\"{id}\" type=\"{code}\"/>")
}
