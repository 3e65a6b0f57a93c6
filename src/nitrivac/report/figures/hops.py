"""The hop network in space, coloured by symmetry class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.report.figures.scene import drawn_radius, images_in_cell, occupancy_text, shifts_into_cell
from nitrivac.report.figures.solids import fineness, lines
from nitrivac.report.figures.space import ball_traces, cell_traces, fit, paint_cell, painting_of, space_layout
from nitrivac.report.figures.style import GREY, PALETTE, element_colours, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration import Hop, HopNetwork

__all__ = ["drawn_pairs", "hop_colours", "hops_figure", "hops_plotly", "shown_hops"]

_HEIGHT_PX = 520
_WIDEST_IN, _HIGHEST_IN, _NARROWEST_IN = 3.4, 3.4, 3.0
_MOST = len(PALETTE)
_MORE = 3  # elementary hops that are listed but not seen at once
_MOBILE, _IMMOBILE = 0.6, 0.36  # of a ball's usual radius: hops matter here
Place = tuple[int, tuple[int, ...]]  # a site and its cell


def shown_hops(network: HopNetwork) -> tuple[Hop, ...]:
    """The hops worth a colour: elementary, as long as is needed to span all that can be spanned, at most as many as colours.

    Args:
        network: the hops of a crystal.
    """
    needed = max((one.value for one in network.by_distance if one.value is not None), default=network.max_distance)
    elementary = [one for one in network.hops if one.elementary]
    chosen = [one for one in elementary if one.distance <= needed + 1e-6]
    return tuple((chosen or elementary)[:_MOST])


def hop_colours(network: HopNetwork) -> dict[str, str]:
    """A colour for each hop shown, by its name; the same in every figure of a network."""
    return {hop.id: colour for hop, colour in zip(shown_hops(network), PALETTE, strict=False)}


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
    for link in np.flatnonzero(network.hop_of_link == network.hops.index(hop)).tolist():
        first, second = int(network.sites[links.first[link]]), int(network.sites[links.second[link]])
        image = links.images[link]
        for shift in shifts_into_cell((points[first] + points[second] + image) / 2):
            ends = sorted([(first, shift), (second, tuple((image + shift).tolist()))])
            drawn[ends[0], ends[1]] = None
    return list(drawn)


def _points(crystal: Crystal, places: Sequence[Place]) -> NDArray[np.float64]:
    points: NDArray[np.float64] = np.array([crystal.frac_coords[site] + image for site, image in places]).reshape(-1, 3)
    return points @ crystal.lattice


def _lines_of(crystal: Crystal, pairs: Sequence[tuple[Place, Place]]) -> NDArray[np.float64]:
    return _points(crystal, [place for pair in pairs for place in pair]).reshape(-1, 2, 3)


def hops_figure(crystal: Crystal, network: HopNetwork) -> Figure:
    """The hops projected on paper, coloured by class, between sites drawn small.

    Args:
        crystal: the crystal of the network.
        network: its hops; see `shown_hops` for those drawn.

    Returns:
        A matplotlib figure.
    """
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    colours = hop_colours(network)
    shown = (*shown_hops(network), *_split(network))
    pairs = [drawn_pairs(crystal, network, hop) for hop in shown]
    balls = _balls(crystal, network, pairs)
    points = np.array([point for point, *_ in balls])
    painting = painting_of(crystal.lattice, points)
    paint_cell(painting, crystal.lattice)
    for hop, ends in zip(shown, pairs, strict=True):
        for piece in _lines_of(crystal, ends):
            painting.line(piece, colours.get(hop.id, GREY), 1.0 if hop.exclusive else 2.0)
    for point, radius, shares, _ in balls:
        painting.ball(point, radius, shares)
    with styled():
        figure = Figure()
        wide, high = fit(figure.subplots(), painting, crystal.lattice, points)
        scale = min(_WIDEST_IN / wide, _HIGHEST_IN / high)
        figure.set_size_inches(max(_NARROWEST_IN, scale * wide), scale * high + 0.2 + 0.16 * len(shown))
        handles = [
            Line2D([], [], color=colours.get(hop.id, GREY), linewidth=1 if hop.exclusive else 2, label=hop_words(hop))
            for hop in shown
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=1)
    return figure


def hop_words(hop: Hop) -> str:
    """`h1: Li@2c - Li@2c, 2.106 Å`."""
    return f"{'split site' if hop.exclusive else hop.id}: {hop.pair}, {hop.distance:.3f} Å"


def _split(network: HopNetwork) -> list[Hop]:
    """Pairs too near to be filled together: no hops, but they join what the hops span."""
    return [hop for hop in network.hops if hop.exclusive][:_MOST]


def hops_plotly(crystal: Crystal, network: HopNetwork) -> Any:
    """The hops to turn, coloured by class; classes are switched on and off in the legend.

    Args:
        crystal: the crystal of the network.
        network: its hops; those of `shown_hops` are seen at once, other elementary ones on request.

    Returns:
        A plotly figure.
    """
    from plotly import graph_objects as go

    colours = hop_colours(network)
    more = [hop for hop in network.hops if hop.elementary and hop.id not in colours][:_MORE]
    listed = (*shown_hops(network), *_split(network), *more)
    pairs = [drawn_pairs(crystal, network, hop) for hop in listed]
    seen = [hop.id in colours or hop.exclusive for hop in listed]
    balls = _balls(crystal, network, [ends for ends, is_seen in zip(pairs, seen, strict=True) if is_seen])
    layout = space_layout(crystal.lattice, np.array([point for point, *_ in balls]), _HEIGHT_PX)
    figure = go.Figure(data=cell_traces(crystal.lattice), layout=layout)
    for hop, ends, is_seen in zip(listed, pairs, seen, strict=True):
        gap = "" if hop.straight.radius is None else f"<br>bottleneck radius {hop.straight.radius:.3f} Å"
        figure.add_trace(
            go.Scatter3d(
                **lines(_lines_of(crystal, ends)),
                mode="lines",
                line={"color": colours.get(hop.id, GREY), "width": 3 if hop.exclusive else 7},
                name=hop_words(hop),
                hovertemplate=f"{hop_words(hop)}<br>{hop.multiplicity} per cell{gap}<extra></extra>",
                visible=True if is_seen else "legendonly",
            )
        )
    steps = fineness(len(balls))
    named: set[str] = set()
    for words in dict.fromkeys(ball[3] for ball in balls):
        alike = [ball for ball in balls if ball[3] == words]
        _, radius, shares, _ = alike[0]
        centres = np.array([point for point, *_ in alike])
        name = words.partition(":")[0]
        traces = ball_traces(centres, radius, shares, name=name, words=words, steps=steps, in_legend=name not in named)
        named.add(name)
        figure.add_traces(traces)
    return figure


_Ball = tuple["NDArray[np.float64]", float, "list[tuple[str, float]]", str]


def _balls(crystal: Crystal, network: HopNetwork, pairs: Sequence[Sequence[tuple[Place, Place]]]) -> list[_Ball]:
    """Small balls: every site in the cell, and mobile sites at the ends of the hops drawn."""
    colours = element_colours(crystal.elements)
    mobile = set(network.sites.tolist())
    places = images_in_cell(crystal, np.arange(crystal.n_sites))
    places = list(dict.fromkeys([*places, *(place for ends in pairs for pair in ends for place in pair)]))
    balls: list[_Ball] = []
    for (site, _), point in zip(places, _points(crystal, places), strict=True):
        orbit = crystal.orbits[int(crystal.orbit_of_site[site])]
        shares = [(colours[one.element], one.occupancy) for one in orbit.occupants]
        size = drawn_radius(crystal, orbit) * (_MOBILE if site in mobile else _IMMOBILE)
        balls.append((point, size, shares, f"{'/'.join(orbit.elements)}: {crystal.address(orbit)}, {occupancy_text(orbit)}"))
    return balls
