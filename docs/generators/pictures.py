"""The pictures of the pages, drawn by `nitrivac plot` as a reader would draw them."""

from __future__ import annotations

from pathlib import Path

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
    return {f"pictures/{name}": draw(kind, drawing, Path(name)) for name, (kind, drawing) in PICTURES.items()}
