//! What the warehouse holds of one person: their rows, forgetting them, and what they said to Herald itself.

use std::collections::BTreeMap;
use std::fs;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::log::{FEEDBACK, Upload, write_whole};
use super::record::Record;
use super::rewrite::{Kept, Rewriting};
use super::sink::{Sink, key_of};
use super::{Warehouse, WarehouseError, log, write};
use crate::domain::{CampaignSend, Interaction, Order, Post, PostReading, TableName};

/// So many remarks lie in one upload; then another is begun.
const MOST_REMARKS: u64 = 5_000;

/// By which names the facts know a person.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The customer's id.
    pub customer: Option<String>,
    /// What their posts are signed with besides.
    pub author: Option<String>,
}

impl Person {
    fn bought(&self, customer: &str) -> bool {
        self.customer.as_deref() == Some(customer)
    }

    fn wrote(&self, post: &Post) -> bool {
        let author = post.author.as_deref();
        author.is_some() && (author == self.customer.as_deref() || author == self.author.as_deref())
    }
}

/// The rows of one person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PersonRows {
    /// Order lines.
    pub orders: Vec<Order>,
    /// What they wrote.
    pub posts: Vec<Post>,
    /// What they did with products.
    pub interactions: Vec<Interaction>,
    /// What was sent to them.
    pub mailings: Vec<CampaignSend>,
}

/// What was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Order lines and posts that have another name now.
    pub renamed: usize,
    /// Interactions and mailings that are gone.
    pub removed: usize,
}

impl Warehouse {
    /// Everything that counts of one person.
    ///
    /// # Errors
    /// When files cannot be read.
    pub fn rows_of(&self, person: &Person) -> Result<PersonRows, WarehouseError> {
        let snapshot = self.snapshot()?;
        let mut found = PersonRows::default();
        found.posts.extend(self.posts_of(&snapshot)?.iter().filter(|post| person.wrote(post)).cloned());
        if person.customer.is_none() {
            return Ok(found);
        }
        found.orders = self.rows(&snapshot)?;
        found.orders.retain(|order| order.customer_id.as_deref().is_some_and(|customer| person.bought(customer)));
        found.interactions = self.rows(&snapshot)?;
        found.interactions.retain(|act| person.bought(&act.customer_id));
        let mailings = self.sends_of(&snapshot)?;
        found.mailings.extend(mailings.iter().filter(|mailing| person.bought(&mailing.customer_id)).cloned());
        Ok(found)
    }

    /// Forgets a person: their order lines and posts stand under `pseudonym` from now on, so that totals stay true, and
    /// what they did and were sent is gone, as are lines with their id among those that imports did not keep. All of it
    /// or nothing, whatever happens meanwhile.
    ///
    /// # Errors
    /// When files cannot be read or written.
    pub fn forget(&self, person: &Person, pseudonym: &str) -> Result<Forgotten, WarehouseError> {
        let mut rewriting = Rewriting::begin(self)?;
        let mut forgotten = Forgotten::default();
        let uploads: Vec<Upload> = rewriting.log.uploads.iter().filter(|upload| upload.is_active()).cloned().collect();
        for upload in &uploads {
            match upload.table {
                TableName::Orders => {
                    forgotten.renamed += rename(&mut rewriting, upload, |order: &mut Order| {
                        let theirs = order.customer_id.as_deref().is_some_and(|customer| person.bought(customer));
                        if theirs {
                            order.customer_id = Some(pseudonym.to_owned());
                        }
                        theirs
                    })?;
                }
                TableName::Posts => {
                    forgotten.renamed += rename(&mut rewriting, upload, |post: &mut Post| {
                        let theirs = person.wrote(post);
                        if theirs {
                            post.author = Some(pseudonym.to_owned());
                        }
                        theirs
                    })?;
                }
                TableName::Interactions => {
                    forgotten.removed +=
                        remove(&mut rewriting, upload, |act: &Interaction| person.bought(&act.customer_id))?;
                }
                TableName::CampaignSends => {
                    forgotten.removed +=
                        remove(&mut rewriting, upload, |mailing: &CampaignSend| person.bought(&mailing.customer_id))?;
                }
                TableName::Products | TableName::AdResults => {}
            }
            // A list is no fact, so that it may be shortened before the rest counts.
            self.forget_rejected(person, &upload.id)?;
        }
        rewriting.commit()?;
        Ok(forgotten)
    }

    /// Takes lines with a person's id from the list of what an import did not keep.
    fn forget_rejected(&self, person: &Person, upload: &str) -> Result<(), WarehouseError> {
        let path = self.rejected_file(upload);
        let Ok(bytes) = fs::read(&path) else { return Ok(()) };
        let failed = |error: csv::Error| WarehouseError::io(&path)(std::io::Error::other(error));
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes.as_slice());
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        let mut found = false;
        for record in reader.byte_records() {
            let record = record.map_err(failed)?;
            let names = [&person.customer, &person.author];
            if record
                .iter()
                .any(|cell| names.iter().any(|name| name.as_deref().is_some_and(|name| name.as_bytes() == cell)))
            {
                found = true;
            } else {
                writer.write_byte_record(&record).map_err(failed)?;
            }
        }
        if !found {
            return Ok(());
        }
        let kept = writer.into_inner().map_err(|error| WarehouseError::io(&path)(error.into_error()))?;
        write_whole(&path, &kept)
    }

    /// Keeps what somebody said to Herald itself as a post; `false` where a post has its id already.
    ///
    /// # Errors
    /// When files cannot be read or written.
    pub fn add_feedback(&self, post: &Post) -> Result<bool, WarehouseError> {
        let mut rewriting = Rewriting::begin(self)?;
        let known: Vec<Upload> =
            rewriting.log.of(TableName::Posts).filter(|upload| upload.is_feedback()).cloned().collect();
        let mut last = None;
        for upload in &known {
            let kept: Kept<Post> = rewriting.rows(upload)?;
            if kept.rows.iter().any(|other| other.post_id == post.post_id) {
                return Ok(false);
            }
            last = Some((upload, kept));
        }
        if let Some((upload, mut kept)) = last.filter(|(upload, _)| upload.rows < MOST_REMARKS) {
            kept.keys.push(key_of(post.identity(), 0));
            kept.rows.push(post.clone());
            rewriting.replace(upload, kept)?;
            rewriting.commit()?;
            return Ok(true);
        }
        let id = rewriting.log.take_id();
        let mut sink = Sink::create(&log::file_of(&self.dir, TableName::Posts, &id))?;
        sink.push(post.clone())?;
        let written = sink.finish()?;
        rewriting.log.add(Upload {
            sha256: write::hex(&Sha256::digest(format!("{FEEDBACK} {id}"))),
            id,
            table: TableName::Posts,
            source: FEEDBACK.to_owned(),
            rows: written.rows,
            at: Timestamp::now(),
            mapping: BTreeMap::new(),
            days: write::range(written),
            derived_products: 0,
            rejected: 0,
            set_aside: 0,
            undone_at: None,
            revision: 0,
        });
        rewriting.log.write(&self.dir)?;
        Ok(true)
    }

    /// Reads one text as posts are read; `None` where there is nothing to read it with.
    ///
    /// # Errors
    /// When it cannot be read now.
    pub fn read_text(&self, text: &str) -> Result<Option<PostReading>, WarehouseError> {
        let Some(reader) = &self.reader else { return Ok(None) };
        let readings = reader.read(&[text.to_owned()], &mut |_| {}).map_err(WarehouseError::Reading)?;
        Ok(readings.into_iter().next())
    }
}

/// Changes rows of an upload; how many.
fn rename<R: Record>(
    rewriting: &mut Rewriting<'_>,
    upload: &Upload,
    mut change: impl FnMut(&mut R) -> bool,
) -> Result<usize, WarehouseError> {
    let mut kept: Kept<R> = rewriting.rows(upload)?;
    let changed = kept.rows.iter_mut().map(|row| usize::from(change(row))).sum();
    if changed > 0 {
        rewriting.replace(upload, kept)?;
    }
    Ok(changed)
}

/// Takes rows from an upload; how many.
fn remove<R: Record>(
    rewriting: &mut Rewriting<'_>,
    upload: &Upload,
    goes: impl Fn(&R) -> bool,
) -> Result<usize, WarehouseError> {
    let kept: Kept<R> = rewriting.rows(upload)?;
    let before = kept.rows.len();
    let (rows, keys): (Vec<R>, Vec<u64>) = kept.rows.into_iter().zip(kept.keys).filter(|(row, _)| !goes(row)).unzip();
    let removed = before - rows.len();
    if removed > 0 {
        rewriting.replace(upload, Kept { rows, keys })?;
    }
    Ok(removed)
}
