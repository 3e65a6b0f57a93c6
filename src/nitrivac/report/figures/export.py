"""A figure as the bytes of a file: the same bytes for the same figure."""

from __future__ import annotations

import io
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from nitrivac.errors import SpecificationError
from nitrivac.report.figures.drawing.style import CAUTION, styled
from nitrivac.report.figures.drawing.svg import scene_svg
from nitrivac.report.figures.drawing.turnable import scene_html, scene_script

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nitrivac.report.figures.drawing.scene import Scene

__all__ = ["FORMATS", "figure_bytes", "plotly_fragment", "plotly_page", "scene_page", "scene_picture"]

FORMATS = ("png", "svg", "pdf", "html")
# The usual buttons would send data to a server, too.
_CONFIG = {"responsive": True, "displaylogo": False, "showSendToCloud": False, "displayModeBar": False}
_DESCRIPTION = {"png": "Description", "svg": "Description", "pdf": "Subject"}  # where a format's metadata say what it shows
_UNDATED: dict[str, dict[str, None]] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}


def figure_bytes(figure: Figure, file_format: str, *, caution: str | None = None) -> bytes:
    """A matplotlib figure as a file, without dates and with its fonts (outlines in SVG, TrueType in PDF).

    Args:
        figure: from one of the `*_figure` functions.
        file_format: `png` (300 dots per inch), `svg` or `pdf`.
        caution: what must be said of what it shows, see `Provenance`; it stands below the figure and in the metadata.

    Raises:
        SpecificationError: another format.
    """
    if file_format not in _UNDATED:
        raise SpecificationError(f"no figure format {file_format!r}; there are {', '.join(_UNDATED)}")
    stream = io.BytesIO()
    metadata: dict[str, str | None] = {**_UNDATED[file_format]}
    with styled():
        if caution is not None:
            figure.supxlabel(caution, fontsize=5, color=CAUTION)
            metadata[_DESCRIPTION[file_format]] = caution
        figure.savefig(stream, format=file_format, metadata=metadata)
    return stream.getvalue()


def plotly_fragment(figure: Any, name: str, *, caution: str | None = None) -> str:
    """A plotly figure as HTML that needs plotly.js on the page.

    Args:
        figure: from one of the `*_plotly` functions.
        name: what it shows, `structure` and so on: the id of its element.
        caution: what must be said of what it shows; it stands on the figure.
    """
    if caution is not None:
        place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"}
        figure.add_annotation(text=caution, showarrow=False, font={"size": 11, "color": CAUTION}, **place)
    return str(figure.to_html(full_html=False, include_plotlyjs=False, div_id=name, config=_CONFIG))


def plotly_page(figure: Any, name: str, title: str, *, caution: str | None = None) -> str:
    """A plotly figure as a page of its own that needs no network.

    Args:
        figure: from one of the `*_plotly` functions.
        name: what it shows, `structure` and so on.
        title: of the page.
        caution: see `plotly_fragment`.
    """
    from plotly.offline import get_plotlyjs

    return _page(f"<script>{get_plotlyjs()}</script>", plotly_fragment(figure, name, caution=caution), title)


def scene_page(scene: Scene, title: str, *, caution: str | None = None) -> str:
    """A scene to turn as a page of its own that needs no network.

    Args:
        scene: from one of the `*_scene` functions.
        title: of the page.
        caution: see `figure_bytes`.
    """
    return _page("", scene_html(scene, words=title, caution=caution, fill=True) + scene_script(), title)


def scene_picture(scene: Scene, *, caution: str | None = None) -> str:
    """A scene as an SVG image.

    Args:
        scene: from one of the `*_scene` functions.
        caution: see `figure_bytes`.
    """
    return scene_svg(replace(scene, caution=caution))


def _page(head: str, body: str, title: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>html, body {{ margin: 0; height: 100% }}</style>\n"
        f"{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
