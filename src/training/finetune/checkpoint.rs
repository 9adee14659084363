//! Keeps a fit on disk while it goes on, so that one that was broken off is taken up where it stood.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tch::{Tensor, no_grad};

use super::optimizer::AdamW;
use crate::training::TrainingError;

/// What is known of a fit besides its tensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    /// What the fit is about: its examples and how it is done. Another fit does not go on here.
    pub(super) digest: String,
    /// The steps made.
    pub(super) step: usize,
    /// The least loss on the part held out, where it was looked at.
    pub(super) best_loss: Option<f64>,
    /// Looks since then.
    pub(super) worse: usize,
}

/// The files of a fit.
pub(super) struct Checkpoint {
    folder: PathBuf,
}

impl Checkpoint {
    pub(super) fn new(folder: &Path) -> Result<Self, TrainingError> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Writes everything under another name first: a kill leaves the old state or the new one.
    pub(super) fn write(
        &self,
        place: &Place,
        parameters: &[(String, Tensor)],
        best: &[Tensor],
        optimizer: &AdamW,
    ) -> Result<(), TrainingError> {
        let mut tensors: Vec<(String, Tensor)> = Vec::new();
        for (at, (name, tensor)) in parameters.iter().enumerate() {
            tensors.push((format!("now.{name}"), tensor.detach().contiguous()));
            tensors.push((format!("mean.{name}"), optimizer.moments[at].0.contiguous()));
            tensors.push((format!("square.{name}"), optimizer.moments[at].1.contiguous()));
            if let Some(best) = best.get(at) {
                tensors.push((format!("best.{name}"), best.contiguous()));
            }
        }
        let file = format!("{}.safetensors", place.step);
        Tensor::write_safetensors(&tensors, self.folder.join(&file))?;
        let card = serde_json::to_vec_pretty(place).map_err(std::io::Error::other)?;
        std::fs::write(self.folder.join("place.new"), card)?;
        std::fs::rename(self.folder.join("place.new"), self.folder.join("place.json"))?;
        // Older states are of no use once the new one counts.
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_old = path.extension().is_some_and(|extension| extension == "safetensors")
                && path.file_name().is_none_or(|name| name != file.as_str());
            if is_old {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Puts the tensors back; `None` where there is no state of this fit.
    pub(super) fn read(
        &self,
        digest: &str,
        parameters: &[(String, Tensor)],
        optimizer: &mut AdamW,
    ) -> Result<Option<(Place, Vec<Tensor>)>, TrainingError> {
        let Ok(text) = std::fs::read_to_string(self.folder.join("place.json")) else { return Ok(None) };
        let place: Place = match serde_json::from_str(&text) {
            Ok(place) => place,
            Err(error) => return Err(TrainingError::Checkpoint(error.to_string())),
        };
        if place.digest != digest {
            return Ok(None);
        }
        let tensors = Tensor::read_safetensors(self.folder.join(format!("{}.safetensors", place.step)))?;
        let find = |name: String| tensors.iter().find(|(other, _)| *other == name).map(|(_, tensor)| tensor);
        let lacks = |name: &str| TrainingError::Checkpoint(format!("it lacks {name}"));
        let mut best = Vec::new();
        for (at, (name, parameter)) in parameters.iter().enumerate() {
            let now = find(format!("now.{name}")).ok_or_else(|| lacks(name))?;
            let mean = find(format!("mean.{name}")).ok_or_else(|| lacks(name))?;
            let square = find(format!("square.{name}")).ok_or_else(|| lacks(name))?;
            no_grad(|| {
                parameter.detach().copy_(now);
                optimizer.moments[at].0.copy_(mean);
                optimizer.moments[at].1.copy_(square);
            });
            best.extend(find(format!("best.{name}")).map(Tensor::copy));
        }
        optimizer.step = place.step;
        Ok(Some((place, best)))
    }

    /// Forgets the fit, which is done.
    pub(super) fn remove(&self) -> Result<(), TrainingError> {
        Ok(std::fs::remove_dir_all(&self.folder)?)
    }
}
