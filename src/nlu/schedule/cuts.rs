//! Stretches of a text that were read, and the text without them.

/// Stretches in bytes; they may touch and overlap.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cuts(Vec<(usize, usize)>);

impl Cuts {
    pub(super) fn add(&mut self, start: usize, end: usize) {
        if start < end {
            self.0.push((start, end));
            self.0.sort_unstable();
        }
    }

    pub(super) fn extend(&mut self, other: &Cuts) {
        for (start, end) in &other.0 {
            self.add(*start, *end);
        }
    }

    /// The words that were read, in order.
    pub(super) fn read(&self, text: &str) -> String {
        let mut words = Vec::new();
        let mut at = 0;
        for (start, end) in &self.0 {
            let start = (*start).max(at);
            if start < *end {
                words.push(text.get(start..*end).unwrap_or_default().trim());
                at = *end;
            }
        }
        words.join(" ")
    }

    /// The words that were not.
    pub(super) fn rest(&self, text: &str) -> String {
        let mut rest = String::new();
        let mut at = 0;
        for (start, end) in &self.0 {
            if *start > at {
                rest.push_str(text.get(at..*start).unwrap_or_default());
            }
            rest.push(' ');
            at = at.max(*end);
        }
        rest.push_str(text.get(at..).unwrap_or_default());
        rest.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// A regular expression that is compiled once.
macro_rules! pattern {
    ($text:expr) => {{
        static PATTERN: std::sync::OnceLock<regex::Regex> = std::sync::OnceLock::new();
        PATTERN.get_or_init(|| regex::Regex::new($text).expect("the pattern is fixed and tested"))
    }};
}
pub(super) use pattern;
