//! Names as small numbers: the dictionaries of columns that are grouped and filtered by.

use std::collections::HashMap;

/// What stands for no name.
pub(super) const NONE: u32 = u32::MAX;

/// Names by number and numbers by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Codes {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Codes {
    /// A fixed list.
    pub(super) fn of(names: &[&str]) -> Self {
        let mut codes = Self::default();
        for name in names {
            codes.number(name);
        }
        codes
    }

    /// The number of a name, new where it was not seen before.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(NONE);
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The number of a name that may be missing.
    pub(super) fn optional(&mut self, name: Option<&str>) -> u32 {
        name.map_or(NONE, |name| self.number(name))
    }

    /// The number of a known name: as it is written, or else whatever the case.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied().or_else(|| {
            let wanted = name.to_lowercase();
            let at = self.names.iter().position(|known| known.to_lowercase() == wanted)?;
            u32::try_from(at).ok()
        })
    }

    /// The name of a number.
    pub(super) fn name(&self, number: u32) -> &str {
        usize::try_from(number).ok().and_then(|at| self.names.get(at)).map_or("(none)", String::as_str)
    }

    /// All names, by number.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}
