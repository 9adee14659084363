//! `herald batch recommend`: items for every user of a file.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::cli::arguments;
use crate::cli::files::{Rows, create, lines};
use crate::engines::recommend::ease::{Ease, EaseError, EaseParams, LEARNED_ITEMS};
use crate::engines::recommend::interactions::{Interactions, best};

/// Recommends items to users, from who took what.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV, TSV or JSON Lines with columns `user,item` and perhaps `weight,timestamp`; `-` is standard input.
    file: PathBuf,
    /// How many items for each user.
    #[arg(long, default_value_t = 10, value_parser = arguments::count)]
    top: usize,
    /// A file with one user a line; without it, every user.
    #[arg(long)]
    users: Option<PathBuf>,
    /// The regularisation, in squared interactions.
    #[arg(long, default_value_t = 300.0, value_parser = arguments::positive)]
    lambda: f64,
    /// Recommend what a user has already, too.
    #[arg(long)]
    keep_owned: bool,
    /// The columns of users and items.
    #[arg(long, default_value = "user")]
    user_column: String,
    /// The column of items.
    #[arg(long, default_value = "item")]
    item_column: String,
}

/// Runs the command.
///
/// # Errors
/// With file and line where a row cannot be used.
pub(super) fn run(args: &Args) -> Result<()> {
    let table = Rows::read(&args.file)?;
    let (user_at, item_at) =
        (table.column(&args.user_column, &args.file)?, table.column(&args.item_column, &args.file)?);
    let weight_at = table.header.iter().position(|column| column == "weight");
    let (mut users, mut items) = (Names::default(), Names::default());
    let mut triples = Vec::with_capacity(table.rows.len());
    for (at, row) in table.rows.iter().enumerate() {
        let place = || format!("{}, line {}", args.file.display(), table.lines[at]);
        if row[user_at].is_empty() || row[item_at].is_empty() {
            bail!("{}: user or item is empty", place());
        }
        let weight = match weight_at {
            Some(column) => row[column]
                .trim()
                .parse()
                .ok()
                .filter(|weight: &f32| *weight >= 0.0 && weight.is_finite())
                .with_context(|| format!("{}, column weight: {:?} is no number from 0", place(), row[column]))?,
            None => 1.0,
        };
        triples.push((users.place(&row[user_at]), items.place(&row[item_at]), weight));
    }
    let interactions = Interactions::collect(users.names.len(), items.names.len(), triples);
    let popularity = interactions.popularity();
    let model = match Ease::fit(&interactions, EaseParams::new(args.lambda)?) {
        Ok(model) => Some(model),
        Err(error @ (EaseError::NoPairs | EaseError::TooManyItems(_))) => {
            eprintln!("note: {error}; best sellers instead");
            None
        }
        Err(error) => return Err(error.into()),
    };
    if model.is_some() && items.names.len() > LEARNED_ITEMS {
        let count = items.names.len();
        eprintln!("note: of {count} items the {LEARNED_ITEMS} that most users took are learned and recommended");
    }
    let popular: Vec<f32> = popularity.iter().map(|&count| count as f32).collect();
    let wanted = match &args.users {
        Some(file) => lines(file)?.into_iter().filter(|line| !line.trim().is_empty()).collect(),
        None => users.names.clone(),
    };
    let mut out = csv::Writer::from_writer(create(None)?);
    out.write_record(["user", "rank", "item", "score", "reason"])?;
    for user in wanted {
        // A user nobody knows has no taste yet: best sellers.
        let owned = users.places.get(user.trim()).map_or(&[] as &[u32], |&row| interactions.of(row as usize));
        let model = model.as_ref().filter(|model| owned.iter().any(|&item| model.knows(item)));
        let scores = model.map_or_else(|| popular.clone(), |model| model.scores(owned));
        let left_out = if args.keep_owned { &[] } else { owned };
        for (rank, (item, score)) in (1..).zip(best(&scores, left_out, args.top)) {
            let reason = match model.and_then(|model| model.reason(owned, item)) {
                Some(because) => format!("took {}", items.names[because as usize]),
                None => format!("taken by {} users", popularity[item as usize]),
            };
            let score = format!("{score:.6}");
            out.write_record([user.trim(), &rank.to_string(), &items.names[item as usize], &score, &reason])?;
        }
    }
    out.into_inner().map_err(|error| error.into_error())?.flush()?;
    Ok(())
}

/// Names in the order they were first seen.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

impl Names {
    fn place(&mut self, name: &str) -> u32 {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        let place = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }
}
