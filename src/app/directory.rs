//! What platforms ask of the company: names to complete, and who somebody is.

use std::sync::Arc;

use crate::assistant::Assistant;
use crate::chat::Directory;
use crate::domain::{Dimension, Metric, Role, SlotKind, UserId};
use crate::facts::Warehouse;

/// The most names a platform shows.
const SHOWN: usize = 25;

/// The company's names and people.
pub(super) struct CompanyDirectory {
    /// The facts, with the names in them.
    pub(super) warehouse: Arc<Warehouse>,
    /// The people.
    pub(super) assistant: Arc<Assistant>,
}

impl Directory for CompanyDirectory {
    fn complete(&self, kind: SlotKind, text: &str) -> Vec<String> {
        let names: Vec<String> = match kind {
            SlotKind::Metric => Metric::ALL.iter().map(|metric| metric.name().replace('_', " ")).collect(),
            SlotKind::By => Dimension::ALL.iter().map(|dimension| dimension.name().replace('_', " ")).collect(),
            // Names of single people are not shown to whoever types.
            SlotKind::Customer => Vec::new(),
            kind => {
                let dimension = Dimension::ALL.iter().find(|dimension| dimension.name() == kind.name());
                let catalog = self.warehouse.catalog();
                match (dimension, catalog) {
                    (Some(dimension), Ok(catalog)) => catalog.names_of(*dimension).to_vec(),
                    _ => Vec::new(),
                }
            }
        };
        likeliest(names, text)
    }

    fn role(&self, account: &UserId) -> Role {
        self.assistant.role_of(account)
    }
}

/// Names that begin with the text, then those with a word that does, then those that hold it.
fn likeliest(names: Vec<String>, text: &str) -> Vec<String> {
    let wanted = text.trim().to_lowercase();
    let mut ranked: Vec<(u8, String)> = names
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let rank = if lower.starts_with(&wanted) {
                0
            } else if lower.split_whitespace().any(|word| word.starts_with(&wanted)) {
                1
            } else if lower.contains(&wanted) {
                2
            } else {
                return None;
            };
            Some((rank, name))
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, name)| name).take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_the_text_comes_first() {
        let names = ["Green tea", "Oolong", "Black tea", "Teapot"].map(str::to_owned).to_vec();
        assert_eq!(likeliest(names.clone(), "TEA"), ["Teapot", "Green tea", "Black tea"]);
        assert_eq!(likeliest(names.clone(), "lon"), ["Oolong"]);
        assert_eq!(likeliest(names, "").len(), 4);
    }
}
