"""The pictures of the pages, drawn by `nitrivac plot` as a reader would draw them."""

from __future__ import annotations

from pathlib import Path

from nitrivac import average_crystal, load, parse_specification, powder_pattern
from nitrivac.diffraction import make_diffractogram, pattern_profile
from nitrivac.report.figures import figure_bytes, pattern_figure
from nitrivac.report.figures.plot import Drawing, draw

__all__ = ["PICTURES", "pictures"]

_REFINED = "beta-Li3N-vacancy-rich-refined"

PICTURES = {
    "structure.svg": ("structure", Drawing(source=_REFINED)),
    "ring.svg": ("structure", Drawing(source="Li18P6N16", view="a")),
    "cages.svg": ("structure", Drawing(source="alpha-Li10P4N10")),
    "hops.svg": ("hops", Drawing(source="beta-Li3N")),
    "percolation.svg": ("percolation", Drawing(source="alpha-Li3N")),
    "pattern.svg": ("pattern", Drawing(source=_REFINED)),
    "profile.svg": ("profile", Drawing(source="beta-Li3N", hop="h1")),
    "conductivity.svg": ("conductivity", Drawing(source="alpha-Li3N")),
}
"""What is drawn, by the name of the file."""


def pictures() -> dict[str, bytes]:
    """Every picture, by its place below `docs`."""
    drawn = {name: draw(kind, drawing, Path(name)) for name, (kind, drawing) in PICTURES.items()}
    return {f"pictures/{name}": content for name, content in (drawn | {"patterns.svg": _patterns()}).items()}


def _patterns() -> bytes:
    """Two patterns over a profile, as `nitrivac pattern --measured` draws them."""
    beta = load("beta-Li3N")
    vacant = average_crystal(beta, parse_specification(beta, ["Li@4f=8.1(2)%"]))
    full, fewer = (powder_pattern(crystal, two_theta=(20, 90)) for crystal in (beta, vacant))
    both = make_diffractogram(full, fewer, measured=pattern_profile(fewer, size=20))
    return figure_bytes(pattern_figure(both), "svg")
