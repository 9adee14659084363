//! What one post says: topic and kind become sentences. When it is written and by whom is not here.

use rand::Rng;
use rand::seq::SliceRandom;

use super::grammar::{Fill, Grammar, PostKind, expand, fitting};
use super::voice::{Author, SOURCES, capitalised, compose};
use crate::demo::chance::{Chance, happens, one, text};

/// What a post is to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brief {
    pub(super) topic: usize,
    pub(super) kind: PostKind,
}

/// Writes a post in English.
pub(super) fn english(
    chance: &mut Chance,
    grammar: &Grammar,
    author: &Author,
    brief: Brief,
    fill: &Fill<'_>,
) -> String {
    let general = &grammar.general;
    let source = SOURCES[author.source];
    let topic = &grammar.topics[brief.topic];
    // How talkative: the chance of each optional part, and the most pieces about the topic.
    let (talk, most) = match source {
        "x" => (0.18, 1),
        "instagram" => (0.28, 2),
        "reddit" => (0.62, 3),
        "email" => (0.55, 3),
        _ => (0.36, 3),
    };
    let mut draft = Draft { chance, fill, sentences: Vec::new() };
    if source == "email" {
        draft.say(&["Hello,", "Dear Fernhill team,", "Hi,", "Good morning,", "Dear {who},"]);
    } else if draft.happens(talk + 0.1) {
        draft.say(match brief.kind {
            PostKind::Positive => &general.openings_positive,
            PostKind::Negative => &general.openings_negative,
            PostKind::Mixed => &general.openings_mixed,
            PostKind::Neutral => &general.openings_neutral,
            PostKind::Question => &general.openings_question,
            PostKind::Sarcasm => &general.contexts,
        });
    }
    if draft.happens(talk) {
        draft.say(&general.contexts);
    }
    draft.main(grammar, brief, most);
    let agrees = matches!(brief.kind, PostKind::Positive | PostKind::Negative);
    if agrees && draft.happens(talk * 0.6) {
        let other = another(draft.chance, grammar);
        draft.linked(&general.links_and, pieces(&grammar.topics[other], brief.kind));
    }
    if topic.aspect == "quality" && draft.happens(talk * 0.5) {
        draft.say(&general.comparisons);
    }
    if draft.happens(talk) {
        draft.say(match brief.kind {
            PostKind::Positive => &general.closings_positive,
            PostKind::Negative => &general.closings_negative,
            PostKind::Mixed | PostKind::Neutral | PostKind::Sarcasm => &general.closings_neutral,
            PostKind::Question => &general.closings_question,
        });
    }
    if source == "email" {
        draft.say(&["Regards, {who}", "Best wishes, {who}", "Thanks, {who}", "{who}", "Kind regards"]);
    }
    let mut sentences = draft.sentences;
    sentences.retain(|sentence| !sentence.is_empty());
    // Long posts stay within what people type.
    while sentences.iter().map(|sentence| sentence.split_whitespace().count()).sum::<usize>() > 80 {
        sentences.remove(sentences.len() / 2);
    }
    compose(chance, general, author, brief.kind, &sentences)
}

/// A post while it is put together.
struct Draft<'a> {
    chance: &'a mut Chance,
    fill: &'a Fill<'a>,
    sentences: Vec<String>,
}

impl Draft<'_> {
    fn happens(&mut self, probability: f64) -> bool {
        happens(self.chance, probability)
    }

    /// One piece of a list.
    fn say<T: AsRef<str>>(&mut self, of: &[T]) {
        let piece = self.piece(of);
        self.sentences.push(expand(self.chance, piece, self.fill));
    }

    /// A piece that suits the product, or nothing where none does.
    fn piece<'b, T: AsRef<str>>(&mut self, of: &'b [T]) -> &'b str {
        fitting(of, self.fill).choose(self.chance).copied().unwrap_or("")
    }

    /// One piece of a list after a linking word.
    fn linked(&mut self, links: &[String], of: &[String]) {
        let link = text(self.chance, links);
        let piece = self.piece(of);
        let piece = expand(self.chance, piece, self.fill);
        self.sentences.push(format!("{link} {piece}"));
    }

    /// What the post is about.
    fn main(&mut self, grammar: &Grammar, brief: Brief, most: usize) {
        let general = &grammar.general;
        let topic = &grammar.topics[brief.topic];
        match brief.kind {
            PostKind::Mixed => {
                self.say(pieces(topic, PostKind::Positive));
                // Most people set one thing against another.
                let against = if self.happens(0.6) { another(self.chance, grammar) } else { brief.topic };
                self.linked(&general.links_but, pieces(&grammar.topics[against], PostKind::Negative));
            }
            PostKind::Sarcasm => {
                self.say(pieces(topic, PostKind::Sarcasm));
                if self.happens(0.5) {
                    self.say(pieces(topic, PostKind::Negative));
                }
            }
            PostKind::Question => self.say(pieces(topic, PostKind::Question)),
            PostKind::Positive | PostKind::Negative | PostKind::Neutral => {
                let list = fitting(pieces(topic, brief.kind), self.fill);
                let wanted = self.chance.gen_range(1..=most);
                let mut left = list.clone();
                for step in 0..wanted.min(list.len()) {
                    let piece = left.swap_remove(self.chance.gen_range(0..left.len()));
                    let piece = expand(self.chance, piece, self.fill);
                    let piece = if step == 0 || self.happens(0.7) {
                        piece
                    } else {
                        format!("{} {piece}", text(self.chance, &general.links_and))
                    };
                    self.sentences.push(piece);
                }
            }
        }
    }
}

/// Writes an answer to a post of this topic and kind.
pub(super) fn reply(
    chance: &mut Chance,
    grammar: &Grammar,
    author: &Author,
    parent: Brief,
    fill: &Fill<'_>,
) -> (PostKind, String) {
    let general = &grammar.general;
    let (kind, list) = match parent.kind {
        PostKind::Positive => (PostKind::Positive, &general.replies_positive),
        PostKind::Negative | PostKind::Mixed | PostKind::Sarcasm => (PostKind::Negative, &general.replies_negative),
        PostKind::Neutral | PostKind::Question => (PostKind::Neutral, &general.replies_question),
    };
    let piece = text(chance, list);
    let mut sentences = vec![expand(chance, piece, fill)];
    let more = fitting(pieces(&grammar.topics[parent.topic], kind), fill);
    if !more.is_empty() && happens(chance, 0.65) {
        let piece = text(chance, &more);
        sentences.push(expand(chance, piece, fill));
    }
    (kind, compose(chance, general, author, kind, &sentences))
}

/// Writes a post in Chinese, and says which topic it is about. Punctuation is full width and there are no spaces.
pub(super) fn chinese(
    chance: &mut Chance,
    grammar: &Grammar,
    praise: bool,
    only: Option<&str>,
    category: &str,
    fill: &Fill<'_>,
) -> (String, String) {
    let pieces = &grammar.chinese;
    let drink = category != "Brewing gear" && category != "Gifts";
    let fits = |name: &str| match name {
        "taste" => drink,
        "decaf" => category == "Decaf",
        _ => true,
    };
    let topics: Vec<_> =
        pieces.topic.iter().filter(|topic| only.map_or(fits(&topic.name), |name| topic.name == name)).collect();
    let main = one(chance, &topics);
    let mut parts = Vec::new();
    let (openings, closings) = match praise {
        true => (&pieces.openings_positive, &pieces.closings_positive),
        false => (&pieces.openings_negative, &pieces.closings_negative),
    };
    let list = |topic: &super::grammar::ChineseTopic| match praise {
        true => topic.positive.clone(),
        false => topic.negative.clone(),
    };
    if happens(chance, 0.5) {
        let piece = text(chance, openings);
        parts.push(expand(chance, piece, fill));
    }
    let pieces = list(main);
    let piece = text(chance, &pieces);
    parts.push(expand(chance, piece, fill));
    for _ in 0..2 {
        let other = one(chance, &topics);
        let pieces = list(other);
        let piece = text(chance, &pieces);
        let piece = expand(chance, piece, fill);
        if happens(chance, 0.55) && !parts.contains(&piece) {
            parts.push(piece);
        }
    }
    if happens(chance, 0.5) {
        let piece = text(chance, closings);
        parts.push(expand(chance, piece, fill));
    }
    let end = if happens(chance, 0.3) { "！" } else { "。" };
    (main.name.clone(), format!("{}{end}", capitalised(&parts.join("，"))))
}

/// The pieces of a kind, or where a topic has none its blame.
fn pieces(topic: &super::grammar::Topic, kind: PostKind) -> &[String] {
    let list = topic.pieces(kind);
    if list.is_empty() { &topic.negative } else { list }
}

/// Another everyday topic; events and newcomers are spoken of only where they are meant.
fn another(chance: &mut Chance, grammar: &Grammar) -> usize {
    loop {
        let topic = chance.gen_range(0..grammar.topics.len());
        if grammar.topics[topic].weight > 2.0 && grammar.topics[topic].about.is_empty() {
            return topic;
        }
    }
}
