//! How Telegram reads marked-up text: parsers of HTML and MarkdownV2, detection, cleaning. No limits on length.

pub(crate) mod entity;
mod links;
mod html;
mod markdown;
mod detect;
mod compose;
#[cfg(test)]
mod tests;

pub(crate) use compose::{Source, compose};
pub(crate) use detect::detect;
pub(crate) use links::checked;
