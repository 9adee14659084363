//! Fits the sentiment of Chinese texts: the linear model, what its score means and where neutral begins.

mod linear;

use std::collections::HashSet;
use std::path::Path;

use tch::{Kind, Tensor};

use self::linear::Row;
use crate::domain::Sentiment;
use crate::nlu::NluError;
use crate::nlu::sentiment::chinese::text::{normal, pieces};
use crate::nlu::sentiment::chinese::{ChineseCard, probabilities};
use crate::training::TrainingError;

/// Buckets of hashed pieces.
const BUCKETS: usize = 1 << 19;
/// One in this many texts decides what the score means and where neutral begins.
const HELD_OUT: usize = 25;

/// A text to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// The text.
    pub text: String,
    /// Its class. A neutral one pulls the score to zero.
    pub class: Sentiment,
    /// How much it counts; 1 for texts of the kind that matters most.
    pub weight: f32,
}

/// How it is fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// What an error costs, against the size of its weights.
    pub cost: f64,
    /// The seed of everything random.
    pub seed: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { cost: 1.0, seed: 1 }
    }
}

/// What a fit came to, on texts held out.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Texts learned from.
    pub lessons: usize,
    /// Positive and negative texts held out.
    pub held_out: usize,
    /// The share of those that fall on their side.
    pub accuracy: f64,
    /// The share of neutral texts held out that are called so.
    pub neutral: f64,
}

/// A text that was made ready.
struct Ready {
    pieces: Vec<u32>,
    class: Sentiment,
    weight: f32,
}

/// Texts that say the same thing, whatever their width, case and spaces.
#[must_use]
pub fn key(text: &str) -> String {
    normal(text).into_iter().collect()
}

/// Fits the model and writes its weights. A text is learned from once, and not at all where `apart` holds it.
///
/// # Errors
/// When there is nothing to learn from, or torch or the disk fails.
pub fn fit(
    lessons: &[Lesson],
    apart: &HashSet<String>,
    params: &Params,
    file: &Path,
) -> Result<(ChineseCard, Outcome), TrainingError> {
    let mut seen = apart.clone();
    let kept = lessons.iter().filter(|lesson| seen.insert(key(&lesson.text)));
    let (mut learned, mut held_out) = (Vec::new(), Vec::new());
    for (at, lesson) in kept.enumerate() {
        let pieces = pieces(&normal(&lesson.text), BUCKETS);
        let ready = Ready { pieces, class: lesson.class, weight: lesson.weight };
        if at % HELD_OUT == HELD_OUT - 1 { held_out.push(ready) } else { learned.push(ready) }
    }
    if learned.is_empty() || held_out.is_empty() {
        return Err(NluError::Torch("there are too few texts to learn from".to_owned()).into());
    }
    let rows: Vec<Row<'_>> = learned.iter().flat_map(rows).collect();
    let linear = linear::fit(&rows, BUCKETS, params.cost, params.seed);
    let scored: Vec<(f64, Sentiment)> = held_out.iter().map(|one| (linear.score(&one.pieces), one.class)).collect();
    let sided: Vec<(f64, bool)> = scored
        .iter()
        .filter(|(_, class)| *class != Sentiment::Neutral)
        .map(|(score, class)| (*score, *class == Sentiment::Positive))
        .collect();
    let (scale, bias) = linear::calibrated(&sided);
    let odds = |score: f64| scale * score + bias;
    let scored: Vec<(f64, Sentiment)> = scored.into_iter().map(|(score, class)| (odds(score), class)).collect();
    let neutral = neutral_cut(&scored);
    let half = |numbers: &[f32]| Tensor::from_slice(numbers).to_kind(Kind::Half);
    let tensors = [("linear.ratios", half(&linear.ratios)), ("linear.weights", half(&linear.weights))];
    Tensor::write_safetensors(&tensors, file)?;

    let right = sided.iter().filter(|(score, positive)| (odds(*score) > 0.0) == *positive).count();
    let calm: Vec<f64> =
        scored.iter().filter(|(_, class)| *class == Sentiment::Neutral).map(|(score, _)| *score).collect();
    let called = calm.iter().filter(|score| {
        let [negative, middle, positive] = probabilities(**score, neutral);
        middle > negative.max(positive)
    });
    let outcome = Outcome {
        lessons: learned.len(),
        held_out: sided.len(),
        accuracy: right as f64 / sided.len().max(1) as f64,
        neutral: called.count() as f64 / calm.len().max(1) as f64,
    };
    Ok((ChineseCard { version: String::new(), scale, bias, neutral }, outcome))
}

/// A text as rows to fit: a neutral one stands on both sides with half its weight, which pulls its score to zero.
fn rows(ready: &Ready) -> Vec<Row<'_>> {
    let row = |positive, weight| Row { pieces: &ready.pieces, positive, weight };
    match ready.class {
        Sentiment::Negative => vec![row(false, ready.weight)],
        Sentiment::Neutral => vec![row(true, ready.weight / 2.0), row(false, ready.weight / 2.0)],
        Sentiment::Positive => vec![row(true, ready.weight)],
    }
}

/// Where neutral begins: the cut of the ordered logit that the texts held out are likeliest under. Each class counts the
/// same, because how many posts are neutral is not known.
fn neutral_cut(scored: &[(f64, Sentiment)]) -> f64 {
    let mean = |class: Sentiment, cut: f64| {
        let own = scored.iter().filter(|(_, other)| *other == class);
        let (mut sum, mut count) = (0.0, 0.0_f64);
        for (score, _) in own {
            sum += f64::from(probabilities(*score, cut)[class as usize]).max(1e-6).ln();
            count += 1.0;
        }
        sum / count.max(1.0)
    };
    let likely = |cut: f64| {
        [Sentiment::Negative, Sentiment::Neutral, Sentiment::Positive]
            .iter()
            .map(|class| mean(*class, cut))
            .sum::<f64>()
    };
    let cuts = (1..=80).map(|step| f64::from(step) * 0.05);
    cuts.max_by(|left, right| likely(*left).total_cmp(&likely(*right))).unwrap_or(0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(text: String, class: Sentiment) -> Lesson {
        Lesson { text, class, weight: 1.0 }
    }

    #[test]
    fn words_decide_and_texts_kept_apart_teach_nothing() {
        let mut lessons = Vec::new();
        for n in 0..150 {
            let thing = ["茶", "杯子", "包装", "物流", "客服"][n % 5];
            lessons.push(lesson(
                format!(
                    "{thing}很好第{}次买{}",
                    "一二三四五六七八九十".chars().nth(n % 10).unwrap(),
                    "啊".repeat(n / 10)
                ),
                Sentiment::Positive,
            ));
            lessons.push(lesson(
                format!(
                    "{thing}太差第{}次买{}",
                    "一二三四五六七八九十".chars().nth(n % 10).unwrap(),
                    "啊".repeat(n / 10)
                ),
                Sentiment::Negative,
            ));
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("zh.safetensors");
        let apart: HashSet<String> = lessons.iter().take(30).map(|lesson| key(&lesson.text)).collect();
        let params = Params::default();
        let (card, outcome) = fit(&lessons, &apart, &params, &file).unwrap();
        // The naive baseline, the commonest class, gets half right.
        assert!(outcome.accuracy > 0.9, "{outcome:?}");
        assert_eq!(outcome.lessons + outcome.held_out, lessons.len() - apart.len());
        assert!(card.scale > 0.0 && file.is_file());
        assert!(fit(&[], &apart, &params, &file).is_err());
    }

    #[test]
    fn the_cut_parts_what_is_near_zero() {
        let sided = (0..50).flat_map(|_| [(3.0, Sentiment::Positive), (-3.0, Sentiment::Negative)]);
        let scored: Vec<_> = sided.chain((0..20).map(|_| (0.1, Sentiment::Neutral))).collect();
        let cut = neutral_cut(&scored);
        assert!((0.5..3.0).contains(&cut), "{cut}");
        assert!(probabilities(0.1, cut)[1] > 0.5);
    }
}
