//! The PKCS#11 signer on a real module: SoftHSM, with a token of its own for each case.
//!
//! SoftHSM finds its tokens by the environment and is initialised once in a process, so each case
//! runs in a child of this program. Without SoftHSM (Debian's package `softhsm2`; elsewhere name
//! the module in `ACASA_TEST_PKCS11_MODULE`) the cases are ignored; under `CI=true` they fail.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "pkcs11/gateway.rs"]
mod gateway;
#[path = "pkcs11/softhsm.rs"]
mod softhsm;
#[expect(dead_code, reason = "the tests over HTTP use the rest")]
#[path = "world/world.rs"]
mod world;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use acasa_credentials::{
    Value,
    issue::{
        CertificateDetails, CertificateUse, Issuance, issue_mdoc, make_certificate, make_root, whole_days,
    },
    mdoc::{
        IssuerSigned,
        verify::{Context, verify_issuer_signed},
    },
    trust::{Anchor, Certificate, TrustStore},
    verdict::Verdict,
};
use acasa_crypto::{Algorithm, CryptoError, SignatureFormat, Signer, SigningKey};
use acasa_gateway::pkcs11::{Token, TokenSigner};
use cryptoki::object::Attribute;
use libtest_mimic::{Arguments, Trial};
use softhsm::{LABEL, P384, PIN, Pair, SoftHsm};

/// Names the case to a child.
const CASE: &str = "ACASA_TEST_PKCS11_CASE";
/// Names the module, to this program and to a child.
const MODULE: &str = "ACASA_TEST_PKCS11_MODULE";
/// Where systems put SoftHSM.
const PLACES: &[&str] = &[
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// A sentence, and what shows it on a fresh token.
type Case = (&'static str, fn(&SoftHsm));

const CASES: &[Case] = &[
    ("a_document_signed_in_the_token_is_valid_under_its_root", document),
    ("both_forms_of_a_signature_verify_with_the_public_key", both_forms),
    ("threads_sign_at_the_same_time", threads),
    ("two_signers_of_one_token_have_their_own_keys", two_signers),
    ("a_wrong_pin_is_named_and_not_to_be_tried_again", wrong_pin),
    ("a_pin_that_was_never_set_is_named", pin_not_set),
    ("a_token_that_is_not_there_is_named", missing_token),
    ("two_tokens_of_one_label_are_refused", two_tokens),
    ("a_token_is_open_once_until_its_last_signer_is_gone", open_once),
    ("a_key_that_is_not_there_is_named", missing_key),
    ("two_keys_of_one_label_are_refused", two_keys),
    ("a_key_on_another_curve_is_refused", other_curve),
    ("a_key_that_may_leave_the_token_is_refused", extractable),
    ("a_key_without_its_public_key_is_refused", no_public_key),
    ("a_public_key_of_another_pair_is_refused", other_public_key),
    (
        "a_key_without_identifier_finds_its_public_key_by_label",
        no_identifier,
    ),
    ("a_key_destroyed_meanwhile_is_a_failure_of_the_device", destroyed),
    ("a_key_made_in_the_token_stays_there_and_is_made_once", made_once),
    ("a_key_is_destroyed_with_its_public_key_and_no_other", destroy_one),
    (
        "a_gateway_issues_by_keys_in_the_token_and_leaves_none_on_the_disk",
        gateway::issues,
    ),
    ("a_signer_apart_signs_by_keys_in_the_token", gateway::signs_apart),
    (
        "a_gateway_finds_its_keys_at_the_next_start",
        gateway::starts_again,
    ),
    ("a_signer_rotated_in_the_token_has_a_new_key", gateway::rotates),
    (
        "another_token_is_not_given_new_keys",
        gateway::refuses_another_token,
    ),
    (
        "a_pin_file_for_others_opens_no_token",
        gateway::refuses_open_pin_file,
    ),
];

fn main() -> ExitCode {
    let module = std::env::var_os(MODULE)
        .map(PathBuf::from)
        .or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.exists()));
    if let Some((name, module)) = std::env::var(CASE).ok().zip(module.clone()) {
        return run_case(&name, module);
    }
    let required = std::env::var_os("CI").is_some_and(|value| value == "true");
    let ignored = module.is_none() && !required;
    let kind = if ignored {
        "needs SoftHSM: package softhsm2"
    } else {
        ""
    };
    let trials = CASES
        .iter()
        .map(|(name, _)| {
            let module = module.clone();
            let run = move || match module {
                Some(module) => softhsm::run_in_child(&[(CASE, name.as_ref()), (MODULE, module.as_os_str())]),
                None => Err("SoftHSM is not installed: package softhsm2".into()),
            };
            Trial::test(*name, run).with_kind(kind).with_ignored_flag(ignored)
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn run_case(name: &str, module: PathBuf) -> ExitCode {
    let Some((_, case)) = CASES.iter().find(|(known, _)| *known == name) else {
        return ExitCode::FAILURE;
    };
    // Everything that is ever logged: the parent looks for the PIN in it.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(std::io::stderr)
        .init();
    case(&SoftHsm::with_token(module));
    ExitCode::SUCCESS
}

fn signer_of(hsm: &SoftHsm, pair: &Pair) -> TokenSigner {
    hsm.make(pair);
    hsm.open(PIN).unwrap().signer(pair.label).unwrap()
}

/// The code of opening the key labelled as `Pair::default()`.
fn refusal(hsm: &SoftHsm) -> &'static str {
    let token = hsm.open(PIN).unwrap();
    token.signer(Pair::default().label).unwrap_err().code()
}

fn verifies(signer: &dyn Signer, message: &[u8]) -> bool {
    let signature = signer.sign(message).unwrap();
    signer
        .public_key()
        .verify(Algorithm::Es256, SignatureFormat::Fixed, message, &signature)
        .is_ok()
}

fn document(hsm: &SoftHsm) {
    let pair = |label, id| Pair {
        label,
        id,
        public_id: id,
        ..Pair::default()
    };
    hsm.make(&pair("root", b"root"));
    hsm.make(&pair("documents", b"documents"));
    let token = hsm.open(PIN).unwrap();
    let (root_key, signer) = (token.signer("root").unwrap(), token.signer("documents").unwrap());
    let details = |common_name, not_after: &str| CertificateDetails {
        common_name,
        country: "MD",
        not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
        not_after: not_after.parse().unwrap(),
        contact_uri: "https://authority.example",
        crl_uri: "https://authority.example/crl",
    };
    let root = make_root(&details("Acasa Test IACA", "2035-01-01T00:00:00Z"), &root_key).unwrap();
    let root = Certificate::from_der(&root).unwrap();
    let certificate = make_certificate(
        CertificateUse::DocumentSigner,
        &details("Acasa Test Signer", "2027-01-01T00:00:00Z"),
        &signer.public_key(),
        &root,
        &root_key,
    )
    .unwrap();
    let namespaces = vec![(
        "md.gov.wallet".to_owned(),
        vec![("family_name".to_owned(), Value::from("Popescu"))],
    )];
    let issuance = Issuance {
        doc_type: "md.gov.wallet.pid.1",
        namespaces: &namespaces,
        device_key: &SigningKey::make_random().unwrap().public_key(),
        validity: whole_days("2026-11-20T09:30:00Z".parse().unwrap(), 30).unwrap(),
        status: None,
    };
    let trust = TrustStore::new(vec![Anchor::from_certificate(root)]);
    let context = Context {
        at: "2026-11-21T12:00:00Z".parse().unwrap(),
        trust: Some(&trust),
        status: &Context::no_status_list,
        allow_unchecked_status: false,
        transcript: None,
        reader_key: None,
    };

    let issued = issue_mdoc(&issuance, &signer, &[certificate]).unwrap();

    let report = verify_issuer_signed(&IssuerSigned::from_slice(&issued).unwrap(), &context);
    assert_eq!(report.verdict(), Verdict::Valid, "{:?}", report.checks);
    assert_eq!(report.disclosed, namespaces);
}

fn both_forms(hsm: &SoftHsm) {
    let signer = signer_of(hsm, &Pair::default());
    let public = signer.public_key();

    let (fixed, der) = (signer.sign(b"salut").unwrap(), signer.sign_der(b"salut").unwrap());

    let verify = |format, message, signature| public.verify(Algorithm::Es256, format, message, signature);
    assert_eq!(verify(SignatureFormat::Fixed, b"salut", &fixed), Ok(()));
    assert_eq!(verify(SignatureFormat::Der, b"salut", &der), Ok(()));
    assert!(verify(SignatureFormat::Fixed, b"altul", &fixed).is_err());
}

fn threads(hsm: &SoftHsm) {
    let signer = signer_of(hsm, &Pair::default());

    let all = std::thread::scope(|scope| {
        let sign = |thread: u8| {
            let signer = &signer;
            scope.spawn(move || (0..16).all(|turn| verifies(signer, &[thread, turn])))
        };
        let running: Vec<_> = (0..4).map(sign).collect();
        running.into_iter().all(|thread| thread.join().unwrap())
    });

    assert!(all);
}

fn two_signers(hsm: &SoftHsm) {
    let pair = |label, id| Pair {
        label,
        id,
        public_id: id,
        ..Pair::default()
    };
    hsm.make(&pair("first", b"1"));
    hsm.make(&pair("second", b"2"));

    let token = hsm.open(PIN).unwrap();
    let (first, second) = (token.signer("first").unwrap(), token.signer("second").unwrap());

    assert!(first.public_key() != second.public_key());
    assert!(verifies(&first, b"salut") && verifies(&second, b"salut"));
}

fn wrong_pin(hsm: &SoftHsm) {
    let error = hsm.open("not the PIN").unwrap_err();

    assert_eq!((error.code(), error.retryable()), ("pkcs11_pin", false));
    assert!(hsm.open(PIN).is_ok());
}

fn pin_not_set(hsm: &SoftHsm) {
    hsm.add_token_without_pin("new");

    let error = hsm.open_token("new", PIN).unwrap_err();

    assert_eq!((error.code(), error.retryable()), ("pkcs11_pin_locked", false));
}

fn missing_token(hsm: &SoftHsm) {
    let error = hsm.open_token("another", PIN).unwrap_err();

    assert_eq!((error.code(), error.retryable()), ("pkcs11_token_missing", true));
}

fn two_tokens(hsm: &SoftHsm) {
    hsm.add_token_without_pin(LABEL);

    assert_eq!(hsm.open(PIN).unwrap_err().code(), "pkcs11_token_ambiguous");
}

fn open_once(hsm: &SoftHsm) {
    hsm.make(&Pair::default());
    let token = hsm.open(PIN).unwrap();
    let signer = token.signer(Pair::default().label).unwrap();
    drop::<Arc<Token>>(token);

    let while_open = hsm.open(PIN).unwrap_err();
    drop(signer);

    assert_eq!(while_open.code(), "pkcs11_token_open");
    assert!(hsm.open(PIN).is_ok());
}

fn missing_key(hsm: &SoftHsm) {
    assert_eq!(refusal(hsm), "pkcs11_key_missing");
}

fn two_keys(hsm: &SoftHsm) {
    hsm.make(&Pair::default());
    hsm.make(&Pair {
        id: b"other",
        public_id: b"other",
        ..Pair::default()
    });

    assert_eq!(refusal(hsm), "pkcs11_key_ambiguous");
}

fn other_curve(hsm: &SoftHsm) {
    hsm.make(&Pair {
        curve: P384,
        ..Pair::default()
    });

    assert_eq!(refusal(hsm), "pkcs11_key_curve");
}

fn extractable(hsm: &SoftHsm) {
    hsm.make(&Pair {
        extractable: true,
        ..Pair::default()
    });

    assert_eq!(refusal(hsm), "pkcs11_key_extractable");
}

fn no_public_key(hsm: &SoftHsm) {
    hsm.make(&Pair {
        public_id: b"other",
        ..Pair::default()
    });

    assert_eq!(refusal(hsm), "pkcs11_public_key_missing");
}

fn other_public_key(hsm: &SoftHsm) {
    let id = Pair::default().id;
    hsm.make(&Pair {
        public_id: b"hidden",
        ..Pair::default()
    });
    hsm.make(&Pair {
        label: "other",
        id: b"other",
        public_id: id,
        ..Pair::default()
    });

    assert_eq!(refusal(hsm), "pkcs11_key_mismatch");
}

fn no_identifier(hsm: &SoftHsm) {
    let signer = signer_of(
        hsm,
        &Pair {
            id: b"",
            public_id: b"",
            ..Pair::default()
        },
    );

    assert!(verifies(&signer, b"salut"));
}

fn destroyed(hsm: &SoftHsm) {
    let signer = signer_of(hsm, &Pair::default());
    hsm.destroy(&Attribute::Label(Pair::default().label.into()));

    assert_eq!(signer.sign(b"salut"), Err(CryptoError::Device));
}

fn made_once(hsm: &SoftHsm) {
    let token = hsm.open(PIN).unwrap();

    let made = token.make_signer("made").unwrap();

    // Found again, it has passed the checks of every key: it is confined and fits its public key.
    assert!(made.public_key() == token.signer("made").unwrap().public_key());
    assert!(verifies(&made, b"salut"));
    assert_eq!(
        token.make_signer("made").unwrap_err().code(),
        "pkcs11_key_ambiguous"
    );
}

fn destroy_one(hsm: &SoftHsm) {
    let token = hsm.open(PIN).unwrap();
    token.make_signer("kept").unwrap();
    token.make_signer("ended").unwrap();

    token.destroy("ended").unwrap();
    token.destroy("never there").unwrap();

    assert_eq!(token.signer("ended").unwrap_err().code(), "pkcs11_key_missing");
    assert!(verifies(&token.signer("kept").unwrap(), b"salut"));
    assert_eq!(hsm.count(&Attribute::Label(b"ended".to_vec())), 0);
}
