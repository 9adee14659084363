//! The reply to "how do you know?": what was read, how the figure was made, by which model, from which rows.

use super::reply::{labelled, sentences};
use super::{Context, RenderError, Renderer, table};
use crate::domain::{Answer, Evidence, Phrase, Reply};

/// Composes it from the answer's evidence.
pub(super) fn compose(renderer: &Renderer, answer: &Answer, context: &Context) -> Result<Reply, RenderError> {
    let evidence = &answer.evidence;
    if *evidence == Evidence::default() {
        return Ok(Reply::text(renderer.word("common.explain.nothing", context)?));
    }
    let mut reply = Reply::text(renderer.word("common.explain.headline", context)?);
    let mut sources = Vec::new();
    for (name, rows, days) in &evidence.sources {
        let phrase = match days {
            Some(days) => Phrase::new("common.explain.source_days").with("days", *days),
            None => Phrase::new("common.explain.source"),
        };
        let table = Phrase { key: format!("common.table.{}", name.name()).into(), args: Default::default() };
        let phrase = phrase.with("table", table).count("rows", usize::try_from(*rows).unwrap_or(usize::MAX));
        sources.push(renderer.line(&phrase, context)?);
    }
    let lines = |phrases: &[Phrase]| -> Result<Vec<String>, RenderError> {
        phrases.iter().map(|phrase| renderer.line(phrase, context)).collect()
    };
    let model: Vec<Phrase> = evidence.model.iter().cloned().collect();
    let mut trust = answer.trust.clone();
    trust.extend(answer.caveats.iter().cloned());
    for (label, parts) in [
        ("common.label.data", sources),
        ("common.label.method", lines(&evidence.method)?),
        ("common.label.model", lines(&model)?),
        ("common.label.assumed", lines(&answer.assumptions)?),
        ("common.label.trust", lines(&trust)?),
    ] {
        if !parts.is_empty() {
            reply.lines.push(labelled(&renderer.word(label, context)?, &sentences(&parts, context.language)));
        }
    }
    if let Some(rows) = evidence.rows.as_ref().filter(|rows| !rows.rows.is_empty()) {
        let phrase = Phrase::new("common.explain.rows").count("rows", rows.rows.len());
        reply.lines.push(renderer.line(&phrase.with("title", rows.title.clone()), context)?);
        reply.attachments.push(table::shown(renderer, rows, context)?);
    }
    Ok(reply)
}
