"""The texts of a matplotlib figure as they are drawn, and which of them overlap or leave the figure."""

from __future__ import annotations

from itertools import combinations
from unittest.mock import patch

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Text

from nitrivac.report.figures.drawing.style import styled

TOUCHING = 0.5  # pixels by which boxes may overlap: letters do not fill theirs


def texts(figure):
    """Every text drawn with its box in pixels; ticks beyond the axes are not drawn."""
    seen = {}

    def keep(text, renderer):
        if text.get_visible() and text.get_text().strip():
            seen[id(text)] = text.get_text(), text.get_window_extent(renderer)

    with styled():
        figure.draw_without_rendering()
        renderer = RendererAgg(int(figure.bbox.width), int(figure.bbox.height), figure.dpi)
        with patch.object(Text, "draw", keep):
            figure.draw(renderer)
    return list(seen.values())


def overlapping(figure):
    """Pairs of texts that overlap, and texts that leave the figure."""
    found = []
    drawn = texts(figure)
    for (one, first), (two, second) in combinations(drawn, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        if wide > TOUCHING and high > TOUCHING:
            found.append((one, two))
    whole = figure.bbox
    for one, box in drawn:
        if box.x0 < -1 or box.y0 < -1 or box.x1 > whole.width + 1 or box.y1 > whole.height + 1:
            found.append((one, "outside"))
    return found
