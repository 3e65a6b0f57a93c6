"""The structures of a run written down with their keys, on disk, so that they need no memory."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

from nitrivac._version import __version__
from nitrivac.engines.journal import KEY_DIGITS, fingerprint
from nitrivac.errors import OutputError, SpecificationError
from nitrivac.screening.sources import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from nitrivac.screening.row import ScreenOptions

__all__ = ["Entry", "entries_of", "list_entries", "open_listing"]

_SCHEMA = 2  # of the rows; another one makes old records stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One structure of this run: its place, what it is, and why it cannot even be looked at."""

    index: int
    source: str
    path: str | None
    sha256: str | None
    key: str
    problem: str | None

    @property
    def item(self) -> Item:
        """The structure."""
        return Item(source=self.source, path=self.path)


def open_listing(output: Path) -> IO[str]:
    """A nameless file beside the table for the list of structures, so that it needs no memory."""
    try:
        return tempfile.TemporaryFile("w+", encoding="ascii", dir=output.parent)
    except OSError as error:
        raise OutputError(f"{output}: cannot be written: {error.strerror}") from error


def list_entries(items: Iterable[Item], listing: IO[str], options: ScreenOptions, shard: tuple[int, int]) -> tuple[int, str]:
    """Write down this shard's structures with their keys; how many, and the name of the run."""
    part, parts = shard
    number = total = 0
    chosen = json.dumps(asdict(options), sort_keys=True)
    sources = fingerprint([chosen, __version__])
    for number, item in enumerate(items, start=1):
        sources = fingerprint([sources, item.source])
        if (number - part) % parts:
            continue
        total += 1
        sha256, problem = _content(item)
        key = fingerprint([item.name, sha256 or "", chosen, __version__, str(_SCHEMA)])[:KEY_DIGITS]
        listing.write(json.dumps([number, item.source, item.path, sha256, key, problem]) + "\n")
    if not number:
        raise SpecificationError("there is nothing to screen; files, folders, globs, catalogue ids, all or - are accepted")
    return total, f"{number}-{sources[:12]}"


def _content(item: Item) -> tuple[str | None, str | None]:
    """The hash of a structure's content, or why there is none."""
    try:
        return item.sha256(), None
    except (OSError, ValueError) as error:
        return None, f"cannot be read: {getattr(error, 'strerror', None) or error}"


def entries_of(listing: IO[str]) -> Iterator[Entry]:
    """What `list_entries` wrote down."""
    listing.seek(0)
    for line in listing:
        index, source, path, sha256, key, problem = json.loads(line)
        yield Entry(index=index, source=source, path=path, sha256=sha256, key=key, problem=problem)
