//! Why an answer cannot be put into words or drawn.

/// Why an answer cannot be put into words or drawn. All but the last are defects of prompts or engines.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A file of phrases is not TOML, or holds something that is no text.
    #[error("cannot read the phrases in {file}: {reason}")]
    Phrases {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A template does not parse.
    #[error("the phrase {key} is not a template")]
    Template {
        /// Its key.
        key: String,
        /// Where and why.
        #[source]
        source: minijinja::Error,
    },
    /// No language has this phrase.
    #[error("no phrase is called {0}")]
    UnknownPhrase(String),
    /// A phrase uses something that it was not given.
    #[error("the phrase {key} cannot be filled in")]
    Fill {
        /// Its key.
        key: String,
        /// What is missing.
        #[source]
        source: minijinja::Error,
    },
    /// Phrases inside phrases go on for ever.
    #[error("the phrase {0} is nested too deeply")]
    TooDeep(String),
    /// Not a currency.
    #[error("{0:?} is no currency; it must be a code of three letters such as EUR")]
    Currency(String),
    /// A picture could not be drawn.
    #[error("cannot draw the chart: {0}")]
    Drawing(String),
    /// A file could not be written in memory.
    #[error("cannot write the table")]
    Table(#[source] csv::Error),
}
