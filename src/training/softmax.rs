//! Fits a linear classifier by multinomial logistic regression on torch. Measures nothing.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use tch::nn::{self, OptimizerConfig};
use tch::{Device, Kind, Reduction, Tensor};

use crate::nlu::NluError;
use crate::nlu::intents::linear::{Linear, Seen};

/// How a classifier is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitOptions {
    /// Passes over the examples.
    pub epochs: usize,
    /// Examples per step.
    pub batch: usize,
    /// The first step size; it falls to nothing in a straight line.
    pub rate: f64,
    /// Decay of weights per unit of step size (Loshchilov and Hutter, 2019).
    pub decay: f64,
    /// The share of each label that is spread over all classes (Szegedy et al., 2016).
    pub smoothing: f64,
    /// Buckets of spelling.
    pub buckets: u32,
    /// How much spelling counts against the states, which count as 1.
    pub spelling: f64,
    /// The seed of the order of examples.
    pub seed: u64,
}

impl Default for FitOptions {
    /// Found by cross-validation over the intents.
    fn default() -> Self {
        Self {
            epochs: 25,
            batch: 128,
            rate: 0.01,
            decay: 0.1,
            smoothing: 0.0,
            buckets: 1 << 13,
            spelling: 0.4,
            seed: 1,
        }
    }
}

impl FitOptions {
    /// For sets with many examples per label, found on the validation texts of CLINC150 and a split of Banking77.
    #[must_use]
    pub fn for_labels() -> Self {
        Self { epochs: 20, batch: 256, rate: 0.008, buckets: 1 << 12, spelling: 0.2, ..Self::default() }
    }
}

/// States have length 1 and their 384 numbers are small; at this scale one step size suits weights and bias.
const STATE_SCALE: f64 = 10.0;

/// Fits a classifier. Runs on the calling thread alone, so that the same seed gives the same weights.
///
/// # Errors
/// When there are no examples, a label is not below `classes`, or torch fails.
pub fn fit(seen: &[&Seen], labels: &[usize], classes: usize, options: &FitOptions) -> Result<Linear, NluError> {
    let wrong = |reason: &str| NluError::Torch(format!("fitting a classifier: {reason}"));
    let width = seen.first().map_or(0, |first| first.states.len());
    if seen.is_empty() || seen.len() != labels.len() || classes == 0 {
        return Err(wrong("there are no examples"));
    }
    if labels.iter().any(|&label| label >= classes) || seen.iter().any(|one| one.states.len() != width) {
        return Err(wrong("the examples do not fit together"));
    }
    tch::set_num_threads(1);
    let spelling_scale = STATE_SCALE * options.spelling;
    let flat: Vec<f32> = seen.iter().flat_map(|one| one.states.iter().copied()).collect();
    let all = Tensor::from_slice(&flat).f_view([seen.len() as i64, width as i64])?.f_mul_scalar(STATE_SCALE)?;
    drop(flat);
    let store = nn::VarStore::new(Device::Cpu);
    let root = store.root();
    let by_state = root.zeros("states", &[width as i64, classes as i64]);
    let spelling = root.zeros("spelling", &[i64::from(options.buckets), classes as i64]);
    let bias = root.zeros("bias", &[classes as i64]);
    let mut optimizer = nn::AdamW { wd: options.decay, ..nn::AdamW::default() }.build(&store, options.rate)?;
    let mut order: Vec<usize> = (0..seen.len()).collect();
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(options.seed);
    let steps = options.epochs * seen.len().div_ceil(options.batch.max(1));
    let mut step = 0;
    for _ in 0..options.epochs {
        shuffle(&mut order, &mut generator);
        for chunk in order.chunks(options.batch.max(1)) {
            optimizer.set_lr(options.rate * (1.0 - step as f64 / steps as f64));
            step += 1;
            let batch = Batch::new(seen, labels, chunk, spelling_scale);
            let states = all.f_index_select(0, &batch.places)?;
            let (by_spelling, ..) = Tensor::f_embedding_bag(
                &spelling,
                &batch.buckets,
                &batch.starts,
                false,
                0,
                false,
                Some(&batch.values),
                false,
            )?;
            let logits = states.f_matmul(&by_state)?.f_add(&by_spelling)?.f_add(&bias)?;
            let loss =
                logits.f_cross_entropy_loss::<Tensor>(&batch.labels, None, Reduction::Mean, -100, options.smoothing)?;
            optimizer.backward_step(&loss);
        }
    }
    let values = |tensor: &Tensor, scale: f64| -> Result<Vec<f32>, NluError> {
        Ok(Vec::<f32>::try_from(&(tensor.detach() * scale).f_view([-1])?.f_to_kind(Kind::Float)?)?)
    };
    let states = values(&by_state, STATE_SCALE)?;
    Linear::new(states, values(&spelling, spelling_scale)?, values(&bias, 1.0)?).map_err(|e| wrong(&e))
}

/// Examples of one step.
struct Batch {
    places: Tensor,
    buckets: Tensor,
    values: Tensor,
    starts: Tensor,
    labels: Tensor,
}

impl Batch {
    fn new(seen: &[&Seen], labels: &[usize], chunk: &[usize], spelling_scale: f64) -> Self {
        let places: Vec<i64> = chunk.iter().map(|&at| at as i64).collect();
        let (mut buckets, mut values, mut starts) = (Vec::new(), Vec::new(), Vec::new());
        for &at in chunk {
            starts.push(buckets.len() as i64);
            for &(bucket, value) in &seen[at].spelling {
                buckets.push(i64::from(bucket));
                values.push(value * spelling_scale as f32);
            }
        }
        let labels: Vec<i64> = chunk.iter().map(|&at| labels[at] as i64).collect();
        Self {
            places: Tensor::from_slice(&places),
            buckets: Tensor::from_slice(&buckets),
            values: Tensor::from_slice(&values),
            starts: Tensor::from_slice(&starts),
            labels: Tensor::from_slice(&labels),
        }
    }
}

/// Fisher and Yates's shuffle.
pub(crate) fn shuffle<T>(items: &mut [T], generator: &mut Xoshiro256PlusPlus) {
    for last in (1..items.len()).rev() {
        let chosen = (generator.next_u64() % (last as u64 + 1)) as usize;
        items.swap(last, chosen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(angle: f32, bucket: u32) -> Seen {
        Seen { states: vec![angle.cos(), angle.sin()], spelling: vec![(bucket, 1.0)] }
    }

    /// Three classes: two apart by their states, the third from the second by its spelling alone.
    fn examples() -> (Vec<Seen>, Vec<usize>) {
        let mut seen = Vec::new();
        let mut labels = Vec::new();
        for n in 0..60 {
            let wobble = (n as f32 * 0.7).sin() * 0.3;
            seen.extend([example(wobble, 0), example(2.0 + wobble, 1), example(2.0 + wobble, 2)]);
            labels.extend([0, 1, 2]);
        }
        (seen, labels)
    }

    #[test]
    fn both_kinds_of_features_are_learned_and_the_seed_decides() {
        let (seen, labels) = examples();
        let options = FitOptions { buckets: 8, ..FitOptions::default() };
        let (train, test) = (seen[..90].iter().collect::<Vec<_>>(), &seen[90..]);
        let linear = fit(&train, &labels[..90], 3, &options).unwrap();
        let right = test.iter().zip(&labels[90..]).filter(|(seen, label)| {
            let logits = linear.logits(seen);
            (0..3).max_by(|&a, &b| logits[a].total_cmp(&logits[b])) == Some(**label)
        });
        // The naive baseline, the commonest class, gets a third right.
        assert_eq!(right.count(), test.len());
        assert_eq!(fit(&train, &labels[..90], 3, &options).unwrap(), linear);
    }

    #[test]
    fn examples_that_do_not_fit_are_refused() {
        let one = example(0.0, 0);
        assert!(fit(&[], &[], 2, &FitOptions::default()).is_err());
        assert!(fit(&[&one], &[5], 2, &FitOptions::default()).is_err());
        assert!(fit(&[&one, &Seen::default()], &[0, 1], 2, &FitOptions::default()).is_err());
    }
}
