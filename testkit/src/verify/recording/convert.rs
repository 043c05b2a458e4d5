//! Converts recordings to another format.
//!
//! Invariant: a recording is written only if reading it back gives the same recording, except for parts that
//! the format cannot hold. A `.snaphost` file holds only the method and the path of the request.

use super::{HOSTS, Named, Recording, Request, Target, har, http};
use crate::verify::Error;
use crate::verify::route::{Document, find};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use url::form_urlencoded::Serializer;

/// The longest part of a file name that is made from the path, in bytes; file systems allow 255 in total.
const LONGEST_NAME: usize = 180;

/// The longest name of a `.snaphost` file, in bytes, before its number.
const LONGEST_STEM: usize = 220;

/// Headers about the transfer of a message; bodies are written decoded.
const FRAMING: [&str; 3] = ["content-encoding", "content-length", "transfer-encoding"];

/// A format of recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// A file for each recording, with the request on lines that start with `>`.
    Http,
    /// A file for each recording, with the response only.
    Snaphost,
    /// An HTTP Archive 1.2 for each folder.
    Har,
}

/// The result of a conversion.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Converted {
    /// Number of written recordings.
    pub written: usize,
    /// Number of those written without the query, the headers and the body of their request.
    pub without_request: usize,
    /// Names of the recordings that were not written, and the reasons.
    pub left_out: Vec<(String, String)>,
}

/// Writes recordings to a folder, in the same subfolders.
///
/// The documents determine the slashes in the path of a `.snaphost` file.
///
/// # Errors
/// When the folder is not empty, or a file cannot be written.
pub fn convert(
    recordings: &[Named],
    form: Form,
    documents: &[Document],
    to: &Path,
) -> Result<Converted, Error> {
    let unwritten = |path: &Path, message: String| Error::Report {
        path: path.to_owned(),
        message,
    };
    fs::create_dir_all(to).map_err(|error| unwritten(to, error.to_string()))?;
    let mut there = fs::read_dir(to).map_err(|error| unwritten(to, error.to_string()))?;
    if there.next().is_some() {
        return Err(unwritten(to, "the folder is not empty".to_owned()));
    }
    let (mut converted, mut files) = (Converted::default(), Files::new(recordings.len()));
    for (name, read) in recordings {
        let prepared = match read {
            Ok(recording) => prepared(recording, form, documents),
            Err(error) => Err(error.to_string()),
        };
        match prepared.and_then(|recording| files.add(name, form, &recording)) {
            Ok(()) => {
                converted.written += 1;
                let had_request = read.as_ref().is_ok_and(|read| read.request.is_some());
                converted.without_request += usize::from(form == Form::Snaphost && had_request);
            }
            Err(why) => converted.left_out.push((name.clone(), why)),
        }
    }
    for (name, content) in files.done() {
        let path = to.join(name);
        let written = fs::create_dir_all(path.parent().unwrap_or(to))
            .and_then(|()| fs::write(&path, content));
        written.map_err(|error| unwritten(&path, error.to_string()))?;
    }
    Ok(converted)
}

/// Returns the recording as the format can hold it.
fn prepared(
    recording: &Recording,
    form: Form,
    documents: &[Document],
) -> Result<Recording, String> {
    let mut recording = recording.clone();
    // Browsers write pseudo-headers, such as `:status`.
    let kept = |name: &str| !FRAMING.contains(&name) && !name.starts_with(':');
    recording.headers.retain(|(name, _)| kept(name));
    for (_, value) in &mut recording.headers {
        *value = value.trim().to_owned();
    }
    if let Some(media_type) = &recording.media_type
        && !recording
            .headers
            .iter()
            .any(|(name, _)| name == "content-type")
    {
        let header = ("content-type".to_owned(), media_type.clone());
        recording.headers.insert(0, header);
    }
    recording.target = match (recording.target, form) {
        (Target::Elsewhere(_), Form::Http | Form::Snaphost) => {
            return Err("its request went to a host that is not the API's".to_owned());
        }
        (Target::Path(path), Form::Snaphost) => {
            Target::Joined(path.trim_matches('/').replace('/', "_"))
        }
        (Target::Joined(joined), Form::Http | Form::Har) => {
            let target = Target::Joined(joined.clone());
            let found = find(documents, &recording.method, &target);
            let path = found.and_then(|(_, operation)| operation.path_of(&joined));
            Target::Path(path.ok_or("no operation has its path, so the slashes in it are unknown")?)
        }
        (target, _) => target,
    };
    if form == Form::Snaphost {
        if recording.envelope {
            let why = "its response is in an envelope, which only the request shows";
            return Err(why.to_owned());
        }
        recording.request = None;
    }
    Ok(recording)
}

/// The files to be written.
struct Files {
    /// Number of digits in file numbers.
    width: usize,
    /// Number of recordings of each name.
    counts: BTreeMap<String, usize>,
    texts: BTreeMap<String, Vec<u8>>,
    archives: BTreeMap<String, Vec<Value>>,
}

impl Files {
    fn new(count: usize) -> Self {
        Self {
            width: count.to_string().len().max(4),
            counts: BTreeMap::new(),
            texts: BTreeMap::new(),
            archives: BTreeMap::new(),
        }
    }

    /// Adds a recording of this name, unless reading it back would give another one.
    fn add(&mut self, name: &str, form: Form, recording: &Recording) -> Result<(), String> {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let in_folder = |file: &str| {
            format!("{folder}/{file}")
                .trim_start_matches('/')
                .to_owned()
        };
        let mut number = |name: &str| {
            let count = self.counts.entry(in_folder(name)).or_default();
            *count += 1;
            *count
        };
        let method = &recording.method;
        let (Target::Path(target) | Target::Joined(target) | Target::Elsewhere(target)) =
            &recording.target;
        let read = match form {
            Form::Har => {
                let entry = entry(name, recording);
                let read = har::recording(entry.clone());
                if read.as_ref() == Ok(recording) {
                    let archive = self.archives.entry(in_folder("recordings.har"));
                    archive.or_default().push(entry);
                }
                read
            }
            Form::Http => {
                let content = request_and_response(recording);
                let read = http::with_request(&content);
                if read.as_ref() == Ok(recording) {
                    let (number, width) = (number(""), self.width);
                    let joined = target.trim_matches('/').chars().map(|sign| match sign {
                        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => sign,
                        _ => '_',
                    });
                    let joined: String = joined.take(LONGEST_NAME).collect();
                    let file = in_folder(&format!("{number:0width$}_{method}_{joined}.http"));
                    self.texts.insert(file, content);
                }
                read
            }
            Form::Snaphost => {
                let content = response(recording);
                let stem = format!("{method}_{target}");
                if stem.len() > LONGEST_STEM {
                    return Err("its path is too long for the name of a file".to_owned());
                }
                let read = http::answer_only(&format!("{stem}_1"), &content);
                if read.as_ref() == Ok(recording) {
                    let file = format!("{stem}_{}.snaphost", number(&stem));
                    self.texts.insert(in_folder(&file), content);
                }
                read
            }
        };
        match read {
            Ok(read) if read == *recording => Ok(()),
            Ok(_) => Err("reading it back gives another recording".to_owned()),
            Err(error) => Err(format!("it could not be read back: {error}")),
        }
    }

    fn done(self) -> BTreeMap<String, Vec<u8>> {
        let mut files = self.texts;
        for (name, entries) in self.archives {
            let creator = json!({ "name": "atlas-backup", "version": env!("CARGO_PKG_VERSION") });
            let log = json!({ "version": "1.2", "creator": creator, "entries": entries });
            files.insert(name, format!("{:#}\n", json!({ "log": log })).into_bytes());
        }
        files
    }
}

/// Returns `Content-Type` for `content-type`.
fn canonical(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join("-")
}

fn request_and_response(recording: &Recording) -> Vec<u8> {
    let mut text = String::new();
    let mut line = |line: std::fmt::Arguments<'_>| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "> {line}");
    };
    let (Target::Path(path) | Target::Joined(path) | Target::Elsewhere(path)) = &recording.target;
    line(format_args!(
        "{} {path}{}",
        recording.method,
        query(recording)
    ));
    match &recording.request {
        None => line(format_args!("{}", http::NOT_RECORDED)),
        Some(request) => {
            for (name, value) in headers_of(request) {
                line(format_args!("{name}: {value}"));
            }
            if !request.body.is_empty() {
                line(format_args!(""));
                for sent in String::from_utf8_lossy(&request.body).lines() {
                    line(format_args!("{sent}"));
                }
            }
        }
    }
    [text.into_bytes(), response(recording)].concat()
}

fn response(recording: &Recording) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {}\n", recording.status);
    for (name, value) in &recording.headers {
        // Writing to a String cannot fail.
        let _ = writeln!(head, "{}: {value}", canonical(name));
    }
    head.push('\n');
    let end: &[u8] = if recording.body.is_empty() {
        b""
    } else {
        b"\n"
    };
    [head.as_bytes(), &recording.body, end].concat()
}

/// Returns the recorded headers of a request.
fn headers_of(request: &Request) -> Vec<(&'static str, &str)> {
    let known = [
        ("Accept", &request.accept),
        ("Content-Type", &request.media_type),
    ];
    let known = known.into_iter();
    known
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
        .collect()
}

/// Returns the query with its question mark, or an empty text.
fn query(recording: &Recording) -> String {
    let sent = recording.request.as_ref();
    let pairs = sent.map_or(&[][..], |request| request.query.as_slice());
    match pairs {
        [] => String::new(),
        pairs => format!(
            "?{}",
            Serializer::new(String::new()).extend_pairs(pairs).finish()
        ),
    }
}

/// Returns an archive entry.
fn entry(name: &str, recording: &Recording) -> Value {
    let address = match &recording.target {
        Target::Elsewhere(address) => format!("https://{address}"),
        Target::Path(path) | Target::Joined(path) => format!("https://{}{path}", HOSTS[0]),
    };
    let pair = |name: &str, value: &str| json!({ "name": name, "value": value });
    let mut request = json!({
        "method": recording.method,
        "url": format!("{address}{}", query(recording)),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headersSize": -1,
        "bodySize": -1,
    });
    match &recording.request {
        None => request[har::NOT_RECORDED] = json!(true),
        Some(sent) => {
            let headers = headers_of(sent).into_iter();
            request["headers"] = headers.map(|(name, value)| pair(name, value)).collect();
            let query = sent.query.iter();
            request["queryString"] = query.map(|(name, value)| pair(name, value)).collect();
            if !sent.body.is_empty() {
                request["postData"] = content(&sent.body, sent.media_type.as_deref());
            }
        }
    }
    let headers = recording.headers.iter();
    let headers: Value = headers
        .map(|(name, value)| pair(&canonical(name), value))
        .collect();
    let second = recording.date.unwrap_or_default();
    let started = jiff::Timestamp::from_second(second).unwrap_or_default();
    json!({
        "startedDateTime": started.to_string(),
        "time": 0,
        "comment": name,
        "request": request,
        "response": {
            "status": recording.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers,
            "content": content(&recording.body, recording.media_type.as_deref()),
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": { "send": 0, "wait": 0, "receive": 0 },
    })
}

/// Returns a body as text or, if it is not text, in base64.
fn content(body: &[u8], media_type: Option<&str>) -> Value {
    let mut content = json!({ "size": body.len(), "mimeType": media_type.unwrap_or_default() });
    match std::str::from_utf8(body) {
        Ok("") => {}
        Ok(text) => content["text"] = json!(text),
        Err(_) => {
            content["text"] = json!(STANDARD.encode(body));
            content["encoding"] = json!("base64");
        }
    }
    content
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Converted, Form, convert};
    use crate::verify::recording::{Named, Recording, read_folder};
    use crate::verify::route::Document;
    use std::path::Path;

    const DOCUMENT: &str = "
paths:
  /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports: {get: {operationId: list}, post: {operationId: create}}
";
    const LIST: &str = "/api/atlas/v2/groups/a/clusters/b_c/backup/exports";
    const JSON: &str = "application/vnd.atlas.2023-01-01+json";

    fn documents() -> [Document; 1] {
        [Document::parse(DOCUMENT).unwrap()]
    }

    /// Reads recordings from the given files.
    fn written(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Vec<Named>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let read = read_folder(folder.path()).unwrap();
        (folder, read)
    }

    /// Converts recordings to another format and reads them back.
    fn through(recordings: &[Named], form: Form) -> (Converted, Vec<Named>) {
        let folder = tempfile::tempdir().unwrap();
        let done = convert(recordings, form, &documents(), folder.path()).unwrap();
        (done, read_folder(folder.path()).unwrap())
    }

    fn contents(named: &[Named]) -> Vec<Recording> {
        named
            .iter()
            .map(|(_, read)| read.clone().unwrap())
            .collect()
    }

    /// Recordings with requests, in a folder and one below it.
    fn requests() -> (tempfile::TempDir, Vec<Named>) {
        let list = format!(
            "> GET {LIST}?pageNum=2&a=b+c%26d\n> Accept: {JSON}\nHTTP/1.1 200 OK\nContent-Type: {JSON};charset=utf-8\n\
             Date: Sat, 14 Mar 2026 02:12:40 GMT\nRetry-After: 1\nRetry-After: 2\n\n{{\"results\":\n [\"é\"]}}\n"
        );
        let create = format!(
            "> POST {LIST}\n> Accept: {JSON}\n> Content-Type: {JSON}\n>\n> {{\"a\":\n>\n>   1}}\nHTTP/1.1 400 Bad Request\n\
             X-Error-Code: MISSING_ATTRIBUTE\nContent-Type: application/json\n\n{{}}\n"
        );
        let empty = "> DELETE /api/atlas/v2/groups/a%2Fb\nHTTP/1.1 204 No Content\n\n";
        let bytes = b"> GET /api/atlas/v2/x/download\nHTTP/1.1 200 OK\nContent-Type: application/gzip\n\n\x1f\x8b\xff\n";
        written(&[
            ("0001_GET.http", list.as_bytes()),
            ("0002_POST.http", create.as_bytes()),
            ("0003_DELETE.http", empty.as_bytes()),
            ("deep/er/0001_GET.http", bytes),
        ])
    }

    #[test]
    fn http_to_har_and_back_is_lossless() {
        let (_folder, recordings) = requests();
        let (done, archived) = through(&recordings, Form::Har);
        assert_eq!((done.written, done.left_out.len()), (4, 0), "{done:?}");
        let names: Vec<_> = archived.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "deep/er/recordings.har#1",
                "recordings.har#1",
                "recordings.har#2",
                "recordings.har#3"
            ]
        );
        let (done, back) = through(&archived, Form::Http);
        assert_eq!((done.written, done.left_out.len()), (4, 0), "{done:?}");
        assert_eq!(contents(&back), contents(&recordings));
        assert!(
            back[0].0.starts_with("0001_GET_api_atlas_v2_"),
            "{}",
            back[0].0
        );
        assert!(back[3].0.starts_with("deep/er/0001_GET_"), "{}", back[3].0);
    }

    #[test]
    fn har_to_http_and_back_is_lossless() {
        let archive = r#"{"log":{"version":"1.2","entries":[
            {"request":{"method":"POST","url":"https://cloud.mongodb.com/api/atlas/v2/x?envelope=true&y=%C3%A9","headers":[{"name":"accept","value":"a/b"}],
              "postData":{"mimeType":"application/json","text":"{\"a\":[]}"}},
             "response":{"status":201,"headers":[{"name":"content-type","value":"application/json"},{"name":"date","value":"Sat, 14 Mar 2026 02:12:40 GMT"}],
              "content":{"text":"{}","mimeType":"application/json"}}}]}}"#;
        let (_folder, recordings) = written(&[("a/b.har", archive.as_bytes())]);
        let (_, texts) = through(&recordings, Form::Http);
        assert!(texts[0].0.starts_with("a/0001_POST_"), "{}", texts[0].0);
        let (_, back) = through(&texts, Form::Har);
        assert_eq!(contents(&back), contents(&recordings));
    }

    #[test]
    fn response_only_recordings_convert_to_every_format_and_back() {
        let name = |number| format!("GET{}_{number}.snaphost", LIST.replace('/', "_"));
        let response = |text: &str| format!("HTTP/2.0 200 OK\nContent-Type: {JSON}\n\n{text}\n");
        let (first, second) = (response("{\"a\":1}"), response("{\"a\":2}"));
        let (names, others) = ((name(1), name(2)), format!("x/{}", name(1)));
        let (_folder, recordings) = written(&[
            (&names.0, first.as_bytes()),
            (&names.1, second.as_bytes()),
            (&others, first.as_bytes()),
        ]);
        for form in [Form::Http, Form::Har] {
            let (done, other) = through(&recordings, form);
            assert_eq!(done.written, 3, "{done:?}");
            for recording in contents(&other) {
                assert_eq!(recording.request, None, "{form:?}");
                let path = super::Target::Path(LIST.to_owned());
                assert_eq!(recording.target, path, "{form:?}");
            }
            let (done, back) = through(&other, Form::Snaphost);
            assert_eq!((done.written, done.without_request), (3, 0));
            assert_eq!(back, recordings, "{form:?}");
        }
    }

    #[test]
    fn recordings_that_a_format_cannot_hold_are_reported() {
        let elsewhere = r#"{"log":{"entries":[{"request":{"method":"GET","url":"https://fonts.example/x"},"response":{"status":200}}]}}"#;
        let (_folder, recordings) = written(&[
            ("a.har", elsewhere.as_bytes()),
            (
                "b.http",
                format!("> GET {LIST}?pageNum=1\nHTTP/1.1 200 OK\n\n").as_bytes(),
            ),
            ("c.http", b"> GET /x?envelope=true\nHTTP/1.1 200 OK\n\n{}\n"),
            ("GET_unknown_1.snaphost", b"HTTP/1.1 200 OK\n\n"),
            ("notes.txt", b"notes"),
            (
                "path.http",
                format!("> GET /{}\nHTTP/1.1 200 OK\n\n", "x".repeat(300)).as_bytes(),
            ),
        ]);
        let converted = |form| {
            let (done, _) = through(&recordings, form);
            let names = done.left_out.into_iter().map(|(name, _)| name);
            (
                done.written,
                done.without_request,
                names.collect::<Vec<_>>(),
            )
        };
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            converted(Form::Snaphost),
            (
                2,
                1,
                names(&["a.har#1", "c.http", "notes.txt", "path.http"])
            )
        );
        let left = names(&["GET_unknown_1.snaphost", "a.har#1", "notes.txt"]);
        assert_eq!(converted(Form::Http), (3, 0, left));
        let left = names(&["GET_unknown_1.snaphost", "notes.txt"]);
        assert_eq!(converted(Form::Har), (4, 0, left));
    }

    #[test]
    fn conversion_to_a_nonempty_folder_is_refused() {
        let (folder, recordings) = requests();
        let refused = convert(&recordings, Form::Har, &documents(), folder.path()).unwrap_err();
        assert!(
            refused.to_string().ends_with("the folder is not empty"),
            "{refused}"
        );
    }

    #[test]
    fn every_recording_of_the_repository_converts_to_every_format_and_back() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let documents = ["spec/v2/curated.yaml", "spec/v1/curated.yaml"];
        let documents = documents.map(|path| Document::read(&root.join(path)).unwrap());
        let recordings = read_folder(&root.join("tests/recordings")).unwrap();
        let by = |recordings: &[Named], form| {
            let folder = tempfile::tempdir().unwrap();
            let done = convert(recordings, form, &documents, folder.path()).unwrap();
            assert_eq!(done.left_out, [], "{form:?}");
            assert_eq!(done.written, recordings.len());
            read_folder(folder.path()).unwrap()
        };
        let texts = by(&recordings, Form::Http);
        let back = by(&by(&texts, Form::Har), Form::Http);
        assert_eq!(back, texts);
    }
}
