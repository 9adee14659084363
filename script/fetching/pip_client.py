"""Asks pip where a wheel lies, so that mirrors, proxies and certificates set up for pip hold here too.

`pip install --report` would give the address as well, but where an index publishes no metadata beside its wheels pip
downloads the whole wheel for it, silently: half a gigabyte for libtorch. So pip is asked to download, with its log
turned up, and stopped as soon as it names the link; downloading is then `download`'s work, which can continue a
broken file. Where that does not come off, pip downloads by itself.
"""

import ast
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import SetupError

OLDEST = (20, 3)
_LINK = re.compile(r"Found link (\S+)")
_TROUBLE = re.compile(r"(?:ERROR|WARNING): (.+)")
_NOISE = re.compile(r"Retrying \(.*?\)\) after |<pip\S+ object at \w+>: ")


class PipError(Exception):
    """pip did not find or download the wheel; the text holds what it said."""


def locate(wheel, work):
    """The wheel's address, or None where pip does not tell it. Leaves nothing in the folder `work`."""
    os.makedirs(work, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        command = _command(wheel, scratch) + ["-vv", "--retries", "2", "--timeout", "15", "--progress-bar", "off"]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=_environment(scratch),
        )
        troubles = []
        try:
            for line in process.stdout:
                link, trouble = _LINK.search(line), _TROUBLE.search(line)
                if link and unquote(urlsplit(link.group(1)).path).endswith("/" + wheel.file):
                    address = link.group(1).split("#")[0]
                    # pip hides the password of a private index; only pip can use that address.
                    return None if "****" in address else address
                if line.lstrip().startswith(("Downloading ", "Using cached ")) and wheel.file in line:
                    return None
                if trouble:
                    troubles.append(_NOISE.sub("", trouble.group(1)).strip())
            if process.wait() == 0:
                return None
        finally:
            process.kill()
            process.wait()
    raise PipError(_explain(wheel, troubles))


def download(wheel, work, folder):
    """Downloads into `folder` with pip itself, which shows its own progress, and returns the file."""
    os.makedirs(work, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        # pip's words belong to the progress, not to the output of the script that called.
        if subprocess.call(_command(wheel, scratch), stdout=sys.stderr, env=_environment(scratch)) != 0:
            raise PipError(_explain(wheel, []))
        target = Path(folder) / wheel.file
        os.replace(Path(scratch) / wheel.file, target)
        return target


def settings():
    """pip's certificate bundle and proxy, where somebody has set them."""
    words = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, env=_environment(), check=False
    ).stdout
    found = {}
    # The environment is listed as `:env:`, and goes before the files.
    for line in sorted(words.splitlines(), key=lambda line: not line.startswith(":env:")):
        match = re.fullmatch(r"(?::env:|global|download)\.(cert|proxy)=(.+)", line)
        if match:
            found.setdefault(match.group(1), str(ast.literal_eval(match.group(2))))
    return found


def require():
    """Says what to install where pip is missing or too old."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--version"], capture_output=True, text=True, env=_environment(), check=False
    )
    if done.returncode != 0:
        raise SetupError(
            "%s has no pip, which finds the download of libtorch.\n"
            "  On Debian and Ubuntu: sudo apt install python3-pip\n"
            "  Elsewhere: %s -m ensurepip --user" % (sys.executable, sys.executable)
        )
    version = re.match(r"pip (\d+)\.(\d+)", done.stdout)
    if version and tuple(map(int, version.groups())) < OLDEST:
        raise SetupError(
            "pip %s.%s is too old: %d.%d or newer is needed.\n  %s -m pip install --user --upgrade pip"
            % (*version.groups(), *OLDEST, sys.executable)
        )


def _command(wheel, folder):
    """The tags of the wheel's name tell pip for which Python and platform to look."""
    python, _, platforms = wheel.file[: -len(".whl")].split("-")[2:]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", folder]
    if python.startswith("cp3"):
        command += ["--implementation", "cp", "--python-version", "3." + python[3:]]
    for platform in platforms.split("."):
        command += ["--platform", platform] if platform != "any" else []
    return command + ["%s==%s" % (wheel.name, wheel.version)]


def _environment(scratch=None):
    mine = {name: value for name, value in os.environ.items() if name not in ("PIP_QUIET", "PIP_VERBOSE", "PIP_LOG")}
    mine.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PIP_REQUIRE_VIRTUALENV="0", PYTHONUNBUFFERED="1")
    if scratch:
        # A pip that is stopped leaves its temporary files behind; here they go with the folder.
        mine["TMPDIR"] = scratch
    return mine


def _explain(wheel, troubles):
    lines = ["pip could not find %s." % wheel.label]
    # The first trouble tells the cause (no route, no proxy), the last one what came of it.
    lines += ["  pip says: " + trouble[:240] for trouble in dict.fromkeys(troubles[:1] + troubles[-1:])]
    lines.append("  Check the network, HTTPS_PROXY, and `%s -m pip config list`." % Path(sys.executable).name)
    return "\n".join(lines)
