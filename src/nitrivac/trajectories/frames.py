"""A run of molecular dynamics as a stream: one or several files in a row, in constant memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import ReadError
from nitrivac.trajectories.reading.open import frames_of_file
from nitrivac.trajectories.reading.stream import TornFrameError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nitrivac.trajectories.reading.frame import Frame

__all__ = ["Chunk", "Trajectory"]

_POSITIONS_AT_ONCE = 32_000
_FEWEST_AT_ONCE = 20
_GAP = 3.0  # times the displacement from frame to frame, between files by which they are no continuation
_SAME = 1e-5  # angstrom, or fractions of the cell: frames no farther apart are one, written twice


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chunk:
    """Some frames in a row.

    Attributes:
        frac: fractional coordinates, wrapped or not as the file has them, shape (f, n, 3).
        lattices: rows are lattice vectors, angstrom, shape (f, 3, 3).
    """

    frac: NDArray[np.float64]
    lattices: NDArray[np.float64]


@dataclass(slots=True, kw_only=True)
class Trajectory:
    """The frames of some files, read once from beginning to end.

    Attributes:
        files: in the order of time.
        types: element of each atom type of LAMMPS dumps that do not name them.
        skip: frames left out at the beginning.
        elements: symbol of each atom, known once the first frame is read.
        n_frames: frames handed out so far.
        remarks: what was left out, one sentence each.
    """

    files: Sequence[Path]
    types: Sequence[str] = ()
    skip: int = 0
    elements: tuple[str, ...] = ()
    n_frames: int = 0
    remarks: list[str] = field(default_factory=list)

    def chunks(self) -> Iterator[Chunk]:
        """The frames, some at a time.

        Raises:
            ReadError: a file cannot be read, or its atoms are not those of the first frame.
        """
        frames = islice(self._frames(), self.skip, None)
        for _, alike in groupby(frames, key=attrgetter("fractional")):  # files of several formats may follow each other
            while first := next(alike, None):
                number = max(_FEWEST_AT_ONCE, _POSITIONS_AT_ONCE // len(first.elements))
                held = [first, *islice(alike, number - 1)]  # noqa: B031 - the same frames go on
                self.n_frames += len(held)
                yield _chunk(held, str(self.files[0]))

    def _frames(self) -> Iterator[Frame]:
        """All frames; one that repeats the last of the file before, as restarts write it, is left out.

        A file that ends within a frame counts up to there, and the next one goes on; behind one that is damaged nothing is
        read, since time would be missing.
        """
        before: Frame | None = None
        last: Frame | None = None
        for path in self.files:
            at_start, count = True, 0
            frames = frames_of_file(Path(path), self.types)
            while True:
                try:
                    frame = next(frames, None)
                except TornFrameError:
                    if last is None:
                        raise ReadError(f"{path}: ends within its first frame") from None
                    torn = f"its last frame is torn; the {count} before it are used"
                    self.remarks.append(f"{path}: {torn if count else 'it ends within its first frame'}")
                    break
                except ReadError as error:
                    if not count:
                        raise
                    self.remarks.append(f"{error}; the frames before it ({count}) are used, and nothing behind it")
                    return
                if frame is None:
                    if not count:
                        raise ReadError(f"{path}: holds no frame of molecular dynamics")
                    break
                count += 1
                self._compare(frame, path, count)
                repeated = at_start and last is not None and np.abs(frame.positions - last.positions).max() < _SAME
                if repeated:
                    self.remarks.append(f"{path}: its first frame repeats the last of the file before and is left out")
                    at_start = False
                    continue
                if at_start and before is not None and last is not None:
                    self._remark_on_gap(path, _step(before, last), _step(last, frame))
                at_start, before, last = False, last, frame
                yield frame

    def _remark_on_gap(self, path: Path, usual: float, across: float) -> None:
        """Say where a file begins far from where the one before ends."""
        if across > _GAP * usual:
            self.remarks.append(
                f"{path}: its first frame is {across:.2f} angstrom (root mean square) from the last of the file before, "
                f"where frames are {usual:.2f} apart: time is missing between, or it is another run"
            )

    def _compare(self, frame: Frame, path: Path, number: int) -> None:
        """Refuse a frame of other atoms."""
        if not self.elements:
            self.elements = frame.elements
        if frame.elements is not self.elements and frame.elements != self.elements:
            raise ReadError(f"{path}: frame {number} holds {_difference(frame.elements, self.elements)}")


def _step(one: Frame, other: Frame) -> float:
    """Root mean square displacement of the atoms from one frame to another, the shortest way, angstrom."""
    places = [
        frame.positions if frame.fractional else frame.positions @ np.linalg.inv(frame.lattice) for frame in (one, other)
    ]
    ways = places[1] - places[0]
    ways -= np.round(ways)
    return float(np.sqrt(((ways @ other.lattice) ** 2).sum(axis=1).mean()))


def _difference(elements: tuple[str, ...], before: tuple[str, ...]) -> str:
    """In what the atoms of a frame differ from those of the first."""
    if sorted(elements) != sorted(before):
        return f"other atoms than the first frame: {_formula(elements)}, not {_formula(before)}"
    place = next(number for number, pair in enumerate(zip(elements, before, strict=True)) if pair[0] != pair[1])
    return (
        f"the atoms of the first frame in another order: atom {place + 1} is {elements[place]}, not {before[place]}; one "
        "order in all files is needed"
    )


def _formula(elements: tuple[str, ...]) -> str:
    return "".join(f"{element}{elements.count(element)}" for element in dict.fromkeys(elements))


def _chunk(frames: list[Frame], source: str) -> Chunk:
    """Frames as arrays of fractional coordinates."""
    positions = np.stack([frame.positions for frame in frames])
    if not np.isfinite(positions.sum()):
        raise ReadError(f"{source}: a coordinate is no finite number")
    lattice = frames[0].lattice
    steady = all(frame.lattice is lattice for frame in frames)
    each = lattice[None] if steady else np.stack([frame.lattice for frame in frames])
    if abs(np.linalg.det(each)).min() < 1e-3:
        raise ReadError(f"{source}: a frame has a cell of no volume")
    if not frames[0].fractional:
        inverse = np.linalg.inv(each)
        positions = (positions.reshape(-1, 3) @ inverse[0]).reshape(positions.shape) if steady else positions @ inverse
    return Chunk(frac=positions, lattices=np.broadcast_to(each, (len(frames), 3, 3)))
