"""Pictures of structures for the pages: as SVG, and of one compound to turn."""

from nitrivac import average_crystal, load, parse_specification
from nitrivac.report.figures import structure_scene
from nitrivac.report.figures.drawing.svg import scene_svg
from nitrivac.report.figures.drawing.turnable import scene_html, scene_script

__all__ = ["pictures"]


def pictures() -> dict[str, str]:
    """The pictures by the name of their file."""
    beta = load("beta-Li3N")
    refined = average_crystal(beta, parse_specification(beta, ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"]))
    first = structure_scene(refined)
    ring = structure_scene(load("Li18P6N16"), view="a")
    cages = structure_scene(load("alpha-Li10P4N10"))
    return {
        "_static/beta-Li3N.svg": scene_svg(first),
        "_static/beta-Li3N.html": scene_html(first) + scene_script(),
        "_static/Li18P6N16.svg": scene_svg(ring),
        "_static/alpha-Li10P4N10.svg": scene_svg(cages),
    }
