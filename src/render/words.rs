//! The phrases of `prompts/replies/`, by language and key: loaded, compiled once, filled in. Formats no values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use include_dir::{Dir, include_dir};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value, escape_formatter};

use super::RenderError;
use super::text::is_han;
use crate::domain::Language;

/// Stands where a value begins and ends in a Chinese phrase, until its neighbours are known. No text holds it.
const EDGE: char = '\u{e000}';

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
        let mut words = Self { english: environment(), chinese: chinese(), keys: BTreeSet::new() };
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

    /// The phrases of a language with the arguments each uses, to set the languages beside each other. What is made of
    /// an argument, such as its bare number, counts as that argument.
    #[cfg(test)]
    pub(crate) fn arguments(&self, language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let own = match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        };
        let bare = |name: &str| {
            ["_raw", "_in", "_abs", "_long", "_number"]
                .iter()
                .find_map(|ending| name.strip_suffix(ending))
                .unwrap_or(name)
                .to_owned()
        };
        own.templates()
            .map(|(key, template)| {
                let mut names = template.undeclared_variables(false);
                // minijinja does not look into slices: "metric[:1]".
                let source = template.source();
                let sliced = source.match_indices('[').filter_map(|(at, _)| {
                    source[..at].rsplit(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').next()
                });
                let is_name = |name: &&str| name.starts_with(|sign: char| sign.is_ascii_lowercase());
                names.extend(sliced.filter(is_name).map(str::to_owned));
                (key.to_owned(), names.iter().map(|name| bare(name)).collect())
            })
            .collect()
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
        let text = spaced(&text);
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

/// The same for Chinese, where a phrase does not know whether a name in it is written in Latin letters.
fn chinese() -> Environment<'static> {
    let mut environment = environment();
    environment.set_formatter(|out, state, value| {
        out.write_char(EDGE)?;
        escape_formatter(out, state, value)?;
        Ok(out.write_char(EDGE)?)
    });
    environment
}

/// Sets a space where a value in Latin letters meets Han characters, as Chinese is typeset, and nothing elsewhere.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut edge = false;
    for character in text.chars() {
        if character == EDGE {
            edge = true;
            continue;
        }
        let meets = |left: char, right: char| left.is_ascii_alphabetic() && is_han(right);
        if let Some(last) = out.chars().next_back().filter(|_| edge)
            && (meets(last, character) || meets(character, last))
        {
            out.push(' ');
        }
        edge = false;
        out.push(character);
    }
    out
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
