//! Imports and removals with the real binary over a data folder.

pub(crate) mod archive;
mod budgets;
mod change;
mod compressed;
mod damage;
mod data_folder;
mod duplicates;
mod file_names;
mod flows;
mod humanitarian;
mod identity;
mod licence;
mod oversized;
mod places;
mod progress;
mod published;
mod rejection;
mod search;
mod serve;
mod terminal;
mod totals;
mod watch;
mod xml;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::server::aidgraph;

/// An activity as a publisher reports it.
pub(crate) struct Activity<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) updated: &'a str,
    pub(crate) paid: &'a [&'a str],
}

/// An activity. Tests change single fields.
pub(crate) const WELLS: Activity<'_> = Activity {
    id: "XX-1",
    title: "Wells in Ségou",
    updated: "2020-01-01",
    paid: &["100.50", "50"],
};

impl Activity<'_> {
    fn xml(&self) -> String {
        let transaction = |value: &&str| {
            format!(
                "<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-02-03\"/>\
                 <value value-date=\"2020-02-03\">{value}</value>\
                 <receiver-org ref=\"XM-DAC-41140\"><narrative>WFP Mali</narrative></receiver-org></transaction>\n"
            )
        };
        let transactions: String = self.paid.iter().map(transaction).collect();
        format!(
            "<iati-activity default-currency=\"EUR\" xml:lang=\"en\" last-updated-datetime=\"{}\">\n\
             <iati-identifier>{}</iati-identifier>\n<reporting-org ref=\"XX\" type=\"10\"><narrative>Reporter</narrative></reporting-org>\n\
             <title><narrative>{}</narrative></title>\n<description><narrative>Deep ones.</narrative></description>\n\
             <activity-status code=\"2\"/><recipient-country code=\"ML\"/>\n<sector code=\"14031\"/>\n{transactions}</iati-activity>\n",
            self.updated, self.id, self.title
        )
    }
}

/// Builds a file of activities.
pub(crate) fn file(activities: &[Activity<'_>]) -> String {
    let inside: String = activities.iter().map(Activity::xml).collect();
    format!(
        "<?xml version=\"1.0\"?>\n<iati-activities version=\"2.03\">\n{inside}</iati-activities>\n"
    )
}

/// A data folder and a folder for input files.
pub(crate) struct Sandbox(tempfile::TempDir);

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.0.path().join("data")
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Writes an input file.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> std::path::PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = aidgraph();
        command.arg(arguments[0]).arg("--data").arg(self.data()).args(&arguments[1..]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Imports a path, and returns the report and the exit code.
    pub(crate) fn import(&self, path: &Path) -> (Value, i32) {
        let output = self.run(&["import", "--json", path.to_str().unwrap()]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{message}"));
        (report, output.status.code().unwrap())
    }

    /// Returns the data of a query.
    pub(crate) fn run_query(&self, query: &str) -> Value {
        let path = self.write("query.graphql", query);
        let output = self.run(&["query", path.to_str().unwrap()]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        let response: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{message}"));
        assert_eq!(response.get("errors"), None, "{response}");
        response["data"].clone()
    }

    /// Returns the output of `status`.
    pub(crate) fn status(&self) -> Value {
        serde_json::from_slice(&self.run(&["status", "--json"]).stdout).unwrap()
    }
}
