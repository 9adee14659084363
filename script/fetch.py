"""Installs libtorch and the encoder from models/manifest.toml.

Called by script/setup. Python 3.9 or newer, no packages.

Downloads lie in $HERALD_CACHE (else $XDG_CACHE_HOME/herald, else ~/.cache/herald), unpacked once for all clones of
Herald. The cache can be deleted at any time: a clone that is set up does not need it.
"""

import argparse
import errno
import fcntl
import os
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from fetching import SetupError, install, manifest, say  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
BUILD_BYTES = 6_000_000_000
CACHE_BYTES = 1_500_000_000
OLDEST_GLIBC = (2, 28)


def main():
    parser = argparse.ArgumentParser(prog="script/setup", description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="unpack and install again, also where all is in place")
    parser.add_argument("--offline", action="store_true", help="use what is in the cache; download nothing")
    parser.add_argument("--quiet", action="store_true", help="say nothing where all is in place")
    options = parser.parse_args()
    try:
        set_up(options)
        return 0
    except SetupError as error:
        say("setup: %s" % error)
    except OSError as error:
        say("setup: %s" % explain(error))
    except KeyboardInterrupt:
        say("\nsetup: stopped. What was downloaded is kept; run script/setup again to go on.")
        return 130
    return 1


def set_up(options):
    packages = manifest.read(ROOT / "models" / "manifest.toml")
    missing = [
        package for package in packages if options.force or not install.is_installed(ROOT / package.folder, package)
    ]
    if missing:
        from fetching.sources import Sources

        check_platform()
        cache = cache_folder()
        check_space(cache, missing)
        with open(cache / "lock", "w") as lock:
            wait_for(lock)
            sources = Sources(cache / "downloads", options.offline)
            for package in missing:
                say("setup: installing %s %s" % (package.name, package.version))
                # Ignored by git, and on the same file system as both packages.
                incoming = ROOT / "models" / "base" / ".incoming"
                install.install(package, ROOT / package.folder, cache, incoming, sources, options.force)
    if missing or not options.quiet:
        say("setup: in place: " + ", ".join("%s %s" % (package.name, package.version) for package in packages))


def cache_folder():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    cache = Path(os.environ.get("HERALD_CACHE") or os.path.join(home, "herald")).absolute()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "lock").touch()
        return cache
    except OSError as error:
        own = ROOT / "target" / "cache"
        say("setup: %s cannot be written (%s); downloads go to %s" % (cache, error.strerror, own))
        own.mkdir(parents=True, exist_ok=True)
        return own


def wait_for(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("setup: another script/setup is at work; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


def check_platform():
    machine = os.uname()
    if (machine.sysname, machine.machine) != ("Linux", "x86_64"):
        raise SetupError(
            "Herald's libtorch is built for Linux on x86_64; this is %s on %s." % (machine.sysname, machine.machine)
        )
    try:
        name, _, version = os.confstr("CS_GNU_LIBC_VERSION").partition(" ")
    except (ValueError, AttributeError):
        name, version = "an unknown C library", ""
    if name != "glibc" or tuple(map(int, version.split(".")[:2])) < OLDEST_GLIBC:
        raise SetupError(
            "Herald's libtorch needs glibc %d.%d or newer; this system has %s.\n"
            "  Debian 10, Ubuntu 18.10, Fedora 29 and later have it; Alpine does not."
            % (*OLDEST_GLIBC, (name + " " + version).strip())
        )


def check_space(cache, missing):
    """Before the first download, rather than in the middle of the first build."""
    first = any(not (ROOT / package.folder).exists() for package in missing)
    for folder, need in ((ROOT, BUILD_BYTES), (cache, CACHE_BYTES)):
        free = shutil.disk_usage(folder).free
        if first and free < need:
            raise SetupError(
                "%.1f GB are free at %s; downloads, libtorch and the build need %.1f GB.\n"
                "  Free some, or point HERALD_CACHE and CARGO_TARGET_DIR to a larger disk."
                % (free / 1e9, folder, need / 1e9)
            )


def explain(error):
    where = ": ".join(str(part) for part in (error.filename, error.strerror) if part) or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full (%s).\n  Free 2 GB and run script/setup again: it goes on where it stopped." % where
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "%s.\n  The working tree has to be writable; HERALD_CACHE moves the cache elsewhere." % where
    return where


if __name__ == "__main__":
    sys.exit(main())
