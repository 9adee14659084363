//! `herald batch baskets`: frequent itemsets and association rules of a file of baskets.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cli::{Usage, arguments, files};
use crate::engines::recommend::baskets::{BasketParams, Itemset, Rule, itemsets, rules};

/// Finds what is bought together.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One basket a line, items separated by commas; `-` is standard input.
    file: PathBuf,
    /// The least share of baskets.
    #[arg(long, value_parser = arguments::share)]
    min_support: f64,
    /// The least confidence of a rule.
    #[arg(long, default_value_t = 0.5, value_parser = arguments::share)]
    min_confidence: f64,
    /// The most items of a set.
    #[arg(long, default_value_t = 10, value_parser = arguments::count)]
    max_items: usize,
    /// Where the itemsets are written, `-` for standard output; without it, they are left out.
    #[arg(long)]
    itemsets: Option<PathBuf>,
    /// Where the rules are written; without it standard output, unless the itemsets go there.
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
pub(crate) fn read(path: &Path) -> Result<Baskets> {
    let mut places: HashMap<String, u32> = HashMap::new();
    let mut read = Baskets { baskets: Vec::new(), names: Vec::new() };
    for line in files::lines(path)? {
        let items = items(line.trim_start_matches('\u{feff}'));
        let mut basket = Vec::with_capacity(items.len());
        for item in items.iter().map(|item| item.trim()).filter(|item| !item.is_empty()) {
            let next = u32::try_from(places.len()).context("there are more items than fit")?;
            let place = *places.entry(item.to_owned()).or_insert_with(|| {
                read.names.push(item.to_owned());
                next
            });
            basket.push(place);
        }
        read.baskets.push(basket);
    }
    if read.names.is_empty() {
        bail!("{} has no items; each line must hold items separated by commas", path.display());
    }
    Ok(read)
}

/// The items of a line. A quotation mark that its line does not close is a character: a basket never goes on.
fn items(line: &str) -> Vec<String> {
    if line.matches('"').count().is_multiple_of(2) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
        if let Some(Ok(record)) = reader.records().next() {
            return record.iter().map(str::to_owned).collect();
        }
    }
    line.split(',').map(str::to_owned).collect()
}

/// Items in one cell, separated by commas; an item that has one itself stands in quotation marks.
fn named(items: &[u32], names: &[String]) -> String {
    let name = |item: &u32| {
        let name = &names[*item as usize];
        if name.contains([',', '"']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.clone() }
    };
    items.iter().map(name).collect::<Vec<_>>().join(",")
}

/// Runs the command.
///
/// # Errors
/// With file and line where a row cannot be used.
pub(super) fn run(args: &Args) -> Result<()> {
    let params = BasketParams::new(args.min_support, args.min_confidence, args.max_items)?;
    let itemsets_to = args.itemsets.as_deref().map(|path| files::create(Some(path))).transpose()?;
    let is_taken = args.itemsets.as_ref().is_some_and(|path| path.as_os_str() == "-");
    let rules_to = match &args.rules {
        Some(path) if is_taken && path.as_os_str() == "-" => {
            return Err(Usage("itemsets and rules cannot both go to standard output".to_owned()).into());
        }
        None if is_taken => None,
        rules => Some(files::create(rules.as_deref())?),
    };
    let read = read(&args.file)?;
    let found = itemsets(&read.baskets, &params)?;
    let rules = rules(&found, read.baskets.len(), &params);
    if let Some(to) = itemsets_to {
        write_itemsets(to, &found, &read)?;
    }
    if let Some(to) = rules_to {
        write_rules(to, &rules, &read)?;
    }
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

fn write_rules(to: impl Write, rules: &[Rule], read: &Baskets) -> Result<()> {
    let mut out = csv::Writer::from_writer(to);
    out.write_record(["antecedent", "consequent", "count", "support", "confidence", "lift", "leverage"])?;
    for rule in rules {
        out.write_record([
            named(&rule.antecedent, &read.names),
            named(&[rule.consequent], &read.names),
            rule.count.to_string(),
            format!("{:.8}", rule.support),
            format!("{:.8}", rule.confidence),
            format!("{:.8}", rule.lift),
            format!("{:.8}", rule.leverage),
        ])?;
    }
    out.into_inner().map_err(|error| error.into_error())?.flush()?;
    Ok(())
}

fn write_itemsets(to: impl Write, found: &[Itemset], read: &Baskets) -> Result<()> {
    let mut out = csv::Writer::from_writer(to);
    out.write_record(["items", "size", "count", "support"])?;
    for set in found {
        let support = f64::from(set.count) / read.baskets.len() as f64;
        out.write_record([
            named(&set.items, &read.names),
            set.items.len().to_string(),
            set.count.to_string(),
            format!("{support:.8}"),
        ])?;
    }
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_one_basket_whatever_stands_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baskets.txt");
        std::fs::write(&path, "milk,\"tea, green\"\n\nmilk,\"12 inch,pan\nmilk, bread ,\n").unwrap();
        let read = read(&path).unwrap();
        let names: Vec<Vec<String>> = read
            .baskets
            .iter()
            .map(|basket| basket.iter().map(|item| named(&[*item], &read.names)).collect())
            .collect();
        let empty: Vec<String> = Vec::new();
        let expected: [Vec<String>; 4] = [
            vec!["milk".into(), "\"tea, green\"".into()],
            empty,
            vec!["milk".into(), "\"\"\"12 inch\"".into(), "pan".into()],
            vec!["milk".into(), "bread".into()],
        ];
        assert_eq!(names, expected);
    }
}
