"""What is to be screened: files, folders, globs, catalogue ids and lists, as a stream in an order that repeats."""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import os
import stat
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nitrivac.catalog import candidate_sources, get_material, material_ids, materials, record_and_candidate, to_dict
from nitrivac.errors import SpecificationError, UnknownMaterialError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

__all__ = ["STRUCTURE_SUFFIXES", "Item", "find_items", "is_structure_name"]

# What a folder is searched for; a file named by itself may be called anything.
STRUCTURE_SUFFIXES = (".cif", ".cif.gz", ".mcif", ".vasp", ".poscar", ".xyz", ".extxyz", ".xsf", ".res")
_STRUCTURE_NAMES = ("POSCAR", "CONTCAR")
_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One structure to be screened.

    Attributes:
        source: as it was named, or the path below the folder that was named.
        path: absolute path of the file, None for a catalogue id or a candidate of one.
    """

    source: str
    path: str | None

    @property
    def name(self) -> str:
        """The id, or the file's name without its folder."""
        return self.source if self.path is None else os.path.basename(self.path)  # noqa: PTH119 - of a text

    def sha256(self) -> str:
        """SHA-256 of the file's bytes, or of the catalogue's record, as hexadecimal digits.

        Raises:
            OSError: the file cannot be read, or is none.
        """
        if self.path is None:
            record = json.dumps(to_dict(get_material(record_and_candidate(self.source)[0])), sort_keys=True)
            return hashlib.sha256(record.encode("utf-8")).hexdigest()
        path = Path(self.path)
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            raise OSError(errno.EINVAL, "is no file", self.path)
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


def is_structure_name(name: str) -> bool:
    """Whether a file in a folder is taken for a structure by its name."""
    return name.lower().endswith(STRUCTURE_SUFFIXES) or name.upper().startswith(_STRUCTURE_NAMES)


def find_items(sources: Sequence[str], listed: IO[str] | None = None, *, candidates: bool = False) -> Iterator[Item]:
    """The structures that sources name, one after the other.

    A folder gives the files below it whose names are those of structure files, in alphabetical order, folder by folder;
    hidden ones are left out. A glob is sorted. `all` is every catalogue record that has a structure; `-` reads names line
    by line from a list. A candidate comes where it is named, `ID#NAME`. What is named twice comes twice.

    Args:
        sources: files, folders, globs, catalogue ids, `all`, `-`.
        listed: what `-` reads, by default standard input.
        candidates: whether `all` is the candidates of unresolved compounds too, after the structures.

    Raises:
        SpecificationError: a source is none of these, or holds no structure; what comes from a list is not judged here.
    """
    for source in sources:
        empty = True
        for item in _items_of(source, listed, candidates=candidates):
            empty = False
            yield item
        if empty:
            raise SpecificationError(_nothing(source))


def _items_of(source: str, listed: IO[str] | None, *, candidates: bool) -> Iterator[Item]:
    if source == "-":
        with nullcontext(listed) if listed is not None else _standard_input() as lines:
            for name in map(str.strip, lines):
                if name:
                    yield _named(name)
    elif _is_record(source):
        yield Item(source=source, path=None)
    elif source == "all" and not Path(source).exists():
        yield from (Item(source=material.id, path=None) for material in materials() if material.sites)
        yield from (Item(source=name, path=None) for name in (candidate_sources(materials()) if candidates else ()))
    elif os.path.isdir(source):  # noqa: PTH112 - a text that is kept as it was given
        yield from (_file(path) for path in _below(source))
    elif os.path.lexists(source):
        yield _file(source)
    elif _WILD & set(source):
        for path in sorted(glob.iglob(source, recursive=True)):  # noqa: PTH207 - paths as they are written
            if not os.path.isdir(path):  # noqa: PTH112
                yield _file(path)
    else:
        raise SpecificationError(_nothing(source))


def _standard_input() -> IO[str]:
    """Standard input, with names of files that are no UTF-8 kept as they are."""
    return open(sys.stdin.fileno(), encoding="utf-8", errors="surrogateescape", closefd=False)


def _named(name: str) -> Item:
    """A line of a list: an id, or else a file, there or not."""
    return Item(source=name, path=None) if _is_record(name) else _file(name)


def _is_record(name: str) -> bool:
    """Whether a name is a catalogue id, or a candidate of one."""
    return record_and_candidate(name)[0] in material_ids()


def _file(path: str) -> Item:
    return Item(source=path, path=os.path.abspath(path))  # noqa: PTH100 - links are kept


def _below(folder: str) -> Iterator[str]:
    """Structure files below a folder, in order; links to folders are not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise SpecificationError(f"{folder}: the folder cannot be read: {error.strerror}") from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)
        elif is_structure_name(entry.name) and not entry.is_dir():
            yield entry.path


def _nothing(source: str) -> str:
    if source == "-":
        return "-: the list is empty; a file or catalogue id in each line is accepted"
    if os.path.isdir(source):  # noqa: PTH112
        return f"{source}: no structure file is in this folder or below it; names ending in {', '.join(STRUCTURE_SUFFIXES)}"
    if _WILD & set(source):
        return f"{source}: no file matches"
    try:
        get_material(source)
    except UnknownMaterialError as error:
        return f"{error}; there is no file or folder of this name either"
    return f"{source}: there is nothing to screen"
