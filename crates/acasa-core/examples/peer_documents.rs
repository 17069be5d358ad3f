//! Makes, in an empty folder, one of each thing that libraries of other houses are to verify:
//! `cargo run -p acasa-core --example peer_documents -- FOLDER` (used by `tests/peers/run.py`).
//!
//! The authority, the keys and the person are drawn or invented afresh at each run.

use acasa_credentials::Value;
use acasa_credentials::challenge::{Asked, Challenge, Question};
use acasa_credentials::issue::{
    CertificateDetails, CertificateUse, Issuance, issue_mdoc, make_certificate, make_root, whole_days,
};
use acasa_credentials::mdoc::{
    Elements, IssuerSigned, Selection, SessionTranscript, encode_full_date, present, select,
};
use acasa_credentials::proof::{Showing, make_proof};
use acasa_credentials::sd_jwt::{ClaimPath, KeyBindingRequest, SdJwtIssuance, UnverifiedSdJwt, make_sd_jwt};
use acasa_credentials::trust::Certificate;
use acasa_crypto::{Signer as _, SigningKey};
use data_encoding::BASE64;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Map, json};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

const DOC_TYPE: &str = "org.iso.18013.5.1.mDL";
const NAMESPACE: &str = "org.iso.18013.5.1";
const SHOWN: Selection<'_> = &[(
    NAMESPACE,
    &[
        "family_name",
        "birth_date",
        "age_over_18",
        "portrait",
        "driving_privileges",
    ],
)];
/// What the verifier of the SD-JWT said to the holder; `tests/peers/run.py` says the same.
const BINDING: KeyBindingRequest<'_> = KeyBindingRequest {
    audience: "https://verifier.example",
    nonce: "XZOUco1u_gEPknxS78sWWg",
    issued_at: 0,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let folder = std::env::args_os().nth(1).ok_or("usage: peer_documents FOLDER")?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    let authority = Authority::make()?;
    fs::write(folder.join("root.pem"), pem(&authority.root))?;
    fs::write(folder.join("signer.pem"), pem(&authority.signer))?;
    write_mdoc(&folder, &authority)?;
    write_sd_jwt(&folder, &authority)
}

/// A root and a document signer under it.
struct Authority {
    root: Certificate,
    signer: Certificate,
    key: SigningKey,
}

impl Authority {
    fn make() -> Outcome<Self> {
        let (root_key, key) = (SigningKey::make_random()?, SigningKey::make_random()?);
        let now = Timestamp::now();
        let details = |common_name, days: i64| -> Outcome<CertificateDetails<'static>> {
            Ok(CertificateDetails {
                common_name,
                country: "MD",
                not_before: now.checked_sub(48.hours())?,
                not_after: now.checked_add((24 * days).hours())?,
                contact_uri: "https://authority.example",
                crl_uri: "https://authority.example/crl",
            })
        };
        let root = make_root(&details("Acasa Peer Test IACA", 3000)?, &root_key)?;
        let root = Certificate::from_der(&root)?;
        let signer = make_certificate(
            CertificateUse::DocumentSigner,
            &details("Acasa Peer Test Document Signer", 90)?,
            &key.public_key(),
            &root,
            &root_key,
        )?;
        Ok(Self {
            root,
            signer: Certificate::from_der(&signer)?,
            key,
        })
    }
}

/// The whole document, a proof of each kind, and an answer in a session of OpenID4VP.
fn write_mdoc(folder: &Path, authority: &Authority) -> Outcome<()> {
    let device = SigningKey::make_random()?;
    let namespaces = elements()?;
    let issuance = Issuance {
        doc_type: DOC_TYPE,
        namespaces: &namespaces,
        device_key: &device.public_key(),
        validity: whole_days(Timestamp::now(), 30)?,
        status: None,
    };
    let chain = [authority.signer.as_der().to_vec()];
    let issued = issue_mdoc(&issuance, &authority.key, &chain)?;
    fs::write(folder.join("issuer_signed.cbor"), &issued)?;
    let document = IssuerSigned::from_slice(&issued)?;

    let challenge = Challenge::make(&Question {
        verifier: Some("Peer".to_owned()),
        asked: vec![Asked {
            element: "age_over_18".to_owned(),
            retain: false,
        }],
        purpose: None,
    })?;
    fs::write(folder.join("challenge.txt"), challenge.to_text())?;
    for (name, challenge) in [("proof.txt", None), ("proof-answering.txt", Some(&challenge))] {
        let showing = Showing {
            document: &document,
            selection: SHOWN,
            time: Timestamp::now(),
            challenge,
        };
        fs::write(folder.join(name), make_proof(showing, &device)?)?;
    }

    let transcript = SessionTranscript::for_openid4vp(
        "x509_san_dns:verifier.example",
        "nonce",
        None,
        "https://verifier.example/answer",
    );
    let shown = select(&document, SHOWN, None)?;
    let response = present(&shown, DOC_TYPE, &transcript, &device)?;
    fs::write(folder.join("transcript.cbor"), transcript.as_bytes())?;
    fs::write(folder.join("response.cbor"), response)?;
    Ok(())
}

/// Elements of every CBOR type that documents have.
fn elements() -> Outcome<Elements> {
    let text = |name: &str, value: &str| (name.to_owned(), Value::from(value));
    let date = |year, month, day| -> Outcome<Value> {
        Ok(encode_full_date(jiff::civil::Date::new(year, month, day)?))
    };
    let privilege = Value::Map(vec![
        (Value::from("vehicle_category_code"), Value::from("B")),
        (Value::from("issue_date"), date(2019, 3, 1)?),
    ]);
    let elements = vec![
        text("family_name", "Țurcanu"),
        text("given_name", "Ștefania"),
        ("birth_date".to_owned(), date(1991, 2, 28)?),
        ("age_over_18".to_owned(), Value::Bool(true)),
        ("height".to_owned(), Value::from(171)),
        text("document_number", "130000001"),
        ("portrait".to_owned(), Value::Bytes((0..=255).collect())),
        ("driving_privileges".to_owned(), Value::Array(vec![privilege])),
    ];
    Ok(vec![(NAMESPACE.to_owned(), elements)])
}

/// A credential as issued, and a presentation of some of it with key binding.
fn write_sd_jwt(folder: &Path, authority: &Authority) -> Outcome<()> {
    let holder = SigningKey::make_random()?;
    let now = Timestamp::now().as_second();
    let claims = json!({
        "iss": "https://authority.example",
        "vct": "urn:eudi:pid:1",
        "iat": now,
        "exp": now + 86_400,
        "family_name": "Țurcanu",
        "given_name": "Ștefania",
        "nationalities": ["MD", "RO"],
        "address": { "locality": "Bălți", "country": "MD" },
    });
    let path = |names: &[&str]| ClaimPath::of_names(names.iter().copied());
    let concealed = [
        path(&["family_name"]),
        path(&["given_name"]),
        path(&["nationalities"]),
        path(&["address"]),
        path(&["address", "locality"]),
    ];
    let x5c = json!([BASE64.encode(authority.signer.as_der())]);
    let issuance = SdJwtIssuance {
        claims: claims.as_object().cloned().unwrap_or_default(),
        concealed: &concealed,
        holder: Some(&holder.to_jwk()),
        header: Map::from_iter([("x5c".to_owned(), x5c)]),
    };
    let issued = make_sd_jwt(&authority.key, issuance)?;
    let binding = KeyBindingRequest {
        issued_at: now,
        ..BINDING
    };
    let presented = UnverifiedSdJwt::parse(&issued)?.present(
        &[path(&["family_name"]), path(&["address", "locality"])],
        Some((&holder, binding)),
    )?;
    fs::write(folder.join("issued.sd-jwt"), issued)?;
    fs::write(folder.join("presented.sd-jwt"), presented)?;
    Ok(())
}

fn pem(certificate: &Certificate) -> String {
    let body = BASE64.encode(certificate.as_der());
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}
