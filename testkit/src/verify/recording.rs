//! Recorded answers of the service, read from files. Three forms are understood:
//!
//! - `METHOD_path-with-slashes-as-underscores_N.snaphost`: the raw HTTP answer; the request is known by the file's name;
//! - `*.http`: the raw HTTP request on lines that start with `>`, then the raw HTTP answer;
//! - `*.har`: an HTTP Archive 1.2, each of its entries a recording.
//!
//! Answers whose `Content-Encoding` is gzip or deflate are decoded; another coding makes a recording unreadable.
//!
//! Invariant: no file below a folder of recordings is skipped; one that cannot be read is an error with its name.

mod coding;
pub mod convert;
mod har;
mod http;

use crate::verify::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The hosts of the API: in an archive, what went to another is for no operation.
const HOSTS: [&str; 2] = ["cloud.mongodb.com", "cloud.mongodbgov.com"];

/// A request and what the service answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The method of the request, in capitals.
    pub method: String,
    /// What was asked for.
    pub target: Target,
    /// Whether the request asked for the status within the body (`envelope=true`).
    pub envelope: bool,
    /// The rest of the request, where it was recorded.
    pub request: Option<Request>,
    /// The answer's HTTP status.
    pub status: u16,
    /// When the service answered by its own clock (`Date`), in seconds since the epoch.
    pub date: Option<i64>,
    /// The answer's headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The answer's media type in lower case, without its parameters.
    pub media_type: Option<String>,
    /// The answer's body; empty when it is white space only.
    pub body: Vec<u8>,
}

/// The path of a request, as far as the recording knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The path itself, without the query.
    Path(String),
    /// The segments of the path joined by `_`, which may also be in a segment.
    Joined(String),
    /// Another host than those of the API, with the path and without the query.
    Elsewhere(String),
}

/// What was sent, besides method and path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Names and values of the query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The header `Accept`.
    pub accept: Option<String>,
    /// The body's media type in lower case, without its parameters.
    pub media_type: Option<String>,
    /// The body; empty when there is none.
    pub body: Vec<u8>,
}

impl Recording {
    /// A recording of an answer without headers but its media type.
    #[must_use]
    pub fn of_answer(
        method: &str,
        target: Target,
        status: u16,
        media_type: &str,
        body: &str,
    ) -> Self {
        Self {
            method: method.to_owned(),
            target,
            envelope: false,
            request: None,
            status,
            date: None,
            headers: Vec::new(),
            media_type: Some(media_type.to_owned()).filter(|name| !name.is_empty()),
            body: body.as_bytes().to_vec(),
        }
    }
}

/// Why a file, or an entry of an archive, is not a recording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// None of the forms.
    #[error("neither an .http nor a .snaphost nor a .har file")]
    Extension,
    /// The name of a `.snaphost` file is not of the form given above.
    #[error("the name is not METHOD_path_N.snaphost")]
    Name,
    /// The file is not readable as UTF-8 text.
    #[error("not readable as text: {0}")]
    Text(String),
    /// A body is in a content coding that is not known here.
    #[error("the body is encoded as {0:?}: record it without, or as gzip or deflate")]
    Coding(String),
    /// A body is not of the coding that its `Content-Encoding` names.
    #[error("the body cannot be decoded as its Content-Encoding says: {0}")]
    Encoded(String),
    /// A body is larger than what is read, in bytes.
    #[error("the body has more than {0} bytes once it is decoded")]
    TooLarge(u64),
    /// An `.http` file does not start with a request line.
    #[error("no request line such as `> GET /api/atlas/v2/…` at the top")]
    RequestLine,
    /// There is no status line where the answer should start.
    #[error("no status line such as `HTTP/1.1 200 OK` where the answer should start: {0:?}")]
    StatusLine(String),
    /// A line of a head is not `Name: value`.
    #[error("not a header: {0:?}")]
    Header(String),
    /// A `.har` file is not an archive with entries.
    #[error("not an HTTP Archive 1.2: {0}")]
    Archive(String),
    /// An entry of an archive has no answer, or one that cannot be read.
    #[error("an entry without a readable request and answer: {0}")]
    Entry(String),
}

/// A recording, or why there is none, under the file's path relative to its folder.
pub type Named = (String, Result<Recording, Unreadable>);

/// Reads one file, or every file below a folder; each with the path of its file.
///
/// # Errors
/// As [`read_folder`], and when there is nothing at the path.
pub fn read_path(path: &Path) -> Result<Vec<(PathBuf, Named)>, Error> {
    let unread = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let of_file = |file: &Path, name: &str| {
        let read = read(file, name).into_iter();
        read.map(|named| (file.to_owned(), named))
            .collect::<Vec<_>>()
    };
    if fs::metadata(path).map_err(unread)?.is_file() {
        let name = path.file_name().unwrap_or(path.as_os_str());
        return Ok(of_file(path, &name.to_string_lossy()));
    }
    let files = sorted(path)?;
    let named = files.iter().flat_map(|file| {
        let name = file.strip_prefix(path).unwrap_or(file);
        of_file(file, &name.display().to_string())
    });
    Ok(named.collect())
}

/// Reads every file below `folder`, in the order of their names; numbers at the end of names are ordered as numbers.
///
/// # Errors
/// When the folder itself or one below it cannot be listed.
pub fn read_folder(folder: &Path) -> Result<Vec<Named>, Error> {
    Ok(read_path(folder)?
        .into_iter()
        .map(|(_, named)| named)
        .collect())
}

/// The longest method, in bytes; registered ones have at most 17.
const LONGEST_METHOD: usize = 32;

/// Whether a text can be a method (RFC 9110 section 9.1). Names of files are made from it, so a `/` must not pass.
fn is_method(text: &str) -> bool {
    text.len() <= LONGEST_METHOD && ::http::Method::from_bytes(text.as_bytes()).is_ok()
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    files.sort_by_cached_key(|file| numbered(file));
    Ok(files)
}

/// The path up to a number at the end of its stem, the number, and the whole.
fn numbered(file: &Path) -> (String, u64, PathBuf) {
    let path = file.with_extension("").display().to_string();
    let digits = path.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (stem, number) = path.split_at(path.len() - digits);
    (
        stem.to_owned(),
        number.parse().unwrap_or(0),
        file.to_owned(),
    )
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let unlisted = |source| Error::Read {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(unlisted)? {
        let path = entry.map_err(unlisted)?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The recordings of one file: one, or those of an archive.
fn read(file: &Path, name: &str) -> Vec<Named> {
    let part = |part: Option<&std::ffi::OsStr>| {
        part.and_then(|part| part.to_str())
            .unwrap_or_default()
            .to_owned()
    };
    let text = || fs::read_to_string(file).map_err(|error| Unreadable::Text(error.to_string()));
    let bytes = || fs::read(file).map_err(|error| Unreadable::Text(error.to_string()));
    let read = match part(file.extension()).as_str() {
        "http" => bytes().and_then(|bytes| http::with_request(&bytes)),
        "snaphost" => bytes().and_then(|bytes| http::answer_only(&part(file.file_stem()), &bytes)),
        "har" => match text().and_then(|text| har::entries(&text)) {
            Ok(entries) => {
                let named = |(index, read)| (format!("{name}#{}", index + 1), read);
                return entries.into_iter().enumerate().map(named).collect();
            }
            Err(error) => Err(error),
        },
        _ => Err(Unreadable::Extension),
    };
    vec![(name.to_owned(), read)]
}

/// A media type in lower case, without its parameters.
fn essence(value: &str) -> String {
    let essence = value.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// The moment of a `Date` header, in seconds since the epoch.
pub(crate) fn moment(value: &str) -> Option<i64> {
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value.trim());
    date.ok().map(jiff::Timestamp::as_second)
}

/// Whether a query asks for the status within the body.
fn asks_for_envelope(query: &[(String, String)]) -> bool {
    query
        .iter()
        .any(|(name, value)| name == "envelope" && value == "true")
}

#[cfg(test)]
mod tests {
    use super::read_folder;
    use std::fs;

    #[test]
    fn no_file_of_a_folder_is_skipped() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        fs::write(
            folder.path().join("b/GET_api_1.snaphost"),
            "HTTP/2.0 200 OK\n\n",
        )
        .unwrap();
        fs::write(
            folder.path().join("a.http"),
            "> GET /api\nHTTP/1.1 200 OK\n\n",
        )
        .unwrap();
        fs::write(folder.path().join("c.txt"), "notes").unwrap();
        for number in [10, 9] {
            let path = folder.path().join(format!("b/GET_api_{number}.snaphost"));
            fs::write(path, "HTTP/2.0 200 OK\n\n").unwrap();
        }
        fs::write(folder.path().join("e.har"), r#"{"log":{"entries":[{}]}}"#).unwrap();
        fs::write(folder.path().join("f.har"), "{}").unwrap();
        fs::write(folder.path().join("d.http"), [0xff]).unwrap();
        let brotli = b"> GET /api\nHTTP/1.1 200 OK\nContent-Encoding: br\n\n\xff\xfe";
        fs::write(folder.path().join("d_brotli.http"), brotli).unwrap();
        let read = read_folder(folder.path()).unwrap();
        let names = read
            .iter()
            .map(|(name, read)| (name.as_str(), read.is_ok()))
            .collect::<Vec<_>>();
        assert_eq!(
            names,
            [
                ("a.http", true),
                ("b/GET_api_1.snaphost", true),
                ("b/GET_api_9.snaphost", true),
                ("b/GET_api_10.snaphost", true),
                ("c.txt", false),
                ("d.http", false),
                ("d_brotli.http", false),
                ("e.har#1", false),
                ("f.har", false)
            ]
        );
        assert!(read_folder(&folder.path().join("absent")).is_err());
    }
}
