//! Corners of the two markups, and texts made by chance. The documented examples go through the client, in `tests/`.
//!
//! What is expected here was read off the grammar of MessageEntity.cpp and its tests in tdlib/td.

use super::entity::{EntityKind, FormattedText};
use super::{Source, compose, html, markdown};

fn shape(parsed: &FormattedText) -> Vec<(EntityKind, usize, usize)> {
    parsed.entities.iter().map(|entity| (entity.kind.clone(), entity.offset, entity.length)).collect()
}

#[track_caller]
fn markdown(source: &str, text: &str, expected: &[(EntityKind, usize, usize)]) {
    let parsed = markdown::parse(source).unwrap_or_else(|why| panic!("{source:?}: {why}"));
    assert_eq!(parsed.text, text, "{source:?}");
    assert_eq!(shape(&parsed), expected, "{source:?}");
}

#[track_caller]
fn html(source: &str, text: &str, expected: &[(EntityKind, usize, usize)]) {
    let parsed = html::parse(source).unwrap_or_else(|why| panic!("{source:?}: {why}"));
    assert_eq!(parsed.text, text, "{source:?}");
    assert_eq!(shape(&parsed), expected, "{source:?}");
}

#[test]
fn fences_and_their_languages() {
    let pre = |language: &str| EntityKind::Pre(Some(language.to_owned()));
    markdown("é ```sql\nx```", "é x", &[(pre("sql"), 2, 1)]);
    markdown("é ```sql\r\nx```", "é x", &[(pre("sql"), 2, 1)]);
    markdown("é ```sql\n\nx```", "é \nx", &[(pre("sql"), 2, 2)]);
    markdown("```sql x```", " x", &[(pre("sql"), 0, 2)]);
    markdown("```x```", "x", &[(EntityKind::Pre(None), 0, 1)]);
    markdown("a``````", "a", &[]);
    markdown("`a*b_c`", "a*b_c", &[(EntityKind::Code, 0, 5)]);
}

#[test]
fn empty_marks_vanish() {
    for source in ["a**", "a``", "a____"] {
        markdown(source, "a", &[]);
    }
    markdown("[](example.com)", "", &[]);
    markdown("[x](nowhere)", "x", &[]);
}

#[test]
fn addresses_are_completed() {
    let link = |url: &str| EntityKind::TextLink(url.to_owned());
    markdown("[x](example.com)", "x", &[(link("http://example.com/"), 0, 1)]);
    markdown("[x](https://example.com?a=1)", "x", &[(link("https://example.com/?a=1"), 0, 1)]);
    markdown("[example\\.com]", "example.com", &[(link("http://example.com/"), 0, 11)]);
    markdown("[x](tg://user?id=42)", "x", &[(EntityKind::TextMention(super::super::UserId(42)), 0, 1)]);
}

#[test]
fn quotations() {
    markdown(">a", "a", &[(EntityKind::Blockquote, 0, 1)]);
    markdown("x\n>a\n>b\ny", "x\na\nb\ny", &[(EntityKind::Blockquote, 2, 4)]);
    let inner = [(EntityKind::Blockquote, 0, 4), (EntityKind::Bold, 0, 3)];
    markdown(">*a\n>b*\nc", "a\nb\nc", &inner);
    let outer = [(EntityKind::Bold, 0, 7), (EntityKind::Blockquote, 2, 4)];
    markdown("*x\n>a\n>b\ny*", "x\na\nb\ny", &outer);
    markdown("**>a\n>b||", "a\nb", &[(EntityKind::ExpandableBlockquote, 0, 3)]);
}

#[test]
fn html_corners() {
    let pre = |language: &str| EntityKind::Pre(Some(language.to_owned()));
    html("<CODE class=language-c><pre>x</pre></code>", "x", &[(pre("c"), 0, 1)]);
    html("<pre><code class=\"language-c\">x</code></pre>", "x", &[(pre("c"), 0, 1)]);
    html("<code class=\"language-c\">x</code>", "x", &[(EntityKind::Code, 0, 1)]);
    html("<blockquote expandable>x</blockquote>", "x", &[(EntityKind::ExpandableBlockquote, 0, 1)]);
    html("&lt;&gt;&amp;&quot;&nbsp;&#65;&#x42;&copy", "<>&\"&nbsp;AB&copy", &[]);
    html("<b></b>x<i >y</i >", "xy", &[(EntityKind::Italic, 1, 1)]);
    let link = EntityKind::TextLink("http://example.com/?a&b".to_owned());
    html("<a href='example.com?a&amp;b'>x</a>", "x", &[(link, 0, 1)]);
}

#[test]
fn styles_part_around_code_and_blank_ends_are_cut() {
    let text = "  <b>a <code>b</code> c</b>\r\n ";
    let clean = compose(Source { text, mode: "HTML", entities: None }).unwrap_or_else(|why| panic!("{why:?}"));
    assert_eq!(clean.text, "a b c");
    assert_eq!(shape(&clean), [(EntityKind::Bold, 0, 2), (EntityKind::Code, 2, 1), (EntityKind::Bold, 3, 2)]);
}

#[test]
fn no_text_breaks_the_parsers() {
    let pieces = [
        "<b>",
        "</b>",
        "<",
        ">",
        "</",
        "<a href=\"",
        "\">",
        "&lt",
        "&#",
        "&#x1F600;",
        "*",
        "_",
        "__",
        "~",
        "||",
        "`",
        "```",
        "[",
        "](",
        ")",
        "![",
        "\\",
        "\n>",
        ">",
        "**>",
        "!",
        ".",
        "é",
        "😀",
        "\u{0}",
        "\r\n",
        " ",
        "x",
        "@abc",
        "/go",
        "#1a",
        "http://é",
        "a@b.co",
    ];
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            // Marsaglia's xorshift64 (2003).
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            text.push_str(pieces[(seed % pieces.len() as u64) as usize]);
        }
        for mode in ["HTML", "MarkdownV2", ""] {
            let Ok(clean) = compose(Source { text: &text, mode, entities: None }) else { continue };
            let units = clean.text.encode_utf16().count();
            for entity in &clean.entities {
                assert!(entity.length > 0 && entity.offset + entity.length <= units, "{mode} {text:?} {clean:?}");
                assert!(!clean.part(entity).contains('\u{fffd}'), "{mode} {text:?} {clean:?}");
            }
        }
    }
}
