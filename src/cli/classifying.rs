//! Fits a classifier on anyone's labels and judges texts with it: what `batch classify` and `evaluate classify` share.

use anyhow::Result;

use crate::app;
use crate::config::Config;
use crate::nlu::encoder::{Encoder, TunedLayers, choose_device};
use crate::nlu::intents::linear::Seen;
use crate::training::classify::{Classifier, Lesson, TunedClassifier, Verdict, tuning_params};
use crate::training::finetune::{FinetuneParams, Heads, fit};
use crate::training::softmax::FitOptions;

/// What tuned layers are asked for by.
const LABELS: &str = "labels";

/// How the classifier learns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Method {
    /// A head on the frozen encoder: seconds.
    #[default]
    Head,
    /// The encoder's layers are tuned for the labels too: minutes, and better.
    FineTune,
}

/// A classifier that was fitted, with the encoder it reads by.
pub(super) struct Fitted {
    encoder: Encoder,
    options: FitOptions,
    judge: Judge,
}

enum Judge {
    Head(Classifier),
    Tuned(Box<TunedClassifier>),
}

impl Fitted {
    /// Fits on texts with labels.
    pub(super) fn fit(
        config: &Config,
        method: Method,
        texts: &[String],
        labels: &[String],
        seed: u64,
        epochs: Option<usize>,
    ) -> Result<Self> {
        let options = FitOptions { seed, ..FitOptions::for_labels() };
        if method == Method::Head {
            let encoder = app::start_encoder(config)?;
            let seen = see(&encoder, "examples", texts, &options)?;
            let judge = Judge::Head(Classifier::fit(&seen, labels, &options)?);
            return Ok(Self { encoder, options, judge });
        }
        let lesson = Lesson::new(labels);
        let (learned, held) = lesson.examples(texts);
        let usual = tuning_params(seed);
        let params = FinetuneParams {
            epochs: epochs.unwrap_or(usual.epochs),
            checkpoint: Some(config.data.join("training/labels")),
            ..usual
        };
        let encoder_options = app::encoder_options(config)?;
        let device = choose_device(encoder_options.device)?;
        // The layers serve this one run.
        let folder = config.data.join(format!("training/labels-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let file = folder.join("layers.safetensors");
        let bar = super::train::watch()?;
        let heads = Heads { classes: lesson.labels.len(), tags: 0 };
        fit(&encoder_options.model_dir, device, (&learned, &held), heads, &params, &file, &mut |at| bar.tell(at))?;
        bar.finish();
        let encoder = app::start_encoder_with(config, vec![TunedLayers { name: LABELS, file }])?;
        encoder.info()?;
        std::fs::remove_dir_all(&folder)?;
        let seen = see(&encoder, "examples", texts, &options)?;
        let kept: Vec<usize> = (0..texts.len()).filter(|&at| !lesson.held[at]).collect();
        let kept_seen: Vec<Seen> = kept.iter().map(|&at| seen[at].clone()).collect();
        let kept_labels: Vec<String> = kept.iter().map(|&at| labels[at].clone()).collect();
        let tried = Classifier::fit(&kept_seen, &kept_labels, &options)?;
        let head = Classifier::fit(&seen, labels, &options)?;
        let held_texts: Vec<String> = held.into_iter().map(|example| example.text).collect();
        let scores = encoder.scores(&held_texts, LABELS, &mut |_| {})?;
        let judge = Judge::Tuned(Box::new(TunedClassifier::new(&lesson, &seen, &tried, head, &scores)));
        Ok(Self { encoder, options, judge })
    }

    /// Judges texts.
    pub(super) fn classify(&self, texts: &[String]) -> Result<Vec<Verdict>> {
        let seen = see(&self.encoder, "texts", texts, &self.options)?;
        Ok(match &self.judge {
            Judge::Head(classifier) => seen.iter().map(|seen| classifier.classify(seen)).collect(),
            Judge::Tuned(classifier) => {
                let scores = self.encoder.scores(texts, LABELS, &mut |_| {})?;
                seen.iter().zip(&scores).map(|(seen, scores)| classifier.classify(seen, scores)).collect()
            }
        })
    }
}

fn see(encoder: &Encoder, what: &'static str, texts: &[String], options: &FitOptions) -> Result<Vec<Seen>> {
    let bar = indicatif::ProgressBar::new(texts.len() as u64).with_message(what);
    let seen = Seen::many(encoder, texts, options.buckets, &mut |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    Ok(seen)
}
