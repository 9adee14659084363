//! How an account becomes a customer's: an analyst gets a one-time code for a customer, and whoever sends it is asked.

use jiff::ToSpan;

use crate::domain::{Act, Arg, ButtonStyle, CustomerCode, Dimension, Intent, Phrase, Profile, Role, Topic};
use crate::storage::{self, Change};

use super::super::commands::{new_code, replacing};
use super::super::{Assistant, Hearing, Outcome};
use super::Failed;

/// How long a customer has to send the code.
const CODE_DAYS: i64 = 7;

impl Assistant {
    /// Hello; with a code behind it, the account becomes a customer's. Brings messages back that were stopped.
    pub(in crate::assistant) fn start(&self, words: &str, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        if !words.is_empty() {
            return match self.claim(words, hearing)? {
                Some(outcome) => Ok(outcome),
                None => Ok(self.phrase_outcome(&Phrase::new("assistant.link_unknown"), hearing.language)),
            };
        }
        let is_customer = hearing.own_role == Role::Customer;
        let mut outcome = if is_customer { self.welcome(hearing) } else { self.greet_staff(hearing) };
        let profile = hearing.own_profile();
        if profile.muted == Topic::ALL {
            outcome.reply.lines.push(self.words(&Phrase::new("customers.started_again"), hearing.language));
            outcome.changes.push(Change::Profile(Profile { muted: Vec::new(), ..profile }));
        }
        Ok(outcome)
    }

    /// `/link customer C-00042`: a code that makes whoever sends it that customer.
    pub(in crate::assistant) fn customer_code(&self, customer: &str, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let say = |phrase: &Phrase| Ok(self.phrase_outcome(phrase, language));
        if hearing.own_role < Role::Analyst {
            return say(&Phrase::new("customers.code_forbidden"));
        }
        let catalog = self.warehouse.catalog()?;
        let known = catalog.names_of(Dimension::Customer).iter().find(|known| known.eq_ignore_ascii_case(customer));
        let Some(known) = known else {
            return say(&Phrase::new("customers.no_such_customer").with("customer", customer));
        };
        let expires = hearing.now.timestamp().checked_add((CODE_DAYS * 24).hours())?;
        let code = CustomerCode { code: new_code(), customer: known.clone(), expires };
        let phrase = Phrase::new("customers.code")
            .with("customer", known.as_str())
            .with("code", code.code.as_str())
            .with("days", Arg::Count(CODE_DAYS));
        let mut outcome = self.phrase_outcome(&phrase, language);
        for old in storage::all::<CustomerCode>(&*self.store)? {
            if old.customer == code.customer || old.expires < hearing.now.timestamp() {
                outcome.changes.push(Change::remove::<CustomerCode>(&old.code));
            }
        }
        outcome.changes.push(Change::keep(&code)?);
        Ok(outcome)
    }

    /// A customer's code that works.
    fn find_customer_code(&self, words: &str, hearing: &Hearing<'_>) -> Result<Option<CustomerCode>, Failed> {
        let bare = words.trim().strip_prefix("c-").unwrap_or(words.trim());
        let code: String = bare.chars().filter(char::is_ascii_alphanumeric).collect();
        let found: Option<CustomerCode> = storage::find(&*self.store, &code.to_ascii_uppercase())?;
        Ok(found.filter(|code| code.expires >= hearing.now.timestamp()))
    }

    /// Asks whoever sent a customer's code; `None` where it is none.
    pub(in crate::assistant) fn claim(&self, words: &str, hearing: &Hearing<'_>) -> Result<Option<Outcome>, Failed> {
        let language = hearing.language;
        if hearing.is_shared() {
            return Ok(Some(self.phrase_outcome(&Phrase::new("assistant.link_in_private"), language)));
        }
        let Some(code) = self.find_customer_code(words, hearing)? else { return Ok(None) };
        let phrase = Phrase::new("customers.confirm").with("company", self.renderer.company());
        let mut outcome = self.phrase_outcome(&phrase.with("customer", code.customer.as_str()), language);
        let act = Act::BeCustomer { code: code.code };
        let yes = Phrase::new("assistant.yes_link");
        self.offer_act(&mut outcome, &yes, ButtonStyle::Primary, Intent::Help, act, language);
        let no = Phrase::new("assistant.no_leave");
        self.offer_act(&mut outcome, &no, ButtonStyle::Plain, Intent::Help, Act::Nothing, language);
        Ok(Some(outcome))
    }

    /// Makes the account the customer's.
    pub(in crate::assistant) fn be_customer(&self, code: &str, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let Some(code) = self.find_customer_code(code, hearing)? else {
            return Ok(self.phrase_outcome(&Phrase::new("assistant.link_unknown"), language));
        };
        let mut outcome = replacing(self.phrase_outcome(&Phrase::new("customers.is_customer"), language));
        for (key, intent) in [
            ("customers.recommend_button", Intent::RecommendProducts),
            ("customers.my_data_button", Intent::ExportMyData),
        ] {
            self.offer(&mut outcome, &Phrase::new(key), intent, Default::default(), language);
        }
        outcome.changes.push(Change::remove::<CustomerCode>(&code.code));
        outcome.changes.push(Change::Profile(Profile { customer: Some(code.customer), ..hearing.own_profile() }));
        Ok(outcome)
    }
}
