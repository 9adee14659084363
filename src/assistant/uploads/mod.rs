//! Files that people send: what a file seems to be, what they change about that, and bringing it in once they say so.

mod waiting;
mod fixes;
mod preview;
mod bring;
mod questions;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fs;
use std::path::Path;

use crate::domain::{Act, FileAt, ImportStep, Intent, Pending, Phrase, SentFile, SlotKind, Slots, TableName, Turn};
use crate::facts::WarehouseError;
use crate::facts::import::{Mapping, Preview};
use crate::storage::{self, Change};

use super::commands::{new_code, replacing, role_phrase};
use super::{Assistant, Hearing, Outcome, dialogue, permission};
use fixes::Fixes;
use waiting::{State, Waiting};

/// How long a file waits.
const WAITS_HOURS: i64 = 24;
const MEGABYTE: f64 = 1_048_576.0;

type Failed = Box<dyn Error>;

impl Assistant {
    /// A file that came: shown as what it seems to be, with ways to go on.
    pub(super) fn sent_file(&self, file: &SentFile, text: &str, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let say = |phrase: &Phrase| Ok(self.phrase_outcome(phrase, language));
        let name = file.name.as_str();
        if hearing.own_role < permission::least_role(Intent::DataUpload) {
            if let FileAt::Disk(path) = &file.at {
                // It was fetched for nothing.
                let _ = fs::remove_file(path);
            }
            return say(&Phrase::new("uploads.forbidden").with("role", role_phrase(hearing.own_role)));
        }
        let path = match &file.at {
            FileAt::Disk(path) => path,
            FileAt::TooLarge { limit } => {
                let megabytes =
                    |bytes: u64| crate::domain::Arg::Number((bytes as f64 / MEGABYTE * 10.0).round() / 10.0);
                let phrase = Phrase::new("uploads.too_large").with("name", name).with("limit", megabytes(*limit));
                return say(&phrase.with("size", megabytes(file.bytes)));
            }
            FileAt::Lost | FileAt::Platform(_) => return say(&Phrase::new("uploads.lost").with("name", name)),
        };
        let id = new_code();
        let staged = match self.warehouse.stage(&id, name, path) {
            Ok(staged) => staged,
            Err(error) => {
                tracing::error!(%error, "a sent file cannot be kept");
                return say(&Phrase::new("uploads.lost").with("name", name));
            }
        };
        let mut waiting = Waiting::new(id, hearing.profile.id.clone(), name, hearing.now.timestamp());
        // "These are our orders", beside a file that can be orders.
        if let Some(table) = fixes::table_in(text) {
            let fits = self.warehouse.preview(&staged, Some(table)).is_ok_and(|preview| preview.missing.is_empty());
            waiting.table = Some(table).filter(|_| fits);
        }
        self.look(waiting, None, hearing).map(|outcome| for_whom(outcome, hearing))
    }

    /// Looks into a waiting file and shows it; a file that is no table does not wait any longer.
    fn look(&self, mut waiting: Waiting, fixes: Option<&Fixes>, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let path = self.warehouse.staged(&waiting.id, &waiting.name);
        if let Some(table) = fixes.and_then(|fixes| fixes.table).filter(|table| Some(*table) != waiting.table) {
            waiting.table = Some(table);
            waiting.mapping = None;
        }
        let (preview, is_known) = match self.preview_of(&path, waiting.table) {
            Ok(found) => found,
            Err(error) => {
                self.warehouse.unstage(&waiting.id);
                let mut outcome = self.phrase_outcome(&failure(&error, &waiting.name), language);
                outcome.changes.push(Change::remove::<Waiting>(&waiting.id));
                return Ok(outcome);
            }
        };
        if hearing.is_shared() && preview.columns.iter().any(|guess| guess.personal.is_some()) {
            self.warehouse.unstage(&waiting.id);
            let phrase = Phrase::new("uploads.personal_in_public").with("name", waiting.name.as_str());
            let mut outcome = self.phrase_outcome(&phrase, language);
            outcome.changes.push(Change::remove::<Waiting>(&waiting.id));
            return Ok(outcome);
        }
        waiting.sha256.clone_from(&preview.sha256);
        if is_known {
            waiting.table = Some(preview.table);
            let mapping = waiting.mapping.get_or_insert_with(|| preview.mapping());
            if let Some(fixes) = fixes {
                fixes.apply(mapping);
            }
            if waiting.state == State::Open {
                waiting.before = self.upload_of(&waiting)?.map(|upload| upload.id);
            }
        }
        let mut outcome = self.shown(&waiting, &preview, is_known, hearing)?;
        outcome.changes.push(Change::keep(&waiting)?);
        Ok(outcome)
    }

    /// What a file seems to be, and whether its table is known; where it is not, its columns are still looked at.
    fn preview_of(&self, path: &Path, table: Option<TableName>) -> Result<(Preview, bool), WarehouseError> {
        match self.warehouse.preview(path, table) {
            Err(WarehouseError::UnknownTable { .. }) => {
                Ok((self.warehouse.preview(path, Some(TableName::Orders))?, false))
            }
            found => Ok((found?, true)),
        }
    }

    /// A button under a file that waits.
    pub(super) fn import_step(
        &self,
        upload: &str,
        step: ImportStep,
        written: Option<&str>,
        hearing: &Hearing<'_>,
    ) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let done = |key, waiting: &Waiting| {
            self.phrase_outcome(&Phrase::new(key).with("name", waiting.name.as_str()), language)
        };
        if hearing.own_role < permission::least_role(Intent::DataUpload) {
            let phrase = Phrase::new("uploads.forbidden").with("role", role_phrase(hearing.own_role));
            return Ok(self.phrase_outcome(&phrase, language));
        }
        let Some(waiting) = storage::find::<Waiting>(&*self.store, upload)? else {
            return Ok(self.phrase_outcome(&Phrase::new("uploads.gone"), language));
        };
        if waiting.owner != hearing.profile.id {
            return Ok(self.phrase_outcome(&Phrase::new("assistant.button_foreign"), language));
        }
        match &waiting.state {
            State::Open => {}
            State::Imported { .. } => return Ok(done("uploads.imported_already", &waiting)),
            State::Cancelled => return Ok(done("uploads.cancelled_already", &waiting)),
        }
        let outcome: Result<Outcome, Failed> = match step {
            ImportStep::Confirm => self.bring(waiting, false, hearing),
            ImportStep::Replace => self.bring(waiting, true, hearing),
            ImportStep::Fix => match written.map(str::trim).filter(|written| !written.is_empty()) {
                Some(written) => self.fix(waiting, written, hearing),
                None => self.ask_for_lines(&waiting, hearing),
            },
            ImportStep::Cancel => {
                self.warehouse.unstage(&waiting.id);
                let mut outcome = replacing(done("uploads.cancelled", &waiting));
                outcome.changes.push(Change::keep(&Waiting { state: State::Cancelled, ..waiting })?);
                Ok(outcome)
            }
        };
        outcome.map(|outcome| for_whom(outcome, hearing))
    }

    /// Lines that say what is taken for what.
    fn fix(&self, waiting: Waiting, written: &str, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let path = self.warehouse.staged(&waiting.id, &waiting.name);
        let (preview, _) = match self.preview_of(&path, waiting.table) {
            Ok(found) => found,
            Err(error) => return Ok(self.phrase_outcome(&failure(&error, &waiting.name), language)),
        };
        let mapping = mapping_of(&waiting);
        match fixes::read(written, &preview, waiting.table, &mapping) {
            Ok(fixes) => self.look(waiting, Some(&fixes), hearing),
            Err(wrong) => {
                let lines = wrong.iter().map(|wrong| crate::domain::Arg::from(wrong.phrase())).collect();
                let phrase = Phrase::new("uploads.cannot_fix").with("lines", crate::domain::Arg::List(lines));
                let mut outcome = self.phrase_outcome(&phrase, language);
                // What was written is not lost: the form begins with it.
                self.offer_fix(&mut outcome, &waiting, written.to_owned(), language);
                self.offer_cancel(&mut outcome, &waiting, language);
                Ok(outcome)
            }
        }
    }

    /// Where there are no forms: the next message is the lines.
    fn ask_for_lines(&self, waiting: &Waiting, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let path = self.warehouse.staged(&waiting.id, &waiting.name);
        let form = match self.preview_of(&path, waiting.table) {
            Ok((preview, _)) => fixes::form(&preview, waiting.table, &mapping_of(waiting)),
            Err(error) => return Ok(self.phrase_outcome(&failure(&error, &waiting.name), hearing.language)),
        };
        let mut outcome = self.phrase_outcome(&Phrase::new("uploads.write_lines"), hearing.language);
        for line in form.lines() {
            outcome.reply.lines.push(self.words(&Phrase::new("uploads.line").with("line", line), hearing.language));
        }
        let words = [(SlotKind::Content, waiting.id.clone())].into();
        let slots = Slots { words, ..Slots::default() };
        outcome.pending = Some(Pending { intent: Intent::DataUpload, slots, missing: SlotKind::Content });
        Ok(outcome)
    }

    /// Words that go on with a file: the lines that were asked for, or a plain sentence after its preview.
    pub(super) fn about_file(&self, text: &str, hearing: &Hearing<'_>) -> Result<Option<Outcome>, Failed> {
        let Some(last) = hearing.conversation.last().filter(|turn| turn.from.as_ref() == Some(&hearing.profile.id))
        else {
            return Ok(None);
        };
        let asked_for = last.pending.as_ref().filter(|pending| pending.intent == Intent::DataUpload);
        let asked_for = asked_for.and_then(|pending| pending.slots.words.get(&SlotKind::Content));
        let shown = || shown_in(last).filter(|_| dialogue::taken(text, Some(last)).is_none());
        let Some(id) = asked_for.map(String::as_str).or_else(shown) else { return Ok(None) };
        let Some(waiting) = storage::find::<Waiting>(&*self.store, id)?.filter(|waiting| waiting.state == State::Open)
        else {
            return Ok(None);
        };
        if asked_for.is_some() {
            return self.fix(waiting, text, hearing).map(|outcome| Some(for_whom(outcome, hearing)));
        }
        let path = self.warehouse.staged(&waiting.id, &waiting.name);
        let Ok((preview, _)) = self.preview_of(&path, waiting.table) else { return Ok(None) };
        match fixes::sentence(text, &preview, waiting.table, &mapping_of(&waiting)) {
            Some(fixes) => self.look(waiting, Some(&fixes), hearing).map(|outcome| Some(for_whom(outcome, hearing))),
            None => Ok(None),
        }
    }

    /// Removes files that waited too long. What cannot be removed is logged, and tried again at the next start.
    pub fn remove_old_uploads(&self) {
        if let Err(error) = self.try_remove_old_uploads() {
            tracing::error!(%error, "files that waited too long cannot be removed");
        }
    }

    fn try_remove_old_uploads(&self) -> Result<(), Failed> {
        let oldest = self.clock.now().timestamp().checked_sub(jiff::SignedDuration::from_hours(WAITS_HOURS))?;
        let mut changes = Vec::new();
        for waiting in storage::all::<Waiting>(&*self.store)? {
            if waiting.at < oldest {
                self.warehouse.unstage(&waiting.id);
                changes.push(Change::remove::<Waiting>(&waiting.id));
            }
        }
        if !changes.is_empty() {
            self.store.apply(&changes)?;
        }
        // A kill may have left a file that nothing names.
        self.warehouse.unstage_before(oldest.into())?;
        Ok(())
    }

    /// Removes the files that somebody sent and that still wait.
    pub(super) fn unstage_all_of(&self, owner: &crate::domain::ProfileId) -> Result<(), Failed> {
        for waiting in storage::all::<Waiting>(&*self.store)? {
            if waiting.owner == *owner {
                self.warehouse.unstage(&waiting.id);
            }
        }
        Ok(())
    }
}

/// Rows of the company's stand where others read along only where all of them may see such things.
fn for_whom(mut outcome: Outcome, hearing: &Hearing<'_>) -> Outcome {
    outcome.is_personal |= hearing.profile.role < permission::least_role(Intent::DataUpload);
    outcome
}

/// The file whose preview a turn showed.
fn shown_in(turn: &Turn) -> Option<&str> {
    turn.offers.iter().find_map(|offer| match &offer.act {
        Some(Act::Import { upload, step: ImportStep::Fix }) => Some(upload.as_str()),
        _ => None,
    })
}

/// Why a file cannot be used, for people.
fn failure(error: &WarehouseError, name: &str) -> Phrase {
    let plain = |key| Phrase::new(key).with("name", name);
    match error {
        WarehouseError::EmptyFile(_) => plain("uploads.empty"),
        WarehouseError::NoRows(_) => plain("uploads.no_rows"),
        WarehouseError::Parquet { .. } | WarehouseError::Engine(_) => plain("uploads.damaged"),
        WarehouseError::NotATable { reason, .. } => plain("uploads.no_table").with("reason", reason.as_str()),
        WarehouseError::Changed(_) => plain("uploads.changed"),
        WarehouseError::UnknownTable { .. } => plain("uploads.unknown"),
        WarehouseError::MissingFields { fields, .. } => plain("uploads.lacks").with("fields", fields.as_str()),
        WarehouseError::NoColumn { column, .. } => plain("uploads.lacks").with("fields", column.as_str()),
        WarehouseError::NoField { field, .. } => plain("uploads.lacks").with("fields", field.as_str()),
        WarehouseError::Io { .. }
        | WarehouseError::Newer { .. }
        | WarehouseError::DamagedLog { .. }
        | WarehouseError::NoSuchBreakdown { .. }
        | WarehouseError::NoSuchPostFilter(_)
        | WarehouseError::NoReader { .. }
        | WarehouseError::Reading(_)
        | WarehouseError::WrongReadings { .. }
        | WarehouseError::NoUpload(_)
        | WarehouseError::TakenBack { .. }
        | WarehouseError::NothingToUndo => {
            tracing::error!(%error, "a sent file cannot be used");
            plain("uploads.lost")
        }
    }
}

/// The mapping of a file that is known.
fn mapping_of(waiting: &Waiting) -> Mapping {
    waiting.mapping.clone().unwrap_or_default()
}
