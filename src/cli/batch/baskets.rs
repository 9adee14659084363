//! `herald batch baskets`: frequent itemsets and association rules of a file of baskets.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write as _, stdout};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::cli::files;
use crate::engines::recommend::baskets::{BasketParams, Itemset, itemsets, rules};

/// Finds what is bought together.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One basket a line, items separated by commas; `-` is standard input.
    file: PathBuf,
    /// The least share of baskets.
    #[arg(long)]
    min_support: f64,
    /// The least confidence of a rule.
    #[arg(long, default_value_t = 0.5)]
    min_confidence: f64,
    /// The most items of a set.
    #[arg(long, default_value_t = 10)]
    max_items: usize,
    /// Where the itemsets are written; without it, they are left out.
    #[arg(long)]
    itemsets: Option<PathBuf>,
    /// Where the rules are written; standard output without it.
    #[arg(long)]
    rules: Option<PathBuf>,
}

/// Baskets with items as numbers, and the items' names.
pub(crate) struct Baskets {
    pub(crate) baskets: Vec<Vec<u32>>,
    pub(crate) names: Vec<String>,
}

/// Reads a file of baskets. Empty lines are empty baskets and count.
///
/// # Errors
/// With the file and the line.
pub(crate) fn read(path: &std::path::Path) -> Result<Baskets> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(files::open(path)?);
    let mut places: HashMap<String, u32> = HashMap::new();
    let mut read = Baskets { baskets: Vec::new(), names: Vec::new() };
    for record in reader.records() {
        let record = record.with_context(|| path.display().to_string())?;
        let mut basket = Vec::with_capacity(record.len());
        for item in record.iter().map(str::trim).filter(|item| !item.is_empty()) {
            let next = u32::try_from(places.len()).context("there are more items than fit")?;
            let place = *places.entry(item.to_owned()).or_insert_with(|| {
                read.names.push(item.to_owned());
                next
            });
            basket.push(place);
        }
        read.baskets.push(basket);
    }
    if read.baskets.is_empty() {
        bail!("{} has no baskets; each line must hold items separated by commas", path.display());
    }
    Ok(read)
}

/// Runs the command.
///
/// # Errors
/// With file and line where a row cannot be used.
pub(super) fn run(args: &Args) -> Result<()> {
    let params = BasketParams::new(args.min_support, args.min_confidence, args.max_items)?;
    let read = read(&args.file)?;
    let found = itemsets(&read.baskets, &params)?;
    let rules = rules(&found, read.baskets.len(), &params);
    let named =
        |items: &[u32]| items.iter().map(|&item| read.names[item as usize].as_str()).collect::<Vec<_>>().join(",");
    if let Some(path) = &args.itemsets {
        write_itemsets(path, &found, read.baskets.len(), named)?;
    }
    let sink: Box<dyn std::io::Write> = match &args.rules {
        Some(path) => Box::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?),
        None => Box::new(stdout().lock()),
    };
    let mut out = csv::Writer::from_writer(BufWriter::new(sink));
    out.write_record(["antecedent", "consequent", "count", "support", "confidence", "lift", "leverage"])?;
    for rule in &rules {
        out.write_record([
            named(&rule.antecedent),
            named(&[rule.consequent]),
            rule.count.to_string(),
            format!("{:.8}", rule.support),
            format!("{:.8}", rule.confidence),
            format!("{:.8}", rule.lift),
            format!("{:.8}", rule.leverage),
        ])?;
    }
    out.into_inner().map_err(|error| error.into_error())?.flush()?;
    let counts = [
        ("baskets", read.baskets.len()),
        ("items", read.names.len()),
        ("itemsets", found.len()),
        ("rules", rules.len()),
    ];
    let counts = counts.map(|(what, count)| format!("{count} {what}")).join(", ");
    eprintln!("{counts}");
    Ok(())
}

fn write_itemsets(
    path: &std::path::Path,
    found: &[Itemset],
    baskets: usize,
    named: impl Fn(&[u32]) -> String,
) -> Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = csv::Writer::from_writer(BufWriter::new(file));
    out.write_record(["items", "size", "count", "support"])?;
    for set in found {
        let support = f64::from(set.count) / baskets as f64;
        out.write_record([
            named(&set.items),
            set.items.len().to_string(),
            set.count.to_string(),
            format!("{support:.8}"),
        ])?;
    }
    out.flush()?;
    Ok(())
}
