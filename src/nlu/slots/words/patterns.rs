//! Slots that stay words, by pattern.

use super::*;

/// Patterns of slots that stay words; the first group is the value.
pub(crate) const PATTERNS: &[(SlotKind, &str)] = &[
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

pub(crate) fn patterns() -> &'static Vec<(SlotKind, Regex)> {
    static COMPILED: OnceLock<Vec<(SlotKind, Regex)>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        PATTERNS
            .iter()
            .map(|(kind, pattern)| (*kind, Regex::new(pattern).expect("the patterns are fixed and tested")))
            .collect()
    })
}
