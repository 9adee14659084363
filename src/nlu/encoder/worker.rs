//! The threads that own the models: loading, choosing the arithmetic, and the loop over waiting batches.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tch::{Device, Kind};

use super::bert::{Bert, Want, Weights};
use super::options::{DtypeChoice, EncoderInfo, EncoderOptions};
use super::pieces::Batch;
use super::{Job, Ready, State, device, read_pieces};
use crate::nlu::NluError;

/// Pieces per batch on a processor: the widest layer's values of one batch then stay within a core's share of the cache.
const CPU_BUDGET: usize = 512;
/// Pieces per batch on a GPU, which wants much to do at once.
const GPU_BUDGET: usize = 32_768;
/// How long the two arithmetics may be tried at the start.
const TRIAL: Duration = Duration::from_millis(100);

/// The thread that was started, and those it started. Waited for when it is dropped.
pub(super) struct Threads(Option<JoinHandle<()>>);

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            // It has caught and told what went wrong.
            let _ = thread.join();
        }
    }
}

/// Starts the thread that loads the model and then works.
///
/// # Errors
/// When the system gives no thread.
pub(super) fn start(options: EncoderOptions, jobs: Receiver<Job>, state: Arc<State>) -> Result<Threads, NluError> {
    let jobs = Arc::new(Mutex::new(jobs));
    let spawned = thread::Builder::new().name("encoder".to_owned()).spawn(move || {
        // Rust's panic, should torch cause one, must not leave callers waiting for ever.
        let loaded = catch_unwind(AssertUnwindSafe(|| load(&options)));
        match loaded.unwrap_or_else(|_| Err(NluError::Torch("loading the model panicked".to_owned()))) {
            Ok(Loaded { ready, first, others }) => {
                let help = |(number, weights): (usize, (Weights, Vec<Weights>))| {
                    let jobs = Arc::clone(&jobs);
                    let name = format!("encoder-{}", number + 2);
                    // With fewer threads the encoder is slower, not wrong.
                    thread::Builder::new().name(name).spawn(move || help(weights, &jobs)).ok()
                };
                let helpers: Vec<JoinHandle<()>> = others.into_iter().enumerate().filter_map(help).collect();
                state.set(Ok(ready));
                work(first, &jobs);
                for helper in helpers {
                    let _ = helper.join();
                }
            }
            Err(error) => state.set(Err(error)),
        }
    });
    spawned
        .map(|thread| Threads(Some(thread)))
        .map_err(|error| NluError::Torch(format!("no thread for the encoder: {error}")))
}

struct Loaded {
    ready: Ready,
    first: Bert,
    others: Vec<(Weights, Vec<Weights>)>,
}

fn load(options: &EncoderOptions) -> Result<Loaded, NluError> {
    let began = Instant::now();
    let tokenizer_dir = options.model_dir.clone();
    let pieces = thread::spawn(move || read_pieces(&tokenizer_dir));
    let (device, device_why) = device::choose(options.device)?;
    let workers = match device {
        Device::Cpu => cores(options.threads),
        _ => 1,
    };
    one_core_each(device);
    let weights = Weights::read(&options.model_dir, device)?;
    let (weights, dtype_why) = choose_dtype(weights, options.dtype)?;
    let config = weights.config.clone();
    let kind = weights.kind;
    let tuned: Vec<Weights> =
        options.tuned.iter().map(|tuned| weights.read_tuned(&tuned.file)).collect::<Result<_, _>>()?;
    let shared = || (weights.shared(), tuned.iter().map(Weights::shared).collect());
    let others = (1..workers).map(|_| shared()).collect();
    let first = Bert::new(&weights, &tuned)?;
    let pieces = pieces.join().map_err(|_| NluError::Torch("reading the tokenizer panicked".to_owned()))??;
    let info = EncoderInfo {
        device: match device {
            Device::Cuda(number) => format!("cuda:{number}"),
            _ => "cpu".to_owned(),
        },
        dtype: name_of(kind),
        why: format!("{device_why}; {dtype_why}"),
        workers,
        width: usize::try_from(config.hidden_size).unwrap_or(0),
        layers: usize::try_from(config.num_hidden_layers).unwrap_or(0),
        loaded_in: began.elapsed(),
    };
    tracing::debug!(device = %info.device, dtype = info.dtype, workers, elapsed = ?info.loaded_in, "encoder loaded");
    let budget = if device == Device::Cpu { CPU_BUDGET } else { GPU_BUDGET };
    Ok(Loaded { ready: Ready { pieces, info, budget }, first, others })
}

fn cores(asked: usize) -> usize {
    if asked > 0 { asked } else { thread::available_parallelism().map_or(1, usize::from) }
}

/// Torch's number of threads is a setting of the calling thread.
fn one_core_each(device: Device) {
    if device == Device::Cpu {
        tch::set_num_threads(1);
    }
}

fn name_of(kind: Kind) -> &'static str {
    if kind == Kind::BFloat16 { "bfloat16" } else { "float32" }
}

/// Chooses the arithmetic and says why.
fn choose_dtype(weights: Weights, choice: DtypeChoice) -> Result<(Weights, String), NluError> {
    match choice {
        DtypeChoice::Float32 => Ok((weights, "float32 was asked for".to_owned())),
        DtypeChoice::Bfloat16 => Ok((weights.converted(Kind::BFloat16), "bfloat16 was asked for".to_owned())),
        DtypeChoice::Auto if weights.device == Device::Cpu && !device::has_bfloat16_instructions() => {
            Ok((weights, "float32, as the processor has no bfloat16 instructions".to_owned()))
        }
        DtypeChoice::Auto => {
            let short = weights.converted(Kind::BFloat16);
            let float32 = trial(weights.shared())?;
            let bfloat16 = trial(short.shared())?;
            let why = format!(
                "a batch took {:.1} ms in float32 and {:.1} ms in bfloat16",
                float32.as_secs_f64() * 1e3,
                bfloat16.as_secs_f64() * 1e3
            );
            // A narrow win is not worth the lost digits.
            Ok((if bfloat16.as_secs_f64() * 1.2 < float32.as_secs_f64() { short } else { weights }, why))
        }
    }
}

/// The shortest time of a batch of 16 texts of 24 pieces.
fn trial(weights: Weights) -> Result<Duration, NluError> {
    let bert = Bert::new(&weights, &[])?;
    let batch = Batch { places: (0..16).collect(), rows: vec![vec![1000; 24]; 16] };
    bert.run(&batch, &Want::Embeddings)?;
    let began = Instant::now();
    let mut best = Duration::MAX;
    while best == Duration::MAX || began.elapsed() < TRIAL {
        let start = Instant::now();
        bert.run(&batch, &Want::Embeddings)?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}

fn help((weights, tuned): (Weights, Vec<Weights>), jobs: &Mutex<Receiver<Job>>) {
    one_core_each(weights.device);
    match Bert::new(&weights, &tuned) {
        Ok(bert) => work(bert, jobs),
        Err(error) => tracing::warn!(%error, "an encoder thread did not start"),
    }
}

/// Runs batches until every handle is gone.
fn work(bert: Bert, jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        let rows = catch_unwind(AssertUnwindSafe(|| bert.run(&job.batch, &job.want)))
            .unwrap_or_else(|_| Err(NluError::Torch("the transformer panicked".to_owned())));
        // Who asked may have given up.
        let _ = job.reply.send(rows.map(|rows| (job.batch.places, rows)));
    }
}
