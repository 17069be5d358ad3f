//! What MNotify refuses.

use data_encoding::BASE64;
use serde_json::{Map, Value};

use super::{
    ATTACHMENT_TYPES, ATTACHMENTS_LIMIT, Attachment, BODY_LIMIT, ContentLanguage, MAIL_SUBJECT_LIMIT,
    Notification, Recipient, RecipientType, ResolutionPolicy, SMS_LIMIT, TEMPLATE_NAME_LIMIT, Template,
};

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MnotifyError {
    /// Not the documented JSON.
    #[error("the request is not what the documentation describes")]
    Malformed,
    /// Neither the request nor a template has it.
    #[error("{field} is missing")]
    Missing {
        /// Which member.
        field: &'static str,
    },
    /// A text without Romanian.
    #[error("{field} has no Romanian text")]
    Romanian {
        /// Which member.
        field: &'static str,
    },
    /// A subject longer than the channel takes.
    #[error("the subject is too long")]
    SubjectTooLong,
    /// A body larger than 15 MB, or 10 MB beside attachments.
    #[error("the body is too large")]
    BodyTooLarge,
    /// The name of a template is empty or longer than 50 characters.
    #[error("the template's name is empty or too long")]
    TemplateName,
    /// There is no such template.
    #[error("there is no such template")]
    TemplateUnknown,
    /// The variables are not a JSON object.
    #[error("the variables are not a JSON object")]
    Variables,
    /// Nobody to send to.
    #[error("there are no recipients")]
    NoRecipients,
    /// A recipient's value is not of its type.
    #[error("recipient {index} is not of its type")]
    Recipient {
        /// From 0.
        index: usize,
    },
    /// A policy of a type or direction that there is not, or none where one is needed.
    #[error("the resolution policy does not fit")]
    Policy,
    /// A file of a type that is not taken.
    #[error("attachment {index} is of a type that is not taken")]
    AttachmentType {
        /// From 0.
        index: usize,
    },
    /// A file that is not base64.
    #[error("attachment {index} is not base64")]
    AttachmentEncoding {
        /// From 0.
        index: usize,
    },
    /// Files of more than 10 MB.
    #[error("the attachments are too large")]
    AttachmentsTooLarge,
}

impl MnotifyError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "mnotify_malformed",
            Self::Missing { .. } => "mnotify_missing",
            Self::Romanian { .. } => "mnotify_romanian_missing",
            Self::SubjectTooLong => "mnotify_subject_too_long",
            Self::BodyTooLarge => "mnotify_body_too_large",
            Self::TemplateName => "mnotify_template_name",
            Self::TemplateUnknown => "mnotify_template_unknown",
            Self::Variables => "mnotify_variables",
            Self::NoRecipients => "mnotify_no_recipients",
            Self::Recipient { .. } => "mnotify_recipient",
            Self::Policy => "mnotify_policy",
            Self::AttachmentType { .. } => "mnotify_attachment_type",
            Self::AttachmentEncoding { .. } => "mnotify_attachment_encoding",
            Self::AttachmentsTooLarge => "mnotify_attachments_too_large",
        }
    }

    /// Never: the request itself is wrong.
    pub fn retryable(self) -> bool {
        false
    }
}

impl Notification {
    /// Checks what can be checked without the templates and registers.
    pub fn check(&self) -> Result<(), MnotifyError> {
        if self.template.is_none() {
            let subject = self
                .subject
                .as_ref()
                .ok_or(MnotifyError::Missing { field: "subject" })?;
            let body = self
                .body
                .as_ref()
                .ok_or(MnotifyError::Missing { field: "body" })?;
            self.check_texts(subject, body)?;
        }
        if let Some(short) = &self.body_short {
            romanian("bodyShort", short)?;
        }
        if let Some(variables) = self
            .template
            .as_ref()
            .and_then(|template| template.variables.as_ref())
        {
            read_variables(variables)?;
        }
        if self.recipients.is_empty() {
            return Err(MnotifyError::NoRecipients);
        }
        if let Some(policy) = &self.resolution_policy {
            policy.check()?;
        }
        for (index, recipient) in self.recipients.iter().enumerate() {
            recipient.check(index, self.resolution_policy)?;
        }
        self.files().map(drop)
    }

    /// Checks the texts that are sent, a template's or its own.
    pub fn check_texts(&self, subject: &ContentLanguage, body: &ContentLanguage) -> Result<(), MnotifyError> {
        romanian("subject", subject)?;
        romanian("body", body)?;
        let only_sms = |recipient: &Recipient| recipient.kind == RecipientType::Telephone;
        let longest = if self.recipients.iter().all(only_sms) && !self.recipients.is_empty() {
            SMS_LIMIT
        } else {
            MAIL_SUBJECT_LIMIT
        };
        if subject.texts().any(|text| text.chars().count() > longest) {
            return Err(MnotifyError::SubjectTooLong);
        }
        let largest = if self.attachments.is_empty() {
            BODY_LIMIT
        } else {
            ATTACHMENTS_LIMIT
        };
        if body.texts().any(|text| text.len() > largest) {
            return Err(MnotifyError::BodyTooLarge);
        }
        Ok(())
    }

    /// The attachments' bytes, in their order.
    pub fn files(&self) -> Result<Vec<Vec<u8>>, MnotifyError> {
        let mut total = 0;
        for (index, Attachment { file_name, base64 }) in self.attachments.iter().enumerate() {
            let taken = file_name.rsplit_once('.').is_some_and(|(name, ending)| {
                !name.is_empty()
                    && ATTACHMENT_TYPES
                        .iter()
                        .any(|known| known.eq_ignore_ascii_case(ending))
            });
            if !taken {
                return Err(MnotifyError::AttachmentType { index });
            }
            total += decoded_size(base64);
        }
        if total > ATTACHMENTS_LIMIT {
            return Err(MnotifyError::AttachmentsTooLarge);
        }
        let decode = |(index, attachment): (usize, &'_ Attachment)| {
            BASE64
                .decode(attachment.base64.as_bytes())
                .map_err(|_| MnotifyError::AttachmentEncoding { index })
        };
        self.attachments.iter().enumerate().map(decode).collect()
    }
}

/// Bytes that a base64 text holds, before anything is decoded.
fn decoded_size(text: &str) -> usize {
    let padding = text.len() - text.trim_end_matches('=').len();
    (text.len().div_ceil(4) * 3).saturating_sub(padding)
}

impl Template {
    /// Checks name and texts.
    pub fn check(&self) -> Result<(), MnotifyError> {
        if self.name.trim().is_empty() || self.name.chars().count() > TEMPLATE_NAME_LIMIT {
            return Err(MnotifyError::TemplateName);
        }
        romanian("subject", &self.subject)?;
        romanian("body", &self.body)?;
        if let Some(short) = &self.body_short {
            romanian("bodyShort", short)?;
        }
        if self.body.texts().any(|text| text.len() > BODY_LIMIT) {
            return Err(MnotifyError::BodyTooLarge);
        }
        Ok(())
    }
}

impl ResolutionPolicy {
    /// What it resolves.
    pub fn resolves(self) -> RecipientType {
        if self.kind == RecipientType::Idnp {
            RecipientType::Idno
        } else {
            self.kind
        }
    }

    fn check(self) -> Result<(), MnotifyError> {
        match self.kind {
            RecipientType::Email | RecipientType::Telephone => Err(MnotifyError::Policy),
            RecipientType::Idnp
            | RecipientType::Idno
            | RecipientType::Idnv
            | RecipientType::PlateNumber
            | RecipientType::CadastralNumber => Ok(()),
        }
    }
}

impl Recipient {
    fn check(&self, index: usize, policy: Option<ResolutionPolicy>) -> Result<(), MnotifyError> {
        let resolved = policy.map(ResolutionPolicy::resolves);
        if resolved.is_some_and(|kind| kind != self.kind) {
            return Err(MnotifyError::Policy);
        }
        let fits = match self.kind {
            RecipientType::Idnp | RecipientType::Idno => {
                self.value.len() == 13 && self.value.bytes().all(|byte| byte.is_ascii_digit())
            }
            RecipientType::Email => is_mail_address(&self.value),
            RecipientType::Telephone => is_telephone(&self.value),
            RecipientType::Idnv | RecipientType::PlateNumber | RecipientType::CadastralNumber => {
                if resolved.is_none() {
                    return Err(MnotifyError::Policy);
                }
                !self.value.trim().is_empty() && self.value.len() <= 64
            }
        };
        if fits {
            Ok(())
        } else {
            Err(MnotifyError::Recipient { index })
        }
    }
}

/// Reads variables: a JSON object as text.
pub(super) fn read_variables(text: &str) -> Result<Map<String, Value>, MnotifyError> {
    serde_json::from_str(text).map_err(|_| MnotifyError::Variables)
}

impl super::ContentTemplate {
    /// What stands for each name.
    pub fn values(&self) -> Result<Map<String, Value>, MnotifyError> {
        self.variables.as_deref().map_or(Ok(Map::new()), read_variables)
    }
}

impl super::CheckRequest {
    /// What stands for each name.
    pub fn values(&self) -> Result<Map<String, Value>, MnotifyError> {
        self.variables.as_deref().map_or(Ok(Map::new()), read_variables)
    }
}

fn romanian(field: &'static str, text: &ContentLanguage) -> Result<(), MnotifyError> {
    if text.ro.trim().is_empty() {
        return Err(MnotifyError::Romanian { field });
    }
    Ok(())
}

/// `caracter@caracter.caracter`, as the validation rules write it.
fn is_mail_address(text: &str) -> bool {
    let plain = text.len() <= 254 && !text.contains(|character: char| character.is_whitespace());
    let parts = text.split_once('@').and_then(|(local, domain)| {
        let (name, ending) = domain.rsplit_once('.')?;
        Some(![local, name, ending].iter().any(|part| part.is_empty()) && !domain.contains('@'))
    });
    plain && parts == Some(true)
}

fn is_telephone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}
