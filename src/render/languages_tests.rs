//! What is said in English and in Chinese: the same phrases, each set as its language is.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::tests::{context, days};
use super::*;
use crate::domain::{Metric, Unit};

#[test]
fn both_languages_have_the_same_phrases_with_the_same_arguments() {
    let words = Words::embedded().unwrap();
    let (english, chinese) = (words.arguments(Language::English), words.arguments(Language::Chinese));
    let only = |own: &BTreeMap<String, _>, other: &BTreeMap<String, _>| -> Vec<String> {
        own.keys().filter(|key| !other.contains_key(*key)).cloned().collect()
    };
    assert_eq!(only(&english, &chinese), Vec::<String>::new(), "these phrases are missing in prompts/replies/zh");
    assert_eq!(only(&chinese, &english), Vec::<String>::new(), "these phrases are missing in prompts/replies/en");
    let unlike: Vec<_> = english.iter().filter(|(key, names)| chinese.get(*key) != Some(*names)).collect();
    let unlike: Vec<_> = unlike.into_iter().map(|(key, names)| (key, names, &chinese[key])).collect();
    assert!(unlike.is_empty(), "key, arguments in English, in Chinese: {unlike:#?}");
}

#[test]
fn chinese_is_set_as_chinese_is() {
    let context = Context { language: Language::Chinese, ..context() };
    let renderer = Renderer::new(Locale { company: "x".to_owned(), currency: "CNY".to_owned() }).unwrap();
    let list = |names: &[&str]| Arg::List(names.iter().map(|name| Arg::from(*name)).collect());
    let metric = |name: &str, value: f64| {
        let phrase = Phrase::new("metrics.most").with("metric", Metric::Revenue).with("name", name);
        phrase.figure("value", value, Unit::Money).figure("whole", 1.2e9, Unit::Money)
    };
    let october = days(date(2025, 10, 1), date(2025, 11, 1));
    // A name in Latin letters stands apart from Han characters, a Chinese one and figures do not.
    let line = renderer.headline(&metric("North", 124_567.0).with("range", october), &context).unwrap();
    assert_eq!(line, "**2025年10月 North 的销售额最高：¥12.5万，整体为¥12亿。**");
    let line = renderer.headline(&metric("华北", 1_000.0).with("range", october), &context).unwrap();
    assert_eq!(line, "**2025年10月华北的销售额最高：¥1,000，整体为¥12亿。**");
    let joined = Phrase::new("topics.fallen").with("topic", list(&["tin lid", "包装", "Oolong"]));
    let joined = joined.with("kind", Phrase::new("topics.posts")).with("share", Arg::Share(0.123));
    let line = renderer.line(&joined.with("before", Arg::Share(0.2)), &context).unwrap();
    assert_eq!(line, "tin lid、包装和 Oolong 在减少：占评论的12%，此前20%");
}

#[test]
fn labels_and_ends_of_sentences_are_full_width_in_chinese() {
    let chinese = |parts: &[&str]| {
        let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        super::reply::sentences(&parts, Language::Chinese)
    };
    assert_eq!(chinese(&["甲", "乙"]), "甲；乙。");
    assert_eq!(chinese(&["甲。", "“好！”", "乙"]), "甲。“好！”乙。");
    assert_eq!(super::reply::labelled("原因：", "甲"), "原因：甲");
    assert_eq!(super::reply::labelled("Why:", "x"), "Why: x");
}
