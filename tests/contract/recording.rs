//! Recorded answers of the service, read from files. Two forms are understood:
//!
//! - `METHOD_path-with-slashes-as-underscores_N.snaphost`: the raw HTTP answer; the request is known by the file's name;
//! - `*.http`: the request on lines that start with `>`, then the raw HTTP answer.
//!
//! Invariant: no file below a folder of recordings is skipped; one that cannot be read is an error with its name.

use crate::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// A request and what the service answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The method of the request, in capitals.
    pub method: String,
    /// What was asked for.
    pub target: Target,
    /// Whether the request asked for the status within the body (`envelope=true`).
    pub envelope: bool,
    /// The answer's HTTP status.
    pub status: u16,
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
}

/// Why a file is not a recording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Neither `.http` nor `.snaphost`.
    #[error("neither an .http nor a .snaphost file")]
    Extension,
    /// The name of a `.snaphost` file is not of the form given above.
    #[error("the name is not METHOD_path_N.snaphost")]
    Name,
    /// The file is not readable as UTF-8 text.
    #[error("not readable as text: {0}")]
    Text(String),
    /// An `.http` file does not start with a request line.
    #[error("no request line such as `> GET /api/atlas/v2/…` at the top")]
    RequestLine,
    /// There is no status line where the answer should start.
    #[error("no status line such as `HTTP/1.1 200 OK` where the answer should start: {0:?}")]
    StatusLine(String),
    /// A line of the answer's head is not `Name: value`.
    #[error("not a header: {0:?}")]
    Header(String),
}

/// A recording, or why there is none, under the file's path relative to its folder.
pub type Named = (String, Result<Recording, Unreadable>);

/// Reads every file below `folder`, in the order of their names.
///
/// # Errors
/// When the folder itself or one below it cannot be listed.
pub fn read_folder(folder: &Path) -> Result<Vec<Named>, Error> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    files.sort();
    let named = |file: PathBuf| {
        let name = file
            .strip_prefix(folder)
            .unwrap_or(&file)
            .display()
            .to_string();
        (name, read(&file))
    };
    Ok(files.into_iter().map(named).collect())
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

fn read(file: &Path) -> Result<Recording, Unreadable> {
    let part = |part: Option<&std::ffi::OsStr>| {
        part.and_then(|part| part.to_str())
            .unwrap_or_default()
            .to_owned()
    };
    let (stem, extension) = (part(file.file_stem()), part(file.extension()));
    if extension != "http" && extension != "snaphost" {
        return Err(Unreadable::Extension);
    }
    let text = fs::read_to_string(file).map_err(|error| Unreadable::Text(error.to_string()))?;
    if extension == "http" {
        parse_http(&text)
    } else {
        parse_snaphost(&stem, &text)
    }
}

/// Reads the form that has the request in its file name.
fn parse_snaphost(stem: &str, answer: &str) -> Result<Recording, Unreadable> {
    let (method, rest) = stem.split_once('_').ok_or(Unreadable::Name)?;
    let (joined, number) = rest.rsplit_once('_').ok_or(Unreadable::Name)?;
    let is =
        |text: &str, rule: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(rule);
    if joined.is_empty() || !is(method, u8::is_ascii_uppercase) || !is(number, u8::is_ascii_digit) {
        return Err(Unreadable::Name);
    }
    parse_answer(method, Target::Joined(joined.to_owned()), false, answer)
}

/// Reads the form that has the request on lines of its own.
fn parse_http(text: &str) -> Result<Recording, Unreadable> {
    let line = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("> "))
        .ok_or(Unreadable::RequestLine)?;
    let (method, target) = line.split_once(' ').ok_or(Unreadable::RequestLine)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if !path.starts_with('/') {
        return Err(Unreadable::RequestLine);
    }
    let envelope = query
        .split('&')
        .any(|parameter| parameter == "envelope=true");
    let answer = text
        .split_inclusive('\n')
        .skip_while(|line| line.starts_with('>'))
        .collect::<String>();
    parse_answer(method, Target::Path(path.to_owned()), envelope, &answer)
}

fn parse_answer(
    method: &str,
    target: Target,
    envelope: bool,
    answer: &str,
) -> Result<Recording, Unreadable> {
    let mut lines = answer.split_inclusive('\n');
    let first = lines.next().unwrap_or_default().trim_end();
    let status = first
        .strip_prefix("HTTP/")
        .and_then(|line| line.split_ascii_whitespace().nth(1)?.parse().ok())
        .ok_or_else(|| Unreadable::StatusLine(first.to_owned()))?;
    let mut media_type = None;
    for line in lines
        .by_ref()
        .map(str::trim_end)
        .take_while(|line| !line.is_empty())
    {
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| Unreadable::Header(line.to_owned()))?;
        if name.eq_ignore_ascii_case("content-type") {
            let essence = value.split(';').next().unwrap_or_default();
            media_type = Some(essence.trim().to_ascii_lowercase());
        }
    }
    let body = lines.collect::<String>().trim().as_bytes().to_vec();
    Ok(Recording {
        method: method.to_owned(),
        target,
        envelope,
        status,
        media_type,
        body,
    })
}

#[cfg(test)]
mod tests {
    use super::{Recording, Target, Unreadable, parse_http, parse_snaphost, read_folder};
    use std::fs;

    fn recording(
        method: &str,
        target: Target,
        envelope: bool,
        status: u16,
        body: &str,
    ) -> Recording {
        Recording {
            method: method.to_owned(),
            target,
            envelope,
            status,
            media_type: Some("application/json".to_owned()),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_name_of_a_raw_answer_gives_method_and_path() {
        let answer = "HTTP/2.0 404 Not Found\nContent-Type: application/json\n\n{}";
        let cases = [
            ("GET_api_v2_groups_1", Some(("GET", "api_v2_groups"))),
            ("DELETE_api_v2_a_b_c_12", Some(("DELETE", "api_v2_a_b_c"))),
            ("GET_api_v2_groups", None),
            ("get_api_v2_1", None),
            ("GET_1", None),
            ("GET__1", None),
            ("GET", None),
            ("", None),
        ];
        for (stem, expected) in cases {
            let expected = expected
                .map(|(method, joined)| {
                    recording(method, Target::Joined(joined.to_owned()), false, 404, "{}")
                })
                .ok_or(Unreadable::Name);
            assert_eq!(parse_snaphost(stem, answer), expected, "{stem}");
        }
    }

    #[test]
    fn a_recording_of_ours_has_its_request_on_marked_lines() {
        let path = || Target::Path("/api/v2/x".to_owned());
        let cases = [
            (
                "> GET /api/v2/x\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{}\n",
                false,
                200,
                "{}",
            ),
            (
                "> GET /api/v2/x?pretty=true&envelope=true\n> Accept: a/b\nHTTP/1.1 200 OK\ncontent-TYPE:APPLICATION/json; charset=utf-8\n\n{\n}\n",
                true,
                200,
                "{\n}",
            ),
            (
                "> GET /api/v2/x?envelope=false\r\n>\r\n> {\"a\":1}\r\nHTTP/1.1 204 No Content\r\nContent-Type: application/json\r\n\r\n",
                false,
                204,
                "",
            ),
            (
                "> GET /api/v2/x\nHTTP/2 401\nContent-Type: application/json",
                false,
                401,
                "",
            ),
        ];
        for (text, envelope, status, body) in cases {
            let expected = recording("GET", path(), envelope, status, body);
            assert_eq!(parse_http(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_recording_says_why() {
        let cases = [
            ("HTTP/1.1 200 OK\n\n", Unreadable::RequestLine),
            ("> GET\nHTTP/1.1 200 OK\n\n", Unreadable::RequestLine),
            (
                "> GET https://cloud.example/x\nHTTP/1.1 200 OK\n\n",
                Unreadable::RequestLine,
            ),
            ("> GET /x\n{}", Unreadable::StatusLine("{}".to_owned())),
            (
                "> GET /x\nHTTP/1.1 fine\n\n",
                Unreadable::StatusLine("HTTP/1.1 fine".to_owned()),
            ),
            (
                "> GET /x\nHTTP/1.1 200 OK\n{\"a\"}\n",
                Unreadable::Header("{\"a\"}".to_owned()),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_http(text), Err(expected), "{text}");
        }
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
        fs::write(folder.path().join("d.http"), [0xff]).unwrap();
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
                ("c.txt", false),
                ("d.http", false)
            ]
        );
        assert!(read_folder(&folder.path().join("absent")).is_err());
    }
}
