"""The evidence that `acasa demo --keep` leaves, checked by pymdoccbor and pycose alone."""

import hashlib

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from peer_mdoc import device_signature_holds, read, sent, unwrapped
from report import Cases
from world import raises

CASES = Cases()


def certificates(world):
    return [x509.load_pem_x509_certificate(path.read_bytes()) for path in (world.demo / "trust").glob("*.pem")]


def root(world):
    return next(found for found in certificates(world) if found.subject == found.issuer)


def accepted(world, text):
    """What a verifier without a line of our code does with the text of a code; what was disclosed."""
    answer, info = sent(text)
    document = answer["documents"][0]["issuerSigned"]
    shown = hashlib.sha256(cbor2.dumps(document, canonical=True)).digest()
    assert cbor2.loads(info)[2] == shown, "an element was dropped or added on the way"
    _, thumbprint = document["issuerAuth"][1][34]
    signer = next(found for found in certificates(world) if found.fingerprint(hashes.SHA256()) == thumbprint)
    response, transcript, _ = unwrapped(text, signer)
    return accepted_answer(world, response, transcript)


def accepted_answer(world, response, transcript):
    peer = read(response)
    assert peer.verify(trusted_root_certs=[root(world)]), "issuer's signature, chain and digests"
    [document] = peer.documents
    assert device_signature_holds(document, transcript), "device's signature"
    return {name: value for namespace in peer.disclosure_map.values() for name, value in namespace.items()}


@CASES.case
def a_peer_verifies_the_demo_s_proofs(world):
    people = (world.demo / "people.json").read_text()
    for name in ("proof.txt", "answer.txt", "portrait.txt"):
        disclosed = accepted(world, (world.demo / name).read_text().strip())
        words = [value for value in disclosed.values() if isinstance(value, str)]
        assert disclosed and all(word in people for word in words), name


@CASES.case
def a_peer_verifies_the_demo_s_answer_with_its_transcript(world):
    transcript = cbor2.loads((world.demo / "transcript.cbor").read_bytes())
    response = (world.demo / "response.cbor").read_bytes()
    assert accepted_answer(world, response, transcript)["family_name"] in (world.demo / "people.json").read_text()


@CASES.case
def a_peer_refuses_what_the_demo_tampered_with(world):
    names = ("issuer-signature", "device-signature", "element-changed", "element-dropped", "time-changed")
    for name in (*names, "of-another-state"):
        text = (world.demo / "tampered" / f"{name}.txt").read_text().strip()
        assert raises(lambda text=text: accepted(world, text)), name
