use super::*;
use acasa_crypto::{CryptoError, Signer as _, SigningKey, base64url, jose};
use proptest::prelude::*;
use serde_json::json;

const NOW: i64 = 1_790_000_000;

fn issuer() -> SigningKey {
    SigningKey::from_scalar(&[3; 32]).unwrap()
}

fn holder() -> SigningKey {
    SigningKey::from_scalar(&[4; 32]).unwrap()
}

fn disclosure(parts: &Value) -> String {
    base64url::encode(parts.to_string().as_bytes())
}

fn digest(disclosure: &str) -> String {
    base64url::encode(&Hash::Sha256.digest(disclosure.as_bytes()))
}

/// An SD-JWT of any payload, with a signature that is right.
fn signed(payload: &Value, disclosures: &[String]) -> String {
    let jwt = jose::sign_jwt(&issuer(), "dc+sd-jwt", Map::new(), payload.as_object().unwrap()).unwrap();
    std::iter::once(&jwt)
        .chain(disclosures)
        .flat_map(|part| [part.as_str(), "~"])
        .collect()
}

fn verify(text: &str) -> Result<VerifiedSdJwt, SdJwtError> {
    UnverifiedSdJwt::parse(text)?.verify(&issuer().public_key(), Algorithm::Es256)
}

fn contents(payload: &Value, disclosures: &[String]) -> Result<Value, SdJwtError> {
    verify(&signed(payload, disclosures)).map(|verified| Value::Object(verified.contents().clone()))
}

#[test]
fn disclosed_members_and_elements_take_the_place_of_their_digests() {
    let (name, nation) = (
        disclosure(&json!(["s1", "name", "Ana"])),
        disclosure(&json!(["s2", "MD"])),
    );
    let payload = json!({
        "_sd": [digest(&name), "decoy"], "_sd_alg": "sha-256", "vct": "urn:x",
        "nationalities": [{"...": digest(&nation)}, {"...": "concealed"}, "RO"]
    });

    let found = contents(&payload, &[name, nation]);

    assert_eq!(
        found,
        Ok(json!({"vct": "urn:x", "nationalities": ["MD", "RO"], "name": "Ana"}))
    );
}

#[test]
fn a_disclosure_within_a_disclosure_is_put_in_place() {
    let inner = disclosure(&json!(["s1", "city", "Orhei"]));
    let outer = disclosure(&json!(["s2", "address", {"_sd": [digest(&inner)], "country": "MD"}]));
    let payload = json!({"_sd": [digest(&outer)]});

    assert_eq!(
        contents(&payload, &[inner.clone(), outer.clone()]),
        Ok(json!({"address": {"country": "MD", "city": "Orhei"}}))
    );
    assert_eq!(
        contents(&payload, &[inner]),
        Err(SdJwtError::DisclosureUnreferenced)
    );
    assert_eq!(
        contents(&payload, &[outer]),
        Ok(json!({"address": {"country": "MD"}}))
    );
}

#[test]
fn every_other_hash_of_the_registry_that_is_strong_works_and_no_weak_one() {
    let name = disclosure(&json!(["s1", "name", "Ana"]));
    let by = |hash: Hash, spelling: &str| {
        let digest = base64url::encode(&hash.digest(name.as_bytes()));
        contents(
            &json!({"_sd": [digest], "_sd_alg": spelling}),
            std::slice::from_ref(&name),
        )
    };

    assert!(by(Hash::Sha384, "sha-384").is_ok());
    assert!(by(Hash::Sha512, "sha-512").is_ok());
    for spelling in ["SHA-256", "sha-1", "md5", ""] {
        assert_eq!(
            by(Hash::Sha256, spelling),
            Err(SdJwtError::HashAlgorithm),
            "{spelling}"
        );
    }
}

#[test]
fn a_digest_met_twice_is_refused_wherever_it_stands() {
    let name = disclosure(&json!(["s1", "name", "Ana"]));
    let twice = digest(&name);
    for payload in [
        json!({"_sd": [twice, twice]}),
        json!({"_sd": [twice], "a": {"_sd": [twice]}}),
        json!({"_sd": [twice, "decoy"], "list": [{"...": "decoy"}]}),
        json!({"_sd": [twice], "list": [{"...": "decoy"}, {"...": "decoy"}]}),
    ] {
        assert_eq!(
            contents(&payload, std::slice::from_ref(&name)),
            Err(SdJwtError::DigestRepeated),
            "{payload}"
        );
    }
}

#[test]
fn the_same_disclosure_sent_twice_is_refused() {
    let name = disclosure(&json!(["s1", "name", "Ana"]));

    let sent_twice = contents(&json!({"_sd": [digest(&name)]}), &[name.clone(), name]);

    assert_eq!(sent_twice, Err(SdJwtError::DigestRepeated));
}

#[test]
fn a_disclosure_nothing_refers_to_is_refused() {
    let stray = disclosure(&json!(["s1", "name", "Ana"]));

    assert_eq!(
        contents(&json!({"vct": "urn:x"}), &[stray]),
        Err(SdJwtError::DisclosureUnreferenced)
    );
}

#[test]
fn a_disclosed_name_that_is_there_already_is_refused() {
    let name = disclosure(&json!(["s1", "name", "Ana"]));
    let other = disclosure(&json!(["s2", "name", "Ion"]));
    let open = json!({"_sd": [digest(&name)], "name": "Ion"});
    let both = json!({"_sd": [digest(&name), digest(&other)]});

    assert_eq!(
        contents(&open, std::slice::from_ref(&name)),
        Err(SdJwtError::NameRepeated)
    );
    assert_eq!(contents(&both, &[name, other]), Err(SdJwtError::NameRepeated));
}

#[test]
fn reserved_names_are_refused_as_claims() {
    for reserved in ["_sd", "..."] {
        let disclosure = disclosure(&json!(["s1", reserved, "x"]));
        let found = contents(&json!({"_sd": [digest(&disclosure)]}), &[disclosure]);
        assert_eq!(found, Err(SdJwtError::NameReserved), "{reserved}");
    }
    for payload in [
        json!({"_sd": "text"}),
        json!({"a": {"_sd": {}}}),
        json!({"...": "digest"}),
        json!({"list": [{"...": "digest", "more": 1}]}),
        json!({"list": [{"...": 7}]}),
    ] {
        assert_eq!(
            contents(&payload, &[]),
            Err(SdJwtError::NameReserved),
            "{payload}"
        );
    }
}

#[test]
fn a_disclosure_of_the_wrong_shape_for_its_place_is_refused() {
    let member = disclosure(&json!(["s1", "name", "Ana"]));
    let element = disclosure(&json!(["s1", "Ana"]));

    assert_eq!(
        contents(&json!({"list": [{"...": digest(&member)}]}), &[member]),
        Err(SdJwtError::Disclosure)
    );
    assert_eq!(
        contents(&json!({"_sd": [digest(&element)]}), &[element]),
        Err(SdJwtError::Disclosure)
    );
}

#[test]
fn malformed_disclosures_are_refused() {
    for parts in [
        json!([]),
        json!(["s"]),
        json!(["s", "n", "v", "more"]),
        json!([1, "n", "v"]),
        json!(["s", 2, "v"]),
        json!({"s": "n"}),
    ] {
        assert_eq!(
            contents(&json!({}), &[disclosure(&parts)]),
            Err(SdJwtError::Disclosure),
            "{parts}"
        );
    }
    for text in ["!", "AA", "WyJzIiwibiIsInYiXQ=="] {
        assert_eq!(
            contents(&json!({}), &[text.to_owned()]),
            Err(SdJwtError::Disclosure),
            "{text}"
        );
    }
}

#[test]
fn a_repeated_member_in_a_disclosure_is_refused() {
    let repeated = base64url::encode(br#"["s","a",{"b":1,"b":2}]"#);

    assert_eq!(
        contents(&json!({"_sd": [digest(&repeated)]}), &[repeated]),
        Err(SdJwtError::Disclosure)
    );
}

#[test]
fn nesting_by_disclosures_is_bounded() {
    let mut disclosures = Vec::new();
    let mut value = json!("core");
    for _ in 0..=MAX_DEPTH {
        let outer = disclosure(&json!(["s", "a", value]));
        value = json!({"_sd": [digest(&outer)]});
        disclosures.push(outer);
    }

    assert_eq!(contents(&value, &disclosures), Err(SdJwtError::TooLarge));
}

#[test]
fn too_many_disclosures_and_too_long_texts_are_refused() {
    let many = signed(
        &json!({}),
        &vec![disclosure(&json!(["s", "v"])); MAX_DISCLOSURES + 1],
    );

    assert_eq!(UnverifiedSdJwt::parse(&many).err(), Some(SdJwtError::TooLarge));
    assert_eq!(
        UnverifiedSdJwt::parse(&"~".repeat(MAX_LENGTH + 1)).err(),
        Some(SdJwtError::TooLarge)
    );
}

#[test]
fn another_issuer_or_algorithm_does_not_verify() {
    let text = signed(&json!({"vct": "urn:x"}), &[]);
    let parsed = UnverifiedSdJwt::parse(&text).unwrap();

    assert_eq!(
        parsed.verify(&holder().public_key(), Algorithm::Es256).err(),
        Some(SdJwtError::IssuerSignature(CryptoError::Signature))
    );
    assert_eq!(
        parsed.verify(&issuer().public_key(), Algorithm::Es384).err(),
        Some(SdJwtError::IssuerSignature(CryptoError::Algorithm))
    );
}

#[test]
fn a_plain_jwt_is_no_sd_jwt() {
    let text = signed(&json!({}), &[]);

    assert_eq!(
        UnverifiedSdJwt::parse(text.trim_end_matches('~')).err(),
        Some(SdJwtError::Malformed)
    );
}

#[test]
fn validity_is_judged_to_the_second() {
    let verified = verify(&signed(
        &json!({"nbf": NOW, "exp": NOW + 100, "iat": NOW + 7}),
        &[],
    ))
    .unwrap();

    assert_eq!(verified.check_validity(NOW - 1, 0), Err(SdJwtError::NotYetValid));
    assert_eq!(verified.check_validity(NOW, 0), Ok(()));
    assert_eq!(verified.check_validity(NOW + 99, 0), Ok(()));
    assert_eq!(verified.check_validity(NOW + 100, 0), Err(SdJwtError::Expired));
    assert_eq!(verified.check_validity(NOW + 100, 5), Ok(()));
}

#[test]
fn times_that_are_no_numbers_are_refused() {
    for wrong in [json!("1790000000"), json!(null), json!(1e300), json!([])] {
        let verified = verify(&signed(&json!({ "exp": wrong }), &[])).unwrap();
        assert_eq!(verified.check_validity(NOW, 0), Err(SdJwtError::Time), "{wrong}");
    }
    let fraction = verify(&signed(&json!({"exp": 1_790_000_000.75}), &[])).unwrap();
    assert_eq!(fraction.validity().unwrap().expires_at, Some(NOW));
}

#[test]
fn a_credential_conceals_nothing_of_its_frame() {
    let concealed = disclosure(&json!(["s", "exp", NOW]));
    let of = |payload: &Value, disclosures: &[String]| {
        verify(&signed(payload, disclosures)).unwrap().check_credential()
    };

    assert_eq!(of(&json!({"vct": "urn:x"}), &[]), Ok(()));
    assert_eq!(of(&json!({}), &[]), Err(SdJwtError::NotACredential));
    assert_eq!(
        of(
            &json!({"vct": "urn:x", "_sd": [digest(&concealed)]}),
            &[concealed]
        ),
        Err(SdJwtError::NotACredential)
    );
}

#[test]
fn a_status_reference_is_read_and_a_broken_one_refused() {
    let of = |status: Value| {
        verify(&signed(&json!({ "status": status }), &[]))
            .unwrap()
            .status()
    };

    let found = of(json!({"status_list": {"idx": 7, "uri": "https://example.md/1"}}));
    assert_eq!(
        found,
        Ok(Some(StatusPlace::new(7, "https://example.md/1").unwrap()))
    );
    assert_eq!(of(json!({"another_method": {}})), Ok(None));
    for wrong in [
        json!("x"),
        json!({"status_list": {"idx": -1, "uri": "u"}}),
        json!({"status_list": {"idx": 1}}),
    ] {
        assert_eq!(of(wrong.clone()), Err(SdJwtError::Status), "{wrong}");
    }
}

/// A credential of the holder with three disclosures, the last one within the second.
fn credential() -> String {
    let name = disclosure(&json!(["s1", "name", "Ana"]));
    let city = disclosure(&json!(["s2", "city", "Orhei"]));
    let address = disclosure(&json!(["s3", "address", {"_sd": [digest(&city)], "country": "MD"}]));
    let payload = json!({
        "vct": "urn:x", "cnf": {"jwk": holder().to_jwk()}, "_sd": [digest(&name), digest(&address)]
    });
    signed(&payload, &[name, address, city])
}

const REQUEST: KeyBindingRequest<'_> = KeyBindingRequest {
    audience: "https://verifier.md",
    nonce: "n-1",
    issued_at: NOW,
};

fn presented(paths: &[ClaimPath]) -> String {
    UnverifiedSdJwt::parse(&credential())
        .unwrap()
        .present(paths, Some((&holder(), REQUEST)))
        .unwrap()
}

#[test]
fn a_presentation_discloses_what_was_asked_and_what_leads_there() {
    let verified = verify(&presented(&[ClaimPath::of_names(["address", "city"])])).unwrap();

    assert_eq!(
        verified.contents().get("address"),
        Some(&json!({"country": "MD", "city": "Orhei"}))
    );
    assert_eq!(verified.contents().get("name"), None);
}

#[test]
fn a_presentation_of_nothing_discloses_nothing() {
    let verified = verify(&presented(&[])).unwrap();

    assert_eq!(verified.contents().keys().collect::<Vec<_>>(), ["vct", "cnf"]);
}

#[test]
fn asking_for_a_claim_that_is_not_there_is_refused() {
    let held = UnverifiedSdJwt::parse(&credential()).unwrap();

    assert_eq!(
        held.present(&[ClaimPath::of_names(["salary"])], None),
        Err(SdJwtError::Path)
    );
}

#[test]
fn the_paths_that_can_be_disclosed_are_listed_in_order() {
    let held = UnverifiedSdJwt::parse(&credential()).unwrap();

    let paths = held.disclosable_paths().unwrap();

    assert_eq!(
        paths,
        [
            ClaimPath::of_names(["name"]),
            ClaimPath::of_names(["address"]),
            ClaimPath::of_names(["address", "city"])
        ]
    );
}

#[test]
fn key_binding_verifies_for_its_verifier_challenge_and_time_only() {
    let binding = verify(&presented(&[])).unwrap().key_binding().ok().unwrap();

    assert_eq!(binding.check_audience("https://verifier.md"), Ok(()));
    assert_eq!(
        binding.check_audience("https://verifier.md/"),
        Err(SdJwtError::KeyBindingAudience)
    );
    assert_eq!(binding.check_nonce("n-1"), Ok(()));
    assert_eq!(binding.check_nonce("n-2"), Err(SdJwtError::KeyBindingNonce));
    let issued = |at| Validity {
        issued_at: at,
        ..Validity::default()
    };
    let refused = Err(SdJwtError::KeyBindingTime);
    assert_eq!(binding.check_time(issued(None), NOW + 9_999_999, 0), Ok(()));
    assert_eq!(binding.check_time(issued(Some(NOW + 120)), NOW, 120), Ok(()));
    assert_eq!(binding.check_time(issued(Some(NOW + 121)), NOW, 120), refused);
    assert_eq!(binding.check_time(issued(None), NOW - 120, 120), Ok(()));
    assert_eq!(binding.check_time(issued(None), NOW - 121, 120), refused);
}

#[test]
fn dropping_or_adding_a_disclosure_breaks_key_binding() {
    let text = presented(&[ClaimPath::of_names(["name"])]);
    let mut parts: Vec<_> = text.split('~').collect();
    parts.remove(1);

    let outcome = verify(&parts.join("~")).unwrap().key_binding();

    assert_eq!(outcome.err(), Some(SdJwtError::KeyBindingHash));
}

#[test]
fn key_binding_by_another_key_or_of_another_type_is_refused() {
    let held = UnverifiedSdJwt::parse(&credential()).unwrap();
    let by_another = held.present(&[], Some((&issuer(), REQUEST))).unwrap();
    let bare = held.present(&[], None).unwrap();
    let claims = json!({"iat": NOW, "aud": "a", "nonce": "n", "sd_hash": digest(&bare)});
    let other_type = jose::sign_jwt(&holder(), "jwt", Map::new(), claims.as_object().unwrap()).unwrap();
    let outcome = |text: &str| verify(text).unwrap().key_binding().err();

    assert_eq!(
        outcome(&by_another),
        Some(SdJwtError::KeyBinding(CryptoError::Signature))
    );
    assert_eq!(
        outcome(&format!("{bare}{other_type}")),
        Some(SdJwtError::KeyBinding(CryptoError::Header))
    );
    assert_eq!(outcome(&bare), Some(SdJwtError::KeyBindingAbsent));
}

#[test]
fn key_binding_without_one_of_its_claims_is_refused() {
    let bare = UnverifiedSdJwt::parse(&credential())
        .unwrap()
        .present(&[], None)
        .unwrap();
    for missing in ["iat", "aud", "nonce", "sd_hash"] {
        let mut claims = json!({"iat": NOW, "aud": "a", "nonce": "n", "sd_hash": digest(&bare)});
        claims.as_object_mut().unwrap().shift_remove(missing);
        let jwt = jose::sign_jwt(&holder(), "kb+jwt", Map::new(), claims.as_object().unwrap()).unwrap();

        let outcome = verify(&format!("{bare}{jwt}")).unwrap().key_binding().err();

        assert_eq!(
            outcome,
            Some(SdJwtError::KeyBinding(CryptoError::Malformed)),
            "{missing}"
        );
    }
}

#[test]
fn a_key_binding_to_no_holder_is_refused() {
    let bare = signed(&json!({"vct": "urn:x"}), &[]);
    let bound = UnverifiedSdJwt::parse(&bare)
        .unwrap()
        .present(&[], Some((&holder(), REQUEST)))
        .unwrap();

    assert_eq!(
        verify(&bound).unwrap().key_binding().err(),
        Some(SdJwtError::HolderKey)
    );
}

#[test]
fn the_resolver_sees_header_and_claims_and_decides_the_key() {
    let parsed = UnverifiedSdJwt::parse(&signed(&json!({"iss": "https://issuer.md"}), &[])).unwrap();

    let verified = parsed.verify_with(|header, claims| {
        assert_eq!(
            (header.typ(), claims["iss"].as_str()),
            (Some("dc+sd-jwt"), Some("https://issuer.md"))
        );
        Ok::<_, SdJwtError>((issuer().public_key(), Algorithm::Es256))
    });

    assert_eq!(verified.unwrap().issuer(), Some("https://issuer.md"));
}

#[cfg(feature = "issuing")]
mod issuing;

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in ".{0,200}") {
        let _ = UnverifiedSdJwt::parse(&text);
        let _ = UnverifiedSdJwt::parse_json(&text);
    }

    #[test]
    fn arbitrary_disclosures_never_panic(
        parts in prop::collection::vec(prop_oneof![
            Just(json!("_sd")), Just(json!("...")), Just(json!("a")), Just(json!({"_sd": ["x"]})),
            Just(json!([{"...": "x"}])), Just(json!(1))
        ], 0..5),
    ) {
        let disclosure = disclosure(&Value::Array(parts));
        let found = contents(&json!({"_sd": [digest(&disclosure)]}), &[disclosure]);
        prop_assert!(found.is_err() || found.is_ok_and(|value| value.get("_sd").is_none()));
    }

    #[test]
    fn any_changed_character_of_a_presentation_is_noticed(at: prop::sample::Index, to in "[A-Za-z0-9_.~-]") {
        let mut text = presented(&[ClaimPath::of_names(["name"])]);
        let at = at.index(text.len());
        prop_assume!(text.as_bytes()[at] != to.as_bytes()[0]);
        text.replace_range(at..=at, &to);

        prop_assert!(verify(&text).and_then(|verified| verified.key_binding()).is_err());
    }
}
