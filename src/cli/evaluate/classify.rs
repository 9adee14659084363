//! `herald evaluate classify`: measures the classifier on public sets, beside naive baselines.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::cli::classifying::{Fitted, Method};
use crate::cli::files::Rows;
use crate::config::Config;
use crate::training::baselines::{NearestCentroid, majority};
use crate::training::classify::OUT_OF_SCOPE;
use crate::training::measures::quantile;
use crate::training::softmax::shuffle;

/// Measures the classifier on public sets.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of public data, with nlu/clinc150, nlu/banking77 and nlu/hwu64 in it.
    #[arg(long)]
    data: PathBuf,
    /// The seed of the fits and of the split of Banking77.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How the classifier learns.
    #[arg(long, value_enum, default_value = "head")]
    method: Method,
    /// Passes over the examples while layers are tuned, at most.
    #[arg(long)]
    epochs: Option<usize>,
    /// Only sets with this in their name.
    #[arg(long)]
    only: Option<String>,
}

/// A text and its label.
#[derive(Debug, Clone)]
struct Example {
    text: String,
    label: String,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let bench = Bench { config, args };
    let nlu = args.data.join("nlu");
    let out = &mut io::stdout().lock();
    writeln!(
        out,
        "{:40} {:>7} {:>6} {:>9} {:>9} {:>9} {:>12} {:>12}",
        "set", "train", "test", "in scope", "centroid", "commonest", "oos recall", "oos AUROC"
    )?;
    let (train, oos_train, test) = clinc(&nlu.join("clinc150/data.json"))?;
    let mut with: Vec<Example> = train.clone();
    with.extend(oos_train);
    bench.line(out, "CLINC150 val", &train, &test)?;
    bench.line(out, "CLINC150 val, oos in training", &with, &test)?;
    let mut all = table(&nlu.join("banking77/train.csv"), "category")?;
    shuffle(&mut all, &mut Xoshiro256PlusPlus::seed_from_u64(args.seed));
    let test = all.split_off(all.len() * 8 / 10);
    bench.line(out, "Banking77, own 80/20 split of train", &all, &test)?;
    let (train, test) = (table(&nlu.join("hwu64/train.tsv"), "label")?, table(&nlu.join("hwu64/valid.tsv"), "label")?);
    bench.line(out, "HWU64 valid", &train, &test)?;
    writeln!(
        out,
        "\nin scope, centroid, commonest: accuracy on texts that belong; oos recall: where 5 of 100 texts that"
    )?;
    writeln!(out, "belong are refused")?;
    Ok(())
}

struct Bench<'a> {
    config: &'a Config,
    args: &'a Args,
}

impl Bench<'_> {
    fn line(&self, out: &mut impl Write, name: &str, train: &[Example], test: &[Example]) -> Result<()> {
        let labels: Vec<String> = train.iter().map(|example| example.label.clone()).collect();
        let Args { method, seed, epochs, only, .. } = self.args;
        if only.as_ref().is_some_and(|only| !name.to_lowercase().contains(&only.to_lowercase())) {
            return Ok(());
        }
        let texts = |examples: &[Example]| examples.iter().map(|example| example.text.clone()).collect::<Vec<_>>();
        let fitted = Fitted::fit(self.config, *method, &texts(train), &labels, *seed, *epochs)?;
        let verdicts = fitted.classify(&texts(test))?;
        let inside = |example: &&Example| example.label != OUT_OF_SCOPE;
        let belong = test.iter().filter(inside).count();
        let right = test.iter().zip(&verdicts).filter(|(example, verdict)| example.label == verdict.label);
        let right = right.filter(|(example, _)| inside(example)).count();
        let (centroid, commonest) = naive(train, test);
        let scores = |wanted: bool| -> Vec<f64> {
            let chosen = test.iter().zip(&verdicts).filter(|(example, _)| inside(example) == wanted);
            chosen.map(|(_, verdict)| verdict.out_of_scope).collect()
        };
        let (familiar, strange) = (scores(true), scores(false));
        let (recall, area) = if strange.is_empty() {
            ("–".to_owned(), "–".to_owned())
        } else {
            let limit = quantile(&familiar, 0.95);
            let found = strange.iter().filter(|&&score| score > limit).count();
            let recall = found as f64 / strange.len() as f64;
            (format!("{recall:.3}"), format!("{:.3}", area_under_curve(&familiar, &strange)))
        };
        writeln!(
            out,
            "{name:40} {:7} {:6} {:9.4} {centroid:9.4} {commonest:9.4} {recall:>12} {area:>12}",
            train.len(),
            test.len(),
            right as f64 / belong.max(1) as f64,
        )?;
        Ok(())
    }
}

/// The accuracy, on texts that belong, of the nearest centroid of words and of the commonest label.
fn naive(train: &[Example], test: &[Example]) -> (f64, f64) {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for example in train {
        let next = numbers.len();
        numbers.entry(&example.label).or_insert(next);
    }
    let texts: Vec<&str> = train.iter().map(|example| example.text.as_str()).collect();
    let labels: Vec<usize> = train.iter().map(|example| numbers[example.label.as_str()]).collect();
    let fitted = NearestCentroid::fit(&texts, &labels, numbers.len());
    let common = majority(&labels);
    let (mut nearest, mut commonest, mut belong) = (0, 0, 0usize);
    for example in test.iter().filter(|example| example.label != OUT_OF_SCOPE) {
        let truth = numbers.get(example.label.as_str()).copied();
        belong += 1;
        nearest += usize::from(truth == Some(fitted.predict(&example.text)));
        commonest += usize::from(truth == Some(common));
    }
    let share = |count: usize| count as f64 / (belong as f64).max(1.0);
    (share(nearest), share(commonest))
}

/// The chance that a strange text scores above a familiar one (Hanley and McNeil, 1982).
fn area_under_curve(familiar: &[f64], strange: &[f64]) -> f64 {
    let wins: f64 = strange
        .iter()
        .flat_map(|s| familiar.iter().map(move |f| if s > f { 1.0 } else { f64::from(u8::from(s == f)) * 0.5 }))
        .sum();
    wins / (familiar.len() * strange.len()).max(1) as f64
}

/// CLINC150: its training texts, its out-of-scope training texts, its validation texts of both kinds.
fn clinc(path: &Path) -> Result<(Vec<Example>, Vec<Example>, Vec<Example>)> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let parts: BTreeMap<String, Vec<(String, String)>> =
        serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let part = |name: &str| -> Result<Vec<Example>> {
        let pairs = parts.get(name).with_context(|| format!("{} lacks {name}", path.display()))?;
        Ok(pairs.iter().map(|(text, label)| Example { text: text.clone(), label: label.clone() }).collect())
    };
    let mut test = part("val")?;
    test.extend(part("oos_val")?);
    Ok((part("train")?, part("oos_train")?, test))
}

fn table(path: &Path, label: &str) -> Result<Vec<Example>> {
    let rows = Rows::read(path)?;
    let (text, label) = (rows.column("text", path)?, rows.column(label, path)?);
    Ok(rows.rows.iter().map(|row| Example { text: row[text].clone(), label: row[label].clone() }).collect())
}
