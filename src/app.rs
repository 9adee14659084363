//! The composition root: constructs every part once and hands it over. The same parts serve the chat, one question, the
//! evaluation of latency and the tests of the whole.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::assistant::{Assistant, Settings};
use crate::config::Config;
use crate::demo::{Company, DemoOptions};
use crate::domain::{Clock, PostReading};
use crate::facts::{ReadTexts, Warehouse};
use crate::nlu::Understander;
use crate::nlu::encoder::{Encoder, EncoderOptions};
use crate::nlu::intents::IntentHead;
use crate::nlu::sentiment::SentimentHead;
use crate::render::{Locale, Renderer};
use crate::storage::Store;

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

/// Reads posts with the encoder and the sentiment head.
struct PostReader {
    encoder: Encoder,
    head: SentimentHead,
}

impl ReadTexts for PostReader {
    fn version(&self) -> String {
        self.head.version().to_owned()
    }

    fn read(
        &self,
        texts: &[String],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<PostReading>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.head.read(&self.encoder, texts, progress)?)
    }
}

/// The parts of a running Herald.
pub struct App {
    /// Answers messages.
    pub assistant: Assistant,
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
        let understander = understander(config, encoder.clone())?;
        let warehouse = Arc::new(open_warehouse(config, Some(&encoder))?);
        let locale = Locale { company: config.company.clone(), currency: config.currency.clone() };
        let renderer = Arc::new(Renderer::new(locale)?);
        let assistant = Assistant::new(
            Arc::new(understander),
            crate::engines::all(),
            Arc::clone(&warehouse),
            Arc::clone(&store),
            renderer,
            Arc::clone(&clock),
            Settings {
                week_start: config.week_start,
                level: config.level,
                memory_turns: config.memory_turns,
                max_lines: config.max_lines,
                default_role: config.console_role,
                default_customer: config.console_customer.clone(),
            },
        );
        Ok(Self { assistant, warehouse, store, encoder, clock })
    }
}

/// Starts the encoder as configured.
///
/// # Errors
/// When its weights are missing or the device is not to be had.
pub fn start_encoder(config: &Config) -> Result<Encoder> {
    Ok(Encoder::start(&encoder_options(config)?)?)
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
        tuned: vec![crate::nlu::sentiment::layers(&config.models)],
    })
}

/// The understanding, on an encoder that was started.
///
/// # Errors
/// When the intent head is missing or does not fit.
pub fn understander(config: &Config, encoder: Encoder) -> Result<Understander> {
    Ok(Understander::new(encoder, IntentHead::load(&config.models.join("intents"))?))
}

/// Opens the facts; with an encoder, posts are read as they come in.
///
/// # Errors
/// When the folder cannot be used.
pub fn open_warehouse(config: &Config, encoder: Option<&Encoder>) -> Result<Warehouse> {
    let reader = match encoder {
        Some(encoder) => {
            let head = SentimentHead::load(&config.models)?;
            Some(Arc::new(PostReader { encoder: encoder.clone(), head }) as Arc<dyn ReadTexts>)
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
    let source = format!("demo company, seed {seed}");
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
