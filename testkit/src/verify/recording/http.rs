//! The two raw HTTP formats.
//!
//! An `.http` file holds the request, each of its lines after `> ` (or a lone `>`), and then the response:
//!
//! ```text
//! > POST /api/atlas/v2/groups/{id}/…?pretty=true
//! > Accept: application/vnd.atlas.2023-01-01+json
//! > Content-Type: application/vnd.atlas.2023-01-01+json
//! >
//! > {"snapshotId": "…"}
//! HTTP/1.1 200 OK
//! Content-Type: application/vnd.atlas.2023-01-01+json
//!
//! {"id": "…"}
//! ```
//!
//! If only the method and path of the request were recorded, the second line is `> …`.
//!
//! Must never accept a file of which a part cannot be read.

use super::{
    Recording, Request, Target, Unreadable, asks_for_envelope, coding, essence, is_method, moment,
};

/// The second line of a file of whose request only method and path were recorded.
pub(super) const NOT_RECORDED: &str = "…";

/// Reads the format with the request in the file name.
pub(super) fn answer_only(stem: &str, answer: &[u8]) -> Result<Recording, Unreadable> {
    let (method, rest) = stem.split_once('_').ok_or(Unreadable::Name)?;
    let (joined, number) = rest.rsplit_once('_').ok_or(Unreadable::Name)?;
    let is =
        |text: &str, rule: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(rule);
    if joined.is_empty() || !is(method, u8::is_ascii_uppercase) || !is(number, u8::is_ascii_digit) {
        return Err(Unreadable::Name);
    }
    let (head, body) = divided(answer)?;
    parse_response(method, Target::Joined(joined.to_owned()), None, head, body)
}

/// Splits a file at the first empty line.
///
/// Lines of the request are never empty.
fn divided(file: &[u8]) -> Result<(&str, &[u8]), Unreadable> {
    // Some editors write a byte order mark.
    let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    let lines = file.split_inclusive(|byte| *byte == b'\n');
    let mut end = 0;
    for line in lines {
        end += line.len();
        if line.trim_ascii_end().is_empty() {
            break;
        }
    }
    let (head, body) = file.split_at(end);
    let head = std::str::from_utf8(head).map_err(|error| Unreadable::Text(error.to_string()))?;
    Ok((head, body))
}

/// Reads the format with the request on lines that start with `>`.
pub(super) fn with_request(file: &[u8]) -> Result<Recording, Unreadable> {
    let (text, answered) = divided(file)?;
    let is_request = |line: &&str| line.starts_with('>');
    let mut sent = text.lines().take_while(is_request);
    let line = sent.next().and_then(|line| line.strip_prefix("> "));
    let (method, target) = line
        .and_then(|line| line.split_once(' '))
        .ok_or(Unreadable::RequestLine)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if !is_method(method) || !path.starts_with('/') || path.chars().any(char::is_control) {
        return Err(Unreadable::RequestLine);
    }
    let sent = sent.filter_map(|line| {
        let rest = line.strip_prefix('>')?;
        Some(rest.strip_prefix(' ').unwrap_or(rest))
    });
    let mut sent = sent.peekable();
    let mut request = Request {
        query: url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        ..Request::default()
    };
    let is_recorded = sent.next_if_eq(&NOT_RECORDED).is_none();
    for line in sent.by_ref().take_while(|line| !line.trim().is_empty()) {
        let (name, value) = header(line)?;
        if name.eq_ignore_ascii_case("content-type") {
            request.media_type = Some(essence(value));
        } else if name.eq_ignore_ascii_case("accept") {
            request.accept = Some(value.trim().to_owned());
        }
    }
    let body = sent.collect::<Vec<_>>().join("\n");
    request.body = body.trim().as_bytes().to_vec();
    let request = is_recorded.then_some(request);
    let answer = text.split_inclusive('\n').skip_while(is_request);
    let answer = answer.collect::<String>();
    parse_response(
        method,
        Target::Path(path.to_owned()),
        request,
        &answer,
        answered,
    )
}

fn header(line: &str) -> Result<(&str, &str), Unreadable> {
    line.split_once(':')
        .ok_or_else(|| Unreadable::Header(line.to_owned()))
}

fn parse_response(
    method: &str,
    target: Target,
    request: Option<Request>,
    head: &str,
    body: &[u8],
) -> Result<Recording, Unreadable> {
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default().trim_end();
    let status = first
        .strip_prefix("HTTP/")
        .and_then(|line| line.split_ascii_whitespace().nth(1)?.parse().ok())
        .ok_or_else(|| Unreadable::StatusLine(first.to_owned()))?;
    let (mut media_type, mut date, mut headers) = (None, None, Vec::new());
    for line in lines.map(str::trim_end).filter(|line| !line.is_empty()) {
        let (name, value) = header(line)?;
        if name.eq_ignore_ascii_case("content-type") {
            media_type = Some(essence(value));
        } else if name.eq_ignore_ascii_case("date") {
            date = moment(value);
        }
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let codings = headers
        .iter()
        .filter(|(name, _): &&(String, String)| name == "content-encoding");
    let body = coding::decoded(codings.map(|(_, value)| value.as_str()), body.to_vec())?;
    Ok(Recording {
        method: method.to_owned(),
        target,
        envelope: request
            .as_ref()
            .is_some_and(|request| asks_for_envelope(&request.query)),
        request,
        status,
        date,
        headers,
        media_type,
        body: body.trim_ascii().to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Recording, Request, Target, Unreadable};
    use super::{answer_only, with_request};

    /// Removes the headers, which another test covers.
    fn bare(read: Result<Recording, Unreadable>) -> Result<Recording, Unreadable> {
        read.map(|recording| Recording {
            headers: Vec::new(),
            ..recording
        })
    }

    #[test]
    fn every_response_header_is_read_with_a_lower_case_name() {
        let text = "> GET /a\n> Accept: x\nHTTP/1.1 200 OK\nX-A:  b: c \nDate: d\r\n\n{}";
        let headers = with_request(text.as_bytes()).map(|recording| recording.headers);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(headers, Ok(vec![pair("x-a", "b: c"), pair("date", "d")]));
    }

    #[test]
    fn the_file_name_of_a_raw_response_gives_method_and_path() {
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
                    let target = Target::Joined(joined.to_owned());
                    Recording::of_answer(method, target, 404, "application/json", "{}")
                })
                .ok_or(Unreadable::Name);
            assert_eq!(
                bare(answer_only(stem, answer.as_bytes())),
                expected,
                "{stem}"
            );
        }
    }

    #[test]
    fn an_http_file_has_its_request_on_marked_lines() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let some = |text: &str| Some(text.to_owned());
        let cases = [
            (
                "> GET /api/v2/x\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{}\n",
                Request::default(),
                (200, "{}"),
            ),
            (
                "> GET /api/v2/x?pretty=true&envelope=true&a=b%20c\n> Accept: a/b\nHTTP/1.1 200 OK\ncontent-TYPE:APPLICATION/json; charset=utf-8\n\n{\n}\n",
                Request {
                    query: vec![
                        pair("pretty", "true"),
                        pair("envelope", "true"),
                        pair("a", "b c"),
                    ],
                    accept: some("a/b"),
                    ..Request::default()
                },
                (200, "{\n}"),
            ),
            (
                "> GET /api/v2/x?envelope=false\r\n> Content-Type: A/b;c\r\n>\r\n> {\r\n>   \"a\": 1}\r\nHTTP/1.1 204 No Content\r\nContent-Type: application/json\r\n\r\n",
                Request {
                    query: vec![pair("envelope", "false")],
                    media_type: some("a/b"),
                    body: b"{\n  \"a\": 1}".to_vec(),
                    ..Request::default()
                },
                (204, ""),
            ),
            (
                "> GET /api/v2/x\nHTTP/2 401\nContent-Type: application/json",
                Request::default(),
                (401, ""),
            ),
        ];
        for (text, request, (status, body)) in cases {
            let target = Target::Path("/api/v2/x".to_owned());
            let mut expected =
                Recording::of_answer("GET", target, status, "application/json", body);
            expected.envelope = text.contains("envelope=true");
            expected.request = Some(request);
            assert_eq!(bare(with_request(text.as_bytes())), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_at_the_start_of_a_file_is_ignored() {
        let answer = "HTTP/1.1 200 OK\nContent-Type: application/json\n\n{}";
        let file = format!("> GET /x\n{answer}");
        let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
        let read = with_request(file.as_bytes());
        assert!(read.is_ok());
        assert_eq!(with_request(&marked(&file)), read);
        let read = answer_only("GET_x_1", answer.as_bytes());
        assert!(read.is_ok());
        assert_eq!(answer_only("GET_x_1", &marked(answer)), read);
    }

    #[test]
    fn the_date_header_gives_the_time_of_a_response() {
        for (date, expected) in [
            ("Date: Sat, 14 Mar 2026 02:12:40 GMT", Some(1_773_454_360)),
            ("date: yesterday", None),
            ("X-Date: Sat, 14 Mar 2026 02:12:40 GMT", None),
        ] {
            let read = with_request(format!("> GET /x\nHTTP/1.1 200 OK\n{date}\n\n").as_bytes());
            assert_eq!(read.unwrap().date, expected, "{date}");
        }
    }

    #[test]
    fn a_file_that_is_not_a_recording_is_reported_with_the_reason() {
        let cases = [
            ("HTTP/1.1 200 OK\n\n", Unreadable::RequestLine),
            ("> GET\nHTTP/1.1 200 OK\n\n", Unreadable::RequestLine),
            (
                "> GET https://cloud.example/x\nHTTP/1.1 200 OK\n\n",
                Unreadable::RequestLine,
            ),
            // Conversions make file names from method and path.
            (
                "> GET/../.. /x\nHTTP/1.1 200 OK\n\n",
                Unreadable::RequestLine,
            ),
            (
                "> GET /x\u{0}\nHTTP/1.1 200 OK\n\n",
                Unreadable::RequestLine,
            ),
            (
                "> GET /x\n> nothing\nHTTP/1.1 200 OK\n\n",
                Unreadable::Header("nothing".to_owned()),
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
            assert_eq!(with_request(text.as_bytes()), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_gzipped_response_is_decoded() {
        // {"a":1}, followed by a line end as editors write one.
        let body = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\x56\x4a\x54\xb2\x32\xac\x05\0\xaf\xac\x1b\x56\x07\0\0\0\n";
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n";
        let own = [b"> GET /x\n>\n", head.as_bytes(), body].concat();
        let raw = [head.as_bytes(), body].concat();
        for read in [with_request(&own), answer_only("GET_x_1", &raw)] {
            assert_eq!(
                read.map(|recording| recording.body),
                Ok(b"{\"a\":1}".to_vec())
            );
        }
        let brotli = [
            b"> GET /x\nHTTP/1.1 200 OK\ncontent-encoding: br\n\n",
            &body[..],
        ]
        .concat();
        assert_eq!(
            with_request(&brotli),
            Err(Unreadable::Coding("br".to_owned()))
        );
    }
}
