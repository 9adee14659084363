//! Ticks of a time axis: few, at the starts of days, weeks, months, quarters or years, the year said once.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Labels;

/// A tick: its day, its label, and the year where it has to be said.
pub(super) struct Tick {
    pub(super) at: Date,
    pub(super) label: String,
    pub(super) year: Option<String>,
}

/// Days from `first` to a day.
pub(super) fn days(first: Date, at: Date) -> f64 {
    first.until(at).map_or(0.0, |span| f64::from(span.get_days()))
}

/// At most `most` ticks from `first` to `last`.
pub(super) fn ticks(first: Date, last: Date, most: usize, labels: &Labels) -> Vec<Tick> {
    let most = most.max(1);
    let span = days(first, last);
    let day_steps = [1i64, 2, 7, 14];
    let month_steps = [1i64, 2, 3, 6];
    let dates: Vec<Date> = if let Some(step) =
        day_steps.into_iter().find(|step| span / *step as f64 + 1.0 <= most as f64)
    {
        walk(first, last, |date| date.saturating_add(step.days()))
    } else if let Some(step) = month_steps.into_iter().find(|step| span / 30.44 / *step as f64 + 1.0 <= most as f64) {
        // A month that is a multiple of the step: quarters begin in January.
        let back = i64::from(first.month() - 1) % step;
        let start = first.first_of_month().saturating_sub(back.months());
        walk(start, last, |date| date.saturating_add(step.months()))
    } else {
        let step =
            [1i64, 2, 5, 10, 20, 50, 100, 500].into_iter().find(|step| span / 365.25 / *step as f64 <= most as f64);
        let start = first.first_of_year();
        walk(start, last, |date| date.saturating_add(step.unwrap_or(2_000).years()))
    };
    let yearly = dates.windows(2).all(|pair| pair[0].month() == pair[1].month() && pair[0].day() == pair[1].day())
        && dates.len() > 1
        && dates[0].first_of_year() == dates[0];
    let monthly = dates.iter().all(|date| date.day() == 1) && dates.len() > 1;
    let mut said = None;
    let mut ticks = Vec::new();
    for at in dates.into_iter().filter(|date| *date >= first) {
        let year = labels.year(at);
        let tick = if yearly {
            Tick { at, label: year, year: None }
        } else {
            let label = if monthly { labels.month(at).to_owned() } else { labels.day(at) };
            let again = said != Some(at.year());
            said = Some(at.year());
            Tick { at, label, year: again.then_some(year) }
        };
        ticks.push(tick);
    }
    ticks
}

fn walk(start: Date, last: Date, next: impl Fn(Date) -> Date) -> Vec<Date> {
    let mut dates = vec![start];
    let mut at = start;
    while dates.len() < 400 {
        let following = next(at);
        if following <= at || following > last {
            break;
        }
        dates.push(following);
        at = following;
    }
    dates
}
