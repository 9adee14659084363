//! `herald evaluate baskets`: counts itemsets of public baskets and sets them beside the published counts.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;

use crate::cli::batch::read_baskets;
use crate::engines::recommend::baskets::{BasketParams, itemsets, rules};

/// Counts itemsets of public baskets.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of public data.
    #[arg(long)]
    data: PathBuf,
}

/// What to count: support, confidence, what is counted, the published count (R's arules on its Groceries data).
const PUBLISHED: [(f64, f64, &str, usize); 4] = [
    (0.01, 1.0, "itemsets", 333),
    (0.006, 0.25, "rules", 463),
    (0.001, 0.5, "rules", 5_668),
    (0.001, 0.8, "rules", 410),
];

/// Runs the command.
///
/// # Errors
/// When the data is not there.
pub(super) fn run(args: &Args) -> Result<()> {
    let read = read_baskets(&args.data.join("baskets/groceries.basket.csv.gz"))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "Groceries: {} baskets, {} items\n", read.baskets.len(), read.names.len())?;
    writeln!(out, "| support | confidence | counted | Herald | published |\n|---|---|---|---|---|")?;
    for (support, confidence, what, published) in PUBLISHED {
        let params = BasketParams::new(support, confidence, 10)?;
        let found = itemsets(&read.baskets, &params)?;
        let count = if what == "itemsets" { found.len() } else { rules(&found, read.baskets.len(), &params).len() };
        writeln!(out, "| {support} | {confidence} | {what} | {count} | {published} |")?;
    }
    Ok(())
}
