//! Apache with the page of a list, once behind digest authentication and once without.

use crate::Outcome;
use crate::calls::client::PATH;
use crate::calls::pages;
use crate::timing::run;
use md5::{Digest as _, Md5};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Where systems have the program.
const PROGRAMS: [&str; 3] = [
    "/usr/sbin/apache2",
    "/usr/bin/apache2",
    "/usr/local/sbin/apache2",
];

/// A running Apache. It ends when this is dropped.
pub(crate) struct Apache {
    program: &'static Path,
    place: TempDir,
    port: u16,
}

impl Apache {
    /// `None` where there is no Apache.
    pub(crate) fn start() -> Outcome<Option<Self>> {
        let mut programs = PROGRAMS.iter().map(Path::new);
        let Some(program) = programs.find(|program| program.exists()) else {
            return Ok(None);
        };
        let place = tempfile::tempdir()?;
        let root = place.path();
        for half in ["open", "closed"] {
            let page_of = root
                .join("files")
                .join(half)
                .join(PATH.trim_start_matches('/'));
            fs::create_dir_all(page_of.parent().ok_or("the page is in a directory")?)?;
            fs::write(page_of, pages::body("exports", 20)?)?;
        }
        let secret = Md5::digest("public:MMS Public API:private");
        let secret: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(
            root.join("users"),
            format!("public:MMS Public API:{secret}\n"),
        )?;
        // Apache serves as another user than the one who starts it.
        run(Command::new("chmod").args(["-R", "a+rX"]).arg(root))?;
        let mut apache = Self {
            program,
            place,
            port: 0,
        };
        let mut attempt = 1;
        loop {
            apache.port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let root = apache.place.path();
            let text = config(&root.display().to_string(), apache.port);
            fs::write(root.join("config"), text)?;
            match apache.command("start") {
                Ok(()) => return Ok(Some(apache)),
                // Another process may have taken the port.
                Err(_) if attempt < 5 => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// The base URL behind digest authentication.
    pub(crate) fn closed(&self) -> String {
        format!("http://127.0.0.1:{}/closed", self.port)
    }

    /// The base URL of what needs no authentication.
    pub(crate) fn open(&self) -> String {
        format!("http://127.0.0.1:{}/open", self.port)
    }

    /// How many requests there were: Apache writes a line with `+` before it handles a request, and
    /// another line after the response.
    pub(crate) fn requests(&self) -> Outcome<f64> {
        let log = fs::read_to_string(self.place.path().join("requests.log"))?;
        let received = log.lines().filter(|line| line.starts_with('+'));
        Ok(received.count() as f64)
    }

    fn command(&self, verb: &str) -> Outcome<()> {
        let mut command = Command::new(self.program);
        command.arg("-f").arg(self.place.path().join("config"));
        run(command.args(["-k", verb])).map(drop)
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        // It was not started, or the process ends with an error that says more.
        let _ = self.command("stop");
    }
}

fn config(root: &str, port: u16) -> String {
    let modules = [
        "mpm_event",
        "authn_core",
        "authn_file",
        "authz_core",
        "authz_user",
        "auth_digest",
        "log_forensic",
    ];
    let modules = modules
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .concat();
    format!(
        "{modules}
        ServerRoot {root}
        ServerName localhost
        DefaultRuntimeDir {root}
        PidFile {root}/pid
        ErrorLog {root}/error.log
        ForensicLog {root}/requests.log
        Listen 127.0.0.1:{port}
        User www-data
        Group www-data
        DocumentRoot {root}/files
        MaxKeepAliveRequests 0
        <Location /closed>
            AuthType Digest
            AuthName \"MMS Public API\"
            AuthDigestProvider file
            AuthUserFile {root}/users
            Require valid-user
        </Location>\n"
    )
}
