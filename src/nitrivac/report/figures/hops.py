"""The hop network in space, coloured by symmetry class."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.report.figures.drawing.scene import drawn_radius, images_in_cell, orbit_groups, refuse_full, shifts_into_cell
from nitrivac.report.figures.drawing.solids import fineness, lines
from nitrivac.report.figures.drawing.space import ball_traces, cell_traces, fit, paint_cell, painting_of, space_layout
from nitrivac.report.figures.drawing.style import GREY, PALETTE, element_colours, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration import Hop, HopNetwork

__all__ = ["drawn_pairs", "hop_colours", "hop_words", "hops_figure", "hops_plotly", "shown_hops"]

_HEIGHT_PX = 520
_WIDEST_IN, _HIGHEST_IN, _NARROWEST_IN = 3.4, 3.4, 3.0
_MORE = 3  # elementary hops that the legend lists but that are not seen at once
_MOBILE, _IMMOBILE = 0.6, 0.36  # of a ball's usual radius: hops matter here
Place = tuple[int, tuple[int, ...]]  # a site and its cell


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
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
    return {hop.id: colour for hop, colour in zip(shown_hops(network), PALETTE, strict=False)}


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
            ends = sorted([(first, shift), (second, tuple((image + shift).tolist()))])
            drawn[ends[0], ends[1]] = None
    return list(drawn)


def _layers(crystal: Crystal, network: HopNetwork, *, more: int = 0) -> list[_Layer]:
    """The coloured classes, the rest of those shown in grey, split pairs, and some that are not seen at once."""
    colours = hop_colours(network)
    shown = shown_hops(network)
    layers = [
        _Layer(words=hop_words(hop), colour=colours[hop.id], pairs=drawn_pairs(crystal, network, hop))
        for hop in shown
        if hop.id in colours
    ]
    rest = shown[len(colours) :]
    if rest:
        words = f"{len(rest)} more classes, to {rest[-1].distance:.3f} Å"
        pairs = [pair for hop in rest for pair in drawn_pairs(crystal, network, hop)]
        layers.append(_Layer(words=words, colour=GREY, pairs=pairs))
    split = [hop for hop in network.hops if hop.exclusive]
    if split:
        words = hop_words(split[0]) if len(split) == 1 else f"split pairs, to {split[-1].distance:.3f} Å"
        pairs = [pair for hop in split for pair in drawn_pairs(crystal, network, hop)]
        layers.append(_Layer(words=words, colour=GREY, thin=True, pairs=pairs))
    unseen = [hop for hop in network.hops if hop.elementary and hop not in shown][:more]
    return layers + [
        _Layer(words=hop_words(hop), colour=GREY, seen=False, pairs=drawn_pairs(crystal, network, hop)) for hop in unseen
    ]


def hops_figure(crystal: Crystal, network: HopNetwork) -> Figure:
    """The hops projected on paper, coloured by class, between sites drawn small.

    Args:
        crystal: the crystal of the network.
        network: its hops; see `shown_hops` for those drawn.

    Returns:
        A matplotlib figure, at most one column wide.

    Raises:
        UnsupportedError: the cell has too many sites to draw.
    """
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    refuse_full(crystal)
    layers = _layers(crystal, network)
    balls = _balls(crystal, network, layers)
    points = np.array([ball.place for ball in balls])
    painting = painting_of(crystal.lattice, points)
    paint_cell(painting, crystal.lattice)
    for layer in layers:
        for piece in _lines_of(crystal, layer.pairs):
            painting.line(piece, layer.colour, 1.0 if layer.thin else 2.0)
    for ball in balls:
        painting.ball(ball.place, ball.radius, ball.shares)
    with styled():
        figure = Figure()
        wide, high = fit(figure.subplots(), painting, crystal.lattice, points)
        scale = min(_WIDEST_IN / wide, _HIGHEST_IN / high)
        figure.set_size_inches(max(_NARROWEST_IN, scale * wide), scale * high + 0.2 + 0.16 * len(layers))
        handles = [
            Line2D([], [], color=layer.colour, linewidth=1 if layer.thin else 2, label=layer.words) for layer in layers
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=1)
    return figure


def hops_plotly(crystal: Crystal, network: HopNetwork) -> Any:
    """The hops to turn, coloured by class; classes are switched on and off in the legend.

    Args:
        crystal: the crystal of the network.
        network: its hops; those of `shown_hops` are seen at once, some longer elementary ones on request.

    Returns:
        A plotly figure.

    Raises:
        UnsupportedError: the cell has too many sites to draw.
    """
    from plotly import graph_objects as go

    refuse_full(crystal)
    layers = _layers(crystal, network, more=_MORE)
    balls = _balls(crystal, network, [layer for layer in layers if layer.seen])
    layout = space_layout(crystal.lattice, np.array([ball.place for ball in balls]), _HEIGHT_PX)
    figure = go.Figure(data=cell_traces(crystal.lattice), layout=layout)
    for layer in layers:
        figure.add_trace(
            go.Scatter3d(
                **lines(_lines_of(crystal, layer.pairs)),
                mode="lines",
                line={"color": layer.colour, "width": 3 if layer.thin else 7},
                name=layer.words,
                hovertemplate=f"{layer.words}<extra></extra>",
                visible=True if layer.seen else "legendonly",
            )
        )
    steps = fineness(len(balls))
    named: set[str] = set()
    for words in dict.fromkeys(ball.words for ball in balls):
        alike = [ball for ball in balls if ball.words == words]
        name = alike[0].element
        figure.add_traces(
            ball_traces(
                np.array([ball.place for ball in alike]),
                alike[0].radius,
                alike[0].shares,
                name=name,
                words=words,
                steps=steps,
                in_legend=name not in named,
            )
        )
        named.add(name)
    return figure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ball:
    """A small ball: where, how large, in which colours, of what."""

    place: NDArray[np.float64]
    radius: float
    shares: list[tuple[str, float]]
    element: str
    words: str


def _balls(crystal: Crystal, network: HopNetwork, layers: Sequence[_Layer]) -> list[_Ball]:
    """Every site in the cell, and mobile sites at the ends of the jumps drawn."""
    colours = element_colours(crystal.elements)
    mobile = set(network.sites.tolist())
    words = {number: name for name, members in orbit_groups(crystal).items() for number in members}
    inside = images_in_cell(crystal, np.arange(crystal.n_sites))
    places = list(dict.fromkeys([*inside, *(place for layer in layers for pair in layer.pairs for place in pair)]))
    balls = []
    for (site, _), point in zip(places, _points(crystal, places), strict=True):
        number = int(crystal.orbit_of_site[site])
        orbit = crystal.orbits[number]
        balls.append(
            _Ball(
                place=point,
                radius=drawn_radius(crystal, orbit) * (_MOBILE if site in mobile else _IMMOBILE),
                shares=[(colours[one.element], one.occupancy) for one in orbit.occupants],
                element="/".join(orbit.elements),
                words=words[number],
            )
        )
    return balls


def _points(crystal: Crystal, places: Sequence[Place]) -> NDArray[np.float64]:
    points: NDArray[np.float64] = np.array([crystal.frac_coords[site] + image for site, image in places]).reshape(-1, 3)
    return points @ crystal.lattice


def _lines_of(crystal: Crystal, pairs: Sequence[tuple[Place, Place]]) -> NDArray[np.float64]:
    return _points(crystal, [place for pair in pairs for place in pair]).reshape(-1, 2, 3)
