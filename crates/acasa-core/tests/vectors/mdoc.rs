//! Vectors: mdoc. ISO/IEC 18013-5 Annex D, definitions of isomdl, transcripts of OpenID4VP.

use acasa_core::verify::{Options, Report, StatusBook, to_json, verify};
use acasa_credentials::Value as Cbor;
use acasa_credentials::cbor::{self, Item};
use acasa_credentials::cose::{Mac0, Sign1};
use acasa_credentials::mdoc::{
    DeviceRequest, DeviceResponse, IssuerSigned, ItemsRequest, MobileSecurityObject, SessionTranscript,
    read_key,
};
use acasa_credentials::trust::{Certificate, TrustStore, load_anchors};
use acasa_credentials::verdict::{CheckName, Verdict};
use acasa_crypto::digest::sha256;
use acasa_crypto::{EcdhKey, Jwk, Signer as _, SigningKey, VerifyingKey, aead, base64url, hkdf};
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

type Outcome = Result<(), Failed>;
type Case = (&'static str, fn(&Path) -> Outcome);
/// SKReader, SKDevice and the shared secret.
type SessionKeys = (Vec<u8>, Vec<u8>, Vec<u8>);

/// Inside the validity of the published certificates.
const AT: &str = "2020-12-01T00:00:00Z";
const ANNEX_D: &str = "iso18013-5-annex-d";

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    let root = root.join("mdoc");
    let mut trials: Vec<Trial> = files(&root)
        .into_iter()
        .map(|path| round_trip(&root, path))
        .collect();
    let cases: [Case; 14] = [
        ("annex_d/device_response_is_as_expected", device_response),
        (
            "annex_d/device_mac_needs_the_right_key_and_session",
            device_mac_strict,
        ),
        ("annex_d/session_establishment_decrypts", session_establishment),
        ("annex_d/session_data_decrypts", session_data),
        ("annex_d/session_termination_has_its_status", session_termination),
        ("annex_d/device_engagement_is_as_expected", device_engagement),
        ("annex_d/device_request_is_as_expected", device_request),
        ("annex_d/reader_authentication_verifies", reader_auth),
        ("annex_d/ephemeral_keys_match", ephemeral_keys),
        ("isomdl/issuer_signed_is_as_expected", issuer_signed),
        ("isomdl/device_response_parses", isomdl_device_response),
        ("isomdl/cose_sign1_verifies", isomdl_sign1),
        ("isomdl/cose_mac0_verifies", isomdl_mac0),
        ("openid4vp/session_transcripts", openid4vp_transcripts),
    ];
    trials.extend(cases.into_iter().map(|(name, case)| {
        let root = root.clone();
        Trial::test(format!("mdoc/{name}"), move || case(&root))
    }));
    trials
}

fn files(root: &Path) -> Vec<PathBuf> {
    let folders = ["", ANNEX_D, "iso18013-5-annex-d/pieces", "isomdl"];
    let mut files: Vec<PathBuf> = folders
        .iter()
        .filter_map(|folder| fs::read_dir(root.join(folder)).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "hex" || extension == "txt")
        })
        .collect();
    files.sort();
    files
}

/// Every published item that is CBOR is read and encoded to the same bytes; the rest are keys,
/// certificates and hashes.
fn round_trip(root: &Path, path: PathBuf) -> Trial {
    let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
    Trial::test(format!("mdoc/round_trip/{name}"), move || {
        let bytes = read(&path)?;
        let is_plain = [
            "portrait-data",
            "key-d",
            "key-x",
            "key-y",
            "cert",
            "secret",
            "shared",
            "e_device_key",
            "reader_session",
        ];
        if is_plain.iter().any(|part| name.contains(part)) && !name.contains("e-device-key-bytes") {
            return plain(&name, &bytes);
        }
        let item = cbor::read(&bytes).map_err(|error| format!("{error}"))?;
        // One piece has a map length longer than needed: no value remembers that, the item does.
        if name.ends_with("device-retrieval-method.hex") {
            same(item.raw(), &bytes, "kept")?;
        } else {
            same(&cbor::encode(&item.to_value()), &bytes, "re-encoded")?;
        }
        typed(&name, &bytes)
    })
}

/// What is not CBOR: scalars and coordinates of 32 bytes, certificates, and one COSE_Key.
fn plain(name: &str, bytes: &[u8]) -> Outcome {
    if name.contains("cert") {
        return same(
            Certificate::from_der(bytes)
                .map_err(|error| error.to_string())?
                .as_der(),
            bytes,
            "certificate",
        );
    }
    if name.contains("portrait-data") {
        return portrait(bytes);
    }
    if name.contains("cose-mac0-secret") {
        return cbor::read(bytes)
            .map(|_| ())
            .map_err(|error| error.to_string().into());
    }
    if bytes.len() == 32 {
        Ok(())
    } else {
        Err(format!("{} bytes", bytes.len()).into())
    }
}

/// The portrait on its own is the one `expected.json` names by its hash.
fn portrait(bytes: &[u8]) -> Outcome {
    let wanted = json!("599396d91b71ac7d625d5784b28d10310af9c520442499adfa8b0edf949d75c5");
    equal(&json!(hex::encode(sha256(bytes))), &wanted)
}

/// The types keep the bytes they read.
fn typed(name: &str, bytes: &[u8]) -> Outcome {
    let refused = |error: acasa_credentials::mdoc::MdocError| Failed::from(error.to_string());
    match name.rsplit('/').next().unwrap_or_default() {
        "device-response.hex" | "device_response.hex" if !name.contains("pieces") => {
            let response = DeviceResponse::from_slice(bytes).map_err(refused)?;
            same(response.raw(), bytes, "DeviceResponse")
        }
        "issuer_signed.hex" => same(
            IssuerSigned::from_slice(bytes).map_err(refused)?.raw(),
            bytes,
            "IssuerSigned",
        ),
        "device-request.hex" if !name.contains("pieces") => {
            DeviceRequest::from_slice(bytes).map(|_| ()).map_err(refused)
        }
        "items-request.hex" => {
            let wrapped = cbor::read(bytes).map_err(|error| error.to_string())?;
            let content = wrapped.encoded().map_or(bytes.to_vec(), <[u8]>::to_vec);
            ItemsRequest::from_slice(&content).map(|_| ()).map_err(refused)
        }
        "mobile-security-object.hex" => {
            let item = cbor::read(bytes).map_err(|error| error.to_string())?;
            let payload = if item.encoded().is_some() {
                bytes.to_vec()
            } else {
                cbor::wrap_encoded(bytes)
            };
            MobileSecurityObject::from_payload(&payload)
                .map(|_| ())
                .map_err(refused)
        }
        "session-transcript-bytes.hex" | "session-session_transcript.hex" => {
            let transcript = SessionTranscript::from_slice(bytes).map_err(refused)?;
            same(&transcript.to_encoded(), bytes, "SessionTranscriptBytes")
        }
        "cose_key-ec_p256.hex" | "e-device-key.hex" => {
            let item = cbor::read(bytes).map_err(|error| error.to_string())?;
            if item.encoded().is_some() {
                Ok(())
            } else {
                read_key(&item).map(|_| ()).map_err(refused)
            }
        }
        _ => Ok(()),
    }
}

fn device_response(root: &Path) -> Outcome {
    let report = verify_annex_d(
        root,
        &annex_key(root, "ephemeral-reader-key")?,
        "session-transcript-bytes.hex",
    )?;
    let expected = expected(root, "iso18013-5-annex-d/device-response.hex")?;
    let document = report.documents.first().ok_or("no document")?;
    if report.verdict() != Verdict::Valid {
        return Err(format!("{:?}", document.checks).into());
    }
    let response =
        DeviceResponse::from_slice(&annex(root, "device-response.hex")?).map_err(|e| e.to_string())?;
    let signed = response.documents().first().ok_or("no document")?.issuer_signed();
    issued_as_expected(signed, &expected["documents"][0])?;
    if !document.passed(CheckName::DeviceSignature) {
        return Err("device MAC".into());
    }
    equal(&json!(response.status()), &expected["status"])
}

fn device_mac_strict(root: &Path) -> Outcome {
    let wrong = EcdhKey::from_scalar(&[1; 32]).map_err(|error| error.to_string())?;
    if verify_annex_d(root, &wrong, "session-transcript-bytes.hex")?.verdict() != Verdict::Invalid {
        return Err("another reader's key was accepted".into());
    }
    let bytes = annex(root, "device-response.hex")?;
    let trust = trust(root)?;
    let key = annex_key(root, "ephemeral-reader-key")?;
    let other = SessionTranscript::from_handover("Other", b"session");
    let book = StatusBook::default();
    let options = Options {
        trust: Some(&trust),
        transcript: Some(&other),
        reader_key: Some(&key),
        ..options(&book)?
    };
    if verify(&bytes, &options).verdict() == Verdict::Invalid {
        Ok(())
    } else {
        Err("another session was accepted".into())
    }
}

fn verify_annex_d(root: &Path, key: &EcdhKey, transcript: &str) -> Result<Report, Failed> {
    let transcript =
        SessionTranscript::from_slice(&annex(root, transcript)?).map_err(|error| error.to_string())?;
    let trust = trust(root)?;
    let book = StatusBook::default();
    let options = Options {
        trust: Some(&trust),
        transcript: Some(&transcript),
        reader_key: Some(key),
        ..options(&book)?
    };
    Ok(verify(&annex(root, "device-response.hex")?, &options))
}

fn options(book: &StatusBook) -> Result<Options<'_>, Failed> {
    Ok(Options::new(AT.parse().map_err(|_| "time")?, book))
}

fn trust(root: &Path) -> Result<TrustStore, Failed> {
    let anchors = load_anchors(&annex(root, "ds-cert.hex")?).map_err(|error| error.to_string())?;
    Ok(TrustStore::new(anchors))
}

fn issuer_signed(root: &Path) -> Outcome {
    let bytes = read(&root.join("isomdl/issuer_signed.hex"))?;
    let document = IssuerSigned::from_slice(&bytes).map_err(|error| error.to_string())?;
    issued_as_expected(&document, &expected(root, "isomdl/issuer_signed.hex")?)?;
    let trust = trust(root)?;
    let book = StatusBook::default();
    let report = verify(
        &bytes,
        &Options {
            trust: Some(&trust),
            ..options(&book)?
        },
    );
    let holder = report.documents.first().map(|document| document.holder.as_str());
    if report.verdict() == Verdict::Valid && holder == Some("unbound") {
        Ok(())
    } else {
        Err(format!("{report:?}").into())
    }
}

/// Certificate, security object, elements and digests as `expected.json` has them.
fn issued_as_expected(document: &IssuerSigned, expected: &Value) -> Outcome {
    let object = document.security_object().map_err(|error| error.to_string())?;
    let chain = document
        .issuer_auth()
        .headers()
        .x5chain()
        .map_err(|error| error.to_string())?;
    let signer =
        Certificate::from_der(chain.first().ok_or("no certificate")?).map_err(|error| error.to_string())?;
    equal(
        &json!({
            "subject": signer.subject(),
            "sha256": hex::encode(signer.sha256()),
            "not_before": signer.not_before().to_string(),
            "not_after": signer.not_after().to_string(),
        }),
        &expected["x5chain"][0],
    )?;
    let validity = object.validity();
    let mso = &expected["mso"];
    equal(&json!(object.doc_type()), &mso["docType"])?;
    equal(
        &json!({
            "signed": validity.signed.to_string(),
            "validFrom": validity.valid_from.to_string(),
            "validUntil": validity.valid_until.to_string(),
        }),
        &mso["validityInfo"],
    )?;
    let counts: serde_json::Map<String, Value> = object
        .digest_counts()
        .map(|(name, count)| (name.to_owned(), json!(count)))
        .collect();
    equal(&Value::Object(counts), &mso["valueDigests_count"])?;
    for (namespace, item) in document.items() {
        equal(
            &summary(item.value()),
            &expected["elements"][namespace][item.identifier()],
        )?;
        let digest = object
            .digest(namespace, item.digest_id())
            .ok_or("digest missing")?;
        same(digest, &object.digest_algorithm().digest(item.raw()), "digest")?;
    }
    document
        .issuer_auth()
        .verify(signer.key(), None, &[])
        .map_err(|error| error.to_string().into())
}

/// Long byte strings as the expectations write them.
fn summary(value: &Cbor) -> Value {
    value.as_bytes().map_or_else(
        || to_json(value),
        |bytes| json!({ "$bytes_len": bytes.len(), "$sha256": hex::encode(sha256(bytes)) }),
    )
}

fn session_establishment(root: &Path) -> Outcome {
    let expected = expected(root, "iso18013-5-annex-d/session-establishment.hex")?;
    let (reader, device, shared) = session_keys(root)?;
    equal(&json!(hex::encode(&shared)), &expected["shared_secret"])?;
    equal(&json!(hex::encode(&reader)), &expected["SKReader"])?;
    equal(&json!(hex::encode(&device)), &expected["SKDevice"])?;
    let plain = open(&reader, 0, &annex(root, "session-establishment.hex")?)?;
    same(&plain, &annex(root, "device-request.hex")?, "request")
}

fn session_data(root: &Path) -> Outcome {
    let (_, device, _) = session_keys(root)?;
    let plain = open(&device, 1, &annex(root, "session-data.hex")?)?;
    same(&plain, &annex(root, "device-response.hex")?, "response")
}

/// SKReader, SKDevice and the shared secret (9.1.1.5).
fn session_keys(root: &Path) -> Result<SessionKeys, Failed> {
    let device = annex_key(root, "ephemeral-device-key")?;
    let reader = annex_key(root, "ephemeral-reader-key")?;
    let shared = reader
        .agree(&device.public_key())
        .map_err(|error| error.to_string())?;
    let salt = sha256(&annex(root, "session-transcript-bytes.hex")?);
    let derive = |info: &[u8]| {
        hkdf::derive_sha256(&salt, shared.expose(), info, 32)
            .map(|key| key.expose().to_vec())
            .map_err(|e| e.to_string())
    };
    Ok((
        derive(b"SKReader")?,
        derive(b"SKDevice")?,
        shared.expose().to_vec(),
    ))
}

/// The first message of either side: the counter is 1 (9.1.1.5).
fn open(key: &[u8], side: u8, message: &[u8]) -> Result<Vec<u8>, Failed> {
    let item = cbor::read(message).map_err(|error| error.to_string())?;
    let data = item.get("data").and_then(Item::as_bytes).ok_or("no data")?;
    let nonce = [0, 0, 0, 0, 0, 0, 0, side, 0, 0, 0, 1];
    let plain = aead::open_with_nonce(key, nonce, &[], data).map_err(|error| error.to_string())?;
    Ok(plain.expose().to_vec())
}

fn session_termination(root: &Path) -> Outcome {
    let bytes = annex(root, "session-termination.hex")?;
    let item = cbor::read(&bytes).map_err(|error| error.to_string())?;
    let expected = expected(root, "iso18013-5-annex-d/session-termination.hex")?;
    equal(
        &json!(item.get("status").and_then(Item::as_u64)),
        &expected["status"],
    )
}

fn device_engagement(root: &Path) -> Outcome {
    let bytes = annex(root, "device-engagement.hex")?;
    let item = cbor::read(&bytes).map_err(|error| error.to_string())?;
    let expected = expected(root, "iso18013-5-annex-d/device-engagement.hex")?;
    equal(&json!(item.get_i64(0).and_then(Item::as_text)), &expected["0"])?;
    let key = item
        .get_i64(1)
        .and_then(Item::as_array)
        .and_then(|security| security.get(1))
        .and_then(Item::encoded);
    let key = key.ok_or("no key")?;
    equal(
        &json!(hex::encode(sha256(key))),
        &expected["1"][1]["value"]["$sha256"],
    )?;
    equal(
        &json!(format!("mdoc:{}", base64url::encode(&bytes))),
        &expected["$qr_text"],
    )
}

fn device_request(root: &Path) -> Outcome {
    let request =
        DeviceRequest::from_slice(&annex(root, "device-request.hex")?).map_err(|e| e.to_string())?;
    let expected = expected(root, "iso18013-5-annex-d/device-request.hex")?;
    let items = request.documents().first().ok_or("no request")?.items();
    equal(&json!(items.doc_type), &expected["itemsRequest"]["docType"])?;
    for (namespace, elements) in &items.namespaces {
        let elements: serde_json::Map<String, Value> = elements
            .iter()
            .map(|(name, retain)| (name.clone(), json!(retain)))
            .collect();
        equal(
            &Value::Object(elements),
            &expected["itemsRequest"]["nameSpaces"][namespace],
        )?;
    }
    Ok(())
}

fn reader_auth(root: &Path) -> Outcome {
    let request =
        DeviceRequest::from_slice(&annex(root, "device-request.hex")?).map_err(|e| e.to_string())?;
    let transcript = SessionTranscript::from_slice(&annex(root, "session-transcript-bytes.hex")?);
    let transcript = transcript.map_err(|error| error.to_string())?;
    let request = request.documents().first().ok_or("no request")?;
    let certificate =
        Certificate::from_der(&annex(root, "reader-cert.hex")?).map_err(|error| error.to_string())?;
    equal(&json!(certificate.subject()), &json!("CN=reader"))?;
    request
        .verify_reader(certificate.key(), &transcript)
        .map_err(|error| error.to_string())?;
    let other = SessionTranscript::from_handover("Other", b"session");
    if request.verify_reader(certificate.key(), &other).is_ok() {
        Err("another session".into())
    } else {
        Ok(())
    }
}

fn ephemeral_keys(root: &Path) -> Outcome {
    for name in [
        "ephemeral-device-key",
        "ephemeral-reader-key",
        "static-device-key",
    ] {
        let public = annex_key(root, name)?.public_key();
        let (_, x, y) = public.coordinates().ok_or("curve")?;
        same(x, &annex(root, &format!("{name}-x.hex"))?, name)?;
        same(y, &annex(root, &format!("{name}-y.hex"))?, name)?;
    }
    Ok(())
}

fn isomdl_device_response(root: &Path) -> Outcome {
    let bytes = read(&root.join("isomdl/device_response.hex"))?;
    let response = DeviceResponse::from_slice(&bytes).map_err(|error| error.to_string())?;
    let document = response.documents().first().ok_or("no document")?;
    equal(&json!(document.doc_type()), &json!("aaa"))?;
    if !response.has_document_errors() || document.issuer_signed().security_object().is_ok() {
        return Err("document errors, and a payload that is no security object".into());
    }
    let book = StatusBook::default();
    let verdict = verify(&bytes, &options(&book)?).verdict();
    if verdict == Verdict::Invalid {
        Ok(())
    } else {
        Err(format!("{verdict}").into())
    }
}

fn isomdl_sign1(root: &Path) -> Outcome {
    let key = SigningKey::from_scalar(&read(&root.join("isomdl/cose-sign1-secret_key.hex"))?);
    let key: VerifyingKey = key.map_err(|error| error.to_string())?.public_key();
    let message = Sign1::from_slice(&read(&root.join("isomdl/cose-sign1-serialized.hex"))?);
    let message = message.map_err(|error| error.to_string())?;
    message
        .verify(&key, None, &[])
        .map_err(|error| error.to_string().into())
}

/// The definition uses the key file's bytes themselves as the HMAC key.
fn isomdl_mac0(root: &Path) -> Outcome {
    let key = read(&root.join("isomdl/cose-mac0-secret_key.hex"))?;
    let message = Mac0::from_slice(&read(&root.join("isomdl/cose-mac0-serialized.hex"))?);
    let message = message.map_err(|error| error.to_string())?;
    message
        .verify(&key, None, &[])
        .map_err(|error| error.to_string())?;
    if message.verify(&[0; 32], None, &[]).is_ok() {
        Err("another key".into())
    } else {
        Ok(())
    }
}

fn openid4vp_transcripts(root: &Path) -> Outcome {
    let cases =
        fs::read(root.join("openid4vp-1.0-session-transcript.json")).map_err(|error| error.to_string())?;
    let cases: Value = serde_json::from_slice(&cases).map_err(|error| error.to_string())?;
    let text = |case: &str, name: &str| cases[case]["input"][name].as_str().unwrap_or_default().to_owned();
    let thumbprint = |case: &str| {
        let jwk = Jwk::from_value(cases[case]["input"]["jwk"].clone()).map_err(|error| error.to_string())?;
        let bytes = base64url::decode(&jwk.thumbprint()).map_err(|error| error.to_string())?;
        <[u8; 32]>::try_from(bytes).map_err(|_| "thumbprint".to_owned())
    };
    let redirects = SessionTranscript::for_openid4vp(
        &text("redirects", "client_id"),
        &text("redirects", "nonce"),
        Some(&thumbprint("redirects")?),
        &text("redirects", "response_uri"),
    );
    equal(
        &json!(hex::encode(redirects.as_bytes())),
        &cases["redirects"]["SessionTranscript"],
    )?;
    let dc_api = SessionTranscript::for_openid4vp_dc_api(
        &text("dc_api", "origin"),
        &text("dc_api", "nonce"),
        Some(&thumbprint("dc_api")?),
    );
    equal(
        &json!(hex::encode(dc_api.as_bytes())),
        &cases["dc_api"]["SessionTranscript"],
    )
}

fn annex(root: &Path, name: &str) -> Result<Vec<u8>, Failed> {
    read(&root.join(ANNEX_D).join(name))
}

fn annex_key(root: &Path, name: &str) -> Result<EcdhKey, Failed> {
    EcdhKey::from_scalar(&annex(root, &format!("{name}-d.hex"))?).map_err(|error| error.to_string().into())
}

fn expected(root: &Path, name: &str) -> Result<Value, Failed> {
    let all = fs::read(root.join("expected.json")).map_err(|error| error.to_string())?;
    let all: Value = serde_json::from_slice(&all).map_err(|error| error.to_string())?;
    all.get(name)
        .cloned()
        .ok_or_else(|| format!("{name} is not in expected.json").into())
}

/// A file of hex or base64.
fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let text = text.trim();
    if path.extension().is_some_and(|extension| extension == "hex") {
        return hex::decode(text).map_err(|error| format!("{}: {error}", path.display()).into());
    }
    data_encoding::BASE64
        .decode(text.as_bytes())
        .map_err(|error| format!("{}: {error}", path.display()).into())
}

fn same(found: &[u8], wanted: &[u8], what: &str) -> Outcome {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{what}: {} != {}", hex::encode(found), hex::encode(wanted)).into())
    }
}

fn equal(found: &Value, wanted: &Value) -> Outcome {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{found} != {wanted}").into())
    }
}
