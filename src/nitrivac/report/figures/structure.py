"""The structure in space: cell, bonds, polyhedra, and balls cut into sectors where sites are mixed or partly vacant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.report.figures.drawing.crystal_scene import crystal_scene
from nitrivac.report.figures.drawing.paper import scene_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from nitrivac.crystal.model import Crystal
    from nitrivac.report.figures.drawing.scene import Scene

__all__ = ["structure_figure", "structure_scene"]


def structure_figure(
    crystal: Crystal,
    *,
    centres: Sequence[str] | None = None,
    only: Sequence[str] | None = None,
    view: str | None = None,
) -> Figure:
    """The structure projected on paper; see `structure_scene` for what is drawn.

    Args:
        crystal: ordered or average.
        centres: elements whose polyhedra are shown; by default those of the framework.
        only: elements or addresses of the sites that are drawn.
        view: the direction that points to the observer: `a`, `b`, `c` or a lattice direction such as `[110]`.

    Returns:
        A matplotlib figure, at most one column wide.

    Raises:
        AddressError: a site to draw is not there.
        SpecificationError: a centre is no cation of the crystal, or the view is none.
        UnsupportedError: the cell has too many atoms to draw.

    >>> from nitrivac import load
    >>> from nitrivac.report.figures import figure_bytes, structure_figure
    >>> figure = structure_figure(load("LiPN2"), view="c")
    >>> figure_bytes(figure, "pdf")[:5]
    b'%PDF-'
    """
    return scene_figure(structure_scene(crystal, centres=centres, only=only, view=view))


def structure_scene(
    crystal: Crystal,
    *,
    centres: Sequence[str] | None = None,
    only: Sequence[str] | None = None,
    view: str | None = None,
) -> Scene:
    """The structure as things to draw: for a page on which it turns, or for a renderer of your own.

    The atoms in the cell and on its border are drawn, finite groups such as rings and cages whole, and every cation with all
    its ligands. Where there is a framework its polyhedra and bonds are shown, else the bonds of all cations. Of a cell
    with more than 100 sites the polyhedra of the framework and the mobile sites are shown, or all atoms without bonds.

    Args:
        crystal: ordered or average.
        centres: elements whose polyhedra are shown; by default those of the framework.
        only: elements or addresses of the sites that are drawn.
        view: the direction that points to the observer at first: `a`, `b`, `c` or a lattice direction such as `[110]`.

    Raises:
        AddressError: a site to draw is not there.
        SpecificationError: a centre is no cation of the crystal, or the view is none.
        UnsupportedError: the cell has too many atoms to draw.

    >>> from nitrivac import load
    >>> from nitrivac.report.figures import structure_scene
    >>> scene = structure_scene(load("LiPN2"))
    >>> [(layer.name, layer.shown) for layer in scene.layers]
    [('Li–N bonds', False), ('Li polyhedra', False), ('P–N bonds', True), ('P polyhedra', True)]
    """
    return crystal_scene(crystal, centres, only=only, view=view)
