"""The texts of a matplotlib figure as they are drawn, and which of them overlap or leave the figure."""

from __future__ import annotations

from itertools import combinations

from matplotlib.backends.backend_agg import RendererAgg

from nitrivac.report.figures.drawing.style import styled

TOUCHING = 0.5  # pixels by which boxes may overlap: letters do not fill theirs


class _Listener(RendererAgg):
    """Draws, and keeps the texts with their places."""

    def __init__(self, figure):
        super().__init__(int(figure.bbox.width), int(figure.bbox.height), figure.dpi)
        self.seen = []

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        del gc, x, y, prop, angle, ismath
        if mtext is not None and s.strip():
            self.seen.append((mtext, mtext.get_window_extent(self)))


def texts(figure):
    """Every text drawn with its box in pixels; ticks beyond the axes are not drawn."""
    with styled():
        figure.draw_without_rendering()
        listener = _Listener(figure)
        figure.draw(listener)
    return list({id(text): (text.get_text(), box) for text, box in listener.seen}.values())


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
