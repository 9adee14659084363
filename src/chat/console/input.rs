//! Lines from a terminal's editor or from a stream. Reading blocks, so it has a thread of its own.

use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustyline::error::ReadlineError;
use rustyline::{Config, DefaultEditor};
use tokio::sync::{Mutex, mpsc};

use crate::chat::ChatError;

const PROMPT: &str = "› ";
/// Shown where one Ctrl-C does not leave yet: what does.
const WAYS_OUT: &str = "Ctrl-C · Ctrl-D · /quit";
const HISTORY: usize = 1_000;
const USUAL_WIDTH: usize = 80;

/// A thread that reads one line each time it is asked.
pub(super) struct Input {
    columns: Arc<AtomicUsize>,
    ask: mpsc::UnboundedSender<()>,
    lines: Mutex<mpsc::UnboundedReceiver<Result<String, ChatError>>>,
}

impl Input {
    /// A line editor on the terminal, with a history. Pasted lines stay one message.
    pub(super) fn editor(history: Option<PathBuf>) -> Result<Self, ChatError> {
        let config = Config::builder()
            .max_history_size(HISTORY)
            .map_err(ChatError::Editor)?
            .history_ignore_space(true)
            .bracketed_paste(true)
            .auto_add_history(true)
            .build();
        let mut editor = DefaultEditor::with_config(config).map_err(ChatError::Editor)?;
        if let Some(path) = &history {
            // The first time there is no file yet, and a damaged one is no reason not to start.
            let _ = editor.load_history(path);
        }
        let columns = Arc::new(AtomicUsize::new(width_of(&mut editor)));
        let measured = Arc::clone(&columns);
        let mut interrupted = false;
        Ok(Self::reading(columns, move || {
            loop {
                let line = editor.readline(PROMPT);
                // The window may have been resized since the last line.
                measured.store(width_of(&mut editor), Ordering::Relaxed);
                return match line {
                    Ok(line) => {
                        interrupted = false;
                        if let Some(path) = &history {
                            let _ = editor.save_history(path);
                        }
                        Some(Ok(line))
                    }
                    // Once takes back what was typed, twice leaves.
                    Err(ReadlineError::Interrupted) if !interrupted => {
                        interrupted = true;
                        eprintln!("{WAYS_OUT}");
                        continue;
                    }
                    Err(ReadlineError::Eof | ReadlineError::Interrupted) => None,
                    Err(error) => Some(Err(ChatError::Editor(error))),
                };
            }
        }))
    }

    /// The lines of a stream; bytes that are no UTF-8 are replaced.
    pub(super) fn lines(stream: Box<dyn io::Read + Send>) -> Self {
        let mut stream = BufReader::new(stream);
        Self::reading(Arc::new(AtomicUsize::new(USUAL_WIDTH)), move || {
            let mut bytes = Vec::new();
            match stream.read_until(b'\n', &mut bytes) {
                Ok(0) => None,
                Ok(_) => {
                    let line = String::from_utf8_lossy(&bytes);
                    Some(Ok(line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']).to_owned()))
                }
                Err(error) => Some(Err(ChatError::Terminal(error))),
            }
        })
    }

    fn reading(
        columns: Arc<AtomicUsize>,
        mut read: impl FnMut() -> Option<Result<String, ChatError>> + Send + 'static,
    ) -> Self {
        let (ask, mut asked) = mpsc::unbounded_channel();
        let (send, lines) = mpsc::unbounded_channel();
        // The thread ends with the input, or when nobody asks any more. It is not joined: a read cannot be cut short.
        std::thread::spawn(move || {
            while asked.blocking_recv().is_some() {
                match read() {
                    Some(line) => {
                        if send.send(line).is_err() {
                            break;
                        }
                    }
                    None => break,
                }
            }
        });
        Self { columns, ask, lines: Mutex::new(lines) }
    }

    /// The terminal's width when the last line was read.
    pub(super) fn columns(&self) -> usize {
        self.columns.load(Ordering::Relaxed)
    }

    /// The next line; `None` at the end.
    pub(super) async fn next(&self) -> Option<Result<String, ChatError>> {
        let mut lines = self.lines.lock().await;
        self.ask.send(()).ok()?;
        lines.recv().await
    }
}

/// The terminal's width where no line is read.
pub(super) fn measured_columns() -> usize {
    DefaultEditor::new().map_or(USUAL_WIDTH, |mut editor| width_of(&mut editor))
}

fn width_of(editor: &mut DefaultEditor) -> usize {
    editor.dimensions().map_or(USUAL_WIDTH, |(columns, _)| usize::from(columns))
}
