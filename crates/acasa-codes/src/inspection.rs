//! The answer: what a text is, what it says, what is broken and what is risky.

use crate::{ErrorCode, Kind, WarningCode};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use serde_json::{Map, Value};
use std::fmt;

/// The most errors that are listed: a hostile text must not make a long answer.
const MAX_ERRORS: usize = 32;

/// One thing that is broken, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What is broken.
    pub code: ErrorCode,
    /// A field's name, a path of tags or names (`62.05`), or `char:N`, counted from 0.
    pub at: String,
}

/// What a text is, what it says, what is broken and what is risky.
///
/// As JSON: `{"kind","well_formed","fields":{…},"errors":[{"code","at"}],"warnings":[{"code"}]}`.
#[derive(Clone, PartialEq)]
pub struct Inspection {
    kind: Kind,
    fields: Map<String, Value>,
    errors: Vec<Finding>,
    warnings: Vec<WarningCode>,
}

impl Inspection {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            fields: Map::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// What the text is, or tries to be.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether nothing is broken. It says nothing about who made the code.
    pub fn well_formed(&self) -> bool {
        self.errors.is_empty()
    }

    /// What the text says, in the order it says it.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// What is broken.
    pub fn errors(&self) -> &[Finding] {
        &self.errors
    }

    /// What is risky, each named once.
    pub fn warnings(&self) -> &[WarningCode] {
        &self.warnings
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    /// Sets a field unless its text is empty.
    pub(crate) fn set_some(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.set(name, value);
        }
    }

    /// Adds to a field that may occur many times.
    pub(crate) fn append(&mut self, name: &str, value: impl Into<Value>) {
        let list = self
            .fields
            .entry(name)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(items) = list {
            items.push(value.into());
        }
    }

    pub(crate) fn error(&mut self, code: ErrorCode, at: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(Finding { code, at: at.into() });
        }
    }

    pub(crate) fn require(&mut self, holds: bool, code: ErrorCode, at: &str) {
        if !holds {
            self.error(code, at);
        }
    }

    pub(crate) fn warn(&mut self, code: WarningCode) {
        if !self.warnings.contains(&code) {
            self.warnings.push(code);
        }
    }

    pub(crate) fn warn_all(&mut self, codes: impl IntoIterator<Item = WarningCode>) {
        codes.into_iter().for_each(|code| self.warn(code));
    }
}

/// Field values are what a person scanned, often about a person: they stay out of logs.
impl fmt::Debug for Inspection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Inspection")
            .field("kind", &self.kind)
            .field("fields", &self.fields.len())
            .field("errors", &self.errors)
            .field("warnings", &self.warnings)
            .finish()
    }
}

#[derive(Serialize)]
struct Warning {
    code: WarningCode,
}

impl Serialize for Inspection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let warnings: Vec<Warning> = self.warnings.iter().map(|&code| Warning { code }).collect();
        let mut object = serializer.serialize_struct("Inspection", 5)?;
        object.serialize_field("kind", &self.kind)?;
        object.serialize_field("well_formed", &self.well_formed())?;
        object.serialize_field("fields", &self.fields)?;
        object.serialize_field("errors", &self.errors)?;
        object.serialize_field("warnings", &warnings)?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_exactly_the_five_members() {
        let mut inspection = Inspection::new(Kind::Epc);
        inspection.set("iban", "X");
        inspection.error(ErrorCode::IbanInvalid, "iban");
        inspection.warn(WarningCode::OpenNetwork);
        inspection.warn(WarningCode::OpenNetwork);

        let json = serde_json::to_string(&inspection).unwrap();

        assert_eq!(
            json,
            r#"{"kind":"epc","well_formed":false,"fields":{"iban":"X"},"errors":[{"code":"iban_invalid","at":"iban"}],"warnings":[{"code":"open_network"}]}"#
        );
    }

    #[test]
    fn debug_shows_no_value_of_any_field() {
        let mut inspection = Inspection::new(Kind::Contact);
        inspection.set("name", "Ana Ceban");

        assert!(!format!("{inspection:?}").contains("Ceban"));
    }

    #[test]
    fn the_list_of_errors_is_bounded() {
        let mut inspection = Inspection::new(Kind::Emvco);
        (0..1000).for_each(|_| inspection.error(ErrorCode::TagInvalid, "char:0"));

        assert_eq!(inspection.errors().len(), MAX_ERRORS);
    }
}
