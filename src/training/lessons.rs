//! The examples that teach the intents, as lists to fit on: the prompts, and messages that an owner relabelled.

use std::collections::HashSet;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::softmax::shuffle;
use crate::domain::{Language, Relabel};
use crate::nlu::NluError;
use crate::nlu::encoder::Encoder;
use crate::nlu::intents::linear::Seen;
use crate::nlu::intents::prompts::{self, Taught};

/// All examples, one per place of each list.
#[derive(Debug, Clone, Default)]
pub struct Lessons {
    /// The digest of the prompts they came from.
    pub digest: String,
    /// The texts.
    pub texts: Vec<String>,
    /// The places of the intents in [`Intent::ALL`].
    pub labels: Vec<usize>,
    /// The languages.
    pub languages: Vec<Language>,
    /// The numbers of the families.
    pub families: Vec<usize>,
}

impl Lessons {
    /// Reads the embedded prompts.
    ///
    /// # Errors
    /// When a file of prompts is wrong.
    pub fn read() -> Result<Self, NluError> {
        Ok(Self::of(&prompts::taught()?))
    }

    /// These and messages that an owner relabelled, each a family of its own. A text that is taught already keeps its label.
    #[must_use]
    pub fn with(&self, relabels: &[Relabel]) -> Self {
        let mut lessons = self.clone();
        let mut known: HashSet<String> = self.texts.iter().map(|text| text.trim().to_lowercase()).collect();
        let first = self.families.last().map_or(0, |last| last + 1);
        let new = relabels.iter().filter(|relabel| known.insert(relabel.text.trim().to_lowercase()));
        for (at, relabel) in new.enumerate() {
            lessons.texts.push(relabel.text.clone());
            lessons.labels.push(relabel.meant as usize);
            lessons.languages.push(relabel.language);
            lessons.families.push(first + at);
        }
        lessons
    }

    fn of(all: &[Taught]) -> Self {
        let mut lessons = Self { digest: prompts::digest(all), ..Self::default() };
        let mut number = 0;
        for taught in all {
            for family in &taught.families {
                for text in &family.texts {
                    lessons.texts.push(text.clone());
                    lessons.labels.push(taught.intent as usize);
                    lessons.languages.push(family.language);
                    lessons.families.push(number);
                }
                number += 1;
            }
        }
        lessons
    }

    /// What a classifier sees of the texts.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn see(&self, encoder: &Encoder, buckets: u32, progress: &mut dyn FnMut(usize)) -> Result<Vec<Seen>, NluError> {
        Seen::many(encoder, &self.texts, buckets, progress)
    }

    /// Deals the families of each intent and language out to folds, so that paraphrases stay together and every fold
    /// holds something of everything. Gives the fold of each text.
    #[must_use]
    pub fn folds(&self, folds: usize, seed: u64) -> Vec<usize> {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        let count = self.families.last().map_or(0, |last| last + 1);
        let mut kinds: Vec<(usize, &'static str, usize)> = Vec::with_capacity(count);
        for (at, &family) in self.families.iter().enumerate() {
            if kinds.len() == family {
                kinds.push((self.labels[at], self.languages[at].code(), family));
            }
        }
        shuffle(&mut kinds, &mut generator);
        kinds.sort_by_key(|&(label, language, _)| (label, language));
        let mut fold_of = vec![0; count];
        for (turn, (.., family)) in kinds.into_iter().enumerate() {
            fold_of[family] = turn % folds.max(1);
        }
        self.families.iter().map(|&family| fold_of[family]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Intent;

    #[test]
    fn families_stay_in_one_fold_and_folds_hold_everything() {
        let lessons = Lessons::read().unwrap();
        let folds = lessons.folds(5, 3);
        for at in 1..folds.len() {
            assert!(lessons.families[at] != lessons.families[at - 1] || folds[at] == folds[at - 1]);
        }
        for intent in Intent::ALL {
            for fold in 0..5 {
                assert!(
                    (0..folds.len()).any(|at| lessons.labels[at] == *intent as usize && folds[at] == fold),
                    "{intent}"
                );
            }
        }
        assert_eq!(folds, lessons.folds(5, 3));
        assert_ne!(folds, lessons.folds(5, 4));
    }

    #[test]
    fn a_relabelled_message_is_a_family_of_its_own_and_a_taught_one_keeps_its_label() {
        let taught = Lessons::read().unwrap();
        let relabel = |text: &str| Relabel {
            text: text.to_owned(),
            language: Language::English,
            taken_for: Intent::MetricReport,
            meant: Intent::ForecastMetric,
            writer: None,
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        let known = format!(" {} ", taught.texts[0].to_uppercase());
        let lessons =
            taught.with(&[relabel("where will the till stand"), relabel(&known), relabel("Where will the till stand")]);
        assert_eq!(lessons.texts.len(), taught.texts.len() + 1);
        assert_eq!(lessons.labels.last(), Some(&(Intent::ForecastMetric as usize)));
        assert_eq!(lessons.families.last(), taught.families.last().map(|last| last + 1).as_ref());
        assert_eq!(lessons.digest, taught.digest, "the head is not older than its prompts for it");
    }
}
