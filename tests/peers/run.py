#!/usr/bin/env python3
"""Documents, credentials and codes between Acasă and libraries of other houses, both ways.

    tests/peers.sh          # makes the environment, builds our programs, runs this

`ACASA_BUILT` is the folder with `acasa` and `examples/peer_documents`. No network is used. The last
line is `peers: N passed, N failed, N skipped`.
"""

import logging
import os
import pathlib
import sys
import tempfile
import warnings

import peer_demo
import peer_mdoc
import peer_qr
import peer_sd_jwt
from world import World


def main():
    # What the peers say while they refuse is expected here, and their own deprecations are theirs.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        world = World(pathlib.Path(os.environ["ACASA_BUILT"]), scratch)
        for module in (peer_mdoc, peer_demo, peer_sd_jwt, peer_qr):
            counts = module.CASES.run(world)
            passed, failed = passed + counts[0], failed + counts[1]
    print(f"peers: {passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
