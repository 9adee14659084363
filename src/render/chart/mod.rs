//! Charts: what an answer wants drawn, cleaned and named, then as a PNG picture or as characters. Computes no figures.

mod scale;
mod labels;
mod canvas;
mod font;
mod png;
mod time;
mod lines;
mod bars;
mod heat;
mod characters;

use jiff::civil::Date;

use self::labels::Labels;
use self::scale::Scale;
use super::number::Room;
use super::{Context, RenderError, Renderer, text};
use crate::domain::{Arg, Chart, ChartKind, Language, LinePoint, Marker, Phrase};

pub(crate) use characters::characters;
pub(crate) use font::Fonts;

use canvas::Colour;
#[cfg(test)]
pub(crate) use png::decode;

/// More lines than this cannot be told apart.
const MOST_LINES: usize = 6;
/// Values that differ by less than this share of their size are drawn without the zero.
const NEAR: f64 = 0.1;
/// More bars than this cannot be read on a phone.
const MOST_BARS: usize = 15;
/// More rows or columns of a grid cannot be read either.
const MOST_CELLS: usize = 31;

/// A chart with every word chosen and every figure finite; never empty.
pub(crate) struct Figure {
    title: String,
    kind: Kind,
    labels: Labels,
    /// What was left out, in words.
    note: Option<String>,
    /// What to say where the picture's font lacks characters.
    undrawn: String,
    fonts: Fonts,
}

impl Figure {
    pub(crate) fn title(&self) -> &str {
        &self.title
    }
}

enum Kind {
    Lines(Lines),
    Bars(Vec<(String, f64)>),
    Stacked { parts: Vec<(String, Colour)>, bars: Vec<(String, Vec<f64>)> },
    Heat { rows: Vec<String>, columns: Vec<String>, values: Vec<Vec<Option<f64>>> },
}

/// Lines over time and what lies behind them.
struct Lines {
    lines: Vec<Line>,
    /// What was to be expected, with what is usual around it.
    usual: Option<Line>,
    markers: Vec<(Date, String)>,
    /// The least and the most that a value can be.
    limits: (Option<f64>, Option<f64>),
}

impl Lines {
    /// The axis of values over about so many ticks. One that can start at zero does, unless the values lie so near to
    /// each other that nothing could be seen of how they differ.
    fn scale(&self, ticks: usize) -> Scale {
        let points = || self.lines.iter().chain(&self.usual).flat_map(|line| &line.points);
        let reach = || {
            points().flat_map(|point| {
                let (low, high) = point.interval.unwrap_or((point.value, point.value));
                [point.value, low, high]
            })
        };
        let (low, high) =
            reach().fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let zero = self.limits.0 == Some(0.0) && low >= 0.0 && high - low > NEAR * high;
        let mut scale = Scale::cover(reach(), ticks, zero);
        let (least, most) = self.limits;
        if least.is_none_or(|least| least <= low) && most.is_none_or(|most| most >= high) {
            scale.within(least, most);
        }
        scale
    }
}

struct Line {
    name: String,
    colour: Colour,
    points: Vec<Point>,
}

#[derive(Clone, Copy)]
struct Point {
    at: Date,
    value: f64,
    interval: Option<(f64, f64)>,
    look: Look,
}

/// What a point stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// What was.
    Known,
    /// What was of a step that is not there whole.
    Partial,
    /// What is forecast.
    Ahead,
}

/// Chooses the words of a chart and drops what cannot be drawn; `None` where nothing is left.
pub(crate) fn prepare(renderer: &Renderer, chart: &Chart, context: &Context) -> Result<Option<Figure>, RenderError> {
    let labels = Labels::of(renderer, chart.unit, context)?;
    let mut left_out = 0;
    let Some(kind) = kind(renderer, &chart.kind, context, &mut left_out)? else { return Ok(None) };
    let mut notes = Vec::new();
    if left_out > 0 {
        notes.push(renderer.label(&Phrase::new("common.chart.other").count("count", left_out), context)?);
    }
    if let Kind::Lines(lines) = &kind
        && lines.limits.0 == Some(0.0)
        && lines.scale(4).low > 0.0
    {
        notes.push(renderer.word("common.chart.not_from_zero", context)?);
    }
    let note = (!notes.is_empty()).then(|| {
        notes.join(match context.language {
            Language::English => "; ",
            Language::Chinese => "；",
        })
    });
    let title = renderer.filler().phrase(&chart.title, super::manner(context, Room::Headline, false), 0)?;
    let mut characters = title.chars();
    let title = match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => title,
    };
    let undrawn = renderer.word("common.chart.undrawn", context)?;
    let fonts = renderer.fonts.for_words(context.language == Language::Chinese);
    Ok(Some(Figure { title, kind, labels, note, undrawn, fonts }))
}

fn kind(
    renderer: &Renderer,
    kind: &ChartKind,
    context: &Context,
    left_out: &mut usize,
) -> Result<Option<Kind>, RenderError> {
    let name = |arg: &Arg| renderer.cell(arg, context).map(|name| text::cut_characters(&name, 60));
    Ok(match kind {
        ChartKind::Lines { lines, markers } => {
            let mut kept = Vec::new();
            for (arg, points) in lines {
                let look = |point: &LinePoint| if point.interval.is_some() { Look::Ahead } else { Look::Known };
                kept.push((name(arg)?, drawable(points, look)));
            }
            kept.retain(|(_, points)| !points.is_empty());
            join_forecast(&mut kept);
            *left_out = kept.len().saturating_sub(MOST_LINES);
            let lines = coloured(kept);
            let markers = marked(renderer, markers, context)?;
            (!lines.is_empty()).then_some(Kind::Lines(Lines { lines, usual: None, markers, limits: (None, None) }))
        }
        ChartKind::Past { lines, usual, partial, limits, markers } => {
            let mut kept = Vec::new();
            for (arg, points) in lines {
                let look = |point: &LinePoint| if partial.contains(&point.at) { Look::Partial } else { Look::Known };
                kept.push((name(arg)?, drawable(points, look)));
            }
            kept.retain(|(_, points)| !points.is_empty());
            *left_out = kept.len().saturating_sub(MOST_LINES);
            let lines = coloured(kept);
            let usual = match usual {
                Some((arg, points)) => {
                    let points = drawable(points, |_| Look::Known);
                    Some(Line { name: name(arg)?, colour: canvas::MUTED, points })
                }
                None => None,
            };
            let usual = usual.filter(|line| !line.points.is_empty());
            let markers = marked(renderer, markers, context)?;
            (!lines.is_empty()).then_some(Kind::Lines(Lines { lines, usual, markers, limits: *limits }))
        }
        ChartKind::Bars { bars } => {
            let mut kept = Vec::new();
            for (arg, value) in bars.iter().filter(|(_, value)| value.is_finite()) {
                kept.push((name(arg)?, *value));
            }
            *left_out = kept.len().saturating_sub(MOST_BARS);
            (!kept.is_empty()).then(|| Kind::Bars(longest(kept)))
        }
        ChartKind::StackedBars { parts, bars } => {
            let colours = part_colours(parts);
            let mut named = Vec::new();
            for (part, colour) in parts.iter().zip(colours) {
                named.push((name(part)?, colour));
            }
            let mut kept = Vec::new();
            for (arg, values) in bars {
                let mut values: Vec<f64> =
                    values.iter().map(|value| if value.is_finite() { value.max(0.0) } else { 0.0 }).collect();
                values.resize(named.len(), 0.0);
                if values.iter().sum::<f64>() > 0.0 {
                    kept.push((name(arg)?, values));
                }
            }
            *left_out = kept.len().saturating_sub(MOST_BARS);
            kept.truncate(MOST_BARS);
            (!kept.is_empty()).then_some(Kind::Stacked { parts: named, bars: kept })
        }
        ChartKind::HeatMap { rows, columns, values } => {
            *left_out = rows.len().saturating_sub(MOST_CELLS) + columns.len().saturating_sub(MOST_CELLS);
            let names = |args: &[Arg]| args.iter().take(MOST_CELLS).map(name).collect::<Result<Vec<_>, _>>();
            let (rows, columns) = (names(rows)?, names(columns)?);
            let cell = |row: usize, column: usize| {
                values.get(row).and_then(|row| row.get(column)).copied().flatten().filter(|value| value.is_finite())
            };
            let values: Vec<Vec<Option<f64>>> =
                (0..rows.len()).map(|row| (0..columns.len()).map(|column| cell(row, column)).collect()).collect();
            values.iter().flatten().any(Option::is_some).then_some(Kind::Heat { rows, columns, values })
        }
    })
}

/// The points of a line that are finite, in order of time.
fn drawable(points: &[LinePoint], look: impl Fn(&LinePoint) -> Look) -> Vec<Point> {
    let mut drawn: Vec<Point> = points
        .iter()
        .filter(|point| point.value.is_finite())
        .map(|point| Point {
            at: point.at,
            value: point.value,
            interval: point
                .interval
                .filter(|(low, high)| low.is_finite() && high.is_finite())
                .map(|(low, high)| (low.min(high), low.max(high))),
            look: look(point),
        })
        .collect();
    drawn.sort_by_key(|point| point.at);
    drawn
}

fn coloured(lines: Vec<(String, Vec<Point>)>) -> Vec<Line> {
    let coloured = lines.into_iter().take(MOST_LINES).zip(canvas::PALETTE);
    coloured.map(|((name, points), colour)| Line { name, colour, points }).collect()
}

fn marked(renderer: &Renderer, markers: &[Marker], context: &Context) -> Result<Vec<(Date, String)>, RenderError> {
    markers.iter().map(|marker| Ok((marker.at, renderer.label(&marker.label, context)?))).collect()
}

/// What was and what is forecast of it are one line, also where they come as two.
fn join_forecast(lines: &mut Vec<(String, Vec<Point>)>) {
    if let [(_, past), (_, ahead)] = lines.as_mut_slice() {
        let apart = past.iter().all(|point| point.interval.is_none())
            && ahead.iter().all(|point| point.interval.is_some())
            && past.last().zip(ahead.first()).is_some_and(|(last, first)| last.at <= first.at);
        if apart {
            let last = past.last().map(|point| point.at);
            past.extend(ahead.iter().filter(|point| Some(point.at) != last).copied());
            lines.truncate(1);
        }
    }
}

/// The longest bars, those below zero among them, in the order in which they came.
fn longest(bars: Vec<(String, f64)>) -> Vec<(String, f64)> {
    let mut sizes: Vec<f64> = bars.iter().map(|(_, value)| value.abs()).collect();
    sizes.sort_by(|left, right| right.total_cmp(left));
    let least = sizes.get(MOST_BARS - 1).copied().unwrap_or(0.0);
    let mut kept: Vec<(String, f64)> = bars.into_iter().filter(|(_, value)| value.abs() >= least).collect();
    kept.truncate(MOST_BARS);
    kept
}

/// Classes of feeling have their own colours; other parts take the palette's.
fn part_colours(parts: &[Arg]) -> Vec<Colour> {
    let feeling = |part: &Arg| {
        let word = match part {
            Arg::Text(text) => text.to_lowercase(),
            Arg::Phrase(phrase) => phrase.key.rsplit(['.', '_']).next().unwrap_or_default().to_owned(),
            _ => return None,
        };
        match word.as_str() {
            "negative" => Some(canvas::NEGATIVE),
            "neutral" => Some(canvas::NEUTRAL),
            "positive" => Some(canvas::POSITIVE),
            _ => None,
        }
    };
    let feelings: Option<Vec<Colour>> = parts.iter().map(feeling).collect();
    feelings.unwrap_or_else(|| canvas::PALETTE.into_iter().cycle().take(parts.len()).collect())
}

/// The picture as a PNG file.
pub(crate) fn png(figure: &Figure) -> Result<Vec<u8>, RenderError> {
    canvas::draw(&figure.undrawn, figure.fonts, |canvas| {
        let plot = canvas.title(&figure.title)?;
        let end = match &figure.kind {
            Kind::Lines(lines) => lines::draw(canvas, plot, lines, &figure.labels),
            Kind::Bars(bars) => bars::draw(canvas, plot, bars, &figure.labels),
            Kind::Stacked { parts, bars } => bars::draw_stacked(canvas, plot, parts, bars, &figure.labels),
            Kind::Heat { rows, columns, values } => heat::draw(canvas, plot, rows, columns, values, &figure.labels),
        }?;
        match &figure.note {
            Some(note) => canvas.note(note, end),
            None => Ok(end),
        }
    })
}
