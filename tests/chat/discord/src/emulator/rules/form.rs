//! Collects the errors of a form into the tree that code 50035 carries («Error Messages»). No rule is here.

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use super::super::rest::Refusal;

/// The errors found so far. Paths are dotted: `embeds.0.title`.
#[derive(Debug, Default)]
pub(crate) struct Form {
    errors: Map<String, Value>,
}

impl Form {
    /// Adds an error at a path; the empty path is the form itself.
    pub(crate) fn refuse(&mut self, path: &str, code: &str, message: impl Into<String>) {
        let mut place = &mut self.errors;
        for step in path.split('.').filter(|step| !step.is_empty()) {
            let entry = place.entry(step).or_insert_with(|| Value::Object(Map::new()));
            if !entry.is_object() {
                *entry = Value::Object(Map::new());
            }
            let Value::Object(inner) = entry else { return };
            place = inner;
        }
        let errors = place.entry("_errors").or_insert_with(|| json!([]));
        if let Value::Array(errors) = errors {
            errors.push(json!({ "code": code, "message": message.into() }));
        }
    }

    /// The refusal, if there was any error.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.errors.is_empty() { Ok(()) } else { Err(Refusal::InvalidForm(Value::Object(self.errors))) }
    }

    /// A refusal with one error.
    pub(crate) fn one(path: &str, code: &str, message: impl Into<String>) -> Refusal {
        let mut form = Self::default();
        form.refuse(path, code, message);
        Refusal::InvalidForm(Value::Object(form.errors))
    }

    pub(crate) fn required(&mut self, path: &str) {
        self.refuse(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    pub(crate) fn not_one_of(&mut self, path: &str, choices: &str) {
        self.refuse(path, "BASE_TYPE_CHOICES", format!("Value must be one of ({choices})."));
    }

    /// A string that may be missing.
    pub(crate) fn text(&mut self, path: &str, value: &Value, length: RangeInclusive<usize>) {
        match value {
            Value::Null => {}
            Value::String(text) => self.count(path, text.chars().count(), length, "in length"),
            _ => self.refuse(path, "STRING_TYPE_CONVERT", "Could not interpret the value as string."),
        }
    }

    /// A string that must be there.
    pub(crate) fn required_text(&mut self, path: &str, value: &Value, length: RangeInclusive<usize>) {
        if value.is_null() || value.as_str() == Some("") && *length.start() > 0 {
            self.required(path);
        } else {
            self.text(path, value, length);
        }
    }

    /// A list that may be missing; its elements are checked by the caller.
    pub(crate) fn list<'a>(&mut self, path: &str, value: &'a Value, length: RangeInclusive<usize>) -> &'a [Value] {
        match value {
            Value::Null => &[],
            Value::Array(list) => {
                self.count(path, list.len(), length, "in length");
                list
            }
            _ => {
                self.refuse(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
                &[]
            }
        }
    }

    /// An integer that may be missing.
    pub(crate) fn integer(&mut self, path: &str, value: &Value, range: RangeInclusive<i64>) -> Option<i64> {
        if value.is_null() {
            return None;
        }
        let Some(number) = value.as_i64() else {
            self.refuse(path, "NUMBER_TYPE_COERCE", "Value is not int.");
            return None;
        };
        if number < *range.start() {
            let message = format!("int value should be greater than or equal to {}.", range.start());
            self.refuse(path, "NUMBER_TYPE_MIN", message);
        }
        if number > *range.end() {
            let message = format!("int value should be less than or equal to {}.", range.end());
            self.refuse(path, "NUMBER_TYPE_MAX", message);
        }
        Some(number)
    }

    fn count(&mut self, path: &str, found: usize, allowed: RangeInclusive<usize>, what: &str) {
        let (least, most) = (*allowed.start(), *allowed.end());
        if allowed.contains(&found) {
        } else if least > 0 {
            let message = format!("Must be between {least} and {most} {what}.");
            self.refuse(path, "BASE_TYPE_BAD_LENGTH", message);
        } else {
            self.refuse(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer {what}."));
        }
    }
}
