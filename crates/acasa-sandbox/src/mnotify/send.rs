//! Sending: who is meant, by which ways, and what each of them gets.

use std::sync::Arc;

use acasa_crypto::digest::sha256;
use acasa_domain::{Idnp, Language};
use acasa_wire::{
    inbox::{DeliveredFile, Delivery, PreferencesReport},
    mnotify::{
        Channel, ContentLanguage, ContentTemplate, MessageShortDto, Notification, NotificationStatus,
        Priority, Recipient, RecipientType, SMS_LIMIT, Template,
    },
};
use data_encoding::HEXLOWER;
use uuid::Uuid;

use super::{
    Delivered, Institution, KEPT, Mnotify, SentMessage, State, fill::Variables, in_language, registers,
};
use crate::country::Person;

/// A recipient with the messages to it.
pub(super) struct Reached {
    pub(super) recipient: Recipient,
    pub(super) is_legal: bool,
    pub(super) messages: Vec<MessageShortDto>,
}

/// What is sent, before it is filled for anybody.
struct Texts {
    subject: ContentLanguage,
    body: ContentLanguage,
    short: Option<ContentLanguage>,
    template: Option<String>,
}

impl Mnotify {
    /// Sends what waits, unless it is held back.
    pub(super) fn send_pending(&self) {
        loop {
            let next = {
                let mut state = self.state();
                let pending = NotificationStatus::Pending;
                if state.held {
                    return;
                }
                let next = state.notifications.iter_mut().find(|kept| kept.status == pending);
                let Some(next) = next else { return };
                next.status = NotificationStatus::Resolving;
                (next.id, next.sender, next.request.clone())
            };
            self.send_one(next.0, next.1, &next.2);
        }
    }

    fn send_one(&self, id: Uuid, sender: &'static Institution, request: &Notification) {
        let files = Arc::new(request.files().unwrap_or_default());
        let recipients = self.resolve(request);
        self.set_status(id, NotificationStatus::Sending);
        let texts = self.texts(sender, request);
        let (mut reached, mut deliveries) = (Vec::with_capacity(recipients.len()), Vec::new());
        for (place, recipient) in recipients.into_iter().enumerate() {
            let sending = Sending {
                id,
                place,
                sender,
                request,
                texts: &texts,
                files: &files,
            };
            reached.push(self.send_to(&sending, recipient, &mut deliveries));
        }
        // Whoever is told of a delivery may report on it at once: then its message is known.
        let mut state = self.state();
        for mut delivery in deliveries {
            delivery.number = state.deliveries.len() as u64 + 1;
            state.deliveries.push(Delivered {
                delivery,
                files: Arc::clone(&files),
            });
        }
        let last = state.deliveries.len() as u64;
        if let Some(kept) = state.notifications.iter_mut().find(|kept| kept.id == id) {
            kept.recipients = reached;
            kept.status = overall(&kept.recipients);
            kept.trace.last_updated_at = self.now();
        }
        drop(state);
        self.0
            .news
            .send_if_modified(|known| std::mem::replace(known, last) != last);
    }

    fn set_status(&self, id: Uuid, status: NotificationStatus) {
        if let Some(kept) = self.state().notifications.iter_mut().find(|kept| kept.id == id) {
            kept.status = status;
        }
    }

    /// Each recipient once, found by its thing where that was asked for.
    fn resolve(&self, request: &Notification) -> Vec<Recipient> {
        let mut found: Vec<Recipient> = Vec::new();
        for recipient in &request.recipients {
            let meant = match &request.resolution_policy {
                None => vec![recipient.clone()],
                Some(policy) => {
                    let people = registers::resolve(&self.0.country, recipient, policy.parameters.direction);
                    let person = |person: &Person| Recipient {
                        value: person.idnp.as_str().to_owned(),
                        kind: RecipientType::Idnp,
                    };
                    people.into_iter().map(person).collect()
                }
            };
            for recipient in meant {
                if !found.contains(&recipient) {
                    found.push(recipient);
                }
            }
        }
        found
    }

    fn texts(&self, sender: &Institution, request: &Notification) -> Texts {
        let template: Option<Template> = request
            .template
            .as_ref()
            .and_then(|template| self.template(sender, &template.id.to_string()))
            .map(|dto| dto.template);
        match template {
            Some(template) => Texts {
                subject: template.subject,
                body: template.body,
                short: template.body_short,
                template: Some(template.name),
            },
            None => Texts {
                subject: request.subject.clone().unwrap_or_default(),
                body: request.body.clone().unwrap_or_default(),
                short: request.body_short.clone(),
                template: None,
            },
        }
    }

    fn send_to(
        &self,
        sending: &Sending<'_>,
        recipient: Recipient,
        deliveries: &mut Vec<Delivery>,
    ) -> Reached {
        let person = self.person(&recipient);
        let given = sending.request.template.as_ref().map(ContentTemplate::values);
        let given = given.and_then(Result::ok).unwrap_or_default();
        let variables = Variables::new(given, self.timestamp(), Some(&recipient), person);
        let texts = Texts {
            subject: variables.fill(&sending.texts.subject),
            body: variables.fill(&sending.texts.body),
            short: sending.texts.short.as_ref().map(|short| variables.fill(short)),
            template: sending.texts.template.clone(),
        };
        let mut state = self.state();
        let preferences = state.preferences.get(&urn(&recipient)).cloned();
        let language = language(preferences.as_ref(), person);
        let mut messages = Vec::new();
        for (channel, to) in ways(&recipient, person, sending.request.priority, preferences.as_ref()) {
            let message = message_id(sending.id, sending.place, channel);
            let status = if channel == Channel::MCabinet {
                deliveries.push(self.delivery(sending, &recipient, &texts, &variables, message));
                NotificationStatus::Sent
            } else {
                state.send_away(channel, to, &texts, language, self.now())
            };
            messages.push(MessageShortDto {
                message_id: message,
                subject: in_language(&texts.subject, language).to_owned(),
                status,
                channel,
                trace: self.trace(sending.sender),
            });
        }
        drop(state);
        Reached {
            is_legal: recipient.kind == RecipientType::Idno,
            recipient,
            messages,
        }
    }

    fn delivery(
        &self,
        sending: &Sending<'_>,
        recipient: &Recipient,
        texts: &Texts,
        variables: &Variables,
        message: Uuid,
    ) -> Delivery {
        let files = sending.request.attachments.iter().zip(sending.files.iter());
        Delivery {
            number: 0,
            message,
            recipient: urn(recipient),
            sent_at: self.now(),
            sender: sending.sender.sender(),
            template: texts.template.clone(),
            document_number: variables.get("DocumentNumber").map(str::to_owned),
            priority: sending.request.priority,
            subject: texts.subject.clone(),
            body: texts.body.clone(),
            attachments: files
                .map(|(attachment, bytes)| DeliveredFile {
                    name: attachment.file_name.clone(),
                    size: bytes.len() as u64,
                    sha256: HEXLOWER.encode(&sha256(bytes)),
                })
                .collect(),
        }
    }

    /// The person with a recipient's number.
    pub(super) fn person(&self, recipient: &Recipient) -> Option<&Person> {
        if recipient.kind != RecipientType::Idnp {
            return None;
        }
        let number: Idnp = recipient.value.parse().ok()?;
        self.0.country.person(number)
    }
}

/// A notification on its way to one recipient.
struct Sending<'a> {
    id: Uuid,
    place: usize,
    sender: &'static Institution,
    request: &'a Notification,
    texts: &'a Texts,
    files: &'a Arc<Vec<Vec<u8>>>,
}

impl State {
    fn send_away(
        &mut self,
        channel: Channel,
        to: String,
        texts: &Texts,
        language: Language,
        sent_at: String,
    ) -> NotificationStatus {
        let subject = in_language(&texts.subject, language).to_owned();
        let short = texts
            .short
            .as_ref()
            .map(|short| in_language(short, language).to_owned());
        let (subject, text) = match channel {
            Channel::Email => (Some(subject), in_language(&texts.body, language).to_owned()),
            Channel::Sms | Channel::Viber | Channel::WebPush | Channel::MCabinet => {
                (None, short.unwrap_or(subject))
            }
        };
        let too_long = channel == Channel::Sms && text.chars().count() > SMS_LIMIT;
        if too_long || self.sent.len() >= KEPT {
            return NotificationStatus::Failed;
        }
        self.sent.push(SentMessage {
            channel,
            to,
            subject,
            text,
            sent_at,
        });
        NotificationStatus::Sent
    }
}

/// By which ways, and to where. The inbox is always one; the others as the person wants, or all of them where it is
/// urgent.
fn ways(
    recipient: &Recipient,
    person: Option<&Person>,
    priority: Priority,
    preferences: Option<&PreferencesReport>,
) -> Vec<(Channel, String)> {
    match recipient.kind {
        RecipientType::Email => return vec![(Channel::Email, recipient.value.clone())],
        RecipientType::Telephone => return vec![(Channel::Sms, recipient.value.clone())],
        RecipientType::Idnp | RecipientType::Idno => {}
        RecipientType::Idnv | RecipientType::PlateNumber | RecipientType::CadastralNumber => {
            return Vec::new();
        }
    }
    let mut ways = vec![(Channel::MCabinet, String::new())];
    if let Some(person) = person {
        let wanted = |unless_said: bool, said: fn(&PreferencesReport) -> bool| {
            priority == Priority::High || preferences.map_or(unless_said, said)
        };
        let phone = person.phone.as_ref().map(ToString::to_string);
        for (channel, to, wanted) in [
            (
                Channel::Email,
                person.email.clone(),
                wanted(true, |said| said.email),
            ),
            (Channel::Sms, phone.clone(), wanted(true, |said| said.sms)),
            (Channel::Viber, phone, wanted(false, |said| said.viber)),
        ] {
            ways.extend(to.filter(|_| wanted).map(|to| (channel, to)));
        }
    }
    ways
}

fn language(preferences: Option<&PreferencesReport>, person: Option<&Person>) -> Language {
    let said = preferences.and_then(|said| said.language.parse().ok());
    said.or(person.map(|person| person.language))
        .unwrap_or(Language::Ro)
}

/// The same for the same notification: one sent again by the same name is the same message.
fn message_id(notification: Uuid, place: usize, channel: Channel) -> Uuid {
    let hash = sha256(format!("{notification} {place} {channel:?}").as_bytes());
    derived(&hash)
}

/// An identifier of our own making (RFC 9562, 5.8).
pub(super) fn derived(hash: &[u8; 32]) -> Uuid {
    let bytes = *hash.first_chunk().expect("a hash has 32 bytes");
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

pub(super) fn urn(recipient: &Recipient) -> String {
    let kind = if recipient.kind == RecipientType::Idno {
        "idno"
    } else {
        "idnp"
    };
    format!("urn:md:{kind}:{}", recipient.value)
}

/// A notification is as far as the message that is behind the others; failures count only where nothing else is.
pub(super) fn overall(recipients: &[Reached]) -> NotificationStatus {
    let messages = recipients.iter().flat_map(|reached| &reached.messages);
    let inbox = |message: &&MessageShortDto| message.channel == Channel::MCabinet;
    let least = messages.clone().filter(inbox).map(|message| message.status).min();
    least
        .or_else(|| messages.map(|message| message.status).min())
        .unwrap_or(NotificationStatus::Failed)
}
