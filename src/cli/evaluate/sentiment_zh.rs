//! The part of `herald evaluate sentiment` for Chinese: beside a majority and a lexicon.

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use super::sentiment::confusion;
use crate::cli::train::{read_sentiment, utterances};
use crate::domain::Sentiment;
use crate::nlu::encoder::Encoder;
use crate::nlu::sentiment::SentimentHead;
use crate::training::baselines::majority;
use crate::training::chinese_sentiment::key;
use crate::training::sentiment_sets::{CHINESE_DEV, CHINESE_NEUTRAL_DEV, CHINESE_TRAIN, Labelled};

/// Words of praise and of blame that come first to mind; what stands before 不, 没 or 无 is turned around.
const PRAISE: &[&str] = &[
    "好", "喜欢", "满意", "不错", "推荐", "方便", "舒服", "漂亮", "便宜", "值得", "精彩", "快", "干净", "热情", "实惠",
    "完美", "赞",
];
const BLAME: &[&str] = &[
    "差", "坏", "失望", "垃圾", "后悔", "脏", "吵", "慢", "贵", "退货", "假", "难", "破", "烂", "问题", "投诉", "旧",
    "糟", "骗",
];
const TURNS: &[char] = &['不', '没', '无', '别'];

/// Writes the table where the Chinese sets are there.
///
/// # Errors
/// When they cannot be read or the reading fails.
pub(super) fn run(head: &SentimentHead, encoder: &Encoder, data: &Path, out: &mut impl Write) -> Result<()> {
    if !CHINESE_DEV.file(data).is_file() {
        return Ok(());
    }
    let dev = read_sentiment(&CHINESE_DEV, data)?;
    // What the dev part shares with the train part is counted apart, though it was not learned from.
    let train: std::collections::HashSet<String> =
        read_sentiment(&CHINESE_TRAIN[0].0, data)?.iter().map(|one| key(&one.text)).collect();
    let fresh: Vec<Labelled> = dev.iter().filter(|one| !train.contains(&key(&one.text))).cloned().collect();
    writeln!(
        out,
        "\n| Chinese set | texts | most frequent class (naive) | lexicon (naive) | Herald accuracy | macro recall |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for (name, texts) in [("ChnSentiCorp dev", &dev), ("ChnSentiCorp dev, texts not in train", &fresh)] {
        let labels: Vec<usize> = texts.iter().map(|one| one.class as usize).collect();
        let common = majority(&labels);
        let naive = labels.iter().filter(|label| **label == common).count();
        let lexicon = texts.iter().filter(|one| by_words(&one.text) == one.class).count();
        let confusion = confusion(head, encoder, texts, true)?;
        let right: usize = (0..3).map(|class| confusion[class][class]).sum();
        let recall = |class: Sentiment| {
            let row = confusion[class as usize];
            row[class as usize] as f64 / row.iter().sum::<usize>().max(1) as f64
        };
        let percent = |count: usize| 100.0 * count as f64 / texts.len().max(1) as f64;
        writeln!(
            out,
            "| {name} | {} | {:.1} % | {:.1} % | {:.1} % | {:.1} % |",
            texts.len(),
            percent(naive),
            percent(lexicon),
            percent(right),
            50.0 * (recall(Sentiment::Negative) + recall(Sentiment::Positive)),
        )?;
    }
    let calm = data.join(CHINESE_NEUTRAL_DEV);
    if calm.is_file() {
        let texts: Vec<Labelled> =
            utterances(&calm)?.into_iter().map(|text| Labelled { text, class: Sentiment::Neutral }).collect();
        let neutral =
            confusion(head, encoder, &texts, false)?[Sentiment::Neutral as usize][Sentiment::Neutral as usize];
        let sided = confusion(head, encoder, &dev, false)?;
        let lost: usize = sided.iter().map(|row| row[Sentiment::Neutral as usize]).sum();
        writeln!(
            out,
            "\nOf {} requests without feeling (SMP 2020 dev) {:.1} % are called neutral; of the reviews above {:.1} % are.",
            texts.len(),
            100.0 * neutral as f64 / texts.len().max(1) as f64,
            100.0 * lost as f64 / dev.len().max(1) as f64
        )?;
    }
    Ok(())
}

/// More praise than blame, or not.
fn by_words(text: &str) -> Sentiment {
    let count = |words: &[&str]| -> i32 {
        words
            .iter()
            .flat_map(|word| text.match_indices(word))
            .map(|(at, _)| if text[..at].ends_with(TURNS) { -1 } else { 1 })
            .sum()
    };
    if count(PRAISE) >= count(BLAME) { Sentiment::Positive } else { Sentiment::Negative }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_counts_words_and_turns_them_around() {
        assert_eq!(by_words("房间很脏，服务差"), Sentiment::Negative);
        assert_eq!(by_words("不喜欢，不值得"), Sentiment::Negative);
        assert_eq!(by_words("性价比不错，很满意"), Sentiment::Positive);
    }
}
