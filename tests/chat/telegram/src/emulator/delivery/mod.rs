//! How updates reach the bot: the queue, the worker that posts them to a webhook. Long polls are in `api/`.

pub(crate) mod updates;
pub(crate) mod webhook;
mod post;
