"""Downloads, checks and unpacks what models/manifest.toml lists. Standard library only, Python 3.9 or newer."""

import hashlib
import sys


class SetupError(Exception):
    """Something a person has to act on. The text says what happened, and what to do about it."""


def say(words):
    """Progress and messages go to standard error: `script/run ask …` leaves standard output to the answer."""
    print(words, file=sys.stderr, flush=True)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
