//! The phrases of `prompts/replies/`, by language and key: loaded, compiled once, filled in. Formats no values.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value};

use super::RenderError;
use crate::domain::Language;

static REPLIES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/prompts/replies");

/// Templates by language.
pub(crate) struct Words {
    english: Environment<'static>,
    chinese: Environment<'static>,
    keys: BTreeSet<String>,
}

impl Words {
    /// The phrases inside the program.
    ///
    /// # Errors
    /// When a file is no TOML or a phrase is no template.
    pub(crate) fn embedded() -> Result<Self, RenderError> {
        let files = REPLIES.dirs().flat_map(|language| {
            let code = language.path().to_string_lossy().into_owned();
            language.files().map(move |file| (code.clone(), file))
        });
        let mut words = Self { english: environment(), chinese: environment(), keys: BTreeSet::new() };
        for (code, file) in files {
            let path = file.path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let text = file.contents_utf8().ok_or_else(|| RenderError::Phrases {
                file: path.display().to_string(),
                reason: "it is not UTF-8".to_owned(),
            })?;
            words.add(&code, &stem, text)?;
        }
        Ok(words)
    }

    /// Adds the phrases of one file.
    ///
    /// # Errors
    /// When it is no TOML or a phrase is no template.
    pub(crate) fn add(&mut self, language: &str, stem: &str, text: &str) -> Result<(), RenderError> {
        let file = format!("prompts/replies/{language}/{stem}.toml");
        let wrong = |reason: String| RenderError::Phrases { file: file.clone(), reason };
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
        let mut phrases = Vec::new();
        flatten(stem, &toml::Value::Table(table), &mut phrases).map_err(wrong)?;
        let environment = match language {
            "en" => &mut self.english,
            "zh" => &mut self.chinese,
            _ => return Err(wrong("there is no such language".to_owned())),
        };
        for (key, template) in phrases {
            environment
                .add_template_owned(key.clone(), template)
                .map_err(|source| RenderError::Template { key: key.clone(), source })?;
            self.keys.insert(key);
        }
        Ok(())
    }

    /// Whether some language has this phrase.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Fills in a phrase, in English where the language does not have it. Its lines are kept, without empty ones.
    ///
    /// # Errors
    /// When no language has it, or it uses something that is not among the values.
    pub(crate) fn fill(
        &self,
        key: &str,
        values: BTreeMap<String, Value>,
        language: Language,
    ) -> Result<String, RenderError> {
        let own = match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        };
        let template = match own.get_template(key).or_else(|_| self.english.get_template(key)) {
            Ok(template) => template,
            Err(source) if source.kind() == ErrorKind::TemplateNotFound => {
                return Err(RenderError::UnknownPhrase(key.to_owned()));
            }
            Err(source) => return Err(RenderError::Template { key: key.to_owned(), source }),
        };
        let text =
            template.render(Value::from(values)).map_err(|source| RenderError::Fill { key: key.to_owned(), source })?;
        let lines = text.lines().map(|line| line.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
        Ok(lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
    }

    /// A phrase that takes no values.
    pub(crate) fn plain(&self, key: &str, language: Language) -> Result<String, RenderError> {
        self.fill(key, BTreeMap::new(), language)
    }
}

/// Strict, and without what could reach outside a template.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.add_filter(
        "plural",
        |count: f64, one: String, many: String| {
            if (count.abs() - 1.0).abs() < f64::EPSILON { one } else { many }
        },
    );
    environment
}

/// `[metric] revenue = "…"` in `common.toml` becomes `common.metric.revenue`.
fn flatten(prefix: &str, value: &toml::Value, into: &mut Vec<(String, String)>) -> Result<(), String> {
    match value {
        toml::Value::String(text) => into.push((prefix.to_owned(), text.clone())),
        toml::Value::Table(table) => {
            for (name, value) in table {
                flatten(&format!("{prefix}.{name}"), value, into)?;
            }
        }
        _ => return Err(format!("{prefix} is no text")),
    }
    Ok(())
}
