//! The composition root: constructs every part once and hands it over. The same parts serve the chat, one question, the
//! evaluation of latency and the tests of the whole.

mod directory;
mod serve;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::assistant::{Assistant, Configured, People, Settings};
use crate::config::Config;
use crate::demo::{Company, DemoOptions};
use crate::domain::{
    Answer, Clock, Coverage, Facts, Intent, Need, Phrase, Platform, PostReading, Profile, Question, UserId,
};
use crate::engines::{Engine, EngineError};
use crate::facts::{DEMO, ReadTexts, Warehouse};
use crate::nlu::Understander;
use crate::nlu::aspects::{self, AspectWords};
use crate::nlu::encoder::{Encoder, EncoderOptions, TunedLayers};
use crate::nlu::intents::IntentHead;
use crate::nlu::sentiment::SentimentHead;
use crate::render::{HAN_FONT, Locale, Renderer};
use crate::storage::Store;

pub use serve::{platforms, serve};

/// The clock on the wall, in the company's time zone.
#[derive(Debug)]
pub struct SystemClock {
    time_zone: TimeZone,
}

impl Clock for SystemClock {
    fn now(&self) -> Zoned {
        Zoned::now().with_time_zone(self.time_zone.clone())
    }
}

/// Reads posts: their embeddings, their sentiment, and that of their clauses about an aspect.
struct PostReader {
    encoder: Encoder,
    head: SentimentHead,
    words: AspectWords,
}

impl ReadTexts for PostReader {
    fn version(&self) -> String {
        format!("{}-{}", self.head.version(), self.words.version())
    }

    fn read(
        &self,
        texts: &[String],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<PostReading>, Box<dyn std::error::Error + Send + Sync>> {
        // Whole posts are two thirds of the work, their clauses the rest.
        let count = texts.len();
        let mut readings = self.head.read(&self.encoder, texts, &mut |done| progress(done * 2 / 3))?;
        let told = &mut |done: usize, of: usize| progress((count * 2 + count * done / of.max(1)) / 3);
        let aspects = aspects::read(&self.encoder, &self.head, &self.words, texts, told)?;
        for (reading, aspects) in readings.iter_mut().zip(aspects) {
            reading.aspects = aspects.into_iter().map(|(_, aspect)| aspect).collect();
        }
        Ok(readings)
    }
}

/// The parts of a running Herald.
pub struct App {
    /// Answers messages.
    pub assistant: Arc<Assistant>,
    /// The facts.
    pub warehouse: Arc<Warehouse>,
    /// Profiles and conversations.
    pub store: Arc<dyn Store>,
    /// The encoder.
    pub encoder: Encoder,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl App {
    /// Builds every part from the configuration.
    ///
    /// # Errors
    /// When weights are missing, or the store or the facts cannot be opened; the message says what to do.
    pub fn build(config: &Config) -> Result<Self> {
        let clock = Arc::new(SystemClock { time_zone: config.time_zone.clone() });
        Self::with_clock(config, clock)
    }

    /// The same with a clock of the caller's: for tests, and for asking about another day.
    ///
    /// # Errors
    /// As for [`App::build`].
    pub fn with_clock(config: &Config, clock: Arc<dyn Clock>) -> Result<Self> {
        let store = crate::storage::open(&config.store_url)?;
        let encoder = start_encoder(config)?;
        let warehouse = Arc::new(open_warehouse(config, Some(&encoder))?);
        Self::assemble(config, clock, store, encoder, warehouse)
    }

    /// Another Herald over the same facts and the same encoder, with a store and people of its own.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub fn beside(&self, config: &Config) -> Result<Self> {
        let store = crate::storage::open(&config.store_url)?;
        let (encoder, warehouse) = (self.encoder.clone(), Arc::clone(&self.warehouse));
        Self::assemble(config, Arc::clone(&self.clock), store, encoder, warehouse)
    }

    fn assemble(
        config: &Config,
        clock: Arc<dyn Clock>,
        store: Arc<dyn Store>,
        encoder: Encoder,
        warehouse: Arc<Warehouse>,
    ) -> Result<Self> {
        let understander = understander(config, encoder.clone())?;
        let locale = Locale { company: config.company.clone(), currency: config.currency.clone() };
        let renderer = Arc::new(renderer(config, locale)?);
        let assistant = Assistant::new(
            Arc::new(understander),
            crate::engines::all().into_iter().map(|engine| Box::new(Honest(engine)) as Box<dyn Engine>).collect(),
            Arc::clone(&warehouse),
            Arc::clone(&store),
            renderer,
            Arc::clone(&clock),
            Settings {
                week_start: config.week_start,
                level: config.level,
                memory_turns: config.memory_turns,
                max_lines: config.max_lines,
                people: people(config),
                desk: config.chat.desk.clone(),
            },
        );
        if !config.scheduled.is_empty() || store.setting(CONFIGURED)?.is_some() {
            let entries: Vec<Configured> = config.scheduled.iter().map(configured).collect();
            assistant.configure(&entries).context("herald.toml has a digest or an alert that cannot be used")?;
            // Those that were there are looked for after the last entry is gone as well.
            let are_there = (!entries.is_empty()).then_some(serde_json::Value::Bool(true));
            store.put_setting(CONFIGURED, are_there.as_ref())?;
        }
        assistant.remove_old_uploads();
        assistant.remove_old_handoffs();
        Ok(Self { assistant: Arc::new(assistant), warehouse, store, encoder, clock })
    }
}

/// The renderer, with the font for Chinese charts where it was set up.
fn renderer(config: &Config, locale: Locale) -> Result<Renderer> {
    let font = config.models.join(HAN_FONT);
    if !font.exists() {
        tracing::warn!(font = %font.display(), "the font for Chinese charts is missing: they come in characters, not as pictures; script/setup fetches it");
        return Ok(Renderer::new(locale)?);
    }
    Ok(Renderer::new(locale)?.with_han_font(&font)?)
}

/// The setting that says that digests or alerts of the configuration are in the store.
const CONFIGURED: &str = "schedule:configured";

fn configured(entry: &crate::config::ScheduledConfig) -> Configured {
    let crate::config::ScheduledConfig { is_alert, words, to } = entry.clone();
    Configured { is_alert, words, to }
}

/// Who people are, as the configuration says.
fn people(config: &Config) -> People {
    let mut people = People {
        owners: config.owners.clone(),
        roles: [(Platform::Console, config.console_role)].into(),
        console_customer: config.console_customer.clone(),
        ..People::default()
    };
    if let Some(discord) = &config.discord {
        people.roles.insert(Platform::Discord, discord.members);
        people.viewers.insert(Platform::Discord, discord.members);
    }
    if let Some(telegram) = &config.telegram {
        people.roles.insert(Platform::Telegram, telegram.members);
        people.viewers.insert(Platform::Telegram, telegram.groups);
    }
    people
}

impl App {
    /// Makes the person at the terminal who the configuration says, whoever they were before. The language they chose
    /// stays.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn seat(&self, user: &UserId, config: &Config) -> Result<()> {
        let id = user.profile();
        let before = self.store.profile(&id)?;
        let language = before.as_ref().and_then(|profile| profile.language);
        let customer = config.console_customer.clone();
        let profile = Profile { customer, language, ..Profile::new(id, config.console_role) };
        if before.as_ref() != Some(&profile) {
            self.store.put_profile(&profile)?;
        }
        Ok(())
    }
}

/// An engine whose evidence says where the figures are the made company's.
struct Honest(Box<dyn Engine>);

impl Engine for Honest {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn intents(&self) -> &'static [Intent] {
        self.0.intents()
    }

    fn needs(&self, question: &Question, coverage: &Coverage) -> Vec<Need> {
        self.0.needs(question, coverage)
    }

    fn answer(&self, question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
        let mut answer = self.0.answer(question, facts)?;
        let mut sources = facts.coverage.tables.iter().flat_map(|table| &table.sources);
        if sources.any(|source| source.starts_with(DEMO)) {
            answer.evidence.method.insert(0, Phrase::new("demo.evidence"));
        }
        Ok(answer)
    }
}

/// Starts the encoder as configured.
///
/// # Errors
/// When its weights are missing or the device is not to be had.
pub fn start_encoder(config: &Config) -> Result<Encoder> {
    Ok(Encoder::start(&encoder_options(config)?)?)
}

/// The same with other tuned layers than the configured ones.
///
/// # Errors
/// As for [`start_encoder`].
pub fn start_encoder_with(config: &Config, tuned: Vec<TunedLayers>) -> Result<Encoder> {
    Ok(Encoder::start(&EncoderOptions { tuned, ..encoder_options(config)? })?)
}

/// What the configuration says of the encoder.
///
/// # Errors
/// When the device or the number type is none there is.
pub fn encoder_options(config: &Config) -> Result<EncoderOptions> {
    Ok(EncoderOptions {
        model_dir: config.models.join("base/all-MiniLM-L6-v2"),
        device: config.device.parse()?,
        dtype: config.dtype.parse()?,
        threads: config.threads,
        queue: config.queue,
        tuned: std::iter::once(crate::nlu::sentiment::layers(&config.models))
            .chain(crate::nlu::intents::tuned_layers(&config.models.join("intents")))
            .collect(),
    })
}

/// The understanding, on an encoder that was started.
///
/// # Errors
/// When the intent head is missing or does not fit.
pub fn understander(config: &Config, encoder: Encoder) -> Result<Understander> {
    Ok(Understander::new(encoder, IntentHead::load(&config.models.join("intents"))?)?)
}

/// Opens the facts; with an encoder, posts are read as they come in.
///
/// # Errors
/// When the folder cannot be used.
pub fn open_warehouse(config: &Config, encoder: Option<&Encoder>) -> Result<Warehouse> {
    let reader = match encoder {
        Some(encoder) => {
            let head = SentimentHead::load(&config.models)?;
            Some(Arc::new(PostReader { encoder: encoder.clone(), head, words: AspectWords::default() })
                as Arc<dyn ReadTexts>)
        }
        None => None,
    };
    Ok(Warehouse::open(&config.data.join("facts"), reader, config.week_start)?)
}

/// Fills the warehouse with the demo company, up to the day before `today`. `progress` is told what is being done and
/// how far: the step, what is done, of how many.
///
/// # Errors
/// When the facts cannot be written or the posts cannot be read.
pub fn create_demo(
    warehouse: &Warehouse,
    seed: u64,
    last_day: jiff::civil::Date,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Company> {
    progress("making the company", 0, 1);
    let company = Company::generate(&DemoOptions { seed, ..DemoOptions::until(last_day) });
    let source = format!("{DEMO}, seed {seed}");
    progress("writing its facts", 0, 1);
    warehouse.write_products(&company.products, &source)?;
    warehouse.write_orders(&company.orders, &source)?;
    warehouse.write_ad_results(&company.ad_results, &source)?;
    warehouse.write_interactions(&company.interactions, &source)?;
    warehouse.write_campaign_sends(&company.campaign_sends, &source)?;
    warehouse.write_posts(&company.posts, &source)?;
    warehouse
        .read_posts(&mut |done, total| progress("reading its posts", done, total))
        .context("the demo company's posts could not be read")?;
    Ok(company)
}

/// The folder that charts are saved to.
#[must_use]
pub fn chart_folder(data: &Path) -> std::path::PathBuf {
    data.join("charts")
}
