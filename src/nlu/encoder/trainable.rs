//! A transformer whose layers learn, for `training`: the embeddings stay as they are, so that what was learned is small
//! and several tasks share them. The loop, the loss and the data are not here.

use std::path::Path;

use rust_bert::bert::BertEmbeddings;
use tch::{Device, Kind, Tensor, no_grad};

use super::bert::{
    HEAD_BIAS, HEAD_WEIGHT, TAGS_BIAS, TAGS_WEIGHT, Weights, embed, embeddings_of, mean_over_pieces, padded,
};
use super::layers::{Layers, Mode};
use super::pieces::{Pieces, blank_parted, first_pieces};
use crate::nlu::NluError;

/// The share of values left out at random, as BERT was trained with (Devlin et al., 2019, appendix A.2).
const DROPOUT: f64 = 0.1;

/// How many classes texts have, and how many tags their words; no tags where only texts are classified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heads {
    /// The classes of texts.
    pub classes: usize,
    /// The tags of words.
    pub tags: usize,
}

/// Scores of texts (texts × classes), and of their pieces (texts × pieces × tags) where there are tags.
pub(crate) struct Outputs {
    pub(crate) classes: Tensor,
    pub(crate) tags: Option<Tensor>,
}

/// A transformer with a head of classes, and one of tags if wanted, all of which learn.
pub(crate) struct Trainable {
    embeddings: BertEmbeddings,
    base: Weights,
    /// Layers and head; tensors of one name share their memory over all replicas, gradients are each replica's own.
    learned: Weights,
}

impl Trainable {
    /// Reads the model of a folder, with heads of zeros.
    ///
    /// # Errors
    /// When a file is missing or is not what it should be.
    pub(crate) fn read(model_dir: &Path, device: Device, heads: Heads) -> Result<Self, NluError> {
        let base = Weights::read(model_dir, device)?;
        let embeddings = embeddings_of(&base);
        let head = |shape: &[i64]| Tensor::zeros(shape, (Kind::Float, device));
        let count = |of: usize| i64::try_from(of).unwrap_or(0);
        let (classes, tags) = (count(heads.classes), count(heads.tags));
        let mut tensors: Vec<(String, Tensor)> = base
            .tensors
            .iter()
            .filter(|(name, _)| name.starts_with("encoder."))
            .map(|(name, tensor)| (name.clone(), tensor.copy()))
            .collect();
        tensors.push((HEAD_WEIGHT.to_owned(), head(&[classes, base.config.hidden_size])));
        tensors.push((HEAD_BIAS.to_owned(), head(&[classes])));
        if tags > 0 {
            tensors.push((TAGS_WEIGHT.to_owned(), head(&[tags, base.config.hidden_size])));
            tensors.push((TAGS_BIAS.to_owned(), head(&[tags])));
        }
        let learned = Weights { config: base.config.clone(), tensors: learning(&tensors), kind: Kind::Float, device };
        Ok(Self { embeddings, base, learned })
    }

    /// Another transformer on the same weights, with gradients of its own: for another thread.
    pub(crate) fn replica(&self) -> Self {
        let base = self.base.shared();
        let learned = Weights { tensors: learning(&self.learned.tensors), ..self.learned.shared() };
        Self { embeddings: embeddings_of(&base), base, learned }
    }

    /// The tensors that learn, by name, always in the same order.
    pub(crate) fn parameters(&self) -> &[(String, Tensor)] {
        &self.learned.tensors
    }

    /// How far a parameter is from the head: 0 for the head, 1 for the last layer and so on.
    pub(crate) fn depth(&self, name: &str) -> usize {
        let layers = usize::try_from(self.base.config.num_hidden_layers).unwrap_or(0);
        let layer = name.strip_prefix("encoder.layer.").and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
        layer.map_or(0, |layer| layers.saturating_sub(layer))
    }

    /// The scores of texts and of their pieces; with gradients and dropout where it learns.
    ///
    /// # Errors
    /// When torch fails.
    pub(crate) fn outputs(&self, rows: &[Vec<u32>], learn: bool) -> Result<Outputs, NluError> {
        let (ids, mask) = padded(rows, self.base.device);
        let embedded = no_grad(|| embed(&self.embeddings, &ids))?;
        let mode = if learn { Mode::Learn { dropout: DROPOUT } } else { Mode::Infer };
        let states = Layers::new(&self.learned, mode)?.run(embedded, mask.as_ref())?;
        let last = states.last().ok_or_else(|| NluError::Torch("the model has no layers".to_owned()))?;
        let mut pooled = mean_over_pieces(last, mask.as_ref())?;
        if learn {
            pooled = pooled.f_dropout(DROPOUT, true)?;
        }
        let find = |name: &str| self.learned.tensors.iter().find(|(other, _)| other == name).map(|(_, tensor)| tensor);
        let classes = match (find(HEAD_WEIGHT), find(HEAD_BIAS)) {
            (Some(weight), Some(bias)) => pooled.f_linear(weight, Some(bias))?,
            _ => return Err(NluError::Torch("the head is missing".to_owned())),
        };
        let tags = match (find(TAGS_WEIGHT), find(TAGS_BIAS)) {
            (Some(weight), Some(bias)) if learn => Some(last.f_dropout(DROPOUT, true)?.f_linear(weight, Some(bias))?),
            (Some(weight), Some(bias)) => Some(last.f_linear(weight, Some(bias))?),
            _ => None,
        };
        Ok(Outputs { classes, tags })
    }

    /// Writes what was learned in half precision, as [`super::TunedLayers`] read it. Scores are divided by the
    /// temperature.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn save(&self, path: &Path, temperature: f64) -> Result<(), NluError> {
        let head = [HEAD_WEIGHT, HEAD_BIAS];
        let tensors: Vec<(String, Tensor)> = self
            .learned
            .tensors
            .iter()
            .map(|(name, tensor)| {
                let tensor = tensor.detach();
                let tensor = if head.contains(&name.as_str()) { tensor / temperature } else { tensor };
                (name.clone(), tensor.to_device(Device::Cpu).to_kind(Kind::Half).contiguous())
            })
            .collect();
        Ok(Tensor::write_safetensors(&tensors, path)?)
    }
}

/// Leaves of their own over the same memory.
fn learning(tensors: &[(String, Tensor)]) -> Vec<(String, Tensor)> {
    tensors.iter().map(|(name, tensor)| (name.clone(), tensor.detach().set_requires_grad(true))).collect()
}

/// The pieces of texts, cut as the encoder cuts them and to at most `longest`.
///
/// # Errors
/// When the tokenizer is missing or fails.
pub(crate) fn cut(model_dir: &Path, texts: &[String], longest: usize) -> Result<Vec<Vec<u32>>, NluError> {
    let mut rows = Pieces::read(&model_dir.join("tokenizer.json"))?.cut(texts)?;
    for row in rows.iter_mut().filter(|row| row.len() > longest) {
        // The last piece is the mark that ends a text.
        let end = row.last().copied();
        row.truncate(longest.saturating_sub(1));
        row.extend(end);
    }
    Ok(rows)
}

/// The first piece of each word of texts, words being parted by blanks; none beyond `longest` pieces.
///
/// # Errors
/// As for [`cut`].
pub(crate) fn cut_words(
    model_dir: &Path,
    texts: &[String],
    longest: usize,
) -> Result<Vec<Vec<Option<usize>>>, NluError> {
    let pieces = Pieces::read(&model_dir.join("tokenizer.json"))?;
    let one = |text: &String| {
        let firsts = first_pieces(&pieces.places(text)?, &blank_parted(text));
        Ok(firsts.into_iter().map(|first| first.filter(|at| at + 1 < longest)).collect())
    };
    texts.iter().map(one).collect()
}
