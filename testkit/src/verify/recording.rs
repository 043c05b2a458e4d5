//! Recorded responses of the service, read from files in one of three formats:
//!
//! - `METHOD_path-with-slashes-as-underscores_N.snaphost`: the raw HTTP response; the file's name gives the
//!   request;
//! - `*.http`: the raw HTTP request on lines that start with `>`, then the raw HTTP response;
//! - `*.har`: an HTTP Archive 1.2, each of its entries a recording.
//!
//! Responses whose `Content-Encoding` is gzip or deflate are decoded; any other coding makes a recording
//! unreadable.
//!
//! Invariant: no file below a folder of recordings is skipped; one that cannot be read is an error with its
//! name.

mod coding;
pub mod convert;
mod har;
mod http;

use crate::verify::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The hosts of the API; archive entries for other hosts match no operation.
const HOSTS: [&str; 2] = ["cloud.mongodb.com", "cloud.mongodbgov.com"];

/// A request and the service's response.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The method of the request, in capitals.
    pub method: String,
    /// The target of the request.
    pub target: Target,
    /// True if the request asked for the status in the body (`envelope=true`).
    pub envelope: bool,
    /// The rest of the request, if it was recorded.
    pub request: Option<Request>,
    /// The response's HTTP status.
    pub status: u16,
    /// The response's `Date`, in seconds since the epoch.
    pub date: Option<i64>,
    /// The response's headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The response's media type in lower case, without its parameters.
    pub media_type: Option<String>,
    /// The response's body; empty if it is white space only.
    pub body: Vec<u8>,
}

/// The path of a request, as far as the recording shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The path itself, without the query.
    Path(String),
    /// The segments of the path joined by `_`, which segments may also contain.
    Joined(String),
    /// Host and path of a request to a host that is not the API's, without the query.
    Elsewhere(String),
}

/// A request's contents besides method and path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Names and values of the query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The `Accept` header.
    pub accept: Option<String>,
    /// The body's media type in lower case, without its parameters.
    pub media_type: Option<String>,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
}

impl Recording {
    /// Creates a recording of a response whose only header is its media type.
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

/// The reason why a file, or an entry of an archive, is not a recording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The file has none of the extensions.
    #[error("neither an .http nor a .snaphost nor a .har file")]
    Extension,
    /// The name of a `.snaphost` file does not have the form given above.
    #[error("the name is not METHOD_path_N.snaphost")]
    Name,
    /// The file is not UTF-8 text.
    #[error("not UTF-8 text: {0}")]
    Text(String),
    /// The content coding of a body is not supported.
    #[error("the body is encoded as {0:?}: record it without a coding, or as gzip or deflate")]
    Coding(String),
    /// A body does not have the coding that its `Content-Encoding` names.
    #[error("the body cannot be decoded as its Content-Encoding says: {0}")]
    Encoded(String),
    /// A decoded body exceeds the limit, in bytes.
    #[error("the body has more than {0} bytes once it is decoded")]
    TooLarge(u64),
    /// An `.http` file does not start with a request line.
    #[error("no request line such as `> GET /api/atlas/v2/…` at the top")]
    RequestLine,
    /// The response does not start with a status line.
    #[error("no status line such as `HTTP/1.1 200 OK` where the response should start: {0:?}")]
    StatusLine(String),
    /// A header line is not `Name: value`.
    #[error("not a header: {0:?}")]
    Header(String),
    /// A `.har` file is not an archive with entries.
    #[error("not an HTTP Archive 1.2: {0}")]
    Archive(String),
    /// An entry of an archive has no readable response.
    #[error("an entry without a readable request and response: {0}")]
    Entry(String),
}

/// A recording or the reason why there is none, with the file's path relative to its folder.
pub type Named = (String, Result<Recording, Unreadable>);

/// Reads one file, or every file below a folder, each with its path.
///
/// A file is read, and an entry of an archive decoded, when it is taken: together they may exceed the memory.
///
/// # Errors
/// As [`read_folder`], and when the path does not exist.
pub fn read_path(path: &Path) -> Result<impl Iterator<Item = (PathBuf, Named)> + use<>, Error> {
    let unread = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let (files, folder) = match fs::metadata(path).map_err(unread)?.is_file() {
        true => (vec![path.to_owned()], path.parent().unwrap_or(path)),
        false => (sorted(path)?, path),
    };
    let folder = folder.to_owned();
    Ok(files.into_iter().flat_map(move |file| {
        let name = file.strip_prefix(&folder).unwrap_or(&file).display();
        let recordings = read(&file, &name.to_string());
        recordings.map(move |named| (file.clone(), named))
    }))
}

/// Reads every file below `folder`, sorted by name; numbers at the end of names sort as numbers.
///
/// # Errors
/// When the folder itself or one below it cannot be listed.
pub fn read_folder(folder: &Path) -> Result<Vec<Named>, Error> {
    Ok(read_path(folder)?.map(|(_, named)| named).collect())
}

/// The longest method, in bytes; registered ones have at most 17.
const LONGEST_METHOD: usize = 32;

/// Returns true if a text can be a method (RFC 9110 section 9.1).
///
/// File names are made from it, so a `/` must be rejected.
fn is_method(text: &str) -> bool {
    text.len() <= LONGEST_METHOD && ::http::Method::from_bytes(text.as_bytes()).is_ok()
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    files.sort_by_cached_key(|file| numbered(file));
    Ok(files)
}

/// Returns a sort key: the path up to a number at the end of its stem, the number, and the whole path.
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

/// Reads the recordings of one file: one, or those of an archive.
fn read(file: &Path, name: &str) -> Box<dyn Iterator<Item = Named>> {
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
                let name = name.to_owned();
                let named = move |(index, read)| (format!("{name}#{}", index + 1), read);
                return Box::new(entries.enumerate().map(named));
            }
            Err(error) => Err(error),
        },
        _ => Err(Unreadable::Extension),
    };
    Box::new(std::iter::once((name.to_owned(), read)))
}

/// Returns a media type in lower case, without its parameters.
fn essence(value: &str) -> String {
    let essence = value.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// Parses a `Date` header to seconds since the epoch.
pub(crate) fn moment(value: &str) -> Option<i64> {
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value.trim());
    date.ok().map(jiff::Timestamp::as_second)
}

/// Returns true if a query asks for the status in the body.
fn asks_for_envelope(query: &[(String, String)]) -> bool {
    query
        .iter()
        .any(|(name, value)| name == "envelope" && value == "true")
}

#[cfg(test)]
mod tests {
    use super::{Unreadable, read_folder, read_path};
    use std::fs;

    #[test]
    fn a_file_is_read_when_the_one_before_it_has_been_taken() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        for name in ["a.http", "b.http", "c.http"] {
            write(name, "> GET /api\nHTTP/1.1 200 OK\n\n");
        }
        let read = read_path(folder.path()).unwrap();
        let mut read = read.map(|(_, (_, read))| read);
        assert!(read.next().unwrap().is_ok());
        write("b.http", "");
        assert_eq!(read.next(), Some(Err(Unreadable::RequestLine)));
        assert!(read.next().unwrap().is_ok() && read.next().is_none());
    }

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
