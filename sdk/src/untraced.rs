//! Replaces `trace` if the feature `tracing` is off. All functions do nothing.
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use crate::base_url::BaseUrl;
use crate::error::Error;
use crate::operation::Operation;

type Outcome = Result<http::Response<Bytes>, Error>;

pub(crate) fn call<T>(
    _: &'static Operation,
    call: impl Future<Output = Result<T, Error>>,
) -> impl Future<Output = Result<T, Error>> {
    call
}

pub(crate) fn attempt(
    _: &BaseUrl,
    _: &'static Operation,
    _: u32,
    attempt: impl Future<Output = Outcome>,
) -> impl Future<Output = Outcome> {
    attempt
}

pub(crate) fn retry(_: &Error, _: Duration) {}

#[cfg(feature = "download")]
pub(crate) fn download<T, E>(
    download: impl Future<Output = Result<T, E>>,
    _: impl FnOnce(&T) -> (u64, u32),
    _: impl FnOnce(&E) -> &'static str,
) -> impl Future<Output = Result<T, E>> {
    download
}

#[cfg(feature = "download")]
pub(crate) fn download_retry(_: &str, _: u32, _: u64, _: Duration) {}

#[cfg(feature = "download")]
pub(crate) fn download_record_damaged() {}

pub(crate) fn token_store(_: &std::io::Error) {}

#[derive(Default)]
pub(crate) struct Deprecations(());

impl Deprecations {
    pub(crate) fn notice(&self, _: &'static Operation, _: &HeaderMap) {}
}
