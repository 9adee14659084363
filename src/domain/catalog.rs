//! The company's own names, which people misspell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Dimension;

/// Names by dimension. An alias points to the name that plans use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// Changes whenever the names do.
    pub version: u64,
    /// Names as plans use them.
    pub names: BTreeMap<Dimension, Vec<String>>,
    /// Other ways to write them: the dimension, the other way, the name.
    pub aliases: Vec<(Dimension, String, String)>,
}

impl Catalog {
    /// The names of one dimension.
    #[must_use]
    pub fn names_of(&self, dimension: Dimension) -> &[String] {
        self.names.get(&dimension).map_or(&[], Vec::as_slice)
    }
}
