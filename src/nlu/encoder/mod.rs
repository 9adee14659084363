//! Turns texts into vectors: rust-bert's BERT on threads of its own behind one bounded queue. Nothing here knows what
//! the vectors are for.
//!
//! A tensor can be sent to another thread but not shared, so each worker owns a model; all of them read the same
//! weights. On the processor every worker computes on one core: several small batches at once finish sooner than one
//! batch cut up within each operation, and no thread spins while it waits.

mod options;
mod device;
mod pieces;
mod bert;
mod layers;
mod worker;
mod trainable;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TrySendError};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::nlu::NluError;
use bert::Want;
use pieces::{Batch, Pieces, blank_parted, first_pieces};

pub use options::{
    DeviceChoice, DtypeChoice, EncoderInfo, EncoderOptions, FeatureLayers, Features, Tagged, TunedLayers, UnknownChoice,
};
pub use trainable::Heads;
pub(crate) use trainable::{Outputs, Trainable, cut, cut_words};

/// The device of a choice, for those who compute without an encoder.
///
/// # Errors
/// When a GPU was asked for by number and is not to be had.
pub(crate) fn choose_device(choice: DeviceChoice) -> Result<tch::Device, NluError> {
    device::choose(choice).map(|(device, _)| device)
}

/// A handle to the encoder. Clones share it; it ends when the last of them is dropped, which waits for its threads: torch
/// must not be taken down at the program's end while they still give weights back.
#[derive(Clone)]
pub struct Encoder {
    workers: Arc<Workers>,
    state: Arc<State>,
    /// The names of the tuned layers, in their order.
    tuned: Arc<[&'static str]>,
}

/// The queue and the threads behind it. Fields are dropped in their order: the queue closes, then the threads are waited for.
struct Workers {
    queue: SyncSender<Job>,
    _threads: worker::Threads,
}

/// A batch on its way, and where its rows are to go.
struct Job {
    batch: Batch,
    want: Want,
    reply: Sender<Reply>,
}

/// Rows, and which texts they belong to.
type Reply = Result<(Vec<usize>, Vec<Vec<f32>>), NluError>;

/// What is known once the model is loaded.
struct Ready {
    pieces: Pieces,
    info: EncoderInfo,
    /// How many pieces a batch may hold.
    budget: usize,
}

/// Whether the model is loaded.
#[derive(Default)]
struct State {
    outcome: Mutex<Option<Result<Arc<Ready>, NluError>>>,
    changed: Condvar,
}

impl State {
    fn set(&self, outcome: Result<Ready, NluError>) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome.map(Arc::new));
        self.changed.notify_all();
    }

    fn wait(&self) -> Result<Arc<Ready>, NluError> {
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match &*outcome {
                Some(Ok(ready)) => return Ok(Arc::clone(ready)),
                Some(Err(error)) => return Err(error.clone()),
                None => outcome = self.changed.wait(outcome).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// How a call behaves where the queue is full.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// Somebody waits for an answer: say at once that there is too much to do.
    Interactive,
    /// Nobody does: wait, and leave most of the queue to those who cannot.
    Bulk,
}

impl Encoder {
    /// Starts the encoder. Returns at once, while the weights are still being read: the first call waits for them.
    ///
    /// # Errors
    /// When a model file is not there.
    pub fn start(options: &EncoderOptions) -> Result<Self, NluError> {
        for name in ["config.json", "tokenizer.json", "model.safetensors"] {
            let path = options.model_dir.join(name);
            if !path.is_file() {
                return Err(NluError::MissingModel { path, remedy: "run script/setup to fetch it" });
            }
        }
        let (queue, jobs) = mpsc::sync_channel(options.queue.max(1));
        let state = Arc::new(State::default());
        let threads = worker::start(options.clone(), jobs, Arc::clone(&state))?;
        let workers = Arc::new(Workers { queue, _threads: threads });
        Ok(Self { workers, state, tuned: options.tuned.iter().map(|tuned| tuned.name).collect() })
    }

    /// Waits until the model is loaded, and says what it runs on.
    ///
    /// # Errors
    /// When it could not be loaded.
    pub fn info(&self) -> Result<EncoderInfo, NluError> {
        Ok(self.state.wait()?.info.clone())
    }

    /// The embeddings of a few texts, in their order, each of length 1.
    ///
    /// # Errors
    /// [`NluError::Overloaded`] at once where too many batches wait; or when the model could not be loaded or failed.
    pub fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NluError> {
        self.run(texts, &Want::Embeddings, Patience::Interactive, &mut |_| {})
    }

    /// The embeddings of many texts. Waits its turn, lets interactive calls pass, and tells `progress` how many texts are
    /// done.
    ///
    /// # Errors
    /// When the model could not be loaded or failed.
    pub fn embed_with_progress(
        &self,
        texts: &[String],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Vec<f32>>, NluError> {
        self.run(texts, &Want::Embeddings, Patience::Bulk, progress)
    }

    /// Features of texts out of several layers. Waits its turn as [`Encoder::embed_with_progress`] does.
    ///
    /// # Errors
    /// When a layer is not there, or the model could not be loaded or failed.
    pub fn features(
        &self,
        texts: &[String],
        layers: &FeatureLayers,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Features, NluError> {
        let rows = self.run(texts, &Want::Features(layers.clone()), Patience::Bulk, progress)?;
        Ok(Features { width: rows.first().map_or(0, Vec::len), rows })
    }

    /// Features of a few texts. Refused at once where too much waits, as [`Encoder::embed`] is.
    ///
    /// # Errors
    /// When a layer is not there, too many batches wait, or the model could not be loaded or failed.
    pub fn features_now(&self, texts: &[String], layers: &FeatureLayers) -> Result<Features, NluError> {
        let rows = self.run(texts, &Want::Features(layers.clone()), Patience::Interactive, &mut |_| {})?;
        Ok(Features { width: rows.first().map_or(0, Vec::len), rows })
    }

    /// The scores of texts by the tuned layers of a name, one per class. Waits its turn as
    /// [`Encoder::embed_with_progress`] does.
    ///
    /// # Errors
    /// When there are no such layers, or the model could not be loaded or failed.
    pub fn scores(
        &self,
        texts: &[String],
        tuned: &str,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Vec<f32>>, NluError> {
        self.run(texts, &Want::Scores(self.place(tuned)?), Patience::Bulk, progress)
    }

    /// The same for a few texts. Refused at once where too much waits, as [`Encoder::embed`] is.
    ///
    /// # Errors
    /// As for [`Encoder::scores`], and where too many batches wait.
    pub fn scores_now(&self, texts: &[String], tuned: &str) -> Result<Vec<Vec<f32>>, NluError> {
        self.run(texts, &Want::Scores(self.place(tuned)?), Patience::Interactive, &mut |_| {})
    }

    /// The scores of texts by tuned layers that learned tags too: one per class, and one per tag for each word, words
    /// being parted by blanks. A word of no pieces has none. `classes` and `tags` say how many there are.
    ///
    /// # Errors
    /// As for [`Encoder::scores`], and where the layers learned no tags or other ones.
    pub fn tags(
        &self,
        texts: &[String],
        tuned: &str,
        (classes, tags): (usize, usize),
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Tagged>, NluError> {
        let rows = self.run(texts, &Want::Tags(self.place(tuned)?), Patience::Bulk, progress)?;
        let ready = self.state.wait()?;
        let one = |(text, mut row): (&String, Vec<f32>)| {
            let pieces = ready.pieces.places(text)?;
            if row.len() != classes + pieces.len() * tags {
                return Err(NluError::Torch(format!("the layers have not {classes} classes and {tags} tags")));
            }
            let of_pieces = row.split_off(classes);
            let words = first_pieces(&pieces, &blank_parted(text));
            let values = |piece: Option<usize>| piece.map(|at| of_pieces[at * tags..(at + 1) * tags].to_vec());
            Ok(Tagged { scores: row, words: words.into_iter().map(values).collect() })
        };
        texts.iter().zip(rows).map(one).collect()
    }

    /// Whether there are tuned layers of a name.
    #[must_use]
    pub fn has(&self, tuned: &str) -> bool {
        self.tuned.contains(&tuned)
    }

    fn place(&self, tuned: &str) -> Result<usize, NluError> {
        let place = self.tuned.iter().position(|name| *name == tuned);
        place.ok_or_else(|| NluError::Torch(format!("no layers were tuned for {tuned}")))
    }

    fn run(
        &self,
        texts: &[String],
        want: &Want,
        patience: Patience,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Vec<f32>>, NluError> {
        let ready = self.state.wait()?;
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let batches = pieces::batches(ready.pieces.cut(texts)?, ready.budget, ready.info.workers);
        let mut gathered = Gathered { rows: vec![Vec::new(); texts.len()], done: 0 };
        let (reply, replies) = mpsc::channel();
        let mut under_way = 0usize;
        for batch in batches {
            let job = Job { batch, want: want.clone(), reply: reply.clone() };
            match patience {
                Patience::Interactive => self.workers.queue.try_send(job).map_err(|error| match error {
                    TrySendError::Full(_) => NluError::Overloaded,
                    TrySendError::Disconnected(_) => NluError::Stopped,
                })?,
                Patience::Bulk => {
                    // One batch per worker under way and one waiting: enough to keep them busy.
                    if under_way > ready.info.workers {
                        gathered.take(&replies, progress)?;
                        under_way -= 1;
                    }
                    self.workers.queue.send(job).map_err(|_| NluError::Stopped)?;
                }
            }
            under_way += 1;
        }
        // Only the jobs hold senders from here on, so that waiting ends if the workers are gone.
        drop(reply);
        for _ in 0..under_way {
            gathered.take(&replies, progress)?;
        }
        Ok(gathered.rows)
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").finish_non_exhaustive()
    }
}

/// Rows put back in the order of the texts.
struct Gathered {
    rows: Vec<Vec<f32>>,
    done: usize,
}

impl Gathered {
    fn take(&mut self, replies: &Receiver<Reply>, progress: &mut dyn FnMut(usize)) -> Result<(), NluError> {
        let (places, rows) = replies.recv().map_err(|_| NluError::Stopped)??;
        self.done += places.len();
        for (place, row) in places.into_iter().zip(rows) {
            self.rows[place] = row;
        }
        progress(self.done);
        Ok(())
    }
}

/// Reads the files that every worker shares.
fn read_pieces(model_dir: &Path) -> Result<Pieces, NluError> {
    Pieces::read(&model_dir.join("tokenizer.json"))
}
