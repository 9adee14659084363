//! Slots that are read from words: breakdowns, aspects, feelings, formats, tables, customers, and those that stay words.

use std::sync::OnceLock;

use regex::Regex;

use crate::domain::{Dimension, Intent, SlotKind, Slots};
use crate::nlu::dates::Kind;

use super::Reading;
use super::names::NameIndex;
use super::vocabulary::{free, vocabulary};

/// Words in front of a dimension that break a figure down by it.
const BY: &[&str] = &[
    "by",
    "per",
    "for_each",
    "for_every",
    "each",
    "every",
    "across",
    "split_by",
    "broken_down_by",
    "grouped_by",
    "which",
    "what",
    "among",
    "by_the",
    "all_the",
    "all",
    "in_each",
    "of_each",
    "between_the",
    "different",
    "按",
    "按照",
    "分",
    "各",
    "各个",
    "每个",
    "每",
    "哪个",
    "哪些",
    "哪一个",
    "不同",
    "哪款",
    "哪种",
    "分各",
];

/// Steps of time as one word.
const STEPS: &[(&str, Dimension)] = &[
    ("daily", Dimension::Day),
    ("day_by_day", Dimension::Day),
    ("weekly", Dimension::Week),
    ("week_by_week", Dimension::Week),
    ("monthly", Dimension::Month),
    ("month_by_month", Dimension::Month),
    ("每日", Dimension::Day),
    ("每天", Dimension::Day),
    ("逐日", Dimension::Day),
    ("按天", Dimension::Day),
    ("按日", Dimension::Day),
    ("每周", Dimension::Week),
    ("按周", Dimension::Week),
    ("逐周", Dimension::Week),
    ("每月", Dimension::Month),
    ("每个月", Dimension::Month),
    ("按月", Dimension::Month),
    ("逐月", Dimension::Month),
    ("by_weekday", Dimension::Weekday),
    ("by_day_of_week", Dimension::Weekday),
    ("by_day_of_the_week", Dimension::Weekday),
];

/// Reads what to break down by, and returns the stretches that said it.
pub(super) fn breakdowns(reading: &mut Reading<'_>, slots: &mut Slots) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let wanted = reading.wants(SlotKind::By)
        || matches!(
            reading.intent,
            Intent::MetricExplain
                | Intent::ForecastMetric
                | Intent::SentimentOverview
                | Intent::SocialMonitor
                | Intent::AnomalyCheck
                | Intent::TopicOverview
                | Intent::ShowAs
        );
    if !wanted {
        return spans;
    }
    let push = |dimension: Dimension, by: &mut Vec<Dimension>| {
        if !by.contains(&dimension) {
            by.push(dimension);
        }
    };
    let names: Vec<(usize, usize)> = reading.names.iter().map(|name| (name.start, name.end)).collect();
    let mut i = 0;
    while i < reading.w.len() {
        if !free(i, i + 1, &names) {
            i += 1;
            continue;
        }
        if let Some((end, dimension)) =
            STEPS.iter().filter_map(|(word, d)| reading.w.literal(i, word).map(|end| (end, *d))).max_by_key(|hit| hit.0)
        {
            push(dimension, &mut slots.by);
            spans.push((i, end));
            i = end;
            continue;
        }
        let lead =
            BY.iter().filter_map(|word| reading.w.literal(i, word).map(|end| (end, *word))).max_by_key(|hit| hit.0);
        if let Some((end, lead)) = lead {
            let mut at = reading.w.skip(end);
            let mut any = false;
            while let Some(hit) = vocabulary().dimensions.at(&reading.w, at).or_else(|| misspelt(reading, at)) {
                // "which day" asks for a day; "what product" for a product; "per order" is no breakdown.
                let loose = matches!(
                    lead,
                    "which" | "what" | "all" | "哪个" | "哪些" | "among" | "all_the" | "every" | "each" | "分"
                );
                let fits = !(loose && matches!(hit.value, Dimension::Customer) && !reading.wants(SlotKind::Customer))
                    && !(lead == "all" && hit.value.bucket().is_some());
                if !fits || !free(hit.start, hit.end, &names) {
                    break;
                }
                push(hit.value, &mut slots.by);
                any = true;
                at = reading.w.skip(hit.end);
                let joined = ["and_by", "and", "&", ",", "和", "与", "by", "、", "及"]
                    .iter()
                    .filter_map(|word| reading.w.literal(at, word))
                    .max();
                match joined {
                    Some(next) => at = reading.w.skip(next),
                    None => break,
                }
            }
            if any {
                spans.push((i, at));
                i = at.max(i + 1);
                continue;
            }
            i = end.max(i + 1);
            continue;
        }
        // "top 5 products", "five best channels", "卖得最好的10款".
        let word_end = reading.w.word(i);
        i = if word_end > i { word_end } else { i + 1 };
    }
    ranked(reading, slots, &mut spans);
    // "weekly" in "weekly digest" and a schedule are no steps of a figure; a date that was taken for a set is none either.
    reading.dates.retain(|date| {
        !(date.kind == Kind::Set && spans.iter().any(|span| span.0 <= date.start && date.end <= span.1))
    });
    spans
}

fn misspelt(reading: &Reading<'_>, at: usize) -> Option<super::Hit<Dimension>> {
    let end = reading.w.word(at);
    let hits = vocabulary().dimensions.find(&reading.w, &[]);
    hits.into_iter().find(|hit| hit.start == at && hit.end == end)
}

/// A ranking names what is ranked: "top 5 products".
fn ranked(reading: &Reading<'_>, slots: &mut Slots, spans: &mut Vec<(usize, usize)>) {
    static RANKED: OnceLock<Regex> = OnceLock::new();
    let pattern = RANKED.get_or_init(|| {
        Regex::new(r"\b(?:top|best|worst|bottom|leading|strongest|weakest|biggest|hottest|lowest|highest)\b[ -]*(?:\w+[ -]+){0,3}?$|(?:前|最好的|最差的|最高的|最低的|最多的|最少的|top) ?(?:[0-9一二三四五六七八九十百两]+)? ?(?:个|名|款|大|位|种)?的?$")
            .expect("the pattern is fixed and tested")
    });
    let mut at = 0;
    while at < reading.w.len() {
        let Some(hit) = vocabulary().dimensions.at(&reading.w, at) else {
            let end = reading.w.word(at);
            at = if end > at { end } else { at + 1 };
            continue;
        };
        let before = reading.before(hit.start, 30);
        if pattern.is_match(&before)
            && hit.value.bucket().is_none()
            && !slots.by.contains(&hit.value)
            && free(hit.start, hit.end, spans)
        {
            slots.by.push(hit.value);
            spans.push((hit.start, hit.end));
        }
        at = hit.end.max(at + 1);
    }
    let text = reading.w.slice(0, reading.w.len());
    let sellers = [
        "best seller",
        "bestseller",
        "best-selling",
        "bestselling",
        "best selling",
        "top seller",
        "worst seller",
        "slow seller",
        "爆款",
        "畅销",
        "热销",
        "滞销",
        "卖得最好",
        "卖得最差",
    ]
    .iter()
    .any(|word| text.contains(word));
    if sellers && slots.by.is_empty() {
        slots.by.push(Dimension::Product);
    }
}

/// Whether the word "customer" stands right before a place.
pub(super) fn customer_before(reading: &Reading<'_>, at: usize) -> bool {
    let before = reading.before(at, 16);
    let before = before.trim_end_matches(['#', ' ', ':', '№']).trim_end();
    [
        "customer",
        "client",
        "buyer",
        "shopper",
        "user",
        "customer no",
        "customer id",
        "customer number",
        "account",
        "客户",
        "顾客",
        "用户",
        "会员",
        "customers",
        "member",
    ]
    .iter()
    .any(|word| before.ends_with(word))
}

/// Customers' ids that the index did not find: "customer 12345", "C-0042".
pub(super) fn customer_ids(reading: &mut Reading<'_>, index: &NameIndex, slots: &mut Slots) {
    static ID: OnceLock<Regex> = OnceLock::new();
    if !reading.wants(SlotKind::Customer) || slots.names.contains_key(&Dimension::Customer) {
        return;
    }
    let pattern = ID.get_or_init(|| {
        Regex::new(r"(?i)(?:customer|client|buyer|shopper|user|account|member|客户|顾客|用户|会员)(?: ?(?:no\.?|id|number|nr\.?|编号))?[ #:№]*([a-z]{0,4}[-_]?[0-9]{2,12}[a-z0-9-]*)|\b([a-z]{1,4}-[0-9]{2,12})\b|(?:^|\s)#([0-9]{3,12})\b|\b([0-9]{4,12})\b")
            .expect("the pattern is fixed and tested")
    });
    let found = pattern.captures(reading.text).and_then(|found| (1..=4).find_map(|group| found.get(group)));
    let Some(id) = found else { return };
    let start = reading.w.bytes.partition_point(|byte| *byte < id.start());
    let end = reading.w.bytes.partition_point(|byte| *byte < id.end());
    let bare = id.as_str().bytes().all(|b| b.is_ascii_digit()) && !customer_before(reading, start);
    let year = id.as_str().len() == 4 && reading.dates.iter().any(|date| date.start <= start && end <= date.end);
    if bare && (year || index.knows(Dimension::Customer) && index.exact(Dimension::Customer, id.as_str()).is_none()) {
        return;
    }
    match index.exact(Dimension::Customer, id.as_str()) {
        Some(name) => slots.names.entry(Dimension::Customer).or_default().push(name.to_owned()),
        None if index.knows(Dimension::Customer) => {
            slots.words.insert(SlotKind::Customer, id.as_str().to_owned());
        }
        None => slots.names.entry(Dimension::Customer).or_default().push(id.as_str().to_owned()),
    }
    reading.taken.push((start, end));
    let span = (start, end);
    reading.dates.retain(|date| date.end <= span.0 || span.1 <= date.start);
    reading.amounts.retain(|amount| amount.end <= span.0 || span.1 <= amount.start);
}

/// Quoted words, which are content and name nothing.
pub(super) fn quotes(reading: &Reading<'_>) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut open: Option<usize> = None;
    for i in 0..reading.w.len() {
        match (reading.w.at(i), open) {
            ('"' | '“' | '”' | '「' | '」', Some(start)) => {
                all.push((start, i + 1));
                open = None;
            }
            ('"' | '“' | '「', None) => open = Some(i),
            _ => {}
        }
    }
    if matches!(reading.intent, Intent::CampaignCreate) { all } else { Vec::new() }
}

/// Patterns of slots that stay words; the first group is the value.
const PATTERNS: &[(SlotKind, &str)] = &[
    (SlotKind::Destination, r"(?i)(?:\b(?:to|in|into|at)|到|发到|发送到|推送到|去)\s*(#[\w\-]+|@[\w\-]+)"),
    (
        SlotKind::Destination,
        r"(?i)\b(?:to|in|into)\s+(?:the\s+|our\s+)?([\w\-]+(?:\s+[\w\-]+)?)\s+(?:channel|room|chat|group)\b",
    ),
    (SlotKind::Destination, r"(?i)\b(?:dm|message|mail|e-?mail|send it to|tell)\s+(me)\b"),
    (SlotKind::Destination, r"(?:发到|发给|推送到|发送到)([^,，。\s]{1,12}?)(?:频道|群|$|[,，。])"),
    (
        SlotKind::Segment,
        r"(?i)\b((?:gold|silver|platinum|vip|loyal|at[- ]risk|lapsed|inactive|dormant|returning|repeat|high[- ]value|low[- ]value|wholesale|retail|big spending|first[- ]time|champion|newsletter|subscribed|b2b|business)\s+(?:customers?|members?|buyers?|shoppers?|clients?|accounts?|subscribers?|segment)|vips?|champions|loyalists|lapsed|at-risk|wholesalers?|subscribers)\b",
    ),
    (SlotKind::Segment, r"(?i)\bsegment\s+[“'‘]?([\w\- ]{2,24}?)[”'’]?(?:$|[,.?!]|\s(?:in|for|by|to|and|with))"),
    (
        SlotKind::Segment,
        r"((?:高价值|低价值|流失|沉睡|忠诚|活跃|新|老|批发|金卡|银卡|重要|潜在|VIP|vip)(?:客户|会员|顾客|用户|买家))",
    ),
    (
        SlotKind::Method,
        r"(?i)\b(rfm|k-?means|clusters?|clustering|value tiers?|lifecycle|quantiles?|deciles?)\b|(聚类|分层|分群)",
    ),
    (
        SlotKind::Segments,
        r"(?i)\b(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\s+(?:groups?|segments?|clusters?|buckets?|tiers?)\b",
    ),
    (SlotKind::Segments, r"([\d一二两三四五六七八九十]+)\s*(?:个?群|组|类|层|个分群|个细分)"),
    (
        SlotKind::Recency,
        r"(?i)((?:haven'?t|have not|not|no|without)\s+(?:bought|ordered|purchased|orders?|purchases?|shopped)[^,.?!]{0,12}?(?:in|for|since|within)\s+[^,.?!]{2,24}|(?:bought|ordered|purchased|active)\s+(?:in|within|during)\s+(?:the\s+)?(?:last|past)\s+[^,.?!]{2,16}|last (?:order|purchase) (?:over|more than|before)[^,.?!]{2,24})",
    ),
    (
        SlotKind::Recency,
        r"((?:近|最近|过去|超过)?[\d一二两三四五六七八九十百]+(?:天|周|个月|年)(?:内)?(?:没有?|未|没)(?:下单|购买|买|消费|来)[过]?)",
    ),
    (
        SlotKind::Spend,
        r"(?i)((?:spent|spend|spending|worth|paid)\s+(?:over|above|more than|at least|under|less than)\s+[^\s,.?!]+(?:\s?(?:euros?|dollars?|pounds?|k))?)",
    ),
    (
        SlotKind::Spend,
        r"((?:消费|花费|花了|累计)(?:超过|大于|满|低于|不到|少于)[\d\.一二两三四五六七八九十百千万]+(?:元|块)?(?:以上)?)",
    ),
    (
        SlotKind::ExcludeOwned,
        r"(?i)((?:(?:has|have|had|does|do|did)(?:n'?t| not)?\s+(?:not\s+)?(?:already\s+|yet\s+)?(?:own|owns|owned|bought|buy|have|purchased)(?:\s+(?:already|yet|before))?)|not (?:already )?(?:owned|bought|purchased)|(?:except|excluding|without|exclude|leave out|skip)\s+(?:what|those|things|products|anything|items)[^,.?!]{0,24}(?:own|bought|has|have|owned|purchased)|nothing (?:he|she|they) (?:already )?(?:owns?|has|have|bought)|new to (?:them|him|her)|没买过|未购买过?|没有买过|排除已购买?|不含已购|除了已经?买)",
    ),
    (
        SlotKind::Trigger,
        r#"(?i)\b((?:when|whenever|after|if|once|upon)\s+(?:someone|somebody|a customer|customers|they|people|he|she|a cart|the cart|an order|signup|sign-up|purchase|cart|first)[^,.?!:"“]{0,48})"#,
    ),
    (SlotKind::Trigger, r"((?:注册|下单|加购|弃购|生日|首购|退货|支付|放弃购物车|签收)(?:之后|后|时|当天))"),
    (SlotKind::Content, r#"[“"「『]([^”"」』]{2,200})[”"」』]"#),
    (SlotKind::Content, r"(?i)\b(\w+)\s+(?:digest|summary|round-?up)\b"),
    (
        SlotKind::Content,
        r"(?i)\b(?:digest|report|summary|update|brief|overview)\s+(?:of|on|about|with|covering)\s+(.{3,80}?)(?:\s+(?:every|each|to|at|on|daily|weekly|monthly)\b|[.?!]|$)",
    ),
    (SlotKind::Digest, r"(?i)(?:digest|report)\s*#?\s*(\d{1,6})\b|\b(?:the\s+)?([\w\-]+)\s+(?:digest|briefing)\b"),
    (SlotKind::Alert, r"(?i)(?:alert|watch)\s*#?\s*(\d{1,6})\b|\b(?:the\s+)?([\w\-]+)\s+(?:alert|alarm|watch)\b"),
    (
        SlotKind::Order,
        r"(?i)(?:order|parcel|package|订单号?|单号)(?:\s*(?:no\.?|number|id|nr\.?|编号))?[\s#:：]*([a-z]{0,4}-?\d{3,14})\b",
    ),
    (SlotKind::Order, r"(?i)#([a-z]{0,4}-?\d{3,14})\b|\b([a-z]{2,4}-\d{3,12})\b|\b(\d{5,14})\b"),
    (
        SlotKind::Brand,
        r"\b(?:about|of|for|mention(?:s|ed)?|on|around|brand)\s+([A-Z][\w&'’\-]+(?:\s+[A-Z][\w&'’\-]+){0,2})",
    ),
    (
        SlotKind::Topic,
        r"(?i)\b(?:about|regarding|concerning|with|re)\s+(?:my\s+|the\s+|an?\s+)?([\w\- ]{3,40}?)(?:[.?!,]|$)",
    ),
    (
        SlotKind::Topic,
        r"(?i)\b(promotions?|newsletters?|offers?|coffee|tea|marketing|sms|texts?|emails?|discounts?|new products?)\b",
    ),
    (SlotKind::Topic, r"(促销|优惠|新品|活动|短信|邮件|推送|咖啡|茶)"),
    (
        SlotKind::Placement,
        r"(?i)\b((?:home ?page|checkout|sidebar|banner|feed|search|story|stories|header|footer|newsletter|product page)(?:\s+(?:banner|placement|slot|ad))?)\b",
    ),
    (SlotKind::Device, r"(?i)\b(mobile|desktop|tablet|phones?|ios|android)\b|(手机|电脑|平板|移动端)"),
    (SlotKind::Variant, r"(?i)\b((?:variant|version|creative|arm)\s+[a-z0-9]{1,6})\b"),
    (SlotKind::Campaign, r"(?i)\bcampaign\s*#?\s*(\d{1,6})\b"),
];

fn patterns() -> &'static Vec<(SlotKind, Regex)> {
    static COMPILED: OnceLock<Vec<(SlotKind, Regex)>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        PATTERNS
            .iter()
            .map(|(kind, pattern)| (*kind, Regex::new(pattern).expect("the patterns are fixed and tested")))
            .collect()
    })
}

/// Reads the slots of words.
pub(super) fn read(reading: &mut Reading<'_>, slots: &mut Slots) {
    let words = vocabulary();
    let names: Vec<(usize, usize)> = reading.names.iter().map(|name| (name.start, name.end)).collect();
    if reading.wants(SlotKind::Aspect) {
        slots.aspect = words.aspects.find(&reading.w, &names).first().map(|hit| hit.value);
    }
    if reading.wants(SlotKind::Sentiment) {
        slots.sentiment = words.sentiments.find(&reading.w, &names).first().map(|hit| hit.value);
    }
    if reading.wants(SlotKind::Format) || format_asked(reading) {
        let hits = words.formats.find(&reading.w, &names);
        slots.format = hits.iter().find(|hit| hit.exact).or(hits.first()).map(|hit| hit.value);
    }
    if reading.wants(SlotKind::Table) {
        slots.table = words.tables.find(&reading.w, &names).first().map(|hit| hit.value);
    }
    if reading.wants(SlotKind::Schedule)
        && let Some(set) = reading.dates.iter().find(|date| date.kind == Kind::Set)
    {
        // "every Monday at 9" is said in one breath; "weekly, on Mondays at 8" in two.
        let later = reading
            .dates
            .iter()
            .filter(|date| date.start >= set.start && date.start <= set.end + 6 && date.kind != Kind::Duration)
            .map(|date| date.end)
            .max();
        let schedule = reading.original(set.start, later.unwrap_or(set.end));
        slots.words.insert(SlotKind::Schedule, schedule);
    }
    if reading.wants(SlotKind::Delay)
        && let Some(delay) = reading.dates.iter().find(|date| date.kind == Kind::Duration || date.rolling)
    {
        slots.words.insert(SlotKind::Delay, delay.text.clone());
    }
    for (kind, pattern) in patterns() {
        if !reading.wants(*kind) || slots.words.contains_key(kind) {
            continue;
        }
        // A name of the company's own is kept as a name, not as words.
        let named = match kind {
            SlotKind::Placement => slots.names.contains_key(&Dimension::Placement),
            SlotKind::Device => slots.names.contains_key(&Dimension::Device),
            SlotKind::Variant => slots.names.contains_key(&Dimension::Variant),
            SlotKind::Campaign => slots.names.contains_key(&Dimension::Campaign),
            SlotKind::Digest => reading.intent != Intent::DigestManage,
            SlotKind::Alert => reading.intent != Intent::AlertManage,
            SlotKind::Brand => slots.names.contains_key(&Dimension::Product),
            _ => false,
        };
        if named {
            continue;
        }
        if let Some(found) =
            pattern.captures(reading.text).and_then(|all| (1..all.len()).find_map(|group| all.get(group)))
        {
            let value = found.as_str().trim();
            let start = reading.w.bytes.partition_point(|byte| *byte < found.start());
            if matches!(kind, SlotKind::Placement | SlotKind::Topic) && !free(start, start + 1, &names) {
                continue;
            }
            if !value.is_empty() {
                slots.words.insert(*kind, value.to_owned());
            }
        }
    }
}

/// Any question may ask for its answer as a file or chart, in so many words.
fn format_asked(reading: &Reading<'_>) -> bool {
    static ASKED: OnceLock<Regex> = OnceLock::new();
    let pattern = ASKED.get_or_init(|| {
        Regex::new(r"\b(?:as|in|into) (?:an? )?(?:bar |line |pie )?(?:chart|graph|plot|table|csv|excel|spreadsheet|json|file)\b|\b(?:chart|plot|graph) (?:of|the|it)\b|导出|画(?:成|个|张)?图|(?:柱状|折线|饼)图|用表格|做成表")
            .expect("the pattern is fixed and tested")
    });
    pattern.is_match(&reading.w.slice(0, reading.w.len()))
}
