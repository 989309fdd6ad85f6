//! The real binary as a child process that ends with its test.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::http::{Client, Response};

/// Maximum time of any operation before a test fails.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    log: Mutex<Receiver<Value>>,
    /// Address of its listener.
    pub(crate) address: String,
    /// Address of its metrics listener.
    pub(crate) metrics_address: Option<String>,
    data: Arc<TempDir>,
}

/// Returns the command `aidgraph` without `AIDGRAPH_` variables of the environment.
pub(crate) fn aidgraph() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aidgraph"));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("AIDGRAPH_")) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end.
pub(crate) fn run<S: AsRef<OsStr>>(arguments: &[S]) -> Output {
    aidgraph().args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Returns the command that serves a data folder on a free port.
pub(crate) fn serve(data: &Path) -> Command {
    let mut command = aidgraph();
    command.args(["serve", "--log", "json", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command
}

/// Returns the only error message and the exit code of a failed command.
pub(crate) fn rejected(output: &Output) -> (String, i32) {
    let output_text = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> =
        output_text.lines().filter(|line| line.starts_with("aidgraph: ")).collect();
    assert_eq!(errors.len(), 1, "expected one error line:\n{output_text}");
    let others = output_text.lines().filter(|line| !line.starts_with("aidgraph: "));
    for line in others {
        assert!(line.contains("listening"), "unexpected output:\n{output_text}");
    }
    (errors[0].to_owned(), output.status.code().unwrap())
}

impl Server {
    /// Returns a server over the embedded seed that concurrent tests share.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap();
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start(&[]));
            *shared = Arc::downgrade(&server);
            server
        })
    }

    /// Starts a server over the embedded seed, and waits until it is ready.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_on(&Arc::new(tempfile::tempdir().unwrap()), arguments)
    }

    /// Starts a server on a data folder, and waits until it is ready.
    pub(crate) fn start_on(data: &Arc<TempDir>, arguments: &[&str]) -> Self {
        let server = Self::spawn(data, arguments);
        server.wait_for_log("ready");
        server
    }

    /// Starts a server on a data folder, and waits until it listens. It may not be ready yet.
    pub(crate) fn spawn(data: &Arc<TempDir>, arguments: &[&str]) -> Self {
        let mut command = serve(data.path());
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, log) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or(Value::String(line));
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut server = Self {
            child,
            log: Mutex::new(log),
            address: String::new(),
            metrics_address: None,
            data: Arc::clone(data),
        };
        if arguments.contains(&"--metrics-listen") {
            let lines_read = server.wait_for_log("serving metrics");
            let url = lines_read["metrics"].as_str().unwrap();
            server.metrics_address =
                Some(url["http://".len()..].trim_end_matches("/metrics").to_owned());
        }
        let lines_read = server.wait_for_log("listening");
        lines_read["address"].as_str().unwrap().clone_into(&mut server.address);
        server
    }

    /// Waits for a log line whose message contains some words.
    pub(crate) fn wait_for_log(&self, words: &str) -> Value {
        let begin = Instant::now();
        let mut lines_read = Vec::new();
        while let Some(left) = TIMEOUT.checked_sub(begin.elapsed()) {
            match self.log.lock().unwrap().recv_timeout(left) {
                Ok(line)
                    if line["message"].as_str().is_some_and(|message| message.contains(words)) =>
                {
                    return line;
                }
                Ok(line) => lines_read.push(line.to_string()),
                Err(_) => break,
            }
        }
        panic!("no log line contains `{words}`:\n{}", lines_read.join("\n"));
    }

    /// Returns the log lines up to the end of the process that were not read yet.
    pub(crate) fn rest_of_log(&self) -> String {
        let log = self.log.lock().unwrap();
        std::iter::from_fn(|| log.recv_timeout(TIMEOUT).ok())
            .map(|line| line.to_string() + "\n")
            .collect()
    }

    /// Opens a new connection.
    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.address).unwrap()
    }

    /// Sends a GET request.
    pub(crate) fn get(&self, path: &str) -> Response {
        self.client().get(path).unwrap()
    }

    /// Sends a GET request for JSON.
    pub(crate) fn json(&self, path: &str) -> Value {
        json(&self.get(path))
    }

    /// Sends a GraphQL request with POST.
    pub(crate) fn post(&self, body: &Value, headers: &[(&str, &str)]) -> Response {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.client().send("POST", "/graphql", &all, &body.to_string()).unwrap()
    }

    /// Sends a signal: `TERM`, `INT`, `KILL`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end of the process, and returns its exit status.
    pub(crate) fn wait_for_exit(&mut self) -> ExitStatus {
        let begin = Instant::now();
        while begin.elapsed() < TIMEOUT {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server does not end");
    }

    /// Returns the data folder.
    pub(crate) fn data(&self) -> &Arc<TempDir> {
        &self.data
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails if the process has ended already, as intended in some tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Parses the JSON of a response.
pub(crate) fn json(response: &Response) -> Value {
    serde_json::from_str(&response.body).unwrap_or_else(|err| panic!("{err}: {}", response.body))
}

/// Returns the code of the first error of a response.
pub(crate) fn code(response: &Response) -> String {
    let json = json(response);
    json["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{json}")).to_owned()
}
