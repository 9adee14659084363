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

use std::path::Path;

use jiff::civil::Date;

use crate::domain::{Answer, Arg, Chart, Format, Language, Phrase, Reply, Table};

pub use error::RenderError;
pub use number::Currency;

use chart::Fonts;
use number::Room;
use phrase::{Filler, Manner};
use words::Words;

/// The company that is spoken of, and its money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locale {
    /// The company's name.
    pub company: String,
    /// Its currency, a code of three letters such as `EUR`.
    pub currency: String,
}

/// For whom a reply is, and how long it may be.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The asker's language.
    pub language: Language,
    /// How many lines a reply may have, at least 1.
    pub max_lines: usize,
    /// The day of the question; dates of its year are written without the year.
    pub today: Date,
}

/// How much room charts and tables have.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// How many columns of characters a table or a chart in characters may take.
    pub columns: usize,
    /// How many rows of a table are shown; files always hold them all.
    pub max_rows: usize,
    /// Whether charts are drawn as pictures, or in characters only.
    pub pictures: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self { columns: 72, max_rows: 15, pictures: true }
    }
}

/// Puts answers into words and pictures.
pub struct Renderer {
    words: Words,
    company: String,
    currency: Currency,
    layout: Layout,
    fonts: Fonts,
}

/// The font for Han characters, below the folder of models.
pub const HAN_FONT: &str = "base/noto-sans-sc/NotoSansSC-Regular.otf";

impl Renderer {
    /// Compiles the phrases inside the program.
    ///
    /// # Errors
    /// When the currency is none, a file of phrases is no TOML, or a phrase is no template.
    pub fn new(locale: Locale) -> Result<Self, RenderError> {
        let currency = Currency::parse(&locale.currency)?;
        Ok(Self {
            words: Words::embedded()?,
            company: locale.company,
            currency,
            layout: Layout::default(),
            fonts: Fonts::default(),
        })
    }

    /// The same with other room for charts and tables.
    #[must_use]
    pub fn with_layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// The same with a font for Han characters in pictures, an OpenType file.
    ///
    /// # Errors
    /// When the file is not there or is no font that can be drawn.
    pub fn with_han_font(mut self, path: &Path) -> Result<Self, RenderError> {
        self.fonts = Fonts::with_han(path)?;
        Ok(self)
    }

    /// The company's name.
    #[must_use]
    pub fn company(&self) -> &str {
        &self.company
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

    /// A phrase in light Markdown, in as many lines as it has, every date with its year.
    ///
    /// # Errors
    /// When no language has the phrase, or it uses an argument that it was not given.
    pub fn phrase(&self, phrase: &Phrase, language: Language) -> Result<String, RenderError> {
        let manner = Manner { language, year: None, room: Room::Full, markup: true };
        self.filler().phrase(phrase, manner, 0)
    }

    /// A phrase as one line of light Markdown.
    ///
    /// # Errors
    /// When no language has the phrase, or it uses an argument that it was not given.
    pub fn line(&self, phrase: &Phrase, context: &Context) -> Result<String, RenderError> {
        Ok(self.filler().phrase(phrase, manner(context, Room::Full, true), 0)?.replace('\n', " "))
    }

    /// A phrase as one line without any markup: for labels, titles and what buttons send.
    ///
    /// # Errors
    /// When no language has the phrase, or it uses an argument that it was not given.
    pub fn label(&self, phrase: &Phrase, context: &Context) -> Result<String, RenderError> {
        Ok(self.filler().phrase(phrase, manner(context, Room::Full, false), 0)?.replace('\n', " "))
    }

    /// The reply to a question: the answer first, then why, how far to trust it, what was assumed, what to beware of;
    /// the figures in the form that was asked for, otherwise the first chart or else a table, and one button for each
    /// action, in their order.
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument.
    pub fn reply(&self, answer: &Answer, form: Option<Format>, context: &Context) -> Result<Reply, RenderError> {
        reply::compose(self, answer, form, context)
    }

    /// The reply to "how do you know?".
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument.
    pub fn explain(&self, answer: &Answer, context: &Context) -> Result<Reply, RenderError> {
        explain::compose(self, answer, context)
    }

    /// The same answer in another form; `None` where it has no figures for that.
    ///
    /// # Errors
    /// When a phrase is missing or lacks an argument.
    pub fn show(&self, answer: &Answer, format: Format, context: &Context) -> Result<Option<Reply>, RenderError> {
        reply::show(self, answer, format, context)
    }

    /// A table in characters, its columns aligned, at most as wide as the layout says.
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

    /// Whether the words of a language can be written into pictures.
    fn draws(&self, language: Language) -> bool {
        match language {
            Language::English => true,
            Language::Chinese => self.fonts.has_han(),
        }
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
        Ok(chart::prepare(self, chart, context)?.map(|figure| chart::characters(&figure, self.layout.columns)))
    }

    fn filler(&self) -> Filler<'_> {
        Filler { words: &self.words, currency: &self.currency }
    }

    /// A headline begins with a capital letter, whatever name it begins with.
    fn headline(&self, phrase: &Phrase, context: &Context) -> Result<String, RenderError> {
        let line = self.filler().phrase(phrase, manner(context, Room::Headline, true), 0)?.replace('\n', " ");
        let start = if line.starts_with("**") { 2 } else { 0 };
        let (marks, words) = line.split_at(start);
        let mut letters = words.chars();
        Ok(match letters.next() {
            Some(first) => marks.chars().chain(first.to_uppercase()).chain(letters).collect(),
            None => line,
        })
    }

    fn word(&self, key: &str, context: &Context) -> Result<String, RenderError> {
        self.words.plain(key, context.language)
    }

    /// An argument by itself, in a table's cell or beside a bar: no markup is read there.
    fn cell(&self, arg: &Arg, context: &Context) -> Result<String, RenderError> {
        Ok(self.filler().arg(arg, manner(context, Room::Full, false), 0)?.replace('\n', " "))
    }
}

fn manner(context: &Context, room: Room, markup: bool) -> Manner {
    Manner { language: context.language, year: Some(context.today.year()), room, markup }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod languages_tests;
#[cfg(test)]
mod chart_tests;
