//! The posts of the demo company: when they are written, by whom, about what, and how many stars they give. The words
//! are put together in writer.rs out of data/demo/posts.

mod grammar;
mod voice;
mod writer;

use std::collections::HashSet;

use rand::Rng;
use rand_distr::{Distribution, LogNormal};

use super::chance::{Chance, count, happens, one, stream, weighted};
use super::orders::Shelf;
use crate::domain::Post;
pub use grammar::PostKind;
use grammar::{Fill, Grammar};
use voice::{Author, SHARES, SOURCES, authors};
use writer::{Brief, chinese, english, reply};

/// What is true of a post, which no engine sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostLabel {
    /// The post.
    pub post_id: String,
    /// What it is mainly about: the name of a file of data/demo/posts.
    pub topic: String,
    /// The aspect of that topic.
    pub aspect: String,
    /// How it speaks.
    pub kind: PostKind,
}

/// The days of the new topic and of the competitor, counted back from the end.
pub(super) const NEW_TOPIC_DAYS: i32 = 32;
pub(super) const COMPETITOR_DAYS: i32 = 120;
const POSTS_A_DAY: f64 = 11.2;
const CHINESE: f64 = 0.06;

/// Writes everything, in the order of time.
pub(super) fn posts(seed: u64, shelf: &Shelf<'_>) -> (Vec<Post>, Vec<PostLabel>) {
    let mut chance = stream(seed, "posts");
    let grammar = Grammar::read();
    let authors = authors(&mut chance, &grammar.general);
    let fondness = LogNormal::new(0.0, 0.22).expect("the spread is positive");
    let fondness = shelf.catalogue.articles.iter().map(|_| fondness.sample(&mut chance)).collect();
    let mut room = Room { shelf, grammar, authors, fondness, said: HashSet::new(), written: Vec::new() };
    for day in 0..shelf.calendar.days {
        room.write_day(&mut chance, day);
    }
    let mut written = room.written;
    written.sort_by(|a, b| a.post.posted_at.cmp(&b.post.posted_at).then_with(|| a.post.post_id.cmp(&b.post.post_id)));
    let labels = written
        .iter()
        .map(|written| PostLabel {
            post_id: written.post.post_id.clone(),
            topic: written.topic.clone(),
            aspect: written.aspect.clone(),
            kind: written.brief.kind,
        })
        .collect();
    (written.into_iter().map(|written| written.post).collect(), labels)
}

struct Written {
    post: Post,
    brief: Brief,
    topic: String,
    aspect: String,
    product: usize,
    author: usize,
    day: i32,
}

struct Room<'a> {
    shelf: &'a Shelf<'a>,
    grammar: Grammar,
    authors: Vec<Author>,
    /// How well each product is liked.
    fondness: Vec<f64>,
    said: HashSet<String>,
    written: Vec<Written>,
}

impl Room<'_> {
    fn write_day(&mut self, chance: &mut Chance, day: i32) {
        let calendar = self.shelf.calendar;
        let usual =
            POSTS_A_DAY * calendar.growth(0.10, day) * [0.95, 0.92, 0.95, 0.98, 1.0, 1.08, 1.12][calendar.weekday(day)];
        for _ in 0..count(chance, usual) {
            let answers = happens(chance, 0.09) && self.answer(chance, day);
            if !answers {
                let topic = self.topic(chance, day);
                self.post(chance, day, topic, None);
            }
        }
        // The late week is felt from its second day on, and dies down after it.
        let late = &self.shelf.parameters.late_deliveries;
        if day > calendar.late.0 && day <= calendar.late_complaints_until {
            let left = f64::from(calendar.late_complaints_until - day + 1)
                / f64::from(late.complaints_last_days - late.days + 1);
            let delivery = self.grammar.topic("delivery");
            for _ in 0..count(chance, late.posts_per_day * left.min(1.0)) {
                let kind =
                    [PostKind::Negative, PostKind::Sarcasm, PostKind::Question][weighted(chance, [0.84, 0.08, 0.08])];
                self.post(chance, day, delivery, Some(kind));
            }
        }
        let down = match day - calendar.outage {
            0 => 13.0,
            1 => 4.0,
            _ => 0.0,
        };
        let outage = self.grammar.topic("outage");
        for _ in 0..count(chance, down) {
            let kind = [PostKind::Negative, PostKind::Question][weighted(chance, [0.75, 0.25])];
            self.post(chance, day, outage, Some(kind));
        }
    }

    fn topic(&self, chance: &mut Chance, day: i32) -> usize {
        let calendar = self.shelf.calendar;
        let left = calendar.end() - day;
        let month = calendar.date(day).month();
        let weight = |topic: &grammar::Topic| match topic.name.as_str() {
            // Both grow from their first day to the last.
            "tin_lid" if left > NEW_TOPIC_DAYS => 0.0,
            "tin_lid" => 8.0 + 14.0 * f64::from(NEW_TOPIC_DAYS - left) / f64::from(NEW_TOPIC_DAYS),
            "competitor" if left > COMPETITOR_DAYS => 0.5,
            "competitor" => 0.5 + 5.5 * f64::from(COMPETITOR_DAYS - left) / f64::from(COMPETITOR_DAYS),
            "price" if (0..28).contains(&(day - calendar.oolong_rise)) => topic.weight * 1.6,
            "store" if day >= calendar.west_from => topic.weight * 1.4,
            _ if month == 12 || (month == 11 && calendar.date(day).day() > 20) => topic.weight * topic.december,
            _ => topic.weight,
        };
        weighted(chance, self.grammar.topics.iter().map(weight))
    }

    fn post(&mut self, chance: &mut Chance, day: i32, topic: usize, kind: Option<PostKind>) {
        let mut source = weighted(chance, SHARES);
        let product = self.product(chance, day, topic);
        let liked = self.fondness[product] * self.mood(day, topic);
        let mut kind = kind.unwrap_or_else(|| self.grammar.topics[topic].kind(chance, liked));
        if kind == PostKind::Question && source == 0 && !happens(chance, 0.15) {
            // Questions are asked elsewhere.
            source = 1 + weighted(chance, SHARES[1..].iter().copied());
        }
        let author = self.author(chance, |author| author.source == source);
        for _ in 0..40 {
            let brief = Brief { topic, kind };
            let article = &self.shelf.catalogue.articles[product];
            let speaks_chinese = self.authors[author].name.len() % 16 == 3;
            let praise = matches!(kind, PostKind::Positive | PostKind::Neutral);
            let usual = !["outage", "tin_lid", "competitor"].contains(&self.grammar.topics[topic].name.as_str());
            let (name, text) = if usual && (speaks_chinese || happens(chance, CHINESE)) {
                let only = (self.grammar.topics[topic].name == "delivery").then_some("delivery");
                let names = self.grammar.chinese.products.get(&article.category).cloned().unwrap_or_default();
                let fill = self.fill(chance, day, topic, product);
                let fill = Fill { products: &names, ..fill.borrowed() };
                kind = if praise { PostKind::Positive } else { PostKind::Negative };
                chinese(chance, &self.grammar, praise, only, &article.category, &fill)
            } else {
                let fill = self.fill(chance, day, topic, product);
                let text = english(chance, &self.grammar, &self.authors[author], brief, &fill.borrowed());
                (self.grammar.topics[topic].name.clone(), text)
            };
            if text.split_whitespace().count() < 5 && text.is_ascii() || !self.said.insert(text.to_lowercase()) {
                continue;
            }
            let topic = self.grammar.topic(&name);
            let rated = SOURCES[source] == "reviews";
            let about = rated || (topic_names_products(&self.grammar, topic) && happens(chance, 0.6));
            let rating = rated.then(|| stars(chance, kind));
            self.keep(chance, day, Brief { topic, kind }, product, author, text, about, rating, None);
            return;
        }
    }

    /// Answers a recent post of the same place; people of the writer's circle and busy writers are answered most.
    fn answer(&mut self, chance: &mut Chance, day: i32) -> bool {
        let source = 1 + weighted(chance, SHARES[1..4].iter().copied());
        let author = self.author(chance, |author| author.source == source);
        let recent = self.written.iter().rposition(|written| written.day < day - 5).map_or(0, |at| at + 1);
        let pull = |written: &Written| {
            let writer = &self.authors[written.author];
            if writer.source != source || written.author == author || written.day > day || !written.post.text.is_ascii()
            {
                return 0.0;
            }
            let near = if writer.circle == self.authors[author].circle { 8.0 } else { 1.0 };
            near * (0.05 + writer.activity)
        };
        if self.written[recent..].iter().all(|written| pull(written) == 0.0) {
            return false;
        }
        let at = recent + weighted(chance, self.written[recent..].iter().map(pull));
        let (parent, product) = (self.written[at].brief, self.written[at].product);
        let (id, earliest) = (self.written[at].post.post_id.clone(), self.written[at].post.posted_at);
        for _ in 0..20 {
            let fill = self.fill(chance, day, parent.topic, product);
            let (kind, text) = reply(chance, &self.grammar, &self.authors[author], parent, &fill.borrowed());
            if !self.said.insert(text.to_lowercase()) {
                continue;
            }
            let about = self.written[at].post.product_id.is_some();
            let brief = Brief { topic: parent.topic, kind };
            self.keep(chance, day, brief, product, author, text, about, None, Some((id, earliest)));
            return true;
        }
        false
    }

    #[expect(clippy::too_many_arguments, reason = "these are the columns of a post, used once")]
    fn keep(
        &mut self,
        chance: &mut Chance,
        day: i32,
        brief: Brief,
        product: usize,
        author: usize,
        text: String,
        about: bool,
        rating: Option<f64>,
        parent: Option<(String, jiff::civil::DateTime)>,
    ) {
        const HOURS: [f64; 24] = [
            1.0, 0.4, 0.2, 0.1, 0.2, 0.5, 1.5, 3.0, 4.0, 4.0, 4.0, 4.0, 5.0, 5.0, 4.0, 4.0, 4.0, 5.0, 6.0, 8.0, 9.0,
            8.0, 5.0, 2.5,
        ];
        let hour = i8::try_from(weighted(chance, HOURS)).unwrap_or(20);
        let mut posted_at = self.shelf.calendar.date(day).at(hour, chance.gen_range(0..60), chance.gen_range(0..60), 0);
        if let Some((_, earliest)) = &parent {
            // An answer comes after its question, within the day if need be to its last second.
            if posted_at <= *earliest {
                let later = earliest.saturating_add(jiff::Span::new().minutes(chance.gen_range(1..90)));
                posted_at = later.min(self.shelf.calendar.date(day).at(23, 59, 59, 0));
            }
        }
        let topic = &self.grammar.topics[brief.topic];
        let post = Post {
            post_id: format!("M-{:05}", self.written.len() + 1),
            source: SOURCES[self.authors[author].source].to_owned(),
            author: Some(self.authors[author].name.clone()),
            posted_at,
            text,
            product_id: about.then(|| self.shelf.catalogue.articles[product].id.clone()),
            rating,
            reply_to: parent.map(|(id, _)| id),
        };
        self.written.push(Written {
            post,
            topic: topic.name.clone(),
            aspect: topic.aspect.clone(),
            brief,
            product,
            author,
            day,
        });
    }

    fn author(&self, chance: &mut Chance, fits: impl Fn(&Author) -> bool) -> usize {
        weighted(chance, self.authors.iter().map(|author| if fits(author) { author.activity } else { 0.0 }))
    }

    /// What people buy is what they write about.
    fn product(&self, chance: &mut Chance, day: i32, topic: usize) -> usize {
        let calendar = self.shelf.calendar;
        let topic = &self.grammar.topics[topic];
        let rise = topic.name == "price" && (0..28).contains(&(day - calendar.oolong_rise)) && happens(chance, 0.5);
        let articles = &self.shelf.catalogue.articles;
        weighted(
            chance,
            (0..articles.len()).map(|index| {
                let category = &articles[index].category;
                let fits = match rise {
                    true => *category == self.shelf.parameters.oolong_rise.category,
                    false => topic.about.is_empty() || topic.about.contains(category),
                };
                if fits { self.shelf.catalogue.demand(index, day) } else { 0.0 }
            }),
        )
    }

    /// Events beside the usual: below 1 there is more blame.
    fn mood(&self, day: i32, topic: usize) -> f64 {
        let calendar = self.shelf.calendar;
        match self.grammar.topics[topic].name.as_str() {
            "delivery" if day > calendar.late.0 && day <= calendar.late_complaints_until => 0.2,
            "price" if (0..28).contains(&(day - calendar.oolong_rise)) => 0.6,
            "store" if day >= calendar.west_from => 0.6,
            _ => 1.0,
        }
    }

    fn fill(&self, chance: &mut Chance, day: i32, topic: usize, product: usize) -> OwnedFill {
        let articles = &self.shelf.catalogue.articles;
        let names = |index: usize| {
            let article = &articles[index];
            let mut names = article.nicks.clone();
            names.push(article.name.clone());
            // Without the size, as people say it.
            let short: Vec<&str> =
                article.name.split(' ').take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit())).collect();
            names.push(short.join(" "));
            names
        };
        let same: Vec<usize> = (0..articles.len())
            .filter(|&index| index != product && articles[index].category == articles[product].category)
            .collect();
        let regions = &self.shelf.parameters.region;
        let west = self.grammar.topics[topic].name == "store" && day >= self.shelf.calendar.west_from;
        let region = match regions.iter().find(|region| region.name == self.shelf.parameters.west.region) {
            Some(region) if west && happens(chance, 0.6) => region,
            _ => one(chance, regions),
        };
        OwnedFill {
            products: names(product),
            others: names(*one(chance, &same)),
            cities: region.cities.clone(),
            people: self.grammar.general.people.clone(),
            year: self.shelf.calendar.date(day).year(),
            tags: tags(&articles[product]),
        }
    }
}

struct OwnedFill {
    products: Vec<String>,
    others: Vec<String>,
    cities: Vec<String>,
    people: Vec<String>,
    year: i16,
    tags: String,
}

impl OwnedFill {
    fn borrowed(&self) -> Fill<'_> {
        Fill {
            products: &self.products,
            others: &self.others,
            cities: &self.cities,
            people: &self.people,
            year: self.year,
            tags: &self.tags,
        }
    }
}

fn topic_names_products(grammar: &Grammar, topic: usize) -> bool {
    !grammar.topics[topic].about.is_empty() || grammar.topics[topic].aspect == "quality"
}

/// What pieces may ask of a product: words of its name and category, and whether it is leaf, coffee or beans.
fn tags(article: &super::catalogue::Article) -> String {
    let mut tags = format!("{} {}", article.name, article.category).to_lowercase();
    let tea = ["Green tea", "Black tea", "Oolong", "Herbal"].contains(&article.category.as_str());
    if tea || article.name == "Decaf Earl Grey 40 bags" {
        tags.push_str(" leaf");
    } else if article.category == "Decaf" {
        tags.push_str(" coffee beans");
    }
    tags
}

/// Stars for a kind of text: most fit it, a few do not.
fn stars(chance: &mut Chance, kind: PostKind) -> f64 {
    let weights: [f64; 5] = match kind {
        PostKind::Positive => [0.01, 0.01, 0.04, 0.28, 0.66],
        PostKind::Negative => [0.44, 0.37, 0.14, 0.04, 0.01],
        PostKind::Mixed => [0.04, 0.22, 0.48, 0.23, 0.03],
        PostKind::Neutral => [0.01, 0.05, 0.42, 0.40, 0.12],
        PostKind::Question => [0.04, 0.08, 0.38, 0.32, 0.18],
        PostKind::Sarcasm => [0.66, 0.26, 0.05, 0.02, 0.01],
    };
    [1.0, 2.0, 3.0, 4.0, 5.0][weighted(chance, weights)]
}
