//! What the registers say about a person's documents.

use acasa_domain::Idnp;
use async_trait::async_trait;
use jiff::civil::Date;

use super::PortError;

/// The registers that answer for documents.
#[async_trait]
pub trait Registers: Send + Sync {
    /// Every document the person holds.
    async fn documents(&self, person: &Idnp) -> Result<Vec<HeldDocument>, PortError>;

    /// Which of them has this number, and is of this type where one is given.
    async fn document_numbered(
        &self,
        person: &Idnp,
        kind: Option<&str>,
        number: &str,
    ) -> Result<Option<String>, PortError> {
        let documents = self.documents(person).await?;
        let found = documents.into_iter().find(|document| document.is(kind, number));
        Ok(found.map(|document| document.id))
    }
}

impl HeldDocument {
    fn is(&self, kind: Option<&str>, number: &str) -> bool {
        self.renditions.iter().any(|rendition| {
            kind.is_none_or(|kind| rendition.document_type == kind)
                && rendition.elements.iter().any(|element| {
                    element.identifier == "document_number"
                        && matches!(&element.value, ElementValue::Text(text) if text == number)
                })
        })
    }
}

/// One document, with each standard form it can be issued in.
#[derive(Clone)]
pub struct HeldDocument {
    /// Opaque, stable identifier.
    pub id: String,
    /// Last day.
    pub expires: Date,
    /// Whether the register has withdrawn it.
    pub revoked: bool,
    /// Forms: an identity card is Moldova's PID, the European PID and its SD-JWT VC.
    pub renditions: Vec<Rendition>,
    /// JPEG of at most 4 KiB for the companion with portrait.
    pub small_portrait: Option<Vec<u8>>,
}

/// One standard form of a document.
#[derive(Clone)]
pub struct Rendition {
    /// `docType` or `vct`.
    pub document_type: String,
    /// Elements, in the order of the type's definition.
    pub elements: Vec<Element>,
}

/// One data element. It has no `Debug`: it is personal data.
#[derive(Clone)]
pub struct Element {
    /// Namespace; empty for SD-JWT VC.
    pub namespace: String,
    /// Element identifier or claim name.
    pub identifier: String,
    /// Value.
    pub value: ElementValue,
}

/// A value in the terms that both CBOR and JSON have a form for.
#[derive(Clone, PartialEq)]
pub enum ElementValue {
    /// Text.
    Text(String),
    /// Unsigned integer.
    Uint(u64),
    /// Truth value.
    Bool(bool),
    /// Bytes: pictures.
    Bytes(Vec<u8>),
    /// A day (`full-date`, ISO/IEC 18013-5, 7.2.1).
    Date(Date),
    /// A list.
    List(Vec<Self>),
    /// A structure.
    Map(Vec<(String, Self)>),
}

impl ElementValue {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}
