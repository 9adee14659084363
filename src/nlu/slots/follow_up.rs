//! Whether a message continues or corrects the turn before. Careful: where in doubt it does neither.

use std::sync::OnceLock;

use regex::Regex;

use crate::domain::Language;
use crate::nlu::dates::{Kind, Written};
use crate::nlu::language::is_han;

use super::vocabulary::vocabulary;

fn pattern(cell: &'static OnceLock<Regex>, pattern: &str) -> &'static Regex {
    cell.get_or_init(|| Regex::new(pattern).expect("the pattern is fixed and tested"))
}

fn plain(text: &str) -> String {
    let w = Written::new(text, 400);
    w.slice(0, w.len()).trim().trim_end_matches(['?', '!', '.', ' ']).to_owned()
}

/// Whether a message goes on from the turn before and replaces a part of it: "and for the north?", "那线上渠道呢？", "same
/// for decaf", or nothing but a period or a way to break down.
#[must_use]
pub fn is_follow_up(text: &str, language: Language) -> bool {
    static ENGLISH: OnceLock<Regex> = OnceLock::new();
    static VERB: OnceLock<Regex> = OnceLock::new();
    static CHINESE: OnceLock<Regex> = OnceLock::new();
    let text = plain(text);
    if text.is_empty() || text.chars().count() > 60 || is_correction(&text) {
        return false;
    }
    let english = pattern(
        &ENGLISH,
        r"^(?:and|ok and|okay and|so|now|then|also)?,?\s*(?:(?:what|how) about|what of|same (?:thing |again |question )?(?:for|but|by|with|in|as)|the same (?:for|but|by|in|with)|and (?:for|in|on|by|the|with|from|what|last|this|next|without|only|if|per|at|just)\b|and\s+\S+(?:\s+\S+){0,3}$|now (?:for|by|in|the|per|only|with)\b|only (?:for|in|the|on)\b|just (?:for|in|the|on)\b|but (?:for|in|only|by|without)\b|instead (?:for|by|in)\b|broken down by|split (?:it|that|this) by|by \w+(?: \w+)?$|per \w+$|(?:compared|compare) (?:it |that )?(?:to|with)\b|vs\.? |versus |against |in (?:units|orders|revenue|margin|euros?)$|(?:the )?same (?:days?|week|month|quarter|period|time)\b|(?:the )?(?:day|week|month|quarter|year) before(?: that)?$|(?:excluding|except|without) |only \S+|\S+ instead$|for (?:the )?\S+(?: \S+){0,3} (?:too|as well|instead)$)",
    );
    // A clause with a verb of its own is a question of its own.
    let verb = pattern(
        &VERB,
        r"\b(?:show|tell|give|list|find|send|create|forecast|predict|compare|explain|recommend|export|delete|stop|is|are|was|were|do|does|did|will|can|could|should|would|have|has|remind|alert|upload|import|thanks|thank|bye|hello|hi)\b",
    );
    let chinese = pattern(
        &CHINESE,
        r"^(?:那|那么|再看|再看看|换成|改成|还有|以及|同样|一样|另外)?.{0,16}呢$|^(?:那|那么)(?:按|分|看|从|在|对|去年|上|今|本|近|下)?.{1,12}(?:呢|的呢|怎么样|如何)$|^(?:换成|改成|改看|换).{1,12}$|^(?:按|分)(?:照)?.{1,6}(?:看|分|拆分|呢|拆)?$|^(?:同样|一样)(?:的)?(?:问题)?.{0,12}$|^只(?:看|要).{1,12}$",
    );
    match language {
        Language::English => (english.is_match(&text) && !starts_whole(&text, verb)) || only_slots(&text),
        Language::Chinese => {
            let asks_again = ["什么", "为什么", "怎么办", "多少", "哪", "你好", "谁", "推荐", "预测"]
                .iter()
                .any(|word| text.contains(word));
            chinese.is_match(&text)
                && (!asks_again || text.ends_with('呢'))
                && !["你呢", "我呢", "人呢", "在干嘛呢", "客服呢", "订单呢"].contains(&text.as_str())
                || english.is_match(&text) && !verb.is_match(&text)
                || only_slots(&text)
        }
    }
}

/// Whether what follows the first words is a clause: "and what is the forecast for may".
fn starts_whole(text: &str, verb: &Regex) -> bool {
    let about = text.contains("what about") || text.contains("how about");
    if about { text.split_whitespace().count() > 9 } else { verb.is_match(text) }
}

/// Nothing but periods and ways to break down: "last month", "by region", "2024".
fn only_slots(text: &str) -> bool {
    let now = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
    let context = crate::nlu::dates::DateContext {
        now: &now,
        week_start: jiff::civil::Weekday::Monday,
        lean: crate::nlu::dates::Lean::Past,
        order: crate::nlu::dates::DateOrder::DayFirst,
    };
    let found = crate::nlu::dates::find(text, &context);
    let Some(date) = found.first() else {
        let w = Written::new(text, 60);
        let by = w.literal(0, "by").or_else(|| w.literal(0, "per"));
        return by.and_then(|end| vocabulary().dimensions.at(&w, w.skip(end))).is_some_and(|hit| hit.end == w.len());
    };
    let rest: String =
        text.chars().enumerate().filter(|(at, _)| *at < date.start || *at >= date.end).map(|(_, c)| c).collect();
    let rest = rest.trim();
    let filler = [
        "", "for", "in", "and", "the", "for the", "in the", "and for", "and in", "on", "and the", "just", "only",
        "during", "呢", "的", "那", "的呢",
    ];
    matches!(date.kind, Kind::Date | Kind::DateRange)
        && filler.contains(&rest)
        && (text.chars().any(is_han) || text.split_whitespace().count() <= 6)
}

/// Whether a message corrects the turn before: "no, I meant margin", "not revenue, margin", "不是，我要看毛利".
#[must_use]
pub fn is_correction(text: &str) -> bool {
    static ENGLISH: OnceLock<Regex> = OnceLock::new();
    static CHINESE: OnceLock<Regex> = OnceLock::new();
    let text = plain(text);
    if text.chars().count() > 80 {
        return false;
    }
    let english = pattern(
        &ENGLISH,
        r"^(?:(?:no|nope|nah|sorry|oops|wait|wrong|actually|hmm|argh|well|uh)[,.! ]+)+(?:no[, ]+)?(?:i|we) (?:meant?|mean|wanted|want|was asking|asked)\b|^(?:i|we) (?:meant|actually meant|really meant|actually wanted|said)\b|^not (?:the )?\S+(?: \S+){0,2}[,;:]\s*(?:but |the |rather )?\S+(?: \S+){0,3}$|^not (?:the )?\S+(?: \S+)? but (?:the )?\S+(?: \S+){0,3}$|^(?:no|nope|sorry|wait|actually|oops)[,.! ]+(?:the |for |by |in |only |make (?:it|that) |use |margin|revenue|orders?|units|last |this |next )\S*(?: \S+){0,4}$|^(?:that's|that is|thats) (?:wrong|not (?:what|it|right))[,.! ]+.+|^(?:make|change) (?:it|that) (?:to )?\S+(?: \S+){0,3}(?: instead)?$|\S+ (?:instead of|rather than) \S+$|^(?:wrong|different) (?:product|region|period|month|year|channel|metric)\b|^i didn'?t mean\b",
    );
    let chinese = pattern(
        &CHINESE,
        r"^(?:不是|不对|错了|不|哦不|搞错了|说错了|弄错了)[,.!， ]+.{1,24}|^我(?:是说|说的是|指的是|的意思是|要的是|要看的是|想看的是|问的是).{1,24}|^不是.{1,10}[,.，是](?:是|而是|要|我要|我说).{1,12}|^(?:应该|应当)是.{1,16}$|^不要.{1,10}[,，]要.{1,12}$",
    );
    let polite = [
        "no thanks",
        "no thank you",
        "not now",
        "no problem",
        "no worries",
        "no need",
        "no, thanks",
        "no more",
        "不用",
        "不用了",
        "不客气",
        "不, 谢谢",
        "不,谢谢",
    ];
    if polite.iter().any(|phrase| text.starts_with(phrase)) {
        return false;
    }
    english.is_match(&text) || chinese.is_match(&text)
}
