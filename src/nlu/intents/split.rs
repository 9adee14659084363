//! Cuts a message where it may ask a second thing. Whether it does is decided by whoever ranks the parts.

/// Words that open a second request: after "and" only these may.
const REQUESTS: &[&str] = &[
    "tell",
    "show",
    "give",
    "what",
    "who",
    "which",
    "how",
    "why",
    "when",
    "where",
    "list",
    "compare",
    "forecast",
    "predict",
    "recommend",
    "suggest",
    "set",
    "create",
    "make",
    "send",
    "alert",
    "plot",
    "export",
    "find",
    "explain",
    "summarise",
    "summarize",
    "let",
    "can",
    "could",
    "should",
    "will",
    "is",
    "are",
    "do",
    "did",
    "does",
    "break",
    "draft",
    "schedule",
    "pause",
    "stop",
    "delete",
    "upload",
    "segment",
    "split",
    "remind",
    "email",
    "also",
    "then",
];

/// Words that join two requests wherever they stand.
const JOINTS: &[&str] =
    &[" and also ", " and then ", ", then ", " as well as tell ", " also, ", ", also ", " plus ", "; also ", ". also "];

/// The same in Chinese, where no space marks a word.
const CHINESE_JOINTS: &[&str] =
    &["，然后", ",然后", "，顺便", ",顺便", "，另外", "，还有", "，同时", "，再", "，并且", "，并", "然后再", "顺便"];

/// Marks that end a sentence.
const ENDS: &[char] = &['?', '？', ';', '；', '。', '!', '！', '\n'];

/// The parts a message may fall into, in its order; empty where nothing in it joins two. Parts are not blank, and hold
/// at least two words or three Chinese characters.
#[must_use]
pub fn split(text: &str) -> Vec<String> {
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    // Lengths are kept, so that places in one are places in the other.
    let lower = text.to_ascii_lowercase();
    for joint in JOINTS.iter().chain(CHINESE_JOINTS) {
        cuts.extend(lower.match_indices(joint).map(|(at, found)| (at, at + found.len())));
    }
    for joint in [" and ", " & ", ", "] {
        for (at, found) in lower.match_indices(joint) {
            let rest = lower[at + found.len()..].trim_start();
            let word = rest.split(|sign: char| !sign.is_alphabetic()).next().unwrap_or("");
            if REQUESTS.contains(&word) {
                cuts.push((at, at + found.len()));
            }
        }
    }
    for (at, sign) in text.char_indices().filter(|(_, sign)| ENDS.contains(sign)) {
        // A question mark belongs to what it ends.
        cuts.push((at + sign.len_utf8(), at + sign.len_utf8()));
    }
    // A full stop ends a sentence only before a space: "1.2M" has none.
    cuts.extend(lower.match_indices(". ").map(|(at, found)| (at + 1, at + found.len())));
    // Of two joints at one place the longer is meant: ", then " rather than ", ".
    cuts.sort_unstable_by_key(|&(begin, end)| (begin, std::cmp::Reverse(end)));
    let mut parts = Vec::new();
    let mut from = 0;
    for (begin, end) in cuts {
        if begin >= from {
            parts.push(text[from..begin].trim());
            from = end;
        }
    }
    parts.push(text[from..].trim());
    let parts: Vec<String> = parts.into_iter().filter(|part| is_enough(part)).map(str::to_owned).collect();
    if parts.len() > 1 { parts } else { Vec::new() }
}

fn is_enough(part: &str) -> bool {
    let wide = part.chars().filter(|sign| sign.is_alphabetic() && !sign.is_ascii()).count();
    wide >= 3 || part.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count() >= 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn two_requests_are_cut_and_one_is_not() {
        for (text, parts) in [
            (
                "compare sentiment and sales for decaf and tell me what to do",
                vec!["compare sentiment and sales for decaf", "tell me what to do"],
            ),
            (
                "what were sales last month? who is about to leave?",
                vec!["what were sales last month?", "who is about to leave?"],
            ),
            ("forecast revenue, then set an alert below 5k", vec!["forecast revenue", "set an alert below 5k"]),
            ("上个月销售额是多少，顺便看看客户评价", vec!["上个月销售额是多少", "看看客户评价"]),
            ("show revenue by region, then forecast it", vec!["show revenue by region", "forecast it"]),
            ("revenue in March and April", vec![]),
            ("sales of tea, coffee and mugs since Sept. 1", vec![]),
            ("spend 1.2M on search", vec![]),
            ("hi!", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(split(text), parts, "{text}");
        }
    }

    proptest! {
        #[test]
        fn parts_are_pieces_of_the_message_in_its_order(text in "[a-zA-Z ,.?;!，。？然后顺便é]{0,60}") {
            let mut rest = text.as_str();
            for part in split(&text) {
                let at = rest.find(&part);
                prop_assert!(at.is_some());
                rest = &rest[at.unwrap_or(0) + part.len()..];
            }
        }
    }
}
