"""A figure as the bytes of a file: the same bytes for the same figure."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from nitrivac.errors import SpecificationError
from nitrivac.report.figures.drawing.style import styled
from nitrivac.report.figures.registry import figure_named

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "figure_bytes", "plotly_fragment", "plotly_page"]

FORMATS = ("png", "svg", "pdf", "html")
# The usual buttons would send data to a server, too.
_CONFIG = {"responsive": True, "displaylogo": False, "showSendToCloud": False}
_SPACE_CONFIG = _CONFIG | {"displayModeBar": True, "modeBarButtons": [["toImage", "resetCameraDefault3d"]]}
_PLANE_CONFIG = _CONFIG | {"displayModeBar": False}
_CAUTION_COLOUR = "#b00020"
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
            figure.supxlabel(caution, fontsize=5, color=_CAUTION_COLOUR)
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
        figure.add_annotation(text=caution, showarrow=False, font={"size": 11, "color": _CAUTION_COLOUR}, **place)
    config = _SPACE_CONFIG if figure_named(name).in_space else _PLANE_CONFIG
    return str(figure.to_html(full_html=False, include_plotlyjs=False, div_id=name, config=config))


def plotly_page(figure: Any, name: str, title: str, *, caution: str | None = None) -> str:
    """A plotly figure as a page of its own that needs no network.

    Args:
        figure: from one of the `*_plotly` functions.
        name: what it shows, `structure` and so on.
        title: of the page.
        caution: see `plotly_fragment`.
    """
    from html import escape

    from plotly.offline import get_plotlyjs

    body = plotly_fragment(figure, name, caution=caution)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>html, body {{ margin: 0; height: 100% }}</style>\n"
        f"<script>{get_plotlyjs()}</script>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
