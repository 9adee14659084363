//! Tags in the shape of BIO (Ramshaw and Marcus, 1995): `B-x` begins a stretch, `I-x` goes on with it, `O` is none.

/// The names of tags, by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    names: Vec<String>,
    /// For each tag that goes on with a stretch, the tag that begins it, where there is one.
    begins: Vec<Option<usize>>,
}

/// Words that belong together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// What they are.
    pub name: String,
    /// The first word.
    pub from: usize,
    /// The word behind the last.
    pub to: usize,
}

impl Tags {
    /// The tag of words that belong to nothing.
    pub const NONE: &'static str = "O";

    /// Takes the names of tags; the order of first appearance numbers them.
    #[must_use]
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all: Vec<String> = vec![Self::NONE.to_owned()];
        for name in names {
            if !all.iter().any(|other| other == name) {
                all.push(name.to_owned());
            }
        }
        let begin = |name: &String| {
            let wanted = format!("B-{}", name.strip_prefix("I-")?);
            all.iter().position(|other| *other == wanted)
        };
        let begins = all.iter().map(begin).collect();
        Self { names: all, begins }
    }

    /// The names by number.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// The number of a tag; that of [`Tags::NONE`] where nobody has heard of it.
    #[must_use]
    pub fn number(&self, name: &str) -> usize {
        self.names.iter().position(|other| other == name).unwrap_or(0)
    }

    /// Whether a tag may stand behind another one: what goes on must have begun.
    fn may_follow(&self, before: Option<usize>, tag: usize) -> bool {
        let Some(begin) = self.begins[tag] else { return true };
        before.is_some_and(|before| before == begin || before == tag)
    }

    /// The sequence of the largest sum of scores among those that make sense (Viterbi, 1967). A word without scores belongs
    /// to nothing. Scores of a word are one per tag.
    #[must_use]
    pub fn best(&self, scores: &[Option<Vec<f32>>]) -> Vec<usize> {
        let count = self.count();
        let none: Vec<f32> = (0..count).map(|tag| if tag == 0 { 0.0 } else { f32::NEG_INFINITY }).collect();
        let mut sums: Vec<f32> = Vec::new();
        let mut from: Vec<Vec<usize>> = Vec::with_capacity(scores.len());
        for word in scores {
            let word = word.as_ref().filter(|scores| scores.len() == count).unwrap_or(&none);
            let mut next = vec![f32::NEG_INFINITY; count];
            let mut back = vec![0; count];
            // What may stand behind anything takes the best of all; only what goes on has few to choose from.
            let best = (0..sums.len()).max_by(|&a, &b| sums[a].total_cmp(&sums[b]));
            for tag in 0..count {
                let before = match self.begins[tag] {
                    None => best,
                    Some(begin) if !sums.is_empty() => Some(if sums[begin] >= sums[tag] { begin } else { tag }),
                    Some(_) => None,
                };
                if !self.may_follow(before, tag) {
                    continue;
                }
                next[tag] = word[tag] + before.map_or(0.0, |before| sums[before]);
                back[tag] = before.unwrap_or(0);
            }
            sums = next;
            from.push(back);
        }
        let mut at = (0..sums.len()).max_by(|&a, &b| sums[a].total_cmp(&sums[b])).unwrap_or(0);
        let mut path = vec![0; scores.len()];
        for word in (0..scores.len()).rev() {
            path[word] = at;
            at = from[word][at];
        }
        path
    }

    /// The stretches that tags mark. A tag that goes on with what never began begins it, as conlleval counts.
    #[must_use]
    pub fn stretches<'a>(tags: impl IntoIterator<Item = &'a str>) -> Vec<Stretch> {
        let mut all: Vec<Stretch> = Vec::new();
        let mut open: Option<Stretch> = None;
        for (at, tag) in tags.into_iter().enumerate() {
            let (begins, name) = match tag.split_once('-') {
                Some(("B", name)) => (true, Some(name)),
                Some(("I", name)) => (false, Some(name)),
                _ => (true, None),
            };
            match (&mut open, name) {
                (Some(stretch), Some(name)) if !begins && stretch.name == name => stretch.to = at + 1,
                (_, name) => {
                    all.extend(open.take());
                    open = name.map(|name| Stretch { name: name.to_owned(), from: at, to: at + 1 });
                }
            }
        }
        all.extend(open);
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tags() -> Tags {
        Tags::new(["B-city", "I-city", "B-day", "I-day"])
    }

    #[test]
    fn stretches_are_those_of_conlleval() {
        let found = Tags::stretches(["O", "B-city", "I-city", "B-city", "I-day", "O", "I-city"]);
        let found: Vec<(&str, usize, usize)> = found.iter().map(|one| (&*one.name, one.from, one.to)).collect();
        assert_eq!(found, [("city", 1, 3), ("city", 3, 4), ("day", 4, 5), ("city", 6, 7)]);
    }

    #[test]
    fn what_goes_on_has_begun_even_where_a_word_alone_says_otherwise() {
        // Alone the first word would be I-city (2.0) and the second I-day.
        let scores = [Some(vec![0.0, 1.5, 2.0, 0.0, 0.0]), Some(vec![0.0, 0.0, 1.0, 0.0, 1.2]), None];
        assert_eq!(tags().best(&scores), [1, 2, 0]);
        assert!(tags().best(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn no_allowed_sequence_has_a_larger_sum(flat in prop::collection::vec(-5i8..5, 15)) {
            let tags = tags();
            let scores: Vec<Option<Vec<f32>>> =
                flat.chunks(5).map(|word| Some(word.iter().map(|&one| f32::from(one)).collect())).collect();
            let sum = |path: &[usize]| -> f32 {
                path.iter().zip(&scores).map(|(&tag, word)| word.as_ref().unwrap()[tag]).sum()
            };
            let best = tags.best(&scores);
            let allowed = |path: &[usize]| {
                (0..3_usize).all(|at| tags.may_follow(at.checked_sub(1).map(|before| path[before]), path[at]))
            };
            prop_assert!(allowed(&best));
            for number in 0..125 {
                let path = [number / 25, number / 5 % 5, number % 5];
                prop_assert!(!allowed(&path) || sum(&path) <= sum(&best) + 1e-4);
            }
        }
    }
}
