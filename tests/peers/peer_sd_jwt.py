"""SD-JWT VC with the package sd-jwt, both ways."""

import datetime
import json
import time

from cryptography.hazmat.primitives import serialization
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from report import Cases
from world import raises

CASES = Cases()
AUDIENCE, NONCE = "https://verifier.example", "XZOUco1u_gEPknxS78sWWg"


def peer_verifies(world, text, audience=None, nonce=None):
    key = world.certificate("signer.pem").public_key()
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return SDJWTVerifier(text, lambda issuer, header: JWK.from_pem(pem), audience, nonce).get_verified_payload()


@CASES.case
def a_peer_verifies_our_sd_jwt_as_issued(world):
    claims = peer_verifies(world, world.text("issued.sd-jwt"))
    assert (claims["family_name"], claims["given_name"]) == ("Țurcanu", "Ștefania")
    assert claims["nationalities"] == ["MD", "RO"]
    assert claims["address"] == {"locality": "Bălți", "country": "MD"}


@CASES.case
def a_peer_verifies_our_presentation_and_its_key_binding(world):
    claims = peer_verifies(world, world.text("presented.sd-jwt"), AUDIENCE, NONCE)
    assert claims["family_name"] == "Țurcanu" and claims["address"]["locality"] == "Bălți"
    assert "given_name" not in claims and "nationalities" not in claims


@CASES.case
def a_peer_refuses_our_presentation_to_another_verifier(world):
    text = world.text("presented.sd-jwt")
    assert raises(lambda: peer_verifies(world, text, "https://other.example", NONCE))
    assert raises(lambda: peer_verifies(world, text, AUDIENCE, "another"))


@CASES.case
def a_peer_refuses_our_presentation_with_a_disclosure_dropped(world):
    issuer, first, *rest = world.text("presented.sd-jwt").split("~")
    assert raises(lambda: peer_verifies(world, "~".join([issuer, *rest]), AUDIENCE, NONCE))


@CASES.case
def a_peer_presents_what_we_issued_and_we_verify_it(world):
    holder = SDJWTHolder(world.text("issued.sd-jwt"))
    holder.create_presentation({"family_name": True})
    trust = str(world.made / "root.pem")
    verdict, document, failed = world.verify("--trust", trust, world.keep("held", holder.sd_jwt_presentation))
    assert failed == {} and verdict == "valid", (verdict, document)
    assert "given_name" not in json.dumps(document["disclosed"])


class PeerCredential:
    def __init__(self, world):
        issuer, holder = JWK.generate(kty="EC", crv="P-256"), JWK.generate(kty="EC", crv="P-256")
        now = int(time.time())
        claims = {
            "iss": "https://peer.example",
            "vct": "urn:eudi:pid:1",
            "iat": now,
            "exp": now + 86_400,
            SDObj("family_name"): "Müller",
            SDObj("birthdate"): datetime.date(1980, 1, 1).isoformat(),
            SDObj("address"): {SDObj("locality"): "Köln", "country": "DE"},
            "nationalities": [SDObj("DE"), SDObj("MD")],
        }
        issued = SDJWTIssuer(
            claims, issuer, holder, add_decoy_claims=True, extra_header_parameters={"typ": "dc+sd-jwt"}
        )
        self.issued = issued.sd_jwt_issuance
        presented = SDJWTHolder(self.issued)
        shown = {"family_name": True, "address": {"locality": True}, "nationalities": [False, True]}
        presented.create_presentation(shown, NONCE, AUDIENCE, holder)
        self.presented = presented.sd_jwt_presentation
        self.trust = world.keep("peer.jwk", json.dumps({"keys": [issuer.export_public(as_dict=True)]}))

    def verified(self, world, text, *options):
        return world.verify("--trust", self.trust, *options, world.keep("peer.sd-jwt", text))


@CASES.case
def we_verify_a_peer_s_sd_jwt_and_its_key_binding(world):
    peer = PeerCredential(world)
    verdict, document, failed = peer.verified(world, peer.presented, "--audience", AUDIENCE, "--nonce", NONCE)
    assert (verdict, document["holder"], failed) == ("valid", "bound", {}), (verdict, document)
    disclosed = json.dumps(document["disclosed"], ensure_ascii=False)
    assert all(word in disclosed for word in ("Müller", "Köln", "MD")), disclosed
    assert "1980-01-01" not in disclosed


@CASES.case
def we_verify_a_peer_s_sd_jwt_without_key_binding_as_unbound(world):
    peer = PeerCredential(world)
    verdict, document, failed = peer.verified(world, peer.issued)
    assert (verdict, document["holder"], failed) == ("valid", "unbound", {}), (verdict, document)


@CASES.case
def we_refuse_a_peer_s_presentation_to_another_verifier(world):
    peer = PeerCredential(world)
    verdict, _, failed = peer.verified(world, peer.presented, "--audience", AUDIENCE, "--nonce", "another")
    assert verdict == "invalid" and "key_binding" in failed, failed


@CASES.case
def we_refuse_a_peer_s_presentation_with_a_disclosure_dropped(world):
    peer = PeerCredential(world)
    issuer, first, *rest = peer.presented.split("~")
    text = "~".join([issuer, *rest])
    verdict, _, failed = peer.verified(world, text, "--audience", AUDIENCE, "--nonce", NONCE)
    # Without the address its locality hangs in the air; without another, the binding is to more.
    assert verdict == "invalid" and failed.keys() & {"digests", "key_binding"}, failed
