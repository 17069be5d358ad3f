//! Writes the seeds: small inputs that every target starts from, made here with a key worth nothing
//! (`cargo run --example seeds` in this folder). libFuzzer finds the way to the rest by itself.

use acasa_credentials::Value;
use acasa_credentials::cbor;
use acasa_credentials::challenge::{Asked, Challenge, Question};
use acasa_credentials::issue::{
    CertificateDetails, CertificateUse, Issuance, issue_mdoc, make_certificate, make_root, whole_days,
};
use acasa_credentials::mdoc::{Elements, IssuerSigned, SessionTranscript, StatusMechanism, present, select};
use acasa_credentials::proof::{Showing, decode_text, make_proof};
use acasa_credentials::sd_jwt::{ClaimPath, SdJwtIssuance, make_sd_jwt};
use acasa_credentials::status::{Status, StatusListBuilder, StatusListTerms, StatusSize};
use acasa_credentials::trust::{Certificate, Scope, TrustEntry, sign_trust_list};
use acasa_crypto::{Algorithm, CryptoError, Signer, VerifyingKey, base64url};
use acasa_fuzz::{at, signing_key};
use acasa_qr::moving::Encoder;
use acasa_qr::{Level, Matrix, Payload};
use image::{DynamicImage, ImageFormat, load_from_memory};
use serde_json::{Value as Json, json};
use std::error::Error;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::Mutex;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const DOC_TYPE: &str = "md.gov.wallet.pid.1";
const NAMESPACE: &str = "md.gov.wallet";

/// One input for each grammar a code may follow.
const CODES: &[(&str, &str)] = &[
    ("link", "https://xn--mpay-gov-x2a.md:8443/a/../b?x=1#y"),
    ("text", "Salut, lume \u{202e}!"),
    (
        "contact",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Popescu;Ana;;;\r\nFN:Ana Popescu\r\nTEL;TYPE=CELL:+37369000000\r\nADR:;;Str. A 1;Chisinau;;2001;MD\r\nEND:VCARD\r\n",
    ),
    ("mecard", "MECARD:N:Popescu,Ana;TEL:069000000;EMAIL:a@b.md;;"),
    (
        "event",
        "BEGIN:VEVENT\r\nSUMMARY:Alegeri\r\nDTSTART;TZID=Europe/Chisinau:20261121T080000\r\nDTEND:20261121T190000Z\r\nLOCATION:Scoala\\, sala 1\r\nEND:VEVENT\r\n",
    ),
    ("wifi", "WIFI:T:WPA;S:a\\;b;P:\"pass\";H:true;;"),
    (
        "epc",
        "BCD\n002\n1\nSCT\nAGRNMD2X\nExemplu SRL\nMD24AG000225100013104168\nEUR12.30\n\nRF18539007547034\n\n",
    ),
    (
        "swiss",
        "SPC\r\n0200\r\n1\r\nCH4431999123000889012\r\nS\r\nRobert Schneider AG\r\nRue du Lac\r\n1268\r\n2501\r\nBiel\r\nCH\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n1949.75\r\nCHF\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nQRR\r\n210000000003139471430009017\r\n\r\nEPD\r\n",
    ),
    (
        "emvco",
        "00020101021226180014md.example.mia52040000530349854041.005802MD5904Test6008Chisinau6304ABCD",
    ),
    (
        "openid4vci",
        "openid-credential-offer://?credential_offer=%7B%22credential_issuer%22%3A%22https%3A%2F%2Fa.md%22%2C%22credential_configuration_ids%22%3A%5B%22x%22%5D%7D",
    ),
    (
        "openid4vp",
        "openid4vp://?client_id=x509_san_dns%3Aa.md&request_uri=https%3A%2F%2Fa.md%2Fr&response_type=vp_token&nonce=n",
    ),
    ("mpay", "https://mpay.gov.md/service/pay?invoice=123456789"),
    ("hcert", "HC1:6BFOXN%TSMAHN-H"),
];

fn main() -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let write = |target: &str, name: &str, bytes: &[u8]| -> Outcome {
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join(name), bytes)?)
    };
    for (name, text) in CODES {
        write("codes", name, text.as_bytes())?;
    }
    json_and_jose(&write)?;
    documents(&write)?;
    sd_jwt(&write)?;
    status_lists(&write)?;
    pictures(&write)?;
    syncing(&write)?;
    signer(&write)?;
    from_examples(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/smart-qr-examples.json"),
        &write,
    )
}

type Write<'a> = &'a dyn Fn(&str, &str, &[u8]) -> Outcome;

fn from_examples(file: &Path, write: Write<'_>) -> Outcome {
    let examples: Json = serde_json::from_slice(&fs::read(file)?)?;
    for (target, member) in [
        ("proof", "proof"),
        ("proof", "proof_answering_challenge"),
        ("challenge", "challenge"),
    ] {
        let text = examples[member].as_str().ok_or("a member is missing")?;
        write(target, member, text.as_bytes())?;
        write("codes", member, text.as_bytes())?;
        if target == "proof" {
            write(target, &format!("{member}.cbor"), &decode_text(text)?)?;
        }
    }
    let signer = examples["document_signer"].as_str().ok_or("no signer")?;
    write("certificate", "document_signer.der", &hex::decode(signer)?)
}

fn json_and_jose(write: Write<'_>) -> Outcome {
    let key = signing_key().public_key();
    let rsa = json!({"kty": "RSA", "n": base64url::encode(&[0xC5; 256]), "e": "AQAB", "alg": "PS256"});
    let query = json!({"credentials": [{
        "id": "pid", "format": "mso_mdoc", "meta": {"doctype_value": DOC_TYPE},
        "claims": [{"id": "a", "path": [NAMESPACE, "age_over_18"], "values": [true]}],
        "claim_sets": [["a"]],
    }], "credential_sets": [{"options": [["pid"]], "required": false}]});
    write("json", "jwk_ec", serde_json::to_string(&key.to_jwk())?.as_bytes())?;
    write("json", "jwk_rsa", rsa.to_string().as_bytes())?;
    write("json", "dcql", query.to_string().as_bytes())?;
    write("json", "status", br#"{"idx":7,"uri":"https://status.example/1"}"#)?;
    write(
        "json",
        "numbers",
        br#"[-0.0, 1e400, 9007199254740993, "\ud83d\ude00", {"a":{"a":null}}]"#,
    )?;
    let header = json!({"typ": "JWT", "alg": "ES256", "kid": "1", "jwk": key.to_jwk(), "x5c": ["MIIB"]});
    let claims = json!({"iss": "https://a.md", "exp": 1_795_262_400});
    write("jose", "plain", format!("{header}\n{claims}").as_bytes())?;
    write("jose", "none", b"{\"alg\":\"none\"}\n{}")?;
    write("certificate", "key.spki", &key.to_spki_der()?)?;
    let jwks = json!({"keys": [key.to_jwk(), rsa]});
    write("certificate", "keys.jwks", jwks.to_string().as_bytes())
}

/// Intents as a device writes them, and what comes back.
fn syncing(write: Write<'_>) -> Outcome {
    let person = "urn:md:idnp:2999000000003";
    let intent = |number: u8, name: &str, arguments: Json| {
        let id = format!("01890000-0000-7000-8000-0000000000{number:02x}");
        json!({ "id": id, "name": name, "arguments": arguments, "actor": person, "principal": person,
                "madeAt": "2026-11-22T10:00:00Z" })
    };
    let mut late = intent(1, "preference.set", json!({ "key": "sms", "value": false }));
    late["notAfter"] = json!("2026-11-22T10:00:00Z");
    late["dependsOn"] = json!(["01890000-0000-7000-8000-000000000002"]);
    let language = intent(2, "preference.set", json!({ "key": "language", "value": "ru" }));
    let mark = intent(
        3,
        "notice.mark",
        json!({ "notices": ["01890000-0000-7000-8000-0000000000aa"], "read": true, "pinned": false }),
    );
    let topic = intent(4, "topic.set", json!({ "topic": "fines", "announce": false }));
    let lines = [&late, &language, &mark, &topic].map(Json::to_string).join("\n");
    write("batch", "lines", lines.as_bytes())?;
    let batch = json!({ "batch": "e30.e30.e30", "intents": [language.to_string()] });
    write("batch", "unsigned", batch.to_string().as_bytes())?;
    let record = json!({ "kind": "preference", "id": "sms", "version": 7, "content": { "key": "sms", "value": false } });
    let page = json!({ "version": 7, "complete": false, "began": 3, "records": [record] });
    let digest = "ab".repeat(32);
    let answer = json!({ "number": 1, "outcomes": [
        { "intent": late["id"], "digest": digest, "outcome": "applied", "version": 7, "records": [record] },
        { "intent": mark["id"], "digest": digest, "outcome": "refused", "code": "notice_unknown", "reason": { "ro": "Nu" } },
        { "intent": topic["id"], "digest": digest, "outcome": "superseded", "by": language["id"] },
    ] });
    let notice = json!({ "sentAt": "2026-11-22T08:00:00Z", "source": { "ro": "Poliția" }, "topic": "fines",
        "priority": "high", "subject": { "ro": "Amendă", "ru": "Штраф" },
        "body": { "ro": [{ "runs": [{ "text": "Supra", "strong": true }] }] } });
    for (name, seed) in [
        ("intent", &late),
        ("batch", &batch),
        ("page", &page),
        ("answer", &answer),
        ("notice", &notice),
    ] {
        write("sync", name, seed.to_string().as_bytes())?;
    }
    write("sync", "mark", mark["arguments"].to_string().as_bytes())
}

/// Keeps what it was given to sign.
struct Recorder(Mutex<Vec<u8>>);

impl Signer for Recorder {
    fn algorithm(&self) -> Algorithm {
        signing_key().algorithm()
    }

    fn public_key(&self) -> VerifyingKey {
        signing_key().public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        *self.0.lock().map_err(|_| CryptoError::Device)? = message.to_vec();
        signing_key().sign(message)
    }
}

/// What each key of the state signs, and a request for it.
fn signer(write: Write<'_>) -> Outcome {
    let recorder = Recorder(Mutex::default());
    let last = || {
        recorder
            .0
            .lock()
            .map(|message| message.clone())
            .map_err(|_| "a panic")
    };
    let key = recorder.public_key();
    let (holder, day) = (key.to_jwk(), whole_days(at(), 180)?);
    let elements: Elements = vec![(
        NAMESPACE.to_owned(),
        vec![("age_over_18".to_owned(), Value::Bool(true))],
    )];
    let status = "https://gateway.example/status/3".to_owned();
    let issuance = Issuance {
        doc_type: DOC_TYPE,
        namespaces: &elements,
        device_key: &key,
        validity: day,
        status: Some(StatusMechanism::StatusList {
            index: 5,
            uri: status.clone(),
        }),
    };
    issue_mdoc(&issuance, &recorder, &[vec![1]])?;
    let message = last()?;
    write("signer", "mdoc", &message)?;
    let request = json!({ "sign": {
        "role": "asp", "certificate": base64url::encode(&[1; 32]), "message": base64url::encode(&message),
    } });
    write("signer", "request", request.to_string().as_bytes())?;

    let begun = at() - jiff::SignedDuration::from_hours(48);
    let lasting = |days: i64| CertificateDetails {
        common_name: "A",
        country: "MD",
        not_before: begun,
        not_after: begun + jiff::SignedDuration::from_hours(24 * days),
        contact_uri: "https://gateway.example",
        crl_uri: "https://gateway.example/crl",
    };
    let root = Certificate::from_der(&make_root(&lasting(3650), &recorder)?)?;
    write("signer", "root", &last()?)?;
    make_certificate(
        CertificateUse::DocumentSigner,
        &lasting(450),
        &key,
        &root,
        &recorder,
    )?;
    write("signer", "certificate", &last()?)?;
    let end = at() + jiff::SignedDuration::from_hours(240);
    sign_trust_list(1, at(), end, &[], None, &recorder)?;
    write("signer", "trust_list", &last()?)?;

    let list = StatusListBuilder::new(StatusSize::One, 1 << 16)?;
    let terms = StatusListTerms {
        subject: &status,
        issued_at: at().as_second(),
        expires_at: at().as_second() + 7 * 86_400,
        time_to_live: 43_200,
        certificates: &[],
    };
    list.sign_cwt(terms, &recorder)?;
    write("signer", "status_list", &last()?)?;

    let claims = json!({
        "iss": "https://gateway.example", "vct": "urn:eudi:pid:1",
        "iat": day.signed.as_second(), "nbf": day.valid_from.as_second(), "exp": day.valid_until.as_second(),
        "status": { "status_list": { "idx": 1, "uri": status } }, "family_name": "Ana",
    });
    let chain = base64url::encode(root.as_der())
        .replace('-', "+")
        .replace('_', "/");
    let padding = "=".repeat((4 - chain.len() % 4) % 4);
    let header = json!({ "x5c": [chain + &padding] });
    let issuance = SdJwtIssuance {
        claims: claims.as_object().cloned().ok_or("not an object")?,
        concealed: &[ClaimPath::of_names(["family_name"])],
        holder: Some(&holder),
        header: header.as_object().cloned().ok_or("not an object")?,
    };
    make_sd_jwt(&recorder, issuance)?;
    write("signer", "sd_jwt", &last()?)
}

fn details(common_name: &'static str, not_after: &str) -> Outcome<CertificateDetails<'static>> {
    Ok(CertificateDetails {
        common_name,
        country: "MD",
        not_before: "2026-01-01T00:00:00Z".parse()?,
        not_after: not_after.parse()?,
        contact_uri: "https://authority.example",
        crl_uri: "https://authority.example/crl",
    })
}

fn documents(write: Write<'_>) -> Outcome {
    let key = signing_key();
    let device_key = key.public_key();
    let root = Certificate::from_der(&make_root(&details("Root", "2035-01-01T00:00:00Z")?, key)?)?;
    let signer = details("Signer", "2027-01-01T00:00:00Z")?;
    let signer = make_certificate(CertificateUse::DocumentSigner, &signer, &device_key, &root, key)?;
    write("certificate", "root.der", root.as_der())?;
    let pem = signer_pem(&signer);
    write("certificate", "signer.pem", pem.as_bytes())?;

    let text = |name: &str, value: &str| (name.to_owned(), Value::from(value));
    let elements: Elements = vec![(
        NAMESPACE.to_owned(),
        vec![
            text("family_name", "Popescu"),
            ("age_over_18".to_owned(), Value::Bool(true)),
            ("portrait".to_owned(), Value::Bytes(vec![0xFF, 0xD8])),
        ],
    )];
    let issuance = Issuance {
        doc_type: DOC_TYPE,
        namespaces: &elements,
        device_key: &device_key,
        validity: whole_days(at(), 30)?,
        status: None,
    };
    let bytes = issue_mdoc(&issuance, key, &[signer])?;
    write("mdoc", "issuer_signed", &bytes)?;
    let document = IssuerSigned::from_slice(&bytes)?;
    let selection: &[(&str, &[&str])] = &[(NAMESPACE, &["age_over_18"])];
    let transcript = SessionTranscript::for_openid4vp("client", "nonce", None, "https://verifier.example");
    let response = present(&select(&document, selection, None)?, DOC_TYPE, &transcript, key)?;
    write("mdoc", "device_response", &response)?;
    write("mdoc", "transcript", transcript.as_bytes())?;
    write(
        "mdoc",
        "sign1",
        &document.issuer_auth().encode_with_unprotected(&[]),
    )?;
    let items = cbor::encode_text_map(&[
        ("docType", &cbor::encode(&Value::from(DOC_TYPE))),
        (
            "nameSpaces",
            &cbor::encode_text_map(&[(NAMESPACE, &[0xA1, 0x61, b'a', 0xF4])]),
        ),
    ]);
    let request = cbor::encode_text_map(&[("itemsRequest", &cbor::wrap_encoded(&items))]);
    let request = cbor::encode_text_map(&[
        ("version", &cbor::encode(&Value::from("1.0"))),
        ("docRequests", &cbor::encode_array(&[&request])),
    ]);
    write("mdoc", "device_request", &request)?;

    let question = Question {
        verifier: Some("Magazin".to_owned()),
        asked: vec![Asked {
            element: "age_over_18".to_owned(),
            retain: true,
        }],
        purpose: Some("Vânzare".to_owned()),
    };
    let challenge = Challenge::make_signed(&question, key, &root)?;
    write("challenge", "signed", challenge.to_text().as_bytes())?;
    let showing = Showing {
        document: &document,
        selection,
        time: at(),
        challenge: Some(&challenge),
    };
    let proof = make_proof(showing, key)?;
    write("proof", "fresh.cbor", &decode_text(&proof)?)?;
    moving(&proof, write)?;

    let scope = Scope {
        doc_types: Some(vec![DOC_TYPE.to_owned()]),
        ..Scope::everything()
    };
    let entry = TrustEntry {
        is_root: true,
        certificate: root,
        scope,
    };
    let end = at() + jiff::SignedDuration::from_hours(240);
    let list = sign_trust_list(2, at(), end, &[entry], None, key)?;
    write("trust_list", "signed", &list)?;
    let signed = acasa_credentials::cose::Sign1::from_slice(&list)?;
    write("trust_list", "payload", signed.payload().ok_or("detached")?)
}

fn signer_pem(der: &[u8]) -> String {
    let base64 = base64url::encode(der).replace('-', "+").replace('_', "/");
    let padding = "=".repeat((4 - base64.len() % 4) % 4);
    format!("-----BEGIN CERTIFICATE-----\n{base64}{padding}\n-----END CERTIFICATE-----\n")
}

fn moving(proof: &str, write: Write<'_>) -> Outcome {
    let mut encoder = Encoder::with_capacity(proof.as_bytes(), 300)?;
    let frames: Vec<String> = (0..encoder.frames_in_cycle() + 3)
        .map(|_| encoder.next_frame())
        .collect();
    write("moving", "frames", frames[1..].join("\n").as_bytes())?;
    write(
        "moving",
        "payload",
        &[&[20, 0b0101_0010], proof.as_bytes()].concat(),
    )
}

fn sd_jwt(write: Write<'_>) -> Outcome {
    let holder = signing_key().public_key().to_jwk();
    let Json::Object(claims) = json!({
        "iss": "https://a.md", "vct": "urn:a", "exp": 1_800_000_000,
        "name": "Ana", "address": {"city": "Bălți"}, "nationalities": ["MD", "RO"],
        "status": {"status_list": {"idx": 1, "uri": "https://status.example/1"}},
    }) else {
        return Err("not an object".into());
    };
    let concealed = [
        ClaimPath::of_names(["name"]),
        ClaimPath::of_names(["address", "city"]),
    ];
    let issuance = SdJwtIssuance {
        claims,
        concealed: &concealed,
        holder: Some(&holder),
        header: serde_json::Map::new(),
    };
    let token = make_sd_jwt(signing_key(), issuance)?;
    write("sd_jwt", "issued", token.as_bytes())?;
    let mut parts = token.split('~');
    let jwt: Vec<&str> = parts.next().unwrap_or_default().split('.').collect();
    let disclosures: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let flattened = json!({
        "protected": jwt.first(), "payload": jwt.get(1), "signature": jwt.get(2),
        "header": {"disclosures": disclosures},
    });
    write("sd_jwt", "flattened", flattened.to_string().as_bytes())?;
    let plain = "{\"vct\":\"a\",\"_sd_alg\":\"sha-256\",\"_sd\":[\"#1\"],\"list\":[{\"...\":\"#0\"},1],\"cnf\":{}}\n\
                 [\"salt\",{\"x\":1}]\n[\"salt\",\"name\",{\"_sd\":[\"#0\"]}]";
    write("sd_jwt", "plain", plain.as_bytes())
}

fn status_lists(write: Write<'_>) -> Outcome {
    let terms = StatusListTerms {
        subject: "https://status.example/1",
        issued_at: at().as_second(),
        expires_at: at().as_second() + 86_400,
        time_to_live: 3600,
        certificates: &[],
    };
    let mut list = StatusListBuilder::new(StatusSize::from_bits(2)?, 64)?;
    list.set(7, Status::Invalid)?;
    let token = list.sign_jwt(terms, signing_key())?;
    write("status_list", "jwt", token.as_bytes())?;
    let claims = token.split('.').nth(1).ok_or("no claims")?;
    write("status_list", "claims.json", &base64url::decode(claims)?)?;
    let token = list.sign_cwt(terms, signing_key())?;
    write("status_list", "cwt", &token)?;
    let item = cbor::read(&token)?;
    let signed = acasa_credentials::cose::Sign1::read(item.tagged(61).unwrap_or(&item))?;
    write("status_list", "claims.cbor", signed.payload().ok_or("detached")?)
}

fn pictures(write: Write<'_>) -> Outcome {
    for (name, text, level) in [
        ("small", "A1", Level::High),
        ("link", "https://example.md/", Level::Low),
        (
            "large",
            "WIFI:T:WPA;S:Acasa;P:parola de test;;WIFI:T:WPA;S:Acasa;P:parola;;",
            Level::Medium,
        ),
    ] {
        let matrix = Matrix::make(&Payload::Text(text), level, 10)?;
        write("modules", name, &bits(&matrix))?;
        let png = matrix.to_png(2)?;
        write("picture", &format!("{name}.png"), &png)?;
        if name == "small" {
            let picture = DynamicImage::ImageRgb8(load_from_memory(&png)?.into_rgb8());
            for (ending, format) in [
                ("jpg", ImageFormat::Jpeg),
                ("webp", ImageFormat::WebP),
                ("gif", ImageFormat::Gif),
            ] {
                let mut bytes = Cursor::new(Vec::new());
                picture.write_to(&mut bytes, format)?;
                write("picture", &format!("{name}.{ending}"), bytes.get_ref())?;
            }
        }
    }
    Ok(())
}

/// The modules, row by row, eight to a byte.
fn bits(matrix: &Matrix) -> Vec<u8> {
    let side = matrix.size();
    let modules: Vec<bool> = (0..side)
        .flat_map(|y| (0..side).map(move |x| (x, y)))
        .map(|(x, y)| matrix.is_dark(x, y))
        .collect();
    let byte = |eight: &[bool]| {
        eight
            .iter()
            .enumerate()
            .fold(0, |byte, (at, dark)| byte | u8::from(*dark) << (7 - at))
    };
    modules.chunks(8).map(byte).collect()
}
