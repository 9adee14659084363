//! Composes replies: which lines, in which order, under which labels, with which picture and buttons.

use super::{Context, RenderError, Renderer, chart, table, text};
use crate::domain::{Answer, Attachment, Button, Chart, Finding, Format, Language, Phrase, Reply};

/// Findings beyond this many stay in the table.
const MOST_FINDINGS: usize = 5;
/// A line of findings longer than this is split where lines are left.
const LONG_LINE: usize = 220;
/// Longer labels are cut, as the narrowest platform would.
const LONGEST_LABEL: usize = 40;

/// The reply to a question, with its figures in the form that was asked for, or as a chart.
pub(super) fn compose(
    renderer: &Renderer,
    answer: &Answer,
    form: Option<Format>,
    context: &Context,
) -> Result<Reply, RenderError> {
    let mut reply = Reply { lines: words(renderer, answer, context)?, ..Reply::default() };
    reply.buttons = buttons(renderer, answer, context)?;
    match form {
        Some(Format::Text) => return Ok(reply),
        Some(form @ (Format::Csv | Format::Json)) if !answer.tables.is_empty() => {
            if let Some(files) = show(renderer, answer, form, context)? {
                reply.lines.extend(files.lines);
                reply.attachments = files.attachments;
            }
            return Ok(reply);
        }
        Some(Format::Table) if !answer.tables.is_empty() => {
            for each in answer.tables.iter().take(1) {
                reply.attachments.push(table::shown(renderer, each, context)?);
            }
            return Ok(reply);
        }
        Some(Format::Chart | Format::Table | Format::Csv | Format::Json) | None => {}
    }
    if let Some(picture) = first_chart(renderer, &answer.charts, context)? {
        reply.attachments.push(picture);
    } else if let Some(shown) = answer.tables.iter().find(|table| table.rows.len() > 1) {
        reply.attachments.push(table::shown(renderer, shown, context)?);
    }
    Ok(reply)
}

/// The same answer in another form; `None` where it has no figures for that.
pub(super) fn show(
    renderer: &Renderer,
    answer: &Answer,
    format: Format,
    context: &Context,
) -> Result<Option<Reply>, RenderError> {
    let mut reply = Reply::default();
    match format {
        Format::Text => {
            reply.lines = words(renderer, answer, &Context { max_lines: usize::MAX, ..*context })?;
        }
        Format::Chart => {
            for chart in &answer.charts {
                reply.attachments.extend(picture(renderer, chart, context)?);
            }
            if !reply.attachments.is_empty() {
                reply.lines.push(bold(renderer.headline(&answer.headline, context)?));
            } else if let Some(first) = answer.tables.first() {
                reply.lines.push(renderer.word("common.show.no_chart", context)?);
                reply.attachments.push(table::shown(renderer, first, context)?);
            }
        }
        Format::Table => {
            for each in &answer.tables {
                reply.lines.push(bold(renderer.line(&each.title, context)?));
                reply.attachments.push(table::shown(renderer, each, context)?);
            }
        }
        Format::Csv | Format::Json => {
            for each in &answer.tables {
                let phrase =
                    Phrase::new("common.show.file").with("title", each.title.clone()).count("rows", each.rows.len());
                reply.lines.push(renderer.line(&phrase, context)?);
                reply.attachments.push(match format {
                    Format::Json => table::json_file(renderer, each, context)?,
                    _ => table::csv_file(renderer, each, context)?,
                });
            }
        }
    }
    Ok((!reply.lines.is_empty()).then_some(reply))
}

/// The lines of a reply.
fn words(renderer: &Renderer, answer: &Answer, context: &Context) -> Result<Vec<String>, RenderError> {
    let render = |phrases: &[Phrase]| -> Result<Vec<String>, RenderError> {
        let lines: Vec<String> =
            phrases.iter().map(|phrase| renderer.line(phrase, context)).collect::<Result<_, _>>()?;
        Ok(lines.into_iter().filter(|line| !line.is_empty()).collect())
    };
    let headline = bold(renderer.headline(&answer.headline, context)?);
    let findings = render(&most_important(&answer.findings))?;
    let (trust, assumed) = (render(&answer.trust)?, render(&answer.assumptions)?);
    let caveats = render(&answer.caveats)?;

    // Lines are dropped from the end of this order where there is room for few; each keeps its place in the reply.
    let label = |own: &str, common: &str| -> Result<String, RenderError> {
        let own = format!("{}_{own}", answer.headline.key);
        if renderer.has(&own) { renderer.word(&own, context) } else { renderer.word(common, context) }
    };
    let parts = [
        (1, label("why", "common.label.why")?, &findings),
        (3, label("trust", "common.label.trust")?, &trust),
        (4, label("assumed", "common.label.assumed")?, &assumed),
        (2, label("caveat", "common.label.caveat")?, &caveats),
    ];
    let room = context.max_lines.max(1) - 1;
    let mut ranks: Vec<i32> = parts.iter().filter(|(_, _, lines)| !lines.is_empty()).map(|part| part.0).collect();
    ranks.sort_unstable();
    ranks.truncate(room);

    let mut out = vec![headline];
    let mut spare = room - ranks.len();
    for (rank, label, lines) in parts {
        if !ranks.contains(&rank) {
            continue;
        }
        let joined = labelled(&label, &sentences(lines, context.language));
        // Several long findings, such as quotes, read better on lines of their own.
        if rank == 1 && lines.len() > 1 && joined.chars().count() > LONG_LINE && spare > 0 {
            let split = lines.len().min(spare + 1);
            let (own, rest) = lines.split_at(split - 1);
            out.push(labelled(&label, own.first().map_or("", String::as_str)));
            out.extend(own.iter().skip(1).map(|line| format!("• {line}")));
            if !rest.is_empty() {
                out.push(format!("• {}", sentences(rest, context.language)));
            }
            spare -= split - 1;
        } else {
            out.push(joined);
        }
    }
    Ok(out)
}

/// The findings that matter most, in the order of their weight.
fn most_important(findings: &[Finding]) -> Vec<Phrase> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by(|left, right| right.weight.total_cmp(&left.weight));
    sorted.into_iter().take(MOST_FINDINGS).map(|finding| finding.text.clone()).collect()
}

/// A label and its line. A full-width colon brings its own space.
pub(super) fn labelled(label: &str, line: &str) -> String {
    let between = if label.is_empty() || label.ends_with('：') { "" } else { " " };
    format!("{label}{between}{line}")
}

/// The whole line in bold, unless the phrase sets its own.
pub(super) fn bold(line: String) -> String {
    if line.is_empty() || line.contains("**") { line } else { format!("**{line}**") }
}

/// Joins sentences by spaces and parts of sentences by semicolons, and ends with a full stop.
pub(super) fn sentences(parts: &[String], language: Language) -> String {
    let (space, semicolon, stop) = match language {
        Language::English => (" ", "; ", '.'),
        Language::Chinese => ("", "；", '。'),
    };
    let mut out = String::new();
    for part in parts {
        if !out.is_empty() {
            out.push_str(if ends_sentence(&out) { space } else { semicolon });
        }
        out.push_str(part);
    }
    if !out.is_empty() && !ends_sentence(&out) {
        out.push(stop);
    }
    out
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['*', '”', '"', '’', ')', '」', '）'])
        .ends_with(['.', '!', '?', '…', '。', '！', '？', ':', '：'])
}

/// One button for each action, in their order.
fn buttons(renderer: &Renderer, answer: &Answer, context: &Context) -> Result<Vec<Button>, RenderError> {
    let button = |phrase: &Phrase| {
        let label = renderer.label(phrase, context)?;
        Ok(Button { sends: label.clone(), ..Button::new(text::cut_characters(&label, LONGEST_LABEL)) })
    };
    answer.actions.iter().map(|action| button(&action.label)).collect()
}

/// The first chart that has something to draw.
fn first_chart(renderer: &Renderer, charts: &[Chart], context: &Context) -> Result<Option<Attachment>, RenderError> {
    for chart in charts {
        if let Some(attachment) = picture(renderer, chart, context)? {
            return Ok(Some(attachment));
        }
    }
    Ok(None)
}

/// A chart as an attachment: a PNG where pictures are wanted and its words can be drawn, and always in characters.
fn picture(renderer: &Renderer, chart: &Chart, context: &Context) -> Result<Option<Attachment>, RenderError> {
    let Some(figure) = chart::prepare(renderer, chart, context)? else { return Ok(None) };
    let is_drawn = renderer.layout.pictures && renderer.draws(context.language);
    let bytes = if is_drawn { chart::png(&figure)? } else { Vec::new() };
    Ok(Some(Attachment {
        name: format!("{}.png", text::slug(figure.title())),
        media_type: "image/png".to_owned(),
        bytes,
        text: chart::characters(&figure, renderer.layout.columns),
    }))
}
