//! What a digest is to say: questions as they were written, and whether what is unusual is wanted.

use super::cuts::pattern;

/// Whether words ask for what is unusual and for nothing besides.
#[must_use]
pub fn unusual(text: &str) -> bool {
    let english = pattern!(
        r"(?i)^(?:(?:and|plus|with|any|anything|something|what(?:'s| is| was| looks)?|all|the|of|else) )*(?:anomal(?:y|ies)|unusual|odd|strange|outliers?|oddities|surprises|out of the ordinary)(?: (?:things?|stuff|figures|days?|findings|changes|check))*$"
    );
    let chinese = pattern!(
        r"^(?:和|以及|还有|及|任何|有没有|有什么|所有|的)*(?:异常|反常|不寻常|异动|不正常)(?:情况|的?地方|数据|指标|值|检测|波动|点)?$"
    );
    let text = text.trim_matches(|c: char| c.is_whitespace() || ".,;!?。，；！？".contains(c));
    english.is_match(text) || chinese.is_match(text)
}

/// The questions of a text out of which when and where to were cut.
pub(super) fn questions(rest: &str) -> (Vec<String>, bool) {
    let mut questions: Vec<String> = Vec::new();
    let mut is_unusual = false;
    for piece in split(body(rest)) {
        if unusual(&piece) {
            is_unusual = true;
        } else if !questions.contains(&piece) {
            questions.push(piece);
        }
    }
    (questions, is_unusual)
}

/// What stands behind "a digest with", or what is left without the words that ask for one.
fn body(rest: &str) -> &str {
    let named = pattern!(
        r"(?i)^[^,;:]*?\b(?:digests?|reports?|summar(?:y|ies)|updates?|recap|round-?up|overview|wrap[- ]?up|brief(?:ing)?|rundown)\b\s*(?:(?:[:,-]|\b(?:with|about|of|on|for|containing|including|covering|showing|that (?:shows|has|contains|covers))\b)\s*)+(.+)$"
    );
    let named_chinese = pattern!(
        r"^.*?(?:摘要|报告|日报|周报|月报|简报|汇总)[,:，：]?(?:包含|包括|含有?|内容[是为]?|关于|要有|有)?[:：]?(.+)$"
    );
    let marked_chinese = pattern!(r"^.*?(?:包含|包括|内容[是为]|关于)[:：]?(.+)$");
    for marked in [named, named_chinese, marked_chinese] {
        if let Some(content) = marked.captures(rest).and_then(|found| found.get(1)) {
            let content = trimmed(content.as_str());
            if !content.is_empty() {
                return content;
            }
        }
    }
    trimmed(rest)
}

/// The words without those that only ask for something to be sent.
fn trimmed(text: &str) -> &str {
    let leading = pattern!(
        r"(?i)^(?:[\s,;:.!?-]+|(?:please|pls|can|could|would|will|you|i|i'd|want|like|need|to|send|post|give|show|tell|drop|put|share|push|deliver|dm|get|us|me|the team|team|set up|setup|create|make|add|schedule|subscribe|start|new (?:digest|report|summary|update|recap)|a|an|the|weekly|daily|monthly|quarterly|fortnightly|regular|recurring|scheduled|digest|report|summary|update|recap|overview|and|then|with|of|about|containing|including|on|for|at|in)\b|(?:请|帮我|麻烦|给我|给我们|我想要|我要|想要|发送|推送|发布|发|来|一份|一个|一封|定时|定期|新建|创建|设置|设一个|做一个|的|把|在|向|我|看)+)"
    );
    let trailing = pattern!(
        r"(?i)(?:[\s,;:.!?-]+|\b(?:please|pls|thanks|thank you|digest|reports?|summary|update|recap|overview|round-?up|wrap[- ]?up|at|on|in|to|and)|的?(?:摘要|报告|日报|周报|月报|简报|汇总)|给我|发过来|过来|发送|推送|吧|的|[，。、；])$"
    );
    let mut text = text.trim();
    while let Some(found) = leading.find(text) {
        text = text[found.end()..].trim_start();
    }
    while let Some(found) = trailing.find(text) {
        text = text[..found.start()].trim_end();
    }
    text
}

/// The parts of a list. "and" parts a list that has commas, and what is unusual from the rest; "revenue and orders by
/// channel" stays one question.
fn split(text: &str) -> Vec<String> {
    let has_commas = text.contains([',', ';', '、', '，', '；']);
    let and = pattern!(r"(?i)(?:^|\s+)(?:and|plus|as well as|&|\+)\s+|以及|还有|和|及");
    let mut parts = Vec::new();
    for part in text.split([',', ';', '、', '，', '；']) {
        let mut from = 0;
        for found in and.find_iter(part) {
            let (left, right) = (&part[from..found.start()], &part[found.end()..]);
            let next_end = and.find(right).map_or(right.len(), |next| next.start());
            let leads = left.trim().is_empty();
            if (leads && has_commas) || unusual(left) || unusual(&right[..next_end]) {
                parts.push(left.to_owned());
                from = found.end();
            }
        }
        parts.push(part[from..].to_owned());
    }
    parts.iter().map(|part| trimmed(part).to_owned()).filter(|part| !part.is_empty()).collect()
}
