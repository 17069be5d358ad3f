//! What a delivery says, as the record that devices get.

use acasa_protocol::{
    notices::{Action, Attachment, Block, Body, MAX_NOTICE, Notice, Priority, Run, Topic},
    sync::Words,
};
use acasa_wire::{
    inbox::{Delivery, Sender},
    mnotify,
};
use jiff::Timestamp;

use super::html;

/// The most a body takes of the record in one language, in bytes of JSON: three of them, names of files and the
/// rest stay below [`MAX_NOTICE`].
const BODY: usize = 16 * 1024;
const _: () = assert!(3 * BODY + 14 * 1024 < MAX_NOTICE);
/// Longest subject and name of a sender, in characters.
const LINE: usize = 160;
/// What ends a text that goes on elsewhere.
const MORE: &str = "…";

/// Where a letter is from decides what it is about; the template's name decides for who writes about many things.
const BY_SENDER: [(&str, Topic); 11] = [
    ("asp", Topic::Documents),
    ("mai", Topic::Fines),
    ("sfs", Topic::Payments),
    ("mpay", Topic::Payments),
    ("age", Topic::Services),
    ("anta", Topic::Vehicles),
    ("cnas", Topic::Social),
    ("cnam", Topic::Social),
    ("mpower", Topic::Powers),
    ("edemocratie", Topic::Civic),
    ("mpass", Topic::Security),
];

/// What a delivery is about.
pub(super) fn topic(sender: &Sender, template: Option<&str>) -> Topic {
    let of_template = template.and_then(|name| {
        let key = name.split(['.', ' ']).next()?.to_lowercase();
        Topic::ALL.into_iter().find(|topic| topic.key() == key)
    });
    let of_sender = || {
        let found = BY_SENDER
            .iter()
            .find(|(id, _)| id.eq_ignore_ascii_case(&sender.id));
        found.map_or(Topic::Other, |(_, topic)| *topic)
    };
    of_template.unwrap_or_else(of_sender)
}

/// The record's content; nothing where it has no time or no words in Romanian.
pub(super) fn notice(
    delivery: &Delivery,
    attachments: Vec<Attachment>,
    action: Option<Action>,
) -> Option<Notice> {
    let sent_at: Timestamp = delivery.sent_at.parse().ok()?;
    let subject = words(&delivery.subject)?;
    let name = &delivery.sender.name;
    let mut cut = attachments.len() < delivery.attachments.len();
    let mut body = |text: &str| {
        let (blocks, more) = html::read(text);
        let (blocks, shortened) = shorten(blocks, BODY);
        cut |= more || shortened;
        blocks
    };
    let body = Body {
        ro: body(&delivery.body.ro),
        ru: delivery.body.ru.as_deref().map(&mut body),
        en: delivery.body.en.as_deref().map(&mut body),
    };
    Some(Notice {
        sent_at: sent_at.to_string(),
        source: Words {
            ro: line(&name.ro)?,
            ru: name.ru.as_deref().and_then(line),
            en: name.en.as_deref().and_then(line),
        },
        topic: topic(&delivery.sender, delivery.template.as_deref()),
        priority: match delivery.priority {
            mnotify::Priority::Low => Priority::Low,
            mnotify::Priority::Medium => Priority::Medium,
            mnotify::Priority::High => Priority::High,
        },
        subject,
        body,
        cut,
        action,
        attachments,
    })
}

fn words(text: &mnotify::ContentLanguage) -> Option<Words> {
    Some(Words {
        ro: line(&text.ro)?,
        ru: text.ru.as_deref().and_then(line),
        en: text.en.as_deref().and_then(line),
    })
}

/// One line without mark-up.
fn line(text: &str) -> Option<String> {
    let text = html::words(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    let end = text.char_indices().nth(LINE).map(|(at, _)| at);
    let text = match end {
        Some(end) => format!("{}{MORE}", text.split_at(end).0),
        None => text,
    };
    (!text.is_empty()).then_some(text)
}

/// As many blocks as fit into so many bytes of JSON, and whether any had to go.
fn shorten(blocks: Vec<Block>, limit: usize) -> (Vec<Block>, bool) {
    let mut left = limit;
    let mut kept = Vec::new();
    for mut block in blocks {
        let size = size(&block) + 1;
        if size <= left {
            left -= size;
            kept.push(block);
            continue;
        }
        block.runs = shorten_runs(std::mem::take(&mut block.runs), left);
        if !block.runs.is_empty() {
            kept.push(block);
        }
        return (kept, true);
    }
    (kept, false)
}

fn shorten_runs(runs: Vec<Run>, limit: usize) -> Vec<Run> {
    // What a block has around its runs.
    let mut left = limit.saturating_sub(48);
    let mut kept = Vec::new();
    for mut run in runs {
        let size = size(&run) + 1;
        if size <= left {
            left -= size;
            kept.push(run);
            continue;
        }
        let around = size - text_size(&run.text);
        let mut room = left.saturating_sub(around + MORE.len());
        let fits = |character: &char| {
            let taken = text_size(character.encode_utf8(&mut [0; 4]));
            let fits = taken <= room;
            room = room.saturating_sub(taken);
            fits
        };
        let text: String = run.text.chars().take_while(fits).collect();
        if !text.is_empty() {
            run.text = text + MORE;
            kept.push(run);
        }
        break;
    }
    kept
}

/// Bytes of JSON. Nothing here is a control character, which alone would take more.
fn text_size(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}

fn size(value: &impl serde::Serialize) -> usize {
    serde_json::to_string(value).map_or(usize::MAX / 2, |text| text.len())
}

#[cfg(test)]
mod tests;
