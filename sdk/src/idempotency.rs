//! Creating once: a key that goes into the request, comes back in the list of what was created, and is looked for
//! there when an answer was lost.
//!
//! Invariant: a look-up that fails is not taken for one that finds nothing.
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::client::Client;
use crate::draft::{Draft, Found, IdempotencyKey};
use crate::error::Error;
use crate::operation::{Endpoint, Paged};
use crate::pager::Items;
use crate::success::Success;

/// The name of the label that carries an [idempotency key](Call::idempotency_key): an element of `customData` with this
/// `key`, and the idempotency key as its `value`.
pub const IDEMPOTENCY_KEY_LABEL: &str = "idempotencyKey";

/// The field of a page that holds its elements. A response without it is no list, and says nothing of what there is.
const ELEMENTS: &str = "results";

/// An operation whose request can carry an idempotency key: see [`Call::idempotency_key`].
#[diagnostic::on_unimplemented(
    message = "the request of `{Self}` has no place for an idempotency key",
    note = "only operations that implement `Keyed` do, such as `create_backup_export`"
)]
pub trait Keyed: Endpoint {
    /// Lists what this operation creates; its path is the same.
    type List: Paged<Item: Serialize>;
    /// The field of the request, and of each element of the list, that holds labels: objects with `key` and `value`.
    const LABELS: &'static str;
    /// Fields that the request and what it created have in common. The same key with another value of one of them is
    /// another creation.
    const COMMON: &'static [&'static str];
}

impl<E: Keyed> Call<E> {
    /// Makes this call create one thing and no second one, by a key that nothing else uses for the same snapshot.
    ///
    /// The key is sent, kept and listed by the service as a label, `customData` with the key `idempotencyKey`; for an
    /// export it so also ends up in the bucket, in the `.complete` file. The operation then counts as idempotent. When the
    /// outcome of an attempt is unknown (the response was lost, could not be read, did not come in time, or was a 500, 502,
    /// 503 or 504), the list is looked through before anything is sent again, and after the last attempt too; what is found
    /// there is the output, as listed and without headers. If the list cannot be had, the failure stands and nothing is
    /// sent again: a key is of use only with a role that may list.
    ///
    /// The SDK creates a second time only if the first request is not in the list a minute after its outcome became
    /// unknown: it looks after 5, 15, 35 and 60 seconds. [`Call::look_up_for`] sets another bound. A service that takes
    /// longer than that to list a request can still create two, since it does not know the key.
    ///
    /// The first attempt is not preceded by a look-up. A program that may have been here before its restart asks first,
    /// with [`Call::find_created`].
    ///
    /// Restore jobs have no place for a key, and two jobs with the same snapshot and target may both be meant. So
    /// their creation is never repeated once the service may have acted on it: look through the list, and decide.
    ///
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group: &ObjectId, cluster: &ClusterName, request: &DiskBackupExportJobRequest) -> Result<(), Error> {
    /// let export = || client.create_backup_export(group, cluster, request).idempotency_key("nightly-2025-06-01");
    /// let job = match export().find_created().await? {
    ///     Some(job) => job,
    ///     None => export().await?,
    /// };
    /// # Ok(()) }
    /// ```
    pub fn idempotency_key(mut self, key: &str) -> Self {
        if key.is_empty() {
            let violations = &mut self.draft.violations;
            violations.push("idempotencyKey", "must not be empty");
        }
        self.draft.key = Some(Arc::new(Key::<E> {
            client: self.client.clone(),
            label: Label {
                field: E::LABELS,
                value: key.to_owned(),
            },
            endpoint: PhantomData,
        }));
        self
    }

    /// Sets for how long a request with an [idempotency key](Call::idempotency_key) whose outcome is unknown is looked for
    /// in the list before it is sent again; one minute by default. With zero there is one look-up, at once.
    pub fn look_up_for(mut self, window: Duration) -> Self {
        self.draft.look_up_for = window;
        self
    }

    /// Looks for what an earlier call with the same [`Call::idempotency_key`] created. Creates nothing.
    ///
    /// # Errors
    /// Those of the list, and kind `InvalidRequest` without a key.
    pub async fn find_created(self) -> Result<Option<E::Output>, Error> {
        let Self {
            client, mut draft, ..
        } = self;
        draft.target()?;
        let Some(key) = &draft.key else {
            let why = "there is no idempotency key";
            return Err(Error::unsendable(draft.operation, why));
        };
        let Some(found) = key.find(&draft).await? else {
            return Ok(None);
        };
        let found = client.success(found, 1).decode::<E>()?;
        Ok(Some(found.into_body()))
    }
}

/// The key of a call of `E`.
struct Key<E> {
    client: Client,
    label: Label,
    endpoint: PhantomData<fn() -> E>,
}

impl<E: Keyed> IdempotencyKey for Key<E> {
    fn label(&self, body: Option<&Bytes>) -> Option<Bytes> {
        self.label.on(body?)
    }

    fn readable(&self, success: Success) -> Result<Success, Error> {
        success.readable::<E>()
    }

    fn find(&self, draft: &Draft) -> Found {
        let mark = Mark::of(draft, self.label.clone(), E::COMMON);
        let list = draft.list(E::List::OPERATION, E::List::MAX_ITEMS_PER_PAGE);
        let elements = Items::<E::List>::new(self.client.clone(), list).with_list_in(ELEMENTS);
        Box::pin(async { first(elements, &mark?).await })
    }
}

/// A key as a label.
#[derive(Clone)]
struct Label {
    /// The field that holds labels.
    field: &'static str,
    value: String,
}

impl Label {
    /// The body with this label. `None` if it cannot carry one.
    fn on(&self, body: &Bytes) -> Option<Bytes> {
        let mut body: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let labels = body.entry(self.field).or_insert_with(|| json!([]));
        let labels = labels.as_array_mut()?;
        labels.retain(|label| {
            label
                .get("key")
                .is_none_or(|key| key != IDEMPOTENCY_KEY_LABEL)
        });
        labels.push(json!({ "key": IDEMPOTENCY_KEY_LABEL, "value": self.value }));
        Some(serde_json::to_vec(&body).ok()?.into())
    }

    fn is_on(&self, element: &Value) -> bool {
        let labels = element.get(self.field).and_then(Value::as_array);
        labels.into_iter().flatten().any(|label| {
            let is = |name: &str, text: &str| label.get(name).is_some_and(|value| value == text);
            is("key", IDEMPOTENCY_KEY_LABEL) && is("value", &self.value)
        })
    }
}

/// What is looked for: the labelled request.
struct Mark {
    label: Label,
    /// The fields that the request and what it created have in common.
    common: &'static [&'static str],
    request: Map<String, Value>,
}

impl Mark {
    fn of(draft: &Draft, label: Label, common: &'static [&'static str]) -> Result<Self, Error> {
        let unreadable =
            || Error::unsendable(draft.operation, "the body cannot carry an idempotency key");
        let body = draft.body.as_ref().ok_or_else(unreadable)?;
        let request = serde_json::from_slice(body).map_err(|_| unreadable())?;
        Ok(Self {
            label,
            common,
            request,
        })
    }

    fn is_on(&self, element: &Value) -> bool {
        let same = |name: &&str| {
            let value = self.request.get(*name);
            value.is_some() && value == element.get(*name)
        };
        self.label.is_on(element) && self.common.iter().all(same)
    }
}

/// The first element with this mark.
async fn first<L: Paged<Item: Serialize>>(
    mut elements: Items<L>,
    mark: &Mark,
) -> Result<Option<http::Response<Bytes>>, Error> {
    while let Some(element) = elements.try_next().await? {
        // What was read from JSON can be written as JSON.
        if let Ok(element) = serde_json::to_value(&element)
            && mark.is_on(&element)
        {
            return Ok(Some(http::Response::new(element.to_string().into())));
        }
    }
    Ok(None)
}
