"""A scene on a page: a picture that a script, where it runs, replaces by one to turn. Nothing is fetched."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from nitrivac.report.figures.drawing.scene import scene_json
from nitrivac.report.figures.drawing.svg import scene_svg, svg_address

if TYPE_CHECKING:
    from nitrivac.report.figures.drawing.scene import Scene

__all__ = ["scene_html", "scene_script"]


def scene_html(scene: Scene, *, words: str = "", caution: str | None = None, fill: bool = False) -> str:
    """A scene as one element of a page that has `scene_script` on it.

    Without the script, and on paper, it is a picture; one that fills the window has none.

    Args:
        scene: what to draw.
        words: what it shows, for those who cannot see it; by default its title.
        caution: what must be said of it, see `Provenance`; it stands below.
        fill: whether it takes all of the window.

    >>> from nitrivac import load
    >>> from nitrivac.report.figures import scene_html, scene_script, structure_scene
    >>> page = f"<h1>Lithium nitride</h1>{scene_html(structure_scene(load('beta-Li3N')))}{scene_script()}"
    >>> "http:" in page or "https:" in page
    False
    """
    scene = replace(scene, caution=caution)
    data = scene_json(scene).replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
    words = escape(words or scene.title)
    if fill:
        return f'<div class="nitrivac-scene" aria-label="{words}" data-fill data-scene=\'{data}\'></div>'
    picture = f'<img src="{svg_address(scene_svg(scene))}" alt="{words}" style="max-width: 100%">'
    return f"<div class=\"nitrivac-scene\" data-scene='{data}'>{picture}</div>"


@cache
def scene_script() -> str:
    """The `script` element that makes all scenes of a page turn; once on a page is enough, and more do no harm.

    >>> from nitrivac.report.figures import scene_script
    >>> scene_script()[:8], len(scene_script()) < 25_000
    ('<script>', True)
    """
    folder = files("nitrivac.report.figures.drawing") / "script"
    style, paint, turn = ((folder / name).read_text(encoding="utf-8") for name in ("scene.css", "paint.js", "turn.js"))
    whole = f'"use strict";\n(() => {{\nconst STYLE = `{style}`;\n{paint}{turn}}})();'
    lines = [line.strip() for line in whole.splitlines()]
    return "<script>" + "\n".join(line for line in lines if line and not line.startswith("//")) + "</script>"
