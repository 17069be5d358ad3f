//! The letters, as they are listed and read.

use super::{Notices, index, search};
use crate::CoreError;
use crate::documents::{origin_of, recognise};
use crate::sync::holder;
use crate::vault::OpenVault;
use acasa_api_types::{
    InboxQuery, InboxView, LanguageTag, NoticeAttachment, NoticeDocument, NoticeLink, NoticeLinkRef,
    NoticeParagraph, NoticeRef, NoticeRow, NoticeRun, NoticeTopic, NoticeView, ParagraphStyle, Shelf,
};
use acasa_codes::{Kind, WarningCode};
use acasa_domain::Principal;
use acasa_protocol::notices::{Action, Block, Body, Notice, Priority, Run, Style, Topic};
use acasa_protocol::sync::Words;
use acasa_store::{Letter, LetterFilter};

/// Letters of a page.
const PAGE: u32 = 50;
/// Letters that stay on top; more are found further down no more, but by looking for them.
const MOST_PINNED: u32 = 100;
/// Characters of a letter's beginning in the list.
const PREVIEW: usize = 160;

impl Notices<'_> {
    /// A page of letters, newest first.
    pub fn list(&self, query: &InboxQuery) -> Result<InboxView, CoreError> {
        let open = self.acasa.vault().open()?;
        let principal = holder(&open)?;
        let letters = open.records.letters();
        let typed = query.search.as_deref().unwrap_or_default();
        if typed.chars().count() > search::LONGEST {
            return Err(CoreError::OutOfRange { what: "search" });
        }
        let looked_for = search::sought(typed);
        let before = query.after.as_deref().map(str::parse).transpose();
        let before: Option<i64> = before.map_err(|_| CoreError::OutOfRange { what: "after" })?;
        let topics: Vec<&str> = query
            .topics
            .iter()
            .map(|topic| protocol_topic(*topic).key())
            .collect();
        // What stays on top has a place of its own only where nobody is looking for something.
        let apart = query.shelf == Shelf::Inbox && looked_for.is_empty() && topics.is_empty();
        let language = self.language();
        let pinned = if apart && before.is_none() {
            let filter = LetterFilter {
                shelf: acasa_store::Shelf::Pinned,
                limit: MOST_PINNED,
                ..LetterFilter::default()
            };
            rows(&letters.list(principal, &filter)?, language)
        } else {
            Vec::new()
        };
        let filter = LetterFilter {
            shelf: match query.shelf {
                Shelf::Inbox if apart => acasa_store::Shelf::Inbox,
                Shelf::Inbox => acasa_store::Shelf::Kept,
                Shelf::Unread => acasa_store::Shelf::Unread,
                Shelf::Archive => acasa_store::Shelf::Archive,
            },
            topics: &topics,
            words: &looked_for,
            before,
            limit: PAGE + 1,
        };
        let mut found = letters.list(principal, &filter)?;
        let more = found.len() > PAGE as usize;
        found.truncate(PAGE as usize);
        let next = found
            .last()
            .filter(|_| more)
            .map(|letter| letter.place.to_string());
        let present = letters.topics(principal, &Topic::ALL.map(Topic::key))?;
        Ok(InboxView {
            pinned,
            notices: rows(&found, language),
            next,
            unread: unread(&open, principal)?,
            topics: Topic::ALL
                .into_iter()
                .filter(|topic| present.contains(&topic.key()))
                .map(topic)
                .collect(),
            known: open.records.confirmed().pulled(principal)?.0 > 0 || self.acasa.sync().has_pulled(),
        })
    }

    /// A letter whole.
    pub fn get(&self, which: &NoticeRef) -> Result<NoticeView, CoreError> {
        let open = self.acasa.vault().open()?;
        let (letter, notice) = find(&open, &which.id)?;
        let language = self.language();
        let (language, blocks) = body(&notice.body, language);
        Ok(NoticeView {
            paragraphs: blocks.iter().map(paragraph).collect(),
            language,
            cut: notice.cut,
            document: document(&open, &notice)?,
            attachments: (0..)
                .zip(&notice.attachments)
                .map(|(number, file)| NoticeAttachment {
                    number,
                    name: file.name.clone(),
                    media_type: file.media_type.clone(),
                    size: file.size,
                })
                .collect(),
            row: row(&letter, &notice, self.language()),
        })
    }

    /// Opens a link of a letter; one that leaves the state only if the person was warned.
    pub fn open_link(&self, which: &NoticeLinkRef) -> Result<(), CoreError> {
        let open = self.acasa.vault().open()?;
        let (_, notice) = find(&open, &which.id)?;
        let said = [
            Some(&notice.body.ro),
            notice.body.ru.as_ref(),
            notice.body.en.as_ref(),
        ]
        .into_iter()
        .flatten()
        .flatten()
        .flat_map(|block| &block.runs)
        .any(|run| run.link.as_deref() == Some(&which.address));
        let link = link(&which.address).filter(|_| said);
        let link = link.ok_or(CoreError::Unknown { what: "link" })?;
        if !link.official && !which.confirmed {
            return Err(CoreError::Document {
                code: "link_unconfirmed",
            });
        }
        if self.acasa.inner.setup.host.open_browser(&link.address) {
            Ok(())
        } else {
            Err(CoreError::Document {
                code: "browser_not_opened",
            })
        }
    }

    fn language(&self) -> LanguageTag {
        self.acasa.settings().get().language.unwrap_or_default()
    }
}

/// A letter and what it says.
pub(super) fn find(open: &OpenVault, id: &str) -> Result<(Letter, Notice), CoreError> {
    let gone = CoreError::Document { code: "notice_gone" };
    let Some(letter) = open.records.letters().get(holder(open)?, id)? else {
        return Err(gone);
    };
    match serde_json::from_str(&letter.content) {
        Ok(notice) => Ok((letter, notice)),
        Err(_) => Err(gone),
    }
}

/// How many are neither read nor put away.
pub(super) fn unread(open: &OpenVault, principal: Principal) -> Result<u32, CoreError> {
    let unread = open.records.letters().unread(principal)?;
    Ok(u32::try_from(unread).unwrap_or(u32::MAX))
}

/// One that is not understood is not shown: only a newer app can read it.
fn rows(letters: &[Letter], language: LanguageTag) -> Vec<NoticeRow> {
    letters
        .iter()
        .filter_map(|letter| {
            Some(row(
                letter,
                &serde_json::from_str(&letter.content).ok()?,
                language,
            ))
        })
        .collect()
}

fn row(letter: &Letter, notice: &Notice, language: LanguageTag) -> NoticeRow {
    let (_, blocks) = body(&notice.body, language);
    NoticeRow {
        id: letter.id.clone(),
        sent_at: notice.sent_at.clone(),
        source: said(&notice.source, language).to_owned(),
        topic: topic(notice.topic),
        urgent: notice.priority == Priority::High,
        subject: said(&notice.subject, language).to_owned(),
        preview: preview(blocks),
        read: letter.marks.read,
        archived: letter.marks.archived,
        pinned: letter.marks.pinned,
        waiting: letter.foreseen,
        attachments: u32::try_from(notice.attachments.len()).unwrap_or(u32::MAX),
    }
}

/// In the language, or in Romanian, which is always there.
pub(crate) fn said(words: &Words, language: LanguageTag) -> &str {
    let translated = match language {
        LanguageTag::Ro => None,
        LanguageTag::Ru => words.ru.as_deref(),
        LanguageTag::En => words.en.as_deref(),
    };
    translated.unwrap_or(&words.ro)
}

fn body(body: &Body, language: LanguageTag) -> (LanguageTag, &[Block]) {
    let translated = match language {
        LanguageTag::Ro => None,
        LanguageTag::Ru => body.ru.as_ref(),
        LanguageTag::En => body.en.as_ref(),
    };
    match translated {
        Some(blocks) => (language, blocks),
        None => (LanguageTag::Ro, &body.ro),
    }
}

fn preview(blocks: &[Block]) -> String {
    let mut preview = String::new();
    for block in blocks.iter().filter(|block| block.style != Style::Heading) {
        for word in index::text(block).split_whitespace() {
            if !preview.is_empty() {
                preview.push(' ');
            }
            preview.push_str(word);
        }
        if preview.chars().count() > PREVIEW {
            return preview.chars().take(PREVIEW - 1).chain(['…']).collect();
        }
    }
    preview
}

fn paragraph(block: &Block) -> NoticeParagraph {
    NoticeParagraph {
        style: match block.style {
            Style::Plain => ParagraphStyle::Plain,
            Style::Heading => ParagraphStyle::Heading,
            Style::Item => ParagraphStyle::Item,
        },
        runs: block.runs.iter().map(run).collect(),
    }
}

fn run(run: &Run) -> NoticeRun {
    NoticeRun {
        text: run.text.clone(),
        strong: run.strong,
        link: run.link.as_deref().and_then(link),
    }
}

/// Where an address leads; none for one that no browser, telephone or mailbox answers.
fn link(address: &str) -> Option<NoticeLink> {
    let url = url::Url::parse(address).ok()?;
    let found = acasa_codes::inspect_as(Kind::Link, address);
    let warned = |code| found.warnings().contains(&code);
    let (place, official) = match url.scheme() {
        "https" | "http" => {
            let host = url.host_str()?.to_owned();
            // Anything odd about an address, and it is as foreign as any other.
            (host, found.warnings().is_empty())
        }
        "mailto" | "tel" => (
            url.path().to_owned(),
            url.scheme() == "tel" || ends_with_the_state(url.path()),
        ),
        _ => return None,
    };
    Some(NoticeLink {
        address: address.to_owned(),
        place,
        official,
        lookalike: warned(WarningCode::LookAlikeHost),
    })
}

fn ends_with_the_state(mailbox: &str) -> bool {
    let host = mailbox
        .rsplit_once('@')
        .map(|(_, host)| format!("https://{host}/"));
    host.is_some_and(|address| acasa_codes::inspect(&address).warnings().is_empty())
}

fn document(open: &OpenVault, notice: &Notice) -> Result<Option<NoticeDocument>, CoreError> {
    let Some(Action::Document { document: wanted }) = &notice.action else {
        return Ok(None);
    };
    let held = open.records.documents().list(None, crate::documents::ALL)?;
    Ok(held.iter().find_map(|document| {
        let (document_type, _) = recognise(&document.doctype)?;
        (origin_of(document)? == *wanted).then(|| NoticeDocument {
            id: document.id.to_string(),
            document_type,
        })
    }))
}

macro_rules! topics {
    ($($topic:ident)*) => {
        /// As the interface calls it.
        pub(crate) const fn topic(topic: Topic) -> NoticeTopic {
            match topic { $(Topic::$topic => NoticeTopic::$topic,)* }
        }

        /// As it travels.
        pub(super) const fn protocol_topic(topic: NoticeTopic) -> Topic {
            match topic { $(NoticeTopic::$topic => Topic::$topic,)* }
        }
    };
}
topics!(Documents Fines Payments Services Vehicles Social Powers Civic Security Other);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_state_without_anything_odd_are_official() {
        for (address, official) in [
            ("https://servicii.gov.md/cerere/1", true),
            ("https://mpay.gov.md", true),
            ("http://mpay.gov.md", false),
            ("https://user@mpay.gov.md", false),
            ("https://mpay.gov.md.example.com", false),
            ("https://example.com", false),
            ("mailto:office@asp.gov.md", true),
            ("mailto:office@example.com", false),
            ("tel:+37322820000", true),
        ] {
            assert_eq!(
                link(address).map(|link| link.official),
                Some(official),
                "{address}"
            );
        }
        for address in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "/relative",
            "",
        ] {
            assert!(link(address).is_none(), "{address}");
        }
    }

    #[test]
    fn a_look_alike_is_told_apart() {
        assert!(link("https://rnpay.gov-md.com/plata").is_some_and(|link| link.lookalike));
        assert!(link("https://example.com").is_some_and(|link| !link.lookalike));
    }
}
