//! Payload bytes as text.

use rxing::common::ECIStringBuilder;

/// The text of a symbol's segments. Where no segment names its character set, UTF-8 wins if the
/// bytes are UTF-8: it is what makers write today, and others are hardly ever valid UTF-8 by chance.
/// ISO/IEC 18004:2015, 7.3.5 has ISO 8859-1 as the default; Shift_JIS is what older phones wrote.
pub(super) fn of_segments(segments: &ECIStringBuilder) -> Option<String> {
    if !segments.has_eci
        && let Ok(text) = std::str::from_utf8(segments.bytes())
    {
        return Some(text.to_owned());
    }
    let guessed = segments.to_string();
    guessed.chars().all(is_textual).then_some(guessed)
}

/// A zero, a control character of ISO 8859-1's upper half or an undecodable byte speaks for bytes that
/// are not text. The other controls do occur in it: line ends, tabs, the separators of ISO/IEC 15434.
fn is_textual(character: char) -> bool {
    !matches!(
        character,
        '\0' | '\u{7f}'..='\u{9f}' | char::REPLACEMENT_CHARACTER
    )
}
