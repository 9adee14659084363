//! `herald evaluate intents`: measures the intent head by cross-validation, beside naive baselines.

use std::io::{self, Write};

use anyhow::Result;

use crate::app;
use crate::config::Config;
use crate::domain::{Intent, Language};
use crate::nlu::encoder::{DtypeChoice, Encoder, EncoderOptions};
use crate::training::baselines::{NearestCentroid, majority};
use crate::training::intents::CrossValidation;
use crate::training::lessons::Lessons;
use crate::training::measures::{
    Prediction, accuracy, at_threshold, bins, calibration_error, class_scores, confusions, macro_f1,
};
use crate::training::softmax::FitOptions;

/// Measures the intent head by cross-validation.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many folds. Paraphrases of one family stay in one fold.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=20))]
    folds: u16,
    /// The seed of the folds and of the fits.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let lessons = Lessons::read()?;
    let options = FitOptions { seed: args.seed, ..FitOptions::default() };
    let encoder = Encoder::start(&EncoderOptions {
        dtype: DtypeChoice::Float32,
        tuned: Vec::new(),
        ..app::encoder_options(config)?
    })?;
    let bar = indicatif::ProgressBar::new(lessons.texts.len() as u64);
    let seen = lessons.see(&encoder, options.buckets, &mut |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let folds = usize::from(args.folds);
    let checked = CrossValidation::run(&seen, &lessons, folds, &options)?;
    let baselines = baselines(&lessons, folds, args.seed);
    let out = &mut io::BufWriter::new(io::stdout().lock());
    classes(out, &checked.predictions)?;
    writeln!(out, "\nMost frequent confusions (asked → understood)")?;
    for (truth, guess, count) in confusions(&checked.predictions, 20) {
        writeln!(out, "{count:5}  {} → {}", Intent::ALL[truth], Intent::ALL[guess])?;
    }
    writeln!(out, "\nConfidence       texts    said   right")?;
    for (at, bin) in bins(&checked.predictions, 10).iter().enumerate() {
        let bar = "█".repeat(bin.count * 60 / checked.predictions.len().max(1));
        let from = at as f64 / 10.0;
        let to = from + 0.1;
        writeln!(out, "{from:.1} – {to:.1}   {:7}   {:.3}   {:.3}  {bar}", bin.count, bin.confidence, bin.accuracy)?;
    }
    writeln!(out, "\nThreshold   acted upon   right of those")?;
    let mut thresholds = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, checked.threshold];
    thresholds.sort_by(f64::total_cmp);
    for threshold in thresholds {
        let (share, right) = at_threshold(&checked.predictions, threshold);
        let chosen = if threshold == checked.threshold { "  ← chosen" } else { "" };
        writeln!(out, "{threshold:9.2}   {share:10.3}   {right:14.3}{chosen}")?;
    }
    writeln!(out, "\n{folds} folds, paraphrases together            texts  accuracy  macro F1")?;
    for (name, keep) in [("all", None), ("English", Some(Language::English)), ("Chinese", Some(Language::Chinese))] {
        let of = |all: &[Prediction]| -> Vec<Prediction> {
            let chosen =
                all.iter().zip(&lessons.languages).filter(|(_, language)| keep.is_none_or(|l| l == **language));
            chosen.map(|(one, _)| *one).collect()
        };
        for (method, all) in [
            ("head", &checked.predictions),
            ("nearest centroid of words", &baselines.1),
            ("commonest intent", &baselines.0),
        ] {
            let part = of(all);
            let f1 = macro_f1(&class_scores(&part, Intent::ALL.len()));
            writeln!(out, "{name:8} {method:34} {:7}  {:8.3}  {f1:8.3}", part.len(), accuracy(&part))?;
        }
    }
    let recall = class_scores(&checked.predictions, Intent::ALL.len())[Intent::OutOfScope as usize].recall;
    writeln!(out, "\ncalibration error (ECE, 15 bins) {:.4}", calibration_error(&checked.predictions))?;
    writeln!(out, "out of scope, recall             {recall:.4}")?;
    writeln!(out, "temperature                      {:.3}", checked.temperature)?;
    out.flush()?;
    Ok(())
}

fn classes(out: &mut impl Write, predictions: &[Prediction]) -> io::Result<()> {
    writeln!(out, "{:22} {:>6} {:>10} {:>7} {:>6}", "intent", "texts", "precision", "recall", "F1")?;
    for (intent, score) in Intent::ALL.iter().zip(class_scores(predictions, Intent::ALL.len())) {
        let name = intent.name();
        writeln!(out, "{name:22} {:6} {:10.3} {:7.3} {:6.3}", score.support, score.precision, score.recall, score.f1)?;
    }
    Ok(())
}

/// The predictions of the two naive classifiers, over the same folds.
fn baselines(lessons: &Lessons, folds: usize, seed: u64) -> (Vec<Prediction>, Vec<Prediction>) {
    let fold_of = lessons.folds(folds, seed);
    let nothing = Prediction { truth: 0, guess: 0, confidence: 0.0 };
    let (mut commonest, mut nearest) = (vec![nothing; lessons.texts.len()], vec![nothing; lessons.texts.len()]);
    for fold in 0..folds {
        let kept: Vec<usize> = (0..lessons.texts.len()).filter(|&at| fold_of[at] != fold).collect();
        let texts: Vec<&str> = kept.iter().map(|&at| lessons.texts[at].as_str()).collect();
        let labels: Vec<usize> = kept.iter().map(|&at| lessons.labels[at]).collect();
        let fitted = NearestCentroid::fit(&texts, &labels, Intent::ALL.len());
        let common = majority(&labels);
        for at in (0..lessons.texts.len()).filter(|&at| fold_of[at] == fold) {
            let truth = lessons.labels[at];
            commonest[at] = Prediction { truth, guess: common, confidence: 0.0 };
            nearest[at] = Prediction { truth, guess: fitted.predict(&lessons.texts[at]), confidence: 0.0 };
        }
    }
    (commonest, nearest)
}
