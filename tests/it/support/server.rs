//! The real binary, started as a user would, ended with the test.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::http::{Answer, Client};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server at work.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    log: Mutex<Receiver<Value>>,
    /// Where it listens.
    pub(crate) address: String,
    /// Where it tells its figures.
    pub(crate) figures: Option<String>,
    data: Arc<TempDir>,
}

/// The command `aidgraph`, untouched by the environment of whoever runs the tests.
pub(crate) fn aidgraph() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aidgraph"));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("AIDGRAPH_")) {
            command.env_remove(name);
        }
    }
    command
}

/// What a command says and how it ends.
pub(crate) fn run<S: AsRef<OsStr>>(arguments: &[S]) -> Output {
    aidgraph().args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// The command that serves a data folder on a free port.
pub(crate) fn serve(data: &Path) -> Command {
    let mut command = aidgraph();
    command.args(["serve", "--log", "json", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command
}

/// What a command that must not go on says: its only complaint, and its exit code.
pub(crate) fn refused(output: &Output) -> (String, i32) {
    let said = String::from_utf8_lossy(&output.stderr);
    let complaints: Vec<&str> =
        said.lines().filter(|line| line.starts_with("aidgraph: ")).collect();
    assert_eq!(complaints.len(), 1, "one line should say it all:\n{said}");
    let others = said.lines().filter(|line| !line.starts_with("aidgraph: "));
    for line in others {
        assert!(line.contains("listening"), "nothing else should be said:\n{said}");
    }
    (complaints[0].to_owned(), output.status.code().unwrap())
}

impl Server {
    /// A server over the embedded seed, shared by the tests that run at one time.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap();
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start(&[]));
            *shared = Arc::downgrade(&server);
            server
        })
    }

    /// A server of one's own over the embedded seed, ready to answer.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_on(&Arc::new(tempfile::tempdir().unwrap()), arguments)
    }

    /// A server on a data folder, ready to answer.
    pub(crate) fn start_on(data: &Arc<TempDir>, arguments: &[&str]) -> Self {
        let server = Self::begin(data, arguments);
        server.hear("ready");
        server
    }

    /// A server on a data folder that listens, and may not be ready yet.
    pub(crate) fn begin(data: &Arc<TempDir>, arguments: &[&str]) -> Self {
        let mut command = serve(data.path());
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (say, log) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or(Value::String(line));
                if say.send(line).is_err() {
                    break;
                }
            }
        });
        let mut server = Self {
            child,
            log: Mutex::new(log),
            address: String::new(),
            figures: None,
            data: Arc::clone(data),
        };
        if arguments.contains(&"--metrics-listen") {
            let heard = server.hear("serving metrics");
            let place = heard["metrics"].as_str().unwrap();
            server.figures = Some(place["http://".len()..].trim_end_matches("/metrics").to_owned());
        }
        let heard = server.hear("listening");
        heard["address"].as_str().unwrap().clone_into(&mut server.address);
        server
    }

    /// Waits for a line of the log whose message holds these words.
    pub(crate) fn hear(&self, words: &str) -> Value {
        let begin = Instant::now();
        let mut heard = Vec::new();
        while let Some(left) = PATIENCE.checked_sub(begin.elapsed()) {
            match self.log.lock().unwrap().recv_timeout(left) {
                Ok(line) if line["message"].as_str().is_some_and(|said| said.contains(words)) => {
                    return line;
                }
                Ok(line) => heard.push(line.to_string()),
                Err(_) => break,
            }
        }
        panic!("`{words}` was not heard, but:\n{}", heard.join("\n"));
    }

    /// Everything that the log has said by the end of the process, and that nobody has heard yet.
    pub(crate) fn rest_of_log(&self) -> String {
        let log = self.log.lock().unwrap();
        std::iter::from_fn(|| log.recv_timeout(PATIENCE).ok())
            .map(|line| line.to_string() + "\n")
            .collect()
    }

    /// A new connection.
    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.address).unwrap()
    }

    /// A page.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.client().get(path).unwrap()
    }

    /// A page that is JSON.
    pub(crate) fn json(&self, path: &str) -> Value {
        json(&self.get(path))
    }

    /// The answer to a GraphQL request by POST.
    pub(crate) fn post(&self, body: &Value, headers: &[(&str, &str)]) -> Answer {
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

    /// How the process ends, once it does.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server does not end");
    }

    /// Its data folder.
    pub(crate) fn data(&self) -> &Arc<TempDir> {
        &self.data
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails when it has ended already, as it should then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The JSON of an answer.
pub(crate) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|err| panic!("{err}: {}", answer.body))
}

/// The code of the first error of an answer.
pub(crate) fn code(answer: &Answer) -> String {
    let json = json(answer);
    json["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{json}")).to_owned()
}
