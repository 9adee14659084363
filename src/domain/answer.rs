//! What an engine answers: typed figures and phrases, without a word chosen or a pixel drawn.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Arg, DateRange, Intent, Phrase, Slots, TableName, Unit};

/// One more thing that was found out, below the headline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub text: Phrase,
    /// How much it matters within its answer, larger first; used where there is room for few.
    pub weight: f64,
}

/// A table. Every row has one cell per column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it shows.
    pub title: Phrase,
    /// The columns' headings.
    pub columns: Vec<Phrase>,
    /// The rows.
    pub rows: Vec<Vec<Arg>>,
}

/// A point of a line, with its interval where it is a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LinePoint {
    /// When.
    pub at: Date,
    /// How much.
    pub value: f64,
    /// The interval around it.
    pub interval: Option<(f64, f64)>,
}

/// A day that a chart points at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Marker {
    /// When.
    pub at: Date,
    /// What happened.
    pub label: Phrase,
}

/// What a chart draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Lines over time; points with an interval are drawn dashed over a shaded band.
    Lines {
        /// Each line's name and points, in order of time.
        lines: Vec<(Arg, Vec<LinePoint>)>,
        /// Days to point at.
        markers: Vec<Marker>,
    },
    /// Lines of what was, in steps of time, perhaps over a band of what would have been usual. Nothing of it is a forecast.
    Past {
        /// Each line's name and points, in order of time, without intervals.
        lines: Vec<(Arg, Vec<LinePoint>)>,
        /// What was to be expected, with the interval that is usual around it.
        usual: Option<(Arg, Vec<LinePoint>)>,
        /// The first days of steps that are not there whole: drawn hollow.
        partial: Vec<Date>,
        /// The least and the most that such a figure can be.
        limits: (Option<f64>, Option<f64>),
        /// Days to point at.
        markers: Vec<Marker>,
    },
    /// Bars, from the top down; values may be negative.
    Bars {
        /// Each bar's name and length.
        bars: Vec<(Arg, f64)>,
    },
    /// Bars that are made of parts, such as classes of feeling.
    StackedBars {
        /// The parts' names.
        parts: Vec<Arg>,
        /// Each bar's name and parts.
        bars: Vec<(Arg, Vec<f64>)>,
    },
    /// A grid of shades.
    HeatMap {
        /// The rows' names.
        rows: Vec<Arg>,
        /// The columns' names.
        columns: Vec<Arg>,
        /// One list per row, one value per column; `None` where there is nothing.
        values: Vec<Vec<Option<f64>>>,
    },
}

/// A chart to be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// What it shows.
    pub title: Phrase,
    /// The unit of its values.
    pub unit: Unit,
    /// What is drawn.
    pub kind: ChartKind,
}

/// What an answer rests on: shown when somebody asks "how do you know?".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The tables used, with the rows and days that were read from each.
    pub sources: Vec<(TableName, u64, Option<DateRange>)>,
    /// How the figure was made: plans, filters, formulas.
    pub method: Vec<Phrase>,
    /// The model and its version, and how it was checked, where one was used.
    pub model: Option<Phrase>,
    /// A sample of the rows behind the figure.
    pub rows: Option<Table>,
}

/// Something the asker may press next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// What the button says.
    pub label: Phrase,
    /// The question it asks: the answer's own slots with these on top.
    pub intent: Intent,
    /// What changes.
    pub slots: Slots,
}

/// What an engine answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The answer itself, in one sentence, with its interval where it is an estimate.
    pub headline: Phrase,
    /// Why, and what else matters, most important first.
    pub findings: Vec<Finding>,
    /// How far to trust it: backtest error, rows, up to which day.
    pub trust: Vec<Phrase>,
    /// What was assumed where nothing was said; each can be changed by an action.
    pub assumptions: Vec<Phrase>,
    /// What to beware of.
    pub caveats: Vec<Phrase>,
    /// Tables, the most important first.
    pub tables: Vec<Table>,
    /// Charts, the most important first.
    pub charts: Vec<Chart>,
    /// What it rests on.
    pub evidence: Evidence,
    /// What to do next.
    pub actions: Vec<Action>,
}

impl Answer {
    /// An answer that is one sentence so far.
    #[must_use]
    pub fn new(headline: Phrase) -> Self {
        Self {
            headline,
            findings: Vec::new(),
            trust: Vec::new(),
            assumptions: Vec::new(),
            caveats: Vec::new(),
            tables: Vec::new(),
            charts: Vec::new(),
            evidence: Evidence::default(),
            actions: Vec::new(),
        }
    }

    /// Adds a finding below those that are there.
    pub fn find(&mut self, text: Phrase, weight: f64) {
        self.findings.push(Finding { text, weight });
    }
}
