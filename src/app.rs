//! The composition root: constructs every part once and hands it over. The same parts serve the chat, one question, the
//! evaluation of latency and the tests of the whole.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::config::Config;
use crate::demo::{Company, DemoOptions};
use crate::domain::{Clock, PostReading};
use crate::facts::{ReadTexts, Warehouse};
use crate::nlu::encoder::{Encoder, EncoderOptions};
use crate::nlu::sentiment::SentimentHead;

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

/// Starts the encoder as configured.
///
/// # Errors
/// When its weights are missing or the device is not to be had.
pub fn start_encoder(config: &Config) -> Result<Encoder> {
    Ok(Encoder::start(&EncoderOptions {
        model_dir: config.models.join("base/all-MiniLM-L6-v2"),
        device: config.device.parse()?,
        dtype: config.dtype.parse()?,
        threads: config.threads,
        queue: config.queue,
    })?)
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
