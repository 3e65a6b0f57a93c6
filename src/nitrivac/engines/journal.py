"""A journal that only grows: what is done stays done, whenever the run is killed and whatever the disk does.

A file of JSON lines. The first names the journal; each further one is a record `{"sum": ..., "key": ..., ...}` whose sum
is the CRC-32 of what follows it, so that a record that was torn, or lost bytes with the power, is recognised. The keys stand
at a fixed place, and are all that is kept in memory: 24 bytes a record.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zlib
from array import array
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["KEY_DIGITS", "Journal", "fingerprint", "open_journal"]

HEADER = b'{"journal": "nitrivac screen", "format": 1}\n'
KEY_DIGITS = 32  # hexadecimal digits: 128 bits
_REST = 18  # where what the sum is of begins
_KEY = slice(25, 25 + KEY_DIGITS)
_SYNC_SECONDS = 1.0  # what a loss of power can cost at most


class Journal:
    """An open journal, see `open_journal`.

    Attributes:
        path: where it is.
        damaged: records found that are not whole; they are as good as absent.
    """

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self.damaged = 0
        self._handle = handle
        self._synced = time.monotonic()
        self._end = self._scan()

    def _scan(self) -> int:
        """Index the whole records; the number of bytes up to the end of the last one."""
        high, low, offsets = array("Q"), array("Q"), array("q")
        end = position = 0
        with open(self._handle, "rb", closefd=False) as stream:
            stream.seek(0)
            first = stream.readline()
            if first != HEADER:
                if not HEADER.startswith(first):
                    raise OutputError(f"{self.path}: is no journal of nitrivac; choose another output, or move it")
                first = b""  # nothing, or a header that was torn: a new journal
            end = position = len(first)
            for line in stream:
                if is_whole(line):
                    high.append(int(line[_KEY][:16], 16))
                    low.append(int(line[_KEY][16:], 16))
                    offsets.append(position)
                    end = position + len(line)
                else:
                    self.damaged += 1
                position += len(line)
        keys = np.array([high, low], dtype=np.uint64)
        # The last of several records of one key counts, so it comes first among them.
        order = np.lexsort((-np.array(offsets, dtype=np.int64), keys[1], keys[0]))
        self._keys, self._offsets = keys[:, order], np.array(offsets, dtype=np.int64)[order]
        os.ftruncate(self._handle, end)
        if not end:
            self._write(HEADER)
            end = len(HEADER)
        return end

    def __len__(self) -> int:
        return len(self._offsets)

    def find(self, key: str) -> int | None:
        """Where the latest record of a key begins, of those that were there when the journal was opened or indexed."""
        high, low = np.uint64(int(key[:16], 16)), np.uint64(int(key[16:], 16))
        place = int(np.searchsorted(self._keys[0], high))
        while place < len(self._offsets) and self._keys[0, place] == high:
            if self._keys[1, place] == low:
                return int(self._offsets[place])
            place += 1
        return None

    def read(self, offset: int) -> dict[str, Any]:
        """The record that begins somewhere, see `find`."""
        with open(self._handle, "rb", closefd=False) as stream:
            stream.seek(offset)
            line = stream.readline()
        if not is_whole(line):
            raise OutputError(f"{self.path}: was changed while it was in use; run the same command again")
        record: dict[str, Any] = json.loads(line)
        return record

    def append(self, key: str, content: Mapping[str, Any]) -> None:
        """Add a record; it survives the end of this process at once, and a loss of power within a second.

        Raises:
            OutputError: it cannot be written, for instance on a full disk; the records before it are whole.
        """
        self._write(encoded(key, content))
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            self.sync()

    def _write(self, line: bytes) -> None:
        begin = os.lseek(self._handle, 0, os.SEEK_END)
        try:
            view = memoryview(line)
            while view:
                view = view[os.write(self._handle, view) :]
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._handle, begin)
            raise OutputError(
                f"{self.path}: cannot be written: {error.strerror}; what is done is kept, and the same command goes on"
            ) from error

    def sync(self) -> None:
        """Wait until everything is on disk."""
        try:
            os.fsync(self._handle)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written: {error.strerror}") from error
        self._synced = time.monotonic()

    def index(self) -> None:
        """Look at the whole file again, so that `find` knows what was added."""
        self._end = self._scan()


def encoded(key: str, content: Mapping[str, Any]) -> bytes:
    """A record as a line."""
    rest = f'"key":"{key}",' + json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))[1:] + "\n"
    raw = rest.encode("utf-8", "backslashreplace")
    return _beginning(raw) + raw


def is_whole(line: bytes) -> bool:
    """Whether a line is a record, all of it."""
    return line.endswith(b"}\n") and line[:_REST] == _beginning(line[_REST:])


def _beginning(rest: bytes) -> bytes:
    """The sum of what follows it."""
    return b'{"sum":"%08x",' % zlib.crc32(rest)


@contextmanager
def open_journal(path: Path, *, fresh: bool = False) -> Iterator[Journal]:
    """Open a journal, new or to be gone on with, for this process alone; on disk when it is closed.

    Args:
        path: of the journal; its folder must exist.
        fresh: drop the records that are there.

    Raises:
        OutputError: another process has it open, it is something else, or it cannot be written.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from nitrivac.engines import open_journal
    >>> with TemporaryDirectory() as folder, open_journal(Path(folder) / "run.journal") as journal:
    ...     len(journal)
    0
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        _lock(path, handle)
        if fresh:
            os.ftruncate(handle, 0)
        journal = Journal(path, handle)
        yield journal
        journal.sync()
    finally:
        os.close(handle)


def _lock(path: Path, handle: int) -> None:
    """Keep other processes out until the file is closed, or this process ends in whatever way."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(
            f"{path}: another run is writing to this output; wait for its end, or choose another -o"
        ) from error
    except OSError:
        return  # a file system without locks


def fingerprint(texts: Iterable[str]) -> str:
    """SHA-256 of texts in order, as hexadecimal digits."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()
