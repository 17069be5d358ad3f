use super::{DrawingFormat, draw_code, scan_frame, scan_picture};

#[test]
fn a_drawn_code_is_read_and_named() {
    let drawing = draw_code("WIFI:S:casa;T:WPA;P:secret;;", DrawingFormat::Png).unwrap();
    let codes = scan_picture(&drawing.bytes).unwrap();
    assert_eq!(codes.len(), 1);
    assert_eq!(codes[0].text.as_deref(), Some("WIFI:S:casa;T:WPA;P:secret;;"));
    assert_eq!(codes[0].kind, Some("wifi"));
    assert_eq!(codes[0].version, drawing.version);
    assert_eq!(codes[0].bytes_base64, "V0lGSTpTOmNhc2E7VDpXUEE7UDpzZWNyZXQ7Ow==");
}

#[test]
fn a_code_in_json_has_the_four_documented_fields_in_order() {
    let drawing = draw_code("a", DrawingFormat::Png).unwrap();
    let codes = scan_picture(&drawing.bytes).unwrap();
    let json = serde_json::to_string(&codes[0]).unwrap();
    assert_eq!(
        json,
        r#"{"text":"a","bytes_base64":"YQ==","version":1,"kind":"text"}"#
    );
}

#[test]
fn a_grey_frame_holds_no_code() {
    assert!(scan_frame(320, 240, vec![128; 320 * 240]).unwrap().is_empty());
}

#[test]
fn a_file_that_is_no_picture_is_refused_by_name() {
    assert_eq!(
        scan_picture(b"hello").err().map(|error| error.code()),
        Some("picture_format_unknown")
    );
}
