//! Idempotency keys: a label of the request that the service stores and lists with the created resource. If a response is
//! lost, the SDK searches the list for it.
//!
//! Invariant: a failed search is not a search without result.
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

/// An operation whose request can carry an idempotency key. See [`Call::idempotency_key`].
///
/// ```compile_fail,E0277
/// # use atlas_backup::{*, v2::*};
/// # fn example(client: &Client, project: &ObjectId, cluster: &ClusterName, request: &DiskBackupSnapshotRestoreJobRequest) {
/// // A restore job has no labels: "the request of `CreateBackupRestoreJob` has no place for an idempotency key".
/// let restore = client.create_backup_restore_job(project, cluster, request).idempotency_key("nightly");
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "the request of `{Self}` has no place for an idempotency key",
    note = "only operations that implement `Keyed` do, such as `create_backup_export`"
)]
pub trait Keyed: Endpoint {
    /// The operation that lists the created resources; it has the same path.
    type List: Paged<Item: Serialize>;
    /// The field of the request and of the list's items with the labels: objects with `key` and `value`.
    const LABELS: &'static str;
    /// Fields that the request shares with the created resource. A resource that differs in one of them was created by
    /// another request, even if it has the same key.
    const COMMON: &'static [&'static str];
}

impl<E: Keyed> Call<E> {
    /// Sets an idempotency key, so that retries create the resource once. The key must be unique for the snapshot.
    ///
    /// The key is sent as a label (`customData` with the key `idempotencyKey`). The service stores and lists it; for an
    /// export it is also in the `.complete` file in the bucket. The call then counts as idempotent. If the outcome of an
    /// attempt is unknown (the response was lost, undecodable or late, or had the status 500, 502, 503 or 504), the SDK
    /// searches the list before each later retry and before it returns a later error. A resource found there is the output,
    /// as listed and without headers. If the list cannot be read, the call fails without a retry, so the key needs a role
    /// that may list. There is no search if a `Retry-After` is longer than five minutes or than the rest of the timeout.
    ///
    /// The SDK sends a second request only if the list does not have the resource one minute after the outcome became
    /// unknown; it searches after 5, 15, 35 and 60 seconds. [`Call::look_up_for`] changes that time. If the service takes
    /// longer to list a resource, two can be created, because the service does not evaluate the key.
    ///
    /// The first attempt is sent without a search. After a restart, call [`Call::find_created`] first.
    ///
    /// Restore jobs cannot carry a key, and two jobs with the same snapshot and target may both be intended. The SDK never
    /// retries their creation after an ambiguous failure: search the list and decide.
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

    /// Sets how long the SDK searches the list for a request with an [idempotency key](Call::idempotency_key) whose outcome
    /// is unknown, before it sends the request again. The default is one minute; zero means one immediate search.
    pub fn look_up_for(mut self, window: Duration) -> Self {
        self.draft.look_up_for = window;
        self
    }

    /// Searches for the resource that an earlier call with the same [`Call::idempotency_key`] created. Does not create.
    ///
    /// # Errors
    /// The errors of the list, and kind `InvalidRequest` without a key.
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
        let elements = Items::<E::List>::new(self.client.clone(), list).require_elements();
        Box::pin(async { first(elements, &mark?).await })
    }
}

/// A key as a label.
#[derive(Clone)]
struct Label {
    /// The field with the labels.
    field: &'static str,
    value: String,
}

impl Label {
    /// Adds the label to the body. `None` if the body cannot carry a label.
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

/// The request to search for, with its label.
struct Mark {
    label: Label,
    /// The fields that the request shares with the created resource.
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

/// Returns the first item that matches the mark.
async fn first<L: Paged<Item: Serialize>>(
    mut elements: Items<L>,
    mark: &Mark,
) -> Result<Option<http::Response<Bytes>>, Error> {
    while let Some(element) = elements.try_next().await? {
        // Decoded items can always be serialised.
        if let Ok(element) = serde_json::to_value(&element)
            && mark.is_on(&element)
        {
            return Ok(Some(http::Response::new(element.to_string().into())));
        }
    }
    Ok(None)
}
