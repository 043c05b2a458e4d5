//! A body that arrives chunk by chunk, and may be interrupted, end early, or never end.
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use atlas_backup::TransportError;
use bytes::Bytes;
use futures_core::Stream;

use crate::executor::{Handle, Sleep};

/// The next event of a body.
pub(super) enum Step {
    Piece(Bytes),
    Wait(Duration),
    Break,
    /// Nothing more arrives, not even an end.
    Stall,
}

pub(super) struct Body {
    steps: VecDeque<Step>,
    handle: Handle,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Body {
    pub(super) fn new(handle: &Handle, steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            handle: handle.clone(),
            waiting: None,
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(waiting) = &mut self.waiting {
                ready!(waiting.as_mut().poll(context));
                self.waiting = None;
            }
            match self.steps.pop_front() {
                Some(Step::Piece(piece)) => return Poll::Ready(Some(Ok(piece))),
                Some(Step::Wait(time)) => self.waiting = Some(Box::pin(self.handle.sleep(time))),
                Some(Step::Break) => {
                    let cause = "the connection broke in the body".into();
                    return Poll::Ready(Some(Err(TransportError::Interrupted(cause))));
                }
                Some(Step::Stall) => {
                    self.steps.push_front(Step::Stall);
                    return Poll::Pending;
                }
                None => return Poll::Ready(None),
            }
        }
    }
}
