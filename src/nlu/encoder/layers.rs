//! The transformer's layers with fewer and larger operations than rust-bert's own, over the same weights: one product
//! for query, key and value, attention in one kernel, GELU in one pass and in place, and on a processor oneDNN's products
//! in float32 instead of MKL's. Same results; measured faster.

use tch::{Device, Kind, TchError, Tensor};

use super::bert::Weights;
use crate::nlu::NluError;

/// The layers of a BERT encoder.
pub(super) struct Layers {
    layers: Vec<Layer>,
    heads: i64,
    mode: Mode,
}

/// How layers are to be run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Mode {
    /// For their results alone.
    Infer,
    /// With gradients; the share of values that is left out at random (Srivastava et al., 2014).
    Learn { dropout: f64 },
}

/// A product with weights, and a bias.
enum Linear {
    /// By torch's own choice of kernel.
    Plain { weight: Tensor, bias: Tensor },
    /// By oneDNN, whose float32 products use all that a processor has: MKL's take a slow path on those that are not
    /// Intel's (114 against 245 GFLOPS on one core of a Zen 5), and are no faster elsewhere.
    OneDnn { weight: Tensor, bias: Tensor },
    /// The same with weights that change from step to step and stay as torch lays them out.
    OneDnnLearning { weight: Tensor, bias: Tensor },
}

struct Norm {
    weight: Tensor,
    bias: Tensor,
}

struct Layer {
    query_key_value: Linear,
    attended: Linear,
    attended_norm: Norm,
    wide: Linear,
    narrow: Linear,
    norm: Norm,
}

impl Linear {
    fn new(weight: Tensor, bias: Tensor, mode: Mode) -> Self {
        let suits = weight.device() == Device::Cpu && weight.kind() == Kind::Float;
        if let (Mode::Learn { .. }, true) = (mode, suits) {
            return Self::OneDnnLearning { weight, bias };
        }
        // A libtorch without oneDNN refuses; its own kernel then does.
        match suits.then(|| weight.f_to_mkldnn(Kind::Float)) {
            Some(Ok(weight)) => Self::OneDnn { weight, bias },
            Some(Err(_)) | None => Self::Plain { weight, bias },
        }
    }

    fn apply(&self, input: &Tensor) -> Result<Tensor, TchError> {
        match self {
            Self::Plain { weight, bias } => input.f_linear(weight, Some(bias)),
            Self::OneDnn { weight, bias } | Self::OneDnnLearning { weight, bias } => {
                input.f_to_mkldnn(Kind::Float)?.f_mkldnn_linear(weight, Some(bias))?.f_to_dense(Kind::Float, false)
            }
        }
    }
}

impl Norm {
    /// BERT's layer norm (Devlin et al., 2019), with the epsilon of its published configuration.
    fn apply(&self, input: &Tensor) -> Result<Tensor, TchError> {
        let width = self.weight.size();
        input.f_layer_norm(width.as_slice(), Some(&self.weight), Some(&self.bias), 1e-12, true)
    }
}

impl Layers {
    /// Takes the layers' weights by their names in the file.
    ///
    /// # Errors
    /// With the first name that is missing.
    pub(super) fn new(weights: &Weights, mode: Mode) -> Result<Self, NluError> {
        let find = |name: String| match weights.tensors.iter().find(|(other, _)| *other == name) {
            Some((_, tensor)) => Ok(tensor.shallow_clone()),
            None => Err(NluError::Torch(format!("no weights are called {name}"))),
        };
        let mut layers = Vec::new();
        for number in 0..weights.config.num_hidden_layers {
            let pair = |name: &str| -> Result<(Tensor, Tensor), NluError> {
                let at = format!("encoder.layer.{number}.{name}");
                Ok((find(format!("{at}.weight"))?, find(format!("{at}.bias"))?))
            };
            let linear = |name: &str| pair(name).map(|(weight, bias)| Linear::new(weight, bias, mode));
            let norm = |name: &str| pair(name).map(|(weight, bias)| Norm { weight, bias });
            let (query, key) = (pair("attention.self.query")?, pair("attention.self.key")?);
            let value = pair("attention.self.value")?;
            layers.push(Layer {
                query_key_value: Linear::new(
                    Tensor::f_cat(&[query.0, key.0, value.0], 0)?,
                    Tensor::f_cat(&[query.1, key.1, value.1], 0)?,
                    mode,
                ),
                attended: linear("attention.output.dense")?,
                attended_norm: norm("attention.output.LayerNorm")?,
                wide: linear("intermediate.dense")?,
                narrow: linear("output.dense")?,
                norm: norm("output.LayerNorm")?,
            });
        }
        Ok(Self { layers, heads: weights.config.num_attention_heads, mode })
    }

    /// Runs all layers over embedded pieces (texts × pieces × width) and gives the states after each. `mask` says which
    /// pieces count (texts × pieces).
    ///
    /// # Errors
    /// When torch fails.
    pub(super) fn run(&self, embedded: Tensor, mask: Option<&Tensor>) -> Result<Vec<Tensor>, TchError> {
        let mask = mask.map(|mask| mask.unsqueeze(1).unsqueeze(1));
        let mut states: Vec<Tensor> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let next = layer.run(states.last().unwrap_or(&embedded), mask.as_ref(), self.heads, self.mode)?;
            states.push(next);
        }
        Ok(states)
    }
}

impl Layer {
    fn run(&self, input: &Tensor, mask: Option<&Tensor>, heads: i64, mode: Mode) -> Result<Tensor, TchError> {
        let (texts, pieces, width) = input.size3()?;
        let parts = self.query_key_value.apply(input)?.f_view([texts, pieces, 3, heads, width / heads])?;
        let parts = parts.f_permute([2, 0, 3, 1, 4])?;
        let [query, key, value] = [0, 1, 2].map(|part| parts.get(part));
        let context = Tensor::f_scaled_dot_product_attention(&query, &key, &value, mask, 0.0, false, None, false)?;
        let context = context.f_transpose(1, 2)?.f_reshape([texts, pieces, width])?;
        let (attended, wide) = (self.attended.apply(&context)?, |input: &Tensor| self.wide.apply(input));
        match mode {
            Mode::Infer => {
                let mut attended = attended;
                let attended = self.attended_norm.apply(&attended.f_add_(input)?)?;
                let wide = wide(&attended)?.f_gelu_("none")?;
                self.norm.apply(&self.narrow.apply(&wide)?.f_add_(&attended)?)
            }
            // Gradients need what the operations in place would write over.
            Mode::Learn { dropout } => {
                let attended = self.attended_norm.apply(&attended.f_dropout(dropout, true)?.f_add(input)?)?;
                let wide = wide(&attended)?.f_gelu("none")?;
                self.norm.apply(&self.narrow.apply(&wide)?.f_dropout(dropout, true)?.f_add(&attended)?)
            }
        }
    }
}
