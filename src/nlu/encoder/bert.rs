//! The transformer: BERT with the weights of a safetensors file, and what is made of its hidden states. rust-bert says
//! what the parameters are and embeds the pieces; the layers are in `layers`. Threads and queues are not here.

use std::path::Path;

use rust_bert::bert::{BertConfig, BertEmbedding, BertEmbeddings, BertModel};
use tch::{Device, Kind, TchError, Tensor, nn, no_grad};

use super::layers::{Layers, Mode};
use super::options::FeatureLayers;
use super::pieces::Batch;
use crate::nlu::NluError;

/// What is wanted of a batch.
#[derive(Debug, Clone)]
pub(super) enum Want {
    /// Sentence embeddings.
    Embeddings,
    /// Hidden states of several layers.
    Features(FeatureLayers),
    /// One score per class, by the tuned layers of this place.
    Scores(usize),
    /// The same, and behind them one score per tag for each piece.
    Tags(usize),
}

/// The weights by name, in one precision on one device.
pub(super) struct Weights {
    pub(super) config: BertConfig,
    pub(super) tensors: Vec<(String, Tensor)>,
    pub(super) kind: Kind,
    pub(super) device: Device,
}

impl Weights {
    /// Reads config.json and model.safetensors, and checks that every parameter of the model is there and nothing else.
    ///
    /// # Errors
    /// When a file is missing or is not what it should be.
    pub(super) fn read(model_dir: &Path, device: Device) -> Result<Self, NluError> {
        let path = model_dir.join("config.json");
        let bad = |reason: String| NluError::BadModel { path: path.clone(), reason };
        let text = std::fs::read_to_string(&path).map_err(|error| bad(error.to_string()))?;
        let config: BertConfig = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        let path = model_dir.join("model.safetensors");
        let bad = |reason: String| NluError::BadModel { path: path.clone(), reason };
        let mut tensors = Tensor::read_safetensors(&path).map_err(|error| bad(error.to_string()))?;
        // The head of BERT's pre-training and a list of whole numbers, neither of which an embedding needs.
        tensors.retain(|(name, _)| !name.starts_with("pooler.") && name != "embeddings.position_ids");
        check_names(&config, &tensors).map_err(bad)?;
        let weights = Self { config, tensors, kind: Kind::Float, device };
        Ok(if device == Device::Cpu { weights } else { weights.converted(Kind::Float) })
    }

    /// Reads tuned layers, which have no embeddings of their own, in the precision and on the device of these weights.
    ///
    /// # Errors
    /// When the file is missing or is not what it should be.
    pub(super) fn read_tuned(&self, path: &Path) -> Result<Self, NluError> {
        if !path.is_file() {
            return Err(NluError::MissingModel {
                path: path.to_owned(),
                remedy: "it comes with Herald; fetch it again",
            });
        }
        let bad = |reason: String| NluError::BadModel { path: path.to_owned(), reason };
        let tensors = Tensor::read_safetensors(path).map_err(|error| bad(error.to_string()))?;
        let tuned = Self { config: self.config.clone(), tensors, kind: self.kind, device: self.device };
        Ok(tuned.converted(self.kind))
    }

    /// The same weights in another precision, on the device.
    pub(super) fn converted(&self, kind: Kind) -> Self {
        let convert = |tensor: &Tensor| tensor.to_device(self.device).to_kind(kind);
        let tensors = self.tensors.iter().map(|(name, tensor)| (name.clone(), convert(tensor))).collect();
        Self { config: self.config.clone(), tensors, kind, device: self.device }
    }

    /// The same weights in the same memory, for another thread.
    pub(super) fn shared(&self) -> Self {
        let tensors = self.tensors.iter().map(|(name, tensor)| (name.clone(), tensor.shallow_clone())).collect();
        Self { config: self.config.clone(), tensors, kind: self.kind, device: self.device }
    }

    /// Lets the parameters of a module point to the weights of the same name.
    fn fill(&self, store: &nn::VarStore) {
        let mut parameters = store.variables();
        for (name, tensor) in &self.tensors {
            if let Some(mut parameter) = parameters.remove(name) {
                let _ = parameter.set_requires_grad(false);
                no_grad(|| parameter.set_data(tensor));
            }
        }
    }
}

/// Compares the names in the file with the parameters that rust-bert's model has. Only names are compared, so the model
/// is made as small as it can be: drawing random start values for the real one takes longer than reading the file. A
/// wrong shape fails in the first batch.
fn check_names(config: &BertConfig, tensors: &[(String, Tensor)]) -> Result<(), String> {
    let heads = config.num_attention_heads;
    let store = nn::VarStore::new(Device::Cpu);
    let small = BertConfig { hidden_size: heads, intermediate_size: 1, ..one_word(config) };
    BertModel::<BertEmbeddings>::new_with_optional_pooler(store.root(), &small, false);
    let mut parameters = store.variables();
    for (name, _) in tensors {
        if parameters.remove(name).is_none() {
            return Err(format!("it holds {name}, which is no parameter of the model"));
        }
    }
    match parameters.keys().min() {
        Some(name) => Err(format!("it lacks {name} and {} more", parameters.len() - 1)),
        None => Ok(()),
    }
}

fn one_word(config: &BertConfig) -> BertConfig {
    BertConfig { vocab_size: 1, max_position_embeddings: 1, ..config.clone() }
}

/// Layers that were tuned for one task on top of the same embeddings, with the weights of its classes.
struct Tuned {
    layers: Layers,
    weight: Tensor,
    bias: Tensor,
    /// Weights and bias of the tags of pieces, where those were learned.
    tags: Option<(Tensor, Tensor)>,
}

impl Tuned {
    fn new(weights: &Weights) -> Result<Self, NluError> {
        let look = |name: &str| weights.tensors.iter().find(|(other, _)| other == name);
        let find = |name: &str| match look(name) {
            Some((_, tensor)) => Ok(tensor.to_kind(Kind::Float)),
            None => Err(NluError::Torch(format!("no weights are called {name}"))),
        };
        let tags = if look(TAGS_WEIGHT).is_some() { Some((find(TAGS_WEIGHT)?, find(TAGS_BIAS)?)) } else { None };
        let layers = Layers::new(weights, Mode::Infer)?;
        Ok(Self { layers, weight: find(HEAD_WEIGHT)?, bias: find(HEAD_BIAS)?, tags })
    }

    fn last(&self, embedded: Tensor, mask: Option<&Tensor>) -> Result<Tensor, NluError> {
        let last = self.layers.run(embedded, mask)?.pop();
        last.ok_or_else(|| NluError::Torch("the model has no layers".to_owned()))
    }

    fn scores_of(&self, last: &Tensor, mask: Option<&Tensor>) -> Result<Vec<Vec<f32>>, NluError> {
        rows(&mean_over_pieces(last, mask)?.f_linear(&self.weight, Some(&self.bias))?)
    }

    fn scores(&self, embedded: Tensor, mask: Option<&Tensor>) -> Result<Vec<Vec<f32>>, NluError> {
        self.scores_of(&self.last(embedded, mask)?, mask)
    }

    fn tagged(&self, embedded: Tensor, mask: Option<&Tensor>, batch: &Batch) -> Result<Vec<Vec<f32>>, NluError> {
        let Some((weight, bias)) = &self.tags else {
            return Err(NluError::Torch("these layers learned no tags".to_owned()));
        };
        let last = self.last(embedded, mask)?;
        let scores = self.scores_of(&last, mask)?;
        let tags = last.f_to_kind(Kind::Float)?.f_linear(weight, Some(bias))?;
        with_pieces(scores, &tags, batch)
    }
}

/// Puts the values of each text's pieces (texts × pieces × values) behind its row.
fn with_pieces(mut rows: Vec<Vec<f32>>, values: &Tensor, batch: &Batch) -> Result<Vec<Vec<f32>>, NluError> {
    let (_, pieces, width) = values.size3()?;
    let flat = values.f_to_device(Device::Cpu)?.f_to_kind(Kind::Float)?.f_contiguous()?.f_view([-1])?;
    let flat = Vec::<f32>::try_from(&flat)?;
    let (pieces, width) = (usize::try_from(pieces).unwrap_or(0), usize::try_from(width).unwrap_or(0));
    for (at, row) in rows.iter_mut().enumerate() {
        let from = at * pieces * width;
        row.extend_from_slice(&flat[from..from + batch.rows[at].len() * width]);
    }
    Ok(rows)
}

/// The names of a tuned head's weights (classes × width) and bias.
pub(super) const HEAD_WEIGHT: &str = "head.weight";
/// See [`HEAD_WEIGHT`].
pub(super) const HEAD_BIAS: &str = "head.bias";
/// The names of the weights (tags × width) and bias that tag pieces.
pub(super) const TAGS_WEIGHT: &str = "tags.weight";
/// See [`TAGS_WEIGHT`].
pub(super) const TAGS_BIAS: &str = "tags.bias";

/// A transformer on the thread that made it.
pub(super) struct Bert {
    embeddings: BertEmbeddings,
    layers: Layers,
    tuned: Vec<Tuned>,
    device: Device,
}

/// Puts rust-bert's embeddings around the weights, whose memory they share.
pub(super) fn embeddings_of(weights: &Weights) -> BertEmbeddings {
    let store = nn::VarStore::new(weights.device);
    let embeddings = BertEmbeddings::new(store.root() / "embeddings", &one_word(&weights.config));
    weights.fill(&store);
    embeddings
}

impl Bert {
    /// Builds the model around the weights, whose memory it shares, with those of tuned layers beside.
    ///
    /// # Errors
    /// When weights are missing.
    pub(super) fn new(weights: &Weights, tuned: &[Weights]) -> Result<Self, NluError> {
        let embeddings = embeddings_of(weights);
        let layers = Layers::new(weights, Mode::Infer)?;
        let tuned = tuned.iter().map(Tuned::new).collect::<Result<_, _>>()?;
        Ok(Self { embeddings, layers, tuned, device: weights.device })
    }

    /// Runs a batch; one row per text.
    ///
    /// # Errors
    /// When torch fails or a layer is asked for that is not there.
    pub(super) fn run(&self, batch: &Batch, want: &Want) -> Result<Vec<Vec<f32>>, NluError> {
        no_grad(|| {
            let (ids, mask) = padded(&batch.rows, self.device);
            let embedded = embed(&self.embeddings, &ids)?;
            match want {
                Want::Embeddings => sentence_embeddings(&self.layers.run(embedded, mask.as_ref())?, mask.as_ref()),
                Want::Features(wanted) => features(&self.layers.run(embedded, mask.as_ref())?, mask.as_ref(), wanted),
                Want::Scores(tuned) => self.tuned(*tuned)?.scores(embedded, mask.as_ref()),
                Want::Tags(tuned) => self.tuned(*tuned)?.tagged(embedded, mask.as_ref(), batch),
            }
        })
    }

    fn tuned(&self, number: usize) -> Result<&Tuned, NluError> {
        self.tuned.get(number).ok_or_else(|| NluError::Torch(format!("no tuned layers are numbered {number}")))
    }
}

/// The embeddings of padded pieces (texts × pieces × width).
pub(super) fn embed(embeddings: &BertEmbeddings, ids: &Tensor) -> Result<Tensor, NluError> {
    let embedded = embeddings.forward_t(Some(ids), None, None, None, false);
    embedded.map_err(|error| NluError::Torch(error.to_string()))
}

/// The padded pieces, and which of them count; `None` where all do.
pub(super) fn padded(rows: &[Vec<u32>], device: Device) -> (Tensor, Option<Tensor>) {
    let (height, width) = (rows.len(), rows.iter().map(Vec::len).max().unwrap_or(0));
    let mut ids = vec![0i64; height * width];
    let mut mask = vec![false; height * width];
    for (row, pieces) in rows.iter().enumerate() {
        for (column, &piece) in pieces.iter().enumerate() {
            ids[row * width + column] = i64::from(piece);
            mask[row * width + column] = true;
        }
    }
    let place = |tensor: Tensor| tensor.reshape([height as i64, width as i64]).to_device(device);
    let partly = mask.contains(&false);
    (place(Tensor::from_slice(&ids)), partly.then(|| place(Tensor::from_slice(&mask))))
}

/// The mean of the last states, brought to length 1.
fn sentence_embeddings(states: &[Tensor], mask: Option<&Tensor>) -> Result<Vec<Vec<f32>>, NluError> {
    let last = states.last().ok_or_else(|| NluError::Torch("the model has no layers".to_owned()))?;
    let mean = mean_over_pieces(last, mask)?;
    let norm = mean.f_norm_scalaropt_dim(2.0, [-1i64].as_slice(), true)?.f_clamp_min(1e-12)?;
    rows(&mean.f_div(&norm)?)
}

fn features(states: &[Tensor], mask: Option<&Tensor>, wanted: &FeatureLayers) -> Result<Vec<Vec<f32>>, NluError> {
    let mut parts = Vec::new();
    for &layer in &wanted.layers {
        let state = after(states, layer)?;
        parts.push(mean_over_pieces(state, mask)?);
        if wanted.cls {
            parts.push(state.f_select(1, 0)?.f_to_kind(Kind::Float)?);
        }
    }
    rows(&Tensor::f_cat(&parts, 1)?)
}

/// The states after a layer, numbered from 1.
fn after(states: &[Tensor], layer: usize) -> Result<&Tensor, NluError> {
    layer
        .checked_sub(1)
        .and_then(|at| states.get(at))
        .ok_or_else(|| NluError::Torch(format!("layers are numbered from 1 to {}, asked for {layer}", states.len())))
}

/// The mean of the hidden states over the pieces that count, in float32 (Reimers and Gurevych, 2019, "mean pooling").
pub(super) fn mean_over_pieces(states: &Tensor, mask: Option<&Tensor>) -> Result<Tensor, TchError> {
    let over = Some([1i64].as_slice());
    match mask {
        None => states.f_mean_dim(over, false, Kind::Float),
        Some(mask) => {
            let weight = mask.f_to_kind(Kind::Float)?.f_unsqueeze(-1)?;
            let sum = states.f_to_kind(Kind::Float)?.f_mul(&weight)?.f_sum_dim_intlist(over, false, Kind::Float)?;
            sum.f_div(&weight.f_sum_dim_intlist(over, false, Kind::Float)?.f_clamp_min(1.0)?)
        }
    }
}

fn rows(tensor: &Tensor) -> Result<Vec<Vec<f32>>, NluError> {
    let width = tensor.size().last().map_or(0, |&width| usize::try_from(width).unwrap_or(0));
    let flat = tensor.f_to_device(Device::Cpu)?.f_contiguous()?.f_view([-1])?;
    let values = Vec::<f32>::try_from(&flat)?;
    Ok(values.chunks(width.max(1)).map(<[f32]>::to_vec).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// rust-bert's own layers are the reference for those in `layers`.
    #[test]
    fn the_layers_equal_those_of_rust_bert() {
        let config = BertConfig {
            vocab_size: 50,
            hidden_size: 24,
            intermediate_size: 40,
            num_attention_heads: 3,
            num_hidden_layers: 2,
            max_position_embeddings: 16,
            ..BertConfig::default()
        };
        tch::manual_seed(5);
        let store = nn::VarStore::new(Device::Cpu);
        let model = BertModel::<BertEmbeddings>::new_with_optional_pooler(store.root(), &config, false);
        let tensors = store.variables().into_iter().map(|(name, tensor)| (name, tensor.detach())).collect();
        let weights = Weights { config, tensors, kind: Kind::Float, device: Device::Cpu };
        let bert = Bert::new(&weights, &[]).unwrap();
        let batch = Batch { places: vec![0, 1], rows: vec![vec![3, 9, 27, 31, 4], vec![1, 2, 40]] };
        let (ids, mask) = padded(&batch.rows, Device::Cpu);
        let mask = mask.unwrap();
        let whole = mask.to_kind(Kind::Int64);
        let theirs = model.forward_t(Some(&ids), Some(&whole), None, None, None, None, None, false).unwrap();
        let theirs = sentence_embeddings(&[theirs.hidden_state], Some(&mask)).unwrap();
        let ours = bert.run(&batch, &Want::Embeddings).unwrap();
        for (ours, theirs) in ours.iter().flatten().zip(theirs.iter().flatten()) {
            assert!((ours - theirs).abs() < 1e-5, "{ours} {theirs}");
        }
    }
}
