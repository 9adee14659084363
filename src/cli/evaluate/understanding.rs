//! `herald evaluate understanding`: intents and slots of messages that were kept apart from everything that teaches.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use jiff::civil::{Date, DateTime};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::said::{said, same};
use crate::app;
use crate::config::Config;
use crate::demo::{Company, DemoOptions};
use crate::domain::{Catalog, Intent, SlotKind, Utterance};
use crate::facts::Warehouse;
use crate::nlu::intents::prompts;
use crate::nlu::{Context, Understand, slots};
use crate::training::baselines::NearestCentroid;
use crate::training::lessons::Lessons;
use crate::training::measures::{Prediction, accuracy, calibration_error};

/// Measures intents and slots on messages that teach nothing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of messages: JSON Lines with text, intents, slots and kind.
    #[arg(default_values = ["data/held_apart/english.jsonl", "data/held_apart/chinese.jsonl"])]
    files: Vec<PathBuf>,
    /// What time it is for the messages.
    #[arg(long, default_value = "2026-11-26T10:00")]
    now: DateTime,
    /// Prints every message that was misread.
    #[arg(long)]
    misses: bool,
}

/// A message with what it asks and says.
#[derive(Debug, Deserialize)]
struct Message {
    text: String,
    intents: Vec<Intent>,
    slots: Map<String, Value>,
    kind: String,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let understander = app::understander(config, app::start_encoder(config)?)?;
    let now = args.now.to_zoned(config.time_zone.clone()).context("--now")?;
    let catalog = names_of_the_demo_company(args.now.date(), config)?;
    let context = Context { now: &now, week_start: config.week_start, catalog: &catalog };
    let declared: BTreeMap<Intent, Vec<SlotKind>> =
        prompts::taught()?.into_iter().map(|taught| (taught.intent, taught.slots)).collect();
    let lessons = Lessons::read()?;
    let texts: Vec<&str> = lessons.texts.iter().map(String::as_str).collect();
    let naive = NearestCentroid::fit(&texts, &lessons.labels, Intent::ALL.len());
    let mut out = io::stdout().lock();
    for file in &args.files {
        let messages = read(file)?;
        let mut tally = Tally::default();
        for message in &messages {
            let found = understander.understand(&message.text, &context)?;
            let wanted = message.intents.first().copied().unwrap_or(Intent::OutOfScope);
            tally.intent(message, &found, naive.predict(&message.text));
            if message.intents.len() == 1 {
                let slots = slots::extract(&message.text, wanted, &context);
                tally.slots(message, declared.get(&wanted).map_or(&[], Vec::as_slice), &said(&slots));
            }
        }
        tally.write(&mut out, file)?;
        if args.misses {
            tally.misses.iter().try_for_each(|miss| writeln!(out, "  {miss}"))?;
        }
    }
    Ok(())
}

/// The names that the messages use, as a fresh clone has them: no data of the configured company takes part.
fn names_of_the_demo_company(last_day: Date, config: &Config) -> Result<Catalog> {
    let company = Company::generate(&DemoOptions { seed: 7, ..DemoOptions::until(last_day) });
    let folder = std::env::temp_dir().join(format!("herald-understanding-{}", std::process::id()));
    let warehouse = Warehouse::open(&folder, None, config.week_start)?;
    warehouse.write_products(&company.products, "demo")?;
    warehouse.write_orders(&company.orders, "demo")?;
    warehouse.write_ad_results(&company.ad_results, "demo")?;
    warehouse.write_campaign_sends(&company.campaign_sends, "demo")?;
    warehouse.write_posts(&company.posts, "demo")?;
    let catalog = warehouse.catalog()?;
    drop(warehouse);
    std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    Ok((*catalog).clone())
}

fn read(file: &Path) -> Result<Vec<Message>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let messages: Vec<Message> = lines
        .map(|(at, line)| serde_json::from_str(line).with_context(|| format!("{}, line {}", file.display(), at + 1)))
        .collect::<Result<_>>()?;
    if messages.is_empty() {
        bail!("{} holds no messages", file.display());
    }
    Ok(messages)
}

/// What was found, counted.
#[derive(Debug, Default)]
struct Tally {
    single: Vec<Prediction>,
    naive: Vec<Prediction>,
    sure: Vec<bool>,
    /// By kind of message: how many, how many right.
    kinds: BTreeMap<String, (usize, usize)>,
    /// Messages with two requests: how many, in how many both were found.
    double: (usize, usize),
    /// By slot: how many are right, how many were wanted, how many were found.
    slots: BTreeMap<&'static str, (usize, usize, usize)>,
    /// Messages whose slots are all right, and nothing besides: those with slots, and all.
    exact: (usize, usize),
    with_slots: (usize, usize),
    misses: Vec<String>,
}

impl Tally {
    fn intent(&mut self, message: &Message, found: &Utterance, naive: usize) {
        if let [first, second, ..] = message.intents[..] {
            self.double.0 += 1;
            let both = found.intents.contains(&first) && found.intents.contains(&second) && found.intents.len() == 2;
            self.double.1 += usize::from(both);
            if !both {
                self.misses.push(format!("{first} + {second} ← {:?}: {}", found.intents, message.text));
            }
            return;
        }
        let truth = message.intents.first().copied().unwrap_or(Intent::OutOfScope);
        let right = found.intent() == truth;
        let confidence = found.confidence().value();
        self.single.push(Prediction { truth: truth as usize, guess: found.intent() as usize, confidence });
        self.naive.push(Prediction { truth: truth as usize, guess: naive, confidence: 0.0 });
        self.sure.push(found.sure);
        let kind = self.kinds.entry(message.kind.clone()).or_default();
        *kind = (kind.0 + 1, kind.1 + usize::from(right));
        if !right {
            self.misses.push(format!("{truth} ← {} {confidence:.2}: {}", found.intent(), message.text));
        }
    }

    fn slots(&mut self, message: &Message, declared: &[SlotKind], found: &BTreeMap<&'static str, Value>) {
        let mut exact = true;
        let mut any = false;
        for kind in declared {
            let (wanted, got) = (message.slots.get(kind.name()), found.get(kind.name()));
            let right = match (wanted, got) {
                (Some(wanted), Some(got)) => same(wanted, got),
                (None, None) => true,
                _ => false,
            };
            any |= wanted.is_some();
            exact &= right;
            let count = self.slots.entry(kind.name()).or_default();
            count.0 += usize::from(right && wanted.is_some());
            count.1 += usize::from(wanted.is_some());
            count.2 += usize::from(got.is_some());
            if !right {
                let show = |value: Option<&Value>| value.map_or_else(|| "–".to_owned(), Value::to_string);
                self.misses.push(format!("{} {} ← {}: {}", kind.name(), show(wanted), show(got), message.text));
            }
        }
        self.exact = (self.exact.0 + usize::from(exact), self.exact.1 + 1);
        if any {
            self.with_slots = (self.with_slots.0 + usize::from(exact), self.with_slots.1 + 1);
        }
    }

    fn write(&self, out: &mut impl Write, file: &Path) -> io::Result<()> {
        let percent = |right: usize, of: usize| 100.0 * right as f64 / of.max(1) as f64;
        let outside = Intent::OutOfScope as usize;
        let within: Vec<Prediction> = self.single.iter().copied().filter(|one| one.truth != outside).collect();
        let others: Vec<Prediction> = self.single.iter().copied().filter(|one| one.truth == outside).collect();
        let acted: Vec<Prediction> =
            self.single.iter().zip(&self.sure).filter(|(_, sure)| **sure).map(|(one, _)| *one).collect();
        writeln!(out, "{}: {} messages of one request", file.display(), self.single.len())?;
        writeln!(
            out,
            "intents right          {:6.1} %   (nearest centroid of words: {:.1} %)",
            100.0 * accuracy(&self.single),
            100.0 * accuracy(&self.naive)
        )?;
        writeln!(out, "  in scope             {:6.1} %   of {}", 100.0 * accuracy(&within), within.len())?;
        writeln!(out, "  out of scope, recall {:6.1} %   of {}", 100.0 * accuracy(&others), others.len())?;
        writeln!(
            out,
            "acted upon             {:6.1} %   {:.1} % of these rightly",
            percent(acted.len(), self.single.len()),
            100.0 * accuracy(&acted)
        )?;
        writeln!(out, "calibration error      {:6.3}     (ECE, 15 bins)", calibration_error(&self.single))?;
        writeln!(out, "two requests, both     {:6.1} %   of {}", percent(self.double.1, self.double.0), self.double.0)?;
        let (right, wanted) = self.slots.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        let found: usize = self.slots.values().map(|count| count.2).sum();
        writeln!(
            out,
            "slot values right      {:6.1} %   of {wanted} (precision {:.1} %), intent given",
            percent(right, wanted),
            percent(right, found)
        )?;
        writeln!(
            out,
            "all slots exactly      {:6.1} %   of {} messages with slots, {:.1} % of all {}",
            percent(self.with_slots.0, self.with_slots.1),
            self.with_slots.1,
            percent(self.exact.0, self.exact.1),
            self.exact.1
        )?;
        let kinds =
            self.kinds.iter().map(|(kind, (of, right))| format!("{kind} {:.0} % of {of}", percent(*right, *of)));
        writeln!(out, "by kind: {}", kinds.collect::<Vec<_>>().join(", "))?;
        let slots = self.slots.iter().filter(|(_, count)| count.1 > 0);
        let slots = slots.map(|(name, (right, wanted, found))| format!("{name} {right}/{wanted} (found {found})"));
        writeln!(out, "by slot: {}\n", slots.collect::<Vec<_>>().join(", "))
    }
}
