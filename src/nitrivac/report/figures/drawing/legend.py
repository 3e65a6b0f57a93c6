"""What the legend of a scene says, in rows that fit a width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nitrivac.report.figures.drawing.scene import Scene

__all__ = ["ROW_IN", "SIGN_IN", "TEXT_PT", "Sign", "legend_rows"]

ROW_IN, SIGN_IN, TEXT_PT = 0.2, 0.13, 7.0
_LETTER_IN, _GAP_IN = 0.06, 0.16  # a wide letter of that size, and what is between two signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One entry: its words, and before them a ball cut into sectors, a square for faces, a line, or nothing.

    Attributes:
        words: what it is.
        parts: colours with their shares, of a ball.
        colour: of faces or lines.
        faces: whether it is faces.
    """

    words: str
    parts: tuple[tuple[str, float], ...] = ()
    colour: str = ""
    faces: bool = False

    @property
    def indent(self) -> float:
        """Where its words begin, inches."""
        return SIGN_IN + 0.05 if self.parts or self.colour else 0.0

    @property
    def width(self) -> float:
        """Room that it takes, inches."""
        return self.indent + _LETTER_IN * len(self.words) + _GAP_IN


def legend_rows(scene: Scene, width: float) -> list[list[Sign]]:
    """The kinds of balls and the layers that are seen at once, and what is left out, in rows.

    Args:
        scene: what is drawn.
        width: inches.
    """
    seen = {ball.kind for ball in scene.shown_balls()}
    groups = {kind.group: kind for number, kind in reversed([*enumerate(scene.kinds)]) if number in seen}
    signs = [Sign(words=group, parts=kind.parts) for group, kind in reversed(groups.items())]
    signs += [Sign(words=one.name, colour=one.colour, faces=one.faces) for one in scene.layers if one.shown and one.listed]
    signs += [Sign(words=scene.left_out)] if scene.left_out else []
    rows: list[list[Sign]] = [[]]
    for sign in signs:
        if rows[-1] and sum(one.width for one in rows[-1]) + sign.width > width:
            rows.append([])
        rows[-1].append(sign)
    return rows
