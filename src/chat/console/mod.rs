//! A terminal: one person, one message at a time, so it needs no inbox and is no `Chat`. On a terminal: a prompt with history, bold words, a sign that an answer is being worked on.
//! Where standard input is no terminal, each line is a message of one conversation and nothing decorates the replies.

mod input;
mod page;

use std::future::Future;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::ChatError;
use crate::domain::{Button, Message, Reply};
use input::Input;
use page::Look;

/// An answer that takes longer than this says that it is being worked on.
const PATIENCE: Duration = Duration::from_millis(300);
const THINKING: &str = "…";
/// So many pictures are kept; the oldest make room. Files that were asked for stay.
const KEPT_PICTURES: usize = 200;

/// How the console is set up.
#[derive(Debug, Clone)]
pub struct ConsoleOptions {
    /// The folder that pictures and files are kept in; it is made when the first one comes.
    pub charts: PathBuf,
    /// The file that keeps what was typed.
    pub history: Option<PathBuf>,
    /// Who types.
    pub user: String,
}

/// A terminal, or the standard streams where there is none.
pub struct Console {
    input: Input,
    charts: PathBuf,
    user: String,
    session: String,
    count: AtomicU64,
    choices: Mutex<Vec<Button>>,
    output: Mutex<Box<dyn Write + Send>>,
    decorated: bool,
}

impl Console {
    /// Opens the terminal, or the standard streams where standard input is no terminal.
    ///
    /// # Errors
    /// When the terminal cannot be used.
    pub fn new(options: ConsoleOptions) -> Result<Self, ChatError> {
        let typed = io::stdin().is_terminal() && io::stdout().is_terminal();
        let input = if typed { Input::editor(options.history)? } else { Input::lines(Box::new(io::stdin())) };
        Ok(Self::over(input, Box::new(io::stdout()), typed, options.charts, options.user))
    }

    /// A console over other streams: each line is a message, nothing decorates the replies.
    #[must_use]
    pub fn on_streams(
        input: Box<dyn io::Read + Send>,
        output: Box<dyn Write + Send>,
        charts: PathBuf,
        user: String,
    ) -> Self {
        Self::over(Input::lines(input), output, false, charts, user)
    }

    fn over(input: Input, output: Box<dyn Write + Send>, decorated: bool, charts: PathBuf, user: String) -> Self {
        // A new session is a new conversation, and its messages have ids of their own.
        let session = format!("{user}-{}", Timestamp::now().as_nanosecond());
        Self {
            input,
            charts,
            user,
            session,
            count: AtomicU64::new(0),
            choices: Mutex::default(),
            output: Mutex::new(output),
            decorated,
        }
    }

    /// Shows a greeting before the first message; scripts that talk through a pipe are not greeted.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub async fn greet(&mut self, greeting: &Reply) -> Result<(), ChatError> {
        if self.decorated { self.show(greeting) } else { Ok(()) }
    }

    /// Waits for an answer; on a terminal, says so after a moment.
    pub async fn while_thinking<T>(&self, answer: impl Future<Output = T>) -> T {
        if !self.decorated {
            return answer.await;
        }
        let mut answer = std::pin::pin!(answer);
        tokio::select! {
            done = &mut answer => return done,
            () = tokio::time::sleep(PATIENCE) => {}
        }
        // What cannot be written here is noticed when the answer is.
        let _ = self.write(THINKING);
        let done = answer.await;
        let _ = self.write("\r\u{1b}[K");
        done
    }

    fn write(&self, text: &str) -> io::Result<()> {
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        output.write_all(text.as_bytes())?;
        output.flush()
    }

    /// The number of a choice stands for what its button sends.
    fn chosen(&self, line: &str) -> String {
        let number = line.trim().trim_start_matches('[').trim_end_matches([']', '.', ')']);
        let choices = self.choices.lock().unwrap_or_else(PoisonError::into_inner);
        let choice = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        match choice.and_then(|at| choices.get(at)) {
            Some(button) => button.sends.clone(),
            None => line.to_owned(),
        }
    }
}

impl Console {
    /// The next message; `None` when there will be no more.
    ///
    /// # Errors
    /// When the terminal cannot be read.
    pub async fn next(&self) -> Option<Result<Message, ChatError>> {
        let line = loop {
            match self.input.next().await? {
                Err(error) => return Some(Err(error)),
                // An empty line at the prompt is a person pressing return, not a question.
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => break line,
            }
        };
        if matches!(line.trim(), "/quit" | "/exit" | "/q") {
            return None;
        }
        let text = self.chosen(&line);
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let id = format!("console:{}:{number}", self.session);
        Some(Ok(Message::typed(&id, &self.user, &self.session, Timestamp::now(), text)))
    }

    /// Shows a reply.
    ///
    /// # Errors
    /// When the terminal or the folder of pictures cannot be written to.
    pub fn show(&self, reply: &Reply) -> Result<(), ChatError> {
        let look = if self.decorated { Look::terminal(self.input.columns()) } else { Look::plain() };
        let saved = save(reply, &self.charts)?;
        *self.choices.lock().unwrap_or_else(PoisonError::into_inner) = reply.buttons.clone();
        let page = page::write(reply, &saved, look);
        let page = if self.decorated { format!("\n{page}\n\n") } else { format!("{page}\n\n") };
        self.write(&page).map_err(ChatError::Terminal)
    }
}

/// Writes one reply as the console does: its words, pictures as characters and as files in a folder, its choices.
///
/// # Errors
/// When the output or the folder cannot be written to.
pub fn write_reply(out: &mut dyn Write, reply: &Reply, charts: &Path) -> io::Result<()> {
    let look = if io::stdout().is_terminal() { Look::terminal(input::measured_columns()) } else { Look::plain() };
    let saved = save(reply, charts).map_err(|error| match error {
        ChatError::Attachment { path, source } => {
            io::Error::new(source.kind(), format!("cannot write {}: {source}", path.display()))
        }
        error => io::Error::other(error),
    })?;
    writeln!(out, "{}", page::write(reply, &saved, look))?;
    out.flush()
}

/// Keeps attachments as files named after what they show and when; one path or none for each. Tables to be read in
/// the reply itself are not kept.
fn save(reply: &Reply, folder: &Path) -> Result<Vec<Option<PathBuf>>, ChatError> {
    let mut paths = Vec::new();
    for attachment in &reply.attachments {
        if attachment.bytes.is_empty() || attachment.is_read_in_place() {
            paths.push(None);
            continue;
        }
        // The name comes from a title, so only its last part counts.
        let name = Path::new(&attachment.name).file_name().map(PathBuf::from).unwrap_or_default();
        let stem = name.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let extension = name.extension().map_or_else(|| "bin".into(), |end| end.to_string_lossy().into_owned());
        let time = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ChatError::Attachment { path, source }
        };
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        // Two pictures of one second and title stand side by side.
        let named = |number: u32| match number {
            0 => folder.join(format!("{stem}-{time}.{extension}")),
            number => folder.join(format!("{stem}-{time}-{number}.{extension}")),
        };
        let path = (0..).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(0));
        std::fs::write(&path, &attachment.bytes).map_err(failed(&path))?;
        paths.push(Some(path));
    }
    if paths.iter().any(Option::is_some) {
        make_room(folder);
    }
    Ok(paths)
}

/// Deletes the oldest pictures beyond those that are kept. What cannot be deleted stays, and the next picture tries again.
fn make_room(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut pictures: Vec<(std::time::SystemTime, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let path = entry.path();
            let is_picture = path.extension().is_some_and(|extension| extension == "png");
            Some((entry.metadata().ok()?.modified().ok()?, path)).filter(|_| is_picture)
        })
        .collect();
    pictures.sort();
    let old = pictures.len().saturating_sub(KEPT_PICTURES);
    for (_, path) in &pictures[..old] {
        if let Err(error) = std::fs::remove_file(path) {
            tracing::warn!(%error, path = %path.display(), "an old picture cannot be deleted");
        }
    }
}

#[cfg(test)]
mod tests;
