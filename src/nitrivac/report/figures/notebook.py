"""A crystal in a notebook: its picture, which turns where scripts run, beside what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.crystal.describe import facts_html, sites_html
from nitrivac.errors import NitrivacError
from nitrivac.report.figures.drawing.turnable import scene_html, scene_script
from nitrivac.report.figures.structure import structure_scene

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal

__all__ = ["crystal_html"]

_BESIDE = "display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: flex-start"


def crystal_html(crystal: Crystal) -> str:
    """A crystal as HTML: picture, facts and sites; without the picture where it cannot be drawn.

    Args:
        crystal: ordered or average.
    """
    facts, sites = facts_html(crystal), sites_html(crystal)
    try:
        scene = structure_scene(crystal)
    except NitrivacError:
        return facts + sites
    picture = scene_html(scene, caution=crystal.provenance.caution) + scene_script()
    return (
        f'<div style="{_BESIDE}"><div style="flex: 1 1 20rem; max-width: 30rem; min-width: 0">{picture}</div>\n'
        f'<div style="flex: 1 1 20rem; min-width: 0; overflow-x: auto">{facts}</div></div>\n'
        f'<div style="overflow-x: auto">{sites}</div>\n'
    )
