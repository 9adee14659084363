"""Reads models/manifest.toml into packages, files and wheels. Downloads and installs nothing.

Python has a TOML reader from 3.11 on only, so this one knows the part that the manifest uses: `[[table]]`,
`[[table.under]]`, strings and whole numbers. Anything else is an error with its line.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional

from . import SetupError

FORMAT = 1
_TABLE = re.compile(r"\[\[([a-z]+)(?:\.([a-z]+))?\]\]")
_VALUE = re.compile(r'([a-z0-9_]+)\s*=\s*("[^"\\]*"|\d+)\s*(?:#.*)?')


@dataclass(frozen=True)
class Wheel:
    """A Python wheel, used as an archive."""

    file: str
    size: int
    sha256: str
    licence: str
    homepage: str

    @property
    def name(self):
        return self.file.split("-")[0]

    @property
    def version(self):
        return self.file.split("-")[1]

    @property
    def label(self):
        return "%s %s" % (self.name, self.version)


@dataclass(frozen=True)
class File:
    """One file of a package, or a whole folder where `path` ends in a slash."""

    path: str
    size: int = 0
    sha256: Optional[str] = None
    wheel: Optional[str] = None
    member: Optional[str] = None
    link: Optional[str] = None
    text: Optional[str] = None


@dataclass
class Package:
    """A folder of the working tree."""

    name: str
    version: str
    folder: str
    licence: str
    hub: Optional[str] = None
    revision: Optional[str] = None
    files: List[File] = field(default_factory=list)
    wheels: Dict[str, Wheel] = field(default_factory=dict)

    @property
    def key(self):
        """Changes when what would be installed changes; the stamp of an installed folder holds it."""
        content = [[vars(file), self.wheels[file.wheel].sha256 if file.wheel else None] for file in self.files]
        return hashlib.sha256(json.dumps([self.version, content], sort_keys=True).encode()).hexdigest()


def read(path):
    """The packages of the manifest, each with the wheels that its files come from."""
    tables = _parse(Path(path))
    if tables.get("format") != FORMAT:
        raise SetupError("%s has format %r; this script reads %d" % (path, tables.get("format"), FORMAT))
    try:
        wheels = {table["file"]: Wheel(**table) for table in tables.get("wheel", [])}
        packages = []
        for table in tables.get("package", []):
            files = [File(**file) for file in table.pop("file", [])]
            package = Package(**table, files=files)
            package.wheels = {file.wheel: wheels[file.wheel] for file in package.files if file.wheel}
            packages.append(package)
    except (TypeError, KeyError) as error:
        raise SetupError("%s: a key is missing or unknown: %s" % (path, error)) from error
    return packages


def _parse(path):
    root = {}
    here = root
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        table, value = _TABLE.fullmatch(line), _VALUE.fullmatch(line)
        if table:
            outer, inner = table.groups()
            parent = root[outer][-1] if inner else root
            here = {}
            parent.setdefault(inner or outer, []).append(here)
        elif value:
            here[value.group(1)] = json.loads(value.group(2))
        else:
            raise SetupError("%s, line %d: not understood: %s" % (path, number, line))
    return root
