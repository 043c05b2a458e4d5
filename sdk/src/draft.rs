//! A request under construction, without the types of its operation.
//!
//! Invariant: building collects violations and neither fails nor sends; `target` returns them as an error.
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use serde::Serialize;

use crate::box_future::BoxFuture;
use crate::content::Upload;
use crate::error::Error;
use crate::operation::Operation;
use crate::parameter::{Tree, encode, encoded};
use crate::retry::RetryPolicy;
use crate::success::Success;
use crate::violations::Violations;

/// Default time to search for the resource of a request whose outcome is unknown.
const LOOK_UP_FOR: Duration = Duration::from_secs(60);

/// Headers that the client or the connection sets.
const RESERVED: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
];

/// The state of a call that does not depend on the types of its operation.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) operation: &'static Operation,
    pub(crate) path: String,
    query: Vec<Pair>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Option<Bytes>,
    pub(crate) upload: Option<Upload>,
    pub(crate) envelope: bool,
    /// True if the body of a successful response is streamed.
    pub(crate) stream: bool,
    /// Number of items of the first page to skip, for a list.
    pub(crate) skip: usize,
    pub(crate) key: Option<Arc<dyn IdempotencyKey>>,
    /// Time to search for the resource of a request whose outcome is unknown.
    pub(crate) look_up_for: Duration,
    pub(crate) retry: Option<Arc<dyn RetryPolicy>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) violations: Violations,
}

/// A key that prevents a repeated request from creating a second resource, without the types of the operation.
pub(crate) trait IdempotencyKey: Send + Sync {
    /// Adds the key to the body. `None` if the body cannot carry a key.
    fn label(&self, body: Option<&Bytes>) -> Option<Bytes>;

    /// Returns the response unchanged if its body can be decoded.
    fn readable(&self, success: Success) -> Result<Success, Error>;

    /// Searches for the resource that `draft`, whose body carries the key, created.
    fn find(&self, draft: &Draft) -> Found;
}

/// The created resource as listed by the service, or `None` if the list does not have it.
pub(crate) type Found = BoxFuture<'static, Result<Option<http::Response<Bytes>>, Error>>;

/// A name and value of the query.
#[derive(Clone)]
struct Pair {
    /// The parameter that wrote the pair, possibly under another name; empty if unknown.
    of: &'static str,
    /// `name=value`, encoded.
    text: String,
}

impl Pair {
    fn name(&self) -> &str {
        self.text
            .split_once('=')
            .map_or(&*self.text, |(name, _)| name)
    }
}

impl Draft {
    pub(crate) fn new(operation: &'static Operation) -> Self {
        // Room for identifiers, which are longer than the names of parameters.
        let mut path = String::with_capacity(operation.path.len() + 32);
        path.push_str(operation.path);
        Self {
            operation,
            path,
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            upload: None,
            envelope: false,
            stream: false,
            skip: 0,
            key: None,
            look_up_for: LOOK_UP_FOR,
            retry: None,
            timeout: None,
            violations: Violations::default(),
        }
    }

    /// Converts the value of a parameter; records a violation if it cannot be serialised.
    pub(crate) fn read(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> Option<Tree> {
        let read = Tree::of(value);
        if read.is_err() {
            // The cause may quote the value, which may be secret.
            self.violations.push(name, "cannot be written");
        }
        read.ok()
    }

    /// Replaces `{name}` in the path by an encoded segment.
    pub(crate) fn fill(&mut self, name: &'static str, segment: String) {
        if segment.is_empty() {
            return self.violations.push(name, "must not be empty");
        }
        // Dots are not encoded, so these segments would lead to another path.
        if segment == "." || segment == ".." {
            return self.violations.push(name, "must not be a dot segment");
        }
        // Encoded values contain no braces, so a value is never mistaken for a parameter.
        let mut from = 0;
        while let Some(parameter) = self.parameter(name, from) {
            from = parameter.start + segment.len();
            self.path.replace_range(parameter, &segment);
        }
    }

    /// The first place of `{name}` in the path from `from` on.
    fn parameter(&self, name: &str, from: usize) -> Option<Range<usize>> {
        let mut braces = self.path.get(from..)?.match_indices('{');
        braces.find_map(|(at, _)| {
            let start = from + at;
            let after = self.path.get(start + 1..)?.strip_prefix(name)?;
            after
                .starts_with('}')
                .then_some(start..start + name.len() + 2)
        })
    }

    /// The values of the path's parameters that are whole segments, in order, encoded as they are sent.
    pub(crate) fn path_values(&self) -> Vec<&str> {
        let segments = self.operation.path.split('/').zip(self.path.split('/'));
        let values = segments.filter(|(template, _)| template.starts_with('{'));
        values.map(|(_, value)| value).collect()
    }

    /// Replaces the body, or the stream that is sent instead of it.
    pub(crate) fn set_body(&mut self, body: Bytes, upload: Option<Upload>) {
        (self.body, self.upload) = (Some(body), upload);
    }

    /// Sets a header; records a violation if its name or value is invalid, or if it is reserved.
    pub(crate) fn set_header(&mut self, name: &'static str, value: String) {
        let Ok(header) = HeaderName::try_from(name) else {
            return self.violations.push(name, "is not the name of a header");
        };
        if RESERVED.contains(&header) {
            return self.violations.push(name, "must not be set by a call");
        }
        let Ok(value) = HeaderValue::try_from(value) else {
            let violation = "must not have control characters";
            return self.violations.push(name, violation);
        };
        self.headers.retain(|(held, _)| *held != header);
        self.headers.push((header, value));
    }

    pub(crate) fn set(&mut self, name: &'static str, value: fmt::Arguments<'_>) {
        let pair = format!("{}={}", encode(name), encode(&value.to_string()));
        self.replace(name, [pair]);
    }

    pub(crate) fn set_list(
        &mut self,
        name: &'static str,
        values: impl Iterator<Item = String>,
        separator: Option<&str>,
    ) {
        let encoded: Vec<String> = values.map(encoded).collect();
        let key = encode(name);
        let pairs = match separator {
            Some(_) if encoded.is_empty() => Vec::new(),
            Some(separator) => vec![format!("{key}={}", encoded.join(separator))],
            None => encoded
                .iter()
                .map(|value| format!("{key}={value}"))
                .collect(),
        };
        self.replace(name, pairs);
    }

    /// Replaces the pairs of a query parameter.
    pub(crate) fn replace(&mut self, name: &'static str, pairs: impl IntoIterator<Item = String>) {
        if !self.query.is_empty() {
            let key = encode(name);
            self.query
                .retain(|held| held.of != name && held.name() != key);
        }
        let pairs = pairs.into_iter().map(|text| Pair { of: name, text });
        self.query.extend(pairs);
    }

    /// Returns a call that lists the collection at this path, with pages of `items`.
    pub(crate) fn list(&self, operation: &'static Operation, items: u32) -> Self {
        let mut list = Self::new(operation);
        list.path.clone_from(&self.path);
        list.retry.clone_from(&self.retry);
        list.timeout = self.timeout;
        list.set("itemsPerPage", format_args!("{items}"));
        list
    }

    /// Lowers the timeout to `limit`.
    pub(crate) fn within(mut self, limit: Duration) -> Self {
        self.timeout = Some(self.timeout.map_or(limit, |own| own.min(limit)));
        self
    }

    /// Replaces the query by an encoded one, with its `envelope`.
    pub(crate) fn with_query(mut self, query: Option<&str>) -> Self {
        let pairs = query.into_iter().flat_map(|query| query.split('&'));
        let pairs = pairs.filter(|pair| !pair.is_empty());
        let pair = |text: &str| Pair {
            of: "",
            text: text.to_owned(),
        };
        self.query = pairs.map(pair).collect();
        self.envelope = self.query.iter().any(|pair| pair.text == "envelope=true");
        self
    }

    /// Returns the call for the page after this one, if this one has a page number.
    pub(crate) fn next_number(&self) -> Option<Self> {
        let mut next = self.clone();
        let pairs = next.query.iter_mut();
        let mut numbers = pairs.filter_map(|pair| {
            let number: u32 = pair.text.strip_prefix("pageNum=")?.parse().ok()?;
            Some((pair, number))
        });
        let (pair, number) = numbers.next()?;
        pair.text = format!("pageNum={}", number.checked_add(1)?);
        Some(next)
    }

    pub(crate) fn query(&self) -> String {
        let pairs: Vec<&str> = self.query.iter().map(|pair| &*pair.text).collect();
        pairs.join("&")
    }

    /// Returns path and query for the request line.
    ///
    /// # Errors
    /// All violations that were recorded while the request was built.
    pub(crate) fn target(&mut self) -> Result<String, Error> {
        if let Some(key) = &self.key {
            match key.label(self.body.as_ref()) {
                Some(body) => self.body = Some(body),
                None => self.violations.push("", "cannot carry an idempotency key"),
            }
        }
        let violations = std::mem::take(&mut self.violations);
        if !violations.is_empty() {
            return Err(Error::invalid_request(
                self.operation,
                violations.into_vec(),
            ));
        }
        if self.path.contains('{') {
            let gap = format!("the path {} has unset parameters", self.path);
            return Err(Error::unsendable(self.operation, gap));
        }
        let query = self.query.iter().map(|pair| pair.text.len() + 1);
        let mut target = String::with_capacity(self.path.len() + query.sum::<usize>());
        target.push_str(&self.path);
        for (index, pair) in self.query.iter().enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.push_str(&pair.text);
        }
        Ok(target)
    }
}
