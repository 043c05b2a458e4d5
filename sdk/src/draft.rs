//! A call without its types: what is sent, and how.
//!
//! Must never panic or send: what is wrong is kept, and told when the target is asked for.
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use serde::Serialize;

use crate::box_future::BoxFuture;
use crate::content::Upload;
use crate::error::Error;
use crate::operation::Operation;
use crate::parameter::{Tree, encode, encoded};
use crate::retry::RetryPolicy;
use crate::success::Success;
use crate::violations::Violations;

/// For how long is looked for what a lost request created, unless said otherwise.
const LOOK_UP_FOR: Duration = Duration::from_secs(60);

/// The part of a call that does not depend on its types.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) operation: &'static Operation,
    pub(crate) path: String,
    query: Vec<Pair>,
    pub(crate) headers: Vec<(&'static str, HeaderValue)>,
    pub(crate) body: Option<Bytes>,
    pub(crate) upload: Option<Upload>,
    pub(crate) envelope: bool,
    /// Whether the body of a success is taken as it arrives.
    pub(crate) stream: bool,
    /// How many elements of the page, of a list, are not given out.
    pub(crate) skip: usize,
    pub(crate) key: Option<Arc<dyn IdempotencyKey>>,
    /// For how long is looked for what a lost request created.
    pub(crate) look_up_for: Duration,
    pub(crate) retry: Option<Arc<dyn RetryPolicy>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) violations: Violations,
}

/// What makes a call create one thing and no second one; the part that does not depend on the operation's types.
pub(crate) trait IdempotencyKey: Send + Sync {
    /// Puts the key into the body. `None` if there is no body that could carry it.
    fn label(&self, body: Option<&Bytes>) -> Option<Bytes>;

    /// The same success, if its body can be decoded.
    fn readable(&self, success: Success) -> Result<Success, Error>;

    /// Looks for what `draft`, whose body is labelled, created.
    fn find(&self, draft: &Draft) -> Found;
}

/// What a request created, as its list has it; `None` if it is not there.
pub(crate) type Found = BoxFuture<'static, Result<Option<http::Response<Bytes>>, Error>>;

/// A pair of the query.
#[derive(Clone)]
struct Pair {
    /// The parameter it is of, which may write other names than its own; empty if that is not known.
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

    /// The value of a parameter.
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

    /// Fills `{name}` of the path with a segment that is encoded already.
    pub(crate) fn fill(&mut self, name: &'static str, segment: String) {
        if segment.is_empty() {
            return self.violations.push(name, "must not be empty");
        }
        // Dots are unreserved, so encoding would let these through to climb the path.
        if segment == "." || segment == ".." {
            return self.violations.push(name, "must not be a dot segment");
        }
        // An encoded value holds no brace, so it can never be taken for a parameter.
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

    /// Sets the pairs of a query parameter, in place of those it had.
    pub(crate) fn replace(&mut self, name: &'static str, pairs: impl IntoIterator<Item = String>) {
        if !self.query.is_empty() {
            let key = encode(name);
            self.query
                .retain(|held| held.of != name && held.name() != key);
        }
        let pairs = pairs.into_iter().map(|text| Pair { of: name, text });
        self.query.extend(pairs);
    }

    /// The call that lists what is at the path of this one, with pages of `items`.
    pub(crate) fn list(&self, operation: &'static Operation, items: u32) -> Self {
        let mut list = Self::new(operation);
        list.path.clone_from(&self.path);
        list.retry.clone_from(&self.retry);
        list.timeout = self.timeout;
        list.set("itemsPerPage", format_args!("{items}"));
        list
    }

    /// The same call, in no more time than `limit`.
    pub(crate) fn within(mut self, limit: Duration) -> Self {
        self.timeout = Some(self.timeout.map_or(limit, |own| own.min(limit)));
        self
    }

    /// The same call with another query, which is already encoded.
    pub(crate) fn with_query(mut self, query: Option<&str>) -> Self {
        let pairs = query.into_iter().flat_map(|query| query.split('&'));
        let pairs = pairs.filter(|pair| !pair.is_empty());
        let pair = |text: &str| Pair {
            of: "",
            text: text.to_owned(),
        };
        self.query = pairs.map(pair).collect();
        self
    }

    /// The call for the page after this one, if this one has a number.
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

    /// Path and query as they go on the request line.
    ///
    /// Fails with every violation found while the call was put together.
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
            let gap = format!("the path {} has parameters that were not filled", self.path);
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
