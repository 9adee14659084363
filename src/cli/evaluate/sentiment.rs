//! `herald evaluate sentiment`: the sentiment head on parts of public sets that it has not seen.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;

use crate::app;
use crate::cli::train::read_sentiment;
use crate::config::Config;
use crate::domain::{PostReading, Sentiment};
use crate::nlu::sentiment::SentimentHead;
use crate::training::sentiment_sets::{Labelled, REVIEWS, SST2_DEV, TWEET_VAL, held_out};

/// Measures sentiment on public sets.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of public data.
    #[arg(long)]
    data: PathBuf,
}

/// How many rows of each class were called what.
type Confusion = [[usize; 3]; 3];

/// Runs the command.
///
/// # Errors
/// When the data is not there or the encoder fails.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let encoder = app::start_encoder(config)?;
    let head = SentimentHead::load(&config.models)?;
    let reviews = read_sentiment(&REVIEWS, &args.data)?;
    let reviews: Vec<_> =
        reviews.into_iter().enumerate().filter(|(row, _)| held_out(*row)).map(|(_, text)| text).collect();
    let mut out = std::io::stdout().lock();
    writeln!(out, "| set | texts | classes | most frequent class (naive) | Herald accuracy | Herald macro recall |")?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    let sets = [
        ("SST-2 dev", 2, read_sentiment(&SST2_DEV, &args.data)?),
        ("CR, every fifth", 2, reviews),
        ("TweetEval val", 3, read_sentiment(&TWEET_VAL, &args.data)?),
    ];
    for (name, classes, texts) in sets {
        let confusion = confusion(&head, &encoder, &texts, classes == 2)?;
        let counts = confusion.map(|row| row.iter().sum::<usize>());
        let right: usize = (0..3).map(|class| confusion[class][class]).sum();
        let recalls: Vec<f64> = (0..3)
            .filter(|&class| counts[class] > 0)
            .map(|class| confusion[class][class] as f64 / counts[class] as f64)
            .collect();
        let total = texts.len().max(1) as f64;
        let naive = counts.iter().max().copied().unwrap_or(0) as f64 / total;
        writeln!(
            out,
            "| {name} | {} | {classes} | {:.1} % | {:.1} % | {:.1} % |",
            texts.len(),
            100.0 * naive,
            100.0 * right as f64 / total,
            100.0 * recalls.iter().sum::<f64>() / recalls.len().max(1) as f64
        )?;
    }
    writeln!(
        out,
        "\nHead {}; where a set has two classes, the likelier of positive and negative counts.",
        head.version()
    )?;
    super::sentiment_zh::run(&head, &encoder, &args.data, &mut out)
}

pub(super) fn confusion(
    head: &SentimentHead,
    encoder: &crate::nlu::encoder::Encoder,
    texts: &[Labelled],
    two: bool,
) -> Result<Confusion> {
    let words: Vec<String> = texts.iter().map(|labelled| labelled.text.clone()).collect();
    let sentiments = head.classify(encoder, &words, &mut |_| {})?;
    let mut confusion = [[0; 3]; 3];
    for (labelled, sentiment) in texts.iter().zip(sentiments) {
        let reading = PostReading { vector: Vec::new(), sentiment, aspects: Vec::new() };
        let called = match reading.class() {
            _ if two && reading.polarity() >= 0.0 => Sentiment::Positive,
            _ if two => Sentiment::Negative,
            class => class,
        };
        confusion[labelled.class as usize][called as usize] += 1;
    }
    Ok(confusion)
}
