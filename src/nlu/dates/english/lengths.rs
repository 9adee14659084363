//! English lengths of time, and what comes again and again.

use super::*;

/// Lengths of time.
pub(crate) const LENGTHS: &[Rule] = &[
    ("<num> -? <unit>", |m| Some(Node::Length(Length::new(m.number(0)?, m.unit(1)?)))),
    ("a|an|one <unit>", |m| {
        (!matches!(m.unit(0)?, TimeUnit::Weekend)).then(|| Some(Node::Length(Length::new(1.0, m.unit(0)?))))?
    }),
    ("the|next next? <unit> and <length>", |m| Some(Node::Length(Length::new(1.0, m.unit(0)?).plus(m.length(1)?)))),
    ("half an|a <unit>", |m| Some(Node::Length(Length::new(0.5, m.unit(0)?)))),
    ("half a? year", |_| Some(Node::Length(Length::new(0.5, TimeUnit::Year)))),
    ("a? couple of? <unit>", |m| Some(Node::Length(Length::new(2.0, m.unit(0)?)))),
    ("a? few|several|some <unit>", |m| Some(Node::Length(Length::new(3.0, m.unit(0)?)))),
    ("a? dozen <unit>", |m| Some(Node::Length(Length::new(12.0, m.unit(0)?)))),
    ("<int> and a? half <unit>", |m| Some(Node::Length(Length::new(m.number(0)? + 0.5, m.unit(1)?)))),
    ("<int> and a? quarter <unit>", |m| Some(Node::Length(Length::new(m.number(0)? + 0.25, m.unit(1)?)))),
    ("<int> <unit> and a? half", |m| Some(Node::Length(Length::new(m.number(0)? + 0.5, m.unit(1)?)))),
    ("<int> <unit> and a? quarter", |m| Some(Node::Length(Length::new(m.number(0)? + 0.25, m.unit(1)?)))),
    ("<int> and <int> <unit>", |m| {
        let (a, b) = (m.int(0)?, m.int(1)?);
        (m.form(0)? == Form::Words && a >= 20 && a % 10 == 0 && (1..10).contains(&b))
            .then(|| Node::Length(Length::new((a + b) as f64, m.unit(2).unwrap_or(TimeUnit::Day))))
    }),
    ("<length> ,|and? <length>", |m| {
        let (a, b) = (m.length(0)?, m.length(1)?);
        (a.unit > b.unit && a.count > 0.0)
            .then(|| Node::Length(Length { unit: a.unit.min(b.unit), count: b.count, ..a.plus(b) }))
    }),
    ("<int> d", |m| close(m, TimeUnit::Day)),
    ("<int> w", |m| close(m, TimeUnit::Week)),
    ("<int> y", |m| close(m, TimeUnit::Year)),
    ("<num> s", |_| None),
];

pub(crate) fn close(m: &crate::nlu::dates::chart::Match<'_>, unit: TimeUnit) -> Option<Node> {
    (m.width(0) > 0 && m.width(0) < 4).then(|| Some(Node::Length(Length::new(m.number(0)?, unit))))?
}

/// Again and again.
pub(crate) const SETS: &[Rule] = &[
    (
        "daily|weekly|monthly|quarterly|yearly|annually|annual|hourly|biweekly|bi-weekly|bimonthly|bi-monthly|semiannual|semi-annual|semiannually|nightly|fortnightly|biannual",
        |_| Some(Node::Set),
    ),
    ("every|each|all|any other|second? <unit>", |m| {
        let fits = match m.literal(0) {
            "all" => m.unit(0)? == TimeUnit::Weekend,
            "any" => m.unit(0)? == TimeUnit::Year,
            _ => true,
        };
        fits.then_some(Node::Set)
    }),
    ("every|each <length>", |_| Some(Node::Set)),
    ("every|each <when>", |m| {
        let f = m.when(0)?.fields;
        (f.weekday.is_some() || f.month.is_some() || f.holiday.is_some()).then_some(Node::Set)
    }),
    ("every|each <clock>", |m| m.clock(0)?.part.then_some(Node::Set)),
    ("everyday|weekdays|every_weekday|each_weekday|everynight", |m| (m.literal(0) != "weekdays").then_some(Node::Set)),
    ("once|twice a|per <unit>", |_| Some(Node::Set)),
    ("<int> times a|per <unit>", |_| Some(Node::Set)),
    ("mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays", |_| Some(Node::Set)),
    ("<weekday>? mornings|afternoons|evenings|nights", |_| None),
    ("mornings|afternoons|evenings", |_| Some(Node::Set)),
    ("<weekday> mornings|afternoons|evenings|nights", |_| Some(Node::Set)),
    ("<set> at? <clock>", |m| {
        let c = m.clock(1)?;
        (!c.latent || m.literal(0) == "at").then_some(Node::Set)
    }),
    ("<clock> <set>", |m| (!m.clock(0)?.latent).then_some(Node::Set)),
];
