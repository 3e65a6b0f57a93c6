"""Measured patterns: columns of angle and intensity, as every diffractometer's program can write them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np

from nitrivac.diffraction.profile import Profile
from nitrivac.errors import ReadError

__all__ = ["read_measured"]

_SEPARATOR = re.compile(r"[\s;]+")
_MOST_BYTES = 50_000_000


def read_measured(path: str | Path) -> Profile:
    """A measured pattern from a text file of two theta in degrees and intensity, a third column (its uncertainty) unread.

    Columns are set apart by blanks, commas or semicolons. Lines before the first numbers are a heading; lines that begin
    with `#`, `!`, `;`, `%` or a quotation mark are remarks.

    Raises:
        ReadError: no such file, or a line that is neither; the message names it.

    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> from nitrivac.diffraction import read_measured
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "scan.xy")
    ...     _ = file.write_text(chr(10).join(["10.0 5", "10.1 7"]))
    ...     read_measured(file).intensity.tolist()
    [5.0, 7.0]
    """
    name = str(path)
    try:
        if Path(path).stat().st_size > _MOST_BYTES:
            raise ReadError(f"{name}: more than {_MOST_BYTES // 1_000_000} MB are no powder pattern")
        text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise ReadError(f"{name}: cannot be read: {error.strerror}") from error
    angles: list[float] = []
    intensities: list[float] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip()[0] in "#!;%'\"":
            continue
        values = _numbers(line)
        if values is None or len(values) not in (2, 3):
            if angles:
                raise ReadError(f"{name}: line {number} is {line.strip()!r:.60}; two theta and intensity are needed")
            continue
        if angles and values[0] <= angles[-1]:
            raise ReadError(f"{name}: line {number}: two theta {values[0]:g} does not rise after {angles[-1]:g}")
        angles.append(values[0])
        intensities.append(values[1])
    if len(angles) < 2:
        raise ReadError(f"{name}: no measured pattern; a text file with columns of two theta and intensity is needed")
    if not 0 <= angles[0] < angles[-1] <= 180:
        raise ReadError(f"{name}: angles from {angles[0]:g} to {angles[-1]:g}: degrees of two theta are needed")
    if max(intensities) <= 0:
        raise ReadError(f"{name}: no intensity is above 0")
    return Profile(two_theta=np.array(angles), intensity=np.array(intensities))


def _numbers(line: str) -> list[float] | None:
    """Finite numbers of a line, None where a word is none; a comma between digits separates only where nothing else does."""
    words = [word.strip(",") for word in _SEPARATOR.split(line.strip(" ;\t"))]
    if len(words) == 1:
        words = words[0].split(",")
    try:
        values = [float(word) for word in words if word]
    except ValueError:
        return None
    return values if all(map(math.isfinite, values)) else None
