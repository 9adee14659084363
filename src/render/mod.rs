//! Makes replies of answers: phrases in the asker's language, tables, charts as PNG and as characters. Computes nothing.

mod error;
mod number;
mod text;
mod words;
mod phrase;
mod period;
mod reply;
mod explain;
mod table;
mod chart;

use jiff::civil::Date;

use crate::domain::{Action, Answer, Arg, Chart, Format, Language, Phrase, Reply, Table};

pub use error::RenderError;
pub use number::Currency;

use number::Room;
use phrase::{Filler, Manner};
use words::Words;

/// For whom and how large a reply is.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The asker's language.
    pub language: Language,
    /// The day of the question; dates of its year are written without the year.
    pub as_of: Option<Date>,
    /// How many lines a reply may have, at least 1.
    pub max_lines: usize,
    /// How many buttons a reply may have.
    pub max_buttons: usize,
    /// How many columns of characters a table or a chart in characters may take.
    pub columns: usize,
    /// How many rows of a table are shown; files always hold them all.
    pub max_rows: usize,
    /// Whether charts are drawn as pictures, or in characters only.
    pub pictures: bool,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            language: Language::English,
            as_of: None,
            max_lines: 6,
            max_buttons: 5,
            columns: 72,
            max_rows: 15,
            pictures: true,
        }
    }
}

impl Context {
    /// The usual reply, in a language, on a day.
    #[must_use]
    pub fn new(language: Language, as_of: Date) -> Self {
        Self { language, as_of: Some(as_of), ..Self::default() }
    }
}

/// Puts answers into words and pictures.
pub struct Renderer {
    words: Words,
    currency: Currency,
}

impl Renderer {
    /// Compiles the phrases inside the program.
    ///
    /// # Errors
    /// When a file of phrases is no TOML, or a phrase is no template.
    pub fn new(currency: Currency) -> Result<Self, RenderError> {
        Ok(Self { words: Words::embedded()?, currency })
    }

    /// Adds phrases to those inside the program, or replaces them: the text of a file `<language>/<stem>.toml`.
    ///
    /// # Errors
    /// When it is no TOML, or a phrase is no template.
    pub fn add_phrases(&mut self, language: Language, stem: &str, toml: &str) -> Result<(), RenderError> {
        self.words.add(language.code(), stem, toml)
    }

    /// Whether some language has this phrase.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.words.has(key)
    }

    /// A phrase as one line of light Markdown, every date with its year.
    ///
    /// # Errors
    /// When no language has the phrase, or it uses an argument that it was not given.
    pub fn phrase(&self, phrase: &Phrase, language: Language) -> Result<String, RenderError> {
        self.line(phrase, &Context { language, ..Context::default() })
    }

    /// A phrase as one line of light Markdown.
    ///
    /// # Errors
    /// When no language has the phrase, or it uses an argument that it was not given.
    pub fn line(&self, phrase: &Phrase, context: &Context) -> Result<String, RenderError> {
        self.filler().phrase(phrase, manner(context, Room::Full, true), 0)
    }

    /// A phrase as one line without any markup: for labels, titles and what buttons send.
    ///
    /// # Errors
    /// When no language has the phrase, or it uses an argument that it was not given.
    pub fn label(&self, phrase: &Phrase, context: &Context) -> Result<String, RenderError> {
        self.filler().phrase(phrase, manner(context, Room::Full, false), 0)
    }

    /// The text that pressing an action's button sends: its phrase's sibling that ends in `_ask` where there is one,
    /// otherwise what the button says.
    ///
    /// # Errors
    /// When no language has the phrase, or it uses an argument that it was not given.
    pub fn sends(&self, action: &Action, context: &Context) -> Result<String, RenderError> {
        let ask = format!("{}_ask", action.label.key);
        if self.has(&ask) {
            let phrase = Phrase { key: ask.into(), args: action.label.args.clone() };
            self.label(&phrase, context)
        } else {
            self.label(&action.label, context)
        }
    }

    /// The action whose button sends this text.
    #[must_use]
    pub fn pressed<'a>(&self, answer: &'a Answer, text: &str, context: &Context) -> Option<&'a Action> {
        answer.actions.iter().find(|action| self.sends(action, context).is_ok_and(|sends| sends == text.trim()))
    }

    /// The reply to a question: the answer first, then why, how far to trust it, what was assumed, what to beware of;
    /// the first chart, and what may be pressed.
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument.
    pub fn reply(&self, answer: &Answer, context: &Context) -> Result<Reply, RenderError> {
        reply::compose(self, answer, context)
    }

    /// The reply to "how do you know?".
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument.
    pub fn explain(&self, answer: &Answer, context: &Context) -> Result<Reply, RenderError> {
        explain::compose(self, answer, context)
    }

    /// The same answer in another form.
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument.
    pub fn show_as(&self, answer: &Answer, format: Format, context: &Context) -> Result<Reply, RenderError> {
        reply::show_as(self, answer, format, context)
    }

    /// A table in characters, its columns aligned, at most `context.columns` wide.
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument.
    pub fn table(&self, table: &Table, context: &Context) -> Result<String, RenderError> {
        table::characters(self, table, context)
    }

    /// A table as comma-separated values, numbers bare. Text that a spreadsheet would run gets a `'` in front.
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument.
    pub fn csv(&self, table: &Table, context: &Context) -> Result<Vec<u8>, RenderError> {
        table::csv(self, table, context)
    }

    /// A table as a JSON list of objects, numbers bare.
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument.
    pub fn json(&self, table: &Table, context: &Context) -> Result<serde_json::Value, RenderError> {
        table::json(self, table, context)
    }

    /// A chart as a PNG picture; `None` where there is nothing to draw.
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument, or the picture cannot be drawn.
    pub fn chart_png(&self, chart: &Chart, context: &Context) -> Result<Option<Vec<u8>>, RenderError> {
        chart::prepare(self, chart, context)?.map(|figure| chart::png(&figure)).transpose()
    }

    /// A chart in characters; `None` where there is nothing to draw.
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument.
    pub fn chart_text(&self, chart: &Chart, context: &Context) -> Result<Option<String>, RenderError> {
        Ok(chart::prepare(self, chart, context)?.map(|figure| chart::characters(&figure, context.columns)))
    }

    fn filler(&self) -> Filler<'_> {
        Filler { words: &self.words, currency: &self.currency }
    }

    fn headline(&self, phrase: &Phrase, context: &Context) -> Result<String, RenderError> {
        self.filler().phrase(phrase, manner(context, Room::Headline, true), 0)
    }

    fn word(&self, key: &str, context: &Context) -> Result<String, RenderError> {
        self.words.plain(key, context.language)
    }

    /// An argument by itself, in a table's cell or beside a bar: no markup is read there.
    fn cell(&self, arg: &Arg, context: &Context) -> Result<String, RenderError> {
        self.filler().arg(arg, manner(context, Room::Full, false), 0)
    }
}

fn manner(context: &Context, room: Room, markup: bool) -> Manner {
    Manner { language: context.language, year: context.as_of.map(Date::year), room, markup }
}
