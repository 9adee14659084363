"""Puts packages together: unpacked once in the cache, then hard-linked into the working tree. Downloads nothing.

A folder appears under its name only when it is complete, and carries a stamp that says what is in it. So a stopped run
leaves either the old folder or the new one.
"""

import hashlib
import os
import shutil
from pathlib import Path

from . import SetupError, sha256
from .progress import Progress

STAMP = ".stamp"


def is_installed(folder, package):
    """Quick: the stamp is this package's, and its files are there with their sizes."""
    try:
        return (folder / STAMP).read_text() == package.key and all(_is_there(folder, file) for file in package.files)
    except OSError:
        return False


def is_intact(folder, package):
    """Thorough: every file has its sha256, every folder its total size."""
    try:
        return all(_is_there(folder, file) and _is_right(folder, file) for file in package.files)
    except OSError:
        return False


def install(package, folder, cache, incoming, sources, force):
    """Leaves `package` at `folder`."""
    if not force and is_intact(folder, package):
        # Put there by hand, or by a manifest that was worded otherwise.
        _stamp(folder, package)
        return
    tree = cache / ("%s-%s" % (package.name, package.version))
    if force or not (is_installed(tree, package) and is_intact(tree, package)):
        files, archives = sources.files(package)
        made = _fresh(cache / "incoming", package)
        _assemble(package, made, files, archives)
        _swap(made, tree)
    made = _fresh(incoming, package)
    _link_tree(tree, made)
    _swap(made, folder)


def _stamp(folder, package):
    # Removed first: it may be the cache's stamp as well, under a second name.
    (folder / STAMP).unlink(missing_ok=True)
    (folder / STAMP).write_text(package.key)


def _is_there(folder, file):
    path = folder / file.path
    if file.link is not None:
        return path.is_symlink() and os.readlink(path) == file.link
    if file.text is not None:
        return path.read_text().strip() == file.text
    return path.is_dir() if file.path.endswith("/") else path.stat().st_size == file.size


def _is_right(folder, file):
    path = folder / file.path
    if file.path.endswith("/"):
        return sum(inner.stat().st_size for inner in path.rglob("*") if inner.is_file()) == file.size
    return file.sha256 is None or sha256(path) == file.sha256


def _fresh(parent, package):
    """An empty folder beside the final one. What an earlier, stopped run left there goes."""
    shutil.rmtree(parent, ignore_errors=True)
    made = parent / package.name
    made.mkdir(parents=True)
    return made


def _assemble(package, made, files, archives):
    import zipfile  # Here, because the quick check of every start does without it.

    with Progress("unpacking " + package.name, sum(file.size for file in package.files)) as progress:
        opened = {name: zipfile.ZipFile(path) for name, path in archives.items()}
        for file in package.files:
            target = made / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if file.link is not None:
                target.symlink_to(file.link)
            elif file.text is not None:
                target.write_text(file.text + "\n")
            elif file.path in files:
                _link_file(files[file.path], target)
                progress.add(file.size)
            else:
                _unpack(opened[file.wheel], file, target, progress)
        for archive in opened.values():
            archive.close()
    _stamp(made, package)


def _unpack(archive, file, target, progress):
    if not file.path.endswith("/"):
        found = _unpack_one(archive, file.member, target, progress)
        if file.sha256 and found != file.sha256:
            raise SetupError("%s of %s does not have the manifest's sha256: %s" % (file.member, file.wheel, found))
        return
    for member in archive.namelist():
        inside = member[len(file.member) :]
        if member.startswith(file.member) and inside and not member.endswith("/"):
            if ".." in Path(inside).parts:
                raise SetupError("%s of %s leads out of its folder" % (member, file.wheel))
            path = target / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            _unpack_one(archive, member, path, progress)


def _unpack_one(archive, member, target, progress):
    digest = hashlib.sha256()
    with archive.open(member) as source, open(target, "wb") as file:
        for block in iter(lambda: source.read(1 << 20), b""):
            file.write(block)
            digest.update(block)
            progress.add(len(block))
    # Clones share these files, so nobody should write into one.
    target.chmod(0o444)
    return digest.hexdigest()


def _link_tree(tree, made):
    for folder, _, names in os.walk(tree):
        here = made / Path(folder).relative_to(tree)
        here.mkdir(exist_ok=True)
        for name in names:
            source = Path(folder) / name
            if source.is_symlink():
                (here / name).symlink_to(os.readlink(source))
            else:
                _link_file(source, here / name)


def _link_file(source, target):
    """Copies where a link is not to be had: another file system, or one without links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _swap(made, final):
    """`made` takes the place of `final`; nobody sees half of it."""
    old = made.with_name(made.name + ".old")
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.is_symlink():
        final.unlink()
    elif final.exists():
        os.replace(final, old)
    os.replace(made, final)
    shutil.rmtree(made.parent)
