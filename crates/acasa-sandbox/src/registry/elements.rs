//! A short way to write a document's elements down in order.

use acasa_domain::Date;
use acasa_gateway::ports::{Element, ElementValue, Rendition};

use super::Holder;

/// Elements under construction.
pub(super) struct Elements {
    document_type: &'static str,
    namespace: &'static str,
    list: Vec<Element>,
}

impl Elements {
    pub(super) fn new(document_type: &'static str, namespace: &'static str) -> Self {
        Self {
            document_type,
            namespace,
            list: Vec::new(),
        }
    }

    pub(super) fn value(mut self, identifier: &str, value: ElementValue) -> Self {
        self.list.push(Element {
            namespace: self.namespace.to_owned(),
            identifier: identifier.to_owned(),
            value,
        });
        self
    }

    pub(super) fn text(self, identifier: &str, text: impl Into<String>) -> Self {
        self.value(identifier, ElementValue::Text(text.into()))
    }

    pub(super) fn text_if(self, identifier: &str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(identifier, text),
            None => self,
        }
    }

    pub(super) fn date(self, identifier: &str, date: Date) -> Self {
        self.value(identifier, ElementValue::Date(date))
    }

    pub(super) fn uint(self, identifier: &str, number: impl Into<u64>) -> Self {
        self.value(identifier, ElementValue::Uint(number.into()))
    }

    pub(super) fn names(self, holder: &Holder<'_>) -> Self {
        self.text("family_name", &holder.person.family_name)
            .text("given_name", &holder.person.given_name)
    }

    pub(super) fn ages(self, holder: &Holder<'_>) -> Self {
        self.value("age_over_18", ElementValue::Bool(holder.is_over(18)))
            .value("age_over_21", ElementValue::Bool(holder.is_over(21)))
    }

    pub(super) fn portrait(self, identifier: &str, holder: &Holder<'_>) -> Self {
        self.value(identifier, ElementValue::Bytes(holder.pictures.full.clone()))
    }

    pub(super) fn signature(self, identifier: &str, holder: &Holder<'_>) -> Self {
        self.value(identifier, ElementValue::Bytes(holder.pictures.signature.clone()))
    }

    /// Issue and expiry dates with the authority.
    pub(super) fn term(self, holder: &Holder<'_>) -> Self {
        self.date("issue_date", holder.document.issue_date)
            .date("expiry_date", holder.expiry())
            .text("issuing_authority", holder.document.issuing_authority)
    }

    pub(super) fn finish(self) -> Rendition {
        Rendition {
            document_type: self.document_type.to_owned(),
            elements: self.list,
        }
    }
}

/// A structure.
pub(super) fn map<const N: usize>(entries: [(&str, ElementValue); N]) -> ElementValue {
    ElementValue::Map(
        entries
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}
