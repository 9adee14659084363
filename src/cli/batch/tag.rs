//! `herald batch tag`: learns labels of sentences and tags of words from anyone's examples, and finds them in others.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::tagging::{Found, Tagger, read, read_words};
use crate::config::Config;
use crate::nlu::tags::Tags;

/// Tags words on anyone's tags, and classifies.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The examples: a folder with seq.in (words), seq.out (a tag for each: O, B-name, I-name) and label.
    #[arg(long)]
    train: PathBuf,
    /// What to tag: a file with one sentence a line, or such a folder, of which only seq.in is looked at.
    #[arg(long)]
    test: PathBuf,
    /// How to write it: a JSON object a line, or a line of tags for each sentence as in seq.out.
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
    /// The seed of the fit.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Passes over the examples, at most.
    #[arg(long)]
    epochs: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Json,
    Bio,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    // Before the work, so that it is not done in vain.
    let (examples, sentences) = (read(&args.train)?, read_words(&args.test)?);
    let tagger = Tagger::fit(config, &examples, args.seed, args.epochs)?;
    let mut out = BufWriter::new(io::stdout().lock());
    for (words, found) in sentences.iter().zip(tagger.tag(&sentences)?) {
        match args.format {
            Format::Json => writeln!(out, "{}", to_json(words, &found))?,
            Format::Bio => writeln!(out, "{}", found.tags.join(" "))?,
        }
    }
    out.flush()?;
    Ok(())
}

/// The line of a sentence: its slots with their words and where these stand in the text, in characters, the end not
/// included.
fn to_json(words: &[String], found: &Found) -> Value {
    let text = words.join(" ");
    let length = |words: &[String]| words.iter().map(|word| word.chars().count() + 1).sum::<usize>();
    let slots = Tags::stretches(found.tags.iter().map(String::as_str)).into_iter().map(|stretch| {
        let start = length(&words[..stretch.from]);
        let said = &words[stretch.from..stretch.to];
        json!({"slot": stretch.name, "text": said.join(" "), "start": start, "end": start + length(said) - 1})
    });
    json!({"text": text, "intent": found.label, "confidence": found.confidence, "slots": slots.collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_say_where_they_stand() {
        let words: Vec<String> = ["nach", "köln", "und", "bonn"].map(str::to_owned).to_vec();
        let tags = ["O", "B-to", "O", "B-to"].map(str::to_owned).to_vec();
        let line = to_json(&words, &Found { label: "trip".to_owned(), confidence: 1.0, tags });
        assert_eq!(line["slots"][0], json!({"slot": "to", "text": "köln", "start": 5, "end": 9}));
        assert_eq!(line["slots"][1]["start"], 14);
    }
}
