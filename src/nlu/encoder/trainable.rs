//! A transformer whose layers learn, for `training`: the embeddings stay as they are, so that what was learned is small
//! and several tasks share them. The loop, the loss and the data are not here.

use std::path::Path;

use rust_bert::bert::BertEmbeddings;
use tch::{Device, Kind, Tensor, no_grad};

use super::bert::{HEAD_BIAS, HEAD_WEIGHT, Weights, embed, embeddings_of, mean_over_pieces, padded};
use super::layers::{Layers, Mode};
use super::pieces::{Pieces, Placed};
use crate::nlu::NluError;

/// The share of values left out at random, as BERT was trained with (Devlin et al., 2019, appendix A.2).
const DROPOUT: f64 = 0.1;

/// A transformer with a head of classes, both of which learn.
pub(crate) struct Trainable {
    embeddings: BertEmbeddings,
    base: Weights,
    /// Layers and head; tensors of one name share their memory over all replicas, gradients are each replica's own.
    learned: Weights,
}

impl Trainable {
    /// Reads the model of a folder, with a head of zeros.
    ///
    /// # Errors
    /// When a file is missing or is not what it should be.
    pub(crate) fn read(model_dir: &Path, device: Device, classes: usize) -> Result<Self, NluError> {
        let base = Weights::read(model_dir, device)?;
        let embeddings = embeddings_of(&base);
        let head = |shape: &[i64]| Tensor::zeros(shape, (Kind::Float, device));
        let classes = i64::try_from(classes).unwrap_or(0);
        let mut tensors: Vec<(String, Tensor)> = base
            .tensors
            .iter()
            .filter(|(name, _)| name.starts_with("encoder."))
            .map(|(name, tensor)| (name.clone(), tensor.copy()))
            .collect();
        tensors.push((HEAD_WEIGHT.to_owned(), head(&[classes, base.config.hidden_size])));
        tensors.push((HEAD_BIAS.to_owned(), head(&[classes])));
        let learned = Weights { config: base.config.clone(), tensors: learning(&tensors), kind: Kind::Float, device };
        Ok(Self { embeddings, base, learned })
    }

    /// Takes over layers that were tuned for another task, and of their head as many classes as there are here.
    ///
    /// # Errors
    /// When the file is missing or is not what it should be.
    pub(crate) fn begin_with(&self, file: &Path) -> Result<(), NluError> {
        let from = self.base.read_tuned(file)?;
        for (name, into) in &self.learned.tensors {
            let found = from.tensors.iter().find(|(other, _)| other == name).map(|(_, tensor)| tensor);
            let lacks = || NluError::BadModel { path: file.to_owned(), reason: format!("it lacks {name}") };
            let found = found.ok_or_else(lacks)?;
            let rows = found.size().first().copied().unwrap_or(0).min(into.size().first().copied().unwrap_or(0));
            no_grad(|| into.detach().f_narrow(0, 0, rows)?.f_copy_(&found.f_narrow(0, 0, rows)?).map(drop))?;
        }
        Ok(())
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

    /// One score per class (texts × classes); with gradients and dropout where it learns.
    ///
    /// # Errors
    /// When torch fails.
    pub(crate) fn logits(&self, rows: &[Vec<u32>], learn: bool) -> Result<Tensor, NluError> {
        let (last, mask) = self.states(rows, learn)?;
        self.classes_of(mean_over_pieces(&last, mask.as_ref())?, learn)
    }

    /// One score per class for each piece (texts × pieces × classes), padding included.
    ///
    /// # Errors
    /// When torch fails.
    pub(crate) fn piece_logits(&self, rows: &[Vec<u32>], learn: bool) -> Result<Tensor, NluError> {
        let (last, _) = self.states(rows, learn)?;
        self.classes_of(last, learn)
    }

    fn states(&self, rows: &[Vec<u32>], learn: bool) -> Result<(Tensor, Option<Tensor>), NluError> {
        let (ids, mask) = padded(rows, self.base.device);
        let embedded = no_grad(|| embed(&self.embeddings, &ids))?;
        let mode = if learn { Mode::Learn { dropout: DROPOUT } } else { Mode::Infer };
        let last = Layers::new(&self.learned, mode)?.run(embedded, mask.as_ref())?.pop();
        Ok((last.ok_or_else(|| NluError::Torch("the model has no layers".to_owned()))?, mask))
    }

    fn classes_of(&self, states: Tensor, learn: bool) -> Result<Tensor, NluError> {
        let states = if learn { states.f_dropout(DROPOUT, true)? } else { states };
        let find = |name: &str| self.learned.tensors.iter().find(|(other, _)| other == name).map(|(_, tensor)| tensor);
        match (find(HEAD_WEIGHT), find(HEAD_BIAS)) {
            (Some(weight), Some(bias)) => Ok(states.f_linear(weight, Some(bias))?),
            _ => Err(NluError::Torch("the head is missing".to_owned())),
        }
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

/// The pieces of texts with their places.
///
/// # Errors
/// As for [`cut`].
pub(crate) fn cut_in_place(model_dir: &Path, texts: &[String]) -> Result<Vec<Placed>, NluError> {
    Pieces::read(&model_dir.join("tokenizer.json"))?.cut_in_place(texts)
}
