//! What is told of a download: how far it is, and what came of it.

/// How far a download is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How much is there; less than before after a new beginning.
    pub received: u64,
    /// How much there is in all, if the delivery host says so.
    pub total: Option<u64>,
}

/// A download that is there as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// The length of the whole in bytes, what an earlier process received included.
    pub bytes: u64,
    /// How often the delivery host went on where an earlier request or process stopped.
    pub resumed: u32,
    /// How many requests were sent; 0 if an earlier process had received the whole.
    pub attempts: u32,
}

pub(super) type OnProgress<'a> = Box<dyn FnMut(Progress) + Send + 'a>;
