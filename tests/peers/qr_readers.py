#!/usr/bin/env python3
"""Runs Acasă's reader and its peers over one folder of pictures and prints who reads how many.

    tests/peers.sh tests/peers/qr_readers.py path/to/acasa path/to/qr-images [--turns]

The folder holds `expected.json`: {"images": [{"file", "expected": [text, …]}]}. A picture counts as
read if one of the expected texts was read in it, and as wrong if texts were read and none of them is
expected. Line ends and trailing space are not compared: labels were kept in text files. Every reader
gets the same 8-bit grey PNG. With --turns also at 90, 180 and 270 degrees. zbar takes part where the
system has libzbar0.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

import cv2
import numpy
import zxingcpp
from PIL import Image

try:
    from pyzbar import pyzbar
except ImportError:  # The package needs the system's library.
    pyzbar = None


def normalised(text):
    return text.replace("\r\n", "\n").rstrip()


def grey(path, turn):
    image = Image.open(path)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        page = Image.new("RGBA", image.size, "white")
        page.alpha_composite(image)
        image = page
    return image.convert("L").rotate(turn, expand=True)


def by_zxing_cpp(image):
    formats = (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode)
    return [found.text for found in zxingcpp.read_barcodes(numpy.asarray(image), formats=formats)]


def by_zbar(image):
    symbols = pyzbar.decode(image, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [found.data.decode("utf-8", "replace") for found in symbols]


def by_opencv(image):
    _, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(numpy.asarray(image))
    return [text for text in texts if text]


def acasa(program, files):
    """One process for all pictures; its answers come in the order of its arguments."""
    run = subprocess.run([program, "scan", "--json", *files], capture_output=True, check=False)
    if run.returncode not in (0, 1):
        sys.exit(f"acasa scan ended with {run.returncode}: {run.stderr.decode()}")
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    return [[code["text"] for code in answer["codes"] if code["text"] is not None] for answer in answers]


def guarded(reader, image):
    try:
        return reader(image)
    except Exception:  # A peer that fails on a picture has not read it.
        return []


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    turns = (0, 90, 180, 270) if "--turns" in sys.argv[3:] else (0,)
    labels = json.loads((folder / "expected.json").read_text())["images"]
    expected = [{normalised(text) for text in label["expected"]} for label in labels]
    peers = {"zxing-cpp": by_zxing_cpp, "zbar": by_zbar, "OpenCV": by_opencv}
    if pyzbar is None:
        del peers["zbar"]
        print("zbar takes no part: libzbar0 is not installed")
    ahead = True
    for turn in turns:
        images = [grey(folder / label["file"], turn) for label in labels]
        with tempfile.TemporaryDirectory() as scratch:
            files = []
            for at, image in enumerate(images):
                files.append(f"{scratch}/{at}.png")
                image.save(files[-1])
            started = time.monotonic()
            answers = {"acasa": (acasa(program, files), time.monotonic() - started)}
        for name, reader in peers.items():
            started = time.monotonic()
            read = [guarded(reader, image) for image in images]
            answers[name] = (read, time.monotonic() - started)
        counts = {}
        for name, (answer, seconds) in answers.items():
            texts = [{normalised(text) for text in found} for found in answer]
            counts[name] = sum(bool(found & wanted) for found, wanted in zip(texts, expected, strict=True))
            wrong = sum(bool(found) and not found & wanted for found, wanted in zip(texts, expected, strict=True))
            print(f"{turn:3}° {name:10} read {counts[name]:4} of {len(labels)}, wrong {wrong}, {seconds:.1f} s")
        ahead &= all(counts["acasa"] > count for name, count in counts.items() if name != "acasa")
    sys.exit(0 if ahead else 1)


if __name__ == "__main__":
    main()
