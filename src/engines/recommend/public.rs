//! What a customer is told of an answer: products and why, as "you", without how many people bought what and without
//! the scores that only an analyst reads.

use crate::domain::{Answer, Arg, Evidence, Phrase};

/// Columns that count people or orders, are worked out from so few that they can be counted back, or hold scores.
const FOR_ANALYSTS: [&str; 7] = [
    "recommend.column_customers",
    "recommend.column_both",
    "recommend.column_orders",
    "recommend.column_confidence",
    "recommend.column_score",
    "recommend.column_likeness",
    "recommend.column_lift",
];

/// Speaks to the customer, and takes out every count of people and orders, and what it was counted from.
pub(super) fn for_the_customer(answer: &mut Answer) {
    answer.headline = plain(&answer.headline);
    for phrase in answer.assumptions.iter_mut().chain(&mut answer.caveats) {
        *phrase = plain(phrase);
    }
    for action in &mut answer.actions {
        action.label = plain(&action.label);
    }
    for finding in &mut answer.findings {
        finding.text = plain(&finding.text);
    }
    answer.findings.retain(|finding| finding.text.key != "recommend.bought_by");
    answer.trust.clear();
    answer.evidence = Evidence::default();
    // Bars of scores say nothing to whom they are about.
    answer.charts.clear();
    for table in &mut answer.tables {
        table.title = plain(&table.title);
        let keep: Vec<bool> = table.columns.iter().map(|column| !FOR_ANALYSTS.contains(&column.key.as_ref())).collect();
        let mut kept = keep.iter();
        table.columns.retain(|_| kept.next().copied().unwrap_or(true));
        for row in &mut table.rows {
            let mut kept = keep.iter();
            row.retain(|_| kept.next().copied().unwrap_or(true));
            for cell in row {
                if let Arg::Phrase(phrase) = cell {
                    **phrase = plain(phrase);
                }
            }
        }
    }
}

/// The phrase that says the same to the customer and without a count, also inside others.
fn plain(phrase: &Phrase) -> Phrase {
    let key = match phrase.key.as_ref() {
        "recommend.popular" => "recommend.popular_plain",
        "recommend.similar_reason" => "recommend.similar_plain",
        "recommend.similar_reason_other" => "recommend.similar_other_plain",
        "recommend.together_reason" => "recommend.together_plain",
        "recommend.most_often" => "recommend.most_often_plain",
        "recommend.together_all" => "recommend.together_all_plain",
        "recommend.for_customer" => "recommend.for_you",
        "recommend.for_customer_title" => "recommend.for_you_title",
        "recommend.because" => "recommend.because_you",
        "recommend.owned" => "recommend.owned_you",
        "recommend.owned_left_out" => "recommend.owned_left_out_you",
        "recommend.unknown_customer" => "recommend.unknown_you",
        "recommend.nobody_named" => "recommend.nobody_linked",
        "recommend.ask_owned" => "recommend.ask_owned_you",
        _ => "",
    };
    let mut plain = phrase.clone();
    if !key.is_empty() {
        plain.key = key.into();
        // How many products they own is their own count.
        let is_own = plain.key == "recommend.owned_you";
        plain.args.retain(|name, arg| {
            name != "customer" && (is_own || !matches!(arg, Arg::Count(_) | Arg::Share(_) | Arg::Number(_)))
        });
    }
    for arg in plain.args.values_mut() {
        if let Arg::Phrase(inner) = arg {
            **inner = self::plain(inner);
        }
    }
    plain
}
