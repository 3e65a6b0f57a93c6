"""Names beside points, as many as have room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["name_points"]

_AWAY = 4  # points (1/72 inch) between a marker and its name
_SIDES = (("left", "center", 1, 0), ("right", "center", -1, 0), ("center", "bottom", 0, 1), ("center", "top", 0, -1))


def name_points(axes: Axes, points: Sequence[tuple[float, float]], names: Sequence[str], *, size: float = 6) -> None:
    """Write names beside points where they overlap nothing; what has no room is left out.

    Args:
        axes: with everything else on them, in a figure of the size that it keeps.
        points: where the markers are, in data.
        names: of the points.
        size: of the letters, points.
    """
    from matplotlib.transforms import Bbox

    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()  # now the axes are where they will be
    reach = _AWAY * figure.dpi / 72
    middles = axes.transData.transform(np.asarray(points, dtype=float).reshape(-1, 2))
    taken = [Bbox([middle - 0.7 * reach, middle + 0.7 * reach]) for middle in middles]
    inside = axes.get_window_extent()
    for name, point in zip(names, points, strict=True):
        for across, along, right, up in _SIDES:
            text = axes.annotate(
                name,
                point,
                xytext=(_AWAY * right, _AWAY * up),
                textcoords="offset points",
                ha=across,
                va=along,
                fontsize=size,
                color="#555555",
            )
            text.set_in_layout(False)
            box = text.get_window_extent()
            within = inside.x0 < box.x0 and box.x1 < inside.x1 and inside.y0 < box.y0 and box.y1 < inside.y1
            if within and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()
