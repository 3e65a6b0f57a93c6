"""What is drawn in space, and in which colours: one record for paper, for notebooks and for pages that turn it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.report.figures.drawing.geometry import cell_edges
from nitrivac.report.figures.drawing.view import View, view_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ball", "Face", "Kind", "Layer", "Scene", "Stick", "scene_json"]

_PLACES = 3  # decimals of an angstrom on a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Balls drawn alike.

    Attributes:
        name: `Li@4f` or `Li@4f: Li 91.9 %, vacant 8.1 %`.
        group: its name in the legend, the same for kinds that are listed and switched together.
        radius: angstrom.
        parts: colours with their shares, which add up to 1: the sectors of the ball.
        label: what tells it from other kinds of the same element, written on one ball; empty where nothing need.
    """

    name: str
    group: str
    radius: float
    parts: tuple[tuple[str, float], ...]
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Sticks and faces that are shown or hidden together.

    Attributes:
        name: in the legend, `P–N bonds`, `PN₄ polyhedra`, `h1: Li@2b - Li@4f, 2.18 Å`.
        colour: of its faces, and of its sign in the legend.
        shown: whether it is seen at once; paper shows no others.
        faces: whether it is made of faces.
        listed: whether the legend names it.
        opacity: of its faces, 0 to 1.
        edged: whether its faces have edges.
    """

    name: str
    colour: str
    shown: bool = True
    faces: bool = False
    listed: bool = True
    opacity: float = 0.22
    edged: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ball:
    """One atom: its kind, where it is (cartesian, angstrom), and the layers without which it is not drawn; none: always."""

    kind: int
    point: NDArray[np.float64]
    layers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stick:
    """A bond or a hop: its layer, both ends (cartesian, angstrom, shape (2, 3)), a colour for each half, its radius.

    Attributes:
        trims: how much of it lies inside the balls at its ends, angstrom.
    """

    layer: int
    ends: NDArray[np.float64]
    colours: tuple[str, str]
    radius: float
    trims: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Face:
    """A translucent polygon: its layer and its corners in order, cartesian, angstrom, shape (k, 3)."""

    layer: int
    corners: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A crystal, or its hops, as things to draw.

    Attributes:
        title: what it shows, in words.
        lattice: rows, angstrom, shape (3, 3).
        view: the direction that points to the observer at first, as `nitrivac.report.figures.drawing.view.view_of` takes
            it; None for the usual one.
        kinds: what the balls are.
        layers: what the sticks and faces are.
        balls: the atoms.
        sticks: bonds or hops.
        faces: of polyhedra or surfaces.
        left_out: what the cell holds that is not drawn, in words; empty where all is.
        caution: what must be said of the crystal, see `Provenance`.
    """

    title: str
    lattice: NDArray[np.float64]
    view: str | None = None
    kinds: tuple[Kind, ...]
    layers: tuple[Layer, ...] = ()
    balls: tuple[Ball, ...] = field(repr=False)
    sticks: tuple[Stick, ...] = field(default=(), repr=False)
    faces: tuple[Face, ...] = field(default=(), repr=False)
    left_out: str = ""
    caution: str | None = None

    def __post_init__(self) -> None:
        view_of(self.lattice, self.view)  # refuses what is no direction

    def _repr_svg_(self) -> str:
        """The scene in a notebook."""
        from nitrivac.report.figures.drawing.svg import scene_svg

        return scene_svg(self)

    def shown_balls(self) -> list[Ball]:
        """The atoms that are seen at once."""
        return [ball for ball in self.balls if not ball.layers or any(self.layers[one].shown for one in ball.layers)]

    def shown_points(self) -> NDArray[np.float64]:
        """All points that a picture must hold, shape (n, 3): atoms seen at once, corners of faces and of the cell."""
        faces = [face.corners for face in self.faces if self.layers[face.layer].shown]
        points = [ball.point[None, :] for ball in self.shown_balls()]
        return np.concatenate([cell_edges(self.lattice).reshape(-1, 3), *points, *faces])


def scene_json(scene: Scene) -> str:
    """A scene as the script of a page reads it, without line breaks.

    Args:
        scene: what to draw.
    """
    views = {name: _rows(view_of(scene.lattice, name)) for name in "abc"}
    return json.dumps(
        {
            "lattice": _plain(scene.lattice),
            "views": {"": _rows(view_of(scene.lattice, scene.view)), **views},
            "kinds": [[kind.name, kind.group, kind.radius, kind.parts, kind.label] for kind in scene.kinds],
            "layers": [
                [one.name, one.colour, int(one.shown), int(one.faces), int(one.listed), one.opacity, int(one.edged)]
                for one in scene.layers
            ],
            "balls": [[ball.kind, *_plain(ball.point), *ball.layers] for ball in scene.balls],
            "sticks": [
                [stick.layer, *stick.colours, stick.radius, *_plain(np.array(stick.trims)), *_plain(stick.ends.ravel())]
                for stick in scene.sticks
            ],
            "faces": [[face.layer, *_plain(face.corners.ravel())] for face in scene.faces],
            "leftOut": scene.left_out,
            "caution": scene.caution or "",
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _plain(values: NDArray[np.float64]) -> Any:
    return (np.round(values, _PLACES) + 0.0).tolist()


def _rows(view: View) -> Any:
    return np.round([view.right, view.up, view.towards], 6).tolist()
