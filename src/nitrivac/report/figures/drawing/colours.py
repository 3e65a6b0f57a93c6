"""Colours of elements and of their sites: told apart by everybody, and never nearer to each other than the eye can part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.report.figures.drawing.style import GREY, VACANT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["APART", "colour_distance", "element_colours", "site_shades"]

APART = 0.11
"""Least distance between the colours of two elements, see `colour_distance`; a just noticeable difference is near 0.02."""

# Green, blue, vermillion, orange and purple are those of M. Okabe, K. Ito, Color Universal Design (2008). Halogens have the
# colours of the elements themselves; boron, carbon and sulfur those of chemists' models.
_USUAL = {
    "Li": "#009E73",
    "N": "#0072B2",
    "O": "#D55E00",
    "P": "#E69F00",
    "Cl": "#A8C83C",
    "Br": "#8C4A2F",
    "I": "#6A3D9A",
    "S": "#F0E442",
    "B": "#F2A0B5",
    "C": "#4D4D4D",
    "Si": "#CC79A7",
    "Al": "#B0B0B0",
    "H": "#D0D0D0",
}
_OTHERS = ("#CC79A7", "#E8C9A8", "#8C8C8C", "#6A3D9A", "#6B6B3A", "#F2A0B5", "#F0E442", "#8C4A2F", "#56B4E9", "#4D4D4D",
           "#A8C83C", "#D55E00", "#E69F00", "#009E73", "#0072B2")  # fmt: skip
_LIGHTER = (0.0, 0.14, -0.12, 0.22)  # steps of lightness between the sites of one element

# Oklab (B. Ottosson, 2020, bottosson.github.io/posts/oklab): linear sRGB to cones, their cube roots to lightness and hues.
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_HUES = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def colour_distance(one: str, other: str) -> float:
    """How far two colours `#rrggbb` are apart to the eye: the distance in Oklab, 0 to about 1.

    Args:
        one: a colour.
        other: another.
    """
    return float(np.linalg.norm(_oklab(one) - _oklab(other)))


def element_colours(elements: Sequence[str]) -> dict[str, str]:
    """A colour for each element: its usual one, else of those left the one farthest from all others.

    Args:
        elements: element symbols, in any order.
    """
    colours: dict[str, str] = {}
    order = [*_USUAL]
    for element in sorted(elements, key=lambda one: (order.index(one) if one in order else len(order), one)):
        usual = _USUAL.get(element)
        if usual is None or not _apart(usual, colours.values()):
            taken = [VACANT, *colours.values()]
            free = [colour for colour in _OTHERS if _apart(colour, taken)]
            usual = max(free, key=lambda one: min(colour_distance(one, two) for two in taken), default=GREY)
        colours[element] = usual
    return {element: colours[element] for element in elements}


def site_shades(colours: Mapping[str, str], sites: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Shades of each element's colour for its sites; all the same where there are more than can be told apart.

    Args:
        colours: of the elements, see `element_colours`.
        sites: how many kinds of sites each element has.
    """
    shades = {element: (colour,) * sites.get(element, 1) for element, colour in colours.items()}
    for element, colour in colours.items():
        others = {VACANT, *(shade for name, those in shades.items() if name != element for shade in those)}
        wanted = [_lighter(colour, step) for step in _LIGHTER]
        found = [shade for shade in wanted if shade == colour or _apart(shade, others)]
        if len(shades[element]) <= len(found):
            shades[element] = tuple(found[: len(shades[element])])
    return shades


def _apart(colour: str, others: Iterable[str]) -> bool:
    return all(colour_distance(colour, other) >= APART for other in others)


def _oklab(colour: str) -> NDArray[np.float64]:
    values = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = _HUES @ np.cbrt(_CONES @ linear)
    return lab


def _lighter(colour: str, step: float) -> str:
    """A colour of another lightness, less saturated as far as the screen cannot show it."""
    if not step:
        return colour
    lab = _oklab(colour)
    for saturation in np.linspace(1, 0, 21):
        wanted = np.array([lab[0] + step, *(saturation * lab[1:])])
        linear = np.linalg.solve(_CONES, np.linalg.solve(_HUES, wanted) ** 3)
        if linear.min() >= -1e-3 and linear.max() <= 1 + 1e-3:
            break
    linear = linear.clip(0, 1)
    values = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{value:02x}" for value in np.round(255 * values).astype(int))
