//! A person's rights: what is kept and why, a copy of it, to be forgotten.

use serde::Serialize;

use crate::domain::{Act, Attachment, ButtonStyle, CustomerCode, Intent, LinkCode, Phrase};
use crate::storage::{self, Change};

use super::super::commands::{new_code, replacing};
use super::super::{Assistant, Hearing, Outcome};
use super::Failed;

impl Assistant {
    /// What is kept, why, and what can be done about it.
    pub(in crate::assistant) fn privacy(&self, hearing: &Hearing<'_>) -> Outcome {
        let language = hearing.language;
        let mut outcome = self.phrase_outcome(&Phrase::new("customers.privacy"), language);
        for (key, intent) in [
            ("customers.my_data_button", Intent::ExportMyData),
            ("customers.forget_button", Intent::EraseMyData),
            ("customers.prefs_button", Intent::OptIn),
        ] {
            self.offer(&mut outcome, &Phrase::new(key), intent, Default::default(), language);
        }
        outcome
    }

    /// A copy of everything that is kept of whoever asks, for their eyes alone.
    pub(in crate::assistant) fn my_data(&self, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let mut kept = Vec::new();
        let lines = storage::export_profile(&*self.store, &hearing.profile.id, &mut kept)?;
        let rows = self.warehouse.rows_of(&self.person_of(&hearing.profile)?)?;
        let mut files = vec![Attachment {
            name: "herald.jsonl".to_owned(),
            media_type: "application/jsonl".to_owned(),
            bytes: kept,
            text: String::new(),
        }];
        files.extend(csv_file("orders", &rows.orders)?);
        files.extend(csv_file("posts", &rows.posts)?);
        files.extend(csv_file("interactions", &rows.interactions)?);
        files.extend(csv_file("mailings", &rows.mailings)?);
        let phrase = Phrase::new("customers.my_data")
            .count("entries", lines)
            .count("orders", rows.orders.len())
            .count("posts", rows.posts.len())
            .count("others", rows.interactions.len() + rows.mailings.len());
        let mut outcome = self.phrase_outcome(&phrase, language);
        if hearing.profile.customer.is_none() {
            outcome.reply.lines.push(self.words(&Phrase::new("customers.no_customer"), language));
        }
        outcome.reply.attachments = files;
        outcome.is_personal = true;
        let label = Phrase::new("customers.forget_button");
        self.offer(&mut outcome, &label, Intent::EraseMyData, Default::default(), language);
        Ok(outcome)
    }

    /// Asks whether whoever asks is really to be forgotten.
    pub(in crate::assistant) fn forget_me(&self, hearing: &Hearing<'_>) -> Outcome {
        let language = hearing.language;
        let key = match hearing.profile.customer {
            Some(_) => "customers.forget_customer",
            None => "customers.forget",
        };
        let mut outcome = self.phrase_outcome(&Phrase::new(key), language);
        outcome.is_personal = true;
        let yes = Phrase::new("customers.yes_forget");
        self.offer_act(&mut outcome, &yes, ButtonStyle::Danger, Intent::EraseMyData, Act::ForgetMe, language);
        let no = Phrase::new("assistant.no_leave");
        self.offer_act(&mut outcome, &no, ButtonStyle::Plain, Intent::EraseMyData, Act::Nothing, language);
        outcome
    }

    /// Forgets whoever pressed the button: first in the facts, then in the store, so that after a kill in between the
    /// person is still known and can ask again.
    pub(in crate::assistant) fn forget(&self, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let profile = &hearing.profile;
        let person = self.person_of(profile)?;
        let pseudonym = format!("forgotten-{}", new_code());
        let forgotten = self.warehouse.forget(&person, &pseudonym)?;
        self.unstage_all_of(&profile.id)?;
        let mut changes = Vec::new();
        for code in storage::all::<CustomerCode>(&*self.store)? {
            if Some(&code.customer) == profile.customer.as_ref() {
                changes.push(Change::remove::<CustomerCode>(&code.code));
            }
        }
        for code in storage::all::<LinkCode>(&*self.store)? {
            if code.profile == profile.id {
                changes.push(Change::remove::<LinkCode>(&code.code));
            }
        }
        let erased = self.store.erase(&profile.id)?;
        tracing::info!(turns = erased.turns, renamed = forgotten.renamed, removed = forgotten.removed, "forgotten");
        let phrase = Phrase::new("customers.forgotten")
            .count("turns", erased.turns)
            .count("renamed", forgotten.renamed)
            .count("removed", forgotten.removed);
        let outcome = replacing(self.phrase_outcome(&phrase, hearing.language));
        Ok(Outcome { changes, is_nobodys: true, ..outcome })
    }
}

/// Rows as a file; none where there are no rows.
fn csv_file<R: Serialize>(name: &str, rows: &[R]) -> Result<Option<Attachment>, Failed> {
    if rows.is_empty() {
        return Ok(None);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    let text = String::from_utf8_lossy(&bytes).lines().take(4).collect::<Vec<_>>().join("\n");
    Ok(Some(Attachment { name: format!("{name}.csv"), media_type: "text/csv".to_owned(), bytes, text }))
}
