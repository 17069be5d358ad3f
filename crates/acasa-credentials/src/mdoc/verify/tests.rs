//! Tests of what others may issue and this program must not call forged, and of what a device may say.
use super::*;
use crate::Value;
use crate::cbor;
use crate::mdoc::DeviceResponse;
use crate::testing::{Authority, DOC_TYPE, context, elements};
use crate::trust::Scope;
use crate::verdict::Verdict;
use acasa_crypto::{Signer as _, SigningKey};

const NAMESPACE: &str = "md.gov.wallet";
const ES256: i64 = -7;

struct Scene {
    authority: Authority,
    trust: TrustStore,
    device: SigningKey,
    issued: Value,
}

impl Scene {
    fn new() -> Self {
        let authority = Authority::make();
        let device = SigningKey::make_random().unwrap();
        let issued = authority.issue(&device.public_key(), &elements());
        Self {
            trust: authority.trust_signer(Scope::everything()),
            authority,
            device,
            issued: cbor::read(&issued).unwrap().to_value(),
        }
    }

    fn context<'a>(&'a self, transcript: Option<&'a SessionTranscript>) -> Context<'a> {
        Context {
            trust: Some(&self.trust),
            transcript,
            ..context()
        }
    }

    /// The document with another security object, algorithm and unprotected header, signed by its issuer.
    fn reissued(
        &self,
        algorithm: i64,
        unprotected: &[(Value, Value)],
        change: impl FnOnce(&mut Value),
    ) -> Value {
        let mut issued = self.issued.clone();
        let auth = member(&mut issued, "issuerAuth").as_array_mut().unwrap();
        let mut object = cbor::read(auth[2].as_bytes().unwrap())
            .unwrap()
            .encoded()
            .map(|content| cbor::read(content).unwrap().to_value())
            .unwrap();
        change(&mut object);
        let payload = cbor::wrap_encoded(&cbor::encode(&object));
        auth[0] = Value::Bytes(cbor::encode(&Value::Map(vec![(1.into(), algorithm.into())])));
        auth[1].as_map_mut().unwrap().extend_from_slice(unprotected);
        auth[3] = Value::Bytes(Self::sign(&self.authority.signer_key, &auth[0], &payload));
        auth[2] = Value::Bytes(payload);
        issued
    }

    /// RFC 9052, 4.4.
    fn sign(key: &SigningKey, protected: &Value, payload: &[u8]) -> Vec<u8> {
        let structure = vec![
            Value::from("Signature1"),
            protected.clone(),
            Value::Bytes(Vec::new()),
            Value::Bytes(payload.to_vec()),
        ];
        key.sign(&cbor::encode(&Value::Array(structure))).unwrap()
    }

    fn verify(&self, issued: &Value) -> DocumentReport {
        let document = IssuerSigned::from_slice(&cbor::encode(issued)).unwrap();
        verify_issuer_signed(&document, &self.context(None))
    }

    /// The answer of a device that also says something itself.
    fn answer(&self, issued: &Value, own: &[(&str, bool)], transcript: &SessionTranscript) -> DeviceResponse {
        let own: Vec<(Value, Value)> = own
            .iter()
            .map(|(name, value)| (Value::from(*name), Value::Bool(*value)))
            .collect();
        let own = if own.is_empty() {
            Vec::new()
        } else {
            vec![(Value::from(NAMESPACE), Value::Map(own))]
        };
        let namespaces = cbor::wrap_encoded(&cbor::encode(&Value::Map(own)));
        let signed = crate::mdoc::response::device_authentication(transcript, DOC_TYPE, &namespaces);
        let protected = Value::Bytes(cbor::encode(&Value::Map(vec![(1.into(), ES256.into())])));
        let signature = Self::sign(&self.device, &protected, &signed);
        let signature = Value::Array(vec![
            protected,
            Value::Map(Vec::new()),
            Value::Null,
            Value::Bytes(signature),
        ]);
        let device = map(&[
            ("nameSpaces", cbor::read(&namespaces).unwrap().to_value()),
            ("deviceAuth", map(&[("deviceSignature", signature)])),
        ]);
        let document = map(&[
            ("docType", Value::from(DOC_TYPE)),
            ("issuerSigned", issued.clone()),
            ("deviceSigned", device),
        ]);
        let response = map(&[
            ("version", Value::from("1.1")),
            ("documents", Value::Array(vec![document])),
            ("status", Value::from(0)),
        ]);
        DeviceResponse::from_slice(&cbor::encode(&response)).unwrap()
    }
}

fn map(members: &[(&str, Value)]) -> Value {
    let members = members.iter().cloned();
    Value::Map(members.map(|(name, value)| (Value::from(name), value)).collect())
}

fn member<'a>(map: &'a mut Value, name: &str) -> &'a mut Value {
    let mut members = map.as_map_mut().unwrap().iter_mut();
    &mut members.find(|(key, _)| key.as_text() == Some(name)).unwrap().1
}

fn device_key(object: &mut Value, key: &[(i64, Value)]) {
    let key = key
        .iter()
        .map(|(label, value)| (Value::from(*label), value.clone()));
    *member(member(object, "deviceKeyInfo"), "deviceKey") = Value::Map(key.collect());
}

fn authorize(object: &mut Value) {
    let names = Value::Array(vec![Value::from(NAMESPACE)]);
    let info = member(object, "deviceKeyInfo").as_map_mut().unwrap();
    info.push((Value::from("keyAuthorizations"), map(&[("nameSpaces", names)])));
}

fn of(report: &DocumentReport, name: CheckName) -> (&'static str, &'static str) {
    let check = report.check(name).unwrap();
    (check.outcome.as_str(), check.detail)
}

#[test]
fn what_the_standards_admit_is_read() {
    let scene = Scene::new();
    let key = scene.device.public_key();
    let (_, x, y) = key.coordinates().unwrap();
    let (x, odd) = (Value::Bytes(x.to_vec()), y.last().unwrap() & 1 == 1);
    let vendor = (Value::from("vendor"), Value::from(1));
    // SHA-256 cut to eight bytes, and a hash that is not known here.
    let short = scene.authority.signer.sha256()[..8].to_vec();
    let thumbprint = |algorithm: i64, hash| {
        (
            Value::from(34),
            Value::Array(vec![Value::from(algorithm), Value::Bytes(hash)]),
        )
    };
    let compressed = [(1, 2.into()), (-1, 1.into()), (-2, x), (-3, Value::Bool(odd))];
    let edwards = [(1, 1.into()), (-1, 6.into()), (-2, Value::Bytes(vec![7; 32]))];
    for (what, issued) in [
        ("ES256", scene.reissued(ES256, &[], |_| ())),
        ("ESP256", scene.reissued(-9, &[], |_| ())),
        ("a private label", scene.reissued(ES256, &[vendor], |_| ())),
        (
            "a short thumbprint",
            scene.reissued(ES256, &[thumbprint(-15, short)], |_| ()),
        ),
        (
            "another thumbprint",
            scene.reissued(ES256, &[thumbprint(-44, vec![1; 64])], |_| ()),
        ),
        (
            "a minor version",
            scene.reissued(ES256, &[], |object| *member(object, "version") = "1.1".into()),
        ),
        (
            "a compressed point",
            scene.reissued(ES256, &[], |object| device_key(object, &compressed)),
        ),
        (
            "an Edwards key",
            scene.reissued(ES256, &[], |object| device_key(object, &edwards)),
        ),
    ] {
        let report = scene.verify(&issued);
        assert_eq!(report.verdict(), Verdict::Valid, "{what}: {:?}", report.checks);
    }
    let document = scene.reissued(ES256, &[], |object| device_key(object, &compressed));
    let document = IssuerSigned::from_slice(&cbor::encode(&document)).unwrap();
    assert!(document.security_object().unwrap().device_key() == &key);
    let wrong = scene.reissued(ES256, &[thumbprint(-15, vec![1; 8])], |_| ());
    assert_eq!(
        of(&scene.verify(&wrong), CheckName::IssuerChain),
        ("fail", "x5t_mismatch")
    );
}

#[test]
fn what_only_others_can_read_is_open_and_what_was_changed_is_invalid() {
    let scene = Scene::new();
    let foreign = [(1, 2.into()), (-1, 256.into()), (-2, Value::Bytes(vec![1; 32]))];
    for (what, issued) in [
        (
            "another version",
            scene.reissued(ES256, &[], |object| *member(object, "version") = "2.0".into()),
        ),
        (
            "a digest",
            scene.reissued(ES256, &[], |object| {
                *member(object, "digestAlgorithm") = "SHA3-256".into();
            }),
        ),
        (
            "a Brainpool device key",
            scene.reissued(ES256, &[], |object| device_key(object, &foreign)),
        ),
    ] {
        let report = scene.verify(&issued);
        assert_eq!(
            report.verdict(),
            Verdict::Unverifiable,
            "{what}: {:?}",
            report.checks
        );
        assert_eq!(of(&report, CheckName::IssuerSignature), ("pass", "ok"), "{what}");

        let mut changed = issued;
        let auth = member(&mut changed, "issuerAuth").as_array_mut().unwrap();
        auth[3].as_bytes_mut().unwrap()[9] ^= 1;
        assert_eq!(
            scene.verify(&changed).verdict(),
            Verdict::Invalid,
            "{what}, changed"
        );
    }
    // ML-DSA is somebody's signature, AES key wrap is nobody's.
    for (algorithm, verdict) in [
        (-48, Verdict::Unverifiable),
        (-5, Verdict::Invalid),
        (-35, Verdict::Invalid),
    ] {
        let report = scene.verify(&scene.reissued(algorithm, &[], |_| ()));
        assert_eq!(report.verdict(), verdict, "{algorithm}: {:?}", report.checks);
    }
}

#[test]
fn a_device_says_only_what_it_may_and_never_the_issuers_word_anew() {
    let scene = Scene::new();
    let session = SessionTranscript::from_handover("Test", b"session");
    let plain = scene.reissued(ES256, &[], |_| ());
    let authorized = scene.reissued(ES256, &[], authorize);
    let check = |issued: &Value, own: &[(&str, bool)], transcript| {
        let response = scene.answer(issued, own, &session);
        verify_document(&response.documents()[0], &scene.context(transcript))
    };
    let said = |report: &DocumentReport, wanted: &str| -> Vec<Value> {
        let all = report.disclosed.iter().flat_map(|(_, elements)| elements);
        all.filter(|(name, _)| name == wanted)
            .map(|(_, value)| value.clone())
            .collect()
    };

    let own = check(&authorized, &[("at_home", true)], Some(&session));
    assert_eq!(own.verdict(), Verdict::Valid, "{:?}", own.checks);
    assert_eq!(said(&own, "at_home"), [Value::Bool(true)]);

    for transcript in [Some(&session), None] {
        let unauthorized = check(&plain, &[("at_home", true)], transcript);
        assert_eq!(
            of(&unauthorized, CheckName::DeviceSignature),
            ("fail", "element_not_authorized")
        );
        assert!(said(&unauthorized, "at_home").is_empty());

        let twice = check(&authorized, &[("age_over_18", false)], transcript);
        assert_eq!(
            of(&twice, CheckName::DeviceSignature),
            ("fail", "element_signed_twice")
        );
        assert_eq!(said(&twice, "age_over_18"), [Value::Bool(true)]);
    }
}
