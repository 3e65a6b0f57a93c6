"""A figure as the bytes of a file: the same bytes for the same figure."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from nitrivac.errors import SpecificationError
from nitrivac.report.figures.style import styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "figure_bytes", "plotly_fragment", "plotly_page"]

FORMATS = ("png", "svg", "pdf", "html")
_IN_SPACE = ("structure", "hops")
# The usual buttons would send data to a server, too.
_CONFIG = {"responsive": True, "displaylogo": False, "showSendToCloud": False}
_SPACE_CONFIG = _CONFIG | {"displayModeBar": True, "modeBarButtons": [["toImage", "resetCameraDefault3d"]]}
_PLANE_CONFIG = _CONFIG | {"displayModeBar": False}
_UNDATED: dict[str, dict[str, None]] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}


def figure_bytes(figure: Figure, file_format: str) -> bytes:
    """A matplotlib figure as a file, without dates and with its fonts (outlines in SVG, TrueType in PDF).

    Args:
        figure: from one of the `*_figure` functions.
        file_format: `png` (300 dots per inch), `svg` or `pdf`.

    Raises:
        SpecificationError: another format.
    """
    if file_format not in _UNDATED:
        raise SpecificationError(f"no figure format {file_format!r}; there are {', '.join(_UNDATED)}")
    stream = io.BytesIO()
    with styled():
        figure.savefig(stream, format=file_format, metadata=_UNDATED[file_format])
    return stream.getvalue()


def plotly_fragment(figure: Any, name: str) -> str:
    """A plotly figure as HTML that needs plotly.js on the page.

    Args:
        figure: from one of the `*_plotly` functions.
        name: what it shows, `structure` and so on: the id of its element.
    """
    config = _SPACE_CONFIG if name in _IN_SPACE else _PLANE_CONFIG
    return str(figure.to_html(full_html=False, include_plotlyjs=False, div_id=name, config=config))


def plotly_page(figure: Any, name: str, title: str) -> str:
    """A plotly figure as a page of its own that needs no network.

    Args:
        figure: from one of the `*_plotly` functions.
        name: what it shows, `structure` and so on.
        title: of the page.
    """
    from html import escape

    from plotly.offline import get_plotlyjs

    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>html, body {{ margin: 0; height: 100% }}</style>\n"
        f"<script>{get_plotlyjs()}</script>\n</head>\n<body>\n{plotly_fragment(figure, name)}\n</body>\n</html>\n"
    )
