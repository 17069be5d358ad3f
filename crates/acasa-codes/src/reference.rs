//! Payment references with check digits.

/// Whether `text` is a Swiss QR reference: 27 digits, the last of them a recursive modulo 10 check
/// digit (Swiss Implementation Guidelines QR-bill 2.3, annex B), not all zero. Spaces do not count.
pub fn is_qr_reference(text: &str) -> bool {
    const CARRY: [usize; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let compact: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    let digits: Option<Vec<usize>> = compact
        .iter()
        .map(|c| c.to_digit(10).and_then(|digit| usize::try_from(digit).ok()))
        .collect();
    let Some(digits) = digits.filter(|digits| digits.len() == 27) else {
        return false;
    };
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    let carry = body.iter().fold(0, |carry, digit| CARRY[(carry + digit) % 10]);
    digits.iter().any(|digit| *digit != 0) && (10 - carry) % 10 == *check
}

/// Whether `text` is a creditor reference (ISO 11649): `RF`, two check digits, 1 to 21 letters or
/// digits, modulo 97-10. Spaces between and lower case do not count.
pub fn is_creditor_reference(text: &str) -> bool {
    if text.starts_with(' ') {
        return false;
    }
    let compact: String = text
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let Some(rest) = compact.strip_prefix("RF") else {
        return false;
    };
    let checked = rest.chars().take(2).filter(char::is_ascii_digit).count() == 2;
    let shaped = (3..=23).contains(&rest.len()) && rest.chars().all(|c| c.is_ascii_alphanumeric());
    checked
        && shaped
        && modulo_97(
            rest.chars()
                .skip(2)
                .chain("RF".chars())
                .chain(rest.chars().take(2)),
        ) == 1
}

/// ISO 7064 modulo 97-10 over digits and letters, A = 10.
fn modulo_97(characters: impl Iterator<Item = char>) -> u32 {
    characters.filter_map(|c| c.to_digit(36)).fold(0, |sum, value| {
        if value < 10 {
            (sum * 10 + value) % 97
        } else {
            (sum * 100 + value) % 97
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_digit_spoils_a_qr_reference() {
        assert!(is_qr_reference("210000000003139471430009017"));
        assert!(!is_qr_reference("210000000003139471430009027"));
        assert!(!is_qr_reference("21000000000313947143000901"));
    }

    #[test]
    fn a_changed_letter_spoils_a_creditor_reference() {
        assert!(is_creditor_reference("RF18539007547034"));
        assert!(!is_creditor_reference("RF18539007547035"));
        assert!(!is_creditor_reference("RFA8539007547034"));
    }
}
