//! What a customer may see of an answer: products and why, without how many people bought what.

use crate::domain::{Answer, Arg, Evidence, Phrase, Unit};

/// Columns that count people or orders, or are worked out from so few that they can be counted back.
const COUNTING: [&str; 4] =
    ["recommend.column_customers", "recommend.column_both", "recommend.column_orders", "recommend.column_confidence"];

/// Takes every count of people and orders out of an answer, and what it was counted from.
pub(super) fn without_counts(answer: &mut Answer) {
    answer.headline = plain(&answer.headline);
    for finding in &mut answer.findings {
        finding.text = plain(&finding.text);
    }
    answer.findings.retain(|finding| finding.text.key != "recommend.bought_by");
    answer.trust.clear();
    answer.evidence = Evidence::default();
    for table in &mut answer.tables {
        let keep: Vec<bool> = table.columns.iter().map(|column| !COUNTING.contains(&column.key.as_ref())).collect();
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
    answer.charts.retain(|chart| chart.unit != Unit::Count);
}

/// The phrase that says the same without a count, also inside others.
fn plain(phrase: &Phrase) -> Phrase {
    let key = match phrase.key.as_ref() {
        "recommend.popular" => "recommend.popular_plain",
        "recommend.similar_reason" => "recommend.similar_plain",
        "recommend.similar_reason_other" => "recommend.similar_other_plain",
        "recommend.together_reason" => "recommend.together_plain",
        "recommend.most_often" => "recommend.most_often_plain",
        "recommend.together_all" => "recommend.together_all_plain",
        _ => "",
    };
    let mut plain = phrase.clone();
    if !key.is_empty() {
        plain.key = key.into();
        plain.args.retain(|_, arg| !matches!(arg, Arg::Count(_) | Arg::Share(_) | Arg::Number(_)));
    }
    for arg in plain.args.values_mut() {
        if let Arg::Phrase(inner) = arg {
            **inner = self::plain(inner);
        }
    }
    plain
}
