"""What all figures share: colours that the colour-blind can tell apart, sizes, fonts, and axes with units."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BLACK",
    "CAUTION",
    "COLUMN_IN",
    "GREY",
    "HOP_COLOURS",
    "PALETTE",
    "VACANT",
    "figure_of",
    "label_ink",
    "mixed",
    "styled",
]

# M. Okabe, K. Ito, Color Universal Design (2008); yellow is kept for areas, it is too light for lines.
BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, YELLOW, BLACK = "#E69F00", "#56B4E9", "#F0E442", "#000000"
PALETTE = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
HOP_COLOURS = (VERMILLION, PURPLE, BLACK, SKY, ORANGE, BLUE, GREEN)  # last those of nitrogen and lithium, which hops join
GREY, VACANT, CAUTION = "#7f7f7f", "#ffffff", "#b00020"

COLUMN_IN = 3.4  # width of one column of a journal, inches

_STYLE: Any = {  # matplotlib's own type lists every key
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that every machine draws the same
    "font.size": 8,
    "mathtext.fontset": "dejavusans",
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "legend.frameon": False,
    "legend.fontsize": 7,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "nitrivac",
    "figure.constrained_layout.use": True,
}


@contextmanager
def styled() -> Iterator[None]:
    """Matplotlib with this style and nothing of the user's; it holds for drawing and for saving."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def figure_of(height: float, *, width: float = COLUMN_IN, rows: int = 1, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty figure outside pyplot and its axes in reading order.

    Args:
        height: inches.
        width: inches.
        rows: of axes; they share x.
        columns: of axes; they share y.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    axes = figure.subplots(rows, columns, squeeze=False, sharex="col" if rows > 1 else False, sharey="row")
    return figure, list(axes.ravel())


def mixed(colour: str, share: float, other: str = "#ffffff") -> str:
    """A colour with a share of another mixed in, 0 to 1."""
    one, two = (tuple(int(text[index : index + 2], 16) for index in (1, 3, 5)) for text in (colour, other))
    return "#" + "".join(f"{round((1 - share) * a + share * b):02x}" for a, b in zip(one, two, strict=True))


def label_ink(colour: str) -> str:
    """Black or white, whichever is read on a colour."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 128 else "#ffffff"
