"""The hop network in space, coloured by symmetry class."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.report.figures.drawing.crystal_scene import refuse_full
from nitrivac.report.figures.drawing.geometry import Place, shifts_into_cell
from nitrivac.report.figures.drawing.kinds import kinds_of
from nitrivac.report.figures.drawing.paper import scene_figure
from nitrivac.report.figures.drawing.scene import Ball, Layer, Scene, Stick
from nitrivac.report.figures.drawing.style import GREY, HOP_COLOURS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration import Hop, HopNetwork

__all__ = ["drawn_pairs", "hop_colours", "hop_words", "hops_figure", "hops_scene", "shown_hops"]

_MORE = 3  # elementary hops that the legend lists but that are not seen at once
_MOBILE, _IMMOBILE = 0.6, 0.36  # of a ball's usual radius: hops matter here
_HOP_A, _SPLIT_A = 0.06, 0.025  # radii of the lines


@dataclass(frozen=True, slots=True, kw_only=True)
class _Jumps:
    """Jumps that are drawn alike.

    Attributes:
        words: in the legend.
        colour: of the lines.
        thin: whether they are no hops but split pairs.
        seen: whether they are seen at once.
        pairs: both ends of each, as site and cell.
    """

    words: str
    colour: str
    thin: bool = False
    seen: bool = True
    pairs: list[tuple[Place, Place]] = field(repr=False)


def shown_hops(network: HopNetwork) -> tuple[Hop, ...]:
    """The elementary hops that it takes to span as many dimensions as can be spanned; all where nothing is spanned.

    Args:
        network: the hops of a crystal.
    """
    needed = max((one.value for one in network.by_distance if one.value is not None), default=network.max_distance)
    elementary = [one for one in network.hops if one.elementary]
    return tuple([one for one in elementary if one.distance <= needed + 1e-6] or elementary)


def hop_colours(network: HopNetwork) -> dict[str, str]:
    """A colour for each hop shown, by its name, as far as there are colours; the same in every figure of a network."""
    return {hop.id: colour for hop, colour in zip(shown_hops(network), HOP_COLOURS, strict=False)}


def hop_words(hop: Hop) -> str:
    """`h1: Li@2c - Li@2c, 2.106 Å`."""
    return f"{'split pair' if hop.exclusive else hop.id}: {hop.pair}, {hop.distance:.3f} Å"


def drawn_pairs(crystal: Crystal, network: HopNetwork, hop: Hop) -> list[tuple[Place, Place]]:
    """All jumps of one class whose middle lies in one cell or on its border, each once.

    Args:
        crystal: the crystal of the network.
        network: its hops.
        hop: one of them.

    Returns:
        Both ends as site and cell.
    """
    links, points = network.links, crystal.frac_coords
    drawn: dict[tuple[Place, Place], None] = {}
    number = next(number for number, one in enumerate(network.hops) if one is hop)
    for link in np.flatnonzero(network.hop_of_link == number).tolist():
        first, second = int(network.sites[links.first[link]]), int(network.sites[links.second[link]])
        image = links.images[link]
        for shift in shifts_into_cell((points[first] + points[second] + image) / 2):
            x, y, z = (image + shift).tolist()
            ends: list[Place] = sorted([(first, shift), (second, (x, y, z))])
            drawn[ends[0], ends[1]] = None
    return list(drawn)


def _layers(crystal: Crystal, network: HopNetwork, *, more: int = 0) -> list[_Jumps]:
    """The coloured classes, the rest of those shown in grey, split pairs, and some that are not seen at once."""
    colours = hop_colours(network)
    shown = shown_hops(network)
    layers = [
        _Jumps(words=hop_words(hop), colour=colours[hop.id], pairs=drawn_pairs(crystal, network, hop))
        for hop in shown
        if hop.id in colours
    ]
    rest = shown[len(colours) :]
    if rest:
        words = f"{len(rest)} more classes, to {rest[-1].distance:.3f} Å"
        pairs = [pair for hop in rest for pair in drawn_pairs(crystal, network, hop)]
        layers.append(_Jumps(words=words, colour=GREY, pairs=pairs))
    split = [hop for hop in network.hops if hop.exclusive]
    if split:
        words = hop_words(split[0]) if len(split) == 1 else f"split pairs, to {split[-1].distance:.3f} Å"
        pairs = [pair for hop in split for pair in drawn_pairs(crystal, network, hop)]
        layers.append(_Jumps(words=words, colour=GREY, thin=True, pairs=pairs))
    unseen = [hop for hop in network.hops if hop.elementary and hop not in shown][:more]
    return layers + [
        _Jumps(words=hop_words(hop), colour=GREY, seen=False, pairs=drawn_pairs(crystal, network, hop)) for hop in unseen
    ]


def hops_figure(crystal: Crystal, network: HopNetwork, *, view: str | None = None) -> Figure:
    """The hops projected on paper, coloured by class, between sites drawn small.

    Args:
        crystal: the crystal of the network.
        network: its hops; see `shown_hops` for those drawn.
        view: see `structure_figure`.

    Returns:
        A matplotlib figure, at most one column wide.

    Raises:
        SpecificationError: the view is none.
        UnsupportedError: the cell has too many sites to draw.

    >>> from nitrivac import find_hops, load
    >>> from nitrivac.report.figures import figure_bytes, hops_figure
    >>> crystal = load("alpha-Li3N")
    >>> figure_bytes(hops_figure(crystal, find_hops(crystal), view="c"), "pdf")[:5]
    b'%PDF-'
    """
    return scene_figure(hops_scene(crystal, network, view=view))


def hops_scene(crystal: Crystal, network: HopNetwork, *, view: str | None = None) -> Scene:
    """The hops as things to draw: coloured by class, between sites drawn small.

    Args:
        crystal: the crystal of the network.
        network: its hops; those of `shown_hops` are seen at once, some longer elementary ones on request.
        view: see `structure_scene`.

    Raises:
        SpecificationError: the view is none.
        UnsupportedError: the cell has too many sites to draw.

    >>> from nitrivac import find_hops, load
    >>> from nitrivac.report.figures import hops_scene
    >>> crystal = load("alpha-Li3N")
    >>> [layer.name for layer in hops_scene(crystal, find_hops(crystal)).layers if layer.shown]
    ['h1: Li@2c - Li@2c, 2.106 Å', 'h2: Li@1b - Li@2c, 2.862 Å']
    """
    refuse_full(crystal)
    mobile = set(crystal.orbit_of_site[network.sites].tolist())
    kinds = [
        replace(kind, radius=kind.radius * (_MOBILE if number in mobile else _IMMOBILE), label="")
        for number, kind in enumerate(kinds_of(crystal).kinds)
    ]
    places: dict[Place, set[int] | None] = {
        (site, shift): None for site in range(crystal.n_sites) for shift in shifts_into_cell(crystal.frac_coords[site])
    }
    classes = _layers(crystal, network, more=_MORE)
    sticks = []
    for number, jumps in enumerate(classes):
        for pair in jumps.pairs:
            for place in pair:
                layers = places.setdefault(place, set())
                if layers is not None:
                    layers.add(number)
            ends = np.array([crystal.frac_coords[site] + cell for site, cell in pair]) @ crystal.lattice
            first, second = (kinds[int(crystal.orbit_of_site[site])].radius for site, _ in pair)
            sticks.append(
                Stick(
                    layer=number,
                    ends=ends,
                    colours=(jumps.colour, jumps.colour),
                    radius=_SPLIT_A if jumps.thin else _HOP_A,
                    trims=(first, second),
                )
            )
    balls = [
        Ball(
            kind=int(crystal.orbit_of_site[site]),
            point=(crystal.frac_coords[site] + cell) @ crystal.lattice,
            layers=() if layers is None else tuple(sorted(layers)),
        )
        for (site, cell), layers in places.items()
    ]
    return Scene(
        title=f"Hops of {network.species} in one cell of {crystal.formula}",
        lattice=crystal.lattice,
        view=view,
        kinds=tuple(kinds),
        layers=tuple(Layer(name=jumps.words, colour=jumps.colour, shown=jumps.seen) for jumps in classes),
        balls=tuple(balls),
        sticks=tuple(sticks),
    )
