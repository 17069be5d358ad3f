"""QR codes with zxing-cpp, both ways."""

import base64
import io

import numpy
import resvg_py
import zxingcpp
from PIL import Image

from report import Cases

CASES = Cases()
TEXTS = {
    "a link": "https://www.example.md/?a=1&b=2",
    "digits": "0123456789" * 20,
    "letters beyond ASCII": "Acasă: Țara, Ștefan și împuternicirea №7, Кишинёв",
    # Their bytes are Shift JIS too: in kanji mode others would read kanji.
    "Cyrillic capitals": "КЛИМОВ ЛЕОНИД, МОЛДОВА",
    "one character": "0",
    "several lines": "BCD\n002\n1\nSCT\n\nAcasă\n",
    "the largest of version 40-L in bytes": "ă" * 1_476,
}


def peer_reads(picture):
    pixels = numpy.asarray(Image.open(io.BytesIO(picture)).convert("L"))
    return [found.text for found in zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode)]


def drawn(world, text, name):
    path = world.scratch / name
    code, _ = world.run("qr", "--json", "--out", str(path), text)
    assert code == 0
    return path.read_bytes()


def peer_draws(content, **options):
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, **options)
    picture = io.BytesIO()
    Image.fromarray(numpy.array(code.to_image(scale=4))).save(picture, "PNG")
    return picture.getvalue()


def we_read(world, picture):
    code, [answer] = world.run("scan", "--json", world.keep("peer.png", picture))
    assert code == 0, answer
    return answer["codes"]


@CASES.case
def a_peer_reads_our_codes_drawn_as_png(world):
    for what, text in TEXTS.items():
        assert peer_reads(drawn(world, text, "ours.png")) == [text], what


@CASES.case
def a_peer_reads_our_codes_drawn_as_svg(world):
    for what, text in TEXTS.items():
        svg = drawn(world, text, "ours.svg").decode()
        # 177 modules and the quiet zone, at about six pixels a module.
        picture = bytes(resvg_py.svg_to_bytes(svg_string=svg, background="#ffffff", width=1_110))
        assert peer_reads(picture) == [text], what


@CASES.case
def a_peer_reads_the_code_of_our_proof(world):
    proof = world.text("proof.txt")
    assert peer_reads(drawn(world, proof, "proof.png")) == [proof]


@CASES.case
def we_read_a_peer_s_codes_at_every_level(world):
    for what, text in TEXTS.items():
        for level in "LMQH" if len(text.encode()) < 1_000 else "L":
            found = we_read(world, peer_draws(text, ec_level=level))
            assert [code["text"] for code in found] == [text], f"{what}, level {level}"


@CASES.case
def we_read_a_peer_s_code_whose_content_is_not_text(world):
    content = bytes(range(256))
    found = we_read(world, peer_draws(content))
    assert [base64.b64decode(code["bytes_base64"]) for code in found] == [content]
