//! `herald evaluate recommend`: ranks all items of public data and counts what was held out.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use rayon::prelude::*;

use crate::cli::files;
use crate::engines::recommend::ease::{Ease, EaseParams};
use crate::engines::recommend::interactions::{Interactions, best};
use crate::training::ranking::{ndcg_at, recall_at};

/// Measures recommendations on public sets.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of public data.
    #[arg(long)]
    data: PathBuf,
    /// The seed of the part of the training set on which λ is chosen.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

const LAMBDAS: [f64; 6] = [50.0, 100.0, 200.0, 400.0, 800.0, 1_600.0];

/// Sets of the LightGCN format (a user and the user's items a line), with published figures: name, length of lists,
/// folder, training file, test file, published.
type Set = (&'static str, usize, &'static str, &'static str, &'static str, &'static str);
const SETS: [Set; 2] = [
    (
        "MovieLens-1M, all items, Recall@20 / NDCG@20",
        20,
        "recommendation/movielens_1m_m1",
        "train.txt.gz",
        "test.txt",
        "UltraGCN .2787/.2642, EASE .2755/.2674, LightGCN .2576/.2427",
    ),
    (
        "Amazon Electronics, all items, Recall@20 / NDCG@20",
        20,
        "recommendation/amazon_electronics",
        "train.txt",
        "test.txt",
        "NDCG@20: SimpleX .0842, EASE .0823",
    ),
];

/// Runs the command.
///
/// # Errors
/// When the data is not there.
pub(super) fn run(args: &Args) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for (name, length, folder, train, test, published) in SETS {
        let folder = args.data.join(folder);
        let (train, test) = (read(&folder.join(train))?, read(&folder.join(test))?);
        let users = train.iter().chain(&test).map(|(user, _)| user + 1).max().unwrap_or(0);
        let items = train.iter().chain(&test).map(|(_, item)| item + 1).max().unwrap_or(0);
        let triples = |pairs: &[(u32, u32)]| pairs.iter().map(|&(user, item)| (user, item, 1.0)).collect::<Vec<_>>();
        let known = Interactions::collect(users as usize, items as usize, triples(&train));
        let (kept, held) = known.split(10, args.seed);
        let mut chosen = (f64::NEG_INFINITY, LAMBDAS[0]);
        for lambda in LAMBDAS {
            let model = Ease::fit(&kept, EaseParams::new(lambda)?)?;
            let (_, ndcg) = score(&kept, &held, length, |owned| model.scores(owned));
            if ndcg > chosen.0 {
                chosen = (ndcg, lambda);
            }
        }
        let lambda = chosen.1;
        let model = Ease::fit(&known, EaseParams::new(lambda)?)?;
        let asked = Interactions::collect(users as usize, items as usize, triples(&test));
        let wanted: Vec<Vec<u32>> = (0..asked.users()).map(|user| asked.of(user).to_vec()).collect();
        let popular: Vec<f32> = known.popularity().iter().map(|&count| count as f32).collect();
        let ours = score(&known, &wanted, length, |owned| model.scores(owned));
        let naive = score(&known, &wanted, length, |_| popular.clone());
        writeln!(out, "{name}\n")?;
        writeln!(out, "| model | recall | NDCG |\n|---|---|---|")?;
        writeln!(out, "| best sellers (naive) | {:.4} | {:.4} |", naive.0, naive.1)?;
        writeln!(out, "| Herald (EASE, λ = {lambda}) | {:.4} | {:.4} |", ours.0, ours.1)?;
        writeln!(
            out,
            "\n{users} users, {items} items, {} pairs to learn from; λ chosen on a tenth of them (seed {}). Published: {published}\n",
            known.pairs(),
            args.seed
        )?;
    }
    Ok(())
}

/// Mean recall and NDCG over the users with something wanted.
fn score(
    known: &Interactions,
    wanted: &[Vec<u32>],
    length: usize,
    scores: impl Fn(&[u32]) -> Vec<f32> + Sync,
) -> (f64, f64) {
    let results: Vec<(f64, f64)> = wanted
        .par_iter()
        .enumerate()
        .filter(|(_, wanted)| !wanted.is_empty())
        .map(|(user, wanted)| {
            let owned = known.of(user);
            let ranking: Vec<u32> = best(&scores(owned), owned, length).into_iter().map(|(item, _)| item).collect();
            (recall_at(&ranking, wanted, length), ndcg_at(&ranking, wanted, length))
        })
        .collect();
    let count = results.len().max(1) as f64;
    let (recall, ndcg) = results.iter().fold((0.0, 0.0), |(recall, ndcg), result| (recall + result.0, ndcg + result.1));
    (recall / count, ndcg / count)
}

/// Reads lines of a user and the user's items.
fn read(path: &Path) -> Result<Vec<(u32, u32)>> {
    let mut pairs = Vec::new();
    for (at, line) in BufReader::new(files::open(path)?).lines().enumerate() {
        let line = line?;
        let mut numbers = line.split_whitespace().map(str::parse::<u32>);
        let Some(user) = numbers.next() else { continue };
        let place = || format!("{}, line {}: a number is wrong", path.display(), at + 1);
        let user = user.with_context(place)?;
        for item in numbers {
            pairs.push((user, item.with_context(place)?));
        }
    }
    Ok(pairs)
}
