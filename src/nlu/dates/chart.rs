//! A bottom-up chart parser: rules of literals and classes of nodes, applied until nothing new is found. Knows no words
//! of its own; the tables of rules do.

use jiff::civil::{Date, DateTime, Weekday};

use super::DateOrder;
use super::moment::{Clock, Length, TimeUnit, When};
use super::numerals::{self, Form};
use super::written::Written;

/// Something read from a stretch of the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Node {
    /// A whole number and how it is written.
    Int(i64, Form),
    /// A number that is not whole.
    Decimal(f64),
    Ordinal(i64),
    Unit(TimeUnit),
    Month(i8),
    Weekday(Weekday),
    Length(Length),
    Clock(Clock),
    When(When),
    /// Again and again.
    Set,
}

/// What a rule's item accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Int,
    Number,
    Ordinal,
    Unit,
    Month,
    Weekday,
    Length,
    Clock,
    When,
    Set,
}

impl Class {
    fn takes(self, node: &Node) -> bool {
        match self {
            Class::Int => matches!(node, Node::Int(..)),
            Class::Number => matches!(node, Node::Int(..) | Node::Decimal(_)),
            Class::Ordinal => matches!(node, Node::Ordinal(_)),
            Class::Unit => matches!(node, Node::Unit(_)),
            Class::Month => matches!(node, Node::Month(_)),
            Class::Weekday => matches!(node, Node::Weekday(_)),
            Class::Length => matches!(node, Node::Length(_)),
            Class::Clock => matches!(node, Node::Clock(_)),
            Class::When => matches!(node, Node::When(_)),
            Class::Set => matches!(node, Node::Set),
        }
    }
}

enum Item {
    Class(Class),
    Literal {
        any: Vec<&'static str>,
        optional: bool,
    },
    /// A literal that must not stand there.
    Not(&'static str),
}

/// What words are read against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground {
    pub(super) now: DateTime,
    pub(super) today: Date,
    pub(super) week_start: Weekday,
    pub(super) order: DateOrder,
}

/// What a rule matched: the nodes of its classes, and the literal of each literal item (empty where left out).
pub(super) struct Match<'a> {
    pub(super) ground: &'a Ground,
    pub(super) nodes: Vec<Node>,
    pub(super) literals: Vec<&'static str>,
}

impl Match<'_> {
    pub(super) fn int(&self, i: usize) -> Option<i64> {
        match self.nodes.get(i) {
            Some(Node::Int(value, _)) => Some(*value),
            Some(Node::Ordinal(value)) => Some(*value),
            _ => None,
        }
    }
    pub(super) fn form(&self, i: usize) -> Option<Form> {
        match self.nodes.get(i) {
            Some(Node::Int(_, form)) => Some(*form),
            _ => None,
        }
    }
    pub(super) fn width(&self, i: usize) -> u8 {
        match self.form(i) {
            Some(Form::Digits(n)) => n,
            Some(Form::HanDigits(n)) => n,
            _ => 0,
        }
    }
    pub(super) fn number(&self, i: usize) -> Option<f64> {
        match self.nodes.get(i) {
            Some(Node::Int(value, _)) => Some(*value as f64),
            Some(Node::Decimal(value)) => Some(*value),
            _ => None,
        }
    }
    pub(super) fn unit(&self, i: usize) -> Option<TimeUnit> {
        match self.nodes.get(i) {
            Some(Node::Unit(unit)) => Some(*unit),
            _ => None,
        }
    }
    pub(super) fn month(&self, i: usize) -> Option<i8> {
        match self.nodes.get(i) {
            Some(Node::Month(month)) => Some(*month),
            _ => None,
        }
    }
    pub(super) fn weekday(&self, i: usize) -> Option<Weekday> {
        match self.nodes.get(i) {
            Some(Node::Weekday(weekday)) => Some(*weekday),
            _ => None,
        }
    }
    pub(super) fn length(&self, i: usize) -> Option<Length> {
        match self.nodes.get(i) {
            Some(Node::Length(length)) => Some(*length),
            _ => None,
        }
    }
    pub(super) fn clock(&self, i: usize) -> Option<Clock> {
        match self.nodes.get(i) {
            Some(Node::Clock(clock)) => Some(*clock),
            _ => None,
        }
    }
    pub(super) fn when(&self, i: usize) -> Option<When> {
        match self.nodes.get(i) {
            Some(Node::When(when)) => Some(*when),
            _ => None,
        }
    }
    pub(super) fn literal(&self, i: usize) -> &'static str {
        self.literals.get(i).copied().unwrap_or("")
    }
}

/// What a rule makes of a match.
pub(super) type Make = fn(&Match<'_>) -> Option<Node>;

/// A rule as its table writes it: items separated by blanks, `<class>` or literals separated by `|` (`_` is a blank within
/// one), `?` behind an item that may be left out, `!` before a literal that must not follow.
pub(super) type Rule = (&'static str, Make);

/// Rules, ready to be applied.
pub(super) struct Grammar {
    rules: Vec<(Vec<Item>, Make)>,
}

impl Grammar {
    pub(super) fn new(tables: &[&'static [Rule]]) -> Self {
        let mut rules = Vec::new();
        for (pattern, make) in tables.iter().flat_map(|table| table.iter()) {
            let items = pattern
                .split(' ')
                .filter(|item| !item.is_empty())
                .map(|item| match item {
                    "<int>" => Item::Class(Class::Int),
                    "<num>" => Item::Class(Class::Number),
                    "<ord>" => Item::Class(Class::Ordinal),
                    "<unit>" => Item::Class(Class::Unit),
                    "<month>" => Item::Class(Class::Month),
                    "<weekday>" => Item::Class(Class::Weekday),
                    "<length>" => Item::Class(Class::Length),
                    "<clock>" => Item::Class(Class::Clock),
                    "<when>" => Item::Class(Class::When),
                    "<set>" => Item::Class(Class::Set),
                    _ if item.len() > 1 && item.starts_with('!') => Item::Not(&item[1..]),
                    _ => {
                        let optional = item.len() > 1 && item.ends_with('?');
                        let words = if optional { &item[..item.len() - 1] } else { item };
                        let mut any: Vec<&'static str> = words.split('|').collect();
                        any.sort_by_key(|word| std::cmp::Reverse(word.len()));
                        Item::Literal { any, optional }
                    }
                })
                .collect();
            rules.push((items, *make));
        }
        Self { rules }
    }
}

/// A node with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) node: Node,
    pub(super) rule: usize,
}

/// More nodes than this are not kept: enough for any sentence, and a bound for texts made to be slow.
const MOST_NODES: usize = 3000;

struct Chart<'a> {
    w: &'a Written,
    ground: &'a Ground,
    entries: Vec<Entry>,
    by_start: Vec<Vec<usize>>,
    fresh: usize,
}

impl Chart<'_> {
    fn add(&mut self, start: usize, end: usize, node: Node, rule: usize) {
        if self.entries.len() >= MOST_NODES || end > self.w.len() {
            return;
        }
        let known =
            self.by_start[start].iter().any(|id| self.entries[*id].end == end && self.entries[*id].node == node);
        if !known {
            self.by_start[start].push(self.entries.len());
            self.entries.push(Entry { start, end, node, rule });
        }
    }

    fn apply(
        &self,
        items: &[Item],
        at: usize,
        newest: bool,
        found: &mut Match<'_>,
        make: Make,
        out: &mut Vec<(usize, Node)>,
    ) {
        let Some((item, rest)) = items.split_first() else {
            if newest && let Some(node) = make(found) {
                out.push((at, node));
            }
            return;
        };
        let first = found.nodes.is_empty() && found.literals.is_empty();
        let from = if first { at } else { self.w.skip(at) };
        match item {
            Item::Class(class) => {
                let Some(ids) = self.by_start.get(from) else { return };
                for id in ids {
                    let entry = &self.entries[*id];
                    if class.takes(&entry.node) {
                        found.nodes.push(entry.node);
                        self.apply(rest, entry.end, newest || *id >= self.fresh, found, make, out);
                        found.nodes.pop();
                    }
                }
            }
            Item::Not(word) => {
                if self.w.literal(from, word).is_none() {
                    self.apply(rest, at, newest, found, make, out);
                }
            }
            Item::Literal { any, optional } => {
                for word in any {
                    if let Some(end) = self.w.literal(from, word) {
                        found.literals.push(word);
                        self.apply(rest, end, newest, found, make, out);
                        found.literals.pop();
                    }
                }
                if *optional {
                    found.literals.push("");
                    self.apply(rest, at, newest, found, make, out);
                    found.literals.pop();
                }
            }
        }
    }
}

/// Reads all there is to read.
pub(super) fn parse(w: &Written, ground: &Ground, grammar: &Grammar) -> Vec<Entry> {
    let mut chart = Chart { w, ground, entries: Vec::new(), by_start: vec![Vec::new(); w.len() + 1], fresh: 0 };
    let mut starts = Vec::new();
    for i in 0..w.len() {
        let (c, before) = (w.at(i), w.before(i));
        let inside = (c.is_ascii_alphabetic() && before.is_ascii_alphabetic())
            || (c.is_ascii_digit() && before.is_ascii_digit());
        if c.is_whitespace() || inside {
            continue;
        }
        starts.push(i);
        lex(&mut chart, i);
    }
    for pass in 0..10 {
        let before = chart.entries.len();
        let mut made = Vec::new();
        for (rule, (items, make)) in grammar.rules.iter().enumerate() {
            for start in &starts {
                let mut found = Match { ground: chart.ground, nodes: Vec::new(), literals: Vec::new() };
                let mut out = Vec::new();
                chart.apply(items, *start, pass == 0, &mut found, *make, &mut out);
                made.extend(out.into_iter().map(|(end, node)| (*start, end, node, rule)));
            }
        }
        chart.fresh = before;
        for (start, end, node, rule) in made {
            chart.add(start, end, node, rule);
        }
        if chart.entries.len() == before {
            break;
        }
    }
    chart.entries
}

fn lex(chart: &mut Chart<'_>, i: usize) {
    let w = chart.w;
    let as_node = |value: f64, form: Form| {
        if value.fract() == 0.0 && value.abs() < 1e15 { Node::Int(value as i64, form) } else { Node::Decimal(value) }
    };
    let c = w.at(i);
    if c.is_ascii_digit() {
        let end = w.digits(i);
        if end - i <= 9 {
            let value: i64 = w.slice(i, end).parse().unwrap_or(0);
            chart.add(i, end, Node::Int(value, Form::Digits(u8::try_from(end - i).unwrap_or(9))), 0);
            let suffix = w.slice(end, end + 2);
            let letter_after = w.at(end + 2).is_ascii_alphabetic();
            if matches!(suffix.as_str(), "st" | "nd" | "rd" | "th") && !letter_after {
                chart.add(i, end + 2, Node::Ordinal(value), 0);
            }
        }
        if w.at(end) == '.'
            && w.digits(end + 1) > end + 1
            && let Ok(value) = w.slice(i, w.digits(end + 1)).parse::<f64>()
        {
            chart.add(i, w.digits(end + 1), Node::Decimal(value), 0);
        }
    } else if c.is_ascii_alphabetic()
        && let Some((found, ordinal)) = numerals::words(w, i)
    {
        let node = if ordinal { Node::Ordinal(found.value.min(1e15) as i64) } else { as_node(found.value, found.form) };
        chart.add(i, found.end, node, 0);
    }
    if !c.is_ascii_alphabetic()
        && let Some(found) = numerals::han(w, i)
    {
        chart.add(i, found.end, as_node(found.value, found.form), 0);
    }
}
