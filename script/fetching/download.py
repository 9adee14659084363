"""Downloads one file over HTTP: continues where it stopped, tries again, and keeps it only if its sha256 is right."""

import http.client
import os
import shutil
import ssl
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import say, sha256
from .progress import Progress

BLOCK = 1 << 18
LONGEST_WAIT_SECONDS = 30


class DownloadError(Exception):
    """The file was not to be had. `refused` tells that asking again in the same way would not help."""

    def __init__(self, words, refused=False):
        super().__init__(words)
        self.refused = refused


class WrongContent(DownloadError):
    """What came is not what the manifest describes."""


class _Again(Exception):
    """A trouble that may pass."""


def opener(cert=None, proxy=None):
    """An opener with pip's certificates and proxy; the environment's own proxy settings go first."""
    context = ssl.create_default_context(cafile=cert if cert and os.path.isfile(cert) else None)
    handlers = [urllib.request.HTTPSHandler(context=context)]
    if proxy and not urllib.request.getproxies():
        handlers.append(urllib.request.ProxyHandler({"http": proxy, "https": proxy}))
    made = urllib.request.build_opener(*handlers)
    made.addheaders = [("User-Agent", "herald-setup")]
    return made


def download(address, target, size, expected, label, browser, timeout=30, attempts=5):
    """Leaves the checked file at `target`. What is not complete stays in `target`.part for the next time."""
    target = Path(target)
    part = target.with_name(target.name + ".part")
    failures = wrong = 0
    while True:
        before = _length(part)
        try:
            _go_on(address, part, size, label, browser, timeout)
        except _Again as trouble:
            # A connection that breaks often but moves on is not given up.
            failures = 1 if _length(part) > before else failures + 1
            if failures >= attempts:
                raise DownloadError(str(trouble)) from trouble
            wait = min(2 ** (failures - 1), LONGEST_WAIT_SECONDS)
            say("  %s: %s; trying again in %d s" % (label, trouble, wait))
            time.sleep(wait)
            continue
        found = sha256(part)
        if found == expected:
            os.replace(part, target)
            return target
        os.remove(part)
        wrong += 1
        if wrong == 2:
            raise WrongContent(
                "its sha256 is not the manifest's, twice\n  expected %s\n  found    %s" % (expected, found),
                refused=True,
            )
        say("  %s: the checksum is wrong; downloading it again from the start" % label)


def _go_on(address, part, size, label, browser, timeout):
    start = _length(part)
    if start > size:
        os.remove(part)
        start = 0
    if start == size:
        return
    if address.startswith("file:"):
        shutil.copyfile(unquote(urlsplit(address).path), part)
        return
    request = urllib.request.Request(address)
    if start:
        request.add_header("Range", "bytes=%d-" % start)
    with _ask(browser, request, part, timeout) as answer:
        continues = answer.headers.get("Content-Range", "").startswith("bytes %d-" % start)
        if answer.status != 206 or not continues:
            start = 0
        length = answer.headers.get("Content-Length")
        if length and start + int(length) != size:
            raise WrongContent("the server offers %d bytes, the manifest says %d" % (start + int(length), size), True)
        if start:
            say("  %s: going on after %d MB" % (label, start // 1000000))
        with open(part, "ab" if start else "wb", buffering=0) as file, Progress(label, size, start) as progress:
            while True:
                block = _read(answer)
                if not block:
                    break
                file.write(block)
                progress.add(len(block))
    if _length(part) < size:
        raise _Again("the connection was closed early")


def _ask(browser, request, part, timeout):
    try:
        return browser.open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        if error.code == 416:
            part.unlink()
            raise _Again("the server cannot continue") from error
        words = "the server answered %d %s" % (error.code, error.reason)
        if error.code in (408, 425, 429) or error.code >= 500:
            raise _Again(words) from error
        raise DownloadError(words, refused=True) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise DownloadError("the server's certificate is not trusted: %s" % error.reason, refused=True) from error
        raise _Again(str(error.reason)) from error
    except (OSError, http.client.HTTPException) as error:
        raise _Again(str(error) or type(error).__name__) from error


def _read(answer):
    try:
        return answer.read(BLOCK)
    except (OSError, http.client.HTTPException) as error:
        raise _Again(str(error) or type(error).__name__) from error


def _length(path):
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
