//! Brings a waiting file in, once, and says what became of its rows.

use std::collections::BTreeMap;
use std::fs;

use crate::domain::{Arg, Attachment, Intent, Phrase, SlotKind, Slots};
use crate::facts::Upload;
use crate::facts::import::{ImportOptions, ImportReport};
use crate::storage::Change;

use super::super::commands::replacing;
use super::super::{Assistant, Hearing, Outcome};
use super::waiting::{State, Waiting};
use super::{Failed, failure, fixes, mapping_of};

/// The list of rows that were not kept is attached up to this size; the whole list stays on the machine.
const LARGEST_LIST: usize = 2 << 20;

impl Assistant {
    /// Imports a file that waits. A kill on the way leaves it imported or not; either way the same button goes on.
    pub(super) fn bring(&self, waiting: Waiting, replace: bool, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let path = self.warehouse.staged(&waiting.id, &waiting.name);
        let Some(table) = waiting.table else {
            return Ok(
                self.phrase_outcome(&Phrase::new("uploads.unknown").with("name", waiting.name.as_str()), language)
            );
        };
        // Imported before the end of an earlier try was on disk: only the words are missing.
        if let Some(upload) = self.upload_of(&waiting)? {
            return self.brought(waiting, &upload, None, hearing);
        }
        let mapping = mapping_of(&waiting);
        let options = ImportOptions {
            zone: Some(hearing.now.time_zone().clone()),
            expected: Some(waiting.sha256.clone()),
            source: Some(waiting.name.clone()),
            ..ImportOptions::default()
        };
        let import = |options: &ImportOptions| self.warehouse.import(&path, table, &mapping, options, &mut |_, _| {});
        if replace {
            let trial = import(&ImportOptions { dry_run: true, ..options.clone() });
            if trial.is_ok_and(|trial| trial.kept > 0) {
                self.warehouse.remove_demo()?;
            }
        }
        let report = match import(&options) {
            Ok(report) => report,
            Err(error) => return Ok(self.phrase_outcome(&failure(&error, &waiting.name), language)),
        };
        let id = report.upload.as_ref().or(report.already.as_ref());
        match self.warehouse.uploads()?.into_iter().find(|upload| Some(&upload.id) == id) {
            Some(upload) => self.brought(waiting, &upload, Some(&report), hearing),
            None => Ok(self.nothing_kept(&waiting, &report, hearing)),
        }
    }

    /// What to say of a file that is in.
    fn brought(
        &self,
        waiting: Waiting,
        upload: &Upload,
        report: Option<&ImportReport>,
        hearing: &Hearing<'_>,
    ) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let state = State::Imported { upload: upload.id.clone() };
        if waiting.before.as_ref() == Some(&upload.id) {
            let phrase = Phrase::new("uploads.known_content").with("upload", upload.id.as_str());
            let mut outcome = replacing(self.phrase_outcome(&phrase, language));
            outcome.changes.push(Change::keep(&Waiting { state, ..waiting })?);
            return Ok(outcome);
        }
        let count = |count: u64| Arg::Count(i64::try_from(count).unwrap_or(i64::MAX));
        let mut outcome = Outcome::default();
        let mut say = |phrase: Phrase| outcome.reply.lines.push(self.words(&phrase, language));
        let key = if upload.days.is_some() { "uploads.imported_days" } else { "uploads.imported" };
        let mut phrase = Phrase::new(key)
            .with("name", waiting.name.as_str())
            .with("rows", count(upload.rows))
            .with("table", upload.table.name());
        if let Some(days) = upload.days {
            phrase = phrase.with("range", days);
        }
        say(phrase);
        for (key, total, reasons) in [
            ("uploads.set_aside", upload.set_aside, report.map(|report| &report.set_aside)),
            ("uploads.rejected", upload.rejected, report.map(|report| &report.rejected)),
        ] {
            match reasons.filter(|reasons| !reasons.is_empty()) {
                Some(reasons) => say(Phrase::new(key).with("rows", count(total)).with("reasons", listed(reasons))),
                None if total > 0 => {
                    say(Phrase::new(key).with("rows", count(total)).with("reasons", Arg::List(vec![])))
                }
                None => {}
            }
        }
        if report.is_some_and(|report| report.derived_products > 0) {
            say(Phrase::new("uploads.products_made").with("rows", count(upload.derived_products)));
        }
        if upload.rejected + upload.set_aside > 0 {
            outcome.reply.attachments.extend(self.list_of(upload));
        }
        for (label, intent, slots) in self.questions(upload)? {
            self.offer(&mut outcome, &label, intent, slots, language);
        }
        let words = [(SlotKind::Content, upload.id.clone())].into();
        let slots = Slots { words, ..Slots::default() };
        self.offer(&mut outcome, &Phrase::new("uploads.undo_button"), Intent::DataUndo, slots, language);
        self.warehouse.unstage(&waiting.id);
        outcome.changes.push(Change::keep(&Waiting { state, ..waiting })?);
        Ok(replacing(outcome))
    }

    /// No row could be used; the file waits on, so that what is taken for what can be changed.
    fn nothing_kept(&self, waiting: &Waiting, report: &ImportReport, hearing: &Hearing<'_>) -> Outcome {
        let language = hearing.language;
        let mut reasons = report.rejected.clone();
        reasons.extend(report.set_aside.clone());
        let phrase =
            Phrase::new("uploads.nothing_kept").with("name", waiting.name.as_str()).with("reasons", listed(&reasons));
        let mut outcome = self.phrase_outcome(&phrase, language);
        let path = self.warehouse.staged(&waiting.id, &waiting.name);
        let form = self.preview_of(&path, waiting.table);
        let form = form.map(|(preview, _)| fixes::form(&preview, waiting.table, &mapping_of(waiting)));
        self.offer_fix(&mut outcome, waiting, form.unwrap_or_default(), language);
        self.offer_cancel(&mut outcome, waiting, language);
        outcome
    }

    /// The rows that were not kept, as a file.
    fn list_of(&self, upload: &Upload) -> Option<Attachment> {
        let mut bytes = fs::read(self.warehouse.rejected_file(&upload.id)).ok()?;
        if bytes.len() > LARGEST_LIST {
            let end = bytes[..LARGEST_LIST].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            bytes.truncate(end);
        }
        // The cells may be personal and the words are kept with the conversation, so that these hold the reasons only.
        let cells = |line: &str| line.splitn(4, ',').take(3).collect::<Vec<_>>().join(",");
        let text: String = String::from_utf8_lossy(&bytes).lines().take(6).map(cells).collect::<Vec<_>>().join("\n");
        let name = format!("not-imported-{}.csv", upload.id);
        Some(Attachment { name, media_type: "text/csv".to_owned(), bytes, text })
    }
}

/// Reasons with their counts, the commonest first.
fn listed(reasons: &BTreeMap<String, u64>) -> Arg {
    let mut sorted: Vec<_> = reasons.iter().collect();
    sorted.sort_by(|one, other| other.1.cmp(one.1));
    let phrase = |(reason, count): (&String, &u64)| {
        let phrase = Phrase::new("uploads.reason").with("reason", because(reason));
        Arg::from(phrase.with("rows", Arg::Count(i64::try_from(*count).unwrap_or(i64::MAX))))
    };
    Arg::List(sorted.into_iter().map(phrase).collect())
}

/// A reason of the log of uploads, which is in English, as a phrase; what is not known here is told as it stands.
fn because(reason: &str) -> Arg {
    const OF_A_FIELD: [(&str, &str); 3] = [
        (" is missing", "uploads.row.missing"),
        (" is no number", "uploads.row.not_a_number"),
        (" is no date", "uploads.row.not_a_date"),
    ];
    const OF_A_ROW: [(&str, &str); 11] = [
        ("another number of cells than the header", "uploads.row.wrong_cells"),
        ("a quotation mark that nothing closes", "uploads.row.stray_mark"),
        ("kind is unknown", "uploads.row.unknown_kind"),
        ("the key occurs twice in the file", "uploads.row.same_key"),
        ("not a product", "uploads.row.not_a_product"),
        ("quantity is zero", "uploads.row.zero_quantity"),
        ("price is zero", "uploads.row.zero_price"),
        ("price is negative", "uploads.row.negative_price"),
        ("a cancelled order with a positive quantity", "uploads.row.cancelled_positive"),
        ("identical to an earlier line", "uploads.row.identical"),
        ("the same as an earlier line in every column that is used", "uploads.row.says_the_same"),
    ];
    let of_a_field = OF_A_FIELD.iter().find_map(|(ending, key)| Some((reason.strip_suffix(ending)?, *key)));
    if let Some((field, key)) = of_a_field {
        return Phrase::new(key).with("field", field).into();
    }
    match OF_A_ROW.iter().find(|(words, _)| *words == reason) {
        Some((_, key)) => Phrase::new(key).into(),
        None => Arg::from(reason),
    }
}
