//! What an encoder is asked to be, and what it turned out to be. Nothing runs here.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Where the transformer is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceChoice {
    /// On the first GPU where there is one, otherwise on the processor.
    #[default]
    Auto,
    /// On the processor.
    Cpu,
    /// On the GPU of this number, or not at all.
    Cuda(usize),
}

/// In which arithmetic the transformer is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DtypeChoice {
    /// bfloat16 where a short measurement at the start shows it faster, otherwise float32.
    #[default]
    Auto,
    /// 32-bit floating point.
    Float32,
    /// 16-bit floating point with the exponent of float32.
    Bfloat16,
}

/// A name that is no choice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {allowed}, found {found:?}")]
pub struct UnknownChoice {
    /// Which choice.
    pub what: &'static str,
    /// What it may be.
    pub allowed: &'static str,
    /// What was given.
    pub found: String,
}

impl FromStr for DeviceChoice {
    type Err = UnknownChoice;
    fn from_str(text: &str) -> Result<Self, UnknownChoice> {
        let unknown = || UnknownChoice { what: "device", allowed: "auto, cpu or cuda:N", found: text.to_owned() };
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => {
                let number = text.strip_prefix("cuda:").ok_or_else(unknown)?;
                number.parse().map(Self::Cuda).map_err(|_| unknown())
            }
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
        }
    }
}

impl FromStr for DtypeChoice {
    type Err = UnknownChoice;
    fn from_str(text: &str) -> Result<Self, UnknownChoice> {
        match text {
            "auto" => Ok(Self::Auto),
            "float32" => Ok(Self::Float32),
            "bfloat16" => Ok(Self::Bfloat16),
            _ => Err(UnknownChoice { what: "dtype", allowed: "auto, float32 or bfloat16", found: text.to_owned() }),
        }
    }
}

impl fmt::Display for DtypeChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Float32 => "float32",
            Self::Bfloat16 => "bfloat16",
        })
    }
}

/// What an encoder is asked to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncoderOptions {
    /// The folder with model.safetensors, config.json and tokenizer.json.
    pub model_dir: PathBuf,
    /// Where it is to run.
    pub device: DeviceChoice,
    /// In which arithmetic.
    pub dtype: DtypeChoice,
    /// How many processor cores it may use; 0 for all there are. On a GPU one thread feeds it.
    pub threads: usize,
    /// How many batches may wait before interactive calls are refused.
    pub queue: usize,
    /// Layers that were tuned for a task.
    pub tuned: Vec<TunedLayers>,
}

/// Layers that were tuned for a task on top of the model's embeddings, with a score for each class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TunedLayers {
    /// What they are asked for by.
    pub name: &'static str,
    /// Their safetensors file.
    pub file: PathBuf,
}

impl Default for EncoderOptions {
    fn default() -> Self {
        Self {
            model_dir: PathBuf::from("models/base/all-MiniLM-L6-v2"),
            device: DeviceChoice::Auto,
            dtype: DtypeChoice::Auto,
            threads: 0,
            queue: 64,
            tuned: Vec::new(),
        }
    }
}

/// What an encoder turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncoderInfo {
    /// `cpu` or `cuda:N`.
    pub device: String,
    /// `float32` or `bfloat16`.
    pub dtype: &'static str,
    /// Why this device and this arithmetic, in words for people.
    pub why: String,
    /// How many threads share the work.
    pub workers: usize,
    /// The length of an embedding.
    pub width: usize,
    /// How many layers the transformer has.
    pub layers: usize,
    /// The time from the start to the first batch.
    pub loaded_in: Duration,
}

/// Which hidden states make the features of a text. The parts follow each other in the order of `layers`, each as long
/// as an embedding: the mean over the text's pieces, then, where `cls` is set, the state of the first piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureLayers {
    /// Layers, from 1 to the number of layers.
    pub layers: Vec<usize>,
    /// Whether the state of the first piece is added for each layer.
    pub cls: bool,
}

/// Features of texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    /// The length of a row.
    pub width: usize,
    /// One row per text, in the order of the texts.
    pub rows: Vec<Vec<f32>>,
}

/// What layers that learned tags say of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tagged {
    /// One score per class.
    pub scores: Vec<f32>,
    /// One score per tag for each word that is parted by blanks; none for a word that makes no piece or was cut off.
    pub words: Vec<Option<Vec<f32>>>,
}
