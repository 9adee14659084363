//! Reads that the message before was of another intent: "that was a forecast", "那是预测". Which message is not known here.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;

use crate::domain::Intent;

const NAMES: &str = include_str!("../../prompts/relabels/names.toml");
/// A longer message says something else.
const LONGEST: usize = 60;

/// What people call the intents, in small letters.
fn names() -> &'static BTreeMap<String, Intent> {
    static READ: OnceLock<BTreeMap<String, Intent>> = OnceLock::new();
    READ.get_or_init(|| {
        let raw: BTreeMap<String, Vec<String>> =
            toml::from_str(NAMES).expect("names.toml is part of the program and tested");
        let of = |(intent, names): (String, Vec<String>)| {
            let intent = Intent::parse(&intent).expect("names.toml is part of the program and tested");
            names.into_iter().map(move |name| (name.to_lowercase(), intent))
        };
        raw.into_iter().flat_map(of).collect()
    })
}

/// The intent that the message before is said to have had; `None` where a text says nothing of the kind.
#[must_use]
pub fn relabelled(text: &str) -> Option<Intent> {
    static ENGLISH: OnceLock<Option<Regex>> = OnceLock::new();
    static CHINESE: OnceLock<Option<Regex>> = OnceLock::new();
    if text.chars().count() > LONGEST {
        return None;
    }
    let text = text.trim().trim_end_matches(['.', '!', '。', '！', '~']).to_lowercase();
    let english = ENGLISH.get_or_init(|| {
        Regex::new(
            r"^(?:no|nope|wrong|sorry|actually|hey|well)?[,.! ]*(?:that|this|it)(?:'s| is| was| should(?:'ve| have) been| was meant (?:as|to be)| should be)\s+(?:supposed to be\s+)?(?:rather\s+|really\s+|actually\s+)?(?:(?:a question about|about|asking for)\s+)?(?:(?:a|an|the)\s+)?(?P<name>.+?)(?:\s+(?:question|request|query))?(?:,? not .+)?$",
        )
        .ok()
    });
    let chinese = CHINESE.get_or_init(|| {
        Regex::new(
            r"^(?:不对|不是|错了|不)?[,，.。 ]*(?:那|这|刚才|上面|刚才那|刚才那个|那个|这个|上一?条)(?:其实|应该|明明)?(?:是|算|属于|问的是|要的是)(?:一个|个|在问|关于)?(?P<name>.+?)(?:的?(?:问题|请求|意思))?$",
        )
        .ok()
    });
    [english, chinese].into_iter().flatten().find_map(|pattern| {
        let name = pattern.captures(&text)?.name("name")?.as_str().trim().to_owned();
        let singular = name.strip_suffix('s').unwrap_or(&name);
        names().get(&name).or_else(|| names().get(singular)).copied().or_else(|| Intent::parse(&name).ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_intent_has_names_in_both_languages_and_a_name_has_one_intent() {
        let raw: BTreeMap<String, Vec<String>> = toml::from_str(NAMES).unwrap();
        assert_eq!(raw.len(), Intent::ALL.len());
        let all: Vec<&String> = raw.values().flatten().collect();
        assert_eq!(names().len(), all.len(), "a name is there twice");
        for intent in Intent::ALL {
            let names = &raw[intent.name()];
            assert!(names.iter().any(|name| name.is_ascii()), "{intent}");
            assert!(names.iter().any(|name| !name.is_ascii()), "{intent}");
        }
    }

    #[test]
    fn what_a_message_was_is_read() {
        for (text, intent) in [
            ("that was a forecast", Intent::ForecastMetric),
            ("No, that was a forecast question!", Intent::ForecastMetric),
            ("that should have been topics", Intent::TopicOverview),
            ("it's about churn", Intent::ChurnRisk),
            ("that was a comparison, not a report", Intent::MetricCompare),
            ("this is a metric_explain", Intent::MetricExplain),
            ("那是预测", Intent::ForecastMetric),
            ("不对，刚才那个应该是异常检查", Intent::AnomalyCheck),
            ("这是闲聊。", Intent::OutOfScope),
        ] {
            assert_eq!(relabelled(text), Some(intent), "{text}");
        }
    }

    #[test]
    fn what_says_something_else_is_not_taken_for_it() {
        for text in [
            "",
            "that was great",
            "that was a good forecast, thanks",
            "is that a forecast?",
            "that was last month",
            "forecast revenue",
            "那是什么",
            "那是上个月的数据吗",
            "that was a forecast of revenue for the north, now show me the same for the south please",
        ] {
            assert_eq!(relabelled(text), None, "{text}");
        }
    }
}
