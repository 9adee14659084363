//! Fits the sentiment head on public sets, and measures it on parts it has not seen.

use std::path::Path;

use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_xoshiro::Xoshiro256PlusPlus;
use tch::{Device, Kind, Tensor, nn, nn::Module as _, nn::OptimizerConfig as _, no_grad};

use super::TrainingError;
use crate::domain::Sentiment;
use crate::nlu::encoder::{Encoder, FeatureLayers};

/// A text with its class.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The text.
    pub text: String,
    /// Its class.
    pub class: Sentiment,
}

/// What the head is made of and how it is fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct SentimentParams {
    /// The layers read.
    pub layers: FeatureLayers,
    /// Units of the hidden layer.
    pub hidden: i64,
    /// Share of the features left out at random while fitting.
    pub dropout: f64,
    /// Passes over the data, at most; fewer where the part held out gets no better.
    pub epochs: usize,
    /// The seed of everything random.
    pub seed: u64,
}

impl Default for SentimentParams {
    fn default() -> Self {
        Self {
            layers: FeatureLayers { layers: vec![2, 3, 4, 5, 6], cls: true },
            hidden: 256,
            dropout: 0.4,
            epochs: 20,
            seed: 1,
        }
    }
}

/// The fitted weights by the names that `nlu::sentiment` reads, and how they did on the part held out.
#[derive(Debug)]
pub struct Fitted {
    weights: Vec<(String, Tensor)>,
    /// Accuracy on the twentieth of the training texts that was held out to stop by.
    pub held_out_accuracy: f64,
    /// Expected calibration error there, in ten bins, after the temperature was set.
    pub held_out_ece: f64,
    /// The passes made.
    pub epochs: usize,
    /// How many texts were learned from.
    pub texts: usize,
}

impl Fitted {
    /// Writes the weights.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, file: &Path) -> Result<(), TrainingError> {
        Ok(Tensor::write_safetensors(&self.weights, file)?)
    }
}

/// Fits the head. `progress` is told what is being done, how far, and of how much.
///
/// # Errors
/// When the encoder or torch fails.
pub fn fit(
    encoder: &Encoder,
    texts: &[Labelled],
    params: &SentimentParams,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Fitted, TrainingError> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(params.seed);
    order.shuffle(&mut random);
    let held = texts.len() / 20;
    let features = features(encoder, texts, &params.layers, progress)?;
    // The encoder's threads keep torch to one core each; nothing is read any more, and the fit may have them all.
    tch::set_num_threads(i32::try_from(std::thread::available_parallelism().map_or(1, usize::from)).unwrap_or(1));
    let classes: Vec<i64> = texts.iter().map(|labelled| labelled.class as i64).collect();
    let classes = Tensor::from_slice(&classes);
    let pick = |places: &[usize]| {
        let places: Vec<i64> = places.iter().map(|&place| place as i64).collect();
        Tensor::from_slice(&places)
    };
    let (held_places, mut learned) = (pick(&order[..held]), order[held..].to_vec());
    let (held_features, held_classes) = (features.index_select(0, &held_places), classes.index_select(0, &held_places));
    tch::manual_seed(i64::from_ne_bytes(params.seed.to_ne_bytes()));
    let store = nn::VarStore::new(Device::Cpu);
    let width = features.size()[1];
    let hidden = nn::linear(store.root() / "hidden", width, params.hidden, nn::LinearConfig::default());
    let output = nn::linear(store.root() / "output", params.hidden, 3, nn::LinearConfig::default());
    let (mean, scale) = standard(&features);
    let forward = |rows: &Tensor, train: bool| {
        let rows = ((rows - &mean) / &scale).dropout(params.dropout, train);
        output.forward(&hidden.forward(&rows).gelu("tanh").dropout(params.dropout, train))
    };
    let mut optimizer = nn::AdamW { wd: 0.05, ..nn::AdamW::default() }.build(&store, 1e-3)?;
    let (mut best, mut best_loss, mut worse, mut epochs) = (snapshot(&store), f64::INFINITY, 0, 0);
    for epoch in 0..params.epochs {
        learned.shuffle(&mut random);
        optimizer.set_lr(1e-3 * 0.5 * (1.0 + (std::f64::consts::PI * epoch as f64 / params.epochs as f64).cos()));
        for batch in learned.chunks(256) {
            let places = pick(batch);
            let logits = forward(&features.index_select(0, &places), true);
            let loss = logits.cross_entropy_loss::<Tensor>(
                &classes.index_select(0, &places),
                None,
                tch::Reduction::Mean,
                -100,
                0.05,
            );
            optimizer.backward_step(&loss);
        }
        epochs = epoch + 1;
        progress("fitting", epochs, params.epochs);
        let loss = no_grad(|| forward(&held_features, false).cross_entropy_for_logits(&held_classes).double_value(&[]));
        if loss < best_loss {
            (best, best_loss, worse) = (snapshot(&store), loss, 0);
        } else {
            worse += 1;
            if worse == 4 {
                break;
            }
        }
    }
    restore(&store, &best);
    let logits = no_grad(|| forward(&held_features, false));
    let temperature = temperature(&logits, &held_classes);
    let probabilities = no_grad(|| (&logits / temperature).softmax(-1, Kind::Float));
    let right = logits.argmax(-1, false).eq_tensor(&held_classes);
    let held_out_accuracy = right.to_kind(Kind::Float).mean(Kind::Float).double_value(&[]);
    let weights = vec![
        ("mean".to_owned(), mean),
        ("scale".to_owned(), scale),
        ("hidden.weight".to_owned(), hidden.ws.tr().contiguous().detach()),
        ("hidden.bias".to_owned(), bias(&hidden)),
        ("output.weight".to_owned(), (output.ws.tr() / temperature).contiguous().detach()),
        ("output.bias".to_owned(), bias(&output) / temperature),
    ];
    let held_out_ece = ece(&probabilities, &right)?;
    Ok(Fitted { weights, held_out_accuracy, held_out_ece, epochs, texts: learned.len() })
}

fn bias(layer: &nn::Linear) -> Tensor {
    layer.bs.as_ref().map_or_else(|| Tensor::zeros([1], (Kind::Float, Device::Cpu)), Tensor::detach)
}

fn features(
    encoder: &Encoder,
    texts: &[Labelled],
    layers: &FeatureLayers,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Tensor, TrainingError> {
    // In parts, so that no more than one copy of all the features is ever in memory.
    let mut parts = Vec::new();
    for (at, chunk) in texts.chunks(4_096).enumerate() {
        let chunk: Vec<String> = chunk.iter().map(|labelled| labelled.text.clone()).collect();
        let done = at * 4_096;
        let made = encoder.features(&chunk, layers, &mut |more| progress("reading", done + more, texts.len()))?;
        let width = i64::try_from(made.width).unwrap_or(0);
        parts.push(Tensor::from_slice(&made.rows.concat()).view([-1, width]));
    }
    Ok(Tensor::f_cat(&parts, 0)?)
}

fn standard(features: &Tensor) -> (Tensor, Tensor) {
    let mean = features.mean_dim(Some([0].as_slice()), false, Kind::Float);
    let scale = features.std_dim(Some([0].as_slice()), true, false).clamp_min(1e-6);
    (mean, scale)
}

fn snapshot(store: &nn::VarStore) -> Vec<(String, Tensor)> {
    store.variables().into_iter().map(|(name, tensor)| (name, tensor.detach().copy())).collect()
}

fn restore(store: &nn::VarStore, saved: &[(String, Tensor)]) {
    let mut variables = store.variables();
    no_grad(|| {
        for (name, tensor) in saved {
            if let Some(variable) = variables.get_mut(name) {
                variable.copy_(tensor);
            }
        }
    });
}

/// The temperature that makes held-out probabilities likeliest (Guo et al. 2017, section 4.2), by golden section.
fn temperature(logits: &Tensor, classes: &Tensor) -> f64 {
    let loss = |t: f64| no_grad(|| (logits / t).cross_entropy_for_logits(classes).double_value(&[]));
    let (mut low, mut high) = (0.3_f64, 5.0_f64);
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    for _ in 0..40 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if loss(a) < loss(b) { high = b } else { low = a }
    }
    f64::midpoint(low, high)
}

/// Expected calibration error in ten bins of equal width (Guo et al. 2017, equation 3).
fn ece(probabilities: &Tensor, right: &Tensor) -> Result<f64, TrainingError> {
    let (top, _) = probabilities.max_dim(-1, false);
    let top = Vec::<f32>::try_from(&top)?;
    let right = Vec::<bool>::try_from(right)?;
    let mut bins = [(0.0, 0.0, 0.0); 10];
    for (&top, &right) in top.iter().zip(&right) {
        let bin = &mut bins[((top * 10.0) as usize).min(9)];
        *bin = (bin.0 + 1.0, bin.1 + f64::from(top), bin.2 + f64::from(u8::from(right)));
    }
    Ok(bins.iter().map(|(_, sure, right)| (sure - right).abs()).sum::<f64>() / top.len().max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confident_and_right_half_the_time_is_an_error_of_a_half() {
        let probabilities = Tensor::from_slice(&[1.0_f32, 0.0, 0.0, 1.0, 0.0, 0.0]).view([2, 3]);
        let right = Tensor::from_slice(&[true, false]);
        assert!((ece(&probabilities, &right).unwrap() - 0.5).abs() < 1e-6);
    }

    #[test]
    fn overconfident_logits_are_cooled() {
        // Sure by a logit of 6, right three times in four: the likeliest temperature makes softmax give 0.75.
        let logits = Tensor::from_slice(&[6.0_f32, 0.0, 6.0, 0.0, 6.0, 0.0, 6.0, 0.0]).view([4, 2]);
        let classes = Tensor::from_slice(&[0_i64, 0, 0, 1]);
        let found = temperature(&logits, &classes);
        assert!((found - 6.0 / 3.0_f64.ln()).abs() < 0.5 || found > 4.9, "{found}");
    }
}
