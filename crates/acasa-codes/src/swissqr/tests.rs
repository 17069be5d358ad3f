use super::*;
use proptest::prelude::*;

/// Made for these tests: the account is the published example of a QR-IBAN.
fn bill() -> Vec<&'static str> {
    let mut lines = vec![""; 31];
    lines[..11].copy_from_slice(&[
        "SPC",
        "0200",
        "1",
        "CH4431999123000889012",
        "S",
        "Test SA",
        "",
        "",
        "1000",
        "Lausanne",
        "CH",
    ]);
    lines[18] = "10.00";
    lines[19] = "CHF";
    lines[27] = "QRR";
    lines[28] = "210000000003139471430009017";
    lines[30] = "EPD";
    lines
}

fn refused(index: usize, value: &str) -> Option<(ErrorCode, String)> {
    let mut lines = bill();
    lines[index] = value;
    inspect(&lines.join("\n"))
        .errors()
        .first()
        .map(|finding| (finding.code, finding.at.clone()))
}

#[test]
fn a_character_beyond_the_permitted_ones_is_refused() {
    assert_eq!(refused(5, "Țăran & Fiș SA, 10 €"), None);
    assert_eq!(
        refused(5, "Test 😀"),
        Some((ErrorCode::CharsetInvalid, "CdtrName".to_owned()))
    );
}

#[test]
fn a_bill_with_a_qr_reference_is_well_formed() {
    let inspection = inspect(&bill().join("\n"));
    assert_eq!(inspection.errors(), []);
    assert_eq!(inspection.fields()["CdtrTown"], "Lausanne");
}

#[test]
fn each_rule_of_the_guidelines_refuses_what_breaks_it() {
    let cases = [
        (0, "SPC1", ErrorCode::StructureInvalid, "QRType"),
        (1, "0101", ErrorCode::VersionUnsupported, "Version"),
        (1, "020f", ErrorCode::VersionUnsupported, "Version"),
        (2, "2", ErrorCode::CharsetInvalid, "Coding"),
        (3, "CH4431999123000889013", ErrorCode::IbanInvalid, "IBAN"),
        (3, "MD24AG000225100013104168", ErrorCode::IbanInvalid, "IBAN"),
        (3, "CH5800791123000889012", ErrorCode::FieldConflict, "RefType"),
        (4, "X", ErrorCode::FieldInvalid, "CdtrAdrTp"),
        (5, "", ErrorCode::FieldMissing, "CdtrName"),
        (9, "", ErrorCode::FieldMissing, "CdtrTown"),
        (12, "X", ErrorCode::FieldUnexpected, "UltmtCdtr1"),
        (18, "10.0", ErrorCode::AmountInvalid, "Amount"),
        (18, "-1.00", ErrorCode::AmountInvalid, "Amount"),
        (19, "MDL", ErrorCode::CurrencyInvalid, "Currency"),
        (27, "ABC", ErrorCode::FieldInvalid, "RefType"),
        (
            28,
            "210000000003139471430009018",
            ErrorCode::ReferenceInvalid,
            "Reference",
        ),
        (30, "E_P", ErrorCode::StructureInvalid, "Trailer"),
    ];
    for (index, value, code, at) in cases {
        assert_eq!(
            refused(index, value),
            Some((code, at.to_owned())),
            "{value} at {index}"
        );
    }
}

#[test]
fn a_bill_cut_short_is_refused() {
    let lines = bill();
    let text = lines[..30].join("\n");
    assert!(!inspect(&text).well_formed());
}

proptest! {
    #[test]
    fn no_text_panics(lines in prop::collection::vec(".{0,10}", 0..40)) {
        let text = format!("SPC\n{}", lines.join("\n"));
        let _ = (recognises(&text), inspect(&text));
    }
}
