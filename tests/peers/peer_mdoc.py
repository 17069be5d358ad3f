"""mdoc with pymdoccbor and pycose: `docs/formats/smart-qr.md` unwrapped, and the other way round."""

import datetime
import hashlib
import zlib

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier
from pycose.headers import Algorithm
from pycose.keys import EC2Key
from pycose.messages import Sign1Message
from pymdoccbor.mdoc.issuer import MdocCborIssuer
from pymdoccbor.mdoc.verifier import MdocCbor

from report import Cases
from world import raises

CASES = Cases()
DOC_TYPE = "org.iso.18013.5.1.mDL"
NAMESPACE = "org.iso.18013.5.1"
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
SHOWN = {
    "family_name": "Țurcanu",
    "birth_date": "1991-02-28",
    "age_over_18": True,
    "portrait": bytes(range(256)),
    "driving_privileges": [{"vehicle_category_code": "B", "issue_date": "2019-03-01"}],
}


def base45(text):
    """RFC 9285, written out: the only step of the unwrapping that the peers have no library for."""
    out = bytearray()
    for at in range(0, len(text), 3):
        number = sum(BASE45.index(letter) * 45**place for place, letter in enumerate(text[at : at + 3]))
        out += number.to_bytes(2 if len(text[at : at + 3]) == 3 else 1, "big")
    return bytes(out)


def items(array):
    """The encoded items of a CBOR array, as sent: what is hashed must not be re-encoded."""
    decoded = cbor2.loads(array)
    encoded = [cbor2.dumps(item, canonical=True) for item in decoded]
    assert array == bytes([0x80 + len(decoded)]) + b"".join(encoded), "a proof is deterministic CBOR"
    return encoded


def sent(text):
    """A proof inflated: its answer with thumbprints still, and the bytes of its `Info`."""
    assert text.startswith("MD1:")
    version, response, info = items(zlib.decompress(base45(text[4:]), -15))
    assert version == b"\x01"
    return cbor2.loads(response), info


def unwrapped(text, signer):
    """A proof as the format's page says: the answer with its certificate back, and the session."""
    answer, info = sent(text)
    for document in answer["documents"]:
        protected, unprotected, payload, signature = document["issuerSigned"]["issuerAuth"]
        assert plain(unprotected) == {34: [-16, signer.fingerprint(hashes.SHA256())]}
        certificate = signer.public_bytes(serialization.Encoding.DER)
        document["issuerSigned"] = {
            **document["issuerSigned"],
            "issuerAuth": [protected, {33: certificate}, payload, signature],
        }
    transcript = [None, None, ["MD1Handover", hashlib.sha256(info).digest()]]
    return cbor2.dumps(answer), transcript, cbor2.loads(info)


def read(response):
    peer = MdocCbor()
    peer.loads(response)
    return peer


def device_signature_holds(document, transcript):
    """ISO/IEC 18013-5, 9.1.3.4 and 9.1.3.6."""
    device = document.devicesigned
    protected, _, _, signature = device["deviceAuth"]["deviceSignature"]
    authentication = ["DeviceAuthentication", transcript, document.doctype, device["nameSpaces"]]
    payload = cbor2.dumps(cbor2.CBORTag(24, cbor2.dumps(authentication)))
    message = Sign1Message.from_cose_obj([protected, {}, payload, signature], allow_unknown_attributes=True)
    key = document.issuersigned.issuer_auth.payload_as_dict["deviceKeyInfo"]["deviceKey"]
    message.key = EC2Key.from_dict(dict(key))
    return message.verify_signature()


def assert_peer_accepts(response, transcript, root):
    peer = read(response)
    assert peer.verify(trusted_root_certs=[root]), "issuer's signature, chain and digests"
    [document] = peer.documents
    assert document.hash_verification["verified"] == len(SHOWN)
    disclosed = peer.disclosure_map[NAMESPACE]
    assert plain(disclosed) == SHOWN, disclosed
    assert device_signature_holds(document, transcript), "device's signature"
    other = [None, None, ["MD1Handover", bytes(32)]]
    assert not device_signature_holds(document, other), "a signature ties to one session"


def plain(value):
    """Without the tags and frozen containers that cbor2 gives."""
    if isinstance(value, cbor2.CBORTag):
        return plain(value.value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, datetime.date) else value


@CASES.case
def a_peer_verifies_our_proof(world):
    response, transcript, info = unwrapped(world.text("proof.txt"), world.certificate("signer.pem"))
    assert info[1] is None
    assert_peer_accepts(response, transcript, world.certificate("root.pem"))


@CASES.case
def a_peer_verifies_our_proof_that_answers_a_challenge(world):
    proof = world.text("proof-answering.txt")
    response, transcript, info = unwrapped(proof, world.certificate("signer.pem"))
    challenge = base45(world.text("challenge.txt").removeprefix("MD1C:"))
    assert info[1] == hashlib.sha256(challenge).digest()
    assert_peer_accepts(response, transcript, world.certificate("root.pem"))


@CASES.case
def a_peer_verifies_our_answer_in_an_openid4vp_session(world):
    transcript = cbor2.loads(world.bytes("transcript.cbor"))
    assert_peer_accepts(world.bytes("response.cbor"), transcript, world.certificate("root.pem"))


@CASES.case
def a_peer_computes_the_session_of_openid4vp_as_we_do(world):
    info = ["x509_san_dns:verifier.example", "nonce", None, "https://verifier.example/answer"]
    handover = ["OpenID4VPHandover", hashlib.sha256(cbor2.dumps(info)).digest()]
    assert world.bytes("transcript.cbor") == cbor2.dumps([None, None, handover])


@CASES.case
def a_peer_refuses_our_answer_with_an_element_changed(world):
    sent = world.bytes("response.cbor")
    changed = sent.replace("Țurcanu".encode(), "Țurcana".encode())
    assert changed != sent
    assert raises(lambda: read(changed).verify())


@CASES.case
def a_peer_refuses_our_answer_under_another_root(world):
    root, _, _ = authority()
    assert raises(lambda: read(world.bytes("response.cbor")).verify(trusted_root_certs=[root]))


def authority():
    """A root and a document signer (ISO/IEC 18013-5, B.1.2 and B.1.4), by pyca/cryptography."""
    now = datetime.datetime.now(datetime.timezone.utc)
    root_key, signer_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "MD"), x509.NameAttribute(NameOID.COMMON_NAME, "Peer IACA")]
    )
    signer_name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "MD"), x509.NameAttribute(NameOID.COMMON_NAME, "Peer Signer")]
    )
    location = x509.UniformResourceIdentifier("https://peer.example")

    def begin(subject, key, days):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=2))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.IssuerAlternativeName([location]), critical=False)
            .add_extension(
                x509.CRLDistributionPoints([x509.DistributionPoint([location], None, None, None)]), critical=False
            )
        )

    def usage(**granted):
        names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
        names += ("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
        return x509.KeyUsage(**{name: granted.get(name, False) for name in names})

    root = (
        begin(root_name, root_key, 3000)
        .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    purpose = x509.ExtendedKeyUsage([ObjectIdentifier("1.0.18013.5.1.2")])
    signer = (
        begin(signer_name, signer_key, 90)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .add_extension(usage(digital_signature=True), critical=True)
        .add_extension(purpose, critical=True)
        .sign(root_key, hashes.SHA256())
    )
    return root, signer, signer_key


def cose_key(key):
    numbers = key.private_numbers()
    return {
        "KTY": "EC2",
        "CURVE": "P_256",
        "ALG": "ES256",
        "X": numbers.public_numbers.x.to_bytes(32, "big"),
        "Y": numbers.public_numbers.y.to_bytes(32, "big"),
        "D": numbers.private_value.to_bytes(32, "big"),
        "KID": b"peer",
    }


class PeerDocument:
    """A document that pymdoccbor issued, and the holder's answer that pycose signed."""

    def __init__(self, world):
        self.root, signer, signer_key = authority()
        device = ec.generate_private_key(ec.SECP256R1())
        device_key = cose_key(device)
        issuer = MdocCborIssuer(private_key=cose_key(signer_key), alg="ES256")
        today = datetime.date.today()
        issued = issuer.new(
            doctype=DOC_TYPE,
            data={
                NAMESPACE: {
                    "family_name": "Müller",
                    "given_name": "Jürgen",
                    "birth_date": "1980-01-01",
                    "age_over_18": True,
                    "document_number": "D1234",
                }
            },
            validity={
                "issuance_date": (today - datetime.timedelta(days=1)).isoformat(),
                "expiry_date": (today + datetime.timedelta(days=30)).isoformat(),
            },
            devicekeyinfo={name: value for name, value in device_key.items() if name != "D"},
            x509_chain=[signer],
        )
        self.answer = cbor2.loads(cbor2.dumps(issued))
        self.issuer_signed = self.answer["documents"][0]["issuerSigned"]
        self.transcript = [None, None, ["PeerHandover", bytes(range(32))]]
        self.response = self.signed_by_device(device_key)
        self.trust = world.keep("peer-root.pem", self.root.public_bytes(serialization.Encoding.PEM))
        self.session = world.keep("peer-transcript.cbor", cbor2.dumps(self.transcript))

    def signed_by_device(self, key):
        namespaces = cbor2.CBORTag(24, cbor2.dumps({}))
        authentication = ["DeviceAuthentication", self.transcript, DOC_TYPE, namespaces]
        payload = cbor2.dumps(cbor2.CBORTag(24, cbor2.dumps(authentication)))
        message = Sign1Message(phdr={Algorithm: "ES256"}, payload=payload)
        message.key = EC2Key(crv="P_256", x=key["X"], y=key["Y"], d=key["D"])
        protected, _, _, signature = cbor2.loads(message.encode(tag=False))
        device = {"nameSpaces": namespaces, "deviceAuth": {"deviceSignature": [protected, {}, None, signature]}}
        document = {**self.answer["documents"][0], "deviceSigned": device}
        return cbor2.dumps({**self.answer, "documents": [document]})


@CASES.case
def we_verify_a_peer_s_document_by_its_root(world):
    peer = PeerDocument(world)
    file = world.keep("peer.cbor", peer.response)
    verdict, document, failed = world.verify("--trust", peer.trust, "--session-transcript", peer.session, file)
    assert (verdict, document.get("holder"), failed) == ("valid", "bound", {}), (verdict, document)
    disclosed = document["disclosed"][NAMESPACE]
    assert (disclosed["family_name"], disclosed["age_over_18"]) == ("Müller", True)


@CASES.case
def we_verify_a_peer_s_issuer_part_alone_as_unbound(world):
    peer = PeerDocument(world)
    text = cbor2.dumps(peer.issuer_signed).hex()
    verdict, document, failed = world.verify("--trust", peer.trust, world.keep("peer.hex", text))
    assert (verdict, document.get("holder"), failed) == ("valid", "unbound", {}), (verdict, document)


@CASES.case
def we_refuse_a_peer_s_document_in_another_session(world):
    peer = PeerDocument(world)
    session = world.keep("other.cbor", cbor2.dumps([None, None, ["PeerHandover", bytes(32)]]))
    file = world.keep("peer.cbor", peer.response)
    verdict, _, failed = world.verify("--trust", peer.trust, "--session-transcript", session, file)
    assert verdict == "invalid" and "device_signature" in failed, failed


@CASES.case
def we_refuse_a_peer_s_document_with_an_element_changed(world):
    peer = PeerDocument(world)
    changed = peer.response.replace("Müller".encode(), "Möller".encode())
    assert changed != peer.response
    file = world.keep("changed.cbor", changed)
    verdict, _, failed = world.verify("--trust", peer.trust, "--session-transcript", peer.session, file)
    assert verdict == "invalid" and "digests" in failed, failed


@CASES.case
def we_do_not_know_a_peer_s_document_under_another_root(world):
    peer = PeerDocument(world)
    file = world.keep("peer.cbor", peer.response)
    trust = str(world.made / "root.pem")
    verdict, _, failed = world.verify("--trust", trust, "--session-transcript", peer.session, file)
    assert (verdict, failed) == ("unverifiable", {}), (verdict, failed)
