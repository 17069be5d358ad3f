//! Plain text: everything no other kind claims.

use crate::{ErrorCode, Inspection, Kind, WarningCode};

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::Text);
    inspection.set("text", text);
    inspection.set("characters", text.chars().count());
    inspection.require(!text.trim().is_empty(), ErrorCode::Empty, "text");
    inspection.warn_all(hidden_characters(text).then_some(WarningCode::HiddenCharacters));
    inspection
}

/// What no format is read from: it could not have been in a code.
pub(crate) fn too_long(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::Text);
    inspection.set("characters", text.chars().count());
    inspection.error(ErrorCode::TooLong, "text");
    inspection
}

/// Bytes in no encoding that is known.
pub(crate) fn not_text(bytes: &[u8]) -> Inspection {
    let mut inspection = Inspection::new(Kind::Text);
    inspection.set("bytes", bytes.len());
    inspection.error(ErrorCode::NotText, "text");
    inspection
}

/// Control, invisible and direction-changing characters, which make a text say something other than
/// what is seen (Unicode Technical Report 36, 2.10).
pub(crate) fn hidden_characters(text: &str) -> bool {
    text.chars().any(|c| {
        let control = c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        let invisible =
            matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
        control || invisible || matches!(c, '\u{202A}'..='\u{202E}' | '\u{E0000}'..='\u{E007F}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_turn_the_text_round_are_called_out() {
        assert_eq!(
            inspect("plata \u{202E}001").warnings(),
            [WarningCode::HiddenCharacters]
        );
        assert_eq!(inspect("plată\n100 lei").warnings(), []);
    }

    #[test]
    fn nothing_is_not_a_text() {
        assert_eq!(inspect(" \n").errors()[0].code, ErrorCode::Empty);
    }
}
