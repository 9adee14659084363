//! Tunes the encoder for anyone's tags and labels and tags sentences with it: what `batch tag` and `evaluate tag` share.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use crate::app;
use crate::cli::files;
use crate::config::Config;
use crate::nlu::encoder::{Encoder, TunedLayers, choose_device};
use crate::nlu::intents::linear::softmax;
use crate::training::finetune::{FinetuneParams, Heads, fit};
use crate::training::tagging::{Scheme, Sentence, tagging_params};

/// What tuned layers are asked for by.
const TAGS: &str = "tags";

/// What was found in a sentence.
pub(super) struct Found {
    pub(super) label: String,
    pub(super) confidence: f64,
    /// One per word.
    pub(super) tags: Vec<String>,
}

/// A tagger that was fitted, with the encoder it reads by.
pub(super) struct Tagger {
    encoder: Encoder,
    scheme: Scheme,
}

impl Tagger {
    /// Fits on tagged sentences. A fit that was broken off goes on where it stood.
    pub(super) fn fit(config: &Config, sentences: &[Sentence], seed: u64, epochs: Option<usize>) -> Result<Self> {
        let scheme = Scheme::of(sentences);
        let (learned, held) = scheme.examples(sentences);
        let usual = tagging_params(seed);
        let params = FinetuneParams {
            epochs: epochs.unwrap_or(usual.epochs),
            checkpoint: Some(config.data.join("training/tags")),
            ..usual
        };
        let options = app::encoder_options(config)?;
        let device = choose_device(options.device)?;
        // The layers serve this one run.
        let folder = config.data.join(format!("training/tags-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let file = folder.join("layers.safetensors");
        let heads = Heads { classes: scheme.labels.len(), tags: scheme.tags.count() };
        let bar = super::train::watch()?;
        fit(&options.model_dir, device, (&learned, &held), heads, &params, &file, &mut |at| bar.tell(at))?;
        bar.finish();
        let encoder = app::start_encoder_with(config, vec![TunedLayers { name: TAGS, file }])?;
        encoder.info()?;
        std::fs::remove_dir_all(&folder)?;
        Ok(Self { encoder, scheme })
    }

    /// Tags sentences that are given as words.
    pub(super) fn tag(&self, sentences: &[Vec<String>]) -> Result<Vec<Found>> {
        let texts: Vec<String> = sentences.iter().map(|words| words.join(" ")).collect();
        let counts = (self.scheme.labels.len(), self.scheme.tags.count());
        let tagged = self.encoder.tags(&texts, TAGS, counts, &mut |_| {})?;
        let one = |tagged: &crate::nlu::encoder::Tagged| {
            let shares = softmax(&tagged.scores, 1.0);
            let best = (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(0);
            let names = self.scheme.tags.names();
            let tags = self.scheme.tags.best(&tagged.words).into_iter().map(|tag| names[tag].clone()).collect();
            Found { label: self.scheme.labels[best].clone(), confidence: shares[best], tags }
        };
        Ok(tagged.iter().map(one).collect())
    }
}

/// Reads a folder with the files `seq.in` (words), `seq.out` (their tags) and `label`, one sentence a line.
///
/// # Errors
/// When a file is missing or lines do not fit together; the message names file and line.
pub(super) fn read(folder: &Path) -> Result<Vec<Sentence>> {
    let lines = |name: &str| files::lines(&folder.join(name));
    let (words, tags, labels) = (lines("seq.in")?, lines("seq.out")?, lines("label")?);
    let (of_words, of_tags, of_labels) = (words.len(), tags.len(), labels.len());
    if of_words != of_tags || of_words != of_labels {
        let folder = folder.display();
        bail!("{folder}: seq.in has {of_words} lines, seq.out {of_tags} and label {of_labels}; they must be as many");
    }
    let mut sentences = Vec::with_capacity(words.len());
    for (at, ((words, tags), label)) in words.iter().zip(&tags).zip(&labels).enumerate() {
        let (words, tags) = (split(words), split(tags));
        let place = || format!("{}, line {}", folder.display(), at + 1);
        if words.is_empty() && tags.is_empty() && label.trim().is_empty() {
            continue;
        }
        if words.len() != tags.len() {
            bail!("{}: {} words in seq.in and {} tags in seq.out", place(), words.len(), tags.len());
        }
        if let Some(tag) = tags.iter().find(|tag| !(*tag == "O" || tag.starts_with("B-") || tag.starts_with("I-"))) {
            bail!("{}: the tag {tag:?} is neither O nor begins with B- or I-", place());
        }
        ensure!(!label.trim().is_empty(), "{}: the label is empty", place());
        sentences.push(Sentence { words, tags, label: label.trim().to_owned() });
    }
    ensure!(!sentences.is_empty(), "{} holds no sentences", folder.display());
    Ok(sentences)
}

/// The words of a line.
pub(super) fn split(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// The sentences of a folder as [`read`] takes it, of which only `seq.in` is looked at, or of a file of one a line.
pub(super) fn read_words(path: &Path) -> Result<Vec<Vec<String>>> {
    let file = if path.is_dir() { path.join("seq.in") } else { path.to_owned() };
    let lines = files::lines(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(lines.iter().map(|line| split(line)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_together_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        for (words, tags, labels, fault) in [
            ("a b\n", "O\n", "x\n", "line 1: 2 words"),
            ("a\nb\n", "O\nO\n", "x\n", "as many"),
            ("a\n", "what\n", "x\n", "\"what\""),
            ("a\n", "O\n", " \n", "label is empty"),
            ("", "", "", "no sentences"),
        ] {
            write("seq.in", words);
            write("seq.out", tags);
            write("label", labels);
            let error = format!("{:#}", read(folder.path()).unwrap_err());
            assert!(error.contains(fault), "{error}");
        }
        write("seq.in", "to new york\n\n");
        write("seq.out", "O B-city I-city\n\n");
        write("label", "flight\n\n");
        assert_eq!(read(folder.path()).unwrap()[0].tags, ["O", "B-city", "I-city"]);
        assert_eq!(read_words(folder.path()).unwrap()[0], ["to", "new", "york"]);
    }
}
