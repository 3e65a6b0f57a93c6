"""Three dimensions on paper: an orthographic view, painted from the back to the front."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.report.figures.drawing.style import VACANT, mixed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["Painting", "View", "default_view"]

_TURN, _LIFT = 0.35, 0.22  # radians from the a axis towards b, and above the plane across c
_FOG = 0.45  # how far the farthest thing fades to white
_INK = "#333333"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """Unit vectors of an observer, cartesian."""

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


def default_view(lattice: NDArray[np.float64]) -> View:
    """A little off the a axis and from above, with c upright.

    Args:
        lattice: rows, angstrom, shape (3, 3).
    """
    c = lattice[2] / np.linalg.norm(lattice[2])
    across = lattice[0] - (lattice[0] @ c) * c
    across /= np.linalg.norm(across)
    side = np.cross(c, across)
    level = np.cos(_TURN) * across - np.sin(_TURN) * side
    towards = np.cos(_LIFT) * level + np.sin(_LIFT) * c
    right = np.cross(c, towards)
    right /= np.linalg.norm(right)
    return View(right=right, up=np.cross(towards, right), towards=towards)


@dataclass(slots=True, kw_only=True)
class Painting:
    """Things to paint, each with its nearness; `onto` paints them.

    Attributes:
        view: the observer.
        middle: a point in the middle of what is painted, cartesian.
        reach: half its depth, angstrom.
    """

    view: View
    middle: NDArray[np.float64]
    reach: float
    _things: list[tuple[float, Artist]] = field(default_factory=list)

    def faded(self, colour: str, nearness: float) -> str:
        """A colour as it is seen from afar."""
        back = 0.5 - 0.5 * (nearness - float(self.view.depth(self.middle))) / max(self.reach, 1e-9)
        return mixed(colour, _FOG * min(1.0, max(0.0, back)))

    def ball(self, centre: NDArray[np.float64], radius: float, shares: Sequence[tuple[str, float]]) -> None:
        """A ball cut into sectors by the shares of its colours; what is left of 1 is white."""
        from matplotlib.patches import Circle, Wedge

        nearness = float(self.view.depth(centre))
        place = tuple(self.view.flat(centre).tolist())
        ink = self.faded(_INK, nearness)
        rest = 1 - sum(share for _, share in shares)
        parts = [*shares, (VACANT, rest)] if rest > 1e-6 else list(shares)
        if len(parts) == 1:
            self._add(
                nearness, Circle(place, radius, facecolor=self.faded(parts[0][0], nearness), edgecolor=ink, linewidth=0.4)
            )
            return
        angle = 90.0
        for colour, share in parts:
            piece = Wedge(
                place,
                radius,
                angle - 360 * share,
                angle,
                facecolor=self.faded(colour, nearness),
                edgecolor=ink,
                linewidth=0.4,
            )
            self._add(nearness, piece)
            angle -= 360 * share

    def polygon(self, corners: NDArray[np.float64], colour: str, *, alpha: float) -> None:
        """A translucent face."""
        from matplotlib.colors import to_rgba
        from matplotlib.patches import Polygon

        nearness = float(self.view.depth(corners).mean())
        faded = self.faded(colour, nearness)
        patch = Polygon(
            self.view.flat(corners),
            closed=True,
            facecolor=to_rgba(faded, alpha),
            edgecolor=to_rgba(faded, 0.8),
            linewidth=0.4,
        )
        self._add(nearness - 0.05, patch)

    def line(self, ends: NDArray[np.float64], colour: str, width: float, *, dashes: Any = "-") -> None:
        """A straight line between two points, shape (2, 3), in two halves so that the nearer hides what is behind."""
        from matplotlib.lines import Line2D

        middle = ends.mean(axis=0)
        for half in (np.array([ends[0], middle]), np.array([middle, ends[1]])):
            nearness = float(self.view.depth(half).mean())
            (x0, y0), (x1, y1) = self.view.flat(half).tolist()
            line = Line2D(
                [x0, x1],
                [y0, y1],
                color=self.faded(colour, nearness),
                linewidth=width,
                linestyle=dashes,
                solid_capstyle="round",
                dash_capstyle="butt",
            )
            self._add(nearness - 0.02, line)

    def text(self, point: NDArray[np.float64], words: str) -> None:
        """Words at a point, before everything."""
        from matplotlib.text import Text

        x, y = self.view.flat(point).tolist()
        self._add(float("inf"), Text(x, y, words, fontsize=8, style="italic", ha="center", va="center"))

    def _add(self, nearness: float, artist: Artist) -> None:
        self._things.append((nearness, artist))

    def onto(self, axes: Axes) -> None:
        """Paint from the back to the front, and fit the axes round it."""
        for order, (_, artist) in enumerate(sorted(self._things, key=lambda thing: thing[0])):
            artist.set_zorder(order + 1)
            axes.add_artist(artist)
        axes.set_aspect("equal")
        axes.axis("off")
