//! Files of letters: what they are called, what they are, whether they are what was announced.

use acasa_crypto::digest::sha256;
use acasa_protocol::notices::{Attachment, MAX_ATTACHMENT};
use acasa_wire::inbox::DeliveredFile;
use data_encoding::HEXLOWER;

use super::html;

/// Longest name, in characters.
const NAME: usize = 120;

/// The file as the record names it, if it is what was announced.
pub(super) fn attachment(announced: &DeliveredFile, number: usize, bytes: &[u8]) -> Option<Attachment> {
    let attachment = Attachment {
        name: name(&announced.name, number),
        media_type: media_type(bytes).to_owned(),
        size: announced.size,
        sha256: announced.sha256.to_lowercase(),
    };
    is(&attachment, bytes).then_some(attachment)
}

/// Whether these are the file's bytes.
pub(super) fn is(attachment: &Attachment, bytes: &[u8]) -> bool {
    bytes.len() <= MAX_ATTACHMENT
        && u64::try_from(bytes.len()) == Ok(attachment.size)
        && HEXLOWER.encode(&sha256(bytes)) == attachment.sha256
}

/// By what it holds. What no rule knows is text, or just bytes.
fn media_type(bytes: &[u8]) -> &'static str {
    if let Some(kind) = infer::get(bytes) {
        return kind.mime_type();
    }
    let is_text = std::str::from_utf8(bytes)
        .is_ok_and(|text| !text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')));
    if is_text {
        "text/plain"
    } else {
        "application/octet-stream"
    }
}

/// A name that is one in any folder of any system.
fn name(sent: &str, number: usize) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = html::words(last)
        .chars()
        .map(|character| {
            if r#"<>:"|?*"#.contains(character) {
                '_'
            } else {
                character
            }
        })
        .collect();
    let plain = plain.trim_matches(|character: char| character == '.' || character.is_whitespace());
    let (stem, ending) = plain.rsplit_once('.').unwrap_or((plain, ""));
    let ending: String = ending.chars().take(8).collect();
    let stem: String = stem.chars().take(NAME - 9).collect();
    match (stem.trim(), ending.as_str()) {
        ("", "") => format!("{}", number + 1),
        (stem, "") => stem.to_owned(),
        ("", ending) => format!("{}.{ending}", number + 1),
        (stem, ending) => format!("{stem}.{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(name: &str, bytes: &[u8]) -> DeliveredFile {
        DeliveredFile {
            name: name.to_owned(),
            size: bytes.len() as u64,
            sha256: HEXLOWER.encode(&sha256(bytes)),
        }
    }

    #[test]
    fn a_file_is_what_it_holds_and_not_what_it_is_called() {
        for (bytes, kind) in [
            (&b"%PDF-1.7\n"[..], "application/pdf"),
            (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"MZ\x90\0", "application/vnd.microsoft.portable-executable"),
            ("Nume;Sumă\r\nA;1\n".as_bytes(), "text/plain"),
            (b"", "text/plain"),
            (b"\0\x01\x02", "application/octet-stream"),
        ] {
            let made = attachment(&announced("a.pdf", bytes), 0, bytes).unwrap();
            assert_eq!(made.media_type, kind);
        }
    }

    #[test]
    fn other_bytes_than_announced_are_refused() {
        let good = announced("a.pdf", b"%PDF-");
        assert!(attachment(&good, 0, b"%PDF-").is_some());
        assert!(attachment(&good, 0, b"%PDF+").is_none());
        let longer = DeliveredFile { size: 6, ..good };
        assert!(attachment(&longer, 0, b"%PDF-").is_none());
        let large = vec![0; MAX_ATTACHMENT + 1];
        assert!(attachment(&announced("a", &large), 0, &large).is_none());
    }

    #[test]
    fn a_name_is_one_in_any_folder() {
        for (sent, clean) in [
            ("Decizie nr. 3.pdf", "Decizie nr. 3.pdf"),
            ("../../etc/passwd", "passwd"),
            (r"C:\a\b.txt", "b.txt"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("con: \"a\"?.txt", "con_ _a__.txt"),
            ("..", "3"),
            ("", "3"),
            (".pdf", "pdf"),
            ("a\r\nContent-Type: x.pdf", "aContent-Type_ x.pdf"),
        ] {
            assert_eq!(name(sent, 2), clean, "{sent}");
        }
        let long = name(&format!("{}.pdf", "ș".repeat(500)), 0);
        assert!(long.ends_with("ș.pdf") && long.chars().count() <= NAME);
    }
}
