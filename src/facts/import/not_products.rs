//! Which lines of an orders file are no sales of products: postage, fees, corrections, discounts, samples, tests,
//! vouchers. Such lines are set aside and listed, never dropped silently.
//!
//! The rule, for files whose products mostly have numbered codes (on four of five lines the code has three digits or more):
//! 1. the code is a word that tills and shops use for what is no product ([`WORDS`]);
//! 2. the code starts like a correction, a test or a voucher ([`STARTS`]), and only digits, blanks or `_` follow the start;
//! 3. the code is one or two characters, one of them a letter, with at most one digit, where the catalogue's codes are
//!    longer. A digit alone is the number of a product: catalogues that count start at 1.
//!
//! A code that the products table knows from a catalogue is always a product, and files whose products are named by
//! words are left alone.

use std::collections::HashSet;

use super::inspect::ColumnStats;

/// Codes of what is no product.
const WORDS: &[&str] = &[
    "POST",
    "POSTAGE",
    "DOT",
    "DOTCOM POSTAGE",
    "CARRIAGE",
    "SHIPPING",
    "FREIGHT",
    "DELIVERY",
    "BANK CHARGES",
    "CHARGES",
    "AMAZONFEE",
    "AMAZON FEE",
    "FEE",
    "FEES",
    "COMMISSION",
    "CRUK",
    "MANUAL",
    "DISCOUNT",
    "ROUNDING",
    "SAMPLES",
    "SAMPLE",
    "GIFT",
    "VOUCHER",
    "GIFTCARD",
    "GIFT CARD",
    "DEPOSIT",
    "TIP",
    "TAX",
    "VAT",
    "REFUND",
    "ADJUSTMENT",
    "BAD DEBT",
];

/// Starts of codes of what is no product.
const STARTS: &[&str] = &["ADJUST", "TEST", "GIFT_", "GIFTCARD", "VOUCHER"];

/// Tells lines that are no sales of products.
#[derive(Debug, Clone)]
pub(super) struct NotProducts {
    applies: bool,
    known: HashSet<String>,
}

impl NotProducts {
    /// Judges by the codes of a file; `known` are the ids of the products table.
    pub(super) fn new(codes: Option<&ColumnStats>, known: HashSet<String>) -> Self {
        let applies = codes.is_some_and(|codes| codes.filled > 0 && codes.coded * 5 >= codes.filled * 4);
        Self { applies, known }
    }

    /// Whether the code names no product.
    pub(super) fn contains(&self, code: &str) -> bool {
        if !self.applies || self.known.contains(code) {
            return false;
        }
        let code = code.trim().to_uppercase();
        let digits = code.bytes().filter(u8::is_ascii_digit).count();
        WORDS.contains(&code.as_str())
            || STARTS
                .iter()
                .filter_map(|start| code.strip_prefix(start))
                .any(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b' ' | b'-')))
            || (code.chars().count() <= 2 && digits <= 1 && digits < code.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_are_told_from_products_only_where_products_have_numbers() {
        let numbered = NotProducts { applies: true, known: HashSet::from(["M".to_owned()]) };
        for code in ["POST", "D", "C2", "m ", "BANK CHARGES", "AMAZONFEE", "ADJUST2", "TEST001", "gift_0001_30", "S"] {
            assert_eq!(numbered.contains(code), code != "M", "{code}");
        }
        assert!(!numbered.contains("M"));
        for code in ["85048", "79323P", "DCGS0058", "PADS", "DCGSSGIRL", "SP1002", "TESTER KIT", "7", "12"] {
            assert!(!numbered.contains(code), "{code}");
        }
        let named = NotProducts { applies: false, known: HashSet::new() };
        assert!(!named.contains("POST"));
    }
}
