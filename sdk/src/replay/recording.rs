//! A recorded exchange, and its file formats.
//!
//! Invariant: no file of a directory is skipped; an unreadable file is an error with its name.
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode};

use crate::regular_file;

/// A recorded response with the known parts of its request. `Debug` shows the request only.
#[derive(Clone)]
pub struct Recording {
    name: String,
    method: Method,
    target: Target,
    answer: http::Response<Bytes>,
}

#[derive(Clone)]
enum Target {
    Whole {
        path: String,
        query: String,
    },
    /// The segments of the path joined by `_`. A segment may itself contain `_`.
    Joined(String),
}

impl Recording {
    /// Creates the recording of a response to `method` on `target` (an absolute path with an optional query).
    #[must_use]
    pub fn new(method: Method, target: &str, answer: http::Response<Bytes>) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            name: format!("{method} {target}"),
            method,
            target: Target::Whole {
                path: path.to_owned(),
                query: query.to_owned(),
            },
            answer,
        }
    }

    /// Parses an exchange. Lines that start with `>` are the request (`> GET /api/atlas/v2/groups?pageNum=2`, then headers
    /// and body, which are ignored). The raw HTTP response follows. One final line break is not part of the body.
    ///
    /// # Errors
    /// If the text has another format.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, InvalidRecording> {
        Self::parse_exchange(text.as_ref()).map_err(InvalidRecording::unnamed)
    }

    /// Reads a file. `*.http` has the format of [`Recording::parse`]. `METHOD_path_N.snaphost`, where `_` replaces each `/` of
    /// the path and `N` is a number, is a raw HTTP response.
    ///
    /// # Errors
    /// If the file cannot be read or has another format.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, InvalidRecording> {
        let file = file.as_ref();
        let named = |why| InvalidRecording {
            name: file.display().to_string(),
            why,
        };
        let part = |part: Option<&std::ffi::OsStr>| {
            part.and_then(|part| part.to_str())
                .unwrap_or_default()
                .to_owned()
        };
        let (stem, extension) = (part(file.file_stem()), part(file.extension()));
        if extension != "http" && extension != "snaphost" {
            return Err(named("not an .http or .snaphost file".to_owned()));
        }
        let bytes = regular_file::read(file).map_err(|error| named(error.to_string()))?;
        let recording = if extension == "http" {
            Self::parse_exchange(&bytes)
        } else {
            Self::parse_answer_named(&stem, &bytes)
        };
        let recording = recording.map_err(named)?;
        Ok(Self {
            name: file.display().to_string(),
            ..recording
        })
    }

    /// Returns the name of the file, or of the request if it was not read from a file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the recorded response.
    #[must_use]
    pub fn answer(&self) -> &http::Response<Bytes> {
        &self.answer
    }

    /// Returns method and path.
    pub(super) fn asked(&self) -> String {
        let (Target::Whole { path, .. } | Target::Joined(path)) = &self.target;
        format!("{} {path}", self.method)
    }

    pub(super) fn is_of(&self, request: &http::Request<Bytes>) -> bool {
        let asked = request.uri().path();
        self.method == request.method()
            && match &self.target {
                Target::Whole { path, .. } => path == asked,
                Target::Joined(joined) => *joined == asked.trim_matches('/').replace('/', "_"),
            }
    }

    pub(super) fn has_query_of(&self, request: &http::Request<Bytes>) -> bool {
        let Target::Whole { query, .. } = &self.target else {
            return false;
        };
        let sorted = |query: &str| {
            let mut parameters: Vec<_> = query.split('&').map(str::to_owned).collect();
            parameters.sort();
            parameters
        };
        sorted(query) == sorted(request.uri().query().unwrap_or_default())
    }

    fn parse_exchange(text: &[u8]) -> Result<Self, String> {
        let (first, mut rest) = line(text);
        let request = std::str::from_utf8(first)
            .ok()
            .and_then(|first| first.strip_prefix("> ")?.split_once(' '))
            .filter(|(_, target)| target.starts_with('/'));
        let Some((method, target)) = request else {
            return Err("no request line such as `> GET /api/atlas/v2/…` at the top".to_owned());
        };
        while rest.starts_with(b">") {
            rest = line(rest).1;
        }
        let method = method_of(method).ok_or_else(|| format!("not an HTTP method: {method:?}"))?;
        Ok(Self::new(method, target, parse_answer(rest)?))
    }

    fn parse_answer_named(stem: &str, text: &[u8]) -> Result<Self, String> {
        let number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let named = stem.split_once('_').and_then(|(method, rest)| {
            let (joined, last) = rest.rsplit_once('_')?;
            let known = !joined.is_empty() && number(last);
            Some((method_of(method)?, joined)).filter(|_| known)
        });
        let (method, joined) = named.ok_or("the name is not METHOD_path_N.snaphost")?;
        Ok(Self {
            target: Target::Joined(joined.to_owned()),
            ..Self::new(method, joined, parse_answer(text)?)
        })
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recording({})", self.name)
    }
}

fn method_of(text: &str) -> Option<Method> {
    let capitals = text.bytes().all(|byte| byte.is_ascii_uppercase());
    Method::from_bytes(text.as_bytes())
        .ok()
        .filter(|_| capitals)
}

fn parse_answer(text: &[u8]) -> Result<http::Response<Bytes>, String> {
    let (first, mut rest) = line(text);
    let status = std::str::from_utf8(first)
        .ok()
        .and_then(|first| first.strip_prefix("HTTP/")?.split(' ').nth(1))
        .and_then(|status| StatusCode::from_bytes(status.as_bytes()).ok());
    let status = status.ok_or_else(|| {
        let first = String::from_utf8_lossy(first);
        format!("expected a status line such as `HTTP/1.1 200 OK`, found {first:?}")
    })?;
    let mut answer = http::Response::new(Bytes::new());
    *answer.status_mut() = status;
    loop {
        let (header, after) = line(rest);
        rest = after;
        if header.is_empty() {
            break;
        }
        let (name, value) = header_of(header)
            .ok_or_else(|| format!("not a header: {:?}", String::from_utf8_lossy(header)))?;
        answer.headers_mut().append(name, value);
    }
    let body = rest.strip_suffix(b"\n").unwrap_or(rest);
    *answer.body_mut() = Bytes::copy_from_slice(body);
    Ok(answer)
}

fn header_of(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
    Some((
        HeaderName::from_bytes(name).ok()?,
        HeaderValue::from_bytes(value).ok()?,
    ))
}

/// Splits off the first line, without its line break.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| *byte == b'\n');
    let (line, rest) = end.map_or((text, &text[text.len()..]), |end| {
        (&text[..end], &text[end + 1..])
    });
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

/// Reads every file below `folder`, in order.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<Recording>, InvalidRecording> {
    let mut files = Vec::new();
    list(folder, &mut files).map_err(|error| InvalidRecording {
        name: folder.display().to_string(),
        why: error.to_string(),
    })?;
    if files.is_empty() {
        return Err(InvalidRecording {
            name: folder.display().to_string(),
            why: "there are no recordings".to_owned(),
        });
    }
    files.sort_by_cached_key(|file| numbered(file));
    files.into_iter().map(Recording::read).collect()
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Splits the number off the end of a file's name.
fn numbered(file: &Path) -> (PathBuf, u64) {
    let whole = file.with_extension("");
    let name = whole.file_name().unwrap_or_default().to_string_lossy();
    let text = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let number = name[text.len()..].parse().unwrap_or(0);
    (whole.with_file_name(text), number)
}

/// The error for an invalid recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRecording {
    name: String,
    why: String,
}

impl InvalidRecording {
    fn unnamed(why: String) -> Self {
        Self {
            name: "not a recording".to_owned(),
            why,
        }
    }
}

impl fmt::Display for InvalidRecording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.why)
    }
}

impl std::error::Error for InvalidRecording {}
