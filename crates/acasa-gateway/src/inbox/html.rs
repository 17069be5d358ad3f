//! Senders' HTML as blocks of words: nothing of it is ever shown as HTML.
//!
//! It is sanitised first, by which every tag is where it seems to be; then only words, paragraphs and addresses of
//! three kinds are taken from it.

use std::{cell::RefCell, collections::HashSet};

use acasa_protocol::notices::{Block, Run, Style};
use ammonia::{Builder, UrlRelative};
use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
};
use url::Url;

/// The most that is read of a body, in bytes. A letter has a few kilobytes.
const READ: usize = 256 * 1024;
/// The most tags that are read: what many open ones cost grows with their square.
const TAGS: usize = 2_000;
/// Longest address, in bytes.
const ADDRESS: usize = 2048;
/// Where addresses may lead.
const SCHEMES: [&str; 3] = ["https", "mailto", "tel"];
/// What begins and ends a paragraph.
const BLOCKS: [&str; 27] = [
    "p",
    "div",
    "br",
    "hr",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tr",
    "blockquote",
    "pre",
    "section",
    "article",
    "header",
    "footer",
    "dl",
    "dt",
    "dd",
    "address",
    "main",
    "figure",
];
/// What is there besides.
const INLINE: [&str; 5] = ["a", "b", "strong", "td", "th"];
/// What is dropped with everything in it.
const DROPPED: [&str; 14] = [
    "script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object", "textarea",
    "select", "button", "audio", "video",
];

/// Blocks of a body, HTML or plain text, and whether there was more of it than is read.
pub(super) fn read(body: &str) -> (Vec<Block>, bool) {
    let of_tags = body.match_indices('<').nth(TAGS).map_or(body.len(), |(at, _)| at);
    let kept = body.floor_char_boundary(READ).min(of_tags);
    let (text, _) = body.split_at(kept);
    let cut = kept < body.len();
    if is_html(text) {
        (blocks(&sanitised(text)), cut)
    } else {
        (text.lines().filter_map(plain).collect(), cut)
    }
}

/// Letters without any tag or entity are plain text, whose lines mean something.
fn is_html(text: &str) -> bool {
    let opens = |(at, _): (usize, &str)| {
        let next = text.as_bytes().get(at + 1);
        next.is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!'))
    };
    let names = |(at, _): (usize, &str)| {
        let rest = text.as_bytes().get(at + 1..).unwrap_or_default();
        let end = rest.iter().take(12).position(|byte| *byte == b';');
        end.is_some_and(|end| {
            end > 1
                && rest
                    .iter()
                    .take(end)
                    .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
        })
    };
    text.match_indices('<').any(opens) || text.match_indices('&').any(names)
}

fn plain(line: &str) -> Option<Block> {
    let text = words(line.trim());
    (!text.is_empty()).then(|| Block {
        style: Style::Plain,
        runs: vec![Run {
            text,
            ..Run::default()
        }],
    })
}

fn sanitised(html: &str) -> String {
    Builder::empty()
        .tags(BLOCKS.into_iter().chain(INLINE).collect())
        .clean_content_tags(HashSet::from(DROPPED))
        .tag_attributes([("a", HashSet::from(["href"]))].into())
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .clean(html)
        .to_string()
}

fn blocks(html: &str) -> Vec<Block> {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    let mut page = tokenizer.sink.0.into_inner();
    page.end_block();
    page.blocks
}

#[derive(Default)]
struct Reader(RefCell<Page>);

#[derive(Default)]
struct Page {
    blocks: Vec<Block>,
    style: Style,
    runs: Vec<Run>,
    strong: usize,
    link: Option<String>,
    /// White space that counts if words follow.
    space: bool,
    /// A cell began that has one before it.
    cell: bool,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => page.tag(&tag),
            Token::CharacterTokens(text) => page.text(&text),
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl Page {
    fn tag(&mut self, tag: &Tag) {
        let begins = tag.kind == TagKind::StartTag;
        match &*tag.name {
            "b" | "strong" if begins => self.strong += 1,
            "b" | "strong" => self.strong = self.strong.saturating_sub(1),
            "a" => self.link = if begins { address(tag) } else { None },
            "td" | "th" => self.cell = begins && !self.runs.is_empty(),
            name => {
                self.end_block();
                self.style = match name {
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if begins => Style::Heading,
                    "li" if begins => Style::Item,
                    _ => Style::Plain,
                };
            }
        }
    }

    fn text(&mut self, text: &str) {
        for part in text.split_inclusive(is_space) {
            let text = words(part.trim_matches(is_space));
            if !text.is_empty() {
                if self.cell {
                    self.between(" · ");
                } else if self.space && !self.runs.is_empty() {
                    self.between(" ");
                }
                (self.cell, self.space) = (false, false);
                self.push(&text);
            }
            self.space |= part.ends_with(is_space);
        }
    }

    /// What separates words weighs nothing and leads nowhere, unless what is on both sides does.
    fn between(&mut self, text: &str) {
        match self.runs.last_mut() {
            Some(run) if run.strong == (self.strong > 0) && run.link == self.link => run.text.push_str(text),
            Some(run) if !run.strong && run.link.is_none() => run.text.push_str(text),
            _ => self.runs.push(Run {
                text: text.to_owned(),
                ..Run::default()
            }),
        }
    }

    fn push(&mut self, text: &str) {
        let strong = self.strong > 0;
        match self.runs.last_mut() {
            Some(run) if run.strong == strong && run.link == self.link => run.text.push_str(text),
            _ => self.runs.push(Run {
                text: text.to_owned(),
                strong,
                link: self.link.clone(),
            }),
        }
    }

    fn end_block(&mut self) {
        (self.space, self.cell) = (false, false);
        let runs = std::mem::take(&mut self.runs);
        if !runs.is_empty() {
            self.blocks.push(Block {
                style: self.style,
                runs,
            });
        }
    }
}

fn is_space(character: char) -> bool {
    character.is_whitespace()
}

/// A text without what is invisible or turns it around.
pub(super) fn words(text: &str) -> String {
    let hidden = |character: &char| {
        character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().filter(|character| !hidden(character)).collect()
}

/// Where a link leads, if it may: a name before the host would pass for the host.
fn address(tag: &Tag) -> Option<String> {
    let href = tag
        .attrs
        .iter()
        .find(|attribute| &*attribute.name.local == "href")?;
    let text = words(href.value.trim());
    let url = Url::parse(&text).ok()?;
    let named = url.username().is_empty() && url.password().is_none();
    (text.len() <= ADDRESS && SCHEMES.contains(&url.scheme()) && named).then_some(text)
}

#[cfg(test)]
mod tests;
