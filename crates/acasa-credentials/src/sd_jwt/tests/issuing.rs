//! Issuing, and presenting what was issued.

use super::*;

fn issued(concealed: &[ClaimPath]) -> Result<String, SdJwtError> {
    let claims =
        json!({"vct": "urn:x", "name": "Ana", "address": {"city": "Orhei"}, "nations": ["MD", "RO"]});
    make_sd_jwt(
        &issuer(),
        SdJwtIssuance {
            claims: claims.as_object().unwrap().clone(),
            concealed,
            holder: Some(&holder().to_jwk()),
            header: Map::new(),
        },
    )
}

fn all_paths() -> Vec<ClaimPath> {
    let nations = ClaimPath::of_names(["nations"]);
    vec![
        ClaimPath::of_names(["name"]),
        ClaimPath::of_names(["address"]),
        ClaimPath::of_names(["address", "city"]),
        nations.join(PathSegment::Index(0)),
        nations.join(PathSegment::Index(1)),
    ]
}

#[test]
fn what_is_issued_and_disclosed_in_full_is_what_was_put_in() {
    let verified = verify(&issued(&all_paths()).unwrap()).unwrap();

    assert_eq!(verified.check_credential(), Ok(()));
    assert_eq!(verified.contents()["address"], json!({"city": "Orhei"}));
    assert_eq!(verified.contents()["nations"], json!(["MD", "RO"]));
    assert!(!verified.payload().contains_key("name"));
    assert_eq!(verified.holder_key(), Ok(Some(holder().to_jwk())));
}

#[test]
fn one_element_of_an_array_can_be_presented_alone() {
    let held = UnverifiedSdJwt::parse(&issued(&all_paths()).unwrap()).unwrap();
    let second = ClaimPath::of_names(["nations"]).join(PathSegment::Index(1));

    let verified = verify(&held.present(&[second], None).unwrap()).unwrap();

    assert_eq!(verified.contents()["nations"], json!(["RO"]));
}

#[test]
fn two_issuances_share_no_digest() {
    let (first, second) = (issued(&all_paths()).unwrap(), issued(&all_paths()).unwrap());
    let payload = |text: &str| verify(text).unwrap().payload()["_sd"].clone();

    assert_ne!(payload(&first), payload(&second));
}

#[test]
fn a_path_to_nothing_is_not_concealed() {
    for path in [
        ClaimPath::of_names(["none"]),
        ClaimPath::default(),
        ClaimPath::of_names(["name", "x"]),
    ] {
        assert_eq!(issued(&[path]), Err(SdJwtError::Path));
    }
}
