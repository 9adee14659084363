//! What is to be done with digests and alerts that are there, and with which.

use super::clean::clean;
use super::cuts::pattern;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Say which there are.
    List,
    /// Send one now.
    Preview,
    /// Let it wait.
    Pause,
    /// Let it go out again.
    Resume,
    /// Say it anew.
    Change,
    /// Delete it.
    Delete,
}

/// A wish about digests or alerts that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manage {
    /// What is to be done; `None` where no word says so.
    pub verb: Option<Verb>,
    /// Whether the message begins with the verb, as after a command.
    pub leads: bool,
    /// Which, by its number in the list.
    pub number: Option<usize>,
    /// Which, by its id.
    pub id: Option<String>,
    /// Whether all of them are meant.
    pub all: bool,
    /// What is said behind "to", "into" or "as": the new words of a change.
    pub new: Option<String>,
    /// What is to be added to it.
    pub added: Option<String>,
    /// What is to be taken out of it.
    pub removed: Option<String>,
    /// The words that may name one, lower case.
    pub words: Vec<String>,
}

/// Reads such a wish.
#[must_use]
pub fn manage(text: &str) -> Manage {
    let text = clean(text);
    let verb = verb(&text);
    let id = pattern!(r"(?i)\b([dac]-[0-9a-f]{4,12})\b").captures(&text).map(|found| found[1].to_lowercase());
    let number = pattern!(r"(?i)(?:#|\bno\.? ?|\bnumber |\bnr\.? ?|\bdigest |\balert |第)(\d{1,3})\b|(?:^|[^\d:.])(\d{1,3})(?:个|号)|^\W*[a-z]+ (\d{1,3})\b(?:\W*$| (?:to|into|as)\b)|^\D{0,4}?(\d{1,3})$")
        .captures(&text)
        .and_then(|found| (1..=4).find_map(|at| found.get(at)))
        .and_then(|number| number.as_str().parse().ok())
        .filter(|number| *number > 0);
    let group = |found: Option<regex::Captures<'_>>| {
        let words = found?.get(1)?.as_str().trim().to_owned();
        (!words.is_empty()).then_some(words)
    };
    let is_change = verb.is_some_and(|(verb, _)| verb == Verb::Change);
    let added = pattern!(r"(?i)\b(?:add|also include|include) (.+?) (?:to|in|into) (?:the |my )?(?:.*\b(?:digest|report|summary|update|recap)|(?:#|number )?\d+\b)|(?:加上|增加)(.+)$").captures(&text);
    let removed =
        pattern!(r"(?i)\b(?:drop|remove|take|leave|no more|without) (.+?) (?:out of|from|section in|section) ?(?:the |my )?(?:.*\b(?:digest|report|summary|update|recap)|(?:#|number )?\d+\b)").captures(&text);
    let (added, removed) = (group(added), group(removed));
    let new = pattern!(r"(?i)\b(?:to|into|as)\b:? (.+)$|(?:改成|改为|换成|移到|调整为|改到)[:：]?(.+)$|[:：](.+)$")
        .captures(&text);
    let new = new.and_then(|found| (1..=3).find_map(|at| found.get(at)).map(|words| words.as_str().trim().to_owned()));
    let verb = match verb {
        _ if added.is_some() || removed.is_some() => Some((Verb::Change, false)),
        verb => verb,
    };
    Manage {
        verb: verb.map(|(verb, _)| verb),
        leads: verb.is_some_and(|(_, leads)| leads),
        number,
        id,
        all: pattern!(r"(?i)\b(?:all|every|everything)\b|全部|所有").is_match(&text),
        new: new.filter(|words| is_change && !words.is_empty()),
        added,
        removed,
        words: words(&text),
    }
}

fn verb(text: &str) -> Option<(Verb, bool)> {
    let verbs = [
        (
            Verb::Resume,
            pattern!(
                r"(?i)\b(?:resume|re-?start|un-?pause|un-?mute|un-?snooze|re-?activate|continue|(?:turn|switch|put) .*\bback on|turn on|switch on|back on|bring back)\b|恢复|继续|重启|重新开启|取消暂停|重新打开"
            ),
        ),
        (
            Verb::Delete,
            pattern!(
                r"(?i)\b(?:delete|remove|cancel|get rid of|kill|unsubscribe|scrap|erase|drop)\b|删除|删掉|取消|移除|去掉|不要了"
            ),
        ),
        (
            Verb::Pause,
            pattern!(
                r"(?i)\b(?:pause|hold|mute|snooze|suspend|stop|turn off|switch off|silence|disable|halt)\b|\bturn .* off\b|暂停|停止|停掉|停一下|静音|关闭|先停|关掉"
            ),
        ),
        (
            Verb::Preview,
            pattern!(
                r"(?i)\b(?:preview|test|try|sample|(?:send|run|show|post) (?:\S+ ){0,4}now)\b|预览|试发|先看|现在发|立即发"
            ),
        ),
        (
            Verb::Change,
            pattern!(
                r"(?i)\b(?:change|move|reschedule|edit|update|make|set|switch|shift|rename|raise|lower|loosen|redirect|send|add|include|should)\b|改|调整|换成|移到|加上"
            ),
        ),
        (
            Verb::List,
            pattern!(r"(?i)\b(?:list|show|which|what|see|display|all|overview)\b|列出|查看|有哪些|看看|列表|哪些|什么"),
        ),
    ];
    let first = verbs.iter().find_map(|(verb, pattern)| Some((*verb, pattern.find(text)?)));
    first.map(|(verb, found)| {
        (
            verb,
            text[..found.start()].trim().chars().all(|c| !c.is_alphanumeric())
                || pattern!(r"(?i)^(?:please|pls|can you|could you|请|帮我)\W*$").is_match(&text[..found.start()]),
        )
    })
}

/// Words that name nothing.
const EMPTY: &[&str] = &[
    "the",
    "my",
    "a",
    "an",
    "all",
    "please",
    "digest",
    "digests",
    "alert",
    "alerts",
    "report",
    "reports",
    "summary",
    "list",
    "show",
    "which",
    "what",
    "do",
    "have",
    "i",
    "pause",
    "resume",
    "delete",
    "remove",
    "cancel",
    "change",
    "move",
    "send",
    "preview",
    "test",
    "now",
    "to",
    "for",
    "of",
    "on",
    "off",
    "at",
    "in",
    "with",
    "and",
    "stop",
    "turn",
    "back",
    "put",
    "hold",
    "mute",
    "until",
    "it",
    "that",
    "this",
    "one",
    "me",
    "here",
    "every",
    "each",
    "is",
    "are",
    "there",
    "set",
    "up",
    "make",
    "edit",
    "get",
    "rid",
    "no",
    "more",
    "can",
    "you",
    "again",
    "scheduled",
];

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !EMPTY.contains(word))
        .map(|word| word.trim_end_matches('s').to_owned())
        .collect();
    // Chinese names no words apart; what stands between the verbs is compared by pairs of characters.
    let han: Vec<char> = text.chars().filter(|c| crate::nlu::language::is_han(*c)).collect();
    if !han.is_empty() {
        words.retain(|word| word.is_ascii());
        words.extend(han.windows(2).map(|pair| pair.iter().collect()));
    }
    words
}
