"""Text files, packed or not, as lines and tables of numbers, a block of bytes at a time."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from typing import IO, TYPE_CHECKING, Self, cast

import numpy as np

from nitrivac.errors import ReadError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["BLOCK", "BROKEN", "TextStream", "TornFrameError", "open_bytes"]

BLOCK = 1 << 22
"""Bytes read at once."""
_ROWS_AT_ONCE = 16_000
_MAGIC = ((b"\x1f\x8b", gzip.open), (b"\xfd7zXZ\x00", lzma.open), (b"BZh", bz2.open))
BROKEN = (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile)
"""What unpacking a file that is cut raises."""


class TornFrameError(Exception):
    """The file ends within a frame; what was read before is whole."""


def open_bytes(path: Path) -> IO[bytes]:
    """A file's bytes, unpacked where it begins like gzip, xz or bzip2, whatever its name.

    Raises:
        ReadError: there is no such file.
    """
    if not path.is_file():
        raise ReadError(f"{path}: there is no such file")
    with path.open("rb") as stream:
        start = stream.read(6)
    for magic, opener in _MAGIC:
        if start.startswith(magic):
            return cast("IO[bytes]", opener(path, "rb"))
    return path.open("rb")


class TextStream:
    """Lines and tables of a text file.

    Args:
        path: the file, packed or not.
    """

    def __init__(self, path: Path) -> None:
        self.source = str(path)
        self._stream = open_bytes(path)
        self._text = b""
        self._bytes = np.zeros(0, dtype=np.uint8)
        self._place = 0
        self._lines_end = 0
        self._ended = self._cut = False
        self.ended_in_a_line = False
        """Whether the file's last line had no end, so that its last number may be cut."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def _more(self) -> bool:
        """Read another block behind what is left; False at the end of the file.

        Raises:
            TornFrameError: a packed file is cut.
        """
        if self._ended:
            return False
        block = self._block(max(BLOCK, len(self._text) - self._place))
        if not block:
            self._ended = True
            if not self._text[self._place :] or self._text.endswith(b"\n"):
                if self._cut:
                    raise TornFrameError
                return False
            self.ended_in_a_line = True
            block = b"\n"
        self._text = self._text[self._place :] + block
        self._bytes = np.frombuffer(self._text, dtype=np.uint8)
        self._lines_end = self._text.rfind(b"\n") + 1
        self._place = 0
        return True

    def _block(self, size: int) -> bytes:
        """About so many bytes; all that can be unpacked of a file that is cut."""
        parts: list[bytes] = []
        held = 0
        try:
            while held < size and (part := self._stream.read1(size)):  # type: ignore[attr-defined]  # of binary files
                parts.append(part)
                held += len(part)
        except BROKEN:
            self._cut = self.ended_in_a_line = True
        return b"".join(parts)

    def line(self) -> bytes | None:
        """The next line without its end, None at the end of the file."""
        while (end := self._text.find(b"\n", self._place)) < 0:
            if not self._more():
                return None
        found = self._text[self._place : end]
        self._place = end + 1
        return found

    def whole_line(self) -> bytes:
        """The next line.

        Raises:
            TornFrameError: there is none.
        """
        found = self.line()
        if found is None:
            raise TornFrameError
        return found

    def table(self, columns: NDArray[np.int64], values: NDArray[np.float64], names: NDArray[np.uint8], frame: int) -> None:
        """Fill arrays from the next lines; see `nitrivac.trajectories.reading._numbers.read_table`.

        Raises:
            TornFrameError: the file ends before.
            ReadError: a line is no row of numbers in the middle of the file.
        """
        from nitrivac.trajectories.reading._numbers import read_table

        while True:
            place = int(read_table(self._bytes, self._place, self._lines_end, columns, values, names))
            if place >= 0:
                if self._ended and self.ended_in_a_line and place == len(self._text) and self._is_cut():
                    raise TornFrameError
                self._place = place
                return
            if place < -1 and not (self._ended and self.ended_in_a_line):
                self._refuse_row(-2 - place, frame)
            if not self._more():
                raise TornFrameError

    def frames(
        self, opening: bytes, start: bytes, columns: NDArray[np.int64], names: NDArray[np.uint8], rows: int
    ) -> NDArray[np.float64]:
        """The frames that follow whole in what is held of the file and are like the one before, many at once.

        Args:
            opening: whole lines that each frame begins with.
            start: what the line after these begins with, which is the last before the table.
            columns: what each is for; see `nitrivac.trajectories.reading._numbers.read_table`.
            names: of the atoms of the frame before, shape (rows, 4).
            rows: of a frame.

        Returns:
            Their numbers, shape (frames, rows, 3); no frame where the next one is not like it, or not whole.
        """
        from nitrivac.trajectories.reading._numbers import read_frames

        values = np.empty((max(1, _ROWS_AT_ONCE // rows), rows, 3))
        if self._ended and self.ended_in_a_line:  # whether the last number is whole is for `table` to tell
            return values[:0]
        above, before = (np.frombuffer(one, dtype=np.uint8) for one in (opening, start))
        room = np.zeros_like(names)
        count, place = read_frames(self._bytes, self._place, self._lines_end, above, before, columns, values, room, names)
        self._place = int(place)
        return values[:count]

    def _refuse_row(self, row: int, frame: int) -> None:
        lines = self._text[self._place :].split(b"\n", row + 1)
        shown = lines[row].decode("latin-1").strip() if row < len(lines) else ""
        raise ReadError(f"{self.source}: frame {frame}, atom {row + 1}: no coordinates can be read from {shown!r:.60}")

    def _is_cut(self) -> bool:
        """Whether the last line, which has no end, has fewer decimals than the one before it."""
        before, last = self._text.rstrip(b"\n").rsplit(b"\n", 2)[-2:]
        return len(last.rpartition(b".")[2]) < len(before.rpartition(b".")[2])
