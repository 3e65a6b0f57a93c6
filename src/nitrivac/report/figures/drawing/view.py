"""Where the observer of a crystal stands: along an axis, along any direction, or a little off the a axis."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["View", "parse_view", "view_along", "view_of"]

_TURN, _LIFT = 0.35, 0.22  # radians from the a axis towards b, and above the plane across c
_AXES = {"a": (1.0, 0.0, 0.0), "b": (0.0, 1.0, 0.0), "c": (0.0, 0.0, 1.0)}
_PARALLEL = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """Unit vectors of an observer, cartesian; what is drawn is projected along `towards`, without perspective."""

    right: NDArray[np.float64]
    up: NDArray[np.float64]
    towards: NDArray[np.float64]

    def flat(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Places on paper, angstrom, shape (..., 2)."""
        return np.stack([points @ self.right, points @ self.up], axis=-1)

    def depth(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Nearness to the observer, angstrom."""
        nearness: NDArray[np.float64] = points @ self.towards
        return nearness


def parse_view(text: str) -> tuple[float, float, float]:
    """The lattice direction that points to the observer, from `a`, `b`, `c`, `[111]`, `[1 -1 0]` or `[10,1,0]`.

    Raises:
        SpecificationError: it is none of these, or no direction.
    """
    if text in _AXES:
        return _AXES[text]
    inside = text.strip().removeprefix("[").removesuffix("]")
    parts = re.findall(r"-?\d", inside) if re.fullmatch(r"(-?\d){3}", inside) else re.split(r"[\s,]+", inside.strip())
    try:
        u, v, w = (float(int(part)) for part in parts)
    except ValueError:
        u = v = w = 0.0
    if not (u or v or w):
        raise SpecificationError(f"view {text!r}: one of a, b, c or a lattice direction such as [110] or [1,-1,0] is needed")
    return u, v, w


def view_of(lattice: NDArray[np.float64], text: str | None = None) -> View:
    """The view that a text asks for, see `parse_view`; by default a little off the a axis and from above, with c upright.

    Args:
        lattice: rows, angstrom, shape (3, 3).
        text: the direction that points to the observer, else None.

    Raises:
        SpecificationError: the text names no direction.
    """
    if text is not None:
        return view_along(lattice, parse_view(text))
    c = lattice[2] / np.linalg.norm(lattice[2])
    across = lattice[0] - (lattice[0] @ c) * c
    across /= np.linalg.norm(across)
    level = np.cos(_TURN) * across - np.sin(_TURN) * np.cross(c, across)
    return _view(np.cos(_LIFT) * level + np.sin(_LIFT) * c, c)


def view_along(lattice: NDArray[np.float64], direction: tuple[float, float, float]) -> View:
    """The view along a lattice direction, which points to the observer: c upright, or a to the right where c does that.

    Args:
        lattice: rows, angstrom, shape (3, 3).
        direction: in terms of the lattice vectors.
    """
    towards = np.array(direction) @ lattice
    if np.linalg.norm(np.cross(towards, lattice[2])) > _PARALLEL * np.linalg.norm(towards) * np.linalg.norm(lattice[2]):
        return _view(towards, lattice[2])
    return _view(towards, np.cross(towards, lattice[0]))


def _view(towards: NDArray[np.float64], upright: NDArray[np.float64]) -> View:
    towards = towards / np.linalg.norm(towards)
    right = np.cross(upright, towards)
    right /= np.linalg.norm(right)
    return View(right=right, up=np.cross(towards, right), towards=towards)
