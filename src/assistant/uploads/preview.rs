//! What a waiting file seems to be, in words: its table, what is taken for what and how sure that is, what is personal,
//! the first rows, and the ways to go on.

use crate::domain::{Act, Arg, Attachment, ButtonStyle, Form, ImportStep, Intent, Language, Phrase, Table};
use crate::facts::Upload;
use crate::facts::import::{DayOrder, Personal, Preview};
use crate::render;

use super::super::{Assistant, Hearing, Outcome};
use super::waiting::Waiting;
use super::{Failed, fixes, mapping_of};

/// A chat shows so many columns side by side.
const MOST_COLUMNS: usize = 6;

impl Assistant {
    /// The preview of a file that waits.
    pub(super) fn shown(
        &self,
        waiting: &Waiting,
        preview: &Preview,
        is_known: bool,
        hearing: &Hearing<'_>,
    ) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let mapping = mapping_of(waiting);
        let mut outcome = Outcome::default();
        let mut say = |phrase: Phrase| outcome.reply.lines.push(self.words(&phrase, language));
        let rows = usize::try_from(preview.row_count).unwrap_or(usize::MAX);
        let about = |key| Phrase::new(key).with("name", waiting.name.as_str()).count("rows", rows);
        let missing = preview.missing_in(&mapping);
        if is_known {
            let sure = Arg::Share(preview.table_confidence.value());
            say(about("uploads.preview").with("table", preview.table.name()).with("sure", sure));
            let taken = preview.columns.iter().filter_map(|guess| {
                let field = mapping.field_of(&guess.column)?;
                let phrase = Phrase::new(if guess.field.as_deref() == Some(field) {
                    "uploads.field"
                } else {
                    "uploads.field_told"
                });
                let phrase = phrase.with("field", field).with("column", guess.column.as_str());
                Some(Arg::from(phrase.with("sure", Arg::Share(guess.confidence.value()))))
            });
            say(Phrase::new("uploads.taken").with("fields", Arg::List(taken.collect())));
            let left_out = preview.columns.iter().filter(|guess| mapping.field_of(&guess.column).is_none());
            let left_out: Vec<Arg> = left_out.map(|guess| Arg::Text(guess.column.clone())).collect();
            if !left_out.is_empty() {
                say(Phrase::new("uploads.left_out").with("columns", Arg::List(left_out)));
            }
        } else {
            say(about("uploads.unknown_table"));
            let columns = preview.columns.iter().map(|guess| Arg::Text(guess.column.clone())).collect();
            say(Phrase::new("uploads.columns").with("columns", Arg::List(columns)));
        }
        let personal: Vec<Arg> = preview
            .columns
            .iter()
            .filter_map(|guess| Some(Arg::from(personal(guess.personal?).with("column", guess.column.as_str()))))
            .collect();
        if !personal.is_empty() {
            say(Phrase::new("uploads.personal").with("columns", Arg::List(personal)));
        }
        if let (Some((order, false)), true) = (preview.day_order, is_known) {
            say(Phrase::new(match mapping.day_order.unwrap_or(order) {
                DayOrder::DayFirst => "uploads.day_first",
                DayOrder::MonthFirst => "uploads.month_first",
            }));
        }
        if is_known && !missing.is_empty() {
            let fields = missing.iter().map(|field| Arg::from(*field)).collect();
            say(Phrase::new("uploads.missing").with("fields", Arg::List(fields)));
        }
        if let Some(before) = &waiting.before {
            say(Phrase::new("uploads.known_content").with("upload", before.as_str()));
        }
        outcome.reply.attachments.extend(self.first_rows(waiting, preview, hearing)?);
        if is_known && missing.is_empty() && waiting.before.is_none() {
            self.offer_import(&mut outcome, waiting, language)?;
        }
        let form = fixes::form(preview, waiting.table, &mapping);
        self.offer_fix(&mut outcome, waiting, form, language);
        self.offer_cancel(&mut outcome, waiting, language);
        Ok(outcome)
    }

    /// The first rows in characters; columns that are taken come first. What is personal is not shown, since what is said
    /// is kept with the conversation.
    fn first_rows(
        &self,
        waiting: &Waiting,
        preview: &Preview,
        hearing: &Hearing<'_>,
    ) -> Result<Option<Attachment>, Failed> {
        let mapping = mapping_of(waiting);
        let mut order: Vec<usize> =
            (0..preview.columns.len()).filter(|at| preview.columns[*at].personal.is_none()).collect();
        order.sort_by_key(|at| mapping.field_of(&preview.columns[*at].column).is_none());
        order.truncate(MOST_COLUMNS);
        let heading = |at: &usize| Phrase::new("uploads.heading").with("column", preview.columns[*at].column.as_str());
        let cell = |row: &[String], at: &usize| Arg::Text(row.get(*at).cloned().unwrap_or_default());
        let table = Table {
            title: Phrase::new("uploads.rows"),
            columns: order.iter().map(heading).collect(),
            rows: preview.rows.iter().map(|row| order.iter().map(|at| cell(row, at)).collect()).collect(),
        };
        if table.rows.is_empty() || table.columns.is_empty() {
            return Ok(None);
        }
        let context = render::Context { language: hearing.language, max_lines: 5, today: hearing.now.date() };
        let text = self.renderer.table(&table, &context)?;
        Ok(Some(Attachment {
            name: "preview.txt".to_owned(),
            media_type: "text/plain".to_owned(),
            bytes: text.clone().into_bytes(),
            text,
        }))
    }

    fn offer_import(&self, outcome: &mut Outcome, waiting: &Waiting, language: Language) -> Result<(), Failed> {
        let has_demo = self.warehouse.uploads()?.iter().any(|upload| upload.is_active() && upload.is_demo());
        let steps: &[(&'static str, ButtonStyle, ImportStep)] = if has_demo {
            &[
                ("uploads.replace_button", ButtonStyle::Primary, ImportStep::Replace),
                ("uploads.beside_button", ButtonStyle::Plain, ImportStep::Confirm),
            ]
        } else {
            &[("uploads.confirm_button", ButtonStyle::Primary, ImportStep::Confirm)]
        };
        for (key, style, step) in steps {
            let act = Act::Import { upload: waiting.id.clone(), step: *step };
            self.offer_act(outcome, &Phrase::new(key), *style, Intent::DataUpload, act, language);
        }
        Ok(())
    }

    pub(super) fn offer_fix(&self, outcome: &mut Outcome, waiting: &Waiting, value: String, language: Language) {
        let act = Act::Import { upload: waiting.id.clone(), step: ImportStep::Fix };
        let label = Phrase::new("uploads.fix_button");
        self.offer_act(outcome, &label, ButtonStyle::Plain, Intent::DataUpload, act, language);
        if let Some(button) = outcome.reply.buttons.last_mut() {
            button.form = Some(Form { title: self.words(&Phrase::new("uploads.form_title"), language), value });
        }
    }

    pub(super) fn offer_cancel(&self, outcome: &mut Outcome, waiting: &Waiting, language: Language) {
        let act = Act::Import { upload: waiting.id.clone(), step: ImportStep::Cancel };
        let label = Phrase::new("uploads.cancel_button");
        self.offer_act(outcome, &label, ButtonStyle::Danger, Intent::DataUpload, act, language);
    }

    /// The upload that holds a file's content already.
    pub(super) fn upload_of(&self, waiting: &Waiting) -> Result<Option<Upload>, Failed> {
        let uploads = self.warehouse.uploads()?;
        let same = |upload: &Upload| {
            upload.is_active() && upload.sha256 == waiting.sha256 && waiting.table == Some(upload.table)
        };
        Ok(uploads.into_iter().find(same))
    }
}

fn personal(personal: Personal) -> Phrase {
    match personal {
        Personal::Email => Phrase::new("uploads.email"),
        Personal::Phone => Phrase::new("uploads.phone"),
        Personal::PersonName => Phrase::new("uploads.person_name"),
        Personal::Address => Phrase::new("uploads.address"),
    }
}
